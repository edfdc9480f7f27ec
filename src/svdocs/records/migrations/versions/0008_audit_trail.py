"""The log becomes an audit trail: numbered, sealed, chained, its payloads beside it.

Revision: 0008, after 0007.

What the log told is sealed as of now, and what the log did not tell of gets an entry, so that each record has one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from svdocs.records.audit import SYSTEM, Told
from svdocs.records.database import refuse_changes
from svdocs.records.tables import EventKind

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SUBJECTS = {"run": "run", "decision": "decision", "account": "person"}
"""Details of an old event that name its subject, and the table of it; else it tells of a document or a procurement."""
NEW_KINDS = (
    EventKind.procurement_added,
    EventKind.supplier_added,
    EventKind.baseline_added,
    EventKind.baseline_retired,
    EventKind.document_described,
    EventKind.key_rotated,
    EventKind.anchor_set,
    EventKind.purged,
)
"""Of which the log did not tell."""


def upgrade() -> None:
    """Make the tables, seal what is there into them, and take the log away."""
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("payload_digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_document_id"), "audit_entry", ["document_id"])
    op.create_index(op.f("ix_audit_entry_procurement_id"), "audit_entry", ["procurement_id"])
    op.create_table(
        "audit_payload",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_entry.seq"], name=op.f("fk_audit_payload_seq_audit_entry")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_payload")),
    )
    connection = op.get_bind()
    told = [*_untold(connection), *_events(connection)]
    if told:
        context.config.attributes["trail"].seal(connection, told)
    refuse_changes(connection, "audit_entry")
    op.drop_table("event")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change_of_event()")


def _untold(connection: sa.Connection) -> Iterator[Told]:
    tables = (
        ("procurement", EventKind.procurement_added, "title"),
        ("supplier", EventKind.supplier_added, "name"),
        ("baseline_entry", EventKind.baseline_added, "text"),
    )
    for table, kind, name in tables:
        for row_id, value in connection.execute(sa.text(f"SELECT id, {name} FROM {table} ORDER BY id")):
            yield Told(kind, SYSTEM, table, row_id, row_id if table == "procurement" else None, None,
                       {"code": "carried_over", "message": "", "details": {name: value}})  # fmt: skip
    retired = "SELECT id, retired_by, retired_because FROM baseline_entry WHERE retired_by IS NOT NULL ORDER BY id"
    for row_id, person, because in connection.execute(sa.text(retired)):
        yield Told(EventKind.baseline_retired, person, "baseline_entry", row_id, None, None,
                   {"code": "carried_over", "message": because, "details": {}})  # fmt: skip


_EVENT = sa.table(
    "event", sa.column("id", sa.Integer), sa.column("at", sa.DateTime(timezone=True)), sa.column("kind", sa.String),
    sa.column("procurement_id", sa.String), sa.column("document_id", sa.String), sa.column("code", sa.String),
    sa.column("message", sa.String), sa.column("details", sa.JSON),
)  # fmt: skip


def _events(connection: sa.Connection) -> Iterator[Told]:
    for row in connection.execute(sa.select(_EVENT).order_by(_EVENT.c.id)).mappings():
        details = row["details"] or {}
        subject = ("document", row["document_id"]) if row["document_id"] else ("procurement", row["procurement_id"])
        if row["kind"] not in ("problem", "decision_unmatched"):
            named = [(SUBJECTS[n], details[n]) for n in ("decision", "run", "account") if n in details]
            subject = next(iter(named), subject)
        at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
        payload = {"code": row["code"], "message": row["message"], "details": details}
        yield Told(EventKind(row["kind"]), details.get("person") or SYSTEM, subject[0], str(subject[1]),
                   row["procurement_id"], row["document_id"], payload, at=at)  # fmt: skip


def downgrade() -> None:
    """Put the log back, with what it told before; the seals are lost, and the anchor with them has to go by hand."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_event_document_id_document")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_event_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_document_id"), "event", ["document_id"])
    op.create_index(op.f("ix_event_procurement_id"), "event", ["procurement_id"])
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT e.*, p.text FROM audit_entry e JOIN audit_payload p ON p.seq = e.seq"))
    events: list[dict[str, Any]] = [
        {name: row[name] for name in ("kind", "procurement_id", "document_id")}
        | {"id": row["seq"], "at": datetime.fromisoformat(row["at"])}
        | json.loads(row["text"])
        for row in rows.mappings()
        if row["kind"] not in NEW_KINDS
    ]
    if events:
        connection.execute(sa.insert(_EVENT), events)
    refuse_changes(connection, "event")
    op.drop_table("audit_payload")
    op.drop_table("audit_entry")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change_of_audit_entry()")
