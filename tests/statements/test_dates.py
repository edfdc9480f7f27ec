from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.dates import find_due


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will do it by 31 March 2028.", "2028-03-31"),
        ("done by 31/03/30", "2030-03-31"),
        ("done by 30.9.27", "2027-09-30"),
        ("from the first of June 2027", "2027-06-01"),
        ("by March 2028", "2028-03"),
        ("Mar-30", "2030-03"),
        ("before Dec '28", "2028-12"),
        ("by 2029", "2029"),
        ("before the end of 2028", "2028"),
        ("by Q3 2028", "2028-09"),
        ("by Q4 FY29/30", "2030-03"),
        ("Q1 FY29", "2028-06"),
        ("in FY 2028/29", "2029"),
        ("by Christmas 2028", "2028-12"),
        ("summer of 2030", "2030"),
        ("by midsummer 2028", "2028-06"),
        ("We will fit forty between now and 2031.", "2031"),
        ("one every year beginning 2029", "2029"),
        ("cut by half against a 2019 baseline by 2030", "2030"),
    ],
)
def test_a_calendar_date_is_iso_as_far_as_it_is_stated(text, expected):
    assert find_due(text).date == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two starts within six months of contract start.", "within six months of contract start"),
        ("All filled by the end of Year 2.", "by the end of Year 2"),
        ("Given over the life of the contract.", "over the life of the contract"),
        ("From day one every guard is paid it.", "From day one"),
        ("Ready in the first year.", "in the first year"),
        ("Published by 30 September every year.", "by 30 September every year"),
        ("Done before the first winter is out.", "before the first winter is out"),
        ("Trained by Whitsun.", "by Whitsun"),
        ("New rotas as of Lady Day.", "as of Lady Day"),
        ("Courses open after half-term.", "after half-term"),
        ("A second fitter starts from next month.", "from next month"),
        ("A larder in every shop by the end of next year.", "by the end of next year"),
        ("All paid weekly from the first of the month.", "from the first of the month"),
        ("From week 6 we will run it.", "From week 6"),
        ("Twelve evenings before the round closes.", "before the round closes"),
        ("It pays once a month and from Easter will pay twice.", "from Easter"),
        ("All starters get it after six months.", "after six months"),
    ],
)
def test_a_relative_time_stays_in_words(text, words):
    found = find_due(text)
    assert (found.text, found.date) == (words, None)


def test_what_comes_back_each_year_has_the_year_from_which_it_does():
    found = find_due("Two new starts each September from 2027.")
    assert (found.text, found.date) == ("each September from 2027", "2027")


def test_a_time_in_the_clause_of_the_promise_counts_first():
    text = "Two start by March 2028 and the other two will follow by June 2029."
    assert find_due(text).date == "2028-03"
    assert find_due(text, focus="the other two will follow by June 2029.").date == "2029-06"


def test_the_end_of_a_contract_year_gets_a_date_from_the_contracts_start():
    assert find_due("by the end of Year 2", starts=date(2027, 4, 1)).date == "2029-03-31"
    assert find_due("by the end of the first year", starts=date(2028, 2, 29)).date == "2029-02-28"


@pytest.mark.parametrize(
    "text",
    [
        "Under the Modern Slavery Act 2015.",
        "Paid it since 2019.",
        "We will plant trees.",
        "A talk every month.",
        "Two grants each year.",
        "Once a month we will cook.",
    ],
)
def test_laws_and_the_past_are_no_due_dates(text):
    assert find_due(text) is None


def test_a_date_columns_cell_is_taken_whole():
    cells = ("Apprentices", "3", "Each intake")
    found = find_due(" | ".join(cells), header=("Measure", "Target", "When"), cells=cells)
    assert found.text == "Each intake"


def test_the_target_columns_year_serves_where_the_row_states_none():
    cells = ("Hours", "9,000", "11,000")
    found = find_due(" | ".join(cells), header=("Measure", "Outcome 2025", "Target 2026"), cells=cells)
    assert found.date == "2026"


def test_the_last_steps_header_is_by_when():
    cells = ("Halls surveyed", "0", "4", "10")
    found = find_due(" | ".join(cells), header=("Output", "Baseline", "Month 12", "Month 48"), cells=cells)
    assert (found.text, found.date) == ("Month 48", None)


def test_an_impossible_date_is_no_date():
    assert find_due("on 31/02/28") is None or find_due("on 31/02/28").date is None


@given(st.text(max_size=300))
def test_a_due_date_quotes_the_text(text):
    found = find_due(text)
    assert found is None or text[found.span.start : found.span.end] == found.text


@pytest.mark.parametrize("unit", ["by the ", "the end of the ", "within six ", "20", "Jan ", "as soon as the x "])
def test_very_long_passages_get_an_answer(unit):
    text = unit * (10_000 // len(unit))
    found = find_due(text)
    assert found is None or found.text


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Forty per cent of the fleet by the end of November", "by the end of November"),
        ("Every depot has a lender's shelf from the start of May.", "from the start of May"),
    ],
)
def test_the_end_of_a_month_without_a_year_is_given_as_written(text: str, due: str) -> None:
    found = find_due(text)
    assert found is not None
    assert found.text == due


@pytest.mark.parametrize("text", ["Six Year 9 pupils will come.", "Maths for Year 5 and 6 classes", "Year 10 girls"])
def test_a_year_of_school_is_no_due_date(text: str) -> None:
    assert find_due(text) is None
