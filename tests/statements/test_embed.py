from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from svdocs.errors import ModelMismatch
from svdocs.statements import embed
from svdocs.statements.embed import DIMENSIONS, Embedder, check_hash, load_embedder

TEXTS = ["We will plant trees.", "a", "", "We will recruit five apprentices from the district. " * 40, "Bäume £ 🌳"]


@pytest.fixture
def embedder() -> Embedder:
    """An embedder that has kept nothing yet."""
    loaded = load_embedder()
    return Embedder(loaded._session, loaded._tokenizer)


@pytest.fixture
def unloaded() -> Iterator[None]:
    load_embedder.cache_clear()
    yield
    load_embedder.cache_clear()


def test_every_text_has_a_unit_vector_in_its_place(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(embedder.embed(TEXTS[::-1]), vectors[::-1])


def test_a_vector_does_not_depend_on_what_else_is_embedded(embedder: Embedder) -> None:
    together = embedder.embed([*TEXTS, *(f"Text {i} {'and more ' * (i % 9)}" for i in range(40))])[: len(TEXTS)]
    alone = np.vstack([Embedder(embedder._session, embedder._tokenizer).embed([t]) for t in TEXTS])
    assert np.array_equal(together, alone)


def test_texts_that_mean_alike_lie_closer_than_others(embedder: Embedder) -> None:
    one, alike, other = embedder.embed(
        ["We will hire apprentices.", "Trainees will be recruited.", "Peat is kept wet."]
    )
    assert one @ alike > one @ other + 0.2


def test_no_texts_have_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_no_more_vectors_are_kept_than_memory_is_set_aside_for(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "MAX_KEPT", 3)
    before = embedder.embed(TEXTS)
    embedder.embed(["more"])
    assert len(embedder._kept) == 1
    assert np.array_equal(embedder.embed(TEXTS), before)


def test_the_embedder_is_loaded_once(unloaded: None) -> None:
    assert load_embedder() is load_embedder()


@pytest.mark.parametrize("name", ["MODEL_SHA256", "TOKENIZER_SHA256"])
def test_a_model_file_that_is_not_the_published_one_is_refused(
    unloaded: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(embed, name, "0" * 64)
    with pytest.raises(ModelMismatch, match="not the published model file"):
        load_embedder()


def test_a_missing_model_is_named(unloaded: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embed, "models_folder", lambda: tmp_path)
    with pytest.raises(ModelMismatch, match="missing"):
        load_embedder()


def test_a_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with pytest.raises(ModelMismatch, match="missing"):
        check_hash(path, "")
    path.write_bytes(b"abc")
    check_hash(path, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    with pytest.raises(ModelMismatch, match="SHA-256"):
        check_hash(path, "0" * 64)
