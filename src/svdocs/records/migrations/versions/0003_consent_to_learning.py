"""Whether decisions in a procurement may be learnt from.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has consented for the procurements that are there."""
    op.add_column(
        "procurement", sa.Column("may_be_learnt_from", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("procurement", "may_be_learnt_from")
