"""The records: what is kept, asked for and decided. Every question to the database stands in this module.

Each public method is one transaction, save `publish_run`, which stages in one and publishes in another. What the
machine proposed can be replaced by a newer run; what a person decided is only ever added, and there is no method
here that changes or removes it.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Engine, delete, func
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.amending import check_changes
from svdocs.records.database import READS_ONLY, open_engine
from svdocs.records.matching import match_statements
from svdocs.records.proposals import codings_from, reasons_from, run_from, state_after, statements_from, verdict_from
from svdocs.records.summaries import DocumentRecord, StatementRecord, describe_place, describe_statement, entry_of
from svdocs.records.tables import (
    Coding,
    Decision,
    DecisionAction,
    Document,
    DocumentKind,
    Event,
    EventKind,
    KeptFile,
    KeptText,
    Procurement,
    ReasonRecord,
    Run,
    RunState,
    Statement,
    Supplier,
    Table,
    VerdictRecord,
    kind_named,
)
from svdocs.statements.statement import StatementType

AnyTable = TypeVar("AnyTable", bound=Table)


def open_store(database_url: str) -> Store:
    """Return the store at `database_url`, its folder made and its tables brought up to date.

    Raises:
        ConfigurationError: the address cannot be used.
        Conflict: the database was made by a newer version of svdocs.
    """
    return Store(open_engine(database_url))


class Store:
    """The records of one database. Safe to share between threads; each process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**{READS_ONLY: True})

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError as error:
            raise Conflict(
                "The record was changed at the same time by somebody else; look again and repeat."
            ) from error
        except OperationalError as error:
            if "locked" in str(error.orig):
                raise Conflict("The database is busy with other work; try again in a minute.") from error
            raise

    # Procurements and suppliers

    def add_procurement(self, title: str, buyer: str, value_gbp: Decimal | None = None, starts: date | None = None,
                        ends: date | None = None) -> Procurement:  # fmt: skip
        """Return a new procurement.

        Raises:
            UsageError: no title, a value below nought, or an end before the start.
        """
        if not title.strip():
            raise UsageError("A procurement needs a title; give one.")
        if value_gbp is not None and value_gbp < 0:
            raise UsageError(f"The value of a procurement is not below nought: {value_gbp}.")
        if starts and ends and ends < starts:
            raise UsageError(f"The procurement ends ({ends}) before it starts ({starts}); change one of them.")
        procurement = Procurement(
            title=_folded(title), buyer=_folded(buyer), value_gbp=value_gbp, starts=starts, ends=ends
        )
        with self._write() as session:
            session.add(procurement)
        return procurement

    def procurements(self) -> list[Procurement]:
        """Return all procurements, by title."""
        with self._read() as session:
            return list(session.exec(select(Procurement).order_by(col(Procurement.title), col(Procurement.added_at))))

    def procurement(self, procurement_id: str) -> Procurement:
        """Return one procurement.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            return _got(session, Procurement, procurement_id)

    def procurement_titled(self, title: str) -> Procurement | None:
        """Return the oldest procurement of this title, or None."""
        with self._read() as session:
            query = select(Procurement).where(Procurement.title == _folded(title)).order_by(col(Procurement.added_at))
            return session.exec(query).first()

    def add_supplier(self, name: str) -> Supplier:
        """Return the supplier of this name, new or known.

        Raises:
            UsageError: the name is empty.
        """
        with self._write() as session:
            return _supplier_named(session, name)

    def suppliers(self) -> list[Supplier]:
        """Return all suppliers, by name."""
        with self._read() as session:
            return list(session.exec(select(Supplier).order_by(col(Supplier.name))))

    # Documents and their texts

    def add_document(self, procurement_id: str, *, name: str, kind: DocumentKind | str, supplier: str | None,
                     sha256: str, media_type: str, size: int) -> Document:  # fmt: skip
        """Return the document of these bytes in the procurement: a new one, or the one that is there already.

        Args:
            procurement_id: where it belongs.
            name: under which it was handed in.
            kind: what it is for.
            supplier: the supplier's name, or None.
            sha256: of its bytes, in hexadecimal; the file itself is kept by `records.keep`.
            media_type: found from the content.
            size: in bytes.

        Raises:
            NotFound: there is no such procurement.
        """
        document = Document(
            procurement_id=procurement_id, sha256=sha256, name=name, kind=kind_named(kind), media_type=media_type
        )
        try:
            return self._add_document(document, supplier, size)
        except Conflict:  # the same bytes or the same supplier came in at the same moment, and stand there now
            return self._add_document(document.model_copy(), supplier, size)

    def _add_document(self, document: Document, supplier: str | None, size: int) -> Document:
        with self._write() as session:
            _got(session, Procurement, document.procurement_id)
            known = session.exec(
                select(Document).where(
                    Document.procurement_id == document.procurement_id, Document.sha256 == document.sha256
                )
            ).first()
            if known:
                return known
            if session.get(KeptFile, document.sha256) is None:
                session.add(KeptFile(sha256=document.sha256, size=size))
                session.flush()
            document.supplier_id = _supplier_named(session, supplier).id if supplier else None
            session.add(document)
            session.flush()
            _tell(session, EventKind.document_added, document,
                  details={"name": document.name, "sha256": document.sha256})  # fmt: skip
            return document

    def describe_document(self, document_id: str, *, kind: DocumentKind | str | None = None,
                          supplier: str | None = None, media_type: str | None = None) -> Document:  # fmt: skip
        """Return the document with its kind, supplier or media type set; what is None stays as it is.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = _got(session, Document, document_id)
            document.kind = kind_named(kind) if kind else document.kind
            document.supplier_id = _supplier_named(session, supplier).id if supplier else document.supplier_id
            document.media_type = media_type or document.media_type
            return document

    def document(self, document_id: str) -> DocumentRecord:
        """Return one document with its supplier, current run and counts.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            return _document_records(session, [_got(session, Document, document_id)])[0]

    def document_of_bytes(self, procurement_id: str, sha256: str) -> Document | None:
        """Return the procurement's document of these bytes, or None."""
        with self._read() as session:
            query = select(Document).where(Document.procurement_id == procurement_id, Document.sha256 == sha256)
            return session.exec(query).first()

    def documents_of(self, procurement_id: str | None = None) -> list[DocumentRecord]:
        """Return the documents of a procurement, or of all, with their counts: specifications first, bids after.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._read() as session:
            query = select(Document)
            if procurement_id is not None:
                _got(session, Procurement, procurement_id)
                query = query.where(Document.procurement_id == procurement_id)
            documents = sorted(session.exec(query), key=_listing_order)
            return _document_records(session, documents)

    def keep_text(self, document_id: str, reader_version: str, json_bytes: bytes) -> None:
        """Keep the text that a reader made of the document's bytes, so that they are read once.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = _got(session, Document, document_id)
            if session.get(KeptText, (document.sha256, reader_version)) is None:
                content = zlib.compress(json_bytes, 6)
                session.add(KeptText(sha256=document.sha256, reader_version=reader_version, content=content))

    def text_of(self, document_id: str, reader_version: str | None = None) -> bytes | None:
        """Return the JSON of the document's text, of one reader version or the newest; None where there is none.

        Raises:
            NotFound: there is no such document.
        """
        with self._read() as session:
            query = select(KeptText).where(KeptText.sha256 == _got(session, Document, document_id).sha256)
            if reader_version is not None:
                query = query.where(KeptText.reader_version == reader_version)
            kept = session.exec(query.order_by(col(KeptText.kept_at).desc())).first()
            try:
                return zlib.decompress(kept.content) if kept else None
            except zlib.error:
                return None  # damaged on the disk: as good as not kept

    # Runs

    def publish_run(self, document_id: str, record: Mapping[str, Any], seconds: float, *, context: str = "") -> Run:
        """Return the document's new current run, made of an extraction record; the old run stays.

        The run is staged first and seen by nobody; then the document is pointed to it in one transaction. Statements
        that the run before had at the same place in the same words keep their decisions. A record that is the same as
        the current run's changes nothing.

        Args:
            document_id: whose run it is.
            record: an extraction record, `svdocs.extraction/1`.
            seconds: how long reading and extracting took.
            context: SHA-256 over the documents against which it was judged.

        Raises:
            NotFound: there is no such document.
            Conflict: another run was staged for the document meanwhile.
        """
        run, new = self._stage_run(document_id, record, seconds, context)
        return self._publish(run.id) if new else run

    def _stage_run(self, document_id: str, record: Mapping[str, Any], seconds: float, context: str) -> tuple[Run, bool]:
        run = run_from(document_id, record, seconds, context)
        with self._write() as session:
            document = _got(session, Document, document_id, lock=True)
            current = session.get(Run, document.current_run) if document.current_run else None
            if current and (current.record_sha256, current.context) == (run.record_sha256, context):
                return current, False
            _drop_staged_runs(session, document_id)
            session.add(run)
            session.flush()
            statements = statements_from(run, record)
            for rows in (statements, *_parts_of(statements)):  # in this order, for the foreign keys
                session.add_all(rows)
                session.flush()
        return run, True

    def _publish(self, run_id: str) -> Run:
        with self._write() as session:
            run = session.get(Run, run_id)
            if run is None:
                raise Conflict("Another run was made of the document at the same time; look at that one.")
            document = _got(session, Document, run.document_id, lock=True)
            if document.current_run:
                _carry_over(session, document, document.current_run, run)
            run.state, run.published_at = RunState.published, datetime.now(UTC)
            document.current_run, document.state = run.id, state_after(run)
            for problem in run.description.get("problems") or []:
                _tell(session, EventKind.problem, document, code=problem["code"], message=problem["message"])
            _tell(session, EventKind.run_published, document, details={"run": run.id, "pipeline": run.pipeline_version})
            return run

    def runs_of(self, document_id: str) -> list[Run]:
        """Return the document's published runs, newest first."""
        with self._read() as session:
            query = select(Run).where(Run.document_id == document_id, Run.state == RunState.published)
            return list(session.exec(query.order_by(col(Run.published_at).desc())))

    # Statements and decisions

    def statements_of(self, document_id: str, type: StatementType | str | None = None) -> list[StatementRecord]:
        """Return the statements of the document's current run, in the document's order.

        Raises:
            NotFound: there is no such document.
        """
        with self._read() as session:
            document = _got(session, Document, document_id)
            if document.current_run is None:
                return []
            records = _statement_records(session, col(Statement.run_id) == document.current_run)
        return [r for r in records if type is None or r.statement.type == type]

    def statements_of_run(self, run_id: str) -> list[StatementRecord]:
        """Return the statements of one run, current or not, in the document's order."""
        with self._read() as session:
            return _statement_records(session, col(Statement.run_id) == run_id)

    def statement(self, statement_id: str) -> StatementRecord:
        """Return one statement, of the current run or an older one.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            _got(session, Statement, statement_id)
            return _statement_records(session, col(Statement.id) == statement_id)[0]

    def newest_of(self, statement_id: str) -> str | None:
        """Return the id of the same statement in the document's current run; None if that no longer finds it.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            statement = _got(session, Statement, statement_id)
            document = _got(session, Document, statement.document_id)
            query = select(Statement.id).where(
                Statement.origin_id == statement.origin_id, Statement.run_id == document.current_run
            )
            return session.exec(query).first()

    def decide(self, statement_id: str, *, action: DecisionAction | str, person: str, reason: str = "",
               changes: Mapping[str, Any] | None = None, seen: int | None = None) -> Decision:  # fmt: skip
        """Return a person's new decision on a statement.

        Args:
            statement_id: of the document's current run.
            action: accept, amend or reject.
            person: who decides.
            reason: why, in the person's words.
            changes: for amend, the fields to set; see `amending.check_changes`.
            seen: how many decisions on the statement the person has seen; another number is a conflict.

        Raises:
            UsageError: no person, an unknown action, or changes that cannot be made.
            NotFound: there is no such statement.
            Conflict: a newer run has taken the statement's place, or somebody has decided meanwhile.
        """
        decision = _checked_decision(statement_id, action, person, reason, changes)
        with self._write() as session:
            statement = _got(session, Statement, statement_id)
            document = _got(session, Document, statement.document_id, lock=True)
            if document.current_run != statement.run_id:
                raise Conflict("The document has been read again since; look at the statement as it stands now.")
            if seen is not None and seen != len(_decisions(session, col(Statement.id) == statement_id)):
                raise Conflict("Somebody has decided on this statement meanwhile; look at that decision first.")
            session.add(decision)
            session.flush()
            details = {"statement": statement_id, "decision": decision.id, "person": decision.person}
            _tell(session, EventKind.decision_made, document, code=decision.action, details=details)
        return decision

    def decisions_of(self, statement_id: str) -> list[Decision]:
        """Return the decisions on a statement, oldest first, those made on it in older runs among them.

        Raises:
            NotFound: there is no such statement.
        """
        return list(self.statement(statement_id).decisions)

    # The log, and what leaves

    def note_problem(self, document_id: str, code: str, message: str) -> None:
        """Write into the log that something went wrong with a document.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = _got(session, Document, document_id)
            _tell(session, EventKind.problem, document, code=code, message=message)

    def events(self, procurement_id: str | None = None, document_id: str | None = None,
               kind: EventKind | None = None) -> list[Event]:  # fmt: skip
        """Return what happened, oldest first, narrowed to a procurement, document or kind."""
        query = select(Event)
        wanted = ((Event.procurement_id, procurement_id), (Event.document_id, document_id), (Event.kind, kind))
        for column, value in wanted:
            if value is not None:
                query = query.where(col(column) == value)
        with self._read() as session:
            return list(session.exec(query.order_by(col(Event.id))))

    def frameworks(self) -> list[str]:
        """Return the frameworks whose themes have been suggested for any statement, by name."""
        with self._read() as session:
            query = select(Coding.framework).where(col(Coding.measure).is_(False)).distinct()
            return sorted(session.exec(query))

    def export_statements(self, procurement_id: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the statements of the current runs as decided, one dict each, document by document.

        Raises:
            NotFound: there is no such procurement.
        """
        procurements = {p.id: p for p in self.procurements()}
        for record in self.documents_of(procurement_id):
            if record.run is None:
                continue
            where = describe_place(procurements[record.document.procurement_id], record, record.run)
            for statement in self.statements_of(record.document.id):
                yield where | describe_statement(statement)


KIND_ORDER = {kind: i for i, kind in enumerate(
    (DocumentKind.specification, DocumentKind.baseline, DocumentKind.bid, DocumentKind.case_study, DocumentKind.other)
)}  # fmt: skip


def _folded(text: str) -> str:
    return " ".join(text.split())


def _got(session: Session, table: type[AnyTable], key: str, *, lock: bool = False) -> AnyTable:
    """Return the row of this id; with `lock`, others wait with theirs until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    row = session.get(table, key, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"There is no {table.__name__.lower()} with the id {key!r}; list them to find the right one.")
    return row


def _listing_order(document: Document) -> tuple[str, int, str, datetime]:
    return document.procurement_id, KIND_ORDER[document.kind], document.name, document.added_at


def _supplier_named(session: Session, name: str) -> Supplier:
    folded = _folded(name)
    if not folded:
        raise UsageError("A supplier needs a name; give one.")
    supplier = session.exec(select(Supplier).where(func.lower(Supplier.name) == folded.lower())).first()
    if supplier is None:
        supplier = Supplier(name=folded)
        session.add(supplier)
        session.flush()
    return supplier


def _tell(session: Session, kind: EventKind, document: Document, *, code: str = "", message: str = "",
          details: Mapping[str, Any] | None = None) -> None:  # fmt: skip
    session.add(
        Event(kind=kind, procurement_id=document.procurement_id, document_id=document.id, code=code, message=message,
              details=dict(details or {}))
    )  # fmt: skip


def _document_records(session: Session, documents: Sequence[Document]) -> list[DocumentRecord]:
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


def _drop_staged_runs(session: Session, document_id: str) -> None:
    """Take away what an interrupted run left behind; nobody has ever seen it."""
    staged = select(Run.id).where(Run.document_id == document_id, Run.state == RunState.staged)
    statements = select(Statement.id).where(col(Statement.run_id).in_(staged))
    for table in (Coding, ReasonRecord, VerdictRecord):
        session.execute(delete(table).where(col(table.statement_id).in_(statements)))
    session.execute(delete(Statement).where(col(Statement.run_id).in_(staged)))
    session.execute(delete(Run).where(col(Run.document_id) == document_id, col(Run.state) == RunState.staged))


def _parts_of(statements: Sequence[Statement]) -> tuple[list[Table], list[Table]]:
    """Return the codings and verdicts of the statements, and then the reasons, which need the verdicts."""
    codings: list[Table] = [c for s in statements for c in codings_from(s)]
    verdicts = [v for s in statements if (v := verdict_from(s))]
    return [*codings, *verdicts], [r for s in statements for r in reasons_from(s)]


def _in_order(session: Session, run_id: str) -> list[Statement]:
    return list(session.exec(select(Statement).where(Statement.run_id == run_id).order_by(col(Statement.position))))


def _carry_over(session: Session, document: Document, older_run: str, run: Run) -> None:
    """Give the new run's statements the origin of those that they continue, and log decisions that lost theirs."""
    older, newer = _in_order(session, older_run), _in_order(session, run.id)
    pairs = match_statements([entry_of(s) for s in older], [entry_of(s) for s in newer])
    for i, j in pairs.items():
        newer[i].origin_id = older[j].origin_id
    continued = set(pairs.values())
    origins = {decided.origin_id for _, decided in _decisions(session, col(Statement.run_id) == older_run)}
    for j, statement in enumerate(older):
        if j not in continued and statement.origin_id in origins:
            message = "A statement that somebody decided on is no longer found; see whether another stands for it."
            details = {"statement": statement.id, "text": statement.text, "run": run.id}
            _tell(session, EventKind.decision_unmatched, document, message=message, details=details)


def _decisions(session: Session, condition: ColumnElement[bool]) -> list[tuple[Decision, Statement]]:
    """Return the decisions on the statements that meet `condition`, each with the statement that the person saw.

    Those made on the same statements in other runs are among them; oldest first.
    """
    origins = select(Statement.origin_id).where(condition)
    query = select(Decision, Statement).join(Statement, col(Statement.id) == col(Decision.statement_id))
    return list(session.exec(query.where(col(Statement.origin_id).in_(origins)).order_by(col(Decision.id))))


def _statement_records(session: Session, condition: ColumnElement[bool]) -> list[StatementRecord]:
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
    for decision, decided in _decisions(session, condition):
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
        person=_folded(person),
        reason=reason.strip(),
        changes=check_changes(changes or {}),
    )
