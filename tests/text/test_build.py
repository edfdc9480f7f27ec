from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.text.build import CELL_JOIN, TextBuilder
from svdocs.text.document import BlockKind, Box, Cell, Document, Span
from svdocs.text.exchange import check_coordinates
from tests.documents import Piece, document_of, pieces, prose


def text_of(piece: Piece) -> str:
    return piece[1] if isinstance(piece[1], str) else CELL_JOIN.join(piece[1])


@given(pieces)
def test_the_text_is_the_blocks_joined_by_newlines_and_each_span_quotes_its_block(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    assert document.text == "\n".join(map(text_of, given_pieces))
    assert [document.quote(b.span) for b in document.blocks] == list(map(text_of, given_pieces))
    assert [(b.number, b.kind) for b in document.blocks] == list(enumerate(kind for kind, _ in given_pieces))


@given(pieces)
def test_blocks_and_cells_follow_one_another_and_never_overlap(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    check_coordinates(document)
    ends = [0, *(b.span.end for b in document.blocks)]
    assert all(before <= b.span.start for before, b in zip(ends, document.blocks, strict=False))


@given(st.lists(prose, min_size=1, max_size=5))
def test_a_cell_quotes_what_was_put_into_it(cells: list[str]) -> None:
    builder = TextBuilder()
    builder.add(BlockKind.paragraph, "Before.")
    row = builder.add_row(cells)
    assert [builder.text[c.span.start : c.span.end] for c in row.cells] == cells
    assert builder.text[row.span.start : row.span.end] == CELL_JOIN.join(cells)


def test_cells_without_header_or_reference_say_so() -> None:
    row = TextBuilder().add_row(
        ["Trees", "400", "2028"], headers=[("Item",), ("Target", "Year 1")], references=[None, "A!B2"]
    )
    assert row.cells == (
        Cell(Span(0, 5), ("Item",), None),
        Cell(Span(8, 11), ("Target", "Year 1"), "A!B2"),
        Cell(Span(14, 18), (), None),
    )


@pytest.mark.parametrize(
    ("headings", "section"),
    [
        ([], ()),
        ([(1, "Offer")], ("Offer",)),
        ([(1, "Offer"), (2, "Jobs")], ("Offer", "Jobs")),
        ([(1, "Offer"), (2, "Jobs"), (2, "Trees")], ("Offer", "Trees")),
        ([(1, "Offer"), (3, "Jobs"), (2, "Trees")], ("Offer", "Trees")),
        ([(1, "Offer"), (2, "Jobs"), (1, "Method")], ("Method",)),
        ([(2, "Jobs"), (1, "Method")], ("Method",)),
        ([(None, "Offer"), (2, "Jobs")], ("Offer", "Jobs")),
        ([(1, " Our\n offer ")], ("Our offer",)),
    ],
)
def test_a_section_is_the_headings_above_outermost_first(
    headings: list[tuple[int | None, str]], section: tuple[str, ...]
) -> None:
    builder = TextBuilder()
    for level, text in headings:
        builder.add(BlockKind.heading, text, level=level)
    assert builder.add(BlockKind.paragraph, "We plant.").section == section
    assert builder.add_row(["We plant.", "9"]).section == section


def test_a_heading_stands_under_those_above_it_and_not_under_itself() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.heading, "Offer", level=1)
    assert builder.add(BlockKind.heading, "Jobs", level=2).section == ("Offer",)


def test_a_word_is_placed_from_the_start_of_its_block() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.paragraph, "Before.")
    block = builder.add(BlockKind.paragraph, "We plant.", page=2)
    builder.place_word(block, 3, 9, 2, [Box(1, 2, 3, 4)], 0.9)
    document = Document("a.pdf", "", "", builder.text, tuple(builder.blocks), tuple(builder.words))
    (word,) = document.words
    assert (document.quote(word.span), word.page, word.boxes, word.confidence) == ("plant.", 2, (Box(1, 2, 3, 4),), 0.9)


def test_a_row_may_turn_out_to_be_a_header() -> None:
    builder = TextBuilder()
    row = builder.add_row(["Item", "Target"], table=0)
    marked = builder.mark_header_row(row)
    assert (row.header_row, marked.header_row) == (False, True)
    assert builder.blocks == [marked]
    assert (marked.span, marked.cells) == (row.span, row.cells)
