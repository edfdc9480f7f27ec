"""Databases with their tables made: SQLite and PostgreSQL, a fresh one for each test; and passwords hashed quickly."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from svdocs.records import passwords
from svdocs.records.store import Store, open_store
from tests.postgresql import NoPostgresql, Server, running_server

# What JAX compiles for one training serves the next: compiling takes longer than learning from a few passages.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.2")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with its tables made, to be copied: the migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "svdocs.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server, or a skip that says why there is none; where one must be there, that is a failure."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except NoPostgresql as reason:
            if os.environ.get("SVDOCS_TEST_NEEDS_POSTGRESQL"):
                raise
            pytest.skip(f"no PostgreSQL: {reason}")
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgresql: Server) -> str:
    """The address of the PostgreSQL database that the tests take turns with; ask for `database_url` instead."""
    return postgresql.clone()


@pytest.fixture
def own_trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and anchor of the audit trail in the test's own folder, wherever its database is."""
    monkeypatch.setenv("SVDOCS_AUDIT_KEY", str(tmp_path / "audit.key"))
    monkeypatch.setenv("SVDOCS_AUDIT_ANCHOR", str(tmp_path / "audit.anchor"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path, own_trail: None
) -> Iterator[str]:
    """The address of a database with its tables made and nothing in them, once on each kind of database."""
    if request.param == "sqlite":
        shutil.copy(empty_database, tmp_path / "svdocs.db")
        yield f"sqlite:///{tmp_path / 'svdocs.db'}"
        return
    url: str = request.getfixturevalue("postgresql_url")
    yield url
    server: Server = request.getfixturevalue("postgresql")
    server.empty(url)


@pytest.fixture
def own_store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    """A store of the test's own on SQLite, for what asks nothing of the kind of database."""
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def own_database_url(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path, own_trail: None) -> str:
    """The same for a test that changes the tables themselves."""
    if request.param == "sqlite":
        shutil.copy(empty_database, tmp_path / "svdocs.db")
        return f"sqlite:///{tmp_path / 'svdocs.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.clone()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords hashed by the same function with less memory: the real one takes a tenth of a second each time."""
    kept = passwords._hasher
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._hasher = lambda: quick  # type: ignore[assignment]
    yield
    passwords._hasher = kept
