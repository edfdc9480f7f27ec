"""What a caller may see, as conditions that the database itself applies to every query of a session.

`Store.seen_by` gives a store whose sessions carry a caller. Each query that they send, whatever method asks and however
it is written, then finds only rows of procurements in which the caller has a role, and of sealed procurements no bid.
What may not be seen is therefore answered like what does not exist. A table that is added later is covered by itself if
it has a `procurement_id`, `document_id`, `run_id`, `statement_id` or `contract_id`; a test lists those not covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Delete, FromClause, Select, Table, Update, and_, event, exists, not_, or_, true
from sqlalchemy.orm import ORMExecuteState, QueryContext
from sqlalchemy.sql.visitors import iterate
from sqlmodel import Session

from svdocs.records.access import Caller, Right
from svdocs.records.award_seal import narrow_award
from svdocs.records.clarification_tables import ClarificationQuestion
from svdocs.records.delivery_tables import Contract
from svdocs.records.held import asker, holds, table_behind, written
from svdocs.records.narrowing import Narrowing
from svdocs.records.panel_seal import (
    codes_for,
    hide_names,
    is_anonymous_to,
    is_barred,
    is_closed_to,
    is_open,
    is_told,
    may_see_findings,
    may_see_statements,
    narrow_panel,
)
from svdocs.records.panel_tables import PanelBid, PanelSupplier
from svdocs.records.review_tables import ReadingAnswer, SecondReading
from svdocs.records.tables import (
    AuditEntry,
    Document,
    DocumentKind,
    KeptFile,
    KeptText,
    Procurement,
    Run,
    Statement,
    Supplier,
)
from svdocs.records.tables import Table as AnyTable

CRITERIA, CALLER, CODES = "svdocs_criteria", "svdocs_caller", "svdocs_codes"
"""Under which a session carries its conditions, whose they are, and the codes that they read in place of names."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """The conditions for what a caller may see. They hang on who asks alone; roles are asked of the database."""

    person_id: str | None
    is_administrator: bool
    procurements: frozenset[str] | None

    def on(self, table: str) -> Narrowing | None:
        """Return the condition on a table, as an option of a query; None for one that belongs to no procurement."""
        return _narrowing(self, table)

    def on_all(self) -> list[Narrowing]:
        """Return the conditions on all tables."""
        return [found for table in _entities() if (found := self.on(table))]


def seen_as(caller: Caller) -> dict[str, Any]:
    """Return what a session carries to see what `caller` may see."""
    return {CRITERIA: criteria_for(caller), CALLER: caller}


def criteria_for(caller: Caller) -> Criteria:
    """Return the conditions for what `caller` may see."""
    return Criteria(caller.person_id, caller.is_administrator, caller.procurements)


@lru_cache(maxsize=16_384)  # each takes longer to make than a query takes, and no request needs many
def _narrowing(criteria: Criteria, table: str) -> Narrowing | None:
    entity = _entities().get(table)
    caller = Caller("", criteria.person_id, criteria.is_administrator, procurements=criteria.procurements)
    condition = None if entity is None else _condition(entity, caller)
    return None if entity is None or condition is None else Narrowing(entity, condition)


@cache
def _entities() -> dict[str, type[Any]]:
    """Return the classes of rows by the names of their tables."""
    return {table_behind(m.class_).name: m.class_ for m in AnyTable._sa_registry.mappers}


def _condition(entity: type[Any], caller: Caller) -> ColumnElement[bool] | None:
    """Return when a row of this table may be seen; None for a table that belongs to no procurement."""
    columns = table_behind(entity).c
    if entity is Procurement:
        return holds(Right.look, columns.id, caller)
    if entity is Document:
        return _is_readable(table_behind(entity), caller)
    if entity is Contract:
        return _is_contract_readable(table_behind(entity), caller)
    if "contract_id" in columns:
        contract = table_behind(Contract).alias()
        return exists().where(contract.c.id == columns.contract_id, _is_contract_readable(contract, caller))
    if entity in (KeptFile, KeptText):
        return _document_where("sha256", columns.sha256, caller)
    if entity is Supplier:
        return _supplier(columns.id, caller)
    if entity is Statement:
        return _document_where("id", columns.document_id, caller, with_statements=True)
    panel = narrow_panel(entity, caller)
    if panel is not None:
        return panel
    award = narrow_award(entity, caller)
    if award is not None:
        return award
    if entity is ReadingAnswer:
        return and_(_of_statement(columns.statement_id, caller), _is_own_or_both_are_done(columns, caller))
    if "question_id" in columns:
        question = table_behind(ClarificationQuestion).alias()
        return exists().where(question.c.id == columns.question_id, _of_statement(question.c.statement_id, caller))
    if "statement_id" in columns:
        return _of_statement(columns.statement_id, caller)
    if "document_id" in columns and not columns.document_id.nullable:
        return _document_where("id", columns.document_id, caller)
    if "procurement_id" in columns:
        member = holds(Right.look, columns.procurement_id, caller)
        if "document_id" not in columns:
            return member
        if entity is AuditEntry:
            member = and_(member, is_told(columns, caller))
        return and_(member, or_(columns.document_id.is_(None), _document_where("id", columns.document_id, caller)))
    if "supplier_id" in columns:
        return _supplier(columns.supplier_id, caller)
    return None


def _is_readable(document: FromClause, caller: Caller) -> ColumnElement[bool]:
    """Return whether a document may be read: its bids are opened, or it is the buyer's own specification."""
    is_the_buyers = and_(document.c.kind == written(DocumentKind.specification), document.c.kind_is_said)
    opened = or_(is_open(document.c.procurement_id), is_the_buyers)
    return and_(opened, holds(Right.read, document.c.procurement_id, caller), not_(is_barred(document, caller)))


def _is_contract_readable(contract: FromClause, caller: Caller) -> ColumnElement[bool]:
    """Return whether a contract may be read: it tells of its supplier's bid all that statements tell, and the name."""
    return and_(
        holds(Right.read, contract.c.procurement_id, caller),
        not_(is_closed_to(contract.c.procurement_id, contract.c.supplier_id, caller)),
        may_see_findings(contract.c.procurement_id, contract.c.supplier_id, caller),
        not_(is_anonymous_to(contract.c.procurement_id, caller)),
    )


def _document_where(
    column: str, value: ColumnElement[Any], caller: Caller, *, with_statements: bool = False
) -> ColumnElement[bool]:
    """Return whether there is a document that may be read, perhaps with its statements, and has a value in a column."""
    document = table_behind(Document).alias()  # by a name of its own, so that no query outside is mistaken for it
    readable = _is_readable(document, caller)
    if with_statements:
        readable = and_(readable, may_see_statements(document, caller))
    return exists().where(document.c[column] == value, readable)


def _of_statement(statement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether the statement of this id stands in a document that may be read."""
    statement = table_behind(Statement).alias()
    within = _document_where("id", statement.c.document_id, caller, with_statements=True)
    return exists().where(statement.c.id == statement_id, within)


def _is_own_or_both_are_done(answer: Any, caller: Caller) -> ColumnElement[bool]:
    """Return whether an answer of a second reading is the caller's own, or both readers are done."""
    if caller.is_alone:
        return true()
    reading = table_behind(SecondReading).alias()
    done = exists().where(
        reading.c.id == answer.reading_id,
        reading.c.first_done_at.is_not(None),
        reading.c.second_done_at.is_not(None),
    )
    return or_(answer.reader_id == asker(caller.person_id), done)


def _supplier(supplier_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether a supplier's name may be known: from a document or a contract that may be read."""
    document = table_behind(Document).alias()
    named = and_(_is_readable(document, caller), not_(is_anonymous_to(document.c.procurement_id, caller)))
    contract = table_behind(Contract).alias()
    known = or_(
        exists().where(document.c.supplier_id == supplier_id, named),
        exists().where(contract.c.supplier_id == supplier_id, _is_contract_readable(contract, caller)),
    )
    if not caller.is_alone:
        return known
    document = table_behind(Document).alias()
    return or_(known, ~exists().where(document.c.supplier_id == supplier_id))  # of the baseline library alone


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Put the conditions of the session's caller on the query: those of the tables in it, wherever in it they stand.

    A query whose parts cannot be looked through gets all conditions. They are not always all put on, because the
    library compares each of them with each query that it has compiled, which takes longer than most queries do.
    """
    criteria: Criteria | None = state.session.info.get(CRITERIA)
    if criteria is None or state.is_insert:
        return
    if isinstance(state.statement, Select | Update | Delete):
        names = {part.name for part in iterate(state.statement) if isinstance(part, Table)}
        wanted = [found for name in sorted(names) if (found := criteria.on(name))]
        if wanted and not state.is_orm_statement:
            raise RuntimeError(f"a query of {', '.join(sorted(names))} by bare columns would not be narrowed")
    else:
        wanted, names = criteria.on_all(), set(_NAMED)
    if names & _NAMED and CODES not in state.session.info:
        state.session.info[CODES] = codes_for(state.session.connection(), state.session.info[CALLER])
    if wanted:
        state.statement = state.statement.options(*wanted)


def are_names_hidden(session: Session, procurement_id: str) -> bool:
    """Say whether bidders in a procurement go by codes to the session's caller."""
    caller: Caller | None = session.info.get(CALLER)
    return caller is not None and procurement_id in codes_for(session.connection(), caller).procurements


_WITH_NAMES = (Document, Run, PanelBid, PanelSupplier)
"""Rows from which the name of a bidder could be read."""
_NAMED = {table_behind(entity).name for entity in _WITH_NAMES}


def _hide(row: AnyTable, context: QueryContext, *_: object) -> None:
    codes = context.session.info.get(CODES)
    if codes is not None:
        hide_names(row, codes)


for _entity in _WITH_NAMES:
    event.listen(_entity, "load", _hide)
    event.listen(_entity, "refresh", _hide)
