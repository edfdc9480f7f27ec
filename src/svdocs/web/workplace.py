"""What the pages of the workplace share: whose decisions they take, and what a statement's card needs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from svdocs.records.access import Right
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import Procurement
from svdocs.records.turns import Turns
from svdocs.review.queue import Order
from svdocs.web.here import Here
from svdocs.web.shown_statement import ShownStatement

NAME_COOKIE = "svdocs-name"
"""Where nobody signs in, the name that somebody gave with a decision, so that the next form has it already."""
MOST_NAME = 200
REASONS = {
    "no_promise": "It states nothing that somebody will do",
    "stated_elsewhere": "The same is stated elsewhere in the bid",
    "other_contract": "It speaks of another contract or another place",
    "read_wrongly": "The words were read wrongly",
    "not_social_value": "It has nothing to do with social value",
}
"""Reasons for rejecting that one key gives; any other is written."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the cards of a document's statements need beside the statement itself.

    Attributes:
        person: under whose name decisions are kept; empty where the form must ask.
        signed_in: whether that is the person who signed in, so that no form asks for it.
        others: the ids of the procurement's documents by name, for links to the evidence of a verdict.
        queue: in which order the visitor goes through the procurement's queue; None where they came another way.
        reasons: those for rejecting that are offered, by the key that gives them.
    """

    record: DocumentRecord
    procurement: Procurement
    person: str
    signed_in: bool
    may_decide: bool
    others: dict[str, str]
    queue: Order | None = None
    reasons: tuple[tuple[str, str], ...] = tuple(REASONS.items())

    @property
    def asked(self) -> str:
        """What addresses of this desk end with, so that the way through the queue is not lost."""
        return f"?queue={self.queue.value}" if self.queue else ""

    def address_of(self, key: str) -> str:
        """Return the reader's address with a statement open."""
        return reader_address(self.record.id, key, self.queue)


def desk_of(request: Request, here: Here, record: DocumentRecord, statements: Sequence[ShownStatement] = ()) -> Desk:
    """Return what the cards of a document's statements need.

    Args:
        request: of the visitor, with the cookie of their name.
        here: the records as they may see them.
        record: the document.
        statements: those to be shown, whose evidence may stand in other documents.
    """
    procurement = here.store.procurement(record.document.procurement_id)
    cited = {str((r.get("evidence") or {}).get("document") or "") for s in statements for r in s.reasons} - {""}
    return Desk(
        record=record,
        procurement=procurement,
        person=here.visitor.name or name_given(request),
        signed_in=bool(here.visitor.name),
        may_decide=here.visitor.caller.may(Right.decide, procurement.id),
        queue=order_asked(request),
        others=Turns(here.store).named(procurement.id, cited),
    )


def reader_address(document_id: str, key: str, queue: Order | None = None) -> str:
    """Return the reader's address with a statement open, on the way through the queue or not.

    >>> reader_address("d1", "k2"), reader_address("d1", "k2", Order.doubt)
    ('/documents/d1?statement=k2#statement-k2', '/documents/d1?statement=k2&queue=doubt#statement-k2')
    """
    way = f"&queue={queue.value}" if queue else ""
    return f"/documents/{document_id}?statement={key}{way}#statement-{key}"


def order_asked(request: Request) -> Order | None:
    """Return in which order the visitor goes through the queue, if they do: the address says so."""
    asked = request.query_params.get("queue", "")
    return Order(asked) if asked in set(Order) else None


def name_given(request: Request) -> str:
    """Return the name that somebody gave with an earlier decision, where nobody signs in."""
    return " ".join(unquote(request.cookies.get(NAME_COOKIE, "")).split())[:MOST_NAME]


def remember_name(answer: Response, here: Here, person: str) -> None:
    """Keep a name for the forms that follow, until the browser is closed."""
    if not here.visitor.name and person.strip():
        name = quote(" ".join(person.split())[:MOST_NAME])
        answer.set_cookie(NAME_COOKIE, name, path="/", httponly=True, samesite="strict")
