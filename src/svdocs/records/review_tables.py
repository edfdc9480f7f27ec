"""The tables of the review: saved views of a register, and the second, blind reading of a share of the documents.

```
procurement ─┬─ saved_view
             └─ reading_draw ── second_reading ── reading_answer
document ────────────────────────────┘
```
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, false
from sqlmodel import Field

from svdocs.records.tables import Table, new_id, now


class SavedView(Table, table=True):
    """A register's filters under a name: its owner's, or everybody's in the procurement. Taken away, never deleted."""

    __tablename__ = "saved_view"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    owner_id: str
    """The account's id; empty at a machine without accounts."""
    owner: str
    """The name as it was when the view was saved."""
    name: str
    filters: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    shared: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    saved_at: datetime = Field(default_factory=now)
    removed_at: datetime | None = None


class ReadingDraw(Table, table=True):
    """How the documents of a second reading were drawn. Only ever added."""

    __tablename__ = "reading_draw"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    seed: str
    """Together with the documents' hashes it tells which were drawn, whenever that is asked."""
    share: int
    """Of the documents that could be drawn, in percent."""
    drawn_by: str
    drawn_at: datetime = Field(default_factory=now)


class SecondReading(Table, table=True):
    """One document that two people read without seeing each other's answers."""

    __tablename__ = "second_reading"

    id: str = Field(default_factory=new_id, primary_key=True)
    draw_id: str = Field(foreign_key="reading_draw.id", index=True)
    document_id: str = Field(foreign_key="document.id", unique=True)
    first_id: str
    first: str
    second_id: str
    second: str
    first_done_at: datetime | None = None
    second_done_at: datetime | None = None


class ReadingAnswer(Table, table=True):
    """What one reader says of one statement; seen by the reader alone until both are done."""

    __tablename__ = "reading_answer"

    reading_id: str = Field(foreign_key="second_reading.id", primary_key=True)
    statement_id: str = Field(foreign_key="statement.id", primary_key=True)
    reader_id: str = Field(primary_key=True)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The fields that are compared, as `review.agreement` names them."""
    answered_at: datetime = Field(default_factory=now)
