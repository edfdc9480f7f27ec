"""The least weighting of social value that a procurement's rules ask for, and which rule that is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from svdocs.errors import ConfigurationError, UsageError
from svdocs.frameworks.applying import NEEDED_FOR_RULES, missing_for_rules
from svdocs.frameworks.rules import choose_model, cite
from svdocs.frameworks.set_up import SetUp
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.valuing.weightings import in_percent

USUAL_HUNDREDTHS = 1000
"""10 %: what most rules ask for, and what is proposed where none that is kept here applies."""


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least weighting in hundredths of a percent, why, and whether a rule requires it."""

    hundredths: int
    rule: str
    is_required: bool


def minimum_for(set_up: SetUp) -> Minimum:
    """Return the least weighting of social value for a procurement that is set up so."""
    lacking = missing_for_rules(set_up)
    kind, contract, value, commenced = (getattr(set_up, name) for name in NEEDED_FOR_RULES)
    if lacking or kind is None or contract is None or value is None or commenced is None:
        return _proposed(
            "The set-up of the procurement does not yet tell which rule applies (buyer, contract, value and day of "
            "commencement); 10 % is proposed, as most rules ask for it."
        )
    try:
        choice = choose_model(kind, commenced, value, contract)
    except ConfigurationError as error:
        return _proposed(f"Which rule applies cannot be told ({error}) 10 % is proposed, as most rules ask for it.")
    if choice.minimum_weighting is None:
        return _proposed("No rule that svdocs keeps requires a least weighting here; 10 % is proposed.")
    return Minimum(int(choice.minimum_weighting * Decimal(100)), " ".join(cite(choice.basis)), True)


def required_minimum(store: Store, procurement_id: str) -> Minimum:
    """Return the least weighting of social value of a procurement in the records.

    Raises:
        NotFound: there is no such procurement.
    """
    return minimum_for(SetUps(store).current(procurement_id).set_up)


def chosen_minimum(required: Minimum, hundredths: int | None, rule: str) -> tuple[int, str]:
    """Return the least weighting that a panel holds itself to, and why: what is required, or what a person chose.

    Raises:
        UsageError: less than is required, or another one without a reason.
    """
    if hundredths is None or hundredths == required.hundredths:
        return required.hundredths, rule.strip() or required.rule
    if required.is_required and hundredths < required.hundredths:
        raise UsageError(f"At least {in_percent(required.hundredths)} % is required. {required.rule}")
    if not rule.strip():
        raise UsageError("Say which rule or decision sets this least weighting of social value.")
    return hundredths, rule.strip()


def _proposed(why: str) -> Minimum:
    return Minimum(USUAL_HUNDREDTHS, why, False)
