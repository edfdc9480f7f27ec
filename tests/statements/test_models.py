from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder
from svdocs.statements import models
from svdocs.statements.classify import FIRMNESS_MODEL, TYPE_MODEL
from svdocs.statements.models import LinearModel, load_model, model_hashes, read_card, terms_of
from tests.documents import prose

WORDS = ("will", "planted", "we_will", "00")
SMALL = LinearModel(
    ("commitment", "none"), WORDS, {w: i for i, w in enumerate(WORDS)}, np.array([1, 2, 1, 1], np.float32),
    np.array([[2, -2, 1, 0], [-2, 2, 0, 0]], np.float32), np.array([[1, 0], [0, 1]], np.float32),
    np.array([0, 0.5], np.float32), 1.0,
)  # fmt: skip
numbers = st.floats(-50, 50, width=32)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of a shipped model, from which models are loaded."""
    shutil.copytree(models_folder() / FIRMNESS_MODEL, tmp_path / FIRMNESS_MODEL)
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)
    load_model.cache_clear()
    yield tmp_path / FIRMNESS_MODEL
    load_model.cache_clear()


@given(prose, numbers, numbers)
def test_probabilities_lie_between_nought_and_one_and_sum_to_one(text: str, a: float, b: float) -> None:
    (row,) = SMALL.probabilities([text], np.array([[a, b]], np.float32))
    assert np.isclose(row.sum(), 1, atol=1e-5)
    assert (row >= 0).all()


@given(st.lists(prose, min_size=1, max_size=4), numbers)
def test_a_text_is_judged_alike_whatever_stands_beside_it(texts: list[str], a: float) -> None:
    dense = np.full((len(texts), 2), a, np.float32)
    together = SMALL.probabilities(texts, dense)
    alone = np.vstack([SMALL.probabilities([t], dense[:1]) for t in texts])
    assert np.allclose(together, alone, atol=1e-6)


def test_probabilities_are_the_softmax_of_words_and_features() -> None:
    # "We will." holds "will" (idf 1) and "we_will" (idf 1): each has the value 1/√2.
    dense = np.array([[0.3, 0.1]], np.float32)
    scores = np.array([2 / 2**0.5 + 1 / 2**0.5 + 0.3, -2 / 2**0.5 + 0.1 + 0.5])
    odds = np.exp(scores)
    assert np.allclose(SMALL.probabilities(["We will."], dense), odds / odds.sum(), atol=1e-6)


def test_a_higher_temperature_makes_less_sure() -> None:
    dense = np.zeros((1, 2), np.float32)
    cool = SMALL.probabilities(["we will"], dense).max()
    warm = LinearModel(**{**SMALL.__dict__, "temperature": 3.0}).probabilities(["we will"], dense).max()
    assert 0.5 < warm < cool


def test_said_twice_counts_more_but_not_double() -> None:
    columns, values = SMALL.word_values("will planted will")
    assert columns == [0, 1]
    assert np.allclose(values / values[1], [(1 + np.log(2)) / 2, 1])
    assert np.isclose((values**2).sum(), 1)


def test_a_text_without_known_words_is_judged_by_its_features() -> None:
    assert SMALL.word_values("Zounds")[0] == []
    (row,) = SMALL.probabilities(["Zounds"], np.zeros((1, 2), np.float32))
    assert np.allclose(row, np.exp([0, 0.5]) / np.exp([0, 0.5]).sum(), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("Trees!", ["trees"]),
        ("£40 | 12345", ["£", "00", "|", "0000", "£_00", "00_|", "|_0000"]),
        ("5% more?", ["0", "%", "more", "?", "0_%", "%_more", "more_?"]),
    ],
)
def test_terms_are_words_with_figures_by_their_length_and_pairs(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize("name", [TYPE_MODEL, FIRMNESS_MODEL])
def test_a_shipped_model_loads_and_its_shapes_agree(name: str) -> None:
    model = load_model(name)
    assert model.word_weights.shape == (len(model.classes), len(model.words)) == (len(model.classes), len(model.idf))
    assert model.dense_weights.shape[0] == model.intercept.shape[0] == len(model.classes)
    assert model.temperature > 0


def test_a_model_loads_from_its_folder(copied: Path) -> None:
    assert load_model(FIRMNESS_MODEL).classes == ("aspirational", "conditional", "firm")


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("card.json", None, "card is missing"),
        ("card.json", b"{", "not a model card"),
        ("card.json", b'{"files": []}', "not a model card"),
        ("card.json", b'{"files": {}}', "weights.npz.*SHA-256"),
        ("weights.npz", None, "missing"),
        ("weights.npz", b"PK", "SHA-256"),
        ("vocabulary.json", b"[]", "SHA-256"),
    ],
)
def test_a_model_that_is_not_the_published_one_is_refused(
    copied: Path, file: str, content: bytes | None, complaint: str
) -> None:
    if content is None:
        (copied / file).unlink()
    else:
        (copied / file).write_bytes(content)
    with pytest.raises(ModelMismatch, match=complaint):
        load_model(FIRMNESS_MODEL)


def test_a_card_tells_what_the_model_was_trained_on_and_how_it_does() -> None:
    card = read_card(models_folder() / TYPE_MODEL)
    assert set(card["files"]) == {"weights.npz", "vocabulary.json"}
    assert card["trained_on"]["passages"] > 1000
    assert 0 < card["held_out_writers"]["packs of bids, in context"]["macro_f1"] <= 1


def test_every_shipped_model_is_named_with_its_hash() -> None:
    hashes = model_hashes()
    assert set(hashes) == {p.name for p in models_folder().iterdir() if p.is_dir()}
    assert all(h.startswith("sha256:") and len(h) == 71 for h in hashes.values())


def test_a_vocabulary_keeps_no_figure_of_anybody_s_bid() -> None:
    words = json.loads((models_folder() / TYPE_MODEL / "vocabulary.json").read_text(encoding="utf-8"))
    assert [part for w in words for part in w.split("_") if part.isdecimal() and part.strip("0")] == []
