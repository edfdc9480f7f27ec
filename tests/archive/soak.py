"""The long proof on a made archive: `python -m tests.archive.soak`, part of `make soak`.

Writes docs/results/archive.md.

The archive is brought in and taken through again, killed five times at each, files read as ever and statements found by
a plain rule, so that what is measured is the work on an archive. What the models cost is measured on some documents.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.archive.made import write_archive
from tests.archive.proof import Archive, Worked
from tests.bench.__main__ import Row, at_most
from tests.bench.measuring import ROOT

RESULT = ROOT / "docs" / "results" / "archive.md"
KILLS = 5
PAGES = 10
TIMED_DOCUMENTS = 100
TIMED_TEXTS = 100


def prove(folder: Path, documents: int) -> Iterator[Row]:
    """Bring a made archive in and take it through again, killed on the way, and measure both."""
    archive = Archive(folder)
    made = write_archive(folder / "archive", documents, PAGES)
    # The log of an import tells of two steps a document, that of a reprocessing of one.
    imported = archive.work("import", made, version="1", workers=2, kill_after=_spread_over(2 * documents))
    yield from _repeated("import", imported, documents, ("read", "extracted"))
    decisions = archive.decide(every=3)
    again = archive.work("reprocess", version="2", workers=2, kill_after=_spread_over(documents))
    yield from _repeated("reprocessing", again, documents, ("extracted",))
    yield Row("files read by the reprocessing", again.count("read"), "0", again.count("read") == 0, "texts are kept")
    stand = archive.decisions()
    kept = sum(stand.get(origin) == made for origin, made in decisions.items())
    yield Row("decisions kept", kept, f"{len(decisions)}", kept == len(decisions), "same statement, action and words")
    reading, taking = archive.reading_to_taking(TIMED_TEXTS)
    details = f"{reading:.1f} s to {taking:.1f} s on the clock, in turn"
    yield _at_least("reading to taking the kept text", reading / taking, 15, details)
    whole = imported.seconds / again.seconds
    details = f"{imported.seconds:.0f} s to {again.seconds:.0f} s on the clock, kills and restarts included"
    yield Row("import to reprocessing, whole, plain rule", whole, "not set", True, details)


def _repeated(what: str, worked: Worked, documents: int, steps: tuple[str, ...]) -> Iterator[Row]:
    yield Row(f"kills of the {what}", worked.kills, f"{KILLS}", worked.kills == KILLS, "of the process, by SIGKILL")
    for step in steps:
        done = worked.count(step)
        yield Row(f"{what}: documents {step}", done, f"{documents}", done == documents, "each at least once")
        share = 100 * worked.repeated(step) / documents
        yield at_most(f"{what}: {step} once more", share, 5, f"{worked.repeated(step)} of {documents}", " %")


def compare_workers(folder: Path, documents: int, rounds: int) -> Iterator[Row]:
    """Compare two workers with one, at importing and at reprocessing, by the best of interleaved rounds."""
    made = write_archive(folder / "archive", documents, PAGES)
    took: dict[tuple[str, int], list[float]] = {}
    for number in range(rounds):
        for workers in (1, 2):
            home = folder / f"{number}-{workers}"
            home.mkdir()
            archive = Archive(home)
            took.setdefault(("import", workers), []).append(
                archive.work("import", made, version="1", workers=workers).seconds
            )
    one, two = (min(took["import", workers]) for workers in (1, 2))
    yield _at_least(f"two workers for one, import of {documents}, plain rule", one / two, 1.7,
                    f"{one:.0f} s to {two:.0f} s on the clock, best of {rounds}, start included")  # fmt: skip


def measure_models(folder: Path, documents: int) -> Iterator[Row]:
    """Measure an import and a reprocessing with the models, by one worker and by two."""
    made = write_archive(folder / "archive", documents, PAGES)
    archive = Archive(folder, stages="models")
    imported = archive.work("import", made, version="1", workers=2)
    one = archive.work("reprocess", version="2", workers=1)
    two = archive.work("reprocess", version="3", workers=2)
    details = f"{imported.seconds:.0f} s to {two.seconds:.0f} s; the models take their time in both"
    ratio = imported.seconds / two.seconds
    yield Row(f"import to reprocessing, whole, models, {documents} documents", ratio, "not set", True, details)
    yield _at_least(f"two workers for one, reprocessing of {documents} with models", one.seconds / two.seconds, 1.7,
                    f"{one.seconds:.0f} s to {two.seconds:.0f} s on the clock, start and models included")  # fmt: skip


def _spread_over(steps: int) -> tuple[int, ...]:
    return tuple(steps * (i + 1) // (KILLS + 1) for i in range(KILLS))


def _at_least(what: str, figure: float, bound: float, details: str) -> Row:
    return Row(what, figure, f"≥ {bound:g}", figure >= bound, details)


def write_page(rows: list[Row], documents: int) -> None:
    """Write the page of results."""
    table = "\n".join(map(str, rows))
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    RESULT.write_text(
        f"""# Work on an archive

Made by `python -m tests.archive.soak --documents {documents}` (`make soak` runs it with 2,000), on {os.cpu_count()}
cores with a load of {load} at the end. {documents} documents of {PAGES} pages, PDF and Word by about seven to three,
made for the proof with about one sentence in sixty that promises something; two workers.

- Files are read as ever, each in a sandbox. Where it does not say *models*, a sentence that begins "We will" is a
  commitment, so that the work on an archive is measured and not hours of models.
- A *kill* is SIGKILL to the process that does the work; the same command is started again. What was *once more* done is
  counted by what workers write down for each file and text.
- *Taking the kept text* is its query, unpacking, checking and building; extraction follows in both.

| what | figure | target | met | from |
|---|---:|---:|---|---|
{table}
""",
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--timed", type=int, default=TIMED_DOCUMENTS, help="documents that one and two workers share")
    parser.add_argument("--modelled", type=int, default=40, help="documents taken through the models")
    chosen = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="svdocs-archive-") as name:
        for part, work in (
            ("proof", lambda home: prove(home, chosen.documents)),
            ("workers", lambda home: compare_workers(home, chosen.timed, 2)),
            ("models", lambda home: measure_models(home, chosen.modelled)),
        ):
            home = Path(name, part)
            home.mkdir()
            for row in work(home):
                print(row, flush=True)
                rows.append(row)
    write_page(rows, chosen.documents)


if __name__ == "__main__":
    main()
