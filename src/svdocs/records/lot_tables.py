"""The tables of lots: the parts into which a procurement is divided, and which document is for which.

```
procurement ── lot ── lot_document ── document
```
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from svdocs.records.tables import Pounds, Table, new_id, now


class Lot(Table, table=True):
    """A part of a procurement that is awarded by itself."""

    __table_args__ = (UniqueConstraint("procurement_id", "name"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    name: str
    """As the tender has it, such as Lot 2."""
    title: str = ""
    value_gbp: Decimal | None = Field(default=None, sa_column=Column("value_pence", Pounds, nullable=True))
    added_at: datetime = Field(default_factory=now)


class LotDocument(Table, table=True):
    """That a document is for a lot."""

    __tablename__ = "lot_document"

    lot_id: str = Field(foreign_key="lot.id", primary_key=True)
    document_id: str = Field(foreign_key="document.id", primary_key=True, index=True)
