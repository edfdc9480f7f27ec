"""Fits the matcher's weights to the labelled packs, and measures them on packs that they were not fitted to.

`python -m tests.delivery.fit` prints the weights of `delivery/likely.py`, precision and recall with weights fitted anew
without the pack, and those of the samples, which nothing is fitted to. Measures are told by models that had not seen
the pack; that and the rest take some minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from sklearn.linear_model import LogisticRegression

from svdocs.delivery.likely import Bools, Signals, find_twins, leads_of, signals_of
from svdocs.frameworks.head import Floats
from svdocs.statements.embed import load_embedder
from tests.delivery.labelled import Case, cases, coding_left_out, counted, found_in

FOLDS = 9
TIMES = 6
"""How often the packs are dealt to folds anew."""


@dataclass(frozen=True)
class Pairs:
    """Every pair of a case.

    Attributes:
        case: whose.
        signals: of each pair by itself, shape (deliveries, promises, signals).
        twins: which promises are the same one made twice.
        right: which pairs are right, shape (deliveries, promises).
        counts: which count: all but the arguable ones.
    """

    case: Case
    signals: Floats
    twins: Bools
    right: Bools
    counts: Bools


@dataclass(frozen=True)
class Weights:
    """What is fitted: the two regressions."""

    own: LogisticRegression
    rivals: LogisticRegression

    def likely(self, pairs: Pairs) -> Floats:
        """Return the probability of each pair."""
        beside = _beside_rivals(pairs, _own(self.own, pairs))
        found: Floats = self.rivals.predict_proba(beside.reshape(-1, 3))[:, 1].reshape(pairs.right.shape)
        return found


def read_pairs(case: Case, coding: Floats) -> Pairs:
    """Return a case's pairs with their signals."""
    embedder, deliveries, promises = load_embedder(), list(case.deliveries), list(case.promises)
    worded = list(case.deliveries.values()), list(case.promises.values())
    signals = np.array([[astuple(s) for s in row] for row in signals_of(*worded, embedder, coding)])
    right = np.array([[(d, p) in case.right for p in promises] for d in deliveries])
    arguable = np.array([[(d, p) in case.arguable for p in promises] for d in deliveries])
    return Pairs(case, signals, find_twins(worded[1], embedder), right, right | ~arguable)


def fit(table: Sequence[Pairs]) -> Weights:
    """Return the weights that fit these pairs best; those beside rivals from each pair's own logit."""
    right = np.concatenate([p.right[p.counts] for p in table])
    own = LogisticRegression(max_iter=2000).fit(np.concatenate([p.signals[p.counts] for p in table]), right)
    beside = np.concatenate([_beside_rivals(p, _own(own, p))[p.counts] for p in table])
    return Weights(own, LogisticRegression().fit(beside, right))


def _own(fitted: LogisticRegression, pairs: Pairs) -> Floats:
    found: Floats = fitted.decision_function(pairs.signals.reshape(pairs.right.size, -1)).reshape(pairs.right.shape)
    return found


def _beside_rivals(pairs: Pairs, own: Floats) -> Floats:
    return np.stack([own, *leads_of(own, pairs.twins)], axis=-1)


def measured(weights: Weights, table: Sequence[Pairs]) -> tuple[int, ...]:
    """Return how many pairs were found rightly, found in all, and are right."""
    return tuple(np.sum([counted(found_in(p.case, weights.likely(p)), p.case) for p in table], axis=0).tolist())


def in_folds(table: Sequence[Pairs]) -> tuple[int, ...]:
    """Return the same of all, each with weights fitted without its pack, the packs dealt to folds several times."""
    packs = sorted({p.case.pack for p in table})
    totals = []
    for time in range(TIMES):
        dealt = np.random.default_rng(time).permutation(packs)
        for fold in range(FOLDS):
            out = set(dealt[fold::FOLDS].tolist())
            weights = fit([p for p in table if p.case.pack not in out])
            totals.append(measured(weights, [p for p in table if p.case.pack in out]))
    return tuple(np.sum(totals, axis=0).tolist())


def _main() -> None:
    by_part = {part: list(cases(part)) for part in ("fitted", "held_out")}
    everything = [c for part in by_part.values() for c in part]
    coding = coding_left_out(sorted({c.pack for c in everything} - {"samples"}), everything)
    table = {c.supplier: read_pairs(c, coding[c.supplier]) for c in everything}
    packs = [p for p in table.values() if p.case.pack != "samples"]
    first = [table[c.supplier] for c in by_part["fitted"]]
    rest = [table[c.supplier] for c in by_part["held_out"] if c.pack != "samples"]
    samples = [p for p in table.values() if p.case.pack == "samples"]
    weights = fit(packs)
    for name, found in (
        ("packs, in folds", in_folds(packs)),
        ("held-out packs, weights of the others", measured(fit(first), rest)),
        ("samples", measured(weights, samples)),
    ):
        print(f"{name}: precision {found[0] / found[1]:.3f} recall {found[0] / found[2]:.3f} of {found[2]}")
    for field, weight in zip(fields(Signals), weights.own.coef_[0], strict=True):
        print(f"{field.name}={weight:.3f}", end=" ")
    print(f"intercept {weights.own.intercept_[0]:.3f}")
    print("rivals", weights.rivals.coef_[0].round(3), f"intercept {weights.rivals.intercept_[0]:.3f}")


if __name__ == "__main__":
    _main()
