"""How the bids of a lot stand once marks are agreed and values fixed: points of each criterion, and who is first.

What is marked comes from the frozen record, what quantities decide from the values that were fixed. The order is
proposed; to whom the lot goes a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from svdocs.errors import Conflict, UsageError
from svdocs.panel.frozen import FrozenBid, FrozenCriterion, FrozenRecord, FrozenScore, read_frozen
from svdocs.records.access import Caller
from svdocs.records.awards import Awards
from svdocs.records.store import Store
from svdocs.records.value_tables import AwardDecision, BidderFact, FixedValue
from svdocs.records.values import Values
from svdocs.valuing.deliverable import formula_in_words, quantity_points
from svdocs.valuing.weightings import QuantityMethod, shown


@dataclass(frozen=True, slots=True)
class CriterionPoints:
    """What one bid earns under one criterion."""

    criterion: FrozenCriterion
    score: FrozenScore
    quantity: Fraction
    """Points by the formula over quantities; nought where all of the criterion is marked."""
    most_by_quantity: Fraction
    formula: str
    """The formula with its figures, in words; empty where all is marked."""

    @property
    def points(self) -> Fraction:
        """Of both parts, exact."""
        return self.score.points + self.quantity

    @property
    def most(self) -> Fraction:
        """That could be earned."""
        return self.score.most_points + self.most_by_quantity


@dataclass(frozen=True, slots=True)
class Standing:
    """One bid with all its points."""

    bid: FrozenBid
    rows: tuple[CriterionPoints, ...]
    value: Mapping[str, Any] | None
    """Its reckoning as it was fixed; None where no criterion is decided by quantities and none was fixed."""

    @property
    def points(self) -> Fraction:
        """Of a hundred, exact."""
        return sum((r.points for r in self.rows), Fraction(0))


@dataclass(frozen=True, slots=True)
class Award:
    """A lot as its papers tell of it."""

    record: FrozenRecord
    standings: tuple[Standing, ...]
    """By points, highest first; bids that failed what had to be passed last."""
    fixed: tuple[FixedValue, ...]
    decision: AwardDecision | None
    facts: Mapping[str, BidderFact]

    @property
    def first(self) -> Standing | None:
        """The bid of most points that failed nothing; None where there is none, or another has as many."""
        able = [s for s in self.standings if not s.bid.failed]
        if not able or (len(able) > 1 and able[0].points == able[1].points):
            return None
        return able[0]

    @property
    def winner(self) -> Standing | None:
        """The bid to which a person awarded the lot."""
        if self.decision is None:
            return None
        return next(s for s in self.standings if s.bid.supplier_id == self.decision.supplier_id)

    @property
    def digest(self) -> str:
        """SHA-256 of the frozen record and the fixed values, as papers and the decision name it."""
        values = ",".join(sorted(f.sha256 for f in self.fixed))
        return self.record.digest if not values else f"{self.record.digest}:{values}"


def read_award(store: Store, procurement_id: str, caller: Caller, *, lot: str = "") -> Award:
    """Return how the bids of a lot stand.

    Raises:
        NotFound: there is no such procurement or panel.
        NotAllowed: the caller does not belong to the panel.
        Conflict: the moderation is not closed, values that decide points are not fixed, or a part is closed to them.
    """
    record = read_frozen(store, procurement_id, caller, lot=lot)
    fixed = tuple(Values(store).fixed_of(procurement_id, lot))
    by_supplier = {f.supplier_id: f.reckoned for f in fixed}
    counts = [c for c in record.criteria if c.is_marked and c.quantity_method is not QuantityMethod.none]
    if counts and any(b.supplier_id not in by_supplier for b in record.bids):
        raise Conflict(f"Quantities decide part of “{counts[0].title}”: fix the values of all bids of the lot first.")
    standings = sorted((_standing(record, b, by_supplier) for b in record.bids),
                       key=lambda s: (bool(s.bid.failed), -s.points, s.bid.code))  # fmt: skip
    decision = Awards(store).decision_of(procurement_id, lot)
    return Award(record, tuple(standings), fixed, decision, Values(store).facts_of(procurement_id))


def decide_award(store: Store, procurement_id: str, supplier_id: str, caller: Caller, *, lot: str = "",
                 because: str = "") -> AwardDecision:  # fmt: skip
    """Return the decision to award a lot; the bid of most points needs no reason beside them, another does.

    Raises:
        NotFound: there is no such procurement, or the supplier made no bid for the lot.
        NotAllowed: the caller may not.
        UsageError: it is not the bid of most points, or a second decision, and no reason is given.
        Conflict: the record is not complete, or the bid failed what had to be passed.
    """
    award = read_award(store, procurement_id, caller, lot=lot)
    chosen = award.record.bid_of(supplier_id)
    if chosen.failed:
        raise Conflict(f"{chosen.supplier} failed {', '.join(chosen.failed)}, which had to be passed.")
    is_first = award.first is not None and award.first.bid.supplier_id == supplier_id
    if not because.strip() and (not is_first or award.decision is not None):
        raise UsageError("Give the reason: it is not the bid of most points alone, or the lot was awarded before.")
    points = next(s.points for s in award.standings if s.bid.supplier_id == supplier_id)
    reason = because.strip() or f"The bid of most points: {shown(points)} of 100."
    return Awards(store).decide(
        procurement_id, supplier_id, caller, lot=lot, because=reason, record_sha256=award.digest
    )


def _standing(record: FrozenRecord, bid: FrozenBid, values: Mapping[str, Mapping[str, Any]]) -> Standing:
    criteria = {c.id: c for c in record.criteria}
    failed = {b.supplier_id for b in record.bids if b.failed} - {bid.supplier_id}  # which set no measure for others
    earns = {k: Fraction(v["earns"]) for k, v in values.items() if v["earns"] is not None and k not in failed}
    rows = tuple(_row(criteria[s.criterion_id], s, bid, earns, values.get(bid.supplier_id)) for s in bid.scores)
    return Standing(bid, rows, values.get(bid.supplier_id))


def _row(
    criterion: FrozenCriterion, score: FrozenScore, bid: FrozenBid, earns: Mapping[str, Fraction],
    value: Mapping[str, Any] | None,
) -> CriterionPoints:  # fmt: skip
    most = criterion.share * criterion.quantity_share * 100
    if criterion.quantity_method is QuantityMethod.none or value is None:
        return CriterionPoints(criterion, score, Fraction(0), Fraction(0), "")
    own, best = earns[bid.supplier_id], max(earns.values())
    contract = value["method"]["contract_gbp"]
    pounds = Decimal(contract) if contract else None
    if criterion.quantity_method is QuantityMethod.target and pounds is None:
        raise Conflict(
            "A target per pound needs the contract's value; say it with the method, and fix the values anew."
        )
    points = quantity_points(criterion.quantity_method, own, best, most, contract_pounds=pounds,
                             target_per_pound=criterion.target_per_pound)  # fmt: skip
    words = formula_in_words(criterion.quantity_method, own, best, most, contract_pounds=pounds,
                             target_per_pound=criterion.target_per_pound)  # fmt: skip
    return CriterionPoints(criterion, score, points, most, words)


def as_json(award: Award) -> dict[str, Any]:
    """Return how a lot stands as JSON takes it: exact points as fractions, and beside them as they are shown."""
    decision = award.decision
    return {
        "lot": award.record.lot, "digest": award.digest,
        "proposed": award.first.bid.supplier_id if award.first else None,
        "decision": None if decision is None else {
            "supplier": decision.supplier_id, "because": decision.because, "person": decision.decided_by,
            "at": decision.decided_at.isoformat(), "record": decision.record_sha256,
        },
        "bids": [
            {"supplier": s.bid.supplier_id, "name": s.bid.supplier, "failed": list(s.bid.failed),
             "points": str(s.points), "points_shown": shown(s.points),
             "criteria": [{"criterion": r.criterion.id, "title": r.criterion.title, "mark": r.score.consensus.mark,
                           "by_mark": str(r.score.points), "by_quantity": str(r.quantity), "formula": r.formula,
                           "most": str(r.most)} for r in s.rows]}
            for s in award.standings
        ],
    }  # fmt: skip
