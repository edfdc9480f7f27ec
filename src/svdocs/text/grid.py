"""A table file, CSV or XLSX, as plain rows of cells: for files that somebody brings as data and not as a document.

A workbook is a stranger's file like any other and is read in the process of its own that all readers have; CSV is text.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from svdocs.errors import LimitExceeded, ReaderDied, UsageError
from svdocs.intake.safety import MAX_FILE_BYTES, XLSX, sniff_media_type
from svdocs.intake.sandbox import DEFAULT_LIMITS, run_isolated

MAX_ROWS = 250_000
MAX_COLUMNS = 200
_MAX_CELL = 32_767
"""Letters of a cell, as many as a workbook allows."""

Row = tuple[int, tuple[str, ...]]
"""The number of a row as a person counts, and its cells."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name, empty for CSV, and its rows that hold anything."""

    name: str
    rows: tuple[Row, ...]


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Return the sheets of a table file; a CSV file has one.

    Raises:
        UsageError: it is neither CSV nor XLSX.
        CannotRead: it is broken, encrypted, or over a limit.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise LimitExceeded(f"{path.name}: over the limit of {MAX_FILE_BYTES // 2**20} MiB; split the file.")
    data = path.read_bytes()
    media_type = sniff_media_type(data)
    if media_type == XLSX:
        return _grids_of(run_isolated("svdocs.text.grid_child", [], path, DEFAULT_LIMITS))
    if b"\0" in data[:4096] or data.startswith((b"%PDF", b"PK")):
        raise UsageError(f"{path.name}: neither CSV nor XLSX; save it as one of the two.")
    return (Grid("", read_csv(data)),)


def read_csv(data: bytes) -> tuple[Row, ...]:
    r"""Return the rows of CSV text in UTF-8, UTF-16 or Windows' own letters, with comma, semicolon or tab between.

    Raises:
        UsageError: it is no CSV text.

    >>> read_csv("Supplier;Amount\n\nA Ltd;\"1,5\"\n".encode())
    ((1, ('Supplier', 'Amount')), (3, ('A Ltd', '1,5')))
    """
    text = _decoded(data)
    opening = text[:20_000]
    between = max(",;\t|", key=lambda c: sum(line.count(c) for line in opening.splitlines()[:20]))
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    rows: list[Row] = []
    try:
        for cells in reader:
            if any(c.strip() for c in cells):
                rows.append((reader.line_num, tuple(c.strip() for c in cells)))
    except csv.Error as error:
        raise UsageError(f"Line {reader.line_num} is no CSV ({error}); save the file again as CSV in UTF-8.") from None
    _check_size(rows)
    return tuple(rows)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _check_size(rows: list[Row]) -> None:
    if len(rows) > MAX_ROWS:
        raise LimitExceeded(f"The file has {len(rows):,} rows; the limit is {MAX_ROWS:,}. Split it.")
    if any(len(cells) > MAX_COLUMNS for _, cells in rows):
        raise LimitExceeded(f"A row has more than {MAX_COLUMNS} columns; take out what is not needed.")


def _grids_of(result: bytes) -> tuple[Grid, ...]:
    try:
        said = json.loads(result)
        grids = [Grid(str(s["name"]), tuple((int(n), tuple(map(str, cells))) for n, cells in s["rows"])) for s in said]
    except (ValueError, KeyError, TypeError) as error:
        raise ReaderDied("The reader's answer made no sense, so it was not used; look at the original.") from error
    for grid in grids:
        _check_size(list(grid.rows))
    return tuple(grids)
