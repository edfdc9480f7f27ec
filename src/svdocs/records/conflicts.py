"""Declarations of interest: each evaluator's, of the procurement and of each bidder, and what the chair makes of them.

To declare opens the bid to whoever marks it, or closes it for good; `panel_seal` holds that in every query. A conflict
that is declared late freezes the person's seats for that bidder. What they had marked stays in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Caller, Right
from svdocs.records.interests import check_sees_all, check_unconflicted, conflicts_of, suppliers_in
from svdocs.records.panel_tables import (
    ConflictDeclaration,
    ConflictRuling,
    Panel,
    PanelSupplier,
    RulingAction,
    Seat,
    SeatState,
)
from svdocs.records.panels import check_right, lock_panel_of, panel_of
from svdocs.records.people import Clock
from svdocs.records.requests import forget_answers
from svdocs.records.steps import row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration, and what the chair made of it."""

    declaration: ConflictDeclaration
    about: str | None
    """The supplier's name; None for the procurement as a whole."""
    ruling: ConflictRuling | None = None

    @property
    def awaits_chair(self) -> bool:
        """Whether a conflict was declared and no chair has decided."""
        return self.declaration.has_conflict and self.ruling is None


@dataclass(frozen=True, slots=True)
class Due:
    """What a person has to declare, and has declared."""

    supplier_id: str | None
    name: str | None
    """None for the procurement as a whole."""
    declared: ConflictDeclaration | None
    """The last that they said of it."""


class Conflicts:
    """The declarations in one database, as the store's caller may see them."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    def due(self, procurement_id: str, caller: Caller) -> list[Due]:
        """Return all that the caller has to declare: the procurement first, then each supplier by name.

        Raises:
            NotFound: there is no such procurement, or it has no panel.
        """
        with self._store.reading() as session:
            panel_of(session, procurement_id)
            said = {d.supplier_id: d for d in _declarations(session, procurement_id) if d.person_id == caller.person_id}
            suppliers = _suppliers(session, procurement_id)
        about: list[tuple[str | None, str | None]] = [(None, None), *((s.supplier_id, s.name) for s in suppliers)]
        return [Due(key, name, said.get(key)) for key, name in about]

    def undeclared(self, procurement_id: str, caller: Caller) -> int:
        """Return how many declarations the caller has yet to make; 0 where there is no panel or they do not mark."""
        if caller.is_alone or not caller.may(Right.mark, procurement_id):
            return 0
        with self._store.reading() as session:
            if session.get(Panel, procurement_id) is None:
                return 0
        return sum(d.declared is None for d in self.due(procurement_id, caller))

    def declare(self, procurement_id: str, caller: Caller, *, has_conflict: bool, supplier_id: str | None = None,
                nature: str = "") -> ConflictDeclaration:  # fmt: skip
        """Return the caller's declaration; a conflict closes the bid to them and freezes what they had marked.

        Args:
            procurement_id: of the panel.
            caller: who declares.
            has_conflict: whether there is one.
            supplier_id: with which supplier; None for the procurement as a whole.
            nature: of the conflict, in words.

        Raises:
            NotFound: there is no such panel or supplier.
            NotAllowed: the caller marks nothing here.
            UsageError: a conflict without a word of what it is.
        """
        check_right(caller, Right.mark, procurement_id)
        if has_conflict and not nature.strip():
            raise UsageError("Say what the conflict is, so that the chair can decide on it.")
        with self._store.writing() as session:
            panel_of(session, procurement_id, lock=True)  # one at a time with a release
            if supplier_id is not None and session.get(PanelSupplier, (procurement_id, supplier_id)) is None:
                raise NotFound("There is no such supplier in this panel; open the list of declarations again.")
            own = [d for d in _declarations(session, procurement_id) if d.person_id == caller.person_id]
            before = [d for d in own if supplier_id is None or d.supplier_id == supplier_id]
            declaration = ConflictDeclaration(
                procurement_id=procurement_id, supplier_id=supplier_id, person_id=caller.person_id,
                person=caller.name, has_conflict=has_conflict, nature=nature.strip(),
                is_late=has_conflict and any(not d.has_conflict for d in before), declared_at=self._now(),
            )  # fmt: skip
            session.add(declaration)
            frozen = 0
            if has_conflict:
                forget_answers(session, caller.person_id or "")
                for seat in _seats_of(session, procurement_id, caller.person_id, supplier_id):
                    if seat.state is SeatState.standing:
                        seat.state, frozen = SeatState.frozen, frozen + 1
            session.flush()
            tell(session, EventKind.conflict_declared, declaration, person=caller.name,
                 details={"account": caller.person_id, "supplier": supplier_id, "has_conflict": has_conflict,
                          "late": declaration.is_late, "seats_frozen": frozen})  # fmt: skip
            return declaration

    def declared_in(self, procurement_id: str) -> list[Declared]:
        """Return what has been declared, oldest first: one's own, and to lead and chair everybody's.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            names = {s.supplier_id: s.name for s in _suppliers(session, procurement_id)}
            rulings = {
                r.declaration_id: r
                for r in session.exec(select(ConflictRuling).where(ConflictRuling.procurement_id == procurement_id))
            }
            return [
                Declared(d, names.get(d.supplier_id or ""), rulings.get(d.id))
                for d in _declarations(session, procurement_id)
            ]

    def has_conflict(self, procurement_id: str, caller: Caller) -> bool:
        """Say whether the caller declared a conflict in a procurement that no chair has cleared.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return bool(conflicts_of(session, procurement_id, caller.person_id))

    def check_sees_all(self, procurement_id: str, caller: Caller) -> None:
        """Check that nothing of the bids is closed to the caller: `interests.check_sees_all`.

        Raises:
            NotFound: there is no such procurement.
            Conflict: something is closed to them.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            check_sees_all(session, procurement_id, caller)

    def clear(self, declaration_id: str, caller: Caller, *, because: str) -> ConflictRuling:
        """Return the chair's decision that a declared interest does not stand in the way.

        The person's seats stand again, unless another conflict with the bidder that they declared is not cleared.
        To decide otherwise, a chair excuses the seats: `Chairing.excuse`.

        Raises:
            NotFound: there is no such declaration.
            NotAllowed: the caller is no chair.
            UsageError: no reason.
            Conflict: nothing is to be decided, the declaration is the caller's own, or they have a conflict with the
                bidder themselves or have not declared.
        """
        if not because.strip():
            raise UsageError("Give the reason; it stays in the record.")
        with self._store.writing() as session:
            lock_panel_of(session, ConflictDeclaration, declaration_id)
            declaration = row_of(session, ConflictDeclaration, declaration_id)
            check_right(caller, Right.release, declaration.procurement_id)
            about = declaration.supplier_id
            suppliers = suppliers_in(session, declaration.procurement_id) if about is None else [about]
            check_unconflicted(session, declaration.procurement_id, suppliers, caller)
            ruling = rule_on(session, declaration, caller, RulingAction.clear, because, self._now())
            # One that a chair upheld by excusing the person from another seat still holds as well.
            still = conflicts_of(session, declaration.procurement_id, declaration.person_id)
            for seat in _seats_of(session, declaration.procurement_id, declaration.person_id, declaration.supplier_id):
                if seat.state is SeatState.frozen and not still & {None, seat.supplier_id}:
                    seat.state = SeatState.standing
            return ruling


def rule_on(session: Session, declaration: ConflictDeclaration, caller: Caller, action: RulingAction, because: str,
            at: datetime) -> ConflictRuling:  # fmt: skip
    """Return a chair's decision on a declared conflict, written into the session.

    Raises:
        Conflict: nothing is to be decided, or the declaration is the caller's own.
    """
    if not declaration.has_conflict or not _is_unruled(session, declaration):
        raise Conflict("There is nothing to decide on this declaration; look at the list again.")
    if declaration.person_id == caller.person_id and not caller.is_alone:
        raise Conflict("Nobody decides on what they declared themselves; another chair does.")
    ruling = ConflictRuling(
        declaration_id=declaration.id, procurement_id=declaration.procurement_id, person_id=declaration.person_id,
        action=action, because=because.strip(), ruled_by=caller.name, ruled_at=at,
    )  # fmt: skip
    session.add(ruling)
    session.flush()
    tell(session, EventKind.conflict_ruled, ruling, person=caller.name,
         details={"account": declaration.person_id, "declaration": declaration.id, "action": action.value})  # fmt: skip
    return ruling


def unruled_conflicts(session: Session, procurement_id: str, seats: Sequence[Seat]) -> list[ConflictDeclaration]:
    """Return the conflicts on which nobody has decided that are about the people and bidders of these seats."""
    pairs = {(s.person_id, s.supplier_id) for s in seats}
    return [
        d
        for d in _declarations(session, procurement_id)
        if d.has_conflict and _is_unruled(session, d) and d.supplier_id and (d.person_id, d.supplier_id) in pairs
    ]


def _is_unruled(session: Session, declaration: ConflictDeclaration) -> bool:
    return session.get(ConflictRuling, declaration.id) is None


def _declarations(session: Session, procurement_id: str) -> list[ConflictDeclaration]:
    query = select(ConflictDeclaration).where(ConflictDeclaration.procurement_id == procurement_id)
    return sorted(session.exec(query), key=lambda d: (d.declared_at, d.id))


def _suppliers(session: Session, procurement_id: str) -> list[PanelSupplier]:
    query = select(PanelSupplier).where(PanelSupplier.procurement_id == procurement_id)
    return list(session.exec(query.order_by(col(PanelSupplier.name))))


def _seats_of(session: Session, procurement_id: str, person_id: str | None, supplier_id: str | None) -> list[Seat]:
    query = select(Seat).where(
        Seat.procurement_id == procurement_id, col(Seat.person_id).is_not_distinct_from(person_id)
    )
    if supplier_id is not None:
        query = query.where(Seat.supplier_id == supplier_id)
    return list(session.exec(query))
