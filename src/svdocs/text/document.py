"""The coordinates that everything cites: one text a document, whose every character knows its place.

A reader turns a file into a `Document`. Its `text` is the only copy of the words; blocks, words, cells and
statements are spans into it, so no second copy can drift. Offsets count characters of `text` from 0, the end
excluded. Pages count from 1. Boxes are PDF points from the top left of the page as it is shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a document's text: characters `start` to `end`, the end excluded."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Say whether the two spans share a character.

        >>> Span(0, 4).overlaps(Span(4, 8)), Span(0, 5).overlaps(Span(4, 8))
        (False, True)
        """
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Say whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def shifted(self, by: int) -> Span:
        """Return the span moved by `by` characters."""
        return Span(self.start + by, self.end + by)


class Box(NamedTuple):
    """A rectangle in points from the top left of the page as shown."""

    x0: float
    top: float
    x1: float
    bottom: float

    def holds_middle_of(self, other: Box) -> bool:
        """Say whether the middle of another box lies inside this one."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )


class BlockKind(StrEnum):
    """What a block of text is on its page. The first seven are body text; the rest is kept apart from it."""

    heading = "heading"
    paragraph = "paragraph"
    list_item = "list_item"
    table_row = "table_row"
    text_box = "text_box"
    footnote = "footnote"
    caption = "caption"
    furniture = "furniture"
    """Running heads, running feet and page numbers."""
    form_field = "form_field"
    annotation = "annotation"
    comment = "comment"
    deleted = "deleted"
    """Text that a tracked deletion takes out: kept as a fact, no part of the text as it stands."""
    hidden = "hidden"
    """Text that a reader of the page cannot see: stored and shown, never in a statement."""


BODY_KINDS = frozenset(
    {
        BlockKind.heading,
        BlockKind.paragraph,
        BlockKind.list_item,
        BlockKind.table_row,
        BlockKind.text_box,
        BlockKind.footnote,
        BlockKind.caption,
        BlockKind.form_field,
    }
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row.

    Attributes:
        span: the cell's text; empty cells have an empty span.
        header: the headers above the cell, outermost first; empty where the table has none.
        reference: the cell's place in a workbook, such as ``Measures!C14``; None elsewhere.
    """

    span: Span
    header: tuple[str, ...] = ()
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table row or other unit that a person would see as one piece.

    Attributes:
        number: place in reading order, from 0; the `block` of the extraction record.
        kind: what it is.
        span: its text. For a table row the cells joined by `` | ``.
        page: the page on which it starts; None where the format has no pages.
        level: of a heading (1 is outermost) or of a list item (1 is outermost).
        section: the headings above it, outermost first.
        label: a list item's number or bullet as shown, or a table's title; not part of the text.
        table: number of the table that the row belongs to, from 0.
        header_row: whether the row is a header of its table.
        cells: the cells of a table row.
        tracked: whether the text is a tracked insertion that nobody has accepted yet.
    """

    number: int
    kind: BlockKind
    span: Span
    page: int | None = None
    level: int | None = None
    section: tuple[str, ...] = ()
    label: str | None = None
    table: int | None = None
    header_row: bool = False
    cells: tuple[Cell, ...] = ()
    tracked: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a paged document with its place; a word broken over two lines has two boxes."""

    span: Span
    page: int
    boxes: tuple[Box, ...]
    confidence: float | None = None
    """How sure the character recognition was, 0 to 1; None for text that was not recognised from an image."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as shown: after rotation, cut to its crop box. Sizes in points."""

    number: int
    width: float
    height: float
    rotation: int = 0
    ocr: bool = False
    """Whether the page's words were recognised from an image."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept the document from being read whole: a code, and what, why and what to do."""

    code: str
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a person should look at, such as hidden text. It says what was seen, not why."""

    code: str
    message: str
    page: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a passage stands. Each box belongs to the page of the same index in `box_pages`."""

    page: int | None = None
    boxes: tuple[Box, ...] = ()
    box_pages: tuple[int, ...] = ()
    section: tuple[str, ...] = ()
    block: int | None = None
    cell: str | None = None


@dataclass(frozen=True)
class Document:
    """A file as text whose every character knows its place.

    Attributes:
        name: the name under which it was handed in.
        sha256: of the file's bytes, in hexadecimal.
        media_type: found from the content, not from the name.
        text: the one copy of the words, in reading order; blocks are joined by a newline.
        blocks: in reading order; their spans do not overlap.
        words: of paged documents, in the order of `text`; empty for DOCX and XLSX.
        pages: of paged documents.
        problems: what could not be read. A document with problems is never reported as done.
        flags: what a person should look at.
        reader: name and version of the reader that made it.
        kind: bid, case_study, specification, baseline or other, as proposed from the text.
        kind_confidence: of the proposal, 0 to 1, and below 1; 1 where somebody said the kind.
        supplier: as proposed from the text, or None.
        facts: what the reader counted on the way, such as characters a class, for completeness checks.
    """

    name: str
    sha256: str
    media_type: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    words: tuple[Word, ...] = ()
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    flags: tuple[Flag, ...] = ()
    reader: str = ""
    kind: str = "other"
    kind_confidence: float = 0.0
    supplier: str | None = None
    facts: dict[str, int] = field(default_factory=dict)

    def quote(self, span: Span) -> str:
        """Return the text at `span`."""
        return self.text[span.start : span.end]

    def body(self) -> Iterator[Block]:
        """Yield the blocks that a reader of the page takes as the text, in order."""
        return (b for b in self.blocks if b.kind in BODY_KINDS)

    @cached_property
    def _block_starts(self) -> list[int]:
        return [b.span.start for b in self.blocks]

    @cached_property
    def _word_starts(self) -> list[int]:
        return [w.span.start for w in self.words]

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds the character at `offset`, or None between blocks."""
        i = bisect_right(self._block_starts, offset) - 1
        if i >= 0 and self.blocks[i].span.start <= offset < max(self.blocks[i].span.end, self.blocks[i].span.start + 1):
            return self.blocks[i]
        return None

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """Return the words that share a character with `span`, in order."""
        first = max(bisect_right(self._word_starts, span.start) - 1, 0)
        last = bisect_left(self._word_starts, span.end)
        return tuple(w for w in self.words[first:last] if w.span.overlaps(span))

    def location_of(self, span: Span) -> Location:
        """Return where `span` stands: page and one box a line, or block, or cell."""
        block = self.block_at(span.start)
        boxes, pages = _line_boxes(self.words_in(span))
        cell = (
            next((c.reference for c in block.cells if c.reference and c.span.overlaps(span)), None) if block else None
        )
        return Location(
            page=pages[0] if pages else (block.page if block else None),
            boxes=boxes,
            box_pages=pages,
            section=block.section if block else (),
            block=block.number if block else None,
            cell=cell,
        )


def _line_boxes(words: tuple[Word, ...]) -> tuple[tuple[Box, ...], tuple[int, ...]]:
    """Join the words' boxes into one box a line; a step back to the left or to another page starts a line."""
    lines: list[tuple[int, Box]] = []
    for word in words:
        for box in word.boxes:
            if lines:
                page, line = lines[-1]
                height = max(line.bottom - line.top, box.bottom - box.top)
                same_line = min(line.bottom, box.bottom) - max(line.top, box.top) > 0.4 * min(
                    line.bottom - line.top, box.bottom - box.top
                )
                if page == word.page and same_line and -0.5 * height <= box.x0 - line.x1 < 4 * height:
                    lines[-1] = (page, line.union(box))
                    continue
            lines.append((word.page, box))
    return tuple(b for _, b in lines), tuple(p for p, _ in lines)
