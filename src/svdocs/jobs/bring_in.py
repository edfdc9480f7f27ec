"""The one path by which a document comes into the records, whether it is uploaded or imported.

Keep the file, write its row, read it in the sandbox, extract, publish. Whatever goes wrong on the way, the file is
kept and its document says what is missing; doing the same again carries on where it stopped.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from svdocs.errors import NotFound
from svdocs.intake.unpack import receive_file
from svdocs.jobs.batch import UNREAD, Batch
from svdocs.jobs.folder import Folder, HandedIn, look_through
from svdocs.jobs.holding import Holding
from svdocs.jobs.scratch import scratch_folder
from svdocs.jobs.work import PageProgress, Stages, Workers, stages_of
from svdocs.records.keep import keep_file, path_of
from svdocs.records.receiving import IfThere, NewDocument
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import DocumentKind, DocumentState, JobPriority, Procurement, kind_named
from svdocs.settings import Settings

FEW = 20
"""Up to so many documents are asked for one by one, more all at once."""

DocumentProgress = Callable[[str, int, int], None]
"""Called with what has been done to which document, how many steps are done, and how many there are."""


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        documents: all documents that were handed in, in the order in which they were.
        new: ids of those that were extracted now; the others were there already.
        left_out: names of files that are no documents.
    """

    procurement: Procurement
    documents: tuple[DocumentRecord, ...]
    new: frozenset[str]
    left_out: tuple[str, ...] = ()

    @property
    def needing_a_person(self) -> list[DocumentRecord]:
        """The documents that could not be read whole."""
        return [d for d in self.documents if d.document.state is DocumentState.needs_person]


def bring_in(path: Path, *, store: Store, settings: Settings, procurement_id: str,
             kind: DocumentKind | str | None = None, supplier: str | None = None, name: str | None = None,
             document_id: str | None = None,
             on_progress: PageProgress | None = None, stages: Stages | None = None) -> DocumentRecord:  # fmt: skip
    """Return the document of the file at `path`, read, extracted and published.

    If it is a package, what is in it comes in too, each as a document of its own.

    It is judged against the procurement's specifications and the supplier's baselines that are in the records by now.

    Args:
        path: the file; it is copied, never changed.
        store: the records.
        settings: where the originals are kept.
        procurement_id: where it belongs.
        kind: what it is for; None to take it from the text.
        supplier: whose it is; None to take it from the text.
        name: under which it was handed in; default the file's own.
        document_id: of the document that stands for it already, its file kept; default to look for one, or add it.
        on_progress: called with page and number of pages while it is read.
        stages: what it goes through; default this version's.

    Raises:
        NotFound: there is no such procurement.
        UsageError: there is no such kind.
        CannotKeep: the file could not be kept; there is no record of it.
    """
    handed_in = HandedIn(path, name or path.name, kind_named(kind) if kind else None, supplier, document_id)
    _, [record, *_] = _bring_in_all(
        [handed_in], store, settings, procurement_id, workers=1, on_page=on_progress, stages=stages, keeps_packages=True
    )
    return record


def bring_in_files(files: Sequence[HandedIn], *, store: Store, settings: Settings, procurement_id: str,
                   workers: int | None = None, on_document: DocumentProgress | None = None,
                   stages: Stages | None = None, left_out: tuple[str, ...] = (),
                   crew: Workers | None = None) -> Imported:  # fmt: skip
    """Return what came of bringing files into a procurement, spread over worker processes.

    All files are kept before the first is read, and all are read before the first is extracted, so that bids are
    judged against the specifications and baselines that come with them. What is there already, from the same bytes,
    stages and context, is left as it is. Of a package each file in it is brought in, with what is said of the package;
    the package itself only where something in it could not be taken. Where several are brought in one after another,
    a `crew` of workers serves all of them.
    """
    procurement = store.procurement(procurement_id)
    new, records = _bring_in_all(files, store, settings, procurement_id, workers=workers or settings.workers,
                                 on_document=on_document, stages=stages, crew=crew)  # fmt: skip
    return Imported(procurement, tuple(records), new, left_out)


def bring_in_folder(folder: Path, *, store: Store, settings: Settings, title: str | None = None,
                    buyer: str | None = None, workers: int | None = None,
                    on_document: DocumentProgress | None = None, stages: Stages | None = None) -> Imported:  # fmt: skip
    """Return what came of bringing a folder's documents into its procurement; see `folder` for its description.

    Args:
        folder: the documents, at any depth.
        store: the records.
        settings: where the originals are kept, and how many workers there are.
        title: of the procurement; default the description's, else the folder's name. One of this title is carried on.
        buyer: default the description's.
        workers: processes; default the settings'.
        on_document: called as documents are read and extracted.
        stages: what the documents go through; default this version's.

    Raises:
        UsageError: the folder's description cannot be used.
        CannotKeep: a file could not be kept; nothing is lost of what was brought in before.
    """
    seen = look_through(folder)
    procurement = procurement_for(seen, store, title=title, buyer=buyer)
    return bring_in_files(seen.documents, store=store, settings=settings, procurement_id=procurement.id,
                          workers=workers, on_document=on_document, stages=stages, left_out=seen.left_out)  # fmt: skip


def hand_over(files: Sequence[HandedIn], *, store: Store, settings: Settings, procurement_id: str) -> list[str]:
    """Return the ids of the documents of the files, which are kept and wait for the workers; nothing is read here.

    Raises:
        NotFound: there is no such procurement.
        CannotKeep: a file could not be kept; nothing is lost of what was kept before.
    """
    store.procurement(procurement_id)
    kept = [
        i for file in files for i, _ in _keep_all(file, store, settings, procurement_id, False, JobPriority.archive)
    ]
    return list(dict.fromkeys(kept))


def procurement_for(folder: Folder, store: Store, *, title: str | None = None, buyer: str | None = None) -> Procurement:
    """Return the procurement that a folder belongs to: the one of its title, or a new one."""
    title = title or folder.title
    known = store.procurement_titled(title)
    return known or store.add_procurement(title, buyer or folder.buyer, folder.value_gbp, folder.starts, folder.ends)


def _bring_in_all(files: Sequence[HandedIn], store: Store, settings: Settings, procurement_id: str, *, workers: int,
                  on_page: PageProgress | None = None, on_document: DocumentProgress | None = None,
                  stages: Stages | None = None, crew: Workers | None = None,
                  keeps_packages: bool = False) -> tuple[frozenset[str], list[DocumentRecord]]:  # fmt: skip
    """Return the ids of the documents that were extracted, and the documents of all files, packages unpacked."""
    store.procurement(procurement_id)
    priority = JobPriority.upload if keeps_packages else JobPriority.archive
    kept = [k for file in files for k in _keep_all(file, store, settings, procurement_id, keeps_packages, priority)]
    ids = [i for i, _ in kept]
    unsaid = [i for i, file in kept if file.kind is None]
    unique = list(dict.fromkeys(ids))
    steps = _Steps(2 * len(unique), on_document)
    hired = nullcontext(crew) if crew else Workers(min(workers, max(len(unique), 1)))
    extracted: set[str] = set()
    with scratch_folder(settings.data_folder) as folder, hired as hands, Holding(store, settings.data_folder) as held:
        batch = Batch(store, settings.files_folder, stages or stages_of(settings), folder, workers=hands)
        done: set[str] = set()
        # Asked again after each round: what was read may be a specification, and then the others are judged anew.
        while left := [r for r in records_of(store, procurement_id, unique).values()
                       if r.id not in done and not batch.is_current(r)]:  # fmt: skip
            names = {r.id: r.document.name for r in left}
            mine = held.take(left)
            if not mine:
                held.wait()
                continue
            steps.done = 2 * (len(unique) - len(left))
            for document_id in batch.read([r for r in left if r.id in mine], proposes=unsaid, on_progress=on_page):
                steps.take("read", names[document_id])
            for result in batch.extract(records_of(store, procurement_id, [i for i in names if i in mine]).values()):
                batch.publish(result, held.claim_of(result.document.id))
                extracted.add(result.document.id)
                steps.take("extracted", names[result.document.id])
            done |= mine
    found = records_of(store, procurement_id, unique)
    return frozenset(extracted), [found[i] for i in ids]


def records_of(store: Store, procurement_id: str | None, ids: Sequence[str]) -> dict[str, DocumentRecord]:
    """Return these documents by id, in their order, in few questions to the records however many they are.

    Raises:
        NotFound: there is no such document.
    """
    if len(ids) <= FEW:
        return {i: store.document(i) for i in ids}
    found = {d.id: d for d in store.documents_of(procurement_id)}
    return {i: found.get(i) or store.document(i) for i in ids}


def _keep_all(file: HandedIn, store: Store, settings: Settings, procurement_id: str,
              keeps_package: bool, priority: JobPriority) -> list[tuple[str, HandedIn]]:  # fmt: skip
    """Keep the file, or if it is a package what is in it, and return the documents' ids with what was handed in."""
    with tempfile.TemporaryDirectory(prefix="svdocs-package-") as folder:
        received = list(receive_file(file.path, file.name, Path(folder)))
        # Its record tells what could not be taken out of the package.
        whole = not keeps_package and all(r.error is None for r in received)
        itself = [] if whole or any(r.path == file.path and r.error is None for r in received) else [file]
        taken = [
            replace(file, path=r.path, name=r.name, document_id=file.document_id if r.path == file.path else None)
            for r in received
            if r.error is None and r.path is not None
        ]
        return [(_keep(f, store, settings, procurement_id, priority), f) for f in (*itself, *taken)]


def _keep(file: HandedIn, store: Store, settings: Settings, procurement_id: str, priority: JobPriority) -> str:
    """Keep the file, then write its row: a row never stands without its file."""
    if file.document_id is not None:
        return file.document_id
    known = _known(file, store, settings, procurement_id)
    if known is not None:
        return known
    kept = keep_file(file.path, settings.files_folder)
    return store.add_document(
        procurement_id,
        name=file.name,
        kind=file.kind,
        supplier=file.supplier,
        sha256=kept.sha256,
        media_type=UNREAD,
        size=kept.size,
        priority=priority,
    ).id


def _known(file: HandedIn, store: Store, settings: Settings, procurement_id: str) -> str | None:
    """Return the id of the supplier's document of these bytes, if its file is kept whole; else None."""
    try:
        with file.path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = file.path.stat().st_size
        given = NewDocument(procurement_id, file.name, file.kind, file.supplier, sha256, UNREAD, size)
        received = store.received_before(given, if_there=IfThere.same)
        if received is None or path_of(sha256, settings.files_folder).stat().st_size != size:
            return None
    except (OSError, NotFound):
        return None  # keeping it says what is wrong
    return received.document.id


class _Steps:
    def __init__(self, total: int, tell: DocumentProgress | None) -> None:
        self.done = 0
        self._total = total
        self._tell = tell

    def take(self, what: str, name: str) -> None:
        self.done += 1
        if self._tell:
            self._tell(f"{what} {name}", self.done, self._total)
