"""Does the specification's social value part ask for this kind of commitment? Kent's axis: defined or additional.

A requirement asks for kinds of social value by its words, a commitment is of a kind by its measures; `kinds.toml`
holds both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svdocs.additionality.baseline import Comparison
from svdocs.additionality.findings import Findings
from svdocs.additionality.kinds import MEASURES, kinds_asked, kinds_offered, kinds_said, load_kinds
from svdocs.statements.embed import Vectors

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


CATEGORY_FEATURES = (
    "kind_asked",
    "best_kind_asked",
    "no_kind",
    "measure_asked",
    "meaning",
    "recall",
    "statutory",
    "kind_coded",
    "measure_coded",
    "measure_same",
    "theme_same",
    "precision",
    "clause_meaning",
    "asked_share",
    "service",
    "numberless",
    "items",
)


def category_features(found: Findings) -> tuple[float, ...]:
    """Return what bears on the category as the numbers that `CATEGORY_FEATURES` names."""
    asked = frozenset(k for c in found.asked for k in kinds_asked(c.source.passage.text))
    offered = kinds_offered(found.text, found.coding.measures)
    kinds = {k: p for k, p in found.kinds.items() if k != NO_KIND}
    best = max(kinds, key=lambda k: kinds[k], default=None)
    items = found.requirements
    measures = {c.code: c.score for c in found.coding.measures if c.framework == MEASURES}
    themes = {f"{f}/{c.code}": c.score for f, codes in found.coding.themes.items() for c in codes}
    return (
        _share(kinds, asked),
        float(best in asked),
        found.kinds.get(NO_KIND, 1.0),
        _share(offered, asked),
        max((c.likeness.meaning for c in found.asked), default=0.0),
        max((c.likeness.recall for c in found.asked), default=0.0),
        float(found.duty is not None and not found.duty.beyond),
        max((_weighted(kinds, r.kinds) for r in items), default=0.0),
        max((_weighted(offered, r.kinds) for r in items), default=0.0),
        max((_weighted(measures, r.measures) for r in items), default=0.0),
        max((_weighted(themes, r.themes) for r in items), default=0.0),
        max((c.likeness.precision for c in found.asked), default=0.0),
        found.clause_meaning,
        len(asked) / len(load_kinds()),
        found.services[0].score if found.services else 0.0,
        float(found.commitment.quantity is None),
        min(len(items), 20) / 20,
    )


def _weighted(offered: Mapping[str, float], asked: Mapping[str, float]) -> float:
    """Return the share of what is offered that is asked for."""
    return sum(v * asked.get(k, 0.0) for k, v in offered.items()) / (sum(offered.values()) or 1.0)


def _share(offered: Mapping[str, float], asked: frozenset[str]) -> float:
    return sum(v for k, v in offered.items() if k in asked) / (sum(offered.values()) or 1.0)


def asked_as(found: Findings) -> Comparison | None:
    """Return the requirement that asks for the commitment's kind, the nearest in meaning; None if none does."""
    offered = kinds_offered(found.text, found.coding.measures)
    asking = [c for c in found.asked if kinds_asked(c.source.passage.text) & offered.keys()]
    return max(asking, key=lambda c: c.likeness.meaning, default=None)
