"""Reads files one after another in processes that measure their own memory."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

from svdocs.intake.memory import give_back_memory
from svdocs.intake.sandbox import Limits
from tests.bad_inputs.case import Outcome, read_case

_start_kib = 0


def memory_kib(field: str) -> int:
    """Return what this process holds (VmRSS) or has held at most since last asked (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise LookupError(field)


def forget_peak() -> None:
    """Let the peak of memory count from now."""
    Path("/proc/self/clear_refs").write_text("5")


def settle() -> None:
    """Let go of all that is no longer held, as the product's own workers do after each document."""
    gc.collect()
    give_back_memory()


def warm_up(path: str) -> None:
    """Load what every reading loads, then take the measure."""
    global _start_kib
    read_case(Path(path), "warm-up.docx", Limits())
    settle()
    _start_kib = memory_kib("VmRSS")


def read_measured(path: str, name: str, limits: Limits) -> Outcome:
    """Return what becomes of a file, with the growth of this process since its start."""
    forget_peak()
    outcome = read_case(Path(path), name, limits)
    peak = memory_kib("VmHWM")
    settle()
    after = memory_kib("VmRSS")
    return replace(outcome, grown_mib=(after - _start_kib) / 1024, peak_mib=(peak - _start_kib) / 1024)


def read_many(
    files: Iterable[tuple[Any, Path, str]], workers: int, limits: Limits, sample: Path
) -> Iterator[tuple[Any, Path, Outcome]]:
    """Yield what becomes of each file (its key, its path, the outcome), in the order in which they end."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), warm_up, (str(sample),))
    with pool:
        running: dict[Future[Outcome], tuple[Any, Path]] = {}
        for key, path, name in files:
            running[pool.submit(read_measured, str(path), name, limits)] = (key, path)
            if len(running) > 2 * workers:
                yield from _ended(running)
        while running:
            yield from _ended(running)


def _ended(running: dict[Future[Outcome], tuple[Any, Path]]) -> Iterator[tuple[Any, Path, Outcome]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        key, path = running.pop(future)
        yield key, path, future.result()
