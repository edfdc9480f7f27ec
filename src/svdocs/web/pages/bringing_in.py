"""Bringing in several documents at once, and saying what each is where its text proposes something else."""

from __future__ import annotations

from secrets import token_hex

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.intake.safety import ENDINGS, MAX_FILE_BYTES
from svdocs.records.access import Right
from svdocs.records.jobs import Jobs
from svdocs.records.tables import DocumentKind
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/procurements/{procurement_id}/upload", dependencies=[needs(Right.add_documents)])
def show_bringing_in(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the form that brings in documents: one or a ZIP without script, as many as wanted with it."""
    return render(
        request,
        "upload.html",
        procurement=here.store.procurement(procurement_id),
        sealed=here.openings.opening_of(procurement_id).is_sealed,
        kinds=list(DocumentKind),
        endings=ENDINGS,
        limit_bytes=MAX_FILE_BYTES,
        key=token_hex(16),
    )


@router.get("/documents/{document_id}/description", dependencies=[needs(Right.add_documents)])
def show_description(request: Request, here: AtHand, document_id: str) -> Response:
    """Show what a document is taken for, to be corrected."""
    return _description_page(request, here, document_id, Form())


@router.post("/documents/{document_id}/description", dependencies=[needs(Right.add_documents)])
def describe(request: Request, here: AtHand, form: Sent, document_id: str) -> Response:
    """Set what a document is and whose it is."""
    kind = form.choice("kind", DocumentKind, "Select what the document is")
    supplier = form.value("supplier")
    if kind in (DocumentKind.bid, DocumentKind.case_study, DocumentKind.baseline) and not supplier:
        form.refuse("supplier", "Enter the supplier whose document it is")
    if not form.errors:
        with form.taking("kind"):
            before = here.store.document(document_id).document.kind
            person = here.visitor.name
            document = here.store.describe_document(document_id, kind=kind, supplier=supplier or None, person=person)
            said = "The document is kept as what you said."
            if kind is not before and document.current_run:
                Jobs(here.store).add(document_id, person=person)
                said += " It is read again, since what is looked for in it depends on that."
            return go(request, f"/procurements/{document.procurement_id}", said)
    return _description_page(request, here, document_id, form)


def _description_page(request: Request, here: Here, document_id: str, form: Form) -> Response:
    record = here.store.document(document_id)
    proposed = (record.run.description if record.run else {}) or {}
    return render(
        request,
        "description.html",
        form=form,
        record=record,
        document=record.document,
        procurement=here.store.procurement(record.document.procurement_id),
        kinds=list(DocumentKind),
        sure=None if record.document.kind_is_said else proposed.get("kind_confidence"),
        suppliers=[s.name for s in here.store.suppliers()],
    )
