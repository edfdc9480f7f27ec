"""What a commitment's wording alone leans to, by meaning rather than by cue words: one thing among those weighed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svdocs.additionality.findings import Findings
from svdocs.additionality.signals import Signal
from svdocs.additionality.verdict import Verdict
from svdocs.statements.embed import Vectors

VECTOR_WEIGHT = 4.0
CUE_WEIGHT = 2.0


@dataclass(frozen=True)
class LeaningModel:
    """A linear map from what `leaning_inputs` gives to a score a verdict; shape of `weights` (inputs, verdicts)."""

    weights: NDArray[np.float64]

    def scores(self, found: Findings, vector: Vectors) -> dict[Verdict, float]:
        """Return how far the wording leans to each verdict, about 0 to 1."""
        return dict(zip(Verdict, (leaning_inputs(found, vector) @ self.weights).tolist(), strict=True))


def leaning_inputs(found: Findings, vector: Vectors) -> NDArray[np.float64]:
    """Return the embedding, the cues, whether documents, a number and firm words are there, and a one for the bias."""
    flags = [float(s in found.signals) for s in Signal]
    flags += [
        float(not found.has_specification and not found.has_baseline),
        float(found.commitment.quantity is None),
        float(found.is_aspirational),
    ]
    return np.concatenate([VECTOR_WEIGHT * np.asarray(vector, float), CUE_WEIGHT * np.array(flags), [1.0]])
