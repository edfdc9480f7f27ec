from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.frameworks.local import LocalDefinition, LocalTest
from svdocs.frameworks.parse_set_up import FIELDS, parse_set_up
from svdocs.frameworks.rules import Buyer, ContractKind
from svdocs.frameworks.set_up import (
    Chosen,
    JustifiedException,
    Lot,
    Route,
    SetUp,
    SetUpPart,
    is_done,
    missing_parts,
)

WHOLE = SetUp(
    buyer="Kent County Council",
    buyer_kind=Buyer.kent_county_council,
    department="Highways",
    contract_kind=ContractKind.works,
    value_gbp=Decimal("100.50"),
    starts=date(2027, 4, 1),
    ends=date(2028, 3, 31),
    extension_months=12,
    commenced=date(2026, 9, 1),
    noticed=date(2026, 9, 2),
    route=Route.open,
    new_framework=True,
    lots=(Lot("North", Decimal("50.25")), Lot("South")),
    category="highways",
    frameworks=("kcc", "national-toms"),
    weighting_percent=Decimal("12.5"),
    quality_percent=Decimal(10),
    themes=(Chosen("kcc", "employer"),),
    measures=(Chosen("national-toms", "NT1"),),
    exception=JustifiedException("Why", "Ada", "Director", date(2026, 8, 1)),
    local=LocalDefinition("Kent", "2026", ("E10000016",), (LocalTest.residence,), "Board"),
)


def test_a_whole_set_up_comes_back_from_its_plain_values() -> None:
    assert parse_set_up(WHOLE.as_json()) == (WHOLE, ())
    assert parse_set_up(SetUp().as_json()) == (SetUp(), ())
    assert missing_parts(WHOLE) == ()
    assert missing_parts(SetUp()) == tuple(SetUpPart)


LOCAL = {"name": "x", "edition": "1", "areas": ["Thanet"], "tests": ["branch"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value_gbp": "a lot"}, "value_gbp"),
        ({"value_gbp": "-1"}, "value_gbp"),
        ({"value_gbp": "NaN"}, "value_gbp"),
        ({"value_gbp": True}, "value_gbp"),
        ({"weighting_percent": 101}, "weighting_percent"),
        ({"weighting_percent": "10", "quality_percent": "11"}, "quality_percent"),
        ({"extension_months": "1.5"}, "extension_months"),
        ({"starts": "1 April"}, "starts"),
        ({"starts": 5}, "starts"),
        ({"starts": "2027-04-01", "ends": "2027-03-31"}, "ends"),
        ({"buyer_kind": "parish"}, "buyer_kind"),
        ({"buyer_kind": ["nhs"]}, "buyer_kind"),
        ({"route": "raffle"}, "route"),
        ({"buyer": 5}, "buyer"),
        ({"buyer": "x" * 2001}, "buyer"),
        ({"new_framework": "perhaps"}, "new_framework"),
        ({"category": "space"}, "category"),
        ({"category": ["care"]}, "category"),
        ({"frameworks": "kcc"}, "frameworks"),
        ({"frameworks": ["kcc", "gone"]}, "frameworks"),
        ({"frameworks": [["kcc"]]}, "frameworks"),
        ({"themes": ["kcc/none"]}, "themes"),
        ({"themes": [5]}, "themes"),
        ({"measures": ["kcc/employer"]}, "measures"),
        ({"lots": [{"name": ""}]}, "lots"),
        ({"lots": [{"name": "A"}, {"name": "a"}]}, "lots"),
        ({"lots": ["A"]}, "lots"),
        ({"lots": [{"name": "A", "value_gbp": "20"}], "value_gbp": "10"}, "lots"),
        ({"lots": [{"name": str(n)} for n in range(201)]}, "lots"),
        ({"exception": {"approved_by": "Ada"}}, "exception"),
        ({"exception": "why"}, "exception"),
        ({"local": {**LOCAL, "areas": ["Atlantis"]}}, "local"),
        ({"local": {**LOCAL, "areas": []}}, "local"),
        ({"local": {**LOCAL, "tests": []}}, "local"),
        ({"local": {**LOCAL, "tests": ["star sign"]}}, "local"),
        ({"local": {**LOCAL, "edition": ""}}, "local"),
        ({"local": {**LOCAL, "more": 1}}, "local"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_with_its_field_and_left_empty(values: dict[str, Any], field: str) -> None:
    set_up, wrong = parse_set_up(values)
    assert [w.field for w in wrong] == [field]
    assert wrong[0].message.endswith(".")
    if field in FIELDS and len(values) == 1:
        assert getattr(set_up, field) == getattr(SetUp(), field)


@pytest.mark.parametrize(
    "values",
    [
        {"exception": {"reason": "", "approved_by": "", "role": "", "approved_on": ""}},
        {"local": {"name": "", "edition": "", "areas": [], "tests": []}},
        {"value_gbp": " ", "starts": "", "route": ""},
    ],
)
def test_an_empty_part_of_a_form_is_nothing(values: dict[str, Any]) -> None:
    assert parse_set_up(values) == (SetUp(), ())


ANYTHING = (None, True, 0, -1, 10**15, 0.5, float("nan"), "", "x", "10", "2027-04-01", "nhs", "kcc", "kcc/employer", [],
            ["kcc"], ["kcc/employer"], [None], [[]], {}, {"name": "x"}, [{"name": "x", "value_gbp": "9"}],
            LOCAL)  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.sampled_from(ANYTHING), max_size=6))
def test_whatever_comes_in_there_is_a_set_up_that_reads_back_the_same(values: dict[str, Any]) -> None:
    set_up, _ = parse_set_up(values)
    again, wrong = parse_set_up(set_up.as_json())
    assert again == set_up
    assert {w.field for w in wrong} <= {"ends", "quality_percent", "lots"}  # what contradicts stays, and is told


def test_without_social_value_no_theme_is_missing() -> None:
    assert is_done(SetUp(weighting_percent=Decimal(0)), SetUpPart.themes)
    assert not is_done(SetUp(), SetUpPart.themes)


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        (date(2027, 4, 1), date(2028, 3, 31), 12),
        (date(2027, 4, 1), date(2028, 4, 1), 13),
        (date(2027, 4, 1), date(2027, 4, 2), 1),
        (date(2027, 1, 15), date(2027, 2, 14), 1),
        (date(2027, 4, 1), None, None),
    ],
)
def test_a_term_is_counted_in_months_begun_ones_whole(starts: date, ends: date | None, months: int | None) -> None:
    assert SetUp(starts=starts, ends=ends).months == months
