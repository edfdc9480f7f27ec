"""The trained models: read from plain arrays, checked, run by numpy alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from svdocs.errors import ModelMismatch
from svdocs.frameworks.head import (
    FOLDER,
    UNIT_SCALE,
    Head,
    Vocabulary,
    describe_units,
    load_learnt,
    terms_of,
)
from svdocs.settings import models_folder
from svdocs.statements.statement import Unit


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(models_folder() / FOLDER, tmp_path / "model"))


def test_the_shipped_models_are_small_and_hold_the_hash_that_is_reported() -> None:
    learnt = load_learnt()
    assert learnt is not None
    folder = models_folder() / FOLDER
    assert sum(f.stat().st_size for f in folder.iterdir()) < 3_000_000
    assert learnt.sha256 == json.loads((folder / "card.json").read_text())["files"]["weights.npz"]


def test_no_model_is_no_error(tmp_path: Path) -> None:
    assert load_learnt(tmp_path) is None


@pytest.mark.parametrize("name", ["weights.npz", "vocabulary.json"])
def test_a_file_that_was_changed_is_refused(copied: Path, name: str) -> None:
    (copied / name).write_bytes((copied / name).read_bytes() + b" ")
    with pytest.raises(ModelMismatch, match=name):
        load_learnt(copied)


@pytest.mark.parametrize("name", ["weights.npz", "vocabulary.json"])
def test_a_file_that_is_missing_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ModelMismatch, match=name):
        load_learnt(copied)


@pytest.mark.parametrize("card", ["{", "{}", "[]"])
def test_a_broken_card_is_refused(copied: Path, card: str) -> None:
    (copied / "card.json").write_text(card)
    with pytest.raises(ModelMismatch, match=r"card\.json"):
        load_learnt(copied)


def test_numbers_are_one_word_and_pairs_count() -> None:
    assert terms_of("£5,000 a year") == ["£", "zero", "a", "year", "£ zero", "zero a", "a year"]
    assert terms_of("") == []


def test_a_text_is_described_by_its_known_words_at_length_one() -> None:
    vocabulary = Vocabulary({"tree": 0, "trees": 1, "plant": 2}, np.asarray([1, 1, 2], np.float32))
    found = vocabulary.describe(["Plant trees", "nothing known", "plant plant"])
    np.testing.assert_allclose(found[0], np.asarray([0, 1, 2]) / np.sqrt(5), rtol=1e-6)
    np.testing.assert_allclose(found[1], 0)
    np.testing.assert_allclose(found[2], [0, 0, 1])


def test_units_have_a_column_each_and_one_for_none() -> None:
    found = describe_units([Unit.people, None])
    assert found[0].argmax() == list(Unit).index(Unit.people)
    assert found[1].argmax() == len(Unit)
    assert found.sum() == pytest.approx(2 * UNIT_SCALE)


def test_a_higher_temperature_makes_scores_less_sure_and_keeps_the_order() -> None:
    weights = np.asarray([[2, 0], [0, 0]], np.float32)
    sharp, soft = (Head(("a", "b"), weights, t).score(np.ones((1, 1), np.float32))[0] for t in (1.0, 4.0))
    assert sharp[0] > soft[0] > 0.5
    assert soft.sum() == pytest.approx(1)
