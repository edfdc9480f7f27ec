"""What several reports count: what became of what fell due, what was delivered of each measure, case studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from svdocs.frameworks.load import load_frameworks
from svdocs.reports.facts import Awarded, Became, Due, Facts, ids_of, is_summable
from svdocs.reports.figure import By, Figure, Of, count, share
from svdocs.statements.in_words import unit_in_words
from svdocs.statements.statement import Unit


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some parts that fell due: how many of each kind, and the share that was delivered in full.

    Attributes:
        due: how many fell due.
        became: a figure for each of `Became.ALL`, in that order.
        full: delivered in full or beyond.
        share: of all that fell due.
    """

    due: Figure
    became: tuple[Figure, ...]
    full: Figure
    share: Figure


def tally(key: str, what: str, rows: Sequence[Due]) -> Tally:
    """Return what became of parts that fell due.

    Args:
        key: under which the figures are named.
        what: the parts, in words.
        rows: the parts.
    """
    due = count(f"{key}.due", f"Parts of commitments that fell due: {what}", Of.milestone, ids_of(list(rows)))
    became = tuple(
        count(f"{key}.{name}", f"{name}, of what fell due: {what}", Of.milestone,
              ids_of([d for d in rows if d.became == name]))
        for name in Became.ALL
    )  # fmt: skip
    done = [d for d in rows if d.became in (Became.in_full, Became.exceeded)]
    full = count(f"{key}.full", f"Delivered in full or beyond: {what}", Of.milestone, ids_of(done))
    return Tally(due, became, full, share(f"{key}.full_share", f"Share delivered in full or beyond: {what}", full, due))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was delivered of one measure, against what fell due.

    Attributes:
        label: the measure.
        contracts: how many contracts had something of it due.
    """

    label: str
    unit: Unit | None
    due: Figure
    delivered: Figure
    share: Figure
    contracts: Figure


def outcomes(key: str, year: str, rows: Iterable[Due]) -> list[Outcome]:
    """Return what was delivered of each measure and unit that can be added up, those of most contracts first.

    Args:
        key: under which the figures are named.
        year: the financial year, for the figures' meaning.
        rows: the parts that fell due.
    """
    groups: dict[tuple[str, Unit | None], list[Due]] = defaultdict(list)
    for due in rows:
        if is_summable(due.promise):
            groups[measure_of(due), due.promise.commitment.quantity_unit].append(due)
    found = []
    for (label, unit), parts in groups.items():
        at = f"{key}.{label}.{unit}"
        words = f"{label} ({unit_in_words(unit)}), {year}"
        wanted = Figure(f"{at}.due", f"Fell due: {words}", _sum(d.milestone.quantity for d in parts), By.quantity,
                        Of.milestone, ids_of(parts), unit)  # fmt: skip
        matches = [m for d in parts for m in d.matches]
        reached = Figure(f"{at}.delivered", f"Confirmed as delivered: {words}", _sum(m.quantity for m in matches),
                         By.quantity, Of.delivery, tuple(m.id for m in matches), unit)  # fmt: skip
        contracts = tuple(dict.fromkeys(d.contract.id for d in parts))
        found.append(Outcome(
            label, unit, wanted, reached, share(f"{at}.share", f"Delivered of what fell due: {words}", reached, wanted),
            count(f"{at}.contracts", f"Contracts with something due: {words}", Of.contract, contracts),
        ))  # fmt: skip
    return sorted(found, key=lambda o: (-len(o.contracts.ids), o.label))


def measure_of(due: Due) -> str:
    """Return the measure of a promise as a report names it; by its unit where it has no measure."""
    commitment = due.promise.commitment
    framework = load_frameworks().get(commitment.measure_framework or "")
    measure = next((m for m in framework.measures if m.code == commitment.measure_code), None) if framework else None
    if measure is not None:
        return measure.label
    return commitment.measure_code or f"Other {unit_in_words(commitment.quantity_unit)}, no measure recorded"


def theme_of(due: Due, framework: str) -> str:
    """Return the code of a promise's first theme in a framework; empty where it has none."""
    codes = due.promise.commitment.themes.get(framework) or []
    return str(codes[0]) if codes else ""


def studies_due(year: str, contracts: Sequence[Awarded]) -> list[tuple[Awarded, int]]:
    """Return the contract years that ended in a financial year and for which a case study is due.

    None is due where the buyer's policy does not make social value mandatory for the contract.
    """
    return [
        (c, number)
        for c in contracts
        if c.contract.social_value_mandatory is not False
        for number in c.years_ended_in(year)
    ]


def study_figures(key: str, year: str, contracts: Sequence[Awarded], what: str = "") -> tuple[Figure, Figure, Figure]:
    """Return how many case studies were due for contract years that ended in a year, came, and their share.

    A year for which only a study of another contract or supplier came has none.
    """
    due = studies_due(year, contracts)
    came = [(c, n) for c, n in due if n in {s.year for s in c.studies if not s.is_of_another}]
    words = f"contract years that ended in {year}{what}"
    wanted = count(f"{key}.studies_due", f"Case studies due: {words}", Of.contract_year, _years(due))
    received = count(f"{key}.studies", f"Case studies received: {words}", Of.contract_year, _years(came))
    return wanted, received, share(f"{key}.studies_share", f"Case studies received of those due: {words}", received,
                                   wanted)  # fmt: skip


def value_of(key: str, meaning: str, contracts: Sequence[Awarded]) -> Figure:
    """Return the value of contracts, in pounds; those without a value are not in it."""
    known = [c for c in contracts if c.contract.value_gbp is not None]
    value = sum((c.contract.value_gbp or Decimal() for c in known), Decimal())
    return Figure(key, meaning, value if known else None, By.value, Of.contract, tuple(c.id for c in known))


def contract_count(key: str, meaning: str, contracts: Sequence[Awarded]) -> Figure:
    """Return how many contracts there are."""
    return count(key, meaning, Of.contract, [c.id for c in contracts])


def by_department(facts: Facts, contracts: Iterable[Awarded]) -> dict[str, list[Awarded]]:
    """Return contracts by department, in alphabetical order."""
    found: dict[str, list[Awarded]] = defaultdict(list)
    for c in contracts:
        found[facts.department_of[c.id]].append(c)
    return dict(sorted(found.items()))


def _years(rows: Iterable[tuple[Awarded, int]]) -> list[str]:
    return [f"{c.id}#{number}" for c, number in rows]


def _sum(numbers: Iterable[float | None]) -> Decimal:
    return sum((Decimal(str(n)) for n in numbers if n is not None), Decimal())
