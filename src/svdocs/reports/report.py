"""A report as a value: sections of paragraphs, figures, tables, charts and quotes, which pages and Word files print.

The four reports are built as this, so that one template a medium prints them all, and one walk finds every figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from svdocs.frameworks.applying import spelt
from svdocs.reports.figure import Figure


@dataclass(frozen=True, slots=True)
class Day:
    """A day or time in a report, printed in words."""

    day: date

    def __str__(self) -> str:
        """Return it as printed.

        >>> str(Day(date(2028, 3, 31)))
        '31 March 2028'
        """
        return spelt(self.day)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words out of the records or of a law's name: they may hold numbers of their own, which svdocs did not count."""

    text: str

    def __str__(self) -> str:
        """Return the words."""
        return self.text


Piece: TypeAlias = str | Figure | Day | Quoted
Line: TypeAlias = tuple[Piece, ...]
"""Words with what stands among them."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running words; `note` where they are small print."""

    line: Line
    note: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """One of a few figures that a reader sees first."""

    figure: Figure
    label: str
    beside: Line = ()
    """What puts it into proportion."""


@dataclass(frozen=True, slots=True)
class Headlines:
    """The figures that a reader sees first."""

    shown: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and headings; the first cell of a row names it.

    Attributes:
        widths: of the columns, in parts of the whole width.
        numeric: which columns hold numbers, by index.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...] = ()
    numeric: frozenset[int] = frozenset()
    total: bool = False
    """Whether the last row is the sum of the others."""


class ChartKind(StrEnum):
    """How figures are drawn."""

    stacked = "stacked"
    """A bar for each row, divided into parts of the whole."""
    bullets = "bullets"
    """A bar for each row against its target."""
    bars = "bars"
    """A bar for each row."""
    columns = "columns"
    """A group of upright bars for each row, such as a year."""
    map = "map"
    """The districts of Kent and Medway, shaded; a row is a district by its name."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart.

    Attributes:
        figures: as long as the chart's series; of bullets what was reached, then the target.
        said: what stands at its end, in place of the figures.
    """

    label: str
    figures: tuple[Figure, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of figures that a table or paragraph tells as well.

    Attributes:
        key: its name in the report, and of its file.
        title: what it shows, as a sentence.
        series: names of the parts of a bar.
    """

    key: str
    kind: ChartKind
    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    credit: str = ""
    """Who has to be named beside it."""

    @property
    def alt(self) -> str:
        """What somebody is told who does not see it: all that it shows."""
        rows = []
        for bar in self.bars:
            told = bar.said or ", ".join(
                f"{f.text} {name.lower()}" if len(self.series) > 1 else f.text
                for f, name in zip(bar.figures, self.series, strict=True)
            )
            rows.append(f"{bar.label}: {told}")
        return f"{self.title}. {'; '.join(rows)}."


@dataclass(frozen=True, slots=True)
class Story:
    """A case study in short, under the four headings."""

    title: str
    about: Line
    parts: tuple[tuple[str, str], ...]
    """Heading and words."""
    source: Line = ()


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that somebody asked, as they put it."""

    number: str
    words: str


Block: TypeAlias = Paragraph | Headlines | Table | Chart | Story | Points | Question


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under a heading."""

    key: str
    title: str
    blocks: tuple[Block, ...]


class ReportKind(StrEnum):
    """Which reports there are."""

    statement = "statement"
    foi = "foi"
    performance = "performance"
    assurance = "assurance"


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be printed.

    Attributes:
        period: the financial year or years that it is about, as in 2027-28.
        authority: whose it is.
        made_at: when it was counted.
        basis: which records it was counted from, in words.
    """

    kind: ReportKind
    title: str
    period: str
    authority: str
    made_at: datetime
    basis: Line
    sections: tuple[Section, ...] = field(default=())

    @property
    def name(self) -> str:
        """The name of its files, without an ending.

        >>> Report(ReportKind.foi, "", "2022-23 to 2024-25", "", datetime(2026, 1, 1), ()).name
        'foi-2022-23-to-2024-25'
        """
        return f"{self.kind.value}-{self.period.replace(' ', '-')}"

    def section(self, key: str) -> Section:
        """Return the section of this key."""
        return next(s for s in self.sections if s.key == key)

    @property
    def charts(self) -> dict[str, Chart]:
        """What is drawn in it, by key."""
        return {b.key: b for s in self.sections for b in s.blocks if isinstance(b, Chart)}

    def figures(self) -> dict[str, Figure]:
        """Return every figure that is printed or drawn, by key, with those that a share rests on."""
        found: dict[str, Figure] = {}
        for figure in _figures_in(self):
            for one in (figure, figure.part, figure.whole):
                if one is not None:
                    found.setdefault(one.key, one)
        return found


def _figures_in(value: Any) -> Iterator[Figure]:
    """Yield the figures in a report or a part of it, in the order in which they are printed."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _figures_in(one)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _figures_in(getattr(value, name))


def in_words(line: Sequence[Piece]) -> str:
    """Return a line as plain words."""
    return "".join(str(piece) for piece in line)
