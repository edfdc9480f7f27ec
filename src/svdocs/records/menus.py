"""Menus for bidders, version by version, and where they are published: beside the store, in the same database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.frameworks.menu import Menu, parse_menu
from svdocs.records.digests import row_digest
from svdocs.records.set_up_tables import MenuPublication, MenuVersion
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement

SLUG_BYTES = 12
_NOT_THERE = "There is no menu at this address; ask the buyer for the right one."


@dataclass(frozen=True, slots=True)
class MenuRecord:
    """A version of a menu with who saved it and when."""

    id: str
    procurement_id: str
    version: int
    menu: Menu
    set_up_version: int
    made_by: str
    made_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "id": self.id, "procurement_id": self.procurement_id, "version": self.version,
            "set_up_version": self.set_up_version, "made_by": self.made_by, "made_at": self.made_at.isoformat(),
            "menu": self.menu.as_json(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A menu as the public reads it: nothing of the procurement but its title and buyer."""

    slug: str
    procurement: str
    buyer: str
    version: int
    menu: Menu
    published_at: datetime


class Menus:
    """The menus of one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def versions_of(self, procurement_id: str) -> list[MenuRecord]:
        """Return all versions, oldest first.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = select(MenuVersion).where(MenuVersion.procurement_id == procurement_id)
            return [_record(v) for v in session.exec(query.order_by(col(MenuVersion.version)))]

    def publication_of(self, procurement_id: str) -> tuple[str, int] | None:
        """Return the last part of the public address and the version shown there; None where none is public.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            newest = _newest(session, procurement_id)
            if newest is None or newest.menu_id is None:
                return None
            return newest.slug, row_of(session, MenuVersion, newest.menu_id).version

    def save(self, procurement_id: str, menu: Menu, *, set_up_version: int, person: str,
             seen: int | None = None) -> MenuRecord:  # fmt: skip
        """Return the menu, saved as the next version; the newest where nothing changes.

        Args:
            procurement_id: whose.
            menu: all of it.
            set_up_version: from which it was made.
            person: who saves it.
            seen: the version that they had before them, 0 for none; None not to ask.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no person.
            Conflict: somebody saved another version meanwhile.
        """
        if not person.strip():
            raise UsageError("A menu needs the person who saves it; give a name.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            standing = _versions(session, procurement_id)
            last = standing[-1] if standing else None
            if seen is not None and seen != len(standing):
                raise Conflict(f"Somebody saved version {len(standing)} of the menu meanwhile; look at it first.")
            if last is not None and last.content == menu.as_json():
                return _record(last)
            row = MenuVersion(
                procurement_id=procurement_id, version=len(standing) + 1, content=menu.as_json(),
                set_up_version=set_up_version, made_by=folded(person),
            )  # fmt: skip
            session.add(row)
            session.flush()
            details = {"version": row.version, "examples": len(menu.items),
                       "row": row_digest(session.connection(), MenuVersion, col(MenuVersion.id) == row.id)}  # fmt: skip
            tell(session, EventKind.menu_saved, row, within=procurement, person=row.made_by, details=details)
            return _record(row)

    def publish(self, procurement_id: str, version: int, *, person: str) -> str:
        """Return the last part of the address at which everybody can read this version from now on.

        Raises:
            NotFound: there is no such procurement or version.
            UsageError: no person.
        """
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            chosen = next((v for v in _versions(session, procurement_id) if v.version == version), None)
            if chosen is None:
                raise NotFound(f"There is no version {version} of the menu; save it first.")
            newest = _newest(session, procurement_id)
            if newest is not None and newest.menu_id == chosen.id:
                return newest.slug
            slug = newest.slug if newest else token_urlsafe(SLUG_BYTES)
            _put(session, procurement, chosen.id, slug, person)
            return slug

    def withdraw(self, procurement_id: str, *, person: str) -> None:
        """Take the menu back: its address answers like one that does not exist.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no person.
            Conflict: nothing is published.
        """
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            newest = _newest(session, procurement_id)
            if newest is None or newest.menu_id is None:
                raise Conflict("No menu is published, so there is nothing to take back.")
            _put(session, procurement, None, newest.slug, person)

    def published(self, slug: str) -> Published:
        """Return what everybody may read at an address; ask a store without a caller.

        Raises:
            NotFound: there is none, or it was taken back.
        """
        with self._store.reading() as session:
            query = select(MenuPublication).where(MenuPublication.slug == slug)
            newest = session.exec(query.order_by(col(MenuPublication.id).desc()).limit(1)).first()
            if newest is None or newest.menu_id is None:
                raise NotFound(_NOT_THERE)
            version = row_of(session, MenuVersion, newest.menu_id)
            procurement = row_of(session, Procurement, newest.procurement_id)
            menu = parse_menu(version.content)[0]
            return Published(slug, procurement.title, procurement.buyer, version.version, menu, newest.done_at)


def _versions(session: Session, procurement_id: str) -> list[MenuVersion]:
    query = select(MenuVersion).where(MenuVersion.procurement_id == procurement_id)
    return list(session.exec(query.order_by(col(MenuVersion.version))))


def _newest(session: Session, procurement_id: str) -> MenuPublication | None:
    query = select(MenuPublication).where(MenuPublication.procurement_id == procurement_id)
    return session.exec(query.order_by(col(MenuPublication.id).desc()).limit(1)).first()


def _put(session: Session, procurement: Procurement, menu_id: str | None, slug: str, person: str) -> None:
    if not person.strip():
        raise UsageError("To publish needs the person who does it; give a name.")
    row = MenuPublication(procurement_id=procurement.id, menu_id=menu_id, slug=slug, done_by=folded(person))
    session.add(row)
    kind = EventKind.menu_published if menu_id else EventKind.menu_withdrawn
    tell(session, kind, row, within=procurement, person=row.done_by, details={"menu": menu_id})


def _record(row: MenuVersion) -> MenuRecord:
    menu = parse_menu(row.content)[0]
    return MenuRecord(row.id, row.procurement_id, row.version, menu, row.set_up_version, row.made_by, row.made_at)
