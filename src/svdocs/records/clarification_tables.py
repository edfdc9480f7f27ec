"""The tables of clarification: letters to bidders, their questions, the answers, and what the answers make of promises.

```
document ── clarification_letter ── clarification_question ── clarification_answer
                                             │                        │
                                         statement ──────────── proposed_version ── decision
```
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from svdocs.records.tables import Table, new_id, now, word


class VersionState(StrEnum):
    """What has become of a version that answers propose."""

    proposed = "proposed"
    """Nobody has decided; the commitment stands as it was."""
    taken = "taken"
    """A person took it: a decision on the statement holds its changes."""
    declined = "declined"
    """A person looked at it and left the commitment as it was."""
    superseded = "superseded"
    """A later answer made another version before anybody decided."""


class ClarificationLetter(Table, table=True):
    """A letter of questions about one document."""

    __tablename__ = "clarification_letter"

    id: str = Field(default_factory=new_id, primary_key=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    written_by: str
    written_at: datetime = Field(default_factory=now)
    reply_by: date | None = None


class ClarificationQuestion(Table, table=True):
    """A numbered question of a letter, about one statement as it stood when the letter was written."""

    __tablename__ = "clarification_question"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    letter_id: str = Field(foreign_key="clarification_letter.id", index=True)
    number: int
    statement_id: str = Field(foreign_key="statement.id", index=True)
    gap: str
    question: str
    quote: str
    place: str


class ProposedVersion(Table, table=True):
    """What answers make of a commitment: the version that stood, and the new one beside it."""

    __tablename__ = "proposed_version"

    id: str = Field(default_factory=new_id, primary_key=True)
    letter_id: str = Field(foreign_key="clarification_letter.id", index=True)
    statement_id: str = Field(foreign_key="statement.id", index=True)
    state: VersionState = Field(default=VersionState.proposed, sa_type=word(VersionState))
    old: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    new: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The fields in which the two differ, in the extraction record's form."""
    proposed_at: datetime = Field(default_factory=now)
    decided_by: str | None = None
    decided_at: datetime | None = None
    because: str = ""
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    """The decision by which it was taken."""


class ClarificationAnswer(Table, table=True):
    """What a bidder wrote to a question, in the bidder's words. Only ever added."""

    __tablename__ = "clarification_answer"

    id: str = Field(default_factory=new_id, primary_key=True)
    question_id: str = Field(foreign_key="clarification_question.id", index=True)
    version_id: str = Field(foreign_key="proposed_version.id", index=True)
    text: str
    source_name: str
    source_sha256: str
    """Of the file in which the answer came back."""
    received_by: str
    received_at: datetime = Field(default_factory=now)
