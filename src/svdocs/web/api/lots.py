"""Lots, the parts into which a procurement is divided, for programs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.records.access import Right
from svdocs.records.lots import LotRecord, Lots
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import IfMatch, api_router
from svdocs.web.api.shapes import Pounds, shown_pounds
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("lots")


class NewLot(BaseModel):
    """A lot to add."""

    model_config = incoming(name="Lot 2", title="Street lighting, east", value_gbp="1200000.00")

    name: str = Field(min_length=1, max_length=100, description="As the tender has it, such as `Lot 2`.")
    title: str = Field(default="", max_length=300)
    value_gbp: Pounds | None = None


class LotChanges(BaseModel):
    """What to set of a lot; what is left out stays as it is."""

    model_config = incoming(title="Street lighting, east")

    name: str = Field(default="", min_length=1, max_length=100)
    title: str = Field(default="", max_length=300)
    value_gbp: Pounds | None = None


class DocumentLots(BaseModel):
    """The lots that a document is for."""

    model_config = incoming(lots=[])

    lots: list[str] = Field(max_length=100, description="Ids of lots of the document's procurement.")


class LotBody(BaseModel):
    """A part of a procurement that is awarded by itself."""

    id: str
    procurement_id: str
    name: str
    title: str
    value_gbp: Decimal | None
    added_at: datetime
    documents: list[str] = Field(description="Ids of the documents that are for it, as far as you may see them.")


def lot_body(record: LotRecord) -> LotBody:
    """Return a lot as the interface gives it."""
    lot = record.lot
    return LotBody(
        id=lot.id, procurement_id=lot.procurement_id, name=lot.name, title=lot.title,
        value_gbp=shown_pounds(lot.value_gbp), added_at=lot.added_at, documents=list(record.documents),
    )  # fmt: skip


@router.get("/procurements/{procurement_id}/lots", dependencies=[needs(Right.look)])
def list_lots(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[LotBody]:
    """Return the lots of a procurement, by name."""
    return asked.page_of(Lots(here.store).lots_of(procurement_id), lambda r: (r.lot.name, r.lot.id), lot_body)


@router.post("/procurements/{procurement_id}/lots", status_code=201, dependencies=[needs(Right.change)])
def add_lot(here: AtHand, procurement_id: str, new: NewLot, response: Response) -> LotBody:
    """Add a lot."""
    added = Lots(here.store).add_lot(
        procurement_id, new.name, title=new.title, value_gbp=new.value_gbp, person=here.visitor.caller.name
    )
    response.headers["Location"] = f"/api/v1/procurements/{procurement_id}/lots/{added.lot.id}"
    return lot_body(added)


@router.get("/procurements/{procurement_id}/lots/{lot_id}", dependencies=[needs(Right.look)])
def show_lot(here: AtHand, procurement_id: str, lot_id: str) -> LotBody:
    """Return one lot."""
    return lot_body(Lots(here.store).lot(procurement_id, lot_id))


@router.patch("/procurements/{procurement_id}/lots/{lot_id}", dependencies=[needs(Right.change)])
def change_lot(here: AtHand, procurement_id: str, lot_id: str, new: LotChanges, if_match: IfMatch) -> LotBody:
    """Set a lot's name, title or value."""
    return lot_body(
        Lots(here.store).change_lot(
            procurement_id,
            lot_id,
            new.model_dump(exclude_unset=True),
            person=here.visitor.caller.name,
            check=lambda record: if_match.check(lot_body(record)),
        )
    )


@router.put("/documents/{document_id}/lots", dependencies=[needs(Right.change)])
def set_lots_of_document(here: AtHand, document_id: str, new: DocumentLots) -> list[LotBody]:
    """Set for which lots a document is."""
    found = Lots(here.store).set_lots_of(document_id, new.lots, person=here.visitor.caller.name)
    return [lot_body(r) for r in found]
