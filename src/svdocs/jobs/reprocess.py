"""Stored documents through the current stages again, and what that changes.

A document whose run is of the current reader, pipeline and models, against the same specifications and baselines, is
left alone; so an interrupted reprocessing carries on where it stopped. A text is read again only where its reader has
changed. People's decisions stay with their statements; those that lose theirs are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from svdocs.jobs.batch import Batch, Extracted
from svdocs.jobs.bring_in import DocumentProgress, records_of
from svdocs.jobs.holding import Holding
from svdocs.jobs.scratch import scratch_folder
from svdocs.jobs.work import Stages, Workers, stages_of
from svdocs.records.jobs import Jobs
from svdocs.records.matching import differences, match_statements
from svdocs.records.proposals import entries_of
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord, entry_of
from svdocs.records.tables import Decision, DocumentKind, DocumentState
from svdocs.settings import Settings


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents to take through the stages again; what is empty or None does not narrow it.

    Attributes:
        procurement_id: only this procurement's.
        supplier: only of the supplier of this name.
        kinds: only of these kinds.
        states: only in these states.
        reader_version: only those whose run was read by this edition of a reader, such as ``pdf/12``.
        pipeline_version: only those whose run is of this version of the pipeline.
        since: only those handed in on this day (UTC) or later.
        documents: only those with these ids.
    """

    procurement_id: str | None = None
    supplier: str | None = None
    kinds: frozenset[DocumentKind] = frozenset()
    states: frozenset[DocumentState] = frozenset()
    reader_version: str | None = None
    pipeline_version: str | None = None
    since: date | None = None
    documents: frozenset[str] = frozenset()

    def __contains__(self, record: DocumentRecord) -> bool:
        document, run = record.document, record.run
        return (
            self.procurement_id in (None, document.procurement_id)
            and (self.supplier is None or _folded(self.supplier) == _folded(record.supplier or ""))
            and (not self.kinds or document.kind in self.kinds)
            and (not self.states or document.state in self.states)
            and (self.reader_version is None or (run is not None and run.reader_version == self.reader_version))
            and (self.pipeline_version is None or (run is not None and run.pipeline_version == self.pipeline_version))
            and (self.since is None or document.added_at.date() >= self.since)
            and (not self.documents or record.id in self.documents)
        )


ALL = Selection()
"""Every document of the records."""


def selected(store: Store, selection: Selection) -> list[DocumentRecord]:
    """Return the documents of a selection: specifications first, bids after.

    Raises:
        NotFound: there is no such procurement, or no document of one of the ids.
    """
    for document_id in selection.documents:
        store.document(document_id)
    return [d for d in store.documents_of(selection.procurement_id) if d in selection]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Changed:
    """A statement that is found again and says something else: each field with its older and newer value."""

    text: str
    page: int | None
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A decision whose statement is no longer found; a person should look."""

    document: str
    text: str
    page: int | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """What reprocessing changes in one document: statements matched by quote and place.

    Attributes:
        document: its name.
        kept: statements that say the same as before, in the extraction record's form.
        changed: statements that say something else.
        gone: statements that are no longer found, in the extraction record's form.
        new: statements that were not found before, likewise.
        unmatched: decisions on statements that are gone.
        problems: what keeps the document from being read whole now.
    """

    document_id: str
    document: str
    kept: tuple[dict[str, Any], ...]
    changed: tuple[Changed, ...]
    gone: tuple[dict[str, Any], ...]
    new: tuple[dict[str, Any], ...]
    unmatched: tuple[Unmatched, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """What a reprocessing did, or in a dry run would do.

    Attributes:
        left_alone: how many documents were current already.
        documents: the others.
    """

    left_alone: int
    documents: tuple[DocumentChanges, ...]

    @property
    def unmatched(self) -> list[Unmatched]:
        """The decisions that a person should look at."""
        return [u for d in self.documents for u in d.unmatched]


def reprocess(*, store: Store, settings: Settings, selection: Selection = ALL, workers: int | None = None,
              dry_run: bool = False, on_document: DocumentProgress | None = None,
              stages: Stages | None = None) -> Reprocessed:  # fmt: skip
    """Return what changed by taking the stored documents through the stages again.

    Args:
        store: the records.
        settings: where the originals are kept, and how many workers there are.
        selection: which documents; default all.
        workers: processes; default the settings'.
        dry_run: only say what would change; nothing is written, and all is computed. `foresee.plan` computes nothing.
        on_document: called as documents are finished.
        stages: what the documents go through; default this version's.

    Raises:
        NotFound: there is no such procurement, or no document of one of the ids.
    """
    everything = selected(store, selection)
    ids = [d.id for d in everything]
    stages = stages or stages_of(settings)
    changes: list[DocumentChanges] = []
    crew = Workers(min(workers or settings.workers, max(len(everything), 1)))
    held = None if dry_run else Holding(store, settings.data_folder)
    with scratch_folder(settings.data_folder) as folder, crew, held or nullcontext():
        batch = Batch(store, settings.files_folder, stages, folder, workers=crew, keeps=not dry_run)
        done: set[str] = set()
        steps = _Steps(on_document)
        # Asked again after each round: a specification that now reads otherwise makes its bids stale.
        while stale := [d for d in _now(store, selection, ids) if d.id not in done and not batch.is_current(d)]:
            mine = held.take(stale) if held else {d.id for d in stale}
            if held and not mine:
                held.wait()  # others work on all that is left
                continue
            stale = [d for d in stale if d.id in mine]
            names = {d.id: d.document.name for d in stale}
            steps.expect(len(stale))
            for document_id in batch.read(stale, proposes=[d.id for d in stale if _is_unnamed(d)]):
                steps.take("read", names[document_id])
            for result in batch.extract(_now(store, selection, list(names))):
                done.add(result.document.id)
                changes.append(compare(result, _proposed(store, result.document)))
                if held:
                    batch.publish(result, held.claim_of(result.document.id))
                steps.take("extracted", names[result.document.id])
    changes.sort(key=lambda c: (c.document, c.document_id))
    return Reprocessed(len(everything) - len(changes), tuple(changes))


def hand_over(store: Store, documents: Sequence[DocumentRecord]) -> int:
    """Return how many of the documents now wait to be reprocessed by the workers, after all uploads."""
    jobs = Jobs(store)
    for document in documents:
        jobs.add(document.id)
    return len(documents)


class _Steps:
    """Tells of each document twice, once it is read and once it is extracted."""

    def __init__(self, tell: DocumentProgress | None) -> None:
        self._done = 0
        self._total = 0
        self._tell = tell

    def expect(self, documents: int) -> None:
        self._total += 2 * documents

    def take(self, what: str, name: str) -> None:
        self._done += 1
        if self._tell:
            self._tell(f"{what} {name}", self._done, self._total)


def _now(store: Store, selection: Selection, ids: Sequence[str]) -> list[DocumentRecord]:
    return list(records_of(store, selection.procurement_id, ids).values())


def _is_unnamed(record: DocumentRecord) -> bool:
    """Say whether the document was handed in, never read, and nobody has said what it is for."""
    return record.document.state is DocumentState.waiting and not record.document.kind_is_said


def _proposed(store: Store, document: DocumentRecord) -> list[StatementRecord]:
    """Return what the machine proposes of a document so far, without what people made."""
    return store.statements_of_run(document.run.id) if document.run else []


def compare(result: Extracted, older: Sequence[StatementRecord]) -> DocumentChanges:
    """Return what a new record changes in a document, whose statements so far are `older`."""
    # Where the program failed on it, the document keeps the run that it has.
    stays = result.failed and result.document.run is not None
    after = [entry_of(s.statement) for s in older] if stays else entries_of(result.record)
    problems = tuple(p["message"] for p in result.record["document"].get("problems") or [])
    return compare_statements(result.document, older, after, problems)


def compare_statements(document: DocumentRecord, older: Sequence[StatementRecord], after: Sequence[dict[str, Any]],
                       problems: tuple[str, ...] = ()) -> DocumentChanges:  # fmt: skip
    """Return what changes in a document between statements of the records and newer ones in the record's form."""
    before = [entry_of(s.statement) for s in older]
    pairs = match_statements(before, after)
    fields = {i: differences(before[j], after[i]) for i, j in pairs.items()}
    gone = [j for j in range(len(before)) if j not in set(pairs.values())]
    name = document.document.name
    return DocumentChanges(
        document_id=document.id,
        document=name,
        kept=tuple(after[i] for i, f in fields.items() if not f),
        changed=tuple(Changed(after[i]["text"], _page_of(after[i]), f) for i, f in fields.items() if f),
        gone=tuple(before[j] for j in gone),
        new=tuple(after[i] for i in range(len(after)) if i not in pairs),
        unmatched=tuple(
            Unmatched(name, before[j]["text"], _page_of(before[j]), decision)
            for j in gone
            if (decision := older[j].decision)
        ),
        problems=problems,
    )


def _page_of(entry: dict[str, Any]) -> int | None:
    page = (entry.get("location") or {}).get("page")
    return page if isinstance(page, int) else None
