"""Procurements and the documents in them, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile

from svdocs import __version__
from svdocs.intake.sandbox import isolation_level
from svdocs.web.api.shapes import (
    DocumentBody,
    HealthBody,
    NewProcurement,
    ProblemBody,
    ProcurementBody,
    document_body,
    procurement_body,
)
from svdocs.web.here import AtHand, AtTheDoor

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "What is wrong, why, and what to do.", "model": ProblemBody},
}

router = APIRouter(responses=PROBLEMS)


@router.get("/health", tags=["health"])
def health(house: AtTheDoor) -> HealthBody:
    """Say that the service answers and its records can be read."""
    house.people.is_anybody()
    house.store.procurements()
    return HealthBody(status="ok", version=__version__, isolation=isolation_level().value)


@router.get("/api/v1/procurements", tags=["procurements"])
def list_procurements(here: AtHand) -> list[ProcurementBody]:
    """Return all procurements, by title."""
    return [procurement_body(p) for p in here.store.procurements()]


@router.post("/api/v1/procurements", tags=["procurements"], status_code=201)
def add_procurement(here: AtHand, new: NewProcurement, response: Response) -> ProcurementBody:
    """Add a procurement."""
    procurement = here.store.add_procurement(new.title, new.buyer, new.value_gbp, new.starts, new.ends)
    response.headers["Location"] = f"/api/v1/procurements/{procurement.id}"
    return procurement_body(procurement)


@router.get("/api/v1/procurements/{procurement_id}", tags=["procurements"])
def show_procurement(here: AtHand, procurement_id: str) -> ProcurementBody:
    """Return one procurement."""
    return procurement_body(here.store.procurement(procurement_id))


@router.get("/api/v1/procurements/{procurement_id}/documents", tags=["documents"])
def list_documents(here: AtHand, procurement_id: str) -> list[DocumentBody]:
    """Return the procurement's documents: specifications first, bids after."""
    return [document_body(d) for d in here.store.documents_of(procurement_id)]


@router.post(
    "/api/v1/procurements/{procurement_id}/documents",
    tags=["documents"],
    status_code=201,
    responses={202: {"description": "Kept, and still being read.", "model": DocumentBody}},
)
def bring_in_document(
    here: AtHand,
    procurement_id: str,
    response: Response,
    file: Annotated[UploadFile, File()],
    kind: Annotated[str | None, Form()] = None,
    supplier: Annotated[str | None, Form()] = None,
) -> DocumentBody:
    """Bring in a document; the same bytes in the same procurement are the same document."""
    document_id = here.reception.take(file.file, file.filename, procurement_id, kind, supplier)
    record = here.store.document(document_id)
    response.status_code = 202 if record.run is None else 201
    response.headers["Location"] = f"/api/v1/documents/{document_id}"
    return document_body(record)
