"""The panel: criteria, bids, seats, declarations, sealed marks, and what the panel agreed on.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from svdocs.records.database import refuse_changes_unless_purged

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ONLY_ADDED = (
    "conflict_declaration",
    "conflict_ruling",
    "first_view",
    "mark",
    "mark_passage",
    "consensus",
    "consensus_participant",
    "consensus_passage",
    "panel_step",
)


def upgrade() -> None:
    """Make the tables; the database itself refuses to change a mark."""
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("declared_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_declaration_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_conflict_declaration_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
    )
    op.create_index(op.f("ix_conflict_declaration_person_id"), "conflict_declaration", ["person_id"])
    op.create_index(op.f("ix_conflict_declaration_procurement_id"), "conflict_declaration", ["procurement_id"])
    op.create_table(
        "criterion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("weight_hundredths", sa.Integer(), nullable=False),
        sa.Column("is_social_value", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column(
            "quantity_method",
            sa.Enum("none", "proportional", "target", name="quantitymethod", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("quantity_hundredths", sa.Integer(), nullable=False),
        sa.Column("target_per_pound", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["criterion.id"], name=op.f("fk_criterion_parent_id_criterion")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_criterion_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
    )
    op.create_index(op.f("ix_criterion_procurement_id"), "criterion", ["procurement_id"])
    op.create_table(
        "panel",
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("minimum_hundredths", sa.Integer(), nullable=False),
        sa.Column("minimum_rule", sa.String(), nullable=False),
        sa.Column("set_up_by", sa.String(), nullable=False),
        sa.Column("set_up_at", TIME, nullable=False),
        sa.Column("begun_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_panel_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("procurement_id", name=op.f("pk_panel")),
    )
    op.create_table(
        "panel_bid",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_panel_bid_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_panel_bid_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_bid")),
        sa.UniqueConstraint(
            "procurement_id", "supplier_id", "lot", name=op.f("uq_panel_bid_procurement_id_supplier_id_lot")
        ),
    )
    op.create_index(op.f("ix_panel_bid_procurement_id"), "panel_bid", ["procurement_id"])
    op.create_table(
        "panel_step",
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("stage", sa.Enum("released", "closed", name="stage", native_enum=False, length=40), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_panel_step_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("procurement_id", "lot", "stage", name=op.f("pk_panel_step")),
    )
    op.create_table(
        "panel_supplier",
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_panel_supplier_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_panel_supplier_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("procurement_id", "supplier_id", name=op.f("pk_panel_supplier")),
    )
    op.create_table(
        "conflict_ruling",
        sa.Column("declaration_id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column(
            "action", sa.Enum("excuse", "clear", name="rulingaction", native_enum=False, length=40), nullable=False
        ),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("ruled_by", sa.String(), nullable=False),
        sa.Column("ruled_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["conflict_declaration.id"],
            name=op.f("fk_conflict_ruling_declaration_id_conflict_declaration"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_ruling_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_conflict_ruling_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_conflict_ruling")),
    )
    op.create_index(op.f("ix_conflict_ruling_procurement_id"), "conflict_ruling", ["procurement_id"])
    op.create_table(
        "consensus",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("bid_id", sa.String(), nullable=False),
        sa.Column("criterion_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["panel_bid.id"], name=op.f("fk_consensus_bid_id_panel_bid")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_consensus_criterion_id_criterion")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_consensus_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus")),
        sa.UniqueConstraint("bid_id", "criterion_id", "number", name=op.f("uq_consensus_bid_id_criterion_id_number")),
    )
    op.create_index(op.f("ix_consensus_bid_id"), "consensus", ["bid_id"])
    op.create_index(op.f("ix_consensus_procurement_id"), "consensus", ["procurement_id"])
    op.create_table(
        "first_view",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("bid_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["panel_bid.id"], name=op.f("fk_first_view_bid_id_panel_bid")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_first_view_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_first_view_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_view")),
    )
    op.create_index(op.f("ix_first_view_person_id"), "first_view", ["person_id"])
    op.create_index(op.f("ix_first_view_procurement_id"), "first_view", ["procurement_id"])
    op.create_table(
        "seat",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("bid_id", sa.String(), nullable=False),
        sa.Column("criterion_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("standing", "frozen", "excused", name="seatstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_because", sa.String(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("assigned_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["panel_bid.id"], name=op.f("fk_seat_bid_id_panel_bid")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_seat_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_seat_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index(op.f("ix_seat_bid_id"), "seat", ["bid_id"])
    op.create_index(op.f("ix_seat_person_id"), "seat", ["person_id"])
    op.create_index(op.f("ix_seat_procurement_id"), "seat", ["procurement_id"])
    op.create_table(
        "consensus_participant",
        sa.Column("consensus_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mark_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consensus_id"], ["consensus.id"], name=op.f("fk_consensus_participant_consensus_id_consensus")
        ),
        sa.PrimaryKeyConstraint("consensus_id", "position", name=op.f("pk_consensus_participant")),
    )
    op.create_table(
        "consensus_passage",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("consensus_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consensus_id"], ["consensus.id"], name=op.f("fk_consensus_passage_consensus_id_consensus")
        ),
        sa.PrimaryKeyConstraint("position", "consensus_id", name=op.f("pk_consensus_passage")),
    )
    op.create_table(
        "draft_mark",
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_mark_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_draft_mark_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_draft_mark_seat_id_seat")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_draft_mark")),
    )
    op.create_index(op.f("ix_draft_mark_procurement_id"), "draft_mark", ["procurement_id"])
    op.create_table(
        "mark",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("bid_id", sa.String(), nullable=False),
        sa.Column("criterion_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["panel_bid.id"], name=op.f("fk_mark_bid_id_panel_bid")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_mark_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mark_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_mark_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_mark_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("seat_id", "number", name=op.f("uq_mark_seat_id_number")),
    )
    op.create_index(op.f("ix_mark_bid_id"), "mark", ["bid_id"])
    op.create_index(op.f("ix_mark_procurement_id"), "mark", ["procurement_id"])
    op.create_table(
        "seat_submission",
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_submission_person_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_seat_submission_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_submission_seat_id_seat")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_seat_submission")),
    )
    op.create_index(op.f("ix_seat_submission_procurement_id"), "seat_submission", ["procurement_id"])
    op.create_table(
        "mark_passage",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("mark_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["mark.id"], name=op.f("fk_mark_passage_mark_id_mark")),
        sa.PrimaryKeyConstraint("position", "mark_id", name=op.f("pk_mark_passage")),
    )
    for table in ONLY_ADDED:
        refuse_changes_unless_purged(op.get_bind(), table)


def downgrade() -> None:
    """Take the tables away."""
    for table in (
        "mark_passage",
        "mark",
        "draft_mark",
        "seat_submission",
        "seat",
        "first_view",
        "consensus_passage",
        "consensus_participant",
        "consensus",
        "panel_bid",
        "panel_supplier",
        "conflict_ruling",
        "conflict_declaration",
        "panel_step",
        "criterion",
        "panel",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED:
            op.get_bind().exec_driver_sql(f"DROP FUNCTION refuse_change_of_{table}()")
