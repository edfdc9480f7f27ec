"""Saved views of a register, and second readings.

Revision: 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_saved_view_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_procurement_id"), "saved_view", ["procurement_id"])
    op.create_table(
        "reading_draw",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_reading_draw_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_draw")),
    )
    op.create_index(op.f("ix_reading_draw_procurement_id"), "reading_draw", ["procurement_id"])
    op.create_table(
        "second_reading",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("first_id", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second_id", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("first_done_at", TIME, nullable=True),
        sa.Column("second_done_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_second_reading_document_id_document")),
        sa.ForeignKeyConstraint(["draw_id"], ["reading_draw.id"], name=op.f("fk_second_reading_draw_id_reading_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_reading")),
        sa.UniqueConstraint("document_id", name=op.f("uq_second_reading_document_id")),
    )
    op.create_index(op.f("ix_second_reading_draw_id"), "second_reading", ["draw_id"])
    op.create_table(
        "reading_answer",
        sa.Column("reading_id", sa.String(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("reader_id", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("answered_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["second_reading.id"], name=op.f("fk_reading_answer_reading_id_second_reading")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_reading_answer_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("reading_id", "statement_id", "reader_id", name=op.f("pk_reading_answer")),
    )


def downgrade() -> None:
    """Take the tables away, with what is in them."""
    for table in ("reading_answer", "second_reading", "reading_draw", "saved_view"):
        op.drop_table(table)
