"""The steps by which people decide: one statement or many, splitting, merging, adding, and taking back.

All of them add rows and change none. Each runs inside a transaction of its caller, which `decisions.Decisions` begins
and ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, or_, select

from svdocs.errors import Conflict, UsageError
from svdocs.records.amending import apply_changes, check_changes
from svdocs.records.by_hand import How, add_by_hand, is_there_now, newest_of
from svdocs.records.digests import row_digest
from svdocs.records.review_tables import SecondReading
from svdocs.records.standing import SUPERSEDES, last_to_redo, last_to_undo
from svdocs.records.steps import decided_record, decisions_on, folded, row_of, statement_records, tell
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import (
    Decision,
    DecisionAction,
    Document,
    EventKind,
    Statement,
    StatementStatus,
    new_id,
)
from svdocs.statements.statement import StatementType

SIMPLE = (DecisionAction.accept, DecisionAction.amend, DecisionAction.reject, DecisionAction.unsure)
"""Decisions that say something of one statement by itself."""
_OF_THE_MACHINE = ("id", "explanation", "carried_by", "made_by_hand")
"""Parts of an entry that tell how the machine came to it, and so are not a person's."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the statements that a split makes.

    Attributes:
        quote: its words, which stand in the passage that is split.
        changes: what it states, where it is another than the whole; see `amending.check_changes`. Of the quantity
            nothing is taken over from the whole, because it belongs to one part.
    """

    quote: str
    changes: Mapping[str, Any] = field(default_factory=dict)


def decide_in(session: Session, statement_id: str, *, action: DecisionAction | str, person: str, reason: str = "",
              changes: Mapping[str, Any] | None = None, seen: int | None = None,
              batch: str | None = None) -> Decision:  # fmt: skip
    """Return a person's new decision, written into the session; see `Store.decide`.

    Raises:
        UsageError: no person, an unknown action, or changes that cannot be made.
        NotFound: there is no such statement.
        Conflict: a newer run or a person's split or merge has taken its place, or somebody has decided meanwhile.
    """
    if action not in SIMPLE:
        raise UsageError(f"{action!r} is not a decision; choose accept, amend, reject or unsure.")
    _need_person(person)
    if (action == DecisionAction.amend) != bool(changes):
        raise UsageError("Give the changed fields to amend a statement, and none for another decision.")
    checked = check_changes(changes or {})
    statement, document = _lock_present(session, statement_id)
    record = _record_as_seen(session, statement, seen)
    if record.status is StatementStatus.superseded:
        raise Conflict("Others stand in this statement's place since it was split or merged; undo that first.")
    return _add(session, document, statement, DecisionAction(action), person, reason, changes=checked, batch=batch)


def undo_in(session: Session, statement_id: str, *, person: str, reason: str = "", seen: int | None = None,
            batch: str | None = None) -> list[Decision]:  # fmt: skip
    """Return the decisions by which the last one that stands on a statement is taken back.

    They are several where it was a merge: that is taken back on every statement that was merged.

    Raises:
        UsageError: no person.
        NotFound: there is no such statement.
        Conflict: nothing stands, or somebody has decided meanwhile.
    """
    _need_person(person)
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id, lock=True)
    last = last_to_undo(_record_as_seen(session, statement, seen).decisions)
    if last is None:
        raise Conflict("No decision stands on this statement, so there is nothing to undo.")
    if last.action != DecisionAction.merge:
        return [_take_back(session, document, last, person, reason, batch)]
    batch = batch or new_id()
    return [_take_back(session, row_of(session, Document, s.document_id, lock=True), d, person, reason, batch)
            for d, s in _of_batch(session, last) if d.action == DecisionAction.merge]  # fmt: skip


def redo_in(session: Session, statement_id: str, *, person: str, reason: str = "",
            seen: int | None = None) -> list[Decision]:  # fmt: skip
    """Return the decisions by which the last undo on a statement is taken back itself.

    Raises:
        UsageError: no person.
        NotFound: there is no such statement.
        Conflict: there is no undo, or somebody has decided since.
    """
    _need_person(person)
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id, lock=True)
    decisions = _record_as_seen(session, statement, seen).decisions
    undo = last_to_redo(decisions)
    if undo is None:
        raise Conflict("The last thing that happened to this statement was no undo, so there is nothing to do again.")
    undone = next(d for d in decisions if d.id == undo.takes_back)
    if undone.action != DecisionAction.merge:
        return [_take_back(session, document, undo, person, reason, None)]
    batch, taken = new_id(), []
    for each, its in _of_batch(session, undo):
        document = row_of(session, Document, its.document_id, lock=True)
        if not _is_last(session, each, its):
            raise Conflict("Somebody has decided on one of the merged statements since, so the merge stays undone.")
        taken.append(_take_back(session, document, each, person, reason, batch))
    return taken


def undo_batch_in(session: Session, batch: str, *, person: str, reason: str = "") -> list[Decision]:
    """Return the decisions by which those of a batch are taken back, where nothing was decided on the statement since.

    Raises:
        UsageError: no person.
        Conflict: none of them can be taken back.
    """
    _need_person(person)
    taken: list[Decision] = []
    new_batch = new_id()
    for decision, statement in _decisions_where(session, batch):
        document = row_of(session, Document, statement.document_id, lock=True)
        if _is_last(session, decision, statement):
            taken.append(_take_back(session, document, decision, person, reason, new_batch))
    if not taken:
        raise Conflict("None of these decisions stands last on its statement, so none can be taken back together.")
    return taken


def split_in(session: Session, statement_id: str, parts: Sequence[Part], *, person: str, reason: str = "",
             seen: int | None = None) -> list[Statement]:  # fmt: skip
    """Return the statements that stand in the place of one from now on, each with its own quote.

    The one stays in the records as superseded; the parts count as accepted by the person.

    Raises:
        UsageError: no person, fewer than two parts, two that are the same, words that the passage does not have, or
            changes that cannot be made.
        NotFound: there is no such statement.
        Conflict: it is not there any more, was split, merged or rejected, or somebody has decided meanwhile.
    """
    _need_person(person)
    if len(parts) < 2:
        raise UsageError("A split needs at least two parts; to change one statement, amend it.")
    statement, document = _lock_present(session, statement_id)
    record = _record_as_seen(session, statement, seen)
    _refuse_unless_standing(record, "split")
    whole, batch = record.as_decided(), new_id()
    entries = [_entry_of_part(whole, part) for part in parts]
    if any(entries[i] == other for i in range(len(entries)) for other in entries[:i]):
        raise UsageError("Two parts of the split are the same; give each its own words or quantity.")
    made = [add_by_hand(session, document, e, How.split_up, person=folded(person), of=[statement.id], batch=batch)
            for e in entries]  # fmt: skip
    _add(session, document, statement, DecisionAction.split_up, person, reason,
         changes={"into": [m.id for m in made]}, batch=batch)  # fmt: skip
    for one in made:
        _add(session, document, one, DecisionAction.accept, person, reason, batch=batch)
    return made


def _entry_of_part(whole: Mapping[str, Any], part: Part) -> dict[str, Any]:
    quote, passage = folded(part.quote), folded(str(whole["text"]))
    if not quote or quote not in passage:
        raise UsageError(f"“{quote[:80]}” does not stand in the passage; take the words of a part from the passage.")
    entry = _without_machine(whole) | {"focus": quote, "quantity": None}
    return apply_changes(entry, check_changes(part.changes))


def merge_in(session: Session, statement_ids: Sequence[str], *, person: str, reason: str = "",
             changes: Mapping[str, Any] | None = None, seen: Mapping[str, int] | None = None) -> Statement:  # fmt: skip
    """Return the statement that stands in the place of several from now on.

    It stands where the first does, says what that says, with `changes`, and keeps the quotes and places of the others
    under ``also``. Those merged stay in the records as superseded.

    Raises:
        UsageError: no person, fewer than two statements, of two suppliers or procurements, or impossible changes.
        NotFound: there is no such statement.
        Conflict: one is not there any more, was split, merged or rejected, or somebody has decided meanwhile.
    """
    _need_person(person)
    ids = list(dict.fromkeys(statement_ids))
    if len(ids) < 2:
        raise UsageError("A merge needs at least two statements.")
    documents = {s.document_id for s in (row_of(session, Statement, i) for i in ids)}
    of = [row_of(session, Document, key, lock=True) for key in sorted(documents)]
    if len({(d.procurement_id, d.supplier_id) for d in of}) > 1:
        raise UsageError("Only statements of one supplier in one procurement can be merged.")
    present = [_lock_present(session, i) for i in ids]
    records = [_record_as_seen(session, s, (seen or {}).get(s.id)) for s, _ in present]
    for record in records:
        _refuse_unless_standing(record, "merged")
    batch, entries = new_id(), [r.as_decided() for r in records]
    entry = apply_changes(_without_machine(entries[0]), check_changes(changes or {}))
    entry["also"] = [{"statement": r.id, "document": r.statement.document_id, "text": e["text"],
                      "focus": e.get("focus"), "location": e["location"]}
                     for r, e in zip(records[1:], entries[1:], strict=True)]  # fmt: skip
    document = present[0][1]
    made = add_by_hand(session, document, entry, How.merge, person=folded(person), of=ids, batch=batch)
    for statement, its_document in present:
        _add(session, its_document, statement, DecisionAction.merge, person, reason,
             changes={"into": [made.id]}, batch=batch)  # fmt: skip
    _add(session, document, made, DecisionAction.accept, person, reason, batch=batch)
    return made


def add_missed_in(session: Session, document_id: str, entry: Mapping[str, Any], *, person: str, reason: str = "",
                  batch: str | None = None) -> Statement:  # fmt: skip
    """Return a statement of a document that was missed, as a person states it; it counts as accepted.

    Args:
        session: of the transaction.
        document_id: where it stands.
        entry: in the extraction record's form: ``text``, its words in the document; ``location`` with the ``page``,
            ``boxes`` or ``cell`` where they stand; ``type``, by default commitment; and what it states.
        person: who found it.
        reason: in the person's words.
        batch: of decisions taken at once.

    Raises:
        UsageError: no person, no words, no place, or fields that cannot be set.
        NotFound: there is no such document.
    """
    _need_person(person)
    document = row_of(session, Document, document_id, lock=True)
    location = dict(entry.get("location") or {})
    if not folded(str(entry.get("text") or "")):
        raise UsageError("A statement needs its words; select them in the document.")
    if not any(location.get(name) is not None for name in ("page", "cell", "block")):
        raise UsageError("A statement needs its place: a page, a cell or a block of the document.")
    fields = {"text", "focus", "span", "location"}
    stated = {"text": folded(str(entry["text"])), "location": location, "confidence": 1.0, "type": "commitment",
              **{name: entry[name] for name in ("focus", "span") if entry.get(name)}}  # fmt: skip
    changes = check_changes({name: value for name, value in entry.items() if name not in fields})
    batch = batch or new_id()
    made = add_by_hand(session, document, apply_changes(stated, changes), How.missed, person=folded(person),
                       batch=batch)  # fmt: skip
    _add(session, document, made, DecisionAction.accept, person, reason, batch=batch)
    return made


# Decisions that lost their statement


def let_go_in(session: Session, statement_id: str, *, person: str, reason: str, batch: str) -> list[Decision]:
    """Return the decisions by which all that stood on a statement that is no longer found is taken back.

    Raises:
        UsageError: no person or no reason.
        NotFound: there is no such statement.
        Conflict: the statement is there, or nothing stands on it.
    """
    record, document = _lost(session, statement_id, person, reason)
    return [_take_back(session, document, d, person, reason, batch) for d in reversed(record.standing)]


def move_decision_in(session: Session, statement_id: str, to: str, *, person: str, reason: str,
                     batch: str) -> Decision:  # fmt: skip
    """Return the decision by which what stood on a statement that is no longer found stands on another of its document.

    Raises:
        UsageError: no person or no reason, or the other is of another document.
        NotFound: there is no such statement.
        Conflict: the statement is there, nothing stands on it, or it was split or merged.
    """
    record, _ = _lost(session, statement_id, person, reason)
    last = record.standing[-1]
    if last.action in SUPERSEDES:
        raise Conflict("A split or merge cannot be moved; split or merge the statement anew, and let this one go.")
    if row_of(session, Statement, to).document_id != record.statement.document_id:
        raise UsageError("A decision moves to a statement of the same document; choose one of those.")
    changes = record.changes
    action = DecisionAction.amend if changes and last.action == DecisionAction.accept else last.action
    if changes and action is not DecisionAction.amend:
        decide_in(session, to, action=DecisionAction.amend, person=person, reason=reason, changes=changes, batch=batch)
    kept = changes if action is DecisionAction.amend else None
    decision = decide_in(session, to, action=action, person=person, reason=reason, changes=kept, batch=batch)
    let_go_in(session, statement_id, person=person, reason=reason, batch=batch)
    return decision


def keep_by_hand_in(session: Session, statement_id: str, *, person: str, reason: str, batch: str) -> list[Statement]:
    """Return what stood on a statement that is no longer found as statements made by hand, which always stand.

    Of a split the parts are kept, of anything else the statement as it was decided.

    Raises:
        UsageError: no person or no reason.
        NotFound: there is no such statement.
        Conflict: the statement is there, or nothing stands on it.
    """
    record, document = _lost(session, statement_id, person, reason)
    last = record.standing[-1]
    ids = last.changes["into"] if last.action in SUPERSEDES else [statement_id]
    records = [r for i in ids for r in statement_records(session, col(Statement.id) == i) if r.stands or r is record]
    made = []
    for one in records:
        entry = _without_machine(one.as_decided())
        kept = add_by_hand(session, document, entry, How.missed, person=folded(person), of=[one.id], batch=batch)
        _add(session, document, kept, DecisionAction.accept, person, reason, batch=batch)
        made.append(kept)
    let_go_in(session, statement_id, person=person, reason=reason, batch=batch)
    return made


def _lost(session: Session, statement_id: str, person: str, reason: str) -> tuple[StatementRecord, Document]:
    _need_person(person)
    if not reason.strip():
        raise UsageError("Say why; the reason stays in the records.")
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id, lock=True)
    if newest_of(session, statement) is not None:
        raise Conflict("The statement is there: decide on it, or undo the decision.")
    record = statement_records(session, col(Statement.id) == statement_id)[0]
    if not record.standing:
        raise Conflict("No decision stands on this statement any more; somebody has settled it.")
    return record, document


# What all of them are made of


def _need_person(person: str) -> None:
    if not person.strip():
        raise UsageError("A decision needs the person who takes it; give a name.")


def _lock_present(session: Session, statement_id: str) -> tuple[Statement, Document]:
    """Return a statement that is there now with its document, which waits for nobody else from now on."""
    statement = row_of(session, Statement, statement_id)
    document = row_of(session, Document, statement.document_id, lock=True)
    if not is_there_now(session, statement, document):
        raise Conflict("The document has been read again or decided on since; look at it as it stands now.")
    return statement, document


def _record_as_seen(session: Session, statement: Statement, seen: int | None) -> StatementRecord:
    record = decided_record(session, statement)
    if seen is not None and seen != len(record.decisions):
        raise Conflict("Somebody has decided on this statement meanwhile; look at that decision first.")
    return record


def _refuse_unless_standing(record: StatementRecord, what: str) -> None:
    if record.status is StatementStatus.superseded:
        raise Conflict("Others stand in this statement's place since it was split or merged; undo that first.")
    if not record.stands:
        raise Conflict(f"A rejected statement is not {what}; undo the rejection first.")


def _without_machine(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = deepcopy({name: value for name, value in entry.items() if name not in _OF_THE_MACHINE})
    return kept | {"type": str(kept.get("type") or StatementType.commitment)}


def _add(session: Session, document: Document, statement: Statement, action: DecisionAction, person: str, reason: str,
         *, changes: Mapping[str, Any] | None = None, takes_back: int | None = None,
         batch: str | None = None) -> Decision:  # fmt: skip
    """Return a new decision, told to the audit trail: one entry each, with the batch in its details.

    Raises:
        Conflict: two people are reading the document without seeing each other's answers.
    """
    open_reading = select(SecondReading.id).where(
        SecondReading.document_id == document.id,
        or_(col(SecondReading.first_done_at).is_(None), col(SecondReading.second_done_at).is_(None)),
    )
    if session.exec(open_reading).first() is not None:
        raise Conflict("Two people are reading this document by themselves; decide once both are done.")
    decision = Decision(statement_id=statement.id, action=action, person=folded(person), reason=reason.strip(),
                        changes=dict(changes or {}), takes_back=takes_back, batch=batch)  # fmt: skip
    session.add(decision)
    session.flush()
    more = {name: value for name, value in (("takes_back", takes_back), ("batch", batch)) if value is not None}
    details = {"statement": statement.id, "decision": decision.id, "person": decision.person, **more,
               "row": row_digest(session.connection(), Decision, col(Decision.id) == decision.id)}  # fmt: skip
    tell(session, EventKind.decision_made, decision, within=document, person=decision.person, code=action,
         details=details)  # fmt: skip
    return decision


def _take_back(session: Session, document: Document, decision: Decision, person: str, reason: str,
               batch: str | None) -> Decision:  # fmt: skip
    statement = row_of(session, Statement, decision.statement_id)
    return _add(session, document, statement, DecisionAction.undo, person, reason, takes_back=decision.id, batch=batch)


def _is_last(session: Session, decision: Decision, statement: Statement) -> bool:
    """Say whether a decision, or an undo, is the one that can be taken back on its statement."""
    decisions = [d for d, _ in decisions_on(session, col(Statement.id) == statement.id)]
    last = last_to_redo(decisions) if decision.action == DecisionAction.undo else last_to_undo(decisions)
    return last is not None and last.id == decision.id


def _of_batch(session: Session, decision: Decision) -> list[tuple[Decision, Statement]]:
    """Return the decisions that were taken at once with this one, each with the statement that the person saw."""
    if decision.batch is None:
        return [(decision, row_of(session, Statement, decision.statement_id))]
    return _decisions_where(session, decision.batch)


def _decisions_where(session: Session, batch: str) -> list[tuple[Decision, Statement]]:
    query = select(Decision, Statement).join(Statement, col(Statement.id) == col(Decision.statement_id))
    return list(session.exec(query.where(Decision.batch == batch).order_by(col(Decision.id))))
