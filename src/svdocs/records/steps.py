"""The steps of which the store's transactions are made: what is asked of the tables, and what is written into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from svdocs.errors import NotFound, UsageError
from svdocs.records.audit import hand_in
from svdocs.records.digests import table_of
from svdocs.records.proposals import codings_from, reasons_from, verdict_from
from svdocs.records.standing import last_to_undo
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import (
    Coding,
    Decision,
    Document,
    EventKind,
    Procurement,
    ReasonRecord,
    Run,
    RunState,
    Statement,
    Supplier,
    Table,
    VerdictRecord,
)
from svdocs.statements.statement import StatementType

AnyTable = TypeVar("AnyTable", bound=Table)


def folded(text: str) -> str:
    """Return the text with its white space folded, as names and titles are kept."""
    return " ".join(text.split())


def row_of(session: Session, table: type[AnyTable], key: str, *, lock: bool = False) -> AnyTable:
    """Return the row of this id; with `lock`, others wait with theirs until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    row = session.get(table, key, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"There is no {table.__name__.lower()} with the id {key!r}; list them to find the right one.")
    return row


def supplier_named(session: Session, name: str) -> Supplier:
    """Return the supplier of this name, new or known.

    Raises:
        UsageError: the name is empty.
    """
    kept = folded(name)
    if not kept:
        raise UsageError("A supplier needs a name; give one.")
    supplier = session.exec(select(Supplier).where(func.lower(Supplier.name) == kept.lower())).first()
    if supplier is None:
        supplier = Supplier(name=kept)
        session.add(supplier)
        session.flush()
        tell(session, EventKind.supplier_added, supplier, details={"name": supplier.name})
    return supplier


def tell(session: Session, kind: EventKind, about: Table, *, within: Document | Procurement | None = None,
         person: str | None = None, code: str = "", message: str = "",
         details: Mapping[str, Any] | None = None) -> None:  # fmt: skip
    """Have the audit trail tell of a change of state: one entry, sealed when the transaction commits.

    Args:
        session: of the transaction that makes the change.
        kind: what happened.
        about: the row that changed.
        within: the document or procurement that it belongs to, where `about` is neither and names neither itself.
        person: who did it; by default who acts in this thread or request (`audit.acting_as`), else the system.
        code: a short word for machines.
        message: a sentence for people.
        details: whatever else must be known later, as JSON takes it. Erased when the procurement's records are purged.
    """
    key = identity_of(about)
    if key is None:
        session.flush()
        key = identity_of(about)
    place = within if within is not None else about
    procurement = place.id if isinstance(place, Procurement) else getattr(place, "procurement_id", None)
    document = place.id if isinstance(place, Document) else getattr(place, "document_id", None)
    hand_in(session, kind, subject=(table_of(type(about)).name, str(key)), procurement_id=procurement,
            document_id=document, person=person,
            payload={"code": code, "message": message, "details": dict(details or {})})  # fmt: skip


def identity_of(row: Table) -> str | None:
    """Return a row's primary key as text, its parts with a stroke between; None if it has none yet."""
    parts = [getattr(row, column.name) for column in table_of(type(row)).primary_key]
    return None if None in parts else "/".join(map(str, parts))


def document_records(session: Session, documents: Sequence[Document]) -> list[DocumentRecord]:
    """Return the documents with supplier, run and counts, in four questions however many there are."""
    ids = [d.id for d in documents]
    only = ids[0] if len(ids) == 1 else None
    counts: dict[str, dict[StatementType, int]] = defaultdict(dict)
    count_query = (
        select(Statement.run_id, Statement.type, func.count())
        .join(Document, col(Document.current_run) == col(Statement.run_id))
        .group_by(col(Statement.run_id), col(Statement.type))
    )
    run_query = select(Run).join(Document, col(Document.current_run) == col(Run.id))
    if only:
        count_query, run_query = count_query.where(Document.id == only), run_query.where(Document.id == only)
    for run_id, type_, count in session.exec(count_query):
        counts[run_id][StatementType(type_)] = count
    runs = {run.id: run for run in session.exec(run_query)}
    suppliers = {s.id: s.name for s in session.exec(select(Supplier))}
    return [
        DocumentRecord(
            document=d,
            supplier=suppliers.get(d.supplier_id or ""),
            run=runs.get(d.current_run or ""),
            commitments=counts[d.current_run or ""].get(StatementType.commitment, 0),
            deliveries=counts[d.current_run or ""].get(StatementType.delivery, 0),
            practices=counts[d.current_run or ""].get(StatementType.practice, 0),
        )
        for d in documents
    ]


def drop_staged_runs(session: Session, document_id: str) -> None:
    """Take away what an interrupted run left behind; nobody has ever seen it."""
    staged = select(Run.id).where(Run.document_id == document_id, Run.state == RunState.staged)
    statements = select(Statement.id).where(col(Statement.run_id).in_(staged))
    for table in (Coding, ReasonRecord, VerdictRecord):
        session.execute(delete(table).where(col(table.statement_id).in_(statements)))
    session.execute(delete(Statement).where(col(Statement.run_id).in_(staged)))
    session.execute(delete(Run).where(col(Run.document_id) == document_id, col(Run.state) == RunState.staged))


def parts_of(statements: Sequence[Statement]) -> tuple[list[Table], list[Table]]:
    """Return the codings and verdicts of the statements, and then the reasons, which need the verdicts."""
    codings: list[Table] = [c for s in statements for c in codings_from(s)]
    verdicts = [v for s in statements if (v := verdict_from(s))]
    return [*codings, *verdicts], [r for s in statements for r in reasons_from(s)]


def decisions_on(session: Session, condition: ColumnElement[bool]) -> list[tuple[Decision, Statement]]:
    """Return the decisions on the statements that meet `condition`, each with the statement that the person saw.

    Those made on the same statements in other runs are among them; oldest first.
    """
    origins = select(Statement.origin_id).where(condition)
    query = select(Decision, Statement).join(Statement, col(Statement.id) == col(Decision.statement_id))
    return list(session.exec(query.where(col(Statement.origin_id).in_(origins)).order_by(col(Decision.id))))


def decided_record(session: Session, statement: Statement) -> StatementRecord:
    """Return a statement with what people decided on it, in one question: without codings, verdict and reasons."""
    found = decisions_on(session, col(Statement.id) == statement.id)
    decisions = tuple(d for d, _ in found)
    last = last_to_undo(decisions)
    return StatementRecord(statement, decisions=decisions, seen=next((s for d, s in found if d is last), None))


def statement_records(session: Session, condition: ColumnElement[bool]) -> list[StatementRecord]:
    """Return the statements that meet `condition` with all that is known of them, in a fixed number of questions."""
    statements = list(session.exec(select(Statement).where(condition).order_by(col(Statement.position))))
    ids = select(Statement.id).where(condition)
    codings = _by_statement(session.exec(
        select(Coding).where(col(Coding.statement_id).in_(ids)).order_by(col(Coding.framework), col(Coding.rank))
    ))  # fmt: skip
    verdicts = _by_statement(session.exec(select(VerdictRecord).where(col(VerdictRecord.statement_id).in_(ids))))
    reasons = _by_statement(session.exec(
        select(ReasonRecord).where(col(ReasonRecord.statement_id).in_(ids)).order_by(col(ReasonRecord.position))
    ))  # fmt: skip
    decisions: dict[str, list[Decision]] = defaultdict(list)
    decided_on: dict[int | None, Statement] = {}
    for decision, decided in decisions_on(session, condition):
        decisions[decided.origin_id].append(decision)
        decided_on[decision.id] = decided
    return [
        StatementRecord(
            statement=s,
            codings=tuple(codings[s.id]),
            verdict=next(iter(verdicts[s.id]), None),
            reasons=tuple(reasons[s.id]),
            decisions=tuple(decisions[s.origin_id]),
            seen=decided_on[last.id] if (last := last_to_undo(decisions[s.origin_id])) else None,
        )
        for s in statements
    ]


Row = TypeVar("Row")
Key = TypeVar("Key")
Part = TypeVar("Part", Coding, VerdictRecord, ReasonRecord)


def _by_statement(parts: Iterable[Part]) -> Mapping[str, list[Part]]:
    return grouped(parts, lambda part: part.statement_id)


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> Mapping[Key, list[Row]]:
    """Return the rows of each key in their order; an empty list for a key of which there is none.

    >>> grouped(["ash", "elm", "alder"], lambda tree: tree[0])["a"]
    ['ash', 'alder']
    """
    found = defaultdict[Key, list[Row]](list)
    for row in rows:
        found[key(row)].append(row)
    return found
