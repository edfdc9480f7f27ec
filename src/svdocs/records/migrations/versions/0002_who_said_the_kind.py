"""Whether somebody said what a document is for, or its text was taken to tell.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of documents that are there already nobody knows it, so none of them loses statements."""
    op.add_column("document", sa.Column("kind_is_said", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("document", "kind_is_said")
