"""Second readings: a share of the documents is read by two people, neither of whom sees the other's answers.

Beside the store, in the same database; each public method is one transaction. Which documents are drawn hangs on a
seed that is kept and on the documents' own hashes, never on the clock. While a document is being read, nobody decides
on it in another way, and what one reader answers is in no query of anybody else (`records.seen`) until both are done.
Then a third person decides where they differ, and that decision stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import ceil
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotAllowed, UsageError
from svdocs.records.access import Caller
from svdocs.records.by_hand import statements_now
from svdocs.records.review_tables import ReadingAnswer, ReadingDraw, SecondReading
from svdocs.records.steps import folded, row_of, statement_records, tell
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import (
    Decision,
    Document,
    DocumentKind,
    EventKind,
    Procurement,
    Statement,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads: the account's id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What both readers said of one statement, once both are done."""

    record: StatementRecord
    first: Mapping[str, Any]
    second: Mapping[str, Any]


def draw_documents(hashes: Mapping[str, str], seed: str, share: int) -> list[str]:
    """Return which documents a seed draws: the share of them in percent, rounded up.

    Args:
        hashes: the SHA-256 of each document's bytes, by its id.
        seed: any text; the same draws the same.
        share: in percent.

    >>> here, turned = {"a": "1", "b": "2", "c": "3"}, {"c": "3", "b": "2", "a": "1"}
    >>> len(draw_documents(here, "x", 50)), draw_documents(here, "x", 50) == draw_documents(turned, "x", 50)
    (2, True)
    """
    order = sorted(hashes, key=lambda i: (sha256(f"{seed}:{hashes[i]}".encode()).hexdigest(), hashes[i], i))
    return order[: ceil(len(order) * share / 100)]


class SecondReadings:
    """The second readings of one database, as one caller has them.

    Args:
        store: as the caller may see it.
        caller: who asks.
    """

    def __init__(self, store: Store, caller: Caller) -> None:
        self._store, self._caller = store, caller

    def draw(
        self, procurement_id: str, readers: Sequence[Reader], *, share: int, seed: str = ""
    ) -> list[SecondReading]:
        """Return the readings of a share of the bids, each given to two of the readers in turn.

        Only documents that have been read by the machine, that nobody has decided on and that were not drawn before can
        be drawn.

        Args:
            procurement_id: whose bids.
            readers: two people or more, who may decide there.
            share: in percent of the bids that can be drawn.
            seed: by which they are drawn; by default the procurement's id.

        Raises:
            UsageError: fewer than two readers, or a share that is none.
            NotFound: there is no such procurement.
            Conflict: no document can be drawn.
        """
        if len({r.id for r in readers}) < 2 or not all(r.id for r in readers):
            raise UsageError("A second reading needs two people with accounts at least; choose them.")
        if not 1 <= share <= 100:
            raise UsageError("The share is a whole number of percent from 1 to 100.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            hashes = _drawable(session, procurement_id)
            if not hashes:
                raise Conflict("No bid can be drawn: each has been drawn before, decided on, or not been read yet.")
            draw = ReadingDraw(procurement_id=procurement_id, seed=folded(seed) or procurement_id, share=share,
                               drawn_by=self._caller.name)  # fmt: skip
            session.add(draw)
            session.flush()
            drawn = draw_documents(hashes, draw.seed, share)
            readings = [_reading(draw, d, readers, i) for i, d in enumerate(drawn)]
            session.add_all(readings)
            details = {"seed": draw.seed, "share": share, "documents": drawn}
            tell(session, EventKind.second_reading_drawn, draw, within=procurement, person=self._caller.name,
                 details=details)  # fmt: skip
            return readings

    def readings_of(self, procurement_id: str) -> list[SecondReading]:
        """Return the second readings of a procurement, in the order of their documents' names as the caller reads them.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = (
                select(SecondReading, Document)
                .join(Document, col(Document.id) == col(SecondReading.document_id))
                .where(Document.procurement_id == procurement_id)
            )
            # Sorted here: in the database the order would be that of the names where the caller reads codes.
            found = sorted(session.exec(query), key=lambda pair: (pair[1].name, pair[1].id))
            return [reading for reading, _ in found]

    def reading(self, reading_id: str) -> SecondReading:
        """Return one second reading.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return row_of(session, SecondReading, reading_id)

    def to_read(self, reading_id: str) -> list[tuple[StatementRecord, dict[str, Any] | None]]:
        """Return a document's statements as proposed, each with the caller's own answer if there is one.

        Raises:
            NotFound: there is no such reading.
            NotAllowed: the caller is neither of its readers.
        """
        with self._store.reading() as session:
            reading = row_of(session, SecondReading, reading_id)
            self._refuse_others(reading)
            answers = {a.statement_id: a.answer for a in _answers(session, reading, self._caller.person_id)}
            document = row_of(session, Document, reading.document_id)
            return [(r, answers.get(r.id)) for r in statements_now(session, document)]

    def answer(self, reading_id: str, answers: Mapping[str, Mapping[str, Any]], *, done: bool) -> SecondReading:
        """Return a reading with the caller's answers kept: those given before stay where none is given anew.

        Args:
            reading_id: which.
            answers: the fields that are compared, by the statement's id.
            done: whether this is all; nothing can be changed then.

        Raises:
            UsageError: an answer is missing, or of a statement that is none of the document's.
            NotFound: there is no such reading.
            NotAllowed: the caller is neither of its readers.
            Conflict: the caller was done already.
        """
        with self._store.writing() as session:
            reading = row_of(session, SecondReading, reading_id, lock=True)
            self._refuse_others(reading)
            is_first = self._caller.person_id == reading.first_id
            if (reading.first_done_at if is_first else reading.second_done_at) is not None:
                raise Conflict("You have finished this reading; nothing can be changed any more.")
            document = row_of(session, Document, reading.document_id)
            present = {r.id for r in statements_now(session, document)}
            if not set(answers) <= present:
                raise UsageError("An answer is of a statement that the document does not have any more; look again.")
            kept = {a.statement_id: a for a in _answers(session, reading, self._caller.person_id)}
            for key, given in answers.items():
                if key in kept:
                    kept[key].answer, kept[key].answered_at = dict(given), datetime.now(UTC)
                else:
                    session.add(ReadingAnswer(reading_id=reading.id, statement_id=key,
                                              reader_id=str(self._caller.person_id), answer=dict(given)))  # fmt: skip
            if done:
                if missing := present - set(kept) - set(answers):
                    raise UsageError(f"{len(missing)} statements have no answer yet; answer each before you finish.")
                now = datetime.now(UTC)
                if is_first:
                    reading.first_done_at = now
                else:
                    reading.second_done_at = now
                tell(session, EventKind.second_reading_done, reading, within=document, person=self._caller.name,
                     details={"answers": len(present)})  # fmt: skip
            return reading

    def answered(self, reading_id: str) -> list[Answered]:
        """Return what both readers said, statement by statement; nothing before both are done.

        Raises:
            NotFound: there is no such reading.
        """
        with self._store.reading() as session:
            reading = row_of(session, SecondReading, reading_id)
            if not is_done(reading):
                return []
            first = {a.statement_id: a.answer for a in _answers(session, reading, reading.first_id)}
            second = {a.statement_id: a.answer for a in _answers(session, reading, reading.second_id)}
            both = [key for key in first if key in second]
            records = {r.id: r for r in statement_records(session, col(Statement.id).in_(both))}
            return sorted((Answered(records[k], first[k], second[k]) for k in both if k in records),
                          key=lambda a: (a.record.statement.position, a.record.id))  # fmt: skip

    def may_settle(self, reading: SecondReading) -> bool:
        """Say whether the caller may decide where the two differ: a third person, once both are done."""
        return is_done(reading) and self._caller.person_id not in (reading.first_id, reading.second_id)

    def _refuse_others(self, reading: SecondReading) -> None:
        if self._caller.person_id not in (reading.first_id, reading.second_id):
            raise NotAllowed("This document is read by two other people; you see what they say once both are done.")


def is_done(reading: SecondReading) -> bool:
    """Say whether both readers are done."""
    return reading.first_done_at is not None and reading.second_done_at is not None


def _drawable(session: Session, procurement_id: str) -> dict[str, str]:
    decided = select(Statement.document_id).join(Decision, col(Decision.statement_id) == col(Statement.id))
    query = select(Document.id, Document.sha256).where(
        Document.procurement_id == procurement_id,
        Document.kind == DocumentKind.bid,
        col(Document.current_run).is_not(None),
        col(Document.id).not_in(select(SecondReading.document_id)),
        col(Document.id).not_in(decided),
    )
    return {key: hash_ for key, hash_ in session.exec(query)}  # noqa: C416 - rows are no pairs


def _reading(draw: ReadingDraw, document_id: str, readers: Sequence[Reader], number: int) -> SecondReading:
    """Return the reading of one document by two readers, who take turns so that each pair comes up."""
    step = 1 + number // len(readers) % (len(readers) - 1)
    first, second = readers[number % len(readers)], readers[(number + step) % len(readers)]
    return SecondReading(draw_id=draw.id, document_id=document_id, first_id=first.id, first=first.name,
                         second_id=second.id, second=second.name)  # fmt: skip


def _answers(session: Session, reading: SecondReading, reader_id: str | None) -> list[ReadingAnswer]:
    query = select(ReadingAnswer).where(ReadingAnswer.reading_id == reading.id, ReadingAnswer.reader_id == reader_id)
    return list(session.exec(query))
