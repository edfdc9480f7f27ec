"""Digests of rows that must never change, by which the audit trail knows them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from svdocs.records.audit import canonical
from svdocs.records.tables import Coding, ReasonRecord, Run, Statement, VerdictRecord
from svdocs.records.tables import Table as Model

CHANGES_LATER = {"run": ("state", "published_at")}
"""Columns that are set after a row was made, and so are left out."""
ADDED_LATER = frozenset({"takes_back", "batch"})
"""Columns of `decision` that older rows were made without: left out where they are empty, so that those verify."""


def table_of(model: type[Model]) -> Table:
    """Return the database's table behind a class of rows."""
    return Model.metadata.tables[str(model.__tablename__)]


def digest_of(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a row's values."""
    told = {name: value for name, value in row.items() if value is not None or name not in ADDED_LATER}
    return sha256(canonical(told).encode()).hexdigest()


def row_digest(connection: Connection, model: type[Model], condition: ColumnElement[bool]) -> str:
    """Return the digest of the one row that meets the condition."""
    return digest_of(dict(connection.execute(select(table_of(model)).where(condition)).mappings().one()))


def run_digest(connection: Connection, run_id: str) -> tuple[int, str]:
    """Return how many statements a run has, and a digest over it and all that hangs on it."""
    statements = table_of(Statement)
    ids = select(statements.c.id).where(statements.c.run_id == run_id)
    whole, count = sha256(), 0
    for model in (Run, Statement, Coding, VerdictRecord, ReasonRecord):
        table = table_of(model)
        condition = table.c.id == run_id if model is Run else (
            table.c.run_id == run_id if model is Statement else table.c.statement_id.in_(ids)
        )  # fmt: skip
        columns = [c for c in table.columns if c.name not in CHANGES_LATER.get(table.name, ())]
        digests = [digest_of(dict(row)) for row in connection.execute(select(*columns).where(condition)).mappings()]
        whole.update("".join([table.name, *sorted(digests)]).encode())
        count = len(digests) if model is Statement else count
    return count, whole.hexdigest()
