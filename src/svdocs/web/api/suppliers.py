"""Suppliers, and what they do anyway (the baseline library), for programs."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.errors import NotFound
from svdocs.records.access import Right
from svdocs.records.people_tables import Scope
from svdocs.records.tables import BaselineEntry, Supplier
from svdocs.statements.statement import Per, Unit
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs, needs_scope

router = api_router("suppliers")
baseline = api_router("baseline")


class SupplierBody(BaseModel):
    """A supplier, by the name that it goes by in the documents."""

    id: str
    name: str


class NewBaselineEntry(BaseModel):
    """What a supplier does anyway, with its source."""

    model_config = incoming(
        supplier_id="7b0d1f5e-2f1c-4c55-9b1e-2a0f5f0f7a11",
        text="We take on four apprentices a year.",
        source="Annual report, page 12",
        source_date="2026-03-31",
        period="2025/26",
        scope="company",
    )

    supplier_id: str = Field(max_length=100)
    text: str = Field(min_length=1, max_length=5_000)
    source: str = Field(
        min_length=1, max_length=500, description="Where it stands: a report, a policy, an earlier bid."
    )
    source_date: date | None = None
    period: str = Field(default="", max_length=100, description="The time that it tells of, such as 2025/26.")
    scope: str = Field(default="", max_length=200, description="Of whom it is told: the company, a group, a contract.")


class BaselineCorrection(BaseModel):
    """What an entry should say, and why it is changed."""

    model_config = incoming(text="We take on five.", because="Misread")

    text: str = Field(min_length=1, max_length=5_000)
    because: str = Field(min_length=1, max_length=2_000)


class BaselineRetirement(BaseModel):
    """Why an entry no longer counts."""

    model_config = incoming(because="Out of date")

    because: str = Field(min_length=1, max_length=2_000)


class BaselineBody(BaseModel):
    """An entry of the library of what suppliers do anyway. None is deleted: a wrong one is retired."""

    id: str
    supplier_id: str
    text: str
    quantity_value: float | None
    quantity_unit: Unit | None
    quantity_per: Per | None
    period: str
    scope: str
    source: str
    source_date: date | None
    document_id: str | None
    corrects: str | None = Field(description="The entry in whose place it stands.")
    added_by: str
    added_at: datetime
    retired_by: str | None
    retired_at: datetime | None
    retired_because: str


def supplier_body(supplier: Supplier) -> SupplierBody:
    """Return a supplier as the interface gives it."""
    return SupplierBody(id=supplier.id, name=supplier.name)


def baseline_body(entry: BaselineEntry) -> BaselineBody:
    """Return an entry of the library as the interface gives it."""
    return BaselineBody(**entry.model_dump(include=set(BaselineBody.model_fields)))


@router.get("/suppliers", dependencies=[needs_scope(Scope.read)])
def list_suppliers(here: AtHand, asked: PageAsked) -> Page[SupplierBody]:
    """Return the suppliers of the documents that you may read, by name."""
    return asked.page_of(here.store.suppliers(), lambda s: (s.name, s.id), supplier_body)


@router.get("/suppliers/{supplier_id}", dependencies=[needs_scope(Scope.read)])
def show_supplier(here: AtHand, supplier_id: str) -> SupplierBody:
    """Return one supplier."""
    return supplier_body(_supplier(here, supplier_id))


@router.get("/procurements/{procurement_id}/suppliers", dependencies=[needs(Right.read)])
def list_suppliers_of_procurement(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[SupplierBody]:
    """Return the suppliers of a procurement's documents, by name."""
    of = {d.document.supplier_id for d in here.store.documents_of(procurement_id)}
    found = [s for s in here.store.suppliers() if s.id in of]
    return asked.page_of(found, lambda s: (s.name, s.id), supplier_body)


@baseline.get("/baseline", dependencies=[needs_scope(Scope.read)])
def list_baseline(
    here: AtHand, asked: PageAsked, supplier_id: str | None = None, with_retired: bool = False
) -> Page[BaselineBody]:
    """Return what suppliers do anyway, oldest entry first; of one supplier, or of all that you may know of."""
    found = here.store.baselines_of(supplier_id, with_retired=with_retired)
    return asked.page_of(found, lambda e: (e.added_at.isoformat(), e.id), baseline_body)


@baseline.post("/procurements/{procurement_id}/baseline", status_code=201, dependencies=[needs(Right.decide)])
def add_baseline_entry(here: AtHand, procurement_id: str, new: NewBaselineEntry, response: Response) -> BaselineBody:
    """Add what a supplier of this procurement does anyway; the entry counts wherever that supplier bids."""
    supplier = _bidder(here, procurement_id, new.supplier_id)
    entry = here.store.add_baseline(
        supplier.name, new.text, source=new.source, person=here.visitor.caller.name, source_date=new.source_date,
        period=new.period, scope=new.scope,
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/baseline?supplier_id={supplier.id}"
    return baseline_body(entry)


@baseline.post(
    "/procurements/{procurement_id}/baseline/{entry_id}/correction",
    status_code=201,
    dependencies=[needs(Right.decide)],
)
def correct_baseline_entry(here: AtHand, procurement_id: str, entry_id: str, new: BaselineCorrection) -> BaselineBody:
    """Put a right entry in the place of a wrong one, which is retired and stays."""
    _entry(here, procurement_id, entry_id)
    person = here.visitor.caller.name
    return baseline_body(here.store.correct_baseline(entry_id, new.text, person=person, because=new.because))


@baseline.post("/procurements/{procurement_id}/baseline/{entry_id}/retirement", dependencies=[needs(Right.decide)])
def retire_baseline_entry(here: AtHand, procurement_id: str, entry_id: str, new: BaselineRetirement) -> BaselineBody:
    """Retire an entry, so that nothing is judged against it any more; it stays."""
    _entry(here, procurement_id, entry_id)
    person = here.visitor.caller.name
    return baseline_body(here.store.retire_baseline(entry_id, person=person, because=new.because))


def _supplier(here: Here, supplier_id: str) -> Supplier:
    found = next((s for s in here.store.suppliers() if s.id == supplier_id), None)
    if found is None:
        raise NotFound(f"There is no supplier with the id {supplier_id!r}; list them to find the right one.")
    return found


def _bidder(here: Here, procurement_id: str, supplier_id: str) -> Supplier:
    """Return a supplier of a document of this procurement that the visitor may read."""
    if supplier_id not in {d.document.supplier_id for d in here.store.documents_of(procurement_id)}:
        raise NotFound("No document of this procurement is of that supplier; list its suppliers to find the right one.")
    return _supplier(here, supplier_id)


def _entry(here: Here, procurement_id: str, entry_id: str) -> BaselineEntry:
    """Return an entry on a supplier of this procurement."""
    bidders = {d.document.supplier_id for d in here.store.documents_of(procurement_id)}
    found = next((e for e in here.store.baselines_of(with_retired=True) if e.id == entry_id), None)
    if found is None or found.supplier_id not in bidders:
        raise NotFound(f"There is no baseline entry with the id {entry_id!r}; list them to find the right one.")
    return found
