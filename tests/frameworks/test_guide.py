from __future__ import annotations

import pytest

from svdocs.frameworks.guide import category_of, load_guide, propose_themes


@pytest.mark.parametrize("category", ["estates", "transport", "digital", "devices"])
def test_each_category_of_the_nhs_guide_has_a_reason_for_each_theme(category: str) -> None:
    proposed = propose_themes(category, ["nhs"])
    assert proposed[0].theme.code == "fighting_climate_change"
    assert all(p.advice and p.advice.support.confirmed for p in proposed)
    assert len(proposed) == 4


def test_for_clinical_services_the_guide_is_silent_and_says_so() -> None:
    known = category_of("clinical")
    assert known is not None
    assert (known.themes, "no table" in known.note) == ((), True)
    proposed = propose_themes("clinical", ["nhs"])
    assert [p.advice for p in proposed] == [None] * 4
    assert proposed[0].theme.mandatory


def test_themes_that_suit_the_category_stand_before_those_that_do_not() -> None:
    proposed = propose_themes("transport", ["kcc"])
    assert [p.key for p in proposed] == ["kcc/employer", "kcc/community", "kcc/economy"]
    assert [p.advice is None for p in proposed] == [False, False, True]


def test_what_is_no_published_guide_is_not_shown_as_confirmed() -> None:
    ours = [t for c in load_guide() for t in c.themes if t.support.source.publisher == "svdocs"]
    assert ours
    assert not any(t.support.confirmed for t in ours)


def test_an_unknown_category_or_framework_proposes_without_advice() -> None:
    assert propose_themes("none", ["gone"]) == ()
    assert all(p.advice is None for p in propose_themes("none", ["kcc"]))
