"""Long lists in pages of a size that a person can take in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

Row = TypeVar("Row")
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown(Generic[Row]):
    """One page of a list.

    Attributes:
        rows: of this page.
        number: of this page, from 1.
        pages: in all.
        total: of rows in all.
        first: the number of the first row of this page, from 1; 0 where there is none.
    """

    rows: Sequence[Row]
    number: int
    pages: int
    total: int
    first: int
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def numbers(self) -> list[int | None]:
        """The pages to offer: the first, the last, those beside this one; None for those left out."""
        near = sorted({1, self.pages} | {n for n in range(self.number - 1, self.number + 2) if 1 <= n <= self.pages})
        offered: list[int | None] = []
        for before, n in zip([0, *near], near, strict=False):
            offered += [None, n] if n - before > 1 else [n]
        return offered

    def address(self, number: int) -> str:
        """Return the address of another page of the same list, with its other questions kept."""
        return "?" + urlencode([*self.asked, ("page", str(number))])


def cut_page(request: Request, rows: Sequence[Row], per: int = PER_PAGE) -> Shown[Row]:
    """Return the page of a list that the address asks for by `page`; the nearest that there is for any other."""
    asked = request.query_params.get("page", "1")
    pages = max(-(-len(rows) // per), 1)
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, 1), pages)
    start = (number - 1) * per
    others = tuple((n, v) for n, v in request.query_params.multi_items() if n != "page")
    return Shown(rows[start : start + per], number, pages, len(rows), min(start + 1, len(rows)), others)
