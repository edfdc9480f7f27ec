"""How much of a commitment is new, held against a level that it states itself or that another passage gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from svdocs.additionality.amounts import amount_of, fewer_is_better, in_its_period
from svdocs.additionality.baseline import Comparison
from svdocs.additionality.changes import Course
from svdocs.additionality.contract import spread_of
from svdocs.additionality.duties import evidence_of
from svdocs.additionality.findings import Findings
from svdocs.additionality.likeness import Relation
from svdocs.additionality.verdict import Degree
from svdocs.statements.statement import Per

TITLE_LETTERS = 200
"""So much of a document's beginning is looked at for the year that it tells of."""
SAME_THING = 0.4
"""From this likelihood on a passage counts as being about the same thing."""


def measure_degree(found: Findings) -> Degree | None:
    """Return how much of a commitment is new, or None where nothing tells."""
    stated = _stated_degree(found)
    if stated is not None and stated.baseline is not None:
        return stated
    return _degree_over_practice(found, stated) or stated


def _stated_degree(found: Findings) -> Degree | None:
    change, quantity = found.change, found.commitment.quantity
    if change is None or change.by is None:
        return None
    sign = -1.0 if change.course is Course.loss else 1.0
    unit, per = (quantity.unit.value, quantity.per.value if quantity.per else None) if quantity else (None, None)
    return Degree(change.before, sign * change.by, unit, per)


def _degree_over_practice(found: Findings, stated: Degree | None) -> Degree | None:
    practice = likeliest_practice(found)
    if practice is None or practice.score < SAME_THING or found.commitment.quantity is None:
        return None
    against, ratio = practice.likeness.against, practice.likeness.ratio
    if against is None or ratio is None:
        return None
    promised = against.value * ratio
    if fewer_is_better(found.text) and fewer_is_better(practice.source.passage.text):
        promised = against.value / ratio
    by = stated.increment if stated else abs(promised - against.value) * (1 if ratio >= 1 else -1)
    evidence = evidence_of(practice.source.document, practice.source.passage)
    per = against.per.value if against.per else None
    return Degree(round(against.value, 2), round(by, 2) + 0.0, against.unit.value, per, False, evidence)


def outgrows(comparison: Comparison, found: Findings) -> bool:
    """Say whether the commitment's amount is larger than a passage's, both in one unit and period."""
    k, quantity = comparison.likeness, found.commitment.quantity
    if k.ratio is None or k.against is None or quantity is None or comparison.score < SAME_THING or k.echoes:
        return False
    mine = in_its_period(amount_of(quantity), found.text)
    same_period = (
        mine.per == k.against.per
        or {mine.per, k.against.per} <= _PERIODS
        or spread_of(found.text, found.contract) is not None
        or (mine.per is None and bool(_INTAKE.search(found.text)))
    )
    return k.relation is Relation.more and mine.unit == k.against.unit and same_period


_PERIODS = frozenset({Per.year, Per.month, Per.week})
"""Periods that `Amount.ratio_to` brings to one."""
_INTAKE = re.compile(r"\b(?:intake|cohort|allowance|entitlement)\b", re.I)
"""Words for a number that has a period of its own, though the sentence names none."""


def falls_short(comparison: Comparison, found: Findings) -> bool:
    """Say whether the commitment's amount is smaller than a passage's, both in one unit and period."""
    k, quantity = comparison.likeness, found.commitment.quantity
    if k.against is None or quantity is None or comparison.score < SAME_THING:
        return False
    mine = in_its_period(amount_of(quantity), found.text)
    return k.relation is Relation.less and mine.unit == k.against.unit and mine.per == k.against.per


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
    for text in (passage.text, *reversed(passage.section), document.name, document.text[:TITLE_LETTERS]):
        year = _latest_year(text, found.contract.starts.year)
        if year is not None:
            return Age(year, found.contract.starts.year - year)
    return None


def _latest_year(text: str, before: int) -> int | None:
    """Return the latest year that `text` tells of, up to a given one.

    >>> _latest_year("In the year 2024/25 we took on twelve.", 2027)
    2025
    """
    years = [int(f"20{m['b']}") if m["b"] else int(m["a"]) for m in _YEAR.finditer(text)]
    return max((y for y in years if y <= before), default=None)
