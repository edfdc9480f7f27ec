"""A framework of social value, as data: its edition, themes and measures, each with source and confidence."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a framework suggested for a statement, with the probability that it is right."""

    framework: str
    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Coding:
    """The codes suggested for a statement, best first a framework; an empty tuple means that no code fits."""

    themes: dict[str, tuple[Code, ...]] = field(default_factory=dict)
    measures: tuple[Code, ...] = ()
