"""The promises of contracts, for programs: their years, how far each has come, moving and varying them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.additionality.verdict import Category
from svdocs.delivery.standing import standing_of
from svdocs.delivery.variations import Agreed, vary_promise
from svdocs.errors import UsageError
from svdocs.records.access import Right
from svdocs.records.contracts import MOST_QUANTITY, Contracts
from svdocs.records.delivery_tables import CommitmentEvent, CommitmentState, ContractMilestone
from svdocs.records.schedules import Scheduled
from svdocs.statements.statement import Per, Unit
from svdocs.web.api.contracts import BECAUSE, PERSON, name_of
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import IfMatch, api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.judging import check_may_say, promise_in
from svdocs.web.rights import needs

router = api_router("contracts")
_PROMISES = "/contracts/{contract_id}/promises"
_PROMISE = _PROMISES + "/{commitment_id}"
SEEN = Field(default=None, ge=0, description="How many moves the person has seen; another number is a conflict.")


class PromiseBody(BaseModel):
    """A promise of a contract, in the words in which it was agreed, with how it stands."""

    id: str
    contract_id: str
    number: int = Field(description="In the contract's schedule.")
    state: CommitmentState
    text: str
    source: str = Field(description="Where the words stand: the bid's name, with page, cell or paragraph.")
    statement_id: str | None
    quantity_value: float | None
    quantity_unit: Unit | None
    quantity_per: Per | None
    due_date: str | None
    due_text: str
    due_on: date | None
    place_text: str | None
    place_code: str | None
    beneficiary_text: str | None
    measure_framework: str | None
    measure_code: str | None
    themes: dict[str, Any]
    category: Category | None
    owner: str
    evidence_asked: str
    varies_id: str | None = Field(description="The promise in whose place it stands.")
    target: float | None = Field(description="What it comes to over the contract.")
    delivered: float = Field(description="What was confirmed, in the promise's unit.")
    waiting: float = Field(description="What is proposed and not yet decided, in the promise's unit.")
    shortfall: float
    surplus: float
    in_full: bool
    has_evidence: bool
    moves: int = Field(description="How many moves there are; give it as `seen` with the next.")


class PromiseChanges(BaseModel):
    """Who answers for a promise and what shall show that it was done; its words and figures are varied instead."""

    model_config = incoming(owner="Pat Example", evidence_asked="A payroll list.")

    owner: str = Field(default="", max_length=300)
    evidence_asked: str = Field(default="", max_length=2_000)
    person: str = PERSON


class MilestoneBody(BaseModel):
    """What of a promise falls into one contract year."""

    id: str
    year: int
    starts: date
    ends: date
    quantity: float | None = Field(description="In the promise's unit; null where no number was promised.")
    delivered: float = Field(description="What was confirmed for this year, in the promise's unit.")
    state: CommitmentState


class NewMove(BaseModel):
    """A state into which a promise, or its part in one contract year, comes."""

    model_config = incoming(state="in_progress", seen=0)

    state: CommitmentState = Field(description="`varied` is set by a variation alone.")
    year: int | None = Field(default=None, ge=1, le=1_000, description="The contract year; null for the whole promise.")
    because: str = Field(default="", max_length=10_000, description="Needed but for in_progress, evidence_submitted.")
    seen: int | None = SEEN
    person: str = PERSON


class MoveBody(BaseModel):
    """That a promise, or its part in one contract year, came into a state: who moved it, when and why."""

    id: int
    commitment_id: str
    year: int | None
    state: CommitmentState
    person: str
    because: str
    at: datetime


class NewVariation(BaseModel):
    """The promise that is agreed in place of another; the old one stays in the records as varied."""

    model_config = incoming(text="We will take on four apprentices.", quantity_value=4, quantity_unit="people",
                            because="The depot closed.")  # fmt: skip

    text: str = Field(min_length=1, max_length=20_000)
    quantity_value: float | None = Field(
        default=None, ge=0, le=MOST_QUANTITY, allow_inf_nan=False,
        description="What is to be delivered from the contract year in which it is agreed on.",
    )  # fmt: skip
    quantity_unit: Unit | None = None
    quantity_per: Per | None = None
    due_on: date | None = None
    place_text: str | None = Field(default=None, max_length=1_000)
    beneficiary_text: str | None = Field(default=None, max_length=1_000)
    because: str = BECAUSE
    seen: int | None = SEEN
    person: str = PERSON


class VariationBody(BaseModel):
    """That one promise stands in the place of another."""

    commitment_id: str
    number: int
    text: str
    varies_id: str
    varied_number: int
    varied_text: str
    person: str
    because: str
    at: datetime


@router.get(_PROMISES, dependencies=[needs(Right.read)])
def list_promises(here: AtHand, contract_id: str, asked: PageAsked) -> Page[PromiseBody]:
    """Return the promises of a contract, by number, varied ones too."""
    return asked.page_of(_schedule(here, contract_id), lambda s: (s.commitment.number, s.id), promise_body)


@router.get(_PROMISE, dependencies=[needs(Right.read)])
def show_promise(here: AtHand, contract_id: str, commitment_id: str) -> PromiseBody:
    """Return one promise."""
    return promise_body(promise_in(here, contract_id, commitment_id))


@router.patch(_PROMISE, dependencies=[needs(Right.manage_contracts)])
def describe_promise(
    here: AtHand, contract_id: str, commitment_id: str, new: PromiseChanges, if_match: IfMatch
) -> PromiseBody:
    """Set who answers for a promise and what shall show that it was done."""
    promise = promise_in(here, contract_id, commitment_id)
    said = new.model_dump(exclude_unset=True, exclude={"person"})
    Contracts(here.store).describe(
        promise.id, person=name_of(here, new.person), **said, check=lambda p: if_match.check(promise_body(p))
    )
    return promise_body(promise_in(here, contract_id, commitment_id))


@router.get(_PROMISE + "/milestones", dependencies=[needs(Right.read)])
def list_milestones(here: AtHand, contract_id: str, commitment_id: str, asked: PageAsked) -> Page[MilestoneBody]:
    """Return what of a promise falls into each contract year."""
    promise = promise_in(here, contract_id, commitment_id)
    delivered = {year: done for year, _, done in standing_of(promise).years}

    def body(m: ContractMilestone) -> MilestoneBody:
        return MilestoneBody(id=m.id, year=m.year, starts=m.starts, ends=m.ends, quantity=m.quantity,
                             delivered=delivered[m.year], state=promise.state_in(m.id))  # fmt: skip

    return asked.page_of(promise.milestones, lambda m: (m.year,), body)


@router.get(_PROMISE + "/moves", dependencies=[needs(Right.read)])
def list_moves(here: AtHand, contract_id: str, commitment_id: str, asked: PageAsked) -> Page[MoveBody]:
    """Return how a promise came to where it is, oldest first."""
    promise = promise_in(here, contract_id, commitment_id)
    return asked.page_of(promise.events, lambda e: (e.id or 0,), lambda e: _move_body(e, promise))


@router.post(_PROMISE + "/moves", status_code=201, dependencies=[needs(Right.manage_contracts)])
def move_promise(here: AtHand, contract_id: str, commitment_id: str, new: NewMove) -> MoveBody:
    """Move a promise, or its part in one contract year; only a contract manager says that something was delivered."""
    promise = promise_in(here, contract_id, commitment_id)
    procurement_id = Contracts(here.store).contract(contract_id).contract.procurement_id
    check_may_say(here.visitor.caller, procurement_id, new.state)
    milestone_id = next((m.id for m in promise.milestones if m.year == new.year), None)
    if new.year is not None and milestone_id is None:
        raise UsageError(f"year: the promise has no part in contract year {new.year}; look at its milestones.")
    moved = Contracts(here.store).move(
        promise.id, new.state, person=name_of(here, new.person), because=new.because, milestone_id=milestone_id,
        seen=new.seen,
    )  # fmt: skip
    return _move_body(moved, promise)


@router.get("/contracts/{contract_id}/variations", dependencies=[needs(Right.read)])
def list_variations(here: AtHand, contract_id: str, asked: PageAsked) -> Page[VariationBody]:
    """Return which promises stand in the place of which others, who agreed to it, when and why."""
    schedule = _schedule(here, contract_id)
    by_id = {s.id: s for s in schedule}
    varied = [s for s in schedule if s.commitment.varies_id in by_id]
    return asked.page_of(
        varied, lambda s: (s.commitment.number,), lambda s: _variation_body(s, by_id[str(s.commitment.varies_id)])
    )


@router.post(_PROMISE + "/variations", status_code=201, dependencies=[needs(Right.manage_contracts)])
def vary(here: AtHand, contract_id: str, commitment_id: str, new: NewVariation, response: Response) -> PromiseBody:
    """Put another promise in the place of one, and return the new one."""
    old = promise_in(here, contract_id, commitment_id)
    if new.quantity_value is not None and new.quantity_unit is None:
        raise UsageError("quantity_unit: say what the number counts.")
    agreed = Agreed(**new.model_dump(exclude={"because", "seen", "person"}))
    made = vary_promise(here.store, old.id, agreed, person=name_of(here, new.person), because=new.because,
                        seen=new.seen)  # fmt: skip
    response.headers["Location"] = f"/api/v1/contracts/{contract_id}/promises/{made.id}"
    return promise_body(promise_in(here, contract_id, made.id))


def promise_body(promise: Scheduled) -> PromiseBody:
    """Return a promise as the interface gives it."""
    commitment, standing = promise.commitment, standing_of(promise)
    fields = {n: getattr(commitment, n) for n in PromiseBody.model_fields if hasattr(commitment, n)}
    return PromiseBody(
        **fields, state=promise.state, target=standing.target, delivered=standing.delivered, waiting=standing.waiting,
        shortfall=standing.shortfall, surplus=standing.surplus, in_full=standing.in_full,
        has_evidence=promise.has_evidence, moves=len(promise.events),
    )  # fmt: skip


def _move_body(event: CommitmentEvent, promise: Scheduled) -> MoveBody:
    year = next((m.year for m in promise.milestones if m.id == event.milestone_id), None)
    return MoveBody(id=event.id or 0, commitment_id=event.commitment_id, year=year, state=event.state,
                    person=event.person, because=event.because, at=event.at)  # fmt: skip


def _variation_body(new: Scheduled, old: Scheduled) -> VariationBody:
    agreed = next(e for e in reversed(old.events) if e.state is CommitmentState.varied)
    return VariationBody(
        commitment_id=new.id, number=new.commitment.number, text=new.commitment.text, varies_id=old.id,
        varied_number=old.commitment.number, varied_text=old.commitment.text, person=agreed.person,
        because=agreed.because, at=agreed.at,
    )  # fmt: skip


def _schedule(here: Here, contract_id: str) -> list[Scheduled]:
    return Contracts(here.store).schedule_of(contract_id)
