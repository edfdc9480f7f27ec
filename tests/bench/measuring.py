"""Two ways of doing the same thing, measured in turn: their ratio holds on a machine that does other things too."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Compared:
    """Median seconds of two works and the median of their ratios, round by round."""

    ratio: float
    ours: float
    theirs: float


def cpu_seconds(work: Work) -> float:
    """Return the computing time that `work` takes, with that of the programs it starts and waits for."""
    start = _used()
    work()
    return _used() - start


def wall_seconds(work: Work) -> float:
    """Return how long `work` takes on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(ours: Work, theirs: Work, rounds: int, measure: Callable[[Work], float] = cpu_seconds) -> Compared:
    """Return how two works compare over interleaved rounds."""
    pairs = [(measure(ours), measure(theirs)) for _ in range(rounds)]
    return Compared(median(a / b for a, b in pairs), median(a for a, _ in pairs), median(b for _, b in pairs))


def ask_process(module: str, *arguments: str) -> dict[str, float]:
    """Return the figures that a module of this package prints as JSON when run in a new process."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _used() -> float:
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
