"""How much of what a document says was read, in the right order, cell and place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from svdocs.text.build import CELL_JOIN
from svdocs.text.document import Box, Document
from tests.fidelity.made import Table, Truth

ASKED_SCANS = {"clean scan": 0.98, "noisy scan": 0.95}
ASKED_BORN_DIGITAL = 0.995
ASKED_CELLS_BORDERLESS = 0.90
ASKED_CELLS_RULED = 0.97
ASKED_BOXES = 0.99


@dataclass(frozen=True, slots=True)
class Score:
    """The shares of characters in order, of cells right with their header, and of words in their places."""

    characters: float
    cells: float | None
    boxes: float | None


def score(document: Document, truth: Truth) -> Score:
    """Return how true a document's reading is."""
    found = " ".join(document.quote(b.span).replace(CELL_JOIN, " ") for b in document.body())
    orders = [truth.pieces + truth.aside, truth.aside + truth.pieces] if truth.aside else [truth.pieces]
    return Score(
        max(share_in_order(" ".join(order), found) for order in orders),
        share_of_cells(document, truth.tables) if truth.tables else None,
        share_of_boxes(document, truth.words) if truth.words else None,
    )


def share_in_order(truth: str, found: str) -> float:
    """Return the share of characters that are the same in the same order; what is too much counts as what is missing.

    >>> share_in_order("We will plant trees", "We will plant trees"), share_in_order("one two", "two")
    (1.0, 0.42857142857142855)
    """
    ours, theirs = fold(truth).split(" "), fold(found).split(" ")
    same = 0
    for what, a0, a1, b0, b1 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if what == "equal":
            same += sum(len(w) + 1 for w in ours[a0:a1])
        elif what == "replace" and a1 - a0 < 200 and b1 - b0 < 200:
            one, other = " ".join(ours[a0:a1]) + " ", " ".join(theirs[b0:b1]) + " "
            same += sum(m.size for m in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return min((same - 1) / max(len(" ".join(ours)), len(" ".join(theirs)), 1), 1.0) if same else 0.0


def share_of_cells(document: Document, tables: list[Table]) -> float:
    """Return the share of body cells that were found in a row with all their letters and under their header."""
    rows = [
        {(fold(document.quote(c.span)), fold(c.header[-1])) for c in b.cells if c.header and c.span.end > c.span.start}
        for b in document.blocks
        if b.cells and not b.header_row
    ]
    right = asked = 0
    for table in tables:
        for row in table.rows:
            wanted = {(fold(text), fold(head)) for text, head in zip(row, table.header, strict=True)}
            asked += len(row)
            right += max((len(wanted & found) for found in rows), default=0)
    return right / asked


def share_of_boxes(document: Document, words: list[tuple[str, int, Box]]) -> float:
    """Return the share of words whose box as read has its middle inside the box where the word was drawn."""
    places: dict[tuple[str, int], list[Box]] = {}
    for word in document.words:
        for box in word.boxes:
            places.setdefault((fold(document.quote(word.span)), word.page), []).append(box)
    inside = 0
    for text, page, true in words:
        middles = [((b.x0 + b.x1) / 2, (b.top + b.bottom) / 2) for b in places.get((fold(text), page), [])]
        inside += any(true.x0 <= x <= true.x1 and true.top <= y <= true.bottom for x, y in middles)
    return inside / len(words)


def fold(text: str) -> str:
    """Return a text in one form of its letters, quotes and dashes, with single spaces.

    >>> fold("  “ﬁve”\\n– six")
    '"five" - six'
    """
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’–—", "\"\"''--"))
    return re.sub(r"\s+", " ", text).strip()


def asked_of(kind: str) -> tuple[float, float, float]:
    """Return what is asked of a kind of document: characters, cells and boxes."""
    scan, _, shape = kind.partition(", ")
    cells = ASKED_CELLS_BORDERLESS if (shape or kind) == "borderless table" else ASKED_CELLS_RULED
    return ASKED_SCANS.get(scan, ASKED_BORN_DIGITAL), cells, ASKED_BOXES
