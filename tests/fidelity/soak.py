# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Reads documents whose every word is known and measures what was read: `python -m tests.fidelity.soak`.

The figures go to docs/results/fidelity.md; ends with a status other than 0 if a kind of document falls short.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean

from svdocs.text.read import read_document
from tests.fidelity.made import all_made, find_soffice, has_typst
from tests.fidelity.measures import Score, asked_of, score

RESULT = Path(__file__).resolve().parents[2] / "docs" / "results" / "fidelity.md"


def main() -> int:
    scores: dict[str, list[Score]] = defaultdict(list)
    rows, short = [], []
    for made in all_made():
        found = score(read_document(made.data, made.file_name), made.truth)
        scores[made.kind].append(found)
        values = (found.characters, found.cells, found.boxes)
        rows.append(f"| {made.name} | " + " | ".join(_shown(v) for v in values) + " |")
        print(rows[-1], flush=True)
    for kind, of_kind in scores.items():
        for what, asked, values in zip(
            ("characters", "cells", "boxes"), asked_of(kind), _columns(of_kind), strict=True
        ):
            if values and mean(values) < asked:
                short.append(f"{kind}: {what} {mean(values):.2%}, asked {asked:.1%}")
    absent = [n for n, there in (("typst", has_typst()), ("LibreOffice", find_soffice() is not None)) if not there]
    lines = [
        "# Fidelity of reading",
        "",
        "Made by `python -m tests.fidelity.soak` from documents whose words, cells and places are known. Characters: the share",
        "that stands in the right order in body text, what is too much counted as what is missing. Cells: the share of body cells",
        "with all their letters, under their header, in the row where they belong. Boxes: the share of words whose middle lies",
        "inside the box in which the word was drawn (known for documents drawn by position).",
        "",
        f"{len(rows)} documents." + (f" Left out, not installed: {', '.join(absent)}." if absent else ""),
        "",
        "| kind | documents | characters | asked | cells | asked | boxes | asked |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *(_row_of(kind, of_kind) for kind, of_kind in scores.items()),
        "",
        "## Falls short",
        "",
        *([f"- {s}" for s in short] or ["Nothing."]),
        "",
        "## Each document",
        "",
        "| document | characters | cells | boxes |",
        "|---|---:|---:|---:|",
        *rows,
    ]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(*short, sep="\n")
    return 1 if short else 0


def _columns(scores: list[Score]) -> tuple[list[float], list[float], list[float]]:
    return (
        [s.characters for s in scores],
        [s.cells for s in scores if s.cells is not None],
        [s.boxes for s in scores if s.boxes is not None],
    )


def _row_of(kind: str, scores: list[Score]) -> str:
    cells = []
    for values, asked in zip(_columns(scores), asked_of(kind), strict=True):
        cells += [_shown(mean(values)), f"{asked:.1%}"] if values else ["–", "–"]
    return f"| {kind} | {len(scores)} | " + " | ".join(cells) + " |"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


if __name__ == "__main__":
    sys.exit(main())
