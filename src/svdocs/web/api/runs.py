"""Runs, each of which is what one reading of a document proposes, for programs."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from svdocs.jobs.diff import diff_as_json, diff_runs
from svdocs.records.access import Right
from svdocs.records.tables import Run
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import RunDiffBody, StatementBody, statement_body
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("runs")


class RunBody(BaseModel):
    """What one reader and one pipeline made of a document."""

    id: str
    document_id: str
    reader_version: str
    pipeline_version: str
    models: dict[str, str] = Field(description="Which models, each with its edition.")
    record_sha256: str = Field(description="Of the extraction record that it was made of.")
    pages: int | None
    problems: int
    flags: int
    seconds: float
    made_at: datetime
    published_at: datetime | None
    is_current: bool = Field(description="Whether it is the one that the document stands by.")


def run_body(run: Run, current: str | None) -> RunBody:
    """Return a run as the interface gives it."""
    same = RunBody.model_fields.keys() - {"models", "problems", "flags", "is_current"}
    return RunBody(
        **{name: getattr(run, name) for name in same},
        models={name: str(edition) for name, edition in run.models.items()},
        problems=run.problem_count,
        flags=run.flag_count,
        is_current=run.id == current,
    )


@router.get("/documents/{document_id}/runs", dependencies=[needs(Right.read)])
def list_runs(here: AtHand, document_id: str, asked: PageAsked) -> Page[RunBody]:
    """Return the document's published runs, newest first."""
    current = here.store.document(document_id).document.current_run
    return asked.page_of(
        here.store.runs_of(document_id), lambda r: (_published(r), r.id), lambda r: run_body(r, current), backwards=True
    )


@router.get("/runs/{run_id}", dependencies=[needs(Right.read)])
def show_run(here: AtHand, run_id: str) -> RunBody:
    """Return one published run."""
    run = here.store.run(run_id)
    return run_body(run, here.store.document(run.document_id).document.current_run)


@router.get("/runs/{run_id}/statements", dependencies=[needs(Right.read)])
def list_statements_of_run(here: AtHand, run_id: str, asked: PageAsked) -> Page[StatementBody]:
    """Return the statements of one run, current or not, in the document's order."""
    found = here.store.statements_of_run(run_id)
    return asked.page_of(found, lambda s: (s.statement.position, s.id), statement_body)


@router.get("/runs/{older}/diff/{newer}", dependencies=[needs(Right.read)])
def compare_runs(here: AtHand, older: str, newer: str) -> RunDiffBody:
    """Return what is another between two runs of one document: statements kept, changed, gone and new, and why."""
    return RunDiffBody.model_validate(diff_as_json(diff_runs(here.store, older, newer)))


def _published(run: Run) -> str:
    return run.published_at.isoformat() if run.published_at else ""
