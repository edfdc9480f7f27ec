"""Plays panels at work in any order, with canaries in every mark: `python -m tests.panel.soak --runs 20000`.

Ends with a status other than 0 if the seal was broken once. The figures go to docs/results/panel.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.panel.machine import PanelAtWork
from tests.panel.sealed_service import sealed_service

RESULT = Path(__file__).resolve().parents[2] / "docs" / "results" / "panel.md"
AT_ONCE = 100
"""Runs of one service: its people's sign-ins are over after half an hour."""


def play(runs: int, steps: int) -> None:
    """Play so many runs, each part of them on a service of its own.

    Raises:
        AssertionError: the seal was broken; the message tells by which steps.
    """
    for begun in range(0, runs, AT_ONCE):
        with sealed_service() as service:
            PanelAtWork.service = service
            PanelAtWork.all_addresses = service.addresses()
            part = settings(max_examples=min(AT_ONCE, runs - begun), stateful_step_count=steps, deadline=None,
                            database=None, suppress_health_check=list(HealthCheck))  # fmt: skip
            run_state_machine_as_test(PanelAtWork, settings=part)
        print(f"{min(begun + AT_ONCE, runs)} runs", flush=True)


def main() -> int:
    """Play, write the figures, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=50)
    given = parser.parse_args()
    begun = time.monotonic()
    play(given.runs, given.steps)
    lines = [
        "# The seal of the panel, under any order of steps",
        "",
        f"Made by `python -m tests.panel.soak --runs {given.runs} --steps {given.steps}` in",
        f"{time.monotonic() - begun:.0f} s, by Hypothesis through the application, on SQLite.",
        "",
        "| | |",
        "|---|---:|",
        f"| runs | {given.runs} |",
        f"| most steps of a run | {given.steps} |",
        f"| steps taken | {PanelAtWork.steps} |",
        f"| answers looked through | {PanelAtWork.answers} |",
        "| canaries found where they may not be | 0 |",
        "",
        "Steps: draft, submit, supersede, declare, excuse, replace, release, agree, close, export, crash, failure",
        "while a mark is written, and any page or address as anybody. A run ends at the first canary that somebody",
        "reads who may not; then this file is not written.",
    ]
    RESULT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
