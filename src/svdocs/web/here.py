"""What a handler asks for in its signature: who asks, and the store as they may see it.

Whatever handler takes `AtHand` can be reached only by somebody who may use the service; those that take `AtTheDoor`
are open to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from svdocs.errors import NotFound
from svdocs.records.audit import act_as
from svdocs.records.openings import Openings
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store
from svdocs.records.tables import Document, Procurement
from svdocs.settings import Settings
from svdocs.web.identity import IdentityDesk
from svdocs.web.uploads import Reception
from svdocs.web.visitors import READING, Door, Visitor, check_form_token


@dataclass(frozen=True, slots=True)
class House:
    """What one application works on, whoever asks."""

    store: Store
    settings: Settings
    reception: Reception
    people: People
    door: Door
    openings: Openings
    identity: IdentityDesk | None


@dataclass(frozen=True, slots=True)
class Here:
    """What one request works on."""

    store: Store
    """The records as the visitor may see them."""
    settings: Settings
    reception: Reception
    people: People
    door: Door
    visitor: Visitor
    openings: Openings
    receiving: Store
    """The records whole: for documents that come into a procurement whose guard has let the visitor pass."""

    @property
    def caller(self) -> str:
        """Whose the keys are that come with uploads: two accounts may choose the same."""
        return self.visitor.caller.person_id or ""

    def may_read(self, document: Document) -> bool:
        """Say whether the visitor may read a document that has come in; of a sealed one there is only a receipt."""
        try:
            self.store.document(document.id)
        except NotFound:
            return False
        return True

    def add_procurement(self, title: str, buyer: str, value_gbp: Decimal | None = None, starts: date | None = None,
                        ends: date | None = None) -> Procurement:  # fmt: skip
        """Return a new procurement, whose lead is the visitor.

        Raises:
            UsageError: no title, a value below nought, or an end before the start.
        """
        procurement = self.store.add_procurement(title, buyer, value_gbp, starts, ends)
        if self.visitor.person is not None:
            self.people.grant(self.visitor.person.id, procurement.id, Role.lead, by=self.visitor.name)
        return procurement


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


AtTheDoor = Annotated[House, Depends(_house)]


def _here(request: Request, house: AtTheDoor) -> Here:
    visitor = house.door.visitor_of(request)
    request.state.visitor = visitor
    if request.url.path.startswith("/api/") and visitor.key_id is None and request.method not in READING:
        check_form_token(visitor, request.headers.get("x-csrf-token", ""))
    request.state.caller = visitor.caller.person_id or ""
    return Here(
        house.store.seen_by(visitor.caller),
        house.settings,
        house.reception,
        house.people,
        house.door,
        visitor,
        house.openings,
        house.store,
    )


async def _acting(here: Annotated[Here, Depends(_here)]) -> Here:
    """Have the audit trail name the visitor in what this request changes.

    Not a part of `_here`, which runs in a thread: what is set there would be forgotten with it.
    """
    act_as(here.visitor.caller.name)
    return here


AtHand = Annotated[Here, Depends(_acting)]


async def check_form(request: Request, here: AtHand) -> None:
    """Check that a form of a page comes from the page that the visitor was given.

    Raises:
        NotAllowed: it does not.
    """
    if here.visitor.form_token and request.method not in READING:
        sent = (await request.form()).get("csrf")
        check_form_token(here.visitor, sent if isinstance(sent, str) else "")
