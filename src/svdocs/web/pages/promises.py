"""The pages of a contract's promises: how far each has come, moving it, varying it, and entering a delivery by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.delivery.standing import reminders, standing_of, year_of_delivery
from svdocs.delivery.variations import Agreed, first_year_of, vary_promise
from svdocs.delivery.years import contract_years
from svdocs.errors import NotFound
from svdocs.records.access import Right
from svdocs.records.case_studies import CaseStudies, Delivered
from svdocs.records.contracts import MOVES, Contracts
from svdocs.records.delivery_tables import CommitmentState, PlaceKind
from svdocs.records.schedules import Scheduled
from svdocs.statements.statement import Per, Unit
from svdocs.web.amending_form import CHOICES
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.judging import check_may_say, promise_among, promise_in, states_open_to
from svdocs.web.pages.contracts import person_of
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_CONTRACT = "/contracts/{contract_id}"
_PROMISE = _CONTRACT + "/promises/{commitment_id}"
PLACE_KINDS = (
    (PlaceKind.delivery.value, "Where it took place"),
    (PlaceKind.residence.value, "Where those live who gained by it"),
    (PlaceKind.head_office.value, "Where the organisation has its head office"),
)


@router.get(_PROMISE, dependencies=[needs(Right.read)])
def show_promise(request: Request, here: AtHand, contract_id: str, commitment_id: str, year: str = "") -> Response:
    """Show a promise with its years, what was delivered, and what happened to it; `year` is the one to be moved."""
    return _promise_page(request, here, contract_id, commitment_id, Form(), year)


@router.post(_PROMISE + "/move", dependencies=[needs(Right.manage_contracts)])
def move_promise(request: Request, here: AtHand, contract_id: str, commitment_id: str, form: Sent) -> Response:
    """Move a promise, or its part in one year, to another state, with who and why."""
    promise = promise_in(here, contract_id, commitment_id)
    state = form.choice("state", CommitmentState, "Select the state")
    check_may_say(here.visitor.caller, _procurement(here, contract_id), state)
    person = person_of(here, form)
    if not form.errors and state is not None:
        with form.taking("because" if not form.value("because") else "state"):
            Contracts(here.store).move(
                promise.id, state, person=person, because=form.value("because"),
                milestone_id=form.value("milestone") or None, seen=_seen(form),
            )  # fmt: skip
            return go(request, f"/contracts/{contract_id}/promises/{commitment_id}", "State set")
    year = next((str(m.year) for m in promise.milestones if m.id == form.value("milestone")), "")
    return _promise_page(request, here, contract_id, commitment_id, form, year)


@router.post(_PROMISE + "/describe", dependencies=[needs(Right.manage_contracts)])
def describe_promise(request: Request, here: AtHand, contract_id: str, commitment_id: str, form: Sent) -> Response:
    """Set who answers for a promise and what shall show that it was done."""
    promise = promise_in(here, contract_id, commitment_id)
    with form.taking("owner"):
        Contracts(here.store).describe(
            promise.id, person=person_of(here, form), owner=form.value("owner"),
            evidence_asked=form.value("evidence_asked"),
        )  # fmt: skip
        return go(request, f"/contracts/{contract_id}/promises/{commitment_id}", "Promise described")
    return _promise_page(request, here, contract_id, commitment_id, form)


@router.get(_PROMISE + "/vary", dependencies=[needs(Right.manage_contracts)])
def ask_for_variation(request: Request, here: AtHand, contract_id: str, commitment_id: str) -> Response:
    """Show the form that puts another promise in the place of one."""
    return _vary_page(request, here, contract_id, commitment_id, Form())


@router.post(_PROMISE + "/vary", dependencies=[needs(Right.manage_contracts)])
def vary(request: Request, here: AtHand, contract_id: str, commitment_id: str, form: Sent) -> Response:
    """Put another promise in the place of one, which stays in the records as varied."""
    promise = promise_in(here, contract_id, commitment_id)
    agreed = Agreed(
        form.needed("text", "Enter the words of the new promise"), _number(form, "quantity"),
        form.choice("unit", Unit), form.choice("per", Per), form.day("due"), form.value("place") or None,
        form.value("beneficiary") or None,
    )  # fmt: skip
    if agreed.quantity_value is not None and agreed.quantity_unit is None:
        form.refuse("unit", "Select what the number counts")
    because, person = form.needed("because", "Write why it is varied"), person_of(here, form)
    if not form.errors:
        with form.taking("text"):
            new = vary_promise(here.store, promise.id, agreed, person=person, because=because, seen=_seen(form))
            said = f"Promise {new.number} agreed in its place"
            return go(request, f"/contracts/{contract_id}/promises/{new.id}", said)
    return _vary_page(request, here, contract_id, commitment_id, form)


@router.get(_CONTRACT + "/deliveries/new", dependencies=[needs(Right.verify_delivery)])
def ask_for_delivery(request: Request, here: AtHand, contract_id: str, promise: str = "", study: str = "",
                     statement: str = "") -> Response:  # fmt: skip
    """Show the form that enters a delivery by hand: for a promise, or of what a case study left open."""
    left = _left_open(here, contract_id, study, statement)
    values = {"study": study, "statement": statement} if left else {}
    return _delivery_page(request, here, contract_id, Form(), promise, left, values)


@router.post(_CONTRACT + "/deliveries/new", dependencies=[needs(Right.verify_delivery)])
def enter_delivery(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Enter a delivery for a promise; it counts from now on, because a person enters it."""
    study, statement = form.value("study"), form.value("statement")
    left = _left_open(here, contract_id, study, statement)
    number = form.needed("promise", "Select the promise")
    promise = next((s for s in _schedule(here, contract_id) if str(s.commitment.number) == number), None)
    given = Delivered(
        promise.id if promise else "", form.needed("text", "Write what was delivered"),
        source=str(left.get("source") or form.value("source")), statement_id=left.get("statement"),
        page=left.get("page"), block=left.get("block"), quantity=_number(form, "quantity"),
        unit=form.choice("unit", Unit), place_text=form.value("place") or None,
        place_kind=form.choice("place_kind", PlaceKind) or PlaceKind.delivery,
        beneficiary_text=form.value("beneficiary") or None, delivered_from=form.day("from"),
        delivered_to=form.day("to"),
    )  # fmt: skip
    given = replace(given, milestone_id=_milestone(promise, form.value("year"), given))
    _check_delivery(form, promise, given)
    because, person = form.needed("because", "Write how you know that it was delivered"), person_of(here, form)
    if not form.errors:
        with form.taking("text"):
            told_in = study if left else None
            made = CaseStudies(here.store).enter(given, person=person, because=because, study_id=told_in)
            return go(request, f"/contracts/{contract_id}/promises/{made.commitment_id}", "Delivery entered")
    return _delivery_page(request, here, contract_id, form, number, left, {"study": study, "statement": statement})


def _promise_page(request: Request, here: Here, contract_id: str, commitment_id: str, form: Form,
                  year: str = "") -> Response:  # fmt: skip
    record, schedule = Contracts(here.store).contract(contract_id), _schedule(here, contract_id)
    promise = promise_among(schedule, commitment_id)
    commitment, contract, caller = promise.commitment, record.contract, here.visitor.caller
    studies = CaseStudies(here.store).studies_of(contract_id)
    today = datetime.now(UTC).date()
    moved = next((m for m in promise.milestones if str(m.year) == year), None)
    is_open = contract.closed_at is None
    return render(
        request, "promise.html", form=form, record=record, promise=promise, standing=standing_of(promise), moved=moved,
        following=states_open_to(caller, contract.procurement_id, promise, moved.id if moved else None),
        before=next((s for s in schedule if s.id == commitment.varies_id), None),
        after=next((s for s in schedule if s.commitment.varies_id == commitment.id), None),
        years={m.id: m.year for m in promise.milestones},
        reminders=[r for r in reminders(contract, schedule, studies, today) if r.number == commitment.number],
        evidence=[(e, here.store.document(e.document_id)) for e in promise.evidence],
        may_vary=CommitmentState.varied in MOVES[promise.state],
        may_manage=caller.may(Right.manage_contracts, contract.procurement_id) and is_open,
        may_verify=caller.may(Right.verify_delivery, contract.procurement_id) and is_open,
        alone=here.visitor.person is None,
    )  # fmt: skip


def _vary_page(request: Request, here: Here, contract_id: str, commitment_id: str, form: Form) -> Response:
    promise, record = promise_in(here, contract_id, commitment_id), Contracts(here.store).contract(contract_id)
    year = first_year_of(record.contract)
    first = {"year": year, "starts": contract_years(record.contract.starts, record.contract.ends)[year - 1][0]}
    return render(
        request, "vary.html", form=form, record=record, promise=promise, first=first,
        standing=standing_of(promise), may_vary=CommitmentState.varied in MOVES[promise.state],
        units=CHOICES["unit"], periods=CHOICES["per"], alone=here.visitor.person is None,
    )  # fmt: skip


def _delivery_page(request: Request, here: Here, contract_id: str, form: Form, number: str, left: dict[str, Any],
                   hidden: dict[str, str]) -> Response:  # fmt: skip
    record = Contracts(here.store).contract(contract_id)
    standing = [s for s in _schedule(here, contract_id) if s.standing or s.state is not CommitmentState.varied]
    chosen = next((s for s in standing if str(s.commitment.number) == number), None)
    years = sorted({m.year: (m.starts, m.ends) for s in standing for m in s.standing}.items())
    return render(
        request, "delivery.html", form=form, record=record, standing=standing, chosen=chosen, left=left, hidden=hidden,
        years=years, units=CHOICES["unit"], place_kinds=PLACE_KINDS, alone=here.visitor.person is None,
        open=record.contract.closed_at is None,
    )  # fmt: skip


def _left_open(here: Here, contract_id: str, study_id: str, statement_id: str) -> dict[str, Any]:
    """Return what a case study told and nothing was proposed for, with where it stands; empty where there is none."""
    if not study_id or not statement_id:
        return {}
    study = next((s for s in CaseStudies(here.store).studies_of(contract_id) if s.id == study_id), None)
    if study is None:
        raise NotFound("The contract has no such case study; look at its page.")
    for found in study.findings:
        if found["code"] == "left_open" and found.get("statement") == statement_id:
            name = here.store.document(study.document_id).document.name
            return found | {"source": f"{name}, page {found['page']}" if found.get("page") else name}
    return {}


def _check_delivery(form: Form, promise: Scheduled | None, given: Delivered) -> None:
    if promise is None and form.value("promise"):
        form.refuse("promise", "Select one of the promises")
    if given.quantity is not None and given.unit is None:
        form.refuse("unit", "Select what the number counts")
    if given.delivered_from and given.delivered_to and given.delivered_to < given.delivered_from:
        form.refuse("to-day", "The last day is before the first; change one of them")
    if promise is not None and form.value("year") and given.milestone_id is None:
        form.refuse("year", "The promise has no part in this contract year; select another")


def _milestone(promise: Scheduled | None, year: str, given: Delivered) -> str | None:
    day = given.delivered_to or given.delivered_from
    found = year_of_delivery(promise, int(year) if year.isdecimal() else None, day) if promise else None
    return found.id if found else None


def _number(form: Form, name: str) -> float | None:
    number = form.number(name)
    return None if number is None else float(number)


def _seen(form: Form) -> int | None:
    return int(form.value("seen")) if form.value("seen").isdecimal() else None


def _schedule(here: Here, contract_id: str) -> list[Scheduled]:
    return Contracts(here.store).schedule_of(contract_id)


def _procurement(here: Here, contract_id: str) -> str:
    return Contracts(here.store).contract(contract_id).contract.procurement_id
