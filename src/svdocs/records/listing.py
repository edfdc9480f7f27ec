"""Statements of a whole procurement, narrowed and read page by page: the database is asked for no more than a page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, tuple_
from sqlmodel import Session, col, select

from svdocs.additionality.verdict import Category, Verdict
from svdocs.errors import UsageError
from svdocs.records.seen import are_names_hidden
from svdocs.records.steps import row_of, statement_records
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Coding, Document, Procurement, Statement, StatementStatus, VerdictRecord
from svdocs.statements.statement import StatementType

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements are wanted; what is None does not matter. What is narrowed by is what the run proposes.

    Attributes:
        type, category, verdict: as proposed.
        status: what people have made of it.
        document_id, supplier_id: whose it is.
        framework: by whose theme or measure `code` it is coded.
        code: of the theme or measure; with a framework alone, any of it.
        text: words that it holds, whatever their case.
        least_confidence: of the reading, 0 to 1.
    """

    type: StatementType | None = None
    category: Category | None = None
    verdict: Verdict | None = None
    status: StatementStatus | None = None
    document_id: str | None = None
    supplier_id: str | None = None
    framework: str | None = None
    code: str | None = None
    text: str | None = None
    least_confidence: float | None = None


class Listing:
    """The statements of one database, listed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def statements(self, procurement_id: str, wanted: Wanted, *, after: tuple[str, int, str] | None,
                   limit: int) -> list[StatementRecord]:  # fmt: skip
        """Return up to `limit` statements of the current runs, in the order of `place_of`, beginning behind `after`.

        Raises:
            NotFound: there is no such procurement.
            UsageError: a supplier is wanted where bidders are without names to who asks: it would tell whose it is.
        """
        found: list[StatementRecord] = []
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            if wanted.supplier_id is not None and are_names_hidden(session, procurement_id):
                raise UsageError("Bidders are without names to you here; narrow by document instead of by supplier.")
            while len(found) < limit:
                part = _part(session, procurement_id, wanted, after)
                found += [r for r in part if wanted.status in (None, r.status)]
                if len(part) < AT_ONCE:
                    break
                after = place_of(part[-1])
        return found[:limit]


def place_of(record: StatementRecord) -> tuple[str, int, str]:
    """Return where a statement stands in the listing: by document, in the document's order."""
    return record.statement.document_id, record.statement.position, record.id


def _part(session: Session, procurement_id: str, wanted: Wanted,
          after: tuple[str, int, str] | None) -> list[StatementRecord]:  # fmt: skip
    query = (
        select(Statement.id)
        .join(Document, col(Document.current_run) == col(Statement.run_id))
        .where(Document.procurement_id == procurement_id)
    )
    exact = (
        (Statement.type, wanted.type),
        (Statement.category, wanted.category),
        (Statement.document_id, wanted.document_id),
        (Document.supplier_id, wanted.supplier_id),
    )
    for column, value in exact:
        if value is not None:
            query = query.where(col(column) == value)
    if wanted.least_confidence is not None:
        query = query.where(col(Statement.confidence) >= wanted.least_confidence)
    if wanted.text:
        query = query.where(col(Statement.text).icontains(wanted.text, autoescape=True))
    if wanted.verdict is not None:
        judged = (col(VerdictRecord.statement_id) == col(Statement.id), col(VerdictRecord.verdict) == wanted.verdict)
        query = query.where(exists().where(*judged))
    if wanted.framework is not None or wanted.code is not None:
        coded = [col(Coding.statement_id) == col(Statement.id)]
        coded += [col(c) == v for c, v in ((Coding.framework, wanted.framework), (Coding.code, wanted.code)) if v]
        query = query.where(exists().where(*coded))
    place = tuple_(col(Statement.document_id), col(Statement.position), col(Statement.id))
    if after is not None:
        query = query.where(place > tuple_(*after))
    order = (col(Statement.document_id), col(Statement.position), col(Statement.id))
    rank = {key: i for i, key in enumerate(session.exec(query.order_by(*order).limit(AT_ONCE)))}
    return sorted(statement_records(session, col(Statement.id).in_(rank)), key=lambda r: rank[r.id])
