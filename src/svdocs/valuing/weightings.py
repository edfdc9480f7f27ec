"""Weightings of criteria: what they add up to, what each is worth of the whole, and the points that marks earn.

Everything is counted in exact fractions. Rounding is for showing alone: `shown` rounds half up to two decimal places,
and no rounded figure goes into a sum or a ranking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

WHOLE = 10_000
"""Hundredths of a percent."""
ROUNDING_RULE = (
    "Points are counted as exact fractions and ranked so; where they are shown they are rounded half up to two decimal "
    "places, and no rounded figure is used in a further sum."
)


class QuantityMethod(StrEnum):
    """How the part of a weighting that is not marked follows from quantities."""

    none = "none"
    """All of it is marked."""
    proportional = "proportional"
    """The bid's value over the best bid's."""
    target = "target"
    """The bid's value over a target per pound of contract value, at most the whole."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A criterion as far as its weighting goes.

    Attributes:
        key: its id.
        parent: id of the criterion that it is part of, or None.
        title: as people know it.
        hundredths: its weighting within its parent, or within the whole, in hundredths of a percent.
        is_social_value: whether it, with all its parts, is about social value.
        is_gate: whether it is passed or failed and weighs nothing.
    """

    key: str
    parent: str | None
    title: str
    hundredths: int
    is_social_value: bool = False
    is_gate: bool = False


def check_weightings(criteria: Sequence[Weighted], minimum_hundredths: int, rule: str) -> list[str]:
    """Return what is wrong with the weightings, a sentence each; empty where nothing is.

    Args:
        criteria: all of them, at every level.
        minimum_hundredths: the least that social value must weigh of the whole.
        rule: what requires that.

    >>> check_weightings([Weighted("a", None, "Price", 9500), Weighted("b", None, "Local jobs", 500, True)], 1000, "X.")
    ['Social value weighs 5 % of the whole and must weigh 10 % at least. X.']
    """
    if not criteria:
        return ["There are no criteria yet; add at least one."]
    found = []
    titles = {c.key: c.title for c in criteria}
    for parent in [None, *titles]:
        level = [c for c in criteria if c.parent == parent]
        total = sum(c.hundredths for c in level)
        if (level or parent is None) and total != WHOLE and not (level and all(c.is_gate for c in level)):
            where = "The criteria" if parent is None else f"The sub-criteria of “{titles[parent]}”"
            found.append(f"{where} add up to {in_percent(total)} % and must add up to 100 %.")
    found += [
        f"“{c.title}” weighs nothing, and is not passed or failed; give it a weighting."
        for c in criteria
        if c.hundredths <= 0 and not c.is_gate
    ]
    shares = weight_of_each(criteria)
    social = sum((shares[c.key] for c in leaves_of(criteria) if _is_social(c, criteria)), Fraction(0))
    if social < Fraction(minimum_hundredths, WHOLE):
        found.append(
            f"Social value weighs {shown(social * 100)} % of the whole and must weigh "
            f"{in_percent(minimum_hundredths)} % at least. {rule}"
        )
    return found


def leaves_of(criteria: Sequence[Weighted]) -> list[Weighted]:
    """Return the criteria that have no sub-criteria: those that are marked."""
    parents = {c.parent for c in criteria}
    return [c for c in criteria if c.key not in parents]


def weight_of_each(criteria: Sequence[Weighted]) -> dict[str, Fraction]:
    """Return what each criterion weighs of the whole, 0 to 1.

    >>> weights = weight_of_each([Weighted("a", None, "A", 4000), Weighted("b", "a", "B", 2500)])
    >>> weights["b"]
    Fraction(1, 10)
    """
    known = {c.key: c for c in criteria}

    def share(c: Weighted) -> Fraction:
        of_parent = share(known[c.parent]) if c.parent else Fraction(1)
        return of_parent * Fraction(c.hundredths, WHOLE)

    return {c.key: share(c) for c in criteria}


def _is_social(criterion: Weighted, criteria: Sequence[Weighted]) -> bool:
    known = {c.key: c for c in criteria}
    here: Weighted | None = criterion
    while here is not None:
        if here.is_social_value:
            return True
        here = known[here.parent] if here.parent else None
    return False


def points_for(mark: Fraction, weight: Fraction, marked_hundredths: int = WHOLE) -> Fraction:
    """Return the points of a hundred that a mark earns.

    Args:
        mark: its value over the highest of its rubric, 0 to 1.
        weight: of its criterion in the whole, 0 to 1.
        marked_hundredths: the share of that weighting that is marked; a formula over quantities gives the rest.

    >>> points_for(Fraction(3, 5), Fraction(1, 10), 5000)
    Fraction(3, 1)
    """
    return mark * weight * Fraction(marked_hundredths, WHOLE) * 100


def total_of(points: Mapping[str, Fraction]) -> Fraction:
    """Return the sum of points, exact."""
    return sum(points.values(), Fraction(0))


def shown(value: Fraction) -> str:
    """Return a figure as it is shown: rounded half up to two decimal places, without noughts at the end.

    >>> shown(Fraction(200, 3)), shown(Fraction(1, 200)), shown(Fraction(10))
    ('66.67', '0.01', '10')
    """
    whole, rest = divmod(value * 100, 1)
    rounded = Decimal(int(whole) + (rest >= Fraction(1, 2))) / 100
    return format(rounded.normalize(), "f") if rounded else "0"


def in_percent(hundredths: int) -> str:
    """Return hundredths of a percent as percent.

    >>> in_percent(1000), in_percent(3333)
    ('10', '33.33')
    """
    return format((Decimal(hundredths) / 100).normalize(), "f")


def hundredths_of(percent: str) -> int | None:
    """Return a percentage as typed in hundredths of a percent; None where it is none, or finer than that.

    >>> hundredths_of("12.5 %"), hundredths_of("101"), hundredths_of("ten"), hundredths_of("0.001")
    (1250, None, None, None)
    """
    typed = percent.strip().removesuffix("%").strip()
    whole, point, part = typed.partition(".")
    digits = typed.isascii() and whole.isdigit() and (part.isdigit() if point else True)
    if not digits or len(whole) > 3 or len(part) > 2:
        return None
    found = int(whole) * 100 + int((part + "00")[:2])
    return found if found <= WHOLE else None
