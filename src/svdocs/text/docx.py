"""A Word file becomes text: every part walked, every letter accounted for, nothing dropped in silence.

Ready-made readers of Word files pass over insertions, content controls, text boxes, notes and nested tables, and the
response forms of UK buyers are made of these. So the XML is walked here, and at the end the letters that were placed
are counted against the letters that the file holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from svdocs.errors import DamagedFile
from svdocs.intake.containers import Container
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Flag, Problem
from svdocs.text.docx_content import Item, Paragraph, Seen, Table, TableCell, TableRow
from svdocs.text.docx_package import Package
from svdocs.text.docx_parts import Walker, split_typed_bullet
from svdocs.text.reading import Reading
from svdocs.text.tabular import find_header_rows, header_paths

LONGEST_BOLD_HEADING = 12
"""Words in a paragraph that is taken for a heading because it is bold."""
PROSE_CELL_WORDS = 60
"""Words from which a cell of several paragraphs is an answer in prose rather than a cell of a table."""
MOST_FLAGS = 50
_FLAG_LETTERS = 500
_PROMISE = re.compile(r"\b(?:will|shall|we['’]ll)\b|^\s*(?:we|i)\b", re.IGNORECASE)
_QUESTION = re.compile(r"\s*(?:\d[\d.]*\s*)?(?:how|what|why|where|who|when)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;,:!]\s*\Z")


def read_docx(data: bytes) -> Reading:
    """Return the text of a Word file with its coordinates.

    `facts` counts the letters of all text elements (`t_total`) and each in one class: `t_body`, `t_table`,
    `t_text_box`, `t_footnote`, `t_furniture`, `t_comment`, `t_deleted`, `t_hidden`, `t_duplicate`, `t_trimmed`.

    Raises:
        CannotRead: the file is broken, encrypted or over a limit.
    """
    package = Package(Container(data))
    try:
        return _Writer(package).write()
    except RecursionError as error:
        raise DamagedFile(
            "The file nests its text deeper than any office program does; ask the supplier to save it again."
        ) from error


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file blocks are written from: their kind, if the place decides it, and their class in the count."""

    kind: BlockKind | None
    count: str


_BODY = _Place(None, "t_body")
_TABLE = _Place(None, "t_table")
_BOX = _Place(BlockKind.text_box, "t_text_box")
_FOOTNOTE = _Place(BlockKind.footnote, "t_footnote")
_FURNITURE = _Place(BlockKind.furniture, "t_furniture")
_COMMENT = _Place(BlockKind.comment, "t_comment")


@dataclass(slots=True)
class _Writer:
    """Writes the walked parts into blocks."""

    package: Package
    builder: TextBuilder = field(default_factory=TextBuilder)
    counts: Counter[str] = field(default_factory=Counter)
    flags: list[Flag] = field(default_factory=list)
    tables: int = 0
    heading_depth: int = 0
    noted: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Section in which each note is referred to, in order."""

    def write(self) -> Reading:
        walker = Walker(self.package)
        self._write_items(walker.walk_part(self.package.main), _BODY)
        for kind, place in (("footnotes", _FOOTNOTE), ("endnotes", _FOOTNOTE), ("comments", _COMMENT)):
            for part in self.package.targets(self.package.main, kind):
                self._write_notes(walker.walk_notes(part), kind.removesuffix("s"), place)
        for kind in ("header", "footer"):
            for part in self.package.targets(self.package.main, kind):
                self._write_items(walker.walk_part(part), _FURNITURE)
        facts = self._facts(walker)
        return Reading(
            text=self.builder.text,
            blocks=tuple(self.builder.blocks),
            problems=self._problems(walker, facts),
            flags=(*self.flags[:MOST_FLAGS], *self._package_flags(walker)),
            facts=facts,
        )

    def _write_items(self, items: Sequence[Item], place: _Place) -> None:
        for item in items:
            if isinstance(item, Paragraph):
                self._write_paragraph(item, place)
            else:
                self._write_table(item, place)

    def _write_paragraph(self, paragraph: Paragraph, place: _Place) -> None:
        self._count(paragraph, place)
        text = paragraph.text.strip()
        if text:
            self._add_block(paragraph, text, place)
        self._write_hanging(paragraph, place)

    def _add_block(self, paragraph: Paragraph, text: str, place: _Place) -> None:
        kind, level, label = self._form(paragraph, text, place)
        if kind is BlockKind.list_item and label is None:
            typed = split_typed_bullet(text)
            if typed is not None:
                label, text = typed
        self.builder.add(kind, text, level=level, label=label, tracked=paragraph.tracked)

    def _form(self, paragraph: Paragraph, text: str, place: _Place) -> tuple[BlockKind, int | None, str | None]:
        """Return kind, level and label of a paragraph."""
        if place.kind is not None:
            return place.kind, None, paragraph.label
        if paragraph.contents:
            return BlockKind.furniture, None, None
        if paragraph.caption:
            return BlockKind.caption, None, None
        if paragraph.heading is not None:
            self.heading_depth = paragraph.heading
            return BlockKind.heading, paragraph.heading, paragraph.label
        if paragraph.list_level is not None:
            return BlockKind.list_item, paragraph.list_level, paragraph.label
        if split_typed_bullet(text) is not None:
            return BlockKind.list_item, 1, None
        if paragraph.bold and is_bold_heading(text):
            return BlockKind.heading, min(self.heading_depth + 1, 9), None
        return BlockKind.paragraph, None, None

    def _write_hanging(self, paragraph: Paragraph, place: _Place) -> None:
        """Write what hangs on a paragraph: its deletions, its hidden letters, its boxes; remember its notes."""
        deleted = paragraph.segments(Seen.deleted)
        if deleted:
            self.builder.add(BlockKind.deleted, "\n".join(deleted))
        hidden = paragraph.segments(Seen.hidden)
        if hidden:
            self._add_hidden("\n".join(hidden))
        inner = place if place.kind in (BlockKind.comment, BlockKind.furniture, BlockKind.footnote) else _BOX
        for box in paragraph.boxes:
            self._write_items(box, inner)
        for note in paragraph.notes:
            self.noted.setdefault(note, self._section())

    def _add_hidden(self, text: str) -> None:
        self.builder.add(BlockKind.hidden, text)
        message = (
            f"{len(text)} letters that a reader of the page does not see (hidden, the colour of the page, or too small "
            "to read); they are kept apart and no commitment is taken from them."
        )
        self.flags.append(Flag("hidden_text", message, text=text[:_FLAG_LETTERS]))

    def _write_notes(self, notes: dict[str, list[Item]], kind: str, place: _Place) -> None:
        order = [i for k, i in self.noted if k == kind and i in notes]
        for number, identifier in enumerate([*order, *(i for i in notes if i not in order)], 1):
            first = len(self.builder.blocks)
            self._write_items(notes[identifier], place)
            section = self.noted.get((kind, identifier), ())
            for i in range(first, len(self.builder.blocks)):
                block = self.builder.blocks[i]
                label = (
                    str(number)
                    if place is _FOOTNOTE and block.kind is BlockKind.footnote and i == first
                    else block.label
                )
                self.builder.blocks[i] = replace(block, section=section, label=label)

    # Tables

    def _write_table(self, table: Table, place: _Place) -> None:
        rows = [r for r in table.rows if r.cells]
        if len(rows) == 1 and len(rows[0].cells) == 1:
            self._write_items(rows[0].cells[0].items, _BOX if place.kind is None else place)
            return
        number, self.tables = self.tables, self.tables + 1
        texts = [[cell_text(c) for c in r.cells] for r in rows]
        grid = [[(c.column, c.width) for c in r.cells] for r in rows]
        marked = [i for i, r in enumerate(rows) if r.header]
        shaded = [all(c.shaded or _is_bold(c) for c in r.cells if cell_text(c)) for r in rows]
        heads = find_header_rows(texts, grid, marked=marked, emphasised=shaded)
        paths = header_paths(texts, grid, heads)
        in_table = _TABLE if place.kind is None else place
        for i, row in enumerate(rows):
            if i not in heads.rows and any(is_prose(c) for c in row.cells):
                for cell in row.cells:
                    self._write_items(cell.items, in_table)
                continue
            if any(texts[i]):
                self.builder.add_row(
                    texts[i],
                    headers=paths[i],
                    table=number,
                    label=heads.title,
                    header_row=i in heads.rows,
                    kind=place.kind or BlockKind.table_row,
                    tracked=any(p.tracked for c in row.cells for p in _paragraphs(c)),
                )
            self._write_rest(row, in_table)

    def _write_rest(self, row: TableRow, place: _Place) -> None:
        """Count a row's letters and write what hangs on its paragraphs, and the tables inside it."""
        for cell in row.cells:
            for item in cell.items:
                if isinstance(item, Paragraph):
                    self._count(item, place)
                    self._write_hanging(item, place)
                else:
                    self._write_table(item, place)

    # Accounts

    def _count(self, paragraph: Paragraph, place: _Place) -> None:
        for piece in paragraph.pieces:
            name = {Seen.deleted: "t_deleted", Seen.hidden: "t_hidden"}.get(piece.seen, place.count)
            self.counts[name] += piece.letters

    def _section(self) -> tuple[str, ...]:
        last = self.builder.blocks[-1] if self.builder.blocks else None
        if last is None:
            return ()
        if last.kind is not BlockKind.heading:
            return last.section
        return (*last.section, " ".join(self.builder.text[last.span.start : last.span.end].split()))

    def _facts(self, walker: Walker) -> dict[str, int]:
        classes = {name: n for name, n in sorted(self.counts.items()) if n}
        extra = {"t_duplicate": walker.duplicates, "t_trimmed": walker.trimmed}
        classes |= {name: n for name, n in extra.items() if n}
        charts = {"charts": walker.charts} if walker.charts else {}
        return {"t_total": walker.total, **classes, "tables": self.tables, **charts}

    def _problems(self, walker: Walker, facts: dict[str, int]) -> tuple[Problem, ...]:
        found = []
        placed = sum(n for name, n in facts.items() if name.startswith("t_") and name != "t_total")
        if placed != walker.total:
            message = (
                f"The file holds {walker.total} letters, but {placed} were placed, so some of the text may be missing; "
                "compare with the original."
            )
            found.append(Problem("incomplete", message))
        if walker.foreign_parts:
            message = (
                f"{walker.foreign_parts} part(s) of the text are files of another kind inside this one and were not "
                "read; open it in Word, save it again, and add it anew."
            )
            found.append(Problem("incomplete", message))
        return tuple(found)

    def _package_flags(self, walker: Walker) -> tuple[Flag, ...]:
        found = []
        if self.package.has_part_like("vbaproject"):
            found.append(Flag("macros", "The file holds macros; they were not run."))
        if self.package.has_part_like("/embeddings/"):
            found.append(Flag("embedded_file", "The file holds other files inside it; their text was not read."))
        if walker.pictures:
            message = f"The file shows {walker.pictures} large picture(s); text inside pictures was not read."
            found.append(Flag("pictures", message))
        outside = set(self.package.outside_kinds(self.package.main)) - {"hyperlink"}
        if outside:
            found.append(Flag("outside_reference", "The file refers to content outside itself, which was not fetched."))
        if any(re.match(r"\s*DDE(?:AUTO)?\b", code) for code in walker.instructions):
            found.append(
                Flag("outside_reference", "A field of the file asks another program for data; it was not run.")
            )
        return tuple(found)


def is_bold_heading(text: str) -> bool:
    """Say whether a paragraph that is all bold reads as a heading.

    >>> [is_bold_heading(t) for t in ("Local employment", "We will hire ten people", "Total: £4,000.")]
    [True, False, False]
    """
    if len(text.split()) > LONGEST_BOLD_HEADING or _SENTENCE_END.search(text) or not re.search(r"[^\W\d_]", text):
        return False
    return not _PROMISE.search(text) or bool(_QUESTION.match(text))


def cell_text(cell: TableCell) -> str:
    """Return a cell's text, its paragraphs on lines of their own; tables inside it are not part of it."""
    return "\n".join(t for t in (p.text.strip() for p in _paragraphs(cell)) if t)


def is_prose(cell: TableCell) -> bool:
    """Say whether a cell holds an answer in prose: several paragraphs and many words, or a table of its own."""
    if any(isinstance(i, Table) for i in cell.items):
        return True
    texts = [t for t in (p.text.strip() for p in _paragraphs(cell)) if t]
    return len(texts) > 1 and sum(len(t.split()) for t in texts) >= PROSE_CELL_WORDS


def _paragraphs(cell: TableCell) -> list[Paragraph]:
    return [i for i in cell.items if isinstance(i, Paragraph)]


def _is_bold(cell: TableCell) -> bool:
    shown = [p for p in _paragraphs(cell) if p.text.strip()]
    return bool(shown) and all(p.bold for p in shown)
