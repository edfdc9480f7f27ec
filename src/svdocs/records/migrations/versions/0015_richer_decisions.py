"""Decisions that take others back, and decisions taken at once.

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the decisions that are there take none back and were taken one by one."""
    op.add_column("decision", sa.Column("takes_back", sa.Integer(), nullable=True))
    op.add_column("decision", sa.Column("batch", sa.String(), nullable=True))
    op.create_index(op.f("ix_decision_takes_back"), "decision", ["takes_back"])
    op.create_index(op.f("ix_decision_batch"), "decision", ["batch"])


def downgrade() -> None:
    """Take the columns away."""
    op.drop_index(op.f("ix_decision_batch"), "decision")
    op.drop_index(op.f("ix_decision_takes_back"), "decision")
    op.drop_column("decision", "batch")
    op.drop_column("decision", "takes_back")
