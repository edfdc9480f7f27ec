"""What is changed of a procurement, and its lots: beside the store, in the same database.

Each public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.lot_tables import Lot, LotDocument
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind, Procurement

_OF_PROCUREMENT = ("title", "buyer", "value_gbp", "starts", "ends")


@dataclass(frozen=True, slots=True)
class LotRecord:
    """A lot with the documents that are for it, as far as they may be seen."""

    lot: Lot
    documents: tuple[str, ...]
    """Their ids."""


class Lots:
    """The procurements of one database as they are changed, and their lots."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def change_procurement(self, procurement_id: str, changes: Mapping[str, Any], *, person: str,
                           check: Callable[[Procurement], None] = lambda _: None) -> Procurement:  # fmt: skip
        """Return the procurement with its title, buyer, value or dates set.

        Args:
            procurement_id: which.
            changes: the fields to set: `title`, `buyer`, `value_gbp`, `starts`, `ends`.
            person: who changes it.
            check: of the procurement as it stands, before anything is changed.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no title, a value below nought, or an end before the start.
        """
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            check(procurement)
            new = {n: getattr(procurement, n) for n in ("title", "buyer", "value_gbp", "starts", "ends")} | dict(
                changes
            )
            new |= {"title": folded(new["title"]), "buyer": folded(new["buyer"])}
            _check(new["title"], new["value_gbp"], new["starts"], new["ends"])
            changed = {n: [getattr(procurement, n), v] for n, v in new.items() if v != getattr(procurement, n)}
            for name in changed:
                setattr(procurement, name, new[name])
            if changed:
                tell(session, EventKind.procurement_changed, procurement, person=person, details=changed)
            return procurement

    def lots_of(self, procurement_id: str) -> list[LotRecord]:
        """Return a procurement's lots, by name.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            lots = session.exec(select(Lot).where(Lot.procurement_id == procurement_id).order_by(col(Lot.name)))
            return [_record(session, lot) for lot in list(lots)]

    def lots_by_document(self, procurement_id: str) -> dict[str, frozenset[str]]:
        """Return the names of the lots that each document is for; what is for every lot is not in it.

        Raises:
            NotFound: there is no such procurement.
        """
        found: dict[str, set[str]] = {}
        for record in self.lots_of(procurement_id):
            for document_id in record.documents:
                found.setdefault(document_id, set()).add(record.lot.name)
        return {document_id: frozenset(names) for document_id, names in found.items()}

    def lot(self, procurement_id: str, lot_id: str) -> LotRecord:
        """Return one lot.

        Raises:
            NotFound: there is no such lot in the procurement.
        """
        with self._store.reading() as session:
            return _record(session, _lot(session, procurement_id, lot_id, lock=False))

    def add_lot(self, procurement_id: str, name: str, *, person: str, title: str = "",
                value_gbp: Decimal | None = None) -> LotRecord:  # fmt: skip
        """Return a new lot.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no name, or a value below nought.
            Conflict: there is a lot of this name.
        """
        _check(name, value_gbp, None, None)
        lot = Lot(procurement_id=procurement_id, name=folded(name), title=folded(title), value_gbp=value_gbp)
        with self._store.writing() as session:
            row_of(session, Procurement, procurement_id, lock=True)
            _refuse_same_name(session, lot)
            session.add(lot)
            session.flush()
            details = {"name": lot.name, "title": lot.title, "value_gbp": value_gbp}
            tell(session, EventKind.lot_added, lot, person=person, details=details)
            return LotRecord(lot, ())

    def change_lot(self, procurement_id: str, lot_id: str, changes: Mapping[str, Any], *, person: str,
                   check: Callable[[LotRecord], None] = lambda _: None) -> LotRecord:  # fmt: skip
        """Return the lot with its name, title or value set.

        Args:
            procurement_id: whose lot it is.
            lot_id: which.
            changes: the fields to set: `name`, `title`, `value_gbp`.
            person: who changes it.
            check: of the lot as it stands, before anything is changed.

        Raises:
            NotFound: there is no such lot.
            UsageError: no name, or a value below nought.
            Conflict: there is another lot of this name.
        """
        with self._store.writing() as session:
            lot = _lot(session, procurement_id, lot_id)
            check(_record(session, lot))
            new = {n: getattr(lot, n) for n in ("name", "title", "value_gbp")} | dict(changes)
            new |= {"name": folded(new["name"]), "title": folded(new["title"])}
            _check(new["name"], new["value_gbp"], None, None)
            changed = {n: [getattr(lot, n), v] for n, v in new.items() if v != getattr(lot, n)}
            for name in changed:
                setattr(lot, name, new[name])
            if changed:
                _refuse_same_name(session, lot)
                tell(session, EventKind.lot_changed, lot, person=person, details=changed)
            return _record(session, lot)

    def set_lots_of(self, document_id: str, lot_ids: list[str], *, person: str) -> list[LotRecord]:
        """Return the lots that a document is for, set to these.

        Raises:
            NotFound: there is no such document, or no such lot in its procurement.
        """
        with self._store.writing() as session:
            document = row_of(session, Document, document_id, lock=True)
            lots = [_lot(session, document.procurement_id, i) for i in dict.fromkeys(lot_ids)]
            before = set(session.exec(select(LotDocument.lot_id).where(LotDocument.document_id == document_id)))
            if before != {lot.id for lot in lots}:
                session.execute(delete(LotDocument).where(col(LotDocument.document_id) == document_id))
                session.add_all([LotDocument(lot_id=lot.id, document_id=document_id) for lot in lots])
                session.flush()
                details = {"lots": sorted(lot.id for lot in lots)}
                tell(session, EventKind.document_lots_set, document, person=person, details=details)
            return [_record(session, lot) for lot in sorted(lots, key=lambda lot: lot.name)]


def _lot(session: Session, procurement_id: str, lot_id: str, *, lock: bool = True) -> Lot:
    lot = row_of(session, Lot, lot_id, lock=lock)
    if lot.procurement_id != procurement_id:
        raise NotFound(f"There is no lot with the id {lot_id!r}; list them to find the right one.")
    return lot


def _record(session: Session, lot: Lot) -> LotRecord:
    query = select(LotDocument.document_id).where(LotDocument.lot_id == lot.id)
    return LotRecord(lot, tuple(sorted(session.exec(query))))


def _refuse_same_name(session: Session, lot: Lot) -> None:
    with session.no_autoflush:
        query = select(Lot.id).where(Lot.procurement_id == lot.procurement_id, Lot.name == lot.name, Lot.id != lot.id)
        if session.exec(query).first() is not None:
            raise Conflict(f"There is a lot {lot.name!r} already; change that one, or choose another name.")


def _check(title: str, value_gbp: Decimal | None, starts: date | None, ends: date | None) -> None:
    if not title.strip():
        raise UsageError("A procurement or lot needs a title or name; give one.")
    if value_gbp is not None and value_gbp < 0:
        raise UsageError(f"The value is not below nought: {value_gbp}.")
    if starts and ends and ends < starts:
        raise UsageError(f"The procurement ends ({ends}) before it starts ({starts}); change one of them.")
