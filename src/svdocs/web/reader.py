"""A document as the reader shows it: its pages with what is outlined on them, and where each passage is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from svdocs.records.tables import StatementStatus
from svdocs.records.turns import Turn
from svdocs.text.document import Block, Box, Document
from svdocs.web.shown_statement import ShownStatement
from svdocs.web.shown_text import Outline, ShownGroup, outline_passages
from svdocs.web.slots import slot_boxes


@dataclass(frozen=True, slots=True)
class SlotBox:
    """The words that give one field of a statement, on a page."""

    key: str
    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page: its picture's size in points, its text, and what is outlined on it.

    Attributes:
        groups: its text in reading order.
        outlines: the passages of statements.
        slots: of each statement the words that give its quantity, date, place and beneficiary.
        pointed_at: the boxes of a passage that a link from elsewhere points at.
    """

    number: int
    width: float
    height: float
    ocr: bool
    groups: tuple[ShownGroup, ...]
    outlines: tuple[Outline, ...]
    slots: tuple[SlotBox, ...]
    pointed_at: tuple[Box, ...]


def show_pages(
    text: Document, groups: Sequence[ShownGroup], statements: Sequence[ShownStatement], pointed_at: Block | None = None
) -> list[ShownPage]:
    """Return the document's pages; none for a document without pages.

    Args:
        text: the document.
        groups: its whole text as `shown_text.show_text` cuts it.
        statements: of the document.
        pointed_at: a block to point at, if any.
    """
    words: dict[int | None, list[ShownGroup]] = defaultdict(list)
    for group in groups:
        words[group.page].append(group)
    outlines = outline_passages(((s.mark, s.boxes, s.box_pages) for s in statements if s.mark), text.words)
    slots: dict[int, list[SlotBox]] = defaultdict(list)
    for s in statements:
        for name, page, box in slot_boxes(text, s.entry):
            slots[page].append(SlotBox(s.key, name, box))
    pointed: dict[int, list[Box]] = defaultdict(list)
    if pointed_at is not None:
        place = text.location_of(pointed_at.span)
        for box, page in zip(place.boxes, place.box_pages, strict=True):
            pointed[page].append(box)
    return [
        ShownPage(
            p.number,
            p.width,
            p.height,
            p.ocr,
            tuple(words[p.number]),
            tuple(outlines.get(p.number, ())),
            tuple(slots[p.number]),
            tuple(pointed[p.number]),
        )
        for p in text.pages
    ]


def target_of(statement: ShownStatement, text: Document | None) -> str:
    """Return the id of the element that shows the statement's passage, or the nearest that there is.

    A passage may have no boxes, such as a form field's value, and then its page is what can be shown.
    """
    numbers = {p.number for p in text.pages} if text else set()
    if numbers and statement.mark and statement.boxes and min(statement.box_pages) in numbers:
        return f"place-{statement.key}"
    if numbers:
        return f"page-{statement.page}" if statement.page in numbers else "document-title"
    if text and statement.mark and any(b.span.overlaps(statement.mark.span) for b in text.blocks):
        return f"place-{statement.key}"
    return "document-title"


def next_to_decide(turns: Sequence[Turn], after: str = "") -> int | None:
    """Return the number of the next statement that nobody has decided on, going round to the first; None if none is.

    Args:
        turns: in the order in which they are gone through.
        after: the key of the one that was decided on last.
    """
    at = next((i for i, turn in enumerate(turns) if turn.key == after), -1)
    order = [*range(at + 1, len(turns)), *range(at + 1)]
    return next((i + 1 for i in order if turns[i].status is StatementStatus.proposed and turns[i].key != after), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a document's statements have been decided on."""

    all: int
    to_decide: int
    accepted: int
    amended: int
    rejected: int
    unsure: int

    @property
    def decided(self) -> int:
        """How many somebody has decided on."""
        return self.all - self.to_decide


def tally_of(turns: Sequence[Turn]) -> Tally:
    """Return how far a document's statements have been decided on; those split or merged are no longer counted."""
    counts = Counter(turn.status for turn in turns)
    return Tally(
        sum(counts.values()) - counts[StatementStatus.superseded],
        counts[StatementStatus.proposed],
        counts[StatementStatus.accepted],
        counts[StatementStatus.amended],
        counts[StatementStatus.rejected],
        counts[StatementStatus.unsure],
    )
