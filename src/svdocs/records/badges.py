"""Badges: proposed at the end of a financial year, issued only when a contract manager confirms, and taken back openly.

Beside the store, in the same database; each public method is one transaction. Of an issued badge everything but its
credential's words about a contract is public; what is proposed or refused is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.delivery_tables import Badge, BadgeKey, BadgeLevel, BadgeState, Contract
from svdocs.records.people import Clock
from svdocs.records.schedules import Scheduled, schedules_in
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement, Supplier

UNDECIDED = frozenset({BadgeState.proposed, BadgeState.withdrawn})
"""States in which nobody has decided on a badge."""


@dataclass(frozen=True, slots=True)
class BadgeRecord:
    """A badge with what its page tells of the contract."""

    badge: Badge
    contract: Contract
    supplier: str
    buyer: str
    procurement: str

    @property
    def id(self) -> str:
        """The badge's id."""
        return self.badge.id


class Badges:
    """The badges of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def propose(self, contract_id: str, financial_year: str, level: BadgeLevel,
                grounds: Mapping[str, Any]) -> Badge:  # fmt: skip
        """Return the badge that is proposed for a contract and financial year; proposed anew if nobody has decided.

        One that was withdrawn is proposed again.

        Raises:
            NotFound: there is no such contract.
            Conflict: somebody has decided on the badge of that year.
        """
        with self._store.writing() as session:
            contract = row_of(session, Contract, contract_id, lock=True)
            query = select(Badge).where(Badge.contract_id == contract_id, Badge.financial_year == financial_year)
            badge = session.exec(query).first()
            if badge is not None and badge.state not in UNDECIDED:
                raise Conflict(f"The badge of {financial_year} was {badge.state.value} already, by {badge.decided_by}.")
            wanted = (BadgeState.proposed, level, dict(grounds))
            if badge is not None and (badge.state, badge.level, badge.grounds) == wanted:
                return badge
            badge = badge or Badge(contract_id=contract.id, financial_year=financial_year, level=level)
            badge.state, badge.level, badge.grounds = wanted
            badge.proposed_at, badge.because = self._now(), ""
            session.add(badge)
            session.flush()
            _tell(session, EventKind.badge_proposed, badge, contract, None, level.value)
            return badge

    def withdraw(self, badge_id: str, *, because: str) -> Badge:
        """Return a proposed badge, withdrawn because it is no longer earned; if it is again, it is proposed again.

        Raises:
            NotFound: there is no such badge.
            Conflict: it is not proposed any more.
        """
        with self._store.writing() as session:
            contract = _contract_of(session, badge_id)
            badge = _proposed(session, badge_id)
            badge.state, badge.because = BadgeState.withdrawn, because.strip()
            _tell(session, EventKind.badge_withdrawn, badge, contract, None, badge.level.value)
            return badge

    def issue(self, badge_id: str, *, person: str, credential: str, key_id: str, because: str = "",
              check: Callable[[Contract, Sequence[Scheduled]], None] = lambda *_: None) -> Badge:  # fmt: skip
        """Return the badge, issued: its credential is public from now on.

        Args:
            badge_id: the badge.
            person: who confirms it.
            credential: signed.
            key_id: of the key that signed it.
            because: what they say about it.
            check: of the contract and its promises as they stand, which do not move meanwhile.

        Raises:
            UsageError: no person or credential.
            NotFound: there is no such badge or key.
            Conflict: somebody has decided on it.
        """
        if not credential:
            raise UsageError("A badge is issued with its signed credential; there is none.")
        with self._store.writing() as session:
            contract = _contract_of(session, badge_id)
            badge = self._undecided(session, badge_id, person)
            check(contract, schedules_in(session, [contract.id])[contract.id])
            row_of(session, BadgeKey, key_id)
            badge.state, badge.credential, badge.key_id = BadgeState.issued, credential, key_id
            self._decide(session, badge, EventKind.badge_issued, person, because)
            return badge

    def refuse(self, badge_id: str, *, person: str, because: str) -> Badge:
        """Return the badge, refused with a reason.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such badge.
            Conflict: somebody has decided on it.
        """
        if not because.strip():
            raise UsageError("To refuse a badge, say why; the supplier may ask.")
        with self._store.writing() as session:
            badge = self._undecided(session, badge_id, person)
            badge.state = BadgeState.refused
            self._decide(session, badge, EventKind.badge_refused, person, because)
            return badge

    def revoke(self, badge_id: str, *, person: str, because: str) -> Badge:
        """Return an issued badge, taken back; its page says so, and why, from now on.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such badge.
            Conflict: it is not issued.
        """
        if not person.strip() or not because.strip():
            raise UsageError("To take a badge back, give the person who does it and the reason; the reason is public.")
        with self._store.writing() as session:
            badge = row_of(session, Badge, badge_id, lock=True)
            if badge.state is not BadgeState.issued:
                raise Conflict(f"Only an issued badge can be taken back; this one is {badge.state.value}.")
            badge.state, badge.revoked_by = BadgeState.revoked, folded(person)
            badge.revoked_at, badge.revoked_because = self._now(), because.strip()
            _tell(session, EventKind.badge_revoked, badge, row_of(session, Contract, badge.contract_id), person)
            return badge

    def badge(self, badge_id: str) -> BadgeRecord:
        """Return one badge, as a member of its procurement may see it.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return _records(session, [row_of(session, Badge, badge_id)])[0]

    def badges_of(self, contract_id: str) -> list[BadgeRecord]:
        """Return the badges of a contract, by financial year.

        Raises:
            NotFound: there is no such contract.
        """
        with self._store.reading() as session:
            row_of(session, Contract, contract_id)
            query = select(Badge).where(Badge.contract_id == contract_id).order_by(col(Badge.financial_year))
            return _records(session, list(session.exec(query)))

    def all_badges(self) -> list[Badge]:
        """Return the badges of all contracts that may be seen, by financial year, whatever became of them."""
        with self._store.reading() as session:
            return list(session.exec(select(Badge).order_by(col(Badge.financial_year), col(Badge.id))))

    def public(self) -> list[BadgeRecord]:
        """Return the badges that are public: issued and taken back ones, newest year first."""
        with self._store.reading() as session:
            query = select(Badge).where(col(Badge.state).in_((BadgeState.issued, BadgeState.revoked)))
            found = _records(session, list(session.exec(query)))
        return sorted(found, key=lambda b: (b.badge.financial_year, b.badge.decided_at), reverse=True)

    def public_badge(self, badge_id: str) -> BadgeRecord:
        """Return one public badge.

        Raises:
            NotFound: there is none of this id, or it is not public.
        """
        with self._store.reading() as session:
            badge = session.get(Badge, badge_id)
            if badge is None or badge.state not in (BadgeState.issued, BadgeState.revoked):
                raise NotFound("There is no badge of this address in the register; look at the register.")
            return _records(session, [badge])[0]

    # The keys

    def add_key(self, key_id: str, public: Mapping[str, Any], *, person: str) -> BadgeKey:
        """Return the key with which badges are signed from now on; those before it are retired and still verify.

        Raises:
            UsageError: no person.
        """
        if not person.strip():
            raise UsageError("A new key needs the person who makes it; give a name.")
        with self._store.writing() as session:
            for older in session.exec(select(BadgeKey).where(col(BadgeKey.retired_at).is_(None))):
                older.retired_at = self._now()
            key = BadgeKey(id=key_id, public=dict(public), made_at=self._now())
            session.add(key)
            tell(session, EventKind.badge_key_added, key, person=folded(person), details={"public": dict(public)})
            return key

    def all_keys(self) -> list[BadgeKey]:
        """Return all keys, newest first."""
        with self._store.reading() as session:
            return list(session.exec(select(BadgeKey).order_by(col(BadgeKey.made_at).desc())))

    def _undecided(self, session: Session, badge_id: str, person: str) -> Badge:
        if not person.strip():
            raise UsageError("A badge is confirmed or refused by a named contract manager; give a name.")
        return _proposed(session, badge_id)

    def _decide(self, session: Session, badge: Badge, kind: EventKind, person: str, because: str) -> None:
        badge.decided_by, badge.decided_at, badge.because = folded(person), self._now(), because.strip()
        _tell(session, kind, badge, row_of(session, Contract, badge.contract_id), person, badge.level.value)


def _contract_of(session: Session, badge_id: str) -> Contract:
    """Return the contract of a badge; what moves its promises waits until this transaction ends."""
    contract_id = session.exec(select(Badge.contract_id).where(Badge.id == badge_id)).first()
    if contract_id is None:
        raise NotFound(f"There is no badge with the id {badge_id!r}; list them to find the right one.")
    return row_of(session, Contract, contract_id, lock=True)


def _proposed(session: Session, badge_id: str) -> Badge:
    badge = row_of(session, Badge, badge_id, lock=True)
    if badge.state is BadgeState.withdrawn:
        raise Conflict("The badge was withdrawn, as it was no longer earned; ask again which badge is earned.")
    if badge.state is not BadgeState.proposed:
        raise Conflict(f"The badge was {badge.state.value} already, by {badge.decided_by}.")
    return badge


def _tell(session: Session, kind: EventKind, badge: Badge, contract: Contract, person: str | None,
          code: str = "") -> None:  # fmt: skip
    tell(session, kind, badge, within=row_of(session, Procurement, contract.procurement_id),
         person=folded(person) if person else None, code=code,
         details={"contract": contract.id, "financial_year": badge.financial_year})  # fmt: skip


def _records(session: Session, badges: list[Badge]) -> list[BadgeRecord]:
    ids = {b.contract_id for b in badges}
    contracts = {c.id: c for c in session.exec(select(Contract).where(col(Contract.id).in_(ids)))}
    suppliers = {s.id: s.name for s in session.exec(select(Supplier))} if ids else {}
    procurements = {p.id: p for p in session.exec(select(Procurement))} if ids else {}
    return [
        BadgeRecord(
            b,
            contracts[b.contract_id],
            suppliers.get(contracts[b.contract_id].supplier_id, ""),
            procurements[contracts[b.contract_id].procurement_id].buyer,
            procurements[contracts[b.contract_id].procurement_id].title,
        )
        for b in badges
    ]
