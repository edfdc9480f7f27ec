from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from svdocs.intake.safety import ENDINGS
from tests.cli.conftest import Svdocs
from tests.documents import write_docx
from tests.record_schema import check_record

OFFER = "We will recruit five apprentices from Ashford by March 2028, and give £4,000 to food banks."
HABIT = "We recruit five apprentices from Ashford every year."


@pytest.fixture
def bid(tmp_path: Path) -> Path:
    return write_docx(tmp_path / "bids" / "bid-é.docx", "# Our offer", OFFER, HABIT)


def records(text: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in text.splitlines()]
    for record in found:
        check_record(record)
    return found


def test_a_document_gives_one_record_a_line_and_its_progress_beside(svdocs: Svdocs, bid: Path) -> None:
    done = svdocs("extract", bid)
    assert done.status == 0
    (record,) = records(done.out)
    assert record["document"]["name"] == str(bid)
    assert "£4,000" in done.out
    counts = ", ".join(f"{len(record[k])} {k}" for k in ("commitments", "deliveries", "practices"))
    assert done.err == f"[1/1] {bid}: {counts}\n"


def test_the_same_command_twice_writes_the_same_bytes(svdocs: Svdocs, bid: Path, tmp_path: Path) -> None:
    printed = svdocs("extract", bid).out
    done = svdocs("extract", bid, "--out", tmp_path / "out.jsonl")
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / "out.jsonl").read_bytes() == printed.encode()
    assert records(printed)[0]["commitments"]


def test_a_folder_is_read_in_the_order_of_its_names_and_other_files_are_left(svdocs: Svdocs, tmp_path: Path) -> None:
    for name in ("b.docx", "a/z.DOCX", "c.docx"):
        write_docx(tmp_path / "bids" / name, "We work from Dover.")
    (tmp_path / "bids" / "notes.txt").write_text("We will plant trees.")
    done = svdocs("extract", tmp_path / "bids", "--workers", 2)
    names = [Path(r["document"]["name"]).relative_to(tmp_path / "bids").as_posix() for r in records(done.out)]
    assert names == ["a/z.DOCX", "b.docx", "c.docx"]
    left_out, *progress = done.err.splitlines()
    assert left_out == f"Not taken for documents: {tmp_path / 'bids' / 'notes.txt'}."
    assert [line.split("]")[0] for line in progress] == ["[1/3", "[2/3", "[3/3"]


@pytest.mark.parametrize("ending", sorted({*ENDINGS, ".pptx", ".xlsb", ".7z"}))
def test_whatever_can_be_handed_in_is_taken_from_a_folder(svdocs: Svdocs, tmp_path: Path, ending: str) -> None:
    (tmp_path / "bids").mkdir()
    (tmp_path / "bids" / f"bid{ending.upper()}").write_bytes(b"no such file")
    (record,) = records(svdocs("extract", tmp_path / "bids").out)
    assert record["document"]["problems"]


def test_specification_and_baseline_are_what_the_bid_is_judged_against(
    svdocs: Svdocs, bid: Path, tmp_path: Path
) -> None:
    asks = "The Contractor shall offer apprenticeships to residents of Ashford as social value."
    specification = write_docx(tmp_path / "spec.docx", "# Social value requirements", asks)
    baseline = write_docx(tmp_path / "base.docx", "# How we work", HABIT, "We give £4,000 to food banks every year.")
    alone = records(svdocs("extract", bid).out)
    beside = records(svdocs("extract", bid, "--specification", specification, "--baseline", baseline).out)
    cited = {
        r["evidence"]["document"]
        for c in beside[0]["commitments"]
        for r in c["additionality"]["reasons"]
        if r["evidence"]
    }
    assert "base.docx" in cited
    assert [c["id"] for c in alone[0]["commitments"]] == [c["id"] for c in beside[0]["commitments"]]
    assert [c["additionality"] for c in alone[0]["commitments"]] != [
        c["additionality"] for c in beside[0]["commitments"]
    ]


@pytest.mark.parametrize(("words", "status"), [([], 0), (["--strict"], 2)])
def test_a_file_that_cannot_be_read_has_a_record_and_strict_says_so(
    svdocs: Svdocs, bid: Path, tmp_path: Path, words: list[str], status: int
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    done = svdocs("extract", broken, bid, *words)
    assert done.status == status
    first, second = records(done.out)
    assert first["document"]["problems"]
    assert first["document"]["problems"][0]["message"] in done.err
    assert second["commitments"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{tmp}/none.pdf"], "there is no such file or folder"),
        (["{tmp}"], "no documents are in this folder"),
        (["{bid}", "--specification", "{tmp}/none.docx"], "there is no such file"),
        (["{bid}", "--baseline", "{tmp}"], "there is no such file"),
        (["{bid}", "--out", "{tmp}/none/out.jsonl"], "cannot be written"),
        (["{bid}", "--out", "{tmp}"], "cannot be written"),
    ],
)
def test_wrong_paths_end_with_two_and_say_what_to_do(
    svdocs: Svdocs, bid: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = svdocs("extract", *(w.format(tmp=empty, bid=bid) for w in words))
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_a_name_cannot_steer_the_terminal(svdocs: Svdocs, tmp_path: Path) -> None:
    path = write_docx(tmp_path / "bid\x1b[31m\n.docx", "We work from Dover.")
    done = svdocs("extract", path)
    assert "\x1b" not in done.err
    assert len(done.err.splitlines()) == 1
    assert records(done.out)[0]["document"]["name"] == str(path)


def test_output_is_utf_8_whatever_the_terminal_speaks(bid: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "SVDOCS_WORKERS": "2"}
    done = subprocess.run(
        [sys.executable, "-m", "svdocs", "extract", str(bid)], capture_output=True, env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert records(done.stdout.decode("utf-8"))[0]["document"]["name"] == str(bid)


def test_a_package_gives_one_record_a_file_in_it(svdocs: Svdocs, bid: Path, tmp_path: Path) -> None:
    package = tmp_path / "all.zip"
    with ZipFile(package, "w") as file:
        file.write(bid, "bids/bid.docx")
        file.writestr("more.zip", b"PK\x05\x06" + bytes(18))
    done = svdocs("extract", package, "--strict")
    assert done.status == 2
    inside, nested = records(done.out)
    assert inside["document"]["name"] == f"{package}/bids/bid.docx"
    assert inside["commitments"]
    assert nested["document"]["name"] == f"{package}/more.zip"
    assert nested["document"]["problems"][0]["code"] == "unsupported"


def test_a_broken_package_gives_one_record_for_itself(svdocs: Svdocs, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04" + bytes(60))
    (record,) = records(svdocs("extract", tmp_path / "all.zip").out)
    assert (record["document"]["media_type"], len(record["document"]["sha256"])) == ("application/zip", 64)
    assert record["document"]["problems"][0]["code"] == "damaged"


def test_a_package_of_specifications_counts_as_all_of_them(svdocs: Svdocs, bid: Path, tmp_path: Path) -> None:
    asked = write_docx(tmp_path / "asked.docx", "The supplier must recruit five apprentices from Ashford.")
    package = tmp_path / "asked.zip"
    with ZipFile(package, "w") as file:
        file.write(asked, "tender/asked.docx")
    alone, packed = (svdocs("extract", bid, "--specification", s).out for s in (asked, package))
    verdicts = [[c["additionality"]["verdict"] for c in records(out)[0]["commitments"]] for out in (alone, packed)]
    assert verdicts[0] == verdicts[1] != []
