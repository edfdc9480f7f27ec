"""What is agreed after a contract was made: the old promise stays, and other days spread the promises anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from svdocs.delivery.standing import standing_of
from svdocs.delivery.variations import Agreed, change_contract, vary_promise
from svdocs.errors import Conflict, UsageError
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import CommitmentState, Contract
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store
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
        (1, date(2028, 3, 31), 100), (2, date(2029, 1, 31), pytest.approx(83.84, abs=0.01)),
    ]  # fmt: skip
    assert standing_of(made).target == pytest.approx(183.84, abs=0.01)


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
    assert [m.quantity for m in trees.milestones] == [134, 133, 133]
    assert trees.state_in(trees.milestones[0].id) is CommitmentState.missed
    assert standing_of(trees).target == 400
    [change] = contracts.changes_of(contract.id)
    assert change.before == {"ends": "2029-03-31", "value_gbp": None}
    assert change.after == {"ends": "2030-03-31", "value_gbp": "900000"}
    assert (change.person, change.because, change.at) == ("Lea", "Clause 4.", AT)


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
    vary_promise(store, promise.id, Agreed("We will plant 200 trees.", 200, Unit.trees), person="Mo", because="Less.")
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
