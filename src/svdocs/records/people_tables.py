"""The tables of people: accounts, sign-ins, who has which role in which procurement, and the keys of programs.

```
person ─┬─ sign_in
        ├─ membership ──── procurement
        ├─ access_key
        └─ opening_confirmation ──── procurement   (no change, no deletion)
```

Nothing here lets anybody in by itself: of passwords there is an argon2id hash, of sign-ins and keys a SHA-256.
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint, false
from sqlmodel import Field

from svdocs.records.tables import Table, new_id, now, word


class Role(StrEnum):
    """What a person is in one procurement; `records.access` says what each may do."""

    lead = "lead"
    chair = "chair"
    evaluator = "evaluator"
    observer = "observer"
    contract_manager = "contract_manager"
    records_officer = "records_officer"


class Scope(StrEnum):
    """What a program may do with a key, at most: never more than the person whose key it is."""

    read = "read"
    upload = "upload"
    decide = "decide"
    export = "export"
    admin = "admin"


class Person(Table, table=True):
    """Somebody with an account. Never deleted, only disabled: the record names people for years."""

    id: str = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True)
    """In lower case."""
    name: str
    password_hash: str | None = None
    """By argon2id; None for somebody who signs in only through the identity provider."""
    totp_secret: str | None = None
    """The shared secret of the second factor, once the person has confirmed it."""
    totp_step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The last time step whose code was used; a code is taken once."""
    issuer: str | None = None
    subject: str | None = None
    """Who the person is at the identity provider, from their first sign-in there."""
    is_administrator: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether they manage people; an administrator has no role in any procurement and reads no bid."""
    added_at: datetime = Field(default_factory=now)
    disabled_at: datetime | None = None

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class SignIn(Table, table=True):
    """One signed-in browser. Its row is gone when the person signs out, is disabled or sets a new password."""

    __tablename__ = "sign_in"

    token_sha256: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    begun_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)


class Membership(Table, table=True):
    """A role of a person in a procurement."""

    person_id: str = Field(foreign_key="person.id", primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", primary_key=True, index=True)
    role: Role = Field(
        primary_key=True,
        sa_type=word(Role),
    )
    granted_at: datetime = Field(default_factory=now)


class AccessKey(Table, table=True):
    """A key by which a program speaks for a person, within scopes and procurements."""

    __tablename__ = "access_key"

    id: str = Field(primary_key=True)
    """The first part of the key, which is no secret."""
    person_id: str = Field(foreign_key="person.id", index=True)
    name: str
    secret_sha256: str
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    procurements: list[str] | None = Field(default=None, sa_type=JSON)
    """Ids of the procurements that it is bound to; None for all of the person's."""
    added_at: datetime = Field(default_factory=now)
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class OpeningConfirmation(Table, table=True):
    """That one person confirmed the opening of a procurement's bids. Only ever added."""

    __tablename__ = "opening_confirmation"

    procurement_id: str = Field(foreign_key="procurement.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    confirmed_at: datetime = Field(default_factory=now)


class IdentityRequest(Table, table=True):
    """A sign-in at the identity provider that has begun and not come back yet; it is taken once."""

    __tablename__ = "identity_request"

    state_sha256: str = Field(primary_key=True)
    nonce: str
    verifier: str
    next: str
    begun_at: datetime = Field(default_factory=now)
