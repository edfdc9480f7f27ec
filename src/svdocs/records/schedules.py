"""A contract's schedule as handed in and read back: promises with their years, states, deliveries and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from svdocs.additionality.verdict import Category
from svdocs.records.delivery_tables import (
    CommitmentEvent,
    CommitmentState,
    Contract,
    ContractCommitment,
    ContractEvidence,
    ContractMilestone,
    DeliveryMatch,
    MatchState,
)
from svdocs.records.tables import Procurement, Supplier
from svdocs.statements.statement import Per, Unit

SETTLED = frozenset({
    CommitmentState.verified, CommitmentState.exceeded, CommitmentState.partly_delivered, CommitmentState.missed,
})  # fmt: skip
"""States by which somebody has said what became of a promise, or of its part in one year."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a promise falls into one contract year; `quantity` is None where no number was promised."""

    year: int
    starts: date
    ends: date
    quantity: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it comes into a contract; see `ContractCommitment` for the fields."""

    text: str
    parts: tuple[Part, ...]
    source: str = ""
    statement_id: str | None = None
    quantity_value: float | None = None
    quantity_unit: Unit | None = None
    quantity_per: Per | None = None
    due_date: str | None = None
    due_text: str = ""
    due_on: date | None = None
    place_text: str | None = None
    place_code: str | None = None
    beneficiary_text: str | None = None
    measure_framework: str | None = None
    measure_code: str | None = None
    themes: Mapping[str, Any] | None = None
    category: Category | None = None
    owner: str = ""
    evidence_asked: str = ""
    lots: tuple[str, ...] = ()
    """Names of the lots that its document is for; none where it is for every lot."""


@dataclass(frozen=True, slots=True)
class NewContract:
    """What is known of a contract when it is made."""

    procurement_id: str
    supplier: str
    reference: str
    title: str
    starts: date
    ends: date
    value_gbp: Decimal | None = None
    department: str = ""
    manager: str = ""
    manager_id: str | None = None
    social_value_mandatory: bool | None = None


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """A contract with the name of its supplier and the title of its procurement."""

    contract: Contract
    supplier: str
    procurement: str

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.contract.id


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A promise of a contract with its years, how far it has come, and what was delivered for it."""

    commitment: ContractCommitment
    milestones: tuple[ContractMilestone, ...]
    events: tuple[CommitmentEvent, ...]
    """Of the promise and of its years, oldest first."""
    matches: tuple[DeliveryMatch, ...] = ()
    """Deliveries proposed, confirmed or refused for it, oldest first."""
    evidence: tuple[ContractEvidence, ...] = ()
    varied_from: int | None = None
    """The first contract year of the promise that stands in its place; None where none does."""

    @property
    def id(self) -> str:
        """The promise's id."""
        return self.commitment.id

    @property
    def state(self) -> CommitmentState:
        """How far the promise as a whole has come."""
        return self.state_in(None)

    def state_in(self, milestone_id: str | None) -> CommitmentState:
        """Return how far the promise has come in one year, or as a whole."""
        return next(
            (e.state for e in reversed(self.events) if e.milestone_id == milestone_id), CommitmentState.committed
        )

    @property
    def state_by_year(self) -> CommitmentState:
        """How far the promise as a whole had come for the years that it has: of a varied one, before it was varied."""
        whole = (e.state for e in reversed(self.events) if e.milestone_id is None)
        return next((s for s in whole if s is not CommitmentState.varied), CommitmentState.committed)

    @property
    def standing(self) -> tuple[ContractMilestone, ...]:
        """The years for which it is the promise.

        Of a varied one those before the promise in its place begins, and those that were judged.
        """
        if self.state is not CommitmentState.varied:
            return self.milestones
        first = self.varied_from or 0
        return tuple(m for m in self.milestones if m.year < first or self.was_judged(m.id))

    def stands_in(self, year: int) -> bool:
        """Say whether it is the promise for a contract year; one without a part in it is until another takes over."""
        if self.state is CommitmentState.varied:
            return any(m.year == year for m in self.standing)
        return not self.milestones or self.milestones[0].year <= year

    def was_judged(self, milestone_id: str) -> bool:
        """Say whether somebody has ever said what became of one year."""
        return any(e.milestone_id == milestone_id and e.state in SETTLED for e in self.events)

    @property
    def confirmed(self) -> tuple[DeliveryMatch, ...]:
        """The deliveries that a person confirmed for it."""
        return tuple(m for m in self.matches if m.state is MatchState.confirmed)

    @property
    def has_evidence(self) -> bool:
        """Whether anything was sent for it: a document, or a case study that tells of a delivery."""
        return bool(self.evidence) or any(m.state is not MatchState.refused for m in self.matches)


def contract_records(session: Session, contracts: Sequence[Contract]) -> list[ContractRecord]:
    """Return the contracts with supplier and procurement, in two questions however many there are."""
    ids = {c.supplier_id for c in contracts}
    suppliers = {s.id: s.name for s in session.exec(select(Supplier))} if ids else {}
    titles = {p.id: p.title for p in session.exec(select(Procurement))} if ids else {}
    return [ContractRecord(c, suppliers.get(c.supplier_id, ""), titles.get(c.procurement_id, "")) for c in contracts]


def promise_in(session: Session, commitment: ContractCommitment) -> Scheduled:
    """Return one promise with all that hangs on it."""
    return next(
        s for s in schedules_in(session, [commitment.contract_id])[commitment.contract_id] if s.id == commitment.id
    )


def schedules_in(session: Session, contract_ids: Sequence[str]) -> dict[str, list[Scheduled]]:
    """Return the schedules of contracts, in five questions however many there are."""
    commitments = session.exec(
        select(ContractCommitment)
        .where(col(ContractCommitment.contract_id).in_(contract_ids))
        .order_by(col(ContractCommitment.number))
    )
    milestones: dict[str | None, list[ContractMilestone]] = defaultdict(list)
    for milestone in session.exec(
        select(ContractMilestone)
        .where(col(ContractMilestone.contract_id).in_(contract_ids))
        .order_by(col(ContractMilestone.year))
    ):
        milestones[milestone.commitment_id].append(milestone)
    events: dict[str, list[CommitmentEvent]] = defaultdict(list)
    for event in session.exec(
        select(CommitmentEvent)
        .where(col(CommitmentEvent.contract_id).in_(contract_ids))
        .order_by(col(CommitmentEvent.id))
    ):
        events[event.commitment_id].append(event)
    matches: dict[str, list[DeliveryMatch]] = defaultdict(list)
    for match in session.exec(
        select(DeliveryMatch)
        .where(col(DeliveryMatch.contract_id).in_(contract_ids))
        .order_by(col(DeliveryMatch.added_at), col(DeliveryMatch.id))
    ):
        matches[match.commitment_id].append(match)
    evidence: dict[str | None, list[ContractEvidence]] = defaultdict(list)
    for sent in session.exec(
        select(ContractEvidence)
        .where(col(ContractEvidence.contract_id).in_(contract_ids))
        .order_by(col(ContractEvidence.sent_at), col(ContractEvidence.id))
    ):
        evidence[sent.commitment_id].append(sent)
    found: dict[str, list[Scheduled]] = {contract_id: [] for contract_id in contract_ids}
    rows = list(commitments)
    varied_from = {c.varies_id: milestones[c.id][0].year for c in rows if c.varies_id and milestones[c.id]}
    for c in rows:
        found[c.contract_id].append(
            Scheduled(c, tuple(milestones[c.id]), tuple(events[c.id]), tuple(matches[c.id]), tuple(evidence[c.id]),
                      varied_from.get(c.id))
        )  # fmt: skip
    return found
