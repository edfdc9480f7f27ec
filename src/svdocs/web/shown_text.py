"""A document's text as the pages show it: blocks in reading order, cut into pieces where a statement begins or ends."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from svdocs.text.document import Block, BlockKind, Box, Document, Span, Word


@dataclass(frozen=True, slots=True)
class Mark:
    """A statement's passage, to be marked wherever it is shown."""

    key: str
    number: int
    type: str
    span: Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same marks; `starts` are those of which it is the first piece shown."""

    text: str
    marks: tuple[Mark, ...] = ()
    starts: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A table cell; `reference` is its place in a workbook."""

    pieces: tuple[Piece, ...]
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block with its words cut into pieces; a table row has cells instead."""

    block: Block
    pieces: tuple[Piece, ...] = ()
    cells: tuple[ShownCell, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Blocks that are shown as one: a list, a table, or a single block. `title` is a table's, where it has one."""

    shape: str
    blocks: tuple[ShownBlock, ...]
    page: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """Boxes on one page and the statements whose passage they hold.

    Attributes:
        firsts: the statements that begin here.
        chip: where their numbers stand: in the margin left of the first line that the passage begins, so that they
            cover no word. A passage that begins no line has them small on its upper edge.
        is_small: whether the chip is one of those.
    """

    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    firsts: tuple[Mark, ...]
    chip: Box
    is_small: bool = False

    @property
    def label(self) -> str:
        """The statements' numbers."""
        return _label(self.marks)


def show_text(document: Document, marks: Sequence[Mark]) -> list[ShownGroup]:
    """Return the document's text ready to show, hidden text and furniture included, cut where `marks` begin or end."""
    over = _marks_by_block(document, marks)
    seen: set[str] = set()
    shown = [
        _show_block(document, b, over.get(b.number, ()), seen) for b in document.blocks if b.span.end > b.span.start
    ]
    return [_group(key, tuple(blocks)) for key, blocks in groupby(shown, _group_key)]


def outline_passages(
    places: Iterable[tuple[Mark, Sequence[Box], Sequence[int]]], words: Iterable[Word] = ()
) -> dict[int, list[Outline]]:
    """Return for each page the outlines on it; statements over the same boxes share one.

    Args:
        places: for each statement its mark, its boxes and the page of each box.
        words: of the document, so that numbers are not put on them.
    """
    found: dict[int, dict[tuple[Box, ...], tuple[list[Mark], list[Mark]]]] = defaultdict(dict)
    for mark, boxes, pages in places:
        for page in sorted(set(pages)):
            on_page = tuple(b for b, p in zip(boxes, pages, strict=True) if p == page)
            marks, firsts = found[page].setdefault(on_page, ([], []))
            marks.append(mark)
            if page == min(pages):
                firsts.append(mark)
    lines = _index_lines(words)
    return {
        page: [_outline(boxes, tuple(m), tuple(f), lines[page]) for boxes, (m, f) in outlines.items()]
        for page, outlines in found.items()
    }


_Lines = dict[int, list[Box]]
_BAND_POINTS = 6


def _index_lines(words: Iterable[Word]) -> dict[int, _Lines]:
    """Return the words' boxes of each page by the bands of height that their middles lie in."""
    pages: dict[int, _Lines] = defaultdict(lambda: defaultdict(list))
    for word in words:
        for box in word.boxes:
            pages[word.page][_band_of(box)].append(box)
    return pages


def _band_of(box: Box) -> int:
    return int((box.top + box.bottom) / 2 // _BAND_POINTS)


def _outline(boxes: tuple[Box, ...], marks: tuple[Mark, ...], firsts: tuple[Mark, ...], lines: _Lines) -> Outline:
    width = 4 + 5 * len(_label(marks))
    for box in boxes:
        left = box.x0 - width - 3
        if left >= 0 and not any(
            left < w.x1 < box.x0 + 1 for band in range(-1, 2) for w in lines.get(_band_of(box) + band, ())
        ):
            return Outline(boxes, marks, firsts, Box(left, box.top, left + width, box.top + 10))
    top = max(boxes[0].top - 5, 0)
    return Outline(
        boxes, marks, firsts, Box(boxes[0].x0, top, boxes[0].x0 + 3 + 3.4 * len(_label(marks)), top + 7), is_small=True
    )


def _label(marks: Sequence[Mark]) -> str:
    return ",".join(str(m.number) for m in marks)


def sheet_of(reference: str | None) -> str:
    """Return the sheet in a cell's place.

    >>> sheet_of("Year 1!C14"), sheet_of("C14"), sheet_of(None)
    ('Year 1', '', '')
    >>> sheet_of("'Lot 1''s offer'!B2")
    "Lot 1's offer"
    """
    sheet = (reference or "").rpartition("!")[0]
    return sheet[1:-1].replace("''", "'") if len(sheet) > 1 and sheet[0] == sheet[-1] == "'" else sheet


def _marks_by_block(document: Document, marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    starts = [b.span.start for b in document.blocks]
    over: dict[int, list[Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda m: (m.span, m.number)):
        for block in document.blocks[max(bisect_right(starts, mark.span.start) - 1, 0) :]:
            if block.span.start >= mark.span.end:
                break
            if block.span.overlaps(mark.span):
                over[block.number].append(mark)
    return over


def _show_block(document: Document, block: Block, marks: Sequence[Mark], seen: set[str]) -> ShownBlock:
    if block.kind is not BlockKind.table_row or not block.cells:
        return ShownBlock(block, tuple(_cut(document, block.span, marks, seen)))
    return ShownBlock(
        block, cells=tuple(ShownCell(tuple(_cut(document, c.span, marks, seen)), c.reference) for c in block.cells)
    )


def _cut(document: Document, span: Span, marks: Sequence[Mark], seen: set[str]) -> Iterator[Piece]:
    inside = [m for m in marks if m.span.overlaps(span)]
    edges = {span.start, span.end} | {e for m in inside for e in m.span if span.start < e < span.end}
    order = sorted(edges)
    for start, end in pairwise(order):
        over = tuple(m for m in inside if m.span.overlaps(Span(start, end)))
        starts = tuple(m for m in over if m.key not in seen)
        seen.update(m.key for m in starts)
        yield Piece(document.text[start:end], over, starts)


def _group_key(shown: ShownBlock) -> tuple[str, int | None, object]:
    block = shown.block
    if block.kind is BlockKind.table_row and block.cells:
        sheet = next((sheet_of(c.reference) for c in block.cells if c.reference), "")
        return "table", block.page, (block.table, sheet)
    if block.kind is BlockKind.list_item:
        return "list", block.page, bool(block.label)
    return "block", block.page, block.number


def _group(key: tuple[str, int | None, object], blocks: tuple[ShownBlock, ...]) -> ShownGroup:
    shape, page, _ = key
    title = ""
    if shape == "table":
        sheet = next((sheet_of(c.reference) for b in blocks for c in b.cells if c.reference), "")
        title = next((b.block.label for b in blocks if b.block.label), None) or (f"Sheet {sheet}" if sheet else "")
    return ShownGroup(shape, blocks, page, title)
