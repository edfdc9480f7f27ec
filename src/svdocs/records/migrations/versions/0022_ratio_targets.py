"""What a contract's ratios are to reach.

Revision: 0022, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ratio_target",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("ratio", sa.String(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_ratio_target_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratio_target")),
    )
    op.create_index(op.f("ix_ratio_target_contract_id"), "ratio_target", ["contract_id"])


def downgrade() -> None:
    """Take the table away, with what is in it."""
    op.drop_table("ratio_target")
