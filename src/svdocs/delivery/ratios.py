"""Ratios of contracts, such as apprentices to workforce: entered as numerator and denominator, summed as such.

Percentages of several contracts are never averaged: numerators and denominators are added up, and the ratio of the sums
is told with both. Which ratios there are is in `ratios.toml`, each with its source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from svdocs.errors import UsageError
from svdocs.records.spend_tables import RatioFigure


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
    """

    key: str
    title: str
    numerator: str
    denominator: str
    target: float | None
    better: str
    source: str


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
        """Whether the target is met; None where there is none, or no figure."""
        if self.ratio.target is None or self.percent is None:
            return None
        return self.percent >= self.ratio.target if self.ratio.better == "more" else self.percent <= self.ratio.target


@lru_cache(maxsize=1)
def load_ratios() -> Mapping[str, Ratio]:
    """Return the ratios of the catalogue, by key, in its order."""
    said = tomllib.loads((files("svdocs.delivery") / "ratios.toml").read_text(encoding="utf-8"))
    return MappingProxyType({
        key: Ratio(key, r["title"], r["numerator"], r["denominator"], r.get("target"), r["better"], r["source"])
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
