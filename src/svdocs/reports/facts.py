"""What the reports count from: contracts with their promises and deliveries, case studies, badges, and procurements.

Read once, in a handful of questions, as the caller of the store may see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from svdocs.delivery.ratios import Trend, trends_of
from svdocs.delivery.standing import CLOSE, DONE, reached, standing_of
from svdocs.delivery.years import contract_years, days_of, financial_year, is_rate
from svdocs.errors import UsageError
from svdocs.frameworks.set_up import SetUp
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import (
    Badge,
    BadgeState,
    CaseStudy,
    CommitmentState,
    Contract,
    ContractMilestone,
    DeliveryMatch,
    MatchState,
)
from svdocs.records.ratios import Ratios
from svdocs.records.schedules import SETTLED, ContractRecord, Scheduled
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.records.tables import Procurement

FIRST_STATEMENT = "2027-28"
"""The first financial year of which a statement is published: Kent County Council, Winning for Kent 2026-2028."""


class Became:
    """What became of a part that fell due, in the order in which it is told."""

    exceeded = "Went beyond"
    in_full = "In full"
    partly = "In part"
    missed = "Missed"
    open = "Not yet judged"
    ALL = (exceeded, in_full, partly, missed, open)


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a promise that fell due: what of it falls into one contract year.

    Attributes:
        matches: the confirmed deliveries that count for it in that unit.
    """

    contract: ContractRecord
    promise: Scheduled
    milestone: ContractMilestone
    became: str
    matches: tuple[DeliveryMatch, ...]

    @property
    def id(self) -> str:
        """The id of the milestone."""
        return self.milestone.id

    @property
    def delivered(self) -> float:
        """What was confirmed for it, in the promise's own unit; of a rate the newest figure."""
        return reached(self.promise, self.matches)

    @property
    def is_rate(self) -> bool:
        """Whether it is of a rate, which is never added up."""
        return is_rate(self.promise.commitment.quantity_unit, self.promise.commitment.quantity_per)


@dataclass(frozen=True, slots=True)
class Awarded:
    """A contract with all that hangs on it."""

    record: ContractRecord
    schedule: tuple[Scheduled, ...]
    studies: tuple[CaseStudy, ...]
    badges: tuple[Badge, ...]
    ratios: tuple[Trend, ...] = ()

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.record.contract

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.record.id

    def runs_in(self, year: str) -> bool:
        """Say whether it runs on a day of a financial year."""
        first, last = days_of(year)
        return self.contract.starts <= last and self.contract.ends >= first

    def due_in(self, year: str) -> Iterator[Due]:
        """Yield the parts of its promises that fell due in a financial year; a varied promise has those it kept."""
        first, last = days_of(year)
        for promise in self.schedule:
            for milestone in promise.standing:
                if first <= milestone.ends <= last:
                    matches = _confirmed_for(promise, milestone)
                    yield Due(self.record, promise, milestone, _became(promise, milestone, matches), matches)

    def ratios_in(self, year: str) -> tuple[Trend, ...]:
        """Return the ratios with the figures whose period ended in a financial year; those without one are left out."""
        first, last = days_of(year)
        found = (replace(t, points=tuple(p for p in t.points if first <= p.figure.ends <= last)) for t in self.ratios)
        return tuple(t for t in found if t.points)

    def years_ended_in(self, year: str) -> Iterator[int]:
        """Yield the numbers of its contract years that ended in a financial year."""
        first, last = days_of(year)
        for number, (_, end) in enumerate(contract_years(self.contract.starts, self.contract.ends), start=1):
            if first <= end <= last:
                yield number


@dataclass(frozen=True, slots=True)
class Bought:
    """A procurement with how it was set up."""

    procurement: Procurement
    set_up: SetUp
    confirmed: bool

    @property
    def id(self) -> str:
        """The procurement's id."""
        return self.procurement.id

    @property
    def day(self) -> date:
        """The day by which it belongs to a financial year: it commenced, or came into the records."""
        return self.set_up.commenced or self.procurement.added_at.date()

    @property
    def department(self) -> str:
        """Whose it is, as a report says it."""
        return self.set_up.department or NO_DEPARTMENT


NO_DEPARTMENT = "No department recorded"


@dataclass(frozen=True)
class Facts:
    """All that reports count from.

    Attributes:
        everything: whether nothing was hidden from who asks; else it is what they may see.
    """

    procurements: tuple[Bought, ...]
    contracts: tuple[Awarded, ...]
    everything: bool = True

    @cached_property
    def authority(self) -> str:
        """The buyer of most procurements."""
        buyers = Counter(b.procurement.buyer for b in self.procurements if b.procurement.buyer)
        return buyers.most_common(1)[0][0] if buyers else "The authority"

    @cached_property
    def framework(self) -> str:
        """The framework by whose priorities progress is told: the one that most promises are coded to."""
        used = Counter(
            f for c in self.contracts for s in c.schedule for f, codes in s.commitment.themes.items() if codes
        )
        return "kcc" if used.get("kcc") or not used else used.most_common(1)[0][0]

    @cached_property
    def department_of(self) -> dict[str, str]:
        """The department of each contract: its own, else its procurement's."""
        of_procurement = {b.id: b.department for b in self.procurements}
        return {
            c.id: c.contract.department or of_procurement.get(c.contract.procurement_id, NO_DEPARTMENT)
            for c in self.contracts
        }

    def running_in(self, year: str) -> list[Awarded]:
        """Return the contracts that ran on a day of a financial year."""
        return [c for c in self.contracts if c.runs_in(year)]

    def let_in(self, year: str) -> list[Awarded]:
        """Return the contracts that began in a financial year."""
        return [c for c in self.contracts if financial_year(c.contract.starts) == year]

    def due_in(self, year: str) -> list[Due]:
        """Return the parts of promises that fell due in a financial year."""
        return [d for c in self.contracts for d in c.due_in(year)]

    def bought_in(self, year: str) -> list[Bought]:
        """Return the procurements that commenced in a financial year."""
        return [b for b in self.procurements if financial_year(b.day) == year]

    def badges_in(self, year: str, *states: BadgeState) -> list[tuple[Awarded, Badge]]:
        """Return the badges of a financial year in one of these states, issued ones by default."""
        wanted = states or (BadgeState.issued,)
        return [(c, b) for c in self.contracts for b in c.badges if b.financial_year == year and b.state in wanted]


def gather(store: Store, *, everything: bool = True) -> Facts:
    """Return what reports count from, as the store's caller may see it.

    Args:
        store: the records.
        everything: whether the store hides nothing.
    """
    contracts = Contracts(store)
    records = contracts.contracts()
    ids = [r.id for r in records]
    schedules, studies = contracts.schedules(ids), CaseStudies(store).studies(ids)
    badges: dict[str, list[Badge]] = {i: [] for i in ids}
    for badge in Badges(store).all_badges():
        badges.setdefault(badge.contract_id, []).append(badge)
    set_ups = SetUps(store)
    bought = []
    for procurement in store.procurements():
        record = set_ups.current(procurement.id)
        bought.append(Bought(procurement, record.set_up, record.confirmed))
    ratios = trends_of(Ratios(store), ids)
    awarded = (
        Awarded(r, tuple(schedules[r.id]), tuple(studies[r.id]), tuple(badges[r.id]), ratios[r.id]) for r in records
    )
    return Facts(tuple(bought), tuple(awarded), everything)


def year_named(words: str) -> str:
    """Return a financial year as typed.

    Raises:
        UsageError: it is none.

    >>> year_named("2027/28"), year_named("2027-2028")
    ('2027-28', '2027-28')
    """
    digits = "".join(c for c in words if c.isdigit())
    if len(digits) == 8:
        digits = digits[:4] + digits[6:]
    if len(digits) != 6 or int(digits[4:]) != (int(digits[:4]) + 1) % 100 or not 1990 <= int(digits[:4]) <= 2200:
        raise UsageError(f"{words[:40]!r} is no financial year; write it as 2027-28.")
    return f"{digits[:4]}-{digits[4:]}"


def years_from(first: str, last: str) -> list[str]:
    """Return the financial years from one to another.

    Raises:
        UsageError: the last is before the first, or they are more than twenty.

    >>> years_from("2027-28", "2029-30")
    ['2027-28', '2028-29', '2029-30']
    """
    begin, end = int(first[:4]), int(last[:4])
    if not begin <= end <= begin + 19:
        raise UsageError(f"From {first} to {last} there are no financial years, or too many; name the first and last.")
    return [f"{y}-{(y + 1) % 100:02d}" for y in range(begin, end + 1)]


def is_summable(promise: Scheduled) -> bool:
    """Say whether a promise's quantities can be added to others: rates and figures a head cannot."""
    commitment = promise.commitment
    return commitment.quantity_value is not None and not is_rate(commitment.quantity_unit, commitment.quantity_per)


def ids_of(rows: list[Due]) -> tuple[str, ...]:
    """Return the ids of the milestones."""
    return tuple(d.id for d in rows)


def _confirmed_for(promise: Scheduled, milestone: ContractMilestone) -> tuple[DeliveryMatch, ...]:
    unit = promise.commitment.quantity_unit
    return tuple(
        m
        for m in promise.matches
        if m.state is MatchState.confirmed and m.milestone_id == milestone.id and m.unit == unit
    )


def _became(promise: Scheduled, milestone: ContractMilestone, matches: tuple[DeliveryMatch, ...]) -> str:
    """Return what became of a part that fell due: as judged for its year, else for the promise as a whole.

    What was judged delivered counts in full only where no number is missing.
    """
    state = promise.state_in(milestone.id)
    by_whole = state not in SETTLED
    if by_whole:
        state = promise.state_by_year
    if state is CommitmentState.missed:
        return Became.missed
    if state is CommitmentState.partly_delivered:
        return Became.partly
    if state not in DONE:
        return Became.open
    short = bool(standing_of(promise).shortfall) if by_whole else _is_short(milestone, matches, promise)
    if short:
        return Became.partly
    return Became.exceeded if state is CommitmentState.exceeded else Became.in_full


def _is_short(milestone: ContractMilestone, matches: tuple[DeliveryMatch, ...], promise: Scheduled) -> bool:
    if milestone.quantity is None:
        return False
    return reached(promise, matches) < milestone.quantity - CLOSE
