"""Contracts, their promises year by year, what was delivered, suppliers' links and badges.

Revision: 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from svdocs.records.database import refuse_changes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
WORD = sa.String(length=40)
PURGED = (
    "SELECT 1 FROM retention_purge p JOIN contract c ON c.procurement_id = p.procurement_id "
    "WHERE c.id = OLD.contract_id"
)
TABLES = (
    "badge",
    "delivery_match",
    "contract_evidence",
    "contract_milestone",
    "commitment_event",
    "contract_commitment",
    "case_study",
    "supplier_link",
    "contract",
    "badge_key",
)


def upgrade() -> None:
    """Make the tables; events go only with their procurement."""
    op.create_table(
        "badge_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("retired_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_key")),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("value_pence", sa.BigInteger(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("manager", sa.String(), nullable=False),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("social_value_mandatory", sa.Boolean(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closing", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_contract_manager_id_person")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_contract_procurement_id_procurement")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_contract_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    op.create_index(op.f("ix_contract_procurement_id"), "contract", ["procurement_id"])
    op.create_index(op.f("ix_contract_reference"), "contract", ["reference"])
    op.create_index(op.f("ix_contract_supplier_id"), "contract", ["supplier_id"])
    op.create_table(
        "badge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("financial_year", sa.String(), nullable=False),
        sa.Column("level", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("proposed_at", TIME, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("revoked_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_badge_contract_id_contract")),
        sa.ForeignKeyConstraint(["key_id"], ["badge_key.id"], name=op.f("fk_badge_key_id_badge_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
        sa.UniqueConstraint("contract_id", "financial_year", name=op.f("uq_badge_contract_id_financial_year")),
    )
    op.create_index(op.f("ix_badge_contract_id"), "badge", ["contract_id"])
    op.create_table(
        "supplier_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_supplier_link_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_link")),
    )
    op.create_index(op.f("ix_supplier_link_contract_id"), "supplier_link", ["contract_id"])
    op.create_table(
        "case_study",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reading", WORD, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("committed", sa.String(), nullable=False),
        sa.Column("delivered", sa.String(), nullable=False),
        sa.Column("benefited", sa.String(), nullable=False),
        sa.Column("felt", sa.String(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_case_study_contract_id_contract")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_case_study_document_id_document")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_case_study_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_study")),
    )
    op.create_index(op.f("ix_case_study_contract_id"), "case_study", ["contract_id"])
    op.create_index(op.f("ix_case_study_document_id"), "case_study", ["document_id"])
    op.create_table(
        "contract_commitment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("quantity_value", sa.Float(), nullable=True),
        sa.Column("quantity_unit", WORD, nullable=True),
        sa.Column("quantity_per", WORD, nullable=True),
        sa.Column("due_date", sa.String(), nullable=True),
        sa.Column("due_text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("place_text", sa.String(), nullable=True),
        sa.Column("place_code", sa.String(), nullable=True),
        sa.Column("beneficiary_text", sa.String(), nullable=True),
        sa.Column("measure_framework", sa.String(), nullable=True),
        sa.Column("measure_code", sa.String(), nullable=True),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("category", WORD, nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("evidence_asked", sa.String(), nullable=False),
        sa.Column("varies_id", sa.String(), nullable=True),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_commitment_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_contract_commitment_statement_id_statement")
        ),
        sa.ForeignKeyConstraint(
            ["varies_id"], ["contract_commitment.id"], name=op.f("fk_contract_commitment_varies_id_contract_commitment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_commitment")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_commitment_contract_id_number")),
    )
    op.create_index(op.f("ix_contract_commitment_contract_id"), "contract_commitment", ["contract_id"])
    op.create_index(op.f("ix_contract_commitment_statement_id"), "contract_commitment", ["statement_id"])
    op.create_table(
        "commitment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("commitment_id", sa.String(), nullable=False),
        sa.Column("milestone_id", sa.String(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["contract_commitment.id"],
            name=op.f("fk_commitment_event_commitment_id_contract_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_commitment_event_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_event")),
    )
    op.create_index(op.f("ix_commitment_event_commitment_id"), "commitment_event", ["commitment_id"])
    op.create_index(op.f("ix_commitment_event_contract_id"), "commitment_event", ["contract_id"])
    op.create_table(
        "contract_evidence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("commitment_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=True),
        sa.Column("sent_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["contract_commitment.id"],
            name=op.f("fk_contract_evidence_commitment_id_contract_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_evidence_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_contract_evidence_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["supplier_link.id"], name=op.f("fk_contract_evidence_link_id_supplier_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_evidence")),
    )
    op.create_index(op.f("ix_contract_evidence_commitment_id"), "contract_evidence", ["commitment_id"])
    op.create_index(op.f("ix_contract_evidence_contract_id"), "contract_evidence", ["contract_id"])
    op.create_index(op.f("ix_contract_evidence_document_id"), "contract_evidence", ["document_id"])
    op.create_table(
        "contract_milestone",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("commitment_id", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["contract_commitment.id"],
            name=op.f("fk_contract_milestone_commitment_id_contract_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_milestone_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_milestone")),
        sa.UniqueConstraint("commitment_id", "year", name=op.f("uq_contract_milestone_commitment_id_year")),
    )
    op.create_index(op.f("ix_contract_milestone_commitment_id"), "contract_milestone", ["commitment_id"])
    op.create_index(op.f("ix_contract_milestone_contract_id"), "contract_milestone", ["contract_id"])
    op.create_table(
        "delivery_match",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("commitment_id", sa.String(), nullable=False),
        sa.Column("case_study_id", sa.String(), nullable=True),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=True),
        sa.Column("unit", WORD, nullable=True),
        sa.Column("place_text", sa.String(), nullable=True),
        sa.Column("place_code", sa.String(), nullable=True),
        sa.Column("place_kind", WORD, nullable=False),
        sa.Column("beneficiary_text", sa.String(), nullable=True),
        sa.Column("delivered_from", sa.Date(), nullable=True),
        sa.Column("delivered_to", sa.Date(), nullable=True),
        sa.Column("milestone_id", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_study_id"], ["case_study.id"], name=op.f("fk_delivery_match_case_study_id_case_study")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["contract_commitment.id"],
            name=op.f("fk_delivery_match_commitment_id_contract_commitment"),
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_delivery_match_contract_id_contract")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["contract_milestone.id"], name=op.f("fk_delivery_match_milestone_id_contract_milestone")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_delivery_match_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_match")),
    )
    op.create_index(op.f("ix_delivery_match_case_study_id"), "delivery_match", ["case_study_id"])
    op.create_index(op.f("ix_delivery_match_commitment_id"), "delivery_match", ["commitment_id"])
    op.create_index(op.f("ix_delivery_match_contract_id"), "delivery_match", ["contract_id"])
    refuse_changes(op.get_bind(), "commitment_event", unless=PURGED)


def downgrade() -> None:
    """Take the tables away."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql("DROP FUNCTION refuse_change_of_commitment_event()")
