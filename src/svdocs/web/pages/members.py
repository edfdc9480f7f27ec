"""Who may do what in a procurement, and the opening of its bids by two people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from svdocs.clock import from_uk_clock
from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Right
from svdocs.records.people_tables import Role
from svdocs.records.tables import word_named
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_MEMBERS = "/procurements/{procurement_id}/members"
_OPENING = "/procurements/{procurement_id}/opening"


@router.get(_MEMBERS, dependencies=[needs(Right.look)])
def show_members(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show who has which role, and the opening of the bids."""
    return _page(request, here, procurement_id)


@router.post(_MEMBERS, dependencies=[needs(Right.manage_members)])
def grant_role(
    request: Request,
    here: AtHand,
    procurement_id: str,
    email: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
) -> Response:
    """Give a person a role."""
    if role not in set(Role):
        return _page(request, here, procurement_id, [("role", "Select the role")], {"email": email})
    try:
        person = here.people.person_of_email(email)
        here.people.grant(person.id, procurement_id, Role(role), by=here.visitor.name)
    except (NotFound, UsageError):
        said = "Nobody who can be a member has an account with this address; ask an administrator to add them"
        return _page(request, here, procurement_id, [("email", said)], {"email": email, "role": role})
    return RedirectResponse(f"/procurements/{procurement_id}/members", 303)


@router.post(_MEMBERS + "/revoke", dependencies=[needs(Right.manage_members)])
def revoke_role(
    here: AtHand,
    procurement_id: str,
    person_id: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
) -> Response:
    """Take a role away from a person."""
    here.people.revoke(person_id, procurement_id, word_named(Role, role, "a role"), by=here.visitor.name)
    return RedirectResponse(f"/procurements/{procurement_id}/members", 303)


@router.post(_OPENING + "-time", dependencies=[needs(Right.change)])
def set_opening_time(
    request: Request, here: AtHand, procurement_id: str, opens_at: Annotated[str, Form()] = ""
) -> Response:
    """Set when bids may be opened, by the clock in the United Kingdom; nothing for bids that are not sealed."""
    try:
        at = from_uk_clock(datetime.fromisoformat(opens_at)) if opens_at.strip() else None
        here.openings.set_time(procurement_id, at, here.visitor.caller)
    except ValueError:
        said = "Enter a day and a time, such as 2027-03-31T12:00"
        return _page(request, here, procurement_id, [("opens_at", said)], {"opens_at": opens_at})
    except (Conflict, UsageError) as error:
        return _page(
            request, here, procurement_id, [("opens_at", str(error))], {"opens_at": opens_at}, error.http_status
        )
    return RedirectResponse(f"/procurements/{procurement_id}/members", 303)


@router.post(_OPENING, dependencies=[needs(Right.open_bids)])
def confirm_opening(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Confirm that the bids are opened; the second person's word opens them."""
    try:
        opening = here.openings.confirm(procurement_id, here.visitor.caller)
    except Conflict as error:
        return _page(request, here, procurement_id, [("confirm", str(error))], {}, error.http_status)
    follows = f"/procurements/{procurement_id}"
    return RedirectResponse(f"{follows}/members" if opening.is_sealed else follows, 303)


def _page(
    request: Request,
    here: Here,
    procurement_id: str,
    errors: list[tuple[str, str]] | None = None,
    values: dict[str, str] | None = None,
    status: int | None = None,
) -> Response:
    caller, opening = here.visitor.caller, here.openings.opening_of(procurement_id)
    return render(
        request,
        "members.html",
        status=status or (422 if errors else 200),
        procurement=here.store.procurement(procurement_id),
        members=here.people.members_of(procurement_id),
        roles=list(Role),
        may_manage=caller.may(Right.manage_members, procurement_id),
        may_change=caller.may(Right.change, procurement_id) and not caller.is_alone,
        may_open=caller.may(Right.open_bids, procurement_id),
        opening=opening,
        is_time=opening.opens_at is not None and datetime.now(UTC) >= opening.opens_at,
        has_confirmed=caller.person_id in opening.confirmed_ids,
        has_just_signed_in=here.visitor.has_just_signed_in,
        errors=errors or [],
        values={"email": "", "role": "", "opens_at": ""} | (values or {}),
    )
