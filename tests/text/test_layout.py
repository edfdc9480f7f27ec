"""Words on a page become pieces and columns: white between words is told from white between columns."""

from __future__ import annotations

import pytest

from svdocs.text.document import Box
from svdocs.text.layout import MIN_GUTTER_EMS, WIDEST_LEAST_GUTTER_EMS, PageWord, least_gutter, split_segments


def row_of(*texts: str, space: float, size: float = 10.0) -> list[PageWord]:
    """Return words of letters as wide as 0.6 font sizes, `space` font sizes apart."""
    words, at = [], 60.0
    for text in texts:
        box = Box(at, 100, at + 0.6 * size * len(text), 110)
        words.append(PageWord(text, 1, box, box, size))
        at = box.x1 + space * size
    return words


PROSE = ["We", "will", "give", "work", "to", "people", "from", "the", "wards", "and", "the", "schools", "near", "them"]


@pytest.mark.parametrize(
    ("space", "gutter"), [(0.28, MIN_GUTTER_EMS), (0.8, 1.16), (1.0, WIDEST_LEAST_GUTTER_EMS), (3.0, MIN_GUTTER_EMS)]
)
def test_the_least_gutter_grows_with_the_usual_space_within_bounds(space: float, gutter: float) -> None:
    assert least_gutter([row_of(*PROSE, space=space)]) == pytest.approx(gutter, abs=0.01)


def test_cells_of_a_table_do_not_widen_the_gutter() -> None:
    rows = [row_of("Trees", "300", "March", "Thanet", space=0.9) for _ in range(12)]
    assert least_gutter(rows) == MIN_GUTTER_EMS


def test_a_line_of_typewriter_letters_is_one_piece_and_its_bullet_stays_with_it() -> None:
    row = row_of("•", *PROSE, space=0.85)
    assert len(split_segments([row])) > 1
    assert [piece.text for piece in split_segments([row], least_gutter([row]))] == [" ".join(row_.text for row_ in row)]
