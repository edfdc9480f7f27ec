"""The ratios of a contract: each over its periods with its target, and forms to enter, withdraw and set."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from svdocs.delivery.ratios import enter_figure, load_ratios, set_target, trends_of
from svdocs.records.access import Right
from svdocs.records.contracts import Contracts
from svdocs.records.ratios import NewRatio, Ratios
from svdocs.reports.ratio_trend import draw_trend
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_RATIOS = "/contracts/{contract_id}/ratios"
_MOST = Decimal(10**15)
"""Of a half of a ratio, as by the interface."""


@router.get(_RATIOS, dependencies=[needs(Right.read)])
def show_ratios(request: Request, here: AtHand, contract_id: str) -> Response:
    """Show the ratios of a contract over their periods."""
    return _page(request, here, contract_id, Form())


@router.post(_RATIOS, dependencies=[needs(Right.manage_contracts)])
def enter_ratio(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Enter a figure: numerator, denominator, period and source."""
    ratio = form.needed("ratio", "Select the ratio")
    numerator = form.number("numerator", "Enter what was counted", _MOST)
    denominator = form.number("denominator", "Enter of what it was counted", _MOST)
    starts, ends = form.day("starts", "Enter the first day"), form.day("ends", "Enter the last day")
    source, person = form.needed("source", "Enter where both figures come from"), _person(here, form)
    if not form.errors and numerator is not None and denominator is not None and starts and ends:
        with form.taking("numerator"):
            given = NewRatio(contract_id, ratio, starts, ends, float(numerator), float(denominator), source)
            enter_figure(Ratios(here.store), given, person=person)
            return go(request, f"/contracts/{contract_id}/ratios", "Figure entered")
    return _page(request, here, contract_id, form)


@router.post(_RATIOS + "/target", dependencies=[needs(Right.manage_contracts)])
def choose_target(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Set what a ratio of the contract is to reach, or take its own target away."""
    ratio, person = form.needed("target_ratio", "Select the ratio"), _person(here, form, "target_person")
    percent, source = form.number("percent"), form.value("target_source")
    if percent is not None and not source:
        form.refuse("target_source", "Enter where the target is agreed")
    if not form.errors:
        with form.taking("percent"):
            set_target(Ratios(here.store), contract_id, ratio, None if percent is None else float(percent),
                       person=person, source=source)  # fmt: skip
            said = "Target set" if percent is not None else "The contract has no target of its own any more"
            return go(request, f"/contracts/{contract_id}/ratios", said)
    return _page(request, here, contract_id, form)


@router.post(_RATIOS + "/{figure_id}/withdraw", dependencies=[needs(Right.manage_contracts)])
def withdraw_figure(request: Request, here: AtHand, contract_id: str, figure_id: str, form: Sent) -> Response:
    """Have a figure count no more; it stays in the records."""
    ratios = Ratios(here.store)
    figure, field = ratios.figure(contract_id, figure_id), f"because-{figure_id}"
    because, person = form.needed(field, "Enter the reason"), _person(here, form, f"person-{figure_id}")
    if not form.errors:
        with form.taking(field):
            ratios.withdraw(figure.id, person=person, because=because)
            return go(request, f"/contracts/{contract_id}/ratios", "Figure withdrawn")
    return _page(request, here, contract_id, form)


def _page(request: Request, here: Here, contract_id: str, form: Form) -> Response:
    record = Contracts(here.store).contract(contract_id)
    trends = trends_of(Ratios(here.store), [contract_id])[contract_id]
    drawn = [Markup(draw_trend(t, name=f"trend-{t.ratio.key}")) for t in trends]  # all words in it are escaped there
    return render(
        request, "ratios.html", form=form, record=record, contract=record.contract,
        shown=list(zip(trends, drawn, strict=True)), choices=[(r.key, r.title) for r in load_ratios().values()],
        catalogue=list(load_ratios().values()), alone=here.visitor.person is None,
        may_enter=here.visitor.caller.may(Right.manage_contracts, record.contract.procurement_id),
    )  # fmt: skip


def _person(here: Here, form: Form, field: str = "person") -> str:
    """Return who does it: the account's name, or at a machine without accounts the name that was typed."""
    return here.visitor.person.name if here.visitor.person else form.needed(field, "Enter your name")
