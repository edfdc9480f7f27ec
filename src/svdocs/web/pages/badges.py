"""Badges: the public register, which needs no account, and what a contract manager decides about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from svdocs.delivery.badge_image import badge_png, badge_svg
from svdocs.delivery.credential import CRITERIA, verify
from svdocs.delivery.earned import propose_badges
from svdocs.delivery.years import last_year
from svdocs.errors import NotFound, UsageError
from svdocs.records.access import Right
from svdocs.records.badges import BadgeRecord, Badges
from svdocs.records.delivery_tables import BadgeLevel, BadgeState
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, AtTheDoor, Here, House, check_form
from svdocs.web.issuing import base_of, issue_badge
from svdocs.web.judging import check_is_manager
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.visitors import address_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
public = APIRouter(include_in_schema=False)
"""Open to everybody: it shows issued badges alone, and changes nothing."""
_BADGE = "/contracts/{contract_id}/badges/{badge_id}"


# The contract manager


@router.post("/contracts/{contract_id}/badges", dependencies=[needs(Right.manage_contracts)])
def propose(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Propose the badge that the contract has earned in the last financial year."""
    today = datetime.now(UTC).date()
    year = form.value("year") or last_year(today)
    made = propose_badges(here.store, year, today, contract_id=contract_id)
    said = f"{made[0].level.value.title()} proposed for {year}" if made else f"No badge is earned in {year}"
    return go(request, f"/contracts/{contract_id}", said)


@router.post(_BADGE + "/confirm", dependencies=[needs(Right.verify_delivery)])
def confirm(request: Request, here: AtHand, contract_id: str, badge_id: str, form: Sent) -> Response:
    """Issue a badge, as the contract's named manager confirms it."""
    badges, record = Badges(here.store), _badge(here, contract_id, badge_id)
    person = _manager(here, record, form)
    whole = Badges(here.receiving).badge(record.id)  # names the supplier even where no document of theirs is here
    issue_badge(badges, whole, here.settings, base_of(here.settings), person=person)
    return go(request, f"/contracts/{contract_id}", "Badge issued")


@router.post(_BADGE + "/refuse", dependencies=[needs(Right.verify_delivery)])
def refuse(request: Request, here: AtHand, contract_id: str, badge_id: str, form: Sent) -> Response:
    """Refuse a badge with a reason."""
    record = _badge(here, contract_id, badge_id)
    Badges(here.store).refuse(record.id, person=_manager(here, record, form), because=form.value("because"))
    return go(request, f"/contracts/{contract_id}", "Badge refused")


@router.post(_BADGE + "/revoke", dependencies=[needs(Right.verify_delivery)])
def revoke(request: Request, here: AtHand, contract_id: str, badge_id: str, form: Sent) -> Response:
    """Take an issued badge back; its page says so from now on."""
    record = _badge(here, contract_id, badge_id)
    Badges(here.store).revoke(record.id, person=_manager(here, record, form), because=form.value("because"))
    return go(request, f"/contracts/{contract_id}", "Badge taken back")


def _badge(here: Here, contract_id: str, badge_id: str) -> BadgeRecord:
    record = Badges(here.store).badge(badge_id)
    if record.contract.id != contract_id:
        raise NotFound("The contract has no such badge; look at its page.")
    return record


def _manager(here: Here, record: BadgeRecord, form: Form) -> str:
    """Return the name of the contract manager who decides; where the contract names an account, nobody else may."""
    check_is_manager(here.visitor, record)
    return here.visitor.person.name if here.visitor.person else form.needed("person", "Enter your name")


# The public register


@public.get("/badges")
def register(request: Request, house: AtTheDoor) -> Response:
    """Show every issued badge."""
    return render(request, "badges.html", badges=Badges(house.store).public(), checked=None, wrong="", token="")


@public.post("/badges/verify")
async def check(request: Request, house: AtTheDoor) -> Response:
    """Say whether a badge's token is one of this register, unchanged and standing."""
    house.door.limits.strangers.take(address_of(request))
    sent = (await request.form(max_files=0, max_part_size=64_000)).get("token", "")
    token = sent.strip() if isinstance(sent, str) else ""
    checked, wrong = _checked(house, token)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"verified": checked is not None, "revoked": bool(checked and _is_revoked(checked)),
                             "problem": wrong})  # fmt: skip
    return render(
        request, "badges.html", badges=Badges(house.store).public(), checked=checked, wrong=wrong, token=token
    )


@public.get("/badges/keys.json")
def give_keys(house: AtTheDoor) -> Response:
    """Give the public keys, those retired too."""
    keys = [{**k.public, "kid": k.id, "alg": "EdDSA", "use": "sig"} for k in Badges(house.store).all_keys()]
    return JSONResponse({"keys": keys})


@public.get("/badges/issuer")
def give_issuer(house: AtTheDoor) -> Response:
    """Give the issuer's profile, as Open Badges 3.0 has it."""
    base = base_of(house.settings)
    buyers = sorted({b.buyer for b in Badges(house.store).public()})
    name = buyers[0] if len(buyers) == 1 else "The contracting authority"
    return JSONResponse({"id": f"{base}/badges/issuer", "type": ["Profile"], "name": name, "url": f"{base}/badges"})


@public.get("/badges/status.json")
def give_status(house: AtTheDoor) -> Response:
    """Give the list of badges that were taken back, as Open Badges 3.0 has it."""
    base = base_of(house.settings)
    revoked = [
        {"id": f"{base}/badges/{b.id}", "revoked": True, "revocationReason": b.badge.revoked_because}
        for b in Badges(house.store).public()
        if _is_revoked(b)
    ]
    return JSONResponse(
        {"id": f"{base}/badges/status.json", "issuer": f"{base}/badges/issuer", "revokedCredentials": revoked}
    )


@public.get("/badges/levels/{level}")
def give_level(house: AtTheDoor, level: str) -> Response:
    """Give what a level stands for, as Open Badges 3.0 has it."""
    if level not in set(BadgeLevel):
        raise NotFound("There is no such level of badge; look at the register.")
    base = base_of(house.settings)
    return JSONResponse(
        {"id": f"{base}/badges/levels/{level}", "type": ["Achievement"], "achievementType": "Badge",
         "name": f"Social Value Achievement Badge: {level.title()}",
         "criteria": {"narrative": CRITERIA[BadgeLevel(level)]}}
    )  # fmt: skip


@public.get("/badges/{badge_id}")
def show_badge(request: Request, house: AtTheDoor, badge_id: str) -> Response:
    """Show one issued badge."""
    record = Badges(house.store).public_badge(badge_id)
    checked, wrong = _checked(house, record.badge.credential)
    return render(request, "badge.html", record=record, holds=checked is not None, wrong=wrong,
                  criteria=CRITERIA[record.badge.level])  # fmt: skip


@public.get("/badges/{badge_id}/image.{ending}")
def give_image(house: AtTheDoor, badge_id: str, ending: str) -> Response:
    """Give an issued badge as a picture with its credential baked in: png or svg."""
    record = Badges(house.store).public_badge(badge_id)
    badge = record.badge
    if ending == "png":
        return Response(badge_png(badge.level, badge.financial_year, record.supplier, badge.credential),
                        media_type="image/png")  # fmt: skip
    if ending == "svg":
        svg = badge_svg(badge.level, badge.financial_year, record.supplier, record.buyer, badge.credential)
        return Response(svg, media_type="image/svg+xml")
    raise NotFound("A badge comes as image.png or image.svg.")


@public.get("/badges/{badge_id}/credential.jwt")
def give_credential(house: AtTheDoor, badge_id: str) -> Response:
    """Give an issued badge's signed credential."""
    return Response(Badges(house.store).public_badge(badge_id).badge.credential, media_type="application/vc+jwt")


def _checked(house: House, token: str) -> tuple[BadgeRecord | None, str]:
    """Return the badge of a token whose signature holds, or what is wrong with it."""
    badges = Badges(house.store)
    try:
        credential: dict[str, Any] = verify(token, {k.id: k.public for k in badges.all_keys()})
        record = badges.public_badge(str(credential["id"]).rpartition("/")[2])
    except (UsageError, NotFound) as error:
        return None, str(error)
    if record.badge.credential != token:
        return None, "The signature holds, but another credential of this badge stands in the register."
    return record, ""


def _is_revoked(record: BadgeRecord) -> bool:
    return record.badge.state is BadgeState.revoked
