"""What one person marks: the first view of a bid, drafts that nobody else reads, and marks that never change.

Every method reads and writes what is the caller's own, in sessions that find nothing else. None of its answers depends
on what somebody else has done; before the release it could not, because the rows are not there for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import not_
from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Caller, Right
from svdocs.records.digests import row_digest
from svdocs.records.held import table_behind
from svdocs.records.panel_seal import may_see_statements
from svdocs.records.panel_tables import (
    ConflictDeclaration,
    Criterion,
    DraftMark,
    FirstView,
    Mark,
    MarkPassage,
    PanelBid,
    PanelStep,
    Seat,
    SeatState,
    SeatSubmission,
    Stage,
)
from svdocs.records.panels import check_right, criteria_in_order, lock_panel_of, panel_of, rubric_of
from svdocs.records.passages import PassageGiven, find_passages, in_order, passage_from
from svdocs.records.people import Clock
from svdocs.records.steps import document_records, grouped, row_of, tell
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import Document, EventKind

DRAFT_AS_VIEW = "A draft mark was saved."


@dataclass(frozen=True, slots=True)
class MarkGiven:
    """A submitted mark with the passages that it rests on."""

    mark: Mark
    passages: tuple[MarkPassage, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One seat of the caller's, and how far they have come with it."""

    seat: Seat
    criterion: Criterion
    bid: PanelBid | None
    """None where the bid is closed to them by what they declared, or because nothing is declared yet."""
    draft: DraftMark | None
    marks: tuple[MarkGiven, ...]
    """Oldest first; the last stands."""
    first_view: FirstView | None
    is_released: bool

    @property
    def standing(self) -> MarkGiven | None:
        """The mark that stands."""
        return self.marks[-1] if self.marks else None

    @property
    def drafted_passages(self) -> list[PassageGiven]:
        """What the draft pins."""
        return [passage_from(p) for p in self.draft.passages] if self.draft else []


class Marks:
    """The caller's own marking, in one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    def tasks(self, procurement_id: str, caller: Caller) -> list[Task]:
        """Return the caller's seats, bid by bid in the order of the criteria, excused ones too.

        Raises:
            NotFound: there is no such procurement, or it has no panel.
        """
        with self._store.reading() as session:
            panel_of(session, procurement_id)
            criteria = {c.id: (i, c) for i, c in enumerate(criteria_in_order(session, procurement_id))}
            seats = _own_seats(session, procurement_id, caller)
            tasks = [_task(session, seat, criteria[seat.criterion_id][1]) for seat in seats]
        return sorted(tasks, key=lambda t: (t.seat.lot, t.bid.code if t.bid else "~", criteria[t.criterion.id][0]))

    def seat(self, seat_id: str, caller: Caller) -> Seat:
        """Return one seat of the caller's, without what was done on it.

        Raises:
            NotFound: there is none of this id that is theirs.
        """
        with self._store.reading() as session:
            return _own_seat(session, seat_id, caller)

    def task(self, seat_id: str, caller: Caller) -> Task:
        """Return one seat of the caller's.

        Raises:
            NotFound: there is none of this id that is theirs.
        """
        with self._store.reading() as session:
            seat = _own_seat(session, seat_id, caller)
            return _task(session, seat, row_of(session, Criterion, seat.criterion_id))

    def documents_of(self, seat_id: str, caller: Caller) -> list[DocumentRecord]:
        """Return the documents of the bid that a seat of the caller's marks, as far as they may read them.

        Raises:
            NotFound: there is no such seat of theirs.
        """
        with self._store.reading() as session:
            seat = _own_seat(session, seat_id, caller)
            query = select(Document).where(
                Document.procurement_id == seat.procurement_id, Document.supplier_id == seat.supplier_id
            )
            return document_records(session, sorted(session.exec(query), key=lambda d: (d.name, d.id)))

    def kept_back(self, procurement_id: str, caller: Caller) -> set[str]:
        """Return the documents whose commitments the caller does not see before they have saved a first view."""
        unseen = not_(may_see_statements(table_behind(Document), caller))
        with self._store.reading() as session:
            return set(session.exec(select(Document.id).where(Document.procurement_id == procurement_id, unseen)))

    def save_first_view(self, bid_id: str, note: str, caller: Caller) -> FirstView:
        """Return what the caller thinks of a bid so far; from now on they see what svdocs finds in it.

        Raises:
            NotFound: there is no such bid, or it is closed to them.
            NotAllowed: the caller marks nothing here.
            UsageError: nothing was written.
        """
        if not note.strip():
            raise UsageError("Write down what you think of the bid so far; a sentence is enough.")
        with self._store.writing() as session:
            bid = row_of(session, PanelBid, bid_id)
            check_right(caller, Right.mark, bid.procurement_id)
            return self._view(session, bid, _supplier_of(session, bid_id), note.strip(), caller)

    def first_views(self, procurement_id: str, caller: Caller) -> dict[str, list[FirstView]]:
        """Return the caller's first views by bid, oldest first."""
        with self._store.reading() as session:
            found = [v for v in _views(session, procurement_id) if v.person_id == caller.person_id]
        return {bid: [v for v in found if v.bid_id == bid] for bid in {v.bid_id for v in found}}

    def save_draft(self, seat_id: str, caller: Caller, *, mark: str = "", reason: str = "",
                   passages: Sequence[PassageGiven] = ()) -> DraftMark:  # fmt: skip
        """Return the caller's draft, which nobody else reads; it counts as a first view of the bid.

        Raises:
            NotFound: there is no such seat of theirs, or the bid is closed to them.
            UsageError: the rubric has no such mark, or a passage is not in the bid.
            Conflict: nothing can be marked on this seat now.
        """
        with self._store.writing() as session:
            seat = self._seat_to_mark(session, seat_id, caller)
            criterion = row_of(session, Criterion, seat.criterion_id)
            if mark.strip():
                rubric_of(criterion).level(mark)
            find_passages(session, passages, procurement_id=seat.procurement_id, supplier_id=seat.supplier_id)
            draft = session.get(DraftMark, seat_id) or DraftMark(
                seat_id=seat_id, procurement_id=seat.procurement_id, person_id=caller.person_id
            )
            draft.mark, draft.reason, draft.saved_at = mark.strip(), reason.strip(), self._now()
            draft.passages = [p.as_json() for p in passages]
            session.add(draft)
            if mark.strip() or reason.strip():
                self._view_by_marking(session, seat, caller)
            return draft

    def submit(self, seat_id: str, caller: Caller, *, mark: str, reason: str, passages: Sequence[PassageGiven],
               because: str = "") -> MarkGiven:  # fmt: skip
        """Return the caller's mark, which never changes; a later one takes its place with a reason, and both stay.

        Args:
            seat_id: of the caller's.
            caller: who marks.
            mark: one of the rubric's.
            reason: why, so that the bidder can be told.
            passages: at least one of the bid.
            because: why it takes the place of the one before; needed from the second on.

        Raises:
            NotFound: there is no such seat of theirs, or the bid is closed to them.
            UsageError: mark, reason or passage is missing or wrong.
            Conflict: marking has not begun or the marks are released, or the seat is frozen or excused.
        """
        if not reason.strip():
            raise UsageError("A mark needs its reason; write why, so that the bidder can be told.")
        if not passages:
            raise UsageError("A mark rests on at least one passage of the bid; pin one.")
        with self._store.writing() as session:
            lock_panel_of(session, Seat, seat_id)  # one at a time with a release
            seat = self._seat_to_mark(session, seat_id, caller)
            panel_of(session, seat.procurement_id, begun=True)
            level = rubric_of(row_of(session, Criterion, seat.criterion_id)).level(mark)
            before = _marks_of(session, seat_id)
            if before and not because.strip():
                raise UsageError("Say why this mark takes the place of the one that you have submitted; both stay.")
            found = find_passages(session, passages, procurement_id=seat.procurement_id, supplier_id=seat.supplier_id)
            same: dict[str, Any] = {"procurement_id": seat.procurement_id, "supplier_id": seat.supplier_id,
                                    "lot": seat.lot, "person_id": caller.person_id}  # fmt: skip
            new = Mark(
                **same, seat_id=seat_id, bid_id=seat.bid_id, criterion_id=seat.criterion_id, person=seat.person,
                number=len(before) + 1, mark=level.mark, reason=reason.strip(),
                because=because.strip() if before else "", submitted_at=self._now(),
            )  # fmt: skip
            session.add(new)
            session.flush()
            rows = [MarkPassage(**same, **columns, mark_id=new.id, position=i) for i, columns in enumerate(found)]
            session.add_all(rows)
            self._view_by_marking(session, seat, caller)
            draft = session.get(DraftMark, seat_id)
            if draft is not None:
                session.delete(draft)
            if not before:
                session.add(SeatSubmission(seat_id=seat_id, procurement_id=seat.procurement_id, lot=seat.lot,
                                           person_id=caller.person_id))  # fmt: skip
            session.flush()
            digest = row_digest(session.connection(), Mark, col(Mark.id) == new.id)
            tell(session, EventKind.mark_submitted, new, person=caller.name,
                 details={"seat": seat_id, "account": caller.person_id, "row": digest})  # fmt: skip
            return MarkGiven(new, tuple(rows))

    def _seat_to_mark(self, session: Session, seat_id: str, caller: Caller) -> Seat:
        seat = _own_seat(session, seat_id, caller, lock=True)
        check_right(caller, Right.mark, seat.procurement_id)
        if seat.state is SeatState.frozen:
            raise Conflict("You declared a conflict with this bidder; what you marked waits for the chair's decision.")
        if seat.state is SeatState.excused:
            raise Conflict("The chair has excused you from this; what you had marked stays in the record.")
        row_of(session, PanelBid, seat.bid_id)  # not found where it is closed to them
        if not caller.is_alone and not _has_declared(session, seat, caller):
            raise Conflict("Declare first whether you have a conflict with the procurement and with this bidder.")
        if session.get(PanelStep, (seat.procurement_id, seat.lot, Stage.released)) is not None:
            raise Conflict("The marks are released, so individual marks stay as they are; the panel moderates now.")
        return seat

    def _view_by_marking(self, session: Session, seat: Seat, caller: Caller) -> None:
        """Save a first view if there is none: who marks has seen the bid before svdocs' own list."""
        if any(
            v.bid_id == seat.bid_id and v.person_id == caller.person_id for v in _views(session, seat.procurement_id)
        ):
            return
        self._view(session, row_of(session, PanelBid, seat.bid_id), seat.supplier_id, DRAFT_AS_VIEW, caller)

    def _view(self, session: Session, bid: PanelBid, supplier_id: str, note: str, caller: Caller) -> FirstView:
        view = FirstView(procurement_id=bid.procurement_id, bid_id=bid.id, supplier_id=supplier_id, lot=bid.lot,
                         person_id=caller.person_id, person=caller.name, note=note, saved_at=self._now())  # fmt: skip
        session.add(view)
        session.flush()
        tell(session, EventKind.first_view_saved, view, person=caller.name,
             details={"account": caller.person_id, "bid": bid.id})  # fmt: skip
        return view


def _task(session: Session, seat: Seat, criterion: Criterion) -> Task:
    bid = session.get(PanelBid, seat.bid_id)
    views = [v for v in _views(session, seat.procurement_id) if v.bid_id == seat.bid_id]
    own = [v for v in views if v.person_id == seat.person_id]
    released = session.get(PanelStep, (seat.procurement_id, seat.lot, Stage.released))
    return Task(seat, criterion, bid, session.get(DraftMark, seat.id), tuple(marks_with_passages(session, seat.id)),
                own[0] if own else None, released is not None)  # fmt: skip


def marks_with_passages(session: Session, seat_id: str) -> list[MarkGiven]:
    """Return the marks of a seat that may be seen, oldest first, each with its passages."""
    return marks_of_seats(session, [seat_id])[seat_id]


def marks_of_seats(session: Session, seat_ids: Sequence[str]) -> Mapping[str, list[MarkGiven]]:
    """Return by seat the marks that may be seen, oldest first, each with its passages; an empty list for none."""
    marks = list(session.exec(select(Mark).where(col(Mark.seat_id).in_(seat_ids)).order_by(col(Mark.number))))
    pinned = session.exec(select(MarkPassage).where(col(MarkPassage.mark_id).in_([m.id for m in marks])))
    passages = grouped(in_order(pinned), lambda p: p.mark_id)
    return grouped((MarkGiven(m, tuple(passages[m.id])) for m in marks), lambda given: given.mark.seat_id)


def _marks_of(session: Session, seat_id: str) -> list[Mark]:
    return list(session.exec(select(Mark).where(Mark.seat_id == seat_id).order_by(col(Mark.number))))


def _own_seat(session: Session, seat_id: str, caller: Caller, *, lock: bool = False) -> Seat:
    seat = row_of(session, Seat, seat_id, lock=lock)
    if seat.person_id != caller.person_id:
        raise NotFound(f"There is no seat with the id {seat_id!r}; list them to find the right one.")
    return seat


def _own_seats(session: Session, procurement_id: str, caller: Caller) -> list[Seat]:
    own = col(Seat.person_id).is_not_distinct_from(caller.person_id)
    return list(session.exec(select(Seat).where(Seat.procurement_id == procurement_id, own)))


def _has_declared(session: Session, seat: Seat, caller: Caller) -> bool:
    said = select(ConflictDeclaration.supplier_id).where(
        ConflictDeclaration.procurement_id == seat.procurement_id, ConflictDeclaration.person_id == caller.person_id
    )
    return {None, seat.supplier_id} <= set(session.exec(said))


def _supplier_of(session: Session, bid_id: str) -> str:
    return session.exec(select(PanelBid.supplier_id).where(PanelBid.id == bid_id)).one()


def _views(session: Session, procurement_id: str) -> list[FirstView]:
    query = select(FirstView).where(FirstView.procurement_id == procurement_id)
    return sorted(session.exec(query), key=lambda v: (v.saved_at, v.id))
