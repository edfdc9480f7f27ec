"""The assessment summary of each bidder, from the frozen record (Procurement Act 2023, section 50; regulation 31).

Each explanation stands with the passages that it rests on and their pages. A bidder that lost is told the scores of the
most advantageous tender and why it got them, as the law asks, with the words of that tender left out; of the other
bidders nothing stands in it (`withheld`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from svdocs.errors import Conflict, NotFound
from svdocs.frameworks.applying import spelt
from svdocs.panel.frozen import FrozenCriterion, FrozenPassage
from svdocs.records.access import Caller
from svdocs.records.store import Store
from svdocs.records.tables import DocumentKind
from svdocs.records.value_tables import BidderFact
from svdocs.reports.award_standing import Award, CriterionPoints, Standing, read_award
from svdocs.reports.paper import fill_paper, lines_of
from svdocs.reports.withheld import Foreign, foreign_to, strings_in
from svdocs.statements.in_words import quantity_in_words
from svdocs.text.exchange import document_from_json
from svdocs.valuing.bid_value import in_pounds
from svdocs.valuing.weightings import QuantityMethod, shown

TEMPLATE = "award_summary.docx"
NOT_KNOWN = "to be added before it is sent"
METHODOLOGY = (
    "Evaluators marked each tender alone, with a reason and the passages that it rests on. Marks were sealed until all "
    "had been submitted; then the panel agreed on one mark for each criterion, which is the one told here. Points are "
    "the mark over the highest mark, times the weighting."
)


@dataclass(frozen=True, slots=True)
class Summary:
    """A bidder's letter before it becomes a Word file."""

    supplier: str
    values: Mapping[str, Any]
    left_out: tuple[str, ...]
    """Words of other bids or names of other bidders that stood in reasons, and do not stand in the letter."""


def summarise(store: Store, procurement_id: str, supplier_id: str, caller: Caller, *, lot: str = "",
              written: date) -> Summary:  # fmt: skip
    """Return the assessment summary of one bidder.

    Args:
        store: as the caller may see it.
        procurement_id, lot: what was awarded.
        supplier_id: to whom the letter goes.
        caller: who writes it.
        written: the day on the letter.

    Raises:
        NotFound: there is no such procurement, or the supplier made no bid for the lot.
        NotAllowed: the caller does not belong to the panel.
        Conflict: nothing is awarded yet, or a part of the record is closed to the caller.
    """
    award = read_award(store, procurement_id, caller, lot=lot)
    if award.winner is None or award.decision is None:
        raise Conflict("Nobody has decided yet to whom this lot goes; letters are written after that.")
    own = next((s for s in award.standings if s.bid.supplier_id == supplier_id), None)
    if own is None:
        raise NotFound("This supplier made no bid for this lot.")
    writer = _Writer(store, award, own)
    won = own.bid.supplier_id == award.winner.bid.supplier_id
    values = {
        "written": spelt(written), "buyer": award.record.buyer, "procurement": award.record.title,
        "lot": lot or "The whole contract", "bidder": _bidder(own, award.facts),
        "outcome": _outcome(award, won=won), "further": writer.further(won=won),
        "scores": [_score_row(r) for r in own.rows] + [_total_row(own)],
        "explained": [writer.explain(r) for r in own.rows],
        "winner": None if won else writer.winner(award.winner),
        "methodology": METHODOLOGY, "criteria": [_criterion(r.criterion) for r in own.rows],
        "notes": _notes(award, own),
    }  # fmt: skip
    writer.check(values)
    return Summary(own.bid.supplier, values, tuple(dict.fromkeys(writer.left_out)))


def write_summary(summary: Summary) -> bytes:
    """Return the letter as a Word file."""
    title = f"Assessment summary for {summary.supplier}: {summary.values['procurement']}"
    return fill_paper(TEMPLATE, summary.values, title=title, author=str(summary.values["buyer"]))


class _Writer:
    """Writes one bidder's letter, and leaves out what is of others."""

    def __init__(self, store: Store, award: Award, own: Standing) -> None:
        self._award, self._own, self.left_out = award, own, list[str]()
        texts, names, published = _words_of(store, award)
        key = own.bid.supplier_id
        winner = award.winner.bid.supplier_id if award.winner else ""
        told = [*published, award.record.title, award.record.buyer]
        self._others = foreign_to(texts, names, key, told)
        self._about_winner = foreign_to(texts, names, key, told, named=winner)

    def explain(self, row: CriterionPoints) -> dict[str, Any]:
        """Return why the letter's own bid was given what it has under one criterion."""
        consensus = row.score.consensus
        return {
            "title": row.criterion.title, "mark": _mark(row),
            "reason": lines_of(self._clear(consensus.reason, self._others)),
            "passages": [cite(p) for p in consensus.passages],
            **self._quantity(row, self._own),
        }  # fmt: skip

    def _quantity(self, row: CriterionPoints, standing: Standing) -> dict[str, Any]:
        value = standing.value
        if not row.formula or value is None:
            return {"formula": "", "valued": [], "value_notes": []}
        notes = [self._clear(n, self._others) for n in tell_value(value, "Your commitments")]
        valued = [line | {"worked": self._clear(line["worked"], self._others)} for line in tell_lines(value)]
        return {"formula": row.formula, "valued": valued, "value_notes": notes}

    def further(self, *, won: bool) -> list[str]:
        """Return the further explanation of why the contract goes to somebody else."""
        winner, own = self._award.winner, self._own
        if won or winner is None or self._award.decision is None:
            return []
        said = [f"Your tender failed {t}, which had to be passed." for t in own.bid.failed]
        if not own.bid.failed:
            said.append(f"Your tender has {shown(own.points)} of 100 points, and the most advantageous tender "
                        f"{shown(winner.points)}.")  # fmt: skip
        if self._award.first is not winner:
            said.append(self._clear(self._award.decision.because, self._about_winner))
        return said

    def winner(self, winner: Standing) -> dict[str, Any]:
        """Return what a bidder that lost is told of the most advantageous tender."""
        explained = [
            {"title": r.criterion.title, "mark": _mark(r), "formula": r.formula,
             "reason": lines_of(self._clear(r.score.consensus.reason, self._about_winner))}
            for r in winner.rows
        ]  # fmt: skip
        return _bidder(winner, self._award.facts) | {
            "scores": [_score_row(r) for r in winner.rows] + [_total_row(winner)],
            "explained": explained,
            "note": "Words of that tender are left out, and the passages that its marks rest on: they are its "
                    "supplier's own (section 94).",
        }  # fmt: skip

    def check(self, values: Mapping[str, Any]) -> None:
        """Check once more that nothing of others stands in the letter, wherever it came from.

        Raises:
            Conflict: something does; the letter is not written.
        """
        parts = ((self._others, {k: v for k, v in values.items() if k not in ("winner", "further")}),
                 (self._about_winner, {k: values[k] for k in ("winner", "further")}))  # fmt: skip
        for foreign, part in parts:
            for text in strings_in(part):
                if foreign.stand_in(text):
                    raise Conflict("Words of another bid, or another bidder's name, would stand in this letter; the "
                                   "title of a criterion or of the procurement may hold them.")  # fmt: skip

    def _clear(self, text: str, foreign: Foreign) -> str:
        self.left_out += foreign.stand_in(text)
        return foreign.leave_out(text)


def cite(passage: FrozenPassage) -> str:
    """Return a passage with where it stands, as a letter cites it."""
    where = f"page {passage.page}" if passage.page else passage.place or "place not known"
    return f"“{passage.quote}” ({passage.document}, {where})"


def tell_value(value: Mapping[str, Any], whose: str) -> list[str]:
    """Return what a bid's fixed reckoning comes to, what was found of its size, and what of it earns points.

    Args:
        value: the reckoning as it was fixed.
        whose: the commitments, at the beginning of a sentence.
    """
    told = [f"{whose} are worth {value['total_shown']} in all, by the values of {value['proxies']['title']}, edition "
            f"{value['proxies']['edition']}."]  # fmt: skip
    if not value["findings"]:
        return told
    earns = f"Of this {in_pounds(Fraction(value['earns']))} earn points"
    if value["ruling"]:
        limit = f"{earns}, after the offer was looked at: {value['ruling']['because']}"
    else:
        limit = f"{earns}: what is above the limit earns none."
    return [*told, *value["findings"], limit]


def tell_lines(value: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the commitments of a fixed reckoning with the place of each, how it was valued, and its value."""
    return [
        {"text": x["text"], "place": f"{x['document']}, {x['place']}", "worked": worked_in_words(x),
         "value": x["value_shown"]}
        for x in value["lines"]
    ]  # fmt: skip


def worked_in_words(line: Mapping[str, Any]) -> str:
    """Return how a fixed line of a reckoning was valued, or why it is not in the sum."""
    if line["not_counted"]:
        return f"Not counted. {line['because']}"
    much = quantity_in_words(Fraction(line["quantity"]), line["unit"])
    parts = [f"{much} × {in_pounds(Fraction(line['pounds']))}"]
    if Fraction(line["deadweight"]):
        parts.append(f"less {shown(Fraction(line['deadweight']) * 100)}% that would have happened anyway")
    if Fraction(line["attribution"]) != 1:
        parts.append(f"{shown(Fraction(line['attribution']) * 100)}% of it by this contract")
    return f"{line['title']}: {', '.join(parts)}"


def _words_of(store: Store, award: Award) -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    """Return the texts of each bid, its names, and what the buyer published."""
    texts: dict[str, list[str]] = {b.supplier_id: [] for b in award.record.bids}
    names = {b.supplier_id: [b.supplier, b.code] for b in award.record.bids}
    published = [text for c in award.record.criteria for text in strings_in([c.title, c.question, c.rubric.as_json()])]
    for record in store.documents_of(award.record.procurement_id):
        data = store.text_of(record.id)
        text = document_from_json(data).text if data else ""
        if record.document.kind is DocumentKind.specification:
            published.append(text)
        elif record.document.supplier_id:
            key = record.document.supplier_id
            texts.setdefault(key, []).append(text)
            names.setdefault(key, [record.supplier or ""]).append(record.document.name)
    return texts, names, published


def _bidder(standing: Standing, facts: Mapping[str, BidderFact]) -> dict[str, str]:
    known = facts.get(standing.bid.supplier_id)
    return {
        "name": standing.bid.supplier, "address": (known.address if known else "") or NOT_KNOWN,
        "email": (known.email if known else "") or NOT_KNOWN,
        "identifier": (known.identifier if known else "") or NOT_KNOWN,
    }  # fmt: skip


def _outcome(award: Award, *, won: bool) -> str:
    if won:
        return "Your tender is the most advantageous tender: the contract is to be awarded to you."
    return "Your tender is not the most advantageous tender: the contract is to be awarded to another supplier."


def _mark(row: CriterionPoints) -> str:
    c, most = row.score.consensus, row.criterion.rubric.levels[-1].mark
    return f"Mark {c.mark} of {most}, {c.label}: {c.meaning}"


def _score_row(row: CriterionPoints) -> dict[str, str]:
    c = row.score.consensus
    return {
        "criterion": row.criterion.title, "mark": f"{c.mark} ({c.label})", "by_mark": shown(row.score.points),
        "by_quantity": shown(row.quantity) if row.formula else "–", "points": shown(row.points),
        "most": shown(row.most),
    }  # fmt: skip


def _total_row(standing: Standing) -> dict[str, str]:
    marks = sum((r.score.points for r in standing.rows), Fraction(0))
    quantity = sum((r.quantity for r in standing.rows), Fraction(0))
    most = sum((r.most for r in standing.rows), Fraction(0))
    return {
        "criterion": "Total", "mark": "", "by_mark": shown(marks),
        "by_quantity": shown(quantity) if any(r.formula for r in standing.rows) else "–",
        "points": shown(standing.points), "most": shown(most),
    }  # fmt: skip


def _criterion(c: FrozenCriterion) -> dict[str, Any]:
    how = [f"Weighting: {shown(c.share * 100)}% of the whole."]
    if c.question:
        how.append(c.question)
    if c.quantity_method is QuantityMethod.none:
        how.append("All of it is marked.")
    else:
        by = shown(c.quantity_share * 100)
        how.append(f"{by}% of it is decided by quantities"
                   + (", in proportion to the highest value of all tenders"
                      if c.quantity_method is QuantityMethod.proportional
                      else f", against a target of {in_pounds(Fraction(c.target_per_pound or 0))} for each pound")
                   + "; the rest is marked.")  # fmt: skip
    levels = [{"mark": x.mark, "label": x.label, "meaning": x.meaning} for x in c.rubric.levels]
    return {"title": c.title, "how": " ".join(how), "levels": levels}


def _notes(award: Award, own: Standing) -> list[str]:
    notes = [award.record.rounding]
    if own.value is not None:
        proxies = own.value["proxies"]
        notes.append(f"Values of units: {proxies['title']}, edition {proxies['edition']}, {proxies['publisher']}. "
                     f"Licence: {proxies['licence']}.")  # fmt: skip
    notes.append(f"Written from the record that was frozen on {spelt(award.record.closed_at)}, SHA-256 "
                 f"{award.record.digest}.")  # fmt: skip
    return notes
