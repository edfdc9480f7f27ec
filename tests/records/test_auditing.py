"""Keys, anchor and export of the audit trail, as an operator has them: what is written where, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from svdocs.errors import ConfigurationError, Conflict, UsageError
from svdocs.records import audit
from svdocs.records.audit import (
    SYSTEM,
    AuditFiles,
    AuditRecord,
    Head,
    Told,
    Trail,
    act_as,
    acting_as,
    audit_files_of,
    canonical,
    export_entries,
    hand_in,
    handed_in,
    head_of,
    record_of,
    trail_of,
)
from svdocs.records.auditing import export_trail, rotate_key, set_anchor, verify_store
from svdocs.records.store import Store, open_store
from svdocs.records.tables import AuditPayload, EventKind
from svdocs.records.verify_audit import GENESIS, verify

THEN = datetime(2026, 11, 23, 9, 30, 15, 250, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    """A store that has never held anything, in a folder with nothing else."""
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> AuditFiles:
    return AuditFiles(tmp_path / "safe" / "keys" / "audit.key", tmp_path / "far" / "anchors" / "audit.anchor")


def entries_of(store: Store, **only: str | None) -> list[dict[str, Any]]:
    with store.reading() as session:
        return list(export_entries(session.connection(), only))


def told_in(entry: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(entry["payload"]["text"])
    return told


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


# Where the files are


def test_key_and_anchor_stand_beside_the_database_or_in_the_data_folder_or_where_they_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path / "data"))
    for name in ("SVDOCS_AUDIT_KEY", "SVDOCS_AUDIT_ANCHOR"):
        monkeypatch.delenv(name, raising=False)
    in_data = AuditFiles(tmp_path / "data" / "audit.key", tmp_path / "data" / "audit.anchor")
    assert audit_files_of(make_url("sqlite:////srv/a/svdocs.db")) == AuditFiles(
        Path("/srv/a/audit.key"), Path("/srv/a/audit.anchor")
    )
    assert audit_files_of(make_url("sqlite://")) == in_data
    assert audit_files_of(make_url("postgresql+psycopg://host/svdocs")) == in_data
    monkeypatch.setenv("SVDOCS_AUDIT_KEY", "/safe/k")
    monkeypatch.setenv("SVDOCS_AUDIT_ANCHOR", "/far/a")
    assert audit_files_of(make_url("sqlite:////srv/a/svdocs.db")) == AuditFiles(Path("/safe/k"), Path("/far/a"))


# Keys


def test_the_first_key_is_made_once_and_private(files: AuditFiles) -> None:
    trail = Trail(files)
    first = trail.first_key()
    assert trail.first_key() == first == Trail(files).first_key()
    assert [(len(key_id), len(key)) for key_id, key in trail.keys().items()] == [(8, 32)]
    assert mode_of(files.key) == 0o600
    assert [p.name for p in files.key.parent.iterdir()] == ["audit.key"]
    second = trail.add_key()
    assert list(trail.keys()) == [first, second]
    assert len(second) == 8
    assert len(trail.key(second)) == 32
    assert trail.key(first) == Trail(files).key(first) != trail.key(second)
    assert trail.first_key() == second
    assert mode_of(files.key) == 0o600


def test_of_two_first_keys_made_at_once_the_first_stays(files: AuditFiles) -> None:
    first = Trail(files).first_key()
    audit._write_new(files.key, "another")
    assert Trail(files).first_key() == first
    assert [p.name for p in files.key.parent.iterdir()] == ["audit.key"]


def test_a_key_that_is_not_there_is_asked_for_by_its_file_and_id(files: AuditFiles) -> None:
    missing = (
        f"{files.key}: the key of the audit trail cannot be read (No such file or directory); put the file back from "
        "where you keep it, or name its place in SVDOCS_AUDIT_KEY."
    )
    with pytest.raises(ConfigurationError, match=f"^{re.escape(missing)}$"):
        Trail(files).keys()
    Trail(files).first_key()
    unknown = (
        f"{files.key}: the audit trail is signed with the key 0badc0de, which is not in this file; put the right file "
        "back."
    )
    with pytest.raises(ConfigurationError, match=f"^{re.escape(unknown)}$"):
        Trail(files).key("0badc0de")
    for damaged in ("no JSON", '{"keys": [{"id": "a"}]}', '{"keys": 7}'):
        files.key.write_text(damaged)
        with pytest.raises(ConfigurationError, match=r"audit\.key: not a file of keys"):
            Trail(files).keys()


def test_a_new_key_signs_what_comes_after_the_entry_that_tells_of_it(store: Store) -> None:
    store.add_procurement("A", "Kent")
    [old] = trail_of(store.engine).keys()
    new = rotate_key(store, person=" Ada ", because=" The old one was seen. ")
    store.add_procurement("B", "Kent")
    entries = entries_of(store)
    assert [(e["kind"], e["key_id"]) for e in entries] == [
        ("procurement_added", old), ("key_rotated", old), ("procurement_added", new),
    ]  # fmt: skip
    told = entries[1]
    assert (told["person"], told["subject"], told["subject_id"]) == ("Ada", "audit_key", new)
    assert told_in(told) == {"code": "", "message": "The old one was seen.", "details": {"key": new}}
    assert verify_store(store)[0].breach is None


def test_a_new_key_signs_the_first_entry_of_a_trail_that_has_none(store: Store) -> None:
    new = rotate_key(store, person="Ada")
    [entry] = entries_of(store)
    assert entry["key_id"] == list(trail_of(store.engine).keys())[-1] == new
    assert told_in(entry)["message"] == ""
    with pytest.raises(UsageError, match=r"^A new key needs the person who makes it; give a name\.$"):
        rotate_key(store, person=" ")
    assert len(entries_of(store)) == 1
    assert list(trail_of(store.engine).keys())[-1] == new


# The anchor


def test_the_anchor_goes_forward_only_unless_it_is_put_back(files: AuditFiles) -> None:
    trail = Trail(files)
    assert trail.anchor() is None
    for seq, back, stands in ((5, False, 5), (4, False, 5), (5, False, 5), (6, False, 6), (2, True, 2)):
        trail.move_anchor(seq, f"hash {seq}", back=back)
        assert trail.anchor() == {"seq": stands, "hash": f"hash {stands}"}
    trail.move_anchor(2, "not this")
    assert trail.anchor() == {"seq": 2, "hash": "hash 2"}
    assert mode_of(files.anchor) & 0o137 == 0
    assert sorted(p.name for p in files.anchor.parent.iterdir()) == ["audit.anchor", "audit.anchor.lock"]
    assert mode_of(files.anchor.with_name("audit.anchor.lock")) == 0o600
    assert files.anchor.read_text().endswith("}\n")
    other = files.beside(files.key)
    assert (other.key, other.anchor) == (files.key, files.key)


@pytest.mark.parametrize("damaged", ["no JSON", "{}", '{"seq": 1}', '{"seq": "x", "hash": "y"}', "[]"])
def test_a_damaged_anchor_is_said_to_be_one(files: AuditFiles, damaged: str) -> None:
    files.anchor.parent.mkdir(parents=True)
    files.anchor.write_text(damaged)
    with pytest.raises(ConfigurationError, match=r"audit\.anchor: the anchor of the audit trail cannot be read"):
        Trail(files).anchor()


def test_what_does_not_reach_its_anchor_is_told_by_numbers(store: Store) -> None:
    trail = trail_of(store.engine)
    with store.reading() as session:
        trail.check_anchor(session.connection(), Head(0, GENESIS, None))
    assert trail.anchor() == {"seq": 0, "hash": GENESIS}
    for title in "ABC":
        store.add_procurement(title, "Kent")
    hashes = {e["seq"]: e["hash"] for e in entries_of(store)}
    with store.reading() as session:
        connection = session.connection()
        head = head_of(connection)
        assert head == Head(3, hashes[3], next(iter(trail.keys())))
        for seq in (0, 1, 2, 3):  # an anchor that lags behind, as after a crash, is reached
            trail.move_anchor(seq, hashes.get(seq, GENESIS), back=True)
            trail.check_anchor(connection, head)
        for seq, found in ((4, "x"), (3, "x"), (1, "x"), (0, "x"), (7, GENESIS)):
            trail.move_anchor(seq, found, back=True)
            told = (
                f"The database is not the one, or is older than the one, that {trail.files.anchor} knows: its audit "
                f"trail ends at entry 3, and the anchor names entry {seq}. Nothing is written. Put the right database "
                "back. If it was put back or removed on purpose, `svdocs audit anchor` says so in the trail."
            )
            with pytest.raises(Conflict, match=f"^{re.escape(told)}$"):
                trail.check_anchor(connection, head)
        trail.files.anchor.unlink()
        told = (
            f"{trail.files.anchor}: the anchor of the audit trail is missing, so nothing is written. Put it back; if "
            "it is lost for good, `svdocs audit anchor` sets a new one and tells so in the trail."
        )
        with pytest.raises(Conflict, match=f"^{re.escape(told)}$"):
            trail.check_anchor(connection, head)


def test_to_set_the_anchor_is_told_with_what_it_was(store: Store) -> None:
    store.add_procurement("A", "Kent")
    [entry], trail = entries_of(store), trail_of(store.engine)
    trail.move_anchor(9, "lost", back=True)
    for person, because in (("", "b"), (" ", "b"), ("Ada", ""), ("Ada", " ")):
        with pytest.raises(UsageError, match=r"^To set the anchor, give the person who does it and the reason\.$"):
            set_anchor(store, person=person, because=because)
    assert set_anchor(store, person=" Ada ", because=" Put back on purpose. ") == 2
    [_, told] = entries_of(store)
    assert (told["kind"], told["person"], told["subject"], told["subject_id"]) == (
        "anchor_set", "Ada", "audit_anchor", "1"
    )  # fmt: skip
    assert (told["procurement_id"], told["document_id"]) == (None, None)
    assert told_in(told) == {
        "code": "",
        "message": "Put back on purpose.",
        "details": {"anchor_before": {"seq": 9, "hash": "lost"}, "end_before": {"seq": 1, "hash": entry["hash"]}},
    }
    assert trail.anchor() == {"seq": 2, "hash": told["hash"]}
    store.add_procurement("B", "Kent")
    assert verify_store(store)[0].breach is None


# Verifying and exporting


def test_the_trail_is_held_against_its_own_anchor_or_another(store: Store, tmp_path: Path) -> None:
    assert verify_store(store) == (verify([], {}, None), False)
    store.add_procurement("A", "Kent")
    trail = trail_of(store.engine)
    kept = tmp_path / "kept.anchor"
    shutil.copy(trail.files.anchor, kept)
    store.add_procurement("B", "Kent")
    found, against_anchor = verify_store(store)
    assert (found.entries, found.breach, against_anchor) == (2, None, True)
    assert verify_store(store, kept) == (found, True)
    kept.write_text(json.dumps({"seq": 3, "hash": "x"}))
    breach = verify_store(store, kept)[0].breach
    assert breach is not None
    assert "anchor" in breach.why
    assert verify_store(store)[0].breach is None
    with pytest.raises(ConfigurationError, match=r"nowhere\.anchor: there is no such anchor; check the path\."):
        verify_store(store, tmp_path / "nowhere.anchor")
    trail.files.anchor.unlink()
    assert verify_store(store) == (found, False)


def test_each_line_of_an_export_is_an_entry(store: Store) -> None:
    empty = StringIO()
    assert export_trail(store, empty) == 0
    assert empty.getvalue() == ""
    for title in "AB":
        store.add_procurement(title, "Kent")
    stream = StringIO()
    assert export_trail(store, stream) == 2
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines == entries_of(store)
    assert [line["seq"] for line in lines] == [1, 2]
    assert set(lines[0]["payload"]) == {"salt", "text"}
    assert not {"salt", "text"} & set(lines[0])
    with store.writing() as session:
        session.delete(session.get_one(AuditPayload, 1))
    erased, whole = entries_of(store)
    assert erased == lines[0] | {"payload": None}
    assert whole == lines[1]


def test_a_part_of_the_trail_is_found_by_its_columns(store: Store) -> None:
    first = store.add_procurement("A", "Kent")
    store.add_supplier("Alder Ltd")
    everything = entries_of(store)
    assert entries_of(store, procurement_id=first.id) == everything[:1]
    assert entries_of(store, procurement_id=None, kind="supplier_added") == everything[1:]
    assert entries_of(store, procurement_id=None) == everything
    assert entries_of(store, procurement_id=first.id, kind="supplier_added") == []


def test_an_entry_is_shown_with_its_words_or_as_erased() -> None:
    sealed = {"seq": 7, "at": THEN.isoformat(), "kind": "problem", "person": "Ada", "subject": "document",
              "subject_id": "d", "procurement_id": "p", "document_id": "q"}  # fmt: skip
    words = '{"code":"c","message":"m","details":{"a":1}}'
    shown = AuditRecord(7, THEN, EventKind.problem, "Ada", "document", "d", "p", "q", "c", "m", {"a": 1})
    assert record_of(sealed | {"payload": {"salt": "s", "text": words}}) == shown
    empty = replace(shown, code="", message="", details={})
    assert record_of(sealed | {"payload": {"salt": "s", "text": "{}"}}) == empty
    assert record_of(sealed | {"payload": None}) == replace(empty, erased=True)
    assert not shown.erased


# Handing in and sealing


def test_an_entry_says_who_acts(store: Store) -> None:
    def by_the_request() -> None:
        act_as("Bo")
        store.add_procurement("B", "Kent")

    store.add_procurement("A", "Kent")
    copy_context().run(by_the_request)
    with acting_as("Cy"):
        store.add_procurement("C", "Kent")
        with store.writing() as session:
            for person in (" Dee ", "", None):
                hand_in(session, EventKind.problem, subject=("document", "d"), person=person, payload={})
            assert [t.person for t in handed_in(session)] == ["Dee", "Cy", "Cy"]
    store.add_procurement("E", "Kent")
    assert [e["person"] for e in entries_of(store)] == [SYSTEM, "Bo", "Cy", "Dee", "Cy", "Cy", SYSTEM]


def test_what_a_savepoint_within_an_undone_one_handed_in_is_undone_too(store: Store) -> None:
    with store.writing() as session:
        hand_in(session, EventKind.problem, subject=("document", "kept"), payload={})
        with session.begin_nested() as outer:
            with session.begin_nested():
                hand_in(session, EventKind.problem, subject=("document", "undone"), payload={})
            outer.rollback()
    assert [e["subject_id"] for e in entries_of(store)] == ["kept"]


def test_what_cannot_be_written_fails_where_it_is_handed_in(store: Store) -> None:
    with store.writing() as session:
        with pytest.raises(TypeError):
            hand_in(session, EventKind.problem, subject=("document", "d"), payload={("no", "name"): 1})
        assert handed_in(session) == []


def test_what_is_handed_in_stands_sealed_word_for_word(store: Store) -> None:
    at = THEN.astimezone(timezone(timedelta(hours=1)))
    told = Told(EventKind.problem, "Ada", "document", "d", "p", "q", {"message": "é"}, at=at)
    trail = trail_of(store.engine)
    with store.writing() as session:
        head = trail.seal(session.connection(), [told, replace(told, person="Bo")])
    first, second = entries_of(store)
    expected = {"seq": 1, "at": "2026-11-23T09:30:15.000250+00:00", "kind": "problem", "person": "Ada",
                "subject": "document", "subject_id": "d", "procurement_id": "p", "document_id": "q",
                "previous": GENESIS}  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert first["payload"]["text"] == '{"message":"\\u00e9"}'
    assert len(first["payload"]["salt"]) == len(second["payload"]["salt"]) == 32
    assert first["payload"]["salt"] != second["payload"]["salt"]
    assert (second["seq"], second["previous"], second["person"]) == (2, first["hash"], "Bo")
    assert head == Head(2, second["hash"], second["key_id"])


def test_the_one_form_of_a_payload() -> None:
    assert canonical({"b": [1, None], "a": date(2026, 11, 23)}) == '{"a":"2026-11-23","b":[1,null]}'
