"""Saved views of a register: beside the store, in the same database. Each public method is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlmodel import col, or_, select

from svdocs.errors import Conflict, NotAllowed, UsageError
from svdocs.records.access import Caller
from svdocs.records.review_tables import SavedView
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement

MAX_NAME_LETTERS = 100


class SavedViews:
    """The saved views of one database, as one caller has them."""

    def __init__(self, store: Store, caller: Caller) -> None:
        self._store, self._caller = store, caller

    @property
    def _owner_id(self) -> str:
        return self._caller.person_id or ""

    def views_of(self, procurement_id: str) -> list[SavedView]:
        """Return the caller's own views of a procurement, and those that others share, by name.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = select(SavedView).where(
                SavedView.procurement_id == procurement_id,
                col(SavedView.removed_at).is_(None),
                or_(col(SavedView.owner_id) == self._owner_id, col(SavedView.shared)),
            )
            return list(session.exec(query.order_by(col(SavedView.name), col(SavedView.saved_at))))

    def save(self, procurement_id: str, name: str, filters: Mapping[str, str], *, shared: bool = False) -> SavedView:
        """Return a new view of the caller's; it takes the place of an own one of the same name.

        Args:
            procurement_id: of which register.
            name: of the view.
            filters: as `review.register.Filters.asked` gives them.
            shared: whether everybody in the procurement sees it.

        Raises:
            UsageError: no name, or too long a one.
            NotFound: there is no such procurement.
        """
        name = folded(name)
        if not name or len(name) > MAX_NAME_LETTERS:
            raise UsageError(f"A view needs a name of 1 to {MAX_NAME_LETTERS} letters.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id)
            query = select(SavedView).where(
                SavedView.procurement_id == procurement_id,
                SavedView.owner_id == self._owner_id,
                SavedView.name == name,
                col(SavedView.removed_at).is_(None),
            )
            for before in session.exec(query):
                before.removed_at = datetime.now(UTC)
            view = SavedView(procurement_id=procurement_id, owner_id=self._owner_id, owner=self._caller.name, name=name,
                             filters=dict(filters), shared=shared)  # fmt: skip
            session.add(view)
            tell(session, EventKind.view_saved, view, within=procurement, details={"shared": shared})
            return view

    def remove(self, view_id: str) -> SavedView:
        """Return a view of the caller's, taken away.

        Raises:
            NotFound: there is no such view.
            NotAllowed: it is another's.
            Conflict: it was taken away before.
        """
        with self._store.writing() as session:
            view = row_of(session, SavedView, view_id, lock=True)
            if view.owner_id != self._owner_id:
                raise NotAllowed("Only the person who saved a view takes it away.")
            if view.removed_at is not None:
                raise Conflict("The view has been taken away already.")
            view.removed_at = datetime.now(UTC)
            tell(session, EventKind.view_removed, view)
            return view
