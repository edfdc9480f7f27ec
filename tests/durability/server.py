"""The service in a process that dies by SIGKILL at a named point of the way in.

The points are put here, around the functions of the product and the statements that it sends to the database; the
product has none. Processes are forked from one that has everything loaded, so that a start takes little.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import Engine, event
from sqlmodel import Session

from svdocs.records import audit, keep
from svdocs.records import store as store_module
from svdocs.records.store import Store, open_store
from svdocs.settings import read_settings
from svdocs.web import upload_form, uploads
from svdocs.web.app import create_app, settle

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.durability.server"])

Die = Callable[[], None]
Function = Callable[..., Any]


class _Armed:
    """Dies at the point, from the upload on before which `skip` others are let through."""

    def __init__(self, skip: int) -> None:
        self.left = skip

    def count_uploads(self) -> None:
        real = uploads.Reception.receive

        @functools.wraps(real)
        async def receive(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            return await real(*arguments, **named)

        uploads.Reception.receive = receive  # type: ignore[method-assign]

    def die(self) -> None:
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _before(home: Any, name: str, die: Die) -> None:
    real: Function = getattr(home, name)

    def dying(*arguments: Any, **named: Any) -> Any:
        die()
        return real(*arguments, **named)

    setattr(home, name, dying)


def _after(home: Any, name: str, die: Die, *, call: int = 1) -> None:
    real: Function = getattr(home, name)
    calls: list[int] = []

    def dying(*arguments: Any, **named: Any) -> Any:
        result = real(*arguments, **named)
        calls.append(1)
        if len(calls) >= call:
            die()
        return result

    setattr(home, name, dying)


def _accepted(die: Die) -> None:
    real = uploads.Reception.receive

    async def dying(*arguments: Any, **named: Any) -> Any:
        die()
        return await real(*arguments, **named)

    uploads.Reception.receive = dying  # type: ignore[method-assign]


def _transaction_begun(die: Die) -> None:
    real = store_module.add_received

    def dying(session: Session, *arguments: Any) -> Any:
        session.connection()  # the transaction begins with its first question
        die()
        return real(session, *arguments)

    store_module.add_received = dying


def _row_written(table: str) -> Callable[[Die], None]:
    def arm(die: Die) -> None:
        @event.listens_for(Engine, "after_cursor_execute")
        def _(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(f"INSERT INTO {table} "):
                die()

    return arm


def _response_half_sent(die: Die) -> None:
    real = uvicorn.Server.startup

    async def startup(server: uvicorn.Server, *arguments: Any, **named: Any) -> None:
        app = server.config.loaded_app

        async def half(scope: Any, receive: Any, send: Any) -> None:
            async def send_half(message: Any) -> None:
                body = message.get("body", b"")
                if message["type"] == "http.response.body" and len(body) > 1 and scope["method"] == "POST":
                    await send({**message, "body": body[: len(body) // 2], "more_body": True})
                    die()
                    message = {**message, "body": body[len(body) // 2 :]}
                await send(message)

            await app(scope, receive, send_half)

        server.config.loaded_app = half
        await real(server, *arguments, **named)

    uvicorn.Server.startup = startup  # type: ignore[method-assign]


POINTS: dict[str, Callable[[Die], None]] = {
    "S1 accepted": _accepted,
    "S2 half spooled": lambda die: _after(keep.Spool, "write", die, call=2),
    "S3 spooled": lambda die: _before(upload_form.UploadForm, "finish", die),
    "S4 hashed": lambda die: _after(keep.Spool, "hashed", die),
    "S5 file synced": lambda die: _after(keep, "sync_file", die),
    "S6 renamed": lambda die: _after(Path, "rename", die),
    "S7 folders synced": lambda die: _before(Store, "receive_document", die),
    "S8 transaction begun": _transaction_begun,
    "S9 document written": _row_written("document"),
    "S10 job written": _row_written("job"),
    "S11 audit entry written": _row_written("audit_entry"),
    "S12 committed, anchor not moved": lambda die: _before(audit.Trail, "move_anchor", die),
    "S12 committed": lambda die: _after(Store, "receive_document", die),
    "S13 response half sent": _response_half_sent,
}
COMMITTED = tuple(p for p in POINTS if p.startswith(("S12", "S13")))
"""The points after which the document is there, though the sender has no answer."""


def serve(data: Path, tell: Connection, point: str | None, skip: int, spare_mib: int, max_file: int | None) -> None:
    """Serve on a free port, which is told, until killed."""
    if max_file is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write over the limit fails, as on a full disk
    if point is not None:
        armed = _Armed(skip)
        POINTS[point](armed.die)
        armed.count_uploads()
    settings = read_settings({"SVDOCS_DATA": str(data), "SVDOCS_SPARE_MIB": str(spare_mib)})
    with socket.socket() as listening, open_store(settings.database_url) as store:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        app = create_app(store, settings)
        settle()
        config = uvicorn.Config(app, log_level="critical", lifespan="on", access_log=False)
        tell.send(listening.getsockname()[1])
        if max_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_file, resource.RLIM_INFINITY))
        uvicorn.Server(config).run(sockets=[listening])


@contextlib.contextmanager
def running(data: Path, point: str | None = None, *, skip: int = 0, spare_mib: int = 0,
            max_file: int | None = None) -> Iterator[tuple[int, Any]]:  # fmt: skip
    """Give the port and process of a service over the folder `data`; it is killed when the block ends."""
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=serve, args=(data, there, point, skip, spare_mib, max_file), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(300):
            raise RuntimeError("the service did not start")
        yield here.recv(), process
    finally:
        process.kill()
        process.join()
        here.close()
