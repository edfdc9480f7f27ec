"""An authority's own measures, from a workbook."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import UsageError
from svdocs.frameworks.framework import MeasureKind
from svdocs.frameworks.importing import (
    Imported,
    MeasureRow,
    find_columns,
    framework_hashes,
    import_framework,
    key_of,
    keywords_of,
    read_measures,
    unit_named,
    write_framework,
)
from svdocs.frameworks.load import Entry, build_framework, load_frameworks
from svdocs.frameworks.suggest import Query, suggest_many
from svdocs.statements.statement import Unit
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Problem

ABOUT = Imported("anytown", "Anytown TOMs", "2026", "Anytown Council", "Our own")
HEADINGS = ["Ref", "Theme", "Measure", "Unit", "Proxy value (£)", "Definition"]
ROWS: list[list[Any]] = [
    ["AT1", "Jobs", "Local people hired into new roles", "no. people FTE", 32000, "New posts filled by residents"],
    ["AT2", "", "Weeks of apprenticeship", "No. weeks", "£251.79", ""],
    ["AT3", "Green", "Carbon emissions saved", "tCO2e", "n/a", None],
    ["AT4", "Green", "Green roofs laid", "m2", None, "Roofs of sedum"],
]


def workbook(*sheets: list[list[Any]], problems: tuple[Problem, ...] = ()) -> Document:
    builder = TextBuilder()
    for number, rows in enumerate(sheets):
        builder.add(BlockKind.heading, f"Sheet{number + 1}", level=1)
        for row, values in enumerate(rows, 1):
            texts = ["" if v is None else str(v) for v in values]
            references = [f"Sheet{number + 1}!{'ABCDEFGHIJ'[i]}{row}" for i in range(len(texts))]
            builder.add_row(texts, references=references, table=number)
    return Document("toms.xlsx", "", "", builder.text, tuple(builder.blocks), problems=problems)


def test_measures_are_read_with_their_themes_units_and_values() -> None:
    assert read_measures(workbook([["Anytown Council", "", ""], HEADINGS, *ROWS])) == [
        MeasureRow("AT1", ROWS[0][2], "fte", "no. people FTE", "Jobs", "New posts filled by residents", 32000.0),
        MeasureRow("AT2", ROWS[1][2], "weeks", "No. weeks", "Jobs", ROWS[1][2], 251.79),
        MeasureRow("AT3", ROWS[2][2], "tco2e", "tCO2e", "Green", ROWS[2][2], 0.0),
        MeasureRow("AT4", ROWS[3][2], "m2", "m2", "Green", "Roofs of sedum", 0.0),
    ]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Code", "Title", "Unit"], "code 0, title 1, unit 2"),
        (["TOMs Ref", "Units", "Measure title", "Outcome"], "code 0, title 2, unit 1, theme 3"),
        (["No.", "Theme", "Measure", "Measured in", "Unit value (£)", "Guidance"],
         "code 0, title 2, unit 3, theme 1, description 5, proxy value 4"),
        (["Measure", "Measure code", "Unit of measurement"], "code 1, title 0, unit 2"),
        (["Code", "Title"], "code 0, title 1"),
        (["We will measure each unit by its code and tell you its title", "", ""], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_headings_are_recognised_loosely(headings: list[str], found: str) -> None:
    assert ", ".join(f"{c} {i}" for c, i in find_columns(headings).items()) == found


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["", "Jobs", "New roles", "people", "", ""], "Sheet1!A2: the code is missing"),
        (["AT1", "Jobs", "", "people", "", ""], "the title is missing; write the measure's title"),
        (["AT1", "Jobs", "New roles", "", "", ""], "the unit is missing; write what the measure counts"),
        (["AT1", "Jobs", "New roles", "people", "lots", ""], "Sheet1!E2: the proxy value 'lots' is not a sum of money"),
        (["AT1", "Jobs", "New roles", "people", "-3", ""], "Sheet1!E2: the proxy value '-3'"),
        (["A" * 41, "Jobs", "New roles", "people", "", ""], "Sheet1!A2: the code has 41 letters, more than 40"),
        (["AT1", "Jobs", "x" * 2001, "people", "", ""], "Sheet1!C2: the title has 2,001 letters"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_cell(row: list[str], said: str) -> None:
    with pytest.raises(UsageError) as told:
        read_measures(workbook([HEADINGS, row]))
    assert "nothing was imported" in str(told.value)
    assert said in str(told.value)


def test_a_code_that_stands_twice_is_named_with_both_places() -> None:
    with pytest.raises(UsageError, match="Sheet2!A2: the code AT1 stands in Sheet1!A2 too"):
        read_measures(workbook([HEADINGS, ROWS[0]], [HEADINGS, ROWS[0]]))


def test_many_faults_are_told_at_once_and_no_more_than_can_be_read() -> None:
    with pytest.raises(UsageError) as told:
        read_measures(workbook([HEADINGS, *([["A", "", "", "", "", ""]] * 15)]))
    lines = str(told.value).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "and 10 more."


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (workbook([["Hello", "world"], ["a", "b"]]), "no row holds headings for code, title, unit"),
        (workbook([]), "no row holds headings"),
        (workbook([HEADINGS]), "there are headings and no measures"),
        (workbook([HEADINGS, ["", "", "", "", "", ""]]), "there are headings and no measures"),
        (workbook([HEADINGS, ROWS[0]], problems=(Problem("encrypted", "It asks for a password."),)), "a password"),
    ],
)
def test_a_workbook_without_measures_says_what_is_wrong(document: Document, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_measures(document)


def test_rows_of_another_sheet_are_no_measures() -> None:
    document = workbook([HEADINGS, ROWS[0]], [["Notes", "on", "use", "of", "this", "book"]])
    assert [m.code for m in read_measures(document)] == ["AT1"]


def test_what_is_imported_is_a_framework_of_the_catalogue(tmp_path: Path) -> None:
    made = import_framework(workbook([HEADINGS, *ROWS]), ABOUT, tmp_path)
    loaded = load_frameworks(tmp_path / "anytown")["anytown"]
    assert loaded == made
    assert [t.label for t in made.themes] == ["Jobs", "Green"]
    assert [m.code for m in made.measures] == ["AT1", "AT2", "AT3", "AT4"]
    assert made.measures[0].stated_in == (Unit.fte, Unit.people)
    assert made.measures[0].kind is MeasureKind.monetised
    assert made.measures[3].unit.like == ()
    assert made.licence == "Our own"
    assert list(framework_hashes([tmp_path / "anytown"])) == ["framework/anytown"]
    kept = tomllib.loads((tmp_path / "anytown" / "framework.toml").read_text(encoding="utf-8"))
    assert [m.get("proxy_value") for m in kept["measures"]] == [32000.0, 251.79, None, None]


def test_an_imported_framework_is_suggested_without_training(tmp_path: Path) -> None:
    import_framework(workbook([HEADINGS, *ROWS]), ABOUT, tmp_path)
    queries = [
        Query("We will take on five apprentices from Swale.", unit=Unit.people),
        Query("We will cut our carbon emissions by 40 tonnes.", unit=Unit.tco2e),
    ]
    jobs, carbon = suggest_many(queries, folders=(tmp_path / "anytown",))
    own = [[m.code for m in coding.measures if m.framework == "anytown"] for coding in (jobs, carbon)]
    assert own[0][0] in ("AT1", "AT2")
    assert own[1][0] == "AT3"
    assert carbon.themes["anytown"][0].code == "green"
    assert jobs.measures[0].score >= jobs.measures[-1].score


def test_importing_a_new_edition_takes_the_place_of_the_old(tmp_path: Path) -> None:
    import_framework(workbook([HEADINGS, *ROWS]), ABOUT, tmp_path)
    import_framework(workbook([HEADINGS, ROWS[0]]), ABOUT, tmp_path)
    assert [p.name for p in (tmp_path / "anytown").iterdir()] == ["framework.toml"]
    assert (tmp_path / "anytown" / "framework.toml").read_text(encoding="utf-8").count("[[measures]]") == 1


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (Imported("anytown", "Anytown", "2026", "Anytown", " "), "licence is missing; give it with --licence"),
        (Imported("", "", "2026", "Anytown", "Own"), "key is missing"),
        (Imported("../x", "Anytown", "2026", "Anytown", "Own"), "small letters, digits and hyphens only; 'x' would do"),
        (Imported("national-toms", "Anytown", "2026", "Anytown", "Own"), "the shipped framework has this key"),
    ],
)
def test_what_is_said_of_the_framework_is_checked_before_anything_is_written(
    tmp_path: Path, about: Imported, said: str
) -> None:
    with pytest.raises(UsageError) as told:
        import_framework(workbook([HEADINGS, *ROWS]), about, tmp_path)
    assert said in str(told.value)
    assert list(tmp_path.iterdir()) == []


words = st.text(min_size=1, max_size=30).filter(lambda t: any(c.isalnum() for c in t))


@given(words, words, words)
def test_whatever_words_a_workbook_holds_the_file_can_be_read_again(title: str, theme: str, unit: str) -> None:
    known = unit_named(unit)
    row = MeasureRow(
        "A1", title, known.value if known else key_of(unit).replace("-", "_") or "unit", unit, theme, title, 1.5
    )
    text = write_framework([row], ABOUT, "a.xlsx")
    made = build_framework(Entry(Path("a.toml"), "", tomllib.loads(text)))
    assert made.measures[0].label == "".join(c if c.isprintable() else " " for c in title)


def test_two_themes_that_fold_to_one_code_keep_apart() -> None:
    rows = [MeasureRow(c, "New roles", "fte", "fte", t, "New roles", 0.0) for c, t in (("A", "Jobs!"), ("B", "Jobs?"))]
    made = build_framework(Entry(Path("a.toml"), "", tomllib.loads(write_framework(rows, ABOUT, "a.xlsx"))))
    assert [t.code for t in made.themes] == ["jobs", "jobs-2"]


def test_keywords_leave_out_common_words() -> None:
    assert keywords_of("Number of people from the local area in apprenticeships") == ("apprenticeship",)
