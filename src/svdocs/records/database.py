"""The one place that knows which database it is: how it is opened, locked, migrated, and told to refuse changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from svdocs.errors import ConfigurationError, Conflict
from svdocs.records.audit import TRAIL, AuditFiles, Trail, audit_files_of, head_of, trail_of

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST_REVISION = "0023"
BUSY_SECONDS = 30
MIGRATION_LOCK = 5_864_357
"""Any number that no other program locks in the same database."""
READS_ONLY = "svdocs_reads_only"
"""Execution option of a connection that only reads: it takes no write lock, so it waits for nobody."""


DatabaseFailure = SQLAlchemyError
"""What a database that does not answer raises, for the rooms above that do not know the library."""


def server_address(database_url: str) -> str | None:
    """Return the address of the PostgreSQL database with its driver named, or None for a database in a file.

    >>> server_address("postgresql://a:b@db/svdocs"), server_address("sqlite:///var/svdocs.db")
    ('postgresql+psycopg://a:b@db/svdocs', None)
    """
    url = database_address(database_url)
    if url.get_backend_name() == "sqlite":
        return None
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def open_engine(database_url: str, audit: AuditFiles | None = None) -> Engine:
    """Return an engine for `database_url`, its folder made and its tables brought up to date.

    Args:
        database_url: SQLAlchemy's address of the database.
        audit: where keys and anchor of its audit trail are; by default as `audit.audit_files_of` says.

    Raises:
        ConfigurationError: the address cannot be used.
        Conflict: the database was made by a newer version of svdocs.
    """
    url = database_address(database_url)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and not url.database:
        raise ConfigurationError(
            f"{database_url}: an SQLite database needs a file, such as sqlite:////srv/svdocs/svdocs.db."
        )
    try:
        if sqlite:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        # A server may be restarted under us: a connection that it dropped is found out before it is used.
        how: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}} if sqlite else {"pool_pre_ping": True}
        # Values stay out of the errors: they may be a bid's words, and errors are logged.
        engine = create_engine(url, pool_size=20, hide_parameters=True, **how)
    except OSError as error:
        raise ConfigurationError(f"{url.database}: the database's folder cannot be made: {error.strerror}.") from error
    except NoSuchModuleError as error:
        raise ConfigurationError(
            f"{url.drivername}: svdocs knows no such database; use sqlite or postgresql."
        ) from error
    except ImportError as error:
        missing = f"{url.drivername}: the database driver is not installed ({error.name}); install it."
        raise ConfigurationError(missing) from error
    if sqlite:
        _prepare_sqlite(engine)
    engine = engine.execution_options(**{TRAIL: Trail(audit or audit_files_of(url))})
    _migrate(engine)
    return engine


def database_address(database_url: str) -> URL:
    """Return the address of a database with its driver named.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        unusable = "SVDOCS_DATABASE_URL is not a database address; set one such as sqlite:///var/svdocs.db."
        raise ConfigurationError(unusable) from error
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _prepare_sqlite(engine: Engine) -> None:
    """Write ahead, sync fully, keep foreign keys; begin each writing transaction with the write lock.

    A transaction that takes the lock only at its first write fails at once when another has written since it
    began; one that takes it at the start waits its turn.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver starts no transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get(READS_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    """Bring the tables up to the newest revision; two processes that start at once take turns."""
    with engine.execution_options(**{READS_ONLY: True}).connect() as connection:
        if revision_of(connection) == NEWEST_REVISION:
            return
    with begin_migration(engine) as connection:
        had_a_trail = inspect(connection).has_table("audit_entry")
        upgrade(connection)
        head = head_of(connection)
    if head.seq and not had_a_trail:  # entries that the migration itself has sealed
        trail_of(engine).move_anchor(head.seq, head.hash)


@contextmanager
def begin_migration(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction for `upgrade` or `downgrade`; other processes that migrate wait.

    SQLite changes a constraint only by making the table anew, and the rows that refer to it must not stand in the way:
    so foreign keys are not kept while it migrates, and are checked before it commits.

    Raises:
        Conflict: a row refers to one that is not there; nothing is migrated.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield connection
            return
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")  # has an effect only outside a transaction
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise Conflict(f"A row of {broken[0]} refers to one of {broken[2]} that is not there; restore it.")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate the database of `connection` inside its transaction.

    Raises:
        Conflict: the database was made by a newer version of svdocs.
    """
    # Imported here because most starts find the tables up to date.
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        command.upgrade(_alembic_config(connection), revision)
    except CommandError as error:
        raise Conflict(
            f"The database is at revision {revision_of(connection)}, which this version of svdocs does not know; "
            "install the newer version that made it."
        ) from error


def downgrade(connection: Connection, revision: str) -> None:
    """Take the tables of `connection` back to an older revision, inside its transaction."""
    from alembic import command

    command.downgrade(_alembic_config(connection), revision)


def _alembic_config(connection: Connection) -> Config:
    from alembic.config import Config

    trail = connection.get_execution_options().get(TRAIL)
    config = Config(attributes={"connection": connection, "trail": trail})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database's tables, or None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


UNWRITABLE_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
UNWRITABLE_POSTGRESQL = frozenset({"53100", "58030"})
"""SQLSTATE of a full disk, and of a disk that fails."""


def is_unwritable(error: OperationalError) -> bool:
    """Say whether the database failed because its disk is full, fails or may not be written."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode & 0xFF in UNWRITABLE_SQLITE
    return getattr(error.orig, "sqlstate", None) in UNWRITABLE_POSTGRESQL


FAILED_SYNCS = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})


def has_failed_to_sync(error: OperationalError) -> bool:
    """Say whether SQLite could not make safe what it wrote; a server looks after its own disk, and stops."""
    return isinstance(error.orig, sqlite3.Error) and error.orig.sqlite_errorcode in FAILED_SYNCS


def folder_of(engine: Engine) -> Path | None:
    """Return the folder of an SQLite database; None for a server's."""
    name = engine.url.database
    return Path(name).parent if engine.dialect.name == "sqlite" and name else None


BUSY_POSTGRESQL = frozenset({"40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03"})
"""SQLSTATE of transactions that must be tried again, of too many connections, and of a server that stops or starts."""


def is_busy(error: Exception) -> bool:
    """Say whether the database failed because it had too much to do or is being restarted, so that later it may not."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return (
        "locked" in str(error.orig)
        or error.connection_invalidated
        or getattr(error.orig, "sqlstate", None) in BUSY_POSTGRESQL
    )


def refuse_changes(connection: Connection, table: str, *, unless: str = "") -> None:
    """Have the database itself refuse UPDATE and DELETE on `table`: its rows are only ever added.

    Args:
        connection: inside a migration.
        table: by name.
        unless: a query on ``OLD`` that finds something where a row may be deleted all the same, as when its
            procurement is purged.
    """
    if connection.dialect.name == "postgresql":
        let_go = f"IF TG_OP = 'DELETE' THEN IF EXISTS ({unless}) THEN RETURN OLD; END IF; END IF; " if unless else ""
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {let_go}RAISE EXCEPTION '{table} is only ever added to'; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_is_only_added_to BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}()"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table}()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        when = f"WHEN NOT EXISTS ({unless}) " if unless and change == "DELETE" else ""
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        )


def refuse_changes_unless_purged(connection: Connection, table: str) -> None:
    """Have the database refuse UPDATE and DELETE on `table`, save deletion with a procurement that is purged."""
    purged = "SELECT 1 FROM retention_purge p WHERE p.procurement_id = OLD.procurement_id"
    refuse_changes(connection, table, unless=purged)
