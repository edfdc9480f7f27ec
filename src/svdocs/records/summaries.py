"""What the store answers with: a document with its counts, a statement with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from svdocs.records.amending import apply_changes
from svdocs.records.matching import differences
from svdocs.records.standing import changes_of, last_to_redo, standing_decisions, status_after
from svdocs.records.tables import (
    STANDS,
    Coding,
    Decision,
    Document,
    Procurement,
    ReasonRecord,
    Run,
    Statement,
    StatementStatus,
    VerdictRecord,
)


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
        decisions: of people, oldest first, those made on the same statement in older runs, and those that somebody
            has taken back, among them.
        seen: the statement as the person saw it whose decision stands; another than `statement` after a newer run.
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

    @cached_property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that nobody has taken back, oldest first."""
        return standing_decisions(self.decisions)

    @property
    def decision(self) -> Decision | None:
        """The decision that stands last; None if nobody has decided, or each decision was taken back."""
        return self.standing[-1] if self.standing else None

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that people set, each as it was set last."""
        return changes_of(self.standing)

    @property
    def status(self) -> StatementStatus:
        """What people have made of the statement."""
        return status_after(self.standing)

    @property
    def stands(self) -> bool:
        """Whether it takes part in registers and totals: neither rejected, nor has another taken its place."""
        return self.status in STANDS

    @property
    def may_be_undone(self) -> bool:
        """Whether there is a decision to take back."""
        return bool(self.standing)

    @property
    def may_be_redone(self) -> bool:
        """Whether the last thing that happened was an undo, which can be taken back."""
        return last_to_redo(self.decisions) is not None

    @property
    def made_by_hand(self) -> dict[str, Any] | None:
        """How a person made it, if one did: ``how`` (split_up, merge or missed), ``of``, ``person``; see `by_hand`."""
        found = self.statement.record.get("made_by_hand")
        return dict(found) if found else None

    @cached_property
    def changes_since_decision(self) -> dict[str, tuple[Any, Any]]:
        """The fields that a newer run proposes otherwise than the person saw them, each before and now."""
        return differences(entry_of(self.seen), entry_of(self.statement)) if self.seen is not None else {}

    @property
    def changed_since_decision(self) -> bool:
        """Whether a newer run proposes something else than what the person decided on."""
        return bool(self.changes_since_decision)

    def as_decided(self) -> dict[str, Any]:
        """Return the statement in the extraction record's form: as the person saw it, with what people set in it.

        This is the one view of a statement that registers, exports, contracts and reports are made of. Without a
        decision it is the proposal. The place is always that of the newest run.
        """
        entry = entry_of(self.seen or self.statement)
        entry |= {"id": self.statement.key, "location": self.statement.record.get("location") or {}}
        return apply_changes(entry, self.changes)


def entry_of(statement: Statement) -> dict[str, Any]:
    """Return the statement in the extraction record's form, with its ``type``."""
    return {**statement.record, "type": statement.type.value}


def describe_place(procurement: Procurement, record: DocumentRecord) -> dict[str, Any]:
    """Return what an exported line says of the procurement, document and current run that it comes from."""
    document, run = record.document, record.run or Run(id="", document_id="", pipeline_version="", record_sha256="")
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
            "changes": record.changes,
            "decided_at": decision.decided_at.isoformat(),
            "proposal_changed_since": record.changed_since_decision,
        },
        **record.as_decided(),
    }
