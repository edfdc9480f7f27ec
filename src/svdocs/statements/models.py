"""Shipped models: plain arrays with a card, checked by hash at load, evaluated with numpy alone.

A model is a folder `models/<name>/`: `weights.npz` (no pickled objects), `vocabulary.json` and `card.json`, which holds
the SHA-256 of the other files, what it was trained on and its figures on writers held out.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder
from svdocs.statements.embed import FOLDER as VECTORS
from svdocs.statements.embed import MODEL_SHA256, check_hash

Floats = NDArray[np.float32]
_TERM = re.compile(r"\w+|[£%?:|]")


def terms_of(text: str) -> list[str]:
    """Return the words of `text` in lower case, digits folded into one class by length, and their pairs.

    >>> terms_of("We will hire 12.")
    ['we', 'will', 'hire', '00', 'we_will', 'will_hire', 'hire_00']
    """
    words = ["0" * min(len(t), 4) if t.isdecimal() else t for t in _TERM.findall(text.lower())]
    return words + [f"{a}_{b}" for a, b in pairwise(words)]


def softmax(scores: Floats) -> Floats:
    """Return probabilities in proportion to the exponentials of the scores; rows sum to 1."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class LinearModel:
    """A multinomial logistic regression over words (TF-IDF) and a row of dense features.

    Attributes:
        classes: the labels, in the order of the weights' rows.
        words: the terms, in the order of `word_weights`' columns.
        terms: a term's column.
        idf: inverse document frequency a column, shape (terms,).
        word_weights, dense_weights: shapes (classes, terms) and (classes, dense features).
        intercept: shape (classes,).
        temperature: divides the scores, so that the probabilities mean what they say on writers held out.
    """

    classes: tuple[str, ...]
    words: tuple[str, ...]
    terms: Mapping[str, int]
    idf: Floats
    word_weights: Floats
    dense_weights: Floats
    intercept: Floats
    temperature: float

    def probabilities(self, texts: Sequence[str], dense: Floats) -> Floats:
        """Return the probability of each class for each text, shape (texts, classes); rows sum to 1."""
        scores = dense @ self.dense_weights.T + self.intercept
        for row, text in enumerate(texts):
            columns, values = self.word_values(text)
            scores[row] += self.word_weights[:, columns] @ values
        return softmax(scores / self.temperature)

    def word_values(self, text: str) -> tuple[list[int], Floats]:
        """Return the columns of the text's known terms and their TF-IDF values, of length 1 together."""
        counts = Counter(i for t in terms_of(text) if (i := self.terms.get(t)) is not None)
        columns = sorted(counts)
        values = np.array([(1 + math.log(counts[i])) * self.idf[i] for i in columns], np.float32)
        norm = float(np.sqrt((values**2).sum()))
        return columns, values / norm if norm else values


@lru_cache(maxsize=8)
def load_model(name: str) -> LinearModel:
    """Return the shipped model `name`, checked against its card.

    Raises:
        ModelMismatch: a file is missing or its hash differs from the card's.
    """
    folder = models_folder() / name
    card = read_card(folder, "weights.npz", "vocabulary.json")
    terms = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as a:
        return LinearModel(
            classes=tuple(card["classes"]),
            words=tuple(terms),
            terms={t: i for i, t in enumerate(terms)},
            idf=a["idf"].astype(np.float32),
            word_weights=a["word_weights"].astype(np.float32),
            dense_weights=a["dense_weights"].astype(np.float32),
            intercept=a["intercept"].astype(np.float32),
            temperature=float(card["temperature"]),
        )


def read_card(folder: Path, *needed: str) -> dict[str, Any]:
    """Return the card of the model in `folder` after checking the hash of each of its files.

    Args:
        folder: the model's.
        needed: names of files whose hashes the card must hold.

    Raises:
        ModelMismatch: the card or a file is missing, or a hash differs.
    """
    path = folder / "card.json"
    if not path.is_file():
        raise ModelMismatch(f"{path}: the model's card is missing; install svdocs again, or run `svdocs train`.")
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = dict.fromkeys(needed, "") | card["files"]
    except (ValueError, KeyError, TypeError) as e:
        raise ModelMismatch(f"{path}: not a model card ({e}); install svdocs again.") from e
    for file, expected in files.items():
        check_hash(folder / file, expected)
    return card


@lru_cache(maxsize=1)
def model_hashes() -> dict[str, str]:
    """Return name and SHA-256 of each model that a run uses.

    A model's hash is that of its card, which holds the hashes of its files, or of its weights where they are one file.
    """
    told = {
        p.parent.name: p for name in ("weights.json", "card.json") for p in sorted(models_folder().glob(f"*/{name}"))
    }
    return {VECTORS: f"sha256:{MODEL_SHA256}"} | {
        name: f"sha256:{sha256(path.read_bytes()).hexdigest()}" for name, path in sorted(told.items())
    }
