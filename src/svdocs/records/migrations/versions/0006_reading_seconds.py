"""How long the reading took of which a run was made, so that a reprocessing can be estimated.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of the runs that are there nobody knows."""
    op.add_column("run", sa.Column("reading_seconds", sa.Float(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("run", "reading_seconds")
