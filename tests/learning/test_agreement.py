"""How far what was found agrees with a label."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.learning.agreement import kappa, macro_f1, overlap, same_due, same_quantity
from tests.documents import prose


@given(prose, prose)
def test_overlap_is_a_share_that_does_not_ask_for_order(a: str, b: str) -> None:
    assert overlap(a, b) == overlap(b, a)
    assert 0 <= overlap(a, b) <= 1
    assert overlap(a, a) in (0.0, 1.0)


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (None, None, True),
        (None, {"value": None}, True),
        ({"value": None, "unit": None}, None, True),
        ({"value": 5, "unit": "people"}, None, False),
        (None, {"value": 5, "unit": "people"}, False),
        ({"value": 5, "unit": "people"}, {"value": 5.0, "unit": "People"}, True),
        ({"value": 5, "unit": "people"}, {"value": 5, "unit": "fte"}, False),
        ({"value": 5, "unit": "people"}, {"value": 6, "unit": "people"}, False),
        ({"value": 1e9, "unit": "gbp"}, {"value": 1e9 + 1, "unit": "gbp"}, True),
    ],
)
def test_a_quantity_is_its_value_and_unit(wanted: Any, found: Any, same: bool) -> None:
    assert same_quantity(wanted, found) is same


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=12))
def test_macro_f1_is_full_if_and_only_if_all_agree(pairs: list[tuple[str, str]]) -> None:
    score = macro_f1(pairs)
    assert (score is None) == (not pairs)
    if score is not None:
        assert 0 <= score <= 1
        assert (score == 1) == all(a == b for a, b in pairs)


@pytest.mark.parametrize(
    ("wanted", "date", "words", "same"),
    [
        ("2027", "2027-03-31", "by the end of March 2027", True),
        ("2027-04", "2027-03-31", "by the end of March 2027", False),
        ("within six months of contract start", None, "within six months of the contract start", True),
        ("within six months of contract start", None, "in year two", False),
        ("2027", None, "", False),
    ],
)
def test_a_date_is_right_as_far_as_it_is_stated_or_in_most_of_its_words(
    wanted: str, date: str | None, words: str, same: bool
) -> None:
    assert same_due(wanted, date, words) is same


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=12))
def test_kappa_is_full_if_and_only_if_all_agree_and_does_not_ask_who_read_first(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    assert found == kappa([(b, a) for a, b in pairs])
    if found is None:
        assert len({x for pair in pairs for x in pair}) <= 1
    else:
        assert -1 <= found <= 1
        assert (found == 1) == all(a == b for a, b in pairs)


def test_kappa_takes_off_what_chance_would_give() -> None:
    # Two readers who toss a coin each: half agree, and kappa is nought.
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
