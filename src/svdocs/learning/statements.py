"""Trains the models of statement type and firmness from the labelled packs, and measures them on writers held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
from svdocs.statements.statement import StatementType

STRENGTH = 1.0
_FIRST = (StatementType.commitment, StatementType.delivery, StatementType.practice)


def train_statement_models(corpus: Path, models: Path) -> dict[str, Any]:
    """Train both models from the packs under `corpus` into `models`, and return their cards' figures."""
    rows = [row for source in read_packs(corpus) for row in labelled_passages(source)]
    dense = dense_features([r.passage for r in rows], load_embedder())
    types = [type_of(r).value for r in rows]
    figures = {
        TYPE_MODEL: _train(
            rows,
            dense,
            types,
            models / TYPE_MODEL,
            "whether a passage states a commitment, a delivery, a practice or nothing",
        )
    }
    promised = [i for i, r in enumerate(rows) if StatementType.commitment in r.types]
    firmness = [next(x["firmness"] for x in rows[i].labels if x["type"] == "commitment") for i in promised]
    figures[FIRMNESS_MODEL] = _train(
        [rows[i] for i in promised], dense[promised], firmness, models / FIRMNESS_MODEL, "how firm a commitment is"
    )
    return figures


def type_of(row: LabelledPassage) -> StatementType:
    """Return the passage's type; where it states two things, a commitment comes before a delivery before a practice."""
    return next((t for t in _FIRST if t in row.types), StatementType.none)


def _train(
    rows: Sequence[LabelledPassage], dense: Floats, labels: Sequence[str], folder: Path, task: str
) -> dict[str, Any]:
    texts, groups, classes = [r.passage.text for r in rows], [r.source.pack for r in rows], sorted(set(labels))
    held_out = held_out_probabilities(texts, dense, labels, groups, STRENGTH)
    temperature = fit_temperature(held_out, labels, classes)
    figures = {
        part: figures_of(
            sharpened(held_out, temperature)[keep], [x for x, k in zip(labels, keep, strict=True) if k], classes
        )
        for part, keep in _parts(groups).items()
        if keep.any()
    }
    save(
        train(texts, dense, labels, STRENGTH),
        folder,
        temperature,
        {
            "task": task,
            "trained_on": {
                "packs": sorted(set(groups)),
                "passages": len(rows),
                "labels": dict(sorted(Counter(labels).items())),
            },
            "held_out_writers": figures,
            "limits": "Written for the project by few hands; on how the world writes (web pages, carbon plans, "
            "policies) it errs more, as the figures of the web packs tell.",
        },
    )
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
