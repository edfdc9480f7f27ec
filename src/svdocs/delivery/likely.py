"""How likely a delivery is for a promise: meaning, measures, words and units, weighed.

The weights were fitted by logistic regression on the packs that tests/delivery/labels.yaml names under `fitted`; what
they give on packs that were held out stands in docs/results/delivery.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from svdocs.additionality.amounts import amounts_in
from svdocs.additionality.likeness import Rarity, content_words, shared_coding
from svdocs.frameworks.suggest import Query, suggest_many
from svdocs.statements.embed import Embedder, Vectors
from svdocs.statements.statement import Unit

_BREAK = re.compile(r"[,;:|()]|\s[–—-]\s|\b(?:and|which|who|whom|when|once|so that|where|by|to)\b", re.I)
_NUMBER = re.compile(r"[£]?\d[\d,.]*%?")
_SAME_THING = {Unit.days: Unit.hours, Unit.weeks: Unit.hours, Unit.fte: Unit.people, Unit.kg: Unit.tonnes,
               Unit.km: Unit.miles}  # fmt: skip
WEIGHTS = {"meaning": 2.85, "clause": 2.55, "coding": 4.60, "overlap": 0.65, "unit": 0.89, "best": -0.05, "lead": 5.51}
INTERCEPT = -5.68


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a pair of delivery and promise, each from 0 to 1 unless said otherwise.

    Attributes:
        meaning: cosine of the embeddings.
        clause: the same of the two clauses that are likest, one of each.
        coding: how far both are likely to be coded to the same measures.
        overlap: harmonic mean of the shares of content words that each has of the other, weighted by rarity.
        unit: 1 where both count in a unit, -1 where they count in different ones, 0 where one has no number.
        best: 1 where no other promise is so like this delivery.
        lead: how much liker this promise is than the best other one; negative for all but the best.
    """

    meaning: float
    clause: float
    coding: float
    overlap: float
    unit: float
    best: float = 0.0
    lead: float = 0.0

    @property
    def closeness(self) -> float:
        """What the pair has by itself, by which the promises are ranked for a delivery."""
        return 0.5 * (self.meaning + self.clause) + 0.5 * self.coding + 0.5 * self.overlap + 0.05 * self.unit

    @property
    def probability(self) -> float:
        """How likely it is that the delivery is for the promise."""
        weighed = INTERCEPT + sum(weight * getattr(self, name) for name, weight in WEIGHTS.items())
        return 1 / (1 + math.exp(-weighed))


def signals_of(deliveries: Sequence[str], promises: Sequence[str], embedder: Embedder) -> list[list[Signals]]:
    """Return for each delivery, by its words, what speaks for each promise."""
    if not deliveries or not promises:
        return [[] for _ in deliveries]
    rarity = Rarity([*deliveries, *promises])
    meaning = np.asarray(embedder.embed(deliveries) @ embedder.embed(promises).T, float)
    clause = _clauses_meet(deliveries, promises, embedder)
    codes = _codes([*deliveries, *promises], embedder)
    words = [content_words(t) for t in (*deliveries, *promises)]
    units = [frozenset(a.unit for a in amounts_in(t)) for t in (*deliveries, *promises)]
    found = []
    for i in range(len(deliveries)):
        row = [
            Signals(
                meaning=float(meaning[i, k]),
                clause=float(clause[i, k]),
                coding=shared_coding(codes[i], codes[j]),
                overlap=_harmonic(rarity.share(words[i], words[j]), rarity.share(words[j], words[i])),
                unit=_agreement(units[i], units[j]),
            )
            for k, j in enumerate(range(len(deliveries), len(deliveries) + len(promises)))
        ]
        found.append(_ranked(row))
    return found


def _ranked(row: Sequence[Signals]) -> list[Signals]:
    near = [s.closeness for s in row]
    order = sorted(near, reverse=True)
    ranked = []
    for s, own in zip(row, near, strict=True):
        other = order[1] if own == order[0] and len(order) > 1 else order[0]
        lead = own - other if len(order) > 1 else 0.3
        best = 1.0 if own == order[0] else 0.0
        ranked.append(Signals(s.meaning, s.clause, s.coding, s.overlap, s.unit, best, max(-0.5, min(0.5, lead))))
    return ranked


def _clauses_meet(deliveries: Sequence[str], promises: Sequence[str], embedder: Embedder) -> Vectors:
    """Return for each delivery and promise how alike their likest clauses are, shape (deliveries, promises)."""
    ours, theirs = [_clauses(t) for t in deliveries], [_clauses(t) for t in promises]
    likeness = embedder.embed([c for cs in ours for c in cs]) @ embedder.embed([c for cs in theirs for c in cs]).T
    rows = np.cumsum([0, *(len(c) for c in ours)])[:-1]
    columns = np.cumsum([0, *(len(c) for c in theirs)])[:-1]
    return np.asarray(np.maximum.reduceat(np.maximum.reduceat(likeness, rows, axis=0), columns, axis=1), np.float32)


def _clauses(text: str) -> list[str]:
    """Return the text's clauses of three words and more without their numbers, or the text where it has none."""
    parts = [_NUMBER.sub(" ", p).strip() for p in _BREAK.split(text)]
    return [p for p in parts if len(p.split()) >= 3] or [text]


def _codes(texts: Sequence[str], embedder: Embedder) -> list[dict[str, float]]:
    return [
        {m.code: m.score for m in coding.measures}
        for coding in suggest_many([Query(t, quoted=False) for t in texts], embedder=embedder)
    ]


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _agreement(one: frozenset[Unit], other: frozenset[Unit]) -> float:
    if not one or not other:
        return 0.0
    return 1.0 if _families(one) & _families(other) else -1.0


def _families(units: frozenset[Unit]) -> frozenset[Unit]:
    """Return the units, those that count the same thing as one."""
    return frozenset(_SAME_THING.get(u, u) for u in units)
