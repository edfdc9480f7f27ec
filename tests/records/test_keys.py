"""Keys of programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from svdocs.errors import NotFound, UsageError
from svdocs.records.access import ROLES_WITH, Caller, Right
from svdocs.records.keys import Keys
from svdocs.records.people import People
from svdocs.records.people_tables import Person, Role, Scope
from svdocs.records.store import Store
from svdocs.records.tables import word_named
from tests.records.values import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def keys(store: Store, clock: Clock) -> Keys:
    return Keys(store, clock)


@pytest.fixture
def ada(store: Store) -> Person:
    return People(store).add("ada@kent.example", "Ada", None)


def test_a_key_names_its_person_and_only_its_hash_is_kept(keys: Keys, ada: Person, store: Store) -> None:
    key, words = keys.add(ada.id, "night export", [Scope.read, Scope.export], days=30)
    use = keys.use(words)
    assert use
    assert (use.person.id, use.key.scopes) == (ada.id, ["export", "read"])
    with store.reading() as session:
        kept = str(session.connection().execute(text("SELECT * FROM access_key")).all())
    assert words.rpartition("_")[2] not in kept
    assert key.id in kept


def test_a_key_ends_when_it_expires_is_taken_back_or_its_person_is_disabled(
    keys: Keys, ada: Person, clock: Clock, store: Store
) -> None:
    old, expiring = keys.add(ada.id, "a", [Scope.read], days=1)
    taken, revoked = keys.add(ada.id, "b", [Scope.read], days=9)
    _, last = keys.add(ada.id, "c", [Scope.read], days=9)
    keys.revoke(taken.id)
    clock.now += timedelta(days=1)
    assert keys.use(expiring) is None
    assert keys.use(revoked) is None
    assert keys.use(last)
    People(store).disable(ada.id)
    assert keys.use(last) is None
    assert old.id in [k.id for k in keys.keys_of(ada.id)]


def test_when_a_key_was_last_used_is_known(keys: Keys, ada: Person, clock: Clock) -> None:
    _, words = keys.add(ada.id, "a", [Scope.read], days=9)
    assert keys.keys_of()[0].used_at is None
    keys.use(words)
    assert keys.keys_of()[0].used_at == clock.now


@pytest.mark.parametrize("words", ["", "svk_", "svk_0123456789ab_" + "x" * 43, "Bearer", "svk_0123456789ab_é"])
def test_what_is_no_key_opens_nothing(keys: Keys, ada: Person, words: str) -> None:
    assert keys.use(words) is None


def test_a_key_with_another_keys_secret_opens_nothing(keys: Keys, ada: Person) -> None:
    one, two = (keys.add(ada.id, n, [Scope.read], days=9) for n in "ab")
    assert keys.use(f"svk_{one[0].id}_{two[1].rpartition('_')[2]}") is None or "_" in two[1][17:]


@pytest.mark.parametrize(("name", "scopes", "days"), [("", [Scope.read], 1), ("a", [], 1), ("a", [Scope.read], 400)])
def test_a_key_needs_a_name_a_scope_and_an_end(
    keys: Keys, ada: Person, name: str, scopes: list[Scope], days: int
) -> None:
    with pytest.raises(UsageError):
        keys.add(ada.id, name, scopes, days=days)


def test_a_key_is_bound_only_to_what_there_is_and_taken_back_only_by_whose_it_is(keys: Keys, ada: Person) -> None:
    with pytest.raises(NotFound):
        keys.add(ada.id, "a", [Scope.read], days=1, procurements=["nothing"])
    key, _ = keys.add(ada.id, "a", [Scope.read], days=1)
    with pytest.raises(NotFound):
        keys.revoke(key.id, of="somebody else")
    with pytest.raises(UsageError, match="is not a scope"):
        word_named(Scope, "everything", "a scope")


def test_no_role_and_no_scope_goes_beyond_the_table() -> None:
    for right, roles in ROLES_WITH.items():
        for role in Role:
            person = Caller("A", "p", roles={"x": (role,)})
            assert person.may(right, "x") is (role in roles)
            assert not person.may(right, "y")
            assert not Caller("A", "p", roles={"x": (role,)}, scopes=frozenset()).may(right, "x")
            assert not Caller("A", "p", roles={"x": (role,)}, procurements=frozenset("y")).may(right, "x")
    every = frozenset(Scope)
    assert not Caller("A", "p", roles={"x": tuple(Role)}, scopes=every).may(Right.open_bids, "x")
