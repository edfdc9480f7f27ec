"""How promises stand: what counts, what is due, and which badge is earned; the clock is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from svdocs.delivery.award import in_years
from svdocs.delivery.earned import check_earned, earned_in, propose_badges
from svdocs.delivery.standing import ReminderKind, closing_figures, reminders, standing_of, year_of_delivery
from svdocs.delivery.study import Answer, Study
from svdocs.delivery.take import match_study
from svdocs.errors import Conflict, UsageError
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies, Delivered
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import BadgeLevel, BadgeState, CommitmentState, Contract, Reading
from svdocs.records.schedules import NewContract, Promise, Scheduled
from svdocs.records.store import Store, open_store
from svdocs.reports.facts import Became, gather, is_summable
from svdocs.statements.statement import Per, Unit
from tests.delivery.round_trip import AT, add_contract
from tests.records.values import Clock

AFTER = date(2029, 4, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


@pytest.fixture
def contract(store: Store) -> Contract:
    return add_contract(store)


def deliver(store: Store, contract: Contract, state: CommitmentState, share: float = 1.0) -> None:
    for promise in Contracts(store).schedule_of(contract.id):
        c = promise.commitment
        given = Delivered(c.id, "Done.", quantity=(c.quantity_value or 0) * share, unit=c.quantity_unit)
        CaseStudies(store, Clock(AT)).enter(given, person="Mo")
        Contracts(store, Clock(AT)).move(promise.id, state, person="Mo", because="Seen.")


def test_only_what_a_person_confirmed_counts_and_units_are_never_mixed(store: Store, contract: Contract) -> None:
    studies, trees = CaseStudies(store, Clock(AT)), Contracts(store).schedule_of(contract.id)[2].id
    studies.enter(Delivered(trees, "Planted.", quantity=420, unit=Unit.trees), person="Mo")
    studies.enter(Delivered(trees, "Dug.", quantity=30, unit=Unit.hours), person="Mo")
    standing = standing_of(Contracts(store).promise(trees))
    assert (standing.delivered, standing.surplus, standing.shortfall) == (420, 20, 0)
    assert standing.elsewise == {Unit.hours: 30}


@pytest.mark.parametrize(
    ("unit", "per", "figures", "in_full"),
    [
        (Unit.hours, Per.employee, (4, 4), False),  # four a head in each of two years are not eight a head
        (Unit.hours, Per.employee, (4, 8), True),
        (Unit.percent, None, (9, 4), False),  # the newest figure stands, not the highest
        (Unit.hours, None, (4, 4), True),
    ],
)
def test_a_rate_is_never_added_up_and_its_newest_figure_stands_on_pages_and_in_reports(
    store: Store, contract: Contract, unit: Unit, per: Per | None, figures: tuple[int, int], in_full: bool
) -> None:
    contracts, studies = Contracts(store, Clock(AT)), CaseStudies(store, Clock(AT))
    promised = in_years(Promise("Eight.", (), quantity_value=8, quantity_unit=unit, quantity_per=per),
                        contract.starts, date(2028, 3, 31))  # fmt: skip
    given = NewContract(contract.procurement_id, "Example Ltd", "KCC-2", "Lamps", contract.starts, date(2028, 3, 31))
    made = contracts.add(given, [promised], person="Lea")
    [promise] = contracts.schedule_of(made.id)
    [year] = promise.milestones
    for month, quantity in zip((6, 9), figures, strict=True):
        studies.enter(Delivered(promise.id, "Done.", quantity=quantity, unit=unit, milestone_id=year.id,
                                delivered_to=date(2027, month, 30)), person="Mo")  # fmt: skip
    for state in (CommitmentState.evidence_submitted, CommitmentState.verified):
        contracts.move(promise.id, state, person="Mo", because="Seen.", milestone_id=year.id)
    contracts.move(promise.id, CommitmentState.verified, person="Mo", because="Seen.")
    standing = standing_of(contracts.promise(promise.id))
    [due] = [d for d in gather(store).due_in("2027-28") if d.contract.id == made.id]
    assert (standing.target, standing.in_full) == (8, in_full)
    assert standing.delivered == standing.years[0][2] == due.delivered
    assert due.became == (Became.in_full if in_full else Became.partly)
    assert is_summable(promise) is (per is None and unit is Unit.hours)
    assert earned_in(made, contracts.schedule_of(made.id), "2027-28").level == (BadgeLevel.gold if in_full else None)


def test_what_came_after_a_promise_was_due_counts_for_its_last_part(store: Store, contract: Contract) -> None:
    contracts = Contracts(store, Clock(AT))
    due = Promise("Five by December.", (), quantity_value=5, quantity_unit=Unit.people, due_date="2027-12-31")
    given = NewContract(contract.procurement_id, "Example Ltd", "KCC-2", "Lamps", contract.starts, contract.ends)
    made = contracts.add(given, [in_years(due, contract.starts, contract.ends)], person="Lea")
    [promise] = contracts.schedule_of(made.id)
    [part] = promise.milestones
    assert {y: year_of_delivery(promise, y, None) for y in (1, 2)} == {1: part, 2: None}
    days = (date(2027, 3, 1), date(2027, 5, 1), date(2028, 2, 1), date(2029, 3, 1))
    assert [year_of_delivery(promise, None, day) for day in days] == [None, part, part, part]
    assert year_of_delivery(promise, None, None) is None
    study = Study(Reading.template, {}, answers=(Answer(1, "5", "Five began."),))
    [proposed], _ = match_study(study, [], [promise], "study.docx", 2)
    CaseStudies(store).enter(proposed, person="Mo")
    told = [d for d in gather(store).due_in("2027-28") if d.contract.id == made.id]
    assert [d.delivered for d in told] == [standing_of(contracts.promise(promise.id)).delivered] == [5]


def test_reminders_tell_what_is_due_overdue_and_waits(store: Store, contract: Contract) -> None:
    contracts = Contracts(store)
    schedule = contracts.schedule_of(contract.id)
    assert reminders(contract, schedule, [], date(2027, 6, 1)) == []
    soon = {r.kind for r in reminders(contract, schedule, [], date(2028, 3, 1))}
    assert soon == {ReminderKind.promise_due, ReminderKind.case_study_due}
    contracts.move(schedule[0].id, CommitmentState.evidence_submitted, person="Pat")
    late = reminders(contract, contracts.schedule_of(contract.id), [], date(2028, 4, 10))
    assert {r.kind for r in late} == {
        ReminderKind.promise_overdue, ReminderKind.case_study_overdue, ReminderKind.evidence_waiting,
    }  # fmt: skip


def test_what_somebody_called_missed_needs_no_reminder_any_more(store: Store, contract: Contract) -> None:
    contracts = Contracts(store)
    first, second = contracts.schedule_of(contract.id)[:2]
    first_year = first.milestones[0].id
    contracts.move(first.id, CommitmentState.missed, person="Mo", because="Nobody.", milestone_id=first_year)
    contracts.move(second.id, CommitmentState.missed, person="Mo", because="The schools closed.")
    asked = reminders(contract, contracts.schedule_of(contract.id), [], date(2029, 4, 10))
    assert {r.year for r in asked if r.number == first.commitment.number} == {2}
    assert {r.number for r in asked} == {None, 1, 3, 4, 5}


@pytest.mark.parametrize(
    ("state", "share", "level"),
    [
        (CommitmentState.verified, 1.0, BadgeLevel.gold),
        (CommitmentState.exceeded, 1.5, BadgeLevel.platinum),
        (CommitmentState.verified, 0.5, None),
        (CommitmentState.partly_delivered, 1.0, None),
    ],
)
def test_gold_is_for_all_in_full_and_platinum_for_more(
    store: Store, contract: Contract, state: CommitmentState, share: float, level: BadgeLevel | None
) -> None:
    deliver(store, contract, state, share)
    earned = earned_in(contract, Contracts(store).schedule_of(contract.id), "2028-29")
    assert (earned.level, earned.due) == (level, 5)
    proposed = propose_badges(store, "2028-29", AFTER, Clock(AT))
    assert [b.level for b in proposed] == ([level] if level else [])
    assert Badges(store).public() == []


def judge_year(store: Store, promise: Scheduled, year: int, state: CommitmentState, quantity: float = 0) -> None:
    """Have so much delivered in a contract year, and the year judged on its own."""
    milestone, unit = promise.milestones[year - 1].id, promise.commitment.quantity_unit
    if quantity:
        given = Delivered(promise.id, "Done.", quantity=quantity, unit=unit, milestone_id=milestone)
        CaseStudies(store, Clock(AT)).enter(given, person="Mo")
    for step in (CommitmentState.evidence_submitted, state):
        Contracts(store, Clock(AT)).move(promise.id, step, person="Mo", because="Seen.", milestone_id=milestone)


@pytest.mark.parametrize("state", [CommitmentState.missed, CommitmentState.partly_delivered])
def test_a_year_that_was_missed_earns_no_badge_by_what_was_delivered_later(
    store: Store, contract: Contract, state: CommitmentState
) -> None:
    deliver(store, contract, CommitmentState.exceeded, 2)
    first = Contracts(store).schedule_of(contract.id)[0]
    judge_year(store, first, 1, state)
    schedule = Contracts(store).schedule_of(contract.id)
    for year in ("2027-28", "2028-29"):
        earned = earned_in(contract, schedule, year)
        assert (earned.level, earned.lacking) == (None, (1,))
    judge_year(store, first, 1, CommitmentState.verified)
    assert earned_in(contract, Contracts(store).schedule_of(contract.id), "2028-29").level is BadgeLevel.platinum


def test_years_judged_on_their_own_earn_each_years_badge_and_what_went_beyond_counts(
    store: Store, contract: Contract
) -> None:
    contracts = Contracts(store)
    schedule = contracts.schedule_of(contract.id)
    for promise in schedule:
        judge_year(store, promise, 1, CommitmentState.verified, promise.milestones[0].quantity or 0)
    assert earned_in(contract, contracts.schedule_of(contract.id), "2027-28").level is BadgeLevel.gold
    judge_year(store, schedule[0], 1, CommitmentState.exceeded, 3)
    earned = earned_in(contract, contracts.schedule_of(contract.id), "2027-28")
    assert (earned.level, earned.exceeded) == (BadgeLevel.platinum, 1)
    for promise in schedule[1:]:
        judge_year(store, promise, 2, CommitmentState.verified, promise.milestones[1].quantity or 0)
    lacking = earned_in(contract, contracts.schedule_of(contract.id), "2028-29").lacking
    assert lacking == (1,)  # more than its number is delivered, and nobody has judged the second year
    judge_year(store, schedule[0], 2, CommitmentState.verified)
    assert earned_in(contract, contracts.schedule_of(contract.id), "2028-29").level is BadgeLevel.platinum
    contracts.move(schedule[0].id, CommitmentState.missed, person="Mo", because="Not to the standard, taken together.")
    assert earned_in(contract, contracts.schedule_of(contract.id), "2028-29").lacking == (1,)


def test_in_the_last_year_a_total_that_is_short_earns_no_badge_though_each_year_was_judged(
    store: Store, contract: Contract
) -> None:
    contracts = Contracts(store)
    for promise in contracts.schedule_of(contract.id):
        for year in (1, 2):
            short = 1 if (promise.commitment.number, year) == (3, 2) else 0
            delivered = (promise.milestones[year - 1].quantity or 0) - short
            judge_year(store, promise, year, CommitmentState.verified, delivered)
    assert earned_in(contract, contracts.schedule_of(contract.id), "2028-29").lacking == (3,)


def test_what_a_later_year_exceeded_is_not_an_earlier_years(store: Store, contract: Contract) -> None:
    contracts = Contracts(store)
    for promise in contracts.schedule_of(contract.id):
        judge_year(store, promise, 1, CommitmentState.verified, promise.milestones[0].quantity or 0)
    deliver(store, contract, CommitmentState.exceeded)
    schedule = contracts.schedule_of(contract.id)
    levels = [earned_in(contract, schedule, year).level for year in ("2027-28", "2028-29")]
    assert levels == [BadgeLevel.gold, BadgeLevel.platinum]


def test_a_badge_is_proposed_after_the_year_and_not_again_once_somebody_refused(
    store: Store, contract: Contract
) -> None:
    deliver(store, contract, CommitmentState.verified)
    with pytest.raises(Conflict, match="ends on"):
        propose_badges(store, "2028-29", date(2029, 3, 31))
    [badge] = propose_badges(store, "2028-29", AFTER)
    refused = Badges(store).refuse(badge.id, person="Mo", because="The standard was not met.")
    assert refused.state is BadgeState.refused
    assert propose_badges(store, "2028-29", AFTER) == []


def test_a_badge_that_is_no_longer_earned_is_withdrawn_and_cannot_be_issued(store: Store, contract: Contract) -> None:
    deliver(store, contract, CommitmentState.verified)
    contracts, badges = Contracts(store, Clock(AT)), Badges(store)
    [badge] = propose_badges(store, "2028-29", AFTER)
    record = badges.badge(badge.id)
    check_earned(record, contract, contracts.schedule_of(contract.id))
    first = contracts.schedule_of(contract.id)[0].id
    contracts.move(first, CommitmentState.evidence_submitted, person="Mo")
    contracts.move(first, CommitmentState.missed, person="Mo", because="The claim was false.")
    with pytest.raises(Conflict, match="now none is earned, with 4 of 5"):
        check_earned(record, contract, contracts.schedule_of(contract.id))
    assert propose_badges(store, "2028-29", AFTER) == []
    [gone] = badges.badges_of(contract.id)
    assert (gone.badge.state, gone.badge.because) == (
        BadgeState.withdrawn, "Not delivered in full and judged so: promise 1.",
    )  # fmt: skip
    contracts.move(first, CommitmentState.evidence_submitted, person="Mo")
    contracts.move(first, CommitmentState.verified, person="Mo", because="Seen after all.")
    [again] = propose_badges(store, "2028-29", AFTER)
    assert (again.id, again.state) == (badge.id, BadgeState.proposed)


@pytest.mark.parametrize("year", ["2028-99", "0000-01", "9999-00", "2028", "202٨-29"])
def test_a_badge_is_proposed_for_a_financial_year_alone(store: Store, contract: Contract, year: str) -> None:
    deliver(store, contract, CommitmentState.verified)
    propose_badges(store, " 2028-29 ", AFTER)
    with pytest.raises(UsageError, match="is no financial year"):
        propose_badges(store, year, AFTER)
    assert [b.badge.financial_year for b in Badges(store).badges_of(contract.id)] == ["2028-29"]


def test_closing_figures_add_nothing_that_is_not_there(store: Store, contract: Contract) -> None:
    deliver(store, contract, CommitmentState.verified)
    figures = closing_figures(contract, Contracts(store).schedule_of(contract.id), [])
    assert (figures["states"], figures["case_studies"]) == ({"verified": 5}, {"due": 2, "received": 0})
    assert [f["shortfall"] for f in figures["figures"]] == [0] * 5
