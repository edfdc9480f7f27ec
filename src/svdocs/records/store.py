"""The records: what is kept, asked for and decided. Every transaction begins and ends in this module.

The longer steps of a transaction stand in `steps.py`. Each public method is one transaction, save `publish_run`, which
stages in one and publishes in another. What the machine proposed can be replaced by a newer run; what a person decided
is only ever added, and there is no method here that changes or removes it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, func
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col, select

from svdocs.errors import AlreadyThere, Busy, CannotKeep, Conflict, NotFound, UsageError
from svdocs.records.access import Caller
from svdocs.records.audit import AuditFiles, AuditRecord, export_entries, record_of
from svdocs.records.by_hand import newest_of, statements_now, statements_of_all
from svdocs.records.carrying import carry_over, lost_decisions
from svdocs.records.database import READS_ONLY, folder_of, has_failed_to_sync, is_unwritable, open_engine
from svdocs.records.deciding import decide_in
from svdocs.records.digests import run_digest
from svdocs.records.disk import check_disk, note_failure
from svdocs.records.leases import Claim, end_job, ending_of, held_job, live_job
from svdocs.records.library import entries_of, new_entry, retire_entry
from svdocs.records.outbox import post_events
from svdocs.records.proposals import run_from, state_after, statements_from
from svdocs.records.receiving import (
    IfThere,
    NewDocument,
    ReceiptKey,
    Received,
    add_received,
    find_received,
    is_recorded,
)
from svdocs.records.seen import seen_as
from svdocs.records.steps import (
    document_records,
    drop_staged_runs,
    folded,
    parts_of,
    row_of,
    statement_records,
    supplier_named,
    tell,
)
from svdocs.records.summaries import DocumentRecord, StatementRecord, describe_place, describe_statement
from svdocs.records.tables import (
    AuditEntry,
    BaselineEntry,
    Coding,
    Decision,
    DecisionAction,
    Document,
    DocumentKind,
    EventKind,
    JobPriority,
    JobState,
    KeptText,
    Procurement,
    Run,
    RunState,
    Statement,
    Supplier,
    kind_named,
)
from svdocs.statements.statement import StatementType


def open_store(database_url: str, audit: AuditFiles | None = None) -> Store:
    """Return the store at `database_url`, its folder made and its tables brought up to date.

    Args:
        database_url: SQLAlchemy's address of the database.
        audit: where keys and anchor of its audit trail are; by default as `audit.audit_files_of` says.

    Raises:
        ConfigurationError: the address cannot be used.
        Conflict: the database was made by a newer version of svdocs.
    """
    return Store(open_engine(database_url, audit))


class Store:
    """The records of one database. Safe to share between threads; each process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**{READS_ONLY: True})
        self._session_info: dict[str, Any] = {}
        self._folder = folder_of(engine)

    def seen_by(self, caller: Caller) -> Store:
        """Return this store as `caller` may see it: what they may not see is answered like what does not exist."""
        seen = copy(self)
        seen._session_info = seen_as(caller)
        return seen

    @property
    def engine(self) -> Engine:
        """The engine, for what is done to the database as a whole: checks, copies, exports."""
        return self._engine

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[Session]:
        """Return a session that only reads, for the records that stand beside this store in the same database."""
        return self._read()

    def writing(self) -> AbstractContextManager[Session]:
        """Return a session whose end commits, for the records that stand beside this store in the same database."""
        return self._write()

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with Session(self._reading, expire_on_commit=False, info=self._session_info) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        if self._folder:
            check_disk(self._folder)
        try:
            with Session(self._engine, expire_on_commit=False, info=self._session_info) as session, session.begin():
                yield session
                post_events(session)
        except IntegrityError as error:
            raise Conflict(
                "The record was changed at the same time by somebody else; look again and repeat."
            ) from error
        except OperationalError as error:
            if "locked" in str(error.orig):
                raise Busy("The database is busy with other work, so nothing was changed; try again.") from error
            if self._folder and has_failed_to_sync(error):
                note_failure(self._folder)
            if is_unwritable(error):
                raise CannotKeep(
                    f"The database could not be written ({error.orig}), and nothing of this was kept. See to the disk, "
                    "or tell the person who runs this service; then try again."
                ) from error
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
            title=folded(title), buyer=folded(buyer), value_gbp=value_gbp, starts=starts, ends=ends
        )
        with self._write() as session:
            session.add(procurement)
            details = {"title": procurement.title, "buyer": procurement.buyer, "value_gbp": value_gbp,
                       "starts": starts, "ends": ends}  # fmt: skip
            tell(session, EventKind.procurement_added, procurement, details=details)
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
            return row_of(session, Procurement, procurement_id)

    def procurement_titled(self, title: str) -> Procurement | None:
        """Return the oldest procurement of this title, or None."""
        with self._read() as session:
            query = select(Procurement).where(Procurement.title == folded(title)).order_by(col(Procurement.added_at))
            return session.exec(query).first()

    def set_consent(self, procurement_id: str, *, consents: bool, person: str) -> Procurement:
        """Return the procurement with consent, or without, to models being trained on its decisions.

        Args:
            procurement_id: which.
            consents: whether they may be.
            person: who says so.

        Raises:
            UsageError: no person.
            NotFound: there is no such procurement.
        """
        if not person.strip():
            raise UsageError("Consent needs the person who gives or takes it; give a name.")
        with self._write() as session:
            procurement = row_of(session, Procurement, procurement_id)
            procurement.may_be_learnt_from = consents
            details = {"person": folded(person), "consents": consents}
            tell(session, EventKind.consent_changed, procurement, person=folded(person), details=details)
            return procurement

    def add_supplier(self, name: str) -> Supplier:
        """Return the supplier of this name, new or known.

        Raises:
            UsageError: the name is empty.
        """
        with self._write() as session:
            return supplier_named(session, name)

    def suppliers(self) -> list[Supplier]:
        """Return all suppliers, by name."""
        with self._read() as session:
            return list(session.exec(select(Supplier).order_by(col(Supplier.name))))

    # The library of what suppliers do anyway

    def add_baseline(self, supplier: str, text: str, *, source: str, person: str, source_date: date | None = None,
                     period: str = "", scope: str = "", document_id: str | None = None) -> BaselineEntry:  # fmt: skip
        """Return a new entry of the library: a practice or past figure of a supplier with its source.

        Raises:
            UsageError: supplier, text, source or person is missing.
        """
        with self._write() as session:
            return new_entry(session, supplier, text, source=source, person=person, source_date=source_date,
                             period=period, scope=scope, document_id=document_id)  # fmt: skip

    def correct_baseline(self, entry_id: str, text: str, *, person: str, because: str) -> BaselineEntry:
        """Return the entry that takes the place of a wrong one, which is retired and stays.

        Raises:
            NotFound: there is none of this id.
            UsageError: text, person or reason is missing.
            Conflict: it has been retired already.
        """
        with self._write() as session:
            old = retire_entry(session, entry_id, person, because)
            supplier = row_of(session, Supplier, old.supplier_id).name
            return new_entry(
                session, supplier, text, source=old.source, person=person, source_date=old.source_date,
                period=old.period, scope=old.scope, document_id=old.document_id, corrects=old.id,
            )  # fmt: skip

    def retire_baseline(self, entry_id: str, *, person: str, because: str) -> BaselineEntry:
        """Return the entry, retired with who, when and why; nothing is deleted.

        Raises:
            NotFound: there is none of this id.
            UsageError: person or reason is missing.
            Conflict: it has been retired already.
        """
        with self._write() as session:
            return retire_entry(session, entry_id, person, because)

    def baselines_of(self, supplier_id: str | None = None, *, with_retired: bool = False) -> list[BaselineEntry]:
        """Return the standing entries of a supplier, or of all; with those retired if asked for."""
        with self._read() as session:
            return entries_of(session, supplier_id, with_retired)

    # Documents and their texts

    def add_document(self, procurement_id: str, *, name: str, kind: DocumentKind | str | None, supplier: str | None,
                     sha256: str, media_type: str, size: int,
                     priority: JobPriority = JobPriority.upload) -> Document:  # fmt: skip
        """Return the document of these bytes in the procurement: a new one, or the one that is there already.

        The job to read a new document is written in the same transaction.

        Args:
            procurement_id: where it belongs.
            name: under which it was handed in.
            kind: what it is for; None if nobody has said it.
            supplier: the supplier's name, or None.
            sha256: of its bytes, in hexadecimal; the file itself is kept by `records.keep`.
            media_type: found from the content.
            size: in bytes.
            priority: of the job to read it.

        Raises:
            NotFound: there is no such procurement.
        """
        said = None if kind is None else kind_named(kind)
        given = NewDocument(procurement_id, name, said, supplier, sha256, media_type, size, priority)
        return self.receive_document(given, if_there=IfThere.same).document

    def receive_document(self, given: NewDocument, *, if_there: IfThere, key: ReceiptKey | None = None) -> Received:
        """Return the document of what was handed in: new, or the one that answers this request.

        Args:
            given: what is handed in, its file kept.
            if_there: what is to happen when the same supplier's document of the same bytes is there already.
            key: the sender's for this request; the same key again is answered in the same way.

        Raises:
            NotFound: there is no such procurement.
            Conflict: the key came with another request.
            AlreadyThere: the document is there, and somebody must choose.
            CannotKeep: the database cannot be written.
        """
        try:
            with self._write() as session:
                return add_received(session, given, key, if_there)
        except (AlreadyThere, Busy):
            raise
        except Conflict:  # the same file, supplier or key came in at the same moment, and stands there now
            with self._write() as session:
                return add_received(session, given, key, if_there)

    def received_before(
        self, given: NewDocument, *, if_there: IfThere, key: ReceiptKey | None = None
    ) -> Received | None:
        """Return what `receive_document` would answer without adding anything; None if it would add the document.

        Raises:
            NotFound: there is no such procurement.
            Conflict: the key came with another request.
            AlreadyThere: the document is there, and somebody must choose.
        """
        with self._read() as session:
            return find_received(session, given, key, if_there)

    def is_recorded(self, sha256: str) -> bool:
        """Say whether there is a record of the file of this hash."""
        with self._read() as session:
            return is_recorded(session, sha256)

    def describe_document(self, document_id: str, *, kind: DocumentKind | str | None = None,
                          supplier: str | None = None, media_type: str | None = None,
                          person: str | None = None) -> Document:  # fmt: skip
        """Return the document with its kind, supplier or media type set; what is None stays as it is.

        Args:
            document_id: which.
            kind: what it is for.
            supplier: whose it is.
            media_type: found from the content.
            person: who says so; what a person said no later reading changes. None for what its text proposes.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = row_of(session, Document, document_id)
            before = {name: getattr(document, name) for name in ("kind", "supplier_id", "media_type")}
            document.kind = kind_named(kind) if kind else document.kind
            document.supplier_id = supplier_named(session, supplier).id if supplier else document.supplier_id
            document.media_type = media_type or document.media_type
            if person is not None:
                document.kind_is_said = document.kind_is_said or kind is not None
                document.supplier_is_said = document.supplier_is_said or bool(supplier)
            changes = {n: [old, getattr(document, n)] for n, old in before.items() if old != getattr(document, n)}
            if changes or person is not None:
                tell(session, EventKind.document_described, document, person=person or None, details=changes)
            return document

    def document(self, document_id: str) -> DocumentRecord:
        """Return one document with its supplier, current run and counts.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            return document_records(session, [row_of(session, Document, document_id)])[0]

    def documents_of(self, procurement_id: str | None = None) -> list[DocumentRecord]:
        """Return the documents of a procurement, or of all, with their counts: specifications first, bids after.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._read() as session:
            query = select(Document)
            if procurement_id is not None:
                row_of(session, Procurement, procurement_id)
                query = query.where(Document.procurement_id == procurement_id)
            documents = sorted(session.exec(query), key=_listing_order)
            return document_records(session, documents)

    def keep_text(self, document_id: str, reader_version: str, content: bytes, *, packed: bool = False) -> None:
        """Keep the text that a reader made of the document's bytes, so that they are read once.

        Args:
            document_id: whose text it is; all documents of the same bytes have it.
            reader_version: by which it was read.
            content: the text's JSON.
            packed: whether that is compressed by zlib already.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = row_of(session, Document, document_id)
            if session.get(KeptText, (document.sha256, reader_version)) is None:
                content = content if packed else zlib.compress(content, 6)
                session.add(KeptText(sha256=document.sha256, reader_version=reader_version, content=content))

    def readers_of(self, document_id: str) -> frozenset[str]:
        """Return the reader versions by which the document's bytes have been read.

        Raises:
            NotFound: there is no such document.
        """
        with self._read() as session:
            sha256 = row_of(session, Document, document_id).sha256
            return frozenset(session.exec(select(KeptText.reader_version).where(KeptText.sha256 == sha256)))

    def readers_by_file(self) -> dict[str, frozenset[str]]:
        """Return the reader versions by which each file's bytes have been read, by SHA-256."""
        found: dict[str, set[str]] = {}
        with self._read() as session:
            for sha256, version in session.exec(select(KeptText.sha256, KeptText.reader_version)):
                found.setdefault(sha256, set()).add(version)
        return {sha256: frozenset(versions) for sha256, versions in found.items()}

    def packed_text_of(self, document_id: str, reader_version: str | None = None) -> bytes | None:
        """Return what `text_of` does, still compressed by zlib, and perhaps damaged.

        Raises:
            NotFound: there is no such document.
        """
        with self._read() as session:
            query = select(KeptText.content).where(KeptText.sha256 == row_of(session, Document, document_id).sha256)
            if reader_version is not None:
                query = query.where(KeptText.reader_version == reader_version)
            return session.exec(query.order_by(col(KeptText.kept_at).desc())).first()

    def text_of(self, document_id: str, reader_version: str | None = None) -> bytes | None:
        """Return the JSON of the document's text, of one reader version or the newest; None where there is none.

        Raises:
            NotFound: there is no such document.
        """
        packed = self.packed_text_of(document_id, reader_version)
        try:
            return zlib.decompress(packed) if packed else None
        except zlib.error:
            return None  # damaged on the disk: as good as not kept

    # Runs

    def publish_run(self, document_id: str, record: Mapping[str, Any], seconds: float, *, context: str = "",
                    reading_seconds: float = 0.0, claim: Claim | None = None) -> Run:  # fmt: skip
        """Return the document's new current run, made of an extraction record; the old run stays.

        The run is staged first and seen by nobody; then the document is pointed to it in one transaction. Statements
        that the run before had at the same place in the same words keep their decisions. A record that is the same as
        the current run's changes nothing.

        Args:
            document_id: whose run it is.
            record: an extraction record, `svdocs.extraction/1`.
            seconds: how long reading and extracting took.
            context: SHA-256 over the documents against which it was judged.
            reading_seconds: how much of `seconds` went into reading; nought where a kept text was taken.
            claim: on the document's job, which ends with this. Without one, a job of the document that is still to be
                done ends too, and who holds it has lost it.

        Raises:
            NotFound: there is no such document.
            Conflict: another run was staged for the document meanwhile.
            LeaseLost: the claim no longer holds; nothing was published.
        """
        run, new = self.stage_run(document_id, record, seconds, context, reading_seconds, claim=claim)
        return self.publish_staged(run.id, claim) if new else run

    def stage_run(self, document_id: str, record: Mapping[str, Any], seconds: float, context: str = "",
                  reading_seconds: float = 0.0, *, claim: Claim | None = None) -> tuple[Run, bool]:  # fmt: skip
        """Return a run made of the record, seen by nobody, and True; or the current run, if it is the same, and False.

        See `publish_run`. If it is the same there is nothing to publish, and the document's job has ended.
        """
        run = run_from(document_id, record, seconds, context, reading_seconds)
        with self._write() as session:
            document = row_of(session, Document, document_id, lock=True)
            job = held_job(session, claim) if claim else live_job(session, document_id)
            current = session.get(Run, document.current_run) if document.current_run else None
            if current and (current.record_sha256, current.context) == (run.record_sha256, context):
                if job:
                    end_job(job, JobState.done)
                return current, False
            drop_staged_runs(session, document_id)
            session.add(run)
            session.flush()
            statements = statements_from(run, record)
            for rows in (statements, *parts_of(statements)):  # in this order, for the foreign keys
                session.add_all(rows)
                session.flush()
        return run, True

    def publish_staged(self, run_id: str, claim: Claim | None = None) -> Run:
        """Return the staged run, now the current one of its document, whose job has ended; see `publish_run`."""
        with self._write() as session:
            run = session.get(Run, run_id)
            if run is None:
                raise Conflict("Another run was made of the document at the same time; look at that one.")
            document = row_of(session, Document, run.document_id, lock=True)
            job = held_job(session, claim) if claim else live_job(session, run.document_id)
            carry_over(session, document, document.current_run, run)
            run.state, run.published_at = RunState.published, datetime.now(UTC)
            document.current_run, document.state = run.id, state_after(run)
            if job:
                end_job(job, *ending_of(document, run))
            for problem in run.description.get("problems") or []:
                tell(session, EventKind.problem, document, code=problem["code"], message=problem["message"])
            session.flush()
            statements, rows = run_digest(session.connection(), run.id)
            details = {"run": run.id, "pipeline": run.pipeline_version, "record_sha256": run.record_sha256,
                       "statements": statements, "rows": rows}  # fmt: skip
            tell(session, EventKind.run_published, run, within=document, details=details)
            return run

    def runs_of(self, document_id: str) -> list[Run]:
        """Return the document's published runs, newest first."""
        with self._read() as session:
            query = select(Run).where(Run.document_id == document_id, Run.state == RunState.published)
            return list(session.exec(query.order_by(col(Run.published_at).desc())))

    def run(self, run_id: str) -> Run:
        """Return one published run.

        Raises:
            NotFound: there is none of this id, or it is not published yet.
        """
        with self._read() as session:
            run = row_of(session, Run, run_id)
        if run.state is not RunState.published:
            raise NotFound(f"The run {run_id!r} is not published yet; ask again later.")
        return run

    def mean_seconds(self) -> tuple[float | None, float | None]:
        """Return how long reading and extracting a document took on average; None for what has not been done yet."""
        with self._read() as session:
            reading = session.scalar(select(func.avg(Run.reading_seconds)).where(col(Run.reading_seconds) > 0))
            extracting = session.scalar(
                select(func.avg(col(Run.seconds) - col(Run.reading_seconds))).where(col(Run.reader_version) != "")
            )
        return reading, extracting

    # Statements and decisions

    def statements_of(self, document_id: str, type: StatementType | str | None = None) -> list[StatementRecord]:
        """Return the document's statements: of its current run and made by hand, in the document's order.

        Those that were rejected, split or merged are among them; `StatementRecord.stands` tells them apart.

        Raises:
            NotFound: there is no such document.
        """
        with self._read() as session:
            records = statements_now(session, row_of(session, Document, document_id))
        return [r for r in records if type is None or r.statement.type == type]

    def statements_in(self, procurement_id: str) -> dict[str, list[StatementRecord]]:
        """Return what `statements_of` does for all documents of a procurement at once, by the documents' ids.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._read() as session:
            row_of(session, Procurement, procurement_id)
            documents = session.exec(select(Document).where(Document.procurement_id == procurement_id))
            return statements_of_all(session, list(documents))

    def statements_of_run(self, run_id: str) -> list[StatementRecord]:
        """Return the statements of one run, current or not, in the document's order."""
        with self._read() as session:
            return statement_records(session, col(Statement.run_id) == run_id)

    def statement(self, statement_id: str) -> StatementRecord:
        """Return one statement, of the current run or an older one.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            row_of(session, Statement, statement_id)
            return statement_records(session, col(Statement.id) == statement_id)[0]

    def statement_named(self, name: str) -> str:
        """Return the id of the statement of this id, or of this id in an extraction record of a current run.

        Raises:
            NotFound: there is none.
        """
        with self._read() as session:
            if session.get(Statement, name) is not None:
                return name
            query = select(Statement.id).join(Document, col(Document.current_run) == col(Statement.run_id))
            found = session.exec(query.where(Statement.key == name)).first()
        if found is None:
            raise NotFound(f"There is no statement {name[:64]!r}; `svdocs list statements` shows those that there are.")
        return found

    def newest_of(self, statement_id: str) -> str | None:
        """Return the id of the same statement as it is there now; None if it is no longer found.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            return newest_of(session, row_of(session, Statement, statement_id))

    def decide(self, statement_id: str, *, action: DecisionAction | str, person: str, reason: str = "",
               changes: Mapping[str, Any] | None = None, seen: int | None = None) -> Decision:  # fmt: skip
        """Return a person's new decision on a statement.

        Args:
            statement_id: of the document's current run, or made by hand.
            action: accept, amend, reject or unsure; `records.decisions` has what else there is to decide.
            person: who decides.
            reason: why, in the person's words.
            changes: for amend, the fields to set; see `amending.check_changes`.
            seen: how many decisions on the statement the person has seen; another number is a conflict.

        Raises:
            UsageError: no person, an unknown action, or changes that cannot be made.
            NotFound: there is no such statement.
            Conflict: a newer run has taken the statement's place, or somebody has decided meanwhile.
        """
        with self._write() as session:
            return decide_in(
                session, statement_id, action=action, person=person, reason=reason, changes=changes, seen=seen
            )

    def decisions_of(self, statement_id: str) -> list[Decision]:
        """Return the decisions on a statement, oldest first, those on it in older runs and undone ones among them.

        Raises:
            NotFound: there is no such statement.
        """
        return list(self.statement(statement_id).decisions)

    def unmatched_decisions(self, procurement_id: str | None = None) -> list[tuple[Decision, Statement]]:
        """Return the standing decisions whose statement is no longer found, with the statement that the person saw.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._read() as session:
            within = select(Document.id)
            if procurement_id is not None:
                row_of(session, Procurement, procurement_id)
                within = within.where(Document.procurement_id == procurement_id)
            return lost_decisions(session, col(Statement.document_id).in_(within))

    # The log, and what leaves

    def note_problem(self, document_id: str, code: str, message: str) -> None:
        """Write into the log that something went wrong with a document.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = row_of(session, Document, document_id)
            tell(session, EventKind.problem, document, code=code, message=message)

    def events(self, procurement_id: str | None = None, document_id: str | None = None,
               kind: EventKind | None = None) -> list[AuditRecord]:  # fmt: skip
        """Return what the audit trail tells, oldest first, narrowed to a procurement, document or kind."""
        wanted = {"procurement_id": procurement_id, "document_id": document_id, "kind": kind}
        with self._read() as session:
            # The trail is read beside the session, whose conditions therefore say which entries may be seen.
            seen = set(session.exec(select(AuditEntry.seq))) if self._session_info else None
            entries = export_entries(session.connection(), wanted)
            return [record_of(entry) for entry in entries if seen is None or entry["seq"] in seen]

    def frameworks(self) -> list[str]:
        """Return the frameworks whose themes have been suggested for any statement, by name."""
        with self._read() as session:
            query = select(Coding.framework).where(col(Coding.measure).is_(False)).distinct()
            return sorted(session.exec(query))

    def export_statements(self, procurement_id: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the statements that are there now as decided, one dict each, document by document.

        Those that were rejected, split or merged are among them, and their ``status`` says so.

        Raises:
            NotFound: there is no such procurement.
        """
        procurements = {p.id: p for p in self.procurements()}
        for record in self.documents_of(procurement_id):
            where = describe_place(procurements[record.document.procurement_id], record)
            for statement in self.statements_of(record.document.id):
                yield where | describe_statement(statement)


KIND_ORDER = {kind: i for i, kind in enumerate(
    (DocumentKind.specification, DocumentKind.baseline, DocumentKind.bid, DocumentKind.case_study, DocumentKind.other)
)}  # fmt: skip


def _listing_order(document: Document) -> tuple[str, int, str, datetime]:
    return document.procurement_id, KIND_ORDER[document.kind], document.name, document.added_at
