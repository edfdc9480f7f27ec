"""Codes found by what a person types: a code, part of one, or words of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from svdocs.frameworks.framework import Framework, Measure, Theme

_WORD = re.compile(r"[a-z0-9]+(?:[.][a-z0-9]+)*")
_LABEL, _KEYWORD, _DESCRIPTION = 3.0, 2.0, 1.0
"""What a word is worth by where it stands."""
_BEGINNING = 0.6
"""What the beginning of a word is worth against the whole."""
_LEAST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A theme or measure that answers a search, best first by `worth`."""

    framework: str
    code: str
    label: str
    description: str
    is_measure: bool
    confirmed: bool
    worth: float


def find_codes(typed: str, frameworks: Mapping[str, Framework], most: int = 20) -> list[FoundCode]:
    """Return the themes and measures that answer what a person typed, best first.

    A code that is typed whole comes first, then codes that begin so, then those in whose words all that was typed is
    found; the beginning of a word finds the whole.

    Args:
        typed: words or a code.
        frameworks: to look through, by key.
        most: how many to return.

    >>> from svdocs.frameworks.load import load_frameworks
    >>> [f.code for f in find_codes("nt10", load_frameworks())][:1]
    ['NT10']
    >>> "wellbeing" in {f.code for f in find_codes("wellb", load_frameworks())}
    True
    >>> find_codes("  ", load_frameworks())
    []
    """
    words = _WORD.findall(typed.lower())
    if not words:
        return []
    found = [
        FoundCode(key, c.code, c.label, c.description, isinstance(c, Measure), c.support.confirmed, worth)
        for key, framework in frameworks.items()
        for c in _codes_of(framework)
        if (worth := _worth(words, c))
    ]
    return sorted(found, key=lambda f: (-f.worth, f.is_measure, f.framework, f.code))[:most]


def _codes_of(framework: Framework) -> Iterator[Theme | Measure]:
    yield from framework.themes
    yield from framework.measures


def _worth(words: Iterable[str], code: Theme | Measure) -> float:
    wanted, name = list(words), code.code.lower()
    joined = "".join(wanted)
    if joined == name.replace("_", ""):
        return 100.0
    total = 50.0 if len(joined) > 1 and name.startswith(joined) and any(c.isdigit() for c in name) else 0.0
    places = (
        (_LABEL, _WORD.findall(code.label.lower())),
        (_KEYWORD, _WORD.findall(" ".join(code.keywords).lower())),
        (_DESCRIPTION, _WORD.findall(f"{code.description} {' '.join(code.typical)}".lower())),
    )
    for word in wanted:
        best = max((weight * _likeness(word, known) for weight, known in places), default=0.0)
        if not best:
            return total
        total += best
    return total


def _likeness(word: str, known: Iterable[str]) -> float:
    known = set(known)
    if word in known:
        return 1.0
    begins = len(word) >= _LEAST_BEGINNING and any(k.startswith(word) for k in known)
    return _BEGINNING if begins else 0.0
