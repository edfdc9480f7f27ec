"""What an operator does with the audit trail: verify it, export it, change its key, set its anchor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

from svdocs.errors import ConfigurationError, UsageError
from svdocs.records.audit import Told, export_entries, hand_in, head_of, trail_of, verify_trail
from svdocs.records.store import Store
from svdocs.records.tables import EventKind
from svdocs.records.verify_audit import Verified


def verify_store(store: Store, anchor_file: Path | None = None) -> tuple[Verified, bool]:
    """Return what holds of the trail, and whether there was an anchor to hold it against.

    Args:
        store: whose trail.
        anchor_file: an anchor, such as a copy kept elsewhere, in place of the store's own.

    Raises:
        ConfigurationError: the key is missing, or the anchor cannot be read.
    """
    trail = trail_of(store.engine)
    if anchor_file is not None and not anchor_file.is_file():
        raise ConfigurationError(f"{anchor_file}: there is no such anchor; check the path.")
    anchor = type(trail)(trail.files.beside(anchor_file)).anchor() if anchor_file else trail.anchor()
    with store.reading() as session:
        return verify_trail(session.connection(), trail, anchor), anchor is not None


def export_trail(store: Store, stream: TextIO) -> int:
    """Write the trail as JSON Lines, one entry a line with its payload, and return how many entries it has."""
    count = 0
    with store.reading() as session:
        for entry in export_entries(session.connection()):
            stream.write(json.dumps(entry) + "\n")
            count += 1
    return count


def rotate_key(store: Store, *, person: str, because: str = "") -> str:
    """Return the id of the trail's new key; the last entry under the old key tells of it. Old keys stay in the file.

    Raises:
        UsageError: no person.
        ConfigurationError: there is no key yet, or the file cannot be read.
    """
    if not person.strip():
        raise UsageError("A new key needs the person who makes it; give a name.")
    with store.reading() as session:
        empty = not head_of(session.connection()).seq
    trail = trail_of(store.engine)
    if empty:
        trail.first_key()
    key_id = trail.add_key()
    with store.writing() as session:
        payload = {"code": "", "message": because.strip(), "details": {"key": key_id}}
        hand_in(session, EventKind.key_rotated, subject=("audit_key", key_id), person=person, payload=payload)
    return key_id


def set_anchor(store: Store, *, person: str, because: str) -> int:
    """Put the anchor where the trail ends now, and have the trail tell who did it and why; return the entry's number.

    For an anchor that was lost, and for an older database that was put back on purpose: what the old anchor named
    stands in the entry.

    Raises:
        UsageError: person or reason is missing.
    """
    if not person.strip() or not because.strip():
        raise UsageError("To set the anchor, give the person who does it and the reason.")
    trail = trail_of(store.engine)
    before = trail.anchor()
    with store.writing() as session:
        connection = session.connection()
        head = head_of(connection)
        details = {"anchor_before": before, "end_before": {"seq": head.seq, "hash": head.hash}}
        payload = {"code": "", "message": because.strip(), "details": details}
        told = Told(EventKind.anchor_set, person.strip(), "audit_anchor", str(head.seq), None, None, payload)
        head = trail.seal(connection, [told], checked=False)
    trail.move_anchor(head.seq, head.hash, back=True)
    return head.seq
