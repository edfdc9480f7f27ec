"""Rubrics: which marks may be given, and what each means. Those ready to use are in `rubrics.toml`; buyers add own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from svdocs.errors import UsageError

SHIPPED = Path(__file__).with_name("rubrics.toml")
MOST_LEVELS = 101


@dataclass(frozen=True, slots=True)
class Level:
    """One mark of a rubric: as it is written, what it counts, its short name and its meaning."""

    mark: str
    value: Decimal
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """The marks that may be given, lowest first."""

    key: str
    title: str
    levels: tuple[Level, ...]
    sources: tuple[str, ...] = ()

    @property
    def highest(self) -> Decimal:
        """What the highest mark counts."""
        return self.levels[-1].value

    @property
    def is_pass_or_fail(self) -> bool:
        """Whether there are no steps between failing and passing."""
        return len(self.levels) == 2

    def level(self, mark: str) -> Level:
        """Return the level of a mark as written.

        Raises:
            UsageError: the rubric has no such mark.
        """
        for level in self.levels:
            if level.mark == mark.strip():
                return level
        raise UsageError(f"{mark[:20]!r} is no mark of this rubric; give {', '.join(x.mark for x in self.levels)}.")

    def share(self, mark: str) -> Fraction:
        """Return a mark over the highest one, exact, 0 to 1.

        Raises:
            UsageError: the rubric has no such mark.
        """
        return Fraction(self.level(mark).value) / Fraction(self.highest)

    def gap(self, one: str, other: str) -> Decimal:
        """Return how far two marks lie apart, in marks.

        Raises:
            UsageError: the rubric has no such mark.
        """
        return abs(self.level(one).value - self.level(other).value)

    def as_json(self) -> dict[str, Any]:
        """Return the rubric in the form in which a criterion keeps it."""
        levels = [{"mark": x.mark, "value": str(x.value), "label": x.label, "meaning": x.meaning} for x in self.levels]
        return {"key": self.key, "title": self.title, "levels": levels, "sources": list(self.sources)}


def rubric_from(given: Mapping[str, Any]) -> Rubric:
    """Return the rubric that JSON or a file describes.

    Raises:
        UsageError: it cannot be marked by.
    """
    try:
        levels = tuple(
            sorted((_level(entry) for entry in given["levels"]), key=lambda x: x.value)
        )  # fmt: skip
        rubric = Rubric(str(given["key"]), str(given["title"]), levels, tuple(given.get("sources", ())))
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise UsageError("A rubric has a key, a title and levels, each with mark, label and meaning.") from error
    _check(rubric)
    return rubric


def _level(entry: Mapping[str, Any]) -> Level:
    mark = str(entry["mark"]).strip()
    return Level(
        mark, Decimal(str(entry.get("value", mark))), str(entry["label"]).strip(), str(entry["meaning"]).strip()
    )


def _check(rubric: Rubric) -> None:
    marks, values = [x.mark for x in rubric.levels], [x.value for x in rubric.levels]
    if not 2 <= len(marks) <= MOST_LEVELS or len(set(marks)) != len(marks) or len(set(values)) != len(values):
        raise UsageError("A rubric has at least two marks, each once.")
    if not all(x.mark and x.meaning for x in rubric.levels):
        raise UsageError("Say for each mark of the rubric what it means; bidders are told so too.")
    if any(not v.is_finite() or v < 0 for v in values) or values[0] != 0:
        raise UsageError("The lowest mark of a rubric counts nought, and none counts less.")


def own_rubric(lines: Sequence[str]) -> Rubric:
    """Return a buyer's own rubric from lines of the form ``mark = label: meaning``, one a mark.

    Raises:
        UsageError: a line cannot be used.

    >>> own_rubric(["0 = None: nothing is offered", "3 = Full: all is offered"]).share("3")
    Fraction(1, 1)
    """
    entries = []
    for line in (x.strip() for x in lines if x.strip()):
        mark, equals, rest = line.partition("=")
        label, colon, meaning = rest.partition(":")
        if not equals or not colon:
            raise UsageError(f"{line[:60]!r}: write each mark as “3 = Good: what a good answer is”.")
        entries.append({"mark": mark.strip(), "label": label, "meaning": meaning})
    return rubric_from({"key": "own", "title": "Own", "levels": entries})


@lru_cache(maxsize=1)
def shipped_rubrics() -> Mapping[str, Rubric]:
    """Return the rubrics that ship, by key, each with its sources in words."""
    given = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    told = {
        key: f"{s['says']} ({s['title']}, {s['publisher']})" + ("" if s["confirmed"] else " [not confirmed]")
        for key, s in given["sources"].items()
    }
    found = (rubric_from(r | {"sources": [told[key] for key in r["sources"]]}) for r in given["rubric"])
    return {rubric.key: rubric for rubric in found}
