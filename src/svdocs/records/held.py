"""Roles as conditions of a query: whether the database's asker holds one that has a right in a procurement."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, Table, and_, exists, false, literal_column, true
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
        held.c.person_id == asker(caller.person_id),
        held.c.procurement_id == procurement_id,
        held.c.role.in_([written(role) for role in sorted(roles)]),
    )


class Asker(BindParameter[str]):
    """Who asks, as a value of a condition: one and the same wherever in it they stand.

    A condition names its asker up to ten times. For each value of a query the library does work at each execution, and
    of a value that it has annotated in several ways it compares each with each; what stands in no table needs no notes.
    """

    inherit_cache = True

    def _annotate(self, values: Any) -> Asker:
        return self


@lru_cache(maxsize=16_384)
def asker(person_id: str | None) -> Asker | None:
    """Return the person of this id as a value of a condition; None for nobody."""
    return None if person_id is None else Asker("svdocs_asker", person_id, String())


def written(code: StrEnum) -> ColumnElement[str]:
    """Return a code of ours as it stands in SQL: what never changes need not travel beside the query.

    >>> str(written(Role.chair))
    "'chair'"
    """
    return literal_column(f"'{code.value}'", String())
