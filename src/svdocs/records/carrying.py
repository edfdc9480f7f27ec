"""What of people's decisions goes on to a newer run, and what of them has lost its statement and goes to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from svdocs.errors import Conflict
from svdocs.records.by_hand import is_continued_by, made_that_stand, newest_of
from svdocs.records.matching import match_statements
from svdocs.records.standing import standing_decisions
from svdocs.records.steps import decisions_on, row_of, tell
from svdocs.records.summaries import entry_of
from svdocs.records.tables import Decision, Document, EventKind, Run, RunState, Statement


def carry_over(session: Session, document: Document, older_run: str | None, run: Run) -> None:
    """Give the new run's statements the origin of those that they continue, and log decisions that lost theirs."""
    made = _origins_made(session, document)
    if older_run is None and not made:
        return
    older, newer = _in_order(session, older_run) if older_run else [], _in_order(session, run.id)
    pairs = match_statements([entry_of(s) for s in older], [entry_of(s) for s in newer])
    for i, j in pairs.items():
        newer[i].origin_id = older[j].origin_id
    left = _take_up_made(session, document, [s for i, s in enumerate(newer) if i not in pairs])
    _take_up_again(session, document, left)
    continued = set(pairs.values())
    # What people made stands again where a run no longer continues it, so its decisions are not lost.
    origins = _origins_decided_on(session, older_run) - made if older_run else set()
    for j, statement in enumerate(older):
        if j not in continued and statement.origin_id in origins:
            message = "A statement that somebody decided on is no longer found; see whether another stands for it."
            details = {"statement": statement.id, "text": statement.text, "run": run.id}
            tell(session, EventKind.decision_unmatched, document, message=message, details=details)


def _in_order(session: Session, run_id: str) -> list[Statement]:
    return list(session.exec(select(Statement).where(Statement.run_id == run_id).order_by(col(Statement.position))))


def _origins_made(session: Session, document: Document) -> set[str]:
    query = select(Statement.origin_id).join(Run, col(Run.id) == col(Statement.run_id))
    return set(session.exec(query.where(Statement.document_id == document.id, Run.state == RunState.by_hand)))


def _origins_decided_on(session: Session, run_id: str) -> set[str]:
    """Return the origins of a run's statements on which a decision stands."""
    decisions: dict[str, list[Decision]] = defaultdict(list)
    for decision, decided in decisions_on(session, col(Statement.run_id) == run_id):
        decisions[decided.origin_id].append(decision)
    return {origin for origin, all_ in decisions.items() if standing_decisions(all_)}


def _take_up_made(session: Session, document: Document, found: Sequence[Statement]) -> list[Statement]:
    """Give statements that a run found anew the origin of those that people made and that they continue.

    Return the others. Where it is not plain which continues which, both stay, and a person sees the new one.
    """
    made = made_that_stand(session, [document.id]) if found else []
    left = list(found)
    for one in made:
        those = [s for s in left if is_continued_by(entry_of(one), entry_of(s))]
        if len(those) == 1 and sum(is_continued_by(entry_of(m), entry_of(those[0])) for m in made) == 1:
            those[0].origin_id = one.origin_id
            left.remove(those[0])
    return left


def _take_up_again(session: Session, document: Document, found: Sequence[Statement]) -> None:
    """Give statements that a run found anew the origin of decided ones that the run before had lost."""
    lost = [statement for _, statement in lost_decisions(session, col(Statement.document_id) == document.id)]
    pairs = match_statements([entry_of(s) for s in lost], [entry_of(s) for s in found])
    for i, j in pairs.items():
        found[i].origin_id = lost[j].origin_id


def lost_decisions(session: Session, condition: ColumnElement[bool]) -> list[tuple[Decision, Statement]]:
    """Return the standing decisions whose statement is no longer there, oldest first, the last on each statement.

    A decision on a part of a split goes with the split: it is not named beside it.

    Args:
        session: of the transaction.
        condition: on the statements that were decided on.
    """
    now = aliased(Statement)
    found = (
        select(now.id)
        .join(Document, col(Document.current_run) == col(now.run_id))
        .where(col(now.origin_id) == col(Statement.origin_id))
    )
    query = (
        select(Decision, Statement)
        .join(Statement, col(Statement.id) == col(Decision.statement_id))
        .join(Run, col(Run.id) == col(Statement.run_id))
        .where(condition, ~found.exists(), Run.state != RunState.by_hand)
        .order_by(col(Decision.id))
    )
    decisions: dict[str, list[Decision]] = defaultdict(list)
    decided_on: dict[int | None, Statement] = {}
    for decision, statement in session.exec(query):
        decisions[statement.origin_id].append(decision)
        decided_on[decision.id] = statement
    if not decisions:
        return []
    documents = sorted({s.document_id for s in decided_on.values()})
    made = {m.origin_id for m in made_that_stand(session, documents)}
    last = [s[-1] for origin, all_ in decisions.items() if origin not in made and (s := standing_decisions(all_))]
    return [(decision, decided_on[decision.id]) for decision in last]


def current_statement(session: Session, statement_id: str) -> str:
    """Return the id of the same statement as it is there now.

    Raises:
        NotFound: there is none of this id.
        Conflict: the document has been read again, and the statement is no longer found.
    """
    statement = row_of(session, Statement, statement_id)
    found = newest_of(session, statement)
    if found is None:
        raise Conflict(
            f"The document has been read again, and the passage “{statement.text[:80]}” is no longer a statement "
            "of it; look at the document."
        )
    return found
