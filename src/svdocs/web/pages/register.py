"""The queue, the register, bids side by side, and what changed: pages of one procurement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.frameworks.load import load_frameworks
from svdocs.records.access import Right
from svdocs.records.decisions import Decisions
from svdocs.records.saved_views import SavedViews
from svdocs.records.second_readings import SecondReadings
from svdocs.records.tables import DecisionAction, StatementStatus
from svdocs.review.changes import differences_of
from svdocs.review.lines import Line, register_lines, suppliers_of
from svdocs.review.queue import Order, Waiting, count_waiting, queue_of
from svdocs.review.register import STANDING, Filters, compare_bids, narrow, read_filters, years_of
from svdocs.review.totals import BECAUSE, LeftOut, Omitted, Reckoning, Total, reckon
from svdocs.review.walk import walk_of
from svdocs.statements.in_words import quantity_in_words, stated_in_words
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.paging import cut_page
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.wording import framework_label, label, measure_label, theme_label
from svdocs.web.workplace import reader_address

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

WAITING_WORDS = {
    Waiting.unsure: "Not sure",
    Waiting.lost: "Decision without its statement",
    Waiting.unread: "Document not read whole",
    Waiting.changed: "Changed since the decision",
    Waiting.undecided: "Not decided",
}
MOST_OMITTED = 200
"""Lines left out of totals that a page lists; the interface gives all."""


@router.get("/procurements/{procurement_id}/queue", dependencies=[needs(Right.read)])
def show_queue(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show what waits for a person, with the form that decides on many at once."""
    return _queue_page(request, here, procurement_id, None)


@router.post("/procurements/{procurement_id}/queue", dependencies=[needs(Right.decide)])
def decide_on_many(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Record one decision on all statements that were ticked."""
    person = here.visitor.name or form.needed("person", "Enter your name")
    chosen = [value.partition(":") for value in form.all("statement")]
    if not chosen:
        form.refuse("statement", "Select at least one statement")
    action = form.choice("action", DecisionAction, "Select what you decide")
    if action is DecisionAction.reject:
        form.needed("reason", "Enter a reason for rejecting them")
    if not form.errors and action is not None:
        with form.taking("statement"):
            seen = {key: int(count) for key, _, count in chosen if count.isdecimal()}
            made = Decisions(here.store).decide_many([key for key, _, _ in chosen], action=action, person=person,
                                                     reason=form.value("reason"), seen=seen,
                                                     within=procurement_id)  # fmt: skip
            return go(request, f"/procurements/{procurement_id}/queue?batch={made[0].batch}",
                      f"{label(action)}: {_counted(len(made), 'statement')}")  # fmt: skip
    return _queue_page(request, here, procurement_id, form)


@router.post("/procurements/{procurement_id}/queue/undo", dependencies=[needs(Right.decide)])
def undo_many(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Take back decisions that were taken at once."""
    person = here.visitor.name or form.needed("person", "Enter your name")
    if not form.errors:
        with form.taking("batch"):
            made = Decisions(here.store).undo_batch(form.value("batch"), person=person, within=procurement_id)
            return go(request, f"/procurements/{procurement_id}/queue",
                      f"Taken back: {_counted(len(made), 'decision')}")  # fmt: skip
    return _queue_page(request, here, procurement_id, form)


@router.get("/procurements/{procurement_id}/register", dependencies=[needs(Right.read)])
def show_register(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the commitments of all bids, filtered, with their totals and what is in none."""
    return _register_page(request, here, procurement_id, None)


@router.post("/procurements/{procurement_id}/register/views", dependencies=[needs(Right.read)])
def save_view(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Save the register's filters under a name."""
    filters = read_filters({f: form.value(f) for f in _asked_names(form)})
    name = form.needed("name", "Enter a name for this view")
    if not form.errors:
        with form.taking("name"):
            views = SavedViews(here.store, here.visitor.caller)
            views.save(procurement_id, name, filters.asked(), shared=form.value("shared") == "yes")
            return go(request, f"/procurements/{procurement_id}/register?{urlencode(filters.asked())}", "View saved")
    return _register_page(request, here, procurement_id, form)


@router.post("/procurements/{procurement_id}/register/views/remove", dependencies=[needs(Right.read)])
def remove_view(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Take away one of one's own views."""
    SavedViews(here.store, here.visitor.caller).remove(form.value("view"))
    return go(request, f"/procurements/{procurement_id}/register", "View taken away")


@router.get("/procurements/{procurement_id}/compare", dependencies=[needs(Right.read)])
def show_comparison(request: Request, here: AtHand, procurement_id: str, by: str = "theme") -> Response:
    """Show bids side by side by theme or measure."""
    filters = read_filters(dict(request.query_params))
    lines = narrow(register_lines(here.store, procurement_id), filters)
    procurement = here.store.procurement(procurement_id)
    by_measure = by == "measure"
    found = compare_bids(lines, filters.framework, by_measure=by_measure, years=years_of(procurement))
    name = "measure" if by_measure else "theme"
    rows = [
        {
            "name": _key_words(filters.framework, key, lines, by_measure=by_measure),
            "cells": [
                {
                    "supplier": s,
                    "count": c.count,
                    "totals": [total_words(t) for t in c.reckoning.totals],
                    "address": _address(procurement_id, filters, {"supplier": s, name: key or "none"}),
                }
                for s, c in zip(found.suppliers, cells, strict=True)
            ],
        }
        for key, cells in found.rows
    ]
    return render(
        request,
        "comparison.html",
        procurement=procurement,
        rows=rows,
        suppliers=found.suppliers,
        gaps=[(_key_words(filters.framework, k, lines, by_measure=by_measure), s) for k, s in found.gaps],
        by=name,
        filters=filters,
        frameworks=_frameworks(),
    )


@router.get("/procurements/{procurement_id}/changes", dependencies=[needs(Right.read)])
def show_changes(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show what reprocessing changed, document by document."""
    return _changes_page(request, here, procurement_id, None)


@router.post("/procurements/{procurement_id}/changes", dependencies=[needs(Right.decide)])
def settle_changes(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Settle decisions whose statement is no longer found, one or many."""
    person = here.visitor.name or form.needed("person", "Enter your name")
    chosen, how = form.all("lost"), form.needed("how", "Select what becomes of the decisions")
    reason = form.needed("reason", "Enter the reason")
    if not chosen:
        form.refuse("lost", "Select at least one decision")
    if not form.errors:
        with form.taking("lost"):
            decisions = Decisions(here.store)
            if how == "keep":
                decisions.keep_by_hand(chosen, person=person, reason=reason, within=procurement_id)
            elif how == "let_go":
                decisions.let_go(chosen, person=person, reason=reason, within=procurement_id)
            else:
                for one in chosen[:1]:
                    decisions.move(one, form.value("to"), person=person, reason=reason, within=procurement_id)
            done = 1 if how == "move" else len(chosen)
            return go(request, f"/procurements/{procurement_id}/changes", f"Settled: {_counted(done, 'decision')}")
    return _changes_page(request, here, procurement_id, form)


def _queue_page(request: Request, here: Here, procurement_id: str, form: Form | None) -> Response:
    order = Order.stake if request.query_params.get("order") == Order.stake else Order.doubt
    queue = queue_of(here.store, procurement_id, order=order)
    walk = walk_of(queue, SecondReadings(here.store, here.visitor.caller), procurement_id, order)
    return render(
        request,
        "queue.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        shown=cut_page(request, queue),
        counts=[(WAITING_WORDS[why], n) for why, n in count_waiting(queue).items()],
        order=order.value,
        words={why.value: words for why, words in WAITING_WORDS.items()},
        may_decide=here.visitor.caller.may(Right.decide, procurement_id),
        first=walk.steps[0] if walk.steps else None,
        address_of=lambda w: reader_address(w.document.id, w.line.key, order),
        batch=request.query_params.get("batch", ""),
        actions=[("accept", "Accept"), ("reject", "Reject"), ("unsure", "Not sure")],
    )


def _register_page(request: Request, here: Here, procurement_id: str, form: Form | None) -> Response:
    asked = dict(request.query_params) if form is None else {n: form.value(n) for n in _asked_names(form)}
    filters = read_filters(asked)
    procurement = here.store.procurement(procurement_id)
    every = register_lines(here.store, procurement_id)
    lines = narrow(every, filters)
    reckoning = reckon(lines, years=years_of(procurement))
    return render(
        request,
        "register.html",
        form=form,
        procurement=procurement,
        filters=filters,
        asked=filters.asked(),
        shown=cut_page(request, lines),
        every=len(every),
        choices=_choices(every, filters),
        totals=[_shown_total(t, filters.framework) for t in reckoning.totals],
        omitted=_shown_omitted(reckoning),
        because=BECAUSE,
        counted={line.id for t in reckoning.totals for line in t.lines},
        why={o.line.id: o for o in reckoning.omitted},
        views=_views(here, procurement_id),
        may_export=here.visitor.caller.may(Right.export, procurement_id),
        query=urlencode(filters.asked()),
        years=years_of(procurement),
    )


def _views(here: Here, procurement_id: str) -> list[dict[str, Any]]:
    mine = here.visitor.caller.person_id or ""
    return [
        {"id": v.id, "name": v.name, "owner": v.owner, "shared": v.shared, "mine": v.owner_id == mine,
         "address": f"/procurements/{procurement_id}/register?{urlencode(v.filters)}"}
        for v in SavedViews(here.store, here.visitor.caller).views_of(procurement_id)
    ]  # fmt: skip


def _changes_page(request: Request, here: Here, procurement_id: str, form: Form | None) -> Response:
    found = differences_of(here.store, procurement_id)
    return render(
        request,
        "changes.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        found=found,
        to_settle=sum(d.to_settle for d in found),
        lost=[(record, decision, d.document) for d in found for decision, record in d.lost],
        others=[(r.id, f"{d.document.document.name}: {_shortened(r.statement.text)}") for d in found if d.lost
                for r in d.others],
        may_decide=here.visitor.caller.may(Right.decide, procurement_id),
        shown_value=_value_words,
    )  # fmt: skip


def _asked_names(form: Form) -> list[str]:
    return [n for n in Filters.__dataclass_fields__ if form.value(n) or n == "status"]


def _choices(lines: Sequence[Line], filters: Filters) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter can be set to: what occurs in the register."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for name, value in (("theme", line.themes.get(filters.framework)), ("verdict", line.verdict),
                            ("firmness", line.firmness), ("place", line.place)):  # fmt: skip
            found[name].add(value or "none")
    measures = {line.measure for line in lines}
    words: dict[str, Callable[[str], str]] = {
        "theme": lambda code: theme_label(filters.framework, code),
        "verdict": label,
        "firmness": label,
        "place": lambda place: place,
    }
    choices: dict[str, list[tuple[str, str]]] = {
        name: sorted(((v, "None given" if v == "none" else words[name](v)) for v in values), key=lambda c: c[1])
        for name, values in found.items()
    }
    choices["measure"] = sorted((m[1], measure_label(*m)) for m in measures if m) + (
        [("none", "None given")] if None in measures else []
    )
    choices["supplier"] = [(s, s) for s in suppliers_of(lines)]
    choices["status"] = [(STANDING, "All but rejected and replaced"), ("", "All"),
                         *((s.value, label(s)) for s in StatementStatus)]  # fmt: skip
    choices["framework"] = _frameworks()
    return choices


def _frameworks() -> list[tuple[str, str]]:
    return [(key, framework_label(key)) for key, f in load_frameworks().items() if f.themes]


def _shown_total(total: Total, framework: str) -> dict[str, Any]:
    del framework
    return {
        "name": measure_label(*total.measure) if total.measure else "No measure",
        "words": total_words(total),
        "count": len(total.lines),
        "suppliers": total.suppliers,
        "lines": total.lines,
    }


def _shown_omitted(reckoning: Reckoning) -> list[tuple[str, list[Omitted], int]]:
    """Return for each reason its words, the lines left out for it that are listed, and how many there are."""
    found = [(why, reckoning.omitted_for(why)) for why in LeftOut]
    return [(BECAUSE[why], some[:MOST_OMITTED], len(some)) for why, some in found if some]


def total_words(total: Total) -> str:
    """Return a total in words: a range with its least and its most."""
    low, high = total.minimum, total.maximum
    return quantity_in_words(low, total.unit, maximum=None if low == high else high, per=total.per)


def _key_words(framework: str, key: str | None, lines: Iterable[Line], *, by_measure: bool) -> str:
    if key is None:
        return "No measure" if by_measure else "No theme"
    if not by_measure:
        return theme_label(framework, key)
    return next((measure_label(*line.measure) for line in lines if line.measure and line.measure[1] == key), key)


def _address(procurement_id: str, filters: Filters, more: Mapping[str, str]) -> str:
    return f"/procurements/{procurement_id}/register?{urlencode({**filters.asked(), **more})}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _shortened(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _value_words(field: str, value: Any) -> str:
    """Return what a field of `svdocs.records.matching.substance_of` holds, as a page says it.

    >>> _value_words("quantity", [5, None, "people", None]), _value_words("verdict", "standard_operations")
    ('5 people', 'Standard operations')
    >>> _value_words("measures", ["NT10"]), _value_words("place", "Deal"), _value_words("due", None)
    ('NT10', 'Deal', 'nothing')
    """
    match field:
        case "quantity":
            said = stated_in_words(dict(zip(("value", "max", "unit", "per"), value, strict=True)))
        case "themes":
            said = ", ".join(theme_label(framework, code) for framework, code in value.items())
        case "measures":
            said = ", ".join(value)
        case "type" | "firmness" | "category" | "verdict":
            said = label(value)
        case _:
            said = value or ""
    return said or "nothing"
