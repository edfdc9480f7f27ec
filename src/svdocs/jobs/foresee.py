"""What an import or a reprocessing would do, and about how long it would take; nothing is read or written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from svdocs.intake.safety import EML, EXTENSIONS, MSG, ZIP
from svdocs.jobs.batch import Batch
from svdocs.jobs.folder import HandedIn
from svdocs.jobs.reprocess import ALL, Selection, selected
from svdocs.jobs.work import Stages, Workers, stages_of
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord
from svdocs.settings import Settings

_PACKAGE_ENDINGS = frozenset(ending for media_type in (ZIP, EML, MSG) for ending in EXTENSIONS[media_type])


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reprocessing would do.

    Attributes:
        read: the documents that would be read, because no text of the present reader is kept, and extracted.
        extract: those that would only be extracted, from kept text.
        current: how many would be left alone.
        seconds: about how long it would take, by how long the runs so far took; None where there are none.
    """

    read: tuple[DocumentRecord, ...]
    extract: tuple[DocumentRecord, ...]
    current: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an import would do, by names of files.

    Attributes:
        read: would be read and extracted.
        extract: would only be extracted, because text of the same bytes is kept.
        packages: would be opened first; what is in them is not foreseen.
        there: are documents of the procurement already; `plan` tells what would be done with those.
        seconds: about how long it would take, packages apart; None where there have been no runs.
    """

    read: tuple[str, ...]
    extract: tuple[str, ...]
    packages: tuple[str, ...]
    there: tuple[str, ...]
    seconds: float | None


def plan(*, store: Store, settings: Settings, selection: Selection = ALL, workers: int | None = None,
         stages: Stages | None = None) -> Plan:  # fmt: skip
    """Return what a reprocessing of the selection would do.

    What a new reading of a specification may change for the documents judged against it is not foreseen.

    Raises:
        NotFound: there is no such procurement, or no document of one of the ids.
    """
    documents = selected(store, selection)
    with Workers(1) as nobody:
        batch = Batch(store, settings.files_folder, stages or stages_of(settings), settings.data_folder,
                      workers=nobody, keeps=False)  # fmt: skip
        stale = [d for d in documents if not batch.is_current(d)]
        kept = store.readers_by_file()
        has_text = {d.id for d in stale if kept.get(d.document.sha256, frozenset()) & {*batch.editions_for(d)}}
    read = tuple(d for d in stale if d.id not in has_text)
    extract = tuple(d for d in stale if d.id in has_text)
    seconds = _estimate(store, len(read), len(extract), workers or settings.workers)
    return Plan(read, extract, len(documents) - len(stale), seconds)


def foresee(files: Sequence[HandedIn], *, store: Store, settings: Settings, procurement_id: str | None = None,
            stages: Stages | None = None) -> Foreseen:  # fmt: skip
    """Return what an import of the files into the procurement, or a new one, would do."""
    stages = stages or stages_of(settings)
    editions = {*stages.readers.values(), stages.image_reader}
    there_by_hash = {d.document.sha256 for d in store.documents_of(procurement_id)} if procurement_id else set()
    kept = store.readers_by_file()
    found: dict[str, list[str]] = {"read": [], "extract": [], "packages": [], "there": []}
    for file in files:
        sha256 = _digest_of(file.path)
        if file.path.suffix.lower() in _PACKAGE_ENDINGS or Path(file.name).suffix.lower() in _PACKAGE_ENDINGS:
            what = "packages"
        elif sha256 in there_by_hash:
            what = "there"
        else:
            what = "extract" if kept.get(sha256, frozenset()) & editions else "read"
        found[what].append(file.name)
    seconds = _estimate(store, len(found["read"]), len(found["extract"]), settings.workers)
    return Foreseen(**{what: tuple(names) for what, names in found.items()}, seconds=seconds)


def _estimate(store: Store, read: int, extract: int, workers: int) -> float | None:
    """Return the seconds that so many documents take on so many workers, by the mean of the runs so far."""
    reading, extracting = store.mean_seconds()
    if (read and reading is None) or (read + extract and extracting is None):
        return None
    return (read * (reading or 0.0) + (read + extract) * (extracting or 0.0)) / workers


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
