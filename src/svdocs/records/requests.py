"""Requests that are carried out once, however often they are sent: by a key that the sender gives to each.

That a request was carried out is written in the one transaction of its change, so that the two stand or fall together,
even if the program is killed between the change and the answer. The answer is written down after it. What was refused
is not remembered: nothing was changed, and the same key may be tried again.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session, col

from svdocs.errors import Conflict
from svdocs.records.receiving import RECEIPT_DAYS
from svdocs.records.request_tables import AnsweredRequest
from svdocs.records.store import Store

_REMEMBERED = timedelta(days=RECEIPT_DAYS)
_CLOSED = 409
"""What stands in the place of an answer's status once the answer is no longer kept; one that is kept is below 300."""


@dataclass(slots=True)
class KeyedRequest:
    """A request with the key that its sender gave to it."""

    caller: str
    key: str
    sha256: str
    """Over what was asked for."""
    is_remembered: bool = False
    """Whether a transaction of it has written down that it was carried out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with."""

    status: int
    location: str
    body: str


_carried_out: ContextVar[KeyedRequest | None] = ContextVar("carried_out", default=None)


def carry_out(request: KeyedRequest) -> None:
    """Have the transactions of the rest of this web request remember that it was carried out."""
    _carried_out.set(request)


class Requests:
    """The requests with a key that one database has carried out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def answer_to(self, request: KeyedRequest) -> Answer | None:
        """Return what the same request was answered with before; None for one that is to be carried out.

        Raises:
            Conflict: the key came with another request, or what was answered is not known.
        """
        with self._store.reading() as session:
            row = session.get(AnsweredRequest, (request.caller, request.key))
        if row is None or row.given_at < datetime.now(UTC) - _REMEMBERED:
            return None
        if row.request_sha256 != request.sha256:
            raise Conflict(
                "This Idempotency-Key came with another request before; send the same again, or give this one a key "
                "of its own."
            )
        if row.status is None:
            raise Conflict(
                "The request with this Idempotency-Key has been carried out, and its answer was not kept: look at the "
                "record that it changes. It is not carried out again."
            )
        if row.status == _CLOSED:
            raise Conflict(
                "The request with this Idempotency-Key has been carried out. Its answer is no longer kept, because you "
                "have declared a conflict of interest since: look at the record that it changes. It is not carried out "
                "again."
            )
        return Answer(row.status, row.location, row.body)

    def keep_answer(self, request: KeyedRequest, answer: Answer) -> None:
        """Keep what the request was answered with."""
        with self._store.writing() as session:
            if not request.is_remembered:
                _remember(session, request)
            unanswered = (
                col(AnsweredRequest.caller) == request.caller,
                col(AnsweredRequest.key) == request.key,
                col(AnsweredRequest.status).is_(None),  # else its caller has declared a conflict meanwhile
            )
            kept = {"status": answer.status, "location": answer.location, "body": answer.body}
            session.execute(update(AnsweredRequest).where(*unanswered).values(**kept))


def forget_answers(session: Session, caller: str) -> None:
    """Keep of a caller's requests only that they were carried out: what was answered may be closed to them by now."""
    own = update(AnsweredRequest).where(col(AnsweredRequest.caller) == caller)
    session.execute(own.values(status=_CLOSED, location="", body=""))


def _remember(session: Session, request: KeyedRequest) -> None:
    """Write down that the request was carried out; those of long ago are taken away.

    Raises:
        Conflict: the same request has been carried out at the same moment.
    """
    session.execute(delete(AnsweredRequest).where(col(AnsweredRequest.given_at) < datetime.now(UTC) - _REMEMBERED))
    if session.get(AnsweredRequest, (request.caller, request.key)) is not None:
        raise Conflict("The same request is being carried out at this moment; send it again for its answer.")
    session.add(AnsweredRequest(caller=request.caller, key=request.key, request_sha256=request.sha256))
    session.flush()
    request.is_remembered = True


@event.listens_for(AnySession, "before_commit")
def _remember_with_the_change(session: AnySession) -> None:
    """Write that the request was carried out into the transaction of what it changes."""
    request = _carried_out.get()
    if request is None or request.is_remembered or session.in_nested_transaction() or not isinstance(session, Session):
        return
    _remember(session, request)
