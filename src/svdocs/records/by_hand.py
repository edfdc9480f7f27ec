"""Statements that people made: parts of a split, statements merged into one, and those that a reader missed.

They are rows like any other statement, so whatever refers to a statement can refer to them. They stand in one run of
their document, `RunState.by_hand`, that is never its current one, and `record["made_by_hand"]` says ``how``, ``of``
which statements, by which ``person``. Whether one stands is asked, never stored: a missed statement always does; a part
or a merged one while the decision that made it stands on a statement that is there. Where a newer run finds the same
statement itself, that one continues it and has its decisions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, or_, select

from svdocs.records.digests import row_digest
from svdocs.records.proposals import statement_of_entry
from svdocs.records.standing import SUPERSEDES, standing_decisions
from svdocs.records.steps import parts_of, statement_records, tell
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Decision, Document, EventKind, Run, RunState, Statement, new_id

PIPELINE = "by hand"
"""In place of a pipeline's version in the run that holds what people made."""


class How(StrEnum):
    """How a person came to make a statement."""

    split_up = "split_up"
    merge = "merge"
    missed = "missed"


def add_by_hand(session: Session, document: Document, entry: Mapping[str, Any], how: How, *, person: str,
                of: Sequence[str] = (), batch: str) -> Statement:  # fmt: skip
    """Return a new statement that a person made of a document.

    Args:
        session: of the transaction, in which the document is locked.
        document: where it stands.
        entry: in the extraction record's form, with its ``type``; its ``id`` is given here.
        how: how it came about.
        person: who made it.
        of: the statements in whose place it stands.
        batch: of the decisions that made it.
    """
    run = _run_by_hand(session, document)
    position = len(session.exec(select(Statement.id).where(Statement.run_id == run.id)).all())
    made = {"how": how.value, "of": list(of), "person": person, "batch": batch}
    statement = statement_of_entry(run, position, {**entry, "id": f"hand-{new_id()}", "made_by_hand": made})
    session.add(statement)
    session.flush()
    for rows in parts_of([statement]):
        session.add_all(rows)
        session.flush()
    details = {"statement": statement.id, "how": how.value, "of": list(of), "batch": batch,
               "row": row_digest(session.connection(), Statement, col(Statement.id) == statement.id)}  # fmt: skip
    tell(session, EventKind.statement_added, statement, within=document, person=person, code=how, details=details)
    return statement


def _run_by_hand(session: Session, document: Document) -> Run:
    query = select(Run).where(Run.document_id == document.id, Run.state == RunState.by_hand)
    run = session.exec(query).first()
    if run is None:
        run = Run(document_id=document.id, state=RunState.by_hand, pipeline_version=PIPELINE, record_sha256="")
        session.add(run)
        session.flush()
    return run


def made_that_stand(session: Session, document_ids: Sequence[str]) -> list[Statement]:
    """Return the statements made by hand of these documents that stand now, in the order in which they were made."""
    query = (
        select(Statement)
        .join(Run, col(Run.id) == col(Statement.run_id))
        .where(col(Statement.document_id).in_(document_ids), Run.state == RunState.by_hand)
        .order_by(col(Statement.position))
    )
    made = list(session.exec(query))
    if not made:
        return []
    makers = _standing_makers(session, document_ids)
    present = _origins_of_current_runs(session, {m.origin_id for m in made} | {o for o, _ in makers})
    standing: list[Statement] = []
    for statement in made:
        sources = [origin for origin, into in makers if statement.id in into]
        is_missed = statement.record["made_by_hand"]["how"] == How.missed
        if statement.origin_id not in present and (is_missed or any(origin in present for origin in sources)):
            standing.append(statement)
            present.add(statement.origin_id)
    return standing


def _standing_makers(session: Session, document_ids: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """Return the origin of each statement that was split or merged, with the ids of those in its place.

    A statement may be merged with one of another document of its procurement, so all documents there are asked.
    """
    procurements = select(Document.procurement_id).where(col(Document.id).in_(document_ids))
    documents = select(Document.id).where(col(Document.procurement_id).in_(procurements))
    touched = (
        select(Statement.origin_id)
        .join(Decision, col(Decision.statement_id) == col(Statement.id))
        .where(col(Decision.action).in_(SUPERSEDES), col(Statement.document_id).in_(documents))
    )
    query = (
        select(Decision, Statement.origin_id)
        .join(Statement, col(Statement.id) == col(Decision.statement_id))
        .where(col(Statement.origin_id).in_(touched))
        .order_by(col(Decision.id))
    )
    by_origin: dict[str, list[Decision]] = defaultdict(list)
    for decision, origin in session.exec(query):
        by_origin[origin].append(decision)
    last = {origin: standing[-1] for origin, all_ in by_origin.items() if (standing := standing_decisions(all_))}
    return [(o, frozenset(d.changes["into"])) for o, d in last.items() if d.action in SUPERSEDES]


def _origins_of_current_runs(session: Session, origins: set[str]) -> set[str]:
    query = (
        select(Statement.origin_id)
        .join(Document, col(Document.current_run) == col(Statement.run_id))
        .where(col(Statement.origin_id).in_(origins))
    )
    return set(session.exec(query))


def is_there_now(session: Session, statement: Statement, document: Document) -> bool:
    """Say whether a statement is one of the document as it stands: of its current run, or made by hand and standing."""
    if statement.run_id == document.current_run:
        return True
    return any(made.id == statement.id for made in made_that_stand(session, [document.id]))


def newest_of(session: Session, statement: Statement) -> str | None:
    """Return the id of the same statement as it is there now; None where it is no longer found."""
    document = session.get(Document, statement.document_id)
    query = select(Statement.id).where(
        Statement.origin_id == statement.origin_id, Statement.run_id == (document and document.current_run)
    )
    found = session.exec(query).first()
    if found is None:
        made = made_that_stand(session, [statement.document_id])
        found = next((m.id for m in made if m.origin_id == statement.origin_id), None)
    return found


def statements_now(session: Session, document: Document) -> list[StatementRecord]:
    """Return a document's statements as it stands: those of its current run, and those made by hand, in its order.

    Those that were split or merged are among them, as superseded.
    """
    return statements_of_all(session, [document])[document.id]


def statements_of_all(session: Session, documents: Sequence[Document]) -> dict[str, list[StatementRecord]]:
    """Return what `statements_now` does for several documents, by their ids, in a fixed number of questions."""
    made = {m.id for m in made_that_stand(session, [d.id for d in documents])}
    runs = [d.current_run for d in documents if d.current_run is not None]
    found: dict[str, list[StatementRecord]] = {d.id: [] for d in documents}
    if runs or made:
        for record in statement_records(session, or_(col(Statement.run_id).in_(runs), col(Statement.id).in_(made))):
            found[record.statement.document_id].append(record)
    return {key: in_place(records, made) for key, records in found.items()}


def in_place(records: Sequence[StatementRecord], made: set[str]) -> list[StatementRecord]:
    """Return the statements in the document's order.

    What people made stands after the first statement that it takes the place of; what was missed after all that begin
    before it.
    """
    ordered = [r for r in records if r.id not in made]
    for record in (r for r in records if r.id in made):
        ordered.insert(_place_of(record, ordered), record)
    return ordered


def _place_of(record: StatementRecord, ordered: Sequence[StatementRecord]) -> int:
    for i, source in enumerate(ordered):
        into = source.decision.changes.get("into", []) if source.decision else []
        if record.id in into:
            return i + 1 + into.index(record.id)
    if "span" in record.statement.record and all("span" in r.statement.record for r in ordered):
        return bisect_right(ordered, _begin_of(record), key=_begin_of)
    return bisect_right(ordered, _top_of(record), key=_top_of)


def _begin_of(record: StatementRecord) -> int:
    return int((record.statement.record.get("span") or [0])[0])


def _top_of(record: StatementRecord) -> tuple[int, float]:
    box = next(iter(record.statement.boxes), [0.0, 0.0])
    return record.statement.page or 0, float(box[1])


def is_continued_by(made: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Say whether a statement that a run found is the one that a person made: by its quote, place and quantity.

    >>> made = {"text": "We plant trees and give 5 jobs.", "focus": "give 5 jobs", "location": {"page": 2}}
    >>> is_continued_by(made, {"text": "We plant trees and give 5 jobs.", "focus": "5 jobs", "location": {"page": 2}})
    True
    >>> is_continued_by(made, {"text": "We plant trees and give 5 jobs.", "focus": "plant trees", "location": {}})
    False
    """
    if any((made.get("location") or {}).get(n) != (found.get("location") or {}).get(n) for n in ("page", "cell")):
        return False
    if made.get("type") != found.get("type") or _number_of(made) != _number_of(found):
        return False
    here, there = _quote_of(made), _quote_of(found)
    return bool(here and there) and (here in there or there in here)


def _quote_of(entry: Mapping[str, Any]) -> str:
    return " ".join(str(entry.get("focus") or entry.get("text") or "").split()).casefold()


def _number_of(entry: Mapping[str, Any]) -> tuple[Any, Any]:
    quantity = entry.get("quantity") or {}
    return quantity.get("value"), quantity.get("unit")
