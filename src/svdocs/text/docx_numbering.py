"""The number or bullet that Word shows before a list item; it stands nowhere in the text and has to be counted out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from svdocs.text.docx_styles import attribute, child, local_name, value_of, whole

BULLET = "•"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document; counts on with each item that it is asked about."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        abstract: dict[str, _List] = {}
        if root is None:
            return
        for element in root.iterchildren():
            if local_name(element) == "abstractNum":
                abstract[attribute(element, "abstractNumId") or ""] = _List(
                    dict(map(_read_level, _named(element, "lvl")))
                )
        for element in root.iterchildren():
            if local_name(element) == "num":
                base = abstract.get(value_of(child(element, "abstractNumId")) or "", _List())
                self._lists[attribute(element, "numId") or ""] = _overridden(base, element)

    def next_label(self, number: str, level: int) -> str | None:
        """Return the label of the next item of list `number` at `level` (from 0), or None if there is no such list.

        Counts the item: asking twice gives two labels.
        """
        found = self._lists.get(number)
        if found is None:
            return None
        shape = found.levels.get(level, _Level(form="bullet"))
        if shape.form == "bullet":
            return BULLET
        found.counts[level] = found.counts.get(level, shape.start - 1) + 1
        for deeper in [n for n in found.counts if n > level]:
            del found.counts[deeper]

        def number_at(match: re.Match[str]) -> str:
            n = int(match.group(1)) - 1
            other = found.levels.get(n, _Level())
            return format_number(found.counts.get(n, other.start), other.form)

        return re.sub(r"%([1-9])", number_at, shape.text) if shape.form != "none" else ""


def format_number(number: int, form: str) -> str:
    """Return a number in one of Word's forms; an unknown form gives digits.

    >>> [format_number(n, f) for n, f in ((4, "decimal"), (28, "lowerLetter"), (4, "upperRoman"), (2, "ordinal"))]
    ['4', 'bb', 'IV', '2nd']
    """
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 780:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text = ""
        for value, sign in _ROMAN:
            text += sign * (number // value)
            number %= value
        return text if form == "lowerRoman" else text.upper()
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "ordinal":
        ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"
    return str(number)


def _read_level(element: etree._Element) -> tuple[int, _Level]:
    return whole(attribute(element, "ilvl")) or 0, _Level(
        start=whole(value_of(child(element, "start"))) or 0,
        form=value_of(child(element, "numFmt")) or "decimal",
        text=value_of(child(element, "lvlText")) or "",
    )


def _overridden(base: _List, element: etree._Element) -> _List:
    """Return the list of a `num`: its abstract list's own counters, unless it starts them anew."""
    changes = _named(element, "lvlOverride")
    if not changes:
        return base
    levels = dict(base.levels)
    for change in changes:
        n = whole(attribute(change, "ilvl")) or 0
        own = child(change, "lvl")
        if own is not None:
            levels[n] = _read_level(own)[1]
        start = whole(value_of(child(change, "startOverride")))
        if start is not None:
            old = levels.get(n, _Level())
            levels[n] = _Level(start, old.form, old.text)
    return _List(levels)


def _named(element: etree._Element, name: str) -> list[etree._Element]:
    return [c for c in element.iterchildren() if local_name(c) == name]
