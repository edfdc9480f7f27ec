from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.text.document import BODY_KINDS, Block, BlockKind, Box, Cell, Document, Location, Span, Word
from tests.documents import Piece, document_of, pieces

spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda t: Span(min(t), max(t)))
boxes = st.tuples(*[st.floats(-1e3, 1e3)] * 4).map(
    lambda t: Box(min(t[0], t[2]), min(t[1], t[3]), max(t[0], t[2]), max(t[1], t[3]))
)


def characters(span: Span) -> set[int]:
    return set(range(span.start, span.end))


@given(spans, spans)
def test_spans_overlap_if_and_only_if_they_share_a_character(a: Span, b: Span) -> None:
    if characters(a) and characters(b):
        assert a.overlaps(b) == b.overlaps(a) == bool(characters(a) & characters(b))


@given(spans, spans)
def test_a_span_contains_another_whose_characters_are_all_its_own(a: Span, b: Span) -> None:
    if characters(b):
        assert a.contains(b) == (characters(b) <= characters(a))


@given(spans, st.integers(-30, 30))
def test_a_shifted_span_keeps_its_length_and_can_be_shifted_back(span: Span, by: int) -> None:
    moved = span.shifted(by)
    assert (moved.start - span.start, moved.end - moved.start) == (by, span.end - span.start)
    assert moved.shifted(-by) == span


@given(boxes, boxes)
def test_the_union_of_boxes_holds_both_and_does_not_ask_for_their_order(a: Box, b: Box) -> None:
    both = a.union(b)
    assert both == b.union(a)
    assert {both.x0, both.x1, both.top, both.bottom} <= {*a, *b}
    for box in (a, b):
        assert both.x0 <= box.x0 <= box.x1 <= both.x1
        assert both.top <= box.top <= box.bottom <= both.bottom


@given(pieces)
def test_every_character_belongs_to_the_block_that_quotes_it_or_to_none(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    for offset, letter in enumerate(document.text):
        block = document.block_at(offset)
        holders = [b for b in document.blocks if b.span.start <= offset < b.span.end]
        if holders:
            assert block == holders[0]
        else:
            assert letter == "\n"
            assert block is None or block.span == Span(offset, offset)


@given(pieces)
def test_the_body_is_what_a_reader_of_the_page_sees_as_text(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    assert [b.number for b in document.body()] == [b.number for b in document.blocks if b.kind in BODY_KINDS]


def test_hidden_and_deleted_text_and_running_heads_are_not_of_the_body() -> None:
    apart = {BlockKind.hidden, BlockKind.deleted, BlockKind.comment, BlockKind.annotation, BlockKind.furniture}
    assert set(BlockKind) - BODY_KINDS == apart


def test_outside_the_text_there_is_no_block() -> None:
    document = document_of("one", "two")
    assert [document.block_at(i) for i in (3, 7, 100)] == [None, None, None]
    assert Document("empty.pdf", "", "").block_at(0) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=12), spans)
def test_words_in_a_span_are_those_that_share_a_character_with_it(gaps: list[tuple[int, int]], span: Span) -> None:
    words, at = [], 0
    for gap, length in gaps:
        words.append(Word(Span(at + gap, at + gap + length), 1, ()))
        at += gap + length
    document = Document("a.pdf", "", "", "x" * at, words=tuple(words))
    if characters(span):
        assert document.words_in(span) == tuple(w for w in words if characters(w.span) & characters(span))


def paged(*lines: tuple[str, int, Box]) -> Document:
    """A document of one block whose words stand on these pages at these places."""
    text, words = "", []
    for word, page, box in lines:
        words.append(Word(Span(len(text), len(text) + len(word)), page, (box,)))
        text += f"{word} "
    block = Block(0, BlockKind.paragraph, Span(0, len(text.rstrip())), page=lines[0][1], section=("Offer",))
    return Document("a.pdf", "", "", text.rstrip(), (block,), tuple(words))


ON_A_LINE = [("We", 1, Box(10, 10, 20, 20)), ("will", 1, Box(23, 10, 40, 20)), ("plant", 1, Box(43, 11, 70, 20))]


@pytest.mark.parametrize(
    ("words", "boxes", "pages"),
    [
        (ON_A_LINE, [Box(10, 10, 70, 20)], [1]),
        ([*ON_A_LINE, ("trees", 1, Box(10, 24, 30, 34))], [Box(10, 10, 70, 20), Box(10, 24, 30, 34)], [1, 1]),
        ([*ON_A_LINE, ("trees", 2, Box(73, 10, 90, 20))], [Box(10, 10, 70, 20), Box(73, 10, 90, 20)], [1, 2]),
        ([*ON_A_LINE, ("trees", 1, Box(300, 10, 330, 20))], [Box(10, 10, 70, 20), Box(300, 10, 330, 20)], [1, 1]),
        ([*ON_A_LINE, ("2", 1, Box(71, 7, 74, 14))], [Box(10, 7, 74, 20)], [1]),
    ],
    ids=["one line", "two lines", "two pages", "two columns", "a raised figure"],
)
def test_a_passage_has_one_box_a_line(words: list[tuple[str, int, Box]], boxes: list[Box], pages: list[int]) -> None:
    document = paged(*words)
    found = document.location_of(Span(0, len(document.text)))
    assert found == Location(1, tuple(boxes), tuple(pages), ("Offer",), 0)


def test_a_word_broken_over_two_lines_has_a_box_on_each() -> None:
    word = Word(Span(0, 8), 3, (Box(500, 10, 520, 20), Box(10, 24, 40, 34)))
    document = Document("a.pdf", "", "", "planting", (Block(0, BlockKind.paragraph, Span(0, 8)),), (word,))
    found = document.location_of(Span(0, 8))
    assert (found.page, found.boxes, found.box_pages) == (3, word.boxes, (3, 3))


def test_without_words_the_block_tells_the_page() -> None:
    block = Block(0, BlockKind.paragraph, Span(0, 5), page=7)
    assert Document("a.pdf", "", "", "trees", (block,)).location_of(Span(0, 5)) == Location(page=7, block=0)


def test_a_cell_of_a_workbook_is_named_by_the_first_that_holds_text_of_the_passage() -> None:
    cells = (Cell(Span(0, 0), reference="Offer!A4"), Cell(Span(3, 8), reference="Offer!B4"), Cell(Span(11, 12)))
    document = Document("a.xlsx", "", "", " | Trees | 9", (Block(0, BlockKind.table_row, Span(0, 12), cells=cells),))
    assert document.location_of(Span(0, 12)).cell == "Offer!B4"
    assert document.location_of(Span(11, 12)).cell is None


def test_nowhere_is_said_to_be_nowhere() -> None:
    assert document_of("one").location_of(Span(90, 95)) == Location()
