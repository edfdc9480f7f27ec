"""The interface's own description, OpenAPI 3.1: what the framework finds, with what holds of every address."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

ABOUT = """\
Programs bring documents in, read what was found in them, and record what people decide.

* A list is a page: `items`, and `next`, the address of the next page.
* A reading answer has an `ETag`; send it as `If-None-Match` and 304 says that nothing has changed. Send it as
  `If-Match` with a change, and 412 says that the record has changed meanwhile.
* A `POST` takes an `Idempotency-Key`: sent again with the same key it is answered again and carried out once.
* An error is `application/problem+json`: what is wrong, why, and what to do.
* What you may not know of is answered like what there is not: 404.
"""
_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Tells this answer from another.", "schema": {"type": "string"}},
    "Link": {"description": "The next page, as `rel=next`.", "schema": {"type": "string"}},
    "RateLimit": {
        "description": "How many requests are left, `r`, and in how many seconds all are there again, `t`.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "How many requests are allowed at once, `q`, and in a window of so many seconds, `w`.",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}},
    "Location": {"description": "Address of what was made.", "schema": {"type": "string"}},
}
_IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag of the answer that you have: if it is still the same, 304.",
}
_UNCHANGED = {"description": "You have this answer already."}
_PROBLEM = "application/problem+json"
_SECURITY: dict[str, dict[str, Any]] = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key of a program: `svdocs keys add`."},
    "browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": "svdocs",
        "description": "A sign-in; a change needs its token in the header X-CSRF-Token.",
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the interface's description; it is made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", description=ABOUT, routes=app.routes
    )
    made["components"]["securitySchemes"] = _SECURITY
    made["security"] = [{"key": []}, {"browser": []}, {}]
    made["servers"] = [{"url": "/"}]
    made["components"]["headers"] = _HEADERS
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/api/"):
                _complete(method, operation)
    return made


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Write into an operation what all of its kind answer."""
    responses: dict[str, Any] = operation["responses"]
    for status, response in responses.items():
        if status[0] in "45":
            content = response.get("content", {})
            if "application/json" in content:
                response["content"] = {_PROBLEM: content["application/json"]}
        response["headers"] = response.get("headers", {}) | _named(*_headers_of(method, status, response))
    if method == "get" and "200" in responses:
        responses["304"] = _UNCHANGED | {"headers": _named("ETag")}
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)


def _headers_of(method: str, status: str, response: dict[str, Any]) -> list[str]:
    names = ["RateLimit", "RateLimit-Policy"]
    if status[0] in "45":
        return [*names, "Retry-After"]
    if status == "201":
        names.append("Location")
    if method != "post" and status == "200":
        names.append("ETag")
    shape = str(response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", ""))
    return [*names, "Link"] if "/Page_" in shape else names


def _named(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
