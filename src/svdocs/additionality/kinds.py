"""The kinds of social value, coarser than measures: how a requirement asks for them and a commitment shows them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from svdocs.frameworks.framework import Code

_CATALOGUE = Path(__file__).with_name("kinds.toml")
MEASURES = "national-toms"


@dataclass(frozen=True)
class Kind:
    """A kind of social value: the measures of it, and how it is asked for and offered in words."""

    id: str
    codes: frozenset[str]
    asks: re.Pattern[str]
    says: re.Pattern[str]


@lru_cache(maxsize=1)
def load_kinds() -> tuple[Kind, ...]:
    """Return the kinds in their own order."""
    with _CATALOGUE.open("rb") as file:
        rows = tomllib.load(file)["kind"]
    return tuple(Kind(r["id"], frozenset(r["codes"]), _either(r["asks"]), _either(r["says"])) for r in rows)


def _either(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)


@lru_cache(maxsize=4096)
def kinds_asked(requirement: str) -> frozenset[str]:
    """Return the kinds that a requirement asks for.

    >>> sorted(kinds_asked("SV5 | Volunteering for community organisations"))
    ['volunteering']
    """
    return frozenset(k.id for k in load_kinds() if k.asks.search(requirement))


def kinds_offered(text: str, measures: Sequence[Code]) -> dict[str, float]:
    """Return how far a commitment is of each kind, from its measures' probabilities and its words.

    >>> kinds_offered("We will give forty volunteering hours.", [])
    {'volunteering': 1.0}
    """
    offered: dict[str, float] = {}
    for measure in measures:
        if measure.framework == MEASURES:
            for kind in load_kinds():
                if measure.code in kind.codes:
                    offered[kind.id] = offered.get(kind.id, 0.0) + measure.score
    said = kinds_said(text)
    for kind_id in said:
        offered[kind_id] = offered.get(kind_id, 0.0) + (WORDS_WEIGHT if measures else 1.0) / len(said)
    return offered


WORDS_WEIGHT = 0.4
"""What a commitment's words add to the probabilities of its measures."""


@lru_cache(maxsize=4096)
def kinds_said(text: str) -> frozenset[str]:
    """Return the kinds that a commitment's words show."""
    return frozenset(k.id for k in load_kinds() if k.says.search(text))
