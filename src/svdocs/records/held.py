"""Roles as conditions of a query: whether the database's asker holds one that has a right in a procurement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, false, true
from sqlmodel import SQLModel

from svdocs.records.access import RIGHTS_OF_ADMINISTRATORS, ROLES_WITH, Caller, Right
from svdocs.records.people_tables import Membership, Role


def table_behind(of: type[SQLModel]) -> Table:
    """Return the database's table behind a class of rows."""
    table: Table = of.__table__  # type: ignore[attr-defined]
    return table


def holds(right: Right, procurement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether the caller has a right in the procurement of this id, as far as roles tell."""
    if caller.is_alone:
        return true()
    if caller.is_administrator:
        return true() if right in RIGHTS_OF_ADMINISTRATORS else false()
    condition = holds_role(ROLES_WITH[right], procurement_id, caller)
    return (
        condition if caller.procurements is None else and_(condition, procurement_id.in_(sorted(caller.procurements)))
    )


def holds_role(roles: Iterable[Role], procurement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether the caller holds one of the roles in the procurement of this id."""
    held = table_behind(Membership).alias()
    return exists().where(
        held.c.person_id == caller.person_id, held.c.procurement_id == procurement_id, held.c.role.in_(sorted(roles))
    )
