"""The tables: what a machine proposed stands in runs and statements; what a person decided is only ever added.

```
procurement ─┬─ document ── run ── statement ─┬─ coding
supplier ────┘     ├─ job                     ├─ verdict ── reason
kept_file ─────────┤                          └─ decision   (no change, no deletion)
kept_text ─────────┘       audit_entry ── audit_payload   (no change, no deletion; a payload can be erased)
```

A run is one document through one reader and one pipeline. Readers of the records see only the run that
`document.current_run` points to; older runs stay. Times are aware UTC, money is `Decimal`, states are text.
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from svdocs.additionality.verdict import Category, Verdict
from svdocs.errors import UsageError
from svdocs.statements.statement import Firmness, Per, StatementType, Unit

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class DocumentKind(StrEnum):
    """What a document is for in its procurement."""

    bid = "bid"
    case_study = "case_study"
    specification = "specification"
    baseline = "baseline"
    other = "other"


Word = TypeVar("Word", bound=StrEnum)


def word_named(words: type[Word], said: str, what: str) -> Word:
    """Return the word among `words` that somebody said.

    Args:
        words: that there are.
        said: by a person or a program.
        what: the words are, such as ``a role``.

    Raises:
        UsageError: it is none of them.

    >>> word_named(DocumentKind, "bid", "a kind of document").value
    'bid'
    """
    if said not in set(words):
        raise UsageError(f"{said[:80]!r} is not {what}; choose one of {', '.join(words)}.")
    return words(said)


def kind_named(kind: str) -> DocumentKind:
    """Return the kind of document of this name.

    Raises:
        UsageError: there is none.
    """
    return word_named(DocumentKind, kind, "a kind of document")


class DocumentState(StrEnum):
    """How far a document has come."""

    waiting = "waiting"
    """Kept, and not yet read: a new document, or one whose reading was interrupted."""
    done = "done"
    """Read whole; set when a run without problems or flags is published."""
    done_with_flags = "done_with_flags"
    """Read whole, and something asks for a look; set when a run with flags is published."""
    needs_person = "needs_person"
    """Could not be read whole; set when a run with problems is published."""


class RunState(StrEnum):
    """How far a run has come."""

    staged = "staged"
    """Written, and seen by nobody."""
    published = "published"
    """Has been the document's current run; stays so when a newer run takes its place."""
    by_hand = "by_hand"
    """Holds what people stated of the document themselves: parts of a split, merged statements, missed ones."""


class DecisionAction(StrEnum):
    """What a person decided about a statement."""

    accept = "accept"
    amend = "amend"
    reject = "reject"
    unsure = "unsure"
    """Somebody looked and could not say; another person should."""
    split_up = "split_up"
    """It states several things: the statements named in `changes` stand in its place."""
    merge = "merge"
    """It and others state one thing: the statement named in `changes` stands in their place."""
    undo = "undo"
    """Takes back the earlier decision that `takes_back` names."""


class JobKind(StrEnum):
    """What a job is for."""

    read = "read"
    """A document that has come in is read, extracted and published."""
    reprocess = "reprocess"
    """A document that has been published goes through the stages of today."""


class JobState(StrEnum):
    """How far a job has come."""

    queued = "queued"
    """Waits for a worker; set when the job is made, and when an attempt failed and another may help."""
    running = "running"
    """A worker holds it; set by its claim."""
    done = "done"
    """Its run is published, or was published already."""
    needs_person = "needs_person"
    """Its document could not be read whole, or it failed as often as it may; its `problem` says why."""
    cancelled = "cancelled"
    """Called off by a person before its run was published."""


LIVE_JOBS = (JobState.queued, JobState.running)
"""The states of a job that is still to be done; a document has at most one such job."""


class JobPriority(IntEnum):
    """Which jobs go first: those of the smaller number."""

    upload = 1
    """Somebody waits for it."""
    archive = 10
    """One of many that were brought in together."""


class StatementStatus(StrEnum):
    """What people have made of a statement; the newest decision tells."""

    proposed = "proposed"
    accepted = "accepted"
    amended = "amended"
    rejected = "rejected"
    unsure = "unsure"
    """Somebody looked and could not say."""
    superseded = "superseded"
    """Split or merged: others stand in its place, so it is in no total."""


STANDS = frozenset(
    {StatementStatus.proposed, StatementStatus.accepted, StatementStatus.amended, StatementStatus.unsure}
)
"""The statuses of a statement that takes part in registers and totals."""
AGREED = frozenset({StatementStatus.accepted, StatementStatus.amended})
"""The statuses of a statement to which a person has agreed."""


class EventKind(StrEnum):
    """What an entry of the audit trail tells of."""

    procurement_added = "procurement_added"
    procurement_changed = "procurement_changed"
    """Somebody set a procurement's title, buyer, value or dates."""
    lot_added = "lot_added"
    lot_changed = "lot_changed"
    document_lots_set = "document_lots_set"
    """Somebody said for which lots a document is."""
    webhook_added = "webhook_added"
    """Another program is told of events of a procurement from now on."""
    webhook_enabled = "webhook_enabled"
    webhook_disabled = "webhook_disabled"
    """Somebody switched a webhook off, or it failed too often."""
    supplier_added = "supplier_added"
    baseline_added = "baseline_added"
    baseline_retired = "baseline_retired"
    document_added = "document_added"
    document_described = "document_described"
    """Somebody set a document's kind, supplier or media type, or its text told them."""
    run_published = "run_published"
    problem = "problem"
    """Something kept a document from being read whole."""
    decision_made = "decision_made"
    statement_added = "statement_added"
    """Somebody stated something of a document by hand: a part of a split, a merged or a missed statement."""
    view_saved = "view_saved"
    """Somebody kept the filters of a register under a name."""
    view_removed = "view_removed"
    second_reading_drawn = "second_reading_drawn"
    """A share of the documents was given to two readers each."""
    second_reading_done = "second_reading_done"
    """One of the two is done; the answers are seen once both are."""
    consent_changed = "consent_changed"
    """Somebody allowed or no longer allows models to be trained on a procurement's decisions."""
    clarification_asked = "clarification_asked"
    """A letter of questions was written to a bidder."""
    clarification_answered = "clarification_answered"
    """A bidder's answers came back and propose versions of commitments."""
    version_declined = "version_declined"
    """Somebody left a commitment as it was, in spite of an answer."""
    decision_unmatched = "decision_unmatched"
    """A person decided on a statement that the newest run no longer finds; someone should look."""
    person_added = "person_added"
    person_disabled = "person_disabled"
    password_set = "password_set"
    second_factor_set = "second_factor_set"
    role_granted = "role_granted"
    role_revoked = "role_revoked"
    key_added = "key_added"
    key_revoked = "key_revoked"
    opening_time_set = "opening_time_set"
    """Somebody said when bids may be opened."""
    opening_confirmed = "opening_confirmed"
    """One of the two people who open bids confirmed that they may be opened."""
    procurement_opened = "procurement_opened"
    """The second of the two confirmed, and bids may be read."""
    job_given_up = "job_given_up"
    """A job failed as often as it may; someone should look at the document."""
    job_added = "job_added"
    """A document is to go through the stages again."""
    job_cancelled = "job_cancelled"
    """Somebody called a job off."""
    key_rotated = "key_rotated"
    """The last entry under its key; its subject is the key of all entries after it."""
    anchor_set = "anchor_set"
    """Somebody put the anchor where the trail ends, because it was lost or an older database was put back."""
    hold_placed = "hold_placed"
    """Somebody forbade that a procurement's records are erased, however old they are."""
    hold_released = "hold_released"
    contract_added = "contract_added"
    """A contract was made of an awarded bid, with its schedule of promises."""
    contract_changed = "contract_changed"
    """Somebody set a contract's details, who answers for a promise, or whether a case study may be published."""
    contract_closed = "contract_closed"
    commitment_moved = "commitment_moved"
    """A promise, or its part in one year, came into another state."""
    commitment_varied = "commitment_varied"
    """By agreement another promise stands in the place of one, which stays in the records."""
    case_study_taken = "case_study_taken"
    """A case study was read against a contract, and deliveries were proposed for its promises."""
    match_decided = "match_decided"
    """A contract manager confirmed or refused that a delivery is for a promise."""
    evidence_sent = "evidence_sent"
    supplier_link_made = "supplier_link_made"
    supplier_link_revoked = "supplier_link_revoked"
    badge_proposed = "badge_proposed"
    badge_issued = "badge_issued"
    """A contract manager confirmed a badge, and it is public."""
    badge_refused = "badge_refused"
    badge_withdrawn = "badge_withdrawn"
    """A badge that was proposed is no longer earned, and nobody had decided on it."""
    badge_revoked = "badge_revoked"
    badge_key_added = "badge_key_added"
    """From now on badges are signed with another key."""
    set_up_saved = "set_up_saved"
    """Somebody saved a version of how a procurement is set up."""
    set_up_confirmed = "set_up_confirmed"
    """Somebody checked all answers of a set-up and stands by them."""
    menu_saved = "menu_saved"
    """Somebody saved a version of the menu of example commitments."""
    menu_published = "menu_published"
    """A menu can be read by everybody from now on."""
    menu_withdrawn = "menu_withdrawn"
    tender_checked = "tender_checked"
    """A document of the tender was held against the set-up."""
    purged = "purged"
    """What has been kept long enough was erased, payloads of earlier entries with it."""
    panel_set_up = "panel_set_up"
    """A panel was made for a procurement, or its settings changed."""
    criterion_set = "criterion_set"
    """A criterion was added, changed or removed."""
    panel_bid_added = "panel_bid_added"
    seat_assigned = "seat_assigned"
    """Somebody is to mark a bid under a criterion."""
    marking_begun = "marking_begun"
    """Criteria and bids are fixed from here on, and marks may be submitted."""
    conflict_declared = "conflict_declared"
    """Somebody declared whether they have a conflict of interest."""
    conflict_ruled = "conflict_ruled"
    """A chair decided on a declared conflict."""
    seat_excused = "seat_excused"
    """A chair took somebody out of marking a bid; what they had marked stays."""
    first_view_saved = "first_view_saved"
    """Somebody wrote down what they think of a bid before seeing what svdocs finds in it."""
    mark_submitted = "mark_submitted"
    marks_released = "marks_released"
    """A chair released the marks of a lot, after all had submitted."""
    consensus_recorded = "consensus_recorded"
    moderation_closed = "moderation_closed"
    """The record of a lot's marks is frozen."""
    spend_imported = "spend_imported"
    """A file of payments of a financial year was kept, row by row."""
    spend_withdrawn = "spend_withdrawn"
    """A spend file counts in no total any more."""
    spend_supplier_described = "spend_supplier_described"
    """Somebody said what is held of a supplier, by which shares of spend are counted."""
    share_definition_chosen = "share_definition_chosen"
    """Somebody chose what counts as local, small, or of the voluntary sector."""
    ratio_entered = "ratio_entered"
    """A ratio of a contract was entered with its numerator and denominator."""
    ratio_withdrawn = "ratio_withdrawn"
    ratio_target_set = "ratio_target_set"
    """Somebody said what a ratio of a contract is to reach."""
    proxies_imported = "proxies_imported"
    """An authority's own values of units came in from its workbook."""
    valuing_method_set = "valuing_method_set"
    """Somebody said how bids are valued."""
    value_chosen = "value_chosen"
    """Somebody said under which measure, or at which quantity, a promise is valued."""
    bidder_described = "bidder_described"
    """Somebody said how many employees a bidder has, or where its letter goes."""
    deliverability_ruled = "deliverability_ruled"
    """Somebody looked at an offer above the limits, and said what of it earns points."""
    values_fixed = "values_fixed"
    """The values of a lot's bids stay as they were then; letters cite them."""
    award_decided = "award_decided"
    """Somebody decided to whom a lot goes."""


class Pounds(TypeDecorator[Decimal]):
    """Pounds kept as whole pence, because SQLite has no exact decimal type."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return the pence to store."""
        return None if value is None else int((value * 100).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return the stored pence as pounds."""
        return None if value is None else Decimal(value) / 100


class Table(SQLModel):
    """What all tables share: the names of their constraints."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


def new_id() -> str:
    """Return the id of a new row."""
    return str(uuid.uuid4())


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


def word(values: type[StrEnum]) -> Any:
    """Return the column type of a state: text, not a native enum, so that a new word needs no migration."""
    return Enum(values, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e])


class Procurement(Table, table=True):
    """One procurement of one buyer."""

    id: str = Field(default_factory=new_id, primary_key=True)
    title: str = Field(index=True)
    buyer: str
    value_gbp: Decimal | None = Field(default=None, sa_column=Column("value_pence", Pounds, nullable=True))
    starts: date | None = None
    ends: date | None = None
    added_at: datetime = Field(default_factory=now)
    may_be_learnt_from: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether models may be trained on what people decided here; nobody has consented unless somebody says so."""
    opens_at: datetime | None = None
    """When bids may be opened at the earliest; None where they are not sealed."""
    opened_at: datetime | None = None
    """When the second of two people confirmed the opening; bids of a sealed procurement are closed before."""


class Supplier(Table, table=True):
    """A supplier, by the name that it goes by in the documents."""

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)


class KeptFile(Table, table=True):
    """An original file, kept under its content's hash."""

    __tablename__ = "kept_file"

    sha256: str = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    kept_at: datetime = Field(default_factory=now)


class KeptText(Table, table=True):
    """The text of a file as one reader version read it, so that it is read once."""

    __tablename__ = "kept_text"

    sha256: str = Field(primary_key=True)
    reader_version: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    """The JSON of the text, compressed by zlib."""
    kept_at: datetime = Field(default_factory=now)


class Document(Table, table=True):
    """A file in a procurement. The same bytes may stand there more than once, from two suppliers or by choice."""

    __table_args__ = (Index(None, "procurement_id", "sha256"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str | None = Field(default=None, foreign_key="supplier.id", index=True)
    sha256: str = Field(foreign_key="kept_file.sha256", index=True)
    name: str
    kind: DocumentKind = Field(default=DocumentKind.other, sa_type=word(DocumentKind))
    kind_is_said: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether a person or the procurement's description says the kind; else it is what the text proposes."""
    supplier_is_said: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether somebody said whose it is when it was handed in; else the supplier is what the text proposes."""
    media_type: str
    state: DocumentState = Field(default=DocumentState.waiting, sa_type=word(DocumentState))
    current_run: str | None = Field(
        default=None, sa_column=Column("current_run", ForeignKey("run.id", use_alter=True), nullable=True)
    )
    added_at: datetime = Field(default_factory=now)


class Receipt(Table, table=True):
    """What was answered to a key that a sender gave to an upload; forgotten after a while."""

    caller: str = Field(primary_key=True)
    """Whose key it is: two callers may choose the same."""
    key: str = Field(primary_key=True)
    request_sha256: str
    """Over what was asked for, so that the key does not stand for two things."""
    document_id: str = Field(foreign_key="document.id")
    given_at: datetime = Field(default_factory=now, index=True)


class Run(Table, table=True):
    """What one reader and one pipeline made of a document."""

    id: str = Field(default_factory=new_id, primary_key=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    state: RunState = Field(default=RunState.staged, sa_type=word(RunState))
    reader_version: str = ""
    pipeline_version: str
    models: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    context: str = ""
    """SHA-256 over the specification and baseline documents against which it was judged; empty for none."""
    record_sha256: str
    """Of the extraction record, so that the same result is not stored twice."""
    description: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The record's `document` part: pages, problems, flags."""
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Fields of the record that have no column."""
    pages: int | None = None
    problem_count: int = 0
    flag_count: int = 0
    seconds: float = 0.0
    """How long reading and extracting took ..."""
    reading_seconds: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    """... and reading alone; nought where a kept text was taken."""
    made_at: datetime = Field(default_factory=now)
    published_at: datetime | None = None


class Statement(Table, table=True):
    """A commitment, delivery or practice as a run proposes it."""

    __table_args__ = (UniqueConstraint("run_id", "key"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    run_id: str = Field(foreign_key="run.id", index=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    origin_id: str = Field(index=True)
    """The first statement in which this passage was found; the same in each later run that finds it again."""
    key: str
    """The identifier in the extraction record: the same for the same bytes and pipeline."""
    position: int
    """Place in the document's order, from 0."""
    type: StatementType = Field(sa_type=word(StatementType))
    text: str
    page: int | None = None
    block: int | None = None
    cell: str | None = None
    confidence: float
    firmness: Firmness | None = Field(default=None, sa_type=word(Firmness))
    quantity_value: float | None = None
    quantity_max: float | None = None
    quantity_unit: Unit | None = Field(default=None, sa_type=word(Unit))
    quantity_per: Per | None = Field(default=None, sa_type=word(Per))
    due_date: str | None = None
    """An ISO date, month or year, as far as it is stated."""
    place_text: str | None = None
    beneficiary_text: str | None = None
    category: Category | None = Field(default=None, sa_type=word(Category))
    record: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The extraction record's own entry, whole; the columns above are there to search and sort by."""

    @property
    def section(self) -> list[str]:
        """The headings above the passage, outermost first."""
        return list((self.record.get("location") or {}).get("section") or [])

    @property
    def boxes(self) -> list[list[float]]:
        """Rectangles ``[x0, top, x1, bottom]`` in points from the top left of the page as shown."""
        return list((self.record.get("location") or {}).get("boxes") or [])


class Coding(Table, table=True):
    """A theme or measure of a framework suggested for a statement; rank 0 is the best of its framework."""

    id: str = Field(default_factory=new_id, primary_key=True)
    statement_id: str = Field(foreign_key="statement.id", index=True)
    framework: str
    code: str
    score: float
    rank: int
    measure: bool = False
    """Whether the code is a measure, with a unit, or a theme."""


class VerdictRecord(Table, table=True):
    """Whether a commitment would have happened anyway, as a run proposes it."""

    __tablename__ = "verdict"

    statement_id: str = Field(foreign_key="statement.id", primary_key=True)
    verdict: Verdict = Field(sa_type=word(Verdict))
    confidence: float


class ReasonRecord(Table, table=True):
    """Why a verdict was given, and the passage it rests on."""

    __tablename__ = "reason"

    statement_id: str = Field(foreign_key="verdict.statement_id", primary_key=True)
    position: int = Field(primary_key=True)
    code: str
    text: str
    evidence_document: str | None = None
    evidence_page: int | None = None
    evidence_text: str | None = None


class Decision(Table, table=True):
    """What a person decided on a statement. Only ever added; `records.standing` tells which of a statement's stand."""

    id: int | None = Field(default=None, primary_key=True)
    statement_id: str = Field(foreign_key="statement.id", index=True)
    """The statement as the person saw it, which may stand in an older run."""
    action: DecisionAction = Field(sa_type=word(DecisionAction))
    person: str
    reason: str = ""
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The fields that the person set, in the extraction record's own form; of a split or merge, ``into``: the ids of
    the statements that take the place."""
    decided_at: datetime = Field(default_factory=now)
    takes_back: int | None = Field(default=None, index=True)
    """Of an undo: the id of the decision that no longer stands."""
    batch: str | None = Field(default=None, index=True)
    """The same for decisions that one person took at once, for one reason."""


class AuditEntry(Table, table=True):
    """One change of state: who did what to which record, when. Only ever added; `records.audit` seals and chains it.

    It refers to records by id alone, because it outlives them.
    """

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1, without a gap."""
    at: str
    """The time in UTC as it was sealed: ISO 8601 with microseconds."""
    kind: str
    """An `EventKind`; as plain text, so that a damaged entry can still be read and named."""
    person: str
    """Who did it: an id or a name; `system` where no person did."""
    subject: str
    """The table of the record that changed, in which `subject_id` names the row."""
    subject_id: str
    procurement_id: str | None = Field(default=None, index=True)
    document_id: str | None = Field(default=None, index=True)
    payload_digest: str
    previous: str
    """The hash of the entry before; 64 noughts for the first."""
    key_id: str
    hash: str


class AuditPayload(Table, table=True):
    """What an audit entry tells in words and details: beside the entry, so that it can be erased when it must be."""

    __tablename__ = "audit_payload"

    seq: int = Field(primary_key=True, foreign_key="audit_entry.seq", sa_column_kwargs={"autoincrement": False})
    salt: str
    text: str
    """Canonical JSON of `code`, `message` and `details`."""


_LIVE = text("state IN ('queued', 'running')")


class Job(Table, table=True):
    """Work on a document that must not be lost: written in one transaction with what asks for it."""

    __table_args__ = (
        Index("uq_job_live", "document_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_job_state_priority", "state", "priority", "position"),
    )

    position: int | None = Field(default=None, primary_key=True)
    """Counts up as jobs are made; among those of one priority the first made goes first."""
    id: str = Field(default_factory=new_id, unique=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    kind: JobKind = Field(default=JobKind.read, sa_type=word(JobKind))
    state: JobState = Field(default=JobState.queued, sa_type=word(JobState))
    priority: int = JobPriority.upload
    attempts: int = 0
    """How often a worker has claimed it."""
    fence: int = 0
    """Goes up with each claim. Who comes with an older number has lost the job and publishes nothing."""
    held_by: str | None = None
    held_until: datetime | None = None
    """When the claim lapses if it is not renewed."""
    handed_to: str | None = None
    """Under which name the engine knows it; None while it has not been handed over."""
    step: str = ""
    """What is being done, for people to see."""
    page: int | None = None
    pages: int | None = None
    problem: str = ""
    """Why the last attempt failed."""
    added_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Worker(Table, table=True):
    """A worker that has shown a sign of life."""

    name: str = Field(primary_key=True)
    process: int
    """Its process number, on its own machine."""
    started_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)


class BaselineEntry(Table, table=True):
    """What a supplier does anyway: a practice or a past figure with its source. Never deleted, only retired."""

    __tablename__ = "baseline_entry"

    id: str = Field(default_factory=new_id, primary_key=True)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    text: str
    quantity_value: float | None = None
    quantity_unit: Unit | None = Field(default=None, sa_type=word(Unit))
    quantity_per: Per | None = Field(default=None, sa_type=word(Per))
    period: str = ""
    """The time that it tells of, such as 2025/26."""
    scope: str = ""
    """Of whom it is told: the company, a group, a contract, a site."""
    source: str
    """Where it stands: a report, a policy, a website, an earlier bid, a case study."""
    source_date: date | None = None
    document_id: str | None = Field(default=None, foreign_key="document.id")
    """The document of the records from which it was taken, if any."""
    corrects: str | None = Field(default=None, foreign_key="baseline_entry.id")
    """The entry in whose place it stands."""
    added_by: str
    added_at: datetime = Field(default_factory=now)
    retired_by: str | None = None
    retired_at: datetime | None = None
    retired_because: str = ""


APPEND_ONLY = ("decision", "audit_entry", "set_up", "menu_version", "menu_publication")
"""Tables in which the database itself refuses a change or a deletion."""
