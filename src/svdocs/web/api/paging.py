"""Lists in pages: each page names the next, and an element that comes in meanwhile moves none of the others.

A cursor holds the place of the last element that was given, so the next page begins behind it, whatever was added or
taken away before. A handler takes `PageAsked`, and answers with `asked.page_of(...)`; its answer is a `Page`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import UsageError

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_CURSOR_LETTERS = 2_000
_UNUSABLE = "cursor: not one that this list gave; take it from `next` of the page before, or leave it out to begin."

Item = TypeVar("Item")
Row = TypeVar("Row")
Body = TypeVar("Body")
Place = tuple[str | int, ...]
"""Where an element stands in its list: what the list is ordered by, and last what tells two elements apart."""


class Page(BaseModel, Generic[Item]):
    """A part of a list, and where it goes on."""

    items: list[Item]
    next: str | None = Field(
        description="Address of the next page; null on the last. The header `Link` has it too, as `rel=next`.",
        examples=["/api/v1/procurements?limit=50&cursor=WyJTY2hvb2wgbWVhbHMiXQ"],
    )


class Asked:
    """Which page of a list is asked for.

    Attributes:
        limit: how many elements at most.
        after: the place behind which it begins; None for the first page.
    """

    def __init__(self, request: Request, response: Response, limit: int, after: Place | None) -> None:
        self._request = request
        self._response = response
        self.limit = limit
        self.after = after

    def after_as(self, *types: type[str | int]) -> Any:
        """Return the place behind which the page begins, for a list whose places are of these types; None at its start.

        Raises:
            UsageError: the cursor is of another list.
        """
        if self.after is not None and tuple(type(part) for part in self.after) != types:
            raise UsageError(_UNUSABLE)
        return self.after

    def page_of(self, rows: Iterable[Row], place: Callable[[Row], Place], body: Callable[[Row], Body], *,
                backwards: bool = False) -> Page[Body]:  # fmt: skip
        """Return the page of a list that is at hand whole.

        Args:
            rows: the list, in any order.
            place: of a row in the order of the list.
            body: the row as the interface gives it.
            backwards: whether the last come first.

        Raises:
            UsageError: the cursor is of another list.
        """
        placed = sorted(((place(row), i, row) for i, row in enumerate(rows)), reverse=backwards, key=lambda p: p[:2])
        try:
            behind = [row for at, _, row in placed
                      if self.after is None or (at < self.after if backwards else at > self.after)]  # fmt: skip
        except TypeError:
            raise UsageError(_UNUSABLE) from None
        return self.page_begun(behind, place, body)

    def page_begun(self, rows: Sequence[Row], place: Callable[[Row], Place],
                   body: Callable[[Row], Body]) -> Page[Body]:  # fmt: skip
        """Return the page that begins with `rows`, which are in order and begin behind `after`.

        One row more than `limit` is enough, by which it is known that there is another page.
        """
        given = rows[: self.limit]
        following = None
        if len(rows) > self.limit:
            url = self._request.url.include_query_params(cursor=_written(place(given[-1])), limit=self.limit)
            following = f"{url.path}?{url.query}"
            self._response.headers["Link"] = f'<{following}>; rel="next"'
        return Page(items=[body(row) for row in given], next=following)


def _asked(
    request: Request,
    response: Response,
    limit: Annotated[
        int, Query(ge=1, le=MAX_LIMIT, description="How many elements a page has at most.")
    ] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        Query(max_length=MAX_CURSOR_LETTERS, description="Where the page begins: from `next` of the page before."),
    ] = None,
) -> Asked:
    return Asked(request, response, limit, None if cursor is None else _read(cursor))


PageAsked = Annotated[Asked, Depends(_asked)]
"""The page that a request asks for, by `limit` and `cursor`."""


def _written(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str) -> Place:
    """Return the place that a cursor holds.

    Raises:
        UsageError: it is no cursor.

    >>> _read(_written(("Street lighting", 7)))
    ('Street lighting', 7)
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError(_UNUSABLE) from None
    if not isinstance(found, list) or not all(type(part) in (str, int) for part in found):
        raise UsageError(_UNUSABLE)
    return tuple(found)
