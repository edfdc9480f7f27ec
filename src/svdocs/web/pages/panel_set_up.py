"""A panel's set-up: how it works, its criteria, its bids and who marks them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.panel.minimum import chosen_minimum, required_minimum
from svdocs.records.access import ROLES_WITH, Right
from svdocs.records.conflicts import Conflicts
from svdocs.records.panel_tables import Criterion
from svdocs.records.panels import CriterionGiven, Panels, marked, weighted
from svdocs.valuing.rubrics import Rubric, own_rubric, shipped_rubrics
from svdocs.valuing.weightings import ROUNDING_RULE, QuantityMethod, hundredths_of, in_percent, shown, weight_of_each
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_PANEL = "/procurements/{procurement_id}/panel"
METHODS = (
    ("none", "All of it is marked", "Evaluators’ marks decide the whole weighting."),
    (
        "proportional",
        "A part by quantity, against the best bid",
        "The bid’s value over the best bid’s, times the part.",
    ),
    ("target", "A part by quantity, against a target", "The bid’s value over a target per pound of contract value."),
)


@router.get(_PANEL, dependencies=[needs(Right.look)])
def show_panel(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show how the panel is set up, what is missing, and where one goes on."""
    return _page(request, here, procurement_id)


@router.post(_PANEL, dependencies=[needs(Right.set_up_panel)])
def set_up(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Set up the panel, or change how it works."""
    typed = form.value("minimum")
    least = hundredths_of(typed) if typed else None
    if typed and least is None:
        form.refuse("minimum", "Enter a percentage with at most two decimal places, such as 10")
    if not form.errors:
        with form.taking("minimum"):
            required = required_minimum(here.store, procurement_id)
            hundredths, rule = chosen_minimum(required, least, form.value("rule"))
            Panels(here.store).set_up(
                procurement_id, here.visitor.caller, minimum_hundredths=hundredths, rule=rule,
                anonymous=form.value("anonymous") == "yes",
            )  # fmt: skip
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel", "How the panel works is set.")


@router.get(_PANEL + "/criteria/new", dependencies=[needs(Right.set_up_panel)])
def new_criterion(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the form that adds a criterion."""
    return _criterion_page(request, here, procurement_id, None)


@router.post(_PANEL + "/criteria/new", dependencies=[needs(Right.set_up_panel)])
def add_criterion(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Add a criterion."""
    return _save_criterion(request, here, procurement_id, None, form)


@router.get(_PANEL + "/criteria/{criterion_id}", dependencies=[needs(Right.set_up_panel)])
def show_criterion(request: Request, here: AtHand, procurement_id: str, criterion_id: str) -> Response:
    """Show the form that changes a criterion."""
    return _criterion_page(request, here, procurement_id, criterion_id)


@router.post(_PANEL + "/criteria/{criterion_id}", dependencies=[needs(Right.set_up_panel)])
def change_criterion(request: Request, here: AtHand, procurement_id: str, criterion_id: str, form: Sent) -> Response:
    """Change a criterion, or remove it."""
    if form.value("remove"):
        with form.taking("title"):
            Panels(here.store).remove_criterion(procurement_id, criterion_id, here.visitor.caller)
        if not form.errors:
            return go(request, f"/procurements/{procurement_id}/panel", "The criterion is removed.")
        return _criterion_page(request, here, procurement_id, criterion_id, form)
    return _save_criterion(request, here, procurement_id, criterion_id, form)


@router.post(_PANEL + "/bids", dependencies=[needs(Right.set_up_panel)])
def add_bids(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Have all bids in the records marked, in a lot if there are lots."""
    with form.taking("lot"):
        Panels(here.store).add_bids(procurement_id, here.visitor.caller, lot=form.value("lot"))
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel#bids", "The bids are added.")


@router.post(_PANEL + "/bids/remove", dependencies=[needs(Right.set_up_panel)])
def remove_bid(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Take a bid out of what is marked."""
    with form.taking("lot"):
        Panels(here.store).remove_bid(procurement_id, form.value("bid"), here.visitor.caller)
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel#bids", "The bid is taken out.")


@router.post(_PANEL + "/seats", dependencies=[needs(Right.set_up_panel)])
def assign(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Have somebody mark."""
    alone = here.visitor.caller.is_alone
    person = None if alone else form.needed("person", "Select who marks")
    if not form.errors:
        with form.taking("person"):
            Panels(here.store).assign(
                procurement_id, here.visitor.caller, person_id=person, criterion_ids=form.all("criteria"),
                bid_ids=form.all("bids"),
            )  # fmt: skip
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel#evaluators", "The evaluator is assigned.")


@router.post(_PANEL + "/begin", dependencies=[needs(Right.set_up_panel)])
def begin(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Begin marking."""
    with form.taking("begin"):
        Panels(here.store).begin(procurement_id, here.visitor.caller)
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel", "Marking has begun. The set-up stays as it is.")


def _page(request: Request, here: Here, procurement_id: str, form: Form | None = None) -> Response:
    panels, caller = Panels(here.store), here.visitor.caller
    panel, criteria = panels.panel_of(procurement_id), panels.criteria_of(procurement_id)
    may_set_up = caller.may(Right.set_up_panel, procurement_id)
    bids = panels.bids_of(procurement_id)
    seats = panels.seats_of(procurement_id) if may_set_up else []
    markers = ROLES_WITH[Right.mark]
    members = [m for m in here.people.members_of(procurement_id) if markers & set(m.roles)]
    required = required_minimum(here.store, procurement_id) if may_set_up else None
    return render(
        request,
        "panel.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        panel=panel,
        rows=_rows(criteria),
        marked=marked(criteria),
        rubrics={c.id: c.rubric for c in criteria},
        bids=bids,
        seats=_by_person(seats),
        members=[(m.person.id, m.person.name) for m in members],
        lacks=panels.lacks_of(procurement_id) if may_set_up and panel and not panel.begun_at else [],
        required=required,
        required_percent=in_percent(required.hundredths) if required else "",
        minimum=in_percent(panel.minimum_hundredths) if panel else "",
        rounding=ROUNDING_RULE,
        may_set_up=may_set_up,
        undeclared=Conflicts(here.store).undeclared(procurement_id, caller),
        may_mark=caller.may(Right.mark, procurement_id),
        may_chair=caller.may(Right.see_progress, procurement_id),
        may_see_marks=caller.may(Right.see_marks, procurement_id),
        may_see_award=caller.may(Right.see_award, procurement_id),
        is_alone=caller.is_alone,
    )


def _rows(criteria: list[Criterion]) -> list[dict[str, Any]]:
    """Return the criteria as the table shows them, each with its depth and its share of the whole."""
    shares, leaves = weight_of_each(weighted(criteria)), {c.id for c in marked(criteria)}
    depth: dict[str | None, int] = {None: -1}
    rows = []
    for c in criteria:
        depth[c.id] = depth[c.parent_id] + 1
        split = f"{in_percent(c.quantity_hundredths)} % by quantity" if c.quantity_hundredths else "marked"
        rows.append(
            {
                "criterion": c, "depth": depth[c.id], "weight": in_percent(c.weight_hundredths),
                "share": shown(shares[c.id] * 100), "is_marked": c.id in leaves,
                "how": f"{c.rubric['title']}, {split}" if c.id in leaves else "",
            }
        )  # fmt: skip
    return rows


def _by_person(seats: list[Any]) -> list[tuple[str, list[Any]]]:
    names = sorted({s.person for s in seats})
    return [(name, [s for s in seats if s.person == name]) for name in names]


def _criterion_page(
    request: Request, here: Here, procurement_id: str, criterion_id: str | None, form: Form | None = None
) -> Response:
    panels = Panels(here.store)
    criteria = panels.criteria_of(procurement_id)
    known = {c.id: c for c in criteria}
    if criterion_id is not None and criterion_id not in known:
        here.store.document("")  # answered like whatever is not there
    return render(
        request,
        "panel_criterion.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        criterion=known.get(criterion_id or ""),
        parents=[(c.id, c.title) for c in criteria if c.id != criterion_id],
        rubrics=[(r.key, r.title) for r in shipped_rubrics().values()] + [("own", "Own marks")],
        shipped=list(shipped_rubrics().values()),
        methods=METHODS,
        percent=in_percent,
    )


def _save_criterion(
    request: Request, here: Here, procurement_id: str, criterion_id: str | None, form: Form
) -> Response:
    title = form.needed("title", "Enter the title")
    weight = _percent(form, "weight", "Enter the weighting in percent, such as 12.5")
    method = form.choice("quantity_method", QuantityMethod, "Select how the weighting is decided")
    by_quantity = _percent(form, "quantity_share", "") if method and method is not QuantityMethod.none else 0
    rubric = _rubric(form)
    if not form.errors and rubric is not None and weight is not None and method is not None:
        given = CriterionGiven(
            title, weight, rubric, form.value("parent") or None, form.value("question"),
            form.value("is_social_value") == "yes", method, by_quantity or 0,
            form.value("target") if method is QuantityMethod.target else "",
        )  # fmt: skip
        with form.taking("title"):
            Panels(here.store).set_criterion(procurement_id, given, here.visitor.caller, criterion_id)
    if form.errors:
        return _criterion_page(request, here, procurement_id, criterion_id, form)
    return go(request, f"/procurements/{procurement_id}/panel", "The criterion is saved.")


def _percent(form: Form, name: str, missing: str) -> int | None:
    found = hundredths_of(form.value(name))
    if found is None:
        form.refuse(name, missing or "Enter a percentage with at most two decimal places, such as 40")
    return found


def _rubric(form: Form) -> Rubric | None:
    key = form.needed("rubric", "Select the rubric")
    if key == "own":
        with form.taking("levels"):
            return own_rubric(form.value("levels").splitlines())
        return None
    if key and key not in shipped_rubrics():
        form.refuse("rubric", "Select the rubric")
    return shipped_rubrics().get(key)
