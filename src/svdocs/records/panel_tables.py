"""The tables of a panel: criteria, bids, seats, declarations, and marks that are sealed until they are released.

```
procurement ─┬─ panel
             ├─ criterion ── criterion (sub-criteria)
             ├─ panel_supplier ── conflict_declaration ── conflict_ruling
             ├─ panel_bid ── first_view
             ├─ seat ─┬─ seat_submission          a seat: one person, one criterion, one bid
             │        ├─ draft_mark
             │        └─ mark ── mark_passage          (no change, no deletion)
             ├─ consensus ─┬─ consensus_passage        (no change, no deletion)
             │             └─ consensus_participant    (no change, no deletion)
             └─ panel_step                             (no change, no deletion)
```

Each row that must be sealed says itself whose it is and of which bid, so that `panel_seal` needs no other row for it.
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

import secrets
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, false
from sqlmodel import Field

from svdocs.records.tables import EventKind, Table, new_id, now, word
from svdocs.valuing.weightings import QuantityMethod


class SeatState(StrEnum):
    """Whether the marks of a seat count."""

    standing = "standing"
    frozen = "frozen"
    """Its person has declared a conflict with the bidder; the chair decides."""
    excused = "excused"
    """The chair took its person out of this; what they had marked stays in the record and does not count."""


class RulingAction(StrEnum):
    """What the chair makes of a declared conflict."""

    excuse = "excuse"
    """The person marks this bidder no more."""
    clear = "clear"
    """What was declared is no conflict, or is held off in the way that the reason says."""


class Stage(StrEnum):
    """What a chair has done with the marks of a lot, for good."""

    released = "released"
    """The panel sees all marks and moderates."""
    closed = "closed"
    """Moderation is over and the record is frozen: letters are written from it."""


SEALED_EVENTS = frozenset(
    {
        EventKind.conflict_declared,
        EventKind.conflict_ruled,
        EventKind.seat_assigned,
        EventKind.seat_excused,
        EventKind.first_view_saved,
        EventKind.mark_submitted,
    }
)
"""Entries of the audit trail from which somebody's progress could be told; until the release the chair alone reads
them, and nothing that sends entries to others may send these."""


class Panel(Table, table=True):
    """That a procurement's bids are marked by a panel, and how."""

    procurement_id: str = Field(foreign_key="procurement.id", primary_key=True)
    anonymous: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether bidders go by a code to those who mark."""
    minimum_hundredths: int = 1000
    """The least weighting of social value, in hundredths of a percent ..."""
    minimum_rule: str
    """... and what requires it."""
    set_up_by: str
    set_up_at: datetime = Field(default_factory=now)
    begun_at: datetime | None = None
    """Since when marks may be submitted; criteria and bids do not change after it."""


class Criterion(Table, table=True):
    """A criterion or sub-criterion; marks are given to those that have no sub-criteria."""

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    parent_id: str | None = Field(default=None, foreign_key="criterion.id")
    position: int
    title: str
    question: str = ""
    """What bidders were asked, and how the answer is assessed."""
    weight_hundredths: int
    """Of its parent's weighting, or of the whole, in hundredths of a percent."""
    is_social_value: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    rubric: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """A `valuing.rubrics.Rubric` as JSON; as it stood when marking began."""
    quantity_method: QuantityMethod = Field(default=QuantityMethod.none, sa_type=word(QuantityMethod))
    quantity_hundredths: int = 0
    """The share that a formula over quantities gives, in hundredths of a percent; the rest is marked."""
    target_per_pound: str = ""
    """Pounds of social value per pound of contract value that earn the whole share, as a decimal number."""

    @property
    def weight(self) -> Decimal:
        """The weighting in percent."""
        return Decimal(self.weight_hundredths) / 100


class PanelSupplier(Table, table=True):
    """A supplier who takes part, for whom each evaluator declares; who reads bids knows the name from here."""

    __tablename__ = "panel_supplier"

    procurement_id: str = Field(foreign_key="procurement.id", primary_key=True)
    supplier_id: str = Field(foreign_key="supplier.id", primary_key=True)
    name: str
    code: str
    """By which its bids go where bidders are anonymous; drawn by lot."""


class PanelBid(Table, table=True):
    """A bid that is marked: of one supplier, for one lot."""

    __tablename__ = "panel_bid"
    __table_args__ = (UniqueConstraint("procurement_id", "supplier_id", "lot"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str = Field(foreign_key="supplier.id")
    lot: str = ""
    """Empty where there are no lots."""
    code: str
    name: str
    """The supplier's; the code to somebody who marks where bidders are anonymous."""


class Seat(Table, table=True):
    """That a person marks a bid under a criterion."""

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    bid_id: str = Field(foreign_key="panel_bid.id", index=True)
    criterion_id: str = Field(foreign_key="criterion.id")
    supplier_id: str
    lot: str
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """None for the person at a machine without accounts."""
    person: str
    state: SeatState = Field(default=SeatState.standing, sa_type=word(SeatState))
    ended_by: str = ""
    ended_because: str = ""
    replaces: str | None = None
    """The seat of the person in whose place this one marks."""
    assigned_at: datetime = Field(default_factory=now)


class SeatSubmission(Table, table=True):
    """That a mark has been submitted for a seat, and nothing of it: all that a chair may know before the release."""

    __tablename__ = "seat_submission"

    seat_id: str = Field(foreign_key="seat.id", primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    lot: str
    person_id: str | None = Field(default=None, foreign_key="person.id")


class ConflictDeclaration(Table, table=True):
    """What a person declares about a supplier, or about the procurement as a whole. Only ever added."""

    __tablename__ = "conflict_declaration"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str | None = None
    """None for the procurement as a whole."""
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    person: str
    has_conflict: bool
    nature: str = ""
    is_late: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether it came after the person had looked at the bids or marked one."""
    declared_at: datetime = Field(default_factory=now)


class ConflictRuling(Table, table=True):
    """What a chair made of a declared conflict. Only ever added."""

    __tablename__ = "conflict_ruling"

    declaration_id: str = Field(foreign_key="conflict_declaration.id", primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id")
    """About whom it is."""
    action: RulingAction = Field(sa_type=word(RulingAction))
    because: str
    ruled_by: str
    ruled_at: datetime = Field(default_factory=now)


class FirstView(Table, table=True):
    """What a person thought of a bid before svdocs showed them its own list of statements. Only ever added."""

    __tablename__ = "first_view"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    bid_id: str = Field(foreign_key="panel_bid.id")
    supplier_id: str
    lot: str
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    person: str
    note: str
    saved_at: datetime = Field(default_factory=now)


class DraftMark(Table, table=True):
    """What a person has not yet submitted: nobody else ever reads it."""

    __tablename__ = "draft_mark"

    seat_id: str = Field(foreign_key="seat.id", primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id")
    mark: str = ""
    reason: str = ""
    passages: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    saved_at: datetime = Field(default_factory=now)


class Mark(Table, table=True):
    """A submitted mark. Never changed, never deleted; the one of the highest number stands."""

    __table_args__ = (UniqueConstraint("seat_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    seat_id: str = Field(foreign_key="seat.id")
    bid_id: str = Field(foreign_key="panel_bid.id", index=True)
    criterion_id: str = Field(foreign_key="criterion.id")
    supplier_id: str
    lot: str
    person_id: str | None = Field(default=None, foreign_key="person.id")
    person: str
    number: int
    """From 1 for each seat."""
    mark: str
    """One of the rubric's."""
    reason: str
    because: str = ""
    """Why it takes the place of the one before."""
    submitted_at: datetime = Field(default_factory=now)
    salt: str = Field(default_factory=lambda: secrets.token_hex(16))
    """Goes into the digest that the audit trail keeps, so that nobody finds the mark by trying."""


class Passage(Table):
    """What a passage is that a mark or a consensus rests on: as the document said it then."""

    position: int = Field(primary_key=True)
    procurement_id: str
    supplier_id: str
    lot: str
    person_id: str | None = None
    """Of the mark; None with a consensus."""
    document_id: str
    sha256: str
    """Of the document's bytes."""
    page: int | None = None
    place: str = ""
    """Where there are no pages: a cell, or the headings above it."""
    quote: str
    start: int | None = None
    """Where it begins in the document's text; None in a document without text, where nobody could check the quote."""
    statement_id: str | None = None


class MarkPassage(Passage, table=True):
    """A passage that a mark rests on."""

    __tablename__ = "mark_passage"

    mark_id: str = Field(foreign_key="mark.id", primary_key=True)


class Consensus(Table, table=True):
    """The mark on which the panel agreed, beside the individual ones. Only ever added; the highest number stands."""

    __table_args__ = (UniqueConstraint("bid_id", "criterion_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    bid_id: str = Field(foreign_key="panel_bid.id", index=True)
    criterion_id: str = Field(foreign_key="criterion.id")
    supplier_id: str
    lot: str
    number: int
    mark: str
    reason: str
    because: str = ""
    """Why it takes the place of the one before."""
    recorded_by: str
    recorded_at: datetime = Field(default_factory=now)


class ConsensusParticipant(Table, table=True):
    """Who took part in a consensus, with the mark that they came with, if they had given one."""

    __tablename__ = "consensus_participant"

    consensus_id: str = Field(foreign_key="consensus.id", primary_key=True)
    position: int = Field(primary_key=True)
    procurement_id: str
    supplier_id: str
    lot: str
    person: str
    mark_id: str | None = None


class ConsensusPassage(Passage, table=True):
    """A passage that a consensus rests on."""

    __tablename__ = "consensus_passage"

    consensus_id: str = Field(foreign_key="consensus.id", primary_key=True)


class PanelStep(Table, table=True):
    """That the marks of a lot were released, or its moderation closed. Only ever added."""

    __tablename__ = "panel_step"

    procurement_id: str = Field(foreign_key="procurement.id", primary_key=True)
    lot: str = Field(primary_key=True)
    stage: Stage = Field(primary_key=True, sa_type=word(Stage))
    person: str
    at: datetime = Field(default_factory=now)


ONLY_ADDED = (
    "conflict_declaration",
    "conflict_ruling",
    "first_view",
    "mark",
    "mark_passage",
    "consensus",
    "consensus_participant",
    "consensus_passage",
    "panel_step",
)
"""Tables in which the database itself refuses a change, and a deletion unless the procurement is purged."""
