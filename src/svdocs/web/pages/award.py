"""The award of a lot: how bids stand, the decision, and the papers to take away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import Conflict, SvdocsError
from svdocs.records.access import Right
from svdocs.records.panels import Panels
from svdocs.reports.award_papers import ContractPaper, Paper, write_contract_paper, write_letter, write_paper
from svdocs.reports.award_standing import Award, decide_award, read_award
from svdocs.reports.award_summary import summarise
from svdocs.valuing.weightings import ROUNDING_RULE, shown
from svdocs.web.api.award import as_file
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_AWARD = "/procurements/{procurement_id}/panel/award"


@router.get(_AWARD, dependencies=[needs(Right.see_award)])
def show_award(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show how the bids of each lot stand, to whom it goes, and its papers."""
    return _page(request, here, procurement_id)


@router.post(_AWARD, dependencies=[needs(Right.award)])
def decide(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Decide to whom a lot goes."""
    supplier = form.needed("supplier", "Select to whom the lot goes")
    if not form.errors:
        with form.taking("because"):
            decide_award(here.store, procurement_id, supplier, here.visitor.caller, lot=form.value("lot"),
                         because=form.value("because"))  # fmt: skip
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(
        request, f"/procurements/{procurement_id}/panel/award", "The decision is kept. Its papers can be written."
    )


@router.get(_AWARD + "/letters/{supplier_id}", dependencies=[needs(Right.see_award)])
def give_letter(here: AtHand, procurement_id: str, supplier_id: str, lot: str = "") -> Response:
    """Give a bidder's assessment summary as a Word file."""
    day = datetime.now(UTC).date()
    return as_file(write_letter(here.store, procurement_id, supplier_id, here.visitor.caller, lot=lot, day=day))


@router.get(_AWARD + "/papers/{paper}", dependencies=[needs(Right.see_award)])
def give_paper(here: AtHand, procurement_id: str, paper: Paper, lot: str = "") -> Response:
    """Give a paper for the authority as a Word file."""
    day = datetime.now(UTC).date()
    return as_file(write_paper(here.store, procurement_id, here.visitor.caller, paper, lot=lot, day=day))


@router.get(_AWARD + "/contract/{contract_paper}", dependencies=[needs(Right.export)])
def give_contract_paper(here: AtHand, procurement_id: str, contract_paper: ContractPaper, lot: str = "") -> Response:
    """Give the schedule of commitments or the proposed indicators as a Word file."""
    day = datetime.now(UTC).date()
    caller = here.visitor.caller
    return as_file(write_contract_paper(here.store, procurement_id, caller, contract_paper, lot=lot, day=day))


def _page(request: Request, here: Here, procurement_id: str, form: Form | None = None) -> Response:
    caller = here.visitor.caller
    lots: list[dict[str, Any]] = []
    for lot in sorted({b.lot for b in Panels(here.store).bids_of(procurement_id)}):
        try:
            award = read_award(here.store, procurement_id, caller, lot=lot)
        except Conflict as error:
            lots.append({"name": lot, "award": None, "why": str(error), "left_out": []})
        else:
            lots.append({"name": lot, "award": award, "why": "", "left_out": _left_out(here, procurement_id, award)})
    procurement = here.store.procurement(procurement_id)
    return render(
        request,
        "award.html",
        form=form,
        procurement=procurement,
        lots=lots,
        shown=shown,
        rounding=ROUNDING_RULE,
        may_award=caller.may(Right.award, procurement_id),
        has_term=bool(procurement.starts and procurement.ends),
    )


def _left_out(here: Here, procurement_id: str, award: Award) -> list[tuple[str, str]]:
    """Return for each letter how many names or words of others are left out of it, or why it cannot be written."""
    if award.decision is None:
        return []
    found, day = [], datetime.now(UTC).date()
    for standing in award.standings:
        key = standing.bid.supplier_id
        try:
            summary = summarise(here.store, procurement_id, key, here.visitor.caller, lot=award.record.lot, written=day)
        except SvdocsError as error:
            found.append((standing.bid.supplier, str(error)))
            continue
        if summary.left_out:
            found.append((standing.bid.supplier, "left out: " + "; ".join(f"“{w}”" for w in summary.left_out)))
    return found
