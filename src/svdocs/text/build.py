"""Puts blocks one after another into a document's text and keeps the offsets right; every reader writes through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from svdocs.text.document import Block, BlockKind, Box, Cell, Span, Word

CELL_JOIN = " | "


class TextBuilder:
    """Collects blocks in reading order; `text`, `blocks` and `words` are then ready for a `Document`."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self.blocks: list[Block] = []
        self.words: list[Word] = []

    @property
    def text(self) -> str:
        """The text so far: the blocks' texts, joined by newlines."""
        return "".join(self._parts)

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        page: int | None = None,
        level: int | None = None,
        label: str | None = None,
        table: int | None = None,
        header_row: bool = False,
        tracked: bool = False,
    ) -> Block:
        """Append a block of plain text and return it; a heading becomes part of the section of what follows."""
        return self._append(
            Block(
                len(self.blocks),
                kind,
                self._place(text),
                page,
                level,
                self._section(kind, level, text),
                label,
                table,
                header_row,
                (),
                tracked,
            )
        )

    def add_row(
        self,
        cells: Sequence[str],
        *,
        headers: Sequence[tuple[str, ...]] = (),
        references: Sequence[str | None] = (),
        page: int | None = None,
        table: int | None = None,
        label: str | None = None,
        header_row: bool = False,
        kind: BlockKind = BlockKind.table_row,
        tracked: bool = False,
    ) -> Block:
        """Append a table row, its cells joined by `` | ``, and return it.

        Args:
            cells: the cells' texts, left to right.
            headers: for each cell the headers above it, outermost first; may be shorter than `cells`.
            references: for each cell its place in a workbook; may be shorter than `cells`.
            page, table, label, header_row, kind, tracked: as in `Block`.
        """
        span = self._place(CELL_JOIN.join(cells))
        at, placed = span.start, []
        for i, text in enumerate(cells):
            placed.append(
                Cell(
                    Span(at, at + len(text)),
                    tuple(headers[i]) if i < len(headers) else (),
                    references[i] if i < len(references) else None,
                )
            )
            at += len(text) + len(CELL_JOIN)
        return self._append(
            Block(
                len(self.blocks),
                kind,
                span,
                page,
                None,
                self._section(kind, None, ""),
                label,
                table,
                header_row,
                tuple(placed),
                tracked,
            )
        )

    def place_word(
        self, block: Block, start: int, end: int, page: int, boxes: Sequence[Box], confidence: float | None = None
    ) -> None:
        """Give the characters `start` to `end`, counted from the block's own start, their boxes on `page`."""
        self.words.append(Word(Span(block.span.start + start, block.span.start + end), page, tuple(boxes), confidence))

    def _place(self, text: str) -> Span:
        if self._parts:
            self._parts.append("\n")
            self._length += 1
        self._parts.append(text)
        span = Span(self._length, self._length + len(text))
        self._length = span.end
        return span

    def _section(self, kind: BlockKind, level: int | None, text: str) -> tuple[str, ...]:
        if kind is not BlockKind.heading:
            return tuple(t for _, t in self._headings)
        depth = level or 1
        self._headings = [(d, t) for d, t in self._headings if d < depth]
        above = tuple(t for _, t in self._headings)
        self._headings.append((depth, " ".join(text.split())))
        return above

    def _append(self, block: Block) -> Block:
        self.blocks.append(block)
        return block

    def mark_header_row(self, block: Block) -> Block:
        """Mark a row that turned out to be a header, and return it anew."""
        self.blocks[block.number] = replace(block, header_row=True)
        return self.blocks[block.number]
