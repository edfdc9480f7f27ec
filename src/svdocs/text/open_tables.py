"""Tables without a grid of rules: a header whose columns the lines below keep to.

A header is bold, or has a rule beneath it. The lines below belong to the table as long as each piece of them stands
under one header. Two columns of prose do the same, so pieces that fill their columns are no cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from svdocs.text.document import Box
from svdocs.text.layout import MIN_GUTTER_EMS, Line, PageWord, gather_rows, split_segments
from svdocs.text.tables import Grid, GridCell

MAX_HEADER_WORDS = 8
MAX_ROW_GAP_EMS = 4.0
MAX_BAND_POINTS = 320.0
MAX_ROWS_AFTER = 60
"""Rows at the top of a page that are looked at for a header that the page before ends with."""


def find_open_grids(
    words: Sequence[PageWord], rules: Sequence[Box], before: Grid | None = None, gutter: float = MIN_GUTTER_EMS
) -> list[Grid]:
    """Return the tables among `words` that have no upright rules.

    Args:
        words: of one page or column.
        rules: the level rules that belong to no grid.
        before: the open table with which the page before ended; it may go on here without its header.
        gutter: how wide white must be to part cells, in font sizes.
    """
    grids = find_banded_grids(words, rules)
    if grids:
        words = [w for w in words if not any(_holds(g.box, w) for g in grids)]
    rows = [split_segments([row], gutter) for row in gather_rows(words)]
    at = 0
    if before is not None and rows:
        end = _last_fitting(rows, 0, _slots_of_edges(before.edges))
        if end > 0 and any(len(row) > 1 for row in rows[:end]):
            grids.append(_make_grid(rows[:end], before.edges, rules, headed=False))
            at = end
    while at < len(rows):
        found = _read_table(rows, at, rules)
        if found is None:
            at += 1
            continue
        grid, at = found
        grids.append(grid)
    return grids


def find_stranded_header(words: Sequence[PageWord], rules: Sequence[Box], after: Sequence[PageWord]) -> Grid | None:
    """Return the header at the foot of a page whose rows all stand at the top of the next, or None.

    Args:
        words: of the page that may end with a header.
        rules: its level rules that belong to no grid.
        after: the words of the next page.
    """
    last = gather_rows(words)[-1:]
    header = split_segments(last) if last else []
    if len(header) < 2 or not all(_can_be_header(piece) for piece in header):
        return None
    foot = max(piece.box.bottom for piece in header)
    if not all(piece.bold for piece in header) and not _rules_between(
        rules, header[0].box.bottom - 2, foot + 8, header
    ):
        return None
    slots = _slots_of_header(header)
    rows = [split_segments([row]) for row in gather_rows(after)[:MAX_ROWS_AFTER]]
    body = rows[: _last_fitting(rows, 0, slots)]
    if sum(len(row) > 1 for row in body) < 2 or all(piece.bold for piece in body[0]):
        return None
    edges = _edges_of([header, *body], slots)
    if edges is None or _is_prose(body, edges, slots):
        return None
    return _make_grid([header], edges, rules, headed=True)


def find_banded_grids(words: Sequence[PageWord], rules: Sequence[Box]) -> list[Grid]:
    """Return the tables whose rows stand between level rules of one width; white parts the columns."""
    grids = []
    for stack in _stacks_of(rules):
        bands = [
            [
                w
                for w in words
                if above.x0 - 3 <= (w.box.x0 + w.box.x1) / 2 <= above.x1 + 3
                and above.top <= (w.box.top + w.box.bottom) / 2 <= below.top
            ]
            for above, below in pairwise(stack)
        ]
        head = _row_above(words, stack[0])
        marks = [rule.top for rule in stack]
        if head:
            bands, marks = [head, *bands], [min(w.box.top for w in head) - 1, *marks]
        edges = _white_edges([w for band in bands for w in band], stack[0])
        if len(edges) < 3 or sum(_columns_filled(band, edges) >= 2 for band in bands) < max(2, len(bands) // 2):
            continue
        if _bands_are_prose(bands, edges):
            continue
        cells = [
            GridCell(r, c, 1, 1, Box(edges[c], marks[r], edges[c + 1], marks[r + 1]))
            for r in range(len(bands))
            for c in range(len(edges) - 1)
        ]
        box = Box(edges[0], marks[0], edges[-1], marks[-1])
        shaded = frozenset({0}) if head else frozenset()
        grids.append(Grid(box, tuple(cells), len(bands), len(edges) - 1, tuple(edges), shaded, ruled=False))
    return grids


def _holds(box: Box, word: PageWord) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
    return box.x0 - 1 <= x <= box.x1 + 1 and box.top <= y <= box.bottom


def _stacks_of(rules: Sequence[Box]) -> list[list[Box]]:
    """Return runs of three or more level rules, one beneath the other, that start and end alike."""
    merged: list[Box] = []
    for rule in sorted(rules, key=lambda r: (round(r.top), r.x0)):
        if merged and abs(merged[-1].top - rule.top) < 1.5 and rule.x0 <= merged[-1].x1 + 3:
            merged[-1] = merged[-1].union(rule)
        else:
            merged.append(rule)
    stacks: list[list[Box]] = []
    for rule in merged:
        if rule.x1 - rule.x0 < 60:
            continue
        for stack in stacks:
            last = stack[-1]
            if abs(last.x0 - rule.x0) < 4 and abs(last.x1 - rule.x1) < 4 and 6 < rule.top - last.top < MAX_BAND_POINTS:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return [stack for stack in stacks if len(stack) >= 3]


def _row_above(words: Sequence[PageWord], rule: Box) -> list[PageWord]:
    """Return the header that stands on the first rule, if its words part into pieces."""
    near = [
        w
        for w in words
        if 0 <= rule.top - w.box.bottom + 2 < 1.2 * w.size and rule.x0 - 3 <= w.box.x0 and w.box.x1 <= rule.x1 + 3
    ]
    if not near:
        return []
    pieces = split_segments(gather_rows(near))
    return near if len(pieces) >= 2 and all(_can_be_header(p) for p in pieces) else []


def _white_edges(words: Sequence[PageWord], rule: Box) -> list[float]:
    """Return the middles of the white strips that no word crosses, between the ends of the rule."""
    edges = [min(rule.x0, *(w.box.x0 for w in words)) - 1] if words else [rule.x0]
    end = None
    for word in sorted(words, key=lambda w: w.box.x0):
        if end is not None and word.box.x0 - end > max(0.7 * word.size, 5.0):
            edges.append((word.box.x0 + end) / 2)
        end = max(end or 0.0, word.box.x1)
    edges.append(max(rule.x1, end or 0.0) + 1)
    return edges


def _columns_filled(band: Sequence[PageWord], edges: Sequence[float]) -> int:
    middles = [(w.box.x0 + w.box.x1) / 2 for w in band]
    return sum(any(a <= m < b for m in middles) for a, b in pairwise(edges))


def _bands_are_prose(bands: Sequence[Sequence[PageWord]], edges: Sequence[float]) -> bool:
    """Say whether the columns between the rules are text columns: many lines in every one of them."""
    tallest = max(bands, key=len)
    lines = [gather_rows(w for w in tallest if a <= (w.box.x0 + w.box.x1) / 2 < b) for a, b in pairwise(edges)]
    return all(len(rows) >= 8 for rows in lines)


Slots = list[tuple[float, float]]
"""For each column where its pieces may start and where they must end."""


def _slots_of_edges(edges: Sequence[float]) -> Slots:
    return [(left - 3, right + 3) for left, right in pairwise(edges)]


def _read_table(rows: Sequence[list[Line]], at: int, rules: Sequence[Box]) -> tuple[Grid, int] | None:
    header = rows[at]
    if len(header) < 2 or at + 2 >= len(rows) or any(not _can_be_header(s) for s in header):
        return None
    slots = _slots_of_header(header)
    end = _last_fitting(rows, at + 1, slots)
    body = rows[at + 1 : end]
    filled = [row for row in body if len(row) > 1]
    if len(filled) < 2:
        return None
    below = _rules_between(rules, header[0].box.bottom - 2, body[0][0].box.top + 6, header)
    pieces = [s for row in body for s in row]
    heavy = all(s.bold for s in header) and sum(s.bold for s in pieces) < 0.4 * len(pieces)
    if not below and not heavy:
        return None
    edges = _edges_of(rows[at:end], slots)
    if edges is None or _is_prose(body, edges, slots):
        return None
    return _make_grid(rows[at:end], edges, rules, headed=True), end


def _can_be_header(piece: Line) -> bool:
    return (
        len(piece.words) <= MAX_HEADER_WORDS
        and any(c.isalpha() for c in piece.text)
        and not piece.text.endswith((".", ";"))
    )


def _slots_of_header(header: Sequence[Line]) -> Slots:
    starts = [s.box.x0 for s in header]
    return [(start - 4, after - 2) for start, after in zip(starts, [*starts[1:], 1e9], strict=True)]


def _last_fitting(rows: Sequence[list[Line]], start: int, slots: Slots) -> int:
    """Return the index after the last row from `start` whose every piece stands in a slot of its own."""
    at = start
    while at < len(rows):
        row = rows[at]
        if at > start and row[0].box.top - rows[at - 1][0].box.bottom > MAX_ROW_GAP_EMS * max(row[0].size, 6.0):
            break
        if at > start and row[0].size > 1.12 * rows[at - 1][0].size:
            break
        taken = [_slot_of(piece, slots) for piece in row]
        if None in taken or len(set(taken)) < len(taken):
            break
        at += 1
    return at


def _slot_of(piece: Line, slots: Slots) -> int | None:
    fitting = [i for i, (left, right) in enumerate(slots) if left <= piece.box.x0 and piece.box.x1 <= right]
    return fitting[-1] if fitting else None


def _edges_of(rows: Sequence[list[Line]], slots: Slots) -> tuple[float, ...] | None:
    """Return the edges between the columns, in the middle of the white; None if a column has none."""
    lefts = [[s.box.x0 for row in rows for s in row if _slot_of(s, slots) == i] for i in range(len(slots))]
    rights = [[s.box.x1 for row in rows for s in row if _slot_of(s, slots) == i] for i in range(len(slots))]
    if not all(lefts):
        return None
    edges = [min(lefts[0]) - 2]
    for i in range(1, len(slots)):
        if min(lefts[i]) <= max(rights[i - 1]):
            return None
        edges.append((min(lefts[i]) + max(rights[i - 1])) / 2)
    return (*edges, max(rights[-1]) + 2)


def _is_prose(body: Sequence[list[Line]], edges: Sequence[float], slots: Slots) -> bool:
    """Say whether the pieces fill their columns with running text in every column."""
    for i in range(len(slots)):
        pieces = [s for row in body for s in row if _slot_of(s, slots) == i]
        if not pieces:
            continue
        words = sum(len(s.words) for s in pieces) / len(pieces)
        fill = sum(s.box.x1 - s.box.x0 for s in pieces) / (len(pieces) * max(edges[i + 1] - edges[i], 1.0))
        if words < 5 or fill < 0.6:
            return False
    return True


def _rules_between(rules: Sequence[Box], top: float, bottom: float, row: Sequence[Line]) -> list[Box]:
    width = row[-1].box.x1 - row[0].box.x0
    return [
        r
        for r in rules
        if top <= r.top <= bottom and min(r.x1, row[-1].box.x1) - max(r.x0, row[0].box.x0) > 0.6 * width
    ]


def _make_grid(rows: Sequence[list[Line]], edges: Sequence[float], rules: Sequence[Box], *, headed: bool) -> Grid:
    groups = _group_lines(rows, edges, rules)
    if (
        headed
        and len(groups[0]) > 1
        and not any(_rules_between(rules, r[0].box.bottom - 3, r[0].box.bottom + 4, rows[0]) for r in groups[0])
    ):
        groups[0:1] = [groups[0][:1], groups[0][1:]]
    cells = []
    tops = [min(s.box.top for row in group for s in row) for group in groups]
    bottoms = [max(s.box.bottom for row in group for s in row) for group in groups]
    marks = [tops[0] - 1, *((a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False)), bottoms[-1] + 1]
    for r in range(len(groups)):
        for c in range(len(edges) - 1):
            cells.append(GridCell(r, c, 1, 1, Box(edges[c], marks[r], edges[c + 1], marks[r + 1])))
    box = Box(edges[0], marks[0], edges[-1], marks[-1])
    return Grid(
        box,
        tuple(cells),
        len(groups),
        len(edges) - 1,
        tuple(edges),
        frozenset({0}) if headed else frozenset(),
        ruled=False,
    )


def _group_lines(rows: Sequence[list[Line]], edges: Sequence[float], rules: Sequence[Box]) -> list[list[list[Line]]]:
    """Join the lines of each table row: by the rules between rows if there are some, else by the white between them."""
    inner = _rules_between(rules, rows[0][0].box.top, rows[-1][0].box.bottom, max(rows, key=len))
    steps = [below[0].base - above[0].base for above, below in pairwise(rows)]
    closest = min((s for s in steps if s > 1), default=1.0)
    spread = max(steps, default=1.0) > 1.25 * closest
    groups = [[rows[0]]]
    for above, row, step in zip(rows, rows[1:], steps, strict=False):
        if len(inner) >= 2:
            anew = any(
                above[0].box.top + 2 < r.top < row[0].box.bottom - 2 and r.top > above[0].base - 3 for r in inner
            )
        elif spread:
            anew = step > 1.2 * closest
        else:
            anew = row[0].box.x0 < edges[1] and not row[0].text[:1].islower()
        if anew or row[0].size > 1.12 * above[0].size:
            groups.append([row])
        else:
            groups[-1].append(row)
    return groups
