from __future__ import annotations

import json
from pathlib import Path

import pytest

from svdocs.records.store import open_store
from tests.cli.conftest import Svdocs
from tests.records.conftest import add_bid


@pytest.fixture
def data(svdocs: Svdocs, tmp_path: Path) -> Path:
    """Records of a bid without its file."""
    with open_store(f"sqlite:///{tmp_path / 'data' / 'svdocs.db'}") as store:
        add_bid(store)
    return tmp_path / "data"


def test_a_trail_that_is_whole_verifies_and_one_that_is_not_names_the_first_wrong_entry(
    svdocs: Svdocs, data: Path
) -> None:
    done = svdocs("audit", "verify")
    assert (done.status, done.out[:17]) == (0, "3 entries verify,")
    anchor = json.loads((data / "audit.anchor").read_text())
    (data / "other.anchor").write_text(json.dumps(anchor | {"seq": 2}))
    done = svdocs("audit", "verify", "--anchor", data / "other.anchor")
    assert done.status == 1
    assert "WRONG at entry 2" in done.out
    assert svdocs("audit", "verify", "--anchor", data / "nowhere").status == 1


def test_the_trail_is_exported_as_it_is_verified(svdocs: Svdocs, data: Path) -> None:
    lines = svdocs("audit", "export").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3]
    svdocs("audit", "export", "--out", data / "trail.jsonl")
    assert (data / "trail.jsonl").read_text().splitlines() == lines


def test_a_new_key_signs_what_follows_and_the_old_entries_still_verify(svdocs: Svdocs, data: Path) -> None:
    assert svdocs("audit", "rotate-key").status == 2
    assert svdocs("audit", "rotate-key", "--person", "Ada").status == 0
    assert svdocs("audit", "anchor", "--person", "Ada", "--reason", "A test.").status == 0
    entries = [json.loads(line) for line in svdocs("audit", "export").out.splitlines()]
    assert [e["kind"] for e in entries[3:]] == ["key_rotated", "anchor_set"]
    assert entries[2]["key_id"] == entries[3]["key_id"] != entries[4]["key_id"] == entries[3]["subject_id"]
    assert svdocs("audit", "verify").status == 0


def test_a_lost_anchor_is_said_and_can_be_set_anew_with_a_reason(svdocs: Svdocs, data: Path) -> None:
    (data / "audit.anchor").unlink()
    done = svdocs("audit", "verify")
    assert (done.status, "anchor is missing" in done.out) == (1, True)
    assert svdocs("audit", "anchor", "--person", "Ada").status == 2
    assert svdocs("audit", "anchor", "--person", "Ada", "--reason", "The disk was lost.").status == 0
    assert svdocs("audit", "verify").status == 0


def test_what_is_broken_is_told_in_words_and_as_json(svdocs: Svdocs, data: Path) -> None:
    done = svdocs("fsck")
    assert done.status == 1
    assert "is in the records and not on the disk (document bid-a.pdf)" in done.out
    done = svdocs("fsck", "--strict", "--json")
    assert done.status == 1
    found = json.loads(done.out)
    assert [c["invariants"] for c in found["checks"] if c["outcome"] == "broken"] == [["I1", "I11", "I12"]]


def test_empty_records_are_whole(svdocs: Svdocs) -> None:
    done = svdocs("fsck", "--strict")
    assert (done.status, done.out.splitlines()[-1]) == (0, "The records are whole.")


def test_a_backup_without_an_original_is_refused(svdocs: Svdocs, data: Path, tmp_path: Path) -> None:
    done = svdocs("backup", tmp_path / "backup")
    assert done.status != 0
    assert "No file with the SHA-256" in done.err


def test_empty_records_are_backed_up_restored_exported_and_imported(svdocs: Svdocs, tmp_path: Path) -> None:
    done = svdocs("backup", tmp_path / "backup")
    assert (done.status, "Keep audit.key apart" in done.out) == (0, True)
    assert svdocs("restore", tmp_path / "backup").status != 0
    (tmp_path / "data" / "svdocs.db").rename(tmp_path / "moved.db")
    done = svdocs("restore", tmp_path / "backup")
    assert done.status == 0, done.err
    assert "The records are whole" in done.out
    assert svdocs("export-all", tmp_path / "all").status == 0
    assert svdocs("import-all", tmp_path / "all").status == 0
