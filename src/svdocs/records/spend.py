"""Spend of an authority, beside the store in the same database: files of payments, suppliers, chosen definitions.

Each public method is one transaction. A file is imported whole or not at all; its rows are never changed. A file that
was wrong is withdrawn with a reason, and counts in no total from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.frameworks.shares import ShareDefinitions, offered_shares, parse_definitions
from svdocs.frameworks.supplier_kinds import SupplierFacts, read_facts, supplier_key
from svdocs.records.digests import row_digest, table_of
from svdocs.records.people import Clock
from svdocs.records.spend_tables import ShareDefinition, SpendFile, SpendLine, SpendSupplier
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind

AT_ONCE = 1_000
"""Rows that are written by one command."""


MOST_POUNDS = Decimal(10**12)
"""Of one payment, or of all in a file together."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A row of a spend file as it was read; see `SpendLine`."""

    row: int
    cells: tuple[str, ...]
    supplier: str = ""
    amount_gbp: Decimal | None = None
    paid_on: date | None = None
    department: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NewSpendFile:
    """A spend file as it was read; see `SpendFile`."""

    financial_year: str
    name: str
    sha256: str
    columns: Mapping[str, str]
    header: tuple[str, ...]
    lines: tuple[NewLine, ...]


@dataclass(frozen=True, slots=True)
class SupplierSpend:
    """What was paid to one supplier in a financial year, and what is held of it.

    Attributes:
        contradictory: fields of which the files say different things; they count as not held.
    """

    key: str
    name: str
    amount_gbp: Decimal
    lines: int
    facts: SupplierFacts
    contradictory: tuple[str, ...] = ()


class Spend:
    """The spend of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def import_file(self, given: NewSpendFile, *, person: str) -> SpendFile:
        """Return a spend file, kept with all its rows.

        Raises:
            UsageError: no person, no row that counts, or more in all than anybody pays.
            Conflict: the same file was imported for this year already.
        """
        _check_person(person, "import spend")
        good = [line for line in given.lines if not line.problem]
        if not good:
            raise UsageError(f"{given.name}: no row could be used; look at the columns that were chosen.")
        total = sum((line.amount_gbp or Decimal() for line in good), Decimal())
        if abs(total) > MOST_POUNDS:
            raise UsageError(f"{given.name}: its rows come to over {MOST_POUNDS:,} pounds; look at the amounts.")
        with self._store.writing() as session:
            same = select(SpendFile).where(
                SpendFile.sha256 == given.sha256, SpendFile.financial_year == given.financial_year,
                col(SpendFile.withdrawn_at).is_(None),
            )  # fmt: skip
            if (there := session.exec(same).first()) is not None:
                raise Conflict(
                    f"{given.name}: the same file was imported for {given.financial_year} on "
                    f"{there.imported_at:%Y-%m-%d} by {there.imported_by}; withdraw that one to import it anew."
                )
            file = SpendFile(
                financial_year=given.financial_year, name=folded(given.name), sha256=given.sha256,
                columns=dict(given.columns), header=list(given.header), rows=len(given.lines),
                bad=len(given.lines) - len(good), total_gbp=total,
                imported_by=folded(person), imported_at=self._now(),
            )  # fmt: skip
            session.add(file)
            session.flush()
            rows = [_values(file.id, line) for line in given.lines]
            for i in range(0, len(rows), AT_ONCE):
                session.execute(insert(table_of(SpendLine)), rows[i : i + AT_ONCE])
            tell(session, EventKind.spend_imported, file, person=file.imported_by, code=file.financial_year,
                 details={"rows": file.rows, "bad": file.bad, "sha256": file.sha256})  # fmt: skip
            return file

    def withdraw(self, file_id: str, *, person: str, because: str) -> SpendFile:
        """Return a spend file, withdrawn: it stays in the records and counts in no total.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such file.
            Conflict: it is withdrawn already.
        """
        _check_person(person, "withdraw a spend file")
        if not because.strip():
            raise UsageError("To withdraw a spend file, say why; the reason stays in the records.")
        with self._store.writing() as session:
            file = row_of(session, SpendFile, file_id, lock=True)
            if file.withdrawn_at is not None:
                raise Conflict(f"{file.name} was withdrawn on {file.withdrawn_at:%Y-%m-%d} by {file.withdrawn_by}.")
            file.withdrawn_by, file.withdrawn_at, file.because = folded(person), self._now(), because.strip()
            tell(session, EventKind.spend_withdrawn, file, person=file.withdrawn_by, code=file.financial_year)
            return file

    def files(self, financial_year: str | None = None) -> list[SpendFile]:
        """Return the spend files, withdrawn ones too, newest year first."""
        with self._store.reading() as session:
            query = select(SpendFile).order_by(col(SpendFile.financial_year).desc(), col(SpendFile.imported_at))
            if financial_year is not None:
                query = query.where(SpendFile.financial_year == financial_year)
            return list(session.exec(query))

    def file(self, file_id: str) -> SpendFile:
        """Return one spend file.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return row_of(session, SpendFile, file_id)

    def bad_lines(self, file_id: str) -> list[SpendLine]:
        """Return the rows of a file that could not be used, in its order.

        Raises:
            NotFound: there is no such file.
        """
        with self._store.reading() as session:
            row_of(session, SpendFile, file_id)
            query = select(SpendLine).where(SpendLine.file_id == file_id, SpendLine.problem != "")
            return list(session.exec(query.order_by(col(SpendLine.row))))

    def years(self) -> list[str]:
        """Return the financial years of which spend is held, oldest first."""
        return sorted({f.financial_year for f in self.files() if f.withdrawn_at is None})

    def suppliers_of(self, financial_year: str) -> list[SupplierSpend]:
        """Return what was paid to each supplier in a year, most first, with what is held of it."""
        with self._store.reading() as session:
            held = {s.key: s for s in session.exec(select(SpendSupplier))}
            sums: dict[str, list[Any]] = {}
            said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
            for name, pence, facts in _lines_of(session, financial_year):
                entry = sums.setdefault(supplier_key(name), [name, Decimal(), 0])
                entry[1] += pence
                entry[2] += 1
                for field_name, value in facts.items():
                    said[supplier_key(name)][field_name].add(" ".join(value.split()))
        found = [_supplier(key, n, total, rows, said[key], held.get(key)) for key, (n, total, rows) in sums.items()]
        return sorted(found, key=lambda s: (-s.amount_gbp, s.key))

    def doubles_of(self, financial_year: str) -> int:
        """Return how many rows of a year are the same as another in supplier, day, amount and all other cells."""
        with self._store.reading() as session:
            query = _counting(select(SpendLine.supplier, SpendLine.paid_on, SpendLine.amount_gbp, SpendLine.cells),
                              financial_year)  # fmt: skip
            seen: set[tuple[Any, ...]] = set()
            doubles = 0
            for supplier, paid_on, amount, cells in session.exec(query):
                row = (supplier, paid_on, amount, tuple(cells))
                doubles += row in seen
                seen.add(row)
            return doubles

    def describe(self, suppliers: Mapping[str, Mapping[str, str]], *, source: str, person: str) -> int:
        """Return how many suppliers came to be described otherwise: what is held of them stands over their files.

        Args:
            suppliers: by name what is held, as written; an empty value takes nothing away.
            source: where it is from, such as a list of suppliers or a company's accounts.
            person: who says so.

        Raises:
            UsageError: no person or source.
        """
        _check_person(person, "describe suppliers")
        if not source.strip():
            raise UsageError("Say where what is held of the suppliers comes from.")
        changed = 0
        with self._store.writing() as session:
            for name, facts in suppliers.items():
                given = {k: v.strip() for k, v in facts.items() if v.strip()}
                row = session.get(SpendSupplier, supplier_key(name), with_for_update=True)
                before = dict(row.facts) if row else {}
                if not given or before | given == before:
                    continue
                row = row or SpendSupplier(key=supplier_key(name), name=folded(name), source="", set_by="")
                row.facts, row.source = before | given, folded(source)
                row.set_by, row.set_at = folded(person), self._now()
                session.add(row)
                session.flush()
                digest = row_digest(session.connection(), SpendSupplier, col(SpendSupplier.key) == row.key)
                tell(session, EventKind.spend_supplier_described, row, person=row.set_by,
                     details={"fields": sorted(given), "row": digest})  # fmt: skip
                changed += 1
        return changed

    def definitions(self) -> ShareDefinitions:
        """Return the definitions that hold: the newest chosen, or what svdocs offers."""
        with self._store.reading() as session:
            newest = session.exec(select(ShareDefinition).order_by(col(ShareDefinition.version).desc())).first()
        if newest is None:
            return offered_shares()
        return parse_definitions(newest.content, chosen_by=newest.chosen_by, version=newest.version)

    def choose(self, said: Mapping[str, Any], *, person: str, seen: int | None = None) -> ShareDefinitions:
        """Return the definitions that hold from now on; earlier ones stay in the records.

        Args:
            said: as `ShareDefinitions.as_json` gives them.
            person: who chooses.
            seen: the version that they had before them; None not to ask.

        Raises:
            UsageError: no person, or a value that cannot be used.
            Conflict: somebody chose others meanwhile.
        """
        _check_person(person, "choose definitions")
        content = parse_definitions(said).as_json()
        with self._store.writing() as session:
            last = session.exec(select(func.max(ShareDefinition.version))).one() or 0
            if seen is not None and seen != last:
                raise Conflict("Somebody chose other definitions meanwhile; look at them first.")
            row = ShareDefinition(version=last + 1, content=content, chosen_by=folded(person), chosen_at=self._now())
            session.add(row)
            session.flush()
            digest = row_digest(session.connection(), ShareDefinition, col(ShareDefinition.version) == row.version)
            tell(session, EventKind.share_definition_chosen, row, person=row.chosen_by,
                 details={"version": row.version, "row": digest})  # fmt: skip
            return parse_definitions(content, chosen_by=row.chosen_by, version=row.version)


def _check_person(person: str, to_do: str) -> None:
    if not person.strip():
        raise UsageError(f"To {to_do}, give the person who does it.")


def _values(file_id: str, line: NewLine) -> dict[str, Any]:
    return {
        "file_id": file_id, "row": line.row, "supplier": folded(line.supplier), "amount_pence": line.amount_gbp,
        "paid_on": line.paid_on, "department": folded(line.department), "facts": dict(line.facts),
        "cells": list(line.cells), "problem": line.problem,
    }  # fmt: skip


def _counting(query: Any, financial_year: str) -> Any:
    """Return a query of lines narrowed to those that count in a year."""
    return query.join(SpendFile, col(SpendFile.id) == col(SpendLine.file_id)).where(
        SpendFile.financial_year == financial_year, col(SpendFile.withdrawn_at).is_(None), SpendLine.problem == ""
    )


def _lines_of(session: Session, financial_year: str) -> Iterator[tuple[str, Decimal, dict[str, str]]]:
    query = select(SpendLine.supplier, col(SpendLine.amount_gbp), SpendLine.facts)
    for name, amount, facts in session.exec(_counting(query, financial_year).order_by(col(SpendLine.id))):
        yield name, amount or Decimal(), facts


def _supplier(key: str, name: str, amount: Decimal, lines: int, said: Mapping[str, set[str]],
              held: SpendSupplier | None) -> SupplierSpend:  # fmt: skip
    own = dict(held.facts) if held else {}
    values = {k: v - {""} for k, v in said.items() if k not in own}
    contradictory = tuple(sorted(k for k, v in values.items() if len(v) > 1))
    facts = {k: next(iter(v)) for k, v in values.items() if len(v) == 1} | own
    return SupplierSpend(key, name, amount, lines, read_facts(name, facts), contradictory)
