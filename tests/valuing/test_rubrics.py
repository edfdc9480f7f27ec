from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.valuing.rubrics import own_rubric, rubric_from, shipped_rubrics

LEVEL = {"mark": "0", "label": "None", "meaning": "Nothing."}


def test_every_rubric_that_ships_tells_what_each_mark_means_and_where_the_scale_comes_from() -> None:
    assert list(shipped_rubrics()) == ["0-5", "0-4", "0-10", "pass-fail"]
    for rubric in shipped_rubrics().values():
        assert rubric.sources
        assert all(level.meaning for level in rubric.levels)
        assert rubric.share(rubric.levels[-1].mark) == 1
        assert rubric.share(rubric.levels[0].mark) == 0
        assert rubric_from(rubric.as_json()) == rubric


def test_what_no_publication_confirms_says_so() -> None:
    assert "[not confirmed]" in shipped_rubrics()["0-4"].sources[0]
    assert "[not confirmed]" not in shipped_rubrics()["0-5"].sources[0]


def test_a_rubric_of_ones_own_is_ordered_by_its_marks() -> None:
    rubric = own_rubric(["3 = Full: all", "", "0 = None: nothing", "1.5 = Half: some"])
    assert [level.mark for level in rubric.levels] == ["0", "1.5", "3"]
    assert rubric.share("1.5") == Fraction(1, 2)
    assert rubric.gap("0", "1.5") == Fraction(3, 2)
    with pytest.raises(UsageError, match=r"give 0, 1\.5, 3"):
        rubric.level("2")


@pytest.mark.parametrize(
    "levels",
    [
        [LEVEL],
        [LEVEL, LEVEL],
        [LEVEL, LEVEL | {"mark": "1", "meaning": " "}],
        [LEVEL | {"mark": "1"}, LEVEL | {"mark": "2"}],
        [LEVEL | {"mark": "-1"}, LEVEL],
        [LEVEL, LEVEL | {"mark": "NaN"}],
        [LEVEL, LEVEL | {"mark": "good"}],
        [LEVEL, {"mark": "1"}],
        "levels",
    ],
)
def test_what_cannot_be_marked_by_is_refused(levels: Any) -> None:
    with pytest.raises(UsageError):
        rubric_from({"key": "own", "title": "Own", "levels": levels})


@pytest.mark.parametrize("line", ["3 Good: fine", "3 = Good", "= :"])
def test_a_line_that_is_no_mark_is_refused(line: str) -> None:
    with pytest.raises(UsageError):
        own_rubric(["0 = None: nothing", line])
