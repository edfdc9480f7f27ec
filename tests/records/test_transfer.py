"""Everything goes out in open formats and comes back into a fresh system, row by row the same."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from svdocs.errors import Conflict, UsageError
from svdocs.records import verify_audit
from svdocs.records.audit import AuditFiles
from svdocs.records.auditing import export_trail
from svdocs.records.decisions import Decisions
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.store import Store, open_store
from svdocs.records.transfer import LEFT_OUT, export_all, import_all, tables
from tests.records.test_backup import hand_in
from tests.records.values import commitment, extraction_record


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Path:
    """Records with something in most tables."""
    folder = tmp_path / "files"
    for words in ("bid 1", "bid “2” – ünïcode"):
        hand_in(store, folder, words)
    bid = store.documents_of()[0].document
    store.keep_text(bid.id, "pdf/1", b'{"text": "x"}')
    store.publish_run(bid.id, extraction_record(commitment(), version="2"), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="amend", person="Ada", changes={"firmness": "conditional"})
    Decisions(store).add_missed(bid.id, {"text": "We will.", "location": {"page": 1}}, person="Ada")
    Decisions(store).undo(store.statements_of(bid.id)[0].id, person="Ada")
    entry = store.add_baseline("Example Ltd", "Two a year.", source="report", person="Ada", document_id=bid.id)
    store.correct_baseline(entry.id, "Three a year.", person="Ada", because="It was wrong.")
    return folder


def rows_of(store: Store) -> dict[str, list[Any]]:
    with store.reading() as session:
        return {
            t.name: [tuple(r) for r in session.connection().execute(select(t).order_by(*t.primary_key.columns))]
            for t in tables()
        }


@pytest.fixture
def fresh(tmp_path: Path, empty_database: Path, files: Path) -> tuple[str, AuditFiles]:
    """The address of a fresh SQLite system with the keys in place, and where its trail's files are."""
    there = tmp_path / "fresh"
    there.mkdir()
    shutil.copy(empty_database, there / "svdocs.db")
    shutil.copy(tmp_path / "audit.key", there / "audit.key")
    return f"sqlite:///{there / 'svdocs.db'}", AuditFiles(there / "audit.key", there / "audit.anchor")


def test_what_is_exported_from_either_database_comes_into_a_fresh_system_row_by_row(
    store: Store, files: Path, fresh: tuple[str, AuditFiles], tmp_path: Path
) -> None:
    counts = export_all(store, files, tmp_path / "all")
    with open_store(*fresh) as other:
        assert import_all(other, tmp_path / "fresh" / "files", tmp_path / "all") == counts
        assert rows_of(other) == rows_of(store)
        checks = check_records(other, tmp_path / "fresh" / "files", strict=True)
        assert [x for c in checks if c.outcome is Outcome.broken for x in c.found] == []
        other.decide(
            next(r.id for d in other.documents_of() for r in other.statements_of(d.document.id)),
            action="accept", person="Ada",
        )  # fmt: skip
        out = io.StringIO()
        export_trail(other, out)
        with pytest.raises(Conflict, match="records here already"):
            import_all(other, tmp_path / "fresh" / "files", tmp_path / "all")
    (tmp_path / "trail.jsonl").write_text(out.getvalue())
    words = ["--key", fresh[1].key, "--anchor", fresh[1].anchor]
    done = subprocess.run([sys.executable, "-I", verify_audit.__file__, tmp_path / "trail.jsonl", *words], check=False)
    assert done.returncode == 0


def test_an_export_of_sqlite_comes_into_postgresql_and_counts_on(
    fresh: tuple[str, AuditFiles], request: pytest.FixtureRequest, tmp_path: Path, store: Store, files: Path
) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("asked once, for SQLite")
    export_all(store, files, tmp_path / "all")
    url = request.getfixturevalue("postgresql").clone()
    with open_store(url, fresh[1]) as other:
        import_all(other, tmp_path / "fresh" / "files", tmp_path / "all")
        assert rows_of(other) == rows_of(store)
        statement = next(r.id for d in other.documents_of() for r in other.statements_of(d.document.id))
        with other.engine.connect() as connection:
            newest = connection.exec_driver_sql("SELECT max(id) FROM decision").scalar_one()
        assert other.decide(statement, action="accept", person="Ada").id == newest + 1


def test_the_schema_describes_every_table_and_sign_ins_stay_behind(store: Store, files: Path, tmp_path: Path) -> None:
    export_all(store, files, tmp_path / "all")
    schema = json.loads((tmp_path / "all" / "schema.json").read_text())
    assert set(schema) == {p.stem for p in (tmp_path / "all" / "tables").iterdir()}
    assert not set(schema) & LEFT_OUT
    assert schema["document"]["columns"]["procurement_id"]["refers_to"] == "procurement.id"
    with pytest.raises(UsageError, match="something here already"):
        export_all(store, files, tmp_path / "all")


def test_an_export_that_was_changed_is_not_taken_in(
    store: Store, files: Path, fresh: tuple[str, AuditFiles], tmp_path: Path
) -> None:
    export_all(store, files, tmp_path / "all")
    path = tmp_path / "all" / "tables" / "supplier.jsonl"
    path.write_text(path.read_text().replace("Example", "Another"))
    with open_store(*fresh) as other:
        with pytest.raises(UsageError, match="not as it was exported"):
            import_all(other, tmp_path / "fresh" / "files", tmp_path / "all")
        assert other.suppliers() == []


def test_no_table_of_the_database_is_unknown(store: Store) -> None:
    there = set(inspect(store.engine).get_table_names()) - {"alembic_version"}
    assert {t.name for t in tables(everything=True)} == there
