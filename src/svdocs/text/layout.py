"""The words of a page as lines, columns and reading order; no file format in sight.

Readers of PDF files and of scans hand in words with their boxes. A page is cut into columns where white gutters run
beside several lines; what spans a gutter (a title, a wide figure) parts the columns above it from those below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from svdocs.text.document import BlockKind, Box, Flag, Problem
from svdocs.text.hidden import Unseen
from svdocs.text.tables import Grid

MIN_GUTTER_EMS = 0.8
"""A gap narrower than this many font sizes is a space between words, never the white between columns."""
WIDEST_LEAST_GUTTER_EMS = 1.3
"""However wide a page sets the spaces between its words, white this wide may be a gutter."""
GUTTER_TO_SPACE = 1.45
"""A gutter is this many times as wide as a page's usual space between words."""
MIN_SPACES = 12
"""From so many spaces the usual one is known."""
MAX_GUTTER_EMS = 4.5
MIN_COLUMN_LINES = 3
MIN_BOTH_LINES = 8
"""Columns have this many lines together; a lone line beside many is a column only across a narrow gutter."""
MIN_COLUMN_POINTS = 40.0

_LABEL = re.compile(
    r"^(?:[•●▪■◆‣◦○□▫➢➤►▶✓✔–—\-*·\uf0b7\uf0a7\uf0d8\uf076\uf0fc\u2023\u2043\ufffd]|[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]:]?|o)$"
)


@dataclass(slots=True, eq=False)
class PageWord:
    """A word on its page.

    Attributes:
        text: as shown, ligatures expanded.
        page: number of the page, from 1.
        box: in the frame in which the page's lines run level, from its top left.
        shown: in points from the top left of the page as shown.
        size: font size in points as it appears on the page.
        bold: whether it is set in a bold face.
        confidence: of character recognition, 0 to 1; None for text that was not recognised.
        raised: whether it stands above the line, as a footnote's mark does.
        joined: whether it follows the word before it without a space.
    """

    text: str
    page: int
    box: Box
    shown: Box
    size: float
    bold: bool = False
    confidence: float | None = None
    raised: bool = False
    joined: bool = False


@dataclass(slots=True)
class Note:
    """Text of a form field, annotation or comment; boxes as in `PageWord`."""

    kind: BlockKind
    text: str
    box: Box
    shown: Box
    label: str = ""


@dataclass(slots=True, eq=False)
class Line:
    """Words side by side on one line of a column, left to right, or a grid, note or picture that stands there."""

    words: list[PageWord]
    box: Box
    grid: Grid | None = None
    note: Note | None = None
    size: float = 0.0
    bold: bool = False
    base: float = 0.0
    """Where the line's letters of its own size end below, without larger bullets or marks."""
    left: float = 0.0
    right: float = 0.0
    """The edges of the line's column."""
    picture: PageContent | None = None

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(w.text for w in self.words)

    @property
    def fixed(self) -> bool:
        """Whether it is one piece that is not made of lines: a grid, a picture, or the text of a field or note."""
        return self.grid is not None or self.note is not None or self.picture is not None


@dataclass(slots=True)
class Column:
    """Lines from top to bottom between two edges."""

    lines: list[Line]
    left: float
    right: float


@dataclass(slots=True)
class Hidden:
    """Words in a row that cannot be seen, and why."""

    words: list[PageWord]
    reason: Unseen


@dataclass(slots=True)
class PageContent:
    """What one page holds before its reading order is known. `width` and `height` are those of the page as shown."""

    number: int
    width: float
    height: float
    rotation: int = 0
    turn: int = 0
    """Quarter turns, clockwise, from the frame of the words' boxes to the page as shown."""
    words: list[PageWord] = field(default_factory=list)
    aside: list[PageWord] = field(default_factory=list)
    """Words that run in another direction than the page's lines."""
    grids: list[Grid] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    """Level rules that belong to no grid."""
    hidden: list[Hidden] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    pictures: list[tuple[Box, PageContent]] = field(default_factory=list)
    """What was recognised in pictures of text, each with the picture's place."""
    furniture: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    ocr: bool = False

    @property
    def frame(self) -> tuple[float, float]:
        """Width and height of the frame of the words' boxes."""
        return (self.height, self.width) if self.turn % 2 else (self.width, self.height)


def turn_box(box: Box, turns: int, width: float, height: float) -> Box:
    """Return `box` after `turns` clockwise quarter turns of a frame that is `width` by `height` before them.

    >>> turn_box(Box(10, 20, 30, 25), 1, 100, 200)
    Box(x0=175, top=10, x1=180, bottom=30)
    """
    x0, top, x1, bottom = box
    turns %= 4
    if turns == 1:
        return Box(height - bottom, x0, height - top, x1)
    if turns == 2:
        return Box(width - x1, height - bottom, width - x0, height - top)
    if turns == 3:
        return Box(top, width - x1, bottom, width - x0)
    return box


def union_of(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of `boxes`."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(min(x0s), min(tops), max(x1s), max(bottoms))


def is_label(text: str) -> bool:
    """Say whether `text` could be a list item's bullet or number.

    >>> [is_label(t) for t in ("•", "3.", "(a)", "iv)", "2.1.4", "1999", "We")]
    [True, True, True, True, True, False, False]
    """
    return _LABEL.match(text) is not None


def gather_rows(words: Iterable[PageWord]) -> list[list[PageWord]]:
    """Return the words that stand side by side, row by row from the top, each row from the left."""
    rows: list[tuple[float, float, list[PageWord]]] = []
    for word in sorted(words, key=lambda w: w.box.top + w.box.bottom):
        top, bottom = word.box.top, word.box.bottom
        for i in range(len(rows) - 1, max(len(rows) - 9, -1), -1):
            row_top, row_bottom, row = rows[i]
            overlap = min(bottom, row_bottom) - max(top, row_top)
            if overlap > 0.55 * min(bottom - top, row_bottom - row_top):
                row.append(word)
                if bottom - top > row_bottom - row_top:
                    rows[i] = (top, bottom, row)
                break
        else:
            rows.append((top, bottom, [word]))
    rows.sort(key=lambda r: r[0])
    return [sorted(row, key=lambda w: w.box.x0) for _, _, row in rows]


def make_line(words: list[PageWord]) -> Line:
    """Return a line of `words`; its size and weight are those of most of its characters."""
    sizes: dict[float, int] = {}
    bold = total = 0
    for word in words:
        n = len(word.text)
        sizes[word.size] = sizes.get(word.size, 0) + n
        total += n
        bold += n if word.bold else 0
    size = max(sizes, key=lambda s: (sizes[s], s))
    bottoms = sorted(w.box.bottom for w in words if w.size == size)
    return Line(words, union_of(w.box for w in words), None, None, size, bold > 0.8 * total, bottoms[len(bottoms) // 2])


def least_gutter(rows: Iterable[list[PageWord]]) -> float:
    """Return how wide white must be, in font sizes, to part columns on a page with these rows.

    Typewriter letters stand far apart, and recognised words end where their ink does. The usual space is measured
    before words in small letters: those go on with a sentence, while cells of a table seldom begin with one.
    """
    spaces = []
    for row in rows:
        for before, word in pairwise(row):
            space = (word.box.x0 - before.box.x1) / max(word.size, 4.0)
            if word.text[0].islower() and 0 < space < 2 * MIN_GUTTER_EMS:
                spaces.append(space)
    if len(spaces) < MIN_SPACES:
        return MIN_GUTTER_EMS
    return min(max(MIN_GUTTER_EMS, GUTTER_TO_SPACE * median(spaces)), WIDEST_LEAST_GUTTER_EMS)


def split_segments(rows: Iterable[list[PageWord]], gutter: float = MIN_GUTTER_EMS) -> list[Line]:
    """Return the pieces of each row between gaps wide enough for a gutter; a bullet stays with what follows it.

    `gutter` is how wide such a gap must be at least, in font sizes: see `least_gutter`.
    """
    segments = []
    for row in rows:
        piece = [row[0]]
        for word in row[1:]:
            gap = word.box.x0 - max(w.box.x1 for w in piece[-3:])
            labelled = (
                len(piece) == 1 and gap < 4 * word.size and is_label(piece[0].text) and not piece[0].text[-1].isalnum()
            )
            if gap >= gutter * max(word.size, piece[-1].size, 4.0) and not labelled:
                segments.append(make_line(piece))
                piece = [word]
            else:
                piece.append(word)
        segments.append(make_line(piece))
    return segments


def find_columns(segments: Sequence[Line], depth: int = 0) -> list[Column]:
    """Return the columns of a region in reading order; a region without a gutter is one column."""
    if not segments:
        return []
    cut = _best_cut(segments) if depth < 6 and len(segments) >= 2 else None
    if cut is None:
        return [_one_column(segments)]
    columns: list[Column] = []
    plain: list[Line] = []
    for band in _bands(segments, cut):
        left = [s for s in band if s.box.x0 < cut]
        right = [s for s in band if s.box.x0 >= cut]
        if _are_columns(left, right, known=True):
            if plain:
                columns += find_columns(plain, depth + 1)
                plain = []
            columns += find_columns(left, depth + 1) + find_columns(right, depth + 1)
        else:
            plain += band
    if plain:
        columns += [_one_column(plain)] if len(plain) == len(segments) else find_columns(plain, depth + 1)
    return columns


def _one_column(segments: Sequence[Line]) -> Column:
    left, right = min(s.box.x0 for s in segments), max(s.box.x1 for s in segments)
    lines = [s for s in segments if s.fixed]
    for row in gather_rows(w for s in segments if not s.fixed for w in s.words):
        lines.append(make_line(row))
    lines.sort(key=lambda s: s.box.top)
    for line in lines:
        line.left, line.right = left, right
    return Column(lines, left, right)


def _best_cut(segments: Sequence[Line]) -> float | None:
    """Return the x at which the region parts best, or None. Candidates are the left edges that several lines share."""
    edges: list[list[float]] = []
    for x in sorted(s.box.x0 for s in segments):
        if edges and x - edges[-1][-1] <= 2.0:
            edges[-1].append(x)
        else:
            edges.append([x])
    leftmost = min(s.box.x0 for s in segments)
    best, best_score = None, 0.0
    for edge in edges:
        if edge[0] - leftmost < MIN_COLUMN_POINTS:
            continue
        cut = edge[0] - 0.5
        score = 0.0
        for band in _bands(segments, cut):
            left = [s for s in band if s.box.x0 < cut]
            right = [s for s in band if s.box.x0 >= cut]
            if _are_columns(left, right, known=False):
                score += min(len(_rows_of(left)), len(_rows_of(right))) + 0.01 * len(edge)
        if score > best_score:
            best, best_score = cut, score
    return best


def _bands(segments: Sequence[Line], cut: float) -> list[list[Line]]:
    """Part the segments, top to bottom, at those that cross `cut`; each crossing segment is a band of its own."""
    bands: list[list[Line]] = [[]]
    crossing: list[Line] = []
    rest: list[Line] = []
    for segment in sorted(segments, key=lambda s: s.box.top + s.box.bottom):
        over = segment.box.x0 < cut - 3 and segment.box.x1 > cut - 0.5 * (segment.size or 10.0)
        (crossing if over else rest).append(segment)
    at = 0
    for segment in crossing:
        middle = segment.box.top + segment.box.bottom
        while at < len(rest) and rest[at].box.top + rest[at].box.bottom < middle:
            bands[-1].append(rest[at])
            at += 1
        if len(bands) > 1 and not bands[-1]:
            bands.pop()
            bands[-1].append(segment)
            bands.append([])
        else:
            bands += [[segment], []]
    bands[-1] += rest[at:]
    return [band for band in bands if band]


def _are_columns(left: Sequence[Line], right: Sequence[Line], *, known: bool) -> bool:
    """Say whether the two sides are columns read one after the other, rather than rows read across.

    A few lines with wide spaces at one place are no columns, unless the page is `known` to part there.
    """
    if not left or not right:
        return False
    size = max(median(s.size for s in left), median(s.size for s in right), 4.0)
    left_box, right_box = union_of(s.box for s in left), union_of(s.box for s in right)
    gap = right_box.x0 - left_box.x1
    if gap < MIN_GUTTER_EMS * size or min(left_box.bottom, right_box.bottom) - max(left_box.top, right_box.top) <= 0:
        return False
    if any(s.fixed for s in left) or any(s.fixed for s in right):
        return True
    left_rows, right_rows = _rows_of(left), _rows_of(right)
    fewer, more = sorted((len(left_rows), len(right_rows)))
    enough = fewer >= MIN_COLUMN_LINES and fewer + more >= MIN_BOTH_LINES
    beside = more >= MIN_BOTH_LINES and gap < MAX_GUTTER_EMS * size
    if not (enough or beside or known):
        return False
    if any(sum(row.letters for row in side) < 6 * len(side) for side in (left_rows, right_rows)):
        return False
    return not _reads_across(left_rows, right_rows, left_box.x1 - left_box.x0)


@dataclass(slots=True)
class _Row:
    """The pieces of one side that stand side by side."""

    top: float
    words: int
    letters: int
    x0: float
    x1: float


def _rows_of(side: Sequence[Line]) -> list[_Row]:
    rows: list[_Row] = []
    for s in sorted(side, key=lambda s: s.box.top):
        letters = sum(len(w.text) for w in s.words)
        if rows and s.box.top - rows[-1].top < 0.5 * s.size:
            row = rows[-1]
            row.words, row.letters = row.words + len(s.words), row.letters + letters
            row.x0, row.x1 = min(row.x0, s.box.x0), max(row.x1, s.box.x1)
        else:
            rows.append(_Row(s.box.top, len(s.words), letters, s.box.x0, s.box.x1))
    return rows


def _reads_across(left: Sequence[_Row], right: Sequence[_Row], width: float) -> bool:
    """Say whether the right side's lines are the values of the left side's short labels, as in a form."""
    tops = [row.top for row in right]
    shared = sum(1 for row in left if any(abs(row.top - top) < 2.5 for top in tops))
    fill = sum(row.x1 - row.x0 for row in left) / (max(width, 1.0) * len(left))
    short = sum(row.words for row in left) / len(left) <= 4
    return shared >= 0.7 * min(len(left), len(right)) and short and fill < 0.85
