"""What the interface takes and gives, as JSON."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import (
    Decision,
    Document,
    DocumentKind,
    DocumentState,
    Job,
    JobKind,
    JobState,
    Procurement,
    StatementStatus,
)
from svdocs.statements.statement import StatementType
from svdocs.web.api.incoming import incoming
from svdocs.web.wording import progress_of

Pounds = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2, examples=["1200000.00"])]
"""An amount of money as it comes in."""


def shown_pounds(value: Decimal | None) -> Decimal | None:
    """Return an amount of money as the interface gives it: with its pence."""
    return None if value is None else value.quantize(Decimal("0.01"))


class NewProcurement(BaseModel):
    """A procurement to add."""

    model_config = incoming(
        title="Street lighting",
        buyer="Kent County Council",
        value_gbp="1200000.00",
        starts="2027-04-01",
        ends="2031-03-31",
    )

    title: str = Field(min_length=1, max_length=300)
    buyer: str = Field(min_length=1, max_length=300)
    value_gbp: Pounds | None = None
    starts: date | None = None
    ends: date | None = None


class ProcurementChanges(BaseModel):
    """What to set of a procurement; what is left out stays as it is."""

    model_config = incoming(ends="2032-03-31")

    title: str = Field(default="", min_length=1, max_length=300)
    buyer: str = Field(default="", min_length=1, max_length=300)
    value_gbp: Pounds | None = None
    starts: date | None = None
    ends: date | None = None


class ProcurementBody(BaseModel):
    """One procurement of one buyer."""

    id: str
    title: str
    buyer: str
    value_gbp: Decimal | None
    starts: date | None
    ends: date | None
    added_at: datetime
    opens_at: datetime | None = Field(description="When sealed bids may be opened at the earliest.")
    opened_at: datetime | None = Field(description="When the second of two people opened them.")


class DocumentBody(BaseModel):
    """A document with its state and what was found in it."""

    id: str
    procurement_id: str
    name: str
    sha256: str
    media_type: str
    kind: DocumentKind
    supplier: str | None
    state: DocumentState
    pages: int | None
    commitments: int
    deliveries: int
    practices: int
    problems: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    seconds: float | None
    added_at: datetime


class ReceiptBody(BaseModel):
    """That a document has come in whose content is sealed until bids are opened."""

    id: str
    procurement_id: str
    sha256: str
    received_at: datetime


class StatementBody(BaseModel):
    """A statement in the form of the extraction record, as decided where a person has decided."""

    id: str
    document_id: str
    key: str = Field(description="Identifier in the extraction record.")
    type: StatementType
    status: StatementStatus
    proposal_changed_since: bool = Field(
        description="Whether a newer reading proposes something else than what was decided on."
    )
    decisions: int = Field(description="How many decisions there are; give it as `seen` with the next.")
    text: str
    statement: dict[str, Any] = Field(description="The entry of the extraction record, `svdocs.extraction/1`.")


class NewDecision(BaseModel):
    """A decision to record."""

    model_config = incoming(action="accept", reason="As the bid says on page 4.", seen=0)

    action: Literal["accept", "amend", "reject", "unsure"]
    person: str = Field(
        default="",
        max_length=200,
        description="Who decides, where nobody signs in; else it is whoever has signed in, or whose key it is.",
    )
    reason: str = Field(default="", max_length=10_000)
    changes: dict[str, Any] | None = Field(
        default=None, description="For amend: the fields to set, in the extraction record's form."
    )
    seen: int | None = Field(
        default=None, ge=0, description="How many decisions the person has seen; another number is a conflict."
    )


class DecisionBody(BaseModel):
    """What a person decided, and when."""

    id: int
    statement_id: str
    action: str
    person: str
    reason: str
    changes: dict[str, Any]
    decided_at: datetime
    takes_back: int | None = Field(description="Of an undo: the decision that no longer stands.")
    batch: str | None = Field(description="The same for decisions that were taken at once.")


class HealthBody(BaseModel):
    """Whether the service can work."""

    status: Literal["ok"]
    version: str
    isolation: str = Field(description="How far the processes that read strangers' files are shut in.")


def procurement_body(procurement: Procurement) -> ProcurementBody:
    """Return the procurement as JSON has it."""
    fields = {name: getattr(procurement, name) for name in ProcurementBody.model_fields}
    return ProcurementBody(**fields | {"value_gbp": shown_pounds(fields["value_gbp"])})


def document_body(record: DocumentRecord) -> DocumentBody:
    """Return the document as JSON has it."""
    return DocumentBody(
        **{
            name: getattr(record if hasattr(record, name) else record.document, name)
            for name in DocumentBody.model_fields
        }
    )


def receipt_body(document: Document) -> ReceiptBody:
    """Return the receipt as JSON has it: nothing of it but what the sender knows."""
    return ReceiptBody(
        id=document.id,
        procurement_id=document.procurement_id,
        sha256=document.sha256,
        received_at=document.added_at,
    )


def statement_body(record: StatementRecord) -> StatementBody:
    """Return the statement as JSON has it."""
    entry = record.as_decided()
    return StatementBody(
        id=record.id,
        document_id=record.statement.document_id,
        key=record.statement.key,
        type=StatementType(entry["type"]),
        status=record.status,
        proposal_changed_since=record.changed_since_decision,
        decisions=len(record.decisions),
        text=record.statement.text,
        statement=entry,
    )


def decision_body(decision: Decision) -> DecisionBody:
    """Return the decision as JSON has it."""
    return DecisionBody(**{name: getattr(decision, name) for name in DecisionBody.model_fields})


class PlacedText(BaseModel):
    """A statement of a run, as a comparison tells of it."""

    type: StatementType
    text: str
    page: int | None


class ChangedBody(BaseModel):
    """A statement that says something else in a newer run: each field with its older and newer value."""

    text: str
    page: int | None
    fields: dict[str, tuple[Any, Any]]


class UnmatchedBody(BaseModel):
    """A decision whose statement the newer run does not find."""

    text: str
    page: int | None
    person: str
    action: str


class RunDiffBody(BaseModel):
    """What is another between two runs of a document."""

    document_id: str
    document: str
    older: str
    newer: str
    made_otherwise: dict[str, tuple[str, str]]
    """The reader, pipeline, models and context that are another, each with its older and newer edition."""
    kept: list[PlacedText]
    changed: list[ChangedBody]
    gone: list[PlacedText]
    new: list[PlacedText]
    decisions_unmatched: list[UnmatchedBody]
    problems: list[str]


class JobBody(BaseModel):
    """Work on a document, and how far it is."""

    id: str
    document_id: str
    kind: JobKind
    state: JobState
    attempts: int = Field(description="How often a worker has begun.")
    progress: str = Field(description="In a few words, such as `reading, page 3 of 12`.")
    page: int | None
    pages: int | None
    problem: str = Field(description="Why the last attempt failed, or why a person is needed.")
    added_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def job_body(job: Job) -> JobBody:
    """Return a job as the interface gives it."""
    fields = job.model_dump(include=set(JobBody.model_fields))
    return JobBody(**fields, progress=progress_of(job))
