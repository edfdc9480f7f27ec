"""Trains a `LinearModel`, calibrates it on writers held out, and saves it with its card."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.statements.models import Floats, LinearModel, terms_of

FOLDS = 7
MIN_DOCUMENTS = 3
"""A term in fewer passages is left out: rare words of a bid must not be kept in a shipped model."""
ITERATIONS = 400


def train(
    texts: Sequence[str], dense: Floats, labels: Sequence[str], strength: float, weights: Sequence[float] | None = None
) -> LinearModel:
    """Return a model fitted to all rows.

    Args:
        texts, dense, labels: one a row.
        strength: the inverse of the regularisation.
        weights: how much each row counts; all alike if not given.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    words = TfidfVectorizer(analyzer=terms_of, min_df=MIN_DOCUMENTS, sublinear_tf=True, dtype=np.float32)
    words.fit(list(dict.fromkeys(texts)))
    classes = sorted(set(labels))
    targets = np.array([[float(x == c) for c in classes] for x in labels], np.float32)
    counts = np.ones(len(labels), np.float32) if weights is None else np.asarray(weights, np.float32)
    fitted = fit_softmax(dense, words.transform(texts), targets, counts, 1 / strength, ITERATIONS)
    terms = [str(t) for t in words.get_feature_names_out()]
    width = dense.shape[1]
    return LinearModel(
        tuple(classes),
        tuple(terms),
        {t: i for i, t in enumerate(terms)},
        words.idf_.astype(np.float32),
        np.ascontiguousarray(fitted[width:-1].T),
        np.ascontiguousarray(fitted[:width].T),
        fitted[-1],
        1.0,
    )


def fit_softmax(
    dense: Floats, words: Any, targets: Floats, weights: Floats, penalty: float, iterations: int, corrections: int = 10
) -> Floats:
    """Return the weights of a multinomial logistic regression, shape (dense + words + 1, classes), the intercept last.

    Dense and sparse features are multiplied apart, which is many times faster than one sparse matrix of both.

    Args:
        dense: shape (rows, dense features).
        words: a sparse matrix of shape (rows, terms).
        targets: what each row should be, shape (rows, classes); rows sum to 1, so a row may be a little of several.
        weights: how much each row counts.
        penalty: of the squared weights, the intercept left out.
        iterations, corrections: of the optimiser.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    sparse = words.tocsr()
    sparse_turned, turned = sparse.T.tocsr(), np.ascontiguousarray(dense.T)
    width, weight = dense.shape[1], weights[:, None]
    shape = (width + sparse.shape[1] + 1, targets.shape[1])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat.reshape(shape).astype(np.float32)
        logits = dense @ w[:width] + sparse @ w[width:-1] + w[-1]
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        total = powers.sum(axis=1, keepdims=True)
        value = -float((weight * targets * (logits - np.log(total))).sum()) + penalty / 2 * float((w[:-1] ** 2).sum())
        slope = (weight * (powers / total - targets)).astype(np.float32)
        gradient = np.vstack([turned @ slope, sparse_turned @ slope, slope.sum(axis=0, keepdims=True)])
        gradient[:-1] += penalty * w[:-1]
        return value, gradient.ravel().astype(np.float64)

    options = {"maxiter": iterations, "maxcor": corrections}
    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x.reshape(shape), np.float32)


def held_out_probabilities(
    texts: Sequence[str],
    dense: Floats,
    labels: Sequence[str],
    groups: Sequence[str],
    strength: float,
    weights: Sequence[float] | None = None,
    judged: Collection[str] | None = None,
) -> Floats:
    """Return each row's probabilities by a model that saw no row of its group; columns by sorted label.

    Args:
        texts, dense, labels, groups: one a row.
        strength: the inverse of the regularisation.
        weights: how much each row counts; all alike if not given.
        judged: the groups that are held out in turn; rows of others are always learnt from and get zeros.
    """
    classes = sorted(set(labels))
    out = np.zeros((len(texts), len(classes)), np.float32)
    names = sorted(set(groups) if judged is None else set(judged))
    for fold in range(min(FOLDS, len(names))):
        held = set(names[fold::FOLDS])
        test = np.array([i for i, g in enumerate(groups) if g in held])
        rest = np.array([i for i, g in enumerate(groups) if g not in held])
        model = train(
            [texts[i] for i in rest],
            dense[rest],
            [labels[i] for i in rest],
            strength,
            None if weights is None else [weights[i] for i in rest],
        )
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
