"""Accounts, and who is signed in: beside the store, in the same database.

Each public method is one transaction. What it changes stands in the log with the person who did it; no password, code,
token or key ever does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.passwords import digest, hash_password, is_password, new_secret, totp_step_of
from svdocs.records.people_tables import IdentityRequest, Membership, Person, Role, SignIn
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""After so long without a request, and so long at most, a person signs in again."""
SEEN_EVERY = timedelta(minutes=1)
"""How often a sign-in's last request is written down: a write for each would keep others waiting."""
REQUEST_LIFE = timedelta(minutes=10)
"""How long a sign-in at the identity provider may take."""
OPERATOR = "the operator"
"""Who acts by the command line: whoever may run it on the machine."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whose sign-in stands, since when, and their roles by procurement."""

    person: Person
    begun_at: datetime
    roles: dict[str, tuple[Role, ...]]


@dataclass(frozen=True, slots=True)
class Member:
    """A person with the roles that they have in one procurement."""

    person: Person
    roles: tuple[Role, ...]


class People:
    """The accounts of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now
        self._somebody = False

    # Accounts

    def is_anybody(self) -> bool:
        """Say whether there is any account; from then on everybody signs in, for good, since none is ever deleted."""
        if not self._somebody:
            with self._store.reading() as session:
                self._somebody = session.exec(select(Person.id).limit(1)).first() is not None
        return self._somebody

    def add(self, email: str, name: str, password: str | None, *, by: str = OPERATOR,
            is_administrator: bool = False) -> Person:  # fmt: skip
        """Return a new account.

        Args:
            email: by which the person signs in.
            name: as it stands with their decisions.
            password: None for somebody who signs in only through the identity provider.
            by: who adds it.
            is_administrator: whether they manage people; they then read no bid.

        Raises:
            UsageError: no name, no e-mail address, or a password that is too easy.
            Conflict: there is an account with this address.
        """
        address = _address(email)
        if not name.strip():
            raise UsageError("An account needs the person's name, as it shall stand with their decisions; give one.")
        person = Person(
            email=address,
            name=folded(name),
            password_hash=None if password is None else hash_password(password, address, name),
            is_administrator=is_administrator,
            added_at=self._now(),
        )
        with self._store.writing() as session:
            if _by_email(session, address) is not None:
                raise Conflict(f"{address} has an account already; `svdocs people list` shows all.")
            session.add(person)
            session.flush()
            _tell(session, EventKind.person_added, person, by, email=address, administrator=is_administrator)
        return person

    def person(self, person_id: str) -> Person:
        """Return the person of this id.

        Raises:
            NotFound: there is none.
        """
        with self._store.reading() as session:
            return row_of(session, Person, person_id)

    def person_of_email(self, email: str) -> Person:
        """Return the person with this address.

        Raises:
            NotFound: there is none.
        """
        with self._store.reading() as session:
            return _person_of_email(session, email)

    def everybody(self) -> list[Person]:
        """Return all accounts by address, those disabled too."""
        with self._store.reading() as session:
            return list(session.exec(select(Person).order_by(col(Person.email))))

    def disable(self, person_id: str, *, by: str = OPERATOR) -> Person:
        """Return the person, who is signed out everywhere and can sign in no more; their keys stop working too.

        Raises:
            NotFound: there is no such person.
        """
        with self._store.writing() as session:
            person = row_of(session, Person, person_id, lock=True)
            if person.disabled_at is None:
                person.disabled_at = self._now()
                _sign_out_everywhere(session, person_id)
                _tell(session, EventKind.person_disabled, person, by)
            return person

    def set_password(self, person_id: str, password: str, *, by: str = OPERATOR) -> Person:
        """Return the person with a new password, signed out everywhere.

        Raises:
            NotFound: there is no such person.
            UsageError: the password is too easy.
        """
        with self._store.writing() as session:
            person = row_of(session, Person, person_id, lock=True)
            person.password_hash = hash_password(password, person.email, person.name)
            _sign_out_everywhere(session, person_id)
            _tell(session, EventKind.password_set, person, by)
            return person

    def set_second_factor(self, person_id: str, secret: str | None, code: str, *, by: str) -> Person:
        """Return the person with a second factor, or without: a one-time code that the sign-in asks for.

        Args:
            person_id: whose.
            secret: shared with their authenticator app; None to take the second factor away.
            code: that the app shows now, of the new secret or, to take it away, of the old.
            by: who sets it.

        Raises:
            NotFound: there is no such person.
            UsageError: the code is wrong.
        """
        with self._store.writing() as session:
            person = row_of(session, Person, person_id, lock=True)
            checked = secret or person.totp_secret
            step = None if checked is None else totp_step_of(checked, code, self._now())
            if step is None or (secret is None and step <= person.totp_step):
                raise UsageError("The code is wrong or too old; enter the one that the app shows now.")
            person.totp_secret, person.totp_step = secret, step
            _tell(session, EventKind.second_factor_set, person, by, has_one=secret is not None)
            return person

    def forget_second_factor(self, person_id: str, *, by: str = OPERATOR) -> Person:
        """Return the person without a second factor, as when they have lost their telephone; signed out everywhere.

        Raises:
            NotFound: there is no such person.
        """
        with self._store.writing() as session:
            person = row_of(session, Person, person_id, lock=True)
            if person.totp_secret is not None:
                person.totp_secret = None
                _sign_out_everywhere(session, person_id)
                _tell(session, EventKind.second_factor_set, person, by, has_one=False)
            return person

    # Signing in and out

    def check(self, email: str, password: str, code: str = "") -> Person | None:
        """Return the person whom address, password and, where they have a second factor, its code prove; else None."""
        with self._store.reading() as session:
            person = _by_email(session, email.strip().lower())
        may = person is not None and person.disabled_at is None
        if not is_password(password, person.password_hash if person and may else None) or person is None:
            return None
        if person.totp_secret is None:
            return person
        return person if self._take_code(person.id, code) else None

    def knows_password(self, person_id: str, password: str) -> bool:
        """Say whether this is the person's password, as when somebody who is signed in sets a new one.

        Raises:
            NotFound: there is no such person.
        """
        return is_password(password, self.person(person_id).password_hash)

    def _take_code(self, person_id: str, code: str) -> bool:
        """Say whether the one-time code is right and new; no code is taken twice."""
        with self._store.writing() as session:
            person = row_of(session, Person, person_id, lock=True)
            step = totp_step_of(person.totp_secret, code, self._now()) if person.totp_secret else None
            if step is None or step <= person.totp_step:
                return False
            person.totp_step = step
            return True

    def sign_in(self, person_id: str, *, instead_of: str | None = None) -> str:
        """Return the secret of a new sign-in, for the browser's cookie; a sign-in of before ends.

        Args:
            person_id: who has been proved to be there.
            instead_of: the secret that the browser had until now, if any.

        Raises:
            NotFound: there is no such person, or the account is disabled.
        """
        token, now = new_secret(), self._now()
        with self._store.writing() as session:
            person = row_of(session, Person, person_id)
            if person.disabled_at is not None:
                raise NotFound("The account is disabled; ask an administrator.")
            session.execute(delete(SignIn).where(col(SignIn.begun_at) < now - LONGEST))
            if instead_of:
                session.execute(delete(SignIn).where(col(SignIn.token_sha256) == digest(instead_of)))
            session.add(SignIn(token_sha256=digest(token), person_id=person_id, begun_at=now, seen_at=now))
        return token

    def signed_in(self, token: str) -> SignedIn | None:
        """Return who is signed in by this secret; None once it is over."""
        now, kept = self._now(), digest(token)
        with self._store.reading() as session:
            query = select(SignIn, Person).join(Person, col(Person.id) == col(SignIn.person_id))
            found = session.exec(query.where(SignIn.token_sha256 == kept)).first()
            if found is None:
                return None
            roles = _roles_of(session, found[1].id)
        sign_in, person = found
        if now - sign_in.begun_at >= LONGEST or now - sign_in.seen_at >= IDLE or person.disabled_at is not None:
            return None
        if now - sign_in.seen_at >= SEEN_EVERY:
            self._note_seen(kept, now)
        return SignedIn(person, sign_in.begun_at, roles)

    def _note_seen(self, token_sha256: str, now: datetime) -> None:
        with self._store.writing() as session:
            sign_in = session.get(SignIn, token_sha256)
            if sign_in is not None:
                sign_in.seen_at = now

    def sign_out(self, token: str) -> None:
        """End the sign-in of this secret."""
        with self._store.writing() as session:
            session.execute(delete(SignIn).where(col(SignIn.token_sha256) == digest(token)))

    def sign_ins_of(self, person_id: str) -> int:
        """Return in how many browsers a person is signed in."""
        with self._store.reading() as session:
            query = select(func.count()).select_from(SignIn).where(col(SignIn.person_id) == person_id)
            return int(session.exec(query).one())

    # The identity provider

    def begin_identity_request(self, state: str, *, nonce: str, verifier: str, next: str) -> None:
        """Keep what a sign-in at the identity provider must come back with."""
        now = self._now()
        with self._store.writing() as session:
            session.execute(delete(IdentityRequest).where(col(IdentityRequest.begun_at) < now - REQUEST_LIFE))
            session.add(
                IdentityRequest(state_sha256=digest(state), nonce=nonce, verifier=verifier, next=next, begun_at=now)
            )

    def take_identity_request(self, state: str) -> IdentityRequest:
        """Return what was kept under `state`, once.

        Raises:
            NotFound: nothing was, it was taken, or it is too old.
        """
        with self._store.writing() as session:
            request = session.get(IdentityRequest, digest(state), with_for_update=True)
            if request is None:
                raise NotFound("This sign-in was not begun here or is over; sign in again.")
            session.delete(request)
        if self._now() - request.begun_at > REQUEST_LIFE:
            raise NotFound("The sign-in took too long; sign in again.")
        return request

    def person_of_identity(self, issuer: str, subject: str, email: str | None) -> Person | None:
        """Return whom the identity provider means; their first sign-in there binds the account with that address.

        Args:
            issuer: the identity provider.
            subject: its name for the person, which never changes.
            email: their address, if the provider has verified it.
        """
        with self._store.writing() as session:
            known = session.exec(select(Person).where(Person.issuer == issuer, Person.subject == subject)).first()
            person = known or (_by_email(session, email.strip().lower()) if email else None)
            if person is None or person.disabled_at is not None or (known is None and person.subject is not None):
                return None
            person.issuer, person.subject = issuer, subject
            return person

    # Roles

    def grant(self, person_id: str, procurement_id: str, role: Role, *, by: str = OPERATOR) -> None:
        """Give a person a role in a procurement.

        Raises:
            NotFound: there is no such person or procurement.
            UsageError: an administrator reads no bid, and so has no role.
        """
        with self._store.writing() as session:
            person = row_of(session, Person, person_id)
            row_of(session, Procurement, procurement_id)
            if person.is_administrator:
                raise UsageError(
                    f"{person.name} is an administrator, who manages people and reads no bid; "
                    "give the role to an account of somebody else."
                )
            if session.get(Membership, (person_id, procurement_id, role)) is None:
                session.add(
                    Membership(person_id=person_id, procurement_id=procurement_id, role=role, granted_at=self._now())
                )
                _tell(session, EventKind.role_granted, person, by, procurement_id, role=role.value)

    def revoke(self, person_id: str, procurement_id: str, role: Role, *, by: str = OPERATOR) -> None:
        """Take a role in a procurement away from a person.

        Raises:
            NotFound: they do not have it.
        """
        with self._store.writing() as session:
            membership = session.get(Membership, (person_id, procurement_id, role))
            if membership is None:
                raise NotFound(f"The person is no {role.value} of this procurement; list its members to see who is.")
            session.delete(membership)
            person = row_of(session, Person, person_id)
            _tell(session, EventKind.role_revoked, person, by, procurement_id, role=role.value)

    def members_of(self, procurement_id: str) -> list[Member]:
        """Return who has which roles in a procurement, by name."""
        with self._store.reading() as session:
            query = select(Person, Membership).join(Membership, col(Membership.person_id) == col(Person.id))
            found = list(session.exec(query.where(Membership.procurement_id == procurement_id)))
        people = {person.id: person for person, _ in found}
        return [
            Member(person, _in_order([m.role for _, m in found if m.person_id == person.id]))
            for person in sorted(people.values(), key=lambda p: (p.name.casefold(), p.id))
        ]

    def roles_of(self, person_id: str) -> dict[str, tuple[Role, ...]]:
        """Return a person's roles by procurement."""
        with self._store.reading() as session:
            return _roles_of(session, person_id)


def _roles_of(session: Session, person_id: str) -> dict[str, tuple[Role, ...]]:
    found = list(session.exec(select(Membership).where(Membership.person_id == person_id)))
    return {m.procurement_id: _in_order([x.role for x in found if x.procurement_id == m.procurement_id])
            for m in found}  # fmt: skip


def _in_order(roles: Sequence[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


def _address(email: str) -> str:
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address) or not address.isprintable():
        raise UsageError(f"{email[:80]!r} is no e-mail address; write one such as a.officer@council.example.")
    return address


def _by_email(session: Session, address: str) -> Person | None:
    return session.exec(select(Person).where(Person.email == address)).first()


def _person_of_email(session: Session, email: str) -> Person:
    person = _by_email(session, email.strip().lower())
    if person is None:
        raise NotFound(f"Nobody has an account with the address {email[:80]!r}; `svdocs people list` shows all.")
    return person


def _sign_out_everywhere(session: Session, person_id: str) -> None:
    session.execute(delete(SignIn).where(col(SignIn.person_id) == person_id))


def _tell(session: Session, kind: EventKind, person: Person, by: str, procurement_id: str | None = None,
          **details: object) -> None:  # fmt: skip
    """Have the audit trail tell what happened to an account or a role, and who did it."""
    within = session.get(Procurement, procurement_id) if procurement_id else None
    tell(session, kind, person, within=within, person=by, details={"account": person.id, "person": by, **details})
