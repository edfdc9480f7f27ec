"""Copies of the whole records that can be put back, and are proved whole when they are.

A backup is a folder: the database as its own engine copies it while others write, the originals under their hashes
(each copied once, however many backups are made into the folder), and a manifest with the end of the audit trail. The
trail's keys stay out of it unless they are asked for: whoever has both can write a trail anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, func, inspect, select
from sqlalchemy.engine import URL

from svdocs import __version__
from svdocs.errors import CannotKeep, ConfigurationError, Conflict, UsageError
from svdocs.records.audit import AuditFiles, audit_files_of, head_of, trail_of
from svdocs.records.auditing import set_anchor
from svdocs.records.database import database_address
from svdocs.records.digests import table_of
from svdocs.records.every_table import METADATA
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.keep import keep_file, path_of
from svdocs.records.store import Store, open_store
from svdocs.records.tables import KeptFile

FORMAT = "svdocs.backup/1"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: str
    made_at: str
    svdocs: str
    engine: str
    """`sqlite` or `postgresql`."""
    database: str
    """The name of the database's copy in the folder."""
    database_sha256: str
    rows: dict[str, int]
    """How many rows each table has; on PostgreSQL as counted just before the copy began."""
    audit_seq: int
    audit_hash: str
    files: int
    file_bytes: int
    with_key: bool


def back_up(store: Store, files_folder: Path, folder: Path, *, with_key: bool = False) -> Manifest:
    """Return the manifest of a backup that now stands in the folder; others may read and write meanwhile.

    Args:
        store: what to copy.
        files_folder: of the kept originals.
        folder: new, or of an earlier backup, whose originals are not copied again and whose database is replaced.
        with_key: whether the trail's keys go into it.

    Raises:
        CannotKeep: the disk is full or cannot be written, or an original is missing or damaged.
        ConfigurationError: a program that copies the database is missing.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = "svdocs.db" if store.engine.dialect.name == "sqlite" else "svdocs.dump"
        new = folder / f"{name}.new"
        new.unlink(missing_ok=True)
        with store.reading() as session:
            before = _told_by(session.connection())
        (_copy_sqlite if store.engine.dialect.name == "sqlite" else _dump_postgresql)(store.engine, new)
        about = _of_copy(new) if store.engine.dialect.name == "sqlite" else before
        with store.reading() as session:  # by now, so that none of the copy is missing
            hashes = list(session.connection().execute(select(table_of(KeptFile).c.sha256)).scalars())
        count, size = _copy_files(hashes, files_folder, folder / "files")
        if with_key:
            _copy_private(trail_of(store.engine).files.key, folder / "audit.key")
        manifest = Manifest(
            FORMAT, datetime.now(UTC).isoformat(timespec="seconds"), __version__, store.engine.dialect.name, name,
            _sha256(new), files=count, file_bytes=size, with_key=with_key, **about,
        )  # fmt: skip
        new.rename(folder / name)
        (folder / f"{MANIFEST}.new").write_text(json.dumps(asdict(manifest), indent=1) + "\n")
        (folder / f"{MANIFEST}.new").rename(folder / MANIFEST)
    except OSError as error:
        raise CannotKeep(f"{folder}: the backup could not be written ({error.strerror}); see to the disk.") from error
    return manifest


def _copy_sqlite(engine: Engine, new: Path) -> None:
    with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(new)) as copy:
        source.backup(copy, pages=1_000)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _dump_postgresql(engine: Engine, new: Path) -> None:
    _run_postgresql("pg_dump", engine.url, "--format=custom", f"--file={new}")


def _run_postgresql(program: str, url: URL, *words: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise ConfigurationError(f"{program} is not installed; it comes with PostgreSQL's client (postgresql-client).")
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {"PATH": "/usr/bin:/bin", "PGPASSWORD": url.password or "", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([found, f"--dbname={address}", *words], capture_output=True, text=True, check=False,
                          env=environment)  # fmt: skip
    if done.returncode:
        raise CannotKeep(f"{program} failed: {done.stderr.strip().splitlines()[-1:] or done.returncode}.")


def _of_copy(copy: Path) -> dict[str, Any]:
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            return _told_by(connection)
    finally:
        engine.dispose()


def _told_by(connection: Connection) -> dict[str, Any]:
    head = head_of(connection)
    return {"rows": count_rows(connection), "audit_seq": head.seq, "audit_hash": head.hash}


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    tables = sorted(METADATA.tables)
    return {t: connection.scalar(select(func.count()).select_from(METADATA.tables[t])) or 0 for t in tables}


def _copy_files(hashes: list[str], source: Path, target: Path) -> tuple[int, int]:
    size = 0
    for sha256 in hashes:
        path = path_of(sha256, source)
        there = target / sha256[:2] / sha256
        if not there.is_file() or there.stat().st_size != path.stat().st_size:
            there.unlink(missing_ok=True)
            if keep_file(path, target).sha256 != sha256:
                raise CannotKeep(f"The file {sha256} no longer has its bytes; `svdocs fsck --strict` tells more.")
        size += path.stat().st_size
    return len(hashes), size


def _copy_private(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(source.read_bytes())


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup whose database is as it was written.

    Raises:
        UsageError: there is no backup in the folder, or it is damaged.
    """
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
        whole = manifest.format == FORMAT and _sha256(folder / manifest.database) == manifest.database_sha256
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{folder}: there is no backup here that can be read; check the path.") from error
    if not whole:
        raise UsageError(f"{folder}: the backup's database is not as it was written; take another backup.")
    return manifest


def restore(folder: Path, database_url: str, files_folder: Path, *, accept_older: bool = False, person: str = "",
            because: str = "", audit: AuditFiles | None = None) -> tuple[Manifest, list[str]]:  # fmt: skip
    """Return the manifest of the backup that was put back into an empty place, and what is not as it should be.

    Args:
        folder: of the backup.
        database_url: of a database that is not there yet, or has no tables.
        files_folder: which holds no originals yet.
        accept_older: put back an older state than the anchor knows, and say so in the audit trail.
        person: who accepts it.
        because: why.
        audit: where keys and anchor are; by default as `audit.audit_files_of` says.

    Raises:
        UsageError: no backup, or nobody who accepts an older one.
        Conflict: the place is not empty, or the backup is older than the anchor knows.
        ConfigurationError: the trail's key is neither in place nor in the backup.
    """
    manifest = read_manifest(folder)
    url = database_address(database_url)
    audit = audit or audit_files_of(url)
    if accept_older and not (person.strip() and because.strip()):
        raise UsageError("To put back an older state, give the person who accepts it and the reason.")
    _check_is_empty(manifest, url, files_folder)
    older = _check_anchor(manifest, audit, accept_older)
    if not audit.key.exists() and manifest.audit_seq:
        if not manifest.with_key:
            raise ConfigurationError(f"{audit.key}: put the audit trail's key here first; it is not in the backup.")
        audit.key.parent.mkdir(parents=True, exist_ok=True)
        _copy_private(folder / "audit.key", audit.key)
    files = sorted(p.name for p in (folder / "files").glob("??/*"))
    _copy_files(files, folder / "files", files_folder)
    if manifest.engine == "sqlite":
        place = Path(str(url.database))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / manifest.database, place)
    else:
        _run_postgresql("pg_restore", url, "--no-owner", "--exit-on-error", str(folder / manifest.database))
    if not audit.anchor.exists() and manifest.audit_seq:
        audit.anchor.parent.mkdir(parents=True, exist_ok=True)
        audit.anchor.write_text(json.dumps({"seq": manifest.audit_seq, "hash": manifest.audit_hash}) + "\n")
    with open_store(database_url, audit) as store:
        wrong = _wrong_rows(store, manifest)
        if older:
            set_anchor(store, person=person, because=because)
        checks = check_records(store, files_folder, strict=True)
        return manifest, wrong + [x for c in checks if c.outcome is Outcome.broken for x in c.found]


def _check_is_empty(manifest: Manifest, url: URL, files_folder: Path) -> None:
    kind = url.get_backend_name()
    if kind != manifest.engine:
        raise Conflict(
            f"The backup is of {manifest.engine}, and the database is {kind}; use export-all and import-all."
        )
    if any(files_folder.glob("??/*")):
        raise Conflict(f"{files_folder}: there are originals here already; restore into an empty place.")
    if kind == "sqlite":
        if Path(str(url.database)).exists():
            raise Conflict(f"{url.database}: there is a database here already; move it away, and keep it.")
        return
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise Conflict(f"The database {url.database} has tables already; restore into an empty one.")
    finally:
        engine.dispose()


def _check_anchor(manifest: Manifest, audit: AuditFiles, accept_older: bool) -> bool:
    """Return whether the backup is older than the anchor knows, which somebody has to accept."""
    try:
        anchor = json.loads(audit.anchor.read_text("ascii"))
    except FileNotFoundError:
        return False
    older = anchor["seq"] > manifest.audit_seq
    if older and not accept_older:
        raise Conflict(
            f"The backup ends at entry {manifest.audit_seq} of the audit trail, and {audit.anchor} knows "
            f"{anchor['seq']}: what was done since would be lost. Take a newer backup, or accept it with "
            "--accept-older, --person and --reason, which the audit trail then tells."
        )
    return bool(older)


def _wrong_rows(store: Store, manifest: Manifest) -> list[str]:
    if manifest.engine != "sqlite":
        return []  # counted before the copy, so a row may have come in between
    with store.reading() as session:
        found = count_rows(session.connection())
    return [
        f"The table {table} has {found.get(table)} rows, and the backup had {rows}."
        for table, rows in manifest.rows.items()
        if found.get(table) != rows
    ]
