"""To whom a lot goes, as a person decided: beside the store, over the same database. Each method is one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Caller, Right
from svdocs.records.panel_tables import PanelBid, PanelStep, Stage
from svdocs.records.panels import check_right
from svdocs.records.people import Clock
from svdocs.records.steps import row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement
from svdocs.records.value_tables import AwardDecision

MAX_WORDS = 4000


class Awards:
    """The decisions of one database, as the store's caller may see them."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    def decide(self, procurement_id: str, supplier_id: str, caller: Caller, *, lot: str, because: str,
               record_sha256: str) -> AwardDecision:  # fmt: skip
        """Return the decision to award a lot to a supplier; a later one takes its place, and both stay.

        Args:
            procurement_id, lot: what is awarded.
            supplier_id: to whom.
            caller: who decides.
            because: the reason; a later decision needs to say what has changed.
            record_sha256: of the frozen record on which it rests.

        Raises:
            NotFound: there is no such procurement, or the supplier made no bid for the lot.
            NotAllowed: the caller may not.
            UsageError: no reason.
            Conflict: the lot's moderation is not closed.
        """
        check_right(caller, Right.award, procurement_id)
        if not because.strip() or len(because) > MAX_WORDS:
            raise UsageError(f"Write why the lot goes to this supplier, in up to {MAX_WORDS:,} letters.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            bid = select(PanelBid).where(
                PanelBid.procurement_id == procurement_id, PanelBid.lot == lot, PanelBid.supplier_id == supplier_id
            )
            if session.exec(bid).first() is None:
                raise NotFound("This supplier made no bid for this lot; choose one that is listed.")
            if session.get(PanelStep, (procurement_id, lot, Stage.closed)) is None:
                raise Conflict("The lot's moderation is not closed; nothing is awarded before its record is frozen.")
            before = _last(session, procurement_id, lot)
            decision = AwardDecision(
                procurement_id=procurement_id, lot=lot, number=1 + (before.number if before else 0),
                supplier_id=supplier_id, because=because.strip(), record_sha256=record_sha256,
                decided_by=caller.name, decided_at=self._now(),
            )  # fmt: skip
            session.add(decision)
            session.flush()
            tell(session, EventKind.award_decided, decision, within=procurement, person=caller.name,
                 details={"lot": lot, "number": decision.number, "supplier": supplier_id,
                          "record": record_sha256})  # fmt: skip
            return decision

    def decision_of(self, procurement_id: str, lot: str) -> AwardDecision | None:
        """Return the decision that stands on a lot; None where nobody has decided.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return _last(session, procurement_id, lot)


def _last(session: Session, procurement_id: str, lot: str) -> AwardDecision | None:
    query = select(AwardDecision).where(AwardDecision.procurement_id == procurement_id, AwardDecision.lot == lot)
    return session.exec(query.order_by(col(AwardDecision.number).desc())).first()
