"""A person's own keys for programs: made, shown once, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotAllowed, NotFound
from svdocs.records.keys import MAX_DAYS, Keys
from svdocs.records.people_tables import Person, Scope
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/account/keys")
def list_keys(request: Request, here: AtHand) -> Response:
    """Show a person's keys and the form that makes one."""
    return _page(request, here, Form())


@router.post("/account/keys")
def add_key(request: Request, here: AtHand, form: Sent) -> Response:
    """Make a key, and show its words this once."""
    person = _person(here)
    name = form.needed("name", "Enter what the key is for")
    scopes = [Scope(s) for s in form.all("scopes") if s in set(Scope)]
    if not scopes:
        form.refuse("scopes", "Select at least one thing that the key may do")
    days = form.number("days", "Enter for how many days the key is valid")
    if days is not None and (days != int(days) or not 1 <= days <= MAX_DAYS):
        form.refuse("days", f"Enter a whole number of days from 1 to {MAX_DAYS}")
    offered = {p.id for p in here.store.procurements()}
    chosen = [p for p in form.all("procurements") if p in offered]
    if form.value("within") == "some" and not chosen:
        form.refuse("procurements", "Select at least one procurement, or all of yours")
    if form.errors or days is None:
        return _page(request, here, form)
    procurements = chosen if form.value("within") == "some" else None
    key, words = Keys(here.store).add(
        person.id, name, scopes, days=int(days), procurements=procurements, by=person.name
    )
    return render(request, "new_key.html", key=key, words=words)


@router.post("/account/keys/{key_id}/revoke")
def revoke_key(request: Request, here: AtHand, key_id: str) -> Response:
    """Take a key back."""
    person = _person(here)
    key = Keys(here.store).revoke(key_id, of=person.id, by=person.name)
    return go(request, "/account/keys", f"The key “{key.name}” is valid no more")


def _person(here: Here) -> Person:
    """Return who is signed in.

    Raises:
        NotFound: there are no accounts.
        NotAllowed: a program asks: no key makes keys.
    """
    if here.visitor.key_id is not None:
        raise NotAllowed("No key may do this; sign in and do it yourself.")
    if here.visitor.person is None:
        raise NotFound("There are no accounts yet, and no keys are needed; the page of people adds the first account.")
    return here.visitor.person


def _page(request: Request, here: Here, form: Form) -> Response:
    person = _person(here)
    titles = {p.id: p.title for p in here.store.procurements()}
    return render(
        request,
        "keys.html",
        form=form,
        person=person,
        keys=list(reversed(Keys(here.store).keys_of(person.id))),
        scopes=list(Scope),
        titles=titles,
        max_days=MAX_DAYS,
        now=datetime.now(UTC),
    )
