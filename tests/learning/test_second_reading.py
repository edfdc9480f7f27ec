from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from svdocs.errors import UsageError
from svdocs.learning.labels import read_guide
from svdocs.learning.second_reading import (
    Shown,
    compare_passage,
    compare_readings,
    draw_sample,
    read_sheet,
    read_shown,
    reading_report,
    write_sheets,
)
from tests.learning.packs import pack, write_packs

GUIDE = read_guide()
PROMISE: dict[str, Any] = {
    "type": "commitment",
    "firmness": "firm",
    "quantity": {"value": 5, "unit": "people", "per": "year"},
    "due": "2028-03",
    "place": "Swale in Kent",
    "beneficiary": None,
    "themes": {"nhs": ["wellbeing", "equal_opportunity"], "svm-2020": 5, "svm-2025": 8, "kcc": None},
    "toms": ["NT10", "NT8"],
}


@pytest.fixture
def shown(tmp_path: Path) -> list[Shown]:
    return read_shown(write_packs(tmp_path / "corpus", pack("alder", 1), pack("birch", 2)))


def test_every_passage_has_an_id_of_its_own_that_tells_nothing(shown: list[Shown]) -> None:
    assert len({s.id for s in shown}) == len(shown)
    assert all(len(s.id) == 10 and not set(s.id) - set("0123456789abcdef") for s in shown)


def test_the_same_share_of_each_kind_of_label_is_drawn_from_each_pack(shown: list[Shown]) -> None:
    drawn = draw_sample(shown, seed=1, part=0.5)
    strata = {s.stratum for s in shown}
    assert {k for _, k in strata} == {"commitment", "delivery", "practice", "unmarked"}
    for stratum in strata:
        whole = sum(s.stratum == stratum for s in shown)
        assert sum(s.stratum == stratum for s in drawn) == whole / 2
    assert [s.id for s in drawn] == [s.id for s in shown if s in drawn]


def test_a_seed_always_draws_the_same_and_another_seed_others(shown: list[Shown]) -> None:
    first = [s.id for s in draw_sample(shown, 1, 0.3)]
    assert first == [s.id for s in draw_sample(list(shown), 1, 0.3)]
    assert first != [s.id for s in draw_sample(shown, 2, 0.3)]


def test_a_new_pack_changes_nothing_about_what_is_drawn_from_the_others(tmp_path: Path, shown: list[Shown]) -> None:
    more = read_shown(write_packs(tmp_path / "more", pack("alder", 1), pack("aspen", 3), pack("birch", 2)))
    kept = [s.id for s in draw_sample(more, 1, 0.3) if s.row.source.pack != "aspen"]
    assert kept == [s.id for s in draw_sample(shown, 1, 0.3)]


def test_sheets_show_passages_in_context_and_no_labels(tmp_path: Path, shown: list[Shown]) -> None:
    paths = write_sheets(shown, tmp_path / "sheets", 20)
    sheets = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in paths]
    entries = [e for s in sheets for e in s["passages"]]
    assert [e["PASSAGE"] for e in entries] == [s.row.passage.text for s in shown]
    assert {k for e in entries for k in e} == {
        "id", "document", "headings", "before", "PASSAGE", "after", "statements", "introduction",
    }  # fmt: skip
    assert all(e["statements"] is None for e in entries)
    assert all(abs(len(s["passages"]) - 20) <= 2 for s in sheets)


def fill(path: Path, statements: Any) -> Path:
    sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
    sheet["passages"][0]["statements"] = statements
    path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
    return path


def test_only_what_is_filled_in_is_read(tmp_path: Path, shown: list[Shown]) -> None:
    (path,) = write_sheets(shown, tmp_path, 1000)
    assert read_sheet(path, GUIDE) == {}
    assert read_sheet(fill(path, []), GUIDE) == {shown[0].id: []}
    assert read_sheet(fill(path, [PROMISE]), GUIDE) == {shown[0].id: [PROMISE]}


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ("noise", "`statements` is not a list"),
        (["noise"], "`statements` is not a list"),
        ([{"type": "promise"}], "type 'promise' is not one of"),
        ([{**PROMISE, "firmness": "soft"}], "firmness 'soft' is not one of"),
        ([{"type": "practice"}], "themes is missing"),
    ],
)
def test_what_the_guide_does_not_allow_is_refused_with_the_passage(
    tmp_path: Path, shown: list[Shown], statements: Any, said: str
) -> None:
    (path,) = write_sheets(shown, tmp_path, 1000)
    with pytest.raises(UsageError) as told:
        read_sheet(fill(path, statements), GUIDE)
    assert shown[0].id in str(told.value)
    assert said in str(told.value)


@pytest.mark.parametrize("text", ["", "passages: 5", "passages: [{id: 1}]", "{", "[]"])
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sheet.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="not a filled sheet"):
        read_sheet(path, GUIDE)


def differing(ours: Any, theirs: Any) -> set[str]:
    return {name for name, a, b in compare_passage(ours, theirs) if a != b}


@pytest.mark.parametrize(
    ("change", "apart"),
    [
        ({}, set()),
        ({"firmness": "aspirational"}, {"firmness"}),
        ({"quantity": {"value": 6, "unit": "people", "per": "year"}}, {"quantity"}),
        ({"quantity": {"value": 5, "unit": "people", "per": None}}, {"per"}),
        ({"quantity": None}, {"quantity"}),
        ({"due": "2028-03-31"}, set()),
        ({"due": "2029"}, {"due"}),
        ({"due": None}, {"due"}),
        ({"place": "Swale"}, set()),
        ({"place": "Dover"}, {"place"}),
        ({"beneficiary": "residents"}, {"beneficiary"}),
        ({"toms": "NT8"}, set()),
        ({"toms": ["NT3", "NT10"]}, set()),
        ({"toms": None}, {"measure"}),
        ({"themes": {"nhs": "equal_opportunity", "svm-2020": "5", "svm-2025": 7, "kcc": "employer"}},
         {"theme svm-2025", "theme kcc"}),
    ],
)  # fmt: skip
def test_each_field_is_compared_as_the_guide_means_it(change: dict[str, Any], apart: set[str]) -> None:
    assert differing([PROMISE], [{**PROMISE, **change}]) == apart


def test_types_are_compared_before_anything_else() -> None:
    noise = [{"type": "noise", "why": "slogan"}]
    assert list(compare_passage([], [])) == [("type", "noise", "noise")]
    assert list(compare_passage([PROMISE], [])) == [("type", "commitment", "noise")]
    assert differing([PROMISE], [{**PROMISE, "type": "delivery"}]) == {"type"}
    assert noise[0]["type"] == "noise"


def test_two_promises_of_a_passage_are_matched_by_what_they_have_in_common() -> None:
    other = {**PROMISE, "quantity": {"value": 200, "unit": "hours", "per": None}, "toms": "NT29"}
    assert differing([PROMISE, other], [other, PROMISE]) == set()
    assert differing([PROMISE, other], [other]) == {"statements in the passage"}


def test_agreement_is_counted_over_what_both_have_read(shown: list[Shown]) -> None:
    labelled = {s.id: [x for x in s.row.labels if x["type"] != "noise"] for s in shown}
    full = {"quantity": None, "due": None, "place": None, "beneficiary": None, "themes": None, "toms": None}
    for labels in labelled.values():
        for label in labels:
            for name, empty in full.items():
                label.setdefault(name, empty)
    reading = compare_readings(shown, labelled)
    assert reading.passages == len(shown)
    assert reading.disagreements == []
    assert reading.fields["type"] == {"pairs": len(shown), "agreement": 1.0, "kappa": 1.0}
    first = next(s for s in shown if s.row.types)
    mistaken = compare_readings(shown, {**labelled, first.id: [], "0000000000": []})
    assert mistaken.fields["type"]["agreement"] == round(1 - 1 / len(shown), 4)
    assert [(d.id, d.field, d.second) for d in mistaken.disagreements] == [(first.id, "type", "noise")]
    assert mistaken.unknown == ["0000000000"]
    report = reading_report(mistaken)
    assert f"{len(shown)} passages read twice." in report
    assert "| type |" in report
    assert "1 passages of the sheets are no longer in the corpus" in report
