"""Speed as ratios, each measured side by side in one run: `make bench`. Prints a table; changes nothing.

A ratio under 1 means that svdocs is the faster. The figures of the last run stand in docs/results/bench.md.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Return the median of ours / theirs over interleaved rounds, and both medians in seconds."""
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return median(a / b for a, b in pairs), median(a for a, _ in pairs), median(b for _, b in pairs)


def bench_reading() -> tuple[float, float, float]:
    import io

    import pdfplumber

    from svdocs.text.pdf import read_pdf

    files = [p.read_bytes() for p in sorted((ROOT / "samples").glob("*.pdf")) if p.stat().st_size < 200_000]

    def ours() -> None:
        for data in files:
            read_pdf(data)

    def theirs() -> None:
        for data in files:
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                for page in pdf.pages:
                    page.extract_words()

    return ratio(ours, theirs)


def bench_help() -> tuple[float, float, float]:
    def start(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *words], capture_output=True, check=True)

    return ratio(start("-m", "svdocs", "--help"), start("-c", "pass"))


def bench_workers() -> tuple[float, float, float]:
    files = [str(p) for p in sorted((ROOT / "samples").glob("*.docx"))] * 3

    def extract(workers: int) -> Callable[[], object]:
        return lambda: subprocess.run(
            [sys.executable, "-m", "svdocs", "extract", *files, "--workers", str(workers)],
            capture_output=True,
            check=True,
        )

    return ratio(extract(2), extract(1), 3)


def main() -> None:
    rows = [
        ("reading born-digital PDF / pdfplumber's words alone", bench_reading),
        ("svdocs --help / python doing nothing", bench_help),
        ("two workers / one, DOCX", bench_workers),
    ]
    print(f"{'what':55} {'ratio':>7} {'ours s':>8} {'theirs s':>9}")
    for name, bench in rows:
        r, a, b = bench()
        print(f"{name:55} {r:7.2f} {a:8.2f} {b:9.2f}")


if __name__ == "__main__":
    main()
