"""A service with a panel whose records are put back to where they began in a moment, and its people's browsers.

One application serves every run: between runs its database's connections are dropped and the file is replaced, which is
also how a crash is played. Every answer is looked through for what its reader may not know.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from svdocs.records.audit import AuditFiles
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store, open_store
from svdocs.settings import read_settings
from svdocs.web.app import create_app
from svdocs.web.visitors import form_token_of
from tests.panel.worked import EVALUATORS, Worked, worked

WATCHED = ("eve", "finn", "gita")
"""The evaluators who mark; hugh has no seat at first and may take one's place."""
PEOPLE = ("lead", "chair", "officer", "observer", "administrator", *EVALUATORS)
NEVER_READS = re.compile(r"/events$|\.png$|/original$|sign-|/static")
"""Addresses that hold no records of a panel, or need originals that the test's records do not have."""


class LogLines(logging.Handler):
    """Keeps what is logged, as a file would."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@dataclass
class Sealed:
    """The service, and what stands in it at the beginning of each run."""

    folder: Path
    store: Store
    app: TestClient
    made: Worked
    tokens: dict[str, str]
    log: LogLines
    seats: dict[tuple[str, str], str]
    """At the beginning: by evaluator and supplier."""
    bids: dict[str, str]
    criterion: str
    began: float = field(default_factory=time.monotonic)

    @property
    def panel(self) -> str:
        return f"/api/v1/procurements/{self.made.procurement}/panel"

    def crash(self) -> None:
        """Drop every connection, as when the process is gone and another comes up."""
        self.store.engine.dispose()

    def reset(self) -> None:
        """Put the records back to the beginning."""
        self.crash()
        for name in ("svdocs.db", "audit.anchor"):
            for leftover in self.folder.glob(f"{name}*"):
                leftover.unlink()
            shutil.copy(self.folder / "begin" / name, self.folder / name)
        self.log.lines.clear()

    def ask(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send a request as somebody's browser does."""
        token = self.tokens[who]
        headers = {"cookie": f"svdocs={token}", "x-csrf-token": form_token_of(token)}
        return self.app.request(method, path, json=body, headers=headers)

    def addresses(self) -> list[str]:
        """Return every address that answers to GET, about each document, bid, statement and seat of the panel."""
        named = {
            "procurement_id": [self.made.procurement],
            "document_id": list(self.made.documents.values()),
            "bid_id": list(self.bids.values()),
            "seat_id": list(self.seats.values()),
            "statement_id": [self.store.statements_of(d)[0].id for d in self.made.documents.values()],
            "run_id": [self.store.runs_of(d)[0].id for d in self.made.documents.values()],
            "supplier_id": list(self.made.suppliers.values()),
            "criterion_id": [self.criterion],
        }
        found = [route.path for route in _routes(self.app) if "GET" in route.methods]
        return sorted({a for path in found for a in _filled(path, named) if not NEVER_READS.search(a)})


def _routes(app: TestClient) -> list[APIRoute]:
    routers = [r.original_router for r in app.app.routes if hasattr(r, "original_router")]  # type: ignore[attr-defined]
    return [r for router in routers for r in router.routes if isinstance(r, APIRoute)]


def _filled(path: str, named: dict[str, list[str]]) -> Iterator[str]:
    """Yield the address with each of the ids that its first parameter may stand for, in turn."""
    names = re.findall(r"\{(\w+)(?::\w+)?\}", path)
    most = max((len(named.get(n, ["1"])) for n in names), default=1)
    for i in range(most):
        chosen = {n: named.get(n, ["1"])[min(i, len(named.get(n, ["1"])) - 1)] for n in names}
        yield re.sub(r"\{(\w+)(?::\w+)?\}", lambda m, chosen=chosen: chosen[m[1]], path)  # type: ignore[misc]


@contextmanager
def sealed_service(empty_database: Path | None = None, *, anonymous: bool = False) -> Iterator[Sealed]:
    """Give a service in memory-backed files where there are such, with marking begun and nothing marked."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        folder = Path(scratch)
        if empty_database is not None:
            shutil.copy(empty_database, folder / "svdocs.db")
        settings = read_settings({"SVDOCS_DATA": str(folder), "SVDOCS_REQUESTS_PER_MINUTE": "1000000"})
        audit = AuditFiles(folder / "audit.key", folder / "audit.anchor")
        with open_store(settings.database_url, audit) as store:
            made = worked(store, anonymous=anonymous, begun=False, suppliers=2, criteria=1, evaluators=WATCHED)
            people = People(store)
            for name in ("observer", "administrator"):
                account = people.add(f"{name}@kent.example", name, None, is_administrator=name == "administrator")
                made.people[name] = account.id
            people.grant(made.people["observer"], made.procurement, Role.observer)
            made.panels().begin(made.procurement, made.caller("lead"))
            tokens = {name: people.sign_in(made.people[name]) for name in PEOPLE}
            bids = {b.name: b.id for b in made.bids().values()}
            names = {b: name for name, b in bids.items()}
            seats = {(s.person, names[s.bid_id]): s.id for s in made.panels().seats_of(made.procurement)}
            if anonymous:
                bids = {name: made.bids()[name].id for name in bids}
            store.engine.dispose()
            (folder / "begin").mkdir()
            for name in ("svdocs.db", "audit.anchor"):
                shutil.copy(folder / name, folder / "begin" / name)
            log = LogLines()
            root = logging.getLogger()
            root.addHandler(log)
            try:
                with TestClient(create_app(store, settings), base_url="http://127.0.0.1:8000",
                                follow_redirects=False, raise_server_exceptions=False) as app:  # fmt: skip
                    [criterion] = made.criteria().values()
                    yield Sealed(folder, store, app, made, tokens, log, seats, bids, criterion.id)
            finally:
                root.removeHandler(log)
