"""The steps of which the store's transactions are made: what is asked of the tables, and what is written into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.amending import check_changes
from svdocs.records.audit import hand_in
from svdocs.records.digests import row_digest, table_of
from svdocs.records.matching import match_statements
from svdocs.records.proposals import codings_from, reasons_from, verdict_from
from svdocs.records.summaries import DocumentRecord, StatementRecord, entry_of
from svdocs.records.tables import (
    Coding,
    Decision,
    DecisionAction,
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


def _in_order(session: Session, run_id: str) -> list[Statement]:
    return list(session.exec(select(Statement).where(Statement.run_id == run_id).order_by(col(Statement.position))))


def carry_over(session: Session, document: Document, older_run: str, run: Run) -> None:
    """Give the new run's statements the origin of those that they continue, and log decisions that lost theirs."""
    older, newer = _in_order(session, older_run), _in_order(session, run.id)
    pairs = match_statements([entry_of(s) for s in older], [entry_of(s) for s in newer])
    for i, j in pairs.items():
        newer[i].origin_id = older[j].origin_id
    _take_up_again(session, document, [s for i, s in enumerate(newer) if i not in pairs])
    continued = set(pairs.values())
    origins = {decided.origin_id for _, decided in decisions_on(session, col(Statement.run_id) == older_run)}
    for j, statement in enumerate(older):
        if j not in continued and statement.origin_id in origins:
            message = "A statement that somebody decided on is no longer found; see whether another stands for it."
            details = {"statement": statement.id, "text": statement.text, "run": run.id}
            tell(session, EventKind.decision_unmatched, document, message=message, details=details)


def _take_up_again(session: Session, document: Document, found: Sequence[Statement]) -> None:
    """Give statements that a run found anew the origin of decided ones that the run before had lost."""
    lost = [statement for _, statement in lost_decisions(session, col(Statement.document_id) == document.id)]
    pairs = match_statements([entry_of(s) for s in lost], [entry_of(s) for s in found])
    for i, j in pairs.items():
        found[i].origin_id = lost[j].origin_id


def lost_decisions(session: Session, condition: ColumnElement[bool]) -> list[tuple[Decision, Statement]]:
    """Return the standing decisions whose statement the document's current run does not find, oldest first.

    Args:
        session: of the transaction.
        condition: on the statements that were decided on.
    """
    now = aliased(Statement)
    found = (
        select(now.id)
        .join(Document, col(Document.current_run) == col(now.run_id))
        .where(col(now.origin_id) == col(Statement.origin_id))
    )
    query = (
        select(Decision, Statement)
        .join(Statement, col(Statement.id) == col(Decision.statement_id))
        .where(condition, ~found.exists())
        .order_by(col(Decision.id))
    )
    return list({statement.origin_id: (d, statement) for d, statement in session.exec(query)}.values())


def decisions_on(session: Session, condition: ColumnElement[bool]) -> list[tuple[Decision, Statement]]:
    """Return the decisions on the statements that meet `condition`, each with the statement that the person saw.

    Those made on the same statements in other runs are among them; oldest first.
    """
    origins = select(Statement.origin_id).where(condition)
    query = select(Decision, Statement).join(Statement, col(Statement.id) == col(Decision.statement_id))
    return list(session.exec(query.where(col(Statement.origin_id).in_(origins)).order_by(col(Decision.id))))


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
    seen: dict[str, Statement] = {}
    for decision, decided in decisions_on(session, condition):
        decisions[decided.origin_id].append(decision)
        seen[decided.origin_id] = decided
    return [
        StatementRecord(
            statement=s,
            codings=tuple(codings[s.id]),
            verdict=next(iter(verdicts[s.id]), None),
            reasons=tuple(reasons[s.id]),
            decisions=tuple(decisions[s.origin_id]),
            seen=seen.get(s.origin_id),
        )
        for s in statements
    ]


Part = TypeVar("Part", Coding, VerdictRecord, ReasonRecord)


def _by_statement(parts: Iterable[Part]) -> dict[str, list[Part]]:
    grouped: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        grouped[part.statement_id].append(part)
    return grouped


def decide_in(session: Session, statement_id: str, *, action: DecisionAction | str, person: str, reason: str = "",
              changes: Mapping[str, Any] | None = None, seen: int | None = None) -> Decision:  # fmt: skip
    """Return a person's new decision, written into the session; see `Store.decide`.

    Raises:
        UsageError: no person, an unknown action, or changes that cannot be made.
        NotFound: there is no such statement.
        Conflict: a newer run has taken the statement's place, or somebody has decided meanwhile.
    """
    decision = _checked_decision(statement_id, action, person, reason, changes)
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id, lock=True)
    if document.current_run != statement.run_id:
        raise Conflict("The document has been read again since; look at the statement as it stands now.")
    if seen is not None and seen != len(decisions_on(session, col(Statement.id) == statement_id)):
        raise Conflict("Somebody has decided on this statement meanwhile; look at that decision first.")
    session.add(decision)
    session.flush()
    details = {"statement": statement_id, "decision": decision.id, "person": decision.person,
               "row": row_digest(session.connection(), Decision, col(Decision.id) == decision.id)}  # fmt: skip
    tell(session, EventKind.decision_made, decision, within=document, person=decision.person,
         code=decision.action, details=details)  # fmt: skip
    return decision


def _checked_decision(statement_id: str, action: DecisionAction | str, person: str, reason: str,
                      changes: Mapping[str, Any] | None) -> Decision:  # fmt: skip
    if action not in set(DecisionAction):
        raise UsageError(f"{action!r} is not a decision; choose accept, amend or reject.")
    if not person.strip():
        raise UsageError("A decision needs the person who takes it; give a name.")
    if (action == DecisionAction.amend) != bool(changes):
        raise UsageError("Give the changed fields to amend a statement, and none to accept or reject it.")
    return Decision(
        statement_id=statement_id,
        action=DecisionAction(action),
        person=folded(person),
        reason=reason.strip(),
        changes=check_changes(changes or {}),
    )


def current_statement(session: Session, statement_id: str) -> str:
    """Return the id of the same statement in the document's current run.

    Raises:
        NotFound: there is none of this id.
        Conflict: the document has been read again, and the statement is no longer found.
    """
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id)
    query = select(Statement.id).where(
        Statement.origin_id == statement.origin_id, Statement.run_id == document.current_run
    )
    found = session.exec(query).first()
    if found is None:
        raise Conflict(
            f"The document has been read again, and the passage “{statement.text[:80]}” is no longer a statement "
            "of it; look at the document."
        )
    return found
