"""Says of each passage whether it states a commitment, a delivery, a practice or nothing, and how firm a promise is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from svdocs.statements.cues import WORD_CUES, cue_names, cue_values, words_of_cue
from svdocs.statements.embed import Embedder, Vectors, load_embedder
from svdocs.statements.encoder import (
    Reading,
    columns_of,
    firmness_probabilities,
    load_encoder,
    load_mixing,
    type_probabilities,
)
from svdocs.statements.joints import cut_at_joints
from svdocs.statements.models import LinearModel, load_model
from svdocs.statements.nothing import is_empty_offer, is_lead_in
from svdocs.statements.statement import Firmness, Passage, StatementType

TYPE_MODEL = "statements-1"
FIRMNESS_MODEL = "firmness-1"

# How much each group of features weighs before training: it sets how strongly each is regularised.
TEXT_WEIGHT, CONTEXT_WEIGHT, NEIGHBOUR_WEIGHT, CUE_WEIGHT = 3.0, 1.5, 1.0, 0.5
MAX_CARRIERS = 4

SURELY_NOTHING = 0.985
"""A passage that the linear model holds so surely for nothing is not read a second time."""
CONTRAST = 2.0
"""How much what sets a sentence's parts apart counts beside their own scores, for each is read in the light of all.
Chosen on sentences of two statements, 74 of two types and 125 of one: 152 right, 140 without."""
SURELY_ANOTHER = 0.5
"""From this probability on a part of a sentence is of another type than the whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a passage's text that states one thing, with its type, that type's probability and its carriers."""

    start: int
    stop: int
    type: StatementType
    confidence: float
    carried_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """What the models say of one passage. Firmness is that of a commitment, whatever the type.

    Attributes:
        type, type_confidence: the likeliest type and its probability.
        firmness, firmness_confidence: how firm it would be as a commitment.
        carried_by: the words that carried the type.
        parts: what it states one by one, where no numbers tell; the whole as one part for most.
        reading: what the encoder makes of it, where it was read a second time.
    """

    type: StatementType
    type_confidence: float
    firmness: Firmness
    firmness_confidence: float
    carried_by: tuple[str, ...]
    parts: tuple[Part, ...]
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What all models together make of passages.

    Attributes:
        types: probabilities, shape (passages, types), columns as the type model's classes.
        firmness: likewise; asked of every passage, and of interest where it is a commitment.
        readings: what the encoder makes of those that it read.
    """

    types: Vectors
    firmness: Vectors
    readings: Mapping[int, Reading]


def classify_passages(passages: Sequence[Passage], embedder: Embedder | None = None) -> list[Labels]:
    """Return the labels of each passage, in order; neighbours and headings count as context."""
    if not passages:
        return []
    dense = dense_features(passages, embedder or load_embedder())
    judged = _judge(passages, dense)
    return [
        _labels(p, dense[i], judged.types[i], judged.firmness[i], judged.readings.get(i))
        for i, p in enumerate(passages)
    ]


def judge_passages(passages: Sequence[Passage], embedder: Embedder | None = None) -> Judged:
    """Return the probabilities of each passage's labels, in order."""
    return _judge(passages, dense_features(passages, embedder or load_embedder()))


def _judge(passages: Sequence[Passage], dense: Vectors) -> Judged:
    """Let the linear models speak first, and the encoder on what they do not surely hold for nothing."""
    texts = [p.text for p in passages]
    type_model, firmness_model, mixing = load_model(TYPE_MODEL), load_model(FIRMNESS_MODEL), load_mixing()
    types, firmness = type_model.probabilities(texts, dense), firmness_model.probabilities(texts, dense)
    nothing = type_model.classes.index(StatementType.none)
    again = [i for i, t in enumerate(types) if t[nothing] < SURELY_NOTHING]
    readings = load_encoder().read([passages[i] for i in again]) if again else []
    if readings:
        scores = np.stack([r.scores for r in readings])
        said = type_probabilities(scores[:, columns_of("type")], type_model.classes)
        types[again] = mixing["type"].mix(said, types[again], type_model.classes)
        said = firmness_probabilities(scores[:, columns_of("firmness")], firmness_model.classes)
        firmness[again] = mixing["firmness"].mix(said, firmness[again], firmness_model.classes)
    _take_from_empty(passages, types, type_model)
    return Judged(types, firmness, dict(zip(again, readings, strict=True)))


def _take_from_empty(passages: Sequence[Passage], types: Vectors, model: LinearModel) -> None:
    """Take the probability of a promise, or of any statement, from what by its form holds none."""
    promise, nothing = model.classes.index(StatementType.commitment), model.classes.index(StatementType.none)
    statements = [i for i in range(len(model.classes)) if i != nothing]
    for row, passage in zip(types, passages, strict=True):
        gone = statements if is_lead_in(passage) else [promise] if is_empty_offer(passage) else []
        row[nothing] += row[gone].sum()
        row[gone] = 0


def dense_features(passages: Sequence[Passage], embedder: Embedder) -> Vectors:
    """Return one row a passage: vectors of its words, its headings, the sentences around it, and its cues."""
    cues = np.array([cue_values(p) for p in passages], np.float32)
    return np.hstack(
        [
            embedder.embed([p.text for p in passages]) * TEXT_WEIGHT,
            embedder.embed([p.above for p in passages]) * CONTEXT_WEIGHT,
            embedder.embed([p.previous for p in passages]) * NEIGHBOUR_WEIGHT,
            embedder.embed([p.following for p in passages]) * NEIGHBOUR_WEIGHT,
            cues * CUE_WEIGHT,
        ]
    ).astype(np.float32)


def _labels(passage: Passage, dense: Vectors, types: Vectors, firmness: Vectors, reading: Reading | None) -> Labels:
    type_model, firmness_model = load_model(TYPE_MODEL), load_model(FIRMNESS_MODEL)
    best, firm = int(types.argmax()), int(firmness.argmax())
    carriers = _carriers(passage, dense, type_model, best)
    whole = Part(0, len(passage.text), StatementType(type_model.classes[best]), float(types[best]), carriers)
    parts = [whole] if reading is None else _parts(passage, dense, whole, reading)
    return Labels(
        whole.type,
        whole.confidence,
        Firmness(firmness_model.classes[firm]),
        float(firmness[firm]),
        carriers,
        tuple(parts),
        reading,
    )


def _parts(passage: Passage, dense: Vectors, whole: Part, reading: Reading) -> list[Part]:
    """Return what a sentence states one by one; a part is of the whole's type unless it surely reads as another.

    A table's row is cut by its columns.
    """
    if whole.type is StatementType.none or passage.cells:
        return [whole]
    stretches = cut_at_joints(passage.text, reading)
    if len(stretches) == 1:
        return [whole]
    model = load_model(TYPE_MODEL)
    scores = np.stack([s.scores[columns_of("type")] for s in stretches])
    scores += CONTRAST * (scores - scores.mean(axis=0))
    parts = []
    for s, types in zip(stretches, type_probabilities(scores, model.classes), strict=True):
        best = int(types.argmax())
        kind = StatementType(model.classes[best])
        if kind in (whole.type, StatementType.none) or types[best] < SURELY_ANOTHER:
            parts.append(replace(whole, start=s.start, stop=s.stop))
        else:
            parts.append(Part(s.start, s.stop, kind, float(types[best]), _carriers(passage, dense, model, best)))
    return parts


def _carriers(passage: Passage, dense: Vectors, model: LinearModel, best: int) -> tuple[str, ...]:
    """Return the words that spoke most for the label: cue words by their weight, then single terms."""
    first_cue = len(dense) - len(cue_names())
    weights = (model.dense_weights[best] - model.dense_weights.mean(axis=0))[first_cue:] * dense[first_cue:]
    spoken: list[tuple[float, str]] = []
    for name, weight in zip(cue_names(), weights, strict=True):
        if weight > 0 and name in WORD_CUES and (words := words_of_cue(name, passage.text)):
            spoken.append((float(weight), words[0].strip()))
    columns, values = model.word_values(passage.text)
    for column, value in zip(columns, values, strict=True):
        gain = float((model.word_weights[best, column] - model.word_weights[:, column].mean()) * value)
        if gain > 0 and (term := model.words[column]).isalpha():
            spoken.append((gain, term))
    found: list[str] = []
    for _, carrier in sorted(spoken, key=lambda s: (-s[0], s[1])):
        if not any(carrier.lower() in f.lower() or f.lower() in carrier.lower() for f in found):
            found.append(carrier)
    return tuple(found[:MAX_CARRIERS])
