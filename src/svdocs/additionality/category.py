"""Does the specification's social value part ask for this kind of commitment? Kent's axis: defined or additional.

A requirement asks for kinds of social value by its words, a commitment is of a kind by its measures; `kinds.toml`
holds both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from svdocs.additionality.baseline import Comparison
from svdocs.additionality.findings import Findings
from svdocs.frameworks.framework import Code
from svdocs.statements.embed import Vectors

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


NO_KIND = "none"


@dataclass(frozen=True)
class KindModel:
    """A linear map from a commitment's embedding and the kinds its words show to the kinds' probabilities.

    Attributes:
        classes: the kinds' ids, `NO_KIND` last.
        weights: shape (inputs + 1, classes); the last row is the bias.
    """

    classes: tuple[str, ...]
    weights: NDArray[np.float64]

    def probabilities(self, text: str, vector: Vectors) -> dict[str, float]:
        """Return each kind's probability for a text with its embedding."""
        scores = SHARPNESS * (np.append(kind_inputs(text, vector), 1.0) @ self.weights)
        grown = np.exp(scores - scores.max())
        return dict(zip(self.classes, (grown / grown.sum()).tolist(), strict=True))


SHARPNESS = 8.0
"""How sharply the linear scores are told apart; found with packs left out."""
VECTOR_WEIGHT = 4.0


def kind_inputs(text: str, vector: Vectors) -> NDArray[np.float64]:
    """Return what the kind model looks at: the embedding, and a one for each kind that the words show."""
    said = kinds_said(text)
    return np.append(VECTOR_WEIGHT * np.asarray(vector, float), [float(k.id in said) for k in load_kinds()])


def kind_of_measures(codes: Sequence[str | None]) -> str:
    """Return the kind of the first code, or `NO_KIND`.

    >>> kind_of_measures(["NT10"]), kind_of_measures([None])
    ('apprenticeships', 'none')
    """
    return next((k.id for k in load_kinds() if codes and codes[0] in k.codes), NO_KIND)


CATEGORY_FEATURES = ("kind_asked", "best_kind_asked", "no_kind", "measure_asked", "meaning", "recall", "statutory")


def category_features(found: Findings) -> tuple[float, ...]:
    """Return what bears on the category as the numbers that `CATEGORY_FEATURES` names."""
    asked = frozenset(k for c in found.asked for k in kinds_asked(c.source.passage.text))
    offered = kinds_offered(found.text, found.coding.measures)
    kinds = {k: p for k, p in found.kinds.items() if k != NO_KIND}
    best = max(kinds, key=lambda k: kinds[k], default=None)
    return (
        _share(kinds, asked),
        float(best in asked),
        found.kinds.get(NO_KIND, 1.0),
        _share(offered, asked),
        max((c.likeness.meaning for c in found.asked), default=0.0),
        max((c.likeness.recall for c in found.asked), default=0.0),
        float(found.duty is not None and not found.duty.beyond),
    )


def _share(offered: Mapping[str, float], asked: frozenset[str]) -> float:
    return sum(v for k, v in offered.items() if k in asked) / (sum(offered.values()) or 1.0)


def asked_as(found: Findings) -> Comparison | None:
    """Return the requirement that asks for the commitment's kind, the nearest in meaning; None if none does."""
    offered = kinds_offered(found.text, found.coding.measures)
    asking = [c for c in found.asked if kinds_asked(c.source.passage.text) & offered.keys()]
    return max(asking, key=lambda c: c.likeness.meaning, default=None)
