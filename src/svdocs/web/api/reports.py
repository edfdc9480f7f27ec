"""Reports for programs: their words, and each figure with the records that it was counted from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from svdocs.records.people_tables import Scope
from svdocs.reports.plain import report_json
from svdocs.reports.word import report_docx
from svdocs.web.api.route import api_router
from svdocs.web.asked_reports import AskedFor, report_made
from svdocs.web.here import AtHand
from svdocs.web.rights import needs_scope
from svdocs.web.saved_files import save_word, word_responses

router = api_router("reports")
_WORD = word_responses("The Word file.")


class FigureBody(BaseModel):
    """A figure, how it was counted, and the ids of its records."""

    key: str
    meaning: str
    value: str | None = Field(description="As a decimal number; null where nothing is held.")
    text: str = Field(description="As it is printed.")
    unit: str | None
    counted_by: str
    how: str
    of: str = Field(description="The kind of record that the ids name.")
    ids: list[str]
    whole: str | None = Field(description="Of a share, the key of what it is a share of.")


class SectionBody(BaseModel):
    """A part of a report under a heading."""

    key: str
    title: str
    blocks: list[dict[str, Any]]


class ReportBody(BaseModel):
    """A report, counted from what you may see."""

    kind: str
    title: str
    period: str
    authority: str
    made_at: datetime
    basis: str = Field(description="Which records it was counted from.")
    sections: list[SectionBody]
    figures: list[FigureBody]


@router.get("/reports/{kind}", dependencies=[needs_scope(Scope.read)])
def show_report(here: AtHand, asked: AskedFor) -> ReportBody:
    """Return a report: statement, foi, performance or assurance; by default of the last financial year."""
    report, _ = report_made(here, asked)
    return ReportBody(**report_json(report))


@router.get("/reports/{kind}/word", dependencies=[needs_scope(Scope.export)], responses=_WORD, response_class=Response)
def give_word(here: AtHand, asked: AskedFor) -> Response:
    """Return a report as a Word file."""
    report, _ = report_made(here, asked)
    return save_word(report.name + ".docx", report_docx(report))
