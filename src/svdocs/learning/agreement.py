"""How far what was found agrees with a label, as the packs' own scoring program counts it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

LEAST_OVERLAP = 0.5
"""From this overlap on, a text is the labelled one."""
LEAST_DUE_OVERLAP = 0.6


def overlap(a: str, b: str) -> float:
    """Return the token F1 of two texts, 0 to 1.

    >>> overlap("Two new jobs", "two jobs"), overlap("trees", "jobs"), overlap("1,200 trees", "1200 trees")
    (0.8, 0.0, 1.0)
    """
    one, other = (Counter(re.findall(r"[a-z0-9]+", str(t).lower().replace(",", ""))) for t in (a, b))
    same = (one & other).total()
    return 2 * same / (one.total() + other.total()) if same else 0.0


def same_quantity(wanted: Mapping[str, Any] | None, found: Mapping[str, Any] | None) -> bool:
    """Say whether value and unit are the same; no value is the same as no quantity."""
    want, got = wanted or {}, found or {}
    if want.get("value") is None or got.get("value") is None:
        return want.get("value") is None and got.get("value") is None
    gap = abs(float(want["value"]) - float(got["value"]))
    return (
        gap < 1e-6 * max(1.0, abs(float(want["value"])))
        and str(want.get("unit")).lower() == str(got.get("unit")).lower()
    )


def same_due(wanted: str, date: str | None, words: str) -> bool:
    """Say whether a date begins as the label does, or else whether its words are mostly the label's.

    >>> same_due("2027-03", "2027-03-31", "by 31 March 2027"), same_due("in year two", None, "year two")
    (True, True)
    """
    return (date or words).lower()[: len(wanted)] == wanted.lower() or overlap(wanted, words) >= LEAST_DUE_OVERLAP


def macro_f1(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Return the mean F1 over the labels that occur in the gold; pairs are (gold, predicted)."""
    scores = [
        2 * sum(g == p == x for g, p in pairs) / (sum(g == x for g, _ in pairs) + sum(p == x for _, p in pairs))
        for x in {g for g, _ in pairs}
    ]
    return share(sum(scores), len(scores))


def share(part: float, whole: int) -> float | None:
    """Return a part of a whole, to four places; None where nothing was there to be counted."""
    return round(part / whole, 4) if whole else None


def kappa(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Return Cohen's kappa: how far two readers agree beyond what chance alone would give them.

    None where nothing was read, or where both always say the same one thing, so that chance explains all.

    >>> kappa([("a", "a"), ("a", "a"), ("b", "b"), ("b", "a")])
    0.5
    """
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(n * theirs[label] for label, n in ours.items())
    squared = len(pairs) ** 2
    if chance == squared:
        return None
    agreed = sum(a == b for a, b in pairs) * len(pairs)
    return float(round((agreed - chance) / (squared - chance), 4))
