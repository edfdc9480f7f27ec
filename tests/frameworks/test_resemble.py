"""How far texts resemble the catalogue, without the embedding model: vectors are given."""

from __future__ import annotations

import numpy as np
import pytest

from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.resemble import (
    KEYWORD_WEIGHT,
    UNIT_WEIGHT,
    Likeness,
    describe_measures,
    describe_themes,
    soften,
)
from svdocs.statements.statement import Unit

TWO = Likeness(
    "own", ("a", "b"), ("p", "q", "r"), (0, 0, 1), (("EV", "electric van"), ("tree", "van")), ((Unit.miles,), ())
)
PROTOTYPES = np.asarray([[1, 0], [0, 1], [0, 1]], np.float32)


def score(text: str, vector: tuple[float, float], unit: Unit | None = None) -> list[float]:
    found = TWO.score([text], np.asarray([vector], np.float32), [unit], PROTOTYPES)[0]
    return [round(float(x), 4) for x in found]


def test_meaning_counts_the_two_best_prototypes() -> None:
    assert score("", (1, 0)) == [0.5, 0.0]
    assert score("", (0, 1)) == [0.5, 1.0]


@pytest.mark.parametrize(
    ("text", "a", "b"),
    [
        ("one EV", 1, 0),
        ("an event", 0, 0),
        ("trees", 0, 1),
        ("an electric van", 1.5, 1),
        ("tree tree tree", 0, 1),
    ],
)
def test_a_keyword_counts_once_and_short_ones_only_whole(text: str, a: float, b: float) -> None:
    expected = [round(KEYWORD_WEIGHT * x, 4) for x in (a, b)]
    assert score(text, (0, 0)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("unit", "sign"), [(Unit.miles, 1), (Unit.hours, -1), (None, 0)])
def test_a_unit_speaks_for_or_against_a_code_that_names_units(unit: Unit | None, sign: int) -> None:
    assert score("", (0, 0), unit) == pytest.approx([sign * UNIT_WEIGHT, 0], abs=1e-4)


def test_what_is_not_suggested_is_not_compared_with() -> None:
    toms = load_frameworks()["national-toms"]
    assert "NT29a" not in describe_measures(toms).codes
    assert describe_themes(toms).codes == ()


def test_softened_scores_add_up_and_keep_their_order() -> None:
    found = soften(np.asarray([[0.5, 0.4]], np.float32), 0.05, 0.45)
    assert found.shape == (1, 3)
    assert found.sum() == pytest.approx(1)
    assert found[0, 0] > found[0, 2] > found[0, 1]


def test_a_likeness_without_keywords_counts_none() -> None:
    bare = Likeness("own", ("a",), ("p",), (0,), ((),), ((),))
    assert bare.score(["x"], np.zeros((1, 2), np.float32), [None], np.zeros((1, 2), np.float32)).tolist() == [[0.0]]
