"""Documents and their texts, for programs."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse

from svdocs.errors import AlreadyThere, NotFound
from svdocs.records.access import Right
from svdocs.records.keep import path_of
from svdocs.records.receiving import IfThere, Received
from svdocs.records.store import KIND_ORDER
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import DocumentKind
from svdocs.web.api.paging import Page, PageAsked, Place
from svdocs.web.api.route import ProblemBody, api_router, streamed_router
from svdocs.web.api.shapes import DocumentBody, ReceiptBody, document_body, receipt_body
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs
from svdocs.web.uploads import MAX_KEY_LETTERS, safe_name

router = api_router("documents")
uploads = streamed_router("documents")


@router.get("/procurements/{procurement_id}/documents", dependencies=[needs(Right.read)])
def list_documents(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[DocumentBody]:
    """Return the procurement's documents: specifications first, bids after."""
    return asked.page_of(here.store.documents_of(procurement_id), _place_of, document_body)


def _place_of(record: DocumentRecord) -> Place:
    return KIND_ORDER[record.document.kind], record.document.name, record.id


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


@uploads.post(
    "/procurements/{procurement_id}/documents",
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


@router.get("/documents/{document_id}", dependencies=[needs(Right.read)])
def show_document(here: AtHand, document_id: str) -> DocumentBody:
    """Return one document with its state, problems and flags."""
    return document_body(here.store.document(document_id))


@router.get(
    "/documents/{document_id}/text",
    dependencies=[needs(Right.read)],
    responses={
        200: {
            "content": {"application/json": {}},
            "description": "`svdocs.document/1`: the text with the place of each word.",
        }
    },
    response_class=Response,
)
def show_text(here: AtHand, document_id: str) -> Response:
    """Return the document's text with its coordinates."""
    data = here.store.text_of(document_id)
    if data is None:
        raise NotFound("The document has not been read yet; ask again later.")
    return Response(data, media_type="application/json")


@router.get(
    "/documents/{document_id}/original",
    dependencies=[needs(Right.read)],
    responses={
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file as it came: a stranger's, to be saved and opened with care.",
        }
    },
    response_class=FileResponse,
)
def download_original(here: AtHand, document_id: str) -> FileResponse:
    """Return the file as it came."""
    document = here.store.document(document_id).document
    path = path_of(document.sha256, here.settings.files_folder)
    if not path.is_file():
        raise NotFound("The file itself is not there, though its record is; tell the person who runs this service.")
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=safe_name(document.name),
        content_disposition_type="attachment",
        headers={"ETag": f'"{document.sha256[:32]}"'},
    )
