"""In which order a document's statements are gone through, and how far: asked after each decision, so asked lightly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from svdocs.records.by_hand import in_place, made_that_stand
from svdocs.records.standing import standing_decisions, status_after
from svdocs.records.steps import row_of
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Decision, Document, Statement, StatementStatus


@dataclass(frozen=True, slots=True)
class Turn:
    """A statement in its document's order, without what it states.

    Attributes:
        id, key: of the statement.
        status: what people have made of it.
    """

    id: str
    key: str
    status: StatementStatus


def turn_of(record: StatementRecord) -> Turn:
    """Return a statement's turn."""
    return Turn(record.id, record.statement.key, record.status)


class Turns:
    """The turns of one database's documents."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def procurement_of(self, *, document_id: str | None = None, statement_id: str | None = None) -> str:
        """Return the id of the procurement in which a document or a statement stands; give one of the two.

        Raises:
            NotFound: there is no such document or statement.
        """
        with self._store.reading() as session:
            if statement_id is not None:
                document_id = row_of(session, Statement, statement_id).document_id
            return row_of(session, Document, document_id or "").procurement_id

    def named(self, procurement_id: str, names: Iterable[str]) -> dict[str, str]:
        """Return the ids of a procurement's documents that go by one of these names, by their names."""
        wanted = sorted(set(names))
        if not wanted:
            return {}
        with self._store.reading() as session:
            query = select(Document).where(Document.procurement_id == procurement_id, col(Document.name).in_(wanted))
            return {d.name: d.id for d in session.exec(query)}

    def of(self, document_id: str) -> list[Turn]:
        """Return the turns of the statements that `Store.statements_of` returns, in the same order.

        Raises:
            NotFound: there is no such document.
        """
        with self._store.reading() as session:
            document = row_of(session, Document, document_id)
            made = {m.id for m in made_that_stand(session, [document_id])}
            decisions = _decisions_by_origin(session, document_id)
            if made:  # whose places hang on what stands around them
                now = or_(col(Statement.run_id) == document.current_run, col(Statement.id).in_(made))
                rows = session.exec(select(Statement).where(now).order_by(col(Statement.position)))
                records = [StatementRecord(s, decisions=tuple(decisions[s.origin_id])) for s in rows]
                return [turn_of(r) for r in in_place(records, made)]
            query = (
                select(Statement.id, Statement.key, Statement.origin_id)
                .where(Statement.run_id == document.current_run)
                .order_by(col(Statement.position))
            )
            return [Turn(id_, key, status_after(standing_decisions(decisions.get(origin, ()))))
                    for id_, key, origin in session.exec(query)]  # fmt: skip


def _decisions_by_origin(session: Session, document_id: str) -> dict[str, list[Decision]]:
    query = (
        select(Decision, Statement.origin_id)
        .join(Statement, col(Statement.id) == col(Decision.statement_id))
        .where(Statement.document_id == document_id)
        .order_by(col(Decision.id))
    )
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision, origin in session.exec(query):
        found[origin].append(decision)
    return found
