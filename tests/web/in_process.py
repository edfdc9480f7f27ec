"""An application asked in this process and this thread: no socket, no portal between threads, nothing to wait for.

A request that the records answer in two milliseconds takes twenty through the framework's test client, which hands each
part of it from thread to thread. Here the handlers run where the question is asked, each in a copy of the context, so
that what a handler sets there is forgotten with it as in a thread.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlencode
from zipfile import ZipFile

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Scope

_OF_THE_REQUEST = frozenset({b"x-request-id", b"ratelimit", b"ratelimit-policy"})
"""Headers that differ with each request: its number, and how many requests the sender has left."""
_FORM_KEY = re.compile(rb'name="key" value="[0-9a-f]{32}"')
"""The random key of a form that brings in a file."""
_SAVED_AT = "docProps/core.xml"
"""The part of a Word or Excel file that tells when it was written."""


@dataclass
class Answer:
    """What came back: status, headers as they went out, and content."""

    status_code: int
    headers: list[tuple[bytes, bytes]]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.content)

    @cached_property
    def everything(self) -> bytes:
        """Headers and content to be looked through; a Word or Excel file as its parts stand in it."""
        return b"\n".join([b"%s: %s" % header for header in self.headers] + list(self._parts().values()))

    def told(self) -> tuple[object, ...]:
        """Return all of the answer that may tell something: what differs with each request is left out."""
        headers = sorted(header for header in self.headers if header[0].lower() not in _OF_THE_REQUEST)
        parts = {name: _FORM_KEY.sub(b"", part) for name, part in self._parts().items() if name != _SAVED_AT}
        if len(parts) > 1:  # a packed file's length and digest hang on the moment in which it was written
            headers = [header for header in headers if header[0].lower() not in (b"content-length", b"etag")]
        return (self.status_code, headers, parts)

    def _parts(self) -> dict[str, bytes]:
        if not self.content.startswith(b"PK\x03\x04"):
            return {"": self.content}
        with ZipFile(BytesIO(self.content)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}


class InProcess:
    """One application, started, and a loop of its own to run it in."""

    def __init__(self, app: FastAPI, host: str = "127.0.0.1:8000") -> None:
        self.app = app
        self._host = host
        self._loop = asyncio.new_event_loop()

    def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None, *,
            form: dict[str, str] | None = None) -> Answer:  # fmt: skip
        """Send a request, with a body of JSON or a form if there is one, and return the answer."""
        sent = urlencode(form).encode() if form is not None else b"" if body is None else json.dumps(body).encode()
        told = {"host": self._host, "content-length": str(len(sent))} | (headers or {})
        if form is not None:
            told["content-type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            told["content-type"] = "application/json"
        where, _, query = path.partition("?")
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(where),
            "raw_path": where.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in told.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        return self._loop.run_until_complete(self._answer(scope, sent))

    async def _answer(self, scope: Scope, body: bytes) -> Answer:
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        said: list[Message] = []

        async def receive() -> Message:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        start = said[0]
        content = b"".join(message.get("body", b"") for message in said[1:])
        return Answer(start["status"], list(start["headers"]), content)

    def close(self) -> None:
        self._loop.close()


async def _run_here(act: Callable[..., Any], *args: Any, **_: Any) -> Any:
    return copy_context().run(partial(act, *args))


@contextmanager
def remembered_routes(app: FastAPI) -> Iterator[None]:
    """Have each of the application's routers looked through once for an address: which routes it has never changes."""
    [kind] = {type(route) for route in app.routes if hasattr(route, "original_router")}
    look_through, passed_over = kind.matches, set[tuple[int, str, str]]()

    def matches(router: BaseRoute, scope: Scope) -> tuple[Match, Scope]:
        key = (id(router), scope["method"], scope["path"])
        if key in passed_over:
            return Match.NONE, {}
        found = look_through(router, scope)
        if found[0] is Match.NONE:
            passed_over.add(key)
        return found

    with mock.patch.object(kind, "matches", matches):
        yield


@contextmanager
def in_process(app: FastAPI) -> Iterator[InProcess]:
    """Give an application that is started, and whose handlers run in this thread."""
    opened = InProcess(app)
    with mock.patch("anyio.to_thread.run_sync", _run_here), remembered_routes(app):
        lifespan = app.router.lifespan_context(app)
        opened._loop.run_until_complete(lifespan.__aenter__())
        try:
            yield opened
        finally:
            opened._loop.run_until_complete(lifespan.__aexit__(None, None, None))
            opened.close()
