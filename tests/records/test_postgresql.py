"""The same store on PostgreSQL; runs where SVDOCS_TEST_POSTGRESQL is the address of an empty database."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import Conflict
from svdocs.records.database import downgrade
from svdocs.records.store import Store, open_store
from svdocs.records.tables import APPEND_ONLY, Table
from tests.records.conftest import add_bid
from tests.records.values import commitment, extraction_record

URL = os.environ.get("SVDOCS_TEST_POSTGRESQL", "")
pytestmark = pytest.mark.skipif(not URL, reason="SVDOCS_TEST_POSTGRESQL names no database")


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store(URL) as opened:
        yield opened
        with opened._engine.begin() as connection:
            downgrade(connection, "base")


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(store: Store) -> None:
    with store._engine.connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Table.metadata) == []
        )


def test_decisions_stay_with_their_statement_through_a_new_run(store: Store) -> None:
    bid = add_bid(store)
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    changes = {"firmness": "conditional"}
    store.decide(store.statements_of(bid.id)[0].id, action="amend", person="A", changes=changes)
    store.publish_run(bid.id, extraction_record(commitment(), version="2"), 1)
    [line] = store.export_statements()
    assert (line["status"], line["firmness"]) == ("amended", "conditional")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = id + 1000", "TRUNCATE {}"])
def test_the_database_itself_refuses_to_change_what_is_only_added(store: Store, table: str, change: str) -> None:
    bid = add_bid(store)
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A")
    with pytest.raises(DatabaseError, match="only ever added to"), store._engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_the_same_bytes_handed_in_many_times_at_once_are_one_document(store: Store) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    found: list[str] = []

    def hand_in() -> None:
        document = store.add_document(
            procurement.id, name="a", kind="bid", supplier="X", sha256="c" * 64, media_type="", size=1
        )
        found.append(document.id)

    threads = [threading.Thread(target=hand_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_of_two_who_decide_at_once_one_is_told_of_the_other(store: Store) -> None:
    bid = add_bid(store)
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    statement = store.statements_of(bid.id)[0].id
    told: list[Conflict] = []

    def decide() -> None:
        try:
            store.decide(statement, action="accept", person="A", seen=0)
        except Conflict as conflict:
            told.append(conflict)

    threads = [threading.Thread(target=decide) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.decisions_of(statement)) == 1
    assert len(told) == 5
