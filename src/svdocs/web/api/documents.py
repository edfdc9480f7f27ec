"""Documents, their statements and the decisions on them, for programs."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from svdocs.errors import NotFound, UsageError
from svdocs.jobs.diff import diff_as_json, diff_runs
from svdocs.records.access import Right
from svdocs.records.tables import DecisionAction
from svdocs.statements.statement import StatementType
from svdocs.web.api.procurements import PROBLEMS
from svdocs.web.api.shapes import (
    DecisionBody,
    DocumentBody,
    NewDecision,
    RunDiffBody,
    StatementBody,
    decision_body,
    document_body,
    statement_body,
)
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.get("/documents/{document_id}", tags=["documents"], dependencies=[needs(Right.read)])
def show_document(here: AtHand, document_id: str) -> DocumentBody:
    """Return one document with its state, problems and flags."""
    return document_body(here.store.document(document_id))


@router.get(
    "/documents/{document_id}/text",
    tags=["documents"],
    dependencies=[needs(Right.read)],
    responses={
        200: {
            "content": {"application/json": {}},
            "description": "`svdocs.document/1`: the text with the place of each word.",
        }
    },
    response_class=Response,
)
def show_text(here: AtHand, document_id: str) -> Response:
    """Return the document's text with its coordinates."""
    data = here.store.text_of(document_id)
    if data is None:
        raise NotFound("The document has not been read yet; ask again later.")
    return Response(data, media_type="application/json")


@router.get("/documents/{document_id}/statements", tags=["statements"], dependencies=[needs(Right.read)])
def list_statements(here: AtHand, document_id: str, type: StatementType | None = None) -> list[StatementBody]:
    """Return the document's statements in its order."""
    return [statement_body(s) for s in here.store.statements_of(document_id, type)]


@router.get("/runs/{older}/diff/{newer}", tags=["runs"], dependencies=[needs(Right.read)])
def compare_runs(here: AtHand, older: str, newer: str) -> RunDiffBody:
    """Return what is another between two runs of one document: statements kept, changed, gone and new, and why."""
    return RunDiffBody.model_validate(diff_as_json(diff_runs(here.store, older, newer)))


@router.get("/statements/{statement_id}", tags=["statements"], dependencies=[needs(Right.read)])
def show_statement(here: AtHand, statement_id: str) -> StatementBody:
    """Return one statement."""
    return statement_body(here.store.statement(statement_id))


@router.get("/statements/{statement_id}/decisions", tags=["decisions"], dependencies=[needs(Right.read)])
def list_decisions(here: AtHand, statement_id: str) -> list[DecisionBody]:
    """Return the decisions on a statement, oldest first."""
    return [decision_body(d) for d in here.store.decisions_of(statement_id)]


@router.post(
    "/statements/{statement_id}/decisions", tags=["decisions"], status_code=201, dependencies=[needs(Right.decide)]
)
def record_decision(here: AtHand, statement_id: str, new: NewDecision) -> DecisionBody:
    """Record a person's decision; it is added to those before, and changes none of them. A rejection needs a reason."""
    if new.action == DecisionAction.reject and not new.reason.strip():
        raise UsageError("A rejection needs a reason; give one.")
    return decision_body(
        here.store.decide(
            statement_id,
            action=new.action,
            person=here.visitor.name or new.person,
            reason=new.reason,
            changes=new.changes,
            seen=new.seen,
        )
    )
