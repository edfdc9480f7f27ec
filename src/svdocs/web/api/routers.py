"""All parts of the interface for programs: whoever adds one names its router here."""

from __future__ import annotations

from fastapi import APIRouter

from svdocs.web.api import documents, jobs, procurements, runs, statements

ROUTERS: tuple[APIRouter, ...] = (
    procurements.open_to_all,
    procurements.router,
    documents.router,
    documents.uploads,
    runs.router,
    statements.router,
    statements.decisions,
    jobs.router,
)
"""In the order in which the interface's description tells of them."""
