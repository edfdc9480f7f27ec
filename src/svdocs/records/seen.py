"""What a caller may see, as conditions that the database itself applies to every query of a session.

`Store.seen_by` gives a store whose sessions carry a caller. Each query that they send, whatever method asks and however
it is written, then finds only rows of procurements in which the caller has a role, and of sealed procurements no bid.
What may not be seen is therefore answered like what does not exist. A table that is added later is covered by itself if
it has a `procurement_id`, `document_id`, `run_id` or `statement_id`; a test lists the tables that are not covered.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Delete, FromClause, Select, Table, Update, and_, event, exists, false, or_, true
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql.visitors import iterate
from sqlmodel import Session, SQLModel

from svdocs.records.access import RIGHTS_OF_ADMINISTRATORS, ROLES_WITH, Caller, Right
from svdocs.records.clarification_tables import ClarificationQuestion
from svdocs.records.people_tables import Membership
from svdocs.records.tables import (
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

CRITERIA = "svdocs_criteria"
"""Under which a session carries its conditions."""


def _table(of: type[SQLModel]) -> Table:
    table: Table = of.__table__  # type: ignore[attr-defined]
    return table


Criteria = Mapping[str, Any]
"""For each table that belongs to a procurement its condition, as an option of a query."""


def criteria_for(caller: Caller) -> Criteria:
    """Return the conditions for what `caller` may see."""
    return _criteria(caller.person_id, caller.is_administrator, caller.procurements)


@lru_cache(maxsize=1024)  # they hang on who asks alone; which roles they have is asked of the database each time
def _criteria(person_id: str | None, is_administrator: bool, procurements: frozenset[str] | None) -> Criteria:
    caller = Caller("", person_id, is_administrator, procurements=procurements)
    return {
        _table(entity).name: with_loader_criteria(entity, condition, include_aliases=True)
        for entity, condition in ((m.class_, _condition(m.class_, caller)) for m in AnyTable._sa_registry.mappers)
        if condition is not None
    }


def _condition(entity: type[Any], caller: Caller) -> ColumnElement[bool] | None:
    """Return when a row of this table may be seen; None for a table that belongs to no procurement."""
    columns = _table(entity).c
    if entity is Procurement:
        return _has(Right.look, columns.id, caller)
    if entity is Document:
        return _is_readable(_table(entity), caller)
    if entity in (KeptFile, KeptText):
        return _document_where("sha256", columns.sha256, caller)
    if entity is Supplier:
        return _supplier(columns.id, caller)
    if "question_id" in columns:
        question = _table(ClarificationQuestion).alias()
        return exists().where(question.c.id == columns.question_id, _of_statement(question.c.statement_id, caller))
    if "statement_id" in columns:
        return _of_statement(columns.statement_id, caller)
    if "document_id" in columns and not columns.document_id.nullable:
        return _document_where("id", columns.document_id, caller)
    if "run_id" in columns:
        run = _table(Run).alias()
        within = _document_where("id", run.c.document_id, caller)
        return exists().where(run.c.id == columns.run_id, within)
    if "procurement_id" in columns:
        member = _has(Right.look, columns.procurement_id, caller)
        if "document_id" not in columns:
            return member
        return and_(member, or_(columns.document_id.is_(None), _document_where("id", columns.document_id, caller)))
    if "supplier_id" in columns:
        return _supplier(columns.supplier_id, caller)
    return None


def _has(right: Right, procurement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether the caller has a right in the procurement of this id, as far as roles tell."""
    if caller.is_alone:
        return true()
    if caller.is_administrator:
        return true() if right in RIGHTS_OF_ADMINISTRATORS else false()
    held = _table(Membership).alias()
    condition: ColumnElement[bool] = exists().where(
        held.c.person_id == caller.person_id,
        held.c.procurement_id == procurement_id,
        held.c.role.in_(sorted(ROLES_WITH[right])),
    )
    return (
        condition if caller.procurements is None else and_(condition, procurement_id.in_(sorted(caller.procurements)))
    )


def _is_readable(document: FromClause, caller: Caller) -> ColumnElement[bool]:
    """Return whether a document may be read: its bids are opened, or it is the buyer's own specification."""
    procurement = _table(Procurement).alias()
    is_open = or_(procurement.c.opens_at.is_(None), procurement.c.opened_at.is_not(None))
    is_the_buyers = and_(document.c.kind == DocumentKind.specification, document.c.kind_is_said)
    opened = exists().where(procurement.c.id == document.c.procurement_id, or_(is_open, is_the_buyers))
    return and_(opened, _has(Right.read, document.c.procurement_id, caller))


def _document_where(column: str, value: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether there is a document that may be read and has this value in a column."""
    document = _table(Document).alias()  # by a name of its own, so that no query outside is mistaken for it
    return exists().where(document.c[column] == value, _is_readable(document, caller))


def _of_statement(statement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether the statement of this id stands in a document that may be read."""
    statement = _table(Statement).alias()
    within = _document_where("id", statement.c.document_id, caller)
    return exists().where(statement.c.id == statement_id, within)


def _supplier(supplier_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether a supplier's name may be known: from a document that may be read."""
    known = _document_where("supplier_id", supplier_id, caller)
    if not caller.is_alone:
        return known
    document = _table(Document).alias()
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
        wanted = [criteria[name] for name in sorted(names & criteria.keys())]
        if wanted and not state.is_orm_statement:
            raise RuntimeError(f"a query of {', '.join(sorted(names))} by bare columns would not be narrowed")
    else:
        wanted = list(criteria.values())
    if wanted:
        state.statement = state.statement.options(*wanted)
