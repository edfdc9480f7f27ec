"""The catalogue: what it must hold, and how a file with an error is turned down."""

from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.errors import ConfigurationError
from svdocs.frameworks.framework import Confidence, Framework, Measure, Status, Theme
from svdocs.frameworks.load import load_frameworks, read_catalogue
from svdocs.statements.statement import Unit

GUIDE = {
    "nhs": {"fighting_climate_change", "tackling_economic_inequality", "equal_opportunity", "wellbeing"},
    "svm-2020": set("12345"),
    "svm-2025": set("12345678"),
    "kcc": {"employer", "economy", "community"},
}

GOOD = """
kind = "framework"
key = "borough"
title = "Borough measures"
edition = "2026"
publisher = "A borough"
licence = "Open Government Licence v3.0"
status = "in_force"

[sources.OWN]
title = "Our measures"
publisher = "A borough"

[units.benches]
label = "benches"
like = ["items"]

[[themes]]
code = "B"
label = "Benches"
description = "Places to sit."
source = "OWN"
confidence = "high"

[[measures]]
code = "BM1"
theme = "B"
label = "Benches set up"
description = "Benches set up in parks, made of reclaimed wood."
unit = "benches"
kind = "record_only"
source = "OWN"
confidence = "high"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "borough.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("key", "codes"), GUIDE.items())
def test_theme_codes_are_those_of_the_labelling_guide(key: str, codes: set[str]) -> None:
    assert {t.code for t in load_frameworks()[key].themes} == codes


@pytest.mark.parametrize("framework", load_frameworks().values(), ids=lambda f: f.key)
def test_every_shipped_framework_says_its_edition_publisher_and_licence(framework: Framework) -> None:
    assert framework.edition
    assert framework.publisher
    assert framework.licence


def test_every_theme_on_offer_has_typical_commitments_and_keywords_to_compare_with() -> None:
    for framework in load_frameworks().values():
        items: list[Theme | Measure] = [t for t in framework.themes if t.suggested]
        items += [m for m in framework.measures if m.suggested]
        assert items
        assert [t.code for t in items if not t.typical or not t.keywords] == []


def test_measures_whose_meaning_is_not_confirmed_are_not_suggested() -> None:
    measures = load_frameworks()["national-toms"].measures
    unknown = {m.code for m in measures if m.label == "Meaning not confirmed"}
    assert unknown == {m.code for m in measures if not m.suggested}
    assert "NT29a" in unknown


def test_a_recalled_fact_shows_that_it_is_not_confirmed() -> None:
    measure = load_frameworks()["national-toms"].measure("NT24")
    assert measure is not None
    assert measure.support.confidence is Confidence.recall
    assert not measure.support.confirmed


def test_the_successor_of_ppn_002_is_marked_provisional_and_not_suggested_unasked() -> None:
    model = load_frameworks()["svm-2027"]
    assert model.status is Status.provisional
    assert not model.suggested


def test_the_national_toms_file_holds_no_value_and_states_its_licence() -> None:
    toms = load_frameworks()["national-toms"]
    assert "CC BY-NC-ND" in toms.licence
    (entry,) = [e for e in read_catalogue("framework") if e.values["key"] == "national-toms"]
    keys = {k for m in entry.values["measures"] for k in m}
    assert not {k for k in keys if "proxy" in k or "value" in k or "title" in k}


def test_weeks_of_apprenticeship_may_be_stated_as_people() -> None:
    measure = load_frameworks()["national-toms"].measure("NT10")
    assert measure is not None
    assert measure.unit.like == (Unit.weeks,)
    assert Unit.people in measure.stated_in


def test_codes_and_facts_are_found_by_their_key() -> None:
    kent = load_frameworks()["kcc"]
    assert kent.theme("environment") is None
    assert kent.measure("NT1") is None
    assert kent.fact("nothing") is None
    fact = kent.fact("environment_apart")
    assert fact is not None
    assert fact.support.source.publisher == "Kent County Council"


def test_a_file_dropped_into_a_folder_needs_no_code(tmp_path: Path) -> None:
    framework = load_frameworks(write(tmp_path, GOOD))["borough"]
    assert framework.measures[0].stated_in == (Unit.items,)
    assert set(load_frameworks()) < set(load_frameworks(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('code = "BM1"', 'code = "B"', None),
        ('unit = "benches"', 'unit = "stools"', ["measures[BM1].unit", "'stools'", "[units.stools]"]),
        ('like = ["items"]', 'like = ["stools"]', ["units.benches.like", "'stools'"]),
        ('theme = "B"', 'theme = "C"', ["measures[BM1].theme", "'C'"]),
        ('source = "OWN"', 'source = "OTHER"', ["source", "[sources.OTHER]"]),
        ('confidence = "high"', 'confidence = "certain"', ["confidence", "'certain'", "recall"]),
        ('confidence = "high"', "", ["confidence"]),
        ('status = "in_force"', 'status = "old"', ["status", "'old'"]),
        ('licence = "Open Government Licence v3.0"', 'licence = ""', ["licence"]),
        ('key = "borough"', 'key = "kcc"', ["key", "'kcc'", "taken"]),
        ('kind = "record_only"', 'kind = "other"', ["measures[BM1].kind"]),
        ('label = "Benches"\n', 'label = "Benches"\ntypical = "one"\n', ["themes[B].typical", "list"]),
        ('label = "Benches"\n', 'label = "Benches"\nsuggest = "no"\n', ["themes[B].suggest", "true or false"]),
        ('publisher = "A borough"\n\n[units', 'publisher = "A borough"\nyear = "x"\n\n[units', ["sources.OWN.year"]),
        ("[[themes]]", "[themes]", ["themes", "[[themes]]"]),
        ("[units.benches]", "[units]", ["units"]),
        ('title = "Borough measures"', "title = ", ["borough.toml", "TOML", "line"]),
    ],
)
def test_an_error_in_a_file_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, words: list[str] | None
) -> None:
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new, 1))
    if words is None:
        assert load_frameworks(tmp_path)["borough"].measures[0].code == "B"
        return
    with pytest.raises(ConfigurationError) as error:
        load_frameworks(tmp_path)
    assert "borough.toml" in str(error.value)
    assert all(w in str(error.value) for w in words), str(error.value)


def test_a_code_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, GOOD + GOOD[GOOD.index("[[measures]]") :])
    with pytest.raises(ConfigurationError, match=r"BM1.*twice"):
        load_frameworks(tmp_path)


def test_a_framework_without_themes_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, GOOD[: GOOD.index("[[themes]]")])
    with pytest.raises(ConfigurationError, match="no theme"):
        load_frameworks(tmp_path)


def test_a_file_that_is_not_utf_8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "borough.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_frameworks(tmp_path)


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_frameworks(tmp_path / "nowhere")
