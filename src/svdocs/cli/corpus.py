"""`svdocs corpus check`, `sample` and `agree`: the labelled packs, their faults, and a second reading of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from svdocs.cli.arguments import need_packages
from svdocs.errors import UsageError

CORPUS_HELP = "Folder of labelled packs."


def check(corpus: Annotated[Path, typer.Argument(help=CORPUS_HELP)] = Path("corpus")) -> int:
    """Count what the packs hold, and find labels outside the guide, marks without labels, and near duplicates.

    The status is 1 if there is any fault.
    """
    need_packages("Reading the packs", "yaml")
    from svdocs.learning.corpus_check import check_corpus, corpus_report

    report = check_corpus(corpus)
    print(corpus_report(report))
    if report.faults:
        print(f"svdocs: {corpus}: {len(report.faults)} faults; they are listed above.", file=sys.stderr)
    return 1 if report.faults else 0


def sample(
    out: Annotated[Path, typer.Argument(help="Folder to write the sheets to.", show_default=False)],
    corpus: Annotated[Path, typer.Option(help=CORPUS_HELP)] = Path("corpus"),
    share: Annotated[float, typer.Option(min=0.001, max=1, help="Share of each pack's passages of each label.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Another one draws other passages.")] = 1,
    size: Annotated[int, typer.Option(min=1, help="Passages a sheet, about.")] = 140,
) -> int:
    """Write sheets of passages in their context and without their labels, for a second reader to fill."""
    need_packages("Reading the packs", "yaml")
    from svdocs.learning.second_reading import draw_sample, read_shown, write_sheets

    if out.is_dir() and any(out.glob("sheet-*.yaml")):
        raise UsageError(f"{out}: there are sheets here already, and they may be filled; choose another folder.")
    drawn = draw_sample(read_shown(corpus), seed, share)
    if not drawn:
        raise UsageError(f"{corpus}: no passages; name the folder that holds the labelled packs.")
    paths = write_sheets(drawn, out, size)
    print(f"{len(drawn)} passages written to {len(paths)} sheets in {out}; fill `statements` in each.")
    return 0


def agree(
    sheets: Annotated[list[Path], typer.Argument(help="Filled sheets.", show_default=False)],
    corpus: Annotated[Path, typer.Option(help=CORPUS_HELP)] = Path("corpus"),
    apart: Annotated[
        Path | None, typer.Option(help="Write where the readings differ to this file (JSON Lines).")
    ] = None,
) -> int:
    """Tell how far filled sheets agree with the packs: agreement and kappa by field."""
    need_packages("Reading the packs", "yaml")
    from dataclasses import asdict

    from svdocs.learning.labels import read_guide
    from svdocs.learning.second_reading import compare_readings, read_sheet, read_shown, reading_report

    guide = read_guide()
    filled = {key: said for sheet in sheets for key, said in read_sheet(sheet, guide).items()}
    if not filled:
        raise UsageError(f"{sheets[0]}: nothing is filled in; write [] for noise, or the statements.")
    reading = compare_readings(read_shown(corpus), filled)
    print(reading_report(reading))
    if apart:
        lines = [json.dumps(asdict(d), ensure_ascii=False) + "\n" for d in reading.disagreements]
        try:
            apart.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{apart}: cannot be written ({error.strerror}); choose another place.") from error
    return 0


COMMANDS = {"check": check, "sample": sample, "agree": agree}
