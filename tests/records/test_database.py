from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from svdocs.errors import Conflict
from svdocs.records.database import MIGRATIONS, NEWEST_REVISION, downgrade, open_engine, revision_of
from svdocs.records.store import Store, open_store
from svdocs.records.tables import Table


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(store: Store) -> None:
    with store._engine.connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Table.metadata) == []
        )


def test_the_newest_revision_is_the_one_that_is_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST_REVISION


def test_sqlite_writes_ahead_syncs_fully_and_keeps_foreign_keys(store: Store) -> None:
    with store._engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]


def test_an_open_reader_keeps_no_writer_waiting(store: Store) -> None:
    with store._reading.connect() as connection:
        connection.execute(text("SELECT * FROM procurement")).all()
        store.add_procurement("A", "B")
    assert len(store.procurements()) == 1


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with open_store(url) as store, store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="9999"):
        open_store(url)


def test_the_tables_can_be_taken_away_and_made_again(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.begin() as connection:
        downgrade(connection, "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        assert revision_of(connection) == NEWEST_REVISION
    engine.dispose()
