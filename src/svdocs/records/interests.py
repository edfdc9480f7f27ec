"""What somebody's declarations of interest keep them from doing, beside what `panel_seal` keeps them from reading."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from svdocs.errors import Conflict
from svdocs.records.access import ROLES_WITH, Caller, Right
from svdocs.records.panel_tables import (
    ConflictDeclaration,
    ConflictRuling,
    FirstView,
    Panel,
    PanelSupplier,
    RulingAction,
    Seat,
)


def must_declare(procurement_id: str, caller: Caller) -> bool:
    """Say whether the caller declares before the first look: who marks, or chairs, whatever key they come with."""
    return bool(ROLES_WITH[Right.mark] & set(caller.roles.get(procurement_id, ())))


def conflicts_of(session: Session, procurement_id: str, person_id: str | None) -> set[str | None]:
    """Return the suppliers with whom a person declared a conflict that no chair has cleared.

    None among them stands for the procurement as a whole.
    """
    cleared = select(ConflictRuling.declaration_id).where(
        ConflictRuling.procurement_id == procurement_id, ConflictRuling.action == RulingAction.clear
    )
    said = _said_by(session, procurement_id, person_id)
    cleared_ids = set(session.exec(cleared))
    return {d.supplier_id for d in said if d.has_conflict and d.id not in cleared_ids}


def check_unconflicted(session: Session, procurement_id: str, supplier_ids: Iterable[str], caller: Caller) -> None:
    """Check that nothing which the caller declared, or has yet to declare, keeps them from deciding about bidders.

    Args:
        session: as the caller may see it.
        procurement_id: of the panel.
        supplier_ids: about whom it is decided.
        caller: who decides.

    Raises:
        Conflict: they declared a conflict with one of them, or have not declared yet.
    """
    if caller.is_alone:
        return  # one person does all of it there
    about = {None, *supplier_ids}
    if conflicts_of(session, procurement_id, caller.person_id) & about:
        raise Conflict("You declared a conflict with a bidder here, so somebody else does this, such as another chair.")
    if not must_declare(procurement_id, caller):
        return
    if about - {d.supplier_id for d in _said_by(session, procurement_id, caller.person_id)}:
        raise Conflict(
            "Declare first whether you have a conflict of interest with the procurement and with the bidders that "
            "this is about; then do it again."
        )


def check_sees_all(session: Session, procurement_id: str, caller: Caller) -> None:
    """Check that nothing of the bids is closed to the caller: a sum of a part would be taken for the whole.

    Args:
        session: as the caller may see it.
        procurement_id: with or without a panel.
        caller: who asks.

    Raises:
        Conflict: they have a conflict, have not declared yet, or mark a bid of which they have saved no first view.
    """
    if caller.is_alone or session.get(Panel, procurement_id) is None:
        return
    if conflicts_of(session, procurement_id, caller.person_id):
        raise Conflict("You declared a conflict with a bidder here, so sums and papers are not shown to you in part.")
    check_unconflicted(session, procurement_id, suppliers_in(session, procurement_id), caller)
    if not must_declare(procurement_id, caller):
        return
    views = select(FirstView.bid_id).where(
        FirstView.procurement_id == procurement_id, FirstView.person_id == caller.person_id
    )
    seats = select(Seat.bid_id).where(Seat.procurement_id == procurement_id, Seat.person_id == caller.person_id)
    viewed = set(session.exec(views))
    if any(bid_id not in viewed for bid_id in session.exec(seats)):
        raise Conflict(
            "You mark bids of which you have saved no first view yet; what svdocs finds in them waits for it."
        )


def suppliers_in(session: Session, procurement_id: str) -> list[str]:
    """Return the suppliers who take part in a procurement's panel."""
    query = select(PanelSupplier.supplier_id).where(PanelSupplier.procurement_id == procurement_id)
    return list(session.exec(query))


def _said_by(session: Session, procurement_id: str, person_id: str | None) -> list[ConflictDeclaration]:
    query = select(ConflictDeclaration).where(
        ConflictDeclaration.procurement_id == procurement_id,
        col(ConflictDeclaration.person_id).is_not_distinct_from(person_id),
    )
    return list(session.exec(query))
