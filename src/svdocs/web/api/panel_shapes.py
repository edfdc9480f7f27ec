"""What the interface takes and gives about panels, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from svdocs.records.conflicts import Declared, Due
from svdocs.records.marks import MarkGiven, Task
from svdocs.records.moderating import Agreed, Compared, Lot
from svdocs.records.panel_tables import (
    Criterion,
    FirstView,
    Panel,
    PanelBid,
    Passage,
    RulingAction,
    Seat,
    SeatState,
)
from svdocs.records.passages import PassageGiven
from svdocs.valuing.rubrics import Rubric
from svdocs.valuing.weightings import QuantityMethod, hundredths_of, in_percent

PERCENT = Field(default="0", max_length=8, description="In percent, with at most two decimal places.")


class Given(BaseModel):
    """What somebody sends: no field that is not known."""

    model_config = ConfigDict(extra="forbid")


class PanelGiven(Given):
    """How a panel works; without a minimum the one that the rules ask for."""

    anonymous: bool = False
    minimum_percent: str | None = Field(default=None, max_length=8)
    rule: str = Field(default="", max_length=2_000, description="What sets another minimum than the rules' own.")


class LevelGiven(Given):
    """One mark of a rubric of one's own."""

    mark: str = Field(max_length=20)
    value: str | None = Field(default=None, max_length=20)
    label: str = Field(max_length=200)
    meaning: str = Field(max_length=4_000)


class CriterionBodyGiven(Given):
    """A criterion to add or to change."""

    title: str = Field(max_length=300)
    weight: str = PERCENT
    rubric: str = Field(default="0-5", max_length=20, description="Key of a rubric that ships; own with `levels`.")
    levels: list[LevelGiven] = Field(default=[], max_length=101)
    parent: str | None = Field(default=None, max_length=64)
    question: str = Field(default="", max_length=20_000)
    is_social_value: bool = False
    quantity_method: QuantityMethod = QuantityMethod.none
    quantity_share: str = PERCENT
    target_per_pound: str = Field(default="", max_length=20)


class BidsGiven(Given):
    """Bids to be marked: of these suppliers, or of all with a bid in the records."""

    lot: str = Field(default="", max_length=100)
    suppliers: list[str] = Field(default=[], max_length=500)


class SeatsGiven(Given):
    """Who marks: all criteria and bids, or those named."""

    person: str | None = Field(default=None, max_length=64, description="Id of an account.")
    criteria: list[str] = Field(default=[], max_length=200)
    bids: list[str] = Field(default=[], max_length=500)


class DeclarationGiven(Given):
    """What somebody declares about a supplier, or about the procurement as a whole."""

    has_conflict: bool
    supplier: str | None = Field(default=None, max_length=64)
    nature: str = Field(default="", max_length=4_000)


class ReasonGiven(Given):
    """Why."""

    because: str = Field(max_length=4_000)


class NoteGiven(Given):
    """A first view."""

    note: str = Field(max_length=20_000)


class PinGiven(Given):
    """A passage: a statement, or words of a document with the page where it has no text."""

    statement: str | None = Field(default=None, max_length=64)
    document: str = Field(default="", max_length=64)
    quote: str = Field(default="", max_length=4_000)
    page: int | None = Field(default=None, ge=1, le=100_000)

    def as_given(self) -> PassageGiven:
        """Return it as the records take it."""
        return PassageGiven(self.document, self.quote, self.page, self.statement)


class DraftGiven(Given):
    """A mark that is not submitted yet."""

    mark: str = Field(default="", max_length=20)
    reason: str = Field(default="", max_length=20_000)
    passages: list[PinGiven] = Field(default=[], max_length=100)


class SubmissionGiven(DraftGiven):
    """A mark to submit; from the second on with the reason why it takes the place of the first."""

    because: str = Field(default="", max_length=4_000)


class ExcuseGiven(ReasonGiven):
    """Whom a chair takes out of marking, and who marks in their place."""

    seats: list[str] = Field(min_length=1, max_length=1_000)
    replacement: str | None = Field(default=None, max_length=64)


class LotGiven(Given):
    """A lot; empty where there are none."""

    lot: str = Field(default="", max_length=100)


class ConsensusGiven(SubmissionGiven):
    """What the panel agreed on."""

    bid: str = Field(max_length=64)
    criterion: str = Field(max_length=64)
    participants: list[str] = Field(max_length=100)
    from_marks: list[str] = Field(default=[], max_length=100)


class RubricBody(BaseModel):
    """The marks that may be given, lowest first, each with its meaning."""

    key: str
    title: str
    levels: list[dict[str, str]]
    sources: list[str]


class CriterionBody(BaseModel):
    """A criterion or sub-criterion; percentages as decimal numbers in words."""

    id: str
    parent: str | None
    title: str
    question: str
    weight: str
    is_social_value: bool
    rubric: RubricBody
    quantity_method: QuantityMethod
    quantity_share: str
    target_per_pound: str


class BidBody(BaseModel):
    """A bid that is marked; by its code to who marks where bidders are anonymous."""

    id: str
    name: str
    lot: str


class PanelBody(BaseModel):
    """A panel as every member may know it."""

    procurement: str
    anonymous: bool
    minimum_percent: str
    minimum_rule: str
    begun_at: datetime | None
    criteria: list[CriterionBody]
    lacks: list[str] | None = Field(description="What keeps marking from beginning; to those who set the panel up.")


class SeatBody(BaseModel):
    """That a person marks a bid under a criterion."""

    id: str
    person: str
    person_id: str | None
    bid: str
    criterion: str
    lot: str
    state: SeatState
    ended_by: str
    ended_because: str
    replaces: str | None


class BoardSeatBody(SeatBody):
    """A seat on the chair's board."""

    has_submitted: bool


class LotBody(BaseModel):
    """How far a lot has come."""

    lot: str
    released_at: datetime | None
    closed_at: datetime | None
    seats: list[BoardSeatBody]


class DueBody(BaseModel):
    """What is to be declared."""

    supplier: str | None
    name: str | None
    has_conflict: bool | None = Field(description="What was said last; null for nothing.")


class DeclarationBody(BaseModel):
    """A declaration and what a chair made of it."""

    id: str
    person: str
    supplier: str | None
    name: str | None
    has_conflict: bool
    nature: str
    is_late: bool
    declared_at: datetime
    ruling: RulingAction | None
    ruled_by: str | None
    because: str | None


class PassageBody(BaseModel):
    """A pinned passage with its place."""

    document: str
    sha256: str
    page: int | None
    place: str
    quote: str
    start: int | None
    statement: str | None


class MarkBody(BaseModel):
    """A submitted mark."""

    id: str
    person: str
    number: int
    mark: str
    reason: str
    because: str
    submitted_at: datetime
    passages: list[PassageBody]


class DraftBody(BaseModel):
    """What is not submitted yet."""

    mark: str
    reason: str
    passages: list[dict[str, Any]]
    saved_at: datetime


class FirstViewBody(BaseModel):
    """What somebody thought of a bid before seeing svdocs' own list."""

    person: str
    note: str
    saved_at: datetime


class TaskBody(BaseModel):
    """One thing that the asker is to mark."""

    id: str
    criterion: CriterionBody
    bid: BidBody | None
    lot: str
    state: SeatState
    first_view: FirstViewBody | None
    draft: DraftBody | None
    marks: list[MarkBody]


class ConsensusBody(BaseModel):
    """What the panel agreed on."""

    id: str
    number: int
    mark: str
    reason: str
    because: str
    participants: list[str]
    recorded_by: str
    recorded_at: datetime
    passages: list[PassageBody]


class ComparedSeatBody(BaseModel):
    """The marks of one evaluator."""

    seat: SeatBody
    marks: list[MarkBody]
    counts: bool


class ComparedBody(BaseModel):
    """One bid under one criterion after the release."""

    bid: BidBody
    criterion: str
    seats: list[ComparedSeatBody]
    spread: str
    is_wide: bool
    agreed: list[ConsensusBody]
    first_views: list[FirstViewBody]


def percent_from(typed: str | None) -> int | None:
    """Return hundredths of a percent; -1, which the records refuse, for what is no percentage."""
    if typed is None:
        return None
    found = hundredths_of(typed)
    return -1 if found is None else found


def rubric_body(rubric: Rubric) -> RubricBody:
    """Return a rubric as JSON."""
    return RubricBody(**rubric.as_json())


def criterion_body(c: Criterion) -> CriterionBody:
    """Return a criterion as JSON."""
    return CriterionBody(
        id=c.id, parent=c.parent_id, title=c.title, question=c.question, weight=in_percent(c.weight_hundredths),
        is_social_value=c.is_social_value, rubric=RubricBody(**c.rubric), quantity_method=c.quantity_method,
        quantity_share=in_percent(c.quantity_hundredths), target_per_pound=c.target_per_pound,
    )  # fmt: skip


def panel_body(panel: Panel, criteria: list[Criterion], lacks: list[str] | None) -> PanelBody:
    """Return a panel as JSON."""
    return PanelBody(
        procurement=panel.procurement_id, anonymous=panel.anonymous,
        minimum_percent=in_percent(panel.minimum_hundredths), minimum_rule=panel.minimum_rule,
        begun_at=panel.begun_at, criteria=[criterion_body(c) for c in criteria], lacks=lacks,
    )  # fmt: skip


def bid_body(bid: PanelBid) -> BidBody:
    """Return a bid as JSON."""
    return BidBody(id=bid.id, name=bid.name, lot=bid.lot)


def _seat(seat: Seat) -> dict[str, Any]:
    return {"id": seat.id, "person": seat.person, "person_id": seat.person_id, "bid": seat.bid_id,
            "criterion": seat.criterion_id, "lot": seat.lot, "state": seat.state, "ended_by": seat.ended_by,
            "ended_because": seat.ended_because, "replaces": seat.replaces}  # fmt: skip


def seat_body(seat: Seat) -> SeatBody:
    """Return a seat as JSON."""
    return SeatBody(**_seat(seat))


def lot_body(lot: Lot) -> LotBody:
    """Return a lot of the board as JSON."""
    seats = [BoardSeatBody(**_seat(s.seat), has_submitted=s.has_submitted) for s in lot.seats]
    released_at = lot.released.at if lot.released else None
    closed_at = lot.closed.at if lot.closed else None
    return LotBody(lot=lot.name, released_at=released_at, closed_at=closed_at, seats=seats)


def due_body(due: Due) -> DueBody:
    """Return what is to be declared as JSON."""
    return DueBody(
        supplier=due.supplier_id, name=due.name, has_conflict=due.declared.has_conflict if due.declared else None
    )


def declaration_body(one: Declared) -> DeclarationBody:
    """Return a declaration as JSON."""
    d, r = one.declaration, one.ruling
    return DeclarationBody(
        id=d.id, person=d.person, supplier=d.supplier_id, name=one.about, has_conflict=d.has_conflict,
        nature=d.nature, is_late=d.is_late, declared_at=d.declared_at, ruling=r.action if r else None,
        ruled_by=r.ruled_by if r else None, because=r.because if r else None,
    )  # fmt: skip


def _passage(p: Passage) -> PassageBody:
    return PassageBody(document=p.document_id, sha256=p.sha256, page=p.page, place=p.place, quote=p.quote,
                       start=p.start, statement=p.statement_id)  # fmt: skip


def mark_body(given: MarkGiven) -> MarkBody:
    """Return a submitted mark as JSON."""
    m = given.mark
    return MarkBody(id=m.id, person=m.person, number=m.number, mark=m.mark, reason=m.reason, because=m.because,
                    submitted_at=m.submitted_at, passages=[_passage(p) for p in given.passages])  # fmt: skip


def view_body(view: FirstView) -> FirstViewBody:
    """Return a first view as JSON."""
    return FirstViewBody(person=view.person, note=view.note, saved_at=view.saved_at)


def task_body(task: Task) -> TaskBody:
    """Return a seat of the asker's as JSON."""
    saved = task.draft
    draft = (
        DraftBody(mark=saved.mark, reason=saved.reason, passages=saved.passages, saved_at=saved.saved_at)
        if saved
        else None
    )
    return TaskBody(
        id=task.seat.id, criterion=criterion_body(task.criterion), bid=bid_body(task.bid) if task.bid else None,
        lot=task.seat.lot, state=task.seat.state, first_view=view_body(task.first_view) if task.first_view else None,
        draft=draft, marks=[mark_body(g) for g in task.marks],
    )  # fmt: skip


def consensus_body(one: Agreed) -> ConsensusBody:
    """Return a consensus as JSON."""
    c = one.consensus
    return ConsensusBody(
        id=c.id, number=c.number, mark=c.mark, reason=c.reason, because=c.because, recorded_by=c.recorded_by,
        participants=[p.person for p in one.participants], recorded_at=c.recorded_at,
        passages=[_passage(p) for p in one.passages],
    )  # fmt: skip


def compared_body(one: Compared, spread: str, is_wide: bool) -> ComparedBody:
    """Return one bid under one criterion as JSON."""
    seats = [
        ComparedSeatBody(seat=seat_body(m.seat), marks=[mark_body(g) for g in m.marks], counts=m.standing is not None)
        for m in one.marked
    ]
    return ComparedBody(
        bid=bid_body(one.bid), criterion=one.criterion.id, seats=seats, spread=spread, is_wide=is_wide,
        agreed=[consensus_body(a) for a in one.agreed], first_views=[view_body(v) for v in one.first_views],
    )  # fmt: skip
