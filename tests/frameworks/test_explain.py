from __future__ import annotations

import pytest

from svdocs.frameworks.explain import explain_codes
from svdocs.frameworks.suggest import Query, suggest_codes
from svdocs.statements.statement import Unit

TEXT = "NT10: four apprentices from Swale will start in September 2027."


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    found = explain_codes(Query(TEXT, context="Our offer.", unit=Unit.people))
    return {("measure " if e.measure else "") + e.framework: e for e in found}


def test_each_framework_has_its_likeliest_code_explained(told: dict[str, object]) -> None:
    coding = suggest_codes(TEXT, context="Our offer.", unit=Unit.people)
    best = {key: codes[0].code for key, codes in coding.themes.items()}
    explained = {e.framework: e.code for e in told.values() if not e.measure}  # type: ignore[attr-defined]
    assert explained == best
    measure = told["measure national-toms"]
    assert measure.code == coding.measures[0].code  # type: ignore[attr-defined]
    assert measure.quoted == (measure.code == "NT10")  # type: ignore[attr-defined]


def test_the_word_that_decides_is_named_first(told: dict[str, object]) -> None:
    measure = told["measure national-toms"]
    assert "apprentices" in measure.words[0].words  # type: ignore[attr-defined]
    assert measure.words[0].weight > 1  # type: ignore[attr-defined]
    assert measure.label != ""  # type: ignore[attr-defined]
    assert measure.calibrated  # type: ignore[attr-defined]


def test_without_context_the_context_counts_nothing() -> None:
    assert {e.context for e in explain_codes(Query("We will plant forty trees."))} == {0.0}


def test_only_the_part_that_states_the_deliverable_is_left_out() -> None:
    query = Query("We will plant forty trees and hire two apprentices.", focus="hire two apprentices")
    words = {w for e in explain_codes(query) for c in e.words for w in c.words.split()}
    assert words <= {"hire", "two", "apprentices"}


def test_where_no_code_fits_that_is_what_is_explained() -> None:
    (measure,) = [e for e in explain_codes(Query("The weather in the valley was fine.")) if e.measure]
    if not measure.code:
        assert measure.label == "no code fits"
    assert 0 <= measure.score <= 1
