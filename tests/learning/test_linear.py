from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.learning.linear import (
    expected_calibration_error,
    fit_temperature,
    held_out_probabilities,
    save,
    sharpened,
    train,
)
from svdocs.statements import models
from svdocs.statements.models import load_model

TEXTS = [f"we will plant {i} trees" for i in range(12)] + [f"last year we planted {i} trees" for i in range(12)]
LABELS = ["promise"] * 12 + ["result"] * 12
GROUPS = [f"writer {i % 3}" for i in range(24)]
DENSE = np.array([[i % 2, 1] for i in range(24)], np.float32)


def test_a_model_learns_what_parts_two_kinds_of_sentence() -> None:
    model = train(TEXTS, DENSE, LABELS, 1.0)
    assert model.classes == ("promise", "result")
    found = model.probabilities(["we will plant 7 oaks", "last year we planted oaks"], DENSE[:2])
    assert found.argmax(axis=1).tolist() == [0, 1]


def test_a_word_in_fewer_than_three_passages_is_not_kept() -> None:
    model = train(
        [*TEXTS, "Hazelwick Ltd will plant", "Hazelwick Ltd planted"],
        np.vstack([DENSE, DENSE[:2]]),
        [*LABELS, "promise", "result"],
        1.0,
    )
    assert "hazelwick" not in model.words
    assert {"will", "planted"} <= set(model.words)


def test_held_out_rows_are_judged_by_models_that_saw_no_row_of_their_writer() -> None:
    held_out = held_out_probabilities(TEXTS, DENSE, LABELS, GROUPS, 1.0, [1.0] * len(TEXTS))
    assert np.allclose(held_out.sum(axis=1), 1, atol=1e-5)
    mine = [i for i, g in enumerate(GROUPS) if g == "writer 0"]
    rest = [i for i, g in enumerate(GROUPS) if g != "writer 0"]
    alone = train([TEXTS[i] for i in rest], DENSE[rest], [LABELS[i] for i in rest], 1.0)
    assert np.allclose(held_out[mine], alone.probabilities([TEXTS[i] for i in mine], DENSE[mine]), atol=1e-6)


def test_a_class_that_a_fold_has_not_seen_has_no_probability_in_it() -> None:
    labels = ["odd" if i < 2 else label for i, label in enumerate(LABELS)]
    groups = ["one" if i < 2 else f"writer {i % 2}" for i in range(24)]
    held_out = held_out_probabilities(TEXTS, DENSE, labels, groups, 1.0, [1.0] * len(TEXTS))
    assert held_out[:2, 0].tolist() == [0, 0]
    assert np.allclose(held_out.sum(axis=1), 1, atol=1e-5)


def test_one_who_is_too_sure_is_cooled_and_one_who_is_not_sure_enough_is_warmed() -> None:
    labels = ["a"] * 7 + ["b"] * 3
    too_sure = np.tile(np.array([[0.99, 0.01]], np.float32), (10, 1))
    unsure = np.tile(np.array([[0.55, 0.45]], np.float32), (10, 1))
    assert fit_temperature(too_sure, labels, ["a", "b"]) > 2
    assert fit_temperature(unsure, ["a"] * 10, ["a", "b"]) == 0.5


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=5), st.floats(0.5, 3))
def test_sharpening_keeps_the_order_and_the_sum(weights: list[float], temperature: float) -> None:
    row = (np.array([weights]) / sum(weights)).astype(np.float32)
    after = sharpened(row, temperature)
    assert np.isclose(after.sum(), 1, atol=1e-5)
    best = int(row.argmax())
    assert after[0, best] >= after.max() - 1e-6
    assert np.allclose(sharpened(row, 1.0), row, atol=1e-5)


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        ([1.0, 1.0], [True, True], 0.0),
        ([1.0, 1.0], [False, False], 1.0),
        ([0.75, 0.75, 0.75, 0.75], [True, True, True, False], 0.0),
        ([0.95, 0.55], [True, False], 0.3),  # half the rows are 0.05 off, half 0.55
    ],
)
def test_calibration_error_is_the_gap_between_said_and_right(
    confidence: list[float], right: list[bool], error: float
) -> None:
    assert expected_calibration_error(np.array(confidence, np.float32), np.array(right)) == pytest.approx(
        error, abs=1e-6
    )


def test_a_saved_model_loads_and_says_nearly_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = train(TEXTS, DENSE, LABELS, 1.0)
    save(model, tmp_path / "m", 1.0, {"task": "t"})
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)
    load_model.cache_clear()
    loaded = load_model("m")
    load_model.cache_clear()
    assert (loaded.classes, loaded.words) == (model.classes, model.words)
    # Kept in half precision, so nearly and not wholly.
    assert np.allclose(loaded.probabilities(TEXTS, DENSE), model.probabilities(TEXTS, DENSE), atol=5e-3)


def test_the_same_model_is_saved_as_the_same_bytes_and_tells_no_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(train(TEXTS, DENSE, LABELS, 1.0), tmp_path / name, 1.0, {"task": "t"})
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert files == ["card.json", "vocabulary.json", "weights.npz"]
    assert [(tmp_path / "one" / f).read_bytes() for f in files] == [(tmp_path / "two" / f).read_bytes() for f in files]
    with zipfile.ZipFile(tmp_path / "one" / "weights.npz") as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
