"""Runs the migrations on the connection that the store hands in."""

from __future__ import annotations

from alembic import context

from svdocs.records.every_table import METADATA


def run_migrations() -> None:
    """Migrate the connection in the configuration's attributes, inside its own transaction."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


if hasattr(context, "config"):  # run by Alembic, not merely imported
    run_migrations()
