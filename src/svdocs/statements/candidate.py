"""A number that may be the quantity of its passage."""

from __future__ import annotations

from dataclasses import dataclass

from svdocs.statements.numbers import Number
from svdocs.statements.statement import Per, Unit


@dataclass(slots=True)
class Candidate:
    """A number that may be the passage's quantity.

    Attributes:
        after: index of the first token after the number and the noun that it counts.
        weak: how far the unit was guessed, from an unknown noun or from what the number stands for.
        rank: how likely it is to be the one that counts; see `rank_of`.
    """

    number: Number
    unit: Unit
    start: int
    end: int
    after: int
    cell: int = -1
    weak: float = 0.0
    rank: float = 0.0
    per: Per | None = None
