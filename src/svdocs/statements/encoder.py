"""Reads a passage together with what stands above and before it, by a small transformer trained for these questions.

The model `statements-2` is all-MiniLM-L6-v2 trained further on the labelled packs, with one linear layer on top. A
passage's score for a label is the mean of what its tokens give to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from svdocs.settings import models_folder
from svdocs.statements.embed import open_session, open_tokenizer
from svdocs.statements.models import Floats, read_card, softmax
from svdocs.statements.statement import Codes, Passage

if TYPE_CHECKING:
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

MODEL = "statements-2"
TYPES = ("commitment", "delivery", "practice")
FIRMNESS = ("firm", "conditional", "aspirational")
COUNT = ("one", "two", "three", "four or more")
HEADS: Mapping[str, tuple[str, ...]] = {"type": TYPES, "firmness": FIRMNESS, "count": COUNT}
"""What the model answers, in the order of its columns: each type by itself, how firm a promise is, and how many
statements the passage makes, if any."""

TEXT_TOKENS, ABOVE_TOKENS, BEFORE_TOKENS = 88, 24, 20
"""How much is read of the passage, of what stands above it and of the sentence before it."""
_START, _STOP = 101, 102


@dataclass(frozen=True, slots=True)
class Pieces:
    """A passage as the model reads it.

    Attributes:
        ids: the tokens' numbers; the passage stands first.
        side: 0 for the passage's tokens, 1 for its context's.
        own: how many tokens at the start are the passage's, its two marks among them.
        offsets: where each of the passage's tokens stands in its text, the two marks left out.
    """

    ids: tuple[int, ...]
    side: tuple[int, ...]
    own: int
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of a passage.

    Attributes:
        scores: before any calibration, shape (columns of `HEADS` and then of the codes,).
        shares: what each of the passage's tokens gives to them, shape (tokens, columns), the intercept left out.
        offsets: where each token stands in the passage's text.
        intercept: shape (columns,).
        coded: by framework its codes, in the order of their columns.
    """

    scores: Floats
    shares: Floats
    offsets: tuple[tuple[int, int], ...]
    intercept: Floats
    coded: Mapping[str, Sequence[str]]

    @property
    def several(self) -> float:
        """How likely the passage makes more than one statement, if it makes any."""
        return float(1 - softmax(self.scores[None, columns_of("count")])[0, 0])

    def scores_between(self, start: int, stop: int) -> Floats:
        """Return the scores of a part of the passage, read in the light of the whole; nothing's where no token is.

        Args:
            start, stop: of the part, in the passage's text.
        """
        inside = [i for i, (a, b) in enumerate(self.offsets) if a >= start and b <= stop]
        if not inside:
            return np.full_like(self.intercept, -30)
        return np.asarray(self.shares[inside].mean(axis=0) + self.intercept, np.float32)

    def codes_between(self, start: int, stop: int) -> Codes:
        """Return the probabilities of the codes for a part of the passage; none where no token of it was read.

        Args:
            start, stop: of the part, in the passage's text.
        """
        if not any(a >= start and b <= stop for a, b in self.offsets):
            return {}
        scores, found, column = self.scores_between(start, stop), {}, _FIRST_CODE
        for framework, codes in self.coded.items():
            told = softmax(scores[None, column : column + len(codes)])[0]
            found[framework] = dict(zip(codes, told.tolist(), strict=True))
            column += len(codes)
        return found


_FIRST_CODE = sum(len(labels) for labels in HEADS.values())


def columns_of(head: str) -> slice:
    """Return where a head's columns stand among all.

    >>> columns_of("firmness")
    slice(3, 6, None)
    """
    names = list(HEADS)
    start = sum(len(HEADS[n]) for n in names[: names.index(head)])
    return slice(start, start + len(HEADS[head]))


def pieces_of(passage: Passage, tokenizer: Tokenizer) -> Pieces:
    """Return the passage and its context as tokens; of a long context the end is kept, which stands nearest."""
    text = tokenizer.encode(passage.text, add_special_tokens=False)
    own = text.ids[:TEXT_TOKENS]
    ids = [_START, *own, _STOP]
    side = [0] * len(ids)
    around = [
        tokenizer.encode(words, add_special_tokens=False).ids[-most:]
        for words, most in ((passage.above, ABOVE_TOKENS), (passage.previous, BEFORE_TOKENS))
    ]
    if any(around):
        more = [*around[0], _STOP, *around[1], _STOP]
        ids += more
        side += [1] * len(more)
    return Pieces(tuple(ids), tuple(side), len(own) + 2, tuple(text.offsets[:TEXT_TOKENS]))


class Encoder:
    """Runs the model; a passage's answer does not depend on what else is read with it."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        intercept: Floats,
        coded: Mapping[str, Sequence[str]],
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._intercept = intercept
        self._coded = coded

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """Return what the model makes of each passage, in order."""
        return [self._read(pieces_of(p, self._tokenizer)) for p in passages]

    def _read(self, pieces: Pieces) -> Reading:
        feed = {"input_ids": np.array([pieces.ids], np.int64), "token_type_ids": np.array([pieces.side], np.int64)}
        shares = np.asarray(self._session.run(None, feed)[0], np.float32)[0, : pieces.own]
        scores = np.asarray(self._intercept + shares.mean(axis=0), np.float32)
        return Reading(scores, shares[1:-1].copy(), pieces.offsets, self._intercept, self._coded)


@lru_cache(maxsize=1)
def load_encoder() -> Encoder:
    """Return the process's one encoder, loading it at the first call.

    Raises:
        ModelMismatch: a model file is missing or is not the one that its card names.
    """
    return open_encoder(models_folder() / MODEL)


def open_encoder(folder: Path) -> Encoder:
    """Return the encoder whose files stand in `folder`.

    Raises:
        ModelMismatch: a model file is missing or is not the one that its card names.
    """
    card = read_card(folder, "encoder.onnx")
    coded = card.get("codes", {})
    intercept = np.array([x for head in (*HEADS, *coded) for x in card["intercept"][head]], np.float32)
    return Encoder(open_session(folder / "encoder.onnx"), open_tokenizer(), intercept, coded)


@dataclass(frozen=True, slots=True)
class Mixing:
    """How the encoder's word and the linear model's are put together; fitted on writers held out.

    Attributes:
        share: what the encoder's logarithms count, of 1.
        temperature: divides the sum, so that the probabilities mean what they say.
        offsets: by class what is added to its logarithm, because documents hold more of it than the labelled packs.
    """

    share: float
    temperature: float
    offsets: Mapping[str, float] = field(default_factory=dict)

    def mix(self, encoder: Floats, linear: Floats, classes: Sequence[str]) -> Floats:
        """Return the probabilities of both together, shape as theirs: (passages, classes)."""
        logs = self.share * np.log(np.maximum(encoder, 1e-6)) + (1 - self.share) * np.log(np.maximum(linear, 1e-6))
        offsets = np.array([self.offsets.get(c, 0.0) for c in classes], np.float32)
        return softmax(np.asarray(logs / self.temperature + offsets, np.float32))


@lru_cache(maxsize=1)
def load_mixing() -> dict[str, Mixing]:
    """Return by head (type, firmness) how it is mixed.

    Raises:
        ModelMismatch: the model's card is missing.
    """
    card = read_card(models_folder() / MODEL)
    return {head: Mixing(**told) for head, told in card["mixing"].items()}


def type_probabilities(scores: Floats, classes: Sequence[str]) -> Floats:
    """Return for each row of type scores the probability of each class, "none" being that of no type at all.

    >>> type_probabilities(np.array([[9.0, -9.0, -9.0]], np.float32), ("commitment", "none")).round(2).tolist()
    [[1.0, 0.0]]
    """
    each = sigmoid(scores)
    by_class = {t: each[:, i] for i, t in enumerate(TYPES)} | {"none": np.prod(1 - each, axis=1)}
    found = np.stack([by_class[c] for c in classes], axis=1)
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def firmness_probabilities(scores: Floats, classes: Sequence[str]) -> Floats:
    """Return for each row of firmness scores the probability of each class; rows sum to 1."""
    return softmax(scores)[:, [FIRMNESS.index(c) for c in classes]]


def sigmoid(scores: Floats) -> Floats:
    """Return the probability of each score by itself."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)
