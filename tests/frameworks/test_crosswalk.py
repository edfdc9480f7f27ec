"""From one framework's codes to another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.errors import ConfigurationError
from svdocs.frameworks.crosswalk import has_no_counterpart, load_crosswalk, map_code
from svdocs.frameworks.framework import Confidence
from svdocs.frameworks.load import load_frameworks


@pytest.mark.parametrize(
    ("framework", "code", "to", "best"),
    [
        ("national-toms", "NT10", "svm-2025", "2"),
        ("national-toms", "NT1", "kcc", "employer"),
        ("national-toms", "NT31", "nhs", "fighting_climate_change"),
        ("national-toms", "NT6", "svm-2020", "4"),
        ("national-toms", "NT24", "svm-2025", "5"),
        ("svm-2025", "4", "svm-2020", "3"),
        ("svm-2025", "8", "nhs", "wellbeing"),
        ("svm-2020", "3", "svm-2025", "4"),
    ],
)
def test_a_code_maps_to_its_counterpart(framework: str, code: str, to: str, best: str) -> None:
    assert map_code(framework, code, to)[0].code == best


@pytest.mark.parametrize(
    ("framework", "code"), [("nhs", "fighting_climate_change"), ("svm-2025", "4"), ("national-toms", "NT88")]
)
def test_kent_has_nothing_for_the_environment(framework: str, code: str) -> None:
    assert map_code(framework, code, "kcc") == ()
    assert has_no_counterpart(framework, code, "kcc")


def test_no_counterpart_is_not_claimed_where_the_crosswalk_is_silent() -> None:
    assert map_code("svm-2020", "1", "kcc") == ()
    assert not has_no_counterpart("svm-2020", "1", "kcc")


def test_a_match_says_which_rows_and_sources_it_rests_on() -> None:
    (best, *_) = map_code("national-toms", "NT41", "nhs")
    assert best.rows == ("living_wage",)
    assert best.support.confidence is Confidence.medium
    assert {s.key for s in best.support.also} == {"ARCKIT", "LPT"}


def test_every_theme_of_every_framework_but_the_dropped_one_is_on_the_crosswalk() -> None:
    used = {(f, c) for row in load_crosswalk() for f, codes in row.codes.items() for c in codes}
    themes = {(f, t.code) for f in ("nhs", "kcc", "svm-2020", "svm-2025") for t in load_frameworks()[f].themes}
    assert themes - used == {("svm-2020", "1")}


def test_a_framework_does_not_map_to_itself() -> None:
    assert map_code("nhs", "wellbeing", "nhs") == ()


@pytest.mark.parametrize(
    ("framework", "code", "to"), [("nhs", "x", "kcc"), ("no", "x", "kcc"), ("nhs", "wellbeing", "no")]
)
def test_an_unknown_framework_or_code_is_an_error(framework: str, code: str, to: str) -> None:
    with pytest.raises(ConfigurationError):
        map_code(framework, code, to)


ROW = """
kind = "crosswalk"
[sources.OWN]
title = "Ours"
publisher = "A borough"
[[rows]]
id = "r"
label = "r"
source = "OWN"
confidence = "high"
"""


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("", "rows.codes"),
        ('[rows.codes]\nno = ["1"]', "no framework"),
        ('[rows.codes]\nnhs = ["1"]', "not a code of nhs"),
    ],
)
def test_a_row_with_unknown_codes_is_an_error(tmp_path: Path, codes: str, words: str) -> None:
    (tmp_path / "more.toml").write_text(ROW + codes, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        load_crosswalk(tmp_path)
