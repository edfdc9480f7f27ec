"""Does the specification's social value part ask for this kind of commitment? Kent's axis: defined or additional."""

from __future__ import annotations

from svdocs.additionality.findings import Findings

CATEGORY_FEATURES = ("meaning", "second", "third", "recall", "precision", "lead", "asked_any", "items", "service", "practice", "statutory")


def category_features(found: Findings) -> tuple[float, ...]:
    """Return what bears on the category as the numbers that `CATEGORY_FEATURES` names."""
    by_meaning = sorted((c.likeness.meaning for c in found.asked), reverse=True)
    first, second, third = (*by_meaning, 0.0, 0.0, 0.0)[:3]
    return (
        first, second, third, max((c.likeness.recall for c in found.asked), default=0.0), max((c.likeness.precision for c in found.asked), default=0.0),
        first - second, float(bool(found.asked)), float(len(found.asked)), found.services[0].score if found.services else 0.0,
        found.practices[0].score if found.practices else 0.0, float(found.duty is not None and not found.duty.beyond),
    )  # fmt: skip
