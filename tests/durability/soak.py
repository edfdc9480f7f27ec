# ruff: noqa: E501 -- sentences read better unbroken
"""Kills, full disks and power cuts at length: `python -m tests.durability.soak`. Writes docs/results/durability.md.

`--only kills` and so on runs a part, whose rows take the place of the same ones in the results; the others stay.
Ends with a status other than 0 if any promise was broken, or a negative control was not.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.durability.client import empty_database
from tests.durability.full_disk import fill_disk, refuse_growth, small_disk
from tests.durability.kills import kill_at, kill_at_random
from tests.durability.power_cut import cut, record
from tests.durability.server import POINTS

RESULT = Path(__file__).resolve().parents[2] / "docs" / "results" / "durability.md"


@dataclass(frozen=True)
class Row:
    """A line of the table: what was done, how often, what was seen, what was wrong, and whether it should be."""

    what: str
    times: int
    seen: str
    faults: list[str]
    is_control: bool = False

    @property
    def is_as_it_should_be(self) -> bool:
        """Whether no promise was broken, or, in a control, some was."""
        return bool(self.faults) == self.is_control


def kills(scratch: Path, each: int, points: list[str]) -> Iterator[Row]:
    """Yield what kills at each step showed."""
    empty_database()  # once, before there are threads: the library that migrates knows of none
    with ThreadPoolExecutor(3) as crew:
        for point in points:
            folders = [scratch / f"{point.split(' ')[0]}-{len(point)}-{n}" for n in range(each)]
            found = crew.map(kill_at, [point] * each, folders, range(each))
            yield Row(f"kill -9 at {point}", each, "", [f for faults in found for f in faults])


def random_kills(scratch: Path, at_random: int) -> Iterator[Row]:
    """Yield what kills at random moments showed."""
    faults, acknowledged = kill_at_random(at_random, scratch / "random", seed=2)
    yield Row("kill -9 at a random moment, 8 senders", at_random, f"{acknowledged} uploads acknowledged", faults)


def full_disks(scratch: Path, each: int) -> Iterator[Row]:
    """Yield what full disks showed."""

    def disk(small: str) -> Callable[[Path, int], tuple[list[str], int]]:
        def fill(data: Path, seed: int) -> tuple[list[str], int]:
            with small_disk(data / small):
                return fill_disk(data, data / small, seed)

        return fill

    cases: dict[str, Callable[[Path, int], tuple[list[str], int]]] = {
        "full disk under spool and store": disk("files"),
        "full disk under files and database": disk("."),
        "spool file that may not grow": lambda data, seed: refuse_growth(data, 400_000, 500_000, seed),
        "write-ahead log that may not grow": lambda data, seed: refuse_growth(data, 800_000, 1_000, seed),
    }
    for i, (what, fill) in enumerate(cases.items()):
        try:
            results = [fill(scratch / f"full-{i}-{n}", n) for n in range(each)]
        except PermissionError as reason:
            yield Row(what, 0, str(reason), [])
            continue
        refused = sum(r for _, r in results)
        yield Row(what, each, f"{refused} uploads refused with 507", [f for faults, _ in results for f in faults])


def power_cuts(scratch: Path, cuts: int) -> Iterator[Row]:
    """Yield what power cuts showed, the product's way and with a step left out."""
    for how, times in (("as it is", cuts), *((h, cuts // 5) for h in LEFT_OUT)):
        recording = record(scratch / how.replace(" ", "-"), 40, how)
        faults = cut(recording, times, 3, scratch)
        at = {f.split(":")[0] for f in faults}
        seen = f"{len(recording.calls)} calls recorded; cuts that lost or broke something: {len(at)}"
        yield Row(f"power cut, {how}", times, seen, faults, is_control=how != "as it is")


LEFT_OUT = ("synchronous=OFF", "files not synced", "folders not synced")


def kept_rows(path: Path) -> dict[str, str]:
    """Return the lines of the results that stand already, by what was done."""
    lines = path.read_text().partition("## Workers")[0].splitlines() if path.exists() else []
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| fault ")]
    return {line.split(" | ")[0].removeprefix("| "): line for line in rows}


def write_results(rows: list[Row], path: Path) -> None:
    """Write the table: new rows in the place of old ones. What is told of the workers stays as it is."""
    written = kept_rows(path)
    workers = "".join(path.read_text().partition("## Workers")[1:]) if path.exists() else ""
    load = f"{os.getloadavg()[1]:.0f}"
    for row in rows:
        control = " (control: must be more than 0)" if row.is_control else ""
        verdict = "yes" if row.is_as_it_should_be else "**no**"
        broken = f"{len(row.faults)}{control}"
        written[row.what] = f"| {row.what} | {row.times} | {row.seen} | {broken} | {verdict} | {load} |"
    lines = [
        "# Durability",
        "",
        "Made by `python -m tests.durability.soak` (part of `make soak`); short forms run with the tests. The sender keeps a",
        "ledger of what was acknowledged. After each fault the records are opened again and checked against it: every",
        "acknowledged upload is there and hashes the same, one job and one audit entry a document, the audit trail verifies",
        "up to its anchor, `integrity_check` is ok; the repeated upload gets the same document if it had been committed.",
        "",
        f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, two shared cores;",
        "*load* is the machine's while it ran, where it was noted.",
        "",
        "| fault | times | seen | promises broken | as it should be | load |",
        "|---|---:|---|---:|---|---:|",
        *(line if line.count(" | ") == 5 else line.removesuffix("|") + "| |" for line in written.values()),
        "",
        "A power cut keeps, drops or tears at 512 bytes whatever was not synced, by chance, and names until their folder is",
        "synced: `tests/durability/power_cut.py`. The controls leave one sync out, to show that the proof can fail.",
        "",
    ]
    path.write_text("\n".join(lines) + (f"\n{workers}" if workers else ""))


def main() -> int:
    """Run all or a part, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="kills at each step")
    parser.add_argument("--points", nargs="*", default=list(POINTS), choices=list(POINTS), help="steps to kill at")
    parser.add_argument("--random", type=int, default=200, help="kills at random moments")
    parser.add_argument("--full", type=int, default=10, help="full disks of each kind")
    parser.add_argument("--cuts", type=int, default=200, help="power cuts")
    parser.add_argument("--only", nargs="*", choices=("cuts", "full", "kills", "random"), help="parts to run")
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    rows = list[Row]()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        parts = {
            "cuts": power_cuts(scratch, asked.cuts),
            "full": full_disks(scratch, asked.full),
            "kills": kills(scratch, asked.each, asked.points),
            "random": random_kills(scratch, asked.random),
        }
        for row in (row for name, part in parts.items() if not asked.only or name in asked.only for row in part):
            rows.append(row)
            print(row.what, row.times, row.seen, *row.faults[:3], sep="; ", flush=True)
            write_results(rows, asked.out)
    return 0 if all(r.is_as_it_should_be for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
