"""The accounts: added, given a new password and disabled by an administrator, who reads no bid."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotAllowed
from svdocs.records.keys import Keys
from svdocs.records.passwords import new_password
from svdocs.records.people_tables import Person
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.paging import cut_page
from svdocs.web.render import go, render
from svdocs.web.rights import needs_administrator

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/people", dependencies=[needs_administrator()])
def list_people(request: Request, here: AtHand) -> Response:
    """Show all accounts and the form that adds one."""
    return _list_page(request, here, Form())


@router.post("/people", dependencies=[needs_administrator()])
def add_person(request: Request, here: AtHand, form: Sent) -> Response:
    """Add an account, and show its first password this once."""
    _check_in_person(here)
    name = form.needed("name", "Enter the person's name")
    email = form.needed("email", "Enter the person's e-mail address")
    signs_in_elsewhere = form.value("sign_in") == "organisation"
    if form.errors:
        return _list_page(request, here, form)
    password = None if signs_in_elsewhere else new_password()
    with form.taking("email"):
        person = here.people.add(email, name, password, by=_by(here),
                                 is_administrator=form.value("administrator") == "yes")  # fmt: skip
    if form.errors:
        return _list_page(request, here, form)
    if password is None:
        return go(request, f"/people/{person.id}", f"Account added for {person.name}")
    return render(request, "first_password.html", person=person, password=password, is_new=True)


@router.get("/people/{person_id}", dependencies=[needs_administrator()])
def show_person(request: Request, here: AtHand, person_id: str) -> Response:
    """Show one account with its roles and keys, and what can be done about it."""
    person = here.people.person(person_id)
    titles = {p.id: p.title for p in here.store.procurements()}
    roles = [(titles[p], held) for p, held in here.people.roles_of(person_id).items() if p in titles]
    return render(
        request,
        "person.html",
        person=person,
        roles=sorted(roles),
        sign_ins=here.people.sign_ins_of(person_id),
        keys=Keys(here.store).keys_of(person_id),
        is_self=here.visitor.caller.person_id == person_id,
    )


@router.post("/people/{person_id}/password", dependencies=[needs_administrator()])
def reset_password(request: Request, here: AtHand, person_id: str) -> Response:
    """Give a person a new password, shown this once; they are signed out everywhere."""
    _check_in_person(here)
    password = new_password()
    person = here.people.set_password(_other(here, person_id).id, password, by=_by(here))
    return render(request, "first_password.html", person=person, password=password, is_new=False)


@router.post("/people/{person_id}/second-factor", dependencies=[needs_administrator()])
def reset_second_factor(request: Request, here: AtHand, person_id: str) -> Response:
    """Take a person's second factor away, as when they have lost their telephone."""
    person = here.people.forget_second_factor(_other(here, person_id).id, by=_by(here))
    return go(request, f"/people/{person_id}", f"{person.name} signs in without a second factor now")


@router.get("/people/{person_id}/disable", dependencies=[needs_administrator()])
def ask_to_disable(request: Request, here: AtHand, person_id: str) -> Response:
    """Ask whether the account shall be disabled: there is no way back."""
    return render(request, "disable_person.html", person=_other(here, person_id))


@router.post("/people/{person_id}/disable", dependencies=[needs_administrator()])
def disable_person(request: Request, here: AtHand, person_id: str) -> Response:
    """Disable an account."""
    person = here.people.disable(_other(here, person_id).id, by=_by(here))
    return go(request, "/people", f"The account of {person.name} is disabled")


@router.post("/people/{person_id}/keys/{key_id}/revoke", dependencies=[needs_administrator()])
def revoke_key(request: Request, here: AtHand, person_id: str, key_id: str) -> Response:
    """Take back a key of somebody's."""
    key = Keys(here.store).revoke(key_id, of=person_id, by=_by(here))
    return go(request, f"/people/{person_id}", f"The key “{key.name}” is valid no more")


def _by(here: Here) -> str:
    return here.visitor.name or here.visitor.caller.name


def _other(here: Here, person_id: str) -> Person:
    """Return somebody else's account.

    Raises:
        NotFound: there is no such account.
        NotAllowed: it is the administrator's own, which their account page is for, or a program asks.
    """
    _check_in_person(here)
    if here.visitor.caller.person_id == person_id:
        raise NotAllowed("This is your own account; the page of your account is for that.")
    return here.people.person(person_id)


def _check_in_person(here: Here) -> None:
    if here.visitor.key_id is not None:
        raise NotAllowed("No key may do this; sign in and do it yourself.")


def _list_page(request: Request, here: Here, form: Form) -> Response:
    everybody = here.people.everybody()
    return render(
        request,
        "people.html",
        form=form,
        shown=cut_page(request, everybody),
        is_first=not everybody,
        has_provider=here.settings.oidc is not None,
    )
