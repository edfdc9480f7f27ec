"""A panel's set-up: criteria with weightings and rubrics, the bids that are marked, and who marks which.

Beside the store, over the same database; each public method is one transaction. All of it is fixed when marking begins,
which a person says. Were it fixed by the first mark, to find it fixed would be to find that somebody has marked.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotAllowed, NotFound, UsageError
from svdocs.records.access import ROLES_WITH, Caller, Right
from svdocs.records.interests import conflicts_of
from svdocs.records.panel_tables import ConflictDeclaration, Criterion, Panel, PanelBid, PanelSupplier, Seat
from svdocs.records.people import Clock
from svdocs.records.people_tables import Membership, Person
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, DocumentKind, EventKind, Procurement, Supplier
from svdocs.valuing.rubrics import Rubric, rubric_from
from svdocs.valuing.weightings import WHOLE, QuantityMethod, Weighted, check_weightings, leaves_of

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST_CRITERIA = 200
Row = TypeVar("Row")
_BEGUN = "Marking has begun, so criteria, weightings, rubrics and bids stay as they are."


@dataclass(frozen=True, slots=True)
class CriterionGiven:
    """What a person says of a criterion."""

    title: str
    weight_hundredths: int
    rubric: Rubric
    parent_id: str | None = None
    question: str = ""
    is_social_value: bool = False
    quantity_method: QuantityMethod = QuantityMethod.none
    quantity_hundredths: int = 0
    target_per_pound: str = ""


def check_right(caller: Caller, right: Right, procurement_id: str) -> None:
    """Check that the caller has a right.

    Raises:
        NotAllowed: they have not.
    """
    if not caller.may(right, procurement_id):
        raise NotAllowed("Your role in this procurement does not allow this; ask its lead.")


def panel_of(session: Session, procurement_id: str, *, begun: bool | None = None, lock: bool = False) -> Panel:
    """Return the panel of a procurement.

    Raises:
        NotFound: there is no such procurement, or it has no panel.
        Conflict: marking has begun or has not, other than `begun` says.
    """
    row_of(session, Procurement, procurement_id)
    panel = session.get(Panel, procurement_id, with_for_update=lock or None)
    if panel is None:
        raise NotFound("This procurement has no panel yet; its lead or chair sets one up.")
    if begun is False and panel.begun_at is not None:
        raise Conflict(_BEGUN)
    if begun is True and panel.begun_at is None:
        raise Conflict("Marking has not begun yet; the lead or the chair begins it when the set-up is complete.")
    return panel


def lock_panel_of(session: Session, table: type[Seat | PanelBid | ConflictDeclaration], key: str) -> None:
    """Have other changes of the panel to which a row belongs wait until this transaction ends.

    Whoever changes a panel takes this lock before reading what the change is decided on, and before any other lock.
    Nothing is done where there is no such row.
    """
    procurement_id = session.exec(select(table.procurement_id).where(table.id == key)).first()
    if procurement_id is not None:
        panel_of(session, procurement_id, lock=True)


def criteria_in_order(session: Session, procurement_id: str) -> list[Criterion]:
    """Return a procurement's criteria, each before its sub-criteria."""
    found = list(
        session.exec(
            select(Criterion).where(Criterion.procurement_id == procurement_id).order_by(col(Criterion.position))
        )
    )

    def beneath(parent: str | None) -> list[Criterion]:
        return [c for top in found if top.parent_id == parent for c in (top, *beneath(top.id))]

    return beneath(None)


def weighted(criteria: Sequence[Criterion]) -> list[Weighted]:
    """Return criteria as far as their weightings go."""
    return [
        Weighted(c.id, c.parent_id, c.title, c.weight_hundredths, c.is_social_value,
                 c.weight_hundredths == 0 and rubric_of(c).is_pass_or_fail)
        for c in criteria
    ]  # fmt: skip


def rubric_of(criterion: Criterion) -> Rubric:
    """Return the rubric of a criterion."""
    return rubric_from(criterion.rubric)


def marked(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Return the criteria that are marked: those without sub-criteria."""
    leaves = {w.key for w in leaves_of(weighted(criteria))}
    return [c for c in criteria if c.id in leaves]


class Panels:
    """The panels of one database, as the store's caller may see them."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    def panel_of(self, procurement_id: str) -> Panel | None:
        """Return the panel of a procurement; None where none is set up.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return session.get(Panel, procurement_id)

    def set_up(self, procurement_id: str, caller: Caller, *, minimum_hundredths: int, rule: str,
               anonymous: bool = False) -> Panel:  # fmt: skip
        """Return the procurement's panel, new or with changed settings.

        Args:
            procurement_id: which.
            caller: who sets it up.
            minimum_hundredths: the least weighting of social value, in hundredths of a percent.
            rule: what requires that, in words.
            anonymous: whether bidders go by codes to those who mark.

        Raises:
            NotFound: there is no such procurement.
            NotAllowed: the caller may not.
            UsageError: the least is no share of the whole, or nothing is said to require it.
            Conflict: marking has begun.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        if not 0 <= minimum_hundredths <= WHOLE or not rule.strip():
            raise UsageError("Give the least weighting of social value in percent, and the rule that requires it.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id)
            panel = session.get(Panel, procurement_id, with_for_update=True)  # one at a time with the beginning
            if panel is None:
                panel = Panel(procurement_id=procurement_id, minimum_rule="", set_up_by=caller.name,
                              set_up_at=self._now())  # fmt: skip
                session.add(panel)
            if panel.begun_at is not None:
                raise Conflict(_BEGUN)
            panel.anonymous, panel.minimum_hundredths = anonymous, minimum_hundredths
            panel.minimum_rule = folded(rule)
            session.flush()
            details = {"anonymous": anonymous, "minimum_hundredths": minimum_hundredths, "rule": panel.minimum_rule}
            tell(session, EventKind.panel_set_up, panel, within=procurement, person=caller.name, details=details)
            return panel

    # Criteria

    def criteria_of(self, procurement_id: str) -> list[Criterion]:
        """Return the criteria of a procurement, each before its sub-criteria.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return criteria_in_order(session, procurement_id)

    def set_criterion(self, procurement_id: str, given: CriterionGiven, caller: Caller,
                      criterion_id: str | None = None) -> Criterion:  # fmt: skip
        """Return a new criterion, or the one of `criterion_id` as it is now said to be.

        Raises:
            NotFound: there is no such panel, criterion or parent.
            NotAllowed: the caller may not.
            UsageError: title, weighting or split cannot be used.
            Conflict: marking has begun.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        _check_given(given)
        with self._store.writing() as session:
            panel = panel_of(session, procurement_id, begun=False, lock=True)
            known = {c.id: c for c in criteria_in_order(session, procurement_id)}
            if len(known) >= MOST_CRITERIA:
                raise UsageError(f"A panel has at most {MOST_CRITERIA} criteria.")
            _check_parent(known, given.parent_id, criterion_id)
            criterion = known.get(criterion_id or "") or Criterion(
                procurement_id=procurement_id, position=1 + max((c.position for c in known.values()), default=0),
                title="", weight_hundredths=0,
            )  # fmt: skip
            criterion.parent_id, criterion.title = given.parent_id, folded(given.title)
            criterion.question, criterion.weight_hundredths = given.question.strip(), given.weight_hundredths
            criterion.is_social_value, criterion.rubric = given.is_social_value, given.rubric.as_json()
            criterion.quantity_method = given.quantity_method
            criterion.quantity_hundredths = given.quantity_hundredths
            criterion.target_per_pound = given.target_per_pound.strip()
            session.add(criterion)
            session.flush()
            _tell_criterion(session, panel, criterion, caller, "changed" if criterion_id else "added")
            return criterion

    def remove_criterion(self, procurement_id: str, criterion_id: str, caller: Caller) -> None:
        """Take away a criterion that has no sub-criteria, with the seats under it.

        Raises:
            NotFound: there is no such panel or criterion.
            NotAllowed: the caller may not.
            Conflict: it has sub-criteria, or marking has begun.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        with self._store.writing() as session:
            panel = panel_of(session, procurement_id, begun=False, lock=True)
            known = {c.id: c for c in criteria_in_order(session, procurement_id)}
            criterion = _one_of(known, criterion_id)
            if any(c.parent_id == criterion_id for c in known.values()):
                raise Conflict("This criterion has sub-criteria; remove those first.")
            for seat in session.exec(select(Seat).where(Seat.criterion_id == criterion_id)):
                session.delete(seat)
            session.flush()
            _tell_criterion(session, panel, criterion, caller, "removed")
            session.delete(criterion)

    # Bids

    def add_bids(self, procurement_id: str, caller: Caller, *, lot: str = "",
                 supplier_ids: Sequence[str] = ()) -> list[PanelBid]:  # fmt: skip
        """Return the bids that are now marked in a lot: of the suppliers named, or of all with a bid in the records.

        Raises:
            NotFound: there is no such panel, or a supplier has no document here.
            NotAllowed: the caller may not.
            Conflict: marking has begun.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        with self._store.writing() as session:
            panel_of(session, procurement_id, begun=False, lock=True)
            query = (
                select(Supplier)
                .join(Document, col(Document.supplier_id) == col(Supplier.id))
                .where(Document.procurement_id == procurement_id)
                .distinct()
            )
            if supplier_ids:
                query = query.where(col(Supplier.id).in_(supplier_ids))
            else:
                query = query.where(Document.kind == DocumentKind.bid)
            suppliers = sorted(session.exec(query), key=lambda s: s.name)
            if not suppliers or len(suppliers) < len(set(supplier_ids)):
                raise NotFound("There are no bids of such suppliers in the records; bring in their documents first.")
            for supplier in suppliers:
                _add_bid(session, procurement_id, supplier, folded(lot), caller)
            return _bids(session, procurement_id)

    def remove_bid(self, procurement_id: str, bid_id: str, caller: Caller) -> None:
        """Take a bid out of what is marked, with its seats; its documents stay.

        Raises:
            NotFound: there is no such panel or bid.
            NotAllowed: the caller may not.
            Conflict: marking has begun.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        with self._store.writing() as session:
            panel = panel_of(session, procurement_id, begun=False, lock=True)
            bid = _one_of({b.id: b for b in _bids(session, procurement_id)}, bid_id)
            for seat in session.exec(select(Seat).where(Seat.bid_id == bid_id)):
                session.delete(seat)
            session.flush()
            tell(session, EventKind.panel_bid_added, bid, person=caller.name, code="removed",
                 details={"bid": bid_id, "panel": panel.procurement_id})  # fmt: skip
            session.delete(bid)

    def bids_of(self, procurement_id: str) -> list[PanelBid]:
        """Return the bids that are marked and that the caller may see, by lot and code.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return _bids(session, procurement_id)

    # Seats

    def assign(self, procurement_id: str, caller: Caller, *, person_id: str | None, criterion_ids: Sequence[str] = (),
               bid_ids: Sequence[str] = ()) -> list[Seat]:  # fmt: skip
        """Return the new seats of a person: each criterion that is marked, or those named, with each bid or those.

        Args:
            procurement_id: of the panel.
            caller: who assigns.
            person_id: who marks; None for the person at a machine without accounts.
            criterion_ids: none for all that are marked.
            bid_ids: none for all.

        Raises:
            NotFound: there is no such panel, criterion, bid or person.
            NotAllowed: the caller may not.
            UsageError: the person has no role that marks here, or there is nothing to mark.
            Conflict: marking has begun, and a chair replaces evaluators then; or the person declared a conflict with
                a bidder that no chair has cleared.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        with self._store.writing() as session:
            panel_of(session, procurement_id, begun=False, lock=True)
            name = name_of_marker(session, procurement_id, person_id, caller)
            criteria = {c.id: c for c in marked(criteria_in_order(session, procurement_id))}
            bids = {b.id: b for b in _bids(session, procurement_id)}
            chosen = [_one_of(criteria, i) for i in criterion_ids] or list(criteria.values())
            among = [_one_of(bids, i) for i in bid_ids] or list(bids.values())
            if not chosen or not among:
                raise UsageError("There is nothing to mark yet; add criteria and bids first.")
            there = {(s.criterion_id, s.bid_id) for s in _seats(session, procurement_id) if s.person_id == person_id}
            suppliers = _suppliers_by_bid(session, procurement_id)
            seats = [
                Seat(procurement_id=procurement_id, bid_id=b.id, criterion_id=c.id, supplier_id=suppliers[b.id],
                     lot=b.lot, person_id=person_id, person=name, assigned_at=self._now())
                for c in chosen for b in among if (c.id, b.id) not in there
            ]  # fmt: skip
            add_seats(session, seats, caller)
            return seats

    def unassign(self, procurement_id: str, seat_id: str, caller: Caller) -> None:
        """Take a seat away before marking begins.

        Raises:
            NotFound: there is no such panel or seat.
            NotAllowed: the caller may not.
            Conflict: marking has begun; a chair excuses evaluators then.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        with self._store.writing() as session:
            panel_of(session, procurement_id, begun=False, lock=True)
            seat = _one_of({s.id: s for s in _seats(session, procurement_id)}, seat_id)
            tell(session, EventKind.seat_assigned, seat, person=caller.name, code="taken back",
                 details={"evaluator": seat.person_id, "bid": seat.bid_id, "criterion": seat.criterion_id})  # fmt: skip
            session.delete(seat)

    def seats_of(self, procurement_id: str) -> list[Seat]:
        """Return the seats that the caller may know of.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return _seats(session, procurement_id)

    # The beginning of marking

    def lacks_of(self, procurement_id: str) -> list[str]:
        """Return what still keeps marking from beginning, a sentence each.

        Raises:
            NotFound: there is no such procurement, or it has no panel.
        """
        with self._store.reading() as session:
            return _lacks(session, panel_of(session, procurement_id))

    def begin(self, procurement_id: str, caller: Caller) -> Panel:
        """Return the panel, whose criteria, bids and weightings stay as they are from now on.

        Raises:
            NotFound: there is no such procurement, or it has no panel.
            NotAllowed: the caller may not.
            Conflict: it has begun already, or something is missing.
        """
        check_right(caller, Right.set_up_panel, procurement_id)
        with self._store.writing() as session:
            panel = panel_of(session, procurement_id, begun=False, lock=True)
            lacks = _lacks(session, panel)
            if lacks:
                raise Conflict(" ".join(["Marking cannot begin yet.", *lacks]))
            panel.begun_at = self._now()
            tell(session, EventKind.marking_begun, panel, person=caller.name)
            return panel


def name_of_marker(session: Session, procurement_id: str, person_id: str | None, caller: Caller) -> str:
    """Return the name of somebody who may mark in a procurement.

    Raises:
        NotFound: there is no such person.
        UsageError: they have no role that marks here.
    """
    if person_id is None:
        if not caller.is_alone:
            raise UsageError("Say who marks; somebody with an account and a role in this procurement.")
        return caller.name
    person = row_of(session, Person, person_id)
    held = select(Membership).where(
        Membership.person_id == person_id,
        Membership.procurement_id == procurement_id,
        col(Membership.role).in_(ROLES_WITH[Right.mark]),
    )
    if person.disabled_at is not None or session.exec(held).first() is None:
        raise UsageError(f"{person.name} is no evaluator of this procurement; give them the role first.")
    return person.name


def add_seats(session: Session, seats: Sequence[Seat], caller: Caller) -> None:
    """Add seats, an entry of the audit trail each.

    Raises:
        Conflict: somebody declared a conflict with the bidder of their seat that no chair has cleared.
    """
    for procurement_id, person_id, name in {(s.procurement_id, s.person_id, s.person) for s in seats}:
        bidders = {s.supplier_id for s in seats if s.person_id == person_id}
        if conflicts_of(session, procurement_id, person_id) & {None, *bidders}:
            raise Conflict(
                f"{name} declared a conflict with a bidder among these; choose somebody else or other bids, or a chair "
                "clears the conflict first."
            )
    session.add_all(seats)
    session.flush()
    for seat in seats:
        tell(session, EventKind.seat_assigned, seat, person=caller.name,
             details={"evaluator": seat.person_id, "bid": seat.bid_id, "criterion": seat.criterion_id})  # fmt: skip


def _check_given(given: CriterionGiven) -> None:
    if not given.title.strip():
        raise UsageError("A criterion needs a title; give one.")
    if not 0 <= given.weight_hundredths <= WHOLE or not 0 <= given.quantity_hundredths <= WHOLE:
        raise UsageError("A weighting is between 0 and 100 %, with at most two decimal places.")
    by_formula = given.quantity_method is not QuantityMethod.none
    if by_formula != bool(given.quantity_hundredths):
        raise UsageError("Say both how much of the criterion quantities decide and by which method, or neither.")
    if given.quantity_method is QuantityMethod.target and not _is_positive(given.target_per_pound):
        raise UsageError("Give the target in pounds of social value per pound of contract value, such as 0.25.")


def _is_positive(typed: str) -> bool:
    try:
        target = Decimal(typed.strip())
    except InvalidOperation:
        return False
    return target.is_finite() and target > 0


def _check_parent(known: dict[str, Criterion], parent_id: str | None, criterion_id: str | None) -> None:
    if criterion_id is not None:
        _one_of(known, criterion_id)
    here = parent_id
    while here is not None:
        if here == criterion_id:
            raise UsageError("A criterion is no part of itself; choose another one above it.")
        here = _one_of(known, here).parent_id


def _one_of(known: dict[str, Row], key: str) -> Row:
    if key not in known:
        raise NotFound(f"There is no such part of this panel: {key[:64]!r}.")
    return known[key]


def _tell_criterion(session: Session, panel: Panel, criterion: Criterion, caller: Caller, what: str) -> None:
    details = {"panel": panel.procurement_id, "title": criterion.title, "weight": criterion.weight_hundredths,
               "rubric": criterion.rubric["key"], "quantity": criterion.quantity_hundredths}  # fmt: skip
    tell(session, EventKind.criterion_set, criterion, person=caller.name, code=what, details=details)


def _add_bid(session: Session, procurement_id: str, supplier: Supplier, lot: str, caller: Caller) -> None:
    known = session.get(PanelSupplier, (procurement_id, supplier.id))
    if known is None:
        used = session.exec(select(PanelSupplier.code).where(PanelSupplier.procurement_id == procurement_id))
        known = PanelSupplier(procurement_id=procurement_id, supplier_id=supplier.id, name=supplier.name,
                              code=_new_code(set(used)))  # fmt: skip
        session.add(known)
        session.flush()
    same = select(PanelBid).where(
        PanelBid.procurement_id == procurement_id, PanelBid.supplier_id == supplier.id, PanelBid.lot == lot
    )
    if session.exec(same).first() is None:
        bid = PanelBid(procurement_id=procurement_id, supplier_id=supplier.id, lot=lot, code=known.code,
                       name=supplier.name)  # fmt: skip
        session.add(bid)
        session.flush()
        tell(session, EventKind.panel_bid_added, bid, person=caller.name, details={"bid": bid.id, "lot": lot})


def _new_code(used: set[str]) -> str:
    """Return a code that is not used, drawn by lot, so that it does not follow the order of the names."""
    free = [f"Bidder {a}" for a in LETTERS] + [f"Bidder {a}{b}" for a in LETTERS for b in LETTERS]
    left = [code for code in free if code not in used]
    return secrets.choice([code for code in left if len(code) == len(left[0])])


def _bids(session: Session, procurement_id: str) -> list[PanelBid]:
    query = select(PanelBid).where(PanelBid.procurement_id == procurement_id)
    return sorted(session.exec(query), key=lambda b: (b.lot, b.code, b.id))


def _suppliers_by_bid(session: Session, procurement_id: str) -> dict[str, str]:
    query = select(PanelBid.id, PanelBid.supplier_id).where(PanelBid.procurement_id == procurement_id)
    return dict(session.exec(query).all())


def _seats(session: Session, procurement_id: str) -> list[Seat]:
    query = select(Seat).where(Seat.procurement_id == procurement_id)
    return sorted(session.exec(query), key=lambda s: (s.lot, s.bid_id, s.criterion_id, s.person, s.id))


def _lacks(session: Session, panel: Panel) -> list[str]:
    criteria = criteria_in_order(session, panel.procurement_id)
    bids = _bids(session, panel.procurement_id)
    lacks = check_weightings(weighted(criteria), panel.minimum_hundredths, panel.minimum_rule)
    if not bids:
        lacks.append("There are no bids to mark yet; add them.")
    taken = {(s.criterion_id, s.bid_id) for s in _seats(session, panel.procurement_id)}
    names = {c.id: c.title for c in marked(criteria)}
    without = [names[c] for c in names if any((c, b.id) not in taken for b in bids)]
    if without:
        lacks.append(f"Nobody marks every bid under {', '.join(f'“{t}”' for t in without)}; assign evaluators.")
    return lacks
