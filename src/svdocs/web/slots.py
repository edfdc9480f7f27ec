"""Where in a passage its quantity, due date, place and beneficiary stand, to be shown by their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from svdocs.text.document import Box, Document, Span

SLOTS = {"quantity": "How much", "due": "By when", "place": "Where", "beneficiary": "Who gains"}
"""The fields of a statement that are words of its passage, and what each is called beside them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The characters of a passage that give one of its fields."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class SlotPiece:
    """A stretch of a passage under the same slots; `begins` are those whose first piece this is.

    Attributes:
        is_focus: whether it is part of what this statement is about, where the passage states several things.
    """

    text: str
    slots: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    is_focus: bool = True


def find_slots(entry: Mapping[str, Any]) -> list[Slot]:
    """Return the places of an entry's slots in its ``text``; what a person set in other words has none.

    >>> text = "We will create five apprenticeships in Thanet."
    >>> quantity = {"value": 5, "text": "five", "span": [15, 19]}
    >>> [(s.name, text[slice(*s.span)]) for s in find_slots(
    ...     {"text": text, "quantity": quantity, "place": {"text": "Thanet"}, "due": {"text": "by May"}})]
    [('quantity', 'five'), ('place', 'Thanet')]
    """
    text, focus = str(entry.get("text") or ""), str(entry.get("focus") or "")
    found = []
    for name in SLOTS:
        part = entry.get(name) or {}
        span = _span_of(text, focus, str(part.get("text") or ""), part.get("span"))
        if span is not None:
            found.append(Slot(name, span))
    return found


def _span_of(text: str, focus: str, words: str, said: Sequence[int] | None) -> Span | None:
    if not words:
        return None
    if said and len(said) == 2 and text[said[0] : said[1]] == words:
        return Span(said[0], said[1])
    within = text.find(focus) if focus else -1
    start = text.find(words, max(within, 0))
    if start < 0:
        start = text.find(words)
    return Span(start, start + len(words)) if start >= 0 else None


def cut_by_slots(entry: Mapping[str, Any]) -> list[SlotPiece]:
    """Return the entry's passage cut where a slot, or what the statement is about, begins or ends.

    >>> [(p.text, p.slots) for p in cut_by_slots({"text": "Plant 40 trees.", "quantity": {"text": "40 trees"}})]
    [('Plant ', ()), ('40 trees', ('quantity',)), ('.', ())]
    """
    text, focus = str(entry.get("text") or ""), str(entry.get("focus") or "")
    slots = find_slots(entry)
    at = text.find(focus) if focus and focus != text else -1
    about = Span(at, at + len(focus)) if at >= 0 else Span(0, len(text))
    edges = sorted({0, len(text), *about, *(e for s in slots for e in s.span)})
    seen: set[str] = set()
    pieces = []
    for start, end in pairwise(edges):
        over = tuple(s.name for s in slots if s.span.overlaps(Span(start, end)))
        begins = tuple(name for name in over if name not in seen)
        seen.update(begins)
        pieces.append(SlotPiece(text[start:end], over, begins, about.overlaps(Span(start, end))))
    return pieces


def slot_boxes(document: Document, entry: Mapping[str, Any]) -> list[tuple[str, int, Box]]:
    """Return for each slot its name, page and boxes on the page, from the words of the document that it touches."""
    span = entry.get("span")
    if not document.words or not span or len(span) != 2:
        return []
    begin = int(span[0])
    original = document.quote(Span(begin, int(span[1])))
    boxes = []
    for slot in find_slots(entry):
        place = document.location_of(unfold(original, str(entry["text"]), slot.span).shifted(begin))
        boxes += [(slot.name, page, box) for box, page in zip(place.boxes, place.box_pages, strict=True)]
    return boxes


def unfold(original: str, folded: str, span: Span) -> Span:
    """Return where a span of folded text stands in the original, whose white space was folded.

    >>> unfold("We\\n  plant\\n40 trees", "We plant 40 trees", Span(9, 17))
    Span(start=11, end=19)
    """
    solid = len(folded[: span.start].replace(" ", ""))
    length = len(folded[span.start : span.end].replace(" ", ""))
    places = [i for i, c in enumerate(original) if not c.isspace()]
    if not length or solid + length > len(places):
        return Span(0, len(original))
    return Span(places[solid], places[solid + length - 1] + 1)
