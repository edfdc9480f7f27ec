import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.split import split_deliverables


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("We will take on 4 apprentices and 10 work placements.", 2),
        ("We will give 200 volunteering hours and GBP 4,000 to food banks.", 2),
        ("Nine apprentices were trained, and 46 weeks of placement were hosted.", 2),
        ("Repair know-how: 36 hours a year at the café; 2 charities helped.", 2),
        ("2 jobs for residents, 35 hours of classroom visits and £750 for the hall", 3),
        ("We will appoint six apprentices and give taster weeks to 20 school leavers.", 2),
        ("We will recruit 12 apprentices, two of them care leavers.", 1),
        ("Workshops for 25 schools and 300 pupils", 1),
        ("Between 8 and 10 apprentices will start.", 1),
        ("We will take on 4 apprentices within six months.", 1),
    ],
)
def test_each_part_states_one_deliverable(text, parts):
    assert len(split_deliverables(text)) == parts


def test_a_row_with_a_result_and_a_later_target_states_two():
    cells = ("Volunteering hours", "9,000", "9,412", "11,000")
    header = ("Measure", "Target 2025", "Outcome 2025", "Target 2026")
    assert split_deliverables(" | ".join(cells), header=header, cells=cells) == ("9,412", "11,000")


def test_a_target_that_the_result_answers_states_nothing_of_its_own():
    cells = ("Apprentices", "8", "7")
    text = " | ".join(cells)
    assert split_deliverables(text, header=("Measure", "Target", "Actual"), cells=cells) == (text,)


@given(st.text(max_size=300))
def test_every_part_stands_in_the_text(text):
    parts = split_deliverables(text)
    assert parts
    assert all(part in text for part in parts)


def test_very_long_passages_stay_bounded():
    text = "4 jobs and " * 900
    assert all(part in text for part in split_deliverables(text))
    assert split_deliverables("4 jobs and " * 2000) == ("4 jobs and " * 2000,)
