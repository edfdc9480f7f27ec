"""The value of bids, the award and its papers, for programs; who marks reads none of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.errors import NotFound
from svdocs.records.access import Right
from svdocs.records.summaries import StatementRecord
from svdocs.records.turns import Turns
from svdocs.records.value_tables import ProxySetRecord, ValuingMethod
from svdocs.records.values import FactsGiven, MethodGiven, Values, decimal_or_none
from svdocs.reports.award_papers import (
    ContractPaper,
    Paper,
    Written,
    write_contract_paper,
    write_letter,
    write_paper,
)
from svdocs.reports.award_standing import as_json, decide_award, read_award
from svdocs.reports.bid_values import as_kept, fix_values, import_values, reckon_lot
from svdocs.valuing.bid_value import Choice
from svdocs.valuing.deliverable import Limits, OverLimit
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs
from svdocs.web.saved_files import save_word, word_responses

router = api_router("award")
_AWARD = "/procurements/{procurement_id}/panel/award"
_FILE = word_responses("A Word file.")
_MOST = Decimal(10**12)


class SetGiven(BaseModel):
    """Values of units to import from a workbook that is among the procurement's documents."""

    model_config = incoming(document="d1", framework="national-toms", title="Our values", edition="2026",
                            publisher="Kent County Council", licence="Licensed to us until 2027")  # fmt: skip

    document: str = Field(max_length=64)
    framework: str = Field(default="national-toms", max_length=60, description="Whose measures the codes are.")
    title: str = Field(max_length=300)
    edition: str = Field(max_length=100)
    publisher: str = Field(max_length=300)
    licence: str = Field(max_length=400)


class SetBody(BaseModel):
    """A set of values of units that was imported."""

    id: str
    title: str
    edition: str
    publisher: str
    licence: str
    file: str
    sha256: str
    values: int
    imported_by: str
    imported_at: datetime


class MethodBody(BaseModel):
    """How bids are valued; figures as decimal numbers."""

    model_config = incoming(proxy_set="open-uk", contract_gbp="400000", years="3", deadweight_hundredths=1000)

    proxy_set: str = Field(max_length=64, description="Id of an imported set, or `open-uk` for the one that ships.")
    contract_gbp: Decimal | None = Field(default=None, gt=0, le=_MOST)
    years: Decimal | None = Field(default=None, gt=0, le=100)
    deadweight_hundredths: int = Field(default=0, ge=0, le=10_000, description="In hundredths of a percent.")
    attribution_hundredths: int = Field(default=10_000, ge=0, le=10_000)
    limit_per_pound: Decimal | None = Field(default=None, gt=0, le=_MOST)
    limit_per_employee: Decimal | None = Field(default=None, gt=0, le=_MOST)
    over_limit: OverLimit = OverLimit.check
    because: str = Field(default="", max_length=1000, description="Needed to change a method.")


class ChoiceGiven(BaseModel):
    """What somebody says of one promise as far as it is valued."""

    model_config = incoming(statement="s1", quantity="416", because="Eight apprentices for 52 weeks.")

    statement: str = Field(max_length=64)
    framework: str = Field(default="", max_length=60)
    measure: str = Field(default="", max_length=40)
    quantity: Decimal | None = Field(default=None, ge=0, le=_MOST, description="Over the whole contract.")
    deadweight_hundredths: int | None = Field(default=None, ge=0, le=10_000)
    attribution_hundredths: int | None = Field(default=None, ge=0, le=10_000)
    counts: bool = True
    is_apart: bool = Field(default=False, description="About something else than promises that exclude its measure.")
    because: str = Field(min_length=1, max_length=1000)


class BidderGiven(BaseModel):
    """What is known of a bidder; what is left out stays as it is."""

    model_config = incoming(employees=60, employees_source="Companies House", email="bids@example.org")

    employees: int | None = Field(default=None, ge=1, le=10_000_000)
    employees_source: str | None = Field(default=None, max_length=1000)
    address: str | None = Field(default=None, max_length=1000)
    email: str | None = Field(default=None, max_length=320)
    identifier: str | None = Field(default=None, max_length=200)


class RulingGiven(BaseModel):
    """What of an offer earns points, as somebody says who looked at what the check found."""

    model_config = incoming(supplier="x", earns="12000", because="24 people can train six apprentices.")

    supplier: str = Field(max_length=64)
    lot: str = Field(default="", max_length=100)
    earns: Decimal = Field(ge=0, le=_MOST)
    because: str = Field(min_length=1, max_length=1000)


class FixGiven(BaseModel):
    """Which lot's values are fixed."""

    model_config = incoming(lot="")

    lot: str = Field(default="", max_length=100)
    because: str = Field(default="", max_length=1000, description="Needed where values are fixed already.")


class AwardGiven(BaseModel):
    """To whom a lot goes."""

    model_config = incoming(supplier="x", lot="")

    supplier: str = Field(max_length=64)
    lot: str = Field(default="", max_length=100)
    because: str = Field(default="", max_length=4000, description="Needed unless it is the bid of most points.")


@router.get(_AWARD + "/proxies", dependencies=[needs(Right.see_award)])
def list_sets(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[SetBody]:
    """Return the sets of values that were imported for the procurement."""
    found = Values(here.store).sets_of(procurement_id)
    return asked.page_of(found, lambda r: (r.imported_at.isoformat(), r.id), _set_body)


@router.post(_AWARD + "/proxies", status_code=201, dependencies=[needs(Right.award)])
def import_set(here: AtHand, procurement_id: str, given: SetGiven) -> SetBody:
    """Import values of units from a workbook among the procurement's documents."""
    return _set_body(import_values(
        here.store, procurement_id, given.document, here.visitor.caller, framework=given.framework, title=given.title,
        edition=given.edition, publisher=given.publisher, licence=given.licence,
    ))  # fmt: skip


@router.get(_AWARD + "/method", dependencies=[needs(Right.see_award)])
def show_method(here: AtHand, procurement_id: str) -> MethodBody:
    """Return how bids are valued."""
    method = Values(here.store).method_of(procurement_id)
    if method is None:
        raise NotFound("Nobody has said yet how bids are valued here; a lead or chair does.")
    return _method_body(method)


@router.put(_AWARD + "/method", dependencies=[needs(Right.award)])
def set_method(here: AtHand, procurement_id: str, given: MethodBody) -> MethodBody:
    """Say how bids are valued; a change needs its reason, and what stood before stays."""
    limits = Limits(given.limit_per_pound, given.limit_per_employee, given.over_limit)
    method = MethodGiven(given.proxy_set, given.contract_gbp, given.years, given.deadweight_hundredths,
                         given.attribution_hundredths, limits, given.because)  # fmt: skip
    return _method_body(Values(here.store).set_method(procurement_id, method, here.visitor.caller))


@router.get(_AWARD + "/values", dependencies=[needs(Right.see_award)])
def show_values(here: AtHand, procurement_id: str, lot: str = "") -> dict[str, Any]:
    """Return what each bid is worth as things stand: every promise with its factors and place, or why it has none."""
    return _reckoned(here, procurement_id, lot)


@router.post(_AWARD + "/choices", status_code=201, dependencies=[needs(Right.award)])
def choose(here: AtHand, procurement_id: str, given: ChoiceGiven) -> dict[str, Any]:
    """Say of a promise under which measure and at which quantity it is valued."""
    promise_in(here, procurement_id, given.statement)
    measure = (given.framework, given.measure) if given.measure else None
    choice = Choice(measure, given.quantity, given.deadweight_hundredths, given.attribution_hundredths, given.counts,
                    given.is_apart, given.because)  # fmt: skip
    said = Values(here.store).choose(given.statement, choice, here.visitor.caller)
    return {"id": said.id, "statement": said.statement_id, "person": said.person, "at": said.at.isoformat()}


@router.put(_AWARD + "/bidders/{supplier_id}", dependencies=[needs(Right.award)])
def describe_bidder(here: AtHand, procurement_id: str, supplier_id: str, given: BidderGiven) -> BidderGiven:
    """Say how many employees a bidder has, and where its letter goes."""
    facts = FactsGiven(**given.model_dump())
    said = Values(here.store).describe_bidder(procurement_id, supplier_id, facts, here.visitor.caller)
    return BidderGiven(**{name: getattr(said, name) for name in BidderGiven.model_fields})


@router.post(_AWARD + "/rulings", status_code=201, dependencies=[needs(Right.award)])
def rule(here: AtHand, procurement_id: str, given: RulingGiven) -> dict[str, Any]:
    """Say what of an offer earns points, having looked at it; holds for the value that it has now."""
    rule_on(here, procurement_id, given.supplier, given.lot, given.earns, given.because)
    return _reckoned(here, procurement_id, given.lot)


@router.post(_AWARD + "/fix", status_code=201, dependencies=[needs(Right.award)])
def fix(here: AtHand, procurement_id: str, given: FixGiven) -> dict[str, int]:
    """Fix the values of a lot's bids, from which points and letters follow."""
    fixed = fix_values(here.store, procurement_id, here.visitor.caller, lot=given.lot, because=given.because)
    return {"bids": fixed}


@router.get(_AWARD, dependencies=[needs(Right.see_award)])
def show_award(here: AtHand, procurement_id: str, lot: str = "") -> dict[str, Any]:
    """Return how a lot's bids stand, and to whom it goes."""
    return as_json(read_award(here.store, procurement_id, here.visitor.caller, lot=lot))


@router.post(_AWARD, status_code=201, dependencies=[needs(Right.award)])
def decide(here: AtHand, procurement_id: str, given: AwardGiven) -> dict[str, Any]:
    """Decide to whom a lot goes."""
    decide_award(here.store, procurement_id, given.supplier, here.visitor.caller, lot=given.lot, because=given.because)
    return show_award(here, procurement_id, given.lot)


@router.get(_AWARD + "/letters/{supplier_id}", dependencies=[needs(Right.see_award)], responses=_FILE,
            response_class=Response)  # fmt: skip
def give_letter(here: AtHand, procurement_id: str, supplier_id: str, lot: str = "") -> Response:
    """Return the assessment summary of a bidder as a Word file."""
    day = datetime.now(UTC).date()
    return as_file(write_letter(here.store, procurement_id, supplier_id, here.visitor.caller, lot=lot, day=day))


@router.get(_AWARD + "/papers/{paper}", dependencies=[needs(Right.see_award)], responses=_FILE,
            response_class=Response)  # fmt: skip
def give_paper(here: AtHand, procurement_id: str, paper: Paper, lot: str = "") -> Response:
    """Return a paper for the authority as a Word file: moderation report, records of the tool and of its use."""
    day = datetime.now(UTC).date()
    return as_file(write_paper(here.store, procurement_id, here.visitor.caller, paper, lot=lot, day=day))


@router.get(_AWARD + "/contract/{contract_paper}", dependencies=[needs(Right.export)], responses=_FILE,
            response_class=Response)  # fmt: skip
def give_contract_paper(here: AtHand, procurement_id: str, contract_paper: ContractPaper, lot: str = "") -> Response:
    """Return the schedule of commitments, or the proposed indicators, as a Word file.

    Without a lot the schedule tells of all lots that are awarded, lot by lot.
    """
    day = datetime.now(UTC).date()
    caller = here.visitor.caller
    return as_file(write_contract_paper(here.store, procurement_id, caller, contract_paper, lot=lot, day=day))


def promise_in(here: Here, procurement_id: str, statement_id: str) -> StatementRecord:
    """Return a promise of a procurement's bids.

    Raises:
        NotFound: there is no such statement in it.
    """
    found = here.store.statement(statement_id)
    if Turns(here.store).procurement_of(statement_id=statement_id) != procurement_id:
        raise NotFound(f"There is no statement with the id {statement_id!r} here; list them to find the right one.")
    return found


def as_file(written: Written) -> Response:
    """Return a paper as the answer that a browser saves."""
    return save_word(written.name, written.data)


def rule_on(here: Here, procurement_id: str, supplier_id: str, lot: str, earns: Decimal, because: str) -> None:
    """Say what of an offer earns points, of the value that it has now.

    Raises:
        NotFound: the supplier made no bid for the lot.
    """
    reckoned = reckon_lot(here.store, procurement_id, here.visitor.caller, lot=lot)
    bid = next((b for b in reckoned.bids if b.bid.supplier_id == supplier_id), None)
    if bid is None:
        raise NotFound("This supplier made no bid for this lot; choose one that is listed.")
    Values(here.store).rule(procurement_id, supplier_id, here.visitor.caller, lot=lot, total=bid.value.total,
                            earns=earns, because=because)  # fmt: skip


def _reckoned(here: Here, procurement_id: str, lot: str) -> dict[str, Any]:
    reckoned = reckon_lot(here.store, procurement_id, here.visitor.caller, lot=lot)
    bids = [
        as_kept(reckoned, b)
        | {"supplier_id": b.bid.supplier_id, "waits_for_person": b.check.needs_person, "undecided": b.undecided}
        for b in reckoned.bids
    ]
    return {"lot": lot, "bids": bids}


def _set_body(kept: ProxySetRecord) -> SetBody:
    return SetBody(
        id=kept.id, title=kept.title, edition=kept.edition, publisher=kept.publisher, licence=kept.licence,
        file=kept.file, sha256=kept.sha256, values=len(kept.proxies), imported_by=kept.imported_by,
        imported_at=kept.imported_at,
    )  # fmt: skip


def _method_body(method: ValuingMethod) -> MethodBody:
    return MethodBody(
        proxy_set=method.proxy_set, contract_gbp=method.contract_gbp, years=decimal_or_none(method.years),
        deadweight_hundredths=method.deadweight_hundredths, attribution_hundredths=method.attribution_hundredths,
        limit_per_pound=decimal_or_none(method.limit_per_pound),
        limit_per_employee=decimal_or_none(method.limit_per_employee),
        over_limit=method.over_limit, because=method.because,
    )  # fmt: skip
