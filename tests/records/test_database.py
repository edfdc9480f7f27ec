from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, Enum, LargeBinary, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import TypeEngine

from svdocs.errors import Conflict
from svdocs.records.clarification_tables import ProposedVersion
from svdocs.records.database import (
    MIGRATIONS,
    NEWEST_REVISION,
    begin_migration,
    downgrade,
    open_engine,
    revision_of,
    upgrade,
)
from svdocs.records.people_tables import Person
from svdocs.records.store import Store, open_store
from svdocs.records.tables import APPEND_ONLY, Pounds


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(store: Store) -> None:
    with store._engine.connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Person.metadata) == []
        )


def test_all_tables_are_declared_in_one_place() -> None:
    assert ProposedVersion.metadata is Person.metadata


def test_the_newest_revision_is_the_one_that_is_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST_REVISION


def test_sqlite_writes_ahead_syncs_fully_and_keeps_foreign_keys(empty_database: Path) -> None:
    with open_store(f"sqlite:///{empty_database}") as store, store._engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]


def test_an_open_reader_keeps_no_writer_waiting(store: Store) -> None:
    with store._reading.connect() as connection:
        connection.execute(text("SELECT * FROM procurement")).all()
        store.add_procurement("A", "B")
    assert len(store.procurements()) == 1


def test_a_database_of_a_newer_version_is_left_alone(own_database_url: str) -> None:
    with open_store(own_database_url) as store, store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="9999"):
        open_store(own_database_url)


def test_the_tables_can_be_taken_away_and_made_again(own_database_url: str) -> None:
    engine = open_engine(own_database_url)
    with begin_migration(engine) as connection:
        downgrade(connection, "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    engine = open_engine(own_database_url)
    with engine.connect() as connection:
        assert revision_of(connection) == NEWEST_REVISION
    engine.dispose()


def test_migrations_down_and_up_again_keep_what_stands_in_every_table(own_database_url: str) -> None:
    engine = open_engine(own_database_url)
    with engine.begin() as connection:
        fill_every_table(connection)
        at_first = {t: _rows(connection, t) for t in Person.metadata.tables}
    assert {t for t, rows in at_first.items() if rows != 1} == {"audit_entry", "audit_payload"}
    for revision in reversed(_revisions()[:-1]):
        with begin_migration(engine) as connection:
            downgrade(connection, revision)
            left = set(inspect(connection).get_table_names()) - {"alembic_version", *TRAIL}
            assert {t: _rows(connection, t) for t in left} == dict.fromkeys(left, 1)
    for revision in _revisions()[1:]:
        with begin_migration(engine) as connection:
            upgrade(connection, revision)
            assert {t: _rows(connection, t) for t in left} == dict.fromkeys(left, 1)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Person.metadata)
    assert found == []
    for table in set(APPEND_ONLY) & left:  # whatever was rebuilt on the way still refuses
        with pytest.raises(DatabaseError, match="only ever added to"), engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))
    engine.dispose()


TRAIL = ("event", "audit_entry", "audit_payload")
"""The log, in whichever form: an entry means something, so tests of its own fill it."""


def fill_every_table(connection: Connection) -> None:
    """Put one row into every table, with something in every column that is not a pointer round a circle."""
    made: dict[str, dict[str, Any]] = {}
    for table in Person.metadata.sorted_tables:
        made[table.name] = row = {}
        if table.name in TRAIL:
            continue
        for column in table.columns:
            key = next(iter(column.foreign_keys), None)
            if key is not None:
                row[column.name] = made.get(key.column.table.name, {}).get(key.column.name)
            else:
                row[column.name] = _any_value(column.type)
        connection.execute(table.insert().values(row))


def _any_value(kind: TypeEngine[Any]) -> Any:
    """Return a value that a column of this type takes."""
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, LargeBinary):
        return b"x"
    python: type = Decimal if isinstance(kind, Pounds) else kind.python_type
    known = {str: "x", int: 1, float: 1.0, bool: True, Decimal: Decimal(1), date: date(2027, 4, 1)}
    return known.get(python) or datetime(2027, 4, 1, tzinfo=UTC)


def _rows(connection: Connection, table: str) -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def _revisions() -> list[str]:
    """Return the revisions, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [s.revision for s in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]
