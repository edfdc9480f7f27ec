"""Worker processes that read and extract documents; one document that goes wrong never stops the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from svdocs.pipeline import Extraction, as_record, extract
from svdocs.text.document import Document, Problem
from svdocs.text.read import read_file

_context: tuple[Sequence[Document], Sequence[Document]] = ((), ())


class ExtractionPool:
    """Reads and extracts files in `workers` processes, all against the same specifications and baselines."""

    def __init__(self, specifications: Sequence[Document], baselines: Sequence[Document], workers: int) -> None:
        self._workers = workers
        self._arguments = (tuple(specifications), tuple(baselines))
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ExtractionPool:
        if self._workers == 1:
            _start_worker(*self._arguments)
        else:
            # Forked, so that the context documents are not copied through a pipe to each worker.
            self._pool = ProcessPoolExecutor(self._workers, multiprocessing.get_context("fork"), _start_worker, self._arguments)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(self, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
        """Yield one extraction record a path, in the paths' order."""
        yield from map(record_of, paths) if self._pool is None else self._pool.map(record_of, paths)


def _start_worker(specifications: Sequence[Document], baselines: Sequence[Document]) -> None:
    global _context
    _context = (specifications, baselines)


def record_of(path: Path) -> dict[str, Any]:
    """Return the extraction record of one file; a fault of the program is a problem in the record."""
    document = read_file(path, str(path))
    try:
        return as_record(extract(document, *_context))
    except Exception as error:  # the batch loop: the record says so, and the next document goes on
        problem = Problem("internal", f"The program failed on this document ({type(error).__name__}: {str(error)[:200]}); "
                                      "it was read but nothing was extracted. Please report it.")  # fmt: skip
        return as_record(Extraction(replace(document, problems=(*document.problems, problem))))
