"""What is agreed after a contract was made: another promise in the place of one, other days, another value.

The old promise stays as it was; the records name both, with who agreed, when and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from svdocs.delivery.award import in_years, spread_over
from svdocs.frameworks.applying import spelt
from svdocs.records.contracts import Contracts, check_quantity
from svdocs.records.delivery_tables import Contract, ContractCommitment
from svdocs.records.people import Clock
from svdocs.records.schedules import ContractRecord, Promise
from svdocs.records.store import Store
from svdocs.records.tables import now
from svdocs.statements.statement import Per, Unit


@dataclass(frozen=True, slots=True)
class Agreed:
    """The words and figures of the promise that is agreed in place of another; its codes stay those of the old one."""

    text: str
    quantity_value: float | None = None
    quantity_unit: Unit | None = None
    quantity_per: Per | None = None
    due_on: date | None = None
    """The last day on which it is in time; None where only the contract's end bounds it."""
    place_text: str | None = None
    beneficiary_text: str | None = None


def vary_promise(store: Store, commitment_id: str, agreed: Agreed, *, person: str, because: str,
                 seen: int | None = None, clock: Clock = now) -> ContractCommitment:  # fmt: skip
    """Return the promise that is agreed in place of another, spread over the contract's years.

    Args:
        store: the records.
        commitment_id: the promise that gives way.
        agreed: what is agreed.
        person: who agrees to it for the authority.
        because: why.
        seen: how many events of the old promise the person has seen; another number is a conflict.
        clock: tells when it is agreed.

    Raises:
        UsageError: no person, reason or words, or a number that cannot be used.
        NotFound: there is no such promise.
        Conflict: the contract is closed, the promise can be varied no more, or somebody has moved it meanwhile.
    """
    check_quantity(agreed.quantity_value)
    contracts = Contracts(store, clock)
    old = contracts.promise(commitment_id).commitment
    contract = contracts.contract(old.contract_id).contract
    new = Promise(
        text=agreed.text, parts=(), source=f"Agreed in place of promise {old.number}",
        quantity_value=agreed.quantity_value,
        quantity_unit=agreed.quantity_unit if agreed.quantity_value is not None else None,
        quantity_per=agreed.quantity_per if agreed.quantity_value is not None else None,
        due_date=agreed.due_on.isoformat() if agreed.due_on else None,
        due_text=f"by {spelt(agreed.due_on)}" if agreed.due_on else "",
        place_text=agreed.place_text or None,
        place_code=old.place_code if agreed.place_text == old.place_text else None,
        beneficiary_text=agreed.beneficiary_text or None, measure_framework=old.measure_framework,
        measure_code=old.measure_code, themes=old.themes, category=old.category, owner=old.owner,
        evidence_asked=old.evidence_asked,
    )  # fmt: skip
    return contracts.vary(commitment_id, in_years(new, contract.starts, contract.ends), person=person, because=because,
                          seen=seen)  # fmt: skip


def change_contract(store: Store, contract_id: str, changes: Mapping[str, Any], *, person: str, because: str = "",
                    check: Callable[[ContractRecord], None] = lambda _: None,
                    clock: Clock = now) -> Contract:  # fmt: skip
    """Return the contract with details set; over other days its promises are spread anew.

    A promise of a total keeps its total, and a promise a year counts for each year of the new days.

    Raises:
        UsageError: no person, or no reason for other days or another value, or a value that cannot be used.
        NotFound: there is no such contract.
        Conflict: it is closed, or something was said of a contract year that it would no longer have.
    """
    return Contracts(store, clock).change(
        contract_id, changes, person=person, because=because, spread=spread_over, check=check
    )
