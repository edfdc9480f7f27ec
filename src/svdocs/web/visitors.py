"""Who sends a request: found from the cookie or the key, before any handler runs.

With no account in the records there is one visitor, the person at this machine, and nobody signs in; `svdocs serve`
listens on the loopback address only then. As soon as there is one account, everybody signs in.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotAllowed, NotSignedIn
from svdocs.records.access import AT_THIS_MACHINE, Caller
from svdocs.records.keys import Keys
from svdocs.records.people import LONGEST, People
from svdocs.records.people_tables import Person, Scope
from svdocs.web.limits import Limits

FRESH = timedelta(minutes=15)
"""How long after signing in a person may do what asks for a fresh sign-in."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN = "Sign in first; the page that you asked for follows."
_KEY = "The key is not valid: it is wrong, has expired or was taken back; `svdocs keys` makes another."
_OLD_FORM = "The form is from an earlier sign-in, so nothing was changed; open the page again and repeat."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sends a request."""

    caller: Caller
    person: Person | None = None
    """None for the person at a machine without accounts."""
    signed_in_at: datetime | None = None
    """When the person proved who they are; None for a program and at a machine without accounts."""
    key_id: str | None = None
    """Of a program's key."""
    form_token: str = field(default="", repr=False)
    """What each form sends back, so that no page of another site can send it; empty where nobody signs in."""

    @property
    def name(self) -> str:
        """What stands with their decisions; empty where the form asks for it."""
        return "" if self.caller.is_alone else self.caller.name

    @property
    def sender(self) -> str:
        """Under what their requests are counted: their key, or their account."""
        return f"key {self.key_id}" if self.key_id else f"person {self.caller.person_id}"

    @property
    def has_just_signed_in(self) -> bool:
        """Whether they proved who they are so lately that they may do what cannot be undone."""
        return self.signed_in_at is not None and datetime.now(UTC) - self.signed_in_at < FRESH


@dataclass(frozen=True, slots=True)
class Door:
    """What lets people in: the accounts, the limits, and whether cookies travel by https only."""

    people: People
    keys: Keys
    limits: Limits
    is_https: bool

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a sign-in's secret."""
        return "__Host-svdocs" if self.is_https else "svdocs"

    def token_of(self, request: Request) -> str | None:
        """Return the secret of the sign-in that a browser sends, whether it stands or not."""
        return request.cookies.get(self.cookie)

    def visitor_of(self, request: Request) -> Visitor:
        """Return who sends the request.

        Raises:
            NotSignedIn: there are accounts, and the request comes from none of them.
            NotAllowed: a change is asked for without the token of the visitor's own forms.
            TooMany: the sender has sent too many requests.
        """
        if not self.people.is_anybody():
            return Visitor(AT_THIS_MACHINE)
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return self._program(authorization, request)
        token = self.token_of(request)
        signed_in = self.people.signed_in(token) if token else None
        if token is None or signed_in is None:
            raise NotSignedIn(_SIGN_IN)
        person = signed_in.person
        caller = Caller(person.name, person.id, person.is_administrator, signed_in.roles)
        visitor = Visitor(caller, person, signed_in.begun_at, form_token=form_token_of(token))
        request.state.left = self.limits.requests.take(visitor.sender)
        return visitor

    def _program(self, authorization: str, request: Request) -> Visitor:
        scheme, _, words = authorization.partition(" ")
        use = self.keys.use(words.strip()) if scheme.lower() == "bearer" else None
        if use is None:
            self.limits.strangers.take(address_of(request))
            raise NotSignedIn(_KEY)
        key, person = use.key, use.person
        caller = Caller(
            person.name,
            person.id,
            person.is_administrator,
            self.people.roles_of(person.id),
            frozenset(Scope(s) for s in key.scopes),
            None if key.procurements is None else frozenset(key.procurements),
        )
        visitor = Visitor(caller, person, key_id=key.id)
        request.state.left = self.limits.requests.take(visitor.sender)
        return visitor

    def let_in(self, response: Response, request: Request, person: Person) -> None:
        """Sign the person in and give their browser the secret of it."""
        token = self.people.sign_in(person.id, instead_of=self.token_of(request))
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(LONGEST.total_seconds()),
            path="/",
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )

    def let_out(self, response: Response, request: Request) -> None:
        """Sign the browser's person out."""
        token = self.token_of(request)
        if token:
            self.people.sign_out(token)
        response.delete_cookie(self.cookie, path="/", secure=self.is_https, httponly=True, samesite="lax")


def form_token_of(token: str) -> str:
    """Return the token of a sign-in's forms: it follows from the sign-in's secret, and the secret not from it."""
    return hmac.new(token.encode(), b"svdocs form", hashlib.sha256).hexdigest()


def check_form_token(visitor: Visitor, sent: str) -> None:
    """Check that a form comes from a page that this visitor was given.

    Raises:
        NotAllowed: it does not.
    """
    if visitor.form_token and not hmac.compare_digest(visitor.form_token.encode(), sent.encode()):
        raise NotAllowed(_OLD_FORM)


def address_of(request: Request) -> str:
    """Return the address that a request comes from, as far as the connection or a trusted proxy tells."""
    return request.client.host if request.client else ""
