"""Each thing that can be wrong with the records is planted, found and named."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from svdocs.records.audit import trail_of
from svdocs.records.fsck import Check, Outcome, check_records
from svdocs.records.keep import keep_file, path_of
from svdocs.records.store import Store
from svdocs.records.tables import APPEND_ONLY
from tests.records.values import commitment, extraction_record


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Path:
    """Whole records: a document with its file, text, run, decision and baseline entry; the folder of its files."""
    folder = tmp_path / "files"
    source = tmp_path / "bid.pdf"
    source.write_bytes(b"the bid")
    kept = keep_file(source, folder)
    procurement = store.add_procurement("Street lighting", "Kent County Council")
    bid = store.add_document(procurement.id, name="bid.pdf", kind="bid", supplier="Example Ltd", sha256=kept.sha256,
                             media_type="application/pdf", size=kept.size)  # fmt: skip
    store.keep_text(bid.id, "pdf/1", b"{}")
    store.publish_run(bid.id, extraction_record(commitment("a"), commitment("b")), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A", reason="It is firm.")
    entry = store.add_baseline("Example Ltd", "Two apprentices a year.", source="report", person="A")
    store.retire_baseline(entry.id, person="A", because="It was wrong.")
    return folder


def broken(store: Store, files: Path, *, strict: bool = True, later: timedelta = timedelta()) -> list[Check]:
    checks = check_records(store, files, strict=strict, now=datetime.now(UTC) + later)
    return [check for check in checks if check.outcome is Outcome.broken]


@pytest.mark.parametrize("strict", [False, True])
def test_whole_records_pass(store: Store, files: Path, strict: bool) -> None:
    assert broken(store, files, strict=strict, later=timedelta(days=9)) == []


def test_what_these_records_cannot_show_is_not_said_to_hold(store: Store, files: Path) -> None:
    said = {c.invariants: c.outcome for c in check_records(store, files, strict=True)}
    assert said["I7, I9"] is Outcome.whole
    assert said["I6"] is said["I8"] is Outcome.not_checked


def edit(store: Store, command: str) -> None:
    """Change rows behind the store's back, whatever triggers and keys of other tables say."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            assert connection.exec_driver_sql(command).rowcount
        return
    with sqlite3.connect(str(store.engine.url.database)) as own:
        for table in APPEND_ONLY:
            for change in ("update", "delete"):
                own.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{change}")
        assert own.execute(command).rowcount
    own.close()


@pytest.mark.parametrize(
    ("command", "invariants", "words"),
    [
        ("UPDATE statement SET text = 'We will take on fifty.' WHERE position = 0", "I3", "not as it was published"),
        ("UPDATE statement SET confidence = 0.5 WHERE position = 0", "I3", "not as it was published"),
        ("UPDATE coding SET score = 0.5 WHERE rank = 0", "I3", "not as it was published"),
        ("UPDATE verdict SET verdict = 'unclear'", "I3", "not as it was published"),
        ("UPDATE reason SET text = 'x'", "I3", "not as it was published"),
        ("DELETE FROM coding WHERE rank = 1", "I3", "not as it was published"),
        ("UPDATE statement SET run_id = 'x' WHERE position = 0", "I3", "published with 2 statements and has 1"),
        ("UPDATE run SET problem_count = 3", "I3", "says that it has 3 problems"),
        ("UPDATE run SET state = 'staged'", "I3", "not a published run"),
        ("UPDATE document SET current_run = 'x'", "I3", "not there"),
        ("UPDATE document SET current_run = NULL", "I3", "is done and has no run"),
        ("UPDATE statement SET record = (SELECT record FROM statement WHERE position = 0)", "I2", "the same in every"),
        ("UPDATE statement SET type = 'no such type'", "I2", "cannot be read"),
        ("UPDATE kept_text SET content = 'x'", "", "cannot be read"),
        ("UPDATE kept_file SET size = 9", "I1, I11, I12", "came with 9"),
        ("UPDATE decision SET reason = 'It is not.'", "I5", "was changed after it was made"),
        ("UPDATE decision SET person = 'B'", "I5", "person"),
        ("DELETE FROM decision", "I5", "not in the records"),
        ("INSERT INTO decision (id, statement_id, action, person, reason, changes, decided_at) "
         "SELECT 99, statement_id, action, person, reason, changes, decided_at FROM decision",
         "I5", "no entry of the audit trail tells of it"),
        ("UPDATE document SET name = 'other.pdf'", "I5", "name"),
        ("UPDATE procurement SET title = 'x'", "I5", "title"),
        ("UPDATE supplier SET name = 'x'", "I5", "name"),
        ("UPDATE supplier SET id = 'x'", "I5", "no entry of the audit trail tells of it"),
        ("UPDATE baseline_entry SET retired_at = NULL", "I5", "not in the records"),
        ("UPDATE baseline_entry SET text = 'x'", "I5", "text"),
        ("UPDATE audit_entry SET person = 'x' WHERE seq = 2", "I4", "Entry 2"),
        ("DELETE FROM audit_payload WHERE seq = 2", "I4", "Entry 2"),
    ],
)  # fmt: skip
def test_a_changed_row_is_found_and_named(store: Store, files: Path, command: str, invariants: str, words: str) -> None:
    edit(store, command)
    found = [(c.invariants, line) for c in broken(store, files) for line in c.found]
    assert any(i == invariants and words in line for i, line in found), found


def _lose(files: Path, path: Path) -> None:
    path.unlink()


def _damage(files: Path, path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(b"the bad")


def _lengthen(files: Path, path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(b"the bid and more")


def _leave_one_over(files: Path, path: Path) -> None:
    stray = files / "spool" / "left"
    stray.write_bytes(b"x")
    os.utime(stray, (1, 1))


@pytest.mark.parametrize(
    ("change", "words", "in_quick"),
    [
        (_lose, "not on the disk (document bid.pdf)", True),
        (_lengthen, "has 16 bytes and came with 7", True),
        (_damage, "no longer has the bytes", False),
        (_leave_one_over, "spool/left is on the disk and in no record", True),
    ],
)
def test_a_file_that_is_not_as_it_came_is_found(
    store: Store, files: Path, change: Callable[[Path, Path], None], words: str, in_quick: bool
) -> None:
    change(files, path_of(store.documents_of()[0].document.sha256, files))
    assert words in broken(store, files)[0].found[0]
    assert bool(broken(store, files, strict=False)) is in_quick


def test_a_new_file_without_a_record_may_be_an_upload_under_way(store: Store, files: Path) -> None:
    (files / "spool" / "under way").write_bytes(b"x")
    assert broken(store, files) == []


def test_a_document_that_nobody_is_to_read_is_found_after_an_hour(store: Store, files: Path) -> None:
    edit(store, "UPDATE document SET state = 'waiting', current_run = NULL")
    assert not [c for c in broken(store, files) if c.invariants == "I10"]
    [check] = [c for c in broken(store, files, later=timedelta(hours=2)) if c.invariants == "I10"]
    assert "nothing is to read it" in check.found[0]


def test_a_missing_anchor_or_key_is_a_breach(store: Store, files: Path) -> None:
    audit = trail_of(store.engine).files
    audit.anchor.unlink()
    assert "anchor is missing" in broken(store, files)[0].found[0]
    audit.key.unlink()
    assert "cannot be read" in broken(store, files)[0].found[0]
