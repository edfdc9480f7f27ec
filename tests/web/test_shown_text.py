"""A document's text, cut into pieces where statements begin and end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svdocs.text.document import Box, Span, Word
from svdocs.web.shown_text import Mark, outline_passages, show_text
from tests.web.conftest import two_pages, word_answer, workbook


def marks_at(*spans: tuple[int, int]) -> list[Mark]:
    return [Mark(f"k{i}", i + 1, "commitment", Span(*span)) for i, span in enumerate(spans)]


SPANS = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1])), max_size=6)


@given(SPANS)
def test_the_pieces_of_all_blocks_are_the_text_whatever_is_marked(spans: list[tuple[int, int]]) -> None:
    for document in (two_pages(), word_answer(), workbook()):
        groups = show_text(document, marks_at(*spans))
        shown = [b for g in groups for b in g.blocks]
        for block in shown:
            joined = " | ".join("".join(p.text for p in c.pieces) for c in block.cells) or "".join(
                p.text for p in block.pieces
            )
            assert joined == document.quote(block.block.span)


@given(SPANS)
def test_a_piece_is_marked_if_and_only_if_its_characters_are(spans: list[tuple[int, int]]) -> None:
    document = two_pages()
    marks = marks_at(*spans)
    for group in show_text(document, marks):
        for shown in group.blocks:
            at = shown.block.span.start
            for piece in shown.pieces:
                here = Span(at, at + len(piece.text))
                assert set(piece.marks) == {m for m in marks if m.span.contains(here)}
                assert not any(m.span.overlaps(here) and not m.span.contains(here) for m in marks)
                at = here.end


@given(SPANS)
def test_each_mark_starts_at_most_once(spans: list[tuple[int, int]]) -> None:
    starts = [
        m.key for g in show_text(two_pages(), marks_at(*spans)) for b in g.blocks for p in b.pieces for m in p.starts
    ]
    assert len(starts) == len(set(starts))


def test_a_list_is_one_group_and_a_table_is_one_group() -> None:
    shapes = [(g.shape, len(g.blocks)) for g in show_text(word_answer(), [])]
    assert shapes == [("block", 1), ("block", 1), ("table", 2), ("block", 1), ("block", 1), ("block", 1), ("block", 1)]


def test_each_sheet_is_a_table_with_its_name() -> None:
    assert [(g.shape, g.title) for g in show_text(workbook(), [])] == [
        ("table", "Sheet Measures"),
        ("block", ""),
        ("table", "Sheet Year 2"),
        ("block", ""),
    ]


def test_a_passage_over_two_pages_is_outlined_on_both_and_begins_on_the_first() -> None:
    [mark] = marks_at((0, 10))
    boxes = (Box(1, 1, 2, 2), Box(1, 3, 2, 4), Box(5, 5, 6, 6))
    outlines = outline_passages([(mark, boxes, (3, 3, 4))])
    assert {page: [o.boxes for o in on_page] for page, on_page in outlines.items()} == {3: [boxes[:2]], 4: [boxes[2:]]}
    assert [o.firsts for page in (3, 4) for o in outlines[page]] == [(mark,), ()]


def test_passages_over_the_same_boxes_share_an_outline() -> None:
    first, second = marks_at((0, 10), (0, 10))
    box = (Box(1, 1, 2, 2),)
    [outline] = outline_passages([(first, box, (1,)), (second, box, (1,))])[1]
    assert outline.marks == outline.firsts == (first, second)


def words_at(*boxes: Box) -> list[Word]:
    return [Word(Span(i, i + 1), 1, (box,)) for i, box in enumerate(boxes)]


def test_numbers_stand_in_the_margin_of_the_first_line_that_the_passage_begins() -> None:
    [mark] = marks_at((0, 10))
    before, middle, whole = Box(70, 100, 200, 110), Box(203, 100, 400, 110), Box(70, 112, 400, 122)
    [outline] = outline_passages([(mark, (middle, whole), (1, 1))], words_at(before, middle, whole))[1]
    assert not outline.is_small
    assert outline.chip.x1 < whole.x0
    assert (outline.chip.top, outline.label) == (112, "1")


def test_a_passage_in_the_middle_of_a_line_has_its_numbers_small_on_its_edge() -> None:
    first, second = marks_at((0, 10), (0, 10))
    before, middle = Box(70, 100, 200, 110), Box(203, 100, 400, 110)
    [outline] = outline_passages([(m, (middle,), (1,)) for m in (first, second)], words_at(before, middle))[1]
    assert outline.is_small
    assert (outline.chip.x0, outline.label) == (203, "1,2")
    assert outline.chip.bottom - middle.top < 4
