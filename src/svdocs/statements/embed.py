"""Sentence embeddings: texts that mean alike lie close together. The one module that loads onnxruntime.

The model is all-MiniLM-L6-v2 (Apache-2.0), written by `svdocs train --only vectors` so that it multiplies in whole
numbers; its hash and the tokenizer's are checked at load. One text is read at a time, so that its vector depends on
nothing else and reprocessing repeats exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder

if TYPE_CHECKING:
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

FOLDER = "minilm-l6-v2"
MODEL_SHA256 = "73f4df93b40014548d4e96ab49d849d67b36034b6e8ba6ebaa3f69044eebe1f2"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
DIMENSIONS = 384
MAX_TOKENS = 128
MAX_KEPT = 20_000
"""Vectors that are kept so that a text is embedded once: 30 MB."""

Vectors = NDArray[np.float32]


class Embedder:
    """Turns texts into unit vectors of 384 numbers; keeps the latest, so that a text is seldom embedded twice."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._kept: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), 384), in the texts' order."""
        if len(self._kept) > MAX_KEPT:
            self._kept.clear()
        for text in texts:
            if text not in self._kept:
                self._kept[text] = self._run(text)
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([self._kept[t] for t in texts])

    def _run(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        hidden = self._session.run(None, {"input_ids": ids, "token_type_ids": np.zeros_like(ids)})[0]
        mean = np.asarray(hidden, np.float32)[0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


@lru_cache(maxsize=1)
def load_embedder() -> Embedder:
    """Return the process's one embedder, loading it at the first call.

    Raises:
        ModelMismatch: a model file is missing or is not the published one.
    """
    words = open_tokenizer()
    words.enable_truncation(MAX_TOKENS)
    model = models_folder() / FOLDER / "encoder.onnx"
    check_hash(model, MODEL_SHA256)
    return Embedder(open_session(model), words)


def open_session(model: Path) -> onnxruntime.InferenceSession:
    """Return a session of one thread for the model file at `model`, whose hash the caller has checked."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The arena would keep the longest text's memory for good, and where one text is read at a time it gains nothing.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def open_tokenizer() -> Tokenizer:
    """Return the tokenizer of the embedding model, cutting and filling nothing.

    Raises:
        ModelMismatch: its file is missing or is not the published one.
    """
    from tokenizers import Tokenizer

    path = models_folder() / FOLDER / "tokenizer.json"
    check_hash(path, TOKENIZER_SHA256)
    words = Tokenizer.from_file(str(path))
    words.no_padding()
    words.no_truncation()
    return words


def check_hash(path: Path, expected: str) -> None:
    """Check that the file at `path` has the SHA-256 `expected`.

    Raises:
        ModelMismatch: the file is missing or another one.
    """
    if not path.is_file():
        raise ModelMismatch(f"{path}: the model file is missing; install svdocs again.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        raise ModelMismatch(f"{path}: not the published model file (its SHA-256 differs); install svdocs again.")
