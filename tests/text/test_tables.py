from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svdocs.text.document import Box
from svdocs.text.tables import MAX_RULES, find_grids, rules_outside


def across(y: float, x0: float = 0, x1: float = 300) -> Box:
    return Box(x0, y, x1, y + 0.5)


def down(x: float, y0: float = 0, y1: float = 90) -> Box:
    return Box(x, y0, x + 0.5, y1)


def test_rules_that_cross_make_cells() -> None:
    (grid,) = find_grids([across(0), across(30), across(90)], [down(0), down(100), down(300)])
    assert (grid.row_count, grid.column_count, len(grid.cells)) == (2, 2, 4)
    assert [round(e) for e in grid.edges] == [0, 100, 300]


def test_a_missing_wall_merges_cells_across_and_a_missing_floor_merges_them_down() -> None:
    (grid,) = find_grids(
        [across(0), across(30, 100, 300), across(60), across(90)], [down(0), down(100), down(200, 30, 90), down(300)]
    )
    spans = {(c.row, c.column): (c.rows, c.columns) for c in grid.cells}
    assert spans == {
        (0, 0): (2, 1),
        (0, 1): (1, 2),
        (1, 1): (1, 1),
        (1, 2): (1, 1),
        (2, 0): (1, 1),
        (2, 1): (1, 1),
        (2, 2): (1, 1),
    }


def test_open_outer_sides_are_closed() -> None:
    (grid,) = find_grids([across(0), across(30), across(60)], [down(100, 0, 60), down(200, 0, 60)])
    assert (grid.row_count, grid.column_count) == (2, 3)


def test_tables_that_do_not_touch_are_two() -> None:
    level = [across(0), across(30), across(200), across(230)]
    upright = [down(0, 0, 30), down(300, 0, 30), down(0, 200, 230), down(300, 200, 230)]
    assert [round(g.box.top) for g in find_grids(level, upright)] == [0, 200]


def test_a_shaded_first_row_is_known() -> None:
    (grid,) = find_grids(
        [across(0), across(30), across(60)],
        [down(0, 0, 60), down(150, 0, 60), down(300, 0, 60)],
        [Box(0, 0, 150, 30), Box(150, 0, 300, 30)],
    )
    assert grid.shaded == {0}


def test_a_drawing_of_many_lines_is_no_table() -> None:
    assert find_grids([across(i * 0.1) for i in range(MAX_RULES)], [down(0), down(9)]) == []


def test_rules_of_a_grid_are_not_outside_it() -> None:
    grids = find_grids([across(0), across(30)], [down(0, 0, 30), down(300, 0, 30)])
    assert rules_outside([across(0), across(30), across(400)], grids) == [across(400)]


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
)
def test_a_full_grid_has_a_cell_for_each_row_and_column_and_they_tile_it(heights: list[int], widths: list[int]) -> None:
    ys, xs = [0], [0]
    for h in heights:
        ys.append(ys[-1] + 8 + h * 4)
    for w in widths:
        xs.append(xs[-1] + 8 + w * 4)
    (grid,) = find_grids([across(y, 0, xs[-1]) for y in ys], [down(x, 0, ys[-1]) for x in xs])
    assert len(grid.cells) == len(heights) * len(widths)
    area = sum((c.box.x1 - c.box.x0) * (c.box.bottom - c.box.top) for c in grid.cells)
    assert abs(area - xs[-1] * ys[-1]) < 0.02 * area + 1
