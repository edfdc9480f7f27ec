"""Speed as ratios, each measured side by side in one run: `make bench`. Writes docs/results/bench.md.

A ratio under 1 means that svdocs is the faster. Times are seconds of computing, of this process and of those that it
starts, so that other work on the machine counts little; where the clock is meant, it says so.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pdfplumber
from PIL import Image

from svdocs.intake.sandbox import DEFAULT_LIMITS
from svdocs.text.ocr import read_image
from svdocs.text.pdf import read_pdf, render_page
from tests.bad_inputs.measuring import read_many
from tests.bench.files import KINDS, bid_of, pdf_of
from tests.bench.measuring import ROOT, ask_process, compare, wall_seconds

RESULT = ROOT / "docs" / "results" / "bench.md"
ROUNDS = {1: 7, 40: 3, 400: 1}
"""Interleaved rounds by the number of pages."""
PARALLEL_FILES = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, the figure, what it should be, and what it comes from."""

    what: str
    figure: float
    target: str
    met: bool
    details: str

    def __str__(self) -> str:
        figure = f"{self.figure:.2f}" if self.figure < 10 else f"{self.figure:.0f}"
        return f"| {self.what} | {figure} | {self.target} | {'yes' if self.met else '**no**'} | {self.details} |"


def at_most(what: str, figure: float, bound: float, details: str, unit: str = "") -> Row:
    """Return a row whose figure should be no more than `bound`."""
    return Row(what, figure, f"≤ {bound:g}{unit}", figure <= bound, details)


def bench_reading(most_pages: int) -> Iterator[Row]:
    """Compare the whole reading of born-digital PDF files with pdfplumber's taking of words alone."""
    files = [(f"{kind}, {n} page{'s' * (n > 1)}", n, pdf_of(kind, n)) for n in ROUNDS for kind in KINDS]
    samples = [p for p in sorted((ROOT / "samples").glob("*.pdf")) if p.stat().st_size < 200_000]
    files += [(p.name, 1, p.read_bytes()) for p in samples]
    read_pdf(files[0][2]), take_words(files[0][2])
    ours = theirs = 0.0
    for name, pages, data in files:
        if pages > most_pages:
            continue
        found = compare(lambda data=data: read_pdf(data), lambda data=data: take_words(data), ROUNDS[pages])  # type: ignore[misc]
        ours, theirs = ours + found.ours, theirs + found.theirs
        yield at_most(f"reading, {name}", found.ratio, 0.5, f"{found.ours:.2f} s to {found.theirs:.2f} s")
    yield at_most("reading, all of these", ours / theirs, 0.5, f"{ours:.1f} s to {theirs:.1f} s")


def take_words(data: bytes) -> int:
    """Return how many words pdfplumber finds; each page is let go of, or a long file would fill the memory."""
    words = 0
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            words += len(page.extract_words())
            page.close()
    return words


def bench_recognition() -> Iterator[Row]:
    """Compare the reading of scanned pages with what tesseract alone takes for the same images."""
    ours = theirs = 0.0
    for kind in KINDS:
        image = scan_of(kind)
        found = compare(lambda image=image: read_image(image, "image/png"), lambda image=image: recognise(image), 3)  # type: ignore[misc]
        ours, theirs = ours + found.ours, theirs + found.theirs
        yield at_most(f"recognition, {kind}", found.ratio, 1.2, f"{found.ours:.2f} s to {found.theirs:.2f} s")
    yield at_most("recognition, all of these", ours / theirs, 1.2, f"{ours:.1f} s to {theirs:.1f} s")


def scan_of(kind: str) -> bytes:
    """Return a page as a scanner at 300 dots an inch gives it, a little noisy, as PNG."""
    grey = np.asarray(render_page(pdf_of(kind, 1), 1, 300 / 72).convert("L"), dtype=np.int16)
    noisy = grey + np.random.default_rng(7).normal(0, 6, grey.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(out, "PNG", dpi=(300, 300))
    return out.getvalue()


def recognise(image: bytes) -> None:
    """Let tesseract recognise an image as it is, on one thread."""
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", "3", "tsv"]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"}
    subprocess.run(command, input=image, capture_output=True, check=True, env=environment)


def bench_workers(rounds: int = 2) -> Iterator[Row]:
    """Compare two workers with one on the clock, by the best of interleaved rounds: others' work makes both slower."""
    with tempfile.TemporaryDirectory() as folder:
        for i in range(PARALLEL_FILES):
            Path(folder, f"bid-{i:02}.pdf").write_bytes(bid_of(1 + i % 3))
        one, two = [], []
        for _ in range(rounds):
            one.append(wall_seconds(lambda: extract_folder(folder, 1)))
            two.append(wall_seconds(lambda: extract_folder(folder, 2)))
    figure = min(one) / min(two)
    details = f"{min(one):.1f} s to {min(two):.1f} s on the clock, best of {rounds}"
    yield Row(f"two workers for one, {PARALLEL_FILES} PDF files", figure, "≥ 1.8", figure >= 1.8, details)


def extract_folder(folder: str, workers: int) -> None:
    """Extract from all files of a folder as a user does, in a pool of so many workers."""
    files = [str(p) for p in sorted(Path(folder).iterdir())]
    command = [sys.executable, "-m", "svdocs", "extract", *files, "--workers", str(workers)]
    subprocess.run(command, capture_output=True, check=True)


def bench_memory(pages: int) -> Iterator[Row]:
    """Measure what the reading process holds at most, and what the process that asked keeps afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.pdf")
        small.write_bytes(pdf_of("plain", 1))
        jobs = []
        for kind in KINDS:
            path = Path(folder, f"{kind}.pdf")
            path.write_bytes(pdf_of(kind, pages))
            jobs.append((kind, path, path.name))
            most = ask_process("tests.bench.reader_memory", str(path))["memory"]
            yield at_most(f"memory of the reader, {kind}, {pages} pages, MiB", most, 350, "most resident")
        grown = [(o.grown_mib, o.peak_mib) for _, _, o in read_many(jobs, 1, DEFAULT_LIMITS, small)]
    kept, peak = max(g for g, _ in grown), max(p for _, p in grown)
    yield at_most("memory that the asking process keeps of these, MiB", kept, 50, f"{peak:.0f} MiB at most meanwhile")


def bench_understanding() -> Iterator[Row]:
    """Compare the understanding of a bid of 40 pages with pdfplumber's words of it; measure the models' cost."""
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder, "bid.pdf"), Path(folder, "small.pdf")
        path.write_bytes(bid_of(40))
        small.write_bytes(bid_of(1))
        told = ask_process("tests.bench.understanding", str(path), str(small))
    ratio = told["understand"] / told["words"]
    details = f"{told['understand']:.1f} s to {told['words']:.1f} s; {told['statements']:.0f} statements"
    yield at_most("understanding, a bid of 40 pages", ratio, 1, details)
    yield at_most("loading of the models, seconds", told["load"], 2, "computing")
    yield at_most("memory of a worker with models, MiB", told["memory"], 500, "most resident, after the bid")


def bench_start() -> Iterator[Row]:
    """Compare the help of the command line with an interpreter that does nothing."""

    def start(*words: str) -> None:
        subprocess.run([sys.executable, *words], capture_output=True, check=True)

    found = compare(lambda: start("-m", "svdocs", "--help"), lambda: start("-c", "pass"), 7)
    details = f"{found.ours:.2f} s to {found.theirs:.2f} s"
    yield Row("svdocs --help / an interpreter that does nothing", found.ratio, "not set", True, details)


def write_table(rows: list[Row]) -> None:
    """Write the page of results."""
    table = "\n".join(map(str, rows))
    rounds = ", ".join(f"{r} for {n}" for n, r in ROUNDS.items())
    RESULT.write_text(
        f"""# Speed and memory

Made by `make bench`. Each ratio is measured side by side: both works in turn, in one process and one run, on the same
files; the median of the rounds' ratios is told (rounds by the files' pages: {rounds}). Times are seconds of computing,
also of started programs, so other work on the machine moves them little; “on the clock” says where not. A ratio under 1
means that svdocs takes less.

- *Reading* is all that svdocs does with a born-digital PDF: words, boxes, reading order, running heads, tables, and the
  look at each word on the page as drawn. It is compared with pdfplumber's `extract_words` alone.
- *Recognition* reads a page scanned at 300 dots an inch: skew, rules, tables, words and blocks; compared with
  tesseract alone, one thread each.
- *Two workers* extract through the command line: reading, understanding and the start of all processes included.
- *Understanding* takes a document that is read and finds, codes and judges its statements.

| what | figure | target | met | from |
|---|---:|---:|---|---|
{table}
""",
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400, choices=[*ROUNDS], help="of the largest files")
    parser.add_argument("--only", choices=["reading", "recognition", "workers", "memory", "understanding", "start"])
    arguments = parser.parse_args()
    parts = {
        "reading": lambda: bench_reading(arguments.pages),
        "recognition": bench_recognition,
        "workers": bench_workers,
        "memory": lambda: bench_memory(arguments.pages),
        "understanding": bench_understanding,
        "start": bench_start,
    }
    rows = []
    for name, part in parts.items():
        if arguments.only in (None, name):
            for row in part():
                print(row, flush=True)
                rows.append(row)
    if arguments.only is None:
        write_table(rows)


if __name__ == "__main__":
    main()
