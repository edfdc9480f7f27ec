"""Ratios are sums over sums, each with its denominator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from svdocs.delivery.ratios import (
    Direction,
    enter_figure,
    load_ratios,
    ratio_named,
    read_trends,
    set_target,
    total_ratios,
    trends_of,
)
from svdocs.errors import UsageError
from svdocs.records.ratios import NewRatio, Ratios
from svdocs.records.spend_tables import RatioFigure, RatioTarget
from svdocs.records.store import Store, open_store
from tests.records.conftest import add_bid
from tests.records.contracts import add_contract


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


def figure(contract: str, numerator: float, denominator: float, ratio: str = "apprentice_share") -> RatioFigure:
    return RatioFigure(contract_id=contract, ratio=ratio, starts=date(2027, 4, 1), ends=date(2028, 3, 31),
                       numerator=numerator, denominator=denominator, entered_by="Mo")  # fmt: skip


def test_percentages_are_never_averaged() -> None:
    [total] = total_ratios([figure("a", 1, 10), figure("b", 2, 190)])
    assert (total.numerator, total.denominator, total.percent, total.contracts) == (3, 200, 1.5, 2)
    assert total.meets_target is False


def test_every_ratio_names_both_halves_and_its_source() -> None:
    assert load_ratios()["apprentice_share"].target == 3.0
    for ratio in load_ratios().values():
        assert ratio.numerator
        assert ratio.denominator
        assert ratio.source
        assert ratio.better in ("more", "fewer")
    with pytest.raises(UsageError, match="no ratio"):
        ratio_named("luck")


def test_a_ratio_over_its_periods_tells_what_changed_and_whether_the_target_was_met() -> None:
    first = figure("a", 2, 100)
    second = replace_period(figure("a", 3, 100), 2028)
    third = replace_period(figure("a", 3, 100), 2029)
    gone = figure("a", 9, 10)
    gone.withdrawn_at = datetime(2028, 5, 1, tzinfo=UTC)
    [trend] = read_trends([third, gone, first, second], [])
    assert [(p.percent, p.change, p.direction, p.is_met) for p in trend.points] == [
        (2.0, None, None, False), (3.0, 1.0, Direction.better, True), (3.0, 0.0, Direction.same, True),
    ]  # fmt: skip
    assert (trend.target, trend.target_source[:4], trend.withdrawn) == (3.0, "Kent", (gone,))
    assert (trend.latest, trend.total and trend.total.percent) == (trend.points[-1], 2.7)


def test_of_some_ratios_less_is_better() -> None:
    figures = [
        figure("a", 30, 100, "complaints_accountable"),
        replace_period(figure("a", 20, 100, "complaints_accountable"), 2028),
    ]
    target = RatioTarget(contract_id="a", ratio="complaints_accountable", percent=25, source="Schedule 4", set_by="Mo")
    [trend] = read_trends(figures, [target])
    assert [(p.direction, p.is_met) for p in trend.points] == [(None, False), (Direction.better, True)]


def test_the_newest_target_of_a_contract_stands_over_the_catalogue_s_and_can_be_taken_away() -> None:
    targets = [
        RatioTarget(contract_id="a", ratio="apprentice_share", percent=p, source="Schedule 4", set_by="Mo")
        for p in (5.0, 4.0, None)
    ]
    assert [t.target for t in read_trends([], targets[:2])] == [4.0]
    assert read_trends([], targets) == ()
    assert read_trends([figure("a", 1, 10)], targets)[0].target == 3.0


def test_a_target_that_rounding_alone_would_reach_is_missed() -> None:
    [trend] = read_trends([figure("a", 2.96, 100)], [])
    assert (trend.points[0].percent, trend.points[0].is_met) == (3.0, False)


def test_what_was_done_may_be_more_than_was_agreed_and_a_part_never_more_than_its_whole(store: Store) -> None:
    contract, ratios = add_contract(store, add_bid(store)), Ratios(store)
    days = NewRatio(contract.id, "community_days", date(2027, 4, 1), date(2028, 3, 31), 12, 10)
    assert enter_figure(ratios, days, person="Mo").numerator == 12
    with pytest.raises(UsageError, match="more than the whole"):
        enter_figure(ratios, replace(days, ratio="local_workforce", may_exceed=True), person="Mo")
    with pytest.raises(UsageError, match="no ratio"):
        enter_figure(ratios, replace(days, ratio="luck"), person="Mo")
    with pytest.raises(UsageError, match="at most 100"):
        set_target(ratios, contract.id, "local_workforce", 120, person="Mo")
    set_target(ratios, contract.id, "community_days", 120, person="Mo", source="Schedule 4")
    [trend] = trends_of(ratios, [contract.id])[contract.id]
    assert (trend.target, trend.points[0].percent, trend.points[0].is_met) == (120, 120.0, True)


def replace_period(of: RatioFigure, year: int) -> RatioFigure:
    of.starts, of.ends = date(year, 4, 1), date(year + 1, 3, 31)
    return of
