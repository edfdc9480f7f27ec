"""Which badge a contract has earned in a financial year: proposed by figures, issued only by a contract manager.

Source: Kent County Council, Winning for Kent 2026-2028 (draft), Levels of Achievement. Gold is for commitments
delivered in full and to the required standard, Platinum for delivery that goes beyond the contract and has additional
impact; both at the end of a financial year, verified by the contract manager. How a promise counts for a year is
svdocs's reading: each part of a promise that falls due by the year's last day, as the contract's schedule has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from svdocs.delivery.spend_files import check_year
from svdocs.delivery.standing import DONE, SAID, standing_of
from svdocs.delivery.years import days_of
from svdocs.errors import Conflict
from svdocs.records.badges import UNDECIDED, BadgeRecord, Badges
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import Badge, BadgeLevel, BadgeState, CommitmentState, Contract
from svdocs.records.people import Clock
from svdocs.records.schedules import Scheduled
from svdocs.records.store import Store
from svdocs.records.tables import now

_NOT_KEPT = frozenset({CommitmentState.missed, CommitmentState.partly_delivered})


@dataclass(frozen=True, slots=True)
class Earned:
    """What a contract has earned in a financial year, and on which figures.

    Attributes:
        level: None where it has earned no badge.
        due: promises of which a part was due by the end of the year.
        in_full: those that were judged delivered, with no number missing.
        exceeded: those of which a part that was due, or the whole once all was due, was judged exceeded, with more than
            promised or with a reason given by the contract manager.
        lacking: numbers of the promises that stand in the way.
    """

    level: BadgeLevel | None
    due: int
    in_full: int
    exceeded: int
    lacking: tuple[int, ...]

    def grounds(self) -> dict[str, Any]:
        """Return the figures as they are kept with the badge, without any words of the bid."""
        return {"due": self.due, "in_full": self.in_full, "exceeded": self.exceeded, "lacking": list(self.lacking)}


def earned_in(contract: Contract, schedule: Sequence[Scheduled], financial_year: str) -> Earned:
    """Return what a contract has earned in a financial year.

    A contract that did not run in the year, or of which nothing was due by its end, has earned nothing.
    """
    first, last = days_of(financial_year)
    due = [s for s in schedule if any(m.ends <= last for m in s.standing)]
    if contract.starts > last or contract.ends < first or not due:
        return Earned(None, len(due), 0, 0, ())
    lacking = tuple(s.commitment.number for s in due if not _is_kept(s, last))
    exceeded = sum(_is_exceeded(s, last) for s in due)
    level = None if lacking else BadgeLevel.platinum if exceeded else BadgeLevel.gold
    return Earned(level, len(due), len(due) - len(lacking), exceeded, lacking)


def _is_kept(promise: Scheduled, last: date) -> bool:
    """Say whether all of a promise that was due by a day was judged delivered, with no number missing.

    It was judged as a whole, or in each year on its own. A part whose own year was judged missed or partly delivered
    stands in the way until that year is judged anew, whatever was delivered later. Of a varied promise the years count
    for which it still stands.
    """
    by_then = [m for m in promise.standing if m.ends <= last]
    if any(promise.state_in(m.id) in _NOT_KEPT for m in by_then):
        return False
    standing = standing_of(promise)
    if promise.state in DONE:
        return standing.in_full
    varied = promise.state is CommitmentState.varied
    as_a_whole = varied and promise.state_by_year in DONE
    each_done = as_a_whole or all(promise.state_in(m.id) in DONE for m in by_then)
    if not varied and len(by_then) == len(promise.milestones):
        # All is due: what the whole comes to binds, and not the years.
        return each_done and promise.state not in _NOT_KEPT and not standing.shortfall
    figures = {year: (target, delivered) for year, target, delivered in standing.years}
    return each_done and all(
        figures[m.year][0] is None or figures[m.year][1] >= (figures[m.year][0] or 0) for m in by_then
    )


def _is_exceeded(promise: Scheduled, last: date) -> bool:
    """Say whether a part that was due by a day was judged exceeded, in its own year or with the whole promise."""
    by_then = [m for m in promise.standing if m.ends <= last]
    judged = {promise.state_in(m.id) if promise.state_in(m.id) in SAID else promise.state_by_year for m in by_then}
    if len(by_then) == len(promise.milestones):
        judged.add(promise.state)
    return CommitmentState.exceeded in judged


def check_earned(record: BadgeRecord, contract: Contract, schedule: Sequence[Scheduled]) -> None:
    """Check that a badge that was proposed is earned as the promises stand now.

    Raises:
        Conflict: another badge is earned, on other figures, or none.
    """
    badge = record.badge
    earned = earned_in(contract, schedule, badge.financial_year)
    if (earned.level, earned.grounds()) == (badge.level, badge.grounds):
        return
    now_earned = earned.level.value.title() if earned.level else "none"
    raise Conflict(
        f"{badge.level.value.title()} was proposed for {badge.financial_year}, and what it rests on has changed: now "
        f"{now_earned} is earned, with {earned.in_full} of {earned.due} promises due delivered in full. Ask again "
        "which badge is earned, and decide on what is proposed then."
    )


def propose_badges(store: Store, financial_year: str, today: date, clock: Clock = now, *,
                   contract_id: str | None = None) -> list[Badge]:  # fmt: skip
    """Return the badges that are proposed for a financial year: one for each contract that has earned one.

    Those on which a contract manager has decided are left alone; one that was proposed and is no longer earned is
    withdrawn.

    Args:
        store: the records.
        financial_year: as in 2027-28.
        today: the day on which it is asked.
        clock: tells when they are proposed.
        contract_id: of this contract alone; None for all that the store's caller may see.

    Raises:
        UsageError: it is no financial year.
        NotFound: there is no such contract.
        Conflict: the financial year has not ended.
    """
    financial_year = check_year(financial_year)
    _, last = days_of(financial_year)
    if today <= last:
        raise Conflict(f"The financial year {financial_year} ends on {last}; badges are proposed after it.")
    contracts, badges = Contracts(store), Badges(store, clock)
    records = contracts.contracts() if contract_id is None else [contracts.contract(contract_id)]
    schedules = contracts.schedules([r.id for r in records])
    proposed = []
    for record in records:
        earned = earned_in(record.contract, schedules[record.id], financial_year)
        there = [b.badge for b in badges.badges_of(record.id) if b.badge.financial_year == financial_year]
        if earned.level is not None and all(b.state in UNDECIDED for b in there):
            proposed.append(badges.propose(record.id, financial_year, earned.level, earned.grounds()))
        for badge in there if earned.level is None else ():
            if badge.state is BadgeState.proposed:
                badges.withdraw(badge.id, because=_lost(earned))
    return proposed


def _lost(earned: Earned) -> str:
    """Return why a badge is no longer earned."""
    if not earned.lacking:
        return "Nothing was due by the end of the year."
    return f"Not delivered in full and judged so: promise {', '.join(str(n) for n in earned.lacking)}."
