from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from svdocs.errors import ModelMismatch
from svdocs.learning import encoder
from svdocs.learning.graph import MOST, in_whole_numbers, write_graph
from svdocs.statements.embed import MODEL_SHA256, open_session, open_tokenizer

TEXTS = ["We will recruit five apprentices from the district.", "Peat is kept wet.", "Trees", "Staff volunteer. " * 30]


@pytest.fixture(scope="module")
def published() -> tuple[encoder.Tree, list[encoder.Layer]]:
    return encoder.published_weights()


def _ids(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([open_tokenizer().encode(text).ids], np.int64)


def test_the_shipped_vectors_come_from_the_published_encoder(tmp_path: Path) -> None:
    path = tmp_path / "encoder.onnx"
    assert encoder.write_vectors(path) == MODEL_SHA256 == sha256(path.read_bytes()).hexdigest()


def test_whole_numbers_give_nearly_the_vectors_of_fractions(
    tmp_path: Path, published: tuple[encoder.Tree, list[encoder.Layer]]
) -> None:
    bottom, layers = published
    write_graph(tmp_path / "e.onnx", bottom, layers)
    session = open_session(tmp_path / "e.onnx")
    for text in TEXTS:
        ids = _ids(text)
        sides = np.zeros_like(ids)
        rounded = np.asarray(session.run(None, {"input_ids": ids, "token_type_ids": sides})[0])[0].mean(axis=0)
        exact = np.asarray(
            encoder._through(encoder._embedded(bottom, ids, sides), layers, np.ones(ids.shape, np.float32))
        )[0].mean(axis=0)
        assert rounded @ exact / np.linalg.norm(rounded) / np.linalg.norm(exact) > 0.96


def test_heads_turn_tokens_into_shares_of_the_scores(
    tmp_path: Path, published: tuple[encoder.Tree, list[encoder.Layer]]
) -> None:
    bottom, layers = published
    heads = np.random.default_rng(0).normal(size=(384, 5)).astype(np.float32)
    write_graph(tmp_path / "plain.onnx", bottom, layers)
    write_graph(tmp_path / "heads.onnx", bottom, layers, heads)
    ids = _ids(TEXTS[0])
    feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
    hidden = np.asarray(open_session(tmp_path / "plain.onnx").run(None, feed)[0])
    shares = np.asarray(open_session(tmp_path / "heads.onnx").run(None, feed)[0])
    assert shares.shape == (1, ids.shape[1], 5)
    assert np.allclose(shares, hidden @ heads, atol=1e-3)


def test_weights_stay_within_seven_bits() -> None:
    matrix = np.random.default_rng(1).normal(size=(40, 7)).astype(np.float32)
    whole, scale = in_whole_numbers(matrix, MOST)
    assert np.abs(whole).max() == MOST
    assert np.abs(whole * scale - matrix).max() <= scale.max() / 2 + 1e-6


def test_another_published_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "PUBLISHED_SHA256", "0" * 64)
    with pytest.raises(ModelMismatch, match="not the published model file"):
        encoder.published_model()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    with pytest.raises(ModelMismatch, match="extra `train`"):
        encoder.published_model()
