"""Which report an address asks for, and the report: for pages and programs alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Query

from svdocs.reports.facts import Facts, gather
from svdocs.reports.make import Asked, make_report, read_asked
from svdocs.reports.report import Report
from svdocs.web.here import Here

Year = Annotated[str, Query(max_length=20)]


def asked_for(kind: str, year: Year = "", first: Annotated[str, Query(alias="from", max_length=20)] = "",
              as_of: Annotated[date | None, Query()] = None) -> Asked:  # fmt: skip
    """Return which report an address asks for."""
    return read_asked(kind, datetime.now(UTC).date(), year=year, first=first, as_of=as_of)


AskedFor = Annotated[Asked, Depends(asked_for)]


def report_made(here: Here, asked: Asked) -> tuple[Report, Facts]:
    """Return a report of what the asker may see, and what it was counted from."""
    facts = gather(here.store, everything=here.visitor.caller.is_alone)
    return make_report(here.store, facts, asked, datetime.now(UTC)), facts
