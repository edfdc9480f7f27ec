"""Letters of clarification and what came back: beside the store, in the same database.

Each public method is one transaction. An answer changes no commitment: it proposes a new version beside the old one,
and a person takes or declines it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.records.carrying import current_statement
from svdocs.records.clarification_tables import (
    ClarificationAnswer,
    ClarificationLetter,
    ClarificationQuestion,
    ProposedVersion,
    VersionState,
)
from svdocs.records.clarifying import Answer, Question, propose_versions
from svdocs.records.deciding import decide_in
from svdocs.records.steps import folded, row_of, statement_records, tell
from svdocs.records.store import Store
from svdocs.records.tables import Decision, DecisionAction, Document, EventKind, Statement


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A proposed version with the answers that it rests on, each with its question."""

    version: ProposedVersion
    answers: tuple[tuple[ClarificationQuestion, ClarificationAnswer], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        v = self.version
        return {
            "id": v.id,
            "letter_id": v.letter_id,
            "statement_id": v.statement_id,
            "state": v.state.value,
            "old": v.old,
            "new": v.new,
            "changes": v.changes,
            "decided_by": v.decided_by,
            "because": v.because,
            "answers": [
                {"number": q.number, "about": q.gap, "question": q.question, "text": a.text, "file": a.source_name}
                for q, a in self.answers
            ],
        }


class Clarifications:
    """The letters, answers and proposed versions of one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_letter(self, document_id: str, questions: Sequence[Question], *, person: str,
                   reply_by: date | None = None) -> ClarificationLetter:  # fmt: skip
        """Return a new letter with its questions; its id goes into the file, which brings the answers back to it.

        Raises:
            UsageError: no person or no question.
            NotFound: there is no such document or statement.
        """
        if not person.strip() or not questions:
            raise UsageError("A letter of clarification needs the person who writes it and at least one question.")
        with self._store.writing() as session:
            document = row_of(session, Document, document_id)
            letter = ClarificationLetter(document_id=document.id, written_by=folded(person), reply_by=reply_by)
            session.add(letter)
            session.flush()
            for q in questions:
                session.add(
                    ClarificationQuestion(
                        letter_id=letter.id,
                        number=q.number,
                        statement_id=row_of(session, Statement, q.statement_id).id,
                        gap=q.gap,
                        question=q.question,
                        quote=q.quote,
                        place=q.place,
                    )
                )
            tell(session, EventKind.clarification_asked, letter, within=document, person=letter.written_by,
                 details={"questions": len(questions)})  # fmt: skip
        return letter

    def letters_of(self, document_id: str) -> list[ClarificationLetter]:
        """Return the letters about a document, oldest first.

        Raises:
            NotFound: there is no such document.
        """
        with self._store.reading() as session:
            row_of(session, Document, document_id)
            query = select(ClarificationLetter).where(ClarificationLetter.document_id == document_id)
            return list(session.exec(query.order_by(col(ClarificationLetter.written_at))))

    def questions_of(self, letter_id: str) -> list[ClarificationQuestion]:
        """Return a letter's questions by number.

        Raises:
            NotFound: there is no such letter.
        """
        with self._store.reading() as session:
            return _questions(session, row_of(session, ClarificationLetter, letter_id).id)

    def take_answers(self, letter_id: str, answers: Sequence[Answer], *, person: str, source_name: str,
                     source_sha256: str) -> list[VersionRecord]:  # fmt: skip
        """Keep the answers to a letter, and return the version that they propose of each commitment.

        The version is held against the commitment as it stands now, with what people have decided. A version that was
        proposed before and not yet decided gives way to the new one.

        Args:
            letter_id: the letter that came back.
            answers: by number; those without text are left out.
            person: who brings them into the records.
            source_name: of the file in which they came.
            source_sha256: of its bytes; the same file is taken once.

        Raises:
            NotFound: there is no such letter.
            UsageError: no person, or a number that the letter has not asked.
            Conflict: this file's answers have been taken already.
        """
        if not person.strip():
            raise UsageError("Answers need the person who brings them into the records; give a name.")
        with self._store.writing() as session:
            letter = row_of(session, ClarificationLetter, letter_id, lock=True)
            questions = {q.number: q for q in _questions(session, letter.id)}
            _refuse_repeat(session, letter.id, source_sha256)
            given = [a for a in answers if a.text.strip()]
            unknown = sorted(a.number for a in given if a.number not in questions)
            if unknown:
                raise UsageError(f"The letter asked no question {unknown[0]}; is this the answer to another letter?")
            grouped: dict[str, list[Answer]] = {}
            for a in given:
                asked = questions[a.number]
                now = current_statement(session, asked.statement_id)
                grouped.setdefault(now, []).append(Answer(asked.number, now, asked.gap, a.text.strip()))
            kept: list[VersionRecord] = []
            for statement_id, about in grouped.items():
                version = _propose(session, letter, statement_id, about)
                rows = [
                    ClarificationAnswer(
                        question_id=questions[a.number].id,
                        version_id=version.id,
                        text=a.text,
                        source_name=source_name,
                        source_sha256=source_sha256,
                        received_by=folded(person),
                    )
                    for a in about
                ]
                session.add_all(rows)
                pairs = zip((questions[a.number] for a in about), rows, strict=True)
                kept.append(VersionRecord(version, tuple(pairs)))
            tell(session, EventKind.clarification_answered, letter,
                 within=row_of(session, Document, letter.document_id), person=folded(person),
                 details={"answers": len(given), "sha256": source_sha256})  # fmt: skip
        return kept

    def versions_of(self, document_id: str, state: VersionState | None = None) -> list[VersionRecord]:
        """Return the versions proposed of a document's commitments, oldest first.

        Raises:
            NotFound: there is no such document.
        """
        with self._store.reading() as session:
            row_of(session, Document, document_id)
            query = (
                select(ProposedVersion)
                .join(ClarificationLetter, col(ProposedVersion.letter_id) == col(ClarificationLetter.id))
                .where(ClarificationLetter.document_id == document_id)
                .order_by(col(ProposedVersion.proposed_at))
            )
            if state is not None:
                query = query.where(ProposedVersion.state == state)
            return _with_answers(session, list(session.exec(query)))

    def take_version(self, version_id: str, *, person: str, because: str = "") -> Decision:
        """Return the decision by which a person takes a proposed version: the commitment stands with its changes.

        What people had set before stays, where the answers say nothing of it. A version that changes no field is
        accepted as it is: its answers stand beside the commitment.

        Raises:
            NotFound: there is no such version.
            UsageError: no person.
            Conflict: somebody has decided on it, or a later answer has taken its place, or the document has been read
                again and its passage is gone.
        """
        with self._store.writing() as session:
            version = _undecided(session, version_id, person)
            statement_id = current_statement(session, version.statement_id)
            standing = statement_records(session, col(Statement.id) == statement_id)[0].decision
            changes = {**(standing.changes if standing is not None else {}), **version.changes}
            decision = decide_in(
                session,
                statement_id,
                action=DecisionAction.amend if changes else DecisionAction.accept,
                person=person,
                reason=because.strip() or "The bidder's answer to a question of clarification.",
                changes=changes or None,
            )
            _close(version, VersionState.taken, person, because)
            version.decision_id = decision.id
        return decision

    def decline_version(self, version_id: str, *, person: str, because: str) -> ProposedVersion:
        """Return the version, declined: the commitment stays as it is, and the answers stay in the records.

        Raises:
            NotFound: there is no such version.
            UsageError: no person or no reason.
            Conflict: somebody has decided on it, or a later answer has taken its place.
        """
        if not because.strip():
            raise UsageError("To decline a version, say why; the bidder may ask.")
        with self._store.writing() as session:
            version = _undecided(session, version_id, person)
            _close(version, VersionState.declined, person, because)
            letter = row_of(session, ClarificationLetter, version.letter_id)
            tell(session, EventKind.version_declined, version, within=row_of(session, Document, letter.document_id),
                 person=folded(person), details={"statement": version.statement_id})  # fmt: skip
        return version


def _questions(session: Session, letter_id: str) -> list[ClarificationQuestion]:
    query = select(ClarificationQuestion).where(ClarificationQuestion.letter_id == letter_id)
    return list(session.exec(query.order_by(col(ClarificationQuestion.number))))


def _refuse_repeat(session: Session, letter_id: str, sha256: str) -> None:
    query = (
        select(ClarificationAnswer.id)
        .join(ClarificationQuestion, col(ClarificationAnswer.question_id) == col(ClarificationQuestion.id))
        .where(ClarificationQuestion.letter_id == letter_id, ClarificationAnswer.source_sha256 == sha256)
    )
    if session.exec(query.limit(1)).first() is not None:
        raise Conflict("The answers in this file have been taken already; look at the versions that they proposed.")


def _propose(session: Session, letter: ClarificationLetter, statement_id: str,
             answers: Sequence[Answer]) -> ProposedVersion:  # fmt: skip
    query = select(ProposedVersion).where(
        ProposedVersion.statement_id == statement_id, ProposedVersion.state == VersionState.proposed
    )
    for earlier in session.exec(query):
        earlier.state = VersionState.superseded
    standing: Mapping[str, Any] = statement_records(session, col(Statement.id) == statement_id)[0].as_decided()
    line = {**standing, "statement_id": statement_id}
    made = propose_versions([line], answers)[0]
    version = ProposedVersion(
        letter_id=letter.id, statement_id=statement_id, old=made["old"], new=made["new"], changes=made["changes"]
    )
    session.add(version)
    session.flush()
    return version


def _with_answers(session: Session, versions: Sequence[ProposedVersion]) -> list[VersionRecord]:
    query = (
        select(ClarificationQuestion, ClarificationAnswer)
        .join(ClarificationAnswer, col(ClarificationAnswer.question_id) == col(ClarificationQuestion.id))
        .where(col(ClarificationAnswer.version_id).in_([v.id for v in versions]))
        .order_by(col(ClarificationQuestion.number))
    )
    pairs = [(q, a) for q, a in session.exec(query)]
    return [VersionRecord(v, tuple((q, a) for q, a in pairs if a.version_id == v.id)) for v in versions]


def _undecided(session: Session, version_id: str, person: str) -> ProposedVersion:
    if not person.strip():
        raise UsageError("A decision needs the person who takes it; give a name.")
    version = row_of(session, ProposedVersion, version_id, lock=True)
    if version.state is VersionState.superseded:
        raise Conflict("A later answer has taken this version's place; look at that one.")
    if version.state is not VersionState.proposed:
        raise Conflict(f"The version was {version.state.value} already, by {version.decided_by}.")
    return version


def _close(version: ProposedVersion, state: VersionState, person: str, because: str) -> None:
    version.state, version.decided_by = state, folded(person)
    version.decided_at, version.because = datetime.now(UTC), because.strip()
