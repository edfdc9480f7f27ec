from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.records.matching import differences, match_statements


def entry(text: str, block: int = 1, **fields: Any) -> dict[str, Any]:
    return {"type": "commitment", "text": text, "location": {"page": 1, "block": block}} | fields


def people(count: int) -> dict[str, Any]:
    return {"value": count, "unit": "people", "text": str(count)}


@pytest.mark.parametrize(
    ("older", "newer", "pairs"),
    [
        ([entry("a"), entry("b")], [entry("b"), entry("a")], {0: 1, 1: 0}),
        ([entry("a")], [entry(" a\n")], {0: 0}),
        ([entry("a")], [entry("c")], {}),
        ([entry("a", 1)], [entry("a", 7)], {0: 0}),
        ([entry("a", 1), entry("a", 2)], [entry("a", 7)], {}),
        ([entry("a", 1), entry("a", 2)], [entry("a", 2)], {0: 1}),
        ([entry("a", type="commitment")], [entry("a", type="practice")], {0: 0}),
        ([entry("4 and 10", quantity=people(4)), entry("4 and 10", quantity=people(10))],
         [entry("4 and 10", quantity=people(10))], {0: 1}),
        ([entry("4 and 10", focus="4"), entry("4 and 10", focus="10")],
         [entry("4 and 10", focus="10", quantity=people(11))], {0: 1}),
        ([entry("a", quantity=people(4))], [entry("a", quantity=people(5)), entry("a", quantity=people(4))], {1: 0}),
        ([], [entry("a")], {}),
    ],
)  # fmt: skip
def test_statements_are_matched_by_quote_and_place(
    older: list[dict[str, Any]], newer: list[dict[str, Any]], pairs: dict[int, int]
) -> None:
    assert match_statements(older, newer) == pairs


ENTRIES = st.lists(st.builds(entry, st.sampled_from("abc"), st.integers(0, 2)), max_size=8)


@given(older=ENTRIES, newer=ENTRIES)
def test_no_statement_is_matched_twice_and_words_always_agree(
    older: list[dict[str, Any]], newer: list[dict[str, Any]]
) -> None:
    pairs = match_statements(older, newer)
    assert len(set(pairs.values())) == len(pairs)
    assert all(newer[i]["text"] == older[j]["text"] for i, j in pairs.items())


@given(entries=ENTRIES)
def test_the_same_statements_all_match(entries: list[dict[str, Any]]) -> None:
    assert len(match_statements(entries, entries)) == len(entries)


def test_differences_are_of_substance_and_not_of_scores() -> None:
    older = entry("a", confidence=0.9, themes={"nhs": [{"code": "wellbeing", "score": 0.9}]}, quantity=people(5))
    newer = entry("a", 9, confidence=0.5, themes={"nhs": [{"code": "wellbeing", "score": 0.4}]}, quantity=people(6))
    assert differences(older, newer) == {"quantity": ([5, None, "people", None], [6, None, "people", None])}
