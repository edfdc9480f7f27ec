"""Contract years and how a promise falls into them."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.delivery.years import add_months, case_studies_due, contract_years, due_day, share_out, target_of
from svdocs.statements.statement import Per, Unit

STARTS = date(2027, 4, 1)


@given(st.integers(1, 4_000), st.integers(0, 5_000))
def test_what_is_counted_in_whole_things_is_shared_out_whole_and_adds_up(days: int, total: int) -> None:
    parts = share_out(STARTS, STARTS + timedelta(days=days), value=total, unit=Unit.trees, per=None, due_on=None)
    shares = [p.quantity or 0 for p in parts]
    assert sum(shares) == total
    assert all(s == int(s) >= 0 for s in shares)


@given(st.integers(0, 4_000))
def test_contract_years_follow_one_another_without_a_gap(days: int) -> None:
    years = contract_years(STARTS, STARTS + timedelta(days=days))
    assert (years[0][0], years[-1][1]) == (STARTS, STARTS + timedelta(days=days))
    assert all(b - a == timedelta(days=1) for (_, a), (b, _) in itertools.pairwise(years))


@pytest.mark.parametrize(
    ("value", "unit", "per", "ends", "quantities", "target"),
    [
        (40, Unit.hours, Per.year, date(2029, 9, 30), [40, 40, 20], 100),
        (3, Unit.people, Per.year, date(2029, 9, 30), [3, 3, 2], 8),
        (2, Unit.people, Per.year, date(2029, 9, 30), [2, 2, 1], 5),
        (2, Unit.people, Per.year, date(2029, 10, 4), [2, 2, 1], 5),
        (2, Unit.people, Per.year, date(2029, 10, 31), [2, 2, 2], 6),
        (1, Unit.people, Per.year, date(2027, 4, 5), [1], 1),
        (2, Unit.events, Per.month, date(2027, 9, 30), [12], 12),
        (1, Unit.events, Per.week, date(2028, 3, 31), [52], 52),
        (10, Unit.hours, Per.month, date(2027, 9, 30), [60], 60),
        (5, Unit.people, None, date(2030, 3, 31), [2, 2, 1], 5),
        (90, Unit.percent, None, date(2029, 3, 31), [90, 90], 90),
        (2, Unit.days, Per.employee, date(2029, 3, 31), [2, 2], 2),
        (10, Unit.hours, Per.month, date(2028, 3, 31), [120], 120),
        (None, None, None, date(2029, 3, 31), [None, None], None),
    ],
)
def test_each_kind_of_promise_is_spread_by_the_stated_rule(
    value: float | None, unit: Unit | None, per: Per | None, ends: date, quantities: list[float], target: float
) -> None:
    parts = share_out(STARTS, ends, value=value, unit=unit, per=per, due_on=None)
    assert [p.quantity for p in parts] == quantities
    assert target_of(parts, value, unit, per) == target


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 12), st.integers(1, 40), st.integers(0, 31))
def test_a_part_year_has_its_whole_months_and_never_less_than_a_shorter_one(
    starts: date, months: int, number: int, days: int
) -> None:
    ends = add_months(starts, months) - timedelta(days=1)

    def hours(until: date, unit: Unit) -> float:
        parts = share_out(starts, until, value=number, unit=unit, per=Per.month, due_on=None)
        return sum(p.quantity or 0 for p in parts)

    assert hours(ends, Unit.hours) == hours(ends, Unit.people) == number * months
    assert hours(ends, Unit.hours) <= hours(ends + timedelta(days=days), Unit.hours)


def test_what_is_due_a_year_before_the_contract_begins_is_due_whole_on_its_first_day() -> None:
    due = due_day("2026", "by 2026", STARTS, date(2030, 3, 31))
    parts = share_out(STARTS, date(2030, 3, 31), value=40, unit=Unit.hours, per=Per.year, due_on=due)
    assert [(p.ends, p.quantity) for p in parts] == [(STARTS, 40)]
    assert target_of(parts, 40, Unit.hours, Per.year) == 40


def test_nothing_falls_after_the_day_on_which_it_is_due() -> None:
    due = due_day("2028-09", "by September 2028", STARTS, date(2030, 3, 31))
    parts = share_out(STARTS, date(2030, 3, 31), value=6, unit=Unit.people, per=None, due_on=due)
    assert [(p.year, p.ends, p.quantity) for p in parts] == [(1, date(2028, 3, 31), 4), (2, date(2028, 9, 30), 2)]


@pytest.mark.parametrize(("text", "due"), [("within 6 months", date(2027, 9, 30)), ("in year 2", date(2029, 3, 31)),
                                           ("throughout", None)])  # fmt: skip
def test_a_time_counted_from_the_start_is_a_day(text: str, due: date | None) -> None:
    assert due_day(None, text, STARTS, date(2030, 3, 31)) == due


@pytest.mark.parametrize(("ends", "due"), [(date(2027, 6, 30), 1), (date(2028, 3, 31), 1), (date(2028, 4, 1), 2)])
def test_one_case_study_is_due_a_contract_year_and_one_for_less(ends: date, due: int) -> None:
    assert case_studies_due(STARTS, ends) == due
