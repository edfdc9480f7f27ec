"""Lines become paragraphs, list items, boxes and table rows, whole over columns and pages.

A block that goes on in the next column or on the next page stays one block.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from svdocs.text.document import BlockKind, Box
from svdocs.text.layout import (
    Column,
    Line,
    Note,
    PageContent,
    PageWord,
    find_columns,
    gather_rows,
    is_label,
    least_gutter,
    make_line,
    split_segments,
)
from svdocs.text.open_tables import find_open_grids
from svdocs.text.tables import Grid

HYPHENS = ("-", "\u2010", "\u00ad")

SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
STRONG_END = re.compile(r"[.!?:][\"'”’)\]]*$")
_BULLETS = frozenset("•●▪■◆‣◦○□▫➢➤►▶✓✔–—-*·\uf0b7\uf0a7\uf0d8\uf076\uf0fc\u2023\u2043o\ufffd")


@dataclass(slots=True, eq=False)
class RowDraft:
    """A table row in the making: for each cell its words, line by line."""

    page: int
    cells: list[list[list[PageWord]]]
    spans: list[tuple[int, int]]
    """For each cell its first column and the column after its last."""
    rights: list[float]
    """For each cell how far its text may reach to the right."""
    shaded: bool = False
    header: bool = False


@dataclass(slots=True, eq=False)
class Draft:
    """A block in the making."""

    kind: BlockKind
    page: int
    lines: list[Line] = field(default_factory=list)
    label: str | None = None
    level: int | None = None
    rows: list[RowDraft] = field(default_factory=list)
    grid: Grid | None = None
    text: str = ""
    """Of blocks whose words have no place in the text layer, such as form fields."""
    boxes: tuple[Box, ...] = ()
    text_left: float = 0.0
    """Where a list item's text begins."""
    label_left: float = 0.0

    @property
    def words(self) -> list[PageWord]:
        """The words of all lines."""
        return [w for line in self.lines for w in line.words]


def draft_page(page: PageContent, before: Grid | None = None) -> list[Draft]:
    """Return the drafts of one page in reading order; fields, annotations and pictures inside a grid follow the rest.

    `before` is the open table with which the page before ended, if it did.
    """
    loose, taken = _words_of_grids(page.words, page.grids)
    gutter = least_gutter(gather_rows(loose))
    loose, open_taken = _words_of_grids(loose, find_open_grids(loose, page.rules, before, gutter))
    segments = split_segments(gather_rows(loose), gutter)
    for grid, inside in taken + open_taken:
        segments.append(Line(inside, grid.box, grid))
    later: list[Note] = []
    for note in page.notes:
        if any(_overlap(note.box, segment.box) > 1.0 for segment in segments):
            later.append(note)
        else:
            segments.append(Line([], note.box, None, note))
    unplaced: list[PageContent] = []
    for area, picture in page.pictures:
        if any(s.grid and _overlap(area, s.box) > 0.5 * _area(area) for s in segments):
            unplaced.append(picture)
        else:
            segments.append(Line([], area, picture=picture))
    drafts: list[Draft] = []
    for column in find_columns(segments):
        drafts += draft_column(_find_tables_in(column, page.rules, gutter), page.number)
    for picture in unplaced:
        drafts += draft_page(picture)
    for note in later:
        drafts += draft_note(note, page.number)
    return drafts


def _find_tables_in(column: Column, rules: Sequence[Box], gutter: float) -> Column:
    """Return the column with the open tables among its lines as one piece each."""
    words = [w for line in column.lines if not line.fixed for w in line.words]
    grids = find_open_grids(words, rules, gutter=gutter) if len(words) > 5 else []
    if not grids:
        return column
    _, taken = _words_of_grids(words, grids)
    gone = {id(w) for _, inside in taken for w in inside}
    lines = [line for line in column.lines if line.fixed or not any(id(w) in gone for w in line.words)]
    lines += [Line(inside, grid.box, grid, left=column.left, right=column.right) for grid, inside in taken]
    lines.sort(key=lambda line: line.box.top)
    return Column(lines, column.left, column.right)


def draft_note(note: Note, page: int) -> list[Draft]:
    """Return each line of a form field's or annotation's text as a draft of its kind."""
    return [
        Draft(note.kind, page, text=" ".join(part.split()), label=note.label or None, boxes=(note.shown,))
        for part in note.text.splitlines()
        if part.strip()
    ]


def _overlap(one: Box, other: Box) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return width * height if width > 0 and height > 0 else 0.0


def _words_of_grids(
    words: Sequence[PageWord], grids: Sequence[Grid]
) -> tuple[list[PageWord], list[tuple[Grid, list[PageWord]]]]:
    """Part the words into those outside every grid and, for each grid that holds some, those inside."""
    inside: list[list[PageWord]] = [[] for _ in grids]
    loose = []
    order = sorted(range(len(grids)), key=lambda i: _area(grids[i].box))
    for word in words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
        for i in order:
            b = grids[i].box
            if b.x0 - 1 <= x <= b.x1 + 1 and b.top - 1 <= y <= b.bottom + 1:
                inside[i].append(word)
                break
        else:
            loose.append(word)
    return loose, [(g, w) for g, w in zip(grids, inside, strict=True) if w]


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.bottom - box.top)


# ---------------------------------------------------------------- one column
def draft_column(column: Column, page: int) -> list[Draft]:
    """Return the paragraphs, list items, tables and boxes of one column, from the top."""
    drafts: list[Draft] = []
    pitch = line_pitch(column.lines)
    before: Line | None = None
    for line in column.lines:
        if line.note:
            drafts += draft_note(line.note, page)
            before = None
            continue
        if line.picture:
            drafts += draft_page(line.picture)
            before = None
            continue
        if line.grid:
            drafts += draft_grid(line.grid, line.words, page)
            before = None
            continue
        current = drafts[-1] if drafts and before is not None else None
        label = find_label(line, current)
        if label is not None:
            drafts.append(_start_item(line, page, label))
        elif current is None or before is None or _starts_block(current, before, line, pitch):
            drafts.append(Draft(BlockKind.paragraph, page, [line], text_left=line.box.x0, label_left=line.box.x0))
        else:
            current.lines.append(line)
            if current.kind is BlockKind.paragraph and len(current.lines) == 2:
                current.text_left = line.box.x0
        before = line
    return drafts


def line_pitch(lines: Sequence[Line]) -> float:
    """Return the usual distance from one line to the next, as a multiple of the font size; 1.25 if unknown."""
    steps: Counter[float] = Counter()
    for above, below in pairwise(lines):
        if above.fixed or below.fixed or not 0.93 < above.size / max(below.size, 0.1) < 1.07:
            continue
        step = (below.base - above.base) / max(below.size, 1.0)
        if 0.8 < step < 2.6:
            steps[round(step, 1)] += 1
    if not steps:
        return 1.25
    most = max(steps.values())
    return min(step for step, count in steps.items() if count >= 0.5 * most)


def find_label(line: Line, current: Draft | None) -> str | None:
    """Return the bullet or number with which `line` starts a list item, or None."""
    first = line.words[0]
    if len(line.words) < 2 or not is_label(first.text):
        return None
    gap = line.words[1].box.x0 - first.box.x1
    text = first.text
    if text in _BULLETS and text not in "o*·-–—":
        return text
    if text in _BULLETS:
        return text if gap > 0.4 * line.size and (text != "o" or gap > 0.7 * line.size) else None
    closed = text[-1] in ".)]:"
    if not closed and not (gap > 0.45 * line.size and text[0].isdigit()):
        return None
    if closed and text[-1] == ":":
        return None
    if not closed and not _follows(text, current, line) and (text.strip("()") != "1" or gap < 0.6 * line.size):
        return None
    if closed and gap < 0.15 * line.size:
        return None
    if (
        text[0].isalpha()
        and len(text) == 2
        and text[1] == "."
        and text[0].isupper()
        and not _follows(text, current, line)
    ):
        return text if text[0] == "A" and gap > 0.5 * line.size else None
    if current is not None and current.kind is not BlockKind.list_item and closed and _runs_on(current, line, text):
        return None
    return text


def _runs_on(current: Draft, line: Line, label: str) -> bool:
    """Say whether the line looks like the middle of a sentence that happens to start with a number and a stop."""
    last = current.lines[-1]
    open_sentence = not SENTENCE_END.search(last.text)
    return open_sentence and last.box.x1 > line.right - 4 * line.size and current.lines[0].box.x0 >= line.box.x0 - 1


def _follows(label: str, current: Draft | None, line: Line) -> bool:
    """Say whether `label` is the next number or letter after the current list item's."""
    if current is None or current.kind is not BlockKind.list_item or not current.label:
        return False
    old, new = current.label.strip("()[].:"), label.strip("()[].:")
    if old.isdigit() and new.isdigit():
        return int(new) == int(old) + 1
    return len(old) == len(new) == 1 and ord(new) == ord(old) + 1


def _start_item(line: Line, page: int, label: str) -> Draft:
    rest = make_line(line.words[1:])
    rest.left, rest.right = line.left, line.right
    return Draft(BlockKind.list_item, page, [rest], label, 1, text_left=rest.box.x0, label_left=line.box.x0)


def _starts_block(current: Draft, before: Line, line: Line, pitch: float) -> bool:
    """Say whether `line` begins a new block rather than going on with `current`."""
    size = max(line.size, 1.0)
    if not 0.9 < before.size / size < 1.11:
        return True
    if before.bold != line.bold and (before.bold or _all_bold(line)) and _fresh(before, line):
        return True
    step = line.base - before.base
    if step > (pitch + 0.35) * size or step < -0.5 * size:
        return True
    margin = 0.6 * size
    if current.kind is BlockKind.list_item:
        if abs(line.box.x0 - current.text_left) <= margin:
            return False
        return line.box.x0 < current.text_left - margin and _broke_early(before, line)
    if line.box.x0 > before.box.x0 + margin and line.box.x0 < before.box.x0 + 5 * size and len(current.lines) > 1:
        return sentence_ended(before) or _broke_early(before, line)
    return sentence_ended(before) and _broke_early(before, line)


def _all_bold(line: Line) -> bool:
    return all(w.bold for w in line.words)


def _fresh(before: Line, line: Line) -> bool:
    """Say whether a change of weight between the lines falls on a line end by design, not inside a sentence."""
    return (
        sentence_ended(before) or before.box.x1 < line.right - 3 * line.size or (before.bold and not line.words[0].bold)
    )


def sentence_ended(line: Line) -> bool:
    """Say whether the line ends with a stop, a colon or the like."""
    return SENTENCE_END.search(line.words[-1].text) is not None


def _broke_early(before: Line, line: Line) -> bool:
    """Say whether the first word of `line` would still have fitted on the line before."""
    first = line.words[0].box
    return before.box.x1 + 0.3 * line.size + (first.x1 - first.x0) < line.right - 0.3 * line.size


# ---------------------------------------------------------------- tables and boxes
def draft_grid(grid: Grid, words: Sequence[PageWord], page: int) -> list[Draft]:
    """Return a table, or the text of a box or of stacked boxes, as drafts."""
    placed = _words_by_cell(grid, words)
    filled_columns = {c for cell, inside in zip(grid.cells, placed, strict=True) if inside for c in (cell.column,)}
    prose = sum(len(inside) >= MANY_WORDS for inside in placed) >= 2 and len(grid.cells) <= 4
    if grid.column_count == 1 or len(filled_columns) == 1 or len(grid.cells) == 1 or prose:
        drafts = []
        for inside in placed:
            if inside:
                for draft in _draft_box(inside, page):
                    if draft.kind is BlockKind.paragraph:
                        draft.kind = BlockKind.text_box
                    drafts.append(draft)
        return drafts
    rows: dict[int, RowDraft] = {}
    for cell, inside in zip(grid.cells, placed, strict=True):
        row = rows.setdefault(cell.row, RowDraft(page, [], [], [], cell.row in grid.shaded))
        row.cells.append(gather_rows(inside))
        row.spans.append((cell.column, cell.column + cell.columns))
        padding = min((w.box.x0 for w in inside), default=cell.box.x0) - cell.box.x0
        row.rights.append(cell.box.x1 - max(padding, 0.0))
    table = Draft(BlockKind.table_row, page, grid=grid)
    table.rows = [rows[r] for r in sorted(rows) if any(rows[r].cells)]
    return [table]


def _draft_box(words: Sequence[PageWord], page: int) -> list[Draft]:
    drafts: list[Draft] = []
    rows = gather_rows(words)
    for column in find_columns(split_segments(rows, least_gutter(rows))):
        drafts += draft_column(column, page)
    return drafts


def _words_by_cell(grid: Grid, words: Sequence[PageWord]) -> list[list[PageWord]]:
    placed: list[list[PageWord]] = [[] for _ in grid.cells]
    boxes = [cell.box for cell in grid.cells]
    for word in words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
        placed[_cell_at(boxes, x, y)].append(word)
    return placed


def _cell_at(boxes: Sequence[Box], x: float, y: float) -> int:
    """Return which box holds the point, or else is the nearest to it."""
    for i, (x0, top, x1, bottom) in enumerate(boxes):
        if x0 <= x <= x1 and top <= y <= bottom:
            return i
    return min(range(len(boxes)), key=lambda i: _distance(boxes[i], x, y))


def _distance(box: Box, x: float, y: float) -> float:
    return max(box.x0 - x, 0.0, x - box.x1) + max(box.top - y, 0.0, y - box.bottom)


# ---------------------------------------------------------------- over columns and pages
MANY_WORDS = 120
"""Cells with this many words, side by side, are columns with a line between them."""
_BESIDE = frozenset(
    {BlockKind.footnote, BlockKind.caption, BlockKind.form_field, BlockKind.annotation, BlockKind.comment}
)
"""Blocks that may stand between the two parts of a broken one."""


def join_continued(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with each paragraph, list item and table that a column or page broke made whole."""
    joined: list[Draft] = []
    last: Draft | None = None
    for draft in drafts:
        if draft.kind in _BESIDE:
            joined.append(draft)
            continue
        if last is not None and _goes_on(last, draft):
            last.lines += draft.lines
            continue
        if (
            last is not None
            and last.grid
            and draft.grid
            and draft.page == last.rows[-1].page + 1
            and _same_columns(last.grid, draft.grid)
        ):
            _join_tables(last, draft)
            continue
        joined.append(draft)
        last = draft
    return joined


def _goes_on(last: Draft, draft: Draft) -> bool:
    """Say whether `draft` is the rest of `last` after a column or page break."""
    if draft.kind is not last.kind and not (last.kind is BlockKind.list_item and draft.kind is BlockKind.paragraph):
        return False
    if draft.kind not in (BlockKind.paragraph, BlockKind.text_box) or not last.lines:
        return False
    above, below = last.lines[-1], draft.lines[0]
    same_column = (
        draft.page == above.words[0].page and below.box.top >= above.box.bottom - 1 and abs(below.left - above.left) < 3
    )
    if same_column or not 0.93 < above.size / max(below.size, 0.1) < 1.07 or above.bold != below.bold:
        return False
    if STRONG_END.search(above.words[-1].text):
        return False
    first = below.words[0].text.lstrip("\"'“‘([")
    if first[:1].islower() or above.words[-1].text.endswith((",", *HYPHENS)):
        return True
    full = above.box.x1 > above.right - 0.25 * max(above.right - above.left, 1.0)
    return full and len(last.words) > 6


def _same_columns(one: Grid, other: Grid) -> bool:
    if one.column_count != other.column_count:
        return False
    shift = other.edges[0] - one.edges[0]
    return all(abs(b - a - shift) < 6 for a, b in zip(one.edges, other.edges, strict=True))


def _join_tables(table: Draft, rest: Draft) -> None:
    header = [_row_text(r) for r in table.rows[:3]]
    rows = list(rest.rows)
    repeated = 0
    while repeated < min(len(rows), len(header)) and _row_text(rows[repeated]) == header[repeated]:
        rows[repeated].header = table.rows[repeated].header = True
        repeated += 1
    body = rows[repeated:]
    if body and table.rows and _row_goes_on(table.rows[-1], body[0]):
        _join_rows(table.rows[-1], body.pop(0))
    table.rows += rows[:repeated] + body
    table.grid = rest.grid


def _row_text(row: RowDraft) -> str:
    return "|".join(" ".join(w.text for line in cell for w in line) for cell in row.cells).casefold()


def _row_goes_on(above: RowDraft, below: RowDraft) -> bool:
    """Say whether `below`, first on its page, is the rest of the row `above`: no cell of it begins anew."""
    if above.spans != below.spans or above.header:
        return False
    went_on = False
    for top, bottom in zip(above.cells, below.cells, strict=True):
        if not bottom:
            continue
        first = bottom[0][0].text
        if not top or not (first[:1].islower() or first[:1] in "([&,") or STRONG_END.search(top[-1][-1].text):
            return False
        went_on = True
    return went_on


def _join_rows(above: RowDraft, below: RowDraft) -> None:
    for top, bottom in zip(above.cells, below.cells, strict=True):
        top += bottom
