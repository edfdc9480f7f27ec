"""What is found in a text: a passage, and the commitment, delivery or practice that it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from svdocs.text.document import BlockKind, Span


class StatementType(StrEnum):
    """The kinds of statement that are kept; everything else is noise."""

    commitment = "commitment"
    delivery = "delivery"
    practice = "practice"
    none = "none"


class Firmness(StrEnum):
    """How far a commitment binds."""

    firm = "firm"
    conditional = "conditional"
    """Firm, but hangs on something outside the bidder's control."""
    aspirational = "aspirational"


class Unit(StrEnum):
    """What a quantity counts."""

    people = "people"
    fte = "fte"
    hours = "hours"
    days = "days"
    weeks = "weeks"
    gbp = "gbp"
    percent = "percent"
    tco2e = "tco2e"
    kg = "kg"
    tonnes = "tonnes"
    miles = "miles"
    km = "km"
    trees = "trees"
    events = "events"
    schools = "schools"
    organisations = "organisations"
    devices = "devices"
    vehicles = "vehicles"
    meals = "meals"
    sessions = "sessions"
    items = "items"


class Per(StrEnum):
    """The period or head that a quantity is counted by; a total has none."""

    year = "year"
    month = "month"
    week = "week"
    contract = "contract"
    employee = "employee"


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest full sentence, list item or table row that may state something, with what surrounds it.

    Attributes:
        span: its place in the document's text.
        text: the document's text at `span`, white space folded.
        block: number of the block that holds it.
        kind: of that block.
        section: headings above, outermost first.
        introduction: the sentence that introduces the list, or the table's title; empty if none.
        header: a table row's column headers, in the order of its cells.
        cells: a table row's cell texts.
        blank: the headers of a table row's empty cells.
        previous: the sentence before in the same block or list; empty if none.
        following: the sentence after; empty if none.
    """

    span: Span
    text: str
    block: int
    kind: BlockKind
    section: tuple[str, ...] = ()
    introduction: str = ""
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    previous: str = ""
    following: str = ""

    @property
    def above(self) -> str:
        """What stands above it, as one line: headings, the list's introduction, the table's headers."""
        parts = (" > ".join(self.section[-2:]), self.introduction, " | ".join(self.header))
        return " : ".join(x for x in parts if x)

    @property
    def leans_on(self) -> str:
        """The sentence whose nouns it may leave out: the one before or the list's introduction; for a row none."""
        return "" if self.cells else self.previous or self.introduction


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; `span` counts from the start of the passage's text.

    `value` is the lower bound of a range and `maximum` the upper; `per` is None for a total.
    """

    value: float
    unit: Unit
    text: str
    span: Span
    maximum: float | None = None
    per: Per | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """By when: `date` is an ISO date, month or year as far as it is stated, or None for a relative date."""

    text: str
    span: Span
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where: the place as written, with its ONS code where one is known."""

    text: str
    span: Span
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who gains, as written."""

    text: str
    span: Span


Codes = Mapping[str, Mapping[str, float]]
"""By framework the probability of each of its codes, an empty code for none of them."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A commitment, delivery or practice over one passage.

    Attributes:
        focus: the part of the passage's text that states this deliverable; the whole where it states one.
        confidence: probability of `type`.
        carried_by: the words that carried the type, as written.
        codes: what the encoder makes of its themes and measures; empty where it was not asked.
    """

    type: StatementType
    passage: Passage
    focus: str
    confidence: float
    firmness: Firmness | None = None
    firmness_confidence: float | None = None
    quantity: Quantity | None = None
    due: Due | None = None
    place: Place | None = None
    beneficiary: Beneficiary | None = None
    carried_by: tuple[str, ...] = ()
    codes: Codes = field(default_factory=dict, compare=False, repr=False)
