"""Procurements and the documents in them, for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request

from svdocs import __version__
from svdocs.errors import AlreadyThere
from svdocs.intake.sandbox import isolation_level
from svdocs.records.access import Right
from svdocs.records.people_tables import Scope
from svdocs.records.receiving import IfThere, Received
from svdocs.records.tables import DocumentKind
from svdocs.web.api.shapes import (
    DocumentBody,
    HealthBody,
    NewProcurement,
    ProblemBody,
    ProcurementBody,
    ReceiptBody,
    document_body,
    procurement_body,
    receipt_body,
)
from svdocs.web.here import AtHand, AtTheDoor, Here
from svdocs.web.rights import needs, needs_member_account, needs_scope
from svdocs.web.uploads import MAX_KEY_LETTERS

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


@router.get("/api/v1/procurements", tags=["procurements"], dependencies=[needs_scope(Scope.read)])
def list_procurements(here: AtHand) -> list[ProcurementBody]:
    """Return all procurements, by title."""
    return [procurement_body(p) for p in here.store.procurements()]


@router.post("/api/v1/procurements", tags=["procurements"], status_code=201, dependencies=[needs_member_account()])
def add_procurement(here: AtHand, new: NewProcurement, response: Response) -> ProcurementBody:
    """Add a procurement."""
    procurement = here.add_procurement(new.title, new.buyer, new.value_gbp, new.starts, new.ends)
    response.headers["Location"] = f"/api/v1/procurements/{procurement.id}"
    return procurement_body(procurement)


@router.get("/api/v1/procurements/{procurement_id}", tags=["procurements"], dependencies=[needs(Right.look)])
def show_procurement(here: AtHand, procurement_id: str) -> ProcurementBody:
    """Return one procurement."""
    return procurement_body(here.store.procurement(procurement_id))


@router.get("/api/v1/procurements/{procurement_id}/documents", tags=["documents"], dependencies=[needs(Right.read)])
def list_documents(here: AtHand, procurement_id: str) -> list[DocumentBody]:
    """Return the procurement's documents: specifications first, bids after."""
    return [document_body(d) for d in here.store.documents_of(procurement_id)]


UPLOAD: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "maxLength": MAX_KEY_LETTERS},
            "description": "Chosen by the sender for this upload. The same key with the same file, kind and supplier "
            "is answered with the same document; with another it is a conflict.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "kind": {"type": "string", "enum": [k.value for k in DocumentKind]},
                        "supplier": {"type": "string"},
                        "if_there": {
                            "type": "string",
                            "enum": [c.value for c in IfThere],
                            "default": IfThere.same.value,
                            "description": "What is to happen when the same supplier's document of the same bytes is "
                            "in the procurement: ask is answered by 409.",
                        },
                    },
                }
            }
        },
    },
}
"""What the interface's description says of an upload, whose body the handler reads itself while it comes in."""


@router.post(
    "/api/v1/procurements/{procurement_id}/documents",
    tags=["documents"],
    status_code=201,
    dependencies=[needs(Right.add_documents)],
    responses={
        200: {
            "description": "The document that this request is answered with already.",
            "model": DocumentBody | ReceiptBody,
        },
        202: {"description": "Kept, and sealed until bids are opened.", "model": ReceiptBody},
        507: {"description": "The disk has no room; nothing was kept.", "model": ProblemBody},
    },
    openapi_extra=UPLOAD,
)
async def bring_in_document(
    here: AtHand, procurement_id: str, request: Request, response: Response
) -> DocumentBody | ReceiptBody:
    """Bring in a document; the answer comes when it cannot be lost any more, and before it has been read."""
    try:
        received = await here.reception.receive(
            request, here.receiving, procurement_id, if_there=IfThere.same, caller=here.caller, said={}
        )
    except AlreadyThere as error:
        return await run_in_threadpool(_receipt_or_conflict, here, error)
    response.status_code = 201 if received.is_new else 200
    response.headers["Location"] = f"/api/v1/documents/{received.document.id}"
    return await run_in_threadpool(_body_of, here, received, response)


def _receipt_or_conflict(here: Here, error: AlreadyThere) -> ReceiptBody:
    """Return the receipt of a document that is there already, if all that may be known of it is that it came in.

    Raises:
        AlreadyThere: the sender may read it, and must choose.
    """
    document = here.receiving.document(error.document_id).document
    if here.may_read(document):
        raise error
    return receipt_body(document)


def _body_of(here: Here, received: Received, response: Response) -> DocumentBody | ReceiptBody:
    document = received.document
    if not here.may_read(document):
        response.status_code = 202
        return receipt_body(document)
    return document_body(here.store.document(document.id))
