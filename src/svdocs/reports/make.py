"""Any of the reports, made from the records by what was asked for: the one way for commands, pages and interface."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from svdocs.delivery.years import days_of, last_year
from svdocs.errors import UsageError
from svdocs.records.store import Store
from svdocs.records.tables import word_named
from svdocs.reports.assurance import build_assurance
from svdocs.reports.facts import Facts, year_named, years_from
from svdocs.reports.foi import build_foi
from svdocs.reports.performance import build_performance
from svdocs.reports.report import Report, ReportKind
from svdocs.reports.statement import build_statement

FOI_YEARS = 4
"""How many financial years an answer covers where none are named."""
TITLES = {
    ReportKind.statement: "Social Value Statement",
    ReportKind.foi: "Answer to a request for information",
    ReportKind.performance: "Performance against commitments",
    ReportKind.assurance: "Assurance",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report is asked for.

    Attributes:
        kind: which.
        year: the financial year; of an answer the last one.
        first: of an answer the first financial year.
        as_of: of the assurance, the day.
    """

    kind: ReportKind
    year: str
    first: str = ""
    as_of: date | None = None


def read_asked(kind: str, today: date, *, year: str = "", first: str = "", as_of: date | None = None) -> Asked:
    """Return what was asked for; by default it is about the last financial year that has ended.

    Raises:
        UsageError: there is no such report, or a financial year is none.

    >>> read_asked("foi", date(2028, 5, 1)).first
    '2024-25'
    """
    which = word_named(ReportKind, kind, "a report")
    last = year_named(year) if year.strip() else last_year(today)
    begin = int(last[:4]) - FOI_YEARS + 1
    start = year_named(first) if first.strip() else f"{begin}-{(begin + 1) % 100:02d}"
    years_from(min(start, last), last)
    if which is ReportKind.foi and start > last:
        raise UsageError(f"{start} is after {last}; name the first financial year before the last.")
    return Asked(which, last, start, as_of or min(today, days_of(last)[1]) if year.strip() else as_of or today)


def make_report(store: Store, facts: Facts, asked: Asked, made_at: datetime) -> Report:
    """Return a report.

    Args:
        store: the records, as whoever asks may see them.
        facts: what was gathered from it.
        asked: which report.
        made_at: when.
    """
    if asked.kind is ReportKind.statement:
        return build_statement(store, facts, asked.year, made_at)
    if asked.kind is ReportKind.foi:
        return build_foi(store, facts, years_from(asked.first, asked.year), made_at)
    if asked.kind is ReportKind.performance:
        return build_performance(facts, asked.year, made_at)
    return build_assurance(facts, asked.as_of or made_at.date(), made_at)
