"""Trains a `LinearModel`, calibrates it on writers held out, and saves it with its card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.statements.models import Floats, LinearModel, terms_of

FOLDS = 7
MIN_DOCUMENTS = 3
"""A term in fewer passages is left out: rare words of a bid must not be kept in a shipped model."""
ITERATIONS = 1000


def train(texts: Sequence[str], dense: Floats, labels: Sequence[str], strength: float) -> LinearModel:
    """Return a model fitted to all rows; `strength` is the inverse of the regularisation."""
    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    words = TfidfVectorizer(analyzer=terms_of, min_df=MIN_DOCUMENTS, sublinear_tf=True)
    x = hstack([words.fit_transform(texts), csr_matrix(dense)]).tocsr()
    fitted = LogisticRegression(C=strength, max_iter=ITERATIONS).fit(x, np.asarray(labels))
    terms = [str(t) for t in words.get_feature_names_out()]
    split = len(terms)
    weights, intercept = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # then the fit keeps one row, for the second class against the first
        weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
    return LinearModel(
        tuple(str(c) for c in fitted.classes_),
        tuple(terms),
        {t: i for i, t in enumerate(terms)},
        words.idf_.astype(np.float32),
        weights[:, :split].astype(np.float32),
        weights[:, split:].astype(np.float32),
        intercept.astype(np.float32),
        1.0,
    )


def held_out_probabilities(
    texts: Sequence[str], dense: Floats, labels: Sequence[str], groups: Sequence[str], strength: float
) -> Floats:
    """Return each row's probabilities by a model that saw no row of its group; columns by sorted label."""
    classes = sorted(set(labels))
    out = np.zeros((len(texts), len(classes)), np.float32)
    names = sorted(set(groups))
    for fold in range(min(FOLDS, len(names))):
        held = set(names[fold::FOLDS])
        test = np.array([i for i, g in enumerate(groups) if g in held])
        rest = np.array([i for i, g in enumerate(groups) if g not in held])
        model = train([texts[i] for i in rest], dense[rest], [labels[i] for i in rest], strength)
        columns = np.array([classes.index(c) for c in model.classes])
        out[np.ix_(test, columns)] = model.probabilities([texts[i] for i in test], dense[test])
    return out


def fit_temperature(probabilities: Floats, labels: Sequence[str], classes: Sequence[str]) -> float:
    """Return the temperature that makes held-out probabilities likeliest for the labels."""
    logits = np.log(np.clip(probabilities, 1e-7, 1))
    truth = np.array([list(classes).index(x) for x in labels])

    def loss(temperature: float) -> float:
        z = logits / temperature
        z = z - z.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(truth)), truth]))

    return float(min(np.arange(0.5, 3.01, 0.05), key=loss))


def sharpened(probabilities: Floats, temperature: float) -> Floats:
    """Return the probabilities as they stand at `temperature`."""
    powered = np.clip(probabilities, 1e-7, 1) ** (1 / temperature)
    return np.asarray(powered / powered.sum(axis=1, keepdims=True), np.float32)


def expected_calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the mean gap between confidence and accuracy over equal-width bins, weighted by their rows."""
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidence[where == b].mean() - right[where == b].mean()) * (where == b).mean()
            for b in range(bins)
            if (where == b).any()
        )
    )


def save(model: LinearModel, folder: Path, temperature: float, card: dict[str, Any]) -> None:
    """Write the model's arrays, vocabulary and card to `folder`; the same model always gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        folder / "weights.npz",
        idf=model.idf.astype(np.float16),
        word_weights=model.word_weights.astype(np.float16),
        dense_weights=model.dense_weights.astype(np.float16),
        intercept=model.intercept,
    )
    (folder / "vocabulary.json").write_text(json.dumps(model.words, ensure_ascii=False), encoding="utf-8")
    files = {f: sha256((folder / f).read_bytes()).hexdigest() for f in ("weights.npz", "vocabulary.json")}
    card = {"classes": model.classes, "temperature": temperature, "files": files, **card}
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
