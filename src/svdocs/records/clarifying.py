"""What to ask a bidder about its commitments, and what its answers make of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svdocs.additionality.gaps import Gap, find_gaps
from svdocs.additionality.verdict import Assessment, Category, Reason, Verdict
from svdocs.statements.dates import find_due
from svdocs.statements.quantities import choose_quantity
from svdocs.statements.statement import (
    Beneficiary,
    Due,
    Firmness,
    Passage,
    Per,
    Place,
    Quantity,
    Statement,
    StatementType,
    Unit,
)
from svdocs.text.document import BlockKind, Span

NOWHERE = Span(0, 0)
DOUBT = "verdict"
"""The gap of a question that an unclear verdict asks."""
_ASKED = ("baseline_old", "size_unknown", "group_figure")


@dataclass(frozen=True, slots=True)
class Question:
    """A numbered question to a bidder: about which statement, what is open, and the passage with its place."""

    number: int
    statement_id: str
    gap: str
    question: str
    quote: str
    place: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bidder wrote to a question."""

    number: int
    statement_id: str
    gap: str
    text: str


def ask_about(lines: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return the questions that a bid's commitments leave open, numbered in the bid's order.

    Args:
        lines: commitments as `Store.export_statements` gives them; those that people rejected, split or merged are
            left out.
    """
    found: list[Question] = []
    for line in lines:
        if line.get("type") != StatementType.commitment or line.get("status") in ("rejected", "superseded"):
            continue
        for gap, question in _open_points(line):
            found.append(
                Question(len(found) + 1, line["statement_id"], gap, question, line["text"], _place_of(line["location"]))
            )
    return found


def _open_points(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    statement, assessment = statement_from(line), _assessment_from(line)
    points = [(p.gap.value, _without_quote(p.question)) for p in find_gaps(statement, assessment)]
    if assessment.verdict is Verdict.unclear:
        points += [
            (DOUBT, r.text.rsplit(". ", 1)[-1]) for r in assessment.reasons if r.code in _ASKED and "?" in r.text
        ]
        if not any(gap in (DOUBT, Gap.contract_link) for gap, _ in points):
            points.append(
                (DOUBT, "What is your present yearly level, and how much of this is extra because of this contract?")
            )
    return points


def _without_quote(question: str) -> str:
    """Return a question without the words that quote the passage, which the letter quotes above it.

    >>> _without_quote("You write “We will give 40 hours”. By what date will it be done?")
    'By what date will it be done?'
    """
    return question.split("”. ", 1)[-1]


def _place_of(location: Mapping[str, Any]) -> str:
    if location.get("page"):
        return f"page {location['page']}"
    if location.get("cell"):
        return f"cell {location['cell']}"
    section = location.get("section") or []
    return f"section “{section[-1]}”" if section else "no page number"


def statement_from(line: Mapping[str, Any]) -> Statement:
    """Return a commitment of the records as a value that the stages know."""
    text, location = line["text"], line.get("location") or {}
    quantity, due, place = line.get("quantity") or {}, line.get("due") or {}, line.get("place") or {}
    passage = Passage(NOWHERE, text, 0, BlockKind.paragraph, tuple(location.get("section") or ()))
    return Statement(
        StatementType.commitment,
        passage,
        line.get("focus") or text,
        float(line.get("confidence") or 1.0),
        Firmness(line["firmness"]) if line.get("firmness") else None,
        quantity=Quantity(
            float(quantity["value"]), Unit(quantity["unit"]), quantity.get("text") or "", NOWHERE,
            per=Per(quantity["per"]) if quantity.get("per") else None,
        )
        if quantity.get("value") is not None and quantity.get("unit")
        else None,
        due=Due(due.get("text") or "", NOWHERE, due.get("date")) if due else None,
        place=Place(place.get("text") or "", NOWHERE, place.get("code")) if place else None,
        beneficiary=Beneficiary(line["beneficiary"]["text"], NOWHERE) if line.get("beneficiary") else None,
    )  # fmt: skip


def _assessment_from(line: Mapping[str, Any]) -> Assessment:
    judged = line.get("additionality") or {}
    reasons = tuple(Reason(r["code"], r["text"]) for r in judged.get("reasons") or [])
    verdict = Verdict(line.get("verdict") or judged.get("verdict") or Verdict.unclear)
    return Assessment(verdict, float(judged.get("confidence") or 0), reasons, Category.additional, 0.0)


def propose_versions(lines: Sequence[Mapping[str, Any]], answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return, for each commitment that was answered, the version that stands and the one that the answers make of it.

    Nothing is decided: a person takes the new version, or does not.
    """
    by_id = {line["statement_id"]: line for line in lines}
    grouped: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.text.strip() and answer.statement_id in by_id:
            grouped.setdefault(answer.statement_id, []).append(answer)
    return [_version(by_id[key], given) for key, given in grouped.items()]


def _version(line: Mapping[str, Any], answers: Sequence[Answer]) -> dict[str, Any]:
    fields = ("quantity", "due", "place", "beneficiary", "firmness")
    old = {"text": line["text"], **{f: line.get(f) for f in fields}}
    new = dict(old)
    for answer in answers:
        new |= _set_by(answer)
    added = " ".join(a.text.strip().rstrip(".") + "." for a in answers)
    new["text"] = f"{line['text'].rstrip()} {added}"
    changes = {f: new[f] for f in fields if new[f] != old[f]}
    return {
        "statement_id": line["statement_id"],
        "state": "proposed",
        "old": old,
        "new": new,
        "changes": changes,
        "answers": [{"number": a.number, "about": a.gap, "text": a.text.strip()} for a in answers],
    }


def _set_by(answer: Answer) -> dict[str, Any]:
    text = " ".join(answer.text.split())
    if answer.gap in (Gap.number, Gap.unit, Gap.contract_link):
        q = choose_quantity(text, text)
        return (
            {"quantity": {"value": q.value, "max": q.maximum, "unit": q.unit.value, "per": q.per and q.per.value,
                          "text": q.text}}
            if q
            else {}
        )  # fmt: skip
    if answer.gap == Gap.date:
        due = find_due(text)
        return {"due": {"date": due.date, "text": due.text}} if due else {}
    if answer.gap == Gap.place:
        return {"place": {"text": text.rstrip("."), "code": None}}
    if answer.gap == Gap.beneficiary:
        return {"beneficiary": {"text": text.rstrip(".")}}
    return {}
