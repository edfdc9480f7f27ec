"""Weighs what was found about a commitment into a verdict and a category: by rules, or by a trained combiner.

The combiner is multinomial logistic regression whose weights are plain numbers in
`models/additionality-1/weights.json`, checked against the model's card. `svdocs train` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.additionality.baseline import PAIR_FEATURES, PairWeigher
from svdocs.additionality.category import CATEGORY_FEATURES, NO_KIND, KindModel, category_features
from svdocs.additionality.degree import SAME_THING, likeliest_practice
from svdocs.additionality.duties import Bound
from svdocs.additionality.findings import FEATURES, GROWTH, Findings, features_of
from svdocs.additionality.kinds import load_kinds
from svdocs.additionality.leaning import LeaningModel
from svdocs.additionality.likeness import Relation
from svdocs.additionality.signals import Signal
from svdocs.additionality.verdict import Category, Verdict
from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder
from svdocs.statements.embed import Vectors
from svdocs.statements.models import read_card

MODEL = "additionality-1"

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """A logistic regression over scaled features; one row of `weights` a class, or a single row for two classes."""

    classes: tuple[str, ...]
    mean: Numbers
    scale: Numbers
    weights: Numbers
    bias: Numbers
    picks: tuple[int, ...] = ()
    """Places, among all features computed, of those that it was trained on; empty for all."""

    def probabilities(self, features: Sequence[float]) -> dict[str, float]:
        """Return each class's probability."""
        values = np.asarray(features, float)
        scaled = ((values[list(self.picks)] if self.picks else values) - self.mean) / self.scale
        total = self.weights @ scaled + self.bias
        if len(total) == 1:
            high = float(1 / (1 + np.exp(-total[0])))
            return dict(zip(self.classes, (1 - high, high), strict=True))
        grown = np.exp(total - total.max())
        return dict(zip(self.classes, (grown / grown.sum()).tolist(), strict=True))


def stands_alone(found: Findings) -> bool:
    """Say whether nothing but its own document was given to hold a commitment against.

    Such text, mostly found in the world rather than written for a contract, follows other rules of thumb.
    """
    return not found.has_specification and not found.has_baseline


@dataclass(frozen=True)
class Combiner:
    """The trained parts: what counts as the same thing, and how findings make a verdict and a category."""

    pairs: Mapping[str, PairWeigher]
    verdict: Logistic
    """For commitments that are held against a specification or baselines."""
    alone: Logistic
    """For those that stand alone, of which only their own document tells."""
    category: Logistic
    kinds: KindModel
    leaning: LeaningModel
    leaning_alone: LeaningModel

    def verdict_of(self, found: Findings) -> dict[Verdict, float]:
        """Return each verdict's probability."""
        model = self.alone if stands_alone(found) else self.verdict
        return {Verdict(k): v for k, v in model.probabilities(features_of(found)).items()}

    def leaning_of(self, found: Findings, vector: Vectors) -> dict[Verdict, float]:
        """Return how far the wording leans to each verdict."""
        return (self.leaning_alone if stands_alone(found) else self.leaning).scores(found, vector)

    def category_of(self, found: Findings) -> dict[Category, float]:
        """Return each category's probability."""
        return {Category(k): v for k, v in self.category.probabilities(category_features(found)).items()}


@lru_cache(maxsize=1)
def load_combiner() -> Combiner:
    """Return the published combiner.

    Raises:
        ModelMismatch: the weights are missing, are others than those published, or speak of other features.
    """
    folder = models_folder() / MODEL
    read_card(folder, "weights.json")
    return read_combiner(folder / "weights.json")


def read_combiner(path: Path) -> Combiner:
    """Return the combiner whose weights stand at `path`.

    Raises:
        ModelMismatch: it was trained on features that this version does not compute.
    """
    kept = json.loads(path.read_text(encoding="utf-8"))
    computed = {"pairs": PAIR_FEATURES, "verdict": FEATURES, "category": CATEGORY_FEATURES}
    picks = {part: _find_places(kept[part]["features"], names, part, path) for part, names in computed.items()}
    alone = _find_places(kept["alone"]["features"], FEATURES, "alone", path)
    if kept["kinds"]["classes"] != [*(k.id for k in load_kinds()), NO_KIND]:
        raise ModelMismatch(f"{path}: the weights were trained on other kinds; train again with `svdocs train`.")
    pairs = {name: PairWeigher(p["weights"], p["bias"], picks["pairs"]) for name, p in kept["pairs"]["of"].items()}
    kinds = KindModel(tuple(kept["kinds"]["classes"]), np.array(kept["kinds"]["weights"]))
    return Combiner(
        pairs,
        _read_logistic(kept["verdict"], picks["verdict"]),
        _read_logistic(kept["alone"], alone),
        _read_logistic(kept["category"], picks["category"]),
        kinds,
        LeaningModel(np.array(kept["leaning"])),
        LeaningModel(np.array(kept["leaning_alone"])),
    )


def _find_places(trained: Sequence[str], computed: Sequence[str], part: str, path: Path) -> tuple[int, ...]:
    """Return where the features that weights were trained on stand among those that this version computes."""
    unknown = sorted(set(trained) - set(computed))
    if unknown:
        raise ModelMismatch(
            f"{path}: the weights for {part} were trained on other features ({', '.join(unknown)}); train again with "
            "`svdocs train`."
        )
    return tuple(computed.index(name) for name in trained)


def _read_logistic(kept: Mapping[str, Any], picks: tuple[int, ...]) -> Logistic:
    if len(kept["mean"]) != len(picks):
        raise ModelMismatch("The weights for additionality name other features than they hold; train again.")
    return Logistic(
        tuple(kept["classes"]),
        np.array(kept["mean"]),
        np.array(kept["scale"]),
        np.array(kept["weights"]),
        np.array(kept["bias"]),
        picks,
    )


def decide_by_rules(found: Findings) -> Verdict:
    """Return the verdict that fixed rules give; the measure of what the trained weights add."""
    s, duty = found.signals, found.duty
    grows = bool(s & GROWTH)
    if duty is not None and not duty.beyond and Signal.beyond_law not in s:
        if duty.bound is Bound.yes:
            return Verdict.statutory_duty
        if duty.bound is Bound.unknown:
            return Verdict.unclear
    practice = likeliest_practice(found)
    service = found.services[0] if found.services else None
    if service and service.score >= SAME_THING and (practice is None or service.score >= practice.score):
        more = service.likeness.relation is Relation.more or Signal.beyond_specification in s
        return Verdict.additional if more else Verdict.contract_requirement
    if practice and practice.score >= SAME_THING:
        more = practice.likeness.relation is Relation.more or (
            grows and practice.likeness.relation is not Relation.same
        )
        return Verdict.additional if more else Verdict.standard_operations
    if Signal.continues in s and not grows:
        return Verdict.standard_operations
    if Signal.group in s and Signal.contract not in s and not found.in_area:
        return Verdict.unclear
    if found.commitment.quantity is None and (
        Signal.vague in s or not (found.commitment.due or found.commitment.place)
    ):
        return Verdict.unclear if Signal.vague in s or not found.has_specification else Verdict.additional
    if not found.has_specification and not found.has_baseline and Signal.contract not in s:
        return Verdict.unclear
    return Verdict.additional
