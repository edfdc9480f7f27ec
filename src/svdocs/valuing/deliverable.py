"""Whether so much can be delivered at all: what is promised per employee and per pound of the contract.

A formula over quantities rewards whoever promises most, so a limit is applied before it: either what is above the limit
does not earn points, or it waits until a person has looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from svdocs.valuing.bid_value import in_pounds
from svdocs.valuing.weightings import QuantityMethod, shown


class OverLimit(StrEnum):
    """What becomes of a bid that promises more than a limit allows."""

    check = "check"
    """A person looks at it and says what of it earns points."""
    cap = "cap"
    """What is above the limit earns none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is taken as deliverable without a look, in pounds of social value; None where there is no limit.

    Attributes:
        per_pound: for each pound of the contract's value.
        per_employee: for each employee of the bidder.
        over: what becomes of what is above.
    """

    per_pound: Decimal | None = None
    per_employee: Decimal | None = None
    over: OverLimit = OverLimit.check


@dataclass(frozen=True, slots=True)
class Deliverability:
    """What the check finds of one bid.

    Attributes:
        findings: a sentence for each limit that is passed, or cannot be held against the bid.
        allowed: the least of the limits in pounds; None where none applies.
        needs_person: whether points wait for a person.
        earns: what goes into the formula; None while a person has not said.
    """

    findings: tuple[str, ...]
    allowed: Fraction | None
    needs_person: bool
    earns: Fraction | None


def check_deliverable(
    total: Fraction, limits: Limits, *, contract_pounds: Decimal | None, employees: int | None,
    said: Fraction | None = None,
) -> Deliverability:  # fmt: skip
    """Return what the limits say of a bid's value.

    Args:
        total: the bid's value in pounds.
        limits: the same for all bids.
        contract_pounds: the contract's value.
        employees: of the bidder; None where nobody has said.
        said: what a person lets into the formula, having looked.

    >>> found = check_deliverable(Fraction(900), Limits(per_employee=Decimal(100)), contract_pounds=None, employees=4)
    >>> found.findings, found.earns
    (('£900 in all is £225 for each of 4 employees, above the limit of £100.',), None)
    """
    findings, allowed = [], []
    for limit, of, head in (
        (limits.per_pound, contract_pounds, "for each pound of the contract"),
        (limits.per_employee, employees, f"for each of {employees} employees"),
    ):
        if limit is None:
            continue
        if not of:
            findings.append(f"The limit of {in_pounds(Fraction(limit))} {head.replace('None ', '')} cannot be held "
                            "against it: say how much that is.")  # fmt: skip
            continue
        most = Fraction(limit) * Fraction(of)
        allowed.append(most)
        if total > most:
            rate = in_pounds(total / Fraction(of))
            findings.append(f"{in_pounds(total)} in all is {rate} {head}, above the limit of "
                            f"{in_pounds(Fraction(limit))}.")  # fmt: skip
    least = min(allowed) if allowed else None
    earns = total if least is None else min(total, least)
    waits = bool(findings) and (limits.over is OverLimit.check or len(findings) > len(allowed)) and said is None
    if said is not None:
        return Deliverability(tuple(findings), least, False, min(total, said))
    return Deliverability(tuple(findings), least, waits, None if waits else earns)


def quantity_points(
    method: QuantityMethod, earns: Fraction, best: Fraction, most: Fraction, *,
    contract_pounds: Decimal | None = None, target_per_pound: Decimal | None = None,
) -> Fraction:  # fmt: skip
    """Return the points of a hundred that quantities earn.

    Args:
        method: proportional to the best bid, or against a target per pound of contract value.
        earns: the bid's value after the limits.
        best: the highest of all bids after the limits.
        most: points that can be earned.
        contract_pounds, target_per_pound: for the target.

    >>> quantity_points(QuantityMethod.proportional, Fraction(50), Fraction(200), Fraction(30))
    Fraction(15, 2)
    >>> quantity_points(QuantityMethod.target, Fraction(500), Fraction(0), Fraction(30), contract_pounds=Decimal(1000),
    ...                 target_per_pound=Decimal("0.25"))
    Fraction(30, 1)
    """
    if method is QuantityMethod.proportional:
        return most * earns / best if best else Fraction(0)
    if method is QuantityMethod.target and contract_pounds and target_per_pound:
        return most * min(Fraction(1), earns / (Fraction(contract_pounds) * Fraction(target_per_pound)))
    return Fraction(0)


def formula_in_words(
    method: QuantityMethod, earns: Fraction, best: Fraction, most: Fraction, *,
    contract_pounds: Decimal | None = None, target_per_pound: Decimal | None = None,
) -> str:  # fmt: skip
    """Return how the points of `quantity_points` come about, in words with their figures.

    >>> formula_in_words(QuantityMethod.proportional, Fraction(50), Fraction(200), Fraction(30))
    '£50 / £200 (the highest of all bids) × 30 points = 7.5'
    """
    points = quantity_points(
        method, earns, best, most, contract_pounds=contract_pounds, target_per_pound=target_per_pound
    )
    if method is QuantityMethod.proportional:
        return (
            f"{in_pounds(earns)} / {in_pounds(best)} (the highest of all bids) × {shown(most)} points = {shown(points)}"
        )
    target = Fraction(contract_pounds or 0) * Fraction(target_per_pound or 0)
    return f"{in_pounds(earns)} / {in_pounds(target)} (the target), at most 1, × {shown(most)} points = {shown(points)}"
