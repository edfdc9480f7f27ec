"""A service with a panel whose records are put back to where they began in a moment, and its people's browsers.

One application serves every run, in this process and thread: between runs its database's connections are dropped and
the file, in memory where there is such a folder, is replaced, which is also how a crash is played. Who somebody is, is
found out once for each of them: signing in is not what is looked at here, and no step changes a role.
"""

from __future__ import annotations

import gc
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request

from svdocs.records.audit import AuditFiles
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store, open_store
from svdocs.reports.award_papers import ContractPaper, Paper
from svdocs.settings import read_settings
from svdocs.web.api.exports import ExportForm
from svdocs.web.app import create_app
from svdocs.web.visitors import Door, Visitor, form_token_of
from tests.panel.worked import EVALUATORS, Worked, worked
from tests.web.in_process import Answer, InProcess, in_process

WATCHED = ("eve", "finn", "gita")
"""The evaluators who mark; hugh has no seat at first and may take one's place."""
PEOPLE = ("lead", "chair", "officer", "observer", "administrator", *EVALUATORS)
NEVER_READS = re.compile(r"/events$|\.png$|/original$|sign-|/static|/metrics$|/health|/account$")
"""Addresses that hold no records of a panel, are for the machine's programs alone, never end, offer a random secret, or
need originals that the test's records do not have."""
THE_SAME_FOR_ALL = re.compile(r"/docs$|openapi|/frameworks|/rubrics|/help|/definitions|/codes|/badges|/keys$")
"""Addresses that hold no records at all, and an account's own keys."""
OF_THE_PANEL = re.compile(r"/panel|/changes$|/compare$|/procurements/[^/]+$|/documents/[^/]+$|/exports/csv$")
"""Addresses that tell most of a panel: asked more often than others."""


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
    app: InProcess
    made: Worked
    tokens: dict[str, str]
    log: LogLines
    seats: dict[tuple[str, str], str]
    """At the beginning: by evaluator and supplier."""
    bids: dict[str, str]
    criterion: str
    at_the_beginning: dict[tuple[str, str], object] = field(default_factory=dict)
    """What each answers to whom as long as nothing has happened that they may know of: the same in every run."""

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

    def ask(self, who: str, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """Send a request as somebody's browser does, perhaps with a key by which it is carried out once."""
        token = self.tokens[who]
        headers = {"cookie": f"svdocs={token}", "x-csrf-token": form_token_of(token)}
        return self.app.ask(method, path, body, headers | ({"idempotency-key": key} if key else {}))

    def addresses(self) -> list[str]:
        """Return every address that answers to GET, about each document, bid, statement and seat of the panel.

        Left out are those that name what these records do not have, such as a contract.
        """
        named = {
            "procurement_id": [self.made.procurement],
            "document_id": list(self.made.documents.values()),
            "bid_id": list(self.bids.values()),
            "seat_id": list(self.seats.values()),
            "statement_id": [self.store.statements_of(d)[0].id for d in self.made.documents.values()],
            "run_id": [self.store.runs_of(d)[0].id for d in self.made.documents.values()],
            "supplier_id": list(self.made.suppliers.values()),
            "criterion_id": [self.criterion],
            "paper": [p.value for p in Paper],
            "contract_paper": [p.value for p in ContractPaper],
            "form": [f.value for f in ExportForm],
        }
        found = [route.path for route in _routes(self.app.app) if "GET" in route.methods]
        filled = {a for path in found for a in _filled(path, named)}
        return sorted(a for a in filled if not NEVER_READS.search(a) and not THE_SAME_FOR_ALL.search(a))


def _routes(app: FastAPI) -> list[APIRoute]:
    routers = [r.original_router for r in app.routes if hasattr(r, "original_router")]
    return [r for router in routers for r in router.routes if isinstance(r, APIRoute)]


def _filled(path: str, named: dict[str, list[str]]) -> Iterator[str]:
    """Yield the address with each of the ids that its parameters may stand for, in turn."""
    names = re.findall(r"\{(\w+)(?::\w+)?\}", path)
    if not set(names) <= set(named):
        return
    for i in range(max((len(named[n]) for n in names), default=1)):
        chosen = {n: named[n][min(i, len(named[n]) - 1)] for n in names}
        yield re.sub(r"\{(\w+)(?::\w+)?\}", lambda m, chosen=chosen: chosen[m[1]], path)  # type: ignore[misc]


@contextmanager
def remembered_visitors() -> Iterator[None]:
    """Have who sends a request found out once for each sign-in."""
    find, known = Door.visitor_of, dict[str | None, Visitor]()

    def visitor_of(door: Door, request: Request) -> Visitor:
        token = door.token_of(request)
        if token not in known:
            known[token] = find(door, request)
        return known[token]

    with mock.patch.object(Door, "visitor_of", visitor_of):
        yield


@contextmanager
def rare_collections() -> Iterator[None]:
    """Have the garbage of a run collected seldom: what the application itself is made of is never garbage."""
    kept = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*kept)
        gc.unfreeze()


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
                with in_process(create_app(store, settings)) as app, remembered_visitors(), rare_collections():
                    [criterion] = made.criteria().values()
                    yield Sealed(folder, store, app, made, tokens, log, seats, bids, criterion.id)
            finally:
                root.removeHandler(log)
