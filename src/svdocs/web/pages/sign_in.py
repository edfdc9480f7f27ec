"""Signing in and out, and a person's own account."""

from __future__ import annotations

import hmac
import logging
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from svdocs.errors import NotFound, NotSignedIn, TooMany, UsageError
from svdocs.records.passwords import digest, new_totp_secret, totp_address
from svdocs.records.people_tables import Person
from svdocs.web.here import AtHand, AtTheDoor, Here, House, check_form
from svdocs.web.problems import answer_problem
from svdocs.web.render import render
from svdocs.web.visitors import address_of

router = APIRouter(include_in_schema=False)
own = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
log = logging.getLogger("svdocs.access")

STATE_COOKIE = "svdocs-state"
_WRONG = "The e-mail address, password or code is wrong. Check them and try again"


@router.get("/sign-in")
def show_sign_in(request: Request, house: AtTheDoor, next: str = "/") -> Response:
    """Show the form that signs a person in."""
    if not house.people.is_anybody():
        return RedirectResponse("/", 303)
    return _sign_in_page(request, house, own_page(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    house: AtTheDoor,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign a person in and go to the page that they asked for."""
    follows, address = own_page(next), address_of(request)
    if not email.strip() or not password:
        missing = [(f, f"Enter your {w}") for f, w, v in (("email", "e-mail address", email.strip()),
                                                         ("password", "password", password)) if not v]  # fmt: skip
        return _sign_in_page(request, house, follows, missing, email, 422)
    try:
        house.door.limits.strangers.take(address)
        house.door.limits.attempts.take(digest(email.strip().lower()))
    except TooMany as error:
        log.warning("too many attempts to sign in from %s", address)
        answer = _sign_in_page(request, house, follows, [("email", str(error))], email, 429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    person = house.people.check(email, password, code)
    if person is None:
        log.warning("an attempt to sign in failed, from %s", address)
        return _sign_in_page(request, house, follows, [("email", _WRONG)], email, 401)
    log.info("%s signed in from %s", person.id, address)
    answer = RedirectResponse(follows, 303)
    house.door.let_in(answer, request, person)
    return answer


@router.get("/sign-in/identity")
def go_to_identity_provider(house: AtTheDoor, next: str = "/") -> Response:
    """Send the browser to the identity provider."""
    if house.identity is None:
        raise NotFound("No identity provider is configured here.")
    begun = house.identity.begin(own_page(next))
    answer = RedirectResponse(begun.address, 303)
    # Lax, because the browser comes back by a link on the provider's page.
    answer.set_cookie(STATE_COOKIE, digest(begun.state), max_age=600, path="/sign-in", httponly=True,
                      secure=house.door.is_https, samesite="lax")  # fmt: skip
    return answer


@router.get("/sign-in/return")
def come_back(request: Request, house: AtTheDoor, code: str = "", state: str = "", error: str = "") -> Response:
    """Take the browser back from the identity provider."""
    if house.identity is None:
        raise NotFound("No identity provider is configured here.")
    house.door.limits.strangers.take(address_of(request))
    if not hmac.compare_digest(request.cookies.get(STATE_COOKIE, "").encode(), digest(state).encode()):
        return answer_problem(request, 401, "This sign-in was not begun in this browser; sign in again.")
    if error or not code:
        return answer_problem(request, 401, "The identity provider did not sign you in; sign in again.")
    try:
        person, follows = house.identity.finish(code, state)
    except (NotSignedIn, NotFound) as problem:
        log.warning("a sign-in at the identity provider failed, from %s", address_of(request))
        return answer_problem(request, 401, str(problem))
    answer = RedirectResponse(own_page(follows), 303)
    answer.delete_cookie(STATE_COOKIE, path="/sign-in")
    house.door.let_in(answer, request, person)
    return answer


@own.post("/sign-out")
def sign_out(request: Request, here: AtHand) -> Response:
    """Sign the person out in this browser."""
    answer = RedirectResponse("/sign-in", 303)
    here.door.let_out(answer, request)
    return answer


@own.get("/account")
def show_account(request: Request, here: AtHand) -> Response:
    """Show a person's own account."""
    return _account_page(request, here)


@own.post("/account/password")
def set_password(
    request: Request, here: AtHand, old: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Set a new password, which signs the person out everywhere, and in again here."""
    person = _person(here)
    here.door.limits.attempts.take(digest(person.email))
    if not here.people.knows_password(person.id, old):
        return _account_page(request, here, [("old", "The present password is wrong")], 422)
    try:
        here.people.set_password(person.id, password, by=person.name)
    except UsageError as error:
        return _account_page(request, here, [("password", str(error))], 422)
    answer = RedirectResponse("/account", 303)
    here.door.let_in(answer, request, person)
    return answer


@own.post("/account/second-factor")
def set_second_factor(
    request: Request, here: AtHand, secret: Annotated[str, Form()] = "", code: Annotated[str, Form()] = ""
) -> Response:
    """Set the second factor with the secret that the page showed, or take it away."""
    person = _person(here)
    here.door.limits.attempts.take(digest(person.email))
    try:
        here.people.set_second_factor(person.id, secret or None, code, by=person.name)
    except (UsageError, ValueError) as error:
        said = str(error) if isinstance(error, UsageError) else "The code is wrong; enter the one that the app shows."
        return _account_page(request, here, [("code", said)], 422, secret)
    return RedirectResponse("/account", 303)


def own_page(address: str) -> str:
    """Return a page of this service that somebody asked for, or the first page for any other address.

    >>> own_page("/documents/1?a=b"), own_page("https://evil.example/"), own_page("//evil.example"), own_page("/\\\\x")
    ('/documents/1?a=b', '/', '/', '/')
    """
    parts = urlsplit(address)
    own_only = address.startswith("/") and not parts.netloc and not parts.scheme
    return address if own_only and address.isprintable() and "\\" not in address[:2] and address[:2] != "//" else "/"


def _person(here: Here) -> Person:
    if here.visitor.person is None or here.visitor.key_id:
        raise NotFound("There are no accounts yet; `svdocs people add` makes the first.")
    return here.visitor.person


def _sign_in_page(
    request: Request,
    house: House,
    next: str,
    errors: list[tuple[str, str]] | None = None,
    email: str = "",
    status: int = 200,
) -> Response:
    return render(
        request,
        "sign_in.html",
        status=status,
        errors=errors or [],
        email=email,
        next=next,
        has_provider=house.identity is not None,
    )


def _account_page(
    request: Request, here: Here, errors: list[tuple[str, str]] | None = None, status: int = 200, secret: str = ""
) -> Response:
    person = _person(here)
    secret = "" if person.totp_secret else secret or new_totp_secret()
    titles = {p.id: p.title for p in here.store.procurements()}
    roles = [(titles[p], rs) for p, rs in here.visitor.caller.roles.items() if p in titles]
    return render(
        request,
        "account.html",
        status=status,
        person=person,
        roles=sorted(roles),
        sign_ins=here.people.sign_ins_of(person.id),
        secret=secret,
        app_address=totp_address(secret, person.email) if secret else "",
        errors=errors or [],
    )
