"""What was delivered in contracts, for programs: deliveries, evidence, and case studies with their consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.delivery.standing import year_of_delivery
from svdocs.delivery.take import take_study
from svdocs.delivery.template import fill_template
from svdocs.delivery.years import contract_years
from svdocs.errors import NotFound, UsageError
from svdocs.records.access import Right
from svdocs.records.case_studies import CaseStudies, Delivered
from svdocs.records.contracts import MOST_QUANTITY, Contracts
from svdocs.records.delivery_tables import (
    CaseStudy,
    ContractEvidence,
    DeliveryMatch,
    MatchState,
    PlaceKind,
    Reading,
)
from svdocs.records.schedules import Scheduled
from svdocs.statements.statement import Unit
from svdocs.web.api.contracts import BECAUSE, PERSON, name_of
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import IfMatch, api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.judging import promise_in
from svdocs.web.rights import needs
from svdocs.web.saved_files import save_word, word_responses

router = api_router("contracts")
_CONTRACT = "/contracts/{contract_id}"
_STUDY = _CONTRACT + "/case-studies/{study_id}"
QUANTITY: Any = Field(default=None, ge=0, le=MOST_QUANTITY, allow_inf_nan=False)
YEAR = Field(default=None, ge=1, le=1_000, description="The contract year for which it counts.")


class DeliveryBody(BaseModel):
    """A delivery and the promise that it is for: proposed by a machine, or confirmed or refused by a person."""

    id: str
    commitment_id: str
    case_study_id: str | None
    statement_id: str | None
    state: MatchState
    text: str
    source: str
    page: int | None
    block: int | None
    score: float | None = Field(description="How sure the machine is; null for a person's own.")
    reasons: list[str]
    quantity: float | None
    unit: Unit | None
    place_text: str | None
    place_code: str | None
    place_kind: PlaceKind
    beneficiary_text: str | None
    delivered_from: date | None
    delivered_to: date | None
    year: int | None = Field(description="The contract year for which it counts.")
    decided_by: str | None
    decided_at: datetime | None
    because: str
    added_at: datetime


class NewDelivery(BaseModel):
    """A delivery that a person enters for a promise; it counts from now on."""

    model_config = incoming(commitment_id="c1", text="Four apprentices started.", quantity=4, unit="people",
                            delivered_to="2028-03-31", because="Payroll list seen.")  # fmt: skip

    commitment_id: str = Field(max_length=64)
    text: str = Field(min_length=1, max_length=20_000)
    source: str = Field(default="", max_length=1_000, description="Where the words stand.")
    quantity: float | None = QUANTITY
    unit: Unit | None = None
    place_text: str | None = Field(default=None, max_length=1_000)
    place_kind: PlaceKind = PlaceKind.delivery
    beneficiary_text: str | None = Field(default=None, max_length=1_000)
    delivered_from: date | None = None
    delivered_to: date | None = None
    year: int | None = Field(default=None, ge=1, le=1_000, description="By default the one of its last day.")
    case_study_id: str | None = Field(default=None, max_length=64, description="The case study that tells of it.")
    because: str = BECAUSE
    person: str = PERSON


class DeliveryDecision(BaseModel):
    """What becomes of a delivery that was proposed for a promise."""

    model_config = incoming(action="confirm", quantity=4)

    action: Literal["confirm", "refuse"]
    because: str = Field(default="", max_length=10_000, description="Needed to refuse.")
    quantity: float | None = QUANTITY
    unit: Unit | None = None
    year: int | None = YEAR
    person: str = PERSON


class EvidenceBody(BaseModel):
    """A document that somebody sent to show that something was delivered."""

    id: str
    commitment_id: str | None
    document_id: str
    note: str
    sent_by: str
    sent_at: datetime
    by_link: bool = Field(description="Whether it came by a supplier's link.")


class NewEvidence(BaseModel):
    """A document among the procurement's that shows that something was delivered."""

    model_config = incoming(document_id="d1", commitment_id="c1", note="Payroll list")

    document_id: str = Field(max_length=64)
    commitment_id: str | None = Field(default=None, max_length=64, description="The promise that it is for.")
    note: str = Field(default="", max_length=1_000)
    person: str = PERSON


class CaseStudyBody(BaseModel):
    """A supplier's account of what was delivered, read back from a document."""

    id: str
    contract_id: str
    document_id: str
    run_id: str
    year: int = Field(description="The contract year that it is for.")
    reading: Reading
    title: str
    committed: str
    delivered: str
    benefited: str
    felt: str
    findings: list[dict[str, Any]] = Field(description="What a person should look at.")
    publish_text: str = Field(description="What the supplier answered when asked whether it may be published.")
    may_publish: bool | None = Field(description="Null where nobody has said so plainly; then it may not.")
    publish_said_by: str | None = Field(description="Who said so after it was taken.")
    publish_said_at: datetime | None
    taken_by: str
    taken_at: datetime


class NewCaseStudy(BaseModel):
    """A document among the procurement's that is a case study and has been read."""

    model_config = incoming(document_id="d1", year=1)

    document_id: str = Field(max_length=64)
    year: int | None = Field(default=None, ge=1, le=1_000, description="The contract year; by default as it says.")
    person: str = PERSON


class Publishing(BaseModel):
    """Whether a case study may be published, and how that is known."""

    model_config = incoming(may_publish=True, because="Letter of Pat Example, 3 May 2028")

    may_publish: bool
    because: str = Field(min_length=1, max_length=10_000)
    person: str = PERSON


# Deliveries


@router.get(_CONTRACT + "/deliveries", dependencies=[needs(Right.read)])
def list_deliveries(here: AtHand, contract_id: str, asked: PageAsked) -> Page[DeliveryBody]:
    """Return the deliveries of a contract, proposed, confirmed and refused ones."""
    schedule = Contracts(here.store).schedule_of(contract_id)
    years = _years(schedule)
    found = [m for s in schedule for m in s.matches]
    return asked.page_of(found, lambda m: (m.added_at.isoformat(), m.id), lambda m: _delivery_body(m, years))


@router.post(_CONTRACT + "/deliveries", status_code=201, dependencies=[needs(Right.verify_delivery)])
def enter_delivery(here: AtHand, contract_id: str, new: NewDelivery) -> DeliveryBody:
    """Enter a delivery for a promise by hand."""
    promise = promise_in(here, contract_id, new.commitment_id)
    if new.quantity is not None and new.unit is None:
        raise UsageError("unit: say what the quantity counts.")
    if new.delivered_from and new.delivered_to and new.delivered_to < new.delivered_from:
        raise UsageError("delivered_to: it is before delivered_from; change one of them.")
    milestone_id = _milestone(promise, new.year, new.delivered_to or new.delivered_from)
    fields = new.model_dump(exclude={"year", "case_study_id", "because", "person"})
    made = CaseStudies(here.store).enter(
        Delivered(**fields, milestone_id=milestone_id), person=name_of(here, new.person), because=new.because,
        study_id=new.case_study_id,
    )  # fmt: skip
    return _delivery_body(made, _years([promise]))


@router.post(_CONTRACT + "/deliveries/{match_id}/decision", dependencies=[needs(Right.verify_delivery)])
def decide_delivery(here: AtHand, contract_id: str, match_id: str, new: DeliveryDecision) -> DeliveryBody:
    """Confirm or refuse that a delivery is for a promise."""
    studies, person = CaseStudies(here.store), name_of(here, new.person)
    match = studies.match(match_id)
    if match.contract_id != contract_id:
        raise NotFound("The contract has no such delivery; list its deliveries to find the right one.")
    promise = promise_in(here, contract_id, match.commitment_id)
    if new.action == "refuse":
        decided = studies.refuse(match.id, person=person, because=new.because)
    else:
        decided = studies.confirm(
            match.id, person=person, because=new.because, quantity=new.quantity, unit=new.unit,
            milestone_id=_milestone(promise, new.year, None),
        )  # fmt: skip
    return _delivery_body(decided, _years([promise]))


# Evidence


@router.get(_CONTRACT + "/evidence", dependencies=[needs(Right.read)])
def list_evidence(here: AtHand, contract_id: str, asked: PageAsked) -> Page[EvidenceBody]:
    """Return what was sent for a contract, oldest first."""
    found = CaseStudies(here.store).evidence_of(contract_id)
    return asked.page_of(found, lambda e: (e.sent_at.isoformat(), e.id), _evidence_body)


@router.post(_CONTRACT + "/evidence", status_code=201, dependencies=[needs(Right.manage_contracts)])
def send_evidence(here: AtHand, contract_id: str, new: NewEvidence) -> EvidenceBody:
    """Put a document of the procurement forward as evidence; its promise has evidence submitted from now on."""
    here.store.document(new.document_id)  # that it may be seen by whoever names it
    sent = CaseStudies(here.store).send_evidence(
        contract_id, new.document_id, sender=name_of(here, new.person), commitment_id=new.commitment_id, note=new.note
    )
    return _evidence_body(sent)


# Case studies


@router.get(
    _CONTRACT + "/case-study.docx",
    dependencies=[needs(Right.read)],
    responses=word_responses("The case study template with the contract's promises in it."),
    response_class=Response,
)
def give_template(here: AtHand, contract_id: str, year: int = 1) -> Response:
    """Return the case study template, filled in advance for a contract year."""
    contracts = Contracts(here.store)
    record = contracts.contract(contract_id)
    if not 1 <= year <= len(contract_years(record.contract.starts, record.contract.ends)):
        raise UsageError(f"year: the contract has no year {year}.")
    return save_word("case-study.docx", fill_template(record, contracts.schedule_of(contract_id), year))


@router.get(_CONTRACT + "/case-studies", dependencies=[needs(Right.read)])
def list_studies(here: AtHand, contract_id: str, asked: PageAsked) -> Page[CaseStudyBody]:
    """Return the case studies of a contract, by contract year."""
    return asked.page_of(CaseStudies(here.store).studies_of(contract_id), lambda s: (s.year, s.id), _study_body)


@router.post(_CONTRACT + "/case-studies", status_code=201, dependencies=[needs(Right.manage_contracts)])
def match_study(here: AtHand, contract_id: str, new: NewCaseStudy, response: Response) -> CaseStudyBody:
    """Match a case study that has been read to the contract's promises; a person decides on each delivery."""
    study = take_study(here.store, here.settings.files_folder, contract_id, new.document_id,
                       person=name_of(here, new.person), year=new.year)  # fmt: skip
    response.headers["Location"] = f"/api/v1/contracts/{contract_id}/case-studies/{study.id}"
    return _study_body(study)


@router.get(_STUDY, dependencies=[needs(Right.read)])
def show_study(here: AtHand, contract_id: str, study_id: str) -> CaseStudyBody:
    """Return one case study with what it says under the four headings."""
    return _study_body(_study_in(here, contract_id, study_id))


@router.put(_STUDY + "/publishing", dependencies=[needs(Right.manage_contracts)])
def say_publishing(here: AtHand, contract_id: str, study_id: str, new: Publishing, if_match: IfMatch) -> CaseStudyBody:
    """Say whether a case study may be published, and how that is known; the supplier's own answer stays beside."""
    study = _study_in(here, contract_id, study_id)
    return _study_body(CaseStudies(here.store).say_publishing(
        study.id, may_publish=new.may_publish, person=name_of(here, new.person), because=new.because,
        check=lambda s: if_match.check(_study_body(s)),
    ))  # fmt: skip


def _study_in(here: Here, contract_id: str, study_id: str) -> CaseStudy:
    study = CaseStudies(here.store).study(study_id)
    if study.contract_id != contract_id:
        raise NotFound("The contract has no such case study; list its case studies to find the right one.")
    return study


def _milestone(promise: Scheduled, year: int | None, day: date | None) -> str | None:
    found = year_of_delivery(promise, year, day)
    if year is not None and found is None:
        raise UsageError(f"year: the promise has no part in contract year {year}; look at its milestones.")
    return found.id if found else None


def _years(schedule: list[Scheduled]) -> dict[str | None, int]:
    return {m.id: m.year for s in schedule for m in s.milestones}


def _delivery_body(match: DeliveryMatch, years: dict[str | None, int]) -> DeliveryBody:
    fields = match.model_dump(include=set(DeliveryBody.model_fields))
    return DeliveryBody(**fields, year=years.get(match.milestone_id))


def _evidence_body(sent: ContractEvidence) -> EvidenceBody:
    fields = sent.model_dump(include=set(EvidenceBody.model_fields))
    return EvidenceBody(**fields, by_link=sent.link_id is not None)


def _study_body(study: CaseStudy) -> CaseStudyBody:
    return CaseStudyBody(**study.model_dump(include=set(CaseStudyBody.model_fields)))
