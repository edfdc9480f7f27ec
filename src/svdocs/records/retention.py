"""How long records are kept, what may not be erased, and how they are erased so that the audit trail still verifies.

Erasing takes away a procurement's originals, texts, documents, runs, statements and decisions, and the payloads of its
audit entries. What stays: the procurement's own row, and the entries with their digests, which tell that each of these
was there, when, by whom, and that it was erased under which rule. A decision is never changed; it goes only with the
whole procurement, and the database itself refuses it otherwise.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from svdocs.errors import ConfigurationError, Conflict, NotFound, UsageError
from svdocs.records.audit import export_entries
from svdocs.records.keep import path_of
from svdocs.records.retention_tables import Hold, Purge
from svdocs.records.steps import row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import AuditPayload, EventKind, KeptFile, Procurement
from svdocs.records.transfer import tables

SHIPPED = Path(__file__).with_name("retention.toml")
_STAY = ("procurement", "opening_confirmation", "contract", "badge", "set_up", "menu_version", "menu_publication")
"""Tables of which a purge takes no row: the procurement itself, who opened its bids, the row of a contract made of it
without its promises, the badges that are public, and what the buyer itself set up."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: so many years from a date of the procurement, and where it comes from."""

    key: str
    years: int
    counted_from: str
    source: str

    def until(self, procurement: Procurement) -> date | None:
        """Return the last day on which the records must be kept; None where the date that it counts from is unknown."""
        begin: date | None = getattr(procurement, self.counted_from)
        if begin is None:
            return None
        year = begin.year + self.years
        return date(year, begin.month, min(begin.day, monthrange(year, begin.month)[1]))


@dataclass(frozen=True, slots=True)
class Kept:
    """How long one procurement's records are kept."""

    procurement: Procurement
    until: date | None
    """The last day by every rule in use; None where a date is missing, and then nothing may be erased."""
    rule: str
    """The rule that runs longest, or that lacks its date."""
    holds: tuple[Hold, ...]
    purged: bool

    def may_be_purged(self, today: date) -> bool:
        """Say whether the records may be erased today."""
        return self.until is not None and self.until < today and not self.holds and not self.purged


def read_rules(own: Path | None = None) -> tuple[Rule, ...]:
    """Return the rules in use: those of the authority's own file if there is one, else those shipped.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    path = own if own is not None and own.is_file() else SHIPPED
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
        rules = tuple(Rule(r["key"], int(r["years"]), r["from"], r["source"]) for r in given if r.get("used", True))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path}: not a file of retention rules; take {SHIPPED} as an example.") from error
    if not rules or any(r.counted_from not in ("starts", "ends") or r.years < 0 for r in rules):
        raise ConfigurationError(f"{path}: needs at least one rule in use, each counted from `starts` or `ends`.")
    return rules


class Retention:
    """What is kept how long, in one store."""

    def __init__(self, store: Store, files_folder: Path, rules: Sequence[Rule]) -> None:
        self._store, self._files, self._rules = store, files_folder, rules

    def kept(self) -> list[Kept]:
        """Return how long each procurement's records are kept, by title."""
        with self._store.reading() as session:
            procurements = session.exec(select_rows(Procurement).order_by(col(Procurement.title)))
            return [self._kept(session, p) for p in list(procurements)]

    def _kept(self, session: Session, procurement: Procurement) -> Kept:
        ends = [(rule.until(procurement), rule.key) for rule in self._rules]
        unknown = [key for until, key in ends if until is None]
        until, rule = (None, unknown[0]) if unknown else max((u, key) for u, key in ends if u)
        holds = session.exec(
            select_rows(Hold).where(Hold.procurement_id == procurement.id, col(Hold.released_at).is_(None))
        )
        return Kept(procurement, until, rule, tuple(holds), session.get(Purge, procurement.id) is not None)

    def hold(self, procurement_id: str, *, person: str, because: str) -> Hold:
        """Return a new legal hold on a procurement.

        Raises:
            UsageError: person or reason is missing.
            NotFound: there is no such procurement.
        """
        _check(person, because)
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            hold = Hold(procurement_id=procurement_id, placed_by=person.strip(), because=because.strip())
            session.add(hold)
            tell(session, EventKind.hold_placed, hold, within=procurement, person=hold.placed_by, message=hold.because)
            return hold

    def release(self, procurement_id: str, *, person: str, because: str) -> int:
        """Release every hold on a procurement, and return how many there were.

        Raises:
            UsageError: person or reason is missing.
            NotFound: there is no such procurement.
        """
        _check(person, because)
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            holds = self._kept(session, procurement).holds
            for hold in holds:
                hold.released_by, hold.released_at = person.strip(), datetime.now(UTC)
                hold.released_because = because.strip()
                tell(session, EventKind.hold_released, hold, within=procurement, person=hold.released_by,
                     message=hold.released_because)  # fmt: skip
            return len(holds)

    def purge(self, procurement_id: str, *, person: str, because: str, today: date, dry_run: bool) -> dict[str, int]:
        """Erase a procurement's records, and return how many rows of each table, payloads and originals went or would.

        Raises:
            UsageError: person or reason is missing.
            NotFound: there is no such procurement.
            Conflict: it is held, must still be kept, or has been erased already.
        """
        if not dry_run:
            _check(person, because)
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            kept = self._kept(session, procurement)
            _check_due(kept, today)
            connection = session.connection()
            counts = {name: len(keys) for name, keys in _beneath(connection, procurement_id).items() if keys}
            files = _files_only_here(connection, procurement_id)
            payloads = [
                e["seq"] for e in export_entries(connection, {"procurement_id": procurement_id}) if e["payload"]
            ]
            counts |= {"payloads of audit entries": len(payloads), "originals": len(files)}
            if dry_run:
                return counts
            session.add(Purge(procurement_id=procurement_id, purged_by=person.strip(), rule=kept.rule))
            session.flush()
            _erase(connection, procurement_id, files, payloads)
            details = {"erased": payloads, "files": files, "rule": kept.rule, "rows": counts}
            tell(
                session, EventKind.purged, procurement, person=person.strip(), message=because.strip(), details=details
            )
        self._remove(files)
        return counts

    def remove_leftovers(self) -> int:
        """Remove originals that an interrupted purge left on the disk, and return how many there were."""
        with self._store.reading() as session:
            known = set(session.exec(select_rows(KeptFile.sha256)))
        named = {f for e in self._store.events(kind=EventKind.purged) for f in e.details["files"]}
        return self._remove(sorted(named - known))

    def _remove(self, files: Sequence[str]) -> int:
        removed = 0
        for sha256 in files:
            try:
                path_of(sha256, self._files).unlink()
                removed += 1
            except NotFound:
                continue  # removed before
        return removed


def _check(person: str, because: str) -> None:
    if not person.strip() or not because.strip():
        raise UsageError("Give the person who does this and the reason; both stay in the audit trail.")


def _check_due(kept: Kept, today: date) -> None:
    title = kept.procurement.title
    if kept.purged:
        raise Conflict(f"{title}: its records have been erased already.")
    if kept.holds:
        held = kept.holds[0]
        raise Conflict(f"{title}: held by {held.placed_by}: {held.because}. Release the hold first.")
    if kept.until is None:
        raise Conflict(f"{title}: the rule {kept.rule} counts from a date that is not known; nothing may be erased.")
    if kept.until >= today:
        raise Conflict(f"{title}: to be kept until {kept.until.isoformat()} by the rule {kept.rule}.")


def _beneath(connection: Connection, procurement_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Return the keys of every row that hangs on a procurement by what refers to what, table by table."""
    found: dict[str, list[tuple[object, ...]]] = {"procurement": [(procurement_id,)]}
    for table in tables(everything=True):
        conditions = _conditions(table, found)
        if conditions:
            rows: dict[tuple[object, ...], None] = {}
            for condition in conditions:
                rows |= dict.fromkeys(
                    tuple(r) for r in connection.execute(select(*table.primary_key.columns).where(condition))
                )
            found[table.name] = list(rows)
    return {name: keys for name, keys in found.items() if name not in _STAY}


def _conditions(table: Table, found: dict[str, list[tuple[object, ...]]]) -> list[ColumnElement[bool]]:
    """Return one condition for each hundred parents; rows that can do without their parent are kept."""
    conditions: list[ColumnElement[bool]] = []
    for column in table.columns:
        for key in column.foreign_keys:
            parents = found.get(key.column.table.name, [])
            if key.column.table is not table and parents and not column.nullable:
                position = list(key.column.table.primary_key.columns).index(key.column)
                values = [p[position] for p in parents]
                conditions += [column.in_(values[i : i + 100]) for i in range(0, len(values), 100)]
    return conditions


def _files_only_here(connection: Connection, procurement_id: str) -> list[str]:
    documents = next(t for t in tables() if t.name == "document")
    elsewhere = select(documents.c.sha256).where(documents.c.procurement_id != procurement_id)
    here = select(documents.c.sha256).where(documents.c.procurement_id == procurement_id)
    return sorted(set(connection.execute(here.where(documents.c.sha256.not_in(elsewhere))).scalars()))


def _erase(connection: Connection, procurement_id: str, files: Sequence[str], payloads: Sequence[int]) -> None:
    beneath = _beneath(connection, procurement_id)
    everything = {t.name: t for t in tables(everything=True)}
    for table in reversed(tables(everything=True)):
        # What can do without the row that goes, such as an entry of the baseline library, lets go of it.
        for column in (c for c in table.columns if c.nullable):
            for parent in (k.column.table.name for k in column.foreign_keys if k.column.table.name in beneath):
                for key, *_ in beneath[parent]:
                    connection.execute(update(table).where(column == key).values({column.name: None}))
    for table in reversed(tables(everything=True)):
        for key in beneath.get(table.name, []):
            same = [c == v for c, v in zip(table.primary_key.columns, key, strict=True)]
            connection.execute(delete(table).where(*same))
    for name in ("kept_text", "kept_file"):
        for sha256 in files:
            connection.execute(delete(everything[name]).where(everything[name].c.sha256 == sha256))
    for seq in payloads:
        connection.execute(delete(AuditPayload).where(col(AuditPayload.seq) == seq))
