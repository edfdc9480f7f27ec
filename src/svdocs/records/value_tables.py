"""The tables of valuing and of the award: values of units, how bids are valued, what people say, and what is fixed.

```
procurement ─┬─ proxy_set                    (all: no change, no deletion)
             ├─ valuing_method               the highest number stands
             ├─ value_choice ── statement    the last of a statement stands
             ├─ bidder_fact                  the last of a supplier stands
             ├─ deliverability_ruling        the last of a supplier stands
             ├─ fixed_value                  a row a bid; the highest number of a lot stands
             └─ award_decision               the highest number of a lot stands
```

Only those who decide on the award read them, and nobody with a conflict the rows of that bidder (`award_seal`).
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from svdocs.records.tables import Pounds, Table, new_id, now, word
from svdocs.valuing.deliverable import OverLimit
from svdocs.valuing.weightings import WHOLE


class ProxySetRecord(Table, table=True):
    """The values of units that an authority imported for a procurement, on the terms of their licence."""

    __tablename__ = "proxy_set"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    title: str
    edition: str
    publisher: str
    licence: str
    file: str
    """The workbook's name ..."""
    sha256: str
    """... and the hash of its bytes."""
    proxies: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """Framework, code, title, unit and pounds of each; pounds as text, exact."""
    imported_by: str
    imported_at: datetime = Field(default_factory=now)


class ValuingMethod(Table, table=True):
    """How the bids of a procurement are valued, the same for all of them."""

    __tablename__ = "valuing_method"
    __table_args__ = (UniqueConstraint("procurement_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    number: int
    proxy_set: str
    """Id of an imported set, or the key of the one that ships."""
    contract_gbp: Decimal | None = Field(default=None, sa_column=Column("contract_pence", Pounds, nullable=True))
    years: str = ""
    """That the contract lasts, as a decimal number; empty where nobody has said."""
    deadweight_hundredths: int = 0
    attribution_hundredths: int = WHOLE
    limit_per_pound: str = ""
    limit_per_employee: str = ""
    over_limit: OverLimit = Field(default=OverLimit.check, sa_type=word(OverLimit))
    because: str = ""
    """Why it takes the place of the one before."""
    set_by: str
    set_at: datetime = Field(default_factory=now)


class ValueChoice(Table, table=True):
    """What a person says of one promise as far as it is valued."""

    __tablename__ = "value_choice"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str
    statement_id: str = Field(foreign_key="statement.id")
    origin_id: str
    """The same statement in whatever run."""
    choice: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    because: str
    person: str
    at: datetime = Field(default_factory=now)


class BidderFact(Table, table=True):
    """What is known of a bidder for the check of its offer and for its letter."""

    __tablename__ = "bidder_fact"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str
    employees: int | None = None
    employees_source: str = ""
    address: str = ""
    email: str = ""
    identifier: str = ""
    """The unique identifier of the central digital platform."""
    person: str
    at: datetime = Field(default_factory=now)


class DeliverabilityRuling(Table, table=True):
    """What of a bid's value a person lets into the formula, having looked at what the check found."""

    __tablename__ = "deliverability_ruling"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str
    lot: str
    total: str
    """The value that was looked at, as an exact fraction; of another value nothing is said."""
    earns: str
    because: str
    person: str
    at: datetime = Field(default_factory=now)


class FixedValue(Table, table=True):
    """The reckoning of one bid as it was fixed: every line with its factors, passage and place."""

    __tablename__ = "fixed_value"
    __table_args__ = (UniqueConstraint("procurement_id", "lot", "number", "supplier_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    lot: str
    number: int
    supplier_id: str
    reckoned: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    sha256: str
    """Of the reckoning."""
    because: str = ""
    fixed_by: str
    fixed_at: datetime = Field(default_factory=now)


class AwardDecision(Table, table=True):
    """To whom a person decides to award a lot."""

    __tablename__ = "award_decision"
    __table_args__ = (UniqueConstraint("procurement_id", "lot", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    lot: str
    number: int
    supplier_id: str
    because: str
    record_sha256: str
    """Of the frozen record that it rests on."""
    decided_by: str
    decided_at: datetime = Field(default_factory=now)


ONLY_ADDED = (
    "proxy_set", "valuing_method", "value_choice", "bidder_fact", "deliverability_ruling", "fixed_value",
    "award_decision",
)  # fmt: skip
"""Tables in which the database itself refuses a change, and a deletion unless the procurement is purged."""
