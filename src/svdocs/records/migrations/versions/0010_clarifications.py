"""Letters of clarification, their answers, and the versions of commitments that these propose.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "clarification_letter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_clarification_letter_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_letter")),
    )
    op.create_index(op.f("ix_clarification_letter_document_id"), "clarification_letter", ["document_id"])
    op.create_table(
        "clarification_question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("letter_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("gap", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["clarification_letter.id"],
            name=op.f("fk_clarification_question_letter_id_clarification_letter"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_clarification_question_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_question")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_clarification_question_letter_id_number")),
    )
    op.create_index(op.f("ix_clarification_question_letter_id"), "clarification_question", ["letter_id"])
    op.create_index(op.f("ix_clarification_question_statement_id"), "clarification_question", ["statement_id"])
    op.create_table(
        "proposed_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("letter_id", sa.String(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["clarification_letter.id"], name=op.f("fk_proposed_version_letter_id_clarification_letter")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_proposed_version_statement_id_statement")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_proposed_version_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_version")),
    )
    op.create_index(op.f("ix_proposed_version_letter_id"), "proposed_version", ["letter_id"])
    op.create_index(op.f("ix_proposed_version_statement_id"), "proposed_version", ["statement_id"])
    op.create_table(
        "clarification_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["clarification_question.id"],
            name=op.f("fk_clarification_answer_question_id_clarification_question"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["proposed_version.id"],
            name=op.f("fk_clarification_answer_version_id_proposed_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_answer")),
    )
    op.create_index(op.f("ix_clarification_answer_question_id"), "clarification_answer", ["question_id"])
    op.create_index(op.f("ix_clarification_answer_version_id"), "clarification_answer", ["version_id"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("clarification_answer", "proposed_version", "clarification_question", "clarification_letter"):
        op.drop_table(table)
