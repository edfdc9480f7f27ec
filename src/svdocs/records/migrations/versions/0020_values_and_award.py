"""Values of bids, and the award.

Revision: 0020, after 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from svdocs.records.database import refuse_changes_unless_purged

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ONLY_ADDED = (
    "proxy_set",
    "valuing_method",
    "value_choice",
    "bidder_fact",
    "deliverability_ruling",
    "fixed_value",
    "award_decision",
)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _of_procurement(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f(f"fk_{table}_procurement_id_procurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make the tables; the database itself refuses to change what was said."""
    op.create_table(
        "proxy_set",
        *_text("id", "procurement_id", "title", "edition", "publisher", "licence", "file", "sha256"),
        sa.Column("proxies", sa.JSON(), nullable=False),
        *_text("imported_by"),
        sa.Column("imported_at", TIME, nullable=False),
        *_of_procurement("proxy_set"),
    )
    op.create_table(
        "valuing_method",
        *_text("id", "procurement_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_text("proxy_set"),
        sa.Column("contract_pence", sa.BigInteger(), nullable=True),
        *_text("years"),
        sa.Column("deadweight_hundredths", sa.Integer(), nullable=False),
        sa.Column("attribution_hundredths", sa.Integer(), nullable=False),
        *_text("limit_per_pound", "limit_per_employee"),
        sa.Column(
            "over_limit", sa.Enum("check", "cap", name="overlimit", native_enum=False, length=40), nullable=False
        ),
        *_text("because", "set_by"),
        sa.Column("set_at", TIME, nullable=False),
        *_of_procurement("valuing_method"),
        sa.UniqueConstraint("procurement_id", "number", name=op.f("uq_valuing_method_procurement_id_number")),
    )
    op.create_table(
        "value_choice",
        *_text("id", "procurement_id", "supplier_id", "statement_id", "origin_id"),
        sa.Column("choice", sa.JSON(), nullable=False),
        *_text("because", "person"),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_value_choice_statement_id_statement")
        ),
        *_of_procurement("value_choice"),
    )
    op.create_table(
        "bidder_fact",
        *_text("id", "procurement_id", "supplier_id"),
        sa.Column("employees", sa.Integer(), nullable=True),
        *_text("employees_source", "address", "email", "identifier", "person"),
        sa.Column("at", TIME, nullable=False),
        *_of_procurement("bidder_fact"),
    )
    op.create_table(
        "deliverability_ruling",
        *_text("id", "procurement_id", "supplier_id", "lot", "total", "earns", "because", "person"),
        sa.Column("at", TIME, nullable=False),
        *_of_procurement("deliverability_ruling"),
    )
    op.create_table(
        "fixed_value",
        *_text("id", "procurement_id", "lot"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_text("supplier_id"),
        sa.Column("reckoned", sa.JSON(), nullable=False),
        *_text("sha256", "because", "fixed_by"),
        sa.Column("fixed_at", TIME, nullable=False),
        *_of_procurement("fixed_value"),
        sa.UniqueConstraint(
            "procurement_id", "lot", "number", "supplier_id",
            name=op.f("uq_fixed_value_procurement_id_lot_number_supplier_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "award_decision",
        *_text("id", "procurement_id", "lot"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_text("supplier_id", "because", "record_sha256", "decided_by"),
        sa.Column("decided_at", TIME, nullable=False),
        *_of_procurement("award_decision"),
        sa.UniqueConstraint(
            "procurement_id", "lot", "number", name=op.f("uq_award_decision_procurement_id_lot_number")
        ),
    )
    for table in ONLY_ADDED:
        op.create_index(op.f(f"ix_{table}_procurement_id"), table, ["procurement_id"])
        refuse_changes_unless_purged(op.get_bind(), table)


def downgrade() -> None:
    """Take the tables away."""
    for table in reversed(ONLY_ADDED):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED:
            op.get_bind().exec_driver_sql(f"DROP FUNCTION refuse_change_of_{table}()")
