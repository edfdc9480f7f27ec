"""A spend file becomes rows: which column holds what is proposed from headings and cells, shown, and can be set.

Authorities publish payments in tables of their own making. Nothing of a file is lost: a row that cannot be used is
kept with the reason, and which column was read as what is kept with the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from svdocs.delivery.years import days_of
from svdocs.errors import UsageError
from svdocs.frameworks.supplier_kinds import Field, read_pounds
from svdocs.records.spend import MOST_POUNDS, NewLine, NewSpendFile
from svdocs.text.grid import Grid, Row, read_grids

LOOKED_AT = 40
"""Rows in which the heading is sought."""
JUDGED_BY = 50
"""Rows by which a column of amounts is told."""


class Column(StrEnum):
    """What a column of a spend file may hold beside what it says of the supplier (`Field`)."""

    supplier = "supplier"
    amount = "amount"
    paid_on = "paid_on"
    department = "department"


ALL_COLUMNS = (*(c.value for c in Column), *(f.value for f in Field))
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    Column.supplier: (r"supplier(?: name)?", r"vendor(?: name)?", r"beneficiary(?: name)?", r"payee(?: name)?",
                      r"creditor(?: name)?", r"merchant(?: name)?", r"company(?: name)?", r"paid to", r"name"),
    Column.amount: (r"net amount", r"amount excl?\b.*", r"(?:invoice |payment |transaction |line )?amount\b.*",
                    r"net(?: value)?", r"total(?: (?:spend|paid|amount|value))?", r"spend\b.*", r"value\b.*",
                    r"gross\b.*", r"(?:actual )?£"),
    Column.paid_on: (r"(?:payment|paid|invoice|posting|transaction|cleared|effective) date", r"date(?: paid| of .*)?"),
    Column.department: (r"department(?: family)?", r"directorate", r"service(?: area)?", r"division", r"body name",
                        r"cost cent(?:re|er)(?: name)?", r"organisation(?:al)? unit"),
    Field.head_office: (r"(?:head office|hq|registered(?: office)?) post ?code", r"(?:supplier|vendor) post ?code",
                        r"post ?code", r"zip"),
    Field.branches: (r"branch(?:es)?(?: post ?codes?)?", r"(?:site|local office|depot) post ?codes?"),
    Field.staff: (r"(?:number of |no\.? of )?(?:staff|employees)(?: numbers?)?", r"head ?count"),
    Field.turnover: (r"(?:annual )?turnover\b.*",),
    Field.balance: (r"balance[ -]sheet\b.*", r"total assets\b.*"),
    Field.form: (r"legal (?:form|status)", r"(?:organisation|supplier|company|business|vendor) type", r"type of .*"),
    Field.sme: (r"(?:is )?(?:an? )?m?sme\b.*", r"(?:company|business|supplier) size", r"size"),
    Field.vcse: (r"(?:is )?(?:an? )?vcse?\b.*", r"voluntary\b.*", r"third sector\b.*"),
}  # fmt: skip
"""What the heading of each column may be called, the surest names first."""
_TOTAL = re.compile(r"(?:grand |sub[- ]?)?totals?(?: (?:for|of|spend|paid|amount|payments)\b.*)?:?", re.IGNORECASE)
"""A row of sums; not a supplier whose name begins so, such as a seller of gas."""
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y",
               "%d %B %Y", "%d %b %y", "%Y/%m/%d")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpendSheet:
    """A sheet of a spend file with its heading and the columns that are read.

    Attributes:
        name: of the sheet; empty for CSV.
        header: the headings as written.
        header_row: number of their row.
        columns: for each field the position of its column, from 0.
        rows: below the heading.
        others: names of the file's sheets that are not read.
        above: rows above the heading that hold something.
    """

    name: str
    header: tuple[str, ...]
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()
    above: int = 0

    def headings(self) -> dict[str, str]:
        """Return for each field the heading of its column, or its letter where it has none."""
        return {f: (self.header[i] if i < len(self.header) else "") or f"column {i + 1}" for f, i in
                self.columns.items()}  # fmt: skip


def open_spend(path: Path, *, sheet: str | None = None, chosen: Mapping[str, str] | None = None,
               need_amount: bool = True) -> SpendSheet:  # fmt: skip
    """Return the sheet of a file with the columns proposed, or as chosen.

    Args:
        path: of a CSV or XLSX file.
        sheet: name of the sheet; by default the one with most rows under a heading that is known.
        chosen: by field the heading of its column, over what is proposed; an empty heading leaves the field out.
        need_amount: whether it is a file of payments; else a list of suppliers.

    Raises:
        UsageError: no heading is found, or a chosen column is not there.
        CannotRead: the file is broken or over a limit.
    """
    grids = read_grids(path)
    if sheet is not None:
        picked = [g for g in grids if g.name.casefold() == sheet.casefold()]
        if not picked:
            raise UsageError(f"{path.name}: no sheet {sheet!r}; it has {', '.join(g.name for g in grids)}.")
        found = _best_heading(picked, chosen or {}, need_amount)
    else:
        found = _best_heading(grids, chosen or {}, need_amount)
    if found is None:
        needed = "a supplier and an amount" if need_amount else "a supplier"
        raise UsageError(f"{path.name}: no row of headings with {needed} was found; name the columns yourself.")
    return replace(found, others=tuple(g.name for g in grids if g.name != found.name and g.rows))


def _best_heading(grids: Iterable[Grid], chosen: Mapping[str, str], need_amount: bool) -> SpendSheet | None:
    candidates = [s for g in grids if (s := _with_heading(g, chosen, need_amount)) is not None]
    return max(candidates, key=lambda s: (len(s.rows), len(s.columns)), default=None)


def _with_heading(grid: Grid, chosen: Mapping[str, str], need_amount: bool) -> SpendSheet | None:
    needed = {Column.supplier.value} | ({Column.amount.value} if need_amount else set())
    best: SpendSheet | None = None
    for i, (number, cells) in enumerate(grid.rows[:LOOKED_AT]):
        rows = grid.rows[i + 1 :]
        columns = propose_columns(cells, rows)
        columns = _choose(columns, cells, chosen)
        if needed <= set(columns) and (best is None or len(columns) > len(best.columns)):
            best = SpendSheet(grid.name, cells, number, columns, rows, above=i)
    return best


def propose_columns(header: Sequence[str], rows: Sequence[Row]) -> dict[str, int]:
    """Return for each field the column whose heading names it best; of amounts, one whose cells are amounts.

    >>> propose_columns(("Date", "Supplier Name", "Net Amount", "VAT"), [(2, ("1/5/27", "A", "3", "1"))])
    {'supplier': 1, 'amount': 2, 'paid_on': 0}
    """
    found: dict[str, int] = {}
    for name, patterns in _HEADINGS.items():
        ranked = [
            (rank, i)
            for i, heading in enumerate(header)
            for rank, pattern in enumerate(patterns)
            if i not in found.values() and re.fullmatch(pattern, _plain(heading))
        ]
        if name == Column.amount:
            ranked = [(rank, i) for rank, i in ranked if _holds_amounts(i, rows)]
        if ranked:
            found[str(name)] = min(ranked)[1]
    return found


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[_\-–:*#()]+", " ", heading).lower().split())


def _holds_amounts(column: int, rows: Sequence[Row]) -> bool:
    cells = [c[column] for _, c in rows[:JUDGED_BY] if column < len(c) and c[column]]
    return not cells or sum(read_pounds(c) is not None for c in cells) * 2 >= len(cells)


def _choose(proposed: dict[str, int], header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    """Return the columns with those that a person chose; none at all where the heading is not in this row."""
    columns = dict(proposed)
    by_heading = {_plain(h): i for i, h in reversed(list(enumerate(header)))}
    for name, heading in chosen.items():
        if name not in ALL_COLUMNS:
            raise UsageError(f"There is no field {name!r}; take one of {', '.join(ALL_COLUMNS)}.")
        columns.pop(name, None)
        if not heading.strip():
            continue
        if _plain(heading) not in by_heading:
            return {}
        columns[name] = by_heading[_plain(heading)]
    return columns


def read_spend(path: Path, financial_year: str, *, name: str | None = None, sheet: str | None = None,
               chosen: Mapping[str, str] | None = None) -> NewSpendFile:  # fmt: skip
    """Return a file of payments as it can be kept, every row with its cells.

    Raises:
        UsageError: no such year, or no heading.
        CannotRead: the file is broken or over a limit.
    """
    first, last = days_of(check_year(financial_year))
    opened = open_spend(path, sheet=sheet, chosen=chosen)
    lines = tuple(_line(row, opened, first, last) for row in opened.rows)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return NewSpendFile(financial_year, name or path.name, digest, opened.headings(), opened.header, lines)


def read_suppliers(path: Path, *, sheet: str | None = None,
                   chosen: Mapping[str, str] | None = None) -> dict[str, dict[str, str]]:  # fmt: skip
    """Return what a list of suppliers says of each, by name.

    Raises:
        UsageError: no heading, or a supplier that stands there twice with different words.
        CannotRead: the file is broken or over a limit.
    """
    opened = open_spend(path, sheet=sheet, chosen=chosen, need_amount=False)
    found: dict[str, dict[str, str]] = {}
    for number, cells in opened.rows:
        supplier, facts = _cell(cells, opened.columns.get(Column.supplier)), _facts(cells, opened)
        if not supplier:
            continue
        if supplier in found and found[supplier] != facts:
            raise UsageError(f"Row {number}: {supplier[:60]} stands twice with different words; leave one of them.")
        found[supplier] = facts
    return found


def _line(row: Row, opened: SpendSheet, first: date, last: date) -> NewLine:
    number, cells = row
    columns = opened.columns
    supplier, written = _cell(cells, columns[Column.supplier]), _cell(cells, columns[Column.amount])
    said_day = _cell(cells, columns.get(Column.paid_on))
    amount, paid_on = read_pounds(written), read_day(said_day)
    too_much = amount is not None and abs(amount) > MOST_POUNDS
    problem = ""
    if not supplier or _TOTAL.fullmatch(supplier):
        total = any(_TOTAL.fullmatch(c) for c in cells if c)
        problem = "a total, not a payment" if total else "supplier: empty"
    elif too_much:
        problem = f"amount: {written[:40]!r} is over {MOST_POUNDS:,} pounds"
    elif amount is None:
        problem = f"amount: {written[:40]!r} is no amount" if written else "amount: empty"
    elif said_day and paid_on is None:
        problem = f"paid_on: {said_day[:40]!r} is no date"
    elif paid_on is not None and not first <= paid_on <= last:
        problem = f"paid_on: {paid_on} lies outside the financial year"
    return NewLine(number, cells, supplier, None if too_much else amount, paid_on,
                   _cell(cells, columns.get(Column.department)), _facts(cells, opened), problem)  # fmt: skip


def _facts(cells: Sequence[str], opened: SpendSheet) -> dict[str, str]:
    said = {f.value: _cell(cells, opened.columns.get(f.value)) for f in Field}
    return {f: text for f, text in said.items() if text}


def _cell(cells: Sequence[str], column: int | None) -> str:
    return " ".join(cells[column].split()) if column is not None and column < len(cells) else ""


def read_day(text: str) -> date | None:
    """Return the day that a cell names, the day before the month, or None.

    >>> read_day("01/05/2027"), read_day("3 May 2027"), read_day("2027-05-01 00:00:00"), read_day("soon")
    (datetime.date(2027, 5, 1), datetime.date(2027, 5, 3), datetime.date(2027, 5, 1), None)
    """
    said = re.sub(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$", "", text.strip())
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(said, form).date()
        except ValueError:
            continue
    return None


def check_year(financial_year: str) -> str:
    """Return a financial year as it is kept.

    Raises:
        UsageError: it is none.

    >>> check_year("2027-28")
    '2027-28'
    """
    year = financial_year.strip()
    if not re.fullmatch(r"20\d\d-\d\d", year, re.ASCII) or int(year[5:]) != (int(year[2:4]) + 1) % 100:
        raise UsageError(f"{financial_year[:20]!r} is no financial year; write it as 2027-28.")
    return year
