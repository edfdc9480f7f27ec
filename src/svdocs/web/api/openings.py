"""Sealed bids and their opening by two people, for programs and for pages that ask by them."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel, Field

from svdocs.records.access import Right
from svdocs.records.openings import NEEDED, Opening
from svdocs.web.api.incoming import incoming
from svdocs.web.api.route import IfMatch, api_router
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("opening")
_PATH = "/procurements/{procurement_id}/opening"


class OpeningTime(BaseModel):
    """When bids may be opened at the earliest."""

    model_config = incoming(opens_at="2027-03-31T11:00:00Z")

    opens_at: AwareDatetime | None = Field(description="Null where bids are not sealed at all.")


class OpeningBody(BaseModel):
    """How far the opening of a procurement's bids has come."""

    is_sealed: bool = Field(description="Whether bids are closed to everybody.")
    opens_at: datetime | None
    opened_at: datetime | None
    confirmed_by: list[str] = Field(description="Names of those who have confirmed, in order.")
    needed: int = Field(default=NEEDED, description="How many different people open bids.")


def opening_body(opening: Opening) -> OpeningBody:
    """Return an opening as the interface gives it."""
    return OpeningBody(
        is_sealed=opening.is_sealed,
        opens_at=opening.opens_at,
        opened_at=opening.opened_at,
        confirmed_by=list(opening.confirmed_by),
    )


@router.get(_PATH, dependencies=[needs(Right.look)])
def show_opening(here: AtHand, procurement_id: str) -> OpeningBody:
    """Return whether bids are sealed, and who has confirmed their opening."""
    return opening_body(here.openings.opening_of(procurement_id))


@router.put(_PATH, dependencies=[needs(Right.change)])
def set_opening_time(here: AtHand, procurement_id: str, new: OpeningTime, if_match: IfMatch) -> OpeningBody:
    """Seal bids until a time, or put the opening off; never to an earlier time once a bid is in."""
    if_match.check(opening_body(here.openings.opening_of(procurement_id)))
    here.openings.set_time(procurement_id, new.opens_at and new.opens_at.astimezone(UTC), here.visitor.caller)
    return opening_body(here.openings.opening_of(procurement_id))


@router.post(_PATH + "/confirmation", dependencies=[needs(Right.open_bids)])
def confirm_opening(here: AtHand, procurement_id: str) -> OpeningBody:
    """Confirm that bids are opened; the second person's word opens them. No key may do this."""
    return opening_body(here.openings.confirm(procurement_id, here.visitor.caller))
