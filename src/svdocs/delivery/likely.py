"""How likely a delivery is for a promise: meaning, measures, words, units, and what is done for whom, weighed.

A pair is weighed by itself first, and then against its rivals: the other promises for the same delivery, and the other
deliveries for the same promise. The weights were fitted by logistic regression (`python -m tests.delivery.fit`) on the
packs of tests/delivery/labels.yaml, with measures told by models that had not seen the pack; what weights give on packs
that they were not fitted to stands in docs/results/delivery.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from svdocs.additionality.amounts import Amount, amounts_in
from svdocs.additionality.likeness import Rarity, content_words
from svdocs.delivery.deeds import Deed, agreement, read_deed
from svdocs.frameworks.head import Floats, load_learnt
from svdocs.frameworks.suggest import MEASURES_KEY, Query, score_many
from svdocs.statements.embed import Embedder, Vectors
from svdocs.statements.statement import Unit

Bools = NDArray[np.bool_]
_BREAK = re.compile(r"[,;:|()]|\s[–—-]\s|\b(?:and|which|who|whom|when|once|so that|where|by|to)\b", re.I)
_NUMBER = re.compile(r"[£]?\d[\d,.]*%?")
_WORD = re.compile(r"[^\W\d_]{3}")
_SAME_THING = {Unit.days: Unit.hours, Unit.weeks: Unit.hours, Unit.fte: Unit.people, Unit.kg: Unit.tonnes,
               Unit.km: Unit.miles}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a pair of delivery and promise by itself, each from 0 to 1 unless said otherwise.

    Attributes:
        meaning: cosine of the embeddings.
        clause: the same of the two clauses that are likest, one of each.
        coding: how far both are likely to be coded to the same measures.
        overlap: harmonic mean of the shares of content words that each has of the other, weighted by rarity.
        unit: 1 where both count in a unit, -1 where they count in different ones, 0 where one has no number.
        done: how far both tell of the same kinds of deeds, from -1 where they tell of different ones.
        whom: the same of those for whom it is done.
        same: 1 where both tell of the very same kinds of deeds.
    """

    meaning: float
    clause: float
    coding: float
    overlap: float
    unit: float
    done: float
    whom: float
    same: float


OWN_WEIGHTS = Signals(meaning=3.591, clause=2.727, coding=4.986, overlap=3.545, unit=0.905, done=1.041, whom=0.896,
                      same=0.475)  # fmt: skip
OWN_INTERCEPT = -8.104
RIVAL_WEIGHTS: Mapping[str, float] = {"own": 0.345, "lead": 0.549, "rival": 0.302}
"""Of a pair's own logit, its lead over the best other promise for the delivery, and over the other deliveries."""
RIVAL_INTERCEPT = -0.890
NOTHING = -3.0
"""The logit that a pair has to beat where it has no rival."""
FARTHEST = 6.0
"""How far a lead counts at most, either way."""
TWIN = 0.8
"""Cosine from which two promises are the same one made twice, as in a bid's text and in its table."""


def likelihoods(deliveries: Sequence[str], promises: Sequence[str], embedder: Embedder) -> Floats:
    """Return for each delivery, by its words, how likely it is for each promise: shape (deliveries, promises)."""
    if not deliveries or not promises:
        return np.zeros((len(deliveries), len(promises)), np.float32)
    own = np.array([[weigh(s) for s in row] for row in signals_of(deliveries, promises, embedder)])
    return weigh_rivals(own, find_twins(promises, embedder))


def weigh(signals: Signals) -> float:
    """Return the logit that a pair has by itself."""
    weighed = sum(w * s for w, s in zip(astuple(OWN_WEIGHTS), astuple(signals), strict=True))
    return OWN_INTERCEPT + float(weighed)


def weigh_rivals(own: Floats, twins: Bools) -> Floats:
    """Return the probability of each pair, its own logit held against its rivals'.

    Args:
        own: the logits of the pairs by themselves, shape (deliveries, promises).
        twins: which promises are the same one made twice, shape (promises, promises); they are no rivals.

    >>> alone = weigh_rivals(np.array([[2.0]]), np.eye(1, dtype=bool))
    >>> beside = weigh_rivals(np.array([[2.0, 3.0]]), np.eye(2, dtype=bool))
    >>> bool(beside[0, 0] < alone[0, 0])
    True
    """
    lead, rival = leads_of(own, twins)
    weighed = (
        RIVAL_INTERCEPT + RIVAL_WEIGHTS["own"] * own + RIVAL_WEIGHTS["lead"] * lead + RIVAL_WEIGHTS["rival"] * rival
    )  # fmt: skip
    return np.asarray(1 / (1 + np.exp(-weighed)), np.float32)


def leads_of(own: Floats, twins: Bools) -> tuple[Floats, Floats]:
    """Return each pair's lead over the best other promise for the delivery, and over the other deliveries for it.

    Args:
        own, twins: as for `weigh_rivals`.
    """
    lead, rival = np.empty_like(own), np.empty_like(own)
    for k in range(own.shape[1]):
        others = own[:, ~twins[k]]
        lead[:, k] = own[:, k] - (np.maximum(others.max(axis=1), NOTHING) if others.shape[1] else NOTHING)
    for i in range(own.shape[0]):
        rest = np.delete(own, i, axis=0)
        rival[i] = own[i] - (np.maximum(rest.max(axis=0), NOTHING) if len(rest) else NOTHING)
    return np.clip(lead, -FARTHEST, FARTHEST), np.clip(rival, -FARTHEST, FARTHEST)


def find_twins(promises: Sequence[str], embedder: Embedder) -> Bools:
    """Return which promises are the same one made twice, each with itself: alike, or with the same deed and amount."""
    vectors = embedder.embed(promises)
    twins = np.asarray(vectors @ vectors.T >= TWIN, bool)
    amounts = [{(a.value, a.unit) for a in amounts_in(p) if a.value > 1} for p in promises]
    done = [read_deed(p).done for p in promises]
    for i in range(len(promises)):
        for k in range(len(promises)):
            twins[i, k] |= i == k or bool(amounts[i] & amounts[k] and done[i] & done[k])
    return twins


def signals_of(deliveries: Sequence[str], promises: Sequence[str], embedder: Embedder,
               coding: Floats | None = None) -> list[list[Signals]]:  # fmt: skip
    """Return for each delivery, by its words, what speaks for each promise.

    Args:
        deliveries, promises: their words.
        embedder: for meanings.
        coding: how far each pair shares its measures; by default as the shipped models tell.
    """
    rarity = Rarity([*deliveries, *promises])
    meaning = np.asarray(embedder.embed(deliveries) @ embedder.embed(promises).T, float)
    clause = _clauses_meet(deliveries, promises, embedder)
    shared = share_measures(deliveries, promises, embedder) if coding is None else coding
    read = [[_Read(content_words(t), read_deed(t), amounts_in(t)) for t in texts] for texts in (deliveries, promises)]
    return [
        [
            Signals(
                meaning=float(meaning[i, k]), clause=float(clause[i, k]), coding=float(shared[i, k]),
                overlap=_harmonic(rarity.share(d.words, p.words), rarity.share(p.words, d.words)),
                unit=_agreement(d.units, p.units), done=agreement(d.deed.done, p.deed.done),
                whom=agreement(d.deed.whom, p.deed.whom), same=float(bool(d.deed.done) and d.deed.done == p.deed.done),
            )
            for k, p in enumerate(read[1])
        ]
        for i, d in enumerate(read[0])
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    words: frozenset[str]
    deed: Deed
    amounts: tuple[Amount, ...]

    @property
    def units(self) -> frozenset[Unit]:
        return frozenset(_SAME_THING.get(a.unit, a.unit) for a in self.amounts)


def share_measures(deliveries: Sequence[str], promises: Sequence[str], embedder: Embedder) -> Floats:
    """Return how far each pair is likely to be coded to the same measures, shape (deliveries, promises)."""
    queries = [Query(t, quoted=False) for t in (*deliveries, *promises)]
    _, measures = score_many(queries, load_learnt(), embedder=embedder)
    roots = np.sqrt(np.maximum(measures[MEASURES_KEY].chances[:, :-1], 0))  # without "no measure"
    return np.asarray(roots[: len(deliveries)] @ roots[len(deliveries) :].T, np.float32)


def _clauses_meet(deliveries: Sequence[str], promises: Sequence[str], embedder: Embedder) -> Vectors:
    """Return for each delivery and promise how alike their likest clauses are, shape (deliveries, promises)."""
    ours, theirs = [_clauses(t) for t in deliveries], [_clauses(t) for t in promises]
    likeness = embedder.embed([c for cs in ours for c in cs]) @ embedder.embed([c for cs in theirs for c in cs]).T
    rows = np.cumsum([0, *(len(c) for c in ours)])[:-1]
    columns = np.cumsum([0, *(len(c) for c in theirs)])[:-1]
    return np.asarray(np.maximum.reduceat(np.maximum.reduceat(likeness, rows, axis=0), columns, axis=1), np.float32)


def _clauses(text: str) -> list[str]:
    """Return the text's clauses without their numbers, those without a word left out, or the text where it has none.

    >>> _clauses("J2 | Summer placements, with lunch | 12 | people | 2028")
    ['Summer placements', 'with lunch', 'people']
    """
    parts = [_NUMBER.sub(" ", p).strip() for p in _BREAK.split(text)]
    return [p for p in parts if _WORD.search(p)] or [text]


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _agreement(one: frozenset[Unit], other: frozenset[Unit]) -> float:
    if not one or not other:
        return 0.0
    return 1.0 if one & other else -1.0
