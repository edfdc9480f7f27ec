"""The tables of what may not be erased, and of what was."""

from datetime import datetime

from sqlmodel import Field

from svdocs.records.tables import Table, new_id, now


class Hold(Table, table=True):
    """A legal hold: while one stands, nothing of the procurement is erased. Never deleted, only released."""

    __tablename__ = "retention_hold"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(index=True)
    placed_by: str
    placed_at: datetime = Field(default_factory=now)
    because: str
    released_by: str | None = None
    released_at: datetime | None = None
    released_because: str = ""


class Purge(Table, table=True):
    """That a procurement's records were erased. While it stands, the database lets its decisions be deleted."""

    __tablename__ = "retention_purge"

    procurement_id: str = Field(primary_key=True)
    purged_by: str
    purged_at: datetime = Field(default_factory=now)
    rule: str
