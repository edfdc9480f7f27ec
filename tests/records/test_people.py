"""Accounts, sign-ins and roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.people import IDLE, LONGEST, REQUEST_LIFE, People
from svdocs.records.people_tables import Person, Role
from svdocs.records.store import Store
from svdocs.records.tables import word_named
from tests.records.values import Clock

PASSWORD = "lamp orchard tin ferry"


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def people(store: Store, clock: Clock) -> People:
    return People(store, clock)


@pytest.fixture
def ada(people: People) -> Person:
    return people.add("Ada@Kent.Example", " Ada  Lovelace ", PASSWORD)


def test_there_is_nobody_until_the_first_account(people: People) -> None:
    assert not people.is_anybody()
    people.add("a@b", "A", None)
    assert people.is_anybody()


def test_an_account_has_its_address_in_lower_case_and_its_name_folded(people: People, ada: Person) -> None:
    assert (ada.email, ada.name) == ("ada@kent.example", "Ada Lovelace")
    assert people.everybody() == [ada]
    assert people.person_of_email("ADA@kent.example").id == ada.id


def test_one_address_has_one_account(people: People, ada: Person) -> None:
    with pytest.raises(Conflict, match="has an account already"):
        people.add("ADA@KENT.EXAMPLE", "Another", PASSWORD)


@pytest.mark.parametrize(("email", "name"), [("", "A"), ("a", "A"), ("a b@c", "A"), ("a@b\x07", "A"), ("a@b", " ")])
def test_an_account_needs_an_address_and_a_name(people: People, email: str, name: str) -> None:
    with pytest.raises(UsageError):
        people.add(email, name, PASSWORD)
    assert not people.is_anybody()


def test_address_and_password_prove_who_somebody_is(people: People, ada: Person) -> None:
    assert people.check("ada@KENT.example ", PASSWORD) == ada
    assert people.check("ada@kent.example", "wrong") is None
    assert people.check("nobody@kent.example", PASSWORD) is None


def test_an_account_without_a_password_cannot_be_opened_by_one(people: People) -> None:
    people.add("b@kent.example", "B", None)
    assert people.check("b@kent.example", "") is None


def test_a_second_factor_is_asked_for_and_each_code_is_taken_once(people: People, ada: Person, clock: Clock) -> None:
    secret = pyotp.random_base32()
    people.set_second_factor(ada.id, secret, pyotp.TOTP(secret).at(clock.now), by="Ada")
    assert people.check(ada.email, PASSWORD) is None
    assert people.check(ada.email, PASSWORD, pyotp.TOTP(secret).at(clock.now)) is None  # used when it was set up
    clock.now += timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(clock.now)
    assert people.check(ada.email, PASSWORD, code) is not None
    assert people.check(ada.email, PASSWORD, code) is None
    assert people.check(ada.email, "wrong", pyotp.TOTP(secret).at(clock.now)) is None


def test_a_second_factor_is_set_and_taken_away_only_with_a_right_code(
    people: People, ada: Person, clock: Clock
) -> None:
    secret = pyotp.random_base32()
    with pytest.raises(UsageError, match="wrong"):
        people.set_second_factor(ada.id, secret, "000000x", by="Ada")
    people.set_second_factor(ada.id, secret, pyotp.TOTP(secret).at(clock.now), by="Ada")
    with pytest.raises(UsageError):
        people.set_second_factor(ada.id, None, pyotp.TOTP(secret).at(clock.now), by="Ada")
    clock.now += timedelta(seconds=30)
    people.set_second_factor(ada.id, None, pyotp.TOTP(secret).at(clock.now), by="Ada")
    assert people.check(ada.email, PASSWORD) is not None


def test_only_the_hash_of_a_sign_ins_secret_is_kept(people: People, ada: Person, store: Store) -> None:
    token = people.sign_in(ada.id)
    with store.reading() as session:
        rows = session.connection().execute(text("SELECT * FROM sign_in")).all()
    assert len(rows) == 1
    assert token not in str(rows)


def test_a_sign_in_ends_when_nothing_is_asked_for_and_after_a_working_day(
    people: People, ada: Person, clock: Clock
) -> None:
    token, began = people.sign_in(ada.id), clock.now
    while clock.now - began < LONGEST - IDLE:
        clock.now += IDLE - timedelta(minutes=2)
        assert people.signed_in(token) is not None
    clock.now = began + LONGEST
    assert people.signed_in(token) is None
    token = people.sign_in(ada.id)
    clock.now += IDLE
    assert people.signed_in(token) is None


def test_signing_in_again_ends_the_sign_in_of_before(people: People, ada: Person) -> None:
    first = people.sign_in(ada.id)
    second = people.sign_in(ada.id, instead_of=first)
    assert people.signed_in(first) is None
    assert people.signed_in(second) is not None
    assert people.sign_ins_of(ada.id) == 1


def test_signing_out_ends_this_sign_in_alone(people: People, ada: Person) -> None:
    here, there = people.sign_in(ada.id), people.sign_in(ada.id)
    people.sign_out(here)
    assert people.signed_in(here) is None
    assert people.signed_in(there) is not None


@pytest.mark.parametrize("act", ["disable", "set_password"])
def test_disabling_and_a_new_password_sign_out_everywhere(people: People, ada: Person, act: str) -> None:
    tokens = [people.sign_in(ada.id) for _ in range(2)]
    if act == "disable":
        people.disable(ada.id)
        assert people.check(ada.email, PASSWORD) is None
        with pytest.raises(NotFound):
            people.sign_in(ada.id)
    else:
        people.set_password(ada.id, "quite another one")
        assert people.check(ada.email, PASSWORD) is None
        assert people.check(ada.email, "quite another one") is not None
    assert [people.signed_in(t) for t in tokens] == [None, None]


def test_roles_are_given_and_taken_away_and_stand_in_the_log(people: People, ada: Person, store: Store) -> None:
    one, other = (store.add_procurement(title, "Kent").id for title in "AB")
    for role in (Role.evaluator, Role.lead, Role.lead):
        people.grant(ada.id, one, role, by="Bob")
    assert people.roles_of(ada.id) == {one: (Role.lead, Role.evaluator)}
    [member] = people.members_of(one)
    assert (member.person.id, member.roles) == (ada.id, (Role.lead, Role.evaluator))
    assert people.members_of(other) == []
    people.revoke(ada.id, one, Role.lead)
    assert people.roles_of(ada.id) == {one: (Role.evaluator,)}
    with pytest.raises(NotFound):
        people.revoke(ada.id, one, Role.lead)
    told = [e.kind.value for e in store.events(procurement_id=one)]
    assert [kind for kind in told if "role" in kind] == ["role_granted", "role_granted", "role_revoked"]


def test_an_administrator_has_no_role_and_so_reads_no_bid(people: People, store: Store) -> None:
    root = people.add("root@kent.example", "Root", PASSWORD, is_administrator=True)
    with pytest.raises(UsageError, match="reads no bid"):
        people.grant(root.id, store.add_procurement("A", "Kent").id, Role.observer)


def test_a_role_is_one_of_six() -> None:
    assert word_named(Role, "contract_manager", "a role") is Role.contract_manager
    with pytest.raises(UsageError, match="records_officer"):
        word_named(Role, "king", "a role")


def test_a_sign_in_at_the_provider_comes_back_once_and_in_time(people: People, clock: Clock) -> None:
    people.begin_identity_request("s1", nonce="n", verifier="v", next="/x")
    assert people.take_identity_request("s1").next == "/x"
    with pytest.raises(NotFound):
        people.take_identity_request("s1")
    people.begin_identity_request("s2", nonce="n", verifier="v", next="/")
    clock.now += REQUEST_LIFE + timedelta(seconds=1)
    with pytest.raises(NotFound, match="too long"):
        people.take_identity_request("s2")


def test_an_identity_is_bound_to_the_account_with_its_verified_address_at_first_and_by_itself_afterwards(
    people: People, ada: Person
) -> None:
    assert people.person_of_identity("iss", "s1", None) is None
    assert people.person_of_identity("iss", "s1", "nobody@kent.example") is None
    assert _id(people.person_of_identity("iss", "s1", "Ada@kent.example")) == ada.id
    assert _id(people.person_of_identity("iss", "s1", "new@kent.example")) == ada.id
    assert people.person_of_identity("iss", "s2", "ada@kent.example") is None
    people.disable(ada.id)
    assert people.person_of_identity("iss", "s1", None) is None


def _id(person: Person | None) -> str | None:
    return person.id if person else None


def test_no_password_stands_in_the_log(people: People, ada: Person, store: Store) -> None:
    people.set_password(ada.id, "quite another one")
    told = str([(e.kind, e.details) for e in store.events()])
    assert "person_added" in told
    assert "password_set" in told
    assert PASSWORD not in told
    assert "argon2" not in told


@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET person_id = 'x'"])
def test_the_database_refuses_to_take_a_confirmed_opening_back(
    people: People, ada: Person, store: Store, change: str
) -> None:
    procurement = store.add_procurement("A", "Kent").id
    with store._engine.begin() as connection:
        connection.execute(
            text("INSERT INTO opening_confirmation VALUES (:a, :b, '2026-01-01')"), {"a": procurement, "b": ada.id}
        )
    with pytest.raises(DatabaseError, match="only ever added to"), store._engine.begin() as connection:
        connection.execute(text(change.format("opening_confirmation")))
