"""A promise by page or interface, and who may say what of it: following it is one right, judging it another."""

from __future__ import annotations

from collections.abc import Iterable

from svdocs.errors import NotAllowed, NotFound
from svdocs.records.access import Caller, Right
from svdocs.records.badges import BadgeRecord
from svdocs.records.contracts import JUDGED, MOVES, Contracts
from svdocs.records.delivery_tables import CommitmentState
from svdocs.records.schedules import Scheduled
from svdocs.web.here import Here
from svdocs.web.visitors import Visitor


def promise_in(here: Here, contract_id: str, commitment_id: str) -> Scheduled:
    """Return a promise of a contract.

    Raises:
        NotFound: there is no such contract, or it has no such promise.
    """
    return promise_among(Contracts(here.store).schedule_of(contract_id), commitment_id)


def promise_among(schedule: Iterable[Scheduled], commitment_id: str) -> Scheduled:
    """Return a promise of a contract's schedule.

    Raises:
        NotFound: it stands not in it.
    """
    for promise in schedule:
        if promise.id == commitment_id:
            return promise
    raise NotFound("The contract has no such promise; look at its schedule to find the right one.")


def states_open_to(caller: Caller, procurement_id: str, promise: Scheduled,
                   milestone_id: str | None = None) -> list[CommitmentState]:  # fmt: skip
    """Return the states into which somebody may move a promise, or its part in one year, by saying so."""
    may_judge = caller.may(Right.verify_delivery, procurement_id)
    return [
        state
        for state in CommitmentState
        if state in MOVES[promise.state_in(milestone_id)]
        and state is not CommitmentState.varied
        and (may_judge or state not in JUDGED)
    ]


def check_may_say(caller: Caller, procurement_id: str, state: CommitmentState | None) -> None:
    """Check that somebody who follows promises may say that one is in a state.

    Raises:
        NotAllowed: it says that something was delivered, which only a contract manager says.
    """
    if state in JUDGED and not caller.may(Right.verify_delivery, procurement_id):
        raise NotAllowed("Only the contract manager says that something was delivered.")


def check_is_manager(visitor: Visitor, record: BadgeRecord) -> None:
    """Check that a visitor may decide on a contract's badges; where it names an account, nobody else may.

    Raises:
        NotAllowed: another person manages the contract.
    """
    if visitor.person is not None and record.contract.manager_id not in (None, visitor.person.id):
        raise NotAllowed(f"Only {record.contract.manager}, the contract's manager, confirms its badges.")
