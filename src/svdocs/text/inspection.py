"""What was read of a document, laid out for a person who wants to see whether the reader saw what they see.

Plain values only: `svdocs inspect` writes them as text or as a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from svdocs.intake.safety import DOC, DOCX, EML, JPEG, MSG, ODS, ODT, PDF, PNG, RTF, TIFF, UNKNOWN, XLS, XLSX, ZIP
from svdocs.text.document import BODY_KINDS, Block, BlockKind, Box, Document, Flag, Page, Problem, Word

KIND_WORDS = {
    BlockKind.heading: "heading",
    BlockKind.paragraph: "paragraph",
    BlockKind.list_item: "list item",
    BlockKind.table_row: "table row",
    BlockKind.text_box: "text box",
    BlockKind.footnote: "footnote",
    BlockKind.caption: "caption",
    BlockKind.furniture: "running head or foot",
    BlockKind.form_field: "form field",
    BlockKind.annotation: "annotation",
    BlockKind.comment: "comment",
    BlockKind.deleted: "deleted by a tracked change",
    BlockKind.hidden: "hidden",
}
"""What a person calls each kind of block."""

TYPE_WORDS = {
    PDF: "PDF",
    DOCX: "Word",
    XLSX: "Excel",
    PNG: "PNG picture",
    JPEG: "JPEG picture",
    TIFF: "TIFF picture",
    ZIP: "ZIP package",
    EML: "mail",
    MSG: "Outlook mail",
    DOC: "old Word file",
    XLS: "old Excel file",
    ODT: "OpenDocument text",
    ODS: "OpenDocument spreadsheet",
    RTF: "Rich Text",
    UNKNOWN: "unknown type",
}
"""What a person calls a type of file."""

_FACT_WORDS = {
    "words": "words with a place on a page",
    "t_total": "letters in the file",
    "tables": "tables",
    "charts": "charts",
    "sheets": "sheets",
    "cells": "cells with a value",
    "hidden_cells": "cells in hidden rows, columns or sheets",
    "members": "files in the package",
}
_UNDER_ITSELF = 0.3


class State(StrEnum):
    """How reading a document ended."""

    whole = "Read whole"
    to_look_at = "Read whole, with something to look at"
    needs_person = "Not read whole: a person should look at the original"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box on a page's picture and the block that it belongs to."""

    block: Block
    box: Box


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks shown as one: rows of one table, or a single block; `title` is a table's."""

    blocks: tuple[Block, ...]
    is_table: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A page, a sheet, or the whole of a text without pages.

    Attributes:
        title: such as ``Page 3`` or ``Sheet Measures``.
        page: its size, or None.
        runs: its blocks in reading order.
        drawn: where they stand on the page's picture; a block that goes on from the page before is here too.
    """

    title: str
    page: Page | None = None
    runs: tuple[Run, ...] = ()
    drawn: tuple[Drawn, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its blocks in reading order."""
        return tuple(block for run in self.runs for block in run.blocks)

    @property
    def continued(self) -> tuple[Block, ...]:
        """Blocks that begin on a page before and go on here, in the order of their numbers."""
        here = {block.number for block in self.blocks}
        return tuple({d.block.number: d.block for d in self.drawn if d.block.number not in here}.values())


@dataclass(frozen=True, slots=True)
class Inspection:
    """A document laid out for a person.

    Attributes:
        facts: what the reader counted, in words, with its number.
        completeness: whether the counts add up, as a sentence; empty where the format has nothing to add up.
        kinds: how many blocks of each kind there are, most first.
    """

    document: Document
    state: State
    parts: tuple[Part, ...]
    facts: tuple[tuple[str, int], ...]
    completeness: str
    kinds: tuple[tuple[BlockKind, int], ...]

    @property
    def file_type(self) -> str:
        """What a person calls a file of the document's type."""
        return TYPE_WORDS.get(self.document.media_type, self.document.media_type)

    @property
    def taken_for(self) -> str:
        """What the document is taken for, and how sure that is, in words."""
        kind = self.document.kind.replace("_", " ")
        what = "no known kind of document" if kind == "other" else f"a {kind}"
        author = f" of {self.document.supplier}" if self.document.supplier else ""
        return f"{what} ({self.document.kind_confidence:.0%} sure){author}"

    def told_of(self, part: Part) -> tuple[Problem | Flag, ...]:
        """Return the problems and flags of a page."""
        if part.page is None:
            return ()
        told: tuple[Problem | Flag, ...] = (*self.document.problems, *self.document.flags)
        return tuple(t for t in told if t.page == part.page.number)

    def quote(self, block: Block) -> str:
        """Return a block's text."""
        return self.document.quote(block.span)

    def cells(self, block: Block) -> tuple[str, ...]:
        """Return the texts of a block's cells."""
        return tuple(self.document.quote(c.span) for c in block.cells)


def inspect_document(document: Document) -> Inspection:
    """Return the document laid out by its pages, its sheets, or as one part."""
    kinds = Counter(b.kind for b in document.blocks)
    return Inspection(
        document,
        state_of(document),
        tuple(_pages(document) if document.pages else _sheets(document)),
        tuple((_fact_words(name, count), count) for name, count in document.facts.items()),
        completeness_of(document),
        tuple(kinds.most_common()),
    )


def state_of(document: Document) -> State:
    """Return how reading the document ended."""
    if document.problems:
        return State.needs_person
    return State.to_look_at if document.flags else State.whole


def completeness_of(document: Document) -> str:
    """Return whether every letter is accounted for, as a sentence."""
    facts = document.facts
    if "t_total" in facts:
        classed = sum(count for name, count in facts.items() if name.startswith("t_") and name != "t_total")
        if classed == facts["t_total"]:
            return f"Each of the file's {classed:,} letters is in exactly one of the kinds of text below."
        return f"The file has {facts['t_total']:,} letters, but {classed:,} were put under a kind of text."
    shown = sum(b.span.end - b.span.start for b in document.blocks)
    body = sum(b.span.end - b.span.start for b in document.blocks if b.kind in BODY_KINDS)
    if not shown:
        return ""
    return f"{shown:,} letters were read; {body:,} of them are text that is looked through, the rest is kept apart."


def _fact_words(name: str, count: int) -> str:
    """Return a counted fact's name in words.

    >>> _fact_words("t_text_box", 9), _fact_words("characters_hidden", 9), _fact_words("sheets", 1)
    ('letters: text box', 'letters: hidden', 'sheet')
    """
    if name in _FACT_WORDS:
        first, _, rest = _FACT_WORDS[name].partition(" ")
        return " ".join(filter(None, [first.removesuffix("s") if count == 1 else first, rest]))
    for prefix in ("t_", "characters_"):
        if name.startswith(prefix):
            kind = name.removeprefix(prefix)
            return f"letters: {KIND_WORDS[BlockKind(kind)] if kind in set(BlockKind) else kind.replace('_', ' ')}"
    return name.replace("_", " ")


def _pages(document: Document) -> Iterator[Part]:
    drawn: dict[int, list[Drawn]] = {}
    for block in document.blocks:
        for page, box in _boxes_of(document.words_in(block.span)):
            drawn.setdefault(page, []).append(Drawn(block, box))
    by_page: dict[int, list[Block]] = {}
    for block in document.blocks:
        by_page.setdefault(block.page or 1, []).append(block)
    for shown in document.pages:
        yield Part(
            f"Page {shown.number}",
            shown,
            tuple(_runs(by_page.get(shown.number, []))),
            tuple(drawn.get(shown.number, [])),
        )


def _boxes_of(words: tuple[Word, ...]) -> Iterator[tuple[int, Box]]:
    """Yield a block's boxes: one for each stretch of lines under one another, so that columns stay apart."""
    kept: tuple[int, Box] | None = None
    for word in words:
        for box in word.boxes:
            if kept is None:
                kept = word.page, box
                continue
            page, sofar = kept
            if word.page == page and _goes_on(sofar, box):
                kept = page, sofar.union(box)
            else:
                yield kept
                kept = word.page, box
    if kept is not None:
        yield kept


def _goes_on(sofar: Box, box: Box) -> bool:
    """Say whether a word's box goes on a stretch of lines: beside its last line, or under it."""
    height = max(box.bottom - box.top, 1.0)
    beside = box.top < sofar.bottom and box.bottom > sofar.bottom - 1.5 * height
    under = sofar.bottom - _UNDER_ITSELF * height <= box.top <= sofar.bottom + 2 * height
    return beside or (under and box.x0 < sofar.x1 and box.x1 > sofar.x0 - height)


def _sheets(document: Document) -> Iterator[Part]:
    """Yield a workbook's sheets, or the whole text as one part.

    A sheet begins with a heading of the first level, or, if it is hidden, with a cell of another sheet.
    """
    is_workbook = any(c.reference for b in document.blocks for c in b.cells)
    found: list[tuple[str, list[Block]]] = []
    for block in document.blocks:
        sheet = _sheet_of(block)
        begins = is_workbook and block.kind is BlockKind.heading and block.level == 1
        if begins or not found or (sheet and found[-1][0] not in ("", sheet)):
            found.append((sheet, [block]))
        else:
            found[-1] = (found[-1][0] or sheet, [*found[-1][1], block])
    for sheet, blocks in found:
        name = sheet or (document.quote(blocks[0].span) if is_workbook else "")
        yield Part(f"Sheet {name}" if name else "Text", runs=tuple(_runs(blocks)))


def _sheet_of(block: Block) -> str:
    reference = next((c.reference for c in block.cells if c.reference), None)
    return reference.rpartition("!")[0].strip("'") if reference else ""


def _runs(blocks: list[Block]) -> Iterator[Run]:
    for (is_table, _), together in groupby(blocks, key=_run_key):
        run = tuple(together)
        yield Run(run, is_table, (run[0].label or "") if is_table else "")


def _run_key(block: Block) -> tuple[bool, int]:
    if block.table is not None and block.cells:
        return True, block.table
    return False, block.number
