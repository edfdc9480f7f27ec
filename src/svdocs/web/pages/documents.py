"""One document beside its statements: the reader, the pictures of its pages, and the original."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from svdocs.records.access import Right
from svdocs.records.keep import path_of
from svdocs.records.marks import Marks
from svdocs.records.store import Store
from svdocs.records.turns import turn_of
from svdocs.text.document import Block, Document, Page
from svdocs.text.exchange import unpack_document
from svdocs.web.here import AtHand, check_form
from svdocs.web.page_images import draw_ahead, page_image
from svdocs.web.reader import next_to_decide, show_pages, tally_of, target_of
from svdocs.web.render import render
from svdocs.web.rights import needs
from svdocs.web.shown_statement import show_statements
from svdocs.web.shown_text import show_text
from svdocs.web.shown_walk import show_walk, walk_asked
from svdocs.web.uploads import safe_name
from svdocs.web.workplace import desk_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/documents/{document_id}", dependencies=[needs(Right.read)])
def show_document(
    request: Request, here: AtHand, document_id: str, statement: str = "", block: int | None = None
) -> Response:
    """Show a document: its pages or blocks with the passages marked, and its statements with what is to be decided.

    `statement` is the key of the one that is open, and `block` a passage that a link from elsewhere points at. With
    `queue` in the address, the way leads through the procurement's queue in that order.
    """
    record = here.store.document(document_id)
    text = read_kept_text(here.store, document_id)
    records = here.store.statements_of(document_id)
    statements, turns = show_statements(records), [turn_of(r) for r in records]
    desk = desk_of(request, here, record, statements)
    chosen = next((s for s in statements if s.key == statement), None)
    if chosen is None and desk.may_decide and (number := next_to_decide(turns)):
        chosen = statements[number - 1]
    if text and text.pages:
        first = chosen.page if chosen and chosen.page else 1
        draw_ahead(here.settings, record.document.sha256, text.pages, first)
    groups = show_text(text, [s.mark for s in statements if s.mark]) if text else []
    pointed_at = _block_numbered(text, block)
    return render(
        request,
        "document.html",
        desk=desk,
        record=record,
        document=record.document,
        statements=statements,
        open_key=chosen.key if chosen else "",
        kept_back=not records and document_id in Marks(here.store).kept_back(desk.procurement.id, here.visitor.caller),
        is_named=bool(statement and chosen),
        targets={s.id: target_of(s, text) for s in statements},
        tally=tally_of(turns),
        walk=show_walk(walk_asked(request, here, desk.procurement.id), document_id, chosen.id if chosen else ""),
        groups=groups,
        pointed_at=pointed_at,
        pages=show_pages(text, groups, statements, pointed_at) if text else [],
    )


@router.get("/documents/{document_id}/pages/{number}.png", dependencies=[needs(Right.read)])
def show_page_image(here: AtHand, document_id: str, number: int) -> Response:
    """Return the picture of one page, and have the next ones drawn."""
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


def read_kept_text(store: Store, document_id: str) -> Document | None:
    """Return the document's text as its reader kept it, or None before it is read."""
    packed = store.packed_text_of(document_id)
    try:
        return None if packed is None else _unpack(packed)
    except ValueError:
        return None  # damaged on the disk: as good as not kept


@lru_cache(maxsize=4)
def _unpack(packed: bytes) -> Document:
    """Return the document of these bytes; a person who decides on statements asks for the same one again and again."""
    return unpack_document(packed)


def _block_numbered(text: Document | None, number: int | None) -> Block | None:
    return next((b for b in text.blocks if b.number == number), None) if text and number is not None else None
