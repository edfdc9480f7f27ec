"""Conditions with a short key: the same compiled query serves everybody, each with their own values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import Session, col, select

from svdocs.records.access import Caller
from svdocs.records.held import table_behind
from svdocs.records.narrowing import Narrowing
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.seen import criteria_for
from svdocs.records.store import Store
from svdocs.records.tables import Supplier


@pytest.fixture
def suppliers(store: Store) -> Iterator[Session]:
    for name in ("Alder", "Birch"):
        store.add_supplier(name)
    with store.reading() as session:
        yield session


def names(session: Session, *conditions: ColumnElement[bool]) -> list[str]:
    options = [Narrowing(Supplier, c) for c in conditions]
    return [s.name for s in session.exec(select(Supplier).options(*options).order_by(col(Supplier.name)))]


def test_alike_conditions_are_compiled_once_and_keep_their_own_values(store: Store, suppliers: Session) -> None:
    cache = store.engine._compiled_cache
    found, sizes = [], []
    for name in ("Alder", "Birch", "Cedar"):
        other = table_behind(Supplier).alias()
        same = exists().where(other.c.id == col(Supplier.id), other.c.name != "Birch")
        found.append(names(suppliers, col(Supplier.name) == name, same))
        sizes.append(len(cache or ()))
    assert found == [["Alder"], [], []]
    assert sizes[0] == sizes[1] == sizes[2]


def test_conditions_that_differ_are_never_taken_for_each_other(suppliers: Session) -> None:
    assert names(suppliers, col(Supplier.name) == "Alder") == ["Alder"]
    assert names(suppliers, col(Supplier.name) != "Alder") == ["Birch"]
    assert names(suppliers, col(Supplier.name) > "Alder") == ["Birch"]
    assert names(suppliers, and_(col(Supplier.name) >= "Alder", col(Supplier.name) < "Birch")) == ["Alder"]
    assert names(suppliers, col(Supplier.name).in_(["Alder", "Birch"])) == ["Alder", "Birch"]
    assert names(suppliers, col(Supplier.name).in_(["Birch"])) == ["Birch"]
    assert names(suppliers) == ["Alder", "Birch"]


def test_two_people_share_what_is_compiled_and_see_their_own(store: Store) -> None:
    people = People(store)
    callers, procurements = [], []
    for who in ("ada", "bob"):
        procurement = store.add_procurement(who, "Kent County Council").id
        person = people.add(f"{who}@kent.example", who, "lamp orchard tin ferry")
        people.grant(person.id, procurement, Role.lead)
        callers.append(Caller(who, person.id, roles=people.roles_of(person.id)))
        procurements.append(procurement)
    first, second = (criteria_for(c).on("procurement") for c in callers)
    other = criteria_for(callers[0]).on("document")
    assert first is not None
    assert second is not None
    assert other is not None
    assert first._number == second._number != other._number
    assert [[p.id for p in store.seen_by(c).procurements()] for c in callers] == [[p] for p in procurements]
