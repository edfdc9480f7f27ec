"""The same bytes more than once in a procurement, and receipts of uploads.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BYTES = ["procurement_id", "sha256"]


def upgrade() -> None:
    """Let two documents have the same bytes, say whether a supplier is said, and make the table of receipts."""
    with op.batch_alter_table("document") as document:
        document.drop_constraint(op.f("uq_document_procurement_id_sha256"), type_="unique")
        document.add_column(sa.Column("supplier_is_said", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_document_procurement_id_sha256"), "document", BYTES)
    op.create_table(
        "receipt",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_receipt_document_id_document")),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_given_at"), "receipt", ["given_at"])


def downgrade() -> None:
    """Take it all back; impossible, and refused by the database, where the same bytes stand twice by now."""
    op.drop_table("receipt")
    op.drop_index(op.f("ix_document_procurement_id_sha256"), "document")
    with op.batch_alter_table("document") as document:
        document.drop_column("supplier_is_said")
        document.create_unique_constraint(op.f("uq_document_procurement_id_sha256"), BYTES)
