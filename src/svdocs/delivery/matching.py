"""Which promises of a contract a delivery is for: the machine proposes, what it is not sure of stays open."""

from __future__ import annotations

from collections.abc import Sequence

from svdocs.delivery.likely import Signals

THRESHOLD = 0.3
"""From which probability a pair is proposed; below, the delivery is left open for a person."""
NEAR_THE_BEST = 0.6
"""A delivery may be for several promises: those at least this share as likely as the likeliest."""


def choose(signals: Sequence[Sequence[Signals]]) -> list[list[int]]:
    """Return for each delivery the promises that it is proposed for, likeliest first; none where nothing is sure."""
    chosen = []
    for row in signals:
        likely = sorted(((s.probability, i) for i, s in enumerate(row)), key=lambda x: (-x[0], x[1]))
        best = likely[0][0] if likely else 0.0
        chosen.append([i for p, i in likely if p >= THRESHOLD and p >= best * NEAR_THE_BEST])
    return chosen
