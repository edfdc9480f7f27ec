"""Everything in open formats, and back into a fresh system: JSON Lines a table, the originals, a schema, a manifest.

What only the running service needs (sign-ins, receipts of requests, workers, webhooks) is left out. The keys of the
audit trail are not part of it: they are taken along by hand, so that whoever carries the records cannot write their
past anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Enum, Table, TypeDecorator, func, insert, inspect, select, text, update

from svdocs import __version__
from svdocs.errors import CannotKeep, Conflict, UsageError
from svdocs.records.audit import head_of, trail_of
from svdocs.records.backup import count_rows
from svdocs.records.database import NEWEST_REVISION
from svdocs.records.every_table import METADATA
from svdocs.records.keep import keep_file, path_of
from svdocs.records.store import Store
from svdocs.records.tables import Pounds

FORMAT = "svdocs.everything/1"
LEFT_OUT = frozenset(
    {"sign_in", "identity_request", "receipt", "answered_request", "worker", "webhook", "webhook_delivery"}
)
"""Tables that only the running service needs."""
AT_ONCE = 500


def tables(*, everything: bool = False) -> list[Table]:
    """Return the tables that are exported, or all, each after those that it refers to."""
    return [t for t in METADATA.sorted_tables if everything or t.name not in LEFT_OUT]


def export_all(store: Store, files_folder: Path, folder: Path) -> dict[str, int]:
    """Write everything into a new folder, and return how many rows each table has.

    Raises:
        UsageError: the folder holds something already.
        CannotKeep: it cannot be written, or an original is missing.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: there is something here already; name a new folder.")
    counts, digests = {}, {}
    try:
        (folder / "tables").mkdir(parents=True)
        with store.reading() as session:
            connection = session.connection()
            if connection.dialect.name == "postgresql":  # one state of all tables, as SQLite gives of itself
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            for table in tables():
                path = folder / "tables" / f"{table.name}.jsonl"
                counts[table.name], digests[table.name] = _write_rows(connection, table, path)
            hashes = list(connection.execute(select(METADATA.tables["kept_file"].c.sha256)).scalars())
            head = head_of(connection)
        for sha256 in hashes:
            keep_file(path_of(sha256, files_folder), folder / "files")
        about = {
            "format": FORMAT, "svdocs": __version__, "schema": NEWEST_REVISION,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "audit": {"seq": head.seq, "hash": head.hash},
            "tables": {name: {"rows": counts[name], "sha256": digests[name]} for name in counts}, "files": len(hashes),
        }  # fmt: skip
        _write_json(folder / "schema.json", {t.name: _described(t) for t in tables()})
        _write_json(folder / "audit.anchor", {"seq": head.seq, "hash": head.hash})
        _write_json(folder / "manifest.json", about)
    except OSError as error:
        raise CannotKeep(f"{folder}: cannot be written ({error.strerror}); see to the disk.") from error
    return counts


def import_all(store: Store, files_folder: Path, folder: Path) -> dict[str, int]:
    """Bring an export into a fresh system, and return how many rows each table has.

    The trail's keys have to be in place before; entries after the import are signed with the newest.

    Raises:
        UsageError: there is no whole export of this version in the folder.
        Conflict: the system has records already.
        ConfigurationError: the trail's key is not in place.
    """
    manifest = _read_manifest(folder)
    with store.reading() as session:
        if any(count_rows(session.connection()).values()):
            raise Conflict("There are records here already; import everything into a fresh system.")
    trail = trail_of(store.engine)
    if manifest["audit"]["seq"]:
        trail.keys()
    for path in sorted((folder / "files").glob("??/*")):
        if keep_file(path, files_folder).sha256 != path.name:
            raise UsageError(f"{path}: not the file that was exported; export again.")
    counts = {}
    with store.writing() as session:
        connection = session.connection()
        for table in tables():
            counts[table.name] = _read_rows(connection, table, folder / "tables" / f"{table.name}.jsonl")
        for table in tables():
            _point(connection, table, folder / "tables" / f"{table.name}.jsonl")
            _count_on(connection, table)
        head = head_of(connection)
        if (head.seq, head.hash) != (manifest["audit"]["seq"], manifest["audit"]["hash"]):
            raise UsageError(f"{folder}: its audit trail does not end where its manifest says; export again.")
    trail.move_anchor(head.seq, head.hash)
    return counts


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        if manifest["format"] != FORMAT or manifest["schema"] != NEWEST_REVISION:
            raise UsageError(f"{folder}: exported by another version of svdocs; import it with that, and upgrade.")
        for name, told in manifest["tables"].items():
            path = folder / "tables" / f"{name}.jsonl"
            if hashlib.sha256(path.read_bytes()).hexdigest() != told["sha256"]:
                raise UsageError(f"{path}: not as it was exported; export again.")
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{folder}: there is no export of everything here that can be read.") from error
    return manifest


def _write_rows(connection: Connection, table: Table, path: Path) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    query = select(table).order_by(*table.primary_key.columns)
    with path.open("wb") as out:
        for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}).mappings():
            line = json.dumps({n: _as_json(v) for n, v in row.items()}, ensure_ascii=False).encode() + b"\n"
            out.write(line)
            digest.update(line)
            count += 1
    return count, digest.hexdigest()


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _described(table: Table) -> dict[str, Any]:
    return {
        "primary_key": [c.name for c in table.primary_key.columns],
        "columns": {
            c.name: {
                "type": "json" if _is_json(c) else _python_type(c).__name__,
                "may_be_null": bool(c.nullable),
                "refers_to": next((str(k.target_fullname) for k in c.foreign_keys), None),
            }
            for c in table.columns
        },
    }


def _is_json(column: Column[Any]) -> bool:
    return column.type.__class__.__name__ == "JSON"


def _python_type(column: Column[Any]) -> type:
    if isinstance(column.type, Pounds):
        return Decimal
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return str if isinstance(kind, Enum) else kind.python_type


def _from_json(column: Column[Any], value: Any) -> Any:
    if value is None or _is_json(column):
        return value
    if isinstance(column.type, Enum) and column.type.enum_class:
        return column.type.enum_class(value)
    kind = _python_type(column)
    if kind is bytes:
        return base64.b64decode(value)
    return kind.fromisoformat(value) if kind in (datetime, date) else kind(value)


def _rows(table: Table, path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield {n: _from_json(table.columns[n], v) for n, v in json.loads(line).items()}


def _pointers(table: Table) -> list[str]:
    """Return the columns that refer to rows which may come later: of the table itself, or of one after it."""
    later = {t.name for t in tables()[tables().index(table) :]}
    return [c.name for c in table.columns if any(k.column.table.name in later for k in c.foreign_keys)]


def _read_rows(connection: Connection, table: Table, path: Path) -> int:
    count, batch, blank = 0, [], dict.fromkeys(_pointers(table))
    for row in _rows(table, path):
        batch.append(row | blank)
        count += 1
        if len(batch) == AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    return count


def _point(connection: Connection, table: Table, path: Path) -> None:
    pointers = _pointers(table)
    for row in _rows(table, path) if pointers else ():
        values = {name: row[name] for name in pointers if row[name] is not None}
        if values:
            same = [c == row[c.name] for c in table.primary_key.columns]
            connection.execute(update(table).where(*same).values(values))


def _count_on(connection: Connection, table: Table) -> None:
    """Have PostgreSQL count on from the highest number that came in; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    sequences = {c["name"]: c.get("default") for c in inspect(connection).get_columns(table.name)}
    if "nextval" in str(sequences[column.name] or ""):
        highest = connection.scalar(select(func.max(column)))
        if highest:
            name = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(name, highest)))


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")
