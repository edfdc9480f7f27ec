"""The tables of spend: files of payments as they were imported, what is held of suppliers, and how shares are counted.

```
spend_file ── spend_line          spend_supplier          share_definition
contract ─┬─ ratio_figure
          └─ ratio_target
```

Each row of a file is kept with all its cells, also one that could not be used: then with the reason. Spend belongs to
the authority and to no procurement; a ratio belongs to its contract.
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from svdocs.records.tables import Pounds, Table, new_id, now


class SpendFile(Table, table=True):
    """A file of payments of one financial year, as it was imported."""

    __tablename__ = "spend_file"

    id: str = Field(default_factory=new_id, primary_key=True)
    financial_year: str = Field(index=True)
    """As in 2027-28."""
    name: str
    sha256: str
    columns: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """For each field the heading of the column that it was read from."""
    header: list[str] = Field(default_factory=list, sa_type=JSON)
    rows: int
    """Below the heading, empty ones left out."""
    bad: int
    """Rows that could not be used; they are kept and counted in no total."""
    total_gbp: Decimal = Field(sa_column=Column("total_pence", Pounds, nullable=False))
    imported_by: str
    imported_at: datetime = Field(default_factory=now)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    because: str = ""


class SpendLine(Table, table=True):
    """One row of a spend file."""

    __tablename__ = "spend_line"
    __table_args__ = (UniqueConstraint("file_id", "row"),)

    id: int | None = Field(default=None, primary_key=True)
    file_id: str = Field(foreign_key="spend_file.id", index=True)
    row: int
    """In the file, as a person counts."""
    supplier: str = ""
    amount_gbp: Decimal | None = Field(default=None, sa_column=Column("amount_pence", Pounds, nullable=True))
    """Below nought for money that came back."""
    paid_on: date | None = None
    department: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What the row says of the supplier, as written: postcode, staff and the like."""
    cells: list[str] = Field(default_factory=list, sa_type=JSON)
    """All cells as they stood."""
    problem: str = ""
    """Why it could not be used; empty for a row that counts."""


class SpendSupplier(Table, table=True):
    """What is held of a supplier for counting shares; stands over what spend files say of it."""

    __tablename__ = "spend_supplier"

    key: str = Field(primary_key=True)
    """The name folded, in lower case."""
    name: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    source: str
    set_by: str
    set_at: datetime = Field(default_factory=now)


class ShareDefinition(Table, table=True):
    """A version of the definitions by which shares are counted. Only ever added; the newest holds."""

    __tablename__ = "share_definition"

    version: int = Field(primary_key=True)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    chosen_by: str
    chosen_at: datetime = Field(default_factory=now)


class RatioFigure(Table, table=True):
    """A ratio of a contract in a period: numerator over denominator. Never changed; a wrong one is withdrawn."""

    __tablename__ = "ratio_figure"

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    ratio: str
    """Key of the ratio in the catalogue."""
    starts: date
    ends: date
    """Last day of the period."""
    numerator: float
    denominator: float
    source: str = ""
    """Where the two figures come from."""
    entered_by: str
    entered_at: datetime = Field(default_factory=now)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    because: str = ""


class RatioTarget(Table, table=True):
    """What a contract's ratio is to reach. Only ever added; the newest of a ratio holds."""

    __tablename__ = "ratio_target"

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    ratio: str
    """Key of the ratio in the catalogue."""
    percent: float | None = None
    """None where the contract has no target of its own any more."""
    source: str = ""
    """Where it is agreed, such as a schedule of the contract."""
    set_by: str
    set_at: datetime = Field(default_factory=now)
