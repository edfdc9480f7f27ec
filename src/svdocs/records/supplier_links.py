"""Links by which suppliers without accounts reach the page of one contract: they expire and can be taken back.

What is in a link is signed by `web` under a key of the service; here stands for whom it is and until when. Beside
the store, in the same database; each public method is one transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.contracts import open_contract
from svdocs.records.delivery_tables import Contract, SupplierLink
from svdocs.records.people import Clock
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement

MOST_DAYS = 366
"""For which a link may be made at most."""


class SupplierLinks:
    """The links of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def make(self, contract_id: str, *, name: str, days: int, person: str) -> SupplierLink:
        """Return a new link to the page of one contract.

        Args:
            contract_id: whose page.
            name: who it is for; what comes by it is signed so.
            days: after which it expires.
            person: who makes it.

        Raises:
            UsageError: no name or person, or a time that is too long.
            NotFound: there is no such contract.
            Conflict: it is closed.
        """
        if not name.strip() or not person.strip():
            raise UsageError("A link needs who it is for and who makes it; give both names.")
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(f"A link stands for 1 to {MOST_DAYS} days; {days} is not among them.")
        with self._store.writing() as session:
            contract = open_contract(session, contract_id)
            at = self._now()
            link = SupplierLink(contract_id=contract.id, name=folded(name), expires_at=at + timedelta(days=days),
                                made_by=folded(person), made_at=at)  # fmt: skip
            session.add(link)
            tell(session, EventKind.supplier_link_made, link,
                 within=row_of(session, Procurement, contract.procurement_id), person=link.made_by,
                 details={"contract": contract.id, "days": days})  # fmt: skip
            return link

    def links_of(self, contract_id: str) -> list[SupplierLink]:
        """Return the links of a contract, newest first.

        Raises:
            NotFound: there is no such contract.
        """
        with self._store.reading() as session:
            row_of(session, Contract, contract_id)
            query = select(SupplierLink).where(SupplierLink.contract_id == contract_id)
            return list(session.exec(query.order_by(col(SupplierLink.made_at).desc())))

    def standing(self, link_id: str) -> SupplierLink:
        """Return the link of this id if it still opens its page.

        Raises:
            NotFound: there is none, it has expired or was taken back; all three in the same words.
        """
        with self._store.reading() as session:
            link = session.get(SupplierLink, link_id)
        if link is None or link.revoked_at is not None or link.expires_at <= self._now():
            raise NotFound("This link does not work, or no longer; ask the council's contract manager for another.")
        return link

    def revoke(self, link_id: str, *, person: str) -> SupplierLink:
        """Return the link, taken back.

        Raises:
            UsageError: no person.
            NotFound: there is no such link.
            Conflict: it was taken back before.
        """
        if not person.strip():
            raise UsageError("To take a link back, give the person who does it.")
        with self._store.writing() as session:
            link = row_of(session, SupplierLink, link_id, lock=True)
            if link.revoked_at is not None:
                raise Conflict(f"The link was taken back already, by {link.revoked_by}.")
            link.revoked_by, link.revoked_at = folded(person), self._now()
            contract = row_of(session, Contract, link.contract_id)
            tell(session, EventKind.supplier_link_revoked, link,
                 within=row_of(session, Procurement, contract.procurement_id), person=link.revoked_by)  # fmt: skip
            return link
