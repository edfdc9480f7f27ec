"""Contracts: their schedules, how promises move and vary, and what the database and the trail keep of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Caller
from svdocs.records.contracts import MOVES, Contracts
from svdocs.records.delivery_tables import CommitmentState, Contract
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.retention import Retention, read_rules
from svdocs.records.schedules import NewContract
from svdocs.records.store import Store
from svdocs.records.tables import Document
from tests.records.contracts import AT, YEARS, accepted_statement, add_contract, promise
from tests.records.values import Clock

State = CommitmentState


@pytest.fixture
def contracts(store: Store) -> Contracts:
    return Contracts(store, Clock(AT))


@pytest.fixture
def contract(store: Store, bid: Document) -> Contract:
    return add_contract(store, bid, promise(statement_id=accepted_statement(store, bid)), promise("We plant 40 trees."))


def only(contracts: Contracts, contract: Contract) -> str:
    return contracts.schedule_of(contract.id)[0].id


def test_a_contract_is_read_back_with_its_promises_year_by_year(contracts: Contracts, contract: Contract) -> None:
    [record] = contracts.contracts()
    assert (record.supplier, record.procurement, record.contract.manager) == ("Example Ltd", "Street lighting",
                                                                             "Mo Manager")  # fmt: skip
    first, second = contracts.schedule_of(contract.id)
    assert [(m.year, m.quantity) for m in first.milestones] == [(1, 3), (2, 2)]
    assert (first.state, second.commitment.number) == (State.committed, 2)
    assert contracts.schedules([contract.id, "none"]) == {contract.id: [first, second], "none": []}


@pytest.mark.parametrize("decision", [None, "reject"])
def test_only_what_somebody_accepted_becomes_a_promise(store: Store, bid: Document, decision: str | None) -> None:
    statement = accepted_statement(store, bid)
    if decision:
        store.decide(statement, action=decision, person="Ada")
    else:
        accepted = accepted_statement(store, bid, text="We will plant 40 trees.", id="other")
        with pytest.raises(NotFound):
            add_contract(store, bid, promise(statement_id="none"))
        add_contract(store, bid, promise(statement_id=accepted))
        return
    with pytest.raises(Conflict, match="rejected"):
        add_contract(store, bid, promise(statement_id=statement))
    assert Contracts(store).contracts() == []


def test_a_promise_moves_with_who_and_why_and_each_year_on_a_track_of_its_own(
    contracts: Contracts, contract: Contract
) -> None:
    promised = contracts.schedule_of(contract.id)[0]
    year = promised.milestones[0].id
    contracts.move(promised.id, State.in_progress, person="Mo")
    contracts.move(promised.id, State.evidence_submitted, person="Mo", milestone_id=year)
    contracts.move(promised.id, State.verified, person="Mo", because="Payroll seen.", milestone_id=year)
    found = contracts.promise(promised.id)
    assert (found.state, found.state_in(year), found.state_in(promised.milestones[1].id)) == (
        State.in_progress, State.verified, State.committed)  # fmt: skip
    assert [(e.person, e.because, e.at) for e in found.events][-1] == ("Mo", "Payroll seen.", AT)


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_nothing_follows_that_may_not(before: State, after: State) -> None:
    """Nobody judges before evidence, and nothing follows a promise that was varied."""
    judged = {State.verified, State.partly_delivered, State.exceeded}
    if after in judged and before is not State.evidence_submitted:
        assert after not in MOVES[before]
    if before is State.varied or after is State.committed:
        assert after not in MOVES[before]


@pytest.mark.parametrize(
    ("state", "because", "error"),
    [
        (State.verified, "Seen.", Conflict),
        (State.missed, "", UsageError),
        (State.varied, "Agreed.", UsageError),
        (State.committed, "No.", Conflict),
    ],
)
def test_a_move_that_is_not_allowed_changes_nothing(
    contracts: Contracts, contract: Contract, state: State, because: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        contracts.move(only(contracts, contract), state, person="Mo", because=because)
    assert contracts.schedule_of(contract.id)[0].events == ()


def test_two_people_do_not_move_a_promise_past_each_other(contracts: Contracts, contract: Contract) -> None:
    contracts.move(only(contracts, contract), State.in_progress, person="Mo", seen=0)
    with pytest.raises(Conflict, match="meanwhile"):
        contracts.move(only(contracts, contract), State.missed, person="Ada", because="Late.", seen=0)


def test_a_variation_keeps_the_old_promise_as_it_was(contracts: Contracts, contract: Contract) -> None:
    old = contracts.schedule_of(contract.id)[0]
    new = contracts.vary(old.id, promise("We will take on four apprentices.", quantity_value=4), person="Mo",
                         because="The depot closed.")  # fmt: skip
    schedule = contracts.schedule_of(contract.id)
    assert [s.commitment.number for s in schedule] == [1, 2, 3]
    assert (schedule[0].state, schedule[0].commitment) == (State.varied, old.commitment)
    assert (new.varies_id, schedule[2].state, schedule[2].commitment.quantity_value) == (old.id, State.committed, 4)
    with pytest.raises(Conflict, match="nothing"):
        contracts.move(old.id, State.in_progress, person="Mo")


def test_a_closed_contract_keeps_its_figures_and_moves_no_more(contracts: Contracts, contract: Contract) -> None:
    closed = contracts.close(contract.id, {"promises": 2}, person="Mo")
    assert (closed.closed_by, closed.closing) == ("Mo", {"promises": 2})
    for move in (
        lambda: contracts.move(only(contracts, contract), State.in_progress, person="Mo"),
        lambda: contracts.vary(only(contracts, contract), promise(), person="Mo", because="x"),
        lambda: contracts.close(contract.id, {}, person="Mo"),
    ):
        with pytest.raises(Conflict, match="closed"):
            move()


CHANGES: dict[str, tuple[Callable[[Contracts, Contract], object], list[str]]] = {
    "move": (lambda c, k: c.move(only(c, k), State.in_progress, person="Mo"), ["commitment_moved"]),
    "vary": (lambda c, k: c.vary(only(c, k), promise(), person="Mo", because="Agreed."),
             ["commitment_moved", "commitment_varied"]),
    "describe": (lambda c, k: c.describe(only(c, k), person="Mo", owner="Sam"), ["contract_changed"]),
    "describe nothing": (lambda c, k: c.describe(only(c, k), person="Mo", owner=""), []),
    "change": (lambda c, k: c.change(k.id, {"department": "Parks"}, person="Mo"), ["contract_changed"]),
    "close": (lambda c, k: c.close(k.id, {}, person="Mo"), ["contract_closed"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_state_makes_its_entry_without_words_of_the_bid(
    store: Store, contracts: Contracts, contract: Contract, name: str
) -> None:
    change, kinds = CHANGES[name]
    before = len(store.events())
    change(contracts, contract)
    made = store.events()[before:]
    assert [e.kind.value for e in made] == kinds
    assert all("apprentice" not in str(e.details) for e in made)
    assert {e.procurement_id for e in made} <= {contract.procurement_id}


def test_the_database_refuses_to_change_what_happened_and_checks_find_it(
    store: Store, contracts: Contracts, contract: Contract, tmp_path: Path
) -> None:
    contracts.move(only(contracts, contract), State.missed, person="Mo", because="Nothing came.")
    contracts.change(contract.id, {"department": "Parks"}, person="Mo")
    for change in (
        "UPDATE commitment_event SET state = 'verified'", "DELETE FROM commitment_event",
        "UPDATE contract_change SET person = 'Ada'", "DELETE FROM contract_change",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="only ever added to"), store.engine.begin() as connection:
            connection.execute(text(change))
    if store.engine.dialect.name == "sqlite":
        with store.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER commitment_event_refuses_update"))
            connection.execute(text("UPDATE commitment_event SET state = 'verified'"))
            connection.execute(text("DROP TRIGGER contract_change_refuses_update"))
            connection.execute(text("UPDATE contract_change SET person = 'Ada'"))
        found = [x for c in check_records(store, tmp_path, strict=True) if c.outcome is Outcome.broken for x in c.found]
        for table in ("commitment_event", "contract_change"):
            assert any(table in x and "changed after it was made" in x for x in found)


def test_who_has_no_role_in_the_procurement_sees_no_contract(
    store: Store, contract: Contract, contracts: Contracts
) -> None:
    people = People(store)
    ada = people.add("ada@kent.example", "Ada", None)
    other = store.add_procurement("Other", "Kent")
    people.grant(ada.id, other.id, Role.contract_manager)
    seen = Contracts(store.seen_by(Caller("Ada", ada.id, roles=people.roles_of(ada.id))))
    assert seen.contracts() == []
    for way in (
        lambda: seen.schedule_of(contract.id),
        lambda: seen.promise(only(contracts, contract)),
        lambda: seen.move(only(contracts, contract), State.in_progress, person="Ada"),
    ):
        with pytest.raises(NotFound):
            way()
    administrator = Contracts(store.seen_by(Caller("Root", ada.id, is_administrator=True)))
    assert administrator.contracts() == []


def test_who_reads_a_contract_knows_its_supplier_though_no_document_names_it(store: Store, bid: Document) -> None:
    people = People(store)
    ada = people.add("ada@kent.example", "Ada", None)
    people.grant(ada.id, bid.procurement_id, Role.observer)
    seen = store.seen_by(Caller("Ada", ada.id, roles=people.roles_of(ada.id)))
    given = NewContract(bid.procurement_id, "Alder Ltd", "KCC-2", "Lamps", YEARS[0].starts, YEARS[1].ends)
    assert "Alder Ltd" not in {s.name for s in seen.suppliers()}
    made = Contracts(store).add(given, (), person="Lea")
    assert Contracts(seen).contract(made.id).supplier == "Alder Ltd"


def test_a_purge_takes_the_promises_and_leaves_that_there_was_a_contract(
    store: Store, contracts: Contracts, contract: Contract, tmp_path: Path
) -> None:
    contracts.move(only(contracts, contract), State.in_progress, person="Mo")
    contracts.vary(only(contracts, contract), promise(), person="Mo", because="Agreed.")
    contracts.change(contract.id, {"department": "Parks"}, person="Mo")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE procurement SET starts = '2020-04-01', ends = '2021-03-31'"))
    retention = Retention(store, tmp_path / "files", read_rules())
    today = (AT + timedelta(days=365)).date()
    retention.purge(contract.procurement_id, person="Ada", because="Time.", today=today, dry_run=False)
    assert [c.contract.reference for c in contracts.contracts()] == ["KCC-1"]
    assert contracts.schedule_of(contract.id) == []
    assert contracts.changes_of(contract.id) == []
    checks = check_records(store, tmp_path / "files", strict=False)
    assert [x for c in checks if c.outcome is Outcome.broken for x in c.found if "commitment_event" in x
            or "contract_change" in x] == []  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"ends": YEARS[0].starts.replace(year=2020)}, "before it starts"), ({"reference": " "}, "ref")],
)
def test_a_contract_takes_what_it_needs(store: Store, bid: Document, fields: dict[str, object], words: str) -> None:
    given = NewContract(bid.procurement_id, "Example Ltd", "KCC-1", "T", YEARS[0].starts, YEARS[1].ends)
    with pytest.raises(UsageError, match=words):
        Contracts(store).add(replace(given, **fields), (), person="Lea")  # type: ignore[arg-type]
