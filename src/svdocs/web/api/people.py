"""Who may do what in a procurement, and the keys by which programs speak for a person, for programs."""

from __future__ import annotations

from datetime import datetime

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.errors import NotAllowed, NotFound, UsageError
from svdocs.records.access import Right
from svdocs.records.keys import MAX_DAYS, Keys
from svdocs.records.people import Member
from svdocs.records.people_tables import AccessKey, Role, Scope
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import GIVES_SECRET, api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs, needs_scope

router = api_router("members")
keys = api_router("keys")


class MemberBody(BaseModel):
    """A person with the roles that they have in a procurement."""

    person_id: str
    name: str
    email: str
    roles: list[Role]


class NewRole(BaseModel):
    """A role to give to a person."""

    model_config = incoming(email="a.officer@council.example", role="evaluator")

    email: str = Field(min_length=3, max_length=254)
    role: Role


class NewKey(BaseModel):
    """A key to make for oneself."""

    model_config = incoming(name="nightly import", scopes=["read", "upload"], days=90)

    name: str = Field(min_length=1, max_length=200, description="What it is for.")
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    days: int = Field(ge=1, le=MAX_DAYS, description="Until it expires.")
    procurements: list[str] | None = Field(
        default=None, max_length=1_000, description="Ids of those that it is bound to; null for all of yours."
    )


class KeyBody(BaseModel):
    """A key, without its words."""

    id: str
    name: str
    scopes: list[Scope]
    procurements: list[str] | None
    added_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class MadeKeyBody(KeyBody):
    """A key with its words, which cannot be shown again."""

    words: str = Field(description="Send it as `Authorization: Bearer …`.")


def member_body(member: Member) -> MemberBody:
    """Return a member as the interface gives them."""
    person = member.person
    return MemberBody(person_id=person.id, name=person.name, email=person.email, roles=list(member.roles))


def key_body(key: AccessKey) -> KeyBody:
    """Return a key as the interface gives it."""
    return KeyBody(**key.model_dump(include=set(KeyBody.model_fields)))


@router.get("/procurements/{procurement_id}/members", dependencies=[needs(Right.look)])
def list_members(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[MemberBody]:
    """Return who has which roles in a procurement, by name."""
    found = here.people.members_of(procurement_id)
    return asked.page_of(found, lambda m: (m.person.name.casefold(), m.person.id), member_body)


@router.post("/procurements/{procurement_id}/members", status_code=201, dependencies=[needs(Right.manage_members)])
def grant_role(here: AtHand, procurement_id: str, new: NewRole) -> MemberBody:
    """Give a person a role."""
    try:
        person = here.people.person_of_email(new.email)
        here.people.grant(person.id, procurement_id, new.role, by=here.visitor.caller.name)
    except (NotFound, UsageError):
        raise UsageError(
            "email: nobody who can be a member has an account with this address; ask an administrator to add them."
        ) from None
    return member_body(_member(here, procurement_id, person.id))


@router.delete(
    "/procurements/{procurement_id}/members/{person_id}/roles/{role}",
    status_code=204,
    dependencies=[needs(Right.manage_members)],
)
def revoke_role(here: AtHand, procurement_id: str, person_id: str, role: Role) -> None:
    """Take a role away from a person."""
    _member(here, procurement_id, person_id)
    here.people.revoke(person_id, procurement_id, role, by=here.visitor.caller.name)


@keys.get("/keys", dependencies=[needs_scope(Scope.read)])
def list_keys(here: AtHand, asked: PageAsked) -> Page[KeyBody]:
    """Return your keys, oldest first, those that are over too."""
    found = Keys(here.receiving).keys_of(here.visitor.caller.person_id or "")
    return asked.page_of(found, lambda k: (k.added_at.isoformat(), k.id), key_body)


@keys.post("/keys", status_code=201, dependencies=[needs_scope(Scope.admin), GIVES_SECRET])
def add_key(here: AtHand, new: NewKey, response: Response) -> MadeKeyBody:
    """Make a key that speaks for you; its words are in this answer and nowhere else."""
    person_id = _oneself(here)
    for procurement_id in new.procurements or []:
        here.store.procurement(procurement_id)
    key, words = Keys(here.receiving).add(
        person_id, new.name, new.scopes, days=new.days, procurements=new.procurements, by=here.visitor.caller.name
    )
    response.headers["Location"] = "/api/v1/keys"
    return MadeKeyBody(**key_body(key).model_dump(), words=words)


@keys.delete("/keys/{key_id}", status_code=204, dependencies=[needs_scope(Scope.admin)])
def revoke_key(here: AtHand, key_id: str) -> None:
    """Take one of your keys back, so that it is valid no more."""
    Keys(here.receiving).revoke(key_id, of=_oneself(here), by=here.visitor.caller.name)


def _oneself(here: Here) -> str:
    """Return the id of the person who asks in person, and not by a key.

    Raises:
        NotAllowed: a key asks.
        UsageError: there are no accounts.
    """
    if here.visitor.key_id is not None:
        raise NotAllowed("No key makes or takes back keys; sign in and do it yourself.")
    if here.visitor.caller.person_id is None:
        raise UsageError("Keys speak for people with accounts; add one first with `svdocs people add`.")
    return here.visitor.caller.person_id


def _member(here: Here, procurement_id: str, person_id: str) -> Member:
    found = next((m for m in here.people.members_of(procurement_id) if m.person.id == person_id), None)
    if found is None:
        raise NotFound("There is no such member of this procurement; list its members to see who is.")
    return found
