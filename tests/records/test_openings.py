"""Bids stay closed until their time has come and two people have opened them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from svdocs.errors import Conflict, NotAllowed, UsageError
from svdocs.records.access import AT_THIS_MACHINE, Caller
from svdocs.records.openings import Openings
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store
from svdocs.records.tables import EventKind
from tests.records.values import Clock

NOON = datetime(2027, 3, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON - 24 * HOUR)


@pytest.fixture
def openings(store: Store, clock: Clock) -> Openings:
    return Openings(store, clock)


@pytest.fixture
def procurement(store: Store) -> str:
    return store.add_procurement("Lighting", "Kent").id


def member(store: Store, procurement: str, name: str, role: Role) -> Caller:
    people = People(store)
    person = people.add(f"{name}@kent.example", name, None)
    people.grant(person.id, procurement, role)
    return Caller(name, person.id, roles=people.roles_of(person.id))


@pytest.fixture
def lead(store: Store, procurement: str) -> Caller:
    return member(store, procurement, "Lea", Role.lead)


@pytest.fixture
def chair(store: Store, procurement: str) -> Caller:
    return member(store, procurement, "Cem", Role.chair)


def hand_in(store: Store, procurement: str, kind: str = "bid") -> None:
    store.add_document(procurement, name="b.pdf", kind=kind, supplier=None, sha256="b" * 64, media_type="", size=1)


def test_two_people_open_and_the_first_alone_does_not(
    openings: Openings, procurement: str, lead: Caller, chair: Caller, clock: Clock, store: Store
) -> None:
    openings.set_time(procurement, NOON, lead)
    clock.now = NOON
    first = openings.confirm(procurement, lead)
    assert first.is_sealed
    assert first.confirmed_by == ("Lea",)
    clock.now = NOON + timedelta(minutes=1)
    second = openings.confirm(procurement, chair)
    assert not second.is_sealed
    assert second.opened_at == clock.now
    assert second.confirmed_by == ("Lea", "Cem")
    told = [e.kind for e in store.events(procurement_id=procurement)]
    assert told.count(EventKind.opening_confirmed) == 2
    assert told.count(EventKind.procurement_opened) == 1


def test_the_same_person_twice_is_one(openings: Openings, procurement: str, lead: Caller, clock: Clock) -> None:
    openings.set_time(procurement, NOON, lead)
    clock.now = NOON
    openings.confirm(procurement, lead)
    with pytest.raises(Conflict, match="somebody else"):
        openings.confirm(procurement, lead)
    assert openings.opening_of(procurement).is_sealed


def test_nobody_opens_before_the_time(openings: Openings, procurement: str, lead: Caller, clock: Clock) -> None:
    openings.set_time(procurement, NOON, lead)
    clock.now = NOON - timedelta(seconds=1)
    with pytest.raises(Conflict, match="earliest"):
        openings.confirm(procurement, lead)


@pytest.mark.parametrize("role", [Role.evaluator, Role.observer, Role.contract_manager])
def test_who_has_no_such_role_opens_nothing(
    openings: Openings, store: Store, procurement: str, lead: Caller, clock: Clock, role: Role
) -> None:
    openings.set_time(procurement, NOON, lead)
    clock.now = NOON
    with pytest.raises(NotAllowed):
        openings.confirm(procurement, member(store, procurement, "Eve", role))
    with pytest.raises(NotAllowed):
        openings.confirm(procurement, AT_THIS_MACHINE)


def test_a_confirmation_falls_with_its_persons_role(
    openings: Openings, store: Store, procurement: str, lead: Caller, chair: Caller, clock: Clock
) -> None:
    openings.set_time(procurement, NOON, lead)
    clock.now = NOON
    openings.confirm(procurement, chair)
    People(store).revoke(str(chair.person_id), procurement, Role.chair)
    assert openings.confirm(procurement, lead).is_sealed
    third = member(store, procurement, "Rex", Role.records_officer)
    assert not openings.confirm(procurement, third).is_sealed


def test_once_a_bid_is_in_the_opening_is_only_put_off(
    openings: Openings, store: Store, procurement: str, lead: Caller
) -> None:
    openings.set_time(procurement, NOON, lead)
    openings.set_time(procurement, NOON - HOUR, lead)
    hand_in(store, procurement)
    openings.set_time(procurement, NOON + HOUR, lead)
    for earlier in (NOON, None):
        with pytest.raises(Conflict, match="earlier"):
            openings.set_time(procurement, earlier, lead)
    assert openings.opening_of(procurement).opens_at == NOON + HOUR


def test_a_specification_is_no_bid(openings: Openings, store: Store, procurement: str, lead: Caller) -> None:
    openings.set_time(procurement, NOON, lead)
    hand_in(store, procurement, "specification")
    assert openings.set_time(procurement, NOON - HOUR, lead).opens_at == NOON - HOUR


def test_what_could_be_read_is_not_sealed_afterwards(
    openings: Openings, store: Store, procurement: str, lead: Caller
) -> None:
    hand_in(store, procurement)
    with pytest.raises(Conflict, match="could be read"):
        openings.set_time(procurement, NOON, lead)


def test_after_the_opening_its_time_stays(
    openings: Openings, procurement: str, lead: Caller, chair: Caller, clock: Clock
) -> None:
    openings.set_time(procurement, NOON, lead)
    clock.now = NOON
    openings.confirm(procurement, lead)
    openings.confirm(procurement, chair)
    with pytest.raises(Conflict, match="have been opened"):
        openings.set_time(procurement, NOON + HOUR, lead)
    with pytest.raises(Conflict, match="not sealed"):
        openings.confirm(procurement, lead)


@pytest.mark.parametrize("at", [NOON - 25 * HOUR, NOON.replace(tzinfo=None)])
def test_an_opening_time_lies_ahead_and_names_its_zone(
    openings: Openings, procurement: str, lead: Caller, at: datetime
) -> None:
    with pytest.raises(UsageError):
        openings.set_time(procurement, at, lead)


def test_one_person_alone_cannot_seal(openings: Openings, procurement: str) -> None:
    with pytest.raises(UsageError, match="Two people"):
        openings.set_time(procurement, NOON, AT_THIS_MACHINE)
