"""Stored documents through the stages: each is read once, then extracted against what its procurement holds.

Reading and extracting may be spread over worker processes, which see files and values only; every question to the
records is asked here, in the process that started the batch.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from svdocs.errors import LeaseLost, NotFound
from svdocs.jobs.work import (
    ExtractTask,
    PageProgress,
    ReadOutcome,
    ReadTask,
    Stages,
    TextFile,
    Workers,
    died,
    extract_text,
    read_text,
    unread,
)
from svdocs.records.keep import path_of
from svdocs.records.leases import Claim
from svdocs.records.library import NAME, as_document
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import DocumentKind, DocumentState
from svdocs.text.document import Document
from svdocs.text.exchange import pack_document, unpack_document

UNREAD = "application/octet-stream"
"""The media type of a document that nobody has looked into yet."""
OUR_FAULTS = frozenset({"internal", "extractor_died", "no_converter"})
"""Problems that lie with the program or its machine and not with the document, so that trying again is worth it."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document's extraction record, with how long reading and extracting took, and against what it was judged."""

    document: DocumentRecord
    record: dict[str, Any]
    seconds: float
    context: str
    reading_seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the program failed, so that the record tells nothing of the document."""
        return any(p["code"] in OUR_FAULTS for p in self.record["document"].get("problems") or [])


class Batch:
    """Takes stored documents through the stages.

    Args:
        store: the records.
        files_folder: of the kept originals.
        stages: what the documents go through.
        folder: for the texts while the batch runs.
        workers: to spread the work over.
        keeps: whether texts and what they tell of a document are written to the records; not in a dry run.
    """

    def __init__(self, store: Store, files_folder: Path, stages: Stages, folder: Path, *, workers: Workers,
                 keeps: bool = True) -> None:  # fmt: skip
        self._store = store
        self._files = files_folder
        self._stages = stages
        self._folder = folder
        self._workers = workers
        self._keeps = keeps
        self._texts: dict[str, TextFile] = {}
        self._shared: set[str] = set()
        self._context_documents: dict[str, list[DocumentRecord]] = {}
        self._libraries: dict[str, tuple[TextFile, ...]] = {}

    def read(self, documents: Iterable[DocumentRecord], *, proposes: Iterable[str] = (),
             on_progress: PageProgress | None = None) -> Iterator[str]:  # fmt: skip
        """Yield the id of each document once its text is at hand: the kept text, or a new reading.

        Args:
            documents: to be read.
            proposes: ids of those whose kind is taken from the text, because nobody has said it.
            on_progress: called page by page where there is only one worker.
        """
        tasks, wanted = [], set(proposes)
        for record in documents:
            if self._take_kept(record, record.id in wanted):
                yield record.id
            else:
                tasks.append(self._read_task(record))
        work = partial(read_text, self._stages.read, on_progress if self._workers.count == 1 else None)
        for task, outcome in self._workers.spread(work, tasks):
            self._take_reading(task, outcome or unread(task), task.document_id in wanted)
            yield task.document_id

    def extract(self, documents: Iterable[DocumentRecord]) -> Iterator[Extracted]:
        """Yield the extraction record of each document that has been read, as they are finished."""
        by_id = {d.id: d for d in documents}
        tasks = (self._extract_task(d) for d in by_id.values())
        for task, outcome in self._workers.spread(partial(extract_text, self._stages.extract), tasks):
            record, seconds = outcome or died(task)
            context = context_of(task.specifications, task.baselines)
            reading = task.text.seconds
            yield Extracted(by_id[task.document_id], record, reading + seconds, context, reading)
            self._let_go(task.document_id)

    def publish(self, result: Extracted, claim: Claim | None = None) -> bool:
        """Publish the result, and say whether that was done.

        It is not where the claim no longer holds: somebody called the job off, or another has done it. Nor where the
        program failed on a document that it had extracted before: the older run stays, and nothing that was found, and
        no decision on it, is lost to a fault of ours.
        """
        if result.failed and result.document.run is not None:
            for problem in result.record["document"]["problems"]:
                self._store.note_problem(result.document.id, problem["code"], problem["message"])
            return False
        try:
            self._store.publish_run(result.document.id, result.record, result.seconds, context=result.context,
                                    reading_seconds=result.reading_seconds, claim=claim)  # fmt: skip
        except LeaseLost:
            return False
        return True

    def is_current(self, record: DocumentRecord) -> bool:
        """Say whether the document's run is what the stages would make of it now, judged by their editions.

        A document that could not be read is current as long as the editions are the same.
        """
        run = record.run
        if run is None or run.pipeline_version != self._stages.version:
            return False
        if any(problem["code"] in OUR_FAULTS for problem in record.problems):
            return False
        if run.models and dict(run.models) != dict(self._stages.models):
            return False
        reads_as_now = run.reader_version in ("", self._stages.reader_of(record.document.media_type))
        return reads_as_now and run.context == self._context_now(record)

    def neighbours_of(self, record: DocumentRecord) -> tuple[list[DocumentRecord], list[DocumentRecord]]:
        """Return the specifications and baselines against which the document is judged.

        These are the procurement's specifications, and the baselines of the document's own supplier.
        """
        if record.document.kind is DocumentKind.specification:
            return [], []
        others = [d for d in self._listed_with(record) if d.id != record.id]
        specifications = [d for d in others if d.document.kind is DocumentKind.specification]
        baselines = [
            d
            for d in others
            if d.document.kind is DocumentKind.baseline
            and d.document.supplier_id is not None
            and d.document.supplier_id == record.document.supplier_id
            and record.document.kind is not DocumentKind.baseline
        ]
        return specifications, baselines

    def _listed_with(self, record: DocumentRecord) -> list[DocumentRecord]:
        """Return the documents of the record's procurement that others are judged against."""
        procurement_id = record.document.procurement_id
        if procurement_id not in self._context_documents:
            judged_against = (DocumentKind.specification, DocumentKind.baseline)
            self._context_documents[procurement_id] = [
                d for d in self._store.documents_of(procurement_id) if d.document.kind in judged_against
            ]
        return self._context_documents[procurement_id]

    def _context_now(self, record: DocumentRecord) -> str:
        specifications, baselines = self.neighbours_of(record)
        library = self._library_for(record)
        return _digest([("s", d.document.sha256, self._edition_of(d)) for d in specifications]
                       + [("b", d.document.sha256, self._edition_of(d)) for d in baselines]
                       + [("b", t.sha256, t.reader) for t in library])  # fmt: skip

    def _edition_of(self, record: DocumentRecord) -> str:
        """Return the reader edition under which the document is, or would be, read; empty if it could not be."""
        if record.id in self._texts:
            return self._texts[record.id].reader
        edition = self._stages.reader_of(record.document.media_type)
        return edition if record.run is None or record.run.reader_version else ""

    def _take_kept(self, record: DocumentRecord, proposes: bool) -> bool:
        kept = self._store.readers_of(record.id)
        edition = next((e for e in self.editions_for(record) if e in kept), None)
        if edition is None:
            return False
        path = self._folder / f"{record.id}.text"
        if record.document.state is DocumentState.waiting:
            try:
                text = unpack_document(self._store.packed_text_of(record.id, edition) or b"")
            except ValueError:
                return False
            record = self._describe(record, text.kind, text.supplier, text.media_type, proposes)
        self._remember(record, path, edition, 0.0)
        return True

    def editions_for(self, record: DocumentRecord) -> tuple[str, ...]:
        """Return the reader editions of which one would read the document now: of its type, or of any if not known."""
        if record.document.media_type == UNREAD:
            return (*self._stages.readers.values(), self._stages.image_reader)
        return (self._stages.reader_of(record.document.media_type),)

    def _read_task(self, record: DocumentRecord) -> ReadTask:
        document = record.document
        try:
            original = path_of(document.sha256, self._files)
        except NotFound:
            original = self._files / document.sha256  # the reader says that it cannot be opened
        out = self._folder / f"{document.id}.text"
        return ReadTask(document.id, original, document.name, document.sha256, document.media_type, out)

    def _take_reading(self, task: ReadTask, outcome: ReadOutcome, proposes: bool) -> None:
        record = self._store.document(task.document_id)
        record = self._describe(record, outcome.kind, outcome.supplier, outcome.media_type, proposes)
        if self._keeps and outcome.reader:
            # Kept last: a text that is kept has been described.
            self._store.keep_text(task.document_id, outcome.reader, task.out.read_bytes(), packed=True)
        self._remember(record, task.out, outcome.reader, outcome.seconds)
        self._let_go(task.document_id)

    def _describe(self, record: DocumentRecord, kind: str, supplier: str | None, media_type: str,
                  proposes: bool) -> DocumentRecord:  # fmt: skip
        """Take from the text what nobody has said of a new document; what people said, or saw already, stands."""
        if not self._keeps:
            return record
        self._context_documents.clear()
        if record.document.state is not DocumentState.waiting:
            self._store.describe_document(record.id, media_type=media_type)
        else:
            kind = kind if proposes and not record.document.kind_is_said else record.document.kind.value
            wants_supplier = record.supplier is None and kind != DocumentKind.specification
            self._store.describe_document(
                record.id, kind=kind, supplier=supplier if wants_supplier else None, media_type=media_type
            )
        return self._store.document(record.id)

    def _remember(self, record: DocumentRecord, path: Path, reader: str, seconds: float) -> None:
        document = record.document
        self._texts[document.id] = TextFile(
            path,
            document.name,
            document.kind.value,
            record.supplier,
            document.sha256,
            reader,
            seconds,
            kind_is_said=document.kind_is_said,
        )

    def _extract_task(self, record: DocumentRecord) -> ExtractTask:
        specifications, baselines = self.neighbours_of(record)
        procurement = self._store.procurement(record.document.procurement_id)
        self._shared.update(d.id for d in (*specifications, *baselines))
        self._lay_out(record)
        return ExtractTask(
            record.id,
            self._texts[record.id],
            tuple(self._lay_out(d) for d in specifications),
            (*(self._lay_out(d) for d in baselines), *self._library_for(record)),
            procurement.starts,
            procurement.ends,
        )

    def _lay_out(self, record: DocumentRecord) -> TextFile:
        """Return the document's text, which now lies in the batch's folder: as it was kept, or read now."""
        if record.id not in self._texts:
            list(self.read([record]))
        text = self._texts[record.id]
        if not text.path.exists():
            kept = self._store.packed_text_of(record.id, text.reader)
            if kept is not None:
                text.path.write_bytes(kept)
            if kept is None or not _is_whole(kept):
                task = self._read_task(record)
                outcome = read_text(self._stages.read, None, task)
                self._remember(self._store.document(record.id), task.out, outcome.reader, outcome.seconds)
        return self._texts[record.id]

    def _let_go(self, document_id: str) -> None:
        """Take a text that is kept out of the batch's folder, where it would take room until the batch ends."""
        text = self._texts[document_id]
        if self._keeps and text.reader and document_id not in self._shared:
            text.path.unlink(missing_ok=True)

    def _library_for(self, record: DocumentRecord) -> tuple[TextFile, ...]:
        """Return the library's standing entries on the document's supplier as one more baseline, if there are any."""
        supplier = record.document.supplier_id
        if supplier is None or record.document.kind in (DocumentKind.specification, DocumentKind.baseline):
            return ()
        if supplier not in self._libraries:
            entries = self._store.baselines_of(supplier)
            self._libraries[supplier] = self._keep_library(as_document(entries, record.supplier)) if entries else ()
        return self._libraries[supplier]

    def _keep_library(self, document: Document) -> tuple[TextFile, ...]:
        path = self._folder / f"library-{document.sha256}.text"
        path.write_bytes(pack_document(document))
        return (TextFile(path, document.name, document.kind, document.supplier, document.sha256, NAME, 0.0),)


def _is_whole(packed: bytes) -> bool:
    """Say whether a kept text can be unpacked; a few milliseconds, where parsing it takes ten times that."""
    try:
        zlib.decompress(packed)
    except zlib.error:
        return False
    return True


def context_of(specifications: Sequence[TextFile], baselines: Sequence[TextFile]) -> str:
    """Return one hash over the texts against which a document is judged; empty for none."""
    return _digest([("s", t.sha256, t.reader) for t in specifications] + [("b", t.sha256, t.reader) for t in baselines])


def _digest(parts: list[tuple[str, str, str]]) -> str:
    return sha256(repr(sorted(parts)).encode()).hexdigest() if parts else ""
