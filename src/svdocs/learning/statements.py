"""Trains the models of statement type and firmness from the labelled packs, and measures them on writers held out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svdocs.learning.corpus import LabelledPassage, labelled_passages, read_packs
from svdocs.learning.joints import train_joints
from svdocs.learning.linear import (
    expected_calibration_error,
    fit_temperature,
    held_out_probabilities,
    save,
    sharpened,
    train,
)
from svdocs.learning.selective import answers_of, selective_figures
from svdocs.statements.classify import FIRMNESS_MODEL, TYPE_MODEL, cue_features
from svdocs.statements.encoder import HEADS, Encoder, Mixing, firmness_probabilities, type_probabilities
from svdocs.statements.encoder import MODEL as ENCODER_MODEL
from svdocs.statements.joints import MODEL as JOINTS_MODEL
from svdocs.statements.models import Floats
from svdocs.statements.statement import Passage, StatementType

if TYPE_CHECKING:
    from svdocs.learning.encoder import Task

STRENGTH = 1.0
LIMITS = (
    "Written for the project by few hands; on how the world writes (web pages, carbon plans, policies) it errs "
    "more, as the figures of the web packs tell."
)
HELD_OUT_EVERY = 4
EXPECTED_NOTHING = 0.7
"""Share of passages that state nothing in documents as they come: so many of bids and reports written out in
full, fewer of web pages and tables. The packs are to teach, and hold fewer."""
SHARE_BOUNDS = (0.05, 0.95)
SURE_ENOUGH = 0.9
"""How often an answer is to be right that is not called "not sure"."""
WITH_CONTEXT = 0.6
"""How much a passage counts in its context, against the same passage alone; chosen on writers held out."""
_FIRST = (StatementType.commitment, StatementType.delivery, StatementType.practice)


def train_statement_models(corpus: Path, models: Path) -> dict[str, Any]:
    """Train all models of types and firmness from the packs under `corpus`; return their cards' figures."""
    rows = [row for source in read_packs(corpus) for row in labelled_passages(source)]
    alone = [without_context(r.passage) for r in rows]
    linear = train_linear_models(rows, alone, models)
    trained = train_encoder(rows, alone)
    figures = {name: answers.figures for name, answers in linear.items()}
    figures[ENCODER_MODEL] = write_model(rows, linear, trained, models / ENCODER_MODEL)
    measured = [rows[i] for i in trained.measured]
    if any(r.stated > 1 for r in measured):
        figures[JOINTS_MODEL] = train_joints(measured, trained.stranger, models / JOINTS_MODEL)
    return figures


@dataclass(frozen=True)
class Linear:
    """A linear model's word on passages that it had not seen.

    Attributes:
        classes: the columns of `probabilities`.
        probabilities: of every passage in context and then of every one alone; zeros for what is not its question.
        figures: of its card.
    """

    classes: Sequence[str]
    probabilities: Floats
    figures: dict[str, Any]


def train_linear_models(rows: Sequence[LabelledPassage], alone: Sequence[Passage], models: Path) -> dict[str, Linear]:
    """Train the linear models of type and firmness into `models` and return what they say of writers held out."""
    dense, lone = cue_features([r.passage for r in rows]), cue_features(alone)
    promised = [i for i, r in enumerate(rows) if StatementType.commitment in r.types]
    task = "whether a passage states a commitment, a delivery, a practice or nothing"
    types = [type_of(r).value for r in rows]
    firmness = [firmness_of(rows[i]) for i in promised]
    found = {TYPE_MODEL: _train(rows, dense, lone, types, models / TYPE_MODEL, task)}
    firm = _train(
        [rows[i] for i in promised],
        dense[promised],
        lone[promised],
        firmness,
        models / FIRMNESS_MODEL,
        "how firm a commitment is",
    )
    spread = np.zeros((2 * len(rows), len(firm.classes)), np.float32)
    spread[[*promised, *(len(rows) + i for i in promised)]] = firm.probabilities
    return found | {FIRMNESS_MODEL: Linear(firm.classes, spread, firm.figures)}


def firmness_of(row: LabelledPassage) -> str:
    """Return how firm the passage's first commitment is."""
    return str(next(x["firmness"] for x in row.labels if x["type"] == "commitment"))


def without_context(passage: Passage) -> Passage:
    """Return the passage as it would stand by itself: no headings, no introduction, no neighbours."""
    return replace(passage, section=(), introduction="", previous="", following="")


def type_of(row: LabelledPassage) -> StatementType:
    """Return the passage's type; where it states two things, a commitment comes before a delivery before a practice."""
    return next((t for t in _FIRST if t in row.types), StatementType.none)


def _train(
    rows: Sequence[LabelledPassage], dense: Floats, alone: Floats, labels: Sequence[str], folder: Path, task: str
) -> Linear:
    """Train on each passage twice, as it stands and without its context, so that a lone sentence is understood too."""
    classes, count = sorted(set(labels)), len(rows)
    texts, groups, twice = [r.passage.text for r in rows] * 2, [r.source.pack for r in rows] * 2, [*labels, *labels]
    weights = [WITH_CONTEXT] * count + [1 - WITH_CONTEXT] * count
    both = np.vstack([dense, alone])
    held_out = held_out_probabilities(texts, both, twice, groups, STRENGTH, weights)
    temperature = fit_temperature(held_out[:count], labels, classes)
    sharp = sharpened(held_out, temperature)
    figures = _figures_by_part(sharp, labels, groups[:count], classes)
    trained_on = {"packs": sorted(set(groups)), "passages": count, "labels": dict(sorted(Counter(labels).items()))}
    card = {"task": task, "trained_on": trained_on, "held_out_writers": figures, "limits": LIMITS}
    save(train(texts, both, twice, STRENGTH, weights), folder, temperature, card)
    return Linear(classes, sharp, figures)


@dataclass(frozen=True)
class Trained:
    """The encoder, and what encoders that had not seen them say of the measured passages.

    Attributes:
        learnt: the network's layers and heads.
        stranger: an encoder trained likewise that has not read the measured rows.
        measured: which rows were held out.
        scores: by head, what it says of each measured row in context and then of each alone.
        task: what was learnt.
    """

    learnt: dict[str, Any]
    stranger: Encoder
    measured: Sequence[int]
    scores: dict[str, Floats]
    task: Task


def train_encoder(rows: Sequence[LabelledPassage], alone: Sequence[Passage]) -> Trained:
    """Train the encoder on all rows, and another that measures it on packs held out."""
    from svdocs.learning import encoder

    task, published = encoder.build_task(rows, alone), encoder.published_weights()
    groups = [r.source.pack for r in rows]
    held = held_out_packs(groups)
    measured = [i for i, g in enumerate(groups) if g in held]
    stranger = encoder.fit(task, published, [i for i, g in enumerate(groups) if g not in held])
    found = [encoder.scores_of(stranger, published[0], [pieces[i] for i in measured]) for pieces in task.pieces]
    scores = {h: np.concatenate([f[h] for f in found]) for h in (*HEADS, *task.codes)}
    learnt = encoder.fit(task, published, range(len(rows)))
    return Trained(learnt, encoder.as_run(stranger, task.codes), measured, scores, task)


def held_out_packs(groups: Sequence[str]) -> set[str]:
    """Return the packs to hold out together: a quarter of those of bids and of those of the world's registers.

    Each training of the encoder takes minutes, so that they are not held out in four turns.
    """
    names = sorted(set(groups))
    web, bids = [n for n in names if n.startswith("web-")], [n for n in names if not n.startswith("web-")]
    every = min(HELD_OUT_EVERY, len(names))
    return set(web[::every] + bids[::every])


def write_model(
    rows: Sequence[LabelledPassage], linear: Mapping[str, Linear], trained: Trained, folder: Path
) -> dict[str, Any]:
    """Write the encoder and its card, which tells how it is mixed with the linear models; return the figures."""
    from svdocs.learning.encoder import write_encoder

    mixing: dict[str, Mixing] = {}
    figures: dict[str, Any] = {}
    selective: dict[str, Any] = {}
    for head, name in (("type", TYPE_MODEL), ("firmness", FIRMNESS_MODEL)):
        labels = [_label_of(row, head) for row in rows]
        asked = [(k, i) for k, i in enumerate(trained.measured) if labels[i] is not None]
        kept = [str(labels[i]) for _, i in asked]
        groups = [rows[i].source.pack for _, i in asked]
        shown = [*(k for k, _ in asked), *(len(trained.measured) + k for k, _ in asked)]
        known = [*(i for _, i in asked), *(len(rows) + i for _, i in asked)]
        classes, theirs = linear[name].classes, linear[name].probabilities[known]
        mine = _PROBABILITIES[head](trained.scores[head][shown], classes)
        mixing[head] = fit_mixing(mine, theirs, [*kept, *kept], classes)
        if head == "type":
            nothing = sum(x == StatementType.none for x in labels) / len(labels)
            mixing[head] = replace(mixing[head], offsets={StatementType.none.value: round(more_of_nothing(nothing), 4)})
        mixed = mixing[head].mix(mine, theirs, classes)
        figures |= {f"{head}, {part}": found for part, found in _figures_by_part(mixed, kept, groups, classes).items()}
        selective[head] = selective_figures(answers_of(mixed[: len(asked)], kept, classes, groups), SURE_ENOUGH)
    intercept = write_encoder(trained.learnt, folder / "encoder.onnx")
    card = {
        "task": "type and firmness of the statements in a passage, together with the linear models; and their codes",
        "trained_on": {"packs": sorted({r.source.pack for r in rows}), "passages": len(rows)},
        "measured_on": sorted({rows[i].source.pack for i in trained.measured}),
        "held_out_writers": figures,
        "codes_right_first": _codes_right(trained),
        "selective": selective,
        "limits": LIMITS,
        "mixing": {head: asdict(m) for head, m in mixing.items()},
        "codes": trained.task.codes,
        "intercept": intercept,
        "files": {"encoder.onnx": sha256((folder / "encoder.onnx").read_bytes()).hexdigest()},
    }
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return figures


def _codes_right(trained: Trained) -> dict[str, dict[str, Any]]:
    """Return by framework how often the encoder's own best code is an accepted one, of measured passages in context."""
    found = {}
    for framework in trained.task.codes:
        best = trained.scores[framework][: len(trained.measured)].argmax(axis=1)
        accepted = trained.task.targets[framework][trained.measured]
        coded = accepted.any(axis=1)
        right = accepted[np.arange(len(best)), best][coded] > 0
        found[framework] = {
            "passages": int(coded.sum()),
            "right": round(float(right.mean()), 4) if coded.any() else None,
        }
    return found


def more_of_nothing(share: float) -> float:
    """Return what is added to the logarithm of "none" because documents hold more of it than the packs' `share`.

    >>> round(more_of_nothing(EXPECTED_NOTHING), 6), more_of_nothing(0.5) > 0
    (0.0, True)
    """
    held = min(max(share, SHARE_BOUNDS[0]), SHARE_BOUNDS[1])
    return log(EXPECTED_NOTHING / (1 - EXPECTED_NOTHING)) - log(held / (1 - held))


_PROBABILITIES = {"type": type_probabilities, "firmness": firmness_probabilities}
"""By head, what turns the encoder's scores into probabilities."""


def _label_of(row: LabelledPassage, head: str) -> str | None:
    """Return what a head should answer; None where the passage is not asked about."""
    if head == "type":
        return type_of(row).value
    return firmness_of(row) if StatementType.commitment in row.types else None


def fit_mixing(encoder: Floats, linear: Floats, labels: Sequence[str], classes: Sequence[str]) -> Mixing:
    """Return the share and temperature that make the right labels likeliest, on passages that no model had seen.

    The share is that under which every class fares best, each counted alike: else what is rare, like conditional
    promises, would be given up for a little more certainty about the rest. The temperature is then fitted as is.
    """
    truth = np.array([list(classes).index(x) for x in labels])
    counts = np.bincount(truth, minlength=len(classes))
    alike = 1.0 / counts[truth]

    def loss(mixing: Mixing, weights: NDArray[np.float64]) -> float:
        likely = np.log(mixing.mix(encoder, linear, classes)[np.arange(len(truth)), truth] + 1e-9)
        return -float(np.average(likely, weights=weights))

    shares, temperatures = np.arange(0, 1.01, 0.1).round(2).tolist(), np.arange(0.4, 2.01, 0.1).round(2).tolist()
    share = min((Mixing(s, t) for s in shares for t in temperatures), key=lambda m: loss(m, alike)).share
    return min((Mixing(share, t) for t in temperatures), key=lambda m: loss(m, np.ones(len(truth))))


def _figures_by_part(
    found: Floats, labels: Sequence[str], groups: Sequence[str], classes: Sequence[str]
) -> dict[str, Any]:
    """Return the figures of bids and of the world's registers, in context and alone.

    Args:
        found: probabilities of each passage in context and then of each alone.
        labels, groups: of each passage, once.
        classes: the columns.
    """
    count = len(labels)
    return {
        f"{part}, {context}": figures_of(half[keep], [x for x, k in zip(labels, keep, strict=True) if k], classes)
        for context, half in (("in context", found[:count]), ("alone", found[count:]))
        for part, keep in _parts(groups).items()
        if keep.any()
    }


def _parts(groups: Sequence[str]) -> dict[str, np.ndarray[Any, np.dtype[np.bool_]]]:
    web = np.array([g.startswith("web-") for g in groups])
    return {"packs of bids": ~web, "packs in the registers of the world": web}


def figures_of(probabilities: Floats, labels: Sequence[str], classes: Sequence[str]) -> dict[str, Any]:
    """Return accuracy, F1 a class, their mean, and the expected calibration error."""
    truth, best = np.array(labels), np.array(classes)[probabilities.argmax(axis=1)]
    f1 = {}
    for c in classes:
        hit, said, is_ = int(((best == c) & (truth == c)).sum()), int((best == c).sum()), int((truth == c).sum())
        f1[c] = round(2 * hit / (said + is_), 4) if said + is_ else 0.0
    return {
        "passages": len(labels),
        "accuracy": round(float((best == truth).mean()), 4),
        "f1": f1,
        "macro_f1": round(sum(f1.values()) / len(f1), 4),
        "calibration_error": round(expected_calibration_error(probabilities.max(axis=1), best == truth), 4),
    }
