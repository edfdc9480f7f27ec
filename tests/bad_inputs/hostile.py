# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Reads every file of a folder and writes what became of each: `python -m tests.bad_inputs.hostile FOLDER`.

The folder is any collection of odd files; the table goes to docs/results/reading.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from svdocs.intake.sandbox import DEFAULT_LIMITS, isolation_level
from tests.bad_inputs.case import Outcome, State
from tests.bad_inputs.measuring import read_many
from tests.text.word_files import paragraph, word_file

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs" / "results" / "reading.md"
SLOW_SECONDS = 10


def read_folder(folder: Path, workers: int, sample: Path) -> dict[str, Outcome]:
    """Return what became of each file of the folder, by name."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix not in {".csv", ".md"})
    jobs = ((p.name, p, p.name) for p in files)
    found = {}
    for name, _, outcome in read_many(jobs, workers, DEFAULT_LIMITS, sample):
        print(f"{outcome.seconds:7.1f} s  {name}: {state_in_words(outcome)}", flush=True)
        found[name] = outcome
    return dict(sorted(found.items()))


def state_in_words(outcome: Outcome) -> str:
    """Return a state with its reasons."""
    if outcome.state is State.flagged:
        return f"{outcome.state}: {', '.join(outcome.flags)}"
    return f"{outcome.state}: {', '.join(outcome.problems)}" if outcome.problems else str(outcome.state)


def write_table(found: dict[str, Outcome], path: Path) -> None:
    """Write the table of outcomes."""
    states = Counter(o.state for o in found.values())
    slow = [(n, o) for n, o in found.items() if o.seconds > SLOW_SECONDS]
    lines = [
        "# Odd files from public test collections",
        "",
        "What becomes of files that the makers of readers keep because they are damaged, hostile or strange. Made by",
        "`python -m tests.bad_inputs.hostile FOLDER`, one child process a file, two at a time, with the limits of the",
        f"product; isolation on the machine of this run: {isolation_level().value}.",
        "",
        f"{len(found)} files: " + ", ".join(f"{n} {s}" for s, n in sorted(states.items())) + ".",
        f"Most that the asking process held after a file, over its start: {max(o.grown_mib for o in found.values()):.0f}"
        f" MiB; at most meanwhile: {max(o.peak_mib for o in found.values()):.0f} MiB. Over {SLOW_SECONDS} s: "
        + (", ".join(f"{n} ({o.seconds:.0f} s)" for n, o in slow) or "none")
        + ".",
        "",
        "| file | state | seconds | pages | characters |",
        "|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {state_in_words(o)} | {o.seconds:.1f} | {o.pages or ''} | {o.characters or ''} |"
        for name, o in found.items()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sample = Path(scratch) / "warm-up.docx"
        sample.write_bytes(word_file(paragraph("We will recruit five apprentices.")))
        found = read_folder(arguments.folder, arguments.workers, sample)
    write_table(found, RESULT)


if __name__ == "__main__":
    main()
