"""A statement as the pages show it: the record's fields in words, as decided where a person has decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from svdocs.records.by_hand import How
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Decision, StatementStatus
from svdocs.statements.in_words import stated_in_words
from svdocs.text.document import Box, Span
from svdocs.web.shown_text import Mark, sheet_of
from svdocs.web.slots import SlotPiece, cut_by_slots
from svdocs.web.wording import label

Codes = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """One statement in words.

    Attributes:
        number: place in its document, from 1.
        entry: the statement in the extraction record's form, as decided.
        passage: its words, cut where what it gives of quantity, date, place or people begins or ends.
        where: page, cell or part of the document, in words.
        themes: for each framework its codes, best first; an empty list means that none fits.
        measures: likewise, the frameworks without a code left out.
        changed: whether a newer run proposes something else than what the person decided on.
        mark: its passage in the document's text; None where the record does not say.
        boxes: on the page, in points; `box_pages` has the page of each.
        added_by: the person who added it, where a reader had missed it; empty for what the machine found.
        made_of: how a person made it of others, split_up or merge; empty else.
        standing: the ids of the decisions that nobody has taken back.
        may_be_undone, may_be_redone: whether there is a decision, or an undo, to take back.
    """

    id: str
    key: str
    number: int
    type: str
    text: str
    where: str
    page: int | None
    confidence: float
    status: str
    firmness: str | None
    quantity_words: str
    quantity_text: str
    due: str
    place: str
    beneficiary: str
    themes: list[tuple[str, Codes]]
    measures: list[tuple[str, Codes]]
    category_words: str
    verdict: str | None
    verdict_confidence: float | None
    reasons: list[dict[str, Any]]
    decisions: tuple[Decision, ...]
    changed: bool
    mark: Mark | None
    boxes: tuple[Box, ...]
    box_pages: tuple[int, ...]
    entry: dict[str, Any]
    passage: tuple[SlotPiece, ...]
    added_by: str
    made_of: str
    standing: frozenset[int]
    may_be_undone: bool
    may_be_redone: bool

    @property
    def is_to_decide(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status == StatementStatus.proposed.value

    @property
    def is_superseded(self) -> bool:
        """Whether others stand in its place since it was split or merged."""
        return self.status == StatementStatus.superseded.value


def show_statements(records: Sequence[StatementRecord]) -> list[ShownStatement]:
    """Return a document's statements in words, numbered as they stand in it."""
    return [show_statement(record, number) for number, record in enumerate(records, 1)]


def show_statement(record: StatementRecord, number: int | None = None) -> ShownStatement:
    """Return the statement in words.

    Args:
        record: what is known of it.
        number: its place in the document; by default that in its run.
    """
    statement, entry = record.statement, record.as_decided()
    location = statement.record.get("location") or {}
    judged = entry.get("additionality") or {}
    quantity = entry.get("quantity") or {}
    words = stated_in_words(quantity)
    number = statement.position + 1 if number is None else number
    made = record.made_by_hand or {}
    boxes = tuple(Box(*map(float, b)) for b in location.get("boxes") or ())
    pages = tuple(location.get("box_pages") or [location.get("page") or 1] * len(boxes))
    return ShownStatement(
        id=statement.id,
        key=statement.key,
        number=number,
        type=str(entry["type"]),
        text=statement.text,
        where=describe_location(location),
        page=location.get("page"),
        confidence=statement.confidence,
        status=record.status.value,
        firmness=entry.get("firmness"),
        quantity_words=words,
        quantity_text=quantity.get("text") or "" if words else "",
        due=_due_words(entry.get("due") or {}),
        place=_text_and_code(entry.get("place") or {}),
        beneficiary=(entry.get("beneficiary") or {}).get("text") or "",
        themes=list((entry.get("themes") or {}).items()),
        measures=_by_framework(entry.get("measures") or []),
        category_words=_category_words(entry.get("category")),
        verdict=judged.get("verdict"),
        verdict_confidence=judged.get("confidence"),
        reasons=list(judged.get("reasons") or []),
        decisions=record.decisions,
        changed=record.changed_since_decision,
        mark=_mark_of(statement.key, number, str(entry["type"]), statement.record.get("span")),
        boxes=boxes,
        box_pages=pages,
        entry=entry,
        passage=tuple(cut_by_slots(entry)),
        added_by=str(made.get("person") or "") if made.get("how") == How.missed else "",
        made_of=str(made.get("how") or "") if made.get("how") != How.missed else "",
        standing=frozenset(d.id for d in record.standing if d.id is not None),
        may_be_undone=record.may_be_undone,
        may_be_redone=record.may_be_redone,
    )


def describe_location(location: dict[str, Any]) -> str:
    """Return where a passage stands, in words.

    >>> describe_location({"page": 3, "section": ["Social value", "Jobs"], "block": 4})
    'Page 3, under “Jobs”'
    >>> describe_location({"page": None, "cell": "Year 1!C14"}), describe_location({"block": 4})
    ('Cell C14 of sheet Year 1', 'In the text')
    """
    section = [s for s in location.get("section") or () if s]
    under = f", under “{_shortened(section[-1])}”" if section else ""
    if location.get("cell"):
        return f"Cell {str(location['cell']).rpartition('!')[2]} of sheet {sheet_of(location['cell'])}"
    return (f"Page {location['page']}" if location.get("page") else "In the text") + under


def _shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _due_words(due: dict[str, Any]) -> str:
    said, date = due.get("text") or "", due.get("date") or ""
    return f"{said} ({date})" if said and date and said != date else said or date


def _text_and_code(place: dict[str, Any]) -> str:
    text, code = place.get("text") or "", place.get("code")
    return f"{text} ({code})" if code else text


def _category_words(category: str | None) -> str:
    """KCC's "additional" is a kind of offer, not the verdict of the same name: the words keep them apart."""
    return "" if category is None else label("offered" if category == "additional" else category)


def _by_framework(measures: Sequence[dict[str, Any]]) -> list[tuple[str, Codes]]:
    grouped: dict[str, Codes] = {}
    for measure in measures:
        grouped.setdefault(str(measure.get("framework", "")), []).append(measure)
    return list(grouped.items())


def _mark_of(key: str, number: int, type_: str, span: Sequence[int] | None) -> Mark | None:
    return Mark(key, number, type_, Span(int(span[0]), int(span[1]))) if span and len(span) == 2 else None
