"""Checks of the tender's own documents, kept beside the store: each with the set-up that it was held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from svdocs.errors import UsageError
from svdocs.records.set_up_tables import TenderCheck
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind, Procurement


class TenderChecks:
    """The tender checks of one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, document_id: str, content: Mapping[str, Any], *, edition: str, set_up_version: int,
             person: str) -> TenderCheck:  # fmt: skip
        """Return a new check of a document; earlier ones stay.

        Args:
            document_id: which document was looked at.
            content: what was found, as plain values.
            edition: of the check's rules.
            set_up_version: against which it was held.
            person: who had it made.

        Raises:
            NotFound: there is no such document.
            UsageError: no person.
        """
        if not person.strip():
            raise UsageError("A check needs the person who has it made; give a name.")
        with self._store.writing() as session:
            document = row_of(session, Document, document_id)
            row = TenderCheck(
                procurement_id=document.procurement_id, document_id=document.id, set_up_version=set_up_version,
                edition=edition, content=dict(content), made_by=folded(person),
            )  # fmt: skip
            session.add(row)
            session.flush()
            tell(session, EventKind.tender_checked, row, within=document, person=row.made_by,
                 details={"set_up_version": set_up_version, "edition": edition})  # fmt: skip
        return row

    def of_procurement(self, procurement_id: str) -> list[TenderCheck]:
        """Return the checks of a procurement's documents, newest first.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = select(TenderCheck).where(TenderCheck.procurement_id == procurement_id)
            return list(session.exec(query.order_by(col(TenderCheck.made_at).desc())))
