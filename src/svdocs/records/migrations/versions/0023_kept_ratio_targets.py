"""What a contract's ratios are to reach is only ever added to, as `records.ratios` writes it.

Revision: 0023, after 0022.
"""

from __future__ import annotations

from alembic import op

from svdocs.records.database import refuse_changes

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "ratio_target"
PURGED = (
    "SELECT 1 FROM retention_purge p JOIN contract c ON c.procurement_id = p.procurement_id "
    "WHERE c.id = OLD.contract_id"
)


def upgrade() -> None:
    """Have the database refuse to change the targets; they go only with their procurement."""
    refuse_changes(op.get_bind(), TABLE, unless=PURGED)


def downgrade() -> None:
    """Let them be changed again."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for trigger in (f"{TABLE}_is_only_added_to", f"{TABLE}_is_never_emptied"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger} ON {TABLE}")
        connection.exec_driver_sql(f"DROP FUNCTION refuse_change_of_{TABLE}()")
        return
    for change in ("update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER {TABLE}_refuses_{change}")
