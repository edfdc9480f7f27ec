"""Words that a person points at in a document: found by what they typed, or by the box that they drew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from svdocs.statements.passages import fold
from svdocs.text.document import Box, Document, Location, Span

MOST_CHARACTERS = 4_000
_BOX = re.compile(r"\d{1,5}(\.\d+)?(,\d{1,5}(\.\d+)?){3}")


@dataclass(frozen=True, slots=True)
class Pointed:
    """Words of a document with their place; `span` is None where they stand apart in its text."""

    text: str
    location: Location
    span: Span | None

    def as_entry(self) -> dict[str, Any]:
        """Return it in the extraction record's form."""
        place = self.location
        location = {
            "page": place.page,
            "boxes": [list(b) for b in place.boxes],
            "box_pages": list(place.box_pages),
            "section": list(place.section),
            "block": place.block,
            "cell": place.cell,
        }
        entry: dict[str, Any] = {"text": self.text, "location": location}
        return entry | ({"span": list(self.span)} if self.span else {})


def find_words(document: Document, quote: str, page: int | None = None) -> Pointed | None:
    """Return the first place of a document at which words stand, whatever their white space; None if at none.

    Args:
        document: to look in.
        quote: the words.
        page: on which they begin; None for anywhere.
    """
    words = quote.split()
    if not words or len(quote) > MOST_CHARACTERS:
        return None
    for found in re.finditer(r"[\s|]+".join(map(re.escape, words)), document.text):
        span = Span(*found.span())
        place = document.location_of(span)
        if page is None or place.page == page:
            return Pointed(fold(document.quote(span)), place, span)
    return None


def read_box(typed: str) -> Box | None:
    """Return a box as a form sends it, in points; None if it is none.

    >>> read_box("72,100,400.5,120")
    Box(x0=72.0, top=100.0, x1=400.5, bottom=120.0)
    >>> read_box("72,100,10,120"), read_box("all of it")
    (None, None)
    """
    if not _BOX.fullmatch(typed):
        return None
    box = Box(*(float(n) for n in typed.split(",")))
    return box if box.x0 < box.x1 and box.top < box.bottom else None


def words_in_box(document: Document, page: int, box: Box) -> Pointed | None:
    """Return the words of a page whose middles lie in a box; None if there are none.

    Words that follow each other in the text are one stretch of it; words of several columns are joined.
    """
    inside = [w for w in document.words if w.page == page and any(box.holds_middle_of(b) for b in w.boxes)]
    if not inside:
        return None
    span = Span(inside[0].span.start, inside[-1].span.end)
    if len(document.words_in(span)) == len(inside):
        return Pointed(fold(document.quote(span)), document.location_of(span), span)
    boxes = _joined([b for w in inside for b in w.boxes])
    first = document.location_of(inside[0].span)
    place = Location(page, boxes, (page,) * len(boxes), first.section, first.block, first.cell)
    return Pointed(fold(" ".join(document.quote(w.span) for w in inside)), place, None)


def _joined(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return one box for neighbours on a line."""
    lines: list[Box] = []
    for box in boxes:
        last = lines[-1] if lines else None
        if last and abs(last.top - box.top) < (box.bottom - box.top) / 2 and 0 <= box.x0 - last.x1 < 20:
            lines[-1] = last.union(box)
        else:
            lines.append(box)
    return tuple(lines)
