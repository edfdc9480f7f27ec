"""One document beside its statements, its page pictures, and the decisions on its statements."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from svdocs.errors import Conflict, UsageError
from svdocs.records.access import Right
from svdocs.records.keep import path_of
from svdocs.records.store import Store
from svdocs.records.tables import DecisionAction
from svdocs.text.document import Document, Page
from svdocs.text.exchange import document_from_json
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.page_images import page_image
from svdocs.web.render import render
from svdocs.web.rights import needs
from svdocs.web.shown_statement import ShownStatement, show_statement
from svdocs.web.shown_text import ShownGroup, outline_passages, show_text
from svdocs.web.uploads import safe_name

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/documents/{document_id}", dependencies=[needs(Right.read)])
def show_document(request: Request, here: AtHand, document_id: str) -> Response:
    """Show a document: its statements, and its pages or blocks with the passages marked."""
    record = here.store.document(document_id)
    statements = [show_statement(s) for s in here.store.statements_of(document_id)]
    text = read_kept_text(here.store, document_id)
    groups = show_text(text, [s.mark for s in statements if s.mark]) if text else []
    return render(
        request,
        "document.html",
        record=record,
        document=record.document,
        statements=statements,
        targets={s.id: _target_of(s, text) for s in statements},
        groups=groups,
        procurement=here.store.procurement(record.document.procurement_id),
        pages=_pages(text, groups, statements) if text else [],
    )


@router.get("/documents/{document_id}/pages/{number}.png", dependencies=[needs(Right.read)])
def show_page_image(here: AtHand, document_id: str, number: int) -> Response:
    """Return the picture of one page."""
    record = here.store.document(document_id)

    def read_pages() -> tuple[Page, ...]:
        text = read_kept_text(here.store, document_id)
        return text.pages if text else ()

    return FileResponse(page_image(here.settings, record.document.sha256, number, read_pages), media_type="image/png")


@router.get("/documents/{document_id}/original", dependencies=[needs(Right.read)])
def download_original(here: AtHand, document_id: str) -> Response:
    """Return the file as it came, to be saved and never shown by the browser itself: it is a stranger's."""
    document = here.store.document(document_id).document
    return FileResponse(
        path_of(document.sha256, here.settings.files_folder),
        media_type="application/octet-stream",
        filename=safe_name(document.name),
        content_disposition_type="attachment",
    )


@router.get("/statements/{statement_id}", dependencies=[needs(Right.read)])
def show_one_statement(request: Request, here: AtHand, statement_id: str) -> Response:
    """Show one statement with its decisions and the form that records one."""
    return _statement_page(request, here, statement_id, [], None)


@router.post("/statements/{statement_id}/decisions", dependencies=[needs(Right.decide)])
def record_decision(
    request: Request,
    here: AtHand,
    statement_id: str,
    action: Annotated[str, Form()] = "",
    person: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    seen: Annotated[int | None, Form()] = None,
) -> Response:
    """Record a person's decision and go back to the statement in its document."""
    statement = here.store.statement(statement_id).statement
    person = here.visitor.name or person
    values = {"action": action, "person": person, "reason": reason}
    errors = _check_decision(**values)
    if errors:
        return _statement_page(request, here, statement_id, errors, values, 422)
    try:
        here.store.decide(statement_id, action=action, person=person, reason=reason, seen=seen)
    except (Conflict, UsageError) as error:
        return _statement_page(request, here, statement_id, [("action", str(error))], values, error.http_status)
    return RedirectResponse(f"/documents/{statement.document_id}#statement-{statement.key}", 303)


def read_kept_text(store: Store, document_id: str) -> Document | None:
    """Return the document's text as its reader kept it, or None before it is read."""
    data = store.text_of(document_id)
    return None if data is None else _parse(data)


@lru_cache(maxsize=4)
def _parse(data: bytes) -> Document:
    """Return the document of these bytes; a person who decides on statements asks for the same one again and again."""
    return document_from_json(data)


def _target_of(statement: ShownStatement, text: Document | None) -> str:
    """Return the id of the element that shows the statement's passage, or the nearest that there is.

    A passage may have no boxes, such as a form field's value, and then its page is what can be shown.
    """
    numbers = {p.number for p in text.pages} if text else set()
    if numbers and statement.mark and statement.boxes and min(statement.box_pages) in numbers:
        return f"place-{statement.key}"
    if numbers:
        return f"page-{statement.page}" if statement.page in numbers else "document-title"
    if text and statement.mark and any(b.span.overlaps(statement.mark.span) for b in text.blocks):
        return f"place-{statement.key}"
    return "document-title"


def _check_decision(action: str, person: str, reason: str) -> list[tuple[str, str]]:
    errors = []
    if action not in (DecisionAction.accept, DecisionAction.reject):
        errors.append(("action", "Select whether you accept or reject the statement"))
    if action == DecisionAction.reject and not reason.strip():
        errors.append(("reason", "Enter a reason for rejecting the statement"))
    if not person.strip():
        errors.append(("person", "Enter your name"))
    return errors


def _statement_page(
    request: Request,
    here: Here,
    statement_id: str,
    errors: list[tuple[str, str]],
    values: dict[str, str] | None,
    status: int = 200,
) -> Response:
    record = here.store.statement(statement_id)
    document = here.store.document(record.statement.document_id)
    procurement = here.store.procurement(document.document.procurement_id)
    return render(
        request,
        "statement.html",
        status=status,
        s=show_statement(record),
        document=document.document,
        procurement=procurement,
        errors=errors,
        values=values,
    )


def _pages(text: Document, groups: list[ShownGroup], statements: list[ShownStatement]) -> list[dict[str, Any]]:
    words: dict[int | None, list[ShownGroup]] = defaultdict(list)
    for group in groups:
        words[group.page].append(group)
    outlines = outline_passages(((s.mark, s.boxes, s.box_pages) for s in statements if s.mark), text.words)
    return [
        {
            "number": p.number,
            "width": p.width,
            "height": p.height,
            "ocr": p.ocr,
            "groups": words[p.number],
            "outlines": outlines.get(p.number, []),
        }
        for p in text.pages
    ]
