"""What the words on the pages mean, and how an officer's work goes."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from svdocs.intake.safety import MAX_FILE_BYTES
from svdocs.records.people_tables import Scope
from svdocs.web.here import AtHand
from svdocs.web.render import render
from svdocs.web.rights import needs_scope

router = APIRouter(include_in_schema=False)


@router.get("/help", dependencies=[needs_scope(Scope.read)])
def show_help(request: Request, here: AtHand) -> Response:
    """Show the help page."""
    return render(request, "help.html", limit_mib=MAX_FILE_BYTES // 2**20)
