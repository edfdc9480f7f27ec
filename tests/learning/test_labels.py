from __future__ import annotations

from typing import Any

import pytest

from svdocs.learning.labels import accepted_codes, find_label_faults, read_guide

GUIDE = read_guide()
SOUND: dict[str, Any] = {
    "type": "commitment",
    "firmness": "firm",
    "quantity": {"value": 5, "unit": "people", "per": None},
    "due": "2028-03",
    "place": None,
    "beneficiary": "care leavers",
    "themes": {"nhs": ["wellbeing", None], "svm-2020": 2, "svm-2025": [1, 2], "kcc": None},
    "toms": ["NT10", "NT8"],
    "additionality": "additional",
}


def test_a_sound_label_has_no_faults() -> None:
    assert find_label_faults(SOUND, GUIDE) == []
    assert find_label_faults({"type": "noise", "why": "slogan"}, GUIDE) == []
    assert find_label_faults({**SOUND, "quantity": None, "toms": None, "category": "defined"}, GUIDE) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("type", "promise", "type 'promise' is not one of commitment, delivery, practice, noise"),
        ("type", None, "type None is not one of"),
        ("firmness", "soft", "firmness 'soft' is not one of firm, conditional, aspirational"),
        ("additionality", "new", "additionality 'new' is not one of"),
        ("category", "other", "category 'other' is not one of defined, additional"),
        ("quantity", 5, "quantity 5 is not value, unit and per"),
        ("quantity", {"value": "five", "unit": "people"}, "quantity.value 'five' is not a number"),
        ("quantity", {"value": True, "unit": "people"}, "quantity.value True is not a number"),
        ("quantity", {"value": 5, "unit": "heads"}, "quantity.unit 'heads' is not one of people, fte"),
        ("quantity", {"value": 5, "unit": "people", "per": "day"}, "quantity.per 'day' is not one of year"),
        ("quantity", {"value": 5, "unit": "people", "amount": 1}, "quantity.amount is not a field"),
        ("due", 2028, "due 2028 is neither a text nor empty"),
        ("place", " ", "place ' ' is neither a text nor empty"),
        ("themes", "wellbeing", "themes 'wellbeing' is not a code for each framework"),
        ("themes", {"toms": "1"}, "framework 'toms' is not one of"),
        ("themes", {"nhs": "health"}, "themes.nhs 'health' is not a code of the framework"),
        ("themes", {"svm-2020": 9}, "themes.svm-2020 '9' is not a code"),
        ("toms", "NT999", "toms 'NT999' is not a code of the framework"),
        ("toms", [], "toms is an empty list"),
        ("toms", ["NT10", "NT10"], "toms 'NT10' stands twice"),
        ("colour", "red", "colour is not a field of the guide"),
    ],
)
def test_whatever_breaks_the_guide_is_told_once(field: str, value: object, said: str) -> None:
    (fault,) = find_label_faults({**SOUND, field: value}, GUIDE)
    assert said in fault


@pytest.mark.parametrize("field", ["firmness", "quantity", "due", "themes", "toms", "additionality"])
def test_a_missing_field_is_told(field: str) -> None:
    label = {k: v for k, v in SOUND.items() if k != field}
    assert find_label_faults(label, GUIDE) == [f"{field} is missing"]
    assert find_label_faults(label, GUIDE, needed=()) == []


def test_codes_are_compared_as_text() -> None:
    assert accepted_codes([2, "3", None]) == ["2", "3", None]
