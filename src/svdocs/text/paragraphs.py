"""Lines become paragraphs, headings, list items and table rows, whole over columns and pages.

A block that goes on in the next column or on the next page stays one block. Words that a line end broke are whole in
the text, with a box for each part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Box
from svdocs.text.layout import Column, Line, Note, PageContent, PageWord, find_columns, gather_rows, is_label, make_line, split_segments
from svdocs.text.open_tables import find_open_grids
from svdocs.text.tables import Grid

HYPHENS = ("-", "\u2010", "\u00ad")
SOFT_HYPHEN = "\u00ad"
COMPOUND_STARTS = frozenset(
    "after all anti best co cross double e ex fast first five four full half hand hard high home in inter ill job k large lead "
    "life local long longer low lower mid multi near net new next no non off on one on-site open out over part peer post pre "
    "pro re real same second self semi short six small socio soft special sub ten third three top two un under up user value "
    "well whole wide work world year zero".split()
)
"""First halves after which a hyphen at a line end is most likely the word's own."""

_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_STRONG_END = re.compile(r"[.!?:][\"'”’)\]]*$")
_NUMBER = re.compile(r"^[(\[]?(\d{1,3}|[a-z]|[ivx]{1,5})[.)\]:]?$", re.I)
_CAPTION = re.compile(r"^(?:table|figure|fig\.?|chart|diagram)\s+\w{1,4}\b[.:–—-]?", re.I)
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
    """Return the drafts of one page in reading order; fields and annotations inside a grid follow the rest.

    `before` is the open table with which the page before ended, if it did.
    """
    loose, taken = _words_of_grids(page.words, page.grids)
    loose, open_taken = _words_of_grids(loose, find_open_grids(loose, page.rules, before))
    segments = split_segments(gather_rows(loose))
    for grid, inside in taken + open_taken:
        segments.append(Line(inside, grid.box, grid))
    later: list[Note] = []
    for note in page.notes:
        if any(_overlap(note.box, segment.box) > 1.0 for segment in segments):
            later.append(note)
        else:
            segments.append(Line([], note.box, None, note))
    drafts: list[Draft] = []
    for column in find_columns(segments):
        drafts += draft_column(_find_tables_in(column, page.rules), page.number)
    for note in later:
        drafts += draft_note(note, page.number)
    return drafts


def _find_tables_in(column: Column, rules: Sequence[Box]) -> Column:
    """Return the column with the open tables among its lines as one piece each."""
    words = [w for line in column.lines if not line.fixed for w in line.words]
    grids = find_open_grids(words, rules) if len(words) > 5 else []
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


def _words_of_grids(words: Sequence[PageWord], grids: Sequence[Grid]) -> tuple[list[PageWord], list[tuple[Grid, list[PageWord]]]]:
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
    for above, below in zip(lines, lines[1:], strict=False):
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
    if text[0].isalpha() and len(text) == 2 and text[1] == "." and text[0].isupper() and not _follows(text, current, line):
        return text if text[0] == "A" and gap > 0.5 * line.size else None
    if current is not None and current.kind is not BlockKind.list_item and closed and _runs_on(current, line, text):
        return None
    return text


def _runs_on(current: Draft, line: Line, label: str) -> bool:
    """Say whether the line looks like the middle of a sentence that happens to start with a number and a stop."""
    last = current.lines[-1]
    open_sentence = not _SENTENCE_END.search(last.text)
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
        return _sentence_ended(before) or _broke_early(before, line)
    return _sentence_ended(before) and _broke_early(before, line)


def _all_bold(line: Line) -> bool:
    return all(w.bold for w in line.words)


def _fresh(before: Line, line: Line) -> bool:
    """Say whether a change of weight between the lines falls on a line end by design, not inside a sentence."""
    return _sentence_ended(before) or before.box.x1 < line.right - 3 * line.size or (before.bold and not line.words[0].bold)


def _sentence_ended(line: Line) -> bool:
    return _SENTENCE_END.search(line.words[-1].text) is not None


def _broke_early(before: Line, line: Line) -> bool:
    """Say whether the first word of `line` would still have fitted on the line before."""
    first = line.words[0].box
    return before.box.x1 + 0.3 * line.size + (first.x1 - first.x0) < line.right - 0.3 * line.size


# ---------------------------------------------------------------- tables and boxes
def draft_grid(grid: Grid, words: Sequence[PageWord], page: int) -> list[Draft]:
    """Return a table, or the text of a box or of stacked boxes, as drafts."""
    placed = _words_by_cell(grid, words)
    filled_columns = {c for cell, inside in zip(grid.cells, placed, strict=True) if inside for c in (cell.column,)}
    if grid.column_count == 1 or len(filled_columns) == 1 or len(grid.cells) == 1:
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
    for column in find_columns(split_segments(gather_rows(words))):
        drafts += draft_column(column, page)
    return drafts


def _words_by_cell(grid: Grid, words: Sequence[PageWord]) -> list[list[PageWord]]:
    placed: list[list[PageWord]] = [[] for _ in grid.cells]
    for word in words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
        best = min(range(len(grid.cells)), key=lambda i: _distance(grid.cells[i].box, x, y))
        placed[best].append(word)
    return placed


def _distance(box: Box, x: float, y: float) -> float:
    return max(box.x0 - x, 0.0, x - box.x1) + max(box.top - y, 0.0, y - box.bottom)


# ---------------------------------------------------------------- over columns and pages
def join_continued(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with each paragraph, list item and table that a column or page broke made whole."""
    joined: list[Draft] = []
    last: Draft | None = None
    for draft in drafts:
        if draft.kind in (BlockKind.footnote, BlockKind.furniture, BlockKind.form_field, BlockKind.annotation, BlockKind.hidden,
                          BlockKind.caption):  # fmt: skip
            joined.append(draft)
            continue
        if last is not None and _goes_on(last, draft):
            last.lines += draft.lines
            continue
        if last is not None and last.grid and draft.grid and draft.page == last.rows[-1].page + 1 and _same_columns(last.grid, draft.grid):
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
    same_column = draft.page == above.words[0].page and below.box.top >= above.box.bottom - 1 and abs(below.left - above.left) < 3
    if same_column or not 0.93 < above.size / max(below.size, 0.1) < 1.07 or above.bold != below.bold:
        return False
    if _STRONG_END.search(above.words[-1].text):
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
        if not top or not (first[:1].islower() or first[:1] in "([&,") or _STRONG_END.search(top[-1][-1].text):
            return False
        went_on = True
    return went_on


def _join_rows(above: RowDraft, below: RowDraft) -> None:
    for top, bottom in zip(above.cells, below.cells, strict=True):
        top += bottom


# ---------------------------------------------------------------- headings and levels
def body_style(drafts: Iterable[Draft]) -> tuple[float, bool]:
    """Return the font size and weight of most of the text; 10 points where there is none."""
    styles: Counter[tuple[float, bool]] = Counter()
    for draft in drafts:
        for line in draft.lines:
            styles[(line.size, line.bold)] += len(line.text)
        for row in draft.rows:
            for cell in row.cells:
                for words in cell:
                    for word in words:
                        styles[(word.size, word.bold)] += len(word.text) // 2
    return max(styles, key=lambda s: (styles[s], s)) if styles else (10.0, False)


def mark_headings(drafts: Sequence[Draft]) -> None:
    """Turn short paragraphs in a larger or heavier face into headings; level 1 is the largest face in the document."""
    size, bold = body_style(drafts)
    found = [d for d in drafts if _is_heading(d, size, bold)]
    ranks: list[tuple[float, bool]] = []
    for style in sorted({(d.lines[0].size, d.lines[0].bold) for d in found}, reverse=True):
        if not ranks or ranks[-1][0] - style[0] > 0.06 * style[0] or ranks[-1][1] != style[1]:
            ranks.append(style)
    for draft in found:
        own = (draft.lines[0].size, draft.lines[0].bold)
        nearest = min(range(len(ranks)), key=lambda i: (abs(ranks[i][0] - own[0]), ranks[i][1] != own[1]))
        draft.kind, draft.level = BlockKind.heading, min(nearest + 1, 6)
        if draft.label is not None:
            _restore_label(draft)


def _restore_label(draft: Draft) -> None:
    """Put a heading's number back into its text; it was taken for a list item's label."""
    if draft.lines and draft.label:
        first = draft.lines[0].words[0]
        gap = max(first.box.x0 - draft.label_left, 1.0)
        box = Box(draft.label_left, first.box.top, draft.label_left + gap * 0.8, first.box.bottom)
        word = PageWord(draft.label, first.page, box, box, first.size, first.bold, first.confidence)
        draft.lines[0].words.insert(0, word)
        draft.label = None


def _is_heading(draft: Draft, body_size: float, body_bold: bool) -> bool:
    if draft.kind not in (BlockKind.paragraph, BlockKind.list_item) or not draft.lines or len(draft.lines) > 4:
        return False
    if draft.kind is BlockKind.list_item and (not draft.label or not draft.label[0].isalnum()):
        return False
    words = draft.words
    text = " ".join(w.text for w in words)
    if len(words) > 24 or sum(c.isalpha() for c in text) < 2 or text.endswith((",", ";")):
        return False
    size = draft.lines[0].size
    if size >= (1.1 if draft.lines[0].bold else 1.18) * body_size:
        return size >= 1.3 * body_size or not text.endswith(".") or len(words) <= 6
    recognised = words[0].confidence is not None
    if recognised:
        return False
    bold = all(line.bold for line in draft.lines)
    return bold and not body_bold and size >= 0.95 * body_size and not text.endswith((".", ":")) and len(words) <= 16


def mark_footnotes_and_captions(drafts: Sequence[Draft], heights: dict[int, float]) -> None:
    """Turn small print with a mark at the foot of a page into footnotes, and table or figure titles into captions."""
    size, _ = body_style(drafts)
    for draft in drafts:
        if draft.kind not in (BlockKind.paragraph, BlockKind.list_item) or not draft.lines:
            continue
        line = draft.lines[0]
        first = line.words[0]
        raised = first.raised or (first.size < 0.92 * line.size and first.box.bottom < line.base - 0.1 * line.size)
        if raised and len(draft.words) > 1 and line.size < 0.93 * size:
            draft.kind, draft.label = BlockKind.footnote, first.text
            line.words = line.words[1:]
        elif line.size < 0.87 * size and line.box.top > 0.7 * heights.get(draft.page, 0.0) and draft.label and draft.label[0].isdigit():
            draft.kind = BlockKind.footnote
        elif _CAPTION.match(line.text) and len(draft.words) <= 30 and draft.kind is BlockKind.paragraph and (
            re.match(r"^\S+\s+\w{1,4}[.:–—-]", line.text) or len(draft.lines) == 1 and not _sentence_ended(line)
        ):
            draft.kind = BlockKind.caption


def mark_list_levels(drafts: Sequence[Draft]) -> None:
    """Give each list item its depth within its run of items, by how far its bullet or number is indented."""
    run: list[float] = []
    column = -1.0
    for draft in drafts:
        if draft.kind is not BlockKind.list_item or not draft.lines:
            run = []
            continue
        if abs(draft.lines[0].left - column) > 3:
            column = draft.lines[0].left
            run = []
        while run and run[-1] > draft.label_left + 3:
            run.pop()
        if not run or draft.label_left > run[-1] + 3:
            run.append(draft.label_left)
        draft.level = len(run)


def mark_header_rows(draft: Draft) -> None:
    """Mark the rows at the top of a table that name its columns: repeated, shaded, bold, or short above long."""
    rows = draft.rows
    if not rows or any(r.header for r in rows) or len(rows) < 2:
        return
    shaded = 0
    while shaded < len(rows) and rows[shaded].shaded:
        shaded += 1
    bold = 0
    while bold < len(rows) and _is_bold(rows[bold]):
        bold += 1
    count = shaded if 0 < shaded <= 3 and shaded < len(rows) else bold if 0 < bold <= 3 and bold < len(rows) else 0
    if not count and _names_columns(rows[0], rows[1:]):
        count = 1
    for row in rows[:count]:
        row.header = True


def _is_bold(row: RowDraft) -> bool:
    words = [w for cell in row.cells for line in cell for w in line]
    return bool(words) and all(w.bold for w in words)


def _names_columns(first: RowDraft, others: Sequence[RowDraft]) -> bool:
    texts = [" ".join(w.text for line in cell for w in line) for cell in first.cells]
    if not all(texts) or any(len(t) > 60 or t[-1:] in ".;" or any(c.isdigit() for c in t) for t in texts):
        return False
    below = [" ".join(w.text for line in cell for w in line) for row in others for cell in row.cells]
    mean = sum(map(len, below)) / max(len(below), 1)
    digits = any(any(c.isdigit() for c in t) for t in below)
    return len(texts) > 1 and (sum(map(len, texts)) / len(texts) < 0.6 * mean or digits)


# ---------------------------------------------------------------- text
def collect_vocabulary(drafts: Iterable[Draft]) -> frozenset[str]:
    """Return the words that stand inside lines, in lower case, by which broken words are made whole."""
    kept = set()
    for draft in drafts:
        for line in draft.lines:
            kept.update(bare(w.text) for w in line.words if not w.text.endswith(HYPHENS))
        for cell in (cell for row in draft.rows for cell in row.cells):
            for i, words in enumerate(cell):
                inner = words[1 if i else 0 : len(words) if i == len(cell) - 1 else -1]
                kept.update(bare(w.text) for w in inner)
    return frozenset(kept)


def join_halves(first: str, second: str, vocabulary: frozenset[str]) -> str | None:
    """Return the word that a line end broke into `first` and `second`, or None if these are two words.

    >>> join_halves("commit-", "ment", frozenset()), join_halves("long-", "term", frozenset({"term"}))
    ('commitment', 'long-term')
    >>> join_halves("2027-", "28", frozenset()), join_halves("pay", "ment", frozenset())
    ('2027-28', None)
    """
    if not first.endswith(HYPHENS) or len(first) < 2 or not first[-2].isalnum():
        return None
    stem = first[:-1]
    if not (second[:1].isalnum() and (second[:1].islower() or second[:1].isdigit() or stem[-1:].isdigit() or "-" in second or second[:1].isupper())):
        return None
    if first.endswith(SOFT_HYPHEN):
        return stem + second
    if not second[0].islower() or not stem[-1].isalpha():
        return stem + "-" + second
    head = stem.lstrip("\"'“‘([").lower()
    tail = re.match(r"[a-z]+", second)
    whole_tail = tail.group() if tail else second.lower()
    if head + whole_tail in vocabulary:
        return stem + second
    if f"{head}-{whole_tail}" in vocabulary or "-" in head:
        return stem + "-" + second
    if head in COMPOUND_STARTS and (len(whole_tail) > 3 or whole_tail in vocabulary) and not _is_suffix(whole_tail):
        return stem + "-" + second
    if len(head) > 2 and len(whole_tail) > 3 and head in vocabulary and whole_tail in vocabulary:
        return stem + "-" + second
    return stem + second


def _is_suffix(tail: str) -> bool:
    """Say whether `tail` can only end a word: then the hyphen before it was the line's."""
    return re.fullmatch(r"(?:\w{0,4}(?:tion|sion|ment|ness|ing|ings|ity|ance|ence|able|ible|ies|ship|ful|less)s?|\w{1,3})", tail) is not None


def mend_breaks(lines: Sequence[Sequence[PageWord]], right: float, vocabulary: frozenset[str]) -> None:
    """Mark the words that a narrow cell broke without a hyphen, by tying each second half to its first.

    A cell breaks a word where not one more letter fits. That also happens between words, so the whole must be a word
    that the document holds elsewhere, or neither half may be.
    """
    for above, below in zip(lines, lines[1:], strict=False):
        first, second = above[-1], below[0]
        if not (first.text[-1:].isalnum() or first.text[-1:] == "-") or not (second.text[:1].islower() or second.text[:1].isdigit()):
            continue
        letter = (second.box.x1 - second.box.x0) / max(len(second.text), 1)
        if right - first.box.x1 >= 1.05 * letter or first.text.endswith(HYPHENS):
            continue
        head, tail = bare(first.text), bare(second.text)
        if head.isdigit() and tail.isdigit():
            continue
        unknown = head not in vocabulary and tail not in vocabulary
        if head + tail in vocabulary or (unknown and (min(len(head), len(tail)) <= 3 or len(above) == 1)):
            second.joined = True


def bare(text: str) -> str:
    """Return a word in lower case without the marks around it.

    >>> bare("(Schools,")
    'schools'
    """
    return text.strip(".,;:!?()[]\"'“”‘’").lower()


@dataclass(slots=True)
class _Placed:
    start: int
    end: int
    page: int
    boxes: list[Box]
    confidence: float | None


def join_words(lines: Sequence[Sequence[PageWord]], vocabulary: frozenset[str]) -> tuple[str, list[_Placed]]:
    """Return the lines' text on one line, and for each word its characters and boxes."""
    parts: list[str] = []
    placed: list[_Placed] = []
    length = 0
    for n, words in enumerate(lines):
        for i, word in enumerate(words):
            text = word.text
            if n and i == 0 and placed:
                whole = join_halves(parts[-1], text, vocabulary)
                if whole is not None:
                    length += len(whole) - len(parts[-1])
                    cut = placed[-1].start + len(whole) - len(text)
                    parts[-1] = whole
                    last = placed[-1]
                    if last.page == word.page:
                        last.end = length
                        last.boxes.append(word.shown)
                        last.confidence = _lower(last.confidence, word.confidence)
                    else:
                        last.end = cut
                        placed.append(_Placed(cut, length, word.page, [word.shown], word.confidence))
                    continue
            if word.joined and parts and not i and n:
                last = placed[-1]
                parts.append(text)
                length += len(text)
                if last.page == word.page:
                    last.end = length
                    last.boxes.append(word.shown)
                else:
                    placed.append(_Placed(length - len(text), length, word.page, [word.shown], word.confidence))
                continue
            if parts and not word.joined:
                parts.append(" ")
                length += 1
            parts.append(text)
            placed.append(_Placed(length, length + len(text), word.page, [word.shown], word.confidence))
            length += len(text)
    return "".join(parts), placed


def _lower(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)


# ---------------------------------------------------------------- writing
class DraftWriter:
    """Writes drafts into a document's text through the builder."""

    def __init__(self, builder: TextBuilder, vocabulary: frozenset[str]) -> None:
        self._builder = builder
        self._vocabulary = vocabulary
        self._tables = 0

    def write(self, draft: Draft) -> None:
        """Append the draft: one block, or one for each row of a table."""
        if draft.rows:
            self._write_table(draft)
        elif draft.lines:
            text, placed = join_words([line.words for line in draft.lines], self._vocabulary)
            block = self._builder.add(draft.kind, text, page=draft.page, level=draft.level, label=draft.label)
            for p in placed:
                self._builder.place_word(block, p.start, p.end, p.page, p.boxes, p.confidence)
        elif draft.text:
            block = self._builder.add(draft.kind, draft.text, page=draft.page, label=draft.label)
            if draft.boxes:
                self._builder.place_word(block, 0, len(draft.text), draft.page, draft.boxes)

    def _write_table(self, draft: Draft) -> None:
        mark_header_rows(draft)
        columns = draft.grid.column_count if draft.grid else max(s[1] for r in draft.rows for s in r.spans)
        paths: list[list[str]] = [[] for _ in range(columns)]
        in_header = True
        for row in draft.rows:
            for cell, right in zip(row.cells, row.rights, strict=True):
                mend_breaks(cell, right, self._vocabulary)
            joined = [join_words(cell, self._vocabulary) for cell in row.cells]
            texts = [text for text, _ in joined]
            headers = [] if row.header else [_header_of(paths, span) for span in row.spans]
            block = self._builder.add_row(texts, headers=headers, page=row.page, table=self._tables, label=draft.label, header_row=row.header)
            if row.header and in_header:
                for (first, after), text in zip(row.spans, texts, strict=True):
                    for c in range(first, min(after, columns)):
                        if text and text not in paths[c]:
                            paths[c].append(text)
            in_header = in_header and row.header
            for cell, (_, placed) in zip(block.cells, joined, strict=True):
                offset = cell.span.start - block.span.start
                for p in placed:
                    self._builder.place_word(block, offset + p.start, offset + p.end, p.page, p.boxes, p.confidence)
        self._tables += 1


def _header_of(paths: Sequence[Sequence[str]], span: tuple[int, int]) -> tuple[str, ...]:
    """Return the headers above the columns of `span`, outermost first, each once."""
    path: list[str] = []
    for c in range(span[0], min(span[1], len(paths))):
        path += [t for t in paths[c] if t not in path]
    return tuple(path)
