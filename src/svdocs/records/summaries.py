"""What the store answers with: a document with its counts, a statement with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from svdocs.records.amending import apply_changes
from svdocs.records.matching import differences
from svdocs.records.tables import (
    Coding,
    Decision,
    DecisionAction,
    Document,
    Procurement,
    ReasonRecord,
    Run,
    Statement,
    StatementStatus,
    VerdictRecord,
)

STATUS_AFTER = {
    DecisionAction.accept: StatementStatus.accepted,
    DecisionAction.amend: StatementStatus.amended,
    DecisionAction.reject: StatementStatus.rejected,
}


@dataclass(frozen=True)
class DocumentRecord:
    """A document with what a list of documents shows of it."""

    document: Document
    supplier: str | None
    run: Run | None
    commitments: int = 0
    deliveries: int = 0
    practices: int = 0

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @property
    def flags(self) -> list[dict[str, Any]]:
        """What a person should look at: ``code``, ``message``, ``page``, ``text``."""
        return list(self.run.description.get("flags") or []) if self.run else []

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What kept the document from being read whole: ``code``, ``message``, ``page``."""
        return list(self.run.description.get("problems") or []) if self.run else []

    @property
    def pages(self) -> int | None:
        """How many pages it has; None before the first run and where the format has none."""
        return self.run.pages if self.run else None

    @property
    def seconds(self) -> float | None:
        """How long reading and extracting took; None before the first run."""
        return self.run.seconds if self.run else None


@dataclass(frozen=True)
class StatementRecord:
    """A statement with all that is known of it.

    Attributes:
        statement: as the run proposes it.
        codings: themes and measures, best first a framework.
        verdict: on a commitment; None on the others.
        reasons: of the verdict, in order.
        decisions: of people, oldest first, those made on the same statement in older runs among them.
        seen: the statement as the person saw it who decided last; another than `statement` after a newer run.
    """

    statement: Statement
    codings: tuple[Coding, ...] = ()
    verdict: VerdictRecord | None = None
    reasons: tuple[ReasonRecord, ...] = ()
    decisions: tuple[Decision, ...] = ()
    seen: Statement | None = None

    @property
    def id(self) -> str:
        """The statement's id."""
        return self.statement.id

    @property
    def themes(self) -> dict[str, list[Coding]]:
        """The suggested themes a framework, best first."""
        themes: dict[str, list[Coding]] = {framework: [] for framework in self.statement.record.get("themes") or {}}
        for coding in self.codings:
            if not coding.measure:
                themes.setdefault(coding.framework, []).append(coding)
        return themes

    @property
    def measures(self) -> list[Coding]:
        """The suggested measures, best first."""
        return [c for c in self.codings if c.measure]

    @property
    def decision(self) -> Decision | None:
        """The decision that stands: the newest."""
        return self.decisions[-1] if self.decisions else None

    @property
    def status(self) -> StatementStatus:
        """What people have made of the statement."""
        return STATUS_AFTER[self.decision.action] if self.decision else StatementStatus.proposed

    @cached_property
    def changed_since_decision(self) -> bool:
        """Whether a newer run proposes something else than what the person decided on."""
        return self.seen is not None and bool(differences(entry_of(self.seen), entry_of(self.statement)))

    def as_decided(self) -> dict[str, Any]:
        """Return the statement in the extraction record's form: as the person saw it, with the person's changes.

        Without a decision this is the proposal. The place is always that of the newest run.
        """
        entry = entry_of(self.seen or self.statement)
        entry |= {"id": self.statement.key, "location": self.statement.record.get("location") or {}}
        return apply_changes(entry, self.decision.changes) if self.decision else entry


def entry_of(statement: Statement) -> dict[str, Any]:
    """Return the statement in the extraction record's form, with its ``type``."""
    return {**statement.record, "type": statement.type.value}


def describe_place(procurement: Procurement, record: DocumentRecord, run: Run) -> dict[str, Any]:
    """Return what an exported line says of the procurement, document and run that it comes from."""
    document = record.document
    return {
        "procurement": {"id": procurement.id, "title": procurement.title, "buyer": procurement.buyer},
        "document": {
            "id": document.id,
            "name": document.name,
            "sha256": document.sha256,
            "kind": document.kind.value,
            "supplier": record.supplier,
        },
        "run": {"id": run.id, "pipeline_version": run.pipeline_version, "reader_version": run.reader_version},
    }


def describe_statement(record: StatementRecord) -> dict[str, Any]:
    """Return what an exported line says of a statement: as decided, with the decision that stands."""
    decision = record.decision
    return {
        "statement_id": record.statement.id,
        "status": record.status.value,
        "decision": decision
        and {
            "action": decision.action.value,
            "person": decision.person,
            "reason": decision.reason,
            "changes": decision.changes,
            "decided_at": decision.decided_at.isoformat(),
            "proposal_changed_since": record.changed_since_decision,
        },
        **record.as_decided(),
    }
