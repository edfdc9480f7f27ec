"""A framework of social value, as data: its edition, themes and measures, each with source and confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from svdocs.statements.statement import Unit


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


class Confidence(StrEnum):
    """How well a fact of the catalogue is borne out."""

    high = "high"
    """Seen in an official publication or a direct copy of one."""
    medium = "medium"
    """Seen in a secondary publication."""
    low = "low"
    """One weak source."""
    recall = "recall"
    """General knowledge that no publication has confirmed: shown as unconfirmed wherever it is shown."""


class Status(StrEnum):
    """Where an edition stands."""

    in_force = "in_force"
    superseded = "superseded"
    """Kept for procurements that commenced under it, and for older case studies."""
    provisional = "provisional"
    """Announced, but not published whole when it was compiled."""


class MeasureKind(StrEnum):
    """How a measure is valued."""

    monetised = "monetised"
    """A value in pounds a unit exists; it comes from the authority's own licensed workbook."""
    invested = "invested"
    """Counts the pounds put in, staff time included."""
    record_only = "record_only"


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that a fact rests on."""

    key: str
    title: str
    publisher: str
    year: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """What a piece of the catalogue rests on: its source, others that agree, and how well it is borne out."""

    source: Source
    confidence: Confidence
    also: tuple[Source, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Say whether a publication bears it out; what is recalled or weak is shown as unconfirmed."""
        return self.confidence in (Confidence.high, Confidence.medium)


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement about a framework in svdocs' own words, with what it rests on."""

    key: str
    text: str
    support: Support


@dataclass(frozen=True, slots=True)
class UnitOfMeasure:
    """What a measure counts: a unit of statements, or one that the framework declares.

    Attributes:
        key: the unit's name in the catalogue.
        label: as shown.
        like: the units of statements that count the same thing.
    """

    key: str
    label: str
    like: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, outcome or priority that a statement may be coded to.

    Attributes:
        code: as used in extraction records.
        label: svdocs' own name for it.
        description: in svdocs' own words.
        typical: a few kinds of commitment that belong to it, for comparing texts.
        keywords: words that point to it.
        parent: the heading above it in the framework, if any.
        mandatory: whether every procurement under the framework must have it.
        suggested: whether it is offered for statements.
    """

    code: str
    label: str
    description: str
    typical: tuple[str, ...]
    keywords: tuple[str, ...]
    support: Support
    parent: str | None = None
    mandatory: bool = False
    suggested: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """An outcome or award criterion below a theme."""

    code: str
    theme: str
    label: str
    support: Support


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that a quantity may be counted under.

    Attributes:
        code: as quoted in bids.
        theme: code of the framework's theme that it belongs to.
        label: svdocs' own name for it.
        description: in svdocs' own words.
        typical: a few kinds of commitment that belong to it, for comparing texts.
        keywords: words that point to it.
        unit: what it counts.
        stated_in: the units in which bidders state such commitments.
        suggested: whether it is offered for statements; not where its meaning is unconfirmed altogether.
    """

    code: str
    theme: str
    label: str
    description: str
    typical: tuple[str, ...]
    keywords: tuple[str, ...]
    unit: UnitOfMeasure
    stated_in: tuple[Unit, ...]
    kind: MeasureKind
    support: Support
    suggested: bool = True


@dataclass(frozen=True, slots=True)
class Framework:
    """One edition of a framework: who published it, on what terms, and its themes and measures.

    Attributes:
        theme_word: what the framework calls its themes: theme, outcome or priority.
        suggested: whether its codes are offered for statements without being asked for.
    """

    key: str
    title: str
    edition: str
    publisher: str
    licence: str
    status: Status
    theme_word: str = "theme"
    suggested: bool = True
    themes: tuple[Theme, ...] = ()
    outcomes: tuple[Part, ...] = ()
    criteria: tuple[Part, ...] = ()
    measures: tuple[Measure, ...] = ()
    facts: tuple[Fact, ...] = ()

    def theme(self, code: str) -> Theme | None:
        """Return the theme with that code, or None."""
        return next((t for t in self.themes if t.code == code), None)

    def measure(self, code: str) -> Measure | None:
        """Return the measure with that code, or None."""
        return next((m for m in self.measures if m.code == code), None)

    def fact(self, key: str) -> Fact | None:
        """Return the fact with that key, or None."""
        return next((f for f in self.facts if f.key == key), None)
