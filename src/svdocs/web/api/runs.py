"""Runs, each of which is what one reading of a document proposes, for programs."""

from __future__ import annotations

from svdocs.jobs.diff import diff_as_json, diff_runs
from svdocs.records.access import Right
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import RunDiffBody
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("runs")


@router.get("/runs/{older}/diff/{newer}", dependencies=[needs(Right.read)])
def compare_runs(here: AtHand, older: str, newer: str) -> RunDiffBody:
    """Return what is another between two runs of one document: statements kept, changed, gone and new, and why."""
    return RunDiffBody.model_validate(diff_as_json(diff_runs(here.store, older, newer)))
