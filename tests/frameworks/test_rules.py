"""Which rules hold, at the borders of dates and values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import ConfigurationError
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.rules import (
    Buyer,
    CarbonDuty,
    Comparator,
    ContractKind,
    Expectation,
    Rule,
    add_vat,
    choose_model,
    cite,
    count_case_studies,
    find_kent_band,
    find_threshold,
    is_covered,
    load_rules,
    require_carbon_plan,
    require_exception,
    require_indicators,
)

SERVICES = ContractKind.supplies_and_services
IN_2026 = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("buyer", "contract", "commenced", "amount"),
    [
        (Buyer.central_government, SERVICES, date(2025, 12, 31), 139_688),
        (Buyer.central_government, SERVICES, date(2026, 1, 1), 135_018),
        (Buyer.nhs, SERVICES, date(2026, 1, 1), 135_018),
        (Buyer.sub_central, SERVICES, date(2025, 12, 31), 214_904),
        (Buyer.kent_county_council, SERVICES, date(2026, 1, 1), 207_720),
        (Buyer.utility, SERVICES, date(2026, 1, 1), 415_440),
        (Buyer.defence, SERVICES, date(2025, 12, 31), 429_809),
        (Buyer.nhs, ContractKind.works, date(2025, 12, 31), 5_372_609),
        (Buyer.utility, ContractKind.works, date(2026, 1, 1), 5_193_000),
        (Buyer.sub_central, ContractKind.concession, date(2026, 1, 1), 5_193_000),
        (Buyer.kent_county_council, ContractKind.light_touch_services, date(2026, 1, 1), 663_540),
        (Buyer.utility, ContractKind.light_touch_services, date(2026, 1, 1), 884_720),
        (Buyer.nhs, ContractKind.light_touch_concession, date(2026, 1, 1), 5_372_609),
    ],
)
def test_the_threshold_is_that_of_the_day_of_commencement(
    buyer: Buyer, contract: ContractKind, commenced: date, amount: int
) -> None:
    threshold = find_threshold(buyer, contract, commenced)
    assert threshold is not None
    assert threshold.amount_gbp == amount
    assert not threshold.check
    assert threshold.basis[0].support.source.key == "DEVON"


def test_every_buyer_has_one_threshold_for_every_kind_of_contract() -> None:
    for buyer in Buyer:
        for contract in ContractKind:
            assert find_threshold(buyer, contract, IN_2026) is not None


def test_no_threshold_is_made_up_for_days_before_the_tables() -> None:
    assert find_threshold(Buyer.nhs, SERVICES, date(2023, 12, 31)) is None


def test_a_table_that_may_have_been_replaced_asks_for_a_check() -> None:
    threshold = find_threshold(Buyer.nhs, SERVICES, date(2028, 1, 1))
    assert threshold is not None
    assert threshold.check


def test_vat_is_counted_before_a_value_meets_a_threshold() -> None:
    threshold = find_threshold(Buyer.sub_central, SERVICES, IN_2026)
    assert threshold is not None
    assert not is_covered(Decimal(205_000), threshold)
    assert is_covered(add_vat(Decimal(205_000)), threshold)


def test_a_contract_at_the_threshold_is_covered() -> None:
    threshold = find_threshold(Buyer.sub_central, SERVICES, IN_2026)
    assert threshold is not None
    assert is_covered(threshold.amount_gbp, threshold)
    assert not is_covered(threshold.amount_gbp - Decimal("0.01"), threshold)


@pytest.mark.parametrize(
    ("commenced", "value", "framework", "allowed", "expectation", "weighting"),
    [
        (date(2020, 12, 31), 9_000_000, None, (), "voluntary", None),
        (date(2021, 1, 1), 9_000_000, "svm-2020", (), "mandatory", 10),
        (date(2024, 6, 1), 100_000, None, (), "voluntary", None),
        (date(2025, 2, 23), 9_000_000, "svm-2020", (), "mandatory", 10),
        (date(2025, 2, 24), 9_000_000, "svm-2020", ("svm-2025",), "mandatory", 10),
        (date(2025, 9, 30), 9_000_000, "svm-2020", ("svm-2025",), "mandatory", 10),
        (date(2025, 10, 1), 9_000_000, "svm-2025", (), "mandatory", 10),
        (date(2025, 12, 31), 135_018, None, ("svm-2025",), "voluntary", None),
        (date(2026, 1, 1), 135_018, "svm-2025", (), "mandatory", 10),
        (date(2026, 12, 31), 9_000_000, "svm-2025", (), "mandatory", 10),
        (date(2027, 1, 1), 999_999, None, ("svm-2027",), "voluntary", None),
        (date(2027, 1, 1), 1_000_000, "svm-2027", (), "mandatory", 10),
        (date(2027, 1, 1), 4_999_999, "svm-2027", (), "mandatory", 10),
        (date(2027, 1, 1), 5_000_000, "svm-2027", (), "mandatory", 20),
    ],
)
def test_central_government_uses_the_model_of_the_day_of_commencement(
    commenced: date,
    value: int,
    framework: str | None,
    allowed: tuple[str, ...],
    expectation: str,
    weighting: int | None,
) -> None:
    choice = choose_model(Buyer.central_government, commenced, Decimal(value))
    assert (choice.framework, choice.allowed) == (framework, allowed)
    assert choice.expectation == Expectation(expectation)
    assert choice.minimum_weighting == weighting
    assert choice.basis


@pytest.mark.parametrize(
    ("commenced", "framework", "weighting", "themes"),
    [
        (date(2022, 3, 31), None, None, ()),
        (date(2022, 4, 1), "nhs", 10, ("fighting_climate_change",)),
        (date(2027, 6, 1), "nhs", 10, ("fighting_climate_change",)),
    ],
)
def test_the_nhs_asks_for_a_tenth_and_for_climate_in_every_contract(
    commenced: date, framework: str | None, weighting: int | None, themes: tuple[str, ...]
) -> None:
    choice = choose_model(Buyer.nhs, commenced, Decimal(1))
    assert (choice.framework, choice.minimum_weighting, choice.mandatory_themes) == (framework, weighting, themes)


@pytest.mark.parametrize(
    ("buyer", "commenced", "allowed"),
    [
        (Buyer.sub_central, date(2024, 1, 1), ()),
        (Buyer.sub_central, IN_2026, ("svm-2025",)),
        (Buyer.utility, IN_2026, ("svm-2025",)),
        (Buyer.defence, IN_2026, ("svm-2025",)),
        (Buyer.kent_county_council, date(2025, 12, 31), ("svm-2025",)),
    ],
)
def test_other_buyers_may_adopt_a_model_but_need_not(buyer: Buyer, commenced: date, allowed: tuple[str, ...]) -> None:
    choice = choose_model(buyer, commenced, Decimal(9_000_000))
    assert choice.framework is None
    assert choice.allowed == allowed
    assert choice.expectation is Expectation.voluntary


@pytest.mark.parametrize(
    ("value", "contract", "expectation", "weighting"),
    [
        ("29998.99", SERVICES, "voluntary", None),
        ("29999", SERVICES, "encouraged", None),
        ("207719.99", SERVICES, "encouraged", None),
        ("207720", SERVICES, "mandatory", 10),
        ("663539", ContractKind.light_touch_services, "encouraged", None),
        ("663540", ContractKind.light_touch_services, "mandatory", 10),
        ("5193000", ContractKind.works, "mandatory", 10),
    ],
)
def test_kent_asks_by_value_band(value: str, contract: ContractKind, expectation: str, weighting: int | None) -> None:
    band = find_kent_band(Decimal(value), contract, IN_2026)
    assert band.expectation == Expectation(expectation)
    assert band.minimum_weighting == weighting
    assert band.case_studies is (expectation == "mandatory")
    choice = choose_model(Buyer.kent_county_council, IN_2026, Decimal(value), contract)
    assert (choice.framework, choice.expectation) == ("kcc", band.expectation)
    assert any(f.support.source.key == "KCC26" for f in band.basis)


def test_kents_band_is_not_guessed_for_days_without_a_threshold() -> None:
    with pytest.raises(ConfigurationError, match="2020-01-01"):
        find_kent_band(Decimal(1), SERVICES, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("value", "weighting", "words"),
    [
        (300_000, None, "left out"),
        (300_000, Decimal(0), "left out"),
        (300_000, Decimal("9.99"), "9.99 %"),
        (300_000, Decimal(10), None),
        (30_000, None, None),
    ],
)
def test_kent_keeps_an_exception_record_under_a_tenth(value: int, weighting: Decimal | None, words: str | None) -> None:
    record = require_exception(find_kent_band(Decimal(value), SERVICES, IN_2026), weighting)
    if words is None:
        assert record is None
    else:
        assert record is not None
        assert words in record.reason
        assert "Standards and Improvement" in record.sent_to


@pytest.mark.parametrize(("months", "due"), [(1, 1), (11, 1), (12, 1), (13, 2), (48, 4)])
def test_a_case_study_is_due_each_contract_year(months: int, due: int) -> None:
    assert count_case_studies(find_kent_band(Decimal(300_000), SERVICES, IN_2026), months) == due
    assert count_case_studies(find_kent_band(Decimal(30_000), SERVICES, IN_2026), months) == 0


def test_a_contract_without_a_month_is_an_error() -> None:
    with pytest.raises(ConfigurationError):
        count_case_studies(find_kent_band(Decimal(300_000), SERVICES, IN_2026), 0)


@pytest.mark.parametrize(
    ("buyer", "commenced", "value", "weighting", "minimum", "social"),
    [
        (Buyer.sub_central, IN_2026, 5_000_000, 10, 0, 0),
        (Buyer.sub_central, IN_2026, 5_000_001, 10, 3, 0),
        (Buyer.sub_central, date(2025, 2, 23), 9_000_000, 10, 0, 0),
        (Buyer.nhs, IN_2026, 5_000_000, 15, 0, 0),
        (Buyer.nhs, IN_2026, 5_000_000, 16, 1, 1),
        (Buyer.nhs, IN_2026, 5_000_001, 10, 3, 1),
        (Buyer.nhs, date(2024, 1, 1), 5_000_001, 10, 1, 1),
    ],
)
def test_indicators_are_due_over_five_million_and_where_social_value_weighs_much(
    buyer: Buyer, commenced: date, value: int, weighting: int, minimum: int, social: int
) -> None:
    found = require_indicators(buyer, commenced, Decimal(value), Decimal(weighting))
    assert (found.minimum, found.social_value) == (minimum, social)
    assert bool(found.basis) is (minimum > 0)


@pytest.mark.parametrize(
    ("buyer", "commenced", "yearly", "new_framework", "duty"),
    [
        (Buyer.nhs, date(2023, 3, 31), 9_000_000, False, "none"),
        (Buyer.nhs, date(2023, 4, 1), 5_000_000, False, "none"),
        (Buyer.nhs, date(2023, 4, 1), 5_000_001, False, "plan"),
        (Buyer.nhs, date(2024, 4, 1), 5_000_000, False, "plan"),
        (Buyer.nhs, date(2024, 4, 1), 4_999_999, False, "commitment"),
        (Buyer.nhs, date(2024, 4, 1), 1_000, True, "plan"),
        (Buyer.central_government, IN_2026, 4_166_666, False, "none"),
        (Buyer.central_government, IN_2026, 4_166_667, False, "plan"),
        (Buyer.sub_central, IN_2026, 9_000_000, False, "none"),
    ],
)
def test_the_carbon_condition_counts_a_year_with_or_without_vat_as_the_rule_says(
    buyer: Buyer, commenced: date, yearly: int, new_framework: bool, duty: str
) -> None:
    found = require_carbon_plan(buyer, commenced, Decimal(yearly), new_framework=new_framework)
    assert found.duty == CarbonDuty(duty)


def test_every_rule_cites_a_source_and_names_a_known_framework() -> None:
    for rule in load_rules().values():
        assert rule.fact.support.source.title
        assert rule.framework is None or rule.framework in load_frameworks()


def test_a_citation_says_what_no_publication_confirms() -> None:
    rules = load_rules()
    confirmed, recalled = cite([rules["kent"].fact, rules["at_threshold"].fact])
    assert "Kent County Council)" in confirmed
    assert "not confirmed" not in confirmed
    assert recalled.endswith("[not confirmed]")


def test_a_rule_without_an_amount_cannot_be_compared_with() -> None:
    with pytest.raises(ConfigurationError, match=r"rules\.date"):
        load_rules()["date"].reached(Decimal(1))


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_a_higher_value_is_never_asked_for_less_by_kent(a: int, b: int) -> None:
    order = [Expectation.voluntary, Expectation.encouraged, Expectation.mandatory]
    low, high = (find_kent_band(Decimal(v), SERVICES, IN_2026).expectation for v in sorted((a, b)))
    assert order.index(low) <= order.index(high)


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.sampled_from(list(Buyer)), st.integers(0, 10**8))
def test_every_procurement_from_2024_gets_an_answer_with_its_basis(commenced: date, buyer: Buyer, value: int) -> None:
    choice = choose_model(buyer, commenced, Decimal(value))
    assert choice.basis
    assert (choice.framework is not None) or choice.expectation is Expectation.voluntary


def test_exactly_at_the_amount_the_two_comparisons_differ() -> None:
    fact = load_rules()["kpi_act"].fact
    at_least = Rule(fact, amount_gbp=Decimal(5), comparator=Comparator.at_least)
    more_than = Rule(fact, amount_gbp=Decimal(5), comparator=Comparator.more_than)
    assert at_least.reached(Decimal(5))
    assert not more_than.reached(Decimal(5))
