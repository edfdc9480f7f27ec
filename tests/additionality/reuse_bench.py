"""Measures the search for reuse on made bids; `python -m tests.additionality.reuse_bench` writes the results."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

from svdocs.additionality.reuse import find_disagreements, find_shared_texts, find_sold_twice
from tests.additionality.made_bids import make_bids

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "reuse.md"
SIZES = (2_000, 20_000, 200_000)


def share_found(planted: Sequence[frozenset[str]], found: Sequence[frozenset[str]]) -> float:
    """Return the share of what was planted that stands whole in one of the groups found."""
    home = {key: i for i, group in enumerate(found) for key in group}
    whole = [p for p in planted if len({home.get(k) for k in p}) == 1 and next(iter(p)) in home]
    return len(whole) / len(planted) if planted else 1.0


def share_false(planted: Sequence[frozenset[str]], found: Sequence[frozenset[str]]) -> float:
    """Return the share of the groups found in which two stand together that were not planted together."""
    home = {key: i for i, group in enumerate(planted) for key in group}
    false = [g for g in found if len({home.get(k, k) for k in g}) > 1]
    return len(false) / len(found) if found else 0.0


def measure() -> str:
    """Return the figures as a page of Markdown."""
    made = make_bids(2_000, 300)
    sold = [frozenset(p.key for p in s.promises) for s in find_sold_twice(made.promises)]
    texts = [frozenset(p.key for p in s.promises) for s in find_shared_texts(made.promises)]
    suppliers = {p.key: p.supplier for p in made.promises}
    boiler = [g for g in made.shared if len({suppliers[key] for key in g}) > 1]
    rows, first = [], 0.0
    for size in SIZES:
        promises = make_bids(size // 10, max(size // 70, 3)).promises[:size]
        begun = time.process_time()
        find_sold_twice(promises)
        find_shared_texts(promises)
        find_disagreements(promises)
        spent = time.process_time() - begun
        steps = size * math.log2(size)
        first = first or spent / steps
        rows.append(f"| {size:,} | {spent:.2f} | {spent / steps / first:.2f} |")
    return "\n".join(
        [
            "# Reuse of promises",
            "",
            f"Made set of 2,000 bids from 300 suppliers ({len(made.promises):,} commitments; "
            "`tests/additionality/made_bids.py`).",
            "",
            "| what | planted | found | false |",
            "|---|---|---|---|",
            f"| sold twice | {len(made.sold_twice)} | {share_found(made.sold_twice, sold):.1%} | "
            f"{share_false(made.sold_twice, sold):.1%} |",
            f"| wording shared between suppliers | {len(boiler)} | {share_found(boiler, texts):.1%} | "
            f"{share_false(boiler, texts):.1%} |",
            "",
            "Time of all three searches, in seconds of one processor; the last column is the time by n log n, against "
            "that of the smallest set: at most 1 means that it grows no faster than sorting.",
            "",
            "| commitments | seconds | by n log n |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    RESULTS.write_text(measure(), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))
