from __future__ import annotations

import json
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import Svdocs
from tests.text.word_files import paragraph, word_file

ABOUT = ["--title", "Anytown TOMs", "--edition", "2026", "--publisher", "Anytown Council", "--licence", "Our own"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (["Ref", "Theme", "Measure", "Unit"], ["AT1", "Jobs", "Weeks of apprenticeship", "weeks"],
                ["AT2", "Green", "Trees planted", "trees"], ["AT3", "Green", "Green roofs", "m2"]):  # fmt: skip
        sheet.append(row)
    made.save(tmp_path / "toms.xlsx")
    return tmp_path / "toms.xlsx"


def test_a_workbook_is_imported_listed_shown_and_used(svdocs: Svdocs, book: Path, tmp_path: Path) -> None:
    done = svdocs("frameworks", "import", book, *ABOUT)
    assert done.status == 0, done.err
    assert "anytown-toms: 3 measures under 2 themes imported." in done.out
    assert "Units of its own, in which no statement is counted: m2." in done.out
    listed = {x["key"]: x for x in map(json.loads, svdocs("frameworks", "list", "--json").out.splitlines())}
    assert [k for k, x in listed.items() if x["imported"]] == ["anytown-toms"]
    assert "anytown-toms" in svdocs("frameworks", "list").out
    assert "AT2         Trees planted (trees)" in svdocs("frameworks", "show", "anytown-toms").out
    assert "anytown-toms measure AT1: Weeks of apprenticeship" in svdocs("frameworks", "show", "AT1").out
    bid = tmp_path / "bid.docx"
    bid.write_bytes(word_file(paragraph("We will plant 400 trees in Swale by March 2028.")))
    done = svdocs("extract", bid, "--framework", "anytown-toms")
    assert done.status == 0, done.err
    record = json.loads(done.out)
    assert "framework/anytown-toms" in record["pipeline"]["models"]
    (promise,) = record["commitments"]
    assert next(m["code"] for m in promise["measures"] if m["framework"] == "anytown-toms") == "AT2"
    assert "anytown-toms" not in json.loads(svdocs("extract", bid).out)["commitments"][0]["themes"]


def test_the_records_use_imported_frameworks_when_asked(
    svdocs: Svdocs, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    svdocs("frameworks", "import", book, *ABOUT)
    bid = tmp_path / "bid.docx"
    bid.write_bytes(word_file(paragraph("We will plant 400 trees in Swale by March 2028.")))
    svdocs("import", bid, "--procurement", "Verges", "--kind", "bid")
    assert "anytown-toms" not in svdocs("export").out
    monkeypatch.setenv("SVDOCS_FRAMEWORKS", "anytown-toms")
    assert "1 documents reprocessed" in svdocs("reprocess").out
    assert "anytown-toms" in svdocs("export").out
    assert "0 documents reprocessed" in svdocs("reprocess").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "missing.xlsx", *ABOUT], "there is no such file"),
        (["import", "BOOK", "--title", "Anytown"], "with --edition and --licence"),
        (["import", "BOOK", *ABOUT, "--key", "nhs"], "the shipped framework has this key"),
        (["show", "ZZ99"], "no framework, theme or measure has this code"),
    ],
)
def test_wrong_words_are_refused_with_a_way_out(svdocs: Svdocs, book: Path, words: list[str], said: str) -> None:
    done = svdocs("frameworks", *[str(book) if w == "BOOK" else w for w in words])
    assert done.status == 2
    assert said in done.err


def test_a_framework_that_was_not_imported_is_refused(svdocs: Svdocs, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word_file(paragraph("Hello.")))
    done = svdocs("extract", tmp_path / "a.docx", "--framework", "anytown")
    assert done.status == 2
    assert "anytown: no such framework has been imported (none yet)" in done.err


def test_a_shipped_code_is_shown_with_what_it_rests_on(svdocs: Svdocs) -> None:
    done = svdocs("frameworks", "show", "NT10")
    assert "national-toms measure NT10" in done.out
    assert "source: " in done.out
