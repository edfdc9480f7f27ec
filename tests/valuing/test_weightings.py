from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.valuing.weightings import (
    WHOLE,
    Weighted,
    check_weightings,
    hundredths_of,
    in_percent,
    leaves_of,
    points_for,
    shown,
    total_of,
    weight_of_each,
)

GOOD = [
    Weighted("p", None, "Price", 6000),
    Weighted("q", None, "Quality", 4000),
    Weighted("q1", "q", "Method", 7500),
    Weighted("q2", "q", "Local jobs", 2500, is_social_value=True),
]


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (GOOD, []),
        ([], ["no criteria yet"]),
        ([*GOOD[:1], *GOOD[2:], Weighted("q", None, "Quality", 3999)], ["criteria add up to 99.99 %", "must weigh 10"]),
        ([*GOOD[:3], Weighted("q2", "q", "Local jobs", 2600, True)], ["“Quality” add up to 101 %"]),
        ([Weighted("a", None, "A", 9100), Weighted("b", None, "B", 900, True)], ["weighs 9 %"]),
        ([Weighted("a", None, "A", WHOLE, True), Weighted("b", None, "B", 0)], ["“B” weighs nothing"]),
        ([Weighted("a", None, "A", WHOLE, True), Weighted("b", None, "Gate", 0, is_gate=True)], []),
    ],
)
def test_what_is_wrong_with_weightings_is_said(criteria: list[Weighted], said: list[str]) -> None:
    found = check_weightings(criteria, 1000, "The rule.")
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))


def test_parts_of_a_social_value_criterion_are_about_social_value() -> None:
    parts = [Weighted("s", None, "Social value", WHOLE, True), Weighted("t", "s", "Jobs", WHOLE)]
    assert check_weightings(parts, WHOLE, "") == []


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_the_shares_of_what_is_marked_add_up_to_the_whole(tops: list[int], parts: list[int]) -> None:
    def split(key: str, parent: str | None, numbers: list[int]) -> list[Weighted]:
        bounds = [WHOLE * sum(numbers[:i]) // sum(numbers) for i in range(len(numbers) + 1)]
        weights = [b - a for a, b in pairwise(bounds)]
        return [Weighted(f"{key}{i}", parent, "", w) for i, w in enumerate(weights)]

    criteria = split("t", None, tops)
    criteria += split("p", "t0", parts)
    shares = weight_of_each(criteria)
    assert sum(shares[c.key] for c in leaves_of(criteria)) == 1


def test_thirds_are_exact_until_they_are_shown() -> None:
    points = {str(i): points_for(Fraction(1, 3), Fraction(1, 10)) for i in range(3)}
    assert total_of(points) == 10
    assert [shown(p) for p in points.values()] == ["3.33", "3.33", "3.33"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 201), "0"),
        (Fraction(999, 1000), "1"),
        (Fraction(25, 2), "12.5"),
        (Fraction(-1, 4), "-0.25"),
    ],
)
def test_figures_are_shown_rounded_half_up(value: Fraction, said: str) -> None:
    assert shown(value) == said


@given(st.integers(0, WHOLE))
def test_percentages_are_read_as_they_are_shown(hundredths: int) -> None:
    assert hundredths_of(in_percent(hundredths)) == hundredths


@pytest.mark.parametrize("typed", ["", "-1", "100.01", "1.005", "1e1", "ten", "١٠", "1000", "5."])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    assert hundredths_of(typed) is None
