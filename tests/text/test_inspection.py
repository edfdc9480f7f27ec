"""An inspection lays a document out as a person sees it, and says whether all of it is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from svdocs.intake.safety import EXTENSIONS, PDF
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Box, Document, Flag, Page, Problem
from svdocs.text.inspection import KIND_WORDS, TYPE_WORDS, Part, State, completeness_of, inspect_document, state_of
from tests.documents import document_of

PAGES = (Page(1, 600, 800), Page(2, 600, 800, ocr=True))
LOOK, BROKEN = Flag("hidden_text", "Hidden."), Problem("damaged_page", "Page 2 is broken.", 2)


@pytest.mark.parametrize(
    ("flags", "problems", "expected"),
    [((), (), State.whole), ((LOOK,), (), State.to_look_at), ((LOOK,), (BROKEN,), State.needs_person)],
)
def test_a_problem_weighs_more_than_a_flag(
    flags: tuple[Flag, ...], problems: tuple[Problem, ...], expected: State
) -> None:
    assert state_of(Document("a.pdf", "", "", flags=flags, problems=problems)) is expected


def two_columns() -> Document:
    """A paragraph of two lines in the left column that goes on at the top of the right one and on the next page."""
    builder = TextBuilder()
    block = builder.add(BlockKind.paragraph, "one two three four", page=1)
    places = ((0, 3, 1, Box(50, 700, 250, 712)), (4, 7, 1, Box(50, 714, 200, 726)), (8, 13, 1, Box(320, 60, 500, 72)))
    for start, end, page, box in (*places, (14, 18, 2, Box(50, 60, 200, 72))):
        builder.place_word(block, start, end, page, [box])
    builder.add(BlockKind.heading, "Next", page=2)
    return Document("a.pdf", "", "", builder.text, tuple(builder.blocks), tuple(builder.words), PAGES)


def test_a_block_has_one_box_a_column_and_a_page() -> None:
    first, second = inspect_document(two_columns()).parts
    assert [d.box for d in first.drawn] == [Box(50, 700, 250, 726), Box(320, 60, 500, 72)]
    assert [(d.block.number, d.box) for d in second.drawn] == [(0, Box(50, 60, 200, 72))]
    assert ([b.number for b in first.blocks], [b.number for b in second.blocks]) == ([0], [1])
    assert (first.title, second.title) == ("Page 1", "Page 2")


def test_a_page_knows_what_goes_on_from_the_page_before_and_what_was_flagged_on_it() -> None:
    document = replace(two_columns(), flags=(LOOK, replace(LOOK, page=2)), problems=(BROKEN,))
    inspection = inspect_document(document)
    first, second = inspection.parts
    assert ([b.number for b in first.continued], [b.number for b in second.continued]) == ([], [0])
    assert inspection.told_of(first) == ()
    assert inspection.told_of(second) == (BROKEN, replace(LOOK, page=2))
    assert inspect_document(document_of("Text.")).told_of(Part("Text")) == ()


@pytest.mark.parametrize(
    ("kind", "supplier", "words"),
    [
        ("case_study", None, "a case study (87% sure)"),
        ("bid", "Example Ltd", "a bid (87% sure) of Example Ltd"),
        ("other", None, "no known kind of document (87% sure)"),
    ],
)
def test_kind_and_supplier_are_told_in_words(kind: str, supplier: str | None, words: str) -> None:
    document = Document("a.pdf", "", PDF, kind=kind, kind_confidence=0.87, supplier=supplier)
    assert inspect_document(document).taken_for == words


def test_every_type_that_can_be_handed_in_has_a_word() -> None:
    assert set(EXTENSIONS) <= set(TYPE_WORDS)
    assert inspect_document(Document("a", "", "text/html")).file_type == "text/html"


def test_every_block_is_in_exactly_one_part() -> None:
    inspection = inspect_document(two_columns())
    assert [b.number for p in inspection.parts for b in p.blocks] == [0, 1]
    assert inspection.kinds == ((BlockKind.paragraph, 1), (BlockKind.heading, 1))


def test_a_workbook_is_laid_out_by_its_sheets_and_a_title_goes_with_the_cells_after_it() -> None:
    builder = TextBuilder()
    for sheet in ("About us", "Measures"):
        builder.add(BlockKind.heading, sheet, level=1)
        for row in (1, 2):
            builder.add_row(["a", "b"], references=[f"'{sheet}'!A{row}", f"'{sheet}'!B{row}"], table=0, label="Targets")
    builder.add(BlockKind.text_box, "a note")
    builder.add_row(["x"], references=["Secret!A1"], kind=BlockKind.hidden)
    builder.add(BlockKind.heading, "Graph", level=1)
    builder.add(BlockKind.text_box, "Jobs by year")
    inspection = inspect_document(Document("a.xlsx", "", "", builder.text, tuple(builder.blocks)))
    assert [(p.title, [b.number for b in p.blocks]) for p in inspection.parts] == [
        ("Sheet About us", [0, 1, 2]),
        ("Sheet Measures", [3, 4, 5, 6]),
        ("Sheet Secret", [7]),
        ("Sheet Graph", [8, 9]),
    ]
    table = inspection.parts[0].runs[1]
    assert (table.is_table, table.title, len(table.blocks)) == (True, "Targets", 2)
    assert inspection.cells(table.blocks[0]) == ("a", "b")


def test_a_text_without_pages_is_one_part() -> None:
    (part,) = inspect_document(document_of("We will plant trees.")).parts
    assert (part.title, part.page) == ("Text", None)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"t_total": 30, "t_body": 20, "t_hidden": 10}, "Each of the file's 30 letters"),
        ({"t_total": 30, "t_body": 20}, "has 30 letters, but 20"),
        ({}, "20 letters were read; 20 of them"),
    ],
)
def test_completeness_is_told_in_a_sentence(facts: dict[str, int], words: str) -> None:
    builder = TextBuilder()
    builder.add(BlockKind.paragraph, "We will plant trees.")
    assert words in completeness_of(Document("a", "", "", builder.text, tuple(builder.blocks), facts=facts))


def test_a_document_without_text_has_nothing_to_add_up() -> None:
    assert completeness_of(Document("a", "", "")) == ""


def test_every_kind_of_block_has_a_word() -> None:
    assert set(KIND_WORDS) == set(BlockKind)
