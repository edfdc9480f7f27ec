"""Keys by which programs speak for a person: made, used and taken back. Of a key only a SHA-256 is kept."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from svdocs.errors import NotFound, UsageError
from svdocs.records.passwords import digest, new_secret
from svdocs.records.people import OPERATOR, Clock
from svdocs.records.people_tables import AccessKey, Person, Scope
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement

MAX_DAYS = 366
"""For how long a key may be made; a program's keeper makes a new one in time."""
USED_EVERY = timedelta(minutes=1)
"""How often it is written down that a key was used."""
_KEY = re.compile(r"svk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key that is valid, and the person for whom it speaks."""

    key: AccessKey
    person: Person


class Keys:
    """The keys of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def add(self, person_id: str, name: str, scopes: Collection[Scope], *, days: int,
            procurements: Collection[str] | None = None, by: str = OPERATOR) -> tuple[AccessKey, str]:  # fmt: skip
        """Return a new key and its words, which cannot be shown again.

        Args:
            person_id: for whom it speaks; it can never do more than they may.
            name: what it is for.
            scopes: what it may do at most.
            days: until it expires, 1 to 366.
            procurements: ids of those that it is bound to; None for all of the person's.
            by: who makes it.

        Raises:
            NotFound: there is no such person or procurement.
            UsageError: no name, no scope, or too long a life.
        """
        if not name.strip() or not scopes:
            raise UsageError("A key needs a name that tells what it is for, and at least one scope.")
        if not 1 <= days <= MAX_DAYS:
            raise UsageError(f"A key lives from 1 to {MAX_DAYS} days, not {days}; make a new one in time.")
        now, secret, key_id = self._now(), new_secret(), secrets.token_hex(6)
        key = AccessKey(
            id=key_id,
            person_id=person_id,
            name=folded(name),
            secret_sha256=digest(secret),
            scopes=sorted({s.value for s in scopes}),
            procurements=None if procurements is None else sorted(set(procurements)),
            added_at=now,
            expires_at=now + timedelta(days=days),
        )
        with self._store.writing() as session:
            row_of(session, Person, person_id)
            for procurement_id in key.procurements or []:
                row_of(session, Procurement, procurement_id)
            session.add(key)
            session.flush()
            tell(session, EventKind.key_added, key, person=by, details={"account": person_id, "scopes": key.scopes})
        return key, f"svk_{key_id}_{secret}"

    def keys_of(self, person_id: str | None = None) -> list[AccessKey]:
        """Return the keys of a person, or of all, oldest first, those that are over too."""
        with self._store.reading() as session:
            query = select(AccessKey).order_by(col(AccessKey.added_at), col(AccessKey.id))
            if person_id is not None:
                query = query.where(AccessKey.person_id == person_id)
            return list(session.exec(query))

    def revoke(self, key_id: str, *, of: str | None = None, by: str = OPERATOR) -> AccessKey:
        """Return the key, which is valid no more.

        Args:
            key_id: which.
            of: the person whose key it must be; None for anybody's.
            by: who takes it back.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.writing() as session:
            key = session.get(AccessKey, key_id, with_for_update=True)
            if key is None or (of is not None and key.person_id != of):
                raise NotFound(f"There is no key {key_id[:20]!r}; list the keys to find the right one.")
            if key.revoked_at is None:
                key.revoked_at = self._now()
                tell(session, EventKind.key_revoked, key, person=by, details={"account": key.person_id})
            return key

    def use(self, words: str) -> KeyUse | None:
        """Return the key of these words with its person; None for one that is not, or no longer, valid."""
        parts = _KEY.fullmatch(words)
        if parts is None:
            return None
        now = self._now()
        with self._store.reading() as session:
            query = select(AccessKey, Person).join(Person, col(Person.id) == col(AccessKey.person_id))
            found = session.exec(query.where(AccessKey.id == parts[1])).first()
        if found is None or not hmac.compare_digest(found[0].secret_sha256, digest(parts[2])):
            return None
        key, person = found
        if key.revoked_at is not None or key.expires_at <= now or person.disabled_at is not None:
            return None
        if key.used_at is None or now - key.used_at >= USED_EVERY:
            self._note_used(key.id, now)
        return KeyUse(key, person)

    def _note_used(self, key_id: str, now: datetime) -> None:
        with self._store.writing() as session:
            key = session.get(AccessKey, key_id)
            if key is not None:
                key.used_at = now
