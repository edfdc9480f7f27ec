"""How bids are valued and what people said of it: beside the store, over the same database.

Each public method is one transaction. Nothing is changed: what is said later stands in the place of what was said
before, and both stay. What is worked out of it is not kept here until somebody fixes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Caller, Right
from svdocs.records.interests import check_sees_all, check_unconflicted
from svdocs.records.panel_tables import PanelSupplier
from svdocs.records.panels import check_right
from svdocs.records.people import Clock
from svdocs.records.steps import row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind, Procurement, Statement, Table
from svdocs.records.value_tables import (
    AwardDecision,
    BidderFact,
    DeliverabilityRuling,
    FixedValue,
    ProxySetRecord,
    ValueChoice,
    ValuingMethod,
)
from svdocs.valuing.bid_value import Choice
from svdocs.valuing.deliverable import Limits
from svdocs.valuing.proxies import ProxySet, ProxyValue, open_set
from svdocs.valuing.weightings import WHOLE

MAX_POUNDS = Decimal(10**12)
MAX_YEARS = Decimal(100)
MAX_EMPLOYEES = 10_000_000
MAX_WORDS = 1000
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True, slots=True)
class MethodGiven:
    """How bids are to be valued; see `ValuingMethod` for the fields."""

    proxy_set: str
    contract_gbp: Decimal | None = None
    years: Decimal | None = None
    deadweight_hundredths: int = 0
    attribution_hundredths: int = WHOLE
    limits: Limits = field(default_factory=Limits)
    because: str = ""


@dataclass(frozen=True, slots=True)
class FactsGiven:
    """What somebody says of a bidder; None leaves a field as it was said last."""

    employees: int | None = None
    employees_source: str | None = None
    address: str | None = None
    email: str | None = None
    identifier: str | None = None


class Values:
    """The valuing of one database, as the store's caller may see it."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    # Values of units

    def import_set(self, procurement_id: str, given: ProxySet, caller: Caller, *, file: str,
                   sha256: str) -> ProxySetRecord:  # fmt: skip
        """Return the set of values, kept for a procurement.

        Raises:
            NotFound: there is no such procurement.
            NotAllowed: the caller may not.
        """
        check_right(caller, Right.award, procurement_id)
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id)
            kept = ProxySetRecord(
                procurement_id=procurement_id, title=given.title, edition=given.edition, publisher=given.publisher,
                licence=given.licence, file=file, sha256=sha256, imported_by=caller.name, imported_at=self._now(),
                proxies=[asdict(v) | {"pounds": str(v.pounds)} for v in given.values],
            )  # fmt: skip
            session.add(kept)
            tell(session, EventKind.proxies_imported, kept, within=procurement, person=caller.name,
                 details={"edition": kept.edition, "values": len(kept.proxies), "sha256": sha256})  # fmt: skip
            return kept

    def sets_of(self, procurement_id: str) -> list[ProxySetRecord]:
        """Return the sets that were imported for a procurement, oldest first.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = select(ProxySetRecord).where(ProxySetRecord.procurement_id == procurement_id)
            return list(session.exec(query.order_by(col(ProxySetRecord.imported_at), col(ProxySetRecord.id))))

    def set_named(self, procurement_id: str, key: str) -> ProxySet:
        """Return a set by its key: one that was imported for this procurement, or the one that ships.

        Raises:
            NotFound: there is none of this key here.
        """
        if key == open_set().key:
            return open_set()
        for kept in self.sets_of(procurement_id):
            if kept.id == key:
                return as_set(kept)
        raise NotFound("There is no such set of values here; import its workbook, or choose one that is listed.")

    # How bids are valued

    def set_method(self, procurement_id: str, given: MethodGiven, caller: Caller) -> ValuingMethod:
        """Return how the procurement's bids are valued from now on.

        Raises:
            NotFound: there is no such procurement or set of values.
            NotAllowed: the caller may not.
            UsageError: a figure cannot be used, or it changes what was said without a reason.
            Conflict: a lot is awarded, or a part of the bids is closed to the caller.
        """
        check_right(caller, Right.award, procurement_id)
        _check_method(given)
        self.set_named(procurement_id, given.proxy_set)
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            check_sees_all(session, procurement_id, caller)
            _check_not_awarded(session, procurement_id)
            before = _newest(session, ValuingMethod, procurement_id)
            if before is not None and not given.because.strip():
                raise UsageError("Say why bids are to be valued in another way than before; it stays in the record.")
            method = ValuingMethod(
                procurement_id=procurement_id, number=1 + (before.number if before else 0), proxy_set=given.proxy_set,
                contract_gbp=given.contract_gbp, years=_plain(given.years),
                deadweight_hundredths=given.deadweight_hundredths,
                attribution_hundredths=given.attribution_hundredths, limit_per_pound=_plain(given.limits.per_pound),
                limit_per_employee=_plain(given.limits.per_employee), over_limit=given.limits.over,
                because=given.because.strip(), set_by=caller.name, set_at=self._now(),
            )  # fmt: skip
            session.add(method)
            session.flush()
            tell(session, EventKind.valuing_method_set, method, within=procurement, person=caller.name,
                 message=method.because, details={"number": method.number, "proxy_set": method.proxy_set})  # fmt: skip
            return method

    def method_of(self, procurement_id: str) -> ValuingMethod | None:
        """Return how a procurement's bids are valued; None where nobody has said.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            return _newest(session, ValuingMethod, procurement_id)

    # What people say of promises and bidders

    def standing_methods(self) -> dict[str, ValuingMethod]:
        """Return the method of each procurement that may be seen and has one."""
        with self._store.reading() as session:
            order = select(ValuingMethod).order_by(col(ValuingMethod.number))
            return {m.procurement_id: m for m in session.exec(order)}  # the newest stands

    def all_fixed(self) -> list[FixedValue]:
        """Return all values that were fixed and may be seen, oldest first."""
        with self._store.reading() as session:
            return list(session.exec(select(FixedValue).order_by(col(FixedValue.number))))

    def choose(self, statement_id: str, choice: Choice, caller: Caller) -> ValueChoice:
        """Return what the caller says of a promise as far as it is valued.

        Raises:
            NotFound: there is no such statement.
            NotAllowed: the caller may not.
            UsageError: no reason, or a figure that cannot be used.
            Conflict: a lot is awarded.
        """
        if not choice.because.strip():
            raise UsageError("Give the reason; whoever follows the sum to its passage reads it.")
        _check_words(choice.because)
        _check_choice(choice)
        with self._store.writing() as session:
            statement = row_of(session, Statement, statement_id)
            document = row_of(session, Document, statement.document_id)
            check_right(caller, Right.award, document.procurement_id)
            _check_not_awarded(session, document.procurement_id)
            said = ValueChoice(
                procurement_id=document.procurement_id, supplier_id=document.supplier_id or "",
                statement_id=statement_id, origin_id=statement.origin_id, choice=_choice_as_json(choice),
                because=choice.because.strip(), person=caller.name, at=self._now(),
            )  # fmt: skip
            session.add(said)
            tell(session, EventKind.value_chosen, said, person=caller.name,
                 details={"statement": statement_id, "counts": choice.counts})  # fmt: skip
            return said

    def choices_of(self, procurement_id: str) -> dict[str, Choice]:
        """Return what people said last, by the origin of the statement."""
        with self._store.reading() as session:
            query = select(ValueChoice).where(ValueChoice.procurement_id == procurement_id)
            said = list(session.exec(query.order_by(col(ValueChoice.at), col(ValueChoice.id))))
        return {s.origin_id: _choice_from(s) for s in said}

    def describe_bidder(self, procurement_id: str, supplier_id: str, given: FactsGiven, caller: Caller) -> BidderFact:
        """Return what is known of a bidder.

        Raises:
            NotFound: there is no such procurement, or the supplier made no bid in it.
            NotAllowed: the caller may not.
            UsageError: a figure cannot be used.
            Conflict: the caller has a conflict with the bidder, or has not declared yet.
        """
        check_right(caller, Right.award, procurement_id)
        if given.employees is not None and not 1 <= given.employees <= MAX_EMPLOYEES:
            raise UsageError("Give the number of employees as a whole number from 1.")
        for words in (given.employees_source, given.address, given.email, given.identifier):
            _check_words(words or "")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id)
            if session.get(PanelSupplier, (procurement_id, supplier_id)) is None:
                raise NotFound("There is no such supplier in this panel; open the list of bids again.")
            check_unconflicted(session, procurement_id, [supplier_id], caller)
            facts = _facts(session, procurement_id).get(supplier_id)
            new = {name: value for name, value in asdict(given).items() if value is not None}
            kept = {n: getattr(facts, n) for n in asdict(given)} if facts else {}
            said = BidderFact(procurement_id=procurement_id, supplier_id=supplier_id, person=caller.name,
                              at=self._now(), **(kept | {k: _stripped(v) for k, v in new.items()}))  # fmt: skip
            session.add(said)
            tell(session, EventKind.bidder_described, said, within=procurement, person=caller.name,
                 details={"supplier": supplier_id, "fields": sorted(new)})  # fmt: skip
            return said

    def facts_of(self, procurement_id: str) -> dict[str, BidderFact]:
        """Return what was said last of each bidder, by supplier."""
        with self._store.reading() as session:
            return _facts(session, procurement_id)

    def rule(self, procurement_id: str, supplier_id: str, caller: Caller, *, lot: str, total: Fraction,
             earns: Decimal, because: str) -> DeliverabilityRuling:  # fmt: skip
        """Return what of a bid's value earns points, as somebody says who looked at what the check found.

        Args:
            procurement_id, supplier_id, lot: of the bid.
            caller: who looked.
            total: the value that was looked at, in pounds.
            earns: of it, in pounds.
            because: why.

        Raises:
            NotFound: there is no such procurement, or the supplier made no bid in it.
            NotAllowed: the caller may not.
            UsageError: no reason, or more than the value itself.
            Conflict: a lot is awarded.
        """
        check_right(caller, Right.award, procurement_id)
        if not because.strip():
            raise UsageError("Say what was looked at and why so much of the offer is taken as deliverable.")
        _check_words(because)
        if not earns.is_finite() or not 0 <= Fraction(earns) <= total + 1:
            raise UsageError("Give the pounds that earn points: from nought to the value of the offer.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id)
            _check_not_awarded(session, procurement_id)
            if session.get(PanelSupplier, (procurement_id, supplier_id)) is None:
                raise NotFound("There is no such supplier in this panel; open the list of bids again.")
            ruling = DeliverabilityRuling(
                procurement_id=procurement_id, supplier_id=supplier_id, lot=lot, total=str(total), earns=str(earns),
                because=because.strip(), person=caller.name, at=self._now(),
            )  # fmt: skip
            session.add(ruling)
            tell(session, EventKind.deliverability_ruled, ruling, within=procurement, person=caller.name,
                 details={"supplier": supplier_id, "lot": lot})  # fmt: skip
            return ruling

    def rulings_of(self, procurement_id: str, lot: str) -> dict[str, DeliverabilityRuling]:
        """Return the last ruling on each bid of a lot, by supplier."""
        with self._store.reading() as session:
            query = select(DeliverabilityRuling).where(
                DeliverabilityRuling.procurement_id == procurement_id, DeliverabilityRuling.lot == lot
            )
            found = list(session.exec(query.order_by(col(DeliverabilityRuling.at), col(DeliverabilityRuling.id))))
        return {r.supplier_id: r for r in found}

    # Fixing

    def fix(self, procurement_id: str, lot: str, reckoned: Mapping[str, Mapping[str, Any]], caller: Caller, *,
            because: str = "") -> list[FixedValue]:  # fmt: skip
        """Return the reckonings of a lot's bids, kept as they are now.

        Args:
            procurement_id, lot: of the bids.
            reckoned: by supplier, as JSON takes it.
            caller: who fixes them.
            because: why they take the place of those fixed before.

        Raises:
            NotFound: there is no such procurement.
            NotAllowed: the caller may not.
            UsageError: values are fixed already and no reason is given, or there is nothing to fix.
            Conflict: the lot is awarded.
        """
        check_right(caller, Right.award, procurement_id)
        if not reckoned:
            raise UsageError("There is no bid to fix the value of.")
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            _check_not_awarded(session, procurement_id, lot)
            before = _fixed(session, procurement_id, lot)
            if before and not because.strip():
                raise UsageError("Say why other values take the place of those that were fixed; both stay.")
            number = 1 + max((f.number for f in before), default=0)
            rows = [
                FixedValue(procurement_id=procurement_id, lot=lot, number=number, supplier_id=supplier_id,
                           reckoned=dict(one), sha256=digest_of_reckoning(one), because=because.strip(),
                           fixed_by=caller.name, fixed_at=self._now())
                for supplier_id, one in reckoned.items()
            ]  # fmt: skip
            session.add_all(rows)
            session.flush()
            tell(session, EventKind.values_fixed, rows[0], within=procurement, person=caller.name,
                 message=because.strip(), details={"lot": lot, "number": number,
                                                   "sha256": sorted(r.sha256 for r in rows)})  # fmt: skip
            return rows

    def fixed_of(self, procurement_id: str, lot: str) -> list[FixedValue]:
        """Return the reckonings of a lot that were fixed last, a bid each; none where nobody has fixed any."""
        with self._store.reading() as session:
            found = _fixed(session, procurement_id, lot)
        last = max((f.number for f in found), default=0)
        return [f for f in found if f.number == last]


def as_set(kept: ProxySetRecord) -> ProxySet:
    """Return an imported set as the reckoning takes it."""
    values = tuple(ProxyValue(**(v | {"pounds": Decimal(v["pounds"])})) for v in kept.proxies)
    return ProxySet(kept.id, kept.title, kept.edition, kept.publisher, kept.licence, values)


def limits_of(method: ValuingMethod) -> Limits:
    """Return the limits of a method."""
    return Limits(decimal_or_none(method.limit_per_pound), decimal_or_none(method.limit_per_employee),
                  method.over_limit)  # fmt: skip


def decimal_or_none(text: str) -> Decimal | None:
    """Return a kept decimal number; None for nothing."""
    return Decimal(text) if text else None


def digest_of_reckoning(reckoned: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a reckoning, by which it is known to be the one that was fixed."""
    return hashlib.sha256(json.dumps(reckoned, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _newest(session: Session, table: type[ValuingMethod], procurement_id: str) -> ValuingMethod | None:
    query = select(table).where(table.procurement_id == procurement_id)
    return session.exec(query.order_by(col(table.number).desc())).first()


def _facts(session: Session, procurement_id: str) -> dict[str, BidderFact]:
    query = select(BidderFact).where(BidderFact.procurement_id == procurement_id)
    return {f.supplier_id: f for f in session.exec(query.order_by(col(BidderFact.at), col(BidderFact.id)))}


def _fixed(session: Session, procurement_id: str, lot: str) -> list[FixedValue]:
    query = select(FixedValue).where(FixedValue.procurement_id == procurement_id, FixedValue.lot == lot)
    return list(session.exec(query.order_by(col(FixedValue.number), col(FixedValue.supplier_id))))


def _check_not_awarded(session: Session, procurement_id: str, lot: str | None = None) -> None:
    query = select(AwardDecision).where(AwardDecision.procurement_id == procurement_id)
    if any(lot is None or d.lot == lot for d in session.exec(query)):
        raise Conflict("The award is decided, so the values that it rests on stay as they are.")


def _check_method(given: MethodGiven) -> None:
    for share in (given.deadweight_hundredths, given.attribution_hundredths):
        if not 0 <= share <= WHOLE:
            raise UsageError("Give deadweight and attribution in percent, from 0 to 100.")
    for pounds in (given.contract_gbp, given.limits.per_pound, given.limits.per_employee):
        if pounds is not None and not (pounds.is_finite() and 0 < pounds <= MAX_POUNDS):
            raise UsageError("Give the contract's value and the limits in pounds, above nought.")
    if given.years is not None and not (given.years.is_finite() and 0 < given.years <= MAX_YEARS):
        raise UsageError(f"Give the years that the contract lasts, above nought and at most {MAX_YEARS}.")
    _check_words(given.because)


def _check_choice(choice: Choice) -> None:
    for share in (choice.deadweight_hundredths, choice.attribution_hundredths):
        if share is not None and not 0 <= share <= WHOLE:
            raise UsageError("Give deadweight and attribution in percent, from 0 to 100.")
    if choice.quantity is not None and not (choice.quantity.is_finite() and 0 <= choice.quantity <= MAX_POUNDS):
        raise UsageError("Give the quantity as a number from nought.")
    if choice.measure is not None and not all(part.strip() for part in choice.measure):
        raise UsageError("Name a measure by its framework and its code.")


def _check_words(words: str) -> None:
    if len(words) > MAX_WORDS:
        raise UsageError(f"That is {len(words):,} letters, more than {MAX_WORDS:,}; say it shorter.")


def _choice_as_json(choice: Choice) -> dict[str, Any]:
    return {
        "measure": list(choice.measure) if choice.measure else None,
        "quantity": None if choice.quantity is None else str(choice.quantity),
        "deadweight_hundredths": choice.deadweight_hundredths,
        "attribution_hundredths": choice.attribution_hundredths,
        "counts": choice.counts,
        "is_apart": choice.is_apart,
    }


def _choice_from(said: ValueChoice) -> Choice:
    kept = said.choice
    measure = (str(kept["measure"][0]), str(kept["measure"][1])) if kept["measure"] else None
    quantity = None if kept["quantity"] is None else Decimal(kept["quantity"])
    return Choice(measure, quantity, kept["deadweight_hundredths"], kept["attribution_hundredths"], kept["counts"],
                  kept["is_apart"], f"{said.because} ({said.person})")  # fmt: skip


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
