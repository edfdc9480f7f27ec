"""What every address of the interface for programs does alike: `api_router` gives routers whose routes do it.

* A reading answer has an ETag, over what this visitor sees; `If-None-Match` is answered with 304.
* A POST takes an `Idempotency-Key`: sent again, it is answered again and carried out once.
* A body in another form than the address takes is 415.
* Every answer says how many requests are left.
* An error is `application/problem+json`.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import Conflict, Outdated, SvdocsError, UsageError, WrongMediaType
from svdocs.records.database import DatabaseFailure
from svdocs.records.requests import Answer, KeyedRequest, Requests, carry_out
from svdocs.web.here import AtHand
from svdocs.web.limits import limit_headers

log = logging.getLogger("svdocs.web")

MAX_KEY_LETTERS = 200
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ProblemField(BaseModel):
    """A value that cannot be used."""

    field: str
    message: str


class ProblemBody(BaseModel):
    """An error, by RFC 9457: what is wrong, why, and what to do."""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "type": "about:blank",
                    "title": "There is a problem",
                    "status": 422,
                    "detail": "The request holds a value that cannot be used: title: Field required. Correct it and "
                    "send it again.",
                    "errors": [{"field": "title", "message": "Field required"}],
                }
            ]
        }
    }

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[ProblemField] | None = None
    incident: str | None = None
    document: str | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "What is wrong, why, and what to do.", "model": ProblemBody},
    503: {"description": "The database is busy; try again after `Retry-After` seconds.", "model": ProblemBody},
}


def etag_of(body: bytes) -> str:
    """Return the ETag of an answer: it tells two answers apart, and nothing of anything that is not in them."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


class StreamedRoute(APIRoute):
    """A route of the interface whose handler reads the body itself."""

    def get_route_handler(self) -> Handler:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            response = await self._answer(request, handle)
            if request.method == "GET" and response.status_code == 200:
                response = _if_changed(request, response)
            elif request.method in ("PUT", "PATCH") and response.status_code == 200 and response.body:
                response.headers["ETag"] = etag_of(bytes(response.body))
            response.headers.update(limit_headers(request))
            return response

        return answer

    async def _answer(self, request: Request, handle: Handler) -> Response:
        return await handle(request)


class ApiRoute(StreamedRoute):
    """A route of the interface whose body is JSON, if there is any."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            options["dependencies"] = [*(options.get("dependencies") or ()), Depends(_answer_once)]  # after the guard
        super().__init__(path, endpoint, **options)

    async def _answer(self, request: Request, handle: Handler) -> Response:
        if self.body_field is not None:
            _check_is_json(request)
        try:
            response = await handle(request)
        except _AnsweredBefore as before:
            return _again(before.answer)
        keyed = getattr(request.state, "keyed_request", None)
        if keyed is not None and response.status_code < 300 and not getattr(request.state, "gives_secret", False):
            await run_in_threadpool(_keep_answer, request, keyed, response)
        return response


def api_router(tag: str) -> APIRouter:
    """Return a router for a part of the interface, under ``/api/v1``."""
    return APIRouter(prefix="/api/v1", route_class=ApiRoute, responses=PROBLEMS, tags=[tag])


def streamed_router(tag: str) -> APIRouter:
    """Return a router for handlers that read the body themselves while it comes in."""
    return APIRouter(prefix="/api/v1", route_class=StreamedRoute, responses=PROBLEMS, tags=[tag])


def _if_changed(request: Request, response: Response) -> Response:
    """Return the answer with its ETag, or that the program has it already."""
    body = getattr(response, "body", b"")
    tag = response.headers.get("ETag") or (etag_of(bytes(body)) if body else None)
    if tag is None:
        return response
    response.headers["ETag"] = tag
    response.headers["Vary"] = "Authorization, Cookie"
    if not _names(request.headers.get("if-none-match", ""), tag):
        return response
    kept = {n: v for n, v in response.headers.items() if n in ("etag", "vary", "link")}
    return Response(status_code=304, headers=kept)


def _names(header: str, tag: str) -> bool:
    """Say whether a header of ETags names this one.

    >>> _names('"a", W/"b"', '"b"'), _names("*", '"b"'), _names('"a"', '"b"'), _names("", '"b"')
    (True, True, False, False)
    """
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in named or "*" in named


class Precondition:
    """What a change is based on, as the header `If-Match` says."""

    def __init__(
        self,
        if_match: Annotated[
            str | None,
            Header(description="ETag of the record as it was read: if it stands otherwise by now, 412."),
        ] = None,
    ) -> None:
        self._if_match = if_match

    def check(self, body: BaseModel) -> None:
        """Check that the record as it stands, in the form in which reading gives it, is the one that was read.

        Raises:
            Outdated: it is another.
        """
        if self._if_match is not None and not _names(self._if_match, etag_of(body.model_dump_json().encode())):
            raise Outdated("The record has changed since you read it; read it again, and repeat what is still right.")


IfMatch = Annotated[Precondition, Depends(Precondition)]
"""Of a handler that changes a record: it calls `check` with the record as it stands, inside the change."""


def _gives_secret(request: Request) -> None:
    request.state.gives_secret = True


GIVES_SECRET = Depends(_gives_secret)
"""Of a handler whose answer holds a secret: it is not kept for a request that comes again."""


def _check_is_json(request: Request) -> None:
    """Check that a body says that it is JSON.

    Raises:
        WrongMediaType: it says something else, or nothing.
    """
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_empty = not said and request.headers.get("content-length", "0") == "0"
    if said != "application/json" and not (said.startswith("application/") and said.endswith("+json")) and not is_empty:
        raise WrongMediaType(
            f"The body is sent as {said[:60] or 'nothing in particular'!r}; send JSON, with the header "
            "Content-Type: application/json."
        )


class _AnsweredBefore(Exception):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer


async def _answer_once(
    request: Request,
    here: AtHand,
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=MAX_KEY_LETTERS,
            description="Chosen by the sender for this request. The same key with the same request is answered again "
            "and carried out once, for seven days; with another request it is a conflict.",
            examples=["5b0c3d1e-decision-17"],
        ),
    ] = None,
) -> None:
    """Answer a request that has been carried out, or have the rest of this one remember that it is."""
    if idempotency_key is None:
        return
    if not idempotency_key or not idempotency_key.isascii() or not idempotency_key.isprintable():
        raise UsageError(
            f"An Idempotency-Key has up to {MAX_KEY_LETTERS} letters, digits and signs of ASCII; choose another."
        )
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    keyed = KeyedRequest(here.caller, idempotency_key, hashlib.sha256(asked).hexdigest())
    answer = await run_in_threadpool(Requests(here.receiving).answer_to, keyed)
    if answer is not None:
        raise _AnsweredBefore(answer)
    request.state.keyed_request = keyed
    carry_out(keyed)


def _again(answer: Answer) -> Response:
    headers = {"Idempotency-Replayed": "true"} | ({"Location": answer.location} if answer.location else {})
    return Response(answer.body or None, answer.status, headers, "application/json" if answer.body else None)


def _keep_answer(request: Request, keyed: KeyedRequest, response: Response) -> None:
    """Keep the answer; if that fails the change stands all the same, and a repeat is told so."""
    answer = Answer(response.status_code, response.headers.get("location", ""), bytes(response.body).decode())
    try:
        Requests(request.app.state.house.store).keep_answer(keyed, answer)
    except (Conflict, DatabaseFailure, SvdocsError) as error:
        log.warning("the answer to %s was not kept (%s)", request.url.path, type(error).__name__)
