"""A PostgreSQL server of the tests' own: started at the first need, on a free port of this machine, gone at the end.

It keeps its data in a temporary folder and syncs nothing, so it is quick and proves nothing about power cuts. A test
gets a database with its tables made and empty: one that is emptied after each, or where it changes the tables, a clone.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from svdocs.records.store import open_store

TEMPLATE = "svdocs_template"
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200",
             "shared_buffers=32MB", "unix_socket_directories=", "listen_addresses=127.0.0.1")  # fmt: skip

_DURABLE = ("synchronous_commit=on", "full_page_writes=on")


class NoPostgresql(Exception):
    """There is no PostgreSQL here that the tests may start; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and how it is told to start and stop."""

    programs: Path
    data: Path
    port: int
    account: str | None
    """Who runs it, where the tests run as root, as whom PostgreSQL refuses to run; else None."""
    is_durable: bool = False
    """Whether what it has committed survives its own end, as it must where it is stopped in the middle."""

    def url_of(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+psycopg://svdocs@127.0.0.1:{self.port}/{database}"

    def clone(self) -> str:
        """Return the address of a new database like the template; it goes with the server."""
        name = f"t{uuid.uuid4().hex}"
        self._command(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        return self.url_of(name)

    def empty(self, url: str) -> None:
        """Take all rows out of a database's tables, save those that tell of their migrations.

        Quicker by far than another clone. As a replica, so that no trigger refuses it.
        """
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            tables = connection.execute(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', "
                "'information_schema') AND tablename NOT IN ('alembic_version', 'dbos_migrations')"
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(*t) for t in tables)
            connection.execute("SET session_replication_role = replica")
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))

    def start(self) -> None:
        """Start it, and come back when it answers."""
        told = " ".join(f"-c {s}" for s in (*_SETTINGS, *(_DURABLE if self.is_durable else ()), f"port={self.port}"))
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self.data / "log"), "-o", told, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` as an administrator does, ``immediate`` as a crash does."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def make(self) -> None:
        """Make its folder, start it, and make the template."""
        told = ("--no-sync", "--auth=trust", "--username=svdocs", "--encoding=UTF8", "--locale=C.UTF-8")
        self._run("initdb", *told)
        self.start()
        self._command(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        open_store(self.url_of(TEMPLATE)).close()

    def _command(self, command: sql.Composed) -> None:
        about = f"host=127.0.0.1 port={self.port} user=svdocs dbname=postgres"
        with psycopg.connect(about, autocommit=True) as connection:
            connection.execute(command)

    def _run(self, program: str, *words: str) -> None:
        as_whom: dict[str, Any] = {"user": self.account, "group": self.account, "extra_groups": []}
        done = subprocess.run(
            [self.programs / program, "-D", self.data, *words],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # not a pipe: the server would hold it open
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, "TZ": "UTC"},
            **(as_whom if self.account else {}),
        )
        if done.returncode:
            log = self.data / "log"
            raise NoPostgresql(f"{program} failed: {log.read_text()[-500:] if log.is_file() else done.returncode}")


@contextlib.contextmanager
def running_server(*, is_durable: bool = False) -> Iterator[Server]:
    """Yield a server with its template made.

    Raises:
        NoPostgresql: there is none here that the tests may start.
    """
    programs, account = _programs(), _account()
    home = Path(tempfile.mkdtemp(prefix="svdocs-postgresql-"))
    try:
        data = home / "data"
        data.mkdir(mode=0o700)
        if account:
            shutil.chown(home, account)
            shutil.chown(data, account)
        server = Server(programs, data, _free_port(), account, is_durable)
        server.make()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    """Return the newest installed server's folder; Debian keeps them out of the search path."""
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = installed[-1] if installed else Path(on_path) if on_path else None
    if found is None:
        raise NoPostgresql("PostgreSQL is not installed; scripts/system-packages.sh test names the package")
    return found.resolve().parent


def _account() -> str | None:
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgresql("the tests run as root, and there is no account as which PostgreSQL would run")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
