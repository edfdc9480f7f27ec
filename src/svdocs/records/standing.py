"""Which of a statement's decisions stand: an undo takes an earlier one back, and an undo can be taken back as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from svdocs.records.tables import Decision, DecisionAction, StatementStatus

STATUS_AFTER = {
    DecisionAction.accept: StatementStatus.accepted,
    DecisionAction.amend: StatementStatus.amended,
    DecisionAction.reject: StatementStatus.rejected,
    DecisionAction.unsure: StatementStatus.unsure,
    DecisionAction.split_up: StatementStatus.superseded,
    DecisionAction.merge: StatementStatus.superseded,
}
"""What a statement is once a decision of this kind stands last."""
SUPERSEDES = frozenset({DecisionAction.split_up, DecisionAction.merge})
"""Decisions by which other statements take a statement's place."""


def standing_decisions(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that nobody has taken back, oldest first, without the undos themselves.

    Args:
        decisions: all on one statement, oldest first.

    >>> made = [Decision(id=1, action="accept"), Decision(id=2, action="reject"),
    ...         Decision(id=3, action="undo", takes_back=2)]
    >>> [d.id for d in standing_decisions(made)]
    [1]
    >>> [d.id for d in standing_decisions([*made, Decision(id=4, action="undo", takes_back=3)])]
    [1, 2]
    """
    taken_back = _taken_back(decisions)
    return tuple(d for d in decisions if d.action != DecisionAction.undo and d.id not in taken_back)


def _taken_back(decisions: Sequence[Decision]) -> set[int | None]:
    taken: set[int | None] = set()
    for decision in reversed(decisions):  # an undo names an earlier decision, so the newest are settled first
        if decision.action == DecisionAction.undo and decision.id not in taken:
            taken.add(decision.takes_back)
    return taken


def last_to_undo(decisions: Sequence[Decision]) -> Decision | None:
    """Return the decision that an undo would take back: the newest that stands; None if none does."""
    standing = standing_decisions(decisions)
    return standing[-1] if standing else None


def last_to_redo(decisions: Sequence[Decision]) -> Decision | None:
    """Return the undo that can be taken back itself; None if there is none, or something was decided since."""
    taken_back = _taken_back(decisions)
    for decision in reversed(decisions):
        if decision.action != DecisionAction.undo:
            if decision.id not in taken_back:
                return None
        elif decision.id not in taken_back and _is_first_undo(decision, decisions):
            return decision
    return None


def _is_first_undo(undo: Decision, decisions: Sequence[Decision]) -> bool:
    """Say whether an undo takes back a decision, and not another undo."""
    return any(d.id == undo.takes_back and d.action != DecisionAction.undo for d in decisions)


def status_after(standing: Sequence[Decision]) -> StatementStatus:
    """Return what people have made of a statement on which these decisions stand."""
    return STATUS_AFTER[standing[-1].action] if standing else StatementStatus.proposed


def changes_of(standing: Iterable[Decision]) -> dict[str, Any]:
    """Return the fields that people set, the newest value of each: a later acceptance keeps what was amended.

    >>> changes_of([Decision(action="amend", changes={"firmness": "firm"}), Decision(action="accept")])
    {'firmness': 'firm'}
    """
    changes: dict[str, Any] = {}
    for decision in standing:
        if decision.action == DecisionAction.amend:
            changes |= _joined(changes, decision.changes)
    return changes


def _joined(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Return later changes; themes are set framework by framework, so those of other frameworks stay."""
    joined = dict(later)
    if "themes" in later:
        joined["themes"] = {**earlier.get("themes", {}), **later["themes"]}
    return joined
