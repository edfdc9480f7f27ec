from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.numbers import NumberKind, cut_tokens, find_numbers, percent_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,250 hours", 1250),
        ("twenty-five people", 25),
        ("two hundred and forty older people", 240),
        ("eighteen thousand hours", 18_000),
        ("two thousand one hundred hours", 2_100),
        ("a dozen plumbers", 12),
        ("three and a half days", 3.5),
        ("half a million pounds", 500_000),
        ("£1.2m", 1_200_000),
        ("£4k", 4_000),
        ("GBP 4,000", 4_000),
        ("6,000 pounds", 6_000),
        ("a couple of vans", 2),
    ],
)
def test_a_number_is_read_in_digits_words_and_money(text, value):
    assert [n.value for n in find_numbers(cut_tokens(text))] == [value]


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("one in ten", 10),
        ("9 in 10 sub-contracts", 90),
        ("nine loads in ten", 90),
        ("six out of ten", 60),
        ("4/5", 80),
        ("a third of the budget", 33),
        ("three quarters of our contracts", 75),
        ("cut by a third", 33),
        ("one in eight appointments", 12.5),
        ("15 per cent", 15),
        ("8.5%", 8.5),
        ("sixty pence in every pound", 60),
        ("35p in each pound", 35),
    ],
)
def test_a_share_is_a_percentage(text, percent):
    (number,) = find_numbers(cut_tokens(text))
    assert (number.kind, number.value) == (NumberKind.percent, percent)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("8-10 places", 8, 10),
        ("between 8 and 10 places", 8, 10),
        ("two to three people", 2, 3),
        ("£28m to £31m", 28e6, 31e6),
        ("between 45 and 50 per cent", 45, 50),
    ],
)
def test_a_range_keeps_both_ends(text, low, high):
    (number,) = find_numbers(cut_tokens(text))
    assert (number.value, number.maximum) == (low, high)


def test_a_change_from_one_number_to_another_is_no_range():
    assert [n.value for n in find_numbers(cut_tokens("from 8 to 10 people"))] == [8, 10]


def test_other_scripts_digits_are_no_numbers():
    assert find_numbers(cut_tokens("٣ apprentices and ５ jobs")) == []


@given(st.integers(1, 999_999))
def test_a_number_with_thousands_commas_is_read_back(n):
    assert [x.value for x in find_numbers(cut_tokens(f"{n:,} people"))] == [n]


@given(st.integers(1, 99))
def test_a_count_in_a_hundred_is_that_percentage(n):
    assert percent_of(n / 100) == n


@given(st.text(max_size=300))
def test_tokens_stand_in_the_text_in_order(text):
    tokens = cut_tokens(text)
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
