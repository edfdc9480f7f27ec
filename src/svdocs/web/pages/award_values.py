"""What bids are worth: the values of units, how bids are valued, each promise with its sum, and fixing all of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import Conflict
from svdocs.records.access import Right
from svdocs.records.panels import Panels
from svdocs.records.values import FactsGiven, MethodGiven, Values
from svdocs.reports.award_summary import worked_in_words
from svdocs.reports.bid_values import as_kept, fix_values, import_values, reckon_lot
from svdocs.statements.in_words import money_in_words, unit_in_words
from svdocs.valuing.bid_value import Choice
from svdocs.valuing.deliverable import Limits, OverLimit
from svdocs.valuing.proxies import open_set
from svdocs.valuing.weightings import hundredths_of, in_percent
from svdocs.web.api.award import promise_in, rule_on
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_VALUES = "/procurements/{procurement_id}/panel/award/values"
OVER = (
    ("check", "A person looks at it", "Its points wait until somebody says what of it can be delivered."),
    ("cap", "What is above earns nothing", "The limit stands in the place of the value."),
)


@router.get(_VALUES, dependencies=[needs(Right.see_award)])
def show_values(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show what each bid is worth as things stand."""
    return _page(request, here, procurement_id)


@router.post(_VALUES + "/proxies", dependencies=[needs(Right.award)])
def import_set(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Import values of units from a workbook among the documents."""
    document = form.needed("document", "Select the workbook")
    said = {name: form.value(name) for name in ("title", "edition", "publisher", "licence")}
    if not form.errors:
        with form.taking("document"):
            import_values(here.store, procurement_id, document, here.visitor.caller, framework="national-toms", **said)
    return _answer(request, here, procurement_id, form, "The values are imported; choose them below.")


@router.post(_VALUES + "/method", dependencies=[needs(Right.award)])
def set_method(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Say how bids are valued."""
    proxy_set = form.needed("proxy_set", "Select the values of units")
    numbers = {name: form.number(name) for name in ("contract_gbp", "years", "limit_per_pound", "limit_per_employee")}
    deadweight, attribution = _percent(form, "deadweight", "0"), _percent(form, "attribution", "100")
    over = form.choice("over_limit", OverLimit) or OverLimit.check
    if not form.errors:
        with form.taking("proxy_set"):
            limits = Limits(numbers["limit_per_pound"], numbers["limit_per_employee"], over)
            given = MethodGiven(proxy_set, numbers["contract_gbp"], numbers["years"], deadweight, attribution, limits,
                                form.value("method_because"))  # fmt: skip
            Values(here.store).set_method(procurement_id, given, here.visitor.caller)
    return _answer(request, here, procurement_id, form, "How bids are valued is set.")


@router.post(_VALUES + "/bidder", dependencies=[needs(Right.award)])
def describe_bidder(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Say how many employees a bidder has, and where its letter goes."""
    employees = form.number("employees")
    if employees is not None and employees != employees.to_integral_value():
        form.refuse("employees", "Enter a whole number")
    if not form.errors:
        with form.taking("employees"):
            told = (form.value(name) or None for name in ("source", "address", "email", "identifier"))
            facts = FactsGiven(None if employees is None else int(employees), *told)
            Values(here.store).describe_bidder(procurement_id, form.value("supplier"), facts, here.visitor.caller)
    return _answer(request, here, procurement_id, form, "What is known of the bidder is kept.")


@router.post(_VALUES + "/ruling", dependencies=[needs(Right.award)])
def rule(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Say what of an offer above a limit earns points."""
    earns = form.number("earns", "Enter the pounds that earn points")
    because = form.needed("ruling_because", "Write what was looked at, and why")
    if not form.errors and earns is not None:
        with form.taking("earns"):
            rule_on(here, procurement_id, form.value("supplier"), form.value("lot"), earns, because)
    return _answer(request, here, procurement_id, form, "It is kept, for the value that the offer has now.")


@router.post(_VALUES + "/fix", dependencies=[needs(Right.award)])
def fix(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Fix the values of a lot's bids."""
    with form.taking("fix_because"):
        fix_values(here.store, procurement_id, here.visitor.caller, lot=form.value("lot"),
                   because=form.value("fix_because"))  # fmt: skip
    return _answer(request, here, procurement_id, form, "The values are fixed; points and letters follow from them.")


@router.get(_VALUES + "/promise", dependencies=[needs(Right.award)])
def show_choice(request: Request, here: AtHand, procurement_id: str, statement: str = "") -> Response:
    """Show the form that says under which measure and at which quantity a promise is valued."""
    return _choice_page(request, here, procurement_id, statement)


@router.post(_VALUES + "/promise", dependencies=[needs(Right.award)])
def choose(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Say under which measure and at which quantity a promise is valued."""
    statement_id = form.value("statement")
    promise_in(here, procurement_id, statement_id)
    because = form.needed("because", "Write the reason")
    code, quantity = form.value("measure"), form.number("quantity")
    deadweight = _percent(form, "deadweight", "") if form.value("deadweight") else None
    attribution = _percent(form, "attribution", "") if form.value("attribution") else None
    if not form.errors:
        with form.taking("measure"):
            choice = Choice(("national-toms", code) if code else None, quantity, deadweight, attribution,
                            form.value("counts") != "no", form.value("is_apart") == "yes", because)  # fmt: skip
            Values(here.store).choose(statement_id, choice, here.visitor.caller)
    if form.errors:
        return _choice_page(request, here, procurement_id, statement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/award/values", "What you said of the promise is kept.")


def _answer(request: Request, here: Here, procurement_id: str, form: Form, said: str) -> Response:
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/award/values", said)


def _page(request: Request, here: Here, procurement_id: str, form: Form | None = None) -> Response:
    caller, values = here.visitor.caller, Values(here.store)
    method, procurement = values.method_of(procurement_id), here.store.procurement(procurement_id)
    bids = Panels(here.store).bids_of(procurement_id)
    facts = values.facts_of(procurement_id)
    sets = [(open_set().key, f"{open_set().cited}; {open_set().licence}")]
    sets += [(s.id, f"{s.title}, edition {s.edition} ({s.publisher}); {s.licence}")
             for s in values.sets_of(procurement_id)]  # fmt: skip
    workbooks = [(d.id, d.document.name) for d in here.store.documents_of(procurement_id)
                 if d.document.name.lower().endswith((".xlsx", ".xls", ".ods"))]  # fmt: skip
    return render(
        request,
        "award_values.html",
        form=form,
        procurement=procurement,
        method=method,
        sets=sets,
        workbooks=workbooks,
        lots=[_lot(here, procurement_id, lot) for lot in sorted({b.lot for b in bids})] if method else [],
        suppliers=list({b.supplier_id: b.name for b in bids}.items()),
        facts=facts,
        over=OVER,
        worked=worked_in_words,
        percent=in_percent,
        may_award=caller.may(Right.award, procurement_id),
    )


def _lot(here: Here, procurement_id: str, lot: str) -> dict[str, Any]:
    fixed = Values(here.store).fixed_of(procurement_id, lot)
    try:
        reckoned = reckon_lot(here.store, procurement_id, here.visitor.caller, lot=lot)
    except Conflict as error:
        return {"name": lot, "why": str(error), "bids": [], "fixed": fixed}
    bids = [(b, as_kept(reckoned, b)) for b in reckoned.bids]
    return {"name": lot, "why": "", "bids": bids, "fixed": fixed}


def _choice_page(
    request: Request, here: Here, procurement_id: str, statement_id: str, form: Form | None = None
) -> Response:
    statement = promise_in(here, procurement_id, statement_id)
    choice = Values(here.store).choices_of(procurement_id).get(statement.statement.origin_id)
    method = Values(here.store).method_of(procurement_id)
    proxies = Values(here.store).set_named(procurement_id, method.proxy_set).values if method else ()
    return render(
        request,
        "award_choice.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        statement_id=statement_id,
        text=str(statement.as_decided()["text"]),
        choice=choice,
        quantity="" if choice is None or choice.quantity is None else str(choice.quantity),
        measures=[
            (v.code, f"{v.code}: {v.title}, {money_in_words(v.pounds)} for each {unit_in_words(v.unit, one=True)}")
            for v in proxies
        ],
        percent=in_percent,
    )


def _percent(form: Form, name: str, default: str) -> int:
    found = hundredths_of(form.value(name) or default)
    if found is None:
        form.refuse(name, "Enter a percentage with at most two decimal places, such as 25")
    return found or 0
