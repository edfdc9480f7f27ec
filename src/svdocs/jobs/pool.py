"""Worker processes that read and extract documents; one document that goes wrong never stops the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Any

from svdocs.additionality.profiles import Profile
from svdocs.intake.memory import give_back_memory
from svdocs.intake.unpack import Received
from svdocs.jobs.work import died_on, extract_whatever_its_kind
from svdocs.text.document import Document
from svdocs.text.read import read_received

_context: tuple[Sequence[Document], Sequence[Document], tuple[Path, ...], Profile | None] = ((), (), (), None)


class ExtractionPool:
    """Reads and extracts files in `workers` processes, all against the same specifications and baselines.

    `frameworks` are folders of catalogue files beside the shipped ones.
    """

    def __init__(
        self,
        specifications: Sequence[Document],
        baselines: Sequence[Document],
        workers: int,
        frameworks: tuple[Path, ...] = (),
        profile: Profile | None = None,
    ) -> None:
        self._workers = workers
        self._arguments = (tuple(specifications), tuple(baselines), frameworks, profile)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ExtractionPool:
        if self._workers == 1:
            _start_worker(*self._arguments)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def map(self, files: Sequence[Path | Received]) -> Iterator[dict[str, Any]]:
        """Yield one extraction record a file, in the files' order.

        A process that dies takes the documents under way with it, so those are done again, one at a time; the one on
        which a process dies again has a problem in its record.

        Raises:
            ModelMismatch: the installation is broken, so that no document can be extracted.
        """
        if self._workers == 1:
            yield from map(record_of, files)
            return
        left = list(files)
        while left:
            try:
                for record in self._started().map(record_of, list(left)):
                    del left[0]
                    yield record
            except BrokenProcessPool:
                self._stop()
                for file in left[: self._workers]:
                    del left[0]
                    yield self._record_alone(file)

    def _record_alone(self, file: Path | Received) -> dict[str, Any]:
        try:
            return self._started().submit(record_of, file).result()
        except BrokenProcessPool:
            self._stop()
            return died_on(_read(file))

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forked, so that the context documents are not copied through a pipe to each worker.
            self._pool = ProcessPoolExecutor(
                self._workers, multiprocessing.get_context("fork"), _start_worker, self._arguments
            )
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _start_worker(
    specifications: Sequence[Document],
    baselines: Sequence[Document],
    frameworks: tuple[Path, ...],
    profile: Profile | None,
) -> None:
    global _context
    _context = (specifications, baselines, frameworks, profile)


def record_of(file: Path | Received) -> dict[str, Any]:
    """Return the extraction record of one file; a fault of the program is a problem in the record.

    Its kind is only what its text proposes, so a bid that speaks like a specification must not lose its statements.

    Raises:
        ModelMismatch: the installation is broken, so that no document can be extracted.
    """
    record = extract_whatever_its_kind(_read(file), *_context)
    give_back_memory()
    return record


def _read(file: Path | Received) -> Document:
    return read_received(file if isinstance(file, Received) else Received(file, str(file)))
