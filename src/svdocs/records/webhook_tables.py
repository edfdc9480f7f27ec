"""The tables of webhooks: which program is told of what happens in a procurement, and what it has been told.

```
procurement ── webhook ── webhook_delivery
```
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from svdocs.records.tables import Table, new_id, now, word


class DeliveryState(StrEnum):
    """How far the telling of one event has come."""

    waiting = "waiting"
    """To be sent, or to be sent again."""
    delivered = "delivered"
    """The other side has answered that it has it."""
    given_up = "given_up"
    """Sent as often as it may be, or the webhook was switched off."""


class Webhook(Table, table=True):
    """An address of another program that is told of events of a procurement."""

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    url: str
    events: list[str] = Field(default_factory=list, sa_type=JSON)
    secret: str
    """With which what is sent is signed; it is shown once."""
    added_by: str
    added_at: datetime = Field(default_factory=now)
    failures: int = 0
    """How many attempts in a row have failed."""
    disabled_at: datetime | None = None
    disabled_because: str = ""


class WebhookDelivery(Table, table=True):
    """One event to be told to one webhook: written in the transaction of what happened."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_state_next_at", "state", "next_at"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    webhook_id: str = Field(foreign_key="webhook.id", index=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    event: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What is sent: ids, kinds and addresses, and nothing that a supplier wrote."""
    state: DeliveryState = Field(default=DeliveryState.waiting, sa_type=word(DeliveryState))
    attempts: int = 0
    next_at: datetime = Field(default_factory=now)
    status: int | None = None
    """Of HTTP, as the other side answered last."""
    problem: str = ""
    """Why the last attempt failed."""
    made_at: datetime = Field(default_factory=now)
    delivered_at: datetime | None = None
