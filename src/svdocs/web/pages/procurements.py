"""The list of procurements, and one procurement with its documents and the form that brings one in."""

from __future__ import annotations

import re
from collections import Counter
from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from svdocs.errors import AlreadyThere, CannotKeep, CannotRead, Conflict, UsageError
from svdocs.intake.safety import ENDINGS, MAX_FILE_BYTES
from svdocs.records.access import Right
from svdocs.records.conflicts import Conflicts
from svdocs.records.jobs import Jobs
from svdocs.records.marks import Marks
from svdocs.records.people_tables import Scope
from svdocs.records.receiving import IfThere
from svdocs.records.tables import Document, DocumentKind, DocumentState
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import render
from svdocs.web.rights import needs, needs_member_account, needs_scope
from svdocs.web.visitors import check_form_token
from svdocs.web.wording import progress_of

_SHA256 = re.compile(r"[0-9a-f]{64}")

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
uploads = APIRouter(include_in_schema=False)
"""Of the form with a file in it, which is read as it comes in: its handler checks the form's token itself."""

Errors = list[tuple[str, str]]
"""For each thing wrong in a form the field it stands at, and what to do about it."""


@router.get("/", dependencies=[needs_scope(Scope.read)])
def list_procurements(request: Request, here: AtHand) -> Response:
    """Show all procurements and the form that adds one."""
    return _list_page(request, here, [], {"title": "", "buyer": ""})


@router.post("/procurements", dependencies=[needs_member_account()])
def add_procurement(
    request: Request, here: AtHand, title: Annotated[str, Form()] = "", buyer: Annotated[str, Form()] = ""
) -> Response:
    """Add a procurement and go to it."""
    errors = [
        (field, f"Enter the {field}") for field, value in (("title", title), ("buyer", buyer)) if not value.strip()
    ]
    if errors:
        return _list_page(request, here, errors, {"title": title, "buyer": buyer})
    return RedirectResponse(f"/procurements/{here.add_procurement(title, buyer).id}", 303)


@router.get("/procurements/{procurement_id}", dependencies=[needs(Right.look)])
def show_procurement(request: Request, here: AtHand, procurement_id: str, received: str = "") -> Response:
    """Show a procurement with its documents; after an upload to sealed bids its receipt."""
    return _procurement_page(request, here, procurement_id, [], {"kind": "", "supplier": "", "received": received})


@uploads.post("/procurements/{procurement_id}/documents", dependencies=[needs(Right.add_documents)])
async def bring_in_document(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Bring in an uploaded document and go to the procurement, where its state says what became of it."""
    said = {"kind": "", "supplier": "", "name": "", "key": ""}
    try:
        received = await here.reception.receive(
            request, here.receiving, procurement_id, if_there=IfThere.ask, caller=here.caller, said=said,
            check=lambda fields: check_form_token(here.visitor, fields.get("csrf", "")),
        )  # fmt: skip
    except AlreadyThere as error:
        return await run_in_threadpool(_choose_or_receipt, request, here, error.document_id, said)
    except Conflict:
        errors = [("file", "This page brought in another file already; choose the file again")]
        return await run_in_threadpool(_procurement_page, request, here, procurement_id, errors, said, 409)
    except (UsageError, CannotRead, CannotKeep) as error:
        errors = [("file", str(error))]
        return await run_in_threadpool(
            _procurement_page, request, here, procurement_id, errors, said, error.http_status
        )
    return await run_in_threadpool(_go, here, received.document)


@router.post("/procurements/{procurement_id}/documents/{document_id}/again", dependencies=[needs(Right.add_documents)])
def choose_what_it_is(
    request: Request,
    here: AtHand,
    procurement_id: str,
    document_id: str,
    choice: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    supplier: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    """Take the choice of somebody who brought in a file that is there already."""
    if choice not in (IfThere.same, IfThere.another):
        said = {"kind": kind, "supplier": supplier, "name": name, "key": key}
        return _choice_page(request, here, document_id, said, 422)
    if choice == IfThere.same:
        return RedirectResponse(f"/documents/{here.store.document(document_id).id}", 303)
    received = here.reception.add_another(
        here.receiving, document_id, procurement_id=procurement_id, kind=kind, supplier=supplier, name=name,
        caller=here.caller, key=key,
    )  # fmt: skip
    return _go(here, received.document)


def _choice_page(request: Request, here: Here, document_id: str, said: dict[str, str], status: int) -> Response:
    document = here.store.document(document_id)
    return render(
        request,
        "already_there.html",
        status=status,
        document=document.document,
        supplier=document.supplier,
        procurement=here.store.procurement(document.document.procurement_id),
        typed={name: said[name] for name in ("kind", "supplier", "name", "key")},
        errors=[("choice", "Select whether it is the same document")] if status == 422 else [],
    )


def _go(here: Here, document: Document) -> Response:
    """Return to the procurement, whose list tells what became of the document; of a sealed one with its receipt."""
    if not here.may_read(document):
        return _receipt(document)
    return RedirectResponse(f"/procurements/{document.procurement_id}", 303)


def _choose_or_receipt(request: Request, here: Here, document_id: str, said: dict[str, str]) -> Response:
    """Return the question what the same file is; of a sealed one a receipt, which tells nothing of it."""
    document = here.receiving.document(document_id).document
    return _choice_page(request, here, document_id, said, 409) if here.may_read(document) else _receipt(document)


def _receipt(document: Document) -> Response:
    return RedirectResponse(f"/procurements/{document.procurement_id}?received={document.sha256}", 303)


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
    caller = here.visitor.caller
    may_read = caller.may(Right.read, procurement_id)
    documents = here.store.documents_of(procurement_id) if may_read else []
    received = values.get("received", "")
    waiting = [d.id for d in documents if d.document.state is DocumentState.waiting]
    return render(
        request,
        "procurement.html",
        status=status,
        procurement=here.store.procurement(procurement_id),
        sealed=here.openings.opening_of(procurement_id).is_sealed,
        receipt=received if _SHA256.fullmatch(received) else "",
        may_read=may_read,
        may_add=caller.may(Right.add_documents, procurement_id),
        may_decide=caller.may(Right.decide, procurement_id),
        may_contract=caller.may(Right.manage_contracts, procurement_id),
        documents=documents,
        kept_back=Marks(here.store).kept_back(procurement_id, caller) if may_read else set(),
        undeclared=Conflicts(here.store).undeclared(procurement_id, caller),
        waiting=len(waiting),
        progress={i: progress_of(job) for i, job in Jobs(here.store).latest_of(waiting).items()},
        kinds=list(DocumentKind),
        errors=errors,
        values=values,
        limit_mib=MAX_FILE_BYTES // 2**20,
        endings=ENDINGS,
        key=token_hex(16),
    )
