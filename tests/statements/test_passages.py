from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.passages import fold, passages_of
from svdocs.text.build import TextBuilder
from svdocs.text.document import BODY_KINDS, BlockKind, Document
from tests.documents import Piece, document_of, pieces

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.heading, BlockKind.paragraph, BlockKind.list_item, BlockKind.table_row
LONG = "The depot on the edge of the town keeps its gates open through the winter for anyone who needs shelter. " * 2


def texts(*given_pieces: Piece | str) -> list[str]:
    return [p.text for p in passages_of(document_of(*given_pieces))]


@given(pieces)
def test_a_passage_is_the_folded_text_at_its_span(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    for passage in passages_of(document):
        assert passage.text == fold(document.quote(passage.span))
        assert any(c.isalnum() for c in passage.text)


@given(pieces)
def test_passages_stand_inside_their_body_block_in_reading_order_and_never_overlap(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    at = 0
    for passage in passages_of(document):
        block = document.blocks[passage.block]
        assert block.kind in BODY_KINDS - {HEADING}
        assert (passage.kind, passage.section) == (block.kind, block.section)
        assert block.span.contains(passage.span)
        assert at <= passage.span.start
        at = passage.span.end


@given(pieces)
def test_running_text_is_in_a_passage_word_for_word(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    covered = {i for p in passages_of(document) for i in range(*p.span)}
    for block in document.body():
        if block.kind not in (HEADING, ROW):
            assert {i for i in range(*block.span) if document.text[i].isalnum()} <= covered


@given(st.text(max_size=40))
def test_folding_leaves_the_words_and_one_space_between_them(text: str) -> None:
    assert fold(text).split() == text.split()
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("kind", sorted(set(BlockKind) - BODY_KINDS | {HEADING}))
def test_what_is_no_body_text_makes_no_passage(kind: BlockKind) -> None:
    assert texts((kind, "We will plant 400 trees.")) == []


def test_sentences_items_and_rows_are_passages() -> None:
    assert texts("We plant. We water.", (ITEM, "Ten jobs"), (ROW, ("Trees", "400", ""))) == [
        "We plant.", "We water.", "Ten jobs", "Trees | 400 |",
    ]  # fmt: skip


def test_a_header_row_is_context_and_no_passage() -> None:
    builder = TextBuilder()
    builder.add_row(["Item", "Target"], header_row=True)
    builder.add_row(["Trees", "400"], headers=[("Item",), ("Target", "Year 1")], label="Our offer")
    (passage,) = passages_of(Document("a.docx", "", "", builder.text, tuple(builder.blocks)))
    assert (passage.text, passage.header, passage.cells) == (
        "Trees | 400",
        ("Item", "Target / Year 1"),
        ("Trees", "400"),
    )
    assert passage.introduction == "Our offer"


@pytest.mark.parametrize("cells", [("", ""), ("400", "£5"), ("–", "|")])
def test_a_row_without_words_makes_no_passage(cells: tuple[str, ...]) -> None:
    assert texts((ROW, cells)) == []


def test_an_empty_cell_has_no_place_among_cells_and_headers() -> None:
    (passage,) = passages_of(document_of((ROW, ("Trees", " ", "400"))))
    assert (passage.cells, passage.header) == (("Trees", "400"), ("Column 0", "Column 2"))


def test_a_cell_of_prose_is_cut_into_its_sentences_under_its_own_header() -> None:
    found = passages_of(document_of((ROW, ("Question 4", LONG + "We will plant trees."))))
    assert [p.text for p in found][-1] == "We will plant trees."
    assert {p.header for p in found} == {("Column 1",)}
    assert all(p.cells == () for p in found)


@pytest.mark.parametrize(
    ("before", "introduction"),
    [
        (["Over the contract we will give:"], "Over the contract we will give:"),
        (["It is simple. Over the contract we will give:"], "Over the contract we will give:"),
        (["We offer"], "We offer"),
        (["It is simple. It is done."], ""),
        ([], ""),
        (["We will give:", (HEADING, "Jobs")], ""),
    ],
)
def test_a_list_leans_on_the_sentence_that_introduces_it(before: list[Piece | str], introduction: str) -> None:
    found = passages_of(document_of(*before, (ITEM, "ten jobs"), (ITEM, "five placements")))
    assert [p.introduction for p in found[-2:]] == [introduction] * 2


def test_a_paragraph_leans_on_no_introduction() -> None:
    assert [p.introduction for p in passages_of(document_of("We will give:", "Trees."))] == ["", ""]


def test_a_table_leans_on_the_sentence_above_it() -> None:
    (_, row) = passages_of(document_of("We will give:", (ROW, ("Trees", "400"))))
    assert row.introduction == "We will give:"


def test_neighbours_are_the_sentences_around_under_the_same_headings() -> None:
    found = passages_of(document_of("One. Two.", (HEADING, "Next"), "Three.", "Four."))
    assert [(p.previous, p.text, p.following) for p in found] == [
        ("", "One.", "Two."), ("One.", "Two.", ""), ("", "Three.", "Four."), ("Three.", "Four.", ""),
    ]  # fmt: skip


def test_blank_blocks_make_no_passage() -> None:
    assert texts((ROW, (" ", "")), (BlockKind.text_box, " ")) == []


def test_a_document_without_text_has_no_passages() -> None:
    assert passages_of(Document("a.pdf", "", "")) == []
