"""Ruled tables: rules become a grid, a grid becomes cells, merged cells included; no file format in sight.

Rules come from a PDF page's paths or from dark runs of pixels on a scan. A grid of one cell is a box around text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from svdocs.text.document import Box

SNAP = 2.5
"""Rules closer than this, in points, are one rule."""
MAX_RULES = 3000
"""A page with more is a drawing, not a table."""
MAX_CELLS = 20_000
MAX_SHADE_SHARE = 0.6
"""A background that fills more of a table's height is the table's, not a row's."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell between rules: where it starts in the grid, how far it goes, and its box."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells that rules part from one another, in rows from the top and each row from the left.

    Attributes:
        box: the whole.
        cells: merged cells once, where they start.
        row_count: number of rows.
        column_count: number of columns.
        edges: the x of the rules between columns, the outer ones included.
        shaded: numbers of the rows that have a background of their own, or a header's place.
        ruled: whether rules part the cells; else they were told by their place under a header.
    """

    box: Box
    cells: tuple[GridCell, ...]
    row_count: int
    column_count: int
    edges: tuple[float, ...]
    shaded: frozenset[int] = frozenset()
    ruled: bool = True


@dataclass(slots=True)
class _Rule:
    """A rule at `at` from `start` to `end`; for a level rule `at` is its y, for an upright one its x."""

    at: float
    start: float
    end: float


def find_grids(level: Sequence[Box], upright: Sequence[Box], shades: Sequence[Box] = ()) -> list[Grid]:
    """Return the grids that level and upright rules form, from the top.

    Args:
        level: thin boxes of the rules that run from left to right.
        upright: thin boxes of the rules that run from top to bottom.
        shades: boxes of backgrounds that are not white.
    """
    if len(level) + len(upright) > MAX_RULES or len(level) < 2 or len(upright) < 2:
        return []
    across = merge_rules([_Rule((b.top + b.bottom) / 2, b.x0, b.x1) for b in level])
    down = merge_rules([_Rule((b.x0 + b.x1) / 2, b.top, b.bottom) for b in upright])
    grids = []
    for some_across, some_down in group_touching(across, down):
        grid = rules_to_grid(some_across, some_down, shades)
        if grid:
            grids.append(grid)
    grids.sort(key=lambda g: (g.box.top, g.box.x0))
    return [g for g in grids if not any(_is_frame(g, other) for other in grids)]


def _is_frame(grid: Grid, other: Grid) -> bool:
    """Say whether `grid` is only a frame of one cell around `other`."""
    outer, inner = grid.box, other.box
    return (
        other is not grid
        and len(grid.cells) == 1
        and outer.x0 <= inner.x0 + 1
        and outer.top <= inner.top + 1
        and outer.x1 >= inner.x1 - 1
        and outer.bottom >= inner.bottom - 1
    )


def merge_rules(rules: Sequence[_Rule]) -> list[_Rule]:
    """Return the rules with those that lie on one another, or end to end, joined."""
    merged: list[_Rule] = []
    groups: list[list[_Rule]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        if groups and rule.at - groups[-1][0].at <= SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    for group in groups:
        at = sum(r.at for r in group) / len(group)
        pieces: list[_Rule] = []
        for rule in sorted(group, key=lambda r: r.start):
            if pieces and rule.start <= pieces[-1].end + SNAP:
                pieces[-1].end = max(pieces[-1].end, rule.end)
            else:
                pieces.append(_Rule(at, rule.start, rule.end))
        merged += [p for p in pieces if p.end - p.start > 4.0]
    return merged


def group_touching(across: Sequence[_Rule], down: Sequence[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Return the rules in groups that hang together: within a group each rule meets another one."""
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, a in enumerate(across):
        for j, d in enumerate(down):
            if a.start - SNAP <= d.at <= a.end + SNAP and d.start - SNAP <= a.at <= d.end + SNAP:
                parent[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for i, a in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(a)
    for j, d in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(d)
    return [g for g in groups.values() if len(g[0]) >= 2 and g[1]]


def _positions(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > SNAP:
            kept.append(value)
    return kept


def rules_to_grid(across: Sequence[_Rule], down: Sequence[_Rule], shades: Sequence[Box] = ()) -> Grid | None:
    """Return the grid of rules that hang together, or None if they close no cell. Open outer sides are closed."""
    xs = _positions([d.at for d in down] + [min(a.start for a in across), max(a.end for a in across)])
    ys = _positions([a.at for a in across] + [min(d.start for d in down), max(d.end for d in down)])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns > MAX_CELLS:
        return None
    walls = [[_is_wall(down, xs[c], ys[r], ys[r + 1]) for c in range(1, columns)] for r in range(rows)]
    floors = [[_is_wall(across, ys[r], xs[c], xs[c + 1]) for c in range(columns)] for r in range(1, rows)]
    cells = _merge_cells(rows, columns, walls, floors, xs, ys)
    flat = [s for s in shades if s.bottom - s.top <= MAX_SHADE_SHARE * (ys[-1] - ys[0])]
    spans = list(pairwise(ys))
    shaded = frozenset(r for r, (top, bottom) in enumerate(spans) if _is_shaded(flat, Box(xs[0], top, xs[-1], bottom)))
    return Grid(Box(xs[0], ys[0], xs[-1], ys[-1]), tuple(cells), rows, columns, tuple(xs), shaded)


def _is_shaded(shades: Sequence[Box], row: Box) -> bool:
    """Say whether the row has a background of its own; a row is often shaded cell by cell."""
    middle = (row.top + row.bottom) / 2
    inside = [s for s in shades if s.top <= middle <= s.bottom]
    covered = sum(max(0.0, min(s.x1, row.x1) - max(s.x0, row.x0)) for s in inside)
    return covered >= 0.85 * (row.x1 - row.x0)


def _is_wall(rules: Sequence[_Rule], at: float, start: float, end: float) -> bool:
    """Say whether rules at `at` cover most of the way from `start` to `end`."""
    covered = 0.0
    for rule in rules:
        if abs(rule.at - at) <= SNAP:
            covered += max(0.0, min(rule.end, end) - max(rule.start, start))
    return covered >= 0.6 * (end - start)


def _merge_cells(rows: int, columns: int, walls: list[list[bool]], floors: list[list[bool]],
                 xs: Sequence[float], ys: Sequence[float]) -> list[GridCell]:  # fmt: skip
    """Return the cells that are left when those without a wall or floor between them are one."""
    owner = [[-1] * columns for _ in range(rows)]
    cells: list[GridCell] = []
    for r in range(rows):
        for c in range(columns):
            if owner[r][c] >= 0:
                continue
            wide = 1
            while c + wide < columns and owner[r][c + wide] < 0 and not walls[r][c + wide - 1]:
                wide += 1
            high = 1
            while (
                r + high < rows
                and not any(floors[r + high - 1][k] or owner[r + high][k] >= 0 for k in range(c, c + wide))
                and not any(walls[r + high][k] for k in range(c, c + wide - 1))
            ):
                high += 1
            for i in range(r, r + high):
                for k in range(c, c + wide):
                    owner[i][k] = len(cells)
            cells.append(GridCell(r, c, high, wide, Box(xs[c], ys[r], xs[c + wide], ys[r + high])))
    return cells


def rules_outside(level: Sequence[Box], grids: Sequence[Grid]) -> list[Box]:
    """Return the level rules that belong to none of `grids`."""
    return [
        rule
        for rule in level[:MAX_RULES]
        if not any(
            g.box.x0 - SNAP <= rule.x0
            and rule.x1 <= g.box.x1 + SNAP
            and g.box.top - SNAP <= rule.top <= g.box.bottom + SNAP
            for g in grids
        )
    ]
