"""Says of each passage whether it states a commitment, a delivery, a practice or nothing, and how firm a promise is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from svdocs.statements.cues import WORD_CUES, cue_names, cue_values, words_of_cue
from svdocs.statements.encoder import (
    Reading,
    columns_of,
    firmness_probabilities,
    load_encoder,
    load_mixing,
    type_probabilities,
)
from svdocs.statements.joints import Stretch, cut_at_joints
from svdocs.statements.models import Floats, LinearModel, load_model
from svdocs.statements.nothing import is_empty_offer, is_lead_in
from svdocs.statements.split import split_deliverables
from svdocs.statements.statement import Firmness, Passage, StatementType

TYPE_MODEL = "statements-1"
FIRMNESS_MODEL = "firmness-1"

CUE_WEIGHT = 0.5
"""How much a cue weighs before training: it sets how strongly cues are regularised."""
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
        parts: what it states one by one; the whole as one part for most.
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

    types: Floats
    firmness: Floats
    readings: Mapping[int, Reading]


def classify_passages(passages: Sequence[Passage]) -> list[Labels]:
    """Return the labels of each passage, in order; neighbours and headings count as context."""
    if not passages:
        return []
    cues = cue_features(passages)
    judged = _judge(passages, cues)
    return [
        _labels(p, cues[i], judged.types[i], judged.firmness[i], judged.readings.get(i)) for i, p in enumerate(passages)
    ]


def judge_passages(passages: Sequence[Passage]) -> Judged:
    """Return the probabilities of each passage's labels, in order."""
    return _judge(passages, cue_features(passages))


def _judge(passages: Sequence[Passage], cues: Floats) -> Judged:
    """Let the linear models speak first, and the encoder on what they do not surely hold for nothing."""
    texts = [p.text for p in passages]
    type_model, firmness_model, mixing = load_model(TYPE_MODEL), load_model(FIRMNESS_MODEL), load_mixing()
    types, firmness = type_model.probabilities(texts, cues), firmness_model.probabilities(texts, cues)
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


def _take_from_empty(passages: Sequence[Passage], types: Floats, model: LinearModel) -> None:
    """Take the probability of a promise, or of any statement, from what by its form holds none."""
    promise, nothing = model.classes.index(StatementType.commitment), model.classes.index(StatementType.none)
    statements = [i for i in range(len(model.classes)) if i != nothing]
    for row, passage in zip(types, passages, strict=True):
        gone = statements if is_lead_in(passage) else [promise] if is_empty_offer(passage) else []
        row[nothing] += row[gone].sum()
        row[gone] = 0


def cue_features(passages: Sequence[Passage]) -> Floats:
    """Return one row of cues a passage, as the linear models take them beside its words."""
    return np.array([cue_values(p) for p in passages], np.float32) * np.float32(CUE_WEIGHT)


def _labels(passage: Passage, cues: Floats, types: Floats, firmness: Floats, reading: Reading | None) -> Labels:
    type_model, firmness_model = load_model(TYPE_MODEL), load_model(FIRMNESS_MODEL)
    best, firm = int(types.argmax()), int(firmness.argmax())
    carriers = _carriers(passage, cues, type_model, best)
    whole = Part(0, len(passage.text), StatementType(type_model.classes[best]), float(types[best]), carriers)
    parts = [whole] if reading is None else _parts(passage, cues, whole, reading)
    return Labels(
        whole.type,
        whole.confidence,
        Firmness(firmness_model.classes[firm]),
        float(firmness[firm]),
        carriers,
        tuple(parts),
        reading,
    )


def _parts(passage: Passage, cues: Floats, whole: Part, reading: Reading) -> list[Part]:
    """Return what a passage states one by one; a part is of the whole's type unless it surely reads as another.

    What a table's row states is of one type: its cells are too short to be read apart.
    """
    stretches = [] if whole.type is StatementType.none else _stretches(passage, whole.type, reading)
    if len(stretches) < 2:
        return [whole]
    parts = [replace(whole, start=s.start, stop=s.stop) for s in stretches]
    if passage.cells:
        return parts
    model = load_model(TYPE_MODEL)
    scores = np.stack([s.scores[columns_of("type")] for s in stretches])
    scores += CONTRAST * (scores - scores.mean(axis=0))
    for i, types in enumerate(type_probabilities(scores, model.classes)):
        best = int(types.argmax())
        kind = StatementType(model.classes[best])
        if kind not in (whole.type, StatementType.none) and types[best] >= SURELY_ANOTHER:
            carriers = _carriers(passage, cues, model, best)
            parts[i] = replace(parts[i], type=kind, confidence=float(types[best]), carried_by=carriers)
    return parts


def _stretches(passage: Passage, type: StatementType, reading: Reading) -> list[Stretch]:
    """Return the stretches that state one thing each: cut by numbers, or where none cut a sentence by its joints."""
    text, found, at = passage.text, list[Stretch](), 0
    counted: tuple[str, ...] = ()
    if type is not StatementType.practice:
        counted = split_deliverables(text, header=passage.header, cells=passage.cells)
    if len(counted) < 2:
        return [] if passage.cells else cut_at_joints(text, reading)
    for words in counted:
        start = text.index(words) if passage.cells else text.index(words, at)
        at = start + len(words)
        found.append(Stretch(start, at, reading.scores_between(start, at)))
    return found


def _carriers(passage: Passage, cues: Floats, model: LinearModel, best: int) -> tuple[str, ...]:
    """Return the words that spoke most for the label: cue words by their weight, then single terms."""
    weights = (model.dense_weights[best] - model.dense_weights.mean(axis=0)) * cues
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
