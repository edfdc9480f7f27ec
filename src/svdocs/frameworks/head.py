"""What has been learnt from labelled packs: one linear model a framework, run by numpy alone.

The folder `models/themes-1` holds `weights.npz` (plain arrays), `vocabulary.json` and `card.json`; the card says what
the model was trained on and how well it did, and holds the hashes against which the other two are checked.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from svdocs.settings import models_folder
from svdocs.statements.models import read_card, softmax
from svdocs.statements.statement import Unit

Floats = NDArray[np.float32]

FOLDER = "themes-1"
UNIT_SCALE = 0.7
"""Weight of the unit beside the embeddings, whose length is one; found with packs left out."""
NONE = ""
"""The class that says that no code fits."""

_WORD = re.compile(r"[a-z]+|[£%]")
_NUMBER = re.compile(r"\d[\d,.]*")
_UNITS = tuple(Unit)


@dataclass(frozen=True)
class Vocabulary:
    """The words and pairs of words that count, each with its place and its weight (rarer words weigh more)."""

    places: Mapping[str, int]
    weights: Floats

    def describe(self, texts: Sequence[str]) -> Floats:
        """Return one row a text, of length one, or of zeros where no word counts."""
        found = np.zeros((len(texts), len(self.places)), np.float32)
        for row, text in enumerate(texts):
            for term, count in Counter(t for t in terms_of(text) if t in self.places).items():
                place = self.places[term]
                found[row, place] = (1 + math.log(count)) * self.weights[place]
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(length > 0, length, 1), np.float32)


@dataclass(frozen=True)
class Head:
    """A linear model: the codes it tells apart, `NONE` among them, its weights, and how sharp its answers are.

    Attributes:
        codes: a column of `weights` each.
        weights: one row a feature, the last for a constant.
        temperature: found on writers left out, so that scores are as often right as they say.
    """

    codes: tuple[str, ...]
    weights: Floats
    temperature: float

    def score(self, features: Floats) -> Floats:
        """Return the probability of each code, shape (texts, codes)."""
        return softmax((features @ self.weights[:-1] + self.weights[-1]) / self.temperature)


@dataclass(frozen=True)
class Learnt:
    """The trained models by framework, with what they need.

    Attributes:
        vocabulary: the words that count.
        heads: by framework key.
        implied: by framework key of themes, for each code of `heads["national-toms"]` the share of each theme code.
        prototypes: embeddings of the catalogue's sentences, so that they need not be made at start.
        sha256: of the weights, as reported with every extraction.
    """

    vocabulary: Vocabulary
    heads: Mapping[str, Head]
    implied: Mapping[str, Floats]
    prototypes: Mapping[str, Floats]
    sha256: str


def terms_of(text: str) -> list[str]:
    """Return the text's words and pairs of words; every number is the same word.

    >>> terms_of("Plant 1,200 trees")
    ['plant', 'zero', 'trees', 'plant zero', 'zero trees']
    """
    words = _WORD.findall(_NUMBER.sub(" zero ", text.lower()))
    return words + [f"{a} {b}" for a, b in itertools.pairwise(words)]


def describe_units(units: Sequence[Unit | None]) -> Floats:
    """Return one row a unit, with a column for each unit and a last one for none."""
    found = np.zeros((len(units), len(_UNITS) + 1), np.float32)
    for row, unit in enumerate(units):
        found[row, _UNITS.index(unit) if unit is not None else -1] = UNIT_SCALE
    return found


def join_features(focus: Floats, whole: Floats, units: Sequence[Unit | None], words: Floats) -> Floats:
    """Return the features of texts: meaning of the focus, meaning in context, unit, words.

    >>> join_features(np.zeros((1, 384)), np.zeros((1, 384)), [None], np.zeros((1, 5))).shape
    (1, 795)
    """
    return np.hstack([focus, whole, describe_units(units), words]).astype(np.float32)


@lru_cache(maxsize=2)
def load_learnt(folder: Path | None = None) -> Learnt | None:
    """Return the trained models of `folder` (default: the shipped ones), or None where there are none.

    Raises:
        ModelMismatch: a file is missing, or is not the one that the card describes.
    """
    folder = folder or models_folder() / FOLDER
    if not (folder / "card.json").is_file():
        return None
    card = read_card(folder, "weights.npz", "vocabulary.json")
    words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        return _build(words, {k: arrays[k] for k in arrays.files}, card["files"]["weights.npz"])


def _build(words: dict[str, list[str]], arrays: Mapping[str, NDArray[np.float16]], sha256: str) -> Learnt:
    def floats(name: str) -> Floats:
        return np.asarray(arrays[name], np.float32)

    heads = {
        key: Head(tuple(words[f"codes/{key}"]), floats(f"weights/{key}"), float(floats(f"temperature/{key}")[0]))
        for key in words["heads"]
    }
    vocabulary = Vocabulary({w: i for i, w in enumerate(words["terms"])}, floats("idf"))
    scale = floats("prototype_scale")
    prototypes = dict(zip(words["prototypes"], floats("prototypes") * scale, strict=True))
    implied = {key: floats(f"implied/{key}") for key in words["implied"]}
    return Learnt(vocabulary, heads, implied, prototypes, sha256)
