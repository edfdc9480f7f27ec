"""Procurements, for programs; and whether the service is well."""

from __future__ import annotations

from fastapi import APIRouter, Response

from svdocs import __version__
from svdocs.intake.sandbox import isolation_level
from svdocs.records.access import Right
from svdocs.records.lots import Lots
from svdocs.records.people_tables import Scope
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import PROBLEMS, IfMatch, api_router
from svdocs.web.api.shapes import HealthBody, NewProcurement, ProcurementBody, ProcurementChanges, procurement_body
from svdocs.web.here import AtHand, AtTheDoor
from svdocs.web.rights import needs, needs_member_account, needs_scope

open_to_all = APIRouter(responses=PROBLEMS)
router = api_router("procurements")


@open_to_all.get("/health", tags=["health"])
def health(house: AtTheDoor) -> HealthBody:
    """Say that the service answers and its records can be read."""
    house.people.is_anybody()
    house.store.procurements()
    return HealthBody(status="ok", version=__version__, isolation=isolation_level().value)


@router.get("/procurements", dependencies=[needs_scope(Scope.read)])
def list_procurements(here: AtHand, asked: PageAsked) -> Page[ProcurementBody]:
    """Return the procurements that you may see, by title."""
    return asked.page_of(here.store.procurements(), lambda p: (p.title, p.id), procurement_body)


@router.post("/procurements", status_code=201, dependencies=[needs_member_account()])
def add_procurement(here: AtHand, new: NewProcurement, response: Response) -> ProcurementBody:
    """Add a procurement."""
    procurement = here.add_procurement(new.title, new.buyer, new.value_gbp, new.starts, new.ends)
    response.headers["Location"] = f"/api/v1/procurements/{procurement.id}"
    return procurement_body(procurement)


@router.get("/procurements/{procurement_id}", dependencies=[needs(Right.look)])
def show_procurement(here: AtHand, procurement_id: str) -> ProcurementBody:
    """Return one procurement."""
    return procurement_body(here.store.procurement(procurement_id))


@router.patch("/procurements/{procurement_id}", dependencies=[needs(Right.change)])
def change_procurement(
    here: AtHand, procurement_id: str, new: ProcurementChanges, if_match: IfMatch
) -> ProcurementBody:
    """Set a procurement's title, buyer, value or dates."""
    return procurement_body(
        Lots(here.store).change_procurement(
            procurement_id,
            new.model_dump(exclude_unset=True),
            person=here.visitor.caller.name,
            check=lambda procurement: if_match.check(procurement_body(procurement)),
        )
    )
