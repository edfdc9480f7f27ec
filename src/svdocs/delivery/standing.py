"""How a contract's promises stand: what was due, what a person confirmed as delivered, what is missing or over.

Quantities are added up in the promise's own unit alone; what was delivered in another is told apart and never added.
Only confirmed deliveries count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from svdocs.delivery.years import case_studies_due, contract_year_of, contract_years, is_rate, target_of
from svdocs.records.delivery_tables import (
    CaseStudy,
    CommitmentState,
    Contract,
    ContractMilestone,
    DeliveryMatch,
    MatchState,
)
from svdocs.records.schedules import Part, Scheduled
from svdocs.statements.statement import Unit

CLOSE = 1e-9
DONE = frozenset({CommitmentState.verified, CommitmentState.exceeded, CommitmentState.varied})
SAID = DONE | {CommitmentState.partly_delivered, CommitmentState.missed}
"""States by which somebody has said what became of a contract year, so that it needs no reminder any more."""
SOON = timedelta(days=60)
"""How long before its day a reminder tells that something is due."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one promise stands.

    Attributes:
        target: what it comes to over the contract; None where no number was promised.
        delivered: what was confirmed in its unit; of a rate the newest figure.
        waiting: what is proposed and not yet decided, in its unit.
        elsewise: what was confirmed in other units, by unit.
        years: contract year, what falls into it, and what was confirmed for it.
    """

    promise: Scheduled
    target: float | None
    delivered: float
    waiting: float
    elsewise: Mapping[Unit | None, float]
    years: tuple[tuple[int, float | None, float], ...]

    @property
    def shortfall(self) -> float:
        """How much is missing of the target; 0 where nothing is, or no number was promised."""
        return max(0.0, round((self.target or 0.0) - self.delivered, 2))

    @property
    def surplus(self) -> float:
        """How much was delivered over the target; 0 where no number was promised."""
        return max(0.0, round(self.delivered - self.target, 2)) if self.target is not None else 0.0

    @property
    def in_full(self) -> bool:
        """Whether it was judged delivered and no number is missing."""
        return self.promise.state in DONE and (self.promise.state is CommitmentState.varied or not self.shortfall)


def standing_of(promise: Scheduled) -> Standing:
    """Return how a promise stands."""
    commitment = promise.commitment
    parts = tuple(Part(m.year, m.starts, m.ends, m.quantity) for m in promise.milestones)
    unit = commitment.quantity_unit
    target = target_of(parts, commitment.quantity_value, unit, commitment.quantity_per)
    confirmed = promise.confirmed
    own = [m for m in confirmed if m.quantity is not None and m.unit == unit]
    waiting = [
        m for m in promise.matches if m.state is MatchState.proposed and m.quantity is not None and m.unit == unit
    ]
    other: dict[Unit | None, float] = {}
    for m in confirmed:
        if m.quantity is not None and m.unit != unit:
            other[m.unit] = other.get(m.unit, 0.0) + m.quantity
    years = tuple(
        (m.year, m.quantity, reached(promise, [d for d in own if d.milestone_id == m.id])) for m in promise.milestones
    )
    return Standing(promise, target, reached(promise, own), reached(promise, waiting), other, years)


def year_of_delivery(promise: Scheduled, year: int | None, day: date | None) -> ContractMilestone | None:
    """Return the part of a promise for which a delivery counts: of the year that is named, else of its last day.

    A day after the promise's last part counts for that one, late as it was; None where neither tells, the promise has
    no such year, or the day is before its first.
    """
    parts = promise.standing
    if year is not None:
        return next((m for m in parts if m.year == year), None)
    if day is None:
        return None
    late = parts[-1] if parts and day > parts[-1].ends else None
    return next((m for m in parts if m.starts <= day <= m.ends), late)


def reached(promise: Scheduled, matches: Sequence[DeliveryMatch]) -> float:
    """Return what deliveries in a promise's own unit come to: their sum, or of a rate the newest figure."""
    if not matches:
        return 0.0
    if is_rate(promise.commitment.quantity_unit, promise.commitment.quantity_per):
        return float(max(matches, key=lambda m: (m.delivered_to or date.min, m.added_at)).quantity or 0.0)
    return round(sum(m.quantity or 0.0 for m in matches), 2)


class ReminderKind(StrEnum):
    """What a reminder asks for."""

    promise_due = "promise_due"
    promise_overdue = "promise_overdue"
    case_study_due = "case_study_due"
    case_study_overdue = "case_study_overdue"
    evidence_waiting = "evidence_waiting"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What somebody should see to, and by when."""

    kind: ReminderKind
    on: date
    year: int
    number: int | None = None
    """Of the promise; None for a case study."""


def reminders(contract: Contract, schedule: Sequence[Scheduled], studies: Sequence[CaseStudy],
              today: date) -> list[Reminder]:  # fmt: skip
    """Return what is due soon, overdue, or waits for the contract manager, by day; nothing for a closed contract.

    Args:
        contract: whose.
        schedule: its promises.
        studies: its case studies.
        today: the day on which it is asked.
    """
    if contract.closed_at is not None:
        return []
    found: list[Reminder] = []
    for promise in schedule:
        number, state = promise.commitment.number, promise.state
        if state is CommitmentState.evidence_submitted:
            year = contract_year_of(today, contract.starts, contract.ends)
            found.append(Reminder(ReminderKind.evidence_waiting, today, year, number))
        if promise.state_by_year in DONE or promise.state_by_year is CommitmentState.missed:
            continue
        for milestone in promise.standing:
            if promise.state_in(milestone.id) in SAID or milestone.ends > today + SOON:
                continue
            overdue = milestone.ends < today
            kind = ReminderKind.promise_overdue if overdue else ReminderKind.promise_due
            found.append(Reminder(kind, milestone.ends, milestone.year, number))
    found += _studies_missing(contract, studies, today)
    return sorted(found, key=lambda r: (r.on, r.kind, r.number or 0, r.year))


def _studies_missing(contract: Contract, studies: Sequence[CaseStudy], today: date) -> list[Reminder]:
    """Return a reminder for each contract year that lacks its case study, if the contract must have them."""
    if contract.social_value_mandatory is False:
        return []
    have = {s.year for s in studies if not s.is_of_another}
    missing = []
    for year, (_, last) in enumerate(contract_years(contract.starts, contract.ends), start=1):
        if year in have or last > today + SOON:
            continue
        kind = ReminderKind.case_study_overdue if last < today else ReminderKind.case_study_due
        missing.append(Reminder(kind, last, year))
    return missing


def closing_figures(contract: Contract, schedule: Sequence[Scheduled], studies: Sequence[CaseStudy]) -> dict[str, Any]:
    """Return what a contract came to: counts by state, and target, delivered, shortfall and surplus a promise."""
    standings = [standing_of(s) for s in schedule]
    return {
        "promises": len(schedule),
        "states": {state.value: n for state in CommitmentState if (n := sum(s.state is state for s in schedule))},
        "case_studies": {"due": case_studies_due(contract.starts, contract.ends), "received": len(studies)},
        "figures": [
            {
                "number": s.promise.commitment.number,
                "state": s.promise.state.value,
                "unit": s.promise.commitment.quantity_unit,
                "target": s.target,
                "delivered": s.delivered,
                "shortfall": s.shortfall,
                "surplus": s.surplus,
            }
            for s in standings
        ],
    }
