"""Contracts, their promises, how far each has come, and what is agreed after they were made, for programs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.delivery.award import make_contract
from svdocs.delivery.standing import ReminderKind, closing_figures, reminders
from svdocs.delivery.variations import change_contract
from svdocs.delivery.years import case_studies_due
from svdocs.records.access import Right
from svdocs.records.case_studies import CaseStudies
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import ContractChange
from svdocs.records.people_tables import Scope
from svdocs.records.schedules import ContractRecord, NewContract
from svdocs.review.register import stated_again
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import IfMatch, api_router
from svdocs.web.api.shapes import Pounds, shown_pounds
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs, needs_scope

router = api_router("contracts")
_CONTRACT = "/contracts/{contract_id}"
PERSON = Field(default="", max_length=200, description="Who does it, where nobody signs in.")
BECAUSE = Field(default="", max_length=10_000, description="Why; it stays in the records.")


class NewContractGiven(BaseModel):
    """A contract to make of an awarded bid."""

    model_config = incoming(supplier="Example Ltd", reference="KCC-1", title="Street lighting", starts="2027-04-01",
                            ends="2031-03-31", value_gbp="1200000.00", manager="Mo Manager")  # fmt: skip

    supplier: str = Field(min_length=1, max_length=300, description="Whose bid was awarded.")
    reference: str = Field(min_length=1, max_length=100, description="The authority's own number.")
    title: str = Field(min_length=1, max_length=300)
    starts: date
    ends: date = Field(description="Its last day.")
    value_gbp: Pounds | None = Field(default=None, description="In all, including VAT.")
    department: str = Field(default="", max_length=300)
    manager: str = Field(default="", max_length=200, description="The contract manager's name.")
    social_value_mandatory: bool | None = None
    lot: str = Field(
        default="", max_length=300,
        description="The lot it is for, by name: what the bid promises for other lots alone is left out.",
    )  # fmt: skip
    person: str = PERSON


class ContractChanges(BaseModel):
    """What to set of a contract; what is left out stays as it is. Over other days its promises are spread anew."""

    model_config = incoming(ends="2032-03-31", because="Extended by a year, as clause 4 allows.")

    starts: date | None = Field(default=None, description="Null leaves it as it is.")
    ends: date | None = Field(default=None, description="Null leaves it as it is.")
    value_gbp: Pounds | None = None
    department: str = Field(default="", max_length=300)
    manager: str = Field(default="", max_length=200)
    manager_id: str | None = Field(
        default=None, max_length=64, description="The account of a contract manager: nobody else confirms its badges."
    )
    social_value_mandatory: bool | None = None
    because: str = Field(default="", max_length=10_000, description="Needed for days and value.")
    person: str = PERSON


class Closure(BaseModel):
    """That a contract is closed."""

    model_config = incoming(person="")

    person: str = PERSON


class ContractBody(BaseModel):
    """A contract that was awarded on a bid."""

    id: str
    procurement_id: str
    procurement: str
    supplier_id: str
    supplier: str
    reference: str
    title: str
    value_gbp: Decimal | None
    starts: date
    ends: date
    department: str
    manager: str
    manager_id: str | None
    social_value_mandatory: bool | None
    case_studies_due: int = Field(description="Over the whole contract.")
    added_by: str
    added_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    closing: dict[str, Any] = Field(description="The figures with which it was closed; empty while it is open.")


class ReminderBody(BaseModel):
    """What is due soon, overdue, or waits."""

    kind: ReminderKind
    on: date
    year: int = Field(description="The contract year.")
    promise: int | None = Field(description="Number of the promise; null for a case study.")


class ChangeBody(BaseModel):
    """What somebody set of the contract, of a promise's description, or of a case study's consent."""

    id: int
    commitment_id: str | None
    case_study_id: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    person: str
    because: str
    at: datetime


def contract_body(record: ContractRecord) -> ContractBody:
    """Return a contract as the interface gives it."""
    contract = record.contract
    fields = {n: getattr(contract, n) for n in ContractBody.model_fields if hasattr(contract, n)}
    return ContractBody(**fields | {
        "procurement": record.procurement, "supplier": record.supplier,
        "value_gbp": shown_pounds(contract.value_gbp),
        "case_studies_due": case_studies_due(contract.starts, contract.ends),
    })  # fmt: skip


def name_of(here: Here, given: str) -> str:
    """Return who does it: the account or the key's person, or where nobody signs in the name that was given."""
    return here.visitor.name or given


@router.get("/contracts", dependencies=[needs_scope(Scope.read)])
def list_all_contracts(here: AtHand, asked: PageAsked) -> Page[ContractBody]:
    """Return all contracts that you may see, by reference."""
    return _page(asked, Contracts(here.store).contracts())


@router.get("/procurements/{procurement_id}/contracts", dependencies=[needs(Right.read)])
def list_contracts(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[ContractBody]:
    """Return the contracts of a procurement, by reference."""
    return _page(asked, Contracts(here.store).contracts(procurement_id))


@router.post("/procurements/{procurement_id}/contracts", status_code=201, dependencies=[needs(Right.manage_contracts)])
def add_contract(here: AtHand, procurement_id: str, new: NewContractGiven, response: Response) -> ContractBody:
    """Make a contract of what somebody accepted or amended of a supplier's bid."""
    given = NewContract(procurement_id, **new.model_dump(exclude={"person", "lot"}))
    made = make_contract(here.store, given, person=name_of(here, new.person), lot=new.lot,
                         again=stated_again(here.store, procurement_id))  # fmt: skip
    response.headers["Location"] = f"/api/v1/contracts/{made.id}"
    return contract_body(Contracts(here.store).contract(made.id))


@router.get(_CONTRACT, dependencies=[needs(Right.read)])
def show_contract(here: AtHand, contract_id: str) -> ContractBody:
    """Return one contract."""
    return contract_body(Contracts(here.store).contract(contract_id))


@router.patch(_CONTRACT, dependencies=[needs(Right.manage_contracts)])
def set_details(here: AtHand, contract_id: str, new: ContractChanges, if_match: IfMatch) -> ContractBody:
    """Set a contract's days, value, department or manager; what stood before is in its changes."""
    said = new.model_dump(exclude_unset=True, exclude={"person", "because"})
    changes = {n: v for n, v in said.items() if v is not None or n not in ("starts", "ends")}
    change_contract(
        here.store, contract_id, changes, person=name_of(here, new.person), because=new.because,
        check=lambda record: if_match.check(contract_body(record)),
    )  # fmt: skip
    return contract_body(Contracts(here.store).contract(contract_id))


@router.post(_CONTRACT + "/closure", dependencies=[needs(Right.verify_delivery)])
def close_contract(here: AtHand, contract_id: str, new: Closure) -> ContractBody:
    """Close a contract with its closing figures; its promises move no more."""
    contracts = Contracts(here.store)
    record, schedule = contracts.contract(contract_id), contracts.schedule_of(contract_id)
    figures = closing_figures(record.contract, schedule, CaseStudies(here.store).studies_of(contract_id))
    contracts.close(contract_id, figures, person=name_of(here, new.person))
    return contract_body(contracts.contract(contract_id))


@router.get(_CONTRACT + "/reminders", dependencies=[needs(Right.read)])
def list_reminders(here: AtHand, contract_id: str, asked: PageAsked) -> Page[ReminderBody]:
    """Return what of a contract is due within 60 days, overdue, or waits for the contract manager."""
    contracts = Contracts(here.store)
    contract, schedule = contracts.contract(contract_id).contract, contracts.schedule_of(contract_id)
    found = reminders(contract, schedule, CaseStudies(here.store).studies_of(contract_id), datetime.now(UTC).date())
    return asked.page_of(
        found,
        lambda r: (r.on.isoformat(), r.kind.value, r.number or 0, r.year),
        lambda r: ReminderBody(kind=r.kind, on=r.on, year=r.year, promise=r.number),
    )


@router.get(_CONTRACT + "/changes", dependencies=[needs(Right.read)])
def list_changes(here: AtHand, contract_id: str, asked: PageAsked) -> Page[ChangeBody]:
    """Return what was set after the contract was made, oldest first: what stood before and after, who, when and why."""
    return asked.page_of(Contracts(here.store).changes_of(contract_id), lambda c: (c.id or 0,), _change_body)


def _page(asked: PageAsked, records: list[ContractRecord]) -> Page[ContractBody]:
    return asked.page_of(records, lambda r: (r.contract.reference, r.id), contract_body)


def _change_body(change: ContractChange) -> ChangeBody:
    return ChangeBody(**change.model_dump(include=set(ChangeBody.model_fields)))
