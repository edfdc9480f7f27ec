"""Second readings: drawing them, reading without seeing the other, how far two agree, and what a third decides."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotFound, UsageError
from svdocs.frameworks.load import load_frameworks
from svdocs.records.access import ROLES_WITH, Right
from svdocs.records.review_tables import SecondReading
from svdocs.records.second_readings import Reader, SecondReadings, is_done
from svdocs.review.agreement import FIELDS, agreement_in, answer_of, differs_in, to_settle
from svdocs.review.register import DEFAULT_FRAMEWORK
from svdocs.review.second_reading import check_answer, read_quantity, settle, take_agreed
from svdocs.statements.in_words import stated_in_words
from svdocs.statements.statement import StatementType
from svdocs.web.amending_form import CHOICES
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.paging import cut_page
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.wording import label, measure_label, theme_label

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

PER_PAGE = 10
"""Statements on one page of a reading."""


@router.get("/procurements/{procurement_id}/second-readings", dependencies=[needs(Right.read)])
def show_second_readings(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the documents that two people read, how far they agree, and the form that draws a share."""
    return _list_page(request, here, procurement_id, None)


@router.post("/procurements/{procurement_id}/second-readings", dependencies=[needs(Right.change)])
def draw_second_readings(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Draw a share of the bids and give each to two readers."""
    share = form.number("share", "Enter a percentage")
    known = {r.id: r for r in readers_in(here, procurement_id)}
    readers = [known[i] for i in form.all("reader") if i in known]
    if len(readers) < 2:
        form.refuse("reader", "Select at least two readers")
    if not form.errors and share is not None:
        with form.taking("share"):
            drawn = _readings(here).draw(procurement_id, readers, share=int(share), seed=form.value("seed"))
            return go(request, f"/procurements/{procurement_id}/second-readings", f"Documents drawn: {len(drawn)}")
    return _list_page(request, here, procurement_id, form)


@router.get("/procurements/{procurement_id}/second-readings/{reading_id}", dependencies=[needs(Right.read)])
def show_second_reading(request: Request, here: AtHand, procurement_id: str, reading_id: str) -> Response:
    """Show one reading: to its readers the form; to all, once both are done, where they differ."""
    return _reading_page(request, here, procurement_id, reading_id, None)


@router.post("/procurements/{procurement_id}/second-readings/{reading_id}", dependencies=[needs(Right.decide)])
def answer_second_reading(request: Request, here: AtHand, procurement_id: str, reading_id: str, form: Sent) -> Response:
    """Keep the answers of one page; with `finish`, the reading is done."""
    reading = reading_in(here, procurement_id, reading_id)
    readings, answers = _readings(here), {}
    for key in form.all("statement"):
        try:
            answers[key] = check_answer(_answer_in(form, key))
        except UsageError:
            form.refuse(f"quantity-{key}", "Enter a number, such as 8, or two, such as 8 to 10, and select of what")
    finish = form.value("act") == "finish"
    if not form.errors:
        with form.taking("finish"):
            kept = readings.answer(reading.id, answers, done=finish)
            if is_done(kept):
                take_agreed(here.store, readings, reading.id, DEFAULT_FRAMEWORK)
            page = f"/procurements/{procurement_id}/second-readings"
            return go(request, page if finish else f"{page}/{reading_id}?page={form.value('next') or 1}",
                      "Reading finished" if finish else "Answers saved")  # fmt: skip
    return _reading_page(request, here, procurement_id, reading_id, form)


@router.post("/procurements/{procurement_id}/second-readings/{reading_id}/settle", dependencies=[needs(Right.decide)])
def settle_second_reading(request: Request, here: AtHand, procurement_id: str, reading_id: str, form: Sent) -> Response:
    """Decide as a third person where two readers differ."""
    reading = reading_in(here, procurement_id, reading_id)
    settle(here.store, _readings(here), reading.id, form.value("statement"), side=form.value("side"),
           person=here.visitor.name, reason=form.value("reason"), framework=DEFAULT_FRAMEWORK)  # fmt: skip
    return go(request, f"/procurements/{procurement_id}/second-readings/{reading_id}", "Decided")


def _answer_in(form: Form, key: str) -> dict[str, str]:
    """Return what the form says of one statement; its quantity comes in three fields."""
    answer = {name: form.value(f"{name}-{key}") for name in FIELDS}
    if answer["quantity"]:
        per = form.value(f"per-{key}")
        answer["quantity"] += f" {form.value(f'unit-{key}')}" + (f"/{per}" if per else "")
    return answer


def _fields_of(answer: Mapping[str, str]) -> dict[str, str]:
    """Return an answer as the form's fields show it.

    >>> fields = _fields_of({"type": "commitment", "quantity": "8-10 people/year"})
    >>> fields["quantity"], fields["unit"], fields["per"]
    ('8 to 10', 'people', 'year')
    """
    numbers, _, counted = answer.get("quantity", "").partition(" ")
    unit, _, per = counted.partition("/")
    return {**answer, "quantity": numbers.replace("-", " to "), "unit": unit, "per": per}


def answer_words(field: str, value: str | None) -> str:
    """Return what a reader said of a field, as people say it.

    >>> answer_words("quantity", "8-10 people/year"), answer_words("measure", "national-toms:NT1")
    ('8 to 10 people a year', 'NT1 Residents in new jobs on the contract')
    >>> answer_words("type", "none"), answer_words("verdict", ""), answer_words("firmness", "firm")
    ('States nothing', 'Nothing', 'Firm')
    """
    match field:
        case _ if not value:
            return "Nothing"
        case "quantity":
            return stated_in_words(read_quantity(value))
        case "theme":
            return theme_label(DEFAULT_FRAMEWORK, value)
        case "measure":
            framework, _, code = value.partition(":")
            return measure_label(framework, code)
        case "type":
            return dict(_choices()["type"]).get(value, value)
        case _:
            return label(value)


def reading_in(here: Here, procurement_id: str, reading_id: str) -> SecondReading:
    """Return a reading of a procurement.

    Raises:
        NotFound: there is none of this id there.
    """
    reading = _readings(here).reading(reading_id)
    if here.store.document(reading.document_id).document.procurement_id != procurement_id:
        raise NotFound("There is no such reading in this procurement.")
    return reading


def readers_in(here: Here, procurement_id: str) -> list[Reader]:
    """Return who may read: the members who may decide."""
    members = here.people.members_of(procurement_id)
    return [Reader(m.person.id, m.person.name) for m in members if set(m.roles) & ROLES_WITH[Right.decide]]


def _readings(here: Here) -> SecondReadings:
    return SecondReadings(here.store, here.visitor.caller)


def _list_page(request: Request, here: Here, procurement_id: str, form: Form | None) -> Response:
    readings = _readings(here)
    found = readings.readings_of(procurement_id)
    mine = here.visitor.caller.person_id
    return render(
        request,
        "second_readings.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        rows=[
            {"reading": r, "document": here.store.document(r.document_id), "is_mine": mine in (r.first_id, r.second_id),
             "done": is_done(r), "open": len(to_settle(readings.answered(r.id)))}
            for r in found
        ],
        agreement=agreement_in(readings, procurement_id),
        readers=[(r.id, r.name) for r in readers_in(here, procurement_id)],
        may_draw=here.visitor.caller.may(Right.change, procurement_id),
        has_accounts=not here.visitor.caller.is_alone,
    )  # fmt: skip


def _reading_page(request: Request, here: Here, procurement_id: str, reading_id: str, form: Form | None) -> Response:
    reading, readings = reading_in(here, procurement_id, reading_id), _readings(here)
    mine = here.visitor.caller.person_id
    is_first, is_mine = mine == reading.first_id, mine in (reading.first_id, reading.second_id)
    finished = is_mine and (reading.first_done_at if is_first else reading.second_done_at) is not None
    statements = readings.to_read(reading_id) if is_mine and not finished else []
    shown = cut_page(request, statements, PER_PAGE)
    answered = readings.answered(reading_id)
    return render(
        request,
        "second_reading.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        document=here.store.document(reading.document_id),
        reading=reading,
        is_mine=is_mine,
        finished=finished,
        done=is_done(reading),
        shown=shown,
        rows=[
            (r, _fields_of(answer or answer_of(r, DEFAULT_FRAMEWORK)), answer is not None) for r, answer in shown.rows
        ],
        left=sum(answer is None for _, answer in statements),
        choices=_choices(),
        differences=[(a, differs_in(a)) for a in answered if differs_in(a)],
        words=answer_words,
        framework=DEFAULT_FRAMEWORK,
        may_settle=readings.may_settle(reading) and here.visitor.caller.may(Right.decide, procurement_id),
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    themes = load_frameworks()[DEFAULT_FRAMEWORK].themes
    return {
        "type": [(t.value, "States nothing" if t is StatementType.none else label(t)) for t in StatementType],
        "firmness": [("", "Not said"), *CHOICES["firmness"]],
        "verdict": [("", "Not said"), *CHOICES["verdict"]],
        "unit": [("", "Select"), *CHOICES["unit"]],
        "per": [("", "In all"), *CHOICES["per"]],
        "measure": [("", "None fits"), *((f"{f}:{m.code}", measure_label(f, m.code))
                    for f, known in load_frameworks().items() for m in known.measures)],
        "theme": [("", "None fits"), *((t.code, theme_label(DEFAULT_FRAMEWORK, t.code)) for t in themes)],
    }  # fmt: skip
