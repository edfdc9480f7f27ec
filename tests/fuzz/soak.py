"""Runs every fuzz target for some minutes: `python -m tests.fuzz.soak [--minutes N]`.

What a target finds is left in var/fuzz/, and the target goes on for the time that is left; any finding makes the
status other than 0. Mend it and add it to `tests/fuzz/cases`. The figures go to docs/results/fuzz.md. Where
atheris is not installed, nothing is done.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.targets import TARGETS, seeds

ROOT = Path(__file__).resolve().parents[2]
FINDINGS = ROOT / "var" / "fuzz"
RESULTS = ROOT / "docs" / "results" / "fuzz.md"
MAX_FINDINGS = 20
"""A target that fails this often is broken; it is not run to the end of its time."""


@dataclass
class Told:
    """What the runs of a target told."""

    seconds: float = 0.0
    executions: int = 0
    edges: int = 0
    features: int = 0
    findings: list[str] = field(default_factory=list)


def run_target(name: str, seconds: int) -> Told:
    """Run one target for so long, again after each finding."""
    FINDINGS.mkdir(parents=True, exist_ok=True)
    told = Told()
    with tempfile.TemporaryDirectory() as corpus:
        for i, data in enumerate(seeds(name)):
            Path(corpus, f"seed-{i}").write_bytes(data)
        while (left := round(seconds - told.seconds)) > 0 and len(told.findings) < MAX_FINDINGS:
            run_once(name, left, corpus, told)
    print(f"{name}: {told.executions:,} executions, {told.edges} edges, {len(told.findings)} findings", flush=True)
    return told


def run_once(name: str, seconds: int, corpus: str, told: Told) -> None:
    """Run one target until its time is over or something is found, and add what it told."""
    command = [
        sys.executable, "-m", "tests.fuzz.targets", name, f"-max_total_time={seconds}", "-rss_limit_mb=2048",
        "-timeout=120", "-max_len=20000", f"-artifact_prefix={FINDINGS}/{name}-", "-print_final_stats=1", corpus,
    ]  # fmt: skip
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    told.seconds += time.monotonic() - start
    counted = [int(n) for n in re.findall(r"^#(\d+)\t", done.stderr, re.MULTILINE)]
    final = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    told.executions += int(final.group(1)) if final else max(counted, default=0)
    covered = re.findall(r"cov: (\d+) ft: (\d+)", done.stderr)
    told.edges = max([told.edges, *(int(edges) for edges, _ in covered)])
    told.features = max([told.features, *(int(features) for _, features in covered)])
    if done.returncode:
        end = "\n".join(done.stderr.splitlines()[-25:])
        place = re.findall(r"Test unit written to (\S+)", done.stderr)
        told.findings.append(place[-1] if place else f"status {done.returncode}")
        print(f"{name}: status {done.returncode}\n{end}", flush=True)


def rows_of(told: dict[str, Told], before: str) -> dict[str, str]:
    """Return a row of the table by target: as told now, or else as it stands on the page as it was before."""
    rows = {name: row for name in TARGETS for row in re.findall(rf"^\| {name} \|.*$", before, re.MULTILINE)}
    for name, t in told.items():
        counted = f"{t.executions:,} | {t.edges:,} | {t.features:,} | {len(t.findings)}"
        rows[name] = f"| {name} | {t.seconds / 60:.0f} | {counted} |"
    return {name: rows[name] for name in TARGETS if name in rows}


def page_of(told: dict[str, Told], before: str) -> str:
    """Return the page of results."""
    rows = "\n".join(rows_of(told, before).values())
    return f"""# Fuzzing the readers

Made by `python -m tests.fuzz.soak`, with libFuzzer by way of atheris: bytes are changed at random, and what reaches a
branch of svdocs' own code that nothing reached before is kept and changed further. A reader must answer with a result
or with one of its own errors; anything else is a finding, as is one input that takes two minutes or 2 GiB. What was
found is mended, kept in `tests/fuzz/cases`, and read again in every run of the tests. The figures are of the last run
over each reader, after the mending.

| reader | minutes | executions | branches reached | features | findings |
|---|---:|---:|---:|---:|---:|
{rows}

The libraries below (pdfium, libxml2, Pillow) are not watched for coverage, so they are fuzzed blindly here; in use they
run in the shut-in process only.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--target", choices=[*TARGETS])
    arguments = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed; nothing was fuzzed. Install the extra “fuzz”.")
        return 0
    names = [arguments.target] if arguments.target else list(TARGETS)
    told = {name: run_target(name, round(60 * arguments.minutes)) for name in names}
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    RESULTS.write_text(page_of(told, before), encoding="utf-8")
    return int(any(t.findings for t in told.values()))


if __name__ == "__main__":
    sys.exit(main())
