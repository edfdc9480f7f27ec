"""The table of answered requests: what was done under a sender's key, so that a request sent twice is done once."""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import datetime

from sqlmodel import Field

from svdocs.records.tables import Table, now


class AnsweredRequest(Table, table=True):
    """A request that was carried out under its sender's key; forgotten after a while."""

    __tablename__ = "answered_request"

    caller: str = Field(primary_key=True)
    """Whose key it is: two callers may choose the same."""
    key: str = Field(primary_key=True)
    request_sha256: str
    """Over method, address and body, so that the key does not stand for two things."""
    given_at: datetime = Field(default_factory=now, index=True)
    status: int | None = None
    """What was answered; None while it is not known, as when the program stopped just then."""
    location: str = ""
    body: str = ""
