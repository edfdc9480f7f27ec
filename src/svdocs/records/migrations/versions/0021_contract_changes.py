"""What was set of contracts after they were made, and whether a case study may be published.

Revision: 0021, after 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from svdocs.records.database import refuse_changes

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PURGED = (
    "SELECT 1 FROM retention_purge p JOIN contract c ON c.procurement_id = p.procurement_id "
    "WHERE c.id = OLD.contract_id"
)
CONSENT = ("publish_text", "may_publish", "publish_said_by", "publish_said_at")


def upgrade() -> None:
    """Make the table, whose rows go only with their procurement, and the columns."""
    op.create_table(
        "contract_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("commitment_id", sa.String(), nullable=True),
        sa.Column("case_study_id", sa.String(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_change_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_change")),
    )
    op.create_index(op.f("ix_contract_change_contract_id"), "contract_change", ["contract_id"])
    refuse_changes(op.get_bind(), "contract_change", unless=PURGED)
    op.add_column("case_study", sa.Column("publish_text", sa.String(), server_default="", nullable=False))
    op.add_column("case_study", sa.Column("may_publish", sa.Boolean(), nullable=True))
    op.add_column("case_study", sa.Column("publish_said_by", sa.String(), nullable=True))
    op.add_column("case_study", sa.Column("publish_said_at", TIME, nullable=True))


def downgrade() -> None:
    """Take table and columns away, with what is in them."""
    for column in reversed(CONSENT):
        op.drop_column("case_study", column)
    op.drop_table("contract_change")
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql("DROP FUNCTION refuse_change_of_contract_change()")
