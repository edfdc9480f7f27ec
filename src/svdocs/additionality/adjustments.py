"""Deadweight and attribution as optional adjustments with sources, shown beside the unadjusted figure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from svdocs.errors import ConfigurationError

_CATALOGUE = Path(__file__).with_name("adjustments.toml")


@dataclass(frozen=True)
class AdjustmentSet:
    """Shares, measure by measure, that a source says would not have happened without the contract."""

    id: str
    name: str
    source: str
    limits: str
    shares: Mapping[str, tuple[str, float]]
    """A measure's code to the kind of outcome and its share."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A figure with its adjustment beside it: the unadjusted one always stands."""

    set: str
    kind: str
    unadjusted: float
    share: float
    adjusted: float
    source: str


@lru_cache(maxsize=1)
def load_adjustments() -> dict[str, AdjustmentSet]:
    """Return the shipped sets by id."""
    with _CATALOGUE.open("rb") as file:
        rows = tomllib.load(file)["set"]
    return {
        r["id"]: AdjustmentSet(
            r["id"],
            r["name"],
            r["source"],
            r["limits"],
            {code: (s["kind"], float(s["share"])) for s in r["share"] for code in s["measures"]},
        )
        for r in rows
    }


def adjustment_named(name: str) -> AdjustmentSet:
    """Return the set of this id.

    Raises:
        ConfigurationError: there is none.
    """
    sets = load_adjustments()
    if name not in sets:
        raise ConfigurationError(f"{name}: no such set of adjustments; use one of {', '.join(sorted(sets))}.")
    return sets[name]


def adjust(figure: float, measure: str | None, chosen: AdjustmentSet) -> Adjusted | None:
    """Return the figure with its adjustment, or None where the set says nothing of the measure.

    >>> found = adjust(100, "NT10", adjustment_named("scotland-2015"))
    >>> (found.kind, found.unadjusted, found.adjusted)
    ('apprentices', 100, 73.0)
    """
    if measure is None or measure not in chosen.shares:
        return None
    kind, share = chosen.shares[measure]
    return Adjusted(chosen.id, kind, figure, share, round(figure * share, 4), chosen.source)
