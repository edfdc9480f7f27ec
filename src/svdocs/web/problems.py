"""Errors as answers: a page for a person, `application/problem+json` (RFC 9457) for a program; never a traceback."""

from __future__ import annotations

import logging
from http import HTTPStatus
from secrets import token_hex
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svdocs.errors import AlreadyThere, Busy, NotSignedIn, SvdocsError, TooMany
from svdocs.logs import fields
from svdocs.records.database import DatabaseFailure, is_busy
from svdocs.web.limits import limit_headers
from svdocs.web.render import render

log = logging.getLogger("svdocs.web")

_NOT_FOUND = (
    "There is no such page or record. It may have been typed wrongly, or the link is old; "
    "go back to the list and open it from there."
)
_FAILED = (
    "The service failed on this request. Nothing that you had saved is lost. Try again; "
    "if it happens again, tell the person who runs this service the incident number."
)
_TITLES = {
    400: "The request cannot be used",
    401: "You are not signed in",
    403: "You may not do this",
    404: "Page not found",
    405: "This address does not take that",
    409: "The record has moved on",
    412: "The record has moved on",
    413: "The file is too large",
    415: "This kind of file cannot be read",
    422: "There is a problem",
    429: "Too many requests",
    503: "The service cannot do this now",
    507: "There is no room to keep this",
}


def answer_problem(
    request: Request,
    status: int,
    detail: str,
    incident: str | None = None,
    document: str | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Return the answer to a request that failed, in the form that the asker reads.

    Args:
        request: that failed.
        status: of HTTP.
        detail: what is wrong, why, and what to do.
        incident: its number in the log, if it is a fault of the service.
        document: id of the document that stands in the way.
        errors: for each value that cannot be used the field and what is wrong with it.
    """
    title = _TITLES.get(status) or (
        "Sorry, there is a problem with the service" if status >= 500 else HTTPStatus(status).phrase
    )
    if request.url.path.startswith("/api/"):
        body: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        more = {"incident": incident, "document": document, "errors": errors}
        body |= {name: value for name, value in more.items() if value}
        return JSONResponse(body, status, limit_headers(request), media_type="application/problem+json")
    return render(request, "problem.html", status=status, title=title, detail=detail, incident=incident)


def add_problem_handlers(app: FastAPI) -> None:
    """Make `app` answer every error by `answer_problem`."""
    app.add_exception_handler(SvdocsError, _on_svdocs_error)
    app.add_exception_handler(RequestValidationError, _on_wrong_values)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(DatabaseFailure, _on_database_failure)


def _on_svdocs_error(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedIn) and request.method == "GET" and not request.url.path.startswith("/api/"):
        asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        return RedirectResponse(f"/sign-in?{urlencode({'next': asked})}", 303)
    status = error.http_status if isinstance(error, SvdocsError) else 500
    there = error.document_id if isinstance(error, AlreadyThere) else None
    answer = answer_problem(request, status, str(error), document=there)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany | Busy):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _on_database_failure(request: Request, error: Exception) -> Response:
    if not is_busy(error):
        raise error
    log.warning("the database was too busy for %s %s (%s)", request.method, request.url.path, type(error).__name__)
    return _on_svdocs_error(request, Busy("The database is busy, so nothing was changed; try again."))


def _on_http_error(request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    if status == 404:
        detail = _NOT_FOUND
    elif detail == HTTPStatus(status).phrase:
        detail = f"{detail}. Go back to the list of procurements and start from there."
    answer = answer_problem(request, status, detail)
    answer.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
    return answer


def _on_wrong_values(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [{"field": ".".join(str(p) for p in e["loc"][1:]) or "body", "message": str(e["msg"])} for e in found]
    said = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
    detail = f"The request holds a value that cannot be used: {said}. Correct it and send it again."
    return answer_problem(request, 422, detail, errors=errors)


class LastResort:
    """Answers what nothing else answered for: the log gets the trace, the person an incident number.

    A middleware of its own, because the framework's handler of last resort stands outside all middleware, and its
    answer would go out without the security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await _answer_incident(Request(scope), error)(scope, receive, send)


def _answer_incident(request: Request, error: Exception) -> Response:
    incident = token_hex(4)
    log.error("incident %s", incident, exc_info=error, extra=fields(incident=incident))
    return answer_problem(request, 500, _FAILED, incident)
