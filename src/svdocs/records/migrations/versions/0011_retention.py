"""Legal holds, and what was erased; a decision may go with its whole procurement, and in no other way.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from svdocs.records.database import refuse_changes

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PURGED = (
    "SELECT 1 FROM retention_purge p JOIN document d ON d.procurement_id = p.procurement_id "
    "JOIN statement s ON s.document_id = d.id WHERE s.id = OLD.statement_id"
)


def upgrade() -> None:
    """Make the tables, and have the database let a purged procurement's decisions go."""
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", TIME, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("released_at", TIME, nullable=True),
        sa.Column("released_because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_hold")),
    )
    op.create_index(op.f("ix_retention_hold_procurement_id"), "retention_hold", ["procurement_id"])
    op.create_table(
        "retention_purge",
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("purged_by", sa.String(), nullable=False),
        sa.Column("purged_at", TIME, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("procurement_id", name=op.f("pk_retention_purge")),
    )
    refuse_changes(op.get_bind(), "retention_purge")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change_of_decision() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF TG_OP = 'DELETE' THEN IF EXISTS ({PURGED}) THEN RETURN OLD; END IF; END IF; "
            "RAISE EXCEPTION 'decision is only ever added to'; END $$"
        )
        return
    connection.exec_driver_sql("DROP TRIGGER decision_refuses_delete")
    connection.exec_driver_sql(
        f"CREATE TRIGGER decision_refuses_delete BEFORE DELETE ON decision WHEN NOT EXISTS ({PURGED}) "
        "BEGIN SELECT RAISE(ABORT, 'decision is only ever added to'); END"
    )


def downgrade() -> None:
    """Take the tables away; decisions go in no way at all again."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change_of_decision() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'decision is only ever added to'; END $$"
        )
    else:
        connection.exec_driver_sql("DROP TRIGGER decision_refuses_delete")
        connection.exec_driver_sql(
            "CREATE TRIGGER decision_refuses_delete BEFORE DELETE ON decision "
            "BEGIN SELECT RAISE(ABORT, 'decision is only ever added to'); END"
        )
    op.drop_table("retention_purge")
    op.drop_table("retention_hold")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change_of_retention_purge()")
