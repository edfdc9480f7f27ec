"""What a chair does: see who has submitted, excuse and replace, release a lot's marks, and record what was agreed.

The chair knows of a mark only that it was submitted, from a row of its own that holds nothing else. After the release
the panel reads all marks of the lot. What it agrees on is a new record beside them; individual marks stay for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Caller, Right
from svdocs.records.conflicts import rule_on, unruled_conflicts
from svdocs.records.digests import row_digest
from svdocs.records.interests import check_unconflicted
from svdocs.records.marks import MarkGiven, marks_of_seats
from svdocs.records.panel_tables import (
    Consensus,
    ConsensusParticipant,
    ConsensusPassage,
    Criterion,
    FirstView,
    PanelBid,
    PanelStep,
    RulingAction,
    Seat,
    SeatState,
    SeatSubmission,
    Stage,
)
from svdocs.records.panels import (
    add_seats,
    check_right,
    criteria_in_order,
    lock_panel_of,
    marked,
    name_of_marker,
    panel_of,
    rubric_of,
)
from svdocs.records.passages import PassageGiven, find_passages, in_order
from svdocs.records.people import Clock
from svdocs.records.steps import folded, grouped, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement


@dataclass(frozen=True, slots=True)
class SeatOnBoard:
    """A seat as the chair sees it: whose it is, and whether something was submitted."""

    seat: Seat
    has_submitted: bool


@dataclass(frozen=True, slots=True)
class Lot:
    """How far a lot has come."""

    name: str
    released: PanelStep | None
    closed: PanelStep | None
    seats: tuple[SeatOnBoard, ...]

    @property
    def awaited(self) -> list[SeatOnBoard]:
        """The seats for which the release waits."""
        return [s for s in self.seats if s.seat.state is SeatState.frozen or
                (s.seat.state is SeatState.standing and not s.has_submitted)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    """A seat with the marks given on it, oldest first."""

    seat: Seat
    marks: tuple[MarkGiven, ...]

    @property
    def standing(self) -> MarkGiven | None:
        """The mark that counts: the last, of a seat that was not excused."""
        return self.marks[-1] if self.marks and self.seat.state is SeatState.standing else None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consensus with who took part and what it rests on."""

    consensus: Consensus
    participants: tuple[ConsensusParticipant, ...]
    passages: tuple[ConsensusPassage, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """All that is known of one bid under one criterion, after the release."""

    bid: PanelBid
    criterion: Criterion
    marked: tuple[Marked, ...]
    agreed: tuple[Agreed, ...]
    """Oldest first; the last stands."""
    first_views: tuple[FirstView, ...]

    @property
    def consensus(self) -> Agreed | None:
        """The one that stands."""
        return self.agreed[-1] if self.agreed else None


class Moderating:
    """The chair's work in one database, as the store's caller may see it."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    def board(self, procurement_id: str, caller: Caller) -> list[Lot]:
        """Return each lot with who has submitted, and not what.

        Raises:
            NotFound: there is no such procurement, or it has no panel.
            NotAllowed: the caller is no chair.
        """
        check_right(caller, Right.see_progress, procurement_id)
        with self._store.reading() as session:
            panel_of(session, procurement_id)
            return _lots(session, procurement_id)

    def excuse(self, seat_ids: Sequence[str], caller: Caller, *, because: str,
               replacement_id: str | None = None) -> list[Seat]:  # fmt: skip
        """Return the seats that take the place of those excused, if somebody replaces their person.

        Conflicts declared about these people and bidders are thereby decided. Marks stay in the record.

        Raises:
            NotFound: there is no such seat or person.
            NotAllowed: the caller is no chair.
            UsageError: no seat, no reason, or a person who may not mark here.
            Conflict: a seat is excused already, its lot is closed or is released and no other mark would count for
                the bid, the caller has a conflict with its bidder or has not declared, or who replaces has a conflict.
        """
        if not seat_ids or not because.strip():
            raise UsageError("Say who is excused from which bids, and why; it stays in the record and its report.")
        with self._store.writing() as session:
            lock_panel_of(session, Seat, seat_ids[0])
            seats = [row_of(session, Seat, seat_id, lock=True) for seat_id in dict.fromkeys(seat_ids)]
            procurement_id = seats[0].procurement_id
            check_right(caller, Right.release, procurement_id)
            for seat in seats:
                if seat.procurement_id != procurement_id:
                    raise UsageError("These are seats of two procurements; excuse them one procurement at a time.")
                if seat.state is SeatState.excused:
                    raise Conflict(f"{seat.person} is excused from this already; open the board again.")
                _check_not(session, seat, Stage.closed)
            check_unconflicted(session, procurement_id, [s.supplier_id for s in seats], caller)
            _check_still_marked(session, seats)
            for declaration in unruled_conflicts(session, procurement_id, seats):
                rule_on(session, declaration, caller, RulingAction.excuse, because, self._now())
            for seat in seats:
                seat.state, seat.ended_by, seat.ended_because = SeatState.excused, caller.name, because.strip()
                tell(session, EventKind.seat_excused, seat, person=caller.name, message=because.strip(),
                     details={"evaluator": seat.person_id, "bid": seat.bid_id})  # fmt: skip
            return self._replace(session, seats, caller, replacement_id)

    def _replace(self, session: Session, seats: Sequence[Seat], caller: Caller, person_id: str | None) -> list[Seat]:
        if person_id is None:
            return []
        name = name_of_marker(session, seats[0].procurement_id, person_id, caller)
        new = []
        for seat in seats:
            _check_not(session, seat, Stage.released)
            same = select(Seat).where(
                Seat.bid_id == seat.bid_id, Seat.criterion_id == seat.criterion_id, Seat.person_id == person_id
            )
            if session.exec(same).first() is not None:
                raise Conflict(f"{name} marks this bid already, or was excused from it; choose somebody else.")
            new.append(Seat(
                procurement_id=seat.procurement_id, bid_id=seat.bid_id, criterion_id=seat.criterion_id,
                supplier_id=seat.supplier_id, lot=seat.lot, person_id=person_id, person=name, replaces=seat.id,
                assigned_at=self._now(),
            ))  # fmt: skip
        add_seats(session, new, caller)
        return new

    def release(self, procurement_id: str, caller: Caller, *, lot: str = "") -> PanelStep:
        """Return the release of a lot's marks: from now on the panel sees all of them.

        Raises:
            NotFound: there is no such panel or lot.
            NotAllowed: the caller is no chair.
            Conflict: somebody has not submitted, a conflict is not decided, a bid would stand without a mark, it is
                released already, or the caller has a conflict with a bidder of the lot or has not declared.
        """
        check_right(caller, Right.release, procurement_id)
        with self._store.writing() as session:
            panel_of(session, procurement_id, begun=True, lock=True)
            found = _lot_named(session, procurement_id, lot)
            if found.released is not None:
                raise Conflict("The marks of this lot are released already.")
            if found.awaited:
                names = ", ".join(sorted({s.seat.person for s in found.awaited}))
                raise Conflict(
                    f"These have not submitted all their marks, or wait for a decision on a conflict: {names}."
                )
            counted = {(s.seat.bid_id, s.seat.criterion_id) for s in found.seats if s.seat.state is SeatState.standing}
            bids = _bids_of_lot(session, procurement_id, lot)
            needed = {(b.id, c.id) for b in bids for c in marked(criteria_in_order(session, procurement_id))}
            if needed - counted:
                raise Conflict("A bid would stand without a mark, because all who marked it are excused; replace one.")
            check_unconflicted(session, procurement_id, [b.supplier_id for b in bids], caller)
            return self._step(session, procurement_id, lot, Stage.released, EventKind.marks_released, caller)

    def compare(self, procurement_id: str, caller: Caller, *, lot: str | None = None) -> list[Compared]:
        """Return all marks of the released lots, or of one, bid by bid in the order of the criteria.

        What is not released, or closed to the caller by a conflict, is not among them.

        Raises:
            NotFound: there is no such procurement, or it has no panel.
            NotAllowed: the caller does not belong to the panel.
        """
        check_right(caller, Right.see_marks, procurement_id)
        with self._store.reading() as session:
            panel_of(session, procurement_id)
            criteria = marked(criteria_in_order(session, procurement_id))
            lots = [x.name for x in _lots(session, procurement_id) if x.released and lot in (None, x.name)]
            bids = [b for name in lots for b in _bids_of_lot(session, procurement_id, name)]
            return _compared(session, bids, criteria)

    def steps_of(self, procurement_id: str, lot: str = "") -> tuple[PanelStep | None, PanelStep | None]:
        """Return the release of a lot and the end of its moderation, None for what has not been."""
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            steps = [session.get(PanelStep, (procurement_id, lot, stage)) for stage in (Stage.released, Stage.closed)]
        return steps[0], steps[1]

    def agree(self, bid_id: str, criterion_id: str, caller: Caller, *, mark: str, reason: str,
              participants: Sequence[str], passages: Sequence[PassageGiven] = (),
              from_marks: Sequence[str] = (), because: str = "") -> Agreed:  # fmt: skip
        """Return the mark on which the panel agreed, with its reason, beside the individual ones.

        Args:
            bid_id: of a released lot.
            criterion_id: one that is marked.
            caller: who records it.
            mark: one of the rubric's.
            reason: why, so that the bidder can be told.
            participants: the names of those who took part; those who marked are found by theirs.
            passages: of the bid, beside those of marks.
            from_marks: ids of individual marks whose passages it rests on too.
            because: why it takes the place of the one before; needed from the second on.

        Raises:
            NotFound: there is no such bid, criterion or mark, or it is not for the caller.
            NotAllowed: the caller is no chair.
            UsageError: mark, reason, participants or passage is missing or wrong.
            Conflict: the lot is not released, or is closed, or the caller has a conflict with the bidder.
        """
        names = list(dict.fromkeys(folded(n) for n in participants if n.strip()))
        if not reason.strip() or not names:
            raise UsageError("A consensus needs its reason and the names of those who took part.")
        with self._store.writing() as session:
            lock_panel_of(session, PanelBid, bid_id)  # one at a time with the end of the moderation
            bid = row_of(session, PanelBid, bid_id)
            check_right(caller, Right.moderate, bid.procurement_id)
            criteria = {c.id: c for c in marked(criteria_in_order(session, bid.procurement_id))}
            if criterion_id not in criteria:
                raise NotFound("There is no such criterion that is marked.")
            _check_stage(session, bid)
            check_unconflicted(session, bid.procurement_id, [bid.supplier_id], caller)
            [here] = _compared(session, [bid], [criteria[criterion_id]])
            if here.agreed and not because.strip():
                raise UsageError("Say why this takes the place of what was agreed before; both stay.")
            level = rubric_of(criteria[criterion_id]).level(mark)
            found = find_passages(session, passages, procurement_id=bid.procurement_id, supplier_id=bid.supplier_id)
            found += _taken_from(here, from_marks)
            if not found:
                raise UsageError(
                    "A consensus rests on at least one passage of the bid; pin one, or take those of a mark."
                )
            same: dict[str, Any] = {
                "procurement_id": bid.procurement_id, "supplier_id": bid.supplier_id, "lot": bid.lot
            }  # fmt: skip
            consensus = Consensus(
                **same, bid_id=bid_id, criterion_id=criterion_id, number=len(here.agreed) + 1, mark=level.mark,
                reason=reason.strip(), because=because.strip() if here.agreed else "", recorded_by=caller.name,
                recorded_at=self._now(),
            )  # fmt: skip
            session.add(consensus)
            session.flush()
            came_with = {m.seat.person: m.standing.mark.id for m in here.marked if m.standing}
            people = [
                ConsensusParticipant(**same, consensus_id=consensus.id, position=i, person=name,
                                     mark_id=came_with.get(name))
                for i, name in enumerate(names)
            ]  # fmt: skip
            rows = [ConsensusPassage(**same, **f, consensus_id=consensus.id, position=i) for i, f in enumerate(found)]
            session.add_all([*people, *rows])
            session.flush()
            digest = row_digest(session.connection(), Consensus, col(Consensus.id) == consensus.id)
            tell(session, EventKind.consensus_recorded, consensus, person=caller.name,
                 details={"bid": bid_id, "criterion": criterion_id, "row": digest})  # fmt: skip
            return Agreed(consensus, tuple(people), tuple(rows))

    def close(self, procurement_id: str, caller: Caller, *, lot: str = "") -> PanelStep:
        """Return the end of a lot's moderation: its record is frozen, and letters are written from it.

        Raises:
            NotFound: there is no such panel or lot.
            NotAllowed: the caller is no chair.
            Conflict: it is not released, is closed already, nothing is agreed yet on a bid, or the caller has a
                conflict with a bidder of the lot or has not declared.
        """
        check_right(caller, Right.moderate, procurement_id)
        with self._store.writing() as session:
            panel_of(session, procurement_id, begun=True, lock=True)
            found = _lot_named(session, procurement_id, lot)
            if found.released is None or found.closed is not None:
                raise Conflict("The lot is not released, or its moderation is closed already.")
            if any(s.seat.state is SeatState.frozen for s in found.seats):
                raise Conflict("A declared conflict waits for a decision; excuse the evaluator or clear it first.")
            bids = _bids_of_lot(session, procurement_id, lot)
            check_unconflicted(session, procurement_id, [b.supplier_id for b in bids], caller)
            agreed = _agreed_on(session, bids)
            lacks = [
                f"{bid.name}, “{criterion.title}”"
                for bid in bids
                for criterion in marked(criteria_in_order(session, procurement_id))
                if not agreed[bid.id, criterion.id]
            ]
            if lacks:
                raise Conflict(f"Nothing is agreed yet on {'; '.join(lacks)}.")
            return self._step(session, procurement_id, lot, Stage.closed, EventKind.moderation_closed, caller)

    def _step(self, session: Session, procurement_id: str, lot: str, stage: Stage, kind: EventKind,
              caller: Caller) -> PanelStep:  # fmt: skip
        step = PanelStep(procurement_id=procurement_id, lot=lot, stage=stage, person=caller.name, at=self._now())
        session.add(step)
        session.flush()
        tell(session, kind, step, person=caller.name, details={"lot": lot, "account": caller.person_id})
        return step


def _lots(session: Session, procurement_id: str) -> list[Lot]:
    names = session.exec(select(PanelBid.lot).where(PanelBid.procurement_id == procurement_id).distinct())
    seats = list(session.exec(select(Seat).where(Seat.procurement_id == procurement_id)))
    submitted = set(session.exec(select(SeatSubmission.seat_id).where(SeatSubmission.procurement_id == procurement_id)))
    steps = {
        (s.lot, s.stage): s for s in session.exec(select(PanelStep).where(PanelStep.procurement_id == procurement_id))
    }
    ordered = sorted(seats, key=lambda s: (s.bid_id, s.criterion_id, s.person, s.id))
    return [
        Lot(name, steps.get((name, Stage.released)), steps.get((name, Stage.closed)),
            tuple(SeatOnBoard(s, s.id in submitted) for s in ordered if s.lot == name))
        for name in sorted(names)
    ]  # fmt: skip


def _lot_named(session: Session, procurement_id: str, lot: str) -> Lot:
    for found in _lots(session, procurement_id):
        if found.name == lot:
            return found
    raise NotFound("There is no such lot in this panel; look at the board for those that there are.")


def _bids_of_lot(session: Session, procurement_id: str, lot: str) -> list[PanelBid]:
    query = select(PanelBid).where(PanelBid.procurement_id == procurement_id, PanelBid.lot == lot)
    return sorted(session.exec(query), key=lambda b: (b.code, b.id))


def _compared(session: Session, bids: Sequence[PanelBid], criteria: Sequence[Criterion]) -> list[Compared]:
    """Return each bid under each criterion, in their order; asked in as many questions for many bids as for one."""
    ids = [b.id for b in bids]
    standing = sorted(session.exec(select(Seat).where(col(Seat.bid_id).in_(ids))), key=lambda s: (s.person, s.id))
    seats = grouped(standing, lambda s: (s.bid_id, s.criterion_id))
    saved = session.exec(select(FirstView).where(col(FirstView.bid_id).in_(ids)))
    views = grouped(sorted(saved, key=lambda v: (v.saved_at, v.id)), lambda v: v.bid_id)
    marks = marks_of_seats(session, [s.id for s in standing])
    agreed = _agreed_on(session, bids)
    return [
        Compared(
            bid, criterion, tuple(Marked(s, tuple(marks[s.id])) for s in seats[bid.id, criterion.id]),
            tuple(agreed[bid.id, criterion.id]), tuple(views[bid.id]),
        )
        for bid in bids
        for criterion in criteria
    ]  # fmt: skip


def _agreed_on(session: Session, bids: Sequence[PanelBid]) -> Mapping[tuple[str, str], list[Agreed]]:
    """Return by bid and criterion what was agreed, oldest first."""
    query = select(Consensus).where(col(Consensus.bid_id).in_([b.id for b in bids]))
    found = list(session.exec(query.order_by(col(Consensus.number))))
    ids = [c.id for c in found]
    taking_part = session.exec(select(ConsensusParticipant).where(col(ConsensusParticipant.consensus_id).in_(ids)))
    people = grouped(sorted(taking_part, key=lambda p: p.position), lambda p: p.consensus_id)
    pinned = session.exec(select(ConsensusPassage).where(col(ConsensusPassage.consensus_id).in_(ids)))
    passages = grouped(in_order(pinned), lambda p: p.consensus_id)
    agreed = (Agreed(c, tuple(people[c.id]), tuple(passages[c.id])) for c in found)
    return grouped(agreed, lambda a: (a.consensus.bid_id, a.consensus.criterion_id))


def _taken_from(here: Compared, mark_ids: Sequence[str]) -> list[dict[str, object]]:
    known = {g.mark.id: g for m in here.marked for g in m.marks}
    if set(mark_ids) - known.keys():
        raise NotFound("There is no such mark of this bid under this criterion.")
    kept = ("document_id", "sha256", "statement_id", "page", "place", "quote", "start")
    found = [{name: getattr(p, name) for name in kept} for i in dict.fromkeys(mark_ids) for p in known[i].passages]
    return list({(f["document_id"], f["start"], f["quote"]): f for f in found}.values())


def _check_not(session: Session, seat: Seat, stage: Stage) -> None:
    if session.get(PanelStep, (seat.procurement_id, seat.lot, stage)) is not None:
        raise Conflict(
            "The marks of this lot are released; the panel moderates with the marks that it has."
            if stage is Stage.released
            else "The moderation of this lot is closed."
        )


def _check_still_marked(session: Session, leaving: Sequence[Seat]) -> None:
    """Check that each bid and criterion of a released lot keeps a mark that counts when these seats are excused.

    Raises:
        Conflict: one would keep none; nobody can be put in their place any more.
    """
    gone = {s.id for s in leaving}
    for seat in leaving:
        if session.get(PanelStep, (seat.procurement_id, seat.lot, Stage.released)) is None:
            continue
        beside = select(Seat.id).where(
            Seat.bid_id == seat.bid_id, Seat.criterion_id == seat.criterion_id, Seat.state == SeatState.standing
        )
        if not set(session.exec(beside)) - gone:
            raise Conflict(
                f"No mark of this bid would count under a criterion without that of {seat.person}, and nobody can "
                "mark it any more. Keep it; a conflict that is held off is cleared, with how it is held off."
            )


def _check_stage(session: Session, bid: PanelBid) -> None:
    if session.get(PanelStep, (bid.procurement_id, bid.lot, Stage.released)) is None:
        raise Conflict("The marks of this lot are not released yet; nothing can be agreed before everybody has marked.")
    if session.get(PanelStep, (bid.procurement_id, bid.lot, Stage.closed)) is not None:
        raise Conflict("The moderation of this lot is closed, and its record stays as it is.")
