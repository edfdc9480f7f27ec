"""How much of a commitment is new, held against a level that it states itself or that another passage gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from svdocs.additionality.amounts import Amount, amount_of, amounts_in
from svdocs.additionality.baseline import Comparison
from svdocs.additionality.changes import Course
from svdocs.additionality.duties import evidence_of
from svdocs.additionality.findings import Findings
from svdocs.additionality.verdict import Degree
from svdocs.text.document import Document

SAME_THING = 0.4
"""From this likelihood on a passage counts as being about the same thing."""


def measure_degree(found: Findings) -> Degree | None:
    """Return how much of a commitment is new, or None where nothing tells."""
    return _stated_degree(found) or _degree_over_practice(found)


def _stated_degree(found: Findings) -> Degree | None:
    change, quantity = found.change, found.commitment.quantity
    if change is None or change.by is None or change.before is None:
        return None
    sign = -1.0 if change.course is Course.loss else 1.0
    unit, per = (quantity.unit.value, quantity.per.value if quantity.per else None) if quantity else (None, None)
    return Degree(change.before, sign * change.by, unit, per)


def _degree_over_practice(found: Findings) -> Degree | None:
    quantity = found.commitment.quantity
    practice = likeliest_practice(found)
    if quantity is None or practice is None or practice.score < SAME_THING:
        return None
    mine = amount_of(quantity)
    near = _nearest(mine, practice)
    if near is None:
        return None
    baseline, ratio = near
    evidence = evidence_of(practice.source.document, practice.source.passage)
    per = quantity.per.value if quantity.per else None
    if found.change is not None and found.change.before is None and found.change.by is not None:
        return Degree(round(baseline, 2), found.change.by, quantity.unit.value, per, False, evidence)
    k = practice.likeness
    if k.ratio is None:  # the two are over other periods or scopes
        return None
    gain = abs(mine.value - baseline) if (k.ratio > 1) or ratio == 1 else -abs(mine.value - baseline)
    return Degree(round(baseline, 2), round(gain, 2), quantity.unit.value, per, False, evidence)


def _nearest(mine: Amount, practice: Comparison) -> tuple[float, float] | None:
    """Return the amount of the practice that is nearest, on the commitment's scale, with the ratio of the two."""
    ratios = [r for a in amounts_in(practice.source.passage.text) if (r := mine.ratio_to(a)) is not None]
    if not ratios:
        return None
    ratio = min(ratios, key=lambda r: abs(r - 1))
    return mine.value / ratio, ratio


def likeliest_practice(found: Findings) -> Comparison | None:
    """Return the likeliest passage about what is done already: a baseline's, or the bid's own if that is likelier."""
    return max(found.practices[:1] + found.own[:1], key=lambda c: c.score, default=None)


_YEAR = re.compile(r"(?<!since )(?<!since the )\b(?P<a>20\d\d)(?:[/–-](?P<b>\d\d)\b)?")


@dataclass(frozen=True, slots=True)
class Age:
    """The year that a passage tells of, and how many years before the contract that is."""

    year: int
    years: int


def age_of(comparison: Comparison, found: Findings) -> Age | None:
    """Return how old a passage's figure is when the contract starts; None if either date is not known.

    The year is that of the passage, else of the heading above it, else of its document's title or name.
    """
    if found.contract.starts is None:
        return None
    passage, document = comparison.source.passage, comparison.source.document
    for text in (passage.text, *reversed(passage.section), document.name, _first_words(document)):
        year = _latest_year(text, found.contract.starts.year)
        if year is not None:
            return Age(year, found.contract.starts.year - year)
    return None


def _first_words(document: Document) -> str:
    return document.text[:200]


def _latest_year(text: str, before: int) -> int | None:
    """Return the latest year that `text` tells of, up to a given one.

    >>> _latest_year("In the year 2024/25 we took on twelve.", 2027)
    2025
    """
    years = [int(f"20{m['b']}") if m["b"] else int(m["a"]) for m in _YEAR.finditer(text)]
    return max((y for y in years if y <= before), default=None)
