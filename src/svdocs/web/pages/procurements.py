"""The list of procurements, and one procurement with its documents and the form that brings one in."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from svdocs.errors import CannotKeep, CannotRead, UsageError
from svdocs.intake.safety import ENDINGS, MAX_FILE_BYTES
from svdocs.records.tables import DocumentKind, DocumentState
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

Errors = list[tuple[str, str]]
"""For each thing wrong in a form the field it stands at, and what to do about it."""


@router.get("/")
def list_procurements(request: Request, here: AtHand) -> Response:
    """Show all procurements and the form that adds one."""
    return _list_page(request, here, [], {"title": "", "buyer": ""})


@router.post("/procurements")
def add_procurement(
    request: Request, here: AtHand, title: Annotated[str, Form()] = "", buyer: Annotated[str, Form()] = ""
) -> Response:
    """Add a procurement and go to it."""
    errors = [
        (field, f"Enter the {field}") for field, value in (("title", title), ("buyer", buyer)) if not value.strip()
    ]
    if errors:
        return _list_page(request, here, errors, {"title": title, "buyer": buyer})
    return RedirectResponse(f"/procurements/{here.store.add_procurement(title, buyer).id}", 303)


@router.get("/procurements/{procurement_id}")
def show_procurement(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show a procurement with its documents."""
    return _procurement_page(request, here, procurement_id, [], {"kind": "", "supplier": ""})


@router.post("/procurements/{procurement_id}/documents")
def bring_in_document(
    request: Request,
    here: AtHand,
    procurement_id: str,
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form()] = "",
    supplier: Annotated[str, Form()] = "",
) -> Response:
    """Bring in an uploaded document and go to the procurement, where its state says what became of it."""
    try:
        if file is None:
            raise UsageError("No file was chosen; choose a PDF, Word or Excel file, or a scan.")
        here.reception.take(file.file, file.filename, procurement_id, kind, supplier)
    except (UsageError, CannotRead, CannotKeep) as error:
        values = {"kind": kind, "supplier": supplier}
        return _procurement_page(request, here, procurement_id, [("file", str(error))], values, error.http_status)
    return RedirectResponse(f"/procurements/{procurement_id}", 303)


def _list_page(request: Request, here: Here, errors: Errors, values: dict[str, str]) -> Response:
    counts = Counter(d.document.procurement_id for d in here.store.documents_of())
    procurements = [
        {"id": p.id, "title": p.title, "buyer": p.buyer, "documents": counts[p.id]} for p in here.store.procurements()
    ]
    return render(
        request,
        "procurements.html",
        status=422 if errors else 200,
        procurements=procurements,
        errors=errors,
        values=values,
    )


def _procurement_page(
    request: Request, here: Here, procurement_id: str, errors: Errors, values: dict[str, str], status: int = 200
) -> Response:
    documents = here.store.documents_of(procurement_id)
    return render(
        request,
        "procurement.html",
        status=status,
        procurement=here.store.procurement(procurement_id),
        documents=documents,
        waiting=sum(d.document.state is DocumentState.waiting for d in documents),
        kinds=list(DocumentKind),
        errors=errors,
        values=values,
        limit_mib=MAX_FILE_BYTES // 2**20,
        endings=ENDINGS,
    )
