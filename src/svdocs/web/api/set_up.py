"""How a procurement is set up, which rules follow, the menu for bidders and checks of the tender, for programs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from svdocs.errors import UsageError
from svdocs.frameworks.applying import check_set_up, rules_that_apply
from svdocs.frameworks.framework import Fact
from svdocs.frameworks.local import LocalTest, describe_local
from svdocs.frameworks.parse_set_up import parse_set_up
from svdocs.frameworks.rules import Buyer, ContractKind
from svdocs.frameworks.set_up import Route, missing_parts
from svdocs.records.access import Right
from svdocs.records.menus import Menus
from svdocs.records.set_up_tables import TenderCheck
from svdocs.records.set_ups import SetUpRecord, SetUps
from svdocs.records.tender_checks import TenderChecks
from svdocs.review.run_check import run_check
from svdocs.web.api.incoming import incoming
from svdocs.web.api.route import IfMatch, api_router
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("set-up")
_SET_UP = "/procurements/{procurement_id}/setup"


class LotPart(BaseModel):
    """A lot as the set-up names it."""

    model_config = incoming(name="Lot 1")

    name: str
    value_gbp: Decimal | None = None


class ExceptionPart(BaseModel):
    """Why a rule is not followed, and who approved it."""

    model_config = incoming(reason="No market offers it.")

    reason: str = ""
    approved_by: str = ""
    role: str = ""
    approved_on: date | None = None


class LocalPart(BaseModel):
    """What counts as local."""

    model_config = incoming(name="Kent residents", edition="2026", areas=["E10000016"], tests=["residence"])

    name: str
    edition: str
    areas: list[str] = Field(description="Districts or counties, by name or ONS code.")
    tests: list[LocalTest]
    source: str = ""


class SetUpPart(BaseModel):
    """A set-up, whole: what is left out is empty."""

    model_config = incoming(buyer="Kent County Council", buyer_kind="kent_county_council", weighting_percent="10")

    buyer: str = ""
    buyer_kind: Buyer | None = None
    department: str = ""
    contract_kind: ContractKind | None = None
    value_gbp: Decimal | None = Field(default=None, description="Total over the whole term, including VAT and options.")
    starts: date | None = None
    ends: date | None = None
    extension_months: int = 0
    commenced: date | None = Field(default=None, description="Day on which the procurement commenced: it picks rules.")
    noticed: date | None = None
    route: Route | None = None
    new_framework: bool = False
    lots: list[LotPart] = Field(default_factory=list)
    category: str = ""
    frameworks: list[str] = Field(default_factory=list)
    weighting_percent: Decimal | None = None
    quality_percent: Decimal | None = None
    themes: list[str] = Field(default_factory=list, description="As framework/code, such as kcc/employer.")
    measures: list[str] = Field(default_factory=list)
    exception: ExceptionPart | None = None
    local: LocalPart | None = None


class SetUpBody(BaseModel):
    """The newest version of a set-up, or of one asked for."""

    procurement_id: str
    version: int = Field(description="0 where nobody has saved one yet.")
    confirmed: bool
    because: str
    set_by: str
    set_at: datetime | None
    missing: list[str] = Field(description="Parts that are not filled yet.")
    local: str = Field(description="What local means, in one sentence.")
    set_up: SetUpPart


class FactBody(BaseModel):
    """What a rule rests on."""

    text: str
    source: str
    publisher: str
    confirmed: bool = Field(description="Whether a publication bears it out.")


class RuleBody(BaseModel):
    """A rule that applies."""

    topic: str
    title: str
    because: str
    expectation: str | None
    look_up: bool = Field(description="Whether a person should check the threshold.")
    basis: list[FactBody]


class BreachBody(BaseModel):
    """What the set-up breaks."""

    severity: str
    field: str
    message: str
    basis: list[FactBody]


class RulesBody(BaseModel):
    """The rules that apply to the newest version, and what it breaks."""

    version: int
    rules: list[RuleBody]
    breaches: list[BreachBody]


class Confirmation(BaseModel):
    """That the answers were checked."""

    model_config = incoming(because="")

    because: str = Field(default="", description="Needed where a rule is broken.")


class MenuBody(BaseModel):
    """The newest version of the menu, and where it can be read."""

    version: int
    published_version: int | None
    address: str | None
    menu: dict[str, Any]


class DocumentToCheck(BaseModel):
    """Which document of the tender is checked."""

    model_config = incoming(document_id="00000000-0000-0000-0000-000000000000")

    document_id: str


class CheckBody(BaseModel):
    """What a check found."""

    id: str
    document_id: str
    set_up_version: int
    edition: str
    made_by: str
    made_at: datetime
    found: dict[str, Any]


def set_up_body(record: SetUpRecord) -> SetUpBody:
    """Return a version of a set-up as the interface gives it."""
    return SetUpBody(
        procurement_id=record.procurement_id,
        version=record.version,
        confirmed=record.confirmed,
        because=record.because,
        set_by=record.set_by,
        set_at=record.set_at,
        missing=[p.value for p in missing_parts(record.set_up)],
        local=describe_local(record.set_up.local),
        set_up=SetUpPart.model_validate(record.set_up.as_json()),
    )


def _facts(basis: tuple[Fact, ...]) -> list[FactBody]:
    return [
        FactBody(text=f.text, source=f.support.source.title, publisher=f.support.source.publisher,
                 confirmed=f.support.confirmed)
        for f in basis
    ]  # fmt: skip


@router.get(_SET_UP, dependencies=[needs(Right.read)])
def show_set_up(here: AtHand, procurement_id: str) -> SetUpBody:
    """Return the newest version of the set-up."""
    return set_up_body(SetUps(here.store).current(procurement_id))


@router.put(_SET_UP, dependencies=[needs(Right.change)])
def save_set_up(here: AtHand, procurement_id: str, new: SetUpPart, if_match: IfMatch) -> SetUpBody:
    """Save the next version of the set-up, whole."""
    set_ups = SetUps(here.store)
    standing = set_ups.current(procurement_id)
    if_match.check(set_up_body(standing))
    set_up, wrong = parse_set_up(new.model_dump(mode="json"))
    if wrong:
        raise UsageError(" ".join(f"{w.field}: {w.message}" for w in wrong))
    saved = set_ups.save(procurement_id, set_up, person=here.visitor.caller.name, seen=standing.version)
    return set_up_body(saved)


@router.get(_SET_UP + "/versions", dependencies=[needs(Right.read)])
def list_set_ups(here: AtHand, procurement_id: str) -> list[SetUpBody]:
    """Return all versions of the set-up, oldest first."""
    return [set_up_body(r) for r in SetUps(here.store).versions_of(procurement_id)]


@router.post(_SET_UP + "/confirmation", dependencies=[needs(Right.change)])
def confirm_set_up(here: AtHand, procurement_id: str, said: Confirmation) -> SetUpBody:
    """Confirm the set-up as it stands."""
    record = SetUps(here.store).confirm(procurement_id, person=here.visitor.caller.name, because=said.because)
    return set_up_body(record)


@router.get(_SET_UP + "/rules", dependencies=[needs(Right.read)])
def show_rules(here: AtHand, procurement_id: str) -> RulesBody:
    """Return the rules that apply, each with why and what it rests on, and what the set-up breaks."""
    record = SetUps(here.store).current(procurement_id)
    rules = [
        RuleBody(topic=r.topic.value, title=r.title, because=r.because, look_up=r.check, basis=_facts(r.basis),
                 expectation=r.expectation and r.expectation.value)
        for r in rules_that_apply(record.set_up)
    ]  # fmt: skip
    breaches = [
        BreachBody(severity=b.severity.value, field=b.field, message=b.message, basis=_facts(b.basis))
        for b in check_set_up(record.set_up)
    ]
    return RulesBody(version=record.version, rules=rules, breaches=breaches)


@router.get(_SET_UP + "/menu", dependencies=[needs(Right.read)])
def show_menu(here: AtHand, procurement_id: str) -> MenuBody:
    """Return the newest version of the menu of example commitments; version 0 where none is saved."""
    menus = Menus(here.store)
    versions, published = menus.versions_of(procurement_id), menus.publication_of(procurement_id)
    return MenuBody(
        version=len(versions),
        published_version=published[1] if published else None,
        address=f"/menus/{published[0]}" if published else None,
        menu=versions[-1].menu.as_json() if versions else {},
    )


@router.get(_SET_UP + "/checks", dependencies=[needs(Right.read)])
def list_checks(here: AtHand, procurement_id: str) -> list[CheckBody]:
    """Return the checks of the tender's documents, newest first."""
    return [_check_body(c) for c in TenderChecks(here.store).of_procurement(procurement_id)]


@router.post(_SET_UP + "/checks", status_code=201, dependencies=[needs(Right.change)])
def make_check(here: AtHand, procurement_id: str, asked: DocumentToCheck) -> CheckBody:
    """Check a document of the tender against the set-up as it stands."""
    if asked.document_id not in {d.id for d in here.store.documents_of(procurement_id)}:
        raise UsageError("This is no document of the procurement; list them to find the right one.")
    run_check(here.store, procurement_id, asked.document_id, here.visitor.caller.name)
    return _check_body(TenderChecks(here.store).of_procurement(procurement_id)[0])


def _check_body(check: TenderCheck) -> CheckBody:
    return CheckBody(
        id=check.id,
        document_id=check.document_id,
        set_up_version=check.set_up_version,
        edition=check.edition,
        made_by=check.made_by,
        made_at=check.made_at,
        found=check.content,
    )
