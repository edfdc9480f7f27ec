"""Each request as one line in the log and one count in the metrics: by its route's template, never by its address.

A request gets an id, which each line of the log written meanwhile carries and which goes back with the answer, so that
whoever meets a fault can name it to the person who runs the service.
"""

from __future__ import annotations

import logging
import time
from secrets import token_hex

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svdocs.logs import fields, request_id
from svdocs.web.meters import Meters

log = logging.getLogger("svdocs.web")

REQUEST_ID = "X-Request-ID"
UNMATCHED = "none"
"""The route of what fits no route."""
QUIET = ("/health", "/metrics", "/static")
"""Routes that are asked for all the time, and of which only failures are worth a line."""


class Observed:
    """Tells of each request. The outermost of all, so that refusals are told of too."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, start, status = token_hex(8), time.perf_counter(), 500
        token = request_id.set(asked)
        self._meters.begin()

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = asked
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        finally:
            seconds, route = time.perf_counter() - start, route_of(scope)
            self._meters.end(scope["method"], route, status, seconds)
            if status >= 400 or not route.startswith(QUIET):
                told = fields(method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1),
                              person=_person_of(scope))  # fmt: skip
                log.info("request", extra=told)
            request_id.reset(token)


def route_of(scope: Scope) -> str:
    """Return the template of the route that served a request, such as `/documents/{document_id}`."""
    path: str | None = getattr(scope.get("route"), "path", None)
    if path is None and scope["path"].startswith("/static/"):
        return "/static"
    return path or UNMATCHED


def _person_of(scope: Scope) -> str | None:
    visitor = scope.get("state", {}).get("visitor")
    return visitor.caller.person_id if visitor else None
