"""A document's text as the pages show it: blocks in reading order, cut into pieces where a statement begins or ends."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from svdocs.text.document import Block, BlockKind, Box, Document, Span


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
    """Boxes on one page and the statements whose passage they hold; `firsts` are those that begin here."""

    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    firsts: tuple[Mark, ...]


def show_text(document: Document, marks: Sequence[Mark]) -> list[ShownGroup]:
    """Return the document's text ready to show, hidden text and furniture included, cut where `marks` begin or end."""
    over = _marks_by_block(document, marks)
    seen: set[str] = set()
    shown = [
        _show_block(document, b, over.get(b.number, ()), seen) for b in document.blocks if b.span.end > b.span.start
    ]
    return [_group(key, tuple(blocks)) for key, blocks in groupby(shown, _group_key)]


def outline_passages(places: Iterable[tuple[Mark, Sequence[Box], Sequence[int]]]) -> dict[int, list[Outline]]:
    """Return for each page the outlines on it; statements over the same boxes share one.

    Args:
        places: for each statement its mark, its boxes and the page of each box.
    """
    found: dict[int, dict[tuple[Box, ...], tuple[list[Mark], list[Mark]]]] = defaultdict(dict)
    for mark, boxes, pages in places:
        for page in sorted(set(pages)):
            on_page = tuple(b for b, p in zip(boxes, pages, strict=True) if p == page)
            marks, firsts = found[page].setdefault(on_page, ([], []))
            marks.append(mark)
            if page == min(pages):
                firsts.append(mark)
    return {
        page: [Outline(b, tuple(m), tuple(f)) for b, (m, f) in outlines.items()] for page, outlines in found.items()
    }


def sheet_of(reference: str | None) -> str:
    """Return the sheet in a cell's place.

    >>> sheet_of("Year 1!C14"), sheet_of("C14"), sheet_of(None)
    ('Year 1', '', '')
    """
    return (reference or "").rpartition("!")[0]


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
    if not block.cells:
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
