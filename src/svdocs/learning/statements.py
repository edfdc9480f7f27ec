"""Trains the models of statement type and firmness from the labelled packs, and measures them on writers held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from svdocs.learning.corpus import LabelledPassage, labelled_passages, read_packs
from svdocs.learning.linear import (
    expected_calibration_error,
    fit_temperature,
    held_out_probabilities,
    save,
    sharpened,
    train,
)
from svdocs.statements.classify import FIRMNESS_MODEL, TYPE_MODEL, dense_features
from svdocs.statements.embed import load_embedder
from svdocs.statements.models import Floats
from svdocs.statements.statement import Passage, StatementType

STRENGTH = 1.0
WITH_CONTEXT = 0.6
"""How much a passage counts in its context, against the same passage alone; chosen on writers held out."""
_FIRST = (StatementType.commitment, StatementType.delivery, StatementType.practice)


def train_statement_models(corpus: Path, models: Path) -> dict[str, Any]:
    """Train both models from the packs under `corpus` into `models`, and return their cards' figures."""
    rows = [row for source in read_packs(corpus) for row in labelled_passages(source)]
    embedder = load_embedder()
    dense = dense_features([r.passage for r in rows], embedder)
    alone = dense_features([without_context(r.passage) for r in rows], embedder)
    types = [type_of(r).value for r in rows]
    promised = [i for i, r in enumerate(rows) if StatementType.commitment in r.types]
    firmness = [next(x["firmness"] for x in rows[i].labels if x["type"] == "commitment") for i in promised]
    task = "whether a passage states a commitment, a delivery, a practice or nothing"
    return {
        TYPE_MODEL: _train(rows, dense, alone, types, models / TYPE_MODEL, task),
        FIRMNESS_MODEL: _train(
            [rows[i] for i in promised],
            dense[promised],
            alone[promised],
            firmness,
            models / FIRMNESS_MODEL,
            "how firm a commitment is",
        ),
    }


def without_context(passage: Passage) -> Passage:
    """Return the passage as it would stand by itself: no headings, no introduction, no neighbours."""
    return replace(passage, section=(), introduction="", previous="", following="")


def type_of(row: LabelledPassage) -> StatementType:
    """Return the passage's type; where it states two things, a commitment comes before a delivery before a practice."""
    return next((t for t in _FIRST if t in row.types), StatementType.none)


def _train(
    rows: Sequence[LabelledPassage], dense: Floats, alone: Floats, labels: Sequence[str], folder: Path, task: str
) -> dict[str, Any]:
    """Train on each passage twice, as it stands and without its context, so that a lone sentence is understood too."""
    classes, count = sorted(set(labels)), len(rows)
    texts, groups, twice = [r.passage.text for r in rows] * 2, [r.source.pack for r in rows] * 2, [*labels, *labels]
    weights = [WITH_CONTEXT] * count + [1 - WITH_CONTEXT] * count
    both = np.vstack([dense, alone])
    held_out = held_out_probabilities(texts, both, twice, groups, STRENGTH, weights)
    temperature = fit_temperature(held_out[:count], labels, classes)
    figures = {
        f"{part}, {context}": figures_of(found[keep], [x for x, k in zip(labels, keep, strict=True) if k], classes)
        for context, found in (("in context", held_out[:count]), ("alone", held_out[count:]))
        for part, keep in _parts(groups[:count]).items()
        if keep.any()
        for found in [sharpened(found, temperature)]
    }
    trained_on = {"packs": sorted(set(groups)), "passages": count, "labels": dict(sorted(Counter(labels).items()))}
    limits = (
        "Written for the project by few hands; on how the world writes (web pages, carbon plans, policies) it errs "
        "more, as the figures of the web packs tell."
    )
    card = {"task": task, "trained_on": trained_on, "held_out_writers": figures, "limits": limits}
    save(train(texts, both, twice, STRENGTH, weights), folder, temperature, card)
    return figures


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
