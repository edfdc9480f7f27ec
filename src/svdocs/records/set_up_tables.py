"""The tables of a procurement's set-up: its versions, the menu for bidders and where it is published, tender checks.

```
procurement ─┬─ set_up             (no change, no deletion)
             ├─ menu_version ── menu_publication   (no change, no deletion)
             └─ document ── tender_check
```
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, false
from sqlmodel import Field

from svdocs.records.tables import Table, new_id, now


class SetUpVersion(Table, table=True):
    """A procurement's set-up as somebody saved it. Only ever added; the newest stands."""

    __tablename__ = "set_up"
    __table_args__ = (UniqueConstraint("procurement_id", "version"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    version: int
    """From 1, without a gap."""
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """As `SetUp.as_json` gives it."""
    part: str = ""
    """Which part was saved; empty for all of it."""
    confirmed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether the person checked all answers and stands by them."""
    because: str = ""
    """Why it was confirmed although it breaks a rule, or was changed after that."""
    set_by: str
    set_at: datetime = Field(default_factory=now)


class MenuVersion(Table, table=True):
    """A menu of example commitments as an officer saved it. Only ever added."""

    __tablename__ = "menu_version"
    __table_args__ = (UniqueConstraint("procurement_id", "version"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    version: int
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """As `Menu.as_json` gives it."""
    set_up_version: int
    """The set-up from which it was made."""
    made_by: str
    made_at: datetime = Field(default_factory=now)


class MenuPublication(Table, table=True):
    """That a version of a menu was put before the public, or the menu was taken back. Only ever added."""

    __tablename__ = "menu_publication"

    id: int | None = Field(default=None, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    menu_id: str | None = Field(default=None, foreign_key="menu_version.id")
    """What is shown from now on; None where the menu is taken back."""
    slug: str = Field(index=True)
    """The last part of its address, which nobody can guess and which stays the same for all versions."""
    done_by: str
    done_at: datetime = Field(default_factory=now)


class TenderCheck(Table, table=True):
    """What a check found in one document of the tender, held against one version of the set-up. Only ever added."""

    __tablename__ = "tender_check"

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    set_up_version: int
    edition: str
    """Of the check's rules and models."""
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """As `Checked.as_json` gives it: questions and findings, each with its passage and place."""
    made_by: str
    made_at: datetime = Field(default_factory=now)
