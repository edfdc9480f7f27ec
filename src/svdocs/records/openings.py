"""Bids that stay closed until their time has come and two people have opened them.

Until then nobody reads them: `records.seen` leaves them out of every query. Handing in is allowed all the time, and
answered with a receipt. The clock alone opens nothing, and no earlier time can be set once a bid has come in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from svdocs.clock import in_uk_words
from svdocs.errors import Conflict, NotAllowed, UsageError
from svdocs.records.access import ROLES_WITH, Caller, Right
from svdocs.records.people import Clock
from svdocs.records.people_tables import Membership, OpeningConfirmation, Person
from svdocs.records.steps import row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, DocumentKind, EventKind, Procurement

NEEDED = 2
"""How many different people open bids."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How far the opening of a procurement's bids has come."""

    opens_at: datetime | None
    opened_at: datetime | None
    confirmed_by: tuple[str, ...] = ()
    """Names of those who have confirmed, in order."""
    confirmed_ids: tuple[str, ...] = ()

    @property
    def is_sealed(self) -> bool:
        """Whether bids are closed to everybody."""
        return self.opens_at is not None and self.opened_at is None


class Openings:
    """The openings of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def opening_of(self, procurement_id: str) -> Opening:
        """Return how far the opening of a procurement has come.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            return _opening(session, row_of(session, Procurement, procurement_id))

    def set_time(self, procurement_id: str, opens_at: datetime | None, caller: Caller) -> Procurement:
        """Return the procurement whose bids may be opened at `opens_at` at the earliest.

        Args:
            procurement_id: which.
            opens_at: the time; None where bids are not sealed at all.
            caller: who sets it.

        Raises:
            NotFound: there is no such procurement.
            UsageError: a time without a zone or in the past, or nobody has an account to open bids with.
            Conflict: bids have come in, and the time would move to an earlier one; or they are opened.
        """
        if opens_at is not None and opens_at.tzinfo is None:
            raise UsageError(f"{opens_at}: say in which time zone, such as {opens_at.isoformat()}+00:00.")
        if opens_at is not None and caller.is_alone:
            raise UsageError("Two people with accounts open sealed bids; add them first with `svdocs people add`.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            if procurement.opens_at == opens_at:
                return procurement
            _check_move(session, procurement, opens_at, self._now())
            procurement.opens_at = opens_at
            told = {"opens_at": opens_at and opens_at.isoformat()}
            tell(session, EventKind.opening_time_set, procurement, person=caller.name, details=told)
            return procurement

    def confirm(self, procurement_id: str, caller: Caller) -> Opening:
        """Return the opening with the caller's confirmation; with the second person's, bids are opened.

        Raises:
            NotFound: there is no such procurement.
            NotAllowed: the caller may not open bids.
            Conflict: they are not sealed, it is not time yet, or the caller has confirmed already.
        """
        if caller.person_id is None or not caller.may(Right.open_bids, procurement_id):
            raise NotAllowed("Your role does not allow you to open bids; ask the procurement's lead.")
        now = self._now()
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            opening = _opening(session, procurement)
            if procurement.opens_at is None or not opening.is_sealed:
                raise Conflict("These bids are not sealed, so there is nothing to open.")
            if now < procurement.opens_at:
                raise Conflict(f"Bids open at {in_uk_words(procurement.opens_at)} at the earliest.")
            if caller.person_id in opening.confirmed_ids:
                raise Conflict("You have confirmed already; somebody else must confirm too.")
            session.add(
                OpeningConfirmation(procurement_id=procurement_id, person_id=caller.person_id, confirmed_at=now)
            )
            session.flush()
            _tell(session, EventKind.opening_confirmed, procurement, caller)
            if len(_standing(session, procurement_id)) >= NEEDED:
                procurement.opened_at = now
                session.flush()
                _tell(session, EventKind.procurement_opened, procurement, caller)
            return _opening(session, procurement)


def _check_move(session: Session, procurement: Procurement, opens_at: datetime | None, now: datetime) -> None:
    if procurement.opened_at is not None:
        raise Conflict("The bids have been opened; their opening time stays as it was.")
    handed_in = select(Document.id).where(
        Document.procurement_id == procurement.id,
        (col(Document.kind) != DocumentKind.specification) | col(Document.kind_is_said).is_(False),
    )
    has_bids = session.exec(handed_in.limit(1)).first() is not None
    if has_bids and procurement.opens_at is None:
        raise Conflict("Documents are in already and could be read, so they cannot be sealed any more.")
    if has_bids and (opens_at is None or (procurement.opens_at is not None and opens_at < procurement.opens_at)):
        raise Conflict("Documents are in already, so the opening can be put off and not be moved to an earlier time.")
    if opens_at is not None and opens_at <= now:
        raise UsageError("The opening time lies in the past; choose a later one.")


def _opening(session: Session, procurement: Procurement) -> Opening:
    people = [person for person, _ in _confirmations(session, procurement.id)]
    return Opening(
        procurement.opens_at, procurement.opened_at, tuple(p.name for p in people), tuple(p.id for p in people)
    )


def _confirmations(session: Session, procurement_id: str) -> list[tuple[Person, OpeningConfirmation]]:
    query = select(Person, OpeningConfirmation).join(
        OpeningConfirmation, col(OpeningConfirmation.person_id) == col(Person.id)
    )
    query = query.where(OpeningConfirmation.procurement_id == procurement_id)
    return list(session.exec(query.order_by(col(OpeningConfirmation.confirmed_at), col(OpeningConfirmation.person_id))))


def _standing(session: Session, procurement_id: str) -> set[str]:
    """Return who has confirmed and may still open bids: a confirmation falls with its person's role."""
    held = session.exec(
        select(Membership.person_id).where(
            Membership.procurement_id == procurement_id, col(Membership.role).in_(ROLES_WITH[Right.open_bids])
        )
    )
    entitled = set(held)
    return {p.id for p, _ in _confirmations(session, procurement_id) if p.disabled_at is None and p.id in entitled}


def _tell(session: Session, kind: EventKind, procurement: Procurement, caller: Caller) -> None:
    tell(session, kind, procurement, person=caller.name, details={"account": caller.person_id})
