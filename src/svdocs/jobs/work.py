"""What is done to a document apart from the records, in this process or in worker processes.

Nothing here asks the records anything, so a worker loads no database.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from svdocs.errors import ConfigurationError, ModelMismatch
from svdocs.intake.memory import give_back_memory
from svdocs.settings import Settings
from svdocs.text.document import Document, Problem
from svdocs.text.exchange import pack_document, unpack_document

if TYPE_CHECKING:
    from svdocs.additionality.contract import Contract
    from svdocs.additionality.profiles import Profile

PageProgress = Callable[[int, int], None]
"""Called with the page that has been read and the number of pages."""
SAID = 1.0
"""The confidence of a kind that somebody said; no proposal reaches it."""


class Read(Protocol):
    """Turns a file into its text; a file that cannot be read gives a document with problems."""

    def __call__(self, path: Path, name: str, on_progress: PageProgress | None) -> Document:
        """Return the file's text under the name."""


class Extract(Protocol):
    """Turns a text into an extraction record, `svdocs.extraction/1`."""

    def __call__(
        self,
        document: Document,
        specifications: Sequence[Document],
        baselines: Sequence[Document],
        *,
        contract: Contract | None = None,
    ) -> dict[str, Any]:
        """Return the record of the document, judged against the others and by the days of its contract, if known."""


@dataclass(frozen=True)
class Stages:
    """What a document goes through, and the editions by which a result is known to be current.

    `read` and `extract` are functions of a module, so that worker processes can find them.

    Attributes:
        version: of the pipeline.
        models: the pipeline's models with their hashes.
        readers: the edition of the reader of each media type; a type that is not named has `image_reader`.
        image_reader: the edition of the reader of images.
    """

    read: Read
    extract: Extract
    version: str
    models: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)
    image_reader: str = ""

    def reader_of(self, media_type: str) -> str:
        """Return the edition of the reader that this type of file has."""
        return self.readers.get(media_type, self.image_reader)


def current_stages() -> Stages:
    """Return the stages of this version of svdocs."""
    from svdocs import __version__
    from svdocs.statements.models import model_hashes
    from svdocs.text.read import IMAGE_READER_EDITION, READER_EDITIONS

    return Stages(read_stored, extract_record, __version__, model_hashes(), READER_EDITIONS, IMAGE_READER_EDITION)


def stages_of(settings: Settings) -> Stages:
    """Return this version's stages with the imported frameworks and the buyer's profile that the settings name.

    Raises:
        ConfigurationError: there is no such profile.
    """
    return with_profile(with_frameworks(current_stages(), settings.frameworks_folders), settings.profile)


def with_frameworks(stages: Stages, folders: tuple[Path, ...]) -> Stages:
    """Return the stages with imported frameworks, which count among the models by which a result is current."""
    if not folders:
        return stages
    from svdocs.frameworks.importing import framework_hashes

    return _given(stages, framework_hashes(folders), frameworks=folders)


def with_profile(stages: Stages, profile: str) -> Stages:
    """Return the stages with a buyer's profile, which counts among the models by which a result is current.

    Raises:
        ConfigurationError: there is no such profile.
    """
    if not profile:
        return stages
    from svdocs.additionality.profiles import profile_named
    from svdocs.pipeline import profile_hash

    chosen = profile_named(profile)
    return _given(stages, profile_hash(chosen), profile=chosen)


def _given(stages: Stages, hashes: Mapping[str, str], **arguments: object) -> Stages:
    """Return the stages whose extraction is given more arguments, with their hashes among the models."""
    extract = cast("Callable[..., dict[str, Any]]", stages.extract)
    return replace(stages, extract=partial(extract, **arguments), models={**stages.models, **hashes})


def read_stored(path: Path, name: str, on_progress: PageProgress | None) -> Document:
    """Return the text of a file, read in a process of its own."""
    from svdocs.text.read import read_file

    return read_file(path, name, on_progress=on_progress)


def extract_record(
    document: Document,
    specifications: Sequence[Document],
    baselines: Sequence[Document],
    frameworks: tuple[Path, ...] = (),
    profile: Profile | None = None,
    contract: Contract | None = None,
) -> dict[str, Any]:
    """Return the extraction record of a document of the records.

    What a specification asks for is no promise of a bidder, so the record of a document that somebody says is one has
    no statements. One that only its text proposes keeps them: a bid may quote what it answers.

    Raises:
        ModelMismatch: the installation is broken.
    """
    from svdocs.pipeline import Extraction, as_record

    if document.kind == "specification" and document.kind_confidence == SAID:
        return as_record(Extraction(document))
    return extract_whatever_its_kind(document, specifications, baselines, frameworks, profile, contract)


def extract_whatever_its_kind(
    document: Document,
    specifications: Sequence[Document],
    baselines: Sequence[Document],
    frameworks: tuple[Path, ...] = (),
    profile: Profile | None = None,
    contract: Contract | None = None,
) -> dict[str, Any]:
    """Return the extraction record of a document; a fault of the program is a problem in it, and the next goes on.

    Raises:
        ModelMismatch: the installation is broken.
    """
    from svdocs.pipeline import Extraction, as_record, extract

    try:
        dates = {"contract": contract} if contract else {}
        return as_record(extract(document, specifications, baselines, frameworks, profile=profile, **dates))
    except (ModelMismatch, ConfigurationError):
        raise  # a broken installation, and no document's fault: the batch stops, and all wait
    except Exception as error:  # the batch loop: the record says so, and the next document goes on
        problem = Problem(
            "internal",
            f"The program failed on this document ({type(error).__name__}: {str(error)[:200]}); it was read but "
            "nothing was extracted. Please report it.",
        )
        return as_record(Extraction(replace(document, problems=(*document.problems, problem))))


@dataclass(frozen=True, slots=True)
class TextFile:
    """A document's text, packed in the batch's folder, and what the records say of the document."""

    path: Path
    name: str
    kind: str
    supplier: str | None
    sha256: str
    reader: str
    seconds: float = 0.0
    """How long it took to read; nought for a text that was kept."""
    kind_is_said: bool = False
    """Whether somebody said the kind; else the text proposes it."""


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A file to read, and where its text is to be written."""

    document_id: str
    original: Path
    name: str
    sha256: str
    media_type: str
    out: Path


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """What reading told of a file; `reader` is empty if it could not be read."""

    reader: str
    kind: str
    supplier: str | None
    media_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ExtractTask:
    """A text to extract from, and the texts against which it is judged."""

    document_id: str
    text: TextFile
    specifications: tuple[TextFile, ...]
    baselines: tuple[TextFile, ...]
    starts: date | None = None
    ends: date | None = None


def read_text(read: Read, on_progress: PageProgress | None, task: ReadTask) -> ReadOutcome:
    """Read one file and write its text to the task's place; runs in a worker."""
    start = time.perf_counter()
    document = read(task.original, task.name, on_progress)
    task.out.write_bytes(pack_document(replace(document, sha256=task.sha256)))
    media_type = document.media_type or task.media_type
    outcome = ReadOutcome(document.reader, document.kind, document.supplier, media_type, time.perf_counter() - start)
    del document
    give_back_memory()
    return outcome


def unread(task: ReadTask) -> ReadOutcome:
    """Write a text without words for a file on which the reading process died."""
    problem = Problem("reader_died", "The reading process died; a person should look at the original.")
    document = Document(task.name, task.sha256, task.media_type, problems=(problem,))
    task.out.write_bytes(pack_document(document))
    return ReadOutcome("", document.kind, None, task.media_type, 0.0)


def extract_text(extract: Extract, task: ExtractTask) -> tuple[dict[str, Any], float]:
    """Return the extraction record of one text and how long it took; runs in a worker."""
    start = time.perf_counter()
    context = [_load(t) for t in (*task.specifications, *task.baselines)]
    split = len(task.specifications)
    if task.starts or task.ends:
        from svdocs.additionality.contract import Contract

        extract = partial(extract, contract=Contract(task.starts, task.ends))
    return extract(_load(task.text), context[:split], context[split:]), time.perf_counter() - start


def died(task: ExtractTask) -> tuple[dict[str, Any], float]:
    """Return the record of a document on which the extracting process died."""
    return died_on(_load(task.text)), 0.0


def died_on(document: Document) -> dict[str, Any]:
    """Return the record, without statements, of a document that killed the process."""
    from svdocs.pipeline import Extraction, as_record

    message = "The process that extracts statements died on this document; it was read but nothing was extracted."
    problem = Problem("extractor_died", f"{message} Please report it.")
    return as_record(Extraction(replace(document, problems=(*document.problems, problem))))


def _load(text: TextFile) -> Document:
    try:
        document = _parse(text.path)
    except ValueError:
        problem = Problem("damaged_text", "The text that was kept of this document cannot be used; bring it in again.")
        document = Document(text.name, text.sha256, "application/octet-stream", problems=(problem,))
    confidence = SAID if text.kind_is_said else document.kind_confidence
    return replace(document, name=text.name, kind=text.kind, kind_confidence=confidence, supplier=text.supplier)


@lru_cache(maxsize=4)
def _parse(path: Path) -> Document:
    """Return the text in a file of the batch; a worker meets the same specification again and again."""
    return unpack_document(path.read_bytes())


def forget_texts() -> None:
    """Let go of the texts that are held in memory for the next document."""
    _parse.cache_clear()


def end_with_parent() -> None:
    """Have this worker end as soon as the process that started it has ended, however that came about."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)  # nobody waits for what is under way

    threading.Thread(target=watch, daemon=True).start()


Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class Workers:
    """Worker processes, started at the first need; with one, all is done in this process."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        forget_texts()

    def spread(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome | None]]:
        """Yield each task with its outcome, as they are finished; None for a task on which its process died.

        Tasks are taken as the processes need them, so that neither their number nor what is made for each matters, and
        few are under way when everything is killed. A process that dies takes the tasks under way with it, so those
        are done again, each in a process of its own.
        """
        if self.count == 1:
            yield from ((task, work(task)) for task in tasks)
            return
        todo = iter(tasks)
        under_way: dict[Future[Outcome], Task] = {}
        while True:
            try:
                for task in islice(todo, 2 * self.count - len(under_way)):
                    under_way[self._submit(work, task)] = task
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    outcome = future.result()
                    yield under_way.pop(future), outcome
            except BrokenProcessPool:
                self._stop()
                lost, under_way = list(under_way.items()), {}
                for future, task in lost:
                    finished = future.done() and not future.cancelled() and future.exception() is None
                    yield task, future.result() if finished else self._done_alone(work, task)

    def _submit(self, work: Callable[[Task], Outcome], task: Task) -> Future[Outcome]:
        """Hand a task to the processes; one that breaks them before is broken itself, and done again with the rest."""
        try:
            return self._started().submit(work, task)
        except BrokenProcessPool as error:
            broken: Future[Outcome] = Future()
            broken.set_exception(error)
            return broken

    def _done_alone(self, work: Callable[[Task], Outcome], task: Task) -> Outcome | None:
        try:
            return self._started().submit(work, task).result()
        except BrokenProcessPool:
            self._stop()
            return None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Started afresh, not forked: this process may have threads and an open database.
            self._pool = ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn"), end_with_parent)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
