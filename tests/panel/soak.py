"""Plays panels at work in any order, with canaries in every mark: `python -m tests.panel.soak --runs 20000`.

The runs are shared out to processes, each with a seed of its own, and each writes down what it has reached after every
part. Ends with a status other than 0 if the seal was broken once. The figures go to docs/results/panel.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.panel.machine import PanelAtWork
from tests.panel.sealed_service import sealed_service

RESULT = Path(__file__).resolve().parents[2] / "docs" / "results" / "panel.md"
AT_ONCE = 50
"""Runs of a part, after which the figures are written down."""


@dataclass
class Figures:
    """What has been played."""

    runs: int = 0
    released: int = 0
    steps: int = 0
    answers: int = 0
    compared: int = 0
    seconds: float = 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Figures)))


def play(shard: int, first_seed: int, runs: int, steps: int, minutes: float, kept: Path) -> None:
    """Play so many runs on one service, or what the minutes allow, and write down after each part what was reached.

    Raises:
        AssertionError: the seal was broken; the message tells by which steps.
    """
    begun = time.monotonic()
    with sealed_service() as service:
        PanelAtWork.play_on(service)
        part = 0
        while PanelAtWork.runs < runs and time.monotonic() - begun < minutes * 60:
            chosen = settings(max_examples=min(AT_ONCE, runs - PanelAtWork.runs), stateful_step_count=steps,
                              deadline=None, database=None, suppress_health_check=list(HealthCheck),
                              phases=[Phase.generate, Phase.shrink])  # fmt: skip
            seed(f"{first_seed} {shard} {part}")(PanelAtWork)
            run_state_machine_as_test(PanelAtWork, settings=chosen)
            part += 1
            reached = Figures(PanelAtWork.runs, PanelAtWork.released_runs, PanelAtWork.steps, PanelAtWork.answers,
                              PanelAtWork.compared, time.monotonic() - begun)  # fmt: skip
            kept.write_text(json.dumps(asdict(reached)))
            print(f"shard {shard}: {reached}", flush=True)


def written(given: argparse.Namespace, reached: Figures, seconds: float) -> str:
    """Return the page of results."""
    short = f"{given.runs} were asked for; the time allowed for {reached.runs}." if reached.runs < given.runs else ""
    lines = [
        "# The seal of the panel, under any order of steps",
        "",
        f"Made by `python -m tests.panel.soak --runs {given.runs} --steps {given.steps} --shards {given.shards}",
        f"--seed {given.seed}` on {datetime.now(UTC):%d %B %Y} in {seconds / 60:.0f} minutes, by Hypothesis",
        f"through the application, on SQLite. {short}".rstrip(),
        "",
        "| | |",
        "|---|---:|",
        f"| runs | {reached.runs:,} |",
        f"| of them come as far as the release | {reached.released:,} |",
        f"| most steps of a run | {given.steps} |",
        f"| steps taken | {reached.steps:,} |",
        f"| answers looked through for canaries | {reached.answers:,} |",
        f"| answers compared to the byte with the one before | {reached.compared:,} |",
        "| canaries found where they may not be | 0 |",
        "| answers that told what others had done | 0 |",
        "",
        "Steps: draft, submit, supersede, declare, excuse, replace, release, agree, close, export, crash, failure",
        "while a mark is written, and any page or address as anybody. An answer is compared with the one before as",
        "long as nothing has happened that its reader may know of. A run ends at the first canary that somebody",
        "reads who may not, and at the first answer that differs; then this page is not written. That the machine",
        "finds leaks is shown by leaks that `tests/panel/test_machine.py` plants.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Play, write the figures, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000, help="of all shards together")
    parser.add_argument("--steps", type=int, default=50, help="of a run, at most")
    parser.add_argument("--shards", type=int, default=2, help="processes that share the runs")
    parser.add_argument("--seed", type=int, default=1, help="of the first; each shard and part has its own from it")
    parser.add_argument("--minutes", type=float, default=24 * 60, help="after which no further part is begun")
    given = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        kept = [Path(folder) / f"{shard}.json" for shard in range(given.shards)]
        each = -(-given.runs // given.shards)
        begin = multiprocessing.get_context("spawn").Process
        shards = [
            begin(target=play, args=(i, given.seed, each, given.steps, given.minutes, path))
            for i, path in enumerate(kept)
        ]
        for shard in shards:
            shard.start()
        for shard in shards:
            shard.join()
        reached = sum((Figures(**json.loads(path.read_text())) for path in kept if path.exists()), Figures())
    if any(shard.exitcode for shard in shards):
        print(f"a shard failed, after {reached}", file=sys.stderr)
        return 1
    RESULT.write_text(written(given, reached, time.monotonic() - begun))
    print(RESULT.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
