"""Laws of undo: what stands hangs on the decisions of one statement alone, and taking back an undo restores."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.records.standing import changes_of, last_to_redo, last_to_undo, standing_decisions, status_after
from svdocs.records.tables import Decision, DecisionAction, StatementStatus

SIMPLE = st.sampled_from(["accept", "reject", "unsure", "amend", "undo", "redo"])


def add(decisions: list[Decision], what: str) -> list[Decision]:
    """Decide, undo or redo as the records do; what cannot be done adds nothing."""
    number = len(decisions) + 1
    if what in ("undo", "redo"):
        last = last_to_undo(decisions) if what == "undo" else last_to_redo(decisions)
        if last is None:
            return decisions
        return [*decisions, Decision(id=number, action=DecisionAction.undo, takes_back=last.id)]
    changes = {"firmness": f"{number}"} if what == "amend" else {}
    return [*decisions, Decision(id=number, action=DecisionAction(what), changes=changes)]


def made(steps: list[str]) -> list[Decision]:
    decisions: list[Decision] = []
    for step in steps:
        decisions = add(decisions, step)
    return decisions


def ids(decisions: list[Decision]) -> list[int | None]:
    return [d.id for d in standing_decisions(decisions)]


@settings(deadline=None, max_examples=60)
@given(st.lists(SIMPLE, max_size=12))
def test_an_undo_takes_back_exactly_the_last_and_a_redo_restores_it(steps: list[str]) -> None:
    decisions = made(steps)
    undone = add(decisions, "undo")
    if undone is decisions:
        assert ids(decisions) == []
        return
    assert ids(undone) == ids(decisions)[:-1]
    assert ids(add(undone, "redo")) == ids(decisions)


@settings(deadline=None, max_examples=60)
@given(st.lists(SIMPLE, max_size=12), st.integers(1, 5))
def test_as_many_redos_as_undos_restore_everything(steps: list[str], times: int) -> None:
    decisions = made(steps)
    gone = decisions
    for _ in range(times):
        gone = add(gone, "undo")
    back = gone
    for _ in range(min(times, len(ids(decisions)))):
        back = add(back, "redo")
    assert ids(back) == ids(decisions)


@settings(deadline=None, max_examples=60)
@given(st.lists(SIMPLE, max_size=12), st.sampled_from(["accept", "reject", "unsure", "amend"]))
def test_after_a_new_decision_nothing_can_be_done_again(steps: list[str], action: str) -> None:
    decisions = add(made(steps), action)
    assert last_to_redo(decisions) is None
    assert status_after(standing_decisions(decisions)) != StatementStatus.proposed


@settings(deadline=None, max_examples=60)
@given(st.lists(SIMPLE, max_size=12))
def test_what_was_set_is_of_standing_decisions_alone(steps: list[str]) -> None:
    standing = standing_decisions(made(steps))
    amended = [d for d in standing if d.action is DecisionAction.amend]
    assert changes_of(standing) == (amended[-1].changes if amended else {})
