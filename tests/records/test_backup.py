"""A backup taken while others write is put back whole, and an older one only on purpose."""

from __future__ import annotations

import io
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from svdocs.errors import ConfigurationError, Conflict, UsageError
from svdocs.records.audit import AuditFiles
from svdocs.records.auditing import verify_store
from svdocs.records.backup import back_up, read_manifest, restore
from svdocs.records.keep import keep_file, path_of
from svdocs.records.store import Store, open_store
from svdocs.records.tables import EventKind
from tests.records.values import commitment, extraction_record


def hand_in(store: Store, files: Path, words: str) -> None:
    kept = keep_file(io.BytesIO(words.encode()), files)
    procurement = store.procurement_titled("Lighting") or store.add_procurement("Lighting", "Kent")
    bid = store.add_document(procurement.id, name="bid.pdf", kind="bid", supplier="Example Ltd", sha256=kept.sha256,
                             media_type="application/pdf", size=kept.size)  # fmt: skip
    store.publish_run(bid.id, extraction_record(commitment(words)), 1)


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Path:
    for i in range(5):
        hand_in(store, tmp_path / "files", f"bid {i}")
    return tmp_path / "files"


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> str:
    """The address of an empty database of the same kind elsewhere."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'elsewhere' / 'svdocs.db'}"
    server = request.getfixturevalue("postgresql")
    name = make_url(server.clone()).database
    with __import__("psycopg").connect(server.url_of("postgres").replace("+psycopg", ""), autocommit=True) as own:
        own.execute(f"DROP DATABASE {name}")
        own.execute(f"CREATE DATABASE {name}")
    return str(server.url_of(name))


def audit_there(tmp_path: Path) -> AuditFiles:
    """Keys as they are, and no anchor yet."""
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    shutil.copy(tmp_path / "audit.key", tmp_path / "elsewhere" / "audit.key")
    return AuditFiles(tmp_path / "elsewhere" / "audit.key", tmp_path / "elsewhere" / "audit.anchor")


def test_a_backup_taken_while_others_write_is_whole_when_it_is_put_back(
    store: Store, files: Path, database_url: str, place: str, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_store(database_url) as own:
            for i in range(200):
                if stop.is_set():
                    return
                hand_in(own, files, f"meanwhile {i}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(store, files, tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    assert made.files >= 5
    assert not (tmp_path / "backup" / "audit.key").exists()
    told, wrong = restore(tmp_path / "backup", place, tmp_path / "elsewhere" / "files", audit=audit_there(tmp_path))
    assert (told, wrong) == (made, [])
    with open_store(place, audit_there(tmp_path)) as back:
        assert [r.document.id for r in store.documents_of() if r.document.id in {
            x.document.id for x in back.documents_of()}][:5]  # fmt: skip
        assert back.events()[: made.audit_seq] == store.events()[: made.audit_seq]
        assert list(back.export_statements())[:1] == list(store.export_statements())[:1]


def test_originals_are_copied_once(store: Store, files: Path, tmp_path: Path) -> None:
    back_up(store, files, tmp_path / "backup")
    copies = {p: p.stat().st_ino for p in (tmp_path / "backup" / "files").glob("??/*")}
    hand_in(store, files, "one more")
    made = back_up(store, files, tmp_path / "backup")
    again = {p: p.stat().st_ino for p in (tmp_path / "backup" / "files").glob("??/*")}
    assert made.files == len(again) == len(copies) + 1
    assert {p: again[p] for p in copies} == copies


def test_an_older_backup_is_put_back_only_with_a_name_and_a_reason_which_the_trail_tells(
    store: Store, files: Path, place: str, tmp_path: Path
) -> None:
    made = back_up(store, files, tmp_path / "backup", with_key=True)
    hand_in(store, files, "lost")
    audit = AuditFiles(tmp_path / "elsewhere" / "audit.key", tmp_path / "audit.anchor")
    there = (tmp_path / "backup", place, tmp_path / "elsewhere" / "files")
    with pytest.raises(Conflict, match="would be lost"):
        restore(*there, audit=audit)
    with pytest.raises(UsageError, match="the person who accepts it"):
        restore(*there, audit=audit, accept_older=True)
    _, wrong = restore(*there, audit=audit, accept_older=True, person="Ada", because="The disk was lost.")
    assert wrong == []
    with open_store(place, audit) as back:
        [entry] = back.events(kind=EventKind.anchor_set)
        assert (entry.person, entry.message) == ("Ada", "The disk was lost.")
        assert entry.details["anchor_before"]["seq"] > made.audit_seq
        assert verify_store(back)[0].breach is None
        assert back.add_procurement("A", "B").title == "A"


def _damage(folder: Path) -> None:
    database = folder / read_manifest(folder).database
    database.write_bytes(database.read_bytes()[:-1])


def _damage_an_original(folder: Path) -> None:
    path = next((folder / "files").glob("??/*"))
    path.chmod(0o600)
    path.write_bytes(b"x")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_damage, "not as it was written"),
        (lambda f: (f / "manifest.json").unlink(), "no backup here"),
        (lambda f: (f / "manifest.json").write_text("{}"), "no backup here"),
        (_damage_an_original, "no longer has its bytes"),
    ],
)
def test_a_damaged_backup_is_not_put_back(
    store: Store, files: Path, place: str, tmp_path: Path, spoil: Callable[[Path], object], error: str
) -> None:
    back_up(store, files, tmp_path / "backup")
    spoil(tmp_path / "backup")
    with pytest.raises(Exception, match=error):
        restore(tmp_path / "backup", place, tmp_path / "elsewhere" / "files", audit=audit_there(tmp_path))


def test_nothing_is_restored_over_what_is_there_or_without_the_key(
    store: Store, files: Path, database_url: str, place: str, tmp_path: Path
) -> None:
    back_up(store, files, tmp_path / "backup")
    with pytest.raises(Conflict, match="already"):
        restore(tmp_path / "backup", database_url, tmp_path / "elsewhere" / "files")
    with pytest.raises(Conflict, match="originals here already"):
        restore(tmp_path / "backup", place, files)
    nowhere = AuditFiles(tmp_path / "none" / "audit.key", tmp_path / "none" / "audit.anchor")
    with pytest.raises(ConfigurationError, match="put the audit trail's key here first"):
        restore(tmp_path / "backup", place, tmp_path / "elsewhere" / "files", audit=nowhere)


def test_a_backup_of_a_damaged_original_is_refused(store: Store, files: Path, tmp_path: Path) -> None:
    path = path_of(store.documents_of()[0].document.sha256, files)
    path.chmod(0o600)
    path.write_bytes(b"the bad")
    with pytest.raises(Exception, match="no longer has its bytes"):
        back_up(store, files, tmp_path / "backup")


def test_the_manifest_says_what_the_backup_holds(store: Store, files: Path, tmp_path: Path) -> None:
    made = back_up(store, files, tmp_path / "backup")
    told = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert (told["rows"]["document"], told["files"], told["with_key"]) == (5, 5, False)
    assert read_manifest(tmp_path / "backup") == made
