"""Badges, for programs: what a contract has earned, what a contract manager decides, and the public register."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from svdocs.delivery.earned import propose_badges
from svdocs.errors import Conflict, NotFound
from svdocs.records.access import Right
from svdocs.records.badges import BadgeRecord, Badges
from svdocs.records.delivery_tables import BadgeLevel, BadgeState
from svdocs.records.people_tables import Scope
from svdocs.web.api.contracts import PERSON, name_of
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.issuing import base_of, issue_badge
from svdocs.web.judging import check_is_manager
from svdocs.web.rights import needs, needs_scope

router = api_router("contracts")
_BADGES = "/contracts/{contract_id}/badges"


class PublicBadgeBody(BaseModel):
    """A badge as the public register shows it."""

    id: str
    contract: str = Field(description="The contract's title.")
    supplier: str
    buyer: str
    financial_year: str
    level: BadgeLevel
    state: BadgeState
    decided_by: str | None
    decided_at: datetime | None
    credential: str = Field(description="The signed credential, Open Badges 3.0, once it is issued.")
    revoked_at: datetime | None
    revoked_because: str


class BadgeBody(PublicBadgeBody):
    """A badge for one contract in one financial year."""

    contract_id: str
    grounds: dict[str, Any] = Field(description="The figures on which it was proposed.")
    proposed_at: datetime
    because: str
    revoked_by: str | None


class NewBadge(BaseModel):
    """A financial year that has ended, of which it is asked which badge was earned."""

    model_config = incoming(financial_year="2027-28")

    financial_year: str = Field(max_length=10)


class BadgeDecision(BaseModel):
    """What the contract manager decides about a badge."""

    model_config = incoming(action="confirm")

    action: Literal["confirm", "refuse", "revoke"]
    because: str = Field(
        default="", max_length=10_000, description="Needed to refuse and to revoke; then it is public."
    )
    person: str = PERSON


@router.get("/badges", dependencies=[needs_scope(Scope.read)])
def list_public_badges(here: AtHand, asked: PageAsked) -> Page[PublicBadgeBody]:
    """Return the public register: badges that were issued, and those taken back."""
    found = Badges(here.receiving).public()  # open to everybody, so it is the same for all
    return asked.page_of(found, lambda b: (b.badge.financial_year, b.id), _public_body)


@router.get(_BADGES, dependencies=[needs(Right.read)])
def list_badges(here: AtHand, contract_id: str, asked: PageAsked) -> Page[BadgeBody]:
    """Return the badges of a contract, whatever became of them, by financial year."""
    found = Badges(here.store).badges_of(contract_id)
    return asked.page_of(found, lambda b: (b.badge.financial_year, b.id), _badge_body)


@router.post(_BADGES, status_code=201, dependencies=[needs(Right.manage_contracts)])
def propose_badge(here: AtHand, contract_id: str, new: NewBadge) -> BadgeBody:
    """Propose the badge that a contract has earned in a financial year; it is public only once it is confirmed."""
    year = new.financial_year
    made = propose_badges(here.store, year, datetime.now(UTC).date(), contract_id=contract_id)
    if not made:
        raise Conflict(f"No badge is earned in {year}, or somebody has decided on it; look at the contract's badges.")
    return _badge_body(Badges(here.store).badge(made[0].id))


@router.get(_BADGES + "/{badge_id}", dependencies=[needs(Right.read)])
def show_badge(here: AtHand, contract_id: str, badge_id: str) -> BadgeBody:
    """Return one badge."""
    return _badge_body(_badge_in(here, contract_id, badge_id))


@router.post(_BADGES + "/{badge_id}/decision", dependencies=[needs(Right.verify_delivery)])
def decide_badge(here: AtHand, contract_id: str, badge_id: str, new: BadgeDecision) -> BadgeBody:
    """Issue a badge, refuse it, or take it back; where the contract names an account, nobody else may."""
    record, badges, person = _badge_in(here, contract_id, badge_id), Badges(here.store), name_of(here, new.person)
    check_is_manager(here.visitor, record)
    if new.action == "refuse":
        badges.refuse(record.id, person=person, because=new.because)
    elif new.action == "revoke":
        badges.revoke(record.id, person=person, because=new.because)
    else:
        whole = Badges(here.receiving).badge(record.id)  # names the supplier even where no document of theirs is here
        issue_badge(badges, whole, here.settings, base_of(here.settings), person=person)
    return _badge_body(badges.badge(record.id))


def _badge_in(here: Here, contract_id: str, badge_id: str) -> BadgeRecord:
    record = Badges(here.store).badge(badge_id)
    if record.contract.id != contract_id:
        raise NotFound("The contract has no such badge; list its badges to find the right one.")
    return record


def _badge_body(record: BadgeRecord) -> BadgeBody:
    return BadgeBody(**_fields(record, BadgeBody))


def _public_body(record: BadgeRecord) -> PublicBadgeBody:
    return PublicBadgeBody(**_fields(record, PublicBadgeBody))


def _fields(record: BadgeRecord, body: type[BaseModel]) -> dict[str, Any]:
    fields = record.badge.model_dump(include=set(body.model_fields))
    return fields | {"contract": record.contract.title, "supplier": record.supplier, "buyer": record.buyer}
