"""How procurements are set up, version by version: beside the store, in the same database.

Each public method is one transaction. A version is never changed: to correct one is to save the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.frameworks.applying import Severity, check_set_up
from svdocs.frameworks.parse_set_up import WrongField, parse_set_up
from svdocs.frameworks.set_up import SetUp, missing_parts
from svdocs.records.digests import row_digest
from svdocs.records.set_up_tables import SetUpVersion
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement


@dataclass(frozen=True, slots=True)
class SetUpRecord:
    """A version of a set-up with who saved it and when.

    Attributes:
        version: 0 where nobody has saved one: then what is known of the procurement itself.
        outdated: fields of it that today's catalogue does not know any more; they are empty in `set_up`.
    """

    procurement_id: str
    version: int
    set_up: SetUp
    part: str = ""
    confirmed: bool = False
    because: str = ""
    set_by: str = ""
    set_at: datetime | None = None
    outdated: tuple[WrongField, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "procurement_id": self.procurement_id,
            "version": self.version,
            "part": self.part,
            "confirmed": self.confirmed,
            "because": self.because,
            "set_by": self.set_by,
            "set_at": self.set_at and self.set_at.isoformat(),
            "set_up": self.set_up.as_json(),
        }


class SetUps:
    """The set-ups of one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def current(self, procurement_id: str) -> SetUpRecord:
        """Return the newest version; where there is none what is known of the procurement, as version 0.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            return _current(session, row_of(session, Procurement, procurement_id))

    def confirmed(self, procurement_id: str) -> SetUpRecord | None:
        """Return the newest version that somebody confirmed, or None.

        Raises:
            NotFound: there is no such procurement.
        """
        return next((r for r in reversed(self.versions_of(procurement_id)) if r.confirmed), None)

    def versions_of(self, procurement_id: str) -> list[SetUpRecord]:
        """Return all versions, oldest first.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = select(SetUpVersion).where(SetUpVersion.procurement_id == procurement_id)
            return [_record(v) for v in session.exec(query.order_by(col(SetUpVersion.version)))]

    def save(self, procurement_id: str, set_up: SetUp, *, person: str, seen: int | None = None, part: str = "",
             because: str = "") -> SetUpRecord:  # fmt: skip
        """Return the set-up, saved as the next version; the newest where nothing changes.

        Value and term are those of the procurement from then on, which retention and exports read.

        Args:
            procurement_id: whose.
            set_up: all of it.
            person: who saves it.
            seen: the version that they had before them; None not to ask.
            part: which part was changed; empty for all.
            because: why, where a confirmed set-up is changed.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no person.
            Conflict: somebody saved another version meanwhile.
        """
        with self._store.writing() as session:
            procurement, standing = _locked(session, procurement_id, person, seen)
            if standing.version and standing.set_up == set_up and not standing.outdated:
                return standing
            told = {"procurement": _follow(session, procurement, set_up)}
            return _add(session, procurement, standing, set_up, person, part=part, because=because, told=told)

    def confirm(self, procurement_id: str, *, person: str, seen: int | None = None, because: str = "") -> SetUpRecord:
        """Return the set-up, confirmed: its answers were checked and somebody stands by them.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no person, parts that are not filled, or a rule that is broken without a reason given.
            Conflict: somebody saved another version meanwhile.
        """
        with self._store.writing() as session:
            procurement, standing = _locked(session, procurement_id, person, seen)
            left = missing_parts(standing.set_up)
            if left:
                raise UsageError(f"Fill in what is missing first: {', '.join(p.value for p in left)}.")
            broken = [b for b in check_set_up(standing.set_up) if b.severity is Severity.error]
            if broken and not because.strip():
                raise UsageError(f"{broken[0].message} To confirm it as it is, give the reason.")
            if standing.confirmed:
                return standing
            return _add(session, procurement, standing, standing.set_up, person, because=because)


def _locked(session: Session, procurement_id: str, person: str, seen: int | None) -> tuple[Procurement, SetUpRecord]:
    if not person.strip():
        raise UsageError("A set-up needs the person who saves it; give a name.")
    procurement = row_of(session, Procurement, procurement_id, lock=True)
    standing = _current(session, procurement)
    if seen is not None and seen != standing.version:
        raise Conflict(f"{standing.set_by or 'Somebody'} saved version {standing.version} meanwhile; look at it first.")
    return procurement, standing


def _current(session: Session, procurement: Procurement) -> SetUpRecord:
    query = select(SetUpVersion).where(SetUpVersion.procurement_id == procurement.id)
    newest = session.exec(query.order_by(col(SetUpVersion.version).desc()).limit(1)).first()
    if newest is not None:
        return _record(newest)
    known = SetUp(
        buyer=procurement.buyer, value_gbp=procurement.value_gbp, starts=procurement.starts, ends=procurement.ends
    )
    return SetUpRecord(procurement.id, 0, known)


def _record(row: SetUpVersion) -> SetUpRecord:
    set_up, outdated = parse_set_up(row.content)
    return SetUpRecord(
        row.procurement_id, row.version, set_up, row.part, row.confirmed, row.because, row.set_by, row.set_at, outdated
    )


def _follow(session: Session, procurement: Procurement, set_up: SetUp) -> dict[str, Any]:
    """Have the procurement's own row say what its set-up says, and return what it says."""
    procurement.buyer = folded(set_up.buyer) or procurement.buyer
    names = ("value_gbp", "starts", "ends")
    for name in names:
        value = getattr(set_up, name)
        if value is not None:
            setattr(procurement, name, value)
    session.flush()
    session.refresh(procurement)  # as the database gives it, so that it compares
    return {name: getattr(procurement, name) for name in ("buyer", *names)}


def _add(session: Session, procurement: Procurement, standing: SetUpRecord, set_up: SetUp, person: str, *,
         part: str = "", because: str, told: Mapping[str, Any] | None = None) -> SetUpRecord:  # fmt: skip
    """Return a new version; without anything told of the procurement it is a confirmation of the one before."""
    confirmed = told is None
    row = SetUpVersion(
        procurement_id=procurement.id, version=standing.version + 1, content=set_up.as_json(), part=part,
        confirmed=confirmed, because=because.strip(), set_by=folded(person),
    )  # fmt: skip
    session.add(row)
    session.flush()
    details = {"version": row.version, "confirmed": confirmed, "part": part,
               "row": row_digest(session.connection(), SetUpVersion, col(SetUpVersion.id) == row.id),
               **(told or {})}  # fmt: skip
    kind = EventKind.set_up_confirmed if confirmed else EventKind.set_up_saved
    tell(session, kind, row, within=procurement, person=row.set_by, details=details)
    return _record(row)
