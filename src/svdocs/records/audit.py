"""The audit trail: one entry for each change of state, sealed under a key, chained, and anchored outside the database.

`steps.tell` hands entries in while a transaction is under way. They are sealed just before it commits, when all else of
it is written: the trail is then locked for no longer than the commit takes, and an entry stands if and only if the
change stands. After the commit the anchor, a small file that may lie on another disk, is moved to the new end.

What an entry is, and how it is verified, stands in `verify_audit.py`, which needs nothing of svdocs.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, select, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session, SessionTransaction

from svdocs.errors import ConfigurationError, Conflict
from svdocs.records.tables import AuditEntry, AuditPayload, EventKind
from svdocs.records.verify_audit import (
    GENESIS,
    KEY_ROTATED,
    SEALED,
    Verified,
    entry_hash,
    payload_digest,
    read_keys,
    verify,
)
from svdocs.settings import read_settings

SYSTEM = "system"
"""Who acts where no person does."""
TRAIL = "svdocs_trail"
"""Execution option under which an engine knows its trail."""
TRAIL_LOCK = 5_864_358
"""Any number that no other program locks in the same PostgreSQL database."""
_ENTRIES, _PAYLOADS = AuditEntry.__table__, AuditPayload.__table__  # type: ignore[attr-defined]
_TOLD = "svdocs_told"
_SEALED_UP_TO = "svdocs_sealed_up_to"
_acting: ContextVar[str] = ContextVar("acting", default=SYSTEM)


@contextmanager
def acting_as(person: str) -> Iterator[None]:
    """Have entries made meanwhile, in this thread or request, say that this person did it."""
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


def act_as(person: str) -> None:
    """Do as `acting_as` for the rest of this request."""
    _acting.set(person)


@dataclass(frozen=True, slots=True)
class AuditFiles:
    """Where the keys and the anchor of a trail are."""

    key: Path
    anchor: Path

    def beside(self, anchor: Path) -> AuditFiles:
        """Return the same keys with another anchor."""
        return replace(self, anchor=anchor)


def audit_files_of(url: URL) -> AuditFiles:
    """Return where keys and anchor of a database's trail are: as set, else beside an SQLite file or in SVDOCS_DATA."""
    settings = read_settings()
    beside = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else settings.data_folder
    return AuditFiles(
        settings.audit_key_file or beside / "audit.key", settings.audit_anchor_file or beside / "audit.anchor"
    )


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a trail: its number, its hash, and the id of the key of the next one."""

    seq: int
    hash: str
    next_key: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that has been handed in and is not yet sealed."""

    kind: EventKind
    person: str
    subject: str
    subject_id: str
    procurement_id: str | None
    document_id: str | None
    payload: Mapping[str, Any]
    within: SessionTransaction | None = None
    """The savepoint under which it was handed in: if that is undone, so is the entry."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry of the trail as it is shown."""

    seq: int
    at: datetime
    kind: EventKind
    person: str
    subject: str
    subject_id: str
    procurement_id: str | None
    document_id: str | None
    code: str = ""
    message: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    erased: bool = False
    """Whether code, message and details have been erased."""


class Trail:
    """The keys and the anchor of one database's trail."""

    def __init__(self, files: AuditFiles) -> None:
        self.files = files
        self._keys: dict[str, bytes] = {}

    # Keys

    def keys(self) -> dict[str, bytes]:
        """Return the keys by their ids, oldest first, as they stand in the file now.

        Raises:
            ConfigurationError: the file is missing or damaged.
        """
        try:
            return read_keys(self.files.key)
        except OSError as error:
            raise ConfigurationError(
                f"{self.files.key}: the key of the audit trail cannot be read ({error.strerror}); put the file back "
                "from where you keep it, or name its place in SVDOCS_AUDIT_KEY."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{self.files.key}: not a file of keys; put the right one back.") from error

    def key(self, key_id: str) -> bytes:
        """Return one key.

        Raises:
            ConfigurationError: it is not in the file.
        """
        if key_id not in self._keys:
            self._keys = self.keys()
        if key_id not in self._keys:
            raise ConfigurationError(
                f"{self.files.key}: the audit trail is signed with the key {key_id}, which is not in this file; put "
                "the right file back."
            )
        return self._keys[key_id]

    def first_key(self) -> str:
        """Return the id of the key with which a new trail begins, made if there is none yet."""
        if not self.files.key.exists():
            _write_new(self.files.key, _as_key_file({secrets.token_hex(4): secrets.token_bytes(32)}))
        return list(self.keys())[-1]

    def add_key(self) -> str:
        """Return the id of a new key, added to the file beside the old ones."""
        key_id = secrets.token_hex(4)
        _replace(self.files.key, _as_key_file({**self.keys(), key_id: secrets.token_bytes(32)}), mode=0o600)
        return key_id

    # The anchor

    def anchor(self) -> dict[str, Any] | None:
        """Return the anchor, or None if there is none.

        Raises:
            ConfigurationError: the file is damaged or cannot be read.
        """
        try:
            found = json.loads(self.files.anchor.read_text("ascii"))
            return {"seq": int(found["seq"]), "hash": str(found["hash"])}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"{self.files.anchor}: the anchor of the audit trail cannot be read; put the right file back."
            ) from error

    def move_anchor(self, seq: int, hash: str, *, back: bool = False) -> None:
        """Put the anchor at an entry; never back, unless `back` says so."""
        self.files.anchor.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.files.anchor.with_name(f"{self.files.anchor.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            there = self.anchor()
            if there is None or there["seq"] < seq or back:
                _replace(self.files.anchor, json.dumps({"seq": seq, "hash": hash}) + "\n", mode=0o640)
        finally:
            os.close(lock)

    def check_anchor(self, connection: Connection, head: Head) -> None:
        """Check that the trail, whose writers wait, reaches its anchor.

        Raises:
            Conflict: it does not.
        """
        anchor = self.anchor()
        if anchor is None:
            if head.seq:
                raise Conflict(
                    f"{self.files.anchor}: the anchor of the audit trail is missing, so nothing is written. Put it "
                    "back; if it is lost for good, `svdocs audit anchor` sets a new one and tells so in the trail."
                )
            self.move_anchor(0, GENESIS)
            return
        if anchor["seq"] == head.seq:
            found = head.hash
        else:
            found = connection.scalar(select(_ENTRIES.c.hash).where(_ENTRIES.c.seq == anchor["seq"])) or GENESIS
        if anchor["seq"] > head.seq or found != anchor["hash"]:
            raise Conflict(
                f"The database is not the one, or is older than the one, that {self.files.anchor} knows: its audit "
                f"trail ends at entry {head.seq}, and the anchor names entry {anchor['seq']}. Nothing is written. Put "
                "the right database back. If it was put back or removed on purpose, `svdocs audit anchor` says so in "
                "the trail."
            )

    # Sealing

    def seal(self, connection: Connection, told: list[Told], *, checked: bool = True) -> Head:
        """Write the entries at the end of the trail, inside the connection's transaction, and return the new end.

        Others who would write entries wait until the transaction ends.

        Raises:
            Conflict: the trail does not reach its anchor; not looked at unless `checked`.
            ConfigurationError: the key is not there.
        """
        _lock(connection)
        head = head_of(connection)
        if checked:
            self.check_anchor(connection, head)
        entries: list[dict[str, Any]] = []
        payloads: list[dict[str, Any]] = []
        for one in told:
            entry, payload = self._sealed(one, head)
            entries.append(entry)
            payloads.append(payload)
            head = Head(entry["seq"], entry["hash"], _next_key(entry))
        connection.execute(insert(_ENTRIES), entries)
        connection.execute(insert(_PAYLOADS), payloads)
        return head

    def _sealed(self, told: Told, head: Head) -> tuple[dict[str, Any], dict[str, Any]]:
        key_id = head.next_key or self.first_key()
        payload: dict[str, Any] = {"seq": head.seq + 1, "salt": secrets.token_hex(16), "text": canonical(told.payload)}
        entry: dict[str, Any] = {
            "seq": head.seq + 1,
            "at": told.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": told.kind.value,
            "person": told.person,
            "subject": told.subject,
            "subject_id": told.subject_id,
            "procurement_id": told.procurement_id,
            "document_id": told.document_id,
            "payload_digest": payload_digest(payload["salt"], payload["text"]),
            "previous": head.hash,
            "key_id": key_id,
        }
        entry["hash"] = entry_hash(self.key(key_id), entry)
        return entry, payload


def trail_of(engine: Engine | Connection) -> Trail:
    """Return the trail of an engine that `database.open_engine` made."""
    trail = engine.get_execution_options()[TRAIL]
    assert isinstance(trail, Trail)
    return trail


def hand_in(session: Session, kind: EventKind, *, subject: tuple[str, str], procurement_id: str | None = None,
            document_id: str | None = None, person: str | None = None, payload: Mapping[str, Any]) -> None:  # fmt: skip
    """Have an entry sealed when the session's transaction commits."""
    told = Told(kind, (person or "").strip() or _acting.get(), *subject, procurement_id, document_id, payload,
                session.get_nested_transaction())  # fmt: skip
    canonical(payload)  # what cannot be written fails here, where it was handed in
    session.info.setdefault(_TOLD, []).append(told)


def handed_in(session: Session) -> list[Told]:
    """Return what has been handed in while the session's transaction is under way."""
    return list(session.info.get(_TOLD, ()))


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_TOLD):
        return
    session.flush()  # first all else, so that nobody who holds the trail waits for somebody who waits for it
    told = session.info.pop(_TOLD)
    connection = session.connection()
    session.info[_SEALED_UP_TO] = trail_of(connection).seal(connection, told), trail_of(connection)


@event.listens_for(Session, "after_commit")
def _anchor(session: Session) -> None:
    if session.in_nested_transaction() or _SEALED_UP_TO not in session.info:
        return
    head, trail = session.info.pop(_SEALED_UP_TO)
    trail.move_anchor(head.seq, head.hash)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    if undone.nested:
        kept = [told for told in session.info.get(_TOLD, []) if not _is_under(told.within, undone)]
        session.info[_TOLD] = kept
        return
    session.info.pop(_TOLD, None)
    session.info.pop(_SEALED_UP_TO, None)


def _is_under(savepoint: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while savepoint is not None and savepoint is not undone:
        savepoint = savepoint.parent
    return savepoint is undone


def _lock(connection: Connection) -> None:
    """Have other writers of entries wait; on SQLite its write lock, taken as the transaction began, sees to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TRAIL_LOCK})


def head_of(connection: Connection) -> Head:
    """Return the last entry of the database's trail; number 0 for an empty one."""
    row = connection.execute(select(_ENTRIES).order_by(_ENTRIES.c.seq.desc()).limit(1)).mappings().first()
    return Head(row["seq"], row["hash"], _next_key(row)) if row else Head(0, GENESIS, None)


def _next_key(entry: Mapping[Any, Any]) -> str:
    return str(entry["subject_id"] if entry["kind"] == KEY_ROTATED else entry["key_id"])


def canonical(value: Mapping[str, Any]) -> str:
    """Return a value as JSON in its one form: sorted names, no spaces, ASCII; what JSON has no form for as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


def export_entries(connection: Connection, only: Mapping[str, str | None] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the entries as they are exported and verified, each with its payload or None, by number.

    Args:
        connection: to the database.
        only: values that columns must have; None for any value.
    """
    query = (
        select(*(_ENTRIES.c[name] for name in SEALED), _ENTRIES.c.hash, _PAYLOADS.c.salt, _PAYLOADS.c.text)
        .join(_PAYLOADS, _PAYLOADS.c.seq == _ENTRIES.c.seq, isouter=True)
        .order_by(_ENTRIES.c.seq)
        .where(*(_ENTRIES.c[name] == value for name, value in (only or {}).items() if value is not None))
    )
    for row in connection.execute(query, execution_options={"yield_per": 500}).mappings():
        entry = dict(row)
        salt, words = entry.pop("salt"), entry.pop("text")
        yield entry | {"payload": None if words is None else {"salt": salt, "text": words}}


def verify_trail(connection: Connection, trail: Trail, anchor: Mapping[str, Any] | None) -> Verified:
    """Return what holds of the database's trail, up to the first entry that is wrong."""
    return verify(export_entries(connection), trail.keys() if head_of(connection).seq else {}, anchor)


def record_of(entry: Mapping[str, Any]) -> AuditRecord:
    """Return an exported entry as it is shown."""
    payload = entry["payload"]
    told = json.loads(payload["text"]) if payload else {}
    return AuditRecord(
        seq=entry["seq"],
        at=datetime.fromisoformat(entry["at"]),
        kind=EventKind(entry["kind"]),
        person=entry["person"],
        subject=entry["subject"],
        subject_id=entry["subject_id"],
        procurement_id=entry["procurement_id"],
        document_id=entry["document_id"],
        code=told.get("code", ""),
        message=told.get("message", ""),
        details=told.get("details", {}),
        erased=payload is None,
    )


def _as_key_file(keys: Mapping[str, bytes]) -> str:
    return json.dumps({"keys": [{"id": key_id, "key": key.hex()} for key_id, key in keys.items()]}, indent=1) + "\n"


def _write_new(path: Path, content: str) -> None:
    """Write a private file that is not there yet; of two who do so at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spool = _spooled(path, content, 0o600)
    try:
        path.hardlink_to(spool)
    except FileExistsError:
        return
    finally:
        spool.unlink()


def _replace(path: Path, content: str, *, mode: int) -> None:
    """Put a file in another's place in one step, on the disk before it counts."""
    _spooled(path, content, mode).rename(path)


def _spooled(path: Path, content: str, mode: int) -> Path:
    spool = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(spool, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return spool
