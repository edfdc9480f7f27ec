"""What people decide beyond one statement at a time: beside the store, in the same database.

Each public method is one transaction: all of it is kept, or nothing. Decisions taken at once share a `batch`, and each
of them has its own entry in the audit trail, because each row is held against an entry of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from svdocs.errors import NotFound, UsageError
from svdocs.records.carrying import lost_decisions
from svdocs.records.deciding import (
    Part,
    add_missed_in,
    decide_in,
    keep_by_hand_in,
    let_go_in,
    merge_in,
    move_decision_in,
    redo_in,
    split_in,
    undo_batch_in,
    undo_in,
)
from svdocs.records.steps import row_of, statement_records
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Decision, DecisionAction, Document, Procurement, Statement, new_id

MAX_AT_ONCE = 1000
"""The most statements that one call decides on: each waits for the ones before in one transaction."""


Made = TypeVar("Made")


class Decisions:
    """The decisions of one database: many at once, undone, splits, merges, additions, and those that lost theirs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide_many(self, statement_ids: Sequence[str], *, action: DecisionAction | str, person: str, reason: str = "",
                    changes: Mapping[str, Any] | None = None, seen: Mapping[str, int] | None = None,
                    within: str | None = None) -> list[Decision]:  # fmt: skip
        """Return one person's new decisions on several statements, for one reason; see `Store.decide`.

        Args:
            statement_ids: which; they may stand in several documents.
            action: accept, amend, reject or unsure, the same on all.
            person: who decides.
            reason: why, in the person's words.
            changes: for amend, the fields to set in each.
            seen: how many decisions the person has seen on each; another number on one is a conflict for all.
            within: the procurement of which all of them must be.

        Raises:
            UsageError: none or too many, no person, or changes that cannot be made.
            NotFound: one is not there.
            Conflict: one has been decided on or read again meanwhile; nothing is kept.
        """
        ids = _checked(statement_ids)
        batch = new_id()
        with self._store.writing() as session:
            documents = {row_of(session, Statement, i).document_id for i in ids}
            for key in sorted(documents):  # in one order, so that two people who decide at once wait for each other
                row_of(session, Document, key, lock=True)
            _hold_within(session, ids, within)
            return [
                decide_in(session, i, action=action, person=person, reason=reason, changes=changes,
                          seen=(seen or {}).get(i), batch=batch)
                for i in ids
            ]  # fmt: skip

    def undo(self, statement_id: str, *, person: str, reason: str = "", seen: int | None = None) -> list[Decision]:
        """Return the decisions by which the last that stands on a statement is taken back; of a merge, on all merged.

        Raises:
            UsageError: no person.
            NotFound: there is no such statement.
            Conflict: nothing stands on it, or somebody has decided meanwhile.
        """
        with self._store.writing() as session:
            return undo_in(session, statement_id, person=person, reason=reason, seen=seen)

    def redo(self, statement_id: str, *, person: str, reason: str = "", seen: int | None = None) -> list[Decision]:
        """Return the decisions by which the last undo on a statement is taken back itself.

        Raises:
            UsageError: no person.
            NotFound: there is no such statement.
            Conflict: there is no undo, or somebody has decided since.
        """
        with self._store.writing() as session:
            return redo_in(session, statement_id, person=person, reason=reason, seen=seen)

    def undo_batch(self, batch: str, *, person: str, reason: str = "", within: str | None = None) -> list[Decision]:
        """Return the decisions by which those taken at once are taken back, where nothing was decided since.

        Raises:
            UsageError: no person.
            NotFound: some of them are of another procurement than `within`.
            Conflict: none of them can be taken back.
        """
        with self._store.writing() as session:
            taken = undo_batch_in(session, batch, person=person, reason=reason)
            _hold_within(session, [d.statement_id for d in taken], within)
            return taken

    def split(self, statement_id: str, parts: Sequence[Part], *, person: str, reason: str = "",
              seen: int | None = None) -> list[StatementRecord]:  # fmt: skip
        """Return the statements that stand in the place of one, each with its own quote of the passage.

        Raises:
            UsageError: no person, fewer than two parts, two that are the same, or words that the passage does not have.
            NotFound: there is no such statement.
            Conflict: it is not there any more, was split, merged or rejected, or somebody has decided meanwhile.
        """
        with self._store.writing() as session:
            made = split_in(session, statement_id, parts, person=person, reason=reason, seen=seen)
            return statement_records(session, col(Statement.id).in_([m.id for m in made]))

    def merge(self, statement_ids: Sequence[str], *, person: str, reason: str = "",
              changes: Mapping[str, Any] | None = None, seen: Mapping[str, int] | None = None,
              within: str | None = None) -> StatementRecord:  # fmt: skip
        """Return the statement that stands in the place of several; it stands where the first does.

        Raises:
            UsageError: no person, fewer than two statements, or of two suppliers or procurements.
            NotFound: there is no such statement.
            Conflict: one is not there any more, was split, merged or rejected, or somebody has decided meanwhile.
        """
        with self._store.writing() as session:
            _hold_within(session, statement_ids, within)
            made = merge_in(session, _checked(statement_ids), person=person, reason=reason, changes=changes, seen=seen)
            return statement_records(session, col(Statement.id) == made.id)[0]

    def add_missed(self, document_id: str, entry: Mapping[str, Any], *, person: str,
                   reason: str = "") -> StatementRecord:  # fmt: skip
        """Return a statement that was missed in a document, as a person states it; see `deciding.add_missed_in`.

        Raises:
            UsageError: no person, no words, no place, or fields that cannot be set.
            NotFound: there is no such document.
        """
        with self._store.writing() as session:
            made = add_missed_in(session, document_id, entry, person=person, reason=reason)
            return statement_records(session, col(Statement.id) == made.id)[0]

    # Decisions that lost their statement

    def lost(self, procurement_id: str | None = None) -> list[tuple[Decision, StatementRecord]]:
        """Return the standing decisions whose statement is no longer found, with the statement as it was decided.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            within = select(Document.id)
            if procurement_id is not None:
                row_of(session, Procurement, procurement_id)
                within = within.where(Document.procurement_id == procurement_id)
            pairs = lost_decisions(session, col(Statement.document_id).in_(within))
            ids = [s.id for _, s in pairs]
            records = {r.id: r for r in statement_records(session, col(Statement.id).in_(ids))}
        return [(decision, records[statement.id]) for decision, statement in pairs]

    def let_go(self, statement_ids: Sequence[str], *, person: str, reason: str,
               within: str | None = None) -> list[Decision]:  # fmt: skip
        """Return the decisions by which what stood on statements that are no longer found is taken back.

        Raises:
            UsageError: no person or no reason.
            NotFound: there is no such statement.
            Conflict: one of the statements is there, or nothing stands on it.
        """
        return self._each(statement_ids, within, lambda session, i, batch: let_go_in(
            session, i, person=person, reason=reason, batch=batch))  # fmt: skip

    def move(self, statement_id: str, to: str, *, person: str, reason: str, within: str | None = None) -> Decision:
        """Return the decision by which what stood on a statement that is no longer found stands on another.

        Raises:
            UsageError: no person or no reason, or the other is of another document.
            NotFound: there is no such statement.
            Conflict: the statement is there, nothing stands on it, or it was split or merged.
        """
        with self._store.writing() as session:
            _hold_within(session, [statement_id, to], within)
            return move_decision_in(session, statement_id, to, person=person, reason=reason, batch=new_id())

    def keep_by_hand(self, statement_ids: Sequence[str], *, person: str, reason: str,
                     within: str | None = None) -> list[Statement]:  # fmt: skip
        """Return what stood on statements that are no longer found as statements made by hand, which always stand.

        Raises:
            UsageError: no person or no reason.
            NotFound: there is no such statement.
            Conflict: one of the statements is there, or nothing stands on it.
        """
        return self._each(statement_ids, within, lambda session, i, batch: keep_by_hand_in(
            session, i, person=person, reason=reason, batch=batch))  # fmt: skip

    def _each(self, statement_ids: Sequence[str], within: str | None,
              settle: Callable[[Session, str, str], list[Made]]) -> list[Made]:  # fmt: skip
        batch = new_id()
        with self._store.writing() as session:
            _hold_within(session, statement_ids, within)
            return [made for i in _checked(statement_ids) for made in settle(session, i, batch)]


def _hold_within(session: Session, statement_ids: Sequence[str], procurement_id: str | None) -> None:
    """Refuse statements of another procurement than the one in which the person may decide.

    Raises:
        NotFound: there is such a one, or one that is not there.
    """
    for key in dict.fromkeys(statement_ids) if procurement_id is not None else ():
        statement = row_of(session, Statement, key)
        if row_of(session, Document, statement.document_id).procurement_id != procurement_id:
            raise NotFound(f"There is no statement with the id {key!r} in this procurement; list them to find it.")


def _checked(statement_ids: Sequence[str]) -> list[str]:
    ids = list(dict.fromkeys(statement_ids))
    if not ids:
        raise UsageError("Select at least one statement.")
    if len(ids) > MAX_AT_ONCE:
        raise UsageError(f"{len(ids)} statements are too many at once; select {MAX_AT_ONCE} or fewer.")
    return ids
