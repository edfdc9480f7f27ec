"""What reprocessing changed in a procurement, document by document, to be settled by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from svdocs.jobs.diff import RunDiff, diff_runs
from svdocs.records.decisions import Decisions
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import Decision


@dataclass(frozen=True, slots=True)
class Revisited:
    """A statement that was decided on and that the newest run proposes otherwise: each field, before and now."""

    record: StatementRecord
    fields: dict[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class DocumentDifferences:
    """What is another in one document since it was read the time before.

    Attributes:
        document: which.
        diff: between its last two runs; None where it was read once.
        lost: decisions whose statement is no longer found, with the statement as it was decided.
        revisited: decided statements that the newest run proposes otherwise.
        others: the document's statements as they stand, to which a lost decision can be moved.
    """

    document: DocumentRecord
    diff: RunDiff | None
    lost: tuple[tuple[Decision, StatementRecord], ...]
    revisited: tuple[Revisited, ...]
    others: tuple[StatementRecord, ...]

    @property
    def to_settle(self) -> int:
        """How many things a person should look at."""
        return len(self.lost) + len(self.revisited)


def differences_of(store: Store, procurement_id: str) -> list[DocumentDifferences]:
    """Return the documents of a procurement that were read again or have something to settle; those with most first.

    Raises:
        NotFound: there is no such procurement.
    """
    lost = Decisions(store).lost(procurement_id)
    found = []
    statements = store.statements_in(procurement_id)
    for document in store.documents_of(procurement_id):
        runs = store.runs_of(document.id)
        records = statements.get(document.id, [])
        mine = tuple((d, r) for d, r in lost if r.statement.document_id == document.id)
        revisited = tuple(_revisited(r) for r in records if r.stands and r.changed_since_decision)
        if len(runs) > 1 or mine or revisited:
            diff = diff_runs(store, runs[1].id, runs[0].id) if len(runs) > 1 else None
            found.append(DocumentDifferences(document, diff, mine, revisited, _not_decided(records)))
    return sorted(found, key=lambda d: (-d.to_settle, d.document.document.name, d.document.id))


def _revisited(record: StatementRecord) -> Revisited:
    return Revisited(record, record.changes_since_decision)


def _not_decided(records: Sequence[StatementRecord]) -> tuple[StatementRecord, ...]:
    return tuple(r for r in records if r.decision is None)
