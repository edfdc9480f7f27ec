from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.additionality.reuse import (
    Promise,
    cut_shingles,
    find_disagreements,
    find_shared_texts,
    find_sold_twice,
    shared,
)
from tests.additionality.made_bids import make_bids
from tests.additionality.reuse_bench import share_false, share_found

FIRST = Promise(
    "a", "We will plant 40 trees in Ambleford by 2028.", "Acme", "bid-1", "p1", 40, "trees", None, "Ambleford", "2028"
)


def again(**changes: object) -> list[Promise]:
    """Return the first promise and another that differs from it in `changes`."""
    return [FIRST, replace(FIRST, **({"key": "b", "bid": "bid-2", "procurement": "p2"} | changes))]  # type: ignore[arg-type]


def test_all_planted_repeats_are_found_with_at_most_two_percent_false() -> None:
    made = make_bids(200, 30)
    found = find_sold_twice(made.promises)
    assert share_found(made.sold_twice, [frozenset(p.key for p in s.promises) for s in found]) == 1.0
    assert share_false(made.sold_twice, [frozenset(p.key for p in s.promises) for s in found]) <= 0.02


def test_all_planted_boilerplate_is_found() -> None:
    made = make_bids(200, 30)
    groups = [frozenset(p.key for p in s.promises) for s in find_shared_texts(made.promises)]
    suppliers = {p.key: p.supplier for p in made.promises}
    planted = [g for g in made.shared if len({suppliers[key] for key in g}) > 1]
    assert planted
    assert all(any(p <= g for g in groups) for p in planted)


def test_the_same_promise_in_two_bids_is_sold_twice() -> None:
    assert [p.key for p in find_sold_twice(again())[0].promises] == ["a", "b"]


@pytest.mark.parametrize(
    "other",
    [
        {"value": 41.0},
        {"unit": "people"},
        {"per": "year"},
        {"place": "Bexley"},
        {"due": "2029"},
        {"supplier": "Bolt"},
        {"bid": "bid-1"},
        {"text": "Forty apples are to be eaten by the mayor at noon."},
        {"in_sheet": True},
    ],
)
def test_another_quantity_place_time_supplier_or_promise_is_none(other: dict[str, object]) -> None:
    assert find_sold_twice(again(**other)) == []


def test_a_promise_without_a_quantity_is_not_called_sold_twice() -> None:
    assert find_sold_twice([replace(p, value=None) for p in again()]) == []


def test_wording_that_differs_in_names_and_numbers_is_shared() -> None:
    one = Promise("a", "At Acme we will warmly welcome 40 neighbours to our open garden each summer.", "Acme Ltd", "1")
    other = Promise(
        "b", "At Bolt we will warmly welcome 75 neighbours to our open garden each summer.", "Bolt Ltd", "2"
    )
    assert find_shared_texts([one, other])[0].suppliers == ("Acme Ltd", "Bolt Ltd")
    assert find_shared_texts([one, replace(other, supplier="Acme Ltd")]) == []


@pytest.mark.parametrize(("sheet", "count"), [(40.0, 0), (44.0, 1)])
def test_a_narrative_is_held_against_its_own_sheet(sheet: float, count: int) -> None:
    told = [
        replace(FIRST, measure="NT47", value=25.0),
        replace(FIRST, key="c", measure="NT47", value=15.0, text="Other."),
    ]
    row = replace(FIRST, key="s", measure="NT47", in_sheet=True, value=sheet, text="Trees | 40")
    found = find_disagreements([*told, row])
    assert len(found) == count
    if found:
        assert (found[0].narrative, found[0].sheet) == (40.0, 44.0)


def test_a_sum_that_stands_twice_in_the_narrative_counts_once() -> None:
    told = [replace(FIRST, measure="NT47"), replace(FIRST, key="c", measure="NT47")]
    assert find_disagreements([*told, replace(FIRST, key="s", measure="NT47", in_sheet=True, text="Trees")]) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_shared_wording_is_symmetric_and_whole_for_the_same_text(one: str, other: str) -> None:
    a, b = cut_shingles(one), cut_shingles(other)
    assert shared(a, b) == shared(b, a)
    assert shared(a, a) == 1.0
