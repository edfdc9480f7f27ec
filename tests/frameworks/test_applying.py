from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.frameworks.applying import (
    RuleTopic,
    Severity,
    check_set_up,
    missing_for_rules,
    rules_that_apply,
    threshold_of,
    yearly_excl_vat,
)
from svdocs.frameworks.local import LocalDefinition, LocalTest
from svdocs.frameworks.rules import Buyer, ContractKind, Expectation
from svdocs.frameworks.set_up import Chosen, JustifiedException, SetUp

KENT = SetUp(
    buyer_kind=Buyer.kent_county_council,
    contract_kind=ContractKind.supplies_and_services,
    value_gbp=Decimal(9_600_000),
    starts=date(2027, 4, 1),
    ends=date(2032, 3, 31),
    commenced=date(2026, 9, 1),
    frameworks=("kcc",),
    weighting_percent=Decimal(10),
    themes=(Chosen("kcc", "employer"),),
    local=LocalDefinition("Kent", "2026", ("E10000016",), (LocalTest.residence,)),
)
NHS = replace(
    KENT, buyer_kind=Buyer.nhs, frameworks=("nhs",), themes=(Chosen("nhs", "fighting_climate_change"),),
)  # fmt: skip
APPROVED = JustifiedException("No market.", "Cy", "Divisional management", date(2026, 8, 1))


def titles(set_up: SetUp) -> dict[RuleTopic, str]:
    return {r.topic: r.title for r in rules_that_apply(set_up)}


@pytest.mark.parametrize(
    ("value", "title", "expectation"),
    [
        ("29998.99", "Social value is voluntary", Expectation.voluntary),
        ("29999", "Social value is strongly encouraged, in proportion", Expectation.encouraged),
        ("207719.99", "Social value is strongly encouraged, in proportion", Expectation.encouraged),
        ("207720", "Social value is mandatory", Expectation.mandatory),
    ],
)
def test_the_value_of_a_kent_contract_picks_its_band(value: str, title: str, expectation: Expectation) -> None:
    rule = next(r for r in rules_that_apply(replace(KENT, value_gbp=Decimal(value))) if r.topic == "social_value")
    assert (rule.title, rule.expectation) == (title, expectation)


@pytest.mark.parametrize(
    ("buyer", "commenced", "framework"),
    [
        (Buyer.central_government, date(2025, 2, 23), "Social Value Model of PPN 06/20"),
        (Buyer.central_government, date(2025, 9, 30), "Social Value Model of PPN 06/20"),
        (Buyer.central_government, date(2025, 10, 1), "Social Value Model of PPN 002"),
        (Buyer.central_government, date(2026, 12, 31), "Social Value Model of PPN 002"),
        (Buyer.central_government, date(2027, 1, 1), "PPN 026"),
        (Buyer.nhs, date(2026, 1, 1), "NHS social value model"),
        (Buyer.kent_county_council, date(2026, 1, 1), "Kent County Council"),
    ],
)
def test_the_edition_is_picked_by_buyer_and_day_of_commencement(buyer: Buyer, commenced: date, framework: str) -> None:
    found = titles(replace(KENT, buyer_kind=buyer, commenced=commenced))
    assert framework in found[RuleTopic.model]


@pytest.mark.parametrize(
    ("set_up", "topic", "title"),
    [
        (KENT, RuleTopic.case_studies, "5 case studies are due over the contract"),
        (replace(KENT, ends=date(2027, 6, 30)), RuleTopic.case_studies, "1 case study is due over the contract"),
        (KENT, RuleTopic.indicators, "At least 3 key performance indicators"),
        (NHS, RuleTopic.indicators, "At least 3 key performance indicators, 1 of them on social value"),
        (replace(NHS, value_gbp=Decimal(900_000), weighting_percent=Decimal(16)), RuleTopic.indicators,
         "At least 1 key performance indicator, 1 of them on social value"),
        (NHS, RuleTopic.mandatory_theme, "Fighting climate change must be among the themes"),
        (NHS, RuleTopic.carbon, "Suppliers commit to net zero"),
        (replace(NHS, new_framework=True), RuleTopic.carbon, "Suppliers need a Carbon Reduction Plan"),
        (replace(NHS, value_gbp=Decimal(31_000_000)), RuleTopic.carbon, "Suppliers need a Carbon Reduction Plan"),
        (replace(KENT, value_gbp=Decimal(20_000)), RuleTopic.threshold, "The contract is below the threshold"),
        (replace(KENT, buyer_kind=Buyer.sub_central), RuleTopic.model, "No framework is fixed"),
        (replace(KENT, buyer_kind=Buyer.central_government, commenced=date(2022, 5, 1)), RuleTopic.threshold,
         "Threshold not known"),
    ],
)  # fmt: skip
def test_other_rules_follow_from_the_set_up(set_up: SetUp, topic: RuleTopic, title: str) -> None:
    assert titles(set_up)[topic] == title


@pytest.mark.parametrize(
    ("set_up", "topic"),
    [
        (replace(KENT, value_gbp=Decimal(100_000)), RuleTopic.case_studies),
        (replace(KENT, value_gbp=Decimal(5_000_000)), RuleTopic.indicators),
        (replace(NHS, value_gbp=Decimal(5_000_000), weighting_percent=Decimal(15)), RuleTopic.indicators),
        (replace(KENT, commenced=date(2025, 12, 31)), RuleTopic.model),
        (replace(KENT, ends=None), RuleTopic.carbon),
    ],
)
def test_what_does_not_apply_is_not_told(set_up: SetUp, topic: RuleTopic) -> None:
    assert topic not in titles(set_up) or titles(set_up)[topic] == "No framework is fixed"


def test_until_value_day_and_buyer_are_known_no_rule_is_told() -> None:
    assert missing_for_rules(SetUp(value_gbp=Decimal(1))) == ("buyer_kind", "contract_kind", "commenced")
    assert rules_that_apply(replace(KENT, commenced=None)) == ()
    assert threshold_of(replace(KENT, commenced=None)) is None
    assert yearly_excl_vat(KENT) == Decimal(1_600_000)


@given(
    buyer=st.sampled_from(Buyer),
    contract=st.sampled_from(ContractKind),
    day=st.dates(date(2021, 1, 1), date(2030, 1, 1)),
    value=st.decimals(0, 10**8, places=2),
    weighting=st.none() | st.decimals(0, 100, places=1),
)
def test_every_rule_says_why_and_cites_a_source_whatever_the_set_up(
    buyer: Buyer, contract: ContractKind, day: date, value: Decimal, weighting: Decimal | None
) -> None:
    set_up = replace(
        KENT, buyer_kind=buyer, contract_kind=contract, commenced=day, value_gbp=value, weighting_percent=weighting
    )
    for rule in rules_that_apply(set_up):
        assert rule.because.endswith((".", "?"))
        assert all(f.text and f.support.source.title for f in rule.basis)
        assert rule.basis
    assert all(b.basis and b.message for b in check_set_up(set_up))


@given(days=st.integers(0, 5000))
def test_the_rules_are_those_of_the_day_of_commencement_whenever_they_are_asked_for(days: int) -> None:
    set_up = replace(KENT, commenced=date(2021, 1, 1) + timedelta(days))
    assert rules_that_apply(set_up) == rules_that_apply(set_up)


@pytest.mark.parametrize(
    ("set_up", "field", "severity"),
    [
        (replace(KENT, weighting_percent=None), "weighting_percent", Severity.error),
        (replace(KENT, weighting_percent=Decimal("9.9")), "weighting_percent", Severity.error),
        (replace(KENT, quality_percent=Decimal(4)), "weighting_percent", Severity.error),
        (replace(KENT, weighting_percent=Decimal(0)), "weighting_percent", Severity.error),
        (replace(KENT, weighting_percent=Decimal(0), exception=JustifiedException("No market.")), "exception",
         Severity.error),
        (replace(KENT, weighting_percent=Decimal(0), exception=APPROVED), "exception", Severity.warning),
        (replace(NHS, weighting_percent=Decimal(5)), "weighting_percent", Severity.error),
        (replace(NHS, themes=(Chosen("nhs", "wellbeing"),)), "themes", Severity.error),
        (replace(KENT, frameworks=("nhs",)), "frameworks", Severity.error),
        (replace(KENT, frameworks=("nhs",), value_gbp=Decimal(50_000)), "frameworks", Severity.warning),
        (replace(KENT, local=None), "local", Severity.warning),
        (replace(NHS, themes=tuple(Chosen("nhs", c) for c in (
            "fighting_climate_change", "wellbeing", "equal_opportunity", "tackling_economic_inequality"))), "themes",
         Severity.warning),
        (replace(KENT, measures=tuple(Chosen("national-toms", f"NT{n}") for n in range(1, 8))), "measures",
         Severity.warning),
    ],
)  # fmt: skip
def test_what_a_set_up_breaks_is_said_at_its_field(set_up: SetUp, field: str, severity: Severity) -> None:
    [found] = [b for b in check_set_up(set_up) if b.field == field]
    assert found.severity is severity


@pytest.mark.parametrize("set_up", [KENT, NHS, replace(KENT, frameworks=("national-toms",)), SetUp()])
def test_a_set_up_that_keeps_to_the_rules_breaks_nothing(set_up: SetUp) -> None:
    assert check_set_up(set_up) == ()


def test_an_approved_exception_is_told_with_who_and_when() -> None:
    [found] = check_set_up(replace(KENT, weighting_percent=Decimal(5), exception=APPROVED))
    assert "Cy (Divisional management) approved it on 1 August 2026" in found.message
