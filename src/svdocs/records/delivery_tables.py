"""The tables of delivery: contracts, what was promised in them year by year, what was delivered, and the badges for it.

```
procurement ── contract ─┬─ contract_commitment ─┬─ contract_milestone
                         │         │             ├─ commitment_event   (no change; goes only with its procurement)
                         │    (statement)        └─ delivery_match ── case_study
                         ├─ case_study ── document
                         ├─ contract_evidence ── document
                         ├─ contract_change              (no change; goes only with its procurement)
                         ├─ supplier_link
                         └─ badge                            badge_key
```

A promise that was varied stays as it was: the new one names it. What a machine proposes of a case study are matches,
each of which a person confirms or refuses.
"""

# No postponed annotations here: SQLModel reads the annotations of its classes when they are made.

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from svdocs.additionality.verdict import Category
from svdocs.records.tables import Pounds, Table, new_id, now, word
from svdocs.statements.statement import Per, Unit


class CommitmentState(StrEnum):
    """How far a promise of a contract has come; `records.contracts.MOVES` says what may follow what."""

    committed = "committed"
    """It stands in the contract; set when the contract is made."""
    in_progress = "in_progress"
    evidence_submitted = "evidence_submitted"
    """The supplier has sent something that the contract manager has not judged yet."""
    verified = "verified"
    """Delivered in full, says the contract manager."""
    partly_delivered = "partly_delivered"
    missed = "missed"
    varied = "varied"
    """Another promise stands in its place, by agreement; nothing follows."""
    exceeded = "exceeded"
    """More was delivered than promised, says the contract manager."""


class MatchState(StrEnum):
    """What has become of a delivery that was proposed for a promise."""

    proposed = "proposed"
    confirmed = "confirmed"
    refused = "refused"


class PlaceKind(StrEnum):
    """What a place is to a delivery: the three are never added up."""

    delivery = "delivery"
    """Where it took place or was felt."""
    residence = "residence"
    """Where those live who gained by it."""
    head_office = "head_office"
    """Where the organisation has its seat."""


class Reading(StrEnum):
    """How a case study was read."""

    template = "template"
    """By the content controls of the council's template."""
    headings = "headings"
    """By the four headings, or words for them."""
    free_form = "free_form"
    """As running text without headings to go by."""


class BadgeLevel(StrEnum):
    """What a badge says."""

    gold = "gold"
    """All commitments delivered in full and to the required standard."""
    platinum = "platinum"
    """More than was promised was delivered, with additional impact."""


class BadgeState(StrEnum):
    """How far a badge has come."""

    proposed = "proposed"
    """Computed at the end of a financial year; nothing is public."""
    issued = "issued"
    """A contract manager confirmed it."""
    refused = "refused"
    """A contract manager did not."""
    withdrawn = "withdrawn"
    """No longer earned before anybody decided; it is proposed again if it is earned again."""
    revoked = "revoked"
    """Taken back after it was issued; its page says so."""


OF_ANOTHER = frozenset({"other_contract", "other_supplier"})
"""Codes of the findings by which a case study is of another contract, or another supplier's."""


class Contract(Table, table=True):
    """A contract that was awarded on a bid."""

    id: str = Field(default_factory=new_id, primary_key=True)
    procurement_id: str = Field(foreign_key="procurement.id", index=True)
    supplier_id: str = Field(foreign_key="supplier.id", index=True)
    reference: str = Field(index=True)
    """The authority's own number for it."""
    title: str
    value_gbp: Decimal | None = Field(default=None, sa_column=Column("value_pence", Pounds, nullable=True))
    """In all, including VAT."""
    starts: date
    ends: date
    """Its last day."""
    department: str = ""
    manager: str = ""
    """The contract manager's name."""
    manager_id: str | None = Field(default=None, foreign_key="person.id")
    """The contract manager's account, where there is one."""
    social_value_mandatory: bool | None = None
    """Whether the buyer's policy makes social value mandatory for it; None where nobody has said."""
    added_by: str
    added_at: datetime = Field(default_factory=now)
    closed_by: str | None = None
    closed_at: datetime | None = None
    closing: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The closing figures as they were when it was closed."""


class ContractCommitment(Table, table=True):
    """A promise of a contract, as it was accepted or agreed. Its words and figures never change."""

    __tablename__ = "contract_commitment"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    number: int
    """In the schedule, from 1."""
    statement_id: str | None = Field(default=None, foreign_key="statement.id", index=True)
    """The statement of the awarded bid on which somebody decided; None for a promise agreed otherwise."""
    text: str
    """The promise, quoted."""
    source: str = ""
    """Where the quote stands: the bid's name, with page, cell or block."""
    quantity_value: float | None = None
    quantity_unit: Unit | None = Field(default=None, sa_type=word(Unit))
    quantity_per: Per | None = Field(default=None, sa_type=word(Per))
    due_date: str | None = None
    """An ISO date, month or year, as far as it is stated."""
    due_text: str = ""
    due_on: date | None = None
    """The last day on which it is in time; None where only the contract's end bounds it."""
    place_text: str | None = None
    place_code: str | None = None
    beneficiary_text: str | None = None
    measure_framework: str | None = None
    measure_code: str | None = None
    themes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The codes of each framework, best first, as decided."""
    category: Category | None = Field(default=None, sa_type=word(Category))
    owner: str = ""
    """Who at the supplier answers for it."""
    evidence_asked: str = ""
    """What shall show that it was done."""
    varies_id: str | None = Field(default=None, foreign_key="contract_commitment.id")
    """The promise in whose place it stands."""
    added_at: datetime = Field(default_factory=now)


class ContractMilestone(Table, table=True):
    """What of a promise falls into one contract year."""

    __tablename__ = "contract_milestone"
    __table_args__ = (UniqueConstraint("commitment_id", "year"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    commitment_id: str = Field(foreign_key="contract_commitment.id", index=True)
    year: int
    """The contract year, from 1."""
    starts: date
    ends: date
    """The last day of the year, or the day on which the promise is due in it."""
    quantity: float | None = None
    """In the promise's unit; None where no number was promised."""


class CommitmentEvent(Table, table=True):
    """That a promise, or its part in one year, came into a state: who moved it, when and why. Only ever added."""

    __tablename__ = "commitment_event"

    id: int | None = Field(default=None, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    commitment_id: str = Field(foreign_key="contract_commitment.id", index=True)
    milestone_id: str | None = None
    """The year that it is about, by its id alone; None for the promise as a whole."""
    state: CommitmentState = Field(sa_type=word(CommitmentState))
    person: str
    because: str = ""
    at: datetime = Field(default_factory=now)


class ContractChange(Table, table=True):
    """That somebody set something of a contract, a promise's description or a case study's consent. Only ever added."""

    __tablename__ = "contract_change"

    id: int | None = Field(default=None, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    commitment_id: str | None = None
    """The promise that was described, by its id alone."""
    case_study_id: str | None = None
    """The case study of which somebody said whether it may be published, by its id alone."""
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What stood in the fields that were set."""
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    person: str
    because: str = ""
    at: datetime = Field(default_factory=now)


class CaseStudy(Table, table=True):
    """A supplier's account of what was delivered in a contract, read back from a document."""

    __tablename__ = "case_study"

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    run_id: str = Field(foreign_key="run.id")
    """The run whose deliveries were matched."""
    year: int
    """The contract year that it is for."""
    reading: Reading = Field(sa_type=word(Reading))
    title: str = ""
    committed: str = ""
    delivered: str = ""
    benefited: str = ""
    felt: str = ""
    """The text under each of the four headings, as far as they were found."""
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """What a person should look at, such as a study of another contract: `code`, `message`, `page`, `text`."""
    publish_text: str = ""
    """What the supplier answered when asked whether the authority may publish it; empty where there is no answer."""
    may_publish: bool | None = None
    """Whether it may be published; None where nobody has said so plainly, and then it may not."""
    publish_said_by: str | None = None
    """Who said so after it was taken; None where it stands as the supplier answered."""
    publish_said_at: datetime | None = None
    taken_by: str
    taken_at: datetime = Field(default_factory=now)

    @property
    def is_of_another(self) -> bool:
        """Whether it was found to name another contract or supplier; then no report tells of it or counts it."""
        return any(f["code"] in OF_ANOTHER for f in self.findings)


class DeliveryMatch(Table, table=True):
    """A delivery that a case study tells of, or a person found, and the promise that it is for."""

    __tablename__ = "delivery_match"

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    commitment_id: str = Field(foreign_key="contract_commitment.id", index=True)
    case_study_id: str | None = Field(default=None, foreign_key="case_study.id", index=True)
    """None for a delivery that a person entered."""
    statement_id: str | None = Field(default=None, foreign_key="statement.id")
    """The delivery as the run found it; None for one of a table row or a person's own."""
    state: MatchState = Field(default=MatchState.proposed, sa_type=word(MatchState))
    text: str
    """The delivery, quoted."""
    source: str = ""
    """Where the quote stands."""
    page: int | None = None
    block: int | None = None
    score: float | None = None
    """How sure the machine is, a calibrated probability; None for a person's own."""
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    """Why it was proposed, in words."""
    quantity: float | None = None
    """Delivered by this, in `unit`."""
    unit: Unit | None = Field(default=None, sa_type=word(Unit))
    place_text: str | None = None
    place_code: str | None = None
    place_kind: PlaceKind = Field(default=PlaceKind.delivery, sa_type=word(PlaceKind))
    beneficiary_text: str | None = None
    delivered_from: date | None = None
    delivered_to: date | None = None
    milestone_id: str | None = Field(default=None, foreign_key="contract_milestone.id")
    """The contract year that it counts for."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    because: str = ""
    added_at: datetime = Field(default_factory=now)


class ContractEvidence(Table, table=True):
    """A document that somebody sent to show that something was delivered."""

    __tablename__ = "contract_evidence"

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    commitment_id: str | None = Field(default=None, foreign_key="contract_commitment.id", index=True)
    """The promise that it is for, if the sender said."""
    document_id: str = Field(foreign_key="document.id", index=True)
    note: str = ""
    sent_by: str
    link_id: str | None = Field(default=None, foreign_key="supplier_link.id")
    """The supplier's link by which it came, if it did."""
    sent_at: datetime = Field(default_factory=now)


class SupplierLink(Table, table=True):
    """A link by which a supplier without an account reaches the page of one contract."""

    __tablename__ = "supplier_link"

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    name: str
    """Who it was made for, as the evidence that comes by it is signed."""
    expires_at: datetime
    made_by: str
    made_at: datetime = Field(default_factory=now)
    revoked_by: str | None = None
    revoked_at: datetime | None = None


class Badge(Table, table=True):
    """A badge for one contract in one financial year."""

    __table_args__ = (UniqueConstraint("contract_id", "financial_year"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    contract_id: str = Field(foreign_key="contract.id", index=True)
    financial_year: str
    """As in 2027-28."""
    level: BadgeLevel = Field(sa_type=word(BadgeLevel))
    state: BadgeState = Field(default=BadgeState.proposed, sa_type=word(BadgeState))
    grounds: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The figures on which it was proposed, without any words of the bid."""
    proposed_at: datetime = Field(default_factory=now)
    decided_by: str | None = None
    """The contract manager who confirmed or refused it."""
    decided_at: datetime | None = None
    because: str = ""
    credential: str = ""
    """The signed credential: a JSON Web Token in compact form; empty until it is issued."""
    key_id: str | None = Field(default=None, foreign_key="badge_key.id")
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revoked_because: str = ""


class BadgeKey(Table, table=True):
    """The public half of a key that signs badges; the private half is in a file. It stays when it is retired."""

    __tablename__ = "badge_key"

    id: str = Field(primary_key=True)
    """The thumbprint of the key, RFC 7638."""
    public: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """As a JSON Web Key."""
    made_at: datetime = Field(default_factory=now)
    retired_at: datetime | None = None
