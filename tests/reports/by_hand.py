"""The table of docs/award.md that was worked by hand: read, each of its sums done again, and asked for its figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "award.md"
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_SUM = re.compile(rf"({_NUMBER}(?: [×/] {_NUMBER})*) = ({_NUMBER})")


@dataclass(frozen=True)
class HandTable:
    """Cells by row and bidder."""

    cells: dict[tuple[str, str], str]

    def said(self, row: str, bidder: str) -> str:
        """The cell of the row whose name begins so; empty where the bidder has none."""
        return next((text for (name, who), text in self.cells.items() if name.startswith(row) and who == bidder), "")

    def figure(self, row: str, bidder: str) -> Fraction:
        """What the cell comes to: behind "=" or ":" where there is one, and its first number otherwise."""
        text = self.said(row, bidder)
        found = re.search(rf"[=:] ({_NUMBER})", text) or re.search(rf"({_NUMBER})", text)
        assert found, (row, bidder)
        return _number(found[1])

    def mark(self, row: str, bidder: str) -> str:
        """The mark that stands before a cell's points."""
        return self.said(row, bidder).partition(":")[0]


@cache
def hand_table() -> HandTable:
    """Return the table under "Worked by hand"."""
    lines = DOCS.read_text().partition("## Worked by hand")[2].splitlines()
    rows = [[cell.strip().replace("**", "") for cell in x.strip("|").split("|")] for x in lines if x.startswith("|")]
    _, *bidders = rows[0]
    return HandTable({(row[0], who): cell for row in rows[2:] for who, cell in zip(bidders, row[1:], strict=True)})


def sums_of(table: HandTable) -> list[tuple[str, Fraction, Fraction]]:
    """Return each sum of the table with what it comes to, and what the table says."""
    found = []
    for text in table.cells.values():
        for left, right in _SUM.findall(text):
            first, *rest = re.split(r" ([×/]) ", left)
            result = _number(first)
            for sign, number in zip(rest[::2], rest[1::2], strict=True):
                result = result * _number(number) if sign == "×" else result / _number(number)
            found.append((text, result, _number(right)))
    return found


def shown(value: Fraction) -> str:
    """A figure as papers show points: two places, half up, no noughts at the end."""
    cents = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{cents:f}".rstrip("0").rstrip(".")


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))
