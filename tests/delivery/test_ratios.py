"""Ratios are sums over sums, each with its denominator."""

from __future__ import annotations

from datetime import date

import pytest

from svdocs.delivery.ratios import load_ratios, ratio_named, total_ratios
from svdocs.errors import UsageError
from svdocs.records.spend_tables import RatioFigure


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
