"""Adding a statement that the reader missed, and splitting one that states several things."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import UsageError
from svdocs.records.access import Right
from svdocs.records.deciding import Part
from svdocs.records.decisions import Decisions
from svdocs.statements.beneficiaries import find_beneficiary
from svdocs.statements.dates import find_due
from svdocs.statements.places import find_place
from svdocs.statements.quantities import choose_quantity
from svdocs.text.document import Document
from svdocs.web.amending_form import CHOICES, offer_codes, read_changes
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.pages.deciding import place_of, seen_in, wants_part
from svdocs.web.pages.documents import read_kept_text
from svdocs.web.passage_found import Pointed, find_words, read_box, words_in_box
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.workplace import desk_of, order_asked, reader_address, remember_name

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

PARTS_OFFERED = 4


@router.get("/documents/{document_id}/missed", dependencies=[needs(Right.decide)])
def show_adding(
    request: Request, here: AtHand, document_id: str, page: str = "", box: str = "", quote: str = ""
) -> Response:
    """Show the form that adds a statement: empty, or with the words that somebody selected or drew a box around."""
    text = read_kept_text(here.store, document_id)
    pointed = _pointed_at(text, page, box, quote)
    form = Form()
    if pointed is None and (box or quote):
        form = Form({"quote": quote, "page": page})
        form.refuse("quote", "There are no words there; draw around words, or type them")
    return _adding_page(request, here, document_id, form, pointed)


@router.post("/documents/{document_id}/missed", dependencies=[needs(Right.decide)])
def add_missed(request: Request, here: AtHand, document_id: str, form: Sent) -> Response:
    """Add a statement in a person's name; no later reading takes it away."""
    text = read_kept_text(here.store, document_id)
    if form.value("search"):
        return _adding_page(request, here, document_id, form, None)
    quote = form.needed("quote", "Enter the words of the document that state it")
    person = here.visitor.name or form.needed("person", "Enter your name")
    pointed = None
    if quote:
        drawn = _pointed_at(text, form.value("page"), form.value("box"), "")
        pointed = drawn if drawn and drawn.text == quote else _pointed_at(text, form.value("page"), "", quote)
        if pointed is None:
            form.refuse("quote", "These words do not stand there; copy them from the words of the page")
    changes = read_changes(form, {})
    if pointed and not form.errors:
        with form.taking("quote"):
            entry = pointed.as_entry() | changes
            made = Decisions(here.store).add_missed(document_id, entry, person=person, reason=form.value("reason"))
            key = made.statement.key
            answer = go(request, reader_address(document_id, key, order_asked(request)), "The statement was added.")
            remember_name(answer, here, person)
            return answer
    return _adding_page(request, here, document_id, form, None)


@router.get("/statements/{statement_id}/split", dependencies=[needs(Right.decide)])
def show_splitting(request: Request, here: AtHand, statement_id: str) -> Response:
    """Show the form that splits a statement."""
    return _split_page(request, here, statement_id, Form())


@router.post("/statements/{statement_id}/split", dependencies=[needs(Right.decide)])
def split(request: Request, here: AtHand, statement_id: str, form: Sent) -> Response:
    """Put several statements in the place of one, each with its own words of the passage."""
    place = place_of(request, here, statement_id)
    quotes = [form.value(f"part-{n}") for n in range(1, PARTS_OFFERED + 1)]
    person = here.visitor.name or form.needed("person", "Enter your name")
    parts = [Part(q, _stated_by(place.one.text, q)) for q in quotes if q]
    if not form.errors:
        try:
            made = Decisions(here.store).split(
                statement_id, parts, person=person, reason=form.value("reason"), seen=seen_in(form.value("seen"))
            )
        except UsageError as error:
            form.refuse("part-1", str(error))
        else:
            key = made[0].statement.key
            answer = go(request, place.desk.address_of(key), f"Split into {len(made)} statements.")
            remember_name(answer, here, person)
            return answer
    return _split_page(request, here, statement_id, form)


def _pointed_at(text: Document | None, page: str, box: str, quote: str) -> Pointed | None:
    number = int(page) if page.isdecimal() and len(page) < 7 else None
    if text is None:
        return None
    drawn = read_box(box)
    if drawn and number:
        return words_in_box(text, number, drawn)
    return find_words(text, quote, number) if quote else None


def _stated_by(passage: str, words: str) -> dict[str, Any]:
    """Return what the words of a passage state, as the machine reads it: a proposal that a person corrects."""
    quantity = choose_quantity(passage, words)
    due, place, who = find_due(words), find_place(words), find_beneficiary(words)
    found: dict[str, Any] = {}
    if quantity:
        found["quantity"] = {"value": quantity.value, "max": quantity.maximum, "unit": quantity.unit.value,
                             "per": quantity.per and quantity.per.value, "text": quantity.text}  # fmt: skip
    if due:
        found["due"] = {"date": due.date, "text": due.text}
    if place:
        found["place"] = {"text": place.text, "code": place.code}
    if who:
        found["beneficiary"] = {"text": who.text}
    return found


def _adding_page(request: Request, here: Here, document_id: str, form: Form, pointed: Pointed | None) -> Response:
    record = here.store.document(document_id)
    text = read_kept_text(here.store, document_id)
    entry: dict[str, Any] = {"type": "commitment", "firmness": "firm"}
    if pointed:
        entry |= {**pointed.as_entry(), **_stated_by(pointed.text, pointed.text)}
    return render(
        request,
        "workplace/missed_part.html" if wants_part(request) else "workplace/missed.html",
        form=form,
        desk=desk_of(request, here, record, []),
        document=record.document,
        entry=entry,
        pages=len(text.pages) if text else 0,
        box=request.query_params.get("box", form.value("box")),
        choices=CHOICES,
        find=form.value("find"),
        codes=offer_codes(form.all("code"), (), form.value("find")),
    )


def _split_page(request: Request, here: Here, statement_id: str, form: Form) -> Response:
    place = place_of(request, here, statement_id)
    answer = render(
        request,
        "workplace/split_part.html" if wants_part(request) else "workplace/split.html",
        form=form,
        desk=place.desk,
        s=place.one,
        address=place.address,
        offered=PARTS_OFFERED,
    )
    if wants_part(request):
        answer.headers["HX-Retarget"] = f"#work-{place.one.key}"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer
