"""Ratios of contracts, such as apprentices to workforce: entered as numerator and denominator, summed as such.

Percentages of several contracts are never averaged: numerators and denominators are added up, and the ratio of the sums
is told with both. Which ratios there are is in `ratios.toml`, each with its source. A contract may set a target of its
own, which stands over that of the catalogue.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from svdocs.errors import UsageError
from svdocs.records.ratios import NewRatio, Ratios
from svdocs.records.spend_tables import RatioFigure, RatioTarget


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio by which contracts are followed.

    Attributes:
        key: by which it is kept.
        title: for people.
        numerator: what is counted.
        denominator: of what.
        target: in percent, where its source has one.
        better: more or fewer.
        source: where it comes from.
        may_exceed: whether more than 100 % may come of it, as of what was done over what was agreed.
    """

    key: str
    title: str
    numerator: str
    denominator: str
    target: float | None
    better: str
    source: str
    may_exceed: bool = False

    def is_met_by(self, percent: float, target: float) -> bool:
        """Say whether a percentage meets a target: it is reached or passed in the better direction."""
        return percent >= target if self.better == "more" else percent <= target


class Direction(StrEnum):
    """Where a ratio went since the period before."""

    better = "better"
    worse = "worse"
    same = "same"


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in its course.

    Attributes:
        figure: numerator, denominator and period.
        percent: of the two, to one place.
        change: in percentage points since the period before; None for the first.
        direction: whether that is better or worse; None for the first.
        is_met: whether the target is met; None where there is none.
    """

    figure: RatioFigure
    percent: float
    change: float | None
    direction: Direction | None
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A ratio of one contract over its periods.

    Attributes:
        ratio: which.
        target: in percent: the contract's own, else the catalogue's, else None.
        target_source: where it is agreed.
        points: the figures that stand, by period.
        withdrawn: the figures that were withdrawn.
    """

    ratio: Ratio
    target: float | None
    target_source: str
    points: tuple[Point, ...]
    withdrawn: tuple[RatioFigure, ...]

    @property
    def latest(self) -> Point | None:
        """The figure of the last period; None where none stands."""
        return self.points[-1] if self.points else None

    @property
    def total(self) -> RatioTotal | None:
        """Both halves summed over all periods; None where no figure stands."""
        return next(iter(total_ratios(p.figure for p in self.points)), None)


@dataclass(frozen=True, slots=True)
class RatioTotal:
    """A ratio over several figures: sums of both halves, and how many contracts gave them."""

    ratio: Ratio
    numerator: float
    denominator: float
    contracts: int
    figures: int

    @property
    def percent(self) -> float | None:
        """The ratio in percent, to one place; None where there is nothing to divide by."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None

    @property
    def meets_target(self) -> bool | None:
        """Whether the catalogue's target is met; None where there is none, or no figure."""
        if self.ratio.target is None or not self.denominator:
            return None
        return self.ratio.is_met_by(100 * self.numerator / self.denominator, self.ratio.target)


@lru_cache(maxsize=1)
def load_ratios() -> Mapping[str, Ratio]:
    """Return the ratios of the catalogue, by key, in its order."""
    said = tomllib.loads((files("svdocs.delivery") / "ratios.toml").read_text(encoding="utf-8"))
    return MappingProxyType({
        key: Ratio(key, r["title"], r["numerator"], r["denominator"], r.get("target"), r["better"], r["source"],
                   r.get("may_exceed", False))
        for key, r in said.items()
    })  # fmt: skip


def ratio_named(key: str) -> Ratio:
    """Return the ratio of a key.

    Raises:
        UsageError: there is none.
    """
    if key not in load_ratios():
        raise UsageError(f"There is no ratio {key[:40]!r}; take one of {', '.join(load_ratios())}.")
    return load_ratios()[key]


def total_ratios(figures: Iterable[RatioFigure]) -> tuple[RatioTotal, ...]:
    """Return each ratio of which there are figures, summed; withdrawn figures do not count."""
    standing = [f for f in figures if f.withdrawn_at is None and f.ratio in load_ratios()]
    totals = []
    for key, ratio in load_ratios().items():
        own = [f for f in standing if f.ratio == key]
        if own:
            totals.append(
                RatioTotal(ratio, sum(f.numerator for f in own), sum(f.denominator for f in own),
                           len({f.contract_id for f in own}), len(own))
            )  # fmt: skip
    return tuple(totals)


def enter_figure(ratios: Ratios, given: NewRatio, *, person: str) -> RatioFigure:
    """Return a figure of a ratio of the catalogue that somebody entered.

    Raises:
        UsageError: there is no such ratio; else as `Ratios.enter`.
        NotFound, Conflict: as `Ratios.enter`.
    """
    return ratios.enter(replace(given, may_exceed=ratio_named(given.ratio).may_exceed), person=person)


def set_target(ratios: Ratios, contract_id: str, ratio: str, percent: float | None, *, person: str,
               source: str = "") -> RatioTarget:  # fmt: skip
    """Return what a ratio of the catalogue is to reach in a contract; `percent` None takes its own target away.

    Raises:
        UsageError: there is no such ratio, or more than 100 % of one that cannot come to more.
        NotFound: there is no such contract.
    """
    if percent is not None and percent > 100 and not ratio_named(ratio).may_exceed:
        raise UsageError(f"{percent:g} % is more than the whole; a target of this ratio is at most 100 %.")
    return ratios.set_target(contract_id, ratio_named(ratio).key, percent, person=person, source=source)


def trends_of(ratios: Ratios, contract_ids: Sequence[str]) -> dict[str, tuple[Trend, ...]]:
    """Return the ratios of contracts, by contract: those that have a figure or a target of their own."""
    figures, targets = ratios.figures(contract_ids), ratios.targets(contract_ids)
    return {
        i: read_trends([f for f in figures if f.contract_id == i], [t for t in targets if t.contract_id == i])
        for i in contract_ids
    }


def read_trends(figures: Sequence[RatioFigure], targets: Sequence[RatioTarget]) -> tuple[Trend, ...]:
    """Return the ratios of one contract in the catalogue's order.

    Args:
        figures: of the contract, withdrawn ones too.
        targets: of the contract, oldest first; the newest of a ratio holds.
    """
    newest = {t.ratio: t for t in targets}
    trends = []
    for key, ratio in load_ratios().items():
        own = sorted((f for f in figures if f.ratio == key), key=lambda f: (f.starts, f.entered_at))
        set_own = newest.get(key)
        if not own and (set_own is None or set_own.percent is None):
            continue
        target, source = ratio.target, ratio.source
        if set_own is not None and set_own.percent is not None:
            target, source = set_own.percent, set_own.source
        points: list[Point] = []
        for figure in (f for f in own if f.withdrawn_at is None):
            points.append(_point(ratio, figure, points[-1] if points else None, target))
        withdrawn = tuple(f for f in own if f.withdrawn_at is not None)
        trends.append(Trend(ratio, target, source if target is not None else "", tuple(points), withdrawn))
    return tuple(trends)


def _point(ratio: Ratio, figure: RatioFigure, before: Point | None, target: float | None) -> Point:
    exact = 100 * figure.numerator / figure.denominator
    percent = round(exact, 1)
    is_met = None if target is None else ratio.is_met_by(exact, target)
    if before is None:
        return Point(figure, percent, None, None, is_met)
    change = round(percent - before.percent, 1)
    if change == 0:
        direction = Direction.same
    else:
        direction = Direction.better if (change > 0) == (ratio.better == "more") else Direction.worse
    return Point(figure, percent, change, direction, is_met)
