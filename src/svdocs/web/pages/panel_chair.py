"""The chair's board, and the moderation of released marks."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotFound
from svdocs.panel.agreement import is_wide, spread_of
from svdocs.panel.frozen import kappa_by_criterion, standing_marks
from svdocs.records.access import ROLES_WITH, Right
from svdocs.records.moderating import Compared, Lot, Moderating
from svdocs.records.panel_tables import Criterion, PanelBid
from svdocs.records.panels import Panels, marked, rubric_of, weighted
from svdocs.records.passages import PassageGiven
from svdocs.valuing.weightings import ROUNDING_RULE, WHOLE, points_for, shown, weight_of_each
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_PANEL = "/procurements/{procurement_id}/panel"


@router.get(_PANEL + "/board", dependencies=[needs(Right.see_progress)])
def show_board(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show who has submitted, and not what."""
    return _board(request, here, procurement_id)


@router.post(_PANEL + "/excuse", dependencies=[needs(Right.release)])
def excuse(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Take somebody out of marking, perhaps with somebody in their place."""
    known = {s.id for s in Panels(here.store).seats_of(procurement_id)}
    seats = [s for s in form.all("seats") if s in known]
    if not seats:
        form.refuse("seats", "Select who is excused from what")
    because = form.needed("because", "Write why they are excused")
    if not form.errors:
        with form.taking("seats"):
            Moderating(here.store).excuse(
                seats, here.visitor.caller, because=because, replacement_id=form.value("replacement") or None
            )
    if form.errors:
        return _board(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/board", "They are excused. What they marked stays.")


@router.post(_PANEL + "/release", dependencies=[needs(Right.release)])
def release(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Release a lot's marks to the panel."""
    with form.taking("release"):
        Moderating(here.store).release(procurement_id, here.visitor.caller, lot=form.value("lot"))
    if form.errors:
        return _board(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/moderation", "The marks are released to the panel.")


@router.post(_PANEL + "/close", dependencies=[needs(Right.moderate)])
def close(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Close the moderation of a lot."""
    with form.taking("close"):
        Moderating(here.store).close(procurement_id, here.visitor.caller, lot=form.value("lot"))
    if form.errors:
        return _moderation(request, here, procurement_id, form)
    return go(
        request, f"/procurements/{procurement_id}/panel/moderation", "The moderation is closed; its record stays."
    )


@router.get(_PANEL + "/moderation", dependencies=[needs(Right.see_marks)])
def show_moderation(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the marks of released lots side by side, with their spread and what is agreed."""
    return _moderation(request, here, procurement_id)


@router.get(_PANEL + "/moderation/{bid_id}/{criterion_id}", dependencies=[needs(Right.see_marks)])
def show_compared(request: Request, here: AtHand, procurement_id: str, bid_id: str, criterion_id: str) -> Response:
    """Show all marks of one bid under one criterion, with their reasons, and the form of the consensus."""
    return _compared_page(request, here, procurement_id, bid_id, criterion_id)


@router.post(_PANEL + "/moderation/{bid_id}/{criterion_id}", dependencies=[needs(Right.moderate)])
def agree(request: Request, here: AtHand, procurement_id: str, bid_id: str, criterion_id: str, form: Sent) -> Response:
    """Record what the panel agreed on."""
    one = _one(here, procurement_id, bid_id, criterion_id)
    mark = form.needed("mark", "Select the mark that the panel agreed on")
    reason = form.needed("reason", "Write the reason, so that the bidder can be told")
    people = form.all("participants")
    if not people:
        form.refuse("participants", "Select who took part")
    if one.agreed and not form.value("because"):
        form.refuse("because", "Say why this takes the place of what was agreed before")
    quoted = [PassageGiven(form.value("document"), form.value("quote"))] if form.value("quote") else []
    if not form.errors:
        with form.taking("from_marks"):
            Moderating(here.store).agree(
                bid_id, criterion_id, here.visitor.caller, mark=mark, reason=reason, participants=people,
                passages=quoted, from_marks=form.all("from_marks"), because=form.value("because"),
            )  # fmt: skip
    if form.errors:
        return _compared_page(request, here, procurement_id, bid_id, criterion_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/moderation", "What the panel agreed on is kept.")


def _board(request: Request, here: Here, procurement_id: str, form: Form | None = None) -> Response:
    caller, panels = here.visitor.caller, Panels(here.store)
    lots = Moderating(here.store).board(procurement_id, caller)
    criteria = {c.id: c.title for c in panels.criteria_of(procurement_id)}
    bids = {b.id: b.name for b in panels.bids_of(procurement_id)}
    members = [m for m in here.people.members_of(procurement_id) if ROLES_WITH[Right.mark] & set(m.roles)]
    return render(
        request,
        "panel_board.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        lots=[(lot, _matrix(lot, [*bids, *criteria])) for lot in lots],
        criteria=criteria,
        bids=bids,
        members=[(m.person.id, m.person.name) for m in members],
        may_release=caller.may(Right.release, procurement_id),
    )


def _matrix(lot: Lot, order: list[str]) -> list[tuple[str, list[Any]]]:
    """Return the seats by person, each person's bid by bid in the order of the criteria, as `order` has their ids."""
    place = {key: i for i, key in enumerate(order)}
    seats = sorted(lot.seats, key=lambda s: (place.get(s.seat.bid_id, -1), place[s.seat.criterion_id]))
    return [(name, [s for s in seats if s.seat.person == name]) for name in sorted({s.seat.person for s in seats})]


def _moderation(request: Request, here: Here, procurement_id: str, form: Form | None = None) -> Response:
    caller, moderating, panels = here.visitor.caller, Moderating(here.store), Panels(here.store)
    compared = moderating.compare(procurement_id, caller)
    criteria = panels.criteria_of(procurement_id)
    lots = sorted({c.bid.lot for c in compared})
    kappa = kappa_by_criterion(compared)
    return render(
        request,
        "panel_moderation.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        lots=[(lot, moderating.steps_of(procurement_id, lot), _rows([c for c in compared if c.bid.lot == lot]),
               _totals([c for c in compared if c.bid.lot == lot], criteria)) for lot in lots],
        kappa=[(c.title, *kappa[c.id]) for c in marked(criteria) if c.id in kappa],
        rounding=ROUNDING_RULE,
        by_marks=shown(_most_by_marks(criteria)),
        may_see_award=caller.may(Right.see_award, procurement_id),
        may_moderate=caller.may(Right.moderate, procurement_id),
    )  # fmt: skip


def _rows(compared: list[Compared]) -> list[dict[str, Any]]:
    rows = []
    for one in compared:
        rubric, marks = rubric_of(one.criterion), standing_marks(one)
        given = [(m.seat.person, m.standing.mark.mark if m.standing else None) for m in one.marked]
        counted = list(marks.values())
        spread, wide = spread_of(rubric, counted), is_wide(rubric, counted)
        rows.append({"one": one, "marks": given, "spread": spread, "is_wide": wide})
    return rows


def _totals(compared: list[Compared], criteria: list[Criterion]) -> list[tuple[PanelBid, str, bool]]:
    """Return each bid, the points of its marks agreed so far (nothing before the first), and whether all are agreed."""
    shares, bids = weight_of_each(weighted(criteria)), {c.bid.id: c.bid for c in compared}
    found = []
    for bid in bids.values():
        here = [c for c in compared if c.bid.id == bid.id]
        earned = [
            points_for(rubric_of(c.criterion).share(c.consensus.consensus.mark), shares[c.criterion.id],
                       WHOLE - c.criterion.quantity_hundredths)
            for c in here if c.consensus
        ]  # fmt: skip
        points = sum(earned, Fraction(0))
        found.append((bid, shown(points) if earned else "", all(c.consensus for c in here)))
    return found


def _most_by_marks(criteria: list[Criterion]) -> Fraction:
    """Return how many of the hundred points marks decide; quantities decide the rest."""
    shares = weight_of_each(weighted(criteria))
    most = (points_for(Fraction(1), shares[c.id], WHOLE - c.quantity_hundredths) for c in marked(criteria))
    return sum(most, Fraction(0))


def _one(here: Here, procurement_id: str, bid_id: str, criterion_id: str) -> Compared:
    for one in Moderating(here.store).compare(procurement_id, here.visitor.caller):
        if one.bid.id == bid_id and one.criterion.id == criterion_id:
            return one
    raise NotFound("There are no released marks of this bid under this criterion.")


def _compared_page(
    request: Request, here: Here, procurement_id: str, bid_id: str, criterion_id: str, form: Form | None = None
) -> Response:
    one, caller = _one(here, procurement_id, bid_id, criterion_id), here.visitor.caller
    rubric, marks = rubric_of(one.criterion), standing_marks(one)
    _, closed = Moderating(here.store).steps_of(procurement_id, one.bid.lot)
    documents = [d.document for d in here.store.documents_of(procurement_id)]
    own = [d for d in documents if d.supplier_id == one.bid.supplier_id and one.bid.supplier_id]
    takers = [m.seat.person for m in one.marked if m.standing] + ([caller.name] if not caller.is_alone else [])
    return render(
        request,
        "panel_compared.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        one=one,
        rubric=rubric,
        spread=spread_of(rubric, list(marks.values())),
        is_wide=is_wide(rubric, list(marks.values())),
        names={d.id: d.name for d in documents},
        documents=[(d.id, d.name) for d in own],
        participants=[(name, name) for name in dict.fromkeys(takers)],
        choices=[(m.standing.mark.id, f"{m.seat.person}: {m.standing.mark.mark}",
                  f"{len(m.standing.passages)} pinned") for m in one.marked if m.standing],
        may_moderate=caller.may(Right.moderate, procurement_id) and closed is None,
    )  # fmt: skip
