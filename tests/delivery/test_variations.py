"""What is agreed after a contract was made: the old promise stays, and other days spread the promises anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from svdocs.delivery.earned import earned_in
from svdocs.delivery.standing import reminders, standing_of
from svdocs.delivery.variations import Agreed, change_contract, vary_promise
from svdocs.errors import Conflict, UsageError
from svdocs.records.case_studies import CaseStudies, Delivered
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import BadgeLevel, CommitmentState, Contract
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store
from svdocs.reports.facts import Became, gather
from svdocs.statements.statement import Per, Unit
from tests.delivery.round_trip import AT, add_contract
from tests.records.values import Clock


@pytest.fixture
def store(own_store: Store) -> Store:
    return own_store


@pytest.fixture
def contract(store: Store) -> Contract:
    """Of two years, from 1 April 2027 to 31 March 2029."""
    return add_contract(store)


def test_another_promise_stands_in_its_place_and_the_old_one_is_as_it_was(store: Store, contract: Contract) -> None:
    contracts = Contracts(store, Clock(AT))
    old = contracts.schedule_of(contract.id)[1]
    agreed = Agreed("We will give 100 hours of talks a year.", 100, Unit.hours, Per.year, date(2029, 1, 31), "Thanet")
    new = vary_promise(store, old.id, agreed, person="Mo", because="Two schools closed.", seen=0, clock=Clock(AT))
    kept, made = (contracts.promise(i) for i in (old.id, new.id))
    assert kept.commitment == old.commitment
    assert [(e.state, e.person, e.because, e.at) for e in kept.events] == [
        (CommitmentState.varied, "Mo", "Two schools closed.", AT)
    ]
    assert (new.varies_id, new.number, new.due_text) == (old.id, 6, "by 31 January 2029")
    assert [(m.year, m.ends, m.quantity) for m in made.milestones] == [
        (2, date(2029, 1, 31), 83.33),
    ]  # fmt: skip
    assert standing_of(made).target == 83.33


def test_a_variation_in_the_second_year_leaves_the_first_as_it_was_judged(store: Store, contract: Contract) -> None:
    contracts, studies = Contracts(store, Clock(AT)), CaseStudies(store, Clock(AT))
    old = contracts.schedule_of(contract.id)[2]
    first, second = old.milestones
    for quantity, year in ((200, first), (30, second)):
        studies.enter(Delivered(old.id, "Planted.", quantity=quantity, unit=Unit.trees, milestone_id=year.id),
                      person="Mo")  # fmt: skip
    for state in (CommitmentState.evidence_submitted, CommitmentState.verified):
        contracts.move(old.id, state, person="Mo", because="Seen.", milestone_id=first.id)
    told = became(store, "2027-28", 3)
    assert told == [(Became.in_full, 200, 200)]
    earned = earned_in(contract, [contracts.promise(old.id)], "2027-28")
    assert (earned.level, earned.due) == (BadgeLevel.gold, 1)
    agreed = Agreed("We will plant 300 more trees.", 300, Unit.trees)
    new = vary_promise(store, old.id, agreed, person="Mo", because="More land.", clock=Clock(AT))
    assert became(store, "2027-28", 3) == told
    both = [contracts.promise(i) for i in (old.id, new.id)]
    assert earned_in(contract, both, "2027-28") == earned
    assert earned_in(contract, both, "2028-29").lacking == (6,)
    assert (became(store, "2028-29", 3), became(store, "2027-28", 6)) == ([], [])
    assert became(store, "2028-29", 6) == [(Became.open, 300, 30)]  # what came in the second year is for the new one
    made = contracts.promise(new.id)
    assert (made.state, standing_of(made).delivered) == (CommitmentState.evidence_submitted, 30)
    with pytest.raises(Conflict, match="another stands in its place"):
        contracts.move(old.id, CommitmentState.missed, person="Mo", because="x", milestone_id=second.id)


def test_an_ended_year_that_nobody_judged_stays_with_the_old_promise(store: Store, contract: Contract) -> None:
    contracts = Contracts(store, Clock(AT))
    old = contracts.schedule_of(contract.id)[2]
    vary_promise(store, old.id, Agreed("We will plant 300 more trees.", 300, Unit.trees), person="Mo", because="Land.",
                 clock=Clock(AT))  # fmt: skip
    first, second = old.milestones
    late = reminders(contract, contracts.schedule_of(contract.id), [], AT.date())
    assert [r.year for r in late if r.number == 3] == [1]
    given = Delivered(old.id, "Planted.", quantity=150, unit=Unit.trees, milestone_id=second.id)
    with pytest.raises(Conflict, match="in its place"):
        CaseStudies(store).enter(given, person="Mo")
    CaseStudies(store).enter(replace(given, milestone_id=first.id), person="Mo")
    contracts.move(old.id, CommitmentState.missed, person="Mo", because="Too few.", milestone_id=first.id)
    assert became(store, "2027-28", 3) == [(Became.missed, 200, 150)]
    schedule = contracts.schedule_of(contract.id)
    assert [[s.commitment.number for s in schedule if s.stands_in(year)] for year in (1, 2)] == [
        [1, 2, 3, 4, 5], [1, 2, 4, 5, 6],
    ]  # fmt: skip


def test_a_year_that_was_judged_before_its_end_stays_with_the_old_promise(store: Store, contract: Contract) -> None:
    contracts = Contracts(store, Clock(AT))
    old = contracts.schedule_of(contract.id)[2]
    early = Clock(datetime(2027, 6, 1, 9, tzinfo=UTC))
    contracts.move(old.id, CommitmentState.missed, person="Mo", because="Dry.", milestone_id=old.milestones[0].id)
    new = vary_promise(store, old.id, Agreed("200 trees.", 200, Unit.trees), person="Mo", because="x", clock=early)
    assert [(m.year, m.quantity) for m in contracts.promise(new.id).milestones] == [(2, 200)]
    assert [m.year for m in contracts.promise(old.id).standing] == [1]


def test_a_new_promise_is_not_due_before_the_year_in_which_it_is_agreed(store: Store, contract: Contract) -> None:
    agreed = Agreed("Four.", 4, Unit.people, due_on=date(2027, 12, 31))
    with pytest.raises(UsageError, match="due before contract year 2"):
        vary_promise(store, Contracts(store).schedule_of(contract.id)[0].id, agreed, person="Mo", because="x",
                     clock=Clock(AT))  # fmt: skip


def became(store: Store, year: str, number: int) -> list[tuple[str, float | None, float]]:
    """What the reports tell of the parts of a promise that fell due in a financial year: due and delivered."""
    due = [d for d in gather(store).due_in(year) if d.promise.commitment.number == number]
    return [(d.became, d.milestone.quantity, d.delivered) for d in due]


@pytest.mark.parametrize(
    ("agreed", "because", "seen", "error"),
    [
        (Agreed(" "), "Agreed.", 0, UsageError),
        (Agreed("Four."), " ", 0, UsageError),
        (Agreed("Four.", float("nan"), Unit.people), "Agreed.", 0, UsageError),
        (Agreed("Four.", -1, Unit.people), "Agreed.", 0, UsageError),
        (Agreed("Four."), "Agreed.", 1, Conflict),
    ],
)
def test_a_variation_that_is_refused_leaves_everything_as_it_was(
    store: Store, contract: Contract, agreed: Agreed, because: str, seen: int, error: type[Exception]
) -> None:
    contracts = Contracts(store)
    before = contracts.schedule_of(contract.id)
    with pytest.raises(error):
        vary_promise(store, before[0].id, agreed, person="Mo", because=because, seen=seen)
    assert contracts.schedule_of(contract.id) == before


def test_a_longer_contract_spreads_its_promises_anew_and_keeps_their_totals(store: Store, contract: Contract) -> None:
    contracts = Contracts(store)
    first = contracts.schedule_of(contract.id)[2]
    contracts.move(first.id, CommitmentState.missed, person="Mo", because="Dry.", milestone_id=first.milestones[0].id)
    changes = {"ends": date(2030, 3, 31), "value_gbp": Decimal(900_000)}
    changed = change_contract(store, contract.id, changes, person="Lea", because="Clause 4.", clock=Clock(AT))
    assert (changed.ends, changed.value_gbp) == (date(2030, 3, 31), 900_000)
    trees = contracts.promise(first.id)
    assert [m.id for m in trees.milestones][:2] == [m.id for m in first.milestones]
    assert [m.quantity for m in trees.milestones] == [200, 100, 100]  # what was judged stays
    assert trees.state_in(trees.milestones[0].id) is CommitmentState.missed
    assert standing_of(trees).target == 400
    [change] = contracts.changes_of(contract.id)
    assert change.before == {"ends": "2029-03-31", "value_gbp": None}
    assert change.after == {"ends": "2030-03-31", "value_gbp": "900000"}
    assert (change.person, change.because, change.at) == ("Lea", "Clause 4.", AT)


@pytest.mark.parametrize("ends", [date(2028, 9, 30), date(2028, 12, 31), date(2031, 3, 31), date(2029, 5, 1)])
def test_other_days_leave_reports_of_judged_years_as_they_were(store: Store, contract: Contract, ends: date) -> None:
    contracts = Contracts(store)
    trees = contracts.schedule_of(contract.id)[2]
    contracts.move(trees.id, CommitmentState.missed, person="Mo", because="Dry.", milestone_id=trees.milestones[0].id)
    before = became(store, "2027-28", 3)
    change_contract(store, contract.id, {"ends": ends}, person="Lea", because="Clause 4.")
    assert became(store, "2027-28", 3) == before == [(Became.missed, 200, 0)]
    assert sum(m.quantity or 0 for m in contracts.promise(trees.id).milestones) == 400


def test_a_promise_agreed_later_gets_no_earlier_year_by_other_days(store: Store, contract: Contract) -> None:
    contracts = Contracts(store)
    old = contracts.schedule_of(contract.id)[2].id
    new = vary_promise(store, old, Agreed("300 trees.", 300, Unit.trees), person="Mo", because="x", clock=Clock(AT)).id
    change_contract(store, contract.id, {"ends": date(2030, 3, 31)}, person="Lea", because="Clause 4.")
    assert [(m.year, m.quantity) for m in contracts.promise(new).milestones] == [(2, 150), (3, 150)]
    with pytest.raises(Conflict, match="Promise 6 counts from contract year 2"):
        change_contract(store, contract.id, {"ends": date(2028, 3, 31)}, person="Lea", because="Ended early.")


def test_a_shorter_contract_loses_no_year_of_which_something_was_said(store: Store, contract: Contract) -> None:
    contracts = Contracts(store)
    promise = contracts.schedule_of(contract.id)[2]
    ends = {"ends": date(2028, 3, 31)}
    second = promise.milestones[1].id
    contracts.move(promise.id, CommitmentState.in_progress, person="Mo", milestone_id=second)
    with pytest.raises(Conflict, match="contract year 2 of promise 3"):
        change_contract(store, contract.id, ends, person="Lea", because="Ended early.")
    assert contracts.contract(contract.id).contract.ends == date(2029, 3, 31)
    assert contracts.changes_of(contract.id) == []
    vary_promise(store, promise.id, Agreed("We will plant 200 trees.", 200, Unit.trees), person="Mo", because="Less.",
                 clock=Clock(datetime(2027, 6, 1, 9, tzinfo=UTC)))  # fmt: skip
    change_contract(store, contract.id, ends, person="Lea", because="Ended early.")
    schedule = contracts.schedule_of(contract.id)
    assert len(schedule[2].milestones) == 2  # the old promise is as it was
    assert {len(s.milestones) for s in schedule if s.state is not CommitmentState.varied} == {1}


@pytest.mark.parametrize(
    ("changes", "because", "words"),
    [
        ({"ends": date(2026, 1, 1)}, "x", "before it starts"),
        ({"ends": date(2400, 1, 1)}, "x", "No contract runs"),
        ({"starts": date(1066, 10, 14)}, "x", "No contract runs"),
        ({"ends": date(2030, 3, 31)}, " ", "say why"),
        ({"value_gbp": Decimal(1)}, "", "say why"),
        ({"value_gbp": Decimal(-1)}, "x", "from nought to below 10,000,000,000,000 pounds"),
        ({"value_gbp": Decimal("1e25")}, "x", "from nought to below"),
        ({"value_gbp": Decimal("NaN")}, "x", "from nought to below"),
        ({"reference": "KCC-9"}, "x", "cannot be set"),
        ({"manager_id": "nobody"}, "", "contract manager of the procurement"),
    ],
)
def test_what_cannot_be_set_changes_nothing(
    store: Store, contract: Contract, changes: dict[str, object], because: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        change_contract(store, contract.id, changes, person="Lea", because=because)
    assert Contracts(store).contract(contract.id).contract == contract


def test_an_account_that_manages_a_contract_is_one_of_its_contract_managers(store: Store, contract: Contract) -> None:
    people = People(store)
    ada = people.add("ada@kent.example", "Ada Manager", None).id
    with pytest.raises(UsageError):
        change_contract(store, contract.id, {"manager_id": ada}, person="Lea")
    people.grant(ada, contract.procurement_id, Role.contract_manager)
    changed = change_contract(store, contract.id, {"manager_id": ada, "manager": "Someone"}, person="Lea")
    assert (changed.manager_id, changed.manager) == (ada, "Ada Manager")


def test_a_closed_contract_keeps_its_days_and_may_change_its_department(store: Store, contract: Contract) -> None:
    Contracts(store).close(contract.id, {}, person="Mo")
    with pytest.raises(Conflict, match="closed"):
        change_contract(store, contract.id, {"ends": date(2030, 3, 31)}, person="Lea", because="x")
    assert change_contract(store, contract.id, {"department": "Parks"}, person="Lea").department == "Parks"
