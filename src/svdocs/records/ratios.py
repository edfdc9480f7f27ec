"""Ratios of contracts in the records: a figure is numerator, denominator and period, and is never changed.

Beside the store, in the same database; each public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite

from sqlmodel import col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.delivery_tables import Contract
from svdocs.records.digests import row_digest
from svdocs.records.people import Clock
from svdocs.records.spend_tables import RatioFigure, RatioTarget
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement

MOST_PERCENT = 1000
"""Of a target: what was done may be a multiple of what was agreed, and a slip of the hand is more than that."""


@dataclass(frozen=True, slots=True)
class NewRatio:
    """A figure as it is handed in; see `RatioFigure`.

    Attributes:
        may_exceed: whether its numerator may be more than its denominator, as what was done over what was agreed.
    """

    contract_id: str
    ratio: str
    starts: date
    ends: date
    numerator: float
    denominator: float
    source: str = ""
    may_exceed: bool = False


class Ratios:
    """The ratios of one database."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def enter(self, given: NewRatio, *, person: str) -> RatioFigure:
        """Return a figure that somebody entered.

        Raises:
            UsageError: no person, or a figure that is none: below nought, over its whole, or a period that ends first
                or in which the contract does not run.
            NotFound: there is no such contract.
            Conflict: a figure of the same ratio stands for a day of the same period.
        """
        _check(given, person)
        with self._store.writing() as session:
            contract = row_of(session, Contract, given.contract_id, lock=True)
            if given.ends < contract.starts or given.starts > contract.ends:
                raise UsageError(
                    f"The contract runs from {contract.starts} to {contract.ends}; the period from {given.starts} to "
                    f"{given.ends} lies outside it."
                )
            there = session.exec(
                select(RatioFigure).where(
                    RatioFigure.contract_id == contract.id, RatioFigure.ratio == given.ratio,
                    col(RatioFigure.withdrawn_at).is_(None), RatioFigure.starts <= given.ends,
                    RatioFigure.ends >= given.starts,
                )
            ).first()  # fmt: skip
            if there is not None:
                raise Conflict(
                    f"A figure of this ratio stands for {there.starts} to {there.ends}; withdraw it, or give another "
                    "period."
                )
            figure = RatioFigure(
                contract_id=contract.id, ratio=given.ratio, starts=given.starts, ends=given.ends,
                numerator=given.numerator, denominator=given.denominator, source=given.source.strip(),
                entered_by=folded(person), entered_at=self._now(),
            )  # fmt: skip
            session.add(figure)
            session.flush()
            digest = row_digest(session.connection(), RatioFigure, col(RatioFigure.id) == figure.id)
            tell(session, EventKind.ratio_entered, figure, within=row_of(session, Procurement, contract.procurement_id),
                 person=figure.entered_by, code=figure.ratio, details={"row": digest})  # fmt: skip
            return figure

    def withdraw(self, figure_id: str, *, person: str, because: str) -> RatioFigure:
        """Return a figure, withdrawn: it stays in the records and counts no more.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such figure.
            Conflict: it is withdrawn already.
        """
        if not person.strip() or not because.strip():
            raise UsageError("To withdraw a figure, give the person who does it and the reason.")
        with self._store.writing() as session:
            figure = row_of(session, RatioFigure, figure_id, lock=True)
            if figure.withdrawn_at is not None:
                raise Conflict(f"The figure was withdrawn on {figure.withdrawn_at:%Y-%m-%d} by {figure.withdrawn_by}.")
            figure.withdrawn_by, figure.withdrawn_at = folded(person), self._now()
            figure.because = because.strip()
            contract = row_of(session, Contract, figure.contract_id)
            tell(session, EventKind.ratio_withdrawn, figure,
                 within=row_of(session, Procurement, contract.procurement_id), person=figure.withdrawn_by,
                 code=figure.ratio)  # fmt: skip
            return figure

    def set_target(self, contract_id: str, ratio: str, percent: float | None, *, person: str,
                   source: str = "") -> RatioTarget:  # fmt: skip
        """Return what a ratio of a contract is to reach from now on; earlier targets stay in the records.

        Args:
            contract_id: the contract.
            ratio: key of the ratio.
            percent: the target; None for no target of the contract's own.
            person: who sets it.
            source: where it is agreed.

        Raises:
            UsageError: no person, or a percentage below nought or above a thousand.
            NotFound: there is no such contract.
        """
        if not person.strip():
            raise UsageError("To set a target, give the person who does it.")
        if percent is not None and not 0 <= percent <= MOST_PERCENT:
            raise UsageError(f"A target is a percentage from 0 to {MOST_PERCENT}; look at it again.")
        with self._store.writing() as session:
            contract = row_of(session, Contract, contract_id, lock=True)
            target = RatioTarget(contract_id=contract.id, ratio=ratio, percent=percent, source=source.strip(),
                                 set_by=folded(person), set_at=self._now())  # fmt: skip
            session.add(target)
            session.flush()
            tell(session, EventKind.ratio_target_set, target,
                 within=row_of(session, Procurement, contract.procurement_id), person=target.set_by, code=ratio,
                 details={"percent": percent})  # fmt: skip
            return target

    def targets(self, contract_ids: Sequence[str]) -> list[RatioTarget]:
        """Return the targets of contracts, those that hold no longer too, oldest first."""
        with self._store.reading() as session:
            query = select(RatioTarget).where(col(RatioTarget.contract_id).in_(contract_ids))
            return list(session.exec(query.order_by(col(RatioTarget.set_at), col(RatioTarget.id))))

    def figure(self, contract_id: str, figure_id: str) -> RatioFigure:
        """Return a figure of a contract.

        Raises:
            NotFound: the contract has no such figure.
        """
        found = next((f for f in self.figures([contract_id]) if f.id == figure_id), None)
        if found is None:
            raise NotFound("The contract has no such figure; look at its ratios.")
        return found

    def figures(self, contract_ids: Sequence[str]) -> list[RatioFigure]:
        """Return the figures of contracts, withdrawn ones too, by period."""
        with self._store.reading() as session:
            query = select(RatioFigure).where(col(RatioFigure.contract_id).in_(contract_ids))
            return list(session.exec(query.order_by(col(RatioFigure.starts), col(RatioFigure.entered_at))))


def _check(given: NewRatio, person: str) -> None:
    if not person.strip():
        raise UsageError("To enter a figure, give the person who does it.")
    if not (isfinite(given.numerator) and isfinite(given.denominator)):
        raise UsageError("Numerator and denominator have to be numbers.")
    if given.numerator < 0 or given.denominator <= 0:
        raise UsageError("A ratio needs a numerator of nought or more and a denominator above nought.")
    if given.numerator > given.denominator and not given.may_exceed:
        raise UsageError(f"{given.numerator:g} is more than the whole, {given.denominator:g}; look at both.")
    if given.ends < given.starts:
        raise UsageError(f"The period ends ({given.ends}) before it starts ({given.starts}).")
