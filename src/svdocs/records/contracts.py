"""Contracts made of awarded bids: the schedule of promises, how far each has come, and who moved it.

Beside the store, in the same database; each public method is one transaction. A promise never changes: what is agreed
later stands beside it as a new one. States are events that are only ever added, and the newest one stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.records.contract_changes import (
    Spread,
    changed_in,
    changes_in,
    manager_named,
    milestone_of,
    set_in,
    spread_anew,
)
from svdocs.records.delivery_tables import (
    CommitmentEvent,
    CommitmentState,
    Contract,
    ContractChange,
    ContractCommitment,
    MatchState,
)
from svdocs.records.digests import row_digest
from svdocs.records.people import Clock
from svdocs.records.schedules import (
    ContractRecord,
    NewContract,
    Promise,
    Scheduled,
    contract_records,
    promise_in,
    schedules_in,
)
from svdocs.records.steps import folded, row_of, statement_records, supplier_named, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind, Procurement, Statement, StatementStatus

_S = CommitmentState
MOVES: Mapping[CommitmentState, frozenset[CommitmentState]] = {
    _S.committed: frozenset({_S.in_progress, _S.evidence_submitted, _S.missed, _S.varied}),
    _S.in_progress: frozenset({_S.evidence_submitted, _S.missed, _S.varied}),
    _S.evidence_submitted: frozenset(
        {_S.in_progress, _S.verified, _S.partly_delivered, _S.exceeded, _S.missed, _S.varied}
    ),
    _S.partly_delivered: frozenset({_S.evidence_submitted, _S.missed, _S.varied}),
    _S.verified: frozenset({_S.evidence_submitted}),
    _S.exceeded: frozenset({_S.evidence_submitted}),
    _S.missed: frozenset({_S.evidence_submitted, _S.varied}),
    _S.varied: frozenset(),
}
"""What may follow each state. Nothing is judged delivered before evidence was submitted; what was judged is judged anew
only after more evidence."""
JUDGED = frozenset({_S.verified, _S.partly_delivered, _S.exceeded})
"""States by which a contract manager says that something was delivered."""


CHANGEABLE = ("value_gbp", "starts", "ends", "department", "manager", "manager_id", "social_value_mandatory")
"""What of a contract may be set after it was made; its reference, title and supplier stay."""
EARLIEST_YEAR, MOST_YEARS = 1990, 100
MOST_QUANTITY = 1e12
"""Of a promise or a delivery, in any unit; what is over it is a slip of the keyboard."""


MOST_POUNDS = Decimal(10**13)
"""Of a contract's value, which stays below it."""


class Contracts:
    """The contracts of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def add(self, given: NewContract, promises: Sequence[Promise], *, person: str) -> Contract:
        """Return a new contract with its schedule.

        Args:
            given: the contract.
            promises: in the order of the schedule; those of a bid have been accepted or amended by somebody.
            person: who makes it.

        Raises:
            UsageError: person, reference or title is missing, or it ends before it starts.
            NotFound: there is no such procurement or statement.
            Conflict: bids are still sealed, a promise is not one that somebody accepted, or not this supplier's.
        """
        _check(given, person)
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, given.procurement_id, lock=True)
            if procurement.opens_at is not None and procurement.opened_at is None:
                raise Conflict("The bids are sealed, so none has been awarded; open them first.")
            supplier = supplier_named(session, given.supplier)
            contract = Contract(
                procurement_id=procurement.id, supplier_id=supplier.id, reference=folded(given.reference),
                title=folded(given.title), value_gbp=given.value_gbp, starts=given.starts, ends=given.ends,
                department=folded(given.department), manager=folded(given.manager), manager_id=given.manager_id,
                social_value_mandatory=given.social_value_mandatory, added_by=folded(person), added_at=self._now(),
            )  # fmt: skip
            session.add(contract)
            session.flush()
            tell(session, EventKind.contract_added, contract, within=procurement, person=contract.added_by,
                 details={"reference": contract.reference, "promises": len(promises)})  # fmt: skip
            for number, promise in enumerate(promises, start=1):
                self._schedule(session, contract, number, promise)
        return contract

    def contracts(self, procurement_id: str | None = None) -> list[ContractRecord]:
        """Return all contracts, or those of a procurement, by reference."""
        with self._store.reading() as session:
            query = select(Contract).order_by(col(Contract.reference), col(Contract.added_at))
            if procurement_id is not None:
                row_of(session, Procurement, procurement_id)
                query = query.where(Contract.procurement_id == procurement_id)
            return contract_records(session, list(session.exec(query)))

    def contract(self, contract_id: str) -> ContractRecord:
        """Return one contract.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return contract_records(session, [row_of(session, Contract, contract_id)])[0]

    def schedule_of(self, contract_id: str) -> list[Scheduled]:
        """Return a contract's promises by number, with years, states, deliveries and evidence.

        Raises:
            NotFound: there is no such contract.
        """
        with self._store.reading() as session:
            row_of(session, Contract, contract_id)
            return schedules_in(session, [contract_id])[contract_id]

    def schedules(self, contract_ids: Sequence[str]) -> dict[str, list[Scheduled]]:
        """Return the schedules of many contracts, in five questions for each five hundred contracts."""
        with self._store.reading() as session:
            found: dict[str, list[Scheduled]] = {}
            for i in range(0, len(contract_ids), 500):
                found |= schedules_in(session, contract_ids[i : i + 500])
            return {contract_id: found.get(contract_id, []) for contract_id in contract_ids}

    def promise(self, commitment_id: str) -> Scheduled:
        """Return one promise with all that hangs on it.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return promise_in(session, row_of(session, ContractCommitment, commitment_id))

    def move(self, commitment_id: str, state: CommitmentState, *, person: str, because: str = "",
             milestone_id: str | None = None, seen: int | None = None) -> CommitmentEvent:  # fmt: skip
        """Return the event by which a promise, or its part in one year, came into a state.

        Args:
            commitment_id: the promise.
            state: the new state; `varied` is set by `vary` alone.
            person: who moves it.
            because: why; needed for every state but in progress and evidence submitted.
            milestone_id: the year, or None for the promise as a whole.
            seen: how many events of the promise the person has seen; another number is a conflict.

        Raises:
            UsageError: no person or reason, or a state that does not follow.
            NotFound: there is no such promise or year.
            Conflict: somebody has moved it meanwhile, or the contract is closed.
        """
        if state is CommitmentState.varied:
            raise UsageError("A promise is varied by putting another in its place; give the new promise.")
        with self._store.writing() as session:
            commitment = row_of(session, ContractCommitment, commitment_id, lock=True)
            contract = open_contract(session, commitment.contract_id)
            _check_seen(session, commitment, seen)
            return move_in(session, contract, commitment, state, person=person, because=because,
                           milestone_id=milestone_id, at=self._now())  # fmt: skip

    def vary(self, commitment_id: str, promise: Promise, *, person: str, because: str,
             seen: int | None = None) -> ContractCommitment:  # fmt: skip
        """Return the promise that is agreed in place of another, which stays in the records as varied.

        The old one keeps the years before the first of the new one, and those that were judged; what was delivered in
        its other years is for the new one from now on.

        Args:
            commitment_id: the promise that gives way.
            promise: what is agreed in its place.
            person: who agrees to it for the authority.
            because: why.
            seen: how many events of the old promise the person has seen; another number is a conflict.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such promise.
            Conflict: the contract is closed, the promise was varied, verified or exceeded already, or somebody has
                moved it meanwhile.
        """
        if not person.strip() or not because.strip():
            raise UsageError("A variation needs the person who agrees to it and the reason; both stay in the records.")
        with self._store.writing() as session:
            old = row_of(session, ContractCommitment, commitment_id, lock=True)
            contract = open_contract(session, old.contract_id)
            _check_seen(session, old, seen)
            move_in(session, contract, old, CommitmentState.varied, person=person, because=because, at=self._now())
            numbers = select(ContractCommitment.number).where(ContractCommitment.contract_id == contract.id)
            new = self._schedule(session, contract, max(session.exec(numbers)) + 1, promise, varies=old)
            handed_on = _hand_on(session, old, new)
            within = row_of(session, Procurement, contract.procurement_id)
            tell(session, EventKind.commitment_varied, new, within=within, person=folded(person),
                 details={"old": old.id, "deliveries": handed_on})  # fmt: skip
            if handed_on:
                move_in(session, contract, new, CommitmentState.evidence_submitted, person=person, at=self._now())
        return new

    def describe(self, commitment_id: str, *, person: str, owner: str | None = None, evidence_asked: str | None = None,
                 check: Callable[[Scheduled], None] = lambda _: None) -> ContractCommitment:  # fmt: skip
        """Return the promise with who answers for it and what shall show that it was done.

        Args:
            commitment_id: the promise.
            person: who says so.
            owner: who at the supplier answers for it; None leaves it as it is.
            evidence_asked: what shall show that it was done; None likewise.
            check: of the promise as it stands, before anything is changed.

        Raises:
            UsageError: no person.
            NotFound: there is no such promise.
            Conflict: the contract is closed.
        """
        with self._store.writing() as session:
            commitment = row_of(session, ContractCommitment, commitment_id, lock=True)
            contract = open_contract(session, commitment.contract_id)
            check(promise_in(session, commitment))
            given = {"owner": owner, "evidence_asked": evidence_asked}
            new = {name: value.strip() for name, value in given.items() if value is not None}
            set_in(session, contract, commitment, new, person=person, at=self._now(), commitment_id=commitment.id)
            return commitment

    def change(self, contract_id: str, changes: Mapping[str, Any], *, person: str, because: str = "",
               spread: Spread | None = None,
               check: Callable[[ContractRecord], None] = lambda _: None) -> Contract:  # fmt: skip
        """Return the contract with some of `CHANGEABLE` set; what stood before stays in `changes_of`.

        Args:
            contract_id: the contract.
            changes: the fields to set.
            person: who changes it.
            because: why; needed for dates and value.
            spread: of a promise and new dates its last day and its parts; needed for dates.
            check: of the contract as it stands, before anything is changed.

        Raises:
            UsageError: no person or reason, or a value that cannot be used.
            NotFound: there is no such contract.
            Conflict: it is closed, and dates or value are to change; or something was said of a contract year that
                it would no longer have.
        """
        unknown = set(changes) - set(CHANGEABLE)
        if unknown:
            raise UsageError(f"Of a contract {', '.join(sorted(unknown))} cannot be set; set {', '.join(CHANGEABLE)}.")
        with self._store.writing() as session:
            contract = row_of(session, Contract, contract_id, lock=True)
            check(contract_records(session, [contract])[0])
            new = {n: folded(v) if n in ("department", "manager") else v for n, v in changes.items()}
            if new.get("manager_id") not in (None, contract.manager_id):
                new["manager"] = manager_named(session, contract, new["manager_id"])
            changed = changed_in(contract, new)
            if set(changed) & {"starts", "ends", "value_gbp"}:
                open_contract(session, contract_id)
                if not because.strip():
                    raise UsageError("To change a contract's days or value, say why; the reason stays in the records.")
            stands = {n: changed.get(n, getattr(contract, n)) for n in ("starts", "ends", "value_gbp")}
            _check_terms(**stands)
            set_in(session, contract, contract, new, person=person, at=self._now(), because=because)
            if set(changed) & {"starts", "ends"}:
                if spread is None:
                    raise UsageError("Other days of a contract need its promises spread over them; say how.")
                for promise in schedules_in(session, [contract_id])[contract_id]:
                    if promise.state is not CommitmentState.varied:
                        spread_anew(session, contract, promise, spread)
            return contract

    def changes_of(self, contract_id: str) -> list[ContractChange]:
        """Return what was set of a contract, its promises' descriptions and its case studies' consent, oldest first.

        Raises:
            NotFound: there is no such contract.
        """
        with self._store.reading() as session:
            row_of(session, Contract, contract_id)
            return changes_in(session, contract_id)

    def close(self, contract_id: str, figures: Mapping[str, Any], *, person: str) -> Contract:
        """Return the contract, closed with its closing figures; its promises move no more.

        Raises:
            UsageError: no person.
            NotFound: there is no such contract.
            Conflict: it is closed already.
        """
        if not person.strip():
            raise UsageError("To close a contract, give the person who does it.")
        with self._store.writing() as session:
            contract = open_contract(session, contract_id)
            contract.closed_by, contract.closed_at, contract.closing = folded(person), self._now(), dict(figures)
            tell(session, EventKind.contract_closed, contract, person=contract.closed_by, details={})
            return contract

    def _schedule(self, session: Session, contract: Contract, number: int, promise: Promise,
                  varies: ContractCommitment | None = None) -> ContractCommitment:  # fmt: skip
        if not promise.text.strip():
            raise UsageError("A promise needs its words; give them.")
        check_quantity(promise.quantity_value)
        if promise.statement_id is not None:
            _check_statement(session, contract, promise.statement_id)
        commitment = ContractCommitment(
            contract_id=contract.id, number=number, statement_id=promise.statement_id, text=promise.text.strip(),
            source=promise.source, quantity_value=promise.quantity_value, quantity_unit=promise.quantity_unit,
            quantity_per=promise.quantity_per, due_date=promise.due_date, due_text=promise.due_text,
            due_on=promise.due_on, place_text=promise.place_text, place_code=promise.place_code,
            beneficiary_text=promise.beneficiary_text, measure_framework=promise.measure_framework,
            measure_code=promise.measure_code, themes=dict(promise.themes or {}), category=promise.category,
            owner=promise.owner.strip(), evidence_asked=promise.evidence_asked.strip(),
            varies_id=varies.id if varies else None, added_at=self._now(),
        )  # fmt: skip
        session.add(commitment)
        session.flush()
        session.add_all(milestone_of(contract, commitment, part) for part in promise.parts)
        session.flush()
        return commitment


def check_quantity(quantity: float | None) -> None:
    """Check what was promised or delivered, in whatever unit; None is no number at all.

    Raises:
        UsageError: it is below nought, or no number that anybody could mean.
    """
    if quantity is not None and not 0 <= quantity <= MOST_QUANTITY:
        raise UsageError(
            f"How much is promised or delivered is a number from nought to {MOST_QUANTITY:.0e}: {quantity}."
        )


def open_contract(session: Session, contract_id: str) -> Contract:
    """Return a contract of a writing transaction in which something is to change.

    Raises:
        NotFound: there is none of this id.
        Conflict: it is closed.
    """
    contract = row_of(session, Contract, contract_id, lock=True)
    if contract.closed_at is not None:
        raise Conflict(f"The contract {contract.reference} was closed on {contract.closed_at:%Y-%m-%d}; nothing moves.")
    return contract


def move_in(session: Session, contract: Contract, commitment: ContractCommitment, state: CommitmentState, *,
            person: str, at: datetime, because: str = "",
            milestone_id: str | None = None) -> CommitmentEvent:  # fmt: skip
    """Return the event by which a promise came into a state, written into the session; see `Contracts.move`."""
    if not person.strip():
        raise UsageError("To move a promise, give the person who does it.")
    if not because.strip() and state not in (CommitmentState.in_progress, CommitmentState.evidence_submitted):
        raise UsageError(f"To say that a promise is {state.value.replace('_', ' ')}, say why.")
    promise = promise_in(session, commitment)
    if milestone_id is not None and milestone_id not in {m.id for m in promise.milestones}:
        raise UsageError("The promise has no such contract year; look at its schedule.")
    if milestone_id is not None and milestone_id not in {m.id for m in promise.standing}:
        raise Conflict("The promise was varied, and another stands in its place in this contract year; move that one.")
    before = promise.state_in(milestone_id)
    if state not in MOVES[before]:
        allowed = ", ".join(sorted(s.value.replace("_", " ") for s in MOVES[before])) or "nothing"
        raise Conflict(f"A promise that is {before.value.replace('_', ' ')} can become {allowed}.")
    event = CommitmentEvent(contract_id=contract.id, commitment_id=commitment.id, milestone_id=milestone_id,
                            state=state, person=folded(person), because=because.strip(), at=at)  # fmt: skip
    session.add(event)
    session.flush()
    row = row_digest(session.connection(), CommitmentEvent, col(CommitmentEvent.id) == event.id)
    tell(session, EventKind.commitment_moved, event, within=row_of(session, Procurement, contract.procurement_id),
         person=event.person, code=state.value, details={"before": before.value, "row": row})  # fmt: skip
    return event


def _hand_on(session: Session, old: ContractCommitment, new: ContractCommitment) -> list[str]:
    """Have deliveries of years that a varied promise has no more be for the one in its place; return their ids."""
    varied, parts = promise_in(session, old), promise_in(session, new).milestones
    kept = {m.id for m in varied.standing}
    gone = {m.id: m.year for m in varied.milestones if m.id not in kept}
    moved = [m for m in varied.matches if parts and m.milestone_id in gone and m.state is not MatchState.refused]
    for match in moved:
        year = gone[str(match.milestone_id)]
        match.commitment_id = new.id
        match.milestone_id = next((p.id for p in parts if p.year == year), parts[-1].id)
    session.flush()
    return [m.id for m in moved]


def _check(given: NewContract, person: str) -> None:
    if not person.strip():
        raise UsageError("A contract needs the person who makes it; give a name.")
    if not given.reference.strip() or not given.title.strip():
        raise UsageError("A contract needs a reference and a title; give both.")
    _check_terms(given.starts, given.ends, given.value_gbp)


def _check_terms(starts: date, ends: date, value_gbp: Decimal | None) -> None:
    if ends < starts:
        raise UsageError(f"The contract ends ({ends}) before it starts ({starts}); change one of them.")
    if starts.year < EARLIEST_YEAR or ends.year - starts.year > MOST_YEARS or ends.year >= EARLIEST_YEAR + 300:
        raise UsageError(f"No contract runs from {starts} to {ends}; look at both days.")
    if value_gbp is not None and not (value_gbp.is_finite() and 0 <= value_gbp < MOST_POUNDS):
        raise UsageError(f"The value of a contract is from nought to below {MOST_POUNDS:,} pounds: {value_gbp}.")


def _check_seen(session: Session, commitment: ContractCommitment, seen: int | None) -> None:
    if seen is not None and seen != len(promise_in(session, commitment).events):
        raise Conflict("Somebody has moved this promise meanwhile; look at it again.")


def _check_statement(session: Session, contract: Contract, statement_id: str) -> None:
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id)
    if document.procurement_id != contract.procurement_id or document.supplier_id != contract.supplier_id:
        raise Conflict("A statement of another procurement or another supplier's bid cannot be a promise of this.")
    status = statement_records(session, col(Statement.id) == statement_id)[0].status
    if status not in (StatementStatus.accepted, StatementStatus.amended):
        raise Conflict(f"“{statement.text[:80]}” is {status.value}; only what somebody accepted or amended is agreed.")
