"""Which promises of a contract a delivery is for: the machine proposes, what it is not sure of stays open."""

from __future__ import annotations

from svdocs.frameworks.head import Floats

THRESHOLD = 0.35
"""From which probability a pair is proposed; below, the delivery is left open for a person."""
NEAR_THE_BEST = 0.4
"""A delivery may be for several promises: those at least this share as likely as the likeliest."""


def choose(likely: Floats) -> list[list[int]]:
    """Return for each delivery the promises that it is proposed for, likeliest first; none where nothing is sure.

    Args:
        likely: how likely each delivery is for each promise, shape (deliveries, promises).
    """
    chosen = []
    for row in likely.tolist():
        ranked = sorted(((p, i) for i, p in enumerate(row)), key=lambda x: (-x[0], x[1]))
        best = ranked[0][0] if ranked else 0.0
        chosen.append([i for p, i in ranked if p >= THRESHOLD and p >= best * NEAR_THE_BEST])
    return chosen
