"""The library of what suppliers do anyway.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "baseline_entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("quantity_value", sa.Float(), nullable=True),
        sa.Column("quantity_unit", sa.String(length=40), nullable=True),
        sa.Column("quantity_per", sa.String(length=40), nullable=True),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_by", sa.String(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_baseline_entry_supplier_id_supplier")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_baseline_entry_document_id_document")),
        sa.ForeignKeyConstraint(
            ["corrects"], ["baseline_entry.id"], name=op.f("fk_baseline_entry_corrects_baseline_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline_entry")),
    )
    op.create_index(op.f("ix_baseline_entry_supplier_id"), "baseline_entry", ["supplier_id"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_index(op.f("ix_baseline_entry_supplier_id"), table_name="baseline_entry")
    op.drop_table("baseline_entry")
