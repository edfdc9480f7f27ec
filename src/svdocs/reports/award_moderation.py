"""The report of a lot's moderation: every mark with its reason, how far they lay apart, and what the panel agreed on.

It tells of all bidders and names evaluators, so it is for the authority alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from svdocs.clock import in_uk_words
from svdocs.panel.frozen import FrozenMark, FrozenScore
from svdocs.records.access import Caller
from svdocs.records.moderating import Compared, Moderating
from svdocs.records.panel_tables import SeatState
from svdocs.records.store import Store
from svdocs.reports.award_standing import Award, Standing, read_award
from svdocs.reports.award_summary import cite, tell_lines, tell_value
from svdocs.reports.paper import fill_paper
from svdocs.valuing.weightings import shown

TEMPLATE = "award_moderation.docx"


def report_moderation(store: Store, procurement_id: str, caller: Caller, *, lot: str = "") -> dict[str, Any]:
    """Return what the report of a lot's moderation tells.

    Raises:
        NotFound: there is no such procurement or panel.
        NotAllowed: the caller does not belong to the panel.
        Conflict: the record is not complete, or a part is closed to the caller.
    """
    award = read_award(store, procurement_id, caller, lot=lot)
    record = award.record
    titles = {c.id: c.title for c in record.criteria}
    compared = {(c.bid.id, c.criterion.id): c for c in Moderating(store).compare(procurement_id, caller, lot=lot)}
    return {
        "procurement": record.title, "buyer": record.buyer, "lot": lot or "The whole contract",
        "released": f"{in_uk_words(record.released_at)}, by {record.released_by}",
        "closed": f"{in_uk_words(record.closed_at)}, by {record.closed_by}", "minimum": record.minimum_rule,
        "digest": record.digest, "totals": [_total(s) for s in award.standings], "decision": _decision(award),
        "kappa": [{"criterion": titles[key], "kappa": "cannot be told" if kappa is None else kappa, "pairs": str(pairs)}
                  for key, (kappa, pairs) in record.kappa.items()],
        "scores": [_score(s.bid.supplier, titles[x.criterion_id], x, compared[s.bid.id, x.criterion_id])
                   for s in award.standings for x in s.bid.scores],
        "values": [_value(s) for s in award.standings if s.value is not None],
        "notes": [record.rounding, "Cohen's kappa with linear weights, the mean over all pairs of evaluators; with few "
                  "bids it says little.", "svdocs gave no mark and changed none."],
    }  # fmt: skip


def write_moderation(values: Mapping[str, Any]) -> bytes:
    """Return the report as a Word file."""
    title = f"Moderation report: {values['procurement']}"
    return fill_paper(TEMPLATE, values, title=title, author=str(values["buyer"]))


def _total(standing: Standing) -> dict[str, str]:
    marks = sum((r.score.points for r in standing.rows), Fraction(0))
    quantity = sum((r.quantity for r in standing.rows), Fraction(0))
    failed = f" (failed {', '.join(standing.bid.failed)})" if standing.bid.failed else ""
    return {"bid": standing.bid.supplier + failed, "marks": shown(marks), "quantity": shown(quantity),
            "points": shown(standing.points)}  # fmt: skip


def _decision(award: Award) -> str:
    if award.decision is None or award.winner is None:
        return "Nobody has decided yet to whom this lot goes."
    d = award.decision
    return (f"{d.decided_by} decided on {in_uk_words(d.decided_at)} to award it to {award.winner.bid.supplier}: "
            f"{d.because}")  # fmt: skip


def _value(standing: Standing) -> dict[str, Any]:
    """Return what a bid's points from quantities rest on: the formulas, and each commitment with its place."""
    value = standing.value or {}
    formulas = [f"{r.criterion.title}: {r.formula}" for r in standing.rows if r.formula]
    return {"title": standing.bid.supplier, "notes": [*tell_value(value, "The commitments"), *formulas],
            "lines": tell_lines(value)}  # fmt: skip


def _score(supplier: str, title: str, score: FrozenScore, compared: Compared) -> dict[str, Any]:
    c = score.consensus
    before = f" It took the place of an earlier one: {c.because}" if c.because else ""
    wide = " The marks lay two or more apart." if score.is_wide else ""
    return {
        "title": f"{supplier}: {title}",
        "agreed": f"Agreed: {c.mark} ({c.label}), {shown(score.points)} of {shown(score.most_points)} points. "
                  f"Spread of the marks: {score.spread}.{wide}{before}",
        "reason": f"Reason: {c.reason}", "participants": f"Took part: {', '.join(c.participants)}.",
        "passages": [cite(p) for p in c.passages], "marks": [*(_mark(m) for m in score.marks), *_excused(compared)],
    }  # fmt: skip


def _excused(compared: Compared) -> list[dict[str, str]]:
    """Return who was excused before they gave a mark, by whom and why."""
    return [
        {"person": m.seat.person, "mark": "–", "reason": "No mark was given.",
         "state": f"Excused by {m.seat.ended_by}: {m.seat.ended_because}"}
        for m in compared.marked if m.seat.state is SeatState.excused and not m.marks
    ]  # fmt: skip


def _mark(mark: FrozenMark) -> dict[str, str]:
    if mark.excused_because:
        state = f"Does not count: excused. {mark.excused_because}"
    else:
        state = "Counts" if mark.counts else "A later one took its place"
    because = f" Instead of the one before: {mark.because}" if mark.because else ""
    return {"person": mark.person, "mark": mark.mark, "reason": mark.reason,
            "state": f"{state}. Submitted {in_uk_words(mark.submitted_at)}.{because}"}  # fmt: skip
