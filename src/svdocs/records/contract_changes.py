"""What somebody set of a contract after it was made, of a promise's description, or of a case study's consent.

Each is a row that is only ever added: what stood before and after, who, when and why. The audit trail tells which
fields were set and holds the row's digest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.records.delivery_tables import Contract, ContractChange, ContractCommitment, ContractMilestone
from svdocs.records.digests import row_digest
from svdocs.records.people_tables import Membership, Person, Role
from svdocs.records.schedules import Part, Scheduled
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.tables import EventKind, Procurement, Table

Settled = Mapping[int, float | None]
"""Contract years whose quantity stays, with that quantity."""
Spread = Callable[[ContractCommitment, date, date, Settled], tuple[date | None, Sequence[Part]]]
"""Of a promise, a contract's first and last day and the years that are settled the promise's last day and its parts."""


def changed_in(row: Table, new: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the new values that the row does not have yet."""
    return {name: value for name, value in new.items() if value != getattr(row, name)}


def set_in(session: Session, contract: Contract, row: Table, new: Mapping[str, Any], *, person: str, at: datetime,
           because: str = "", commitment_id: str | None = None,
           case_study_id: str | None = None) -> ContractChange | None:  # fmt: skip
    """Set fields of a contract, or of a row that hangs on it, and return the change; None where nothing is another.

    Raises:
        UsageError: no person.
    """
    changed = changed_in(row, new)
    if not changed:
        return None
    if not person.strip():
        raise UsageError("To change a contract, give the person who does it.")
    change = ContractChange(
        contract_id=contract.id, commitment_id=commitment_id, case_study_id=case_study_id,
        before={n: _as_json(getattr(row, n)) for n in changed}, after={n: _as_json(v) for n, v in changed.items()},
        person=folded(person), because=because.strip(), at=at,
    )  # fmt: skip
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(change)
    session.flush()
    digest = row_digest(session.connection(), ContractChange, col(ContractChange.id) == change.id)
    tell(session, EventKind.contract_changed, change, within=row_of(session, Procurement, contract.procurement_id),
         person=change.person,
         details={"contract": contract.id, "commitment": commitment_id, "case_study": case_study_id,
                  "fields": sorted(changed), "row": digest})  # fmt: skip
    return change


def changes_in(session: Session, contract_id: str) -> list[ContractChange]:
    """Return what was set of a contract and of what hangs on it, oldest first."""
    query = select(ContractChange).where(ContractChange.contract_id == contract_id)
    return list(session.exec(query.order_by(col(ContractChange.id))))


def manager_named(session: Session, contract: Contract, person_id: str) -> str:
    """Return the name of an account that is to manage a contract.

    Raises:
        UsageError: its person is no contract manager of the procurement.
    """
    query = select(Person).join(Membership, col(Membership.person_id) == col(Person.id))
    person = session.exec(query.where(
        Person.id == person_id, Membership.procurement_id == contract.procurement_id,
        Membership.role == Role.contract_manager,
    )).first()  # fmt: skip
    if person is None:
        raise UsageError("Nobody of this account is a contract manager of the procurement; its lead gives the role.")
    return person.name


def spread_anew(session: Session, contract: Contract, promise: Scheduled, spread: Spread) -> None:
    """Have a promise's years be those of the contract's new days; a year of which something was said keeps its row.

    A year that was judged keeps its days and its quantity; a promise that stands in another's place gets no year that
    stays with that one.

    Raises:
        Conflict: such a year would be no more, or no year of the promise would be left.
    """
    commitment = promise.commitment
    judged = {m.year: m.quantity for m in promise.milestones if promise.was_judged(m.id)}
    own = {m.year for m in promise.milestones}
    others = {year: None for year in range(1, max(own, default=0)) if year not in own}
    commitment.due_on, parts = spread(commitment, contract.starts, contract.ends, judged | others)
    wanted = {part.year: part for part in parts if part.year not in others}
    if others and not wanted:
        raise Conflict(
            f"Promise {commitment.number} counts from contract year {min(own)}, which the contract would no longer "
            "have; choose days that keep it."
        )
    said = {e.milestone_id for e in promise.events} | {m.milestone_id for m in promise.matches}
    for milestone in promise.milestones:
        part = wanted.pop(milestone.year, None)
        if milestone.year in judged and part is not None:
            continue
        if part is not None:
            milestone.starts, milestone.ends, milestone.quantity = part.starts, part.ends, part.quantity
        elif milestone.id in said:
            raise Conflict(
                f"Something was said of contract year {milestone.year} of promise {commitment.number}, which the "
                "contract would no longer have; choose days that keep it."
            )
        else:
            session.delete(milestone)
    session.add_all(milestone_of(contract, commitment, part) for part in wanted.values())
    session.flush()


def milestone_of(contract: Contract, commitment: ContractCommitment, part: Part) -> ContractMilestone:
    """Return the row of a promise's part in one year of its contract."""
    return ContractMilestone(contract_id=contract.id, commitment_id=commitment.id, year=part.year, starts=part.starts,
                             ends=part.ends, quantity=part.quantity)  # fmt: skip


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
