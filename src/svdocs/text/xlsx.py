"""A workbook becomes text: each sheet a section, each row of a table a passage whose cells know headers and places.

Social value calculators are sheets of many tables: a title, lines of instructions, a header row, rows of measures with
units, proxies and targets, totals, and then the next table. Rows are cut into runs of neighbours; each run finds its
header, or goes on under the one above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from svdocs.intake.containers import Container
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Flag, Problem
from svdocs.text.reading import Reading
from svdocs.text.tabular import find_header_rows, header_paths
from svdocs.text.xlsx_parts import Sheet, SheetCell, Workbook

LONGEST_HEADING = 12
PROSE_WORDS = 8
"""Words from which a lone cell is a sentence rather than a label."""
LOOK_AHEAD = 40
"""Rows after a run that are looked at to tell whether it is a header."""
MOST_COLUMNS = 200
"""Columns up to which the empty cells of a row are kept, so that its cells line up with their headers."""
TALL_ROWS = 50
MOST_MERGED = 100
"""Merged areas over one row that are looked at, and areas of more than 50 rows; more is no sheet for people."""
_FLAG_LETTERS = 500
_PROMISE = re.compile(r"\b(?:will|shall)\b|^\s*we\b", re.IGNORECASE)

Rows = list[list[SheetCell]]
Area = tuple[int, int, int, int]


def read_xlsx(data: bytes, *, on_page: Callable[[int, int], None] | None = None) -> Reading:
    """Return the text of a workbook; each cell's `reference` is its place, such as ``Measures!C14``.

    Args:
        data: the file.
        on_page: called with the sheets read so far and the number of sheets.

    Raises:
        CannotRead: the file is broken, encrypted or over a limit.
    """
    workbook = Workbook(Container(data), on_page)
    writer = _Writer()
    for sheet in workbook.sheets():
        _SheetWriter(writer, sheet).write()
    if any("vbaproject" in name.casefold() for name in workbook.names):
        writer.flags.append(Flag("macros", "The workbook holds macros; they were not run."))
    if any("externallinks/" in name.casefold() for name in workbook.names):
        writer.flags.append(
            Flag("outside_reference", "The workbook refers to content outside itself, which was not fetched.")
        )
    return Reading(
        text=writer.builder.text,
        blocks=tuple(writer.builder.blocks),
        problems=_empty_problem(writer),
        flags=tuple(writer.flags),
        facts=dict(writer.facts),
    )


def _empty_problem(writer: _Writer) -> tuple[Problem, ...]:
    """Return the problem of a workbook that shows nothing but the names of its sheets."""
    sheets_only = {BlockKind.heading, BlockKind.hidden, BlockKind.comment}
    if (
        writer.facts["cells"] > writer.facts["hidden_cells"]
        or not {b.kind for b in writer.builder.blocks} <= sheets_only
    ):
        return ()
    return (Problem("no_text", "The workbook shows no filled cell; look at the original, it may hold only pictures."),)


@dataclass(slots=True)
class _Writer:
    """What all sheets write into."""

    builder: TextBuilder = field(default_factory=TextBuilder)
    flags: list[Flag] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=lambda: {"sheets": 0, "cells": 0, "hidden_cells": 0, "tables": 0})


@dataclass(slots=True)
class _Head:
    """The header that rows below it stand under: its path for each column, and the group beneath it."""

    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    group: tuple[str, ...] = ()

    def above(self, column: int) -> tuple[str, ...]:
        return self.group + self.paths.get(column, ())


@dataclass(slots=True)
class _SheetWriter:
    """Writes one sheet."""

    out: _Writer
    sheet: Sheet
    head: _Head = field(default_factory=_Head)
    table: int | None = None
    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    merged_by_row: dict[int, list[Area]] = field(default_factory=dict)
    tall: list[Area] = field(default_factory=list)

    def write(self) -> None:
        sheet, facts = self.sheet, self.out.facts
        facts["sheets"] += 1
        facts["cells"] += len(sheet.cells)
        cells = sorted(sheet.cells, key=lambda c: (c.row, c.column))
        shown = [c for c in cells if not (c.hidden or sheet.hidden)]
        unseen = [c for c in cells if c.hidden or sheet.hidden]
        self._index_merged()
        rows = _rows(shown)
        if not sheet.hidden:
            rows = self._write_title(rows)
        at = 0
        for run in _runs(rows):
            at += len(run)
            if len(run[0]) > 1:
                self._write_run(run, rows[at : at + LOOK_AHEAD])
            else:
                self._write_lone(run[0][0], next_row=rows[at] if at < len(rows) else None)
        for text in sheet.boxes:
            self.out.builder.add(BlockKind.hidden if sheet.hidden else BlockKind.text_box, text)
        for text in sheet.running:
            self.out.builder.add(BlockKind.hidden if sheet.hidden else BlockKind.furniture, text)
        for place, text in sheet.comments:
            self.out.builder.add_row([text], references=[sheet.reference(place)], kind=BlockKind.comment)
        self._write_unseen(unseen)
        self._flag_uncalculated()

    def _write_title(self, rows: Rows) -> Rows:
        """Write the sheet's heading: its name, or the title in its first cell where that says the same or more."""
        first = rows[0] if rows else []
        if len(first) == 1 and not first[0].number and _says_more(first[0].text, self.sheet.name):
            self._add_heading(first[0], 1)
            return rows[1:]
        self.out.builder.add(BlockKind.heading, self.sheet.name, level=1)
        return rows

    def _add_heading(self, cell: SheetCell, level: int) -> None:
        self.out.builder.add(BlockKind.heading, " ".join(cell.text.split()), level=level)

    # Rows

    def _write_lone(self, cell: SheetCell, next_row: list[SheetCell] | None) -> None:
        """Write a row of a single cell: a heading, the name of a group of rows, or a paragraph."""
        label = not cell.number and _is_label(cell.text)
        if label and (cell.bold or self._names_group(cell, next_row)):
            if self.head.paths:
                self.head.group = (" ".join(cell.text.split()),)
            self._add_heading(cell, 2)
        elif cell.column in self.head.paths and (cell.number or len(cell.text.split()) < PROSE_WORDS):
            self._add_row([cell], sorted(self.head.paths))
        else:
            self.out.builder.add_row(
                [cell.text], references=[self.sheet.reference(cell.place)], kind=BlockKind.paragraph
            )

    def _names_group(self, cell: SheetCell, next_row: list[SheetCell] | None) -> bool:
        """Say whether a lone label stands right over rows of the table that goes on: it names their group."""
        if next_row is None or len(next_row) < 2 or next_row[0].row > cell.row + 2:
            return False
        return cell.column == min(self.head.paths, default=0) and {c.column for c in next_row} <= set(self.head.paths)

    def _write_run(self, rows: Rows, following: Rows) -> None:
        """Write neighbouring rows of several cells: a table with its header, or more rows under the header above."""
        columns = sorted({c.column for row in rows for c in row})
        ahead = [r for r in following if len(r) > 1 and {c.column for c in r} <= set(columns)] if len(rows) < 3 else []
        judged = [*rows, *ahead]
        texts = [_texts(row, columns) for row in judged]
        grid = [[(i, self._grid_span(row, columns, i)) for i in range(len(columns))] for row in judged]
        marked = [i for i, row in enumerate(judged) if row[0].row in self.sheet.header_rows]
        emphasised = [all(c.bold or c.filled for c in row) for row in judged]
        heads = find_header_rows(texts, grid, marked=marked, emphasised=emphasised)
        body = next((i for i in range(len(judged)) if i not in heads.rows), None)
        if body not in (None, 0):
            self.head = _Head(dict(zip(columns, header_paths(texts, grid, heads)[body], strict=True)))
            self._start_table()
        elif not self._goes_on(columns):
            self.head = _Head()
            self._start_table()
        shown = sorted({*columns, *self.head.paths})
        for i, row in enumerate(rows):
            self._add_row(row, shown, header_row=i in heads.rows, title=heads.title)

    def _goes_on(self, columns: Sequence[int]) -> bool:
        """Say whether rows with these columns can stand under the header above them."""
        return bool(self.head.paths) and set(columns) <= set(self.head.paths)

    def _start_table(self) -> None:
        self.table = self.out.facts["tables"]
        self.out.facts["tables"] += 1

    def _add_row(
        self, row: Sequence[SheetCell], columns: Sequence[int], *, header_row: bool = False, title: str | None = None
    ) -> None:
        by_column = {c.column: c for c in row}
        wide = len(columns) > MOST_COLUMNS
        used = [c for c in columns if c in by_column or not (wide or self._is_covered(row[0].row, c))]
        self.out.builder.add_row(
            [by_column[c].text if c in by_column else "" for c in used],
            headers=[() if header_row else self.head.above(c) for c in used],
            references=[self.sheet.reference(by_column[c].place) if c in by_column else None for c in used],
            table=self.table,
            label=title,
            header_row=header_row,
        )

    def _is_covered(self, row: int, column: int) -> bool:
        """Say whether a place lies under a merged cell that starts further left or above."""
        areas = (*self.merged_by_row.get(row, ()), *self.tall)
        return any(r0 <= row <= r1 and c0 <= column <= c1 and (row, column) != (r0, c0) for r0, c0, r1, c1 in areas)

    def _index_merged(self) -> None:
        for area in self.sheet.merged:
            first, column, last, end = area
            self.spans[first, column] = end - column + 1
            if last - first > TALL_ROWS:
                self.tall.append(area)
                continue
            for row in range(first, last + 1):
                beside = self.merged_by_row.setdefault(row, [])
                if len(beside) < MOST_MERGED:
                    beside.append(area)
        del self.tall[MOST_MERGED:]

    def _grid_span(self, row: list[SheetCell], columns: Sequence[int], at: int) -> int:
        """Return how many of the used columns the cell at the `at`-th of them spans."""
        width = self.spans.get((row[0].row, columns[at]), 1)
        return max(1, sum(columns[at] <= c < columns[at] + width for c in columns[at:]))

    # What is not seen

    def _write_unseen(self, cells: list[SheetCell]) -> None:
        if not cells:
            return
        self.out.facts["hidden_cells"] += len(cells)
        for row in _rows(cells):
            self.out.builder.add_row(
                [c.text for c in row], references=[self.sheet.reference(c.place) for c in row], kind=BlockKind.hidden
            )
        what = "a hidden sheet" if self.sheet.hidden else "hidden rows, columns or cells"
        message = (
            f"{_counted(len(cells), 'cell')} in {what} of “{self.sheet.name}”, from {cells[0].place}; a reader does "
            "not see this, it is kept apart and no commitment is taken from it."
        )
        self.out.flags.append(Flag("hidden_text", message, text=" | ".join(c.text for c in cells[:50])[:_FLAG_LETTERS]))

    def _flag_uncalculated(self) -> None:
        if self.sheet.uncalculated:
            message = (
                f"“{self.sheet.name}” has {_counted(self.sheet.uncalculated, 'formula')} without a stored result, read "
                "as empty; open the workbook in its program, save it, and add it anew."
            )
            self.out.flags.append(Flag("uncalculated", message))


def _counted(number: int, word: str) -> str:
    """Return a number of things in words.

    >>> _counted(1, "cell"), _counted(1200, "cell")
    ('1 cell', '1,200 cells')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _rows(cells: list[SheetCell]) -> Rows:
    return [list(group) for _, group in groupby(cells, key=lambda c: c.row)]


def _runs(rows: Rows) -> Iterator[Rows]:
    """Yield runs of neighbouring rows of several cells, and rows of one cell by themselves."""
    run: Rows = []
    for row in rows:
        joins = len(row) > 1 and run and row[0].row == run[-1][0].row + 1
        if run and not joins:
            yield run
            run = []
        if len(row) == 1:
            yield [row]
        else:
            run.append(row)
    if run:
        yield run


def _texts(row: list[SheetCell], columns: Sequence[int]) -> list[str]:
    by_column = {c.column: c.text for c in row}
    return [by_column.get(c, "") for c in columns]


def _says_more(title: str, name: str) -> bool:
    """Say whether a sheet's first cell is its name, or begins with it.

    >>> _says_more("Jobs and skills in Kent", "Jobs and skills"), _says_more("Read me first", "Instructions")
    (True, False)
    """
    return " ".join(title.split()).casefold().startswith(" ".join(name.split()).casefold()) and _is_label(title, 25)


def _is_label(text: str, longest: int = LONGEST_HEADING) -> bool:
    """Say whether a text is short and no sentence."""
    return len(text.split()) <= longest and not text.rstrip().endswith((".", ";", ",")) and not _PROMISE.search(text)
