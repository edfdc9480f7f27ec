"""How procurements are set up, menus for bidders, and checks of the tender's own questions.

Revision: 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from svdocs.records.database import refuse_changes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ONLY_ADDED = ("set_up", "menu_version", "menu_publication")


def upgrade() -> None:
    """Make the tables; what a buyer said or published is only ever added to."""
    op.create_table(
        "set_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_set_up_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up")),
        sa.UniqueConstraint("procurement_id", "version", name=op.f("uq_set_up_procurement_id_version")),
    )
    op.create_index(op.f("ix_set_up_procurement_id"), "set_up", ["procurement_id"])
    op.create_table(
        "menu_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("set_up_version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_menu_version_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_version")),
        sa.UniqueConstraint("procurement_id", "version", name=op.f("uq_menu_version_procurement_id_version")),
    )
    op.create_index(op.f("ix_menu_version_procurement_id"), "menu_version", ["procurement_id"])
    op.create_table(
        "menu_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("menu_id", sa.String(), nullable=True),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_menu_publication_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(
            ["menu_id"], ["menu_version.id"], name=op.f("fk_menu_publication_menu_id_menu_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_publication")),
    )
    op.create_index(op.f("ix_menu_publication_procurement_id"), "menu_publication", ["procurement_id"])
    op.create_index(op.f("ix_menu_publication_slug"), "menu_publication", ["slug"])
    op.create_table(
        "tender_check",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("set_up_version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_tender_check_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_tender_check_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_check")),
    )
    op.create_index(op.f("ix_tender_check_procurement_id"), "tender_check", ["procurement_id"])
    op.create_index(op.f("ix_tender_check_document_id"), "tender_check", ["document_id"])
    for table in ONLY_ADDED:
        refuse_changes(op.get_bind(), table)


def downgrade() -> None:
    """Take the tables away."""
    connection = op.get_bind()
    for table in ("tender_check", "menu_publication", "menu_version", "set_up"):
        op.drop_table(table)
    if connection.dialect.name == "postgresql":
        for table in ONLY_ADDED:
            connection.exec_driver_sql(f"DROP FUNCTION refuse_change_of_{table}()")
