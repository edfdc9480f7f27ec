"""The value of a bid: quantity times value of a unit, less what would have happened anyway, times what is its doing.

Every promise is a line of its own: it is either in the sum, or it says why it is not. Of promises under measures that
exclude each other the one of the highest value is counted, unless a person says that they are about different things.
All is counted in exact fractions; `in_pounds` rounds for showing alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from svdocs.statements.in_words import quantity_in_words, unit_in_words
from svdocs.statements.statement import Per, Unit
from svdocs.valuing.proxies import ProxySet, ProxyValue, exclusion_between
from svdocs.valuing.weightings import WHOLE

PERIODS_A_YEAR: Mapping[str, int] = {Per.year: 1, Per.month: 12, Per.week: 52}
SAME_UNITS: Mapping[tuple[str, str], Fraction] = {
    (Unit.kg, Unit.tonnes): Fraction(1, 1000),
    (Unit.tonnes, Unit.kg): Fraction(1000),
}
"""What one unit is in another where that is so by definition; anything else is for a person to say."""


class NotCounted(StrEnum):
    """Why a promise is not in the sum."""

    said = "said"
    repeated = "repeated"
    no_measure = "no_measure"
    no_proxy = "no_proxy"
    no_quantity = "no_quantity"
    other_unit = "other_unit"
    other_period = "other_period"
    exclusive = "exclusive"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as far as it is valued.

    Attributes:
        key: of its statement.
        text: the words that promise it.
        document_id, document, place: where they stand: the file, and page, cell or paragraph in words.
        quantity: the least that is promised; None where no number is.
        unit, per: of the quantity.
        measures: framework and code, best first.
        left_out: why it is in no total whatever its value, such as that it is said a second time; empty otherwise.
    """

    key: str
    text: str
    document_id: str
    document: str
    place: str
    quantity: Decimal | None = None
    unit: str = ""
    per: str = ""
    measures: tuple[tuple[str, str], ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says of one promise; whatever is None stays as the method has it.

    Attributes:
        measure: under which it is valued.
        quantity: over the whole contract, in the unit of the measure's value.
        deadweight_hundredths: share that would have happened anyway, in hundredths of a percent.
        attribution_hundredths: share that is this contract's doing.
        counts: False to leave it out.
        is_apart: that it is about something else than promises whose measures exclude its own.
        because: why.
    """

    measure: tuple[str, str] | None = None
    quantity: Decimal | None = None
    deadweight_hundredths: int | None = None
    attribution_hundredths: int | None = None
    counts: bool = True
    is_apart: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """How the bids of a procurement are valued, the same for all.

    Attributes:
        proxies: the values of units.
        years: that the contract lasts; None where nobody has said, and then nothing a year is valued.
        deadweight_hundredths, attribution_hundredths: where nobody says otherwise of a promise.
    """

    proxies: ProxySet
    years: Decimal | None = None
    deadweight_hundredths: int = 0
    attribution_hundredths: int = WHOLE


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One promise in the reckoning: each factor of its value, or why it has none.

    Attributes:
        quantity: over the whole contract, in the unit of the proxy.
        worked: how the quantity was reached, in words.
        value: quantity x pounds x (1 - deadweight) x attribution, exact; nought where it is not counted.
        not_counted: why it is not in the sum; None where it is.
        because: the same in words.
        in_place_of: key of the promise that is counted in its place.
        choice: what a person said of it.
    """

    promised: Promised
    proxy: ProxyValue | None = None
    quantity: Fraction | None = None
    worked: str = ""
    deadweight: Fraction = Fraction(0)
    attribution: Fraction = Fraction(1)
    value: Fraction = Fraction(0)
    not_counted: NotCounted | None = None
    because: str = ""
    in_place_of: str = ""
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class BidValue:
    """A bid's lines in the order of its promises."""

    lines: tuple[ValueLine, ...]

    @property
    def total(self) -> Fraction:
        """The sum of what counts, in pounds, exact."""
        return sum((x.value for x in self.lines), Fraction(0))

    @property
    def counted(self) -> tuple[ValueLine, ...]:
        """The lines of the sum."""
        return tuple(x for x in self.lines if x.not_counted is None)


def value_bid(promises: Sequence[Promised], method: Method, choices: Mapping[str, Choice]) -> BidValue:
    """Return the value of a bid's promises.

    Args:
        promises: of one bid, in its order.
        method: the same for all bids.
        choices: what people said, by the promise's key.
    """
    lines = [_value(p, method, choices.get(p.key)) for p in promises]
    counted: list[ValueLine] = []
    settled: dict[str, ValueLine] = {}
    for line in sorted(lines, key=lambda x: (-x.value, promises.index(x.promised))):
        settled[line.promised.key] = kept = _settle(line, counted)
        if kept.not_counted is None:
            counted.append(kept)
    return BidValue(tuple(settled[p.key] for p in promises))


def _settle(line: ValueLine, counted: Sequence[ValueLine]) -> ValueLine:
    """Return the line, set aside where one that excludes it counts already."""
    if line.not_counted is not None or line.proxy is None or (line.choice is not None and line.choice.is_apart):
        return line
    for other in counted:
        rule = exclusion_between(line.proxy.measure, other.proxy.measure) if other.proxy else None
        if rule is not None and other.proxy is not None:
            because = (
                f"{line.proxy.code} is not counted together with {other.proxy.code}, which is counted at the higher "
                f"value; unless a person says that they are about different things. {rule.source}"
            )
            return replace(line, value=Fraction(0), not_counted=NotCounted.exclusive, because=because,
                           in_place_of=other.promised.key)  # fmt: skip
    return line


def _value(promised: Promised, method: Method, choice: Choice | None) -> ValueLine:
    chosen = choice or Choice()
    line = ValueLine(promised, choice=choice)
    if not chosen.counts:
        return _aside(line, NotCounted.said, f"A person left it out: {chosen.because}")
    if promised.left_out:
        return _aside(line, NotCounted.repeated, promised.left_out)
    measures = (chosen.measure,) if chosen.measure else promised.measures[:1]
    if not measures:
        return _aside(line, NotCounted.no_measure, "It is under no measure; a person says which one fits.")
    proxy = method.proxies.value_of(measures[0])
    if proxy is None:
        return _aside(line, NotCounted.no_proxy, f"The set has no value for {measures[0][1]}.")
    line = replace(line, proxy=proxy)
    found = _quantity(promised, proxy, method, chosen)
    if isinstance(found, ValueLine):
        return replace(found, proxy=proxy, choice=choice)
    quantity, worked = found
    deadweight = Fraction(_first(chosen.deadweight_hundredths, method.deadweight_hundredths), WHOLE)
    attribution = Fraction(_first(chosen.attribution_hundredths, method.attribution_hundredths), WHOLE)
    value = quantity * Fraction(proxy.pounds) * (1 - deadweight) * attribution
    return replace(line, quantity=quantity, worked=worked, deadweight=deadweight, attribution=attribution, value=value)


def _quantity(
    promised: Promised, proxy: ProxyValue, method: Method, chosen: Choice
) -> tuple[Fraction, str] | ValueLine:
    """Return the quantity over the whole contract in the proxy's unit and how it was reached, or a line that has none.

    Of a range the least counts.
    """
    line = ValueLine(promised)
    if chosen.quantity is not None:
        return Fraction(chosen.quantity), f"as a person says: {chosen.because}"
    if promised.quantity is None:
        return _aside(line, NotCounted.no_quantity, "It states no number.")
    factor = Fraction(1) if promised.unit == proxy.unit else SAME_UNITS.get((promised.unit, proxy.unit))
    if factor is None:
        because = (
            f"It is stated in {unit_in_words(promised.unit)}, and the value is for {unit_in_words(proxy.unit)}; a "
            "person says how many it is."
        )
        return _aside(line, NotCounted.other_unit, because)
    if promised.per in ("", Per.contract):
        return Fraction(promised.quantity) * factor, quantity_in_words(promised.quantity, promised.unit)
    periods = PERIODS_A_YEAR.get(promised.per)
    if periods is None or method.years is None:
        why = "is counted by the head" if periods is None else "is a figure a period, and the contract's years are open"
        return _aside(line, NotCounted.other_period, f"It {why}; a person says how many it is in all.")
    total = Fraction(promised.quantity) * factor * periods * Fraction(method.years)
    worked = quantity_in_words(promised.quantity, promised.unit, per=promised.per)
    return total, f"{worked} for {quantity_in_words(method.years, None)} years"


def _aside(line: ValueLine, why: NotCounted, because: str) -> ValueLine:
    return replace(line, not_counted=why, because=because)


def _first(one: int | None, other: int) -> int:
    return other if one is None else one


def in_pounds(value: Fraction) -> str:
    """Return a sum as it is shown: rounded half up to the penny, with its thousands set off.

    >>> in_pounds(Fraction(1234567, 100)), in_pounds(Fraction(1, 200)), in_pounds(Fraction(245))
    ('£12,345.67', '£0.01', '£245')
    """
    whole, rest = divmod(value * 100, 1)
    pennies = int(whole) + (rest >= Fraction(1, 2))
    pounds, pence = divmod(pennies, 100)
    return f"£{pounds:,}" + (f".{pence:02}" if pence else "")
