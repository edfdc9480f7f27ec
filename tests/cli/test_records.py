from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import openpyxl
import pytest

from svdocs.cli.main import main
from svdocs.records.jobs import Jobs
from svdocs.records.store import open_store
from svdocs.records.tables import LIVE_JOBS, JobKind, JobPriority
from svdocs.settings import read_settings
from tests.jobs.plain import NEXT, plain_stages, write_pack

BID = "[bid Alpha Ltd]\nWe will plant trees.\nWe will seed a meadow.\nWe will sweep weekly."


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `svdocs` with these words on records of its own, with plain stages of version 1."""
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SVDOCS_WORKERS", "1")
    monkeypatch.delenv("SVDOCS_DATABASE_URL", raising=False)
    monkeypatch.setattr("svdocs.jobs.work.current_stages", plain_stages)

    def run_svdocs(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["svdocs", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ran(int(ended.value.code or 0), *capsys.readouterr())

    return run_svdocs


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "Grounds", bid=BID, locked="locked")


def test_a_folder_is_imported_and_listed(run: Run, pack: Path) -> None:
    (pack / "notes.txt").touch()
    imported = run("import", pack, "--buyer", "Kent")
    assert imported.status == 0
    assert "Grounds: 2 documents extracted, 0 there already." in imported.out
    assert "[4/4] extracted" in imported.err
    assert "locked.pdf: The file asks for a password." in imported.err
    assert "notes.txt" in imported.err
    [procurement] = map(json.loads, run("list", "--json").out.splitlines())
    assert (procurement["title"], procurement["buyer"], procurement["documents"]) == ("Grounds", "Kent", 2)
    documents = [json.loads(row) for row in run("list", "documents", "--json").out.splitlines()]
    assert [(d["name"], d["state"], d["commitments"]) for d in documents] == [
        ("bid.pdf", "done", 3),
        ("locked.pdf", "needs_person", 0),
    ]
    table = run("list", "statements", "--procurement", "Grounds").out
    assert "We will plant trees." in table
    assert "5 people" in table


def test_a_second_import_says_that_all_is_there(run: Run, pack: Path) -> None:
    run("import", pack)
    assert "0 documents extracted, 2 there already." in run("import", pack).out


def test_an_archive_is_foreseen_and_then_imported_procurement_by_procurement(run: Run, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "2024.zip", "w") as archive:
        archive.writestr("grounds/procurement.toml", 'buyer = "Kent"')
        archive.writestr("grounds/bid.pdf", BID)
        archive.writestr("waste/bids/a.pdf", "We will a.")
        archive.writestr("../evil.pdf", "We will b.")
    dry = run("import", tmp_path / "2024.zip", "--each-folder", "--dry-run")
    assert "grounds: a new procurement" in dry.out
    assert "1 files would be read and extracted" in dry.out
    assert run("list").out == ""
    done = run("import", tmp_path / "2024.zip", "--each-folder")
    assert "waste: 1 documents extracted, 0 there already." in done.out
    assert "_/evil.pdf: The file's name in the package points outside" in done.err
    assert [p["title"] for p in map(json.loads, run("list", "--json").out.splitlines())] == ["grounds", "waste"]
    assert "1 files are there already" in run("import", tmp_path / "2024.zip", "--each-folder", "--dry-run").out
    assert list((tmp_path / "data" / "scratch").iterdir()) == []


def test_documents_may_be_left_to_the_workers(run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Grounds: 2 documents kept, for the workers to read." in run("import", pack, "--hand-over").out
    with open_store(read_settings().database_url) as store:
        assert [j.priority for j in Jobs(store).jobs_of(states=LIVE_JOBS)] == [JobPriority.archive] * 2
        run("import", pack)
        assert Jobs(store).jobs_of(states=LIVE_JOBS) == []
        monkeypatch.setattr("svdocs.jobs.work.current_stages", lambda: NEXT)
        assert "2 documents wait for the workers." in run("reprocess", "--hand-over").err
        assert [j.kind for j in Jobs(store).jobs_of(states=LIVE_JOBS)] == [JobKind.reprocess] * 2
        assert {d.run.pipeline_version for d in store.documents_of() if d.run} == {"1"}


def test_all_of_an_archive_may_belong_to_one_procurement(run: Run, pack: Path) -> None:
    (pack / "x").mkdir()
    (pack / "x" / "procurement.toml").touch()
    (pack / "bid.pdf").rename(pack / "x" / "bid.pdf")
    assert "Lighting: 2 documents extracted" in run("import", pack, "--procurement", "Lighting").out


def test_files_are_imported_into_a_named_procurement_as_the_person_says(run: Run, pack: Path) -> None:
    words = ("--procurement", "Lighting", "--kind", "case_study", "--supplier", "Beta Ltd")
    assert run("import", pack / "bid.pdf", *words).status == 0
    assert run("import", pack / "locked.pdf", *words).status == 0
    documents = [json.loads(row) for row in run("list", "documents", "--json").out.splitlines()]
    assert [(d["procurement"], d["kind"], d["supplier"]) for d in documents] == [
        ("Lighting", "case_study", "Beta Ltd")
    ] * 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("import", "nowhere"), "no such file or folder"),
        (("import", "{pack}/bid.pdf"), "--procurement"),
        (("import", "{pack}/bid.pdf", "--procurement", "A", "--kind", "offer"), "not a kind"),
        (("import", "{pack}/empty"), "no documents"),
        (("import",), "paths"),
        (("list", "bids"), "statements"),
        (("list", "documents", "--procurement", "Nothing"), "no procurement"),
        (("export", "--format", "pdf"), "jsonl"),
        (("export", "--procurement", "Nothing"), "no procurement"),
        (("export", "--out", "{pack}/nowhere/a.csv"), "cannot be written"),
        (("reprocess", "--workers", "0"), "workers"),
        (("reprocess", "--state", "lost"), "needs_person"),
        (("diff",), "two ids"),
        (("diff", "one"), "two ids"),
        (("diff", "--document", "nothing"), "no document"),
        (("reprocess", "--kind", "offer"), "not a kind"),
        (("reprocess", "--since", "yesterday"), "2027-03-31"),
        (("reprocess", "--document", "nothing"), "no document"),
    ],
)
def test_wrong_usage_ends_with_status_two_and_says_what_to_do(
    run: Run, pack: Path, words: tuple[str, ...], complaint: str
) -> None:
    (pack / "empty").mkdir()
    ran = run(*(word.format(pack=pack) for word in words))
    assert ran.status == 2
    assert complaint in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("what", ["procurements", "documents", "statements"])
def test_empty_records_are_said_to_be_empty(run: Run, what: str) -> None:
    ran = run("list", what)
    assert (ran.status, ran.out) == (0, "")
    assert "svdocs import" in ran.err
    assert run("list", what, "--json").out == ""


def test_statements_are_exported_as_json_lines_and_csv(run: Run, pack: Path, tmp_path: Path) -> None:
    run("import", pack)
    lines = [json.loads(line) for line in run("export").out.splitlines()]
    assert [line["text"] for line in lines] == [
        "We will plant trees.",
        "We will seed a meadow.",
        "We will sweep weekly.",
    ]
    assert lines[0]["document"]["supplier"] == "Alpha Ltd"
    out = tmp_path / "statements.csv"
    ran = run("export", "--format", "csv", "--procurement", "Grounds", "--out", out)
    assert f"3 statements written to {out}." in ran.err
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["theme_nhs"] for row in rows] == ["tackling_economic_inequality"] * 3
    assert run("export", "--format", "csv").out == out.read_bytes().decode()


def test_statements_are_exported_as_a_workbook_and_a_procurement_as_ocds(run: Run, pack: Path, tmp_path: Path) -> None:
    run("import", pack, "--buyer", "Kent")
    out = tmp_path / "statements.xlsx"
    assert "3 statements written" in run("export", "--format", "xlsx", "--out", out).err
    assert openpyxl.load_workbook(out).active.max_row == 4
    assert run("export", "--format", "xlsx", "--out", tmp_path / "no" / "a.xlsx").status == 2
    ran = run("export", "--format", "ocds", "--procurement", "Grounds")
    assert json.loads(ran.out)["releases"][0]["buyer"]["name"] == "Kent"
    assert "no fields for statements" in ran.err
    assert "--ocid-prefix" in ran.err


def test_reprocessing_reports_what_changed_and_lists_lost_decisions(
    run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", pack)
    assert "0 documents reprocessed, 2 current already." in run("reprocess").out
    with open_store(read_settings().database_url) as store:
        [bid, _] = store.documents_of()
        store.decide(store.statements_of(bid.id)[2].id, action="accept", person="A. Officer")
    monkeypatch.setattr("svdocs.jobs.work.current_stages", lambda: NEXT)
    dry = run("reprocess", "--dry-run")
    assert "extract  bid.pdf" in dry.out
    assert "2 documents would be reprocessed: 1 read and extracted, 1 extracted from kept text" in dry.out
    assert json.loads(run("reprocess", "--dry-run", "--json").out)["current"] == 0
    compared = run("reprocess", "--compare")
    assert "2 documents would be reprocessed" in compared.out
    assert "gone     We will sweep weekly." in compared.out
    done = run("reprocess")
    assert done.status == 0
    assert "bid.pdf: 1 kept, 1 changed, 1 gone, 0 new" in done.out
    assert "firmness firm → aspirational" in done.out
    assert "gone     We will sweep weekly." in done.out
    assert "A. Officer chose accept: We will sweep weekly." in done.out
    assert "problem  The file asks for a password." in done.out
    assert run("reprocess", "--procurement", "Grounds", "--json").out == ""
    lost = run("list", "--unmatched")
    assert "A. Officer" in lost.out
    assert "We will sweep weekly." in lost.out
    runs = [r for r in map(json.loads, run("list", "runs", "--json").out.splitlines()) if r["document"] == "bid.pdf"]
    ids = [r["id"] for r in sorted(runs, key=lambda r: r["current"])]
    compared = run("diff", *ids)
    assert "bid.pdf: 1 kept, 1 changed, 1 gone, 0 new" in compared.out
    assert "pipeline: 1 → 2" in compared.out
    assert json.loads(run("diff", *ids, "--json").out)["gone"][0]["text"] == "We will sweep weekly."
    assert "Nothing was reprocessed" in run("diff", "--since", "2020-01-01").out


def test_changes_can_be_had_as_json(run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", pack)
    monkeypatch.setattr("svdocs.jobs.work.current_stages", lambda: NEXT)
    bid, locked = map(json.loads, run("reprocess", "--json").out.splitlines())
    assert (bid["document"], bid["kept"], bid["changed"][0]["fields"]) == (
        "bid.pdf", 1, {"firmness": ["firm", "aspirational"]},
    )  # fmt: skip
    assert bid["gone"] == [{"type": "commitment", "text": "We will sweep weekly."}]
    assert locked["problems"] == ["The file asks for a password."]


def test_names_from_strangers_cannot_dress_up_the_terminal(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write_pack(folder, bid="[bid [red]Evil[/red] \x1b[31mLtd]\nWe will \x1b]0;title\x07 [bold]win[/bold].")
    run("import", folder)
    for what in ("documents", "statements"):
        shown = run("list", what).out
        assert "\x1b" not in shown
        assert "\x07" not in shown
    assert "[bold]win[/bold]" in shown
