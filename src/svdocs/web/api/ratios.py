"""Ratios of contracts, for programs: both halves of each figure, their course and their targets."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.delivery.ratios import (
    Direction,
    Ratio,
    Trend,
    enter_figure,
    load_ratios,
    ratio_named,
    set_target,
    trends_of,
)
from svdocs.errors import NotFound
from svdocs.records.access import Right
from svdocs.records.people_tables import Scope
from svdocs.records.ratios import MOST_PERCENT, NewRatio, Ratios
from svdocs.records.spend_tables import RatioFigure
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs, needs_scope

router = api_router("ratios")
_CONTRACT = "/contracts/{contract_id}/ratios"
_MOST = 1e15


class NewFigure(BaseModel):
    """A figure to enter: what was counted, of what, and for which period."""

    model_config = incoming(numerator=3, denominator=87, starts="2027-04-01", ends="2028-03-31",
                            source="Payroll of March 2028")  # fmt: skip

    numerator: float = Field(ge=0, le=_MOST)
    denominator: float = Field(gt=0, le=_MOST)
    starts: date
    ends: date = Field(description="Last day of the period.")
    source: str = Field(default="", max_length=1_000, description="Where both figures come from.")


class NewRatioTarget(BaseModel):
    """What a ratio of the contract is to reach."""

    model_config = incoming(percent=3.0, source="Schedule 4")

    percent: float | None = Field(ge=0, le=MOST_PERCENT, description="Null takes the contract's own target away.")
    source: str = Field(default="", max_length=1_000, description="Where it is agreed.")


class NewFigureWithdrawal(BaseModel):
    """Why a figure counts no more."""

    model_config = incoming(because="Agency staff were counted twice.")

    because: str = Field(min_length=1, max_length=10_000)


class RatioBody(BaseModel):
    """A ratio by which contracts are followed."""

    key: str
    title: str
    numerator: str = Field(description="What is counted, in words.")
    denominator: str = Field(description="Of what.")
    target: float | None = Field(description="In percent, where the source has one.")
    better: str = Field(description="`more` or `fewer`.")
    source: str


class FigureBody(BaseModel):
    """A figure of a ratio; a wrong one is withdrawn and never changed."""

    id: str
    ratio: str
    starts: date
    ends: date
    numerator: float
    denominator: float
    percent: float
    source: str
    entered_by: str
    entered_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    because: str
    change: float | None = Field(description="In percentage points since the period before; null for the first.")
    direction: Direction | None
    is_target_met: bool | None = Field(description="Null where there is no target, or the figure was withdrawn.")


class TrendBody(BaseModel):
    """A ratio of a contract over its periods."""

    ratio: RatioBody
    target: float | None = Field(description="In percent: the contract's own, else that of the ratio's source.")
    target_source: str
    numerator: float | None = Field(description="Summed over all periods.")
    denominator: float | None
    percent: float | None = Field(description="Of the sums; percentages are never averaged.")
    figures: list[FigureBody] = Field(description="By period; withdrawn ones last.")


@router.get("/ratios", dependencies=[needs_scope(Scope.read)])
def list_ratios(here: AtHand, asked: PageAsked) -> Page[RatioBody]:
    """Return the ratios that there are, by key."""
    return asked.page_of(load_ratios().values(), lambda r: (r.key,), _ratio_body)


@router.get(_CONTRACT, dependencies=[needs(Right.read)])
def list_trends(here: AtHand, contract_id: str, asked: PageAsked) -> Page[TrendBody]:
    """Return the ratios of a contract that have a figure or a target of its own, by key."""
    trends = trends_of(Ratios(here.store), [contract_id])[contract_id]
    return asked.page_of(trends, lambda t: (t.ratio.key,), _trend_body)


@router.get(_CONTRACT + "/{ratio_key}", dependencies=[needs(Right.read)])
def show_trend(here: AtHand, contract_id: str, ratio_key: str) -> TrendBody:
    """Return one ratio of a contract over its periods."""
    return _trend_body(_trend(here, contract_id, ratio_key))


@router.post(_CONTRACT + "/{ratio_key}/figures", dependencies=[needs(Right.manage_contracts)], status_code=201)
def enter(here: AtHand, contract_id: str, ratio_key: str, new: NewFigure, response: Response) -> TrendBody:
    """Enter a figure of a ratio; the ratio is answered as it stands with it."""
    given = NewRatio(contract_id, _known(ratio_key).key, **new.model_dump())
    enter_figure(Ratios(here.store), given, person=here.visitor.caller.name)
    response.headers["Location"] = f"/api/v1/contracts/{contract_id}/ratios/{ratio_key}"
    return _trend_body(_trend(here, contract_id, ratio_key))


@router.post(_CONTRACT + "/{ratio_key}/figures/{figure_id}/withdrawal", dependencies=[needs(Right.manage_contracts)])
def withdraw(here: AtHand, contract_id: str, ratio_key: str, figure_id: str, new: NewFigureWithdrawal) -> FigureBody:
    """Have a figure count no more; it stays in the records."""
    ratios = Ratios(here.store)
    found = ratios.figure(contract_id, figure_id)
    if found.ratio != ratio_key:
        raise NotFound("The ratio has no such figure in this contract; list its figures.")
    return _figure_body(ratios.withdraw(found.id, person=here.visitor.caller.name, because=new.because))


@router.put(_CONTRACT + "/{ratio_key}/target", dependencies=[needs(Right.manage_contracts)])
def choose_target(here: AtHand, contract_id: str, ratio_key: str, new: NewRatioTarget) -> TrendBody:
    """Set what a ratio of the contract is to reach; earlier targets stay in the records."""
    set_target(Ratios(here.store), contract_id, _known(ratio_key).key, new.percent, person=here.visitor.caller.name,
               source=new.source)  # fmt: skip
    return _trend_body(_trend(here, contract_id, ratio_key))


def _known(key: str) -> Ratio:
    if key not in load_ratios():
        raise NotFound(f"There is no ratio {key[:40]!r}; /api/v1/ratios lists them.")
    return ratio_named(key)


def _trend(here: Here, contract_id: str, key: str) -> Trend:
    ratio = _known(key)
    found = trends_of(Ratios(here.store), [contract_id])[contract_id]
    return next((t for t in found if t.ratio.key == key), Trend(ratio, ratio.target, ratio.source, (), ()))


def _ratio_body(ratio: Ratio) -> RatioBody:
    return RatioBody(key=ratio.key, title=ratio.title, numerator=ratio.numerator, denominator=ratio.denominator,
                     target=ratio.target, better=ratio.better, source=ratio.source)  # fmt: skip


def _figure_body(figure: RatioFigure, change: float | None = None, direction: Direction | None = None,
                 *, is_met: bool | None = None) -> FigureBody:  # fmt: skip
    return FigureBody(
        **figure.model_dump(include=set(FigureBody.model_fields)), change=change, direction=direction,
        percent=round(100 * figure.numerator / figure.denominator, 1), is_target_met=is_met,
    )  # fmt: skip


def _trend_body(trend: Trend) -> TrendBody:
    total = trend.total
    return TrendBody(
        ratio=_ratio_body(trend.ratio), target=trend.target, target_source=trend.target_source,
        numerator=total.numerator if total else None, denominator=total.denominator if total else None,
        percent=total.percent if total else None,
        figures=[_figure_body(p.figure, p.change, p.direction, is_met=p.is_met) for p in trend.points]
        + [_figure_body(f) for f in trend.withdrawn],
    )  # fmt: skip
