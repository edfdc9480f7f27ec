"""A figure of a report: its value, how it was counted, and every record that it was counted from.

No number of a report is anything else: templates print figures and have no arithmetic. What is not held is a figure
too, of which nothing is known, and is printed as such; it is never nought.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from svdocs.statements.statement import Unit

NOT_HELD = "not held"


class Of(StrEnum):
    """What a figure was counted from: the kind of record that its ids name."""

    procurement = "procurement"
    contract = "contract"
    promise = "promise"
    milestone = "milestone"
    """What of a promise falls into one contract year."""
    delivery = "delivery"
    """A delivery that a contract manager confirmed."""
    case_study = "case_study"
    badge = "badge"
    spend = "spend"
    """A line of a spend file."""
    ratio = "ratio"
    """A figure of a contract's ratio, with its numerator and denominator."""
    contract_year = "contract_year"
    """A contract and the number of one of its years, as in ``ID#2``."""


class By(StrEnum):
    """How a figure follows from its records."""

    number = "number"
    """How many they are."""
    value = "value"
    """The sum of the contracts' values."""
    quantity = "quantity"
    """The sum of their quantities, all in one unit."""
    amount = "amount"
    """The sum of what was paid."""
    share = "share"
    """In percent of what `whole` counts, by the same rule."""
    numerator = "numerator"
    """The sum of the numerators of a ratio's figures."""
    denominator = "denominator"
    """The sum of their denominators."""
    ratio = "ratio"
    """In percent, a sum of numerators over the sum of denominators that is `whole`."""
    stated = "stated"
    """As one record states it: a value in pounds, or a weighting in percent."""
    proxy = "proxy"
    """Quantities times the value that the authority gave for a unit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report.

    Attributes:
        key: its name in the report; the same wherever the same figure is printed.
        meaning: what it counts, in words.
        value: None where nothing is held.
        by: how it follows from its records.
        of: what kind of records they are.
        ids: of the records.
        unit: of a quantity; pounds where it is money.
        whole: of a share, what it is a share of.
        part: of a share, what it is the share of; its records are those of `ids`.
    """

    key: str
    meaning: str
    value: Decimal | None
    by: By
    of: Of
    ids: tuple[str, ...] = ()
    unit: Unit | None = None
    whole: Figure | None = None
    part: Figure | None = None

    @property
    def is_held(self) -> bool:
        """Whether anything is known of it."""
        return self.value is not None

    @property
    def is_money(self) -> bool:
        """Whether it is pounds."""
        return self.by in (By.value, By.amount, By.proxy) or self.unit is Unit.gbp

    @property
    def text(self) -> str:
        """The figure as it is printed.

        >>> Figure("a", "", Decimal("13559959.61"), By.amount, Of.spend).text
        '£13,559,960'
        >>> Figure("a", "", Decimal("33.333"), By.share, Of.promise).text
        '33%'
        >>> Figure("a", "", None, By.number, Of.badge).text
        'not held'
        """
        if self.value is None:
            return NOT_HELD
        if self.by is By.stated and self.unit is Unit.percent:
            return f"{self.value.normalize():f}%"
        if self.by is By.ratio:
            return f"{self.value.quantize(Decimal('0.1'), ROUND_HALF_UP):,}%"
        if self.by is By.share:
            return f"{_whole(self.value):,}%"
        if self.is_money:
            return f"£{_whole(self.value):,}"
        places = 0 if abs(self.value) >= 100 or self.value == self.value.to_integral_value() else 1
        return f"{self.value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"

    @property
    def short(self) -> str:
        """The figure as it is printed where there is little room: large sums in millions.

        >>> Figure("a", "", Decimal("13559959.61"), By.amount, Of.spend).short
        '£13.6m'
        """
        if self.value is not None and self.is_money and abs(self.value) >= 1_000_000:
            return f"£{(self.value / 1_000_000).quantize(Decimal('0.1'), ROUND_HALF_UP):,}m"
        return self.text

    def __str__(self) -> str:
        """Return it as it is printed."""
        return self.text


def count(key: str, meaning: str, of: Of, ids: tuple[str, ...] | list[str]) -> Figure:
    """Return the figure that says how many records there are."""
    kept = tuple(ids)
    return Figure(key, meaning, Decimal(len(kept)), By.number, of, kept)


def share(key: str, meaning: str, part: Figure, whole: Figure) -> Figure:
    """Return a figure as a percentage of another of its kind; nothing is held where the other is nought.

    >>> ten = count("b", "", Of.promise, list("abcdefghij"))
    >>> share("c", "", count("a", "", Of.promise, ["a"]), ten).text
    '10%'
    """
    value = None
    if part.value is not None and whole.value:
        value = 100 * part.value / whole.value
    return Figure(key, meaning, value, By.share, part.of, part.ids, whole=whole, part=part)


def ratio(key: str, meaning: str, part: Figure, whole: Figure) -> Figure:
    """Return a sum of numerators in percent of the sum of denominators, told to one place.

    >>> three = Figure("a", "", Decimal(3), By.numerator, Of.ratio)
    >>> ratio("c", "", three, Figure("b", "", Decimal(87), By.denominator, Of.ratio)).text
    '3.4%'
    """
    value = 100 * part.value / whole.value if part.value is not None and whole.value else None
    return Figure(key, meaning, value, By.ratio, part.of, part.ids, whole=whole, part=part)


def not_held(key: str, meaning: str, by: By, of: Of) -> Figure:
    """Return the figure of which nothing is held."""
    return Figure(key, meaning, None, by, of)


def plural(figure: Figure, one: str) -> str:
    """Return a word as it stands after a figure.

    >>> plural(count("a", "", Of.badge, ["a"]), "badge"), plural(count("a", "", Of.badge, []), "badge")
    ('badge', 'badges')
    """
    return one if figure.value == 1 else f"{one}s"


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
