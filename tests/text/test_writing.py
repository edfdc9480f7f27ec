from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.text.document import Box
from svdocs.text.furniture import fold_numbers, is_page_number
from svdocs.text.layout import PageWord, turn_box
from svdocs.text.writing import bare, join_halves, join_words, mend_breaks

KNOWN = frozenset({"term", "carbon", "partnership", "based", "part"})


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("commit-", "ment", "commitment"),
        ("part-", "nership", "partnership"),
        ("long-", "term", "long-term"),
        ("zero-", "carbon", "zero-carbon"),
        ("state-of-the-", "art", "state-of-the-art"),
        ("community-", "led", "community-led"),
        ("2027-", "28", "2027-28"),
        ("Anglo-", "Dutch", "Anglo-Dutch"),
        ("under\u00ad", "standing", "understanding"),
        ("pay", "ment", None),
        ("-", "ment", None),
        ("half-", "(or less)", None),
    ],
)
def test_halves_of_a_word_are_joined(first: str, second: str, whole: str | None) -> None:
    assert join_halves(first, second, KNOWN) == whole


def word(text: str, x0: float, x1: float, top: float, page: int = 1) -> PageWord:
    box = Box(x0, top, x1, top + 10)
    return PageWord(text, page, box, box, 10.0)


def test_a_word_broken_over_pages_is_placed_on_both() -> None:
    text, placed = join_words(
        [[word("a", 0, 5, 0), word("commit-", 8, 40, 0)], [word("ment", 0, 20, 0, page=2)]], frozenset()
    )
    assert text == "a commitment"
    assert [(text[p.start : p.end], p.page) for p in placed] == [("a", 1), ("commit", 1), ("ment", 2)]


def test_a_cell_that_broke_a_word_without_a_hyphen_is_mended() -> None:
    lines = [[word("Commencem", 0, 49, 0)], [word("ent", 0, 15, 12)]]
    mend_breaks(lines, 51, frozenset())
    assert join_words(lines, frozenset())[0] == "Commencement"


@pytest.mark.parametrize("right", [51, 70])
def test_words_that_the_document_knows_stay_apart(right: float) -> None:
    lines = [[word("apprentices", 0, 49, 0)], [word("based", 0, 25, 12)]]
    mend_breaks(lines, right, KNOWN)
    assert join_words(lines, KNOWN)[0] == "apprentices based"


@given(st.lists(st.lists(st.text("abcde-", min_size=1, max_size=6), min_size=1, max_size=5), min_size=1, max_size=4))
def test_places_are_in_order_and_hold_the_words_letters(lines: list[list[str]]) -> None:
    words = [[word(t, 10 * i, 10 * i + 8, 12 * n) for i, t in enumerate(line)] for n, line in enumerate(lines)]
    text, placed = join_words(words, frozenset())
    assert all(a.end <= b.start for a, b in zip(placed, placed[1:], strict=False))  # noqa: RUF007
    assert all(" " not in text[p.start : p.end] for p in placed)
    assert sum(len(p.boxes) for p in placed) == sum(map(len, lines))
    squashed = "".join(t for line in lines for t in line)
    assert text.replace(" ", "").replace("-", "") == squashed.replace("-", "")


@given(st.integers(0, 7), st.tuples(*[st.integers(0, 50)] * 4))
def test_turning_a_box_all_the_way_round_changes_nothing(turns: int, sides: tuple[int, int, int, int]) -> None:
    box = Box(sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3])
    size = (100, 200) if turns % 2 == 0 else (200, 100)
    assert turn_box(turn_box(box, turns, 100, 200), -turns, *size) == box


@pytest.mark.parametrize(
    ("text", "answer"), [("Page 3 of 12", True), ("xii", True), ("8 kW", False), ("2027 offer", False)]
)
def test_page_numbers_are_known(text: str, answer: bool) -> None:
    assert is_page_number(text) is answer


def test_numbers_are_folded_and_marks_taken_off() -> None:
    assert fold_numbers("Page  12 of 30") == "page # of #"
    assert bare("(Schools),") == "schools"
