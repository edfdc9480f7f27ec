"""Decisions beyond one statement at a time, for programs: undo, split, merge, many at once, missed statements."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from svdocs.errors import UsageError
from svdocs.records.access import Right
from svdocs.records.deciding import Part
from svdocs.records.decisions import MAX_AT_ONCE, Decisions
from svdocs.web.api.incoming import incoming
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import DecisionBody, StatementBody, decision_body, statement_body
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs

router = api_router("decisions")

PERSON = Field(default="", max_length=200, description="Who decides, where nobody signs in.")
REASON = Field(default="", max_length=10_000)
SEEN = Field(default=None, ge=0, description="How many decisions the person has seen; another number is a conflict.")
SEEN_BY_STATEMENT: Any = Field(default_factory=dict, description="Likewise for each statement, by its id.")
CHANGES = Field(default=None, description="Fields to set, in the extraction record's form.")
STATEMENTS = Field(min_length=1, max_length=MAX_AT_ONCE, description="Ids of statements of the procurement.")


class TakenBack(BaseModel):
    """An undo or redo to record."""

    model_config = incoming(reason="It was right after all.", seen=1)

    person: str = PERSON
    reason: str = REASON
    seen: int | None = SEEN


class ManyDecisions(BaseModel):
    """One decision on several statements, for one reason."""

    model_config = incoming(statements=["3f0c"], action="reject", reason="A duty by law.")

    statements: list[str] = STATEMENTS
    action: Literal["accept", "amend", "reject", "unsure"]
    person: str = PERSON
    reason: str = REASON
    changes: dict[str, Any] | None = CHANGES
    seen: dict[str, int] = SEEN_BY_STATEMENT


class PartBody(BaseModel):
    """One of the statements that a split makes."""

    model_config = incoming(quote="plant 40 trees", changes={"quantity": {"value": 40, "unit": "trees"}})

    quote: str = Field(max_length=20_000, description="Its words, which stand in the passage.")
    changes: dict[str, Any] = Field(default_factory=dict, description="What it states otherwise than the whole.")


class NewSplit(BaseModel):
    """A split to record."""

    model_config = incoming(parts=[{"quote": "plant 40 trees"}, {"quote": "take on 5 apprentices"}])

    parts: list[PartBody] = Field(min_length=2, max_length=50)
    person: str = PERSON
    reason: str = REASON
    seen: int | None = SEEN


class NewMerge(BaseModel):
    """A merge to record: the statements, the first of which says where and what the merged one is."""

    model_config = incoming(statements=["3f0c", "8a41"], reason="The calculator's row is the same promise.")

    statements: list[str] = STATEMENTS
    person: str = PERSON
    reason: str = REASON
    changes: dict[str, Any] | None = CHANGES
    seen: dict[str, int] = SEEN_BY_STATEMENT


class MissedStatement(BaseModel):
    """A statement that no reading has found."""

    model_config = incoming(statement={"text": "We will plant 40 trees.", "location": {"page": 3}})

    statement: dict[str, Any] = Field(
        description="In the extraction record's form: text, location, and what it states."
    )
    person: str = PERSON
    reason: str = REASON


class Settled(BaseModel):
    """What becomes of decisions whose statement is no longer found."""

    model_config = incoming(statements=["3f0c"], how="let_go", reason="Taken out of the bid.")

    statements: list[str] = STATEMENTS
    how: Literal["let_go", "keep_by_hand", "move"]
    to: str = Field(default="", max_length=200, description="To move one decision: the statement on which it stands.")
    person: str = PERSON
    reason: str = REASON


@router.post("/statements/{statement_id}/undo", status_code=201, dependencies=[needs(Right.decide)])
def undo_decision(here: AtHand, statement_id: str, new: TakenBack) -> list[DecisionBody]:
    """Take back the last decision that stands on a statement; of a merge, on all that were merged."""
    person = _person(here, new.person)
    made = Decisions(here.store).undo(statement_id, person=person, reason=new.reason, seen=new.seen)
    return [decision_body(d) for d in made]


@router.post("/statements/{statement_id}/redo", status_code=201, dependencies=[needs(Right.decide)])
def redo_decision(here: AtHand, statement_id: str, new: TakenBack) -> list[DecisionBody]:
    """Take back the last undo on a statement, if nothing was decided since."""
    person = _person(here, new.person)
    made = Decisions(here.store).redo(statement_id, person=person, reason=new.reason, seen=new.seen)
    return [decision_body(d) for d in made]


@router.post("/statements/{statement_id}/split", status_code=201, dependencies=[needs(Right.decide)])
def split_statement(here: AtHand, statement_id: str, new: NewSplit) -> list[StatementBody]:
    """Have several statements stand in the place of one, each with its own words of the passage."""
    parts = [Part(p.quote, p.changes) for p in new.parts]
    person = _person(here, new.person)
    made = Decisions(here.store).split(statement_id, parts, person=person, reason=new.reason, seen=new.seen)
    return [statement_body(s) for s in made]


@router.post("/procurements/{procurement_id}/decisions", status_code=201, dependencies=[needs(Right.decide)])
def decide_many(here: AtHand, procurement_id: str, new: ManyDecisions) -> list[DecisionBody]:
    """Record one decision on several statements: all of them, or none where one was decided on meanwhile."""
    if new.action == "reject" and not new.reason.strip():
        raise UsageError("A rejection needs a reason; give one.")
    made = Decisions(here.store).decide_many(
        new.statements, action=new.action, person=_person(here, new.person), reason=new.reason, changes=new.changes,
        seen=new.seen, within=procurement_id,
    )  # fmt: skip
    return [decision_body(d) for d in made]


@router.post(
    "/procurements/{procurement_id}/decisions/{batch}/undo", status_code=201, dependencies=[needs(Right.decide)]
)
def undo_many(here: AtHand, procurement_id: str, batch: str, new: TakenBack) -> list[DecisionBody]:
    """Take back the decisions that were taken at once, where nothing was decided on the statement since."""
    person = _person(here, new.person)
    made = Decisions(here.store).undo_batch(batch, person=person, reason=new.reason, within=procurement_id)
    return [decision_body(d) for d in made]


@router.post("/procurements/{procurement_id}/merges", status_code=201, dependencies=[needs(Right.decide)])
def merge_statements(here: AtHand, procurement_id: str, new: NewMerge) -> StatementBody:
    """Have one statement stand in the place of several of one supplier."""
    made = Decisions(here.store).merge(
        new.statements, person=_person(here, new.person), reason=new.reason, changes=new.changes, seen=new.seen,
        within=procurement_id,
    )  # fmt: skip
    return statement_body(made)


@router.post("/documents/{document_id}/statements", status_code=201, dependencies=[needs(Right.decide)])
def add_missed_statement(here: AtHand, document_id: str, new: MissedStatement) -> StatementBody:
    """Add a statement that no reading of the document has found, with its words and place."""
    person = _person(here, new.person)
    return statement_body(
        Decisions(here.store).add_missed(document_id, new.statement, person=person, reason=new.reason)
    )


@router.post("/procurements/{procurement_id}/lost-decisions", status_code=201, dependencies=[needs(Right.decide)])
def settle_lost_decisions(here: AtHand, procurement_id: str, new: Settled) -> list[DecisionBody | StatementBody]:
    """Settle decisions whose statement is no longer found: move one, keep what was decided by hand, or let it go."""
    decisions, person = Decisions(here.store), _person(here, new.person)
    if new.how == "let_go":
        gone = decisions.let_go(new.statements, person=person, reason=new.reason, within=procurement_id)
        return [decision_body(d) for d in gone]
    if new.how == "keep_by_hand":
        kept = decisions.keep_by_hand(new.statements, person=person, reason=new.reason, within=procurement_id)
        return [statement_body(here.store.statement(s.id)) for s in kept]
    if len(new.statements) != 1 or not new.to:
        raise UsageError("A decision is moved by itself: give one statement, and `to`, on which it stands then.")
    moved = decisions.move(new.statements[0], new.to, person=person, reason=new.reason, within=procurement_id)
    return [decision_body(moved)]


def _person(here: Here, given: str) -> str:
    return here.visitor.name or given
