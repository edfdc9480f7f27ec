"""The reference of the interface for programs, from its own description and without script."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from svdocs.records.people_tables import Scope
from svdocs.web.here import AtHand
from svdocs.web.render import render
from svdocs.web.rights import needs_scope

router = APIRouter(include_in_schema=False)
DESCRIPTION_ADDRESS = "/api/v1/openapi.json"


@router.get(DESCRIPTION_ADDRESS, dependencies=[needs_scope(Scope.read)])
def show_description(request: Request, here: AtHand) -> Response:
    """Return what the interface offers, as OpenAPI 3.1."""
    app: FastAPI = request.app
    return JSONResponse(app.openapi())


@router.get("/docs", dependencies=[needs_scope(Scope.read)])
def show_reference(request: Request, here: AtHand) -> Response:
    """Show what the interface offers."""
    app: FastAPI = request.app
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "does": operation.get("description", "").split("\n")[0],
            "part": operation["tags"][0],
        }
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "reference.html", operations=operations, address=DESCRIPTION_ADDRESS)
