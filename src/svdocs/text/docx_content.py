"""What a walk of a Word file finds: paragraphs of pieces, and tables, and what a reader of the page sees of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Seen(StrEnum):
    """Whether a reader of the page sees a piece of text."""

    shown = "shown"
    inserted = "inserted"
    deleted = "deleted"
    hidden = "hidden"


@dataclass(slots=True)
class Piece:
    """Letters of one run; `letters` of them stand in the file's text elements, the rest are tabs and breaks."""

    text: str
    seen: Seen
    letters: int
    bold: bool = False


@dataclass(slots=True)
class Paragraph:
    """A paragraph with what hangs on it."""

    pieces: list[Piece] = field(default_factory=list)
    boxes: list[list[Paragraph | Table]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    heading: int | None = None
    list_level: int | None = None
    label: str | None = None
    caption: bool = False
    contents: bool = False

    @property
    def text(self) -> str:
        """The text as it stands: with insertions, without deletions and hidden letters."""
        return "".join(p.text for p in self.pieces if p.seen in (Seen.shown, Seen.inserted))

    @property
    def tracked(self) -> bool:
        """Whether some of the text is a tracked insertion."""
        return any(p.seen is Seen.inserted and p.text.strip() for p in self.pieces)

    @property
    def bold(self) -> bool:
        """Whether all of the text is bold."""
        shown = [p for p in self.pieces if p.seen in (Seen.shown, Seen.inserted) and p.text.strip()]
        return bool(shown) and all(p.bold for p in shown)

    def segments(self, seen: Seen) -> list[str]:
        """Return the stretches of text that are `seen`, each between text that is not."""
        stretches: list[str] = []
        joined = False
        for piece in self.pieces:
            if piece.seen is seen:
                if joined:
                    stretches[-1] += piece.text
                else:
                    stretches.append(piece.text)
                joined = True
            elif piece.text:
                joined = False
        return [s for s in stretches if s.strip()]


@dataclass(slots=True)
class TableCell:
    """A cell with the grid column that it starts in."""

    items: list[Paragraph | Table]
    column: int
    width: int = 1
    continued: bool = False
    """Whether it is merged into the cell above."""
    shaded: bool = False


@dataclass(slots=True)
class TableRow:
    """A row of a table."""

    cells: list[TableCell]
    header: bool = False


@dataclass(slots=True)
class Table:
    """A table of rows."""

    rows: list[TableRow] = field(default_factory=list)


Item = Paragraph | Table
