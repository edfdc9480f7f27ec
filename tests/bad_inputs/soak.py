# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Reads every bad input and writes what became of them: `python -m tests.bad_inputs.soak`.

Ends with a status other than 0 if any case ended otherwise than it may. The figures go to docs/results/.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from svdocs.intake.sandbox import Limits, isolation_level
from tests.bad_inputs.case import Case, Outcome, State, faults_of
from tests.bad_inputs.generators import all_cases
from tests.bad_inputs.hostile import state_in_words
from tests.bad_inputs.measuring import read_many
from tests.bad_inputs.office_files import word

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs" / "results" / "reading-bad-inputs.md"
LIMITS = Limits(cpu_seconds=120, wall_seconds=150, silent_seconds=45)
"""Shorter than the product's, so that a run ends; what is stopped here is stopped there too, only later."""


def read_cases(cases: list[Case], workers: int) -> Iterator[tuple[Case, Outcome]]:
    """Yield what becomes of each case; its file is written before and removed after."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sample = folder / "sample"
        sample.write_bytes(word())

        def written() -> Iterator[tuple[Case, Path, str]]:
            for i, case in enumerate(cases):
                path = folder / str(i)
                path.write_bytes(case.make())
                yield case, path, case.file_name

        for case, path, outcome in read_many(written(), workers, LIMITS, sample):
            path.unlink()
            yield case, outcome


def write_results(found: list[tuple[Case, Outcome]], path: Path) -> list[str]:
    """Write the tables and return the faults."""
    faults = [f"{c.kind}: {c.name}: {fault}" for c, o in found for fault in faults_of(c, o, LIMITS)]
    by_kind: dict[str, Counter[State]] = defaultdict(Counter)
    for case, outcome in found:
        by_kind[case.kind][outcome.state] += 1
    codes = Counter(code for _, o in found for code in o.problems)
    slowest = sorted(found, key=lambda f: -f[1].seconds)[:20]
    fattest = max(found, key=lambda f: f[1].peak_mib)
    lines = [
        "# Bad inputs of our own making",
        "",
        "Made by `python -m tests.bad_inputs.soak`: each file is made from code, the same each time, read in a child process",
        f"({isolation_level().value}) with limits of {LIMITS.cpu_seconds} s of computing, {LIMITS.silent_seconds:.0f} s of silence,",
        f"{LIMITS.wall_seconds:.0f} s in all and {LIMITS.memory_bytes // 2**20} MiB, and its state compared with those it may end in.",
        "“Done” is right where damage can be mended or lies where no text is; the allowed states stand with each case.",
        "",
        f"{len(found)} cases; {len(faults)} ended otherwise than they may; the asking processes lived through all.",
        f"Most that an asking process held after a case, over its start: {max(o.grown_mib for _, o in found):.0f} MiB; at most",
        f"meanwhile: {fattest[1].peak_mib:.0f} MiB ({fattest[0].name}). What the allocator keeps for later was given back first.",
        "",
        "| class | cases | " + " | ".join(State) + " |",
        "|---|---:|" + "---:|" * len(State),
        *(
            f"| {kind} | {sum(n.values())} | " + " | ".join(str(n[s] or "") for s in State) + " |"
            for kind, n in by_kind.items()
        ),
        "",
        "Reasons given: " + ", ".join(f"{code} {n}" for code, n in codes.most_common()) + ".",
        "",
        "## The slowest",
        "",
        "| case | class | seconds | state |",
        "|---|---|---:|---|",
        *(f"| {c.name} | {c.kind} | {o.seconds:.1f} | {state_in_words(o)} |" for c, o in slowest),
        "",
        "## Ended otherwise than they may",
        "",
        *([f"- {f}" for f in faults] or ["None."]),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kind", help="only the cases of one class; nothing is written")
    parser.add_argument("--name", help="only the cases whose name holds this; nothing is written")
    arguments = parser.parse_args()
    cases = [c for c in all_cases() if arguments.kind in (None, c.kind) and (arguments.name or "") in c.name]
    found = []
    for case, outcome in read_cases(cases, arguments.workers):
        found.append((case, outcome))
        wrong = faults_of(case, outcome, LIMITS)
        if wrong or outcome.seconds > 10 or arguments.name:
            print(
                f"{outcome.seconds:6.1f} s  {case.kind}: {case.name}: {state_in_words(outcome)} {'; '.join(wrong)}",
                flush=True,
            )
    partly = arguments.kind or arguments.name
    faults = write_results(found, Path("/dev/null") if partly else RESULT)
    print(f"{len(found)} cases, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
