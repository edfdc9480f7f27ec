"""Check that the records are whole: the invariants on which everything else relies, each looked at where it is kept.

Quick: what counts, sizes and the chain tell. Strict: every original, every kept text and every row of a published run
is read and hashed again.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import ConfigurationError, NotFound
from svdocs.records.audit import canonical, export_entries, trail_of, verify_trail
from svdocs.records.delivery_tables import CommitmentEvent, Contract, ContractChange
from svdocs.records.digests import digest_of, run_digest, table_of
from svdocs.records.keep import is_intact, path_of
from svdocs.records.panel_tables import Consensus, Mark, PanelStep, Seat, SeatState, SeatSubmission, Stage
from svdocs.records.set_up_tables import MenuVersion, SetUpVersion, TenderCheck
from svdocs.records.store import Store
from svdocs.records.tables import (
    LIVE_JOBS,
    BaselineEntry,
    Decision,
    Document,
    DocumentState,
    EventKind,
    Job,
    KeptFile,
    KeptText,
    Procurement,
    Run,
    RunState,
    Statement,
    Supplier,
)

ORPHAN_AFTER = timedelta(hours=1)
"""A file without a record may be an upload under way until it is this old."""
WAITING_AFTER = timedelta(hours=1)
"""Three attempts of twenty minutes: a document that waits longer without a job, or whose claim lapsed so long ago,
has been forgotten."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNREADABLE = (ValueError, LookupError, TypeError, DatabaseError, zlib.error)
"""What reading a damaged row may raise."""


class Outcome(StrEnum):
    """What came of one check."""

    whole = "whole"
    broken = "broken"
    not_applicable = "not applicable yet"
    not_checked = "not checked here"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: the invariants that it covers, what it says, and each thing that is wrong, in words."""

    invariants: str
    title: str
    outcome: Outcome
    found: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Records:
    """What the checks look at."""

    connection: Connection
    store: Store
    files: Path
    strict: bool
    now: datetime


def check_records(store: Store, files_folder: Path, *, strict: bool, now: datetime | None = None) -> list[Check]:
    """Return what came of every check, in the order of the invariants."""
    with store.reading() as session:
        records = _Records(session.connection(), store, files_folder, strict, now or datetime.now(UTC))
        return [_checked(records, *check) for check in _CHECKS] + list(_ELSEWHERE)


def _checked(records: _Records, invariants: str, title: str, look: Callable[[_Records], Iterator[str]]) -> Check:
    found: list[str] = []
    try:
        # In a savepoint, because PostgreSQL answers nothing more after a question that failed.
        with records.connection.begin_nested():
            found.extend(look(records))
    except _UNREADABLE as error:
        found.append(f"A row cannot be read, so the check ended there: {str(error).splitlines()[0]}")
    return Check(invariants, title, Outcome.broken if found else Outcome.whole, tuple(found))


# The database itself


def _database(records: _Records) -> Iterator[str]:
    if records.connection.dialect.name != "sqlite":
        return
    pragma = "integrity_check" if records.strict else "quick_check"
    for (said,) in records.connection.execute(text(f"PRAGMA {pragma}")):
        if said != "ok":
            yield f"SQLite finds the database damaged: {said}"
    for table, row, parent, _ in records.connection.execute(text("PRAGMA foreign_key_check")):
        yield f"Row {row} of {table} refers to a {parent} that is not there."


# Files


def _files_of_rows(records: _Records) -> Iterator[str]:
    files = table_of(KeptFile)
    for sha256, size in records.connection.execute(select(files.c.sha256, files.c.size)):
        try:
            path = path_of(str(sha256), records.files)
        except NotFound:
            yield f"The file {sha256} is in the records and not on the disk{_used_by(records, sha256)}."
            continue
        if path.stat().st_size != size:
            yield f"The file {sha256} has {path.stat().st_size} bytes and came with {size}{_used_by(records, sha256)}."
        elif records.strict and not is_intact(sha256, records.files):
            yield f"The file {sha256} no longer has the bytes that it came with{_used_by(records, sha256)}."


def _used_by(records: _Records, sha256: str) -> str:
    documents = table_of(Document)
    names = records.connection.execute(select(documents.c.name).where(documents.c.sha256 == sha256)).scalars().all()
    return f" (document {', '.join(names)})" if names else ""


def _rows_of_files(records: _Records) -> Iterator[str]:
    known = set(records.connection.execute(select(table_of(KeptFile).c.sha256)).scalars())
    before = (records.now - ORPHAN_AFTER).timestamp()
    for path in sorted(records.files.rglob("*")) if records.files.is_dir() else []:
        kept = _SHA256.fullmatch(path.name) and path.parent.name == path.name[:2] and path.name in known
        if path.is_file() and not kept and path.stat().st_mtime < before:
            yield f"The file {path.relative_to(records.files)} is on the disk and in no record."


def _kept_texts(records: _Records) -> Iterator[str]:
    texts, files = table_of(KeptText), table_of(KeptFile)
    lost = select(texts.c.sha256).where(texts.c.sha256.not_in(select(files.c.sha256)))
    for sha256 in records.connection.execute(lost).scalars():
        yield f"A text is kept of the file {sha256}, which is in no record."
    columns = (texts.c.sha256, texts.c.reader_version, texts.c.content)
    for sha256, reader, content in records.connection.execute(select(*columns)) if records.strict else []:
        try:
            json.loads(zlib.decompress(content))
        except (zlib.error, ValueError):
            yield f"The text of {sha256} as {reader} read it cannot be read any more; reprocessing makes it anew."


# Documents, runs and statements


def _no_statement_twice(records: _Records) -> Iterator[str]:
    s = table_of(Statement)
    twice = select(s.c.run_id, s.c.key, func.count()).group_by(s.c.run_id, s.c.key).having(func.count() > 1)
    for run, key, count in records.connection.execute(twice):
        yield f"The statement {key} stands {count} times in the run {run}."
    if not records.strict:
        return
    seen: Counter[tuple[str, str]] = Counter()
    for run, kind, record in records.connection.execute(select(s.c.run_id, s.c.type, s.c.record)):
        entry = {name: value for name, value in record.items() if name != "id"}
        seen[run, canonical({"type": kind, **entry})] += 1
    for (run, entry_text), count in seen.items():
        if count > 1:
            yield f"{count} statements of the run {run} are the same in every field: {entry_text[:80]}…"


def _runs_are_whole(records: _Records) -> Iterator[str]:
    d, r = table_of(Document), table_of(Run)
    query = select(d.c.name, d.c.id, d.c.state, d.c.current_run, r.c.state, r.c.document_id)
    for name, key, state, current, run_state, owner in records.connection.execute(
        query.join(r, r.c.id == d.c.current_run, isouter=True)
    ):
        what = f"The document {name} ({key})"
        if current is None:
            if state != DocumentState.waiting and state != DocumentState.needs_person:
                yield f"{what} is {state.value} and has no run."
        elif run_state is None:
            yield f"{what} points to the run {current}, which is not there."
        elif run_state != RunState.published or owner != key:
            yield f"{what} points to the run {current}, which is not a published run of it."
    for run in records.connection.execute(select(r)).mappings():
        for column, part in (("problem_count", "problems"), ("flag_count", "flags")):
            if run[column] != len(run["description"].get(part) or []):
                yield f"The run {run['id']} says that it has {run[column]} {part}, and lists another number."
    yield from _runs_as_published(records)


def _runs_as_published(records: _Records) -> Iterator[str]:
    """Hold each run's rows against what was told when it was published."""
    s = table_of(Statement)
    grouped = select(s.c.run_id, func.count()).group_by(s.c.run_id)
    counts = {run: count for run, count in records.connection.execute(grouped)}  # noqa: C416
    for entry in export_entries(records.connection, {"kind": EventKind.run_published}):
        told = json.loads(entry["payload"]["text"])["details"] if entry["payload"] else {}
        if "rows" not in told:
            continue  # erased, or published by a version that did not tell
        run = entry["subject_id"]
        if counts.get(run, 0) != told["statements"]:
            yield f"The run {run} was published with {told['statements']} statements and has {counts.get(run, 0)}."
        elif records.strict and run_digest(records.connection, run)[1] != told["rows"]:
            yield f"The run {run} is not as it was published: a value of it or of one of its statements was changed."


def _reaches_a_final_state(records: _Records) -> Iterator[str]:
    d, j = table_of(Document), table_of(Job)
    live = select(j.c.document_id).where(j.c.state.in_(LIVE_JOBS))
    waiting = select(d.c.id, d.c.name, d.c.added_at).where(
        d.c.state == DocumentState.waiting, d.c.current_run.is_(None), d.c.id.not_in(live)
    )
    for key, name, added in records.connection.execute(waiting):
        if records.now - added > WAITING_AFTER:
            yield f"The document {name} ({key}) has waited since {added:%Y-%m-%d %H:%M} and nothing is to read it."
    held = select(j.c.id, j.c.held_by, j.c.held_until).where(j.c.state.in_(LIVE_JOBS), j.c.held_until.is_not(None))
    for key, worker, until in records.connection.execute(held):
        if records.now - until > WAITING_AFTER:
            yield f"The job {key} was held by {worker} until {until:%Y-%m-%d %H:%M}, and nobody has taken it up since."


# The audit trail


def _chain(records: _Records) -> Iterator[str]:
    trail = trail_of(records.connection)
    try:
        anchor = trail.anchor()
        found = verify_trail(records.connection, trail, anchor)
    except ConfigurationError as error:
        yield str(error)
        return
    if found.breach:
        yield f"Entry {found.breach.seq} of the audit trail: {found.breach.why}."
    elif anchor is None and found.entries:
        yield f"{trail.files.anchor}: the anchor is missing, so nothing is known of entries cut off at the end."


_TOLD_OF: tuple[tuple[EventKind, type[Any], str], ...] = (
    (EventKind.procurement_added, Procurement, "procurement"),
    (EventKind.supplier_added, Supplier, "supplier"),
    (EventKind.baseline_added, BaselineEntry, "baseline_entry"),
    (EventKind.baseline_retired, BaselineEntry, "baseline_entry"),
    (EventKind.document_added, Document, "document"),
    (EventKind.run_published, Run, "run"),
    (EventKind.decision_made, Decision, "decision"),
    (EventKind.contract_added, Contract, "contract"),
    (EventKind.commitment_moved, CommitmentEvent, "commitment_event"),
    (EventKind.contract_changed, ContractChange, "contract_change"),
    (EventKind.set_up_saved, SetUpVersion, "set_up"),
    (EventKind.set_up_confirmed, SetUpVersion, "set_up"),
    (EventKind.menu_saved, MenuVersion, "menu_version"),
    (EventKind.tender_checked, TenderCheck, "tender_check"),
    (EventKind.mark_submitted, Mark, "mark"),
    (EventKind.consensus_recorded, Consensus, "consensus"),
    (EventKind.statement_added, Statement, "statement"),
)
"""Changes that each leave a row, and the row's table: whoever has one must have the other."""


def _told_both_ways(records: _Records) -> Iterator[str]:
    purged = {e["procurement_id"] for e in export_entries(records.connection, {"kind": EventKind.purged})}
    since = _changed_since(records)
    for kind, model, name in _TOLD_OF:
        later = since if model is Procurement else {}
        table = table_of(model)
        query = select(table)
        if kind is EventKind.run_published:
            query = query.where(table.c.state == RunState.published)
        if kind is EventKind.statement_added:
            by_hand = select(table_of(Run).c.id).where(table_of(Run).c.state == RunState.by_hand)
            query = query.where(table.c.run_id.in_(by_hand))
        if kind is EventKind.baseline_retired:
            query = query.where(table.c.retired_at.is_not(None))
        if model is SetUpVersion:
            query = query.where(table.c.confirmed == (kind is EventKind.set_up_confirmed))
        rows = {str(row["id"]): dict(row) for row in records.connection.execute(query).mappings()}
        told = list(export_entries(records.connection, {"kind": kind}))
        counts = Counter(entry["subject_id"] for entry in told)
        for key in rows.keys() - counts.keys():
            yield f"The {name} {key} is in the records, and no entry of the audit trail tells of it ({kind.value})."
        for entry in told:
            key, at = entry["subject_id"], f"Entry {entry['seq']} of the audit trail"
            if key not in rows:
                if entry["procurement_id"] not in purged:
                    yield f"{at} tells of the {name} {key} ({kind.value}), which is not in the records."
            elif counts[key] > 1:
                yield f"{at} tells of the {name} {key} ({kind.value}) as another entry does."
            elif entry["payload"]:
                yield from _as_told(table, rows[key], entry, f"The {name} {key}", later.get(key, {}))


def _changed_since(records: _Records) -> dict[str, dict[str, Any]]:
    """Return what was made of the rows of procurements after they were added, as the newest entry on each tells."""
    told: list[tuple[int, str, dict[str, Any]]] = []
    for kind in (EventKind.set_up_saved, EventKind.procurement_changed):
        for entry in export_entries(records.connection, {"kind": kind}):
            details = json.loads(entry["payload"]["text"])["details"] if entry["payload"] else {}
            if kind is EventKind.set_up_saved:
                new = details.get("procurement", {})
            else:
                new = {name: change[1] for name, change in details.items()}
            if new.get("value_gbp") is not None:  # as the row gives it
                new["value_gbp"] = str(Decimal(int(Decimal(new["value_gbp"]) * 100)) / 100)
            told.append((entry["seq"], str(entry["procurement_id"]), new))
    found: dict[str, dict[str, Any]] = {}
    for _, procurement_id, new in sorted(told, key=lambda t: t[0]):
        found[procurement_id] = found.get(procurement_id, {}) | new
    return found


def _as_told(table: Table, row: dict[str, Any], entry: dict[str, Any], what: str,
             later: dict[str, Any]) -> Iterator[str]:  # fmt: skip
    """Hold a row against what its entry says of it, and later ones."""
    details = json.loads(entry["payload"]["text"])["details"] | later
    known = {name: value for name, value in details.items() if name in table.columns}
    changed = [name for name, value in known.items() if canonical({"": row[name]}) != canonical({"": value})]
    if changed:
        yield f"{what} is not as entry {entry['seq']} of the audit trail tells: {', '.join(changed)}."
    elif "row" in details and digest_of(row) != details["row"]:
        yield f"{what} was changed after it was made; entry {entry['seq']} of the audit trail knows it otherwise."


def _marks_are_whole(records: _Records) -> Iterator[str]:
    """Hold seats against their marks; that a mark is as it was submitted is held against the trail with the rest."""
    mark, seat, step = table_of(Mark), table_of(Seat), table_of(PanelStep)
    numbers: dict[str, list[int]] = {}
    for key, number in records.connection.execute(select(mark.c.seat_id, mark.c.number)):
        numbers.setdefault(str(key), []).append(number)
    for key, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"The seat {key} has lost a mark: those that are left are not numbered without a gap."
    submitted = set(records.connection.execute(select(table_of(SeatSubmission).c.seat_id)).scalars())
    for key in sorted(submitted ^ numbers.keys()):
        yield f"Of the seat {key} a mark is known to be submitted and not there, or the other way round."
    same = (step.c.procurement_id == seat.c.procurement_id) & (step.c.lot == seat.c.lot)
    released = (
        select(seat.c.id)
        .join(step, same)
        .where(step.c.stage == Stage.released, seat.c.state != SeatState.excused, seat.c.id.not_in(submitted))
    )
    for key in records.connection.execute(released).scalars():
        yield f"The marks of the lot of seat {key} are released, and none was submitted for it."


_CHECKS: tuple[tuple[str, str, Callable[[_Records], Iterator[str]]], ...] = (
    ("", "the database is undamaged", _database),
    ("I1, I11, I12", "every file in the records is kept, with the bytes that it came with", _files_of_rows),
    ("I11", "every file on the disk is in the records", _rows_of_files),
    ("I2", "no statement stands twice in a run", _no_statement_twice),
    ("I3", "every run that is shown is whole and as it was published", _runs_are_whole),
    ("", "every kept text can be read", _kept_texts),
    ("I4", "the audit trail verifies and reaches its anchor", _chain),
    ("I5", "each change has one entry in the audit trail, and each entry its change", _told_both_ways),
    ("I7, I9", "no mark was released before all had marked, and none has changed or vanished", _marks_are_whole),
    ("I10", "every document is read or has gone to a person", _reaches_a_final_state),
)
_ELSEWHERE = (
    Check("I6", "the same file and pipeline give the same result", Outcome.not_checked,
          why="`svdocs reprocess --compare` works again and compares"),
    Check("I8", "nobody reads another's procurement", Outcome.not_checked,
          why="what is kept cannot show what was read; the tests ask every route as every role"),
)  # fmt: skip
