from __future__ import annotations

from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.records.amending import apply_changes, check_changes


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"firmness": "firm"}, {"firmness": "firm"}),
        ({"due": {"date": "2028"}}, {"due": {"date": "2028"}}),
        ({"place": None}, {"place": None}),
        ({"quantity": {"value": 5, "unit": "fte"}}, {"quantity": {"value": 5, "unit": "fte"}}),
        ({"themes": {"kcc": ["employer"]}}, {"themes": {"kcc": [{"code": "employer", "score": 1.0}]}}),
        ({"themes": {"svm-2025": [{"code": 1}]}}, {"themes": {"svm-2025": [{"code": "1", "score": 1.0}]}}),
        ({"measures": []}, {"measures": []}),
        ({"measures": [{"framework": "f", "code": 1}]}, {"measures": [{"framework": "f", "code": "1", "score": 1.0}]}),
    ],
)  # fmt: skip
def test_changes_are_kept_in_the_extraction_records_form(changes: dict[str, Any], kept: dict[str, Any]) -> None:
    assert check_changes(changes) == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "x"},
        {"verdict": "good"},
        {"quantity": 5},
        {"quantity": {"value": "five", "unit": "people"}},
        {"quantity": {"value": True, "unit": "people"}},
        {"quantity": {"value": 5, "unit": "persons"}},
        {"quantity": {"value": 5, "unit": "people", "per": "decade"}},
        {"place": {"text": 5}},
        {"place": {"town": "Deal"}},
        {"themes": ["employer"]},
        {"themes": {"kcc": "employer"}},
        {"themes": {"kcc": [None]}},
        {"measures": ["NT1"]},
        {"measures": [{"framework": "f", "code": ""}]},
    ],
)
def test_changes_that_a_statement_cannot_have_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        check_changes(changes)


def test_a_verdict_can_be_given_where_the_machine_gave_none() -> None:
    entry: dict[str, Any] = {"text": "a"}
    assert apply_changes(entry, {"verdict": "unclear"})["additionality"]["verdict"] == "unclear"
    assert entry == {"text": "a"}
