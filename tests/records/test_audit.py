"""The audit trail: one entry a change, sealed and chained, and every kind of tampering found."""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from svdocs.errors import ConfigurationError, Conflict
from svdocs.records import verify_audit
from svdocs.records.audit import acting_as, export_entries, trail_of, verify_trail
from svdocs.records.database import begin_migration, downgrade, upgrade
from svdocs.records.receiving import IfThere, NewDocument
from svdocs.records.steps import tell
from svdocs.records.store import Store, open_store
from svdocs.records.tables import Document, EventKind, Procurement, Run
from svdocs.records.verify_audit import Verified, verify
from tests.records.changes import CHANGES_OF, Again, World, fill_world
from tests.records.conftest import add_bid
from tests.records.values import commitment, extraction_record


def verified(store: Store) -> Verified:
    with store._reading.connect() as connection:
        trail = trail_of(store._engine)
        return verify_trail(connection, trail, trail.anchor())


def exported(store: Store) -> list[dict[str, Any]]:
    with store._reading.connect() as connection:
        return list(export_entries(connection))


def test_entries_are_numbered_without_a_gap_and_verify_up_to_the_anchor(store: Store, bid: Document) -> None:
    with acting_as("officer"):
        store.publish_run(bid.id, extraction_record(commitment()), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A. Evaluator")
    events = store.events()
    assert [e.seq for e in events] == [1, 2, 3, 4, 5]
    assert [(e.kind.value, e.subject, e.person) for e in events] == [
        ("procurement_added", "procurement", "system"),
        ("supplier_added", "supplier", "system"),
        ("document_added", "document", "system"),
        ("run_published", "run", "officer"),
        ("decision_made", "decision", "A. Evaluator"),
    ]
    assert {e.document_id for e in events[2:]} == {bid.id}
    assert {e.procurement_id for e in (events[0], *events[2:])} == {bid.procurement_id}
    found = verified(store)
    assert (found.entries, found.breach) == (5, None)
    assert trail_of(store._engine).anchor() == {"seq": 5, "hash": found.head}


def test_what_is_undone_leaves_no_entry_and_no_gap(store: Store) -> None:
    with contextlib.suppress(ZeroDivisionError), store._write() as session:
        session.add(procurement := Procurement(title="A", buyer="B"))
        tell(session, EventKind.procurement_added, procurement)
        session.flush()
        raise ZeroDivisionError
    with store._write() as session:
        session.add(kept := Procurement(title="C", buyer="D"))
        tell(session, EventKind.procurement_added, kept)
        with session.begin_nested() as savepoint:
            session.add(undone := Procurement(title="E", buyer="F"))
            tell(session, EventKind.procurement_added, undone)
            savepoint.rollback()
    assert [e.subject_id for e in store.events()] == [kept.id]
    assert [p.title for p in store.procurements()] == ["C"]
    assert verified(store).breach is None


def test_many_writers_at_once_make_one_chain(database_url: str) -> None:
    def write() -> None:
        with open_store(database_url) as own:
            for _ in range(5):
                own.add_procurement("A", "B")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_store(database_url) as store:
        assert [e.seq for e in store.events()] == list(range(1, 21))
        found = verified(store)
        assert (found.entries, found.breach) == (20, None)
        assert trail_of(store._engine).anchor() == {"seq": 20, "hash": found.head}


# One entry for each change of state


def writing_methods(room: type) -> set[str]:
    """The public methods of a class that open a writing transaction, themselves or through another method."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(room)))
    calls = {
        f.name: {
            n.attr for n in ast.walk(f) if isinstance(n, ast.Attribute) and ast.unparse(n.value).startswith("self")
        }
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef)
    }
    writing = {"_write", "writing"}
    while more := {name for name, called in calls.items() if called & writing} - writing:
        writing |= more
    return {name for name in writing if not name.startswith("_")} - {"writing"}  # which gives others a transaction


def _is_own(base: ast.expr) -> bool:
    """Say whether an attribute is one of the object itself or of its store, and no word that only looks so."""
    return ast.unparse(base) in ("self", "self._store")


def _publish(s: Store, d: Document) -> None:
    s.publish_run(d.id, extraction_record(commitment("b"), version="9"), 1)


def _stage(s: Store, d: Document) -> Run:
    return s.stage_run(d.id, extraction_record(commitment("b"), version="9"), 1)[0]


def _entry(s: Store) -> str:
    return s.baselines_of()[0].id


CHANGES: dict[str, tuple[Callable[[Store, Document], object], list[str]]] = {
    "add_procurement": (lambda s, d: s.add_procurement("New", "Kent"), ["procurement_added"]),
    "set_consent": (lambda s, d: s.set_consent(d.procurement_id, consents=True, person="A"), ["consent_changed"]),
    "add_supplier": (lambda s, d: s.add_supplier("New Ltd"), ["supplier_added"]),
    "add_baseline": (lambda s, d: s.add_baseline("Example Ltd", "x", source="y", person="A"), ["baseline_added"]),
    "correct_baseline": (lambda s, d: s.correct_baseline(_entry(s), "x", person="A", because="b"),
                         ["baseline_retired", "baseline_added"]),
    "retire_baseline": (lambda s, d: s.retire_baseline(_entry(s), person="A", because="b"), ["baseline_retired"]),
    "add_document": (lambda s, d: add_bid(s, sha256="b" * 64), ["document_added"]),
    "receive_document": (
        lambda s, d: s.receive_document(
            NewDocument(d.procurement_id, "b.pdf", None, None, "b" * 64, "", 1), if_there=IfThere.same
        ),
        ["document_added"],
    ),
    "describe_document": (lambda s, d: s.describe_document(d.id, kind="case_study"), ["document_described"]),
    "keep_text": (lambda s, d: s.keep_text(d.id, "pdf/1", b"{}"), []),
    "publish_run": (_publish, ["run_published"]),
    "stage_run": (lambda s, d: _stage(s, d), []),
    "publish_staged": (lambda s, d: s.publish_staged(_stage(s, d).id), ["run_published"]),
    "decide": (lambda s, d: s.decide(s.statements_of(d.id)[0].id, action="accept", person="A"), ["decision_made"]),
    "note_problem": (lambda s, d: s.note_problem(d.id, "internal", "It failed."), ["problem"]),
}  # fmt: skip
"""Each writing method of the store, a call that changes something, and the entries that it makes."""
AGAIN_NOTHING = ("add_supplier", "add_document", "receive_document", "describe_document", "publish_run")
"""Those that change nothing when they are asked for the same again."""


def test_every_writing_method_of_the_store_is_known_here() -> None:
    assert writing_methods(Store) == set(CHANGES)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_each_change_of_state_makes_one_entry_and_no_change_makes_none(store: Store, bid: Document, name: str) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    store.add_baseline("Example Ltd", "Two a year.", source="report", person="A")
    change, kinds = CHANGES[name]
    before = len(store.events())
    change(store, bid)
    assert [e.kind.value for e in store.events()[before:]] == kinds
    if name in AGAIN_NOTHING:
        change(store, bid)
        assert len(store.events()) == before + len(kinds)


@pytest.mark.parametrize("room", CHANGES_OF, ids=lambda room: room.__name__)
def test_every_writing_method_of_a_room_is_known(room: type) -> None:
    assert writing_methods(room) == set(CHANGES_OF[room])


@pytest.fixture(scope="module")
def kept_world(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> tuple[Path, World]:
    """The folder of a database with something of every room in it, and the ids of that."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(empty_database, folder / "svdocs.db")
    with open_store(f"sqlite:///{folder / 'svdocs.db'}") as store:
        return folder, fill_world(store)


@pytest.mark.parametrize(
    ("room", "name"), [(room, name) for room, changes in CHANGES_OF.items() for name in sorted(changes)],
    ids=lambda x: x if isinstance(x, str) else x.__name__,
)  # fmt: skip
def test_each_change_in_a_room_makes_its_entries_and_no_change_makes_none(
    kept_world: tuple[Path, World], tmp_path: Path, room: type, name: str
) -> None:
    folder, world = kept_world
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    row = CHANGES_OF[room][name]
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as store:
        before = len(store.events())
        row.change(store, world)
        assert [e.kind.value for e in store.events()[before:]] == list(row.kinds)
        with pytest.raises(Conflict) if row.again is Again.refused else contextlib.nullcontext():
            row.change(store, world)
        again = len(store.events()) - before - len(row.kinds)
        assert (again > 0) == (row.again is Again.more)


# Tampering


@pytest.fixture
def filled(tmp_path: Path, empty_database: Path) -> Path:
    """The database file of a store with a dozen entries."""
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as store:
        for i in range(10):
            add_bid(store, sha256=f"{i:064d}")
    return tmp_path / "svdocs.db"


def tampered(path: Path, *commands: str) -> Verified:
    """Change the database behind the store's back, triggers and all, and verify."""
    with sqlite3.connect(path) as connection:
        for trigger in ("audit_entry_refuses_update", "audit_entry_refuses_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for command in commands:
            assert connection.execute(command).rowcount != 0
    connection.close()
    with open_store(f"sqlite:///{path}") as store:
        return verified(store)


MOVE = "UPDATE audit_entry SET seq = {} WHERE seq = {}"


@pytest.mark.parametrize(
    ("commands", "seq"),
    [
        (["UPDATE audit_entry SET person = 'somebody else' WHERE seq = 4"], 4),
        (["UPDATE audit_entry SET at = replace(at, '2', '3') WHERE seq = 4"], 4),
        (["UPDATE audit_entry SET document_id = NULL WHERE seq = 4"], 4),
        (["UPDATE audit_entry SET kind = 'no such kind' WHERE seq = 4"], 4),
        (["UPDATE audit_entry SET key_id = 'other' WHERE seq = 4"], 4),
        (["UPDATE audit_entry SET hash = 'x' WHERE seq = 4"], 4),
        (["UPDATE audit_payload SET text = replace(text, 'bid', 'bad') WHERE seq = 4"], 4),
        (["UPDATE audit_payload SET salt = 'x' WHERE seq = 4"], 4),
        (["DELETE FROM audit_payload WHERE seq = 4"], 4),
        (["DELETE FROM audit_entry WHERE seq = 1"], 1),
        (["DELETE FROM audit_entry WHERE seq = 5"], 5),
        (["DELETE FROM audit_entry WHERE seq = 5", "UPDATE audit_entry SET seq = seq - 1 WHERE seq = 6"], 5),
        (["DELETE FROM audit_entry WHERE seq >= 10"], 10),
        (["DELETE FROM audit_entry"], 1),
        (["INSERT INTO audit_entry SELECT 13, at, kind, person, subject, subject_id, procurement_id, document_id, "
          "payload_digest, hash, key_id, hash FROM audit_entry WHERE seq = 12"], 13),
        ([MOVE.format(99, 5), MOVE.format(5, 6), MOVE.format(6, 99)], 5),
    ],
)  # fmt: skip
def test_tampering_is_found_and_the_first_wrong_entry_named(filled: Path, commands: list[str], seq: int) -> None:
    found = tampered(filled, *commands)
    assert found.breach is not None
    assert found.breach.seq == seq


def test_a_trail_written_anew_without_the_key_or_with_it_is_found(filled: Path) -> None:
    with open_store(f"sqlite:///{filled}") as store:
        entries, trail = exported(store), trail_of(store._engine)
    for key, why in ((b"guessed", "without the key"), (trail.key(entries[0]["key_id"]), "anchor")):
        previous, anew = verify_audit.GENESIS, []
        for entry in entries:
            entry = entry | {"previous": previous, "person": "somebody else"}
            anew.append(entry | {"hash": verify_audit.entry_hash(key, entry)})
            previous = anew[-1]["hash"]
        breach = verify(anew, trail.keys(), trail.anchor()).breach
        assert breach is not None
        assert why in breach.why


def test_an_older_copy_put_back_is_found_and_nothing_is_written_into_it(filled: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{filled}"
    with sqlite3.connect(filled) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "older.db"),))
    connection.close()
    with open_store(url) as store:
        store.add_procurement("Lost", "Kent")
    for file in tmp_path.glob("svdocs.db*"):
        file.unlink()
    (tmp_path / "older.db").rename(filled)
    with open_store(url) as store:
        breach = verified(store).breach
        assert breach is not None
        assert "older copy" in breach.why
        with pytest.raises(Conflict, match="older than"):
            store.add_procurement("A", "B")
        assert store.procurement_titled("A") is None


@pytest.mark.parametrize(
    ("file", "error"), [("audit.anchor", "anchor of the audit trail is missing"), ("audit.key", "put the file back")]
)
def test_without_key_or_anchor_nothing_is_written(filled: Path, file: str, error: str) -> None:
    (filled.parent / file).unlink()
    with open_store(f"sqlite:///{filled}") as store, pytest.raises((Conflict, ConfigurationError), match=error):
        store.add_procurement("A", "B")


def test_the_key_is_readable_by_its_owner_alone(filled: Path) -> None:
    assert (filled.parent / "audit.key").stat().st_mode & 0o077 == 0


# The verifier that stands alone


def test_the_verifier_needs_nothing_but_the_standard_library() -> None:
    source = Path(verify_audit.__file__).read_text()
    assert len(source.splitlines()) < 150
    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("cut", [0, 3])
def test_an_export_is_verified_where_svdocs_is_not_installed(filled: Path, tmp_path: Path, cut: int) -> None:
    with open_store(f"sqlite:///{filled}") as store:
        lines = [json.dumps(e) for e in exported(store)]
    (tmp_path / "trail.jsonl").write_text("\n".join(lines[: len(lines) - cut]) + "\n")
    script = shutil.copy(verify_audit.__file__, tmp_path / "verify_audit.py")
    words = [script, tmp_path / "trail.jsonl", "--key", tmp_path / "audit.key", "--anchor", tmp_path / "audit.anchor"]
    done = subprocess.run([sys.executable, "-I", "-S", *words], capture_output=True, text=True, check=False)
    assert done.returncode == (1 if cut else 0), done.stderr
    assert ("WRONG at entry 10" if cut else "12 entries verify") in done.stdout


# The log before it


def test_what_an_older_log_told_is_sealed_when_the_tables_are_brought_up_to_date(own_database_url: str) -> None:
    with open_store(own_database_url) as store:
        bid = add_bid(store)
        store.publish_run(bid.id, extraction_record(commitment()), 1)
        store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A")
        before = store.events()
        engine = store._engine
        with begin_migration(engine) as connection:
            downgrade(connection, "0007")
            kinds = connection.execute(text("SELECT kind FROM event ORDER BY id")).scalars().all()
        assert kinds == ["document_added", "run_published", "decision_made"]
        trail_of(engine).files.anchor.unlink()
        with begin_migration(engine) as connection:
            upgrade(connection)
        after = store.events()
        assert {(e.kind, e.subject, e.subject_id) for e in after} == {(e.kind, e.subject, e.subject_id) for e in before}
        assert verified(store).breach is None
        store.add_procurement("A", "B")
        assert verified(store).breach is None
