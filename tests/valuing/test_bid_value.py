"""Values of bids: each factor, what is left out and why, and what is above a limit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.valuing.bid_value import Choice, Method, NotCounted, Promised, value_bid
from svdocs.valuing.deliverable import Limits, OverLimit, check_deliverable, quantity_points
from svdocs.valuing.proxies import ProxySet, ProxyValue, open_set
from svdocs.valuing.weightings import QuantityMethod

TOMS = "national-toms"


def made_up(code: str, unit: str, pounds: str) -> ProxyValue:
    return ProxyValue(TOMS, code, code, unit, Decimal(pounds), "invented for tests")


SET = ProxySet("made", "Made up", "1", "Nobody", "none", (
    made_up("NT10", "people", "2000"), made_up("NT29", "hours", "20"), made_up("NT28", "gbp", "1"),
    made_up("NT31", "tco2e", "250"), made_up("NT88", "tonnes", "100"), made_up("NT18", "gbp", "0.5"),
    made_up("NT19", "gbp", "0.6"),
))  # fmt: skip


def promised(
    key: str, quantity: str | None, unit: str, code: str | None, per: str = "", left_out: str = ""
) -> Promised:
    number = None if quantity is None else Decimal(quantity)
    measures = ((TOMS, code),) if code else ()
    return Promised(key, f"We promise {quantity}.", "d", "bid.pdf", "page 2", number, unit, per, measures, left_out)


@pytest.mark.parametrize(
    ("promise", "pounds"),
    [
        (promised("a", "5", "people", "NT10"), "10000"),
        (promised("a", "5", "people", "NT10", "year"), "30000"),
        (promised("a", "2", "hours", "NT29", "month"), "1440"),
        (promised("a", "500", "kg", "NT88"), "50"),
        (promised("a", "5", "people", "NT10", "contract"), "10000"),
    ],
)
def test_a_promise_is_worth_its_quantity_over_the_contract_times_the_value_of_a_unit(
    promise: Promised, pounds: str
) -> None:
    assert value_bid([promise], Method(SET, Decimal(3)), {}).total == Fraction(pounds)


def test_what_would_have_happened_anyway_and_what_others_do_is_taken_off() -> None:
    promise = promised("a", "5", "people", "NT10")
    assert value_bid([promise], Method(SET, None, 2500, 5000), {}).total == Fraction(10000 * 75 * 50, 10000)
    own = {"a": Choice(deadweight_hundredths=0, attribution_hundredths=10000, because="New posts.")}
    assert value_bid([promise], Method(SET, None, 2500, 5000), own).total == 10000


@pytest.mark.parametrize(
    ("promise", "why"),
    [
        (promised("a", "5", "people", None), NotCounted.no_measure),
        (promised("a", "5", "people", "NT99"), NotCounted.no_proxy),
        (promised("a", None, "", "NT10"), NotCounted.no_quantity),
        (promised("a", "5", "hours", "NT10"), NotCounted.other_unit),
        (promised("a", "5", "people", "NT10", "year"), NotCounted.other_period),
        (promised("a", "5", "people", "NT10", "employee"), NotCounted.other_period),
        (promised("a", "5", "people", "NT10", "", "Said twice."), NotCounted.repeated),
    ],
)
def test_what_is_not_counted_says_why_and_is_never_lost(promise: Promised, why: NotCounted) -> None:
    (line,) = value_bid([promise], Method(SET), {}).lines
    assert (line.not_counted, line.value) == (why, 0)
    assert line.because


def test_a_person_may_say_the_measure_and_the_quantity_in_its_unit() -> None:
    promise = promised("a", "8", "people", None)
    said = Choice(measure=(TOMS, "NT29"), quantity=Decimal(416), because="8 x 52 weeks.")
    (line,) = value_bid([promise], Method(SET), {"a": said}).lines
    assert (line.value, line.worked) == (416 * 20, "as a person says: 8 x 52 weeks.")
    left = value_bid([promise], Method(SET), {"a": Choice(counts=False, because="Not for this contract.")})
    assert (left.lines[0].not_counted, left.total) == (NotCounted.said, 0)


def test_of_measures_that_exclude_each_other_the_higher_value_counts_alone() -> None:
    local, small = promised("a", "1000", "gbp", "NT18"), promised("b", "1000", "gbp", "NT19")
    found = value_bid([local, small], Method(SET), {})
    assert found.total == 600
    aside = found.lines[0]
    assert (aside.not_counted, aside.in_place_of) == (NotCounted.exclusive, "b")
    assert "NT19" in aside.because
    assert "Essex" in aside.because
    apart = {"a": Choice(is_apart=True, because="Other invoices.")}
    assert value_bid([local, small], Method(SET), apart).total == 1100


OFFERED = st.tuples(st.sampled_from(["NT10", "NT29", "NT28", "NT18", "NT19", "NT31"]), st.integers(0, 10**6))


@given(st.lists(OFFERED, max_size=12), st.integers(0, 10000), st.integers(0, 10000))
def test_the_sum_is_that_of_its_lines_and_no_measure_stands_beside_one_that_it_excludes(
    offers: list[tuple[str, int]], deadweight: int, attribution: int
) -> None:
    units = {v.code: v.unit for v in SET.values}
    promises = [promised(str(i), str(n), units[code], code) for i, (code, n) in enumerate(offers)]
    found = value_bid(promises, Method(SET, None, deadweight, attribution), {})
    assert [x.promised for x in found.lines] == promises
    assert found.total == sum(x.value for x in found.counted) == sum(x.value for x in found.lines)
    codes = {x.proxy.code for x in found.counted if x.proxy}
    assert not {"NT18", "NT19"} <= codes
    assert not {"NT28", "NT29"} <= codes
    assert found.total <= sum(Fraction(n) * Fraction(SET.value_of((TOMS, c)).pounds) for c, n in offers)  # type: ignore[union-attr]


# What can be delivered


@pytest.mark.parametrize(
    ("limits", "employees", "said", "waits", "earns"),
    [
        (Limits(), 10, None, False, 900),
        (Limits(per_employee=Decimal(100)), 9, None, False, 900),
        (Limits(per_employee=Decimal(100)), 4, None, True, None),
        (Limits(per_employee=Decimal(100)), 4, 500, False, 500),
        (Limits(per_employee=Decimal(100), over=OverLimit.cap), 4, None, False, 400),
        (Limits(per_employee=Decimal(100), over=OverLimit.cap), None, None, True, None),
        (Limits(Decimal("0.25"), Decimal(100), OverLimit.cap), 4, None, False, 250),
        (Limits(Decimal("0.25"), Decimal(100), OverLimit.cap), 1, None, False, 100),
    ],
)
def test_what_is_above_a_limit_is_cut_or_waits_for_a_person_before_it_earns_points(
    limits: Limits, employees: int | None, said: int | None, waits: bool, earns: int | None
) -> None:
    found = check_deliverable(Fraction(900), limits, contract_pounds=Decimal(1000), employees=employees,
                              said=None if said is None else Fraction(said))  # fmt: skip
    assert (found.needs_person, found.earns) == (waits, earns)
    assert bool(found.findings) == (earns != 900 or waits)


def test_an_inflated_offer_lifts_no_points_above_its_limit() -> None:
    fair, most = Fraction(1000), Fraction(30)
    inflated = check_deliverable(Fraction(10**9), Limits(per_pound=Decimal("0.01"), over=OverLimit.cap),
                                 contract_pounds=Decimal(100000), employees=None).earns  # fmt: skip
    assert inflated == 1000
    assert quantity_points(QuantityMethod.proportional, fair, max(fair, inflated), most) == most


def test_the_open_set_cites_a_source_for_each_value_and_holds_no_licensed_one() -> None:
    shipped = open_set()
    assert "Open Government Licence" in shipped.licence
    assert all(v.source and v.note and v.pounds > 0 for v in shipped.values)
    assert {v.pounds for v in shipped.values} == {Decimal(245), Decimal("12.71"), Decimal(1)}
