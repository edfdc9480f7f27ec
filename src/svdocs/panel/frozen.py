"""The frozen record: all that a released and moderated lot's letters, schedules and reports are written from.

It reads what the store's caller may see, and nothing else: whoever has a conflict with a bidder finds the record
incomplete and is refused it, rather than given a part. So is who marks or chairs and has not declared all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from svdocs.errors import Conflict, NotFound
from svdocs.panel.agreement import is_wide, mean_kappa, spread_of
from svdocs.records.access import Caller
from svdocs.records.conflicts import Conflicts
from svdocs.records.interests import must_declare
from svdocs.records.moderating import Agreed, Compared, Marked, Moderating
from svdocs.records.panel_tables import Criterion, PanelBid, Passage, SeatState
from svdocs.records.panels import Panels, marked, rubric_of, weighted
from svdocs.records.store import Store
from svdocs.valuing.rubrics import Rubric
from svdocs.valuing.weightings import (
    ROUNDING_RULE,
    WHOLE,
    QuantityMethod,
    points_for,
    shown,
    weight_of_each,
)


@dataclass(frozen=True, slots=True)
class FrozenPassage:
    """A passage of a bid as it was pinned: the document, its bytes' hash, the place, and the words."""

    document_id: str
    document: str
    """The name under which it was handed in."""
    sha256: str
    page: int | None
    place: str
    quote: str
    start: int | None
    """Where it begins in the document's text; None where the document has no text to check it against."""
    statement_id: str | None


@dataclass(frozen=True, slots=True)
class FrozenMark:
    """An individual mark; each version that was submitted is one."""

    id: str
    person: str
    number: int
    mark: str
    label: str
    reason: str
    because: str
    """Why it took the place of the version before."""
    submitted_at: datetime
    counts: bool
    """Whether it is the last version, of somebody who was not excused."""
    excused_because: str
    passages: tuple[FrozenPassage, ...]


@dataclass(frozen=True, slots=True)
class FrozenConsensus:
    """What the panel agreed on; the last version stands."""

    id: str
    number: int
    mark: str
    label: str
    meaning: str
    """Of the mark in the rubric."""
    reason: str
    because: str
    participants: tuple[str, ...]
    recorded_by: str
    recorded_at: datetime
    passages: tuple[FrozenPassage, ...]


@dataclass(frozen=True, slots=True)
class FrozenScore:
    """One bid under one criterion."""

    criterion_id: str
    marks: tuple[FrozenMark, ...]
    agreed: tuple[FrozenConsensus, ...]
    spread: Decimal
    """Between the marks that count, in marks."""
    is_wide: bool
    points: Fraction
    """Of a hundred, from the mark agreed on, exact; what quantities decide is not in it."""
    most_points: Fraction
    """That the mark could earn."""

    @property
    def consensus(self) -> FrozenConsensus:
        """The one that stands."""
        return self.agreed[-1]


@dataclass(frozen=True, slots=True)
class FrozenCriterion:
    """A criterion as marking found it; `share` is its weighting in the whole, 0 to 1, exact."""

    id: str
    parent_id: str | None
    title: str
    question: str
    weight: Decimal
    """In percent of its parent, or of the whole."""
    share: Fraction
    is_social_value: bool
    is_marked: bool
    rubric: Rubric
    quantity_method: QuantityMethod
    quantity_share: Fraction
    """Of the criterion, 0 to 1: what a formula over quantities decides."""
    target_per_pound: Decimal | None


@dataclass(frozen=True, slots=True)
class FrozenBid:
    """A bid with its scores in the order of the criteria."""

    id: str
    supplier_id: str
    supplier: str
    code: str
    lot: str
    scores: tuple[FrozenScore, ...]
    failed: tuple[str, ...]
    """Titles of the criteria that are passed or failed and that it failed."""

    @property
    def points(self) -> Fraction:
        """The sum of what its marks earn, of a hundred, exact."""
        return sum((s.points for s in self.scores), Fraction(0))


@dataclass(frozen=True, slots=True)
class FrozenRecord:
    """One lot, from criteria to consensus."""

    procurement_id: str
    title: str
    buyer: str
    lot: str
    criteria: tuple[FrozenCriterion, ...]
    bids: tuple[FrozenBid, ...]
    """By the sum of their points, highest first; equal ones by code."""
    kappa: dict[str, tuple[str | None, int]]
    """By criterion: the mean weighted kappa as shown, and over how many pairs of evaluators."""
    released_by: str
    released_at: datetime
    closed_by: str
    closed_at: datetime
    minimum_rule: str
    rounding: str = ROUNDING_RULE

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, to be printed on what is made from it."""
        whole = json.dumps(asdict(self), sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(whole.encode()).hexdigest()

    def bid_of(self, supplier_id: str) -> FrozenBid:
        """Return the bid of a supplier.

        Raises:
            NotFound: it made none for this lot.
        """
        for bid in self.bids:
            if bid.supplier_id == supplier_id:
                return bid
        raise NotFound("This supplier made no bid for this lot.")


def read_frozen(store: Store, procurement_id: str, caller: Caller, *, lot: str = "") -> FrozenRecord:
    """Return the frozen record of a lot whose marks are released and whose moderation is closed.

    Args:
        store: as the caller may see it (`Store.seen_by`).
        procurement_id: of the panel.
        caller: who asks.
        lot: empty where there are no lots.

    Raises:
        NotFound: there is no such procurement or panel.
        NotAllowed: the caller does not belong to the panel.
        Conflict: the lot is not released or its moderation not closed, or a part is closed to the caller.
    """
    procurement, panels = store.procurement(procurement_id), Panels(store)
    panel = panels.panel_of(procurement_id)
    compared = Moderating(store).compare(procurement_id, caller, lot=lot)
    released, closed = Moderating(store).steps_of(procurement_id, lot)
    if panel is None or released is None or closed is None:
        raise Conflict("There is no frozen record yet: release the lot's marks, agree on each bid, and close it.")
    if Conflicts(store).has_conflict(procurement_id, caller):
        raise Conflict("You declared a conflict with a bidder here, so the record is not shown to you in part.")
    due = Conflicts(store).due(procurement_id, caller) if must_declare(procurement_id, caller) else []
    if any(d.declared is None for d in due):
        raise Conflict(
            "Declare first whether you have a conflict of interest with the procurement and with each bidder; the "
            "record is not shown to you in part."
        )
    criteria = panels.criteria_of(procurement_id)
    names = {d.document.id: d.document.name for d in store.documents_of(procurement_id)}
    bids = _frozen_bids(compared, criteria, names)
    return FrozenRecord(
        procurement_id=procurement_id, title=procurement.title, buyer=procurement.buyer, lot=lot,
        criteria=_frozen_criteria(criteria), bids=bids, kappa=kappa_by_criterion(compared),
        released_by=released.person, released_at=released.at, closed_by=closed.person, closed_at=closed.at,
        minimum_rule=panel.minimum_rule,
    )  # fmt: skip


def kappa_by_criterion(compared: Sequence[Compared]) -> dict[str, tuple[str | None, int]]:
    """Return by criterion the mean weighted kappa as shown, and over how many pairs of evaluators."""
    found = {}
    for criterion in {c.criterion.id: c.criterion for c in compared}.values():
        columns = [standing_marks(c) for c in compared if c.criterion.id == criterion.id]
        kappa, pairs = mean_kappa(rubric_of(criterion), columns)
        found[criterion.id] = (None if kappa is None else shown(kappa), pairs)
    return found


def standing_marks(compared: Compared) -> dict[str, str]:
    """Return the marks that count, by the evaluator's account."""
    return {m.seat.person_id or m.seat.person: m.standing.mark.mark for m in compared.marked if m.standing}


def _frozen_criteria(criteria: Sequence[Criterion]) -> tuple[FrozenCriterion, ...]:
    shares = weight_of_each(weighted(criteria))
    leaves = {c.id for c in marked(criteria)}
    return tuple(
        FrozenCriterion(
            c.id, c.parent_id, c.title, c.question, c.weight, shares[c.id], c.is_social_value, c.id in leaves,
            rubric_of(c), c.quantity_method, Fraction(c.quantity_hundredths, WHOLE),
            Decimal(c.target_per_pound) if c.target_per_pound else None,
        )
        for c in criteria
    )  # fmt: skip


def _frozen_bids(
    compared: Sequence[Compared], criteria: Sequence[Criterion], names: dict[str, str]
) -> tuple[FrozenBid, ...]:
    shares = weight_of_each(weighted(criteria))
    bids: dict[str, PanelBid] = {c.bid.id: c.bid for c in compared}
    found = []
    for bid in bids.values():
        here = [c for c in compared if c.bid.id == bid.id]
        failed = tuple(
            c.criterion.title
            for c in here
            if c.consensus and (r := rubric_of(c.criterion)).is_pass_or_fail and not r.share(c.consensus.consensus.mark)
        )
        scores = tuple(_score(c, shares[c.criterion.id], names) for c in here)
        found.append(FrozenBid(bid.id, bid.supplier_id, bid.name, bid.code, bid.lot, scores, failed))
    return tuple(sorted(found, key=lambda b: (-b.points, b.code)))


def _score(compared: Compared, share: Fraction, names: dict[str, str]) -> FrozenScore:
    rubric, by_mark = rubric_of(compared.criterion), WHOLE - compared.criterion.quantity_hundredths
    agreed = tuple(_consensus(a, rubric, names) for a in compared.agreed)
    standing = list(standing_marks(compared).values())
    return FrozenScore(
        compared.criterion.id,
        tuple(f for m in compared.marked for f in _marks(m, rubric, names)),
        agreed,
        spread_of(rubric, standing),
        is_wide(rubric, standing),
        points_for(rubric.share(agreed[-1].mark), share, by_mark),
        points_for(Fraction(1), share, by_mark),
    )


def _marks(one: Marked, rubric: Rubric, names: dict[str, str]) -> list[FrozenMark]:
    return [
        FrozenMark(
            g.mark.id, g.mark.person, g.mark.number, g.mark.mark, rubric.level(g.mark.mark).label, g.mark.reason,
            g.mark.because, g.mark.submitted_at, g is one.standing,
            one.seat.ended_because if one.seat.state is SeatState.excused else "",
            tuple(_passage(p, names) for p in g.passages),
        )
        for g in one.marks
    ]  # fmt: skip


def _consensus(one: Agreed, rubric: Rubric, names: dict[str, str]) -> FrozenConsensus:
    c, level = one.consensus, rubric.level(one.consensus.mark)
    return FrozenConsensus(
        c.id, c.number, c.mark, level.label, level.meaning, c.reason, c.because,
        tuple(p.person for p in one.participants), c.recorded_by, c.recorded_at,
        tuple(_passage(p, names) for p in one.passages),
    )  # fmt: skip


def _passage(p: Passage, names: dict[str, str]) -> FrozenPassage:
    return FrozenPassage(
        p.document_id, names.get(p.document_id, ""), p.sha256, p.page, p.place, p.quote, p.start, p.statement_id
    )


def as_json(record: FrozenRecord) -> dict[str, Any]:
    """Return the record as JSON takes it: exact figures as fractions in words, shown ones beside them."""
    whole: dict[str, Any] = json.loads(json.dumps(asdict(record), default=str))
    for bid, frozen in zip(whole["bids"], record.bids, strict=True):
        bid["points"], bid["points_shown"] = str(frozen.points), shown(frozen.points)
    return whole | {"digest": record.digest}
