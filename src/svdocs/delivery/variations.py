"""What is agreed after a contract was made: another promise in the place of one, other days, another value.

The old promise stays as it was; the records name both, with who agreed, when and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from svdocs.delivery.award import spread_over
from svdocs.delivery.years import contract_year_of, contract_years, due_day
from svdocs.errors import UsageError
from svdocs.frameworks.applying import spelt
from svdocs.records.contracts import Contracts, check_quantity
from svdocs.records.delivery_tables import Contract, ContractCommitment
from svdocs.records.people import Clock
from svdocs.records.schedules import ContractRecord, Part, Promise
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
    """Return the promise that is agreed in place of another, from the contract year in which it is agreed.

    The old promise keeps the years before and those that were judged, with what was delivered in them. The number that
    is agreed is what is to be delivered from that year on; a rate, or a number a year, holds in each year from then.

    Args:
        store: the records.
        commitment_id: the promise that gives way.
        agreed: what is agreed.
        person: who agrees to it for the authority.
        because: why.
        seen: how many events of the old promise the person has seen; another number is a conflict.
        clock: tells when it is agreed.

    Raises:
        UsageError: no person, reason or words, a number that cannot be used, or due before the contract year in which
            it is agreed.
        NotFound: there is no such promise.
        Conflict: the contract is closed, the promise can be varied no more, or somebody has moved it meanwhile.
    """
    check_quantity(agreed.quantity_value)
    contracts = Contracts(store, clock)
    before = contracts.promise(commitment_id)
    old = before.commitment
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
    first = first_year_of(contract, clock)
    judged = {m.year for m in before.milestones if before.was_judged(m.id)}
    due_on, parts = _spread_from(new, contract, first, judged)
    if not parts:
        raise UsageError(
            f"The new promise is due before contract year {first}, in which it is agreed; what fell due before stays "
            "with the promise as it was. Give a later day, or none."
        )
    return contracts.vary(commitment_id, replace(new, due_on=due_on, parts=parts), person=person, because=because,
                          seen=seen)  # fmt: skip


def first_year_of(contract: Contract, clock: Clock = now) -> int:
    """Return the contract year from which a promise counts that is agreed now."""
    return contract_year_of(clock().date(), contract.starts, contract.ends)


def _spread_from(
    promise: Promise, contract: Contract, first: int, judged: Set[int]
) -> tuple[date | None, tuple[Part, ...]]:
    """Return a promise's last day and its parts from a contract year on, without the years that were judged.

    Where all of these were judged, it is due in the last of them nonetheless.
    """
    starts, ends = contract.starts, contract.ends
    due_on = due_day(promise.due_date, promise.due_text, starts, ends)
    years = range(1, len(contract_years(starts, ends)) + 1)
    last = contract_year_of(due_on or ends, starts, ends)
    own = {n for n in years if first <= n <= last and n not in judged} or {last}
    _, parts = spread_over(promise, starts, ends, {n: None for n in years if n not in own})
    return due_on, tuple(p for p in parts if p.year in own and p.year >= first)


def change_contract(store: Store, contract_id: str, changes: Mapping[str, Any], *, person: str, because: str = "",
                    check: Callable[[ContractRecord], None] = lambda _: None,
                    clock: Clock = now) -> Contract:  # fmt: skip
    """Return the contract with details set; over other days its promises are spread anew.

    A promise of a total keeps its total, and a promise a year counts for each year of the new days. A year that was
    judged keeps its days and what fell due in it; the rest of a total is spread over the other years.

    Raises:
        UsageError: no person, or no reason for other days or another value, or a value that cannot be used.
        NotFound: there is no such contract.
        Conflict: it is closed, or something was said of a contract year that it would no longer have.
    """
    return Contracts(store, clock).change(
        contract_id, changes, person=person, because=because, spread=spread_over, check=check
    )
