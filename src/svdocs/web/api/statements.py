"""Statements and the decisions on them, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from svdocs.additionality.verdict import Category, Verdict
from svdocs.errors import UsageError
from svdocs.records.access import Right
from svdocs.records.listing import Listing, Wanted, place_of
from svdocs.records.tables import DecisionAction, StatementStatus
from svdocs.statements.statement import StatementType
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import DecisionBody, NewDecision, StatementBody, decision_body, statement_body
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("statements")
decisions = api_router("decisions")


@router.get("/documents/{document_id}/statements", dependencies=[needs(Right.read)])
def list_statements(
    here: AtHand, document_id: str, asked: PageAsked, type: StatementType | None = None
) -> Page[StatementBody]:
    """Return the document's statements in its order."""
    found = here.store.statements_of(document_id, type)
    return asked.page_of(found, lambda s: (s.statement.position, s.id), statement_body)


@router.get("/statements/{statement_id}", dependencies=[needs(Right.read)])
def show_statement(here: AtHand, statement_id: str) -> StatementBody:
    """Return one statement."""
    return statement_body(here.store.statement(statement_id))


@decisions.get("/statements/{statement_id}/decisions", dependencies=[needs(Right.read)])
def list_decisions(here: AtHand, statement_id: str, asked: PageAsked) -> Page[DecisionBody]:
    """Return the decisions on a statement, oldest first."""
    return asked.page_of(here.store.decisions_of(statement_id), lambda d: (d.id or 0,), decision_body)


@decisions.post("/statements/{statement_id}/decisions", status_code=201, dependencies=[needs(Right.decide)])
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


@router.get("/procurements/{procurement_id}/statements", dependencies=[needs(Right.read)])
def find_statements(
    here: AtHand,
    procurement_id: str,
    asked: PageAsked,
    type: StatementType | None = None,
    category: Category | None = None,
    verdict: Verdict | None = None,
    status: StatementStatus | None = None,
    document_id: str | None = None,
    supplier_id: str | None = None,
    framework: Annotated[str | None, Query(max_length=100)] = None,
    code: Annotated[str | None, Query(max_length=100, description="Of a theme or measure.")] = None,
    text: Annotated[str | None, Query(max_length=200, description="Words that it holds, whatever their case.")] = None,
    least_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
) -> Page[StatementBody]:
    """Return the statements of a procurement's documents, narrowed.

    Type, category, verdict, code and confidence are those proposed by the machine; status is what people decided.
    """
    wanted = Wanted(type, category, verdict, status, document_id, supplier_id, framework, code, text, least_confidence)
    found = Listing(here.store).statements(
        procurement_id, wanted, after=asked.after_as(str, int, str), limit=asked.limit + 1
    )
    return asked.page_begun(found, place_of, statement_body)
