"""All parts of the interface for programs: whoever adds one names its router here."""

from __future__ import annotations

from fastapi import APIRouter

from svdocs.web.api import (
    award,
    clarifications,
    deciding,
    documents,
    exports,
    frameworks,
    jobs,
    lots,
    openings,
    panel,
    people,
    procurements,
    register,
    reports,
    reuse,
    runs,
    second_readings,
    set_up,
    spend,
    statements,
    suppliers,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    procurements.open_to_all,
    procurements.router,
    lots.router,
    people.router,
    openings.router,
    set_up.router,
    suppliers.router,
    documents.router,
    documents.uploads,
    runs.router,
    statements.router,
    statements.decisions,
    deciding.router,
    register.router,
    second_readings.router,
    clarifications.router,
    suppliers.baseline,
    reuse.router,
    exports.router,
    reports.router,
    frameworks.router,
    jobs.router,
    panel.router,
    spend.router,
    award.router,
    people.keys,
    webhooks.router,
)
"""In the order in which the interface's description tells of them."""
