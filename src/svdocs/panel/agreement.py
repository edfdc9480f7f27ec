"""How far evaluators agree: the spread of their marks, gaps to talk about, and weighted kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from svdocs.valuing.rubrics import Rubric

WIDE_GAP = Decimal(2)
"""From two marks apart on, the panel talks about it."""


def spread_of(rubric: Rubric, marks: Sequence[str]) -> Decimal:
    """Return how far the highest and the lowest mark lie apart, in marks; 0 for fewer than two."""
    values = [rubric.level(m).value for m in marks]
    return max(values) - min(values) if values else Decimal(0)


def is_wide(rubric: Rubric, marks: Sequence[str]) -> bool:
    """Say whether two of the marks lie so far apart that the panel should talk about them.

    That is two marks or more, two steps of a rubric with smaller ones, and any difference between pass and fail.
    """
    if len(marks) < 2:
        return False
    order = [level.mark for level in rubric.levels]
    places = [order.index(m) for m in marks]
    steps = max(places) - min(places)
    return spread_of(rubric, marks) >= WIDE_GAP or steps >= 2 or (rubric.is_pass_or_fail and steps > 0)


def weighted_kappa(
    pairs: Sequence[tuple[str, str]], disagreement: Callable[[str, str], Fraction | Decimal | int]
) -> Fraction | None:
    """Return how far two readers agree beyond chance, each disagreement counted by how far it goes.

    One less the disagreement found over the disagreement that their marks would give if they were shuffled (Cohen,
    Psychological Bulletin 70, 1968). None where nothing was marked twice, or where chance explains all.

    Args:
        pairs: the two marks of each thing that both marked.
        disagreement: how much two marks differ; 0 for the same.
    """
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    found = sum((Fraction(disagreement(a, b)) for a, b in pairs), Fraction(0)) * len(pairs)
    by_chance = sum(
        (Fraction(disagreement(a, b)) * n * m for a, n in ours.items() for b, m in theirs.items()), Fraction(0)
    )
    return None if by_chance == 0 else 1 - found / by_chance


def linear(rubric: Rubric) -> Callable[[str, str], Decimal]:
    """Return the disagreement of two marks of a rubric: how many marks they lie apart."""
    return rubric.gap


def mean_kappa(rubric: Rubric, columns: Sequence[dict[str, str]]) -> tuple[Fraction | None, int]:
    """Return the mean weighted kappa over all pairs of evaluators, linear weights, and over how many pairs.

    Args:
        rubric: by which all of it was marked.
        columns: for each thing that was marked, the marks by evaluator. Pairs that chance explains are left out.
    """
    people = sorted({person for column in columns for person in column})
    found = []
    for one, other in combinations(people, 2):
        pairs = [(c[one], c[other]) for c in columns if one in c and other in c]
        kappa = weighted_kappa(pairs, linear(rubric))
        if kappa is not None:
            found.append(kappa)
    return (sum(found, Fraction(0)) / len(found) if found else None), len(found)
