from __future__ import annotations

import pytest

from svdocs.additionality.adjustments import adjust, adjustment_named, load_adjustments
from svdocs.additionality.profiles import load_profile
from svdocs.errors import ConfigurationError


@pytest.mark.parametrize(("measure", "adjusted"), [("NT1", 38.0), ("NT10", 73.0), ("NT12", 72.0), ("NT9", 31.0)])
def test_the_adjusted_figure_stands_beside_the_unadjusted_one(measure: str, adjusted: float) -> None:
    found = adjust(100, measure, adjustment_named("scotland-2015"))
    assert found is not None
    assert (found.unadjusted, found.adjusted) == (100, adjusted)
    assert "2015" in found.source


@pytest.mark.parametrize("measure", ["NT47", None])
def test_a_measure_of_which_the_source_says_nothing_is_not_adjusted(measure: str | None) -> None:
    assert adjust(100, measure, adjustment_named("scotland-2015")) is None


def test_no_shipped_profile_adjusts_by_itself() -> None:
    assert all(load_profile(name).adjustments is None for name in ("kent", "central", "toms", "own"))


def test_every_set_names_its_source_and_limits() -> None:
    for found in load_adjustments().values():
        assert found.source
        assert found.limits
        assert all(0 < share <= 1 for _, share in found.shares.values())


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no such set"):
        adjustment_named("none")
