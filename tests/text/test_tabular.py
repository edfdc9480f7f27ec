"""Header rows are told from the rows they head."""

import pytest

from svdocs.text.tabular import find_header_rows, header_paths, is_value


def plain(rows: list[list[str]]) -> list[list[tuple[int, int]]]:
    return [[(i, 1) for i in range(len(r))] for r in rows]


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        ([["Measure", "Target"], ["Trees", "5"]], {0}),
        ([["Commitment", "Owner", "By when"], ["Plant trees", "Ann", "2028"]], {0}),
        ([["Objective", "Answer"], ["Jobs", "We will hire ten local people within a year."]], {0}),
        ([["Head", "What the buyer will count"], ["Jobs", "Jobs for local people"]], {0}),
        ([["Alpha", "Beta"], ["x", "12"], ["y", "£4"]], {0}),
        ([["Supplier name", "Brightwater Ltd"], ["Address", "1 High Street"]], set()),
        ([["Name:", "Value"], ["Address", "1 High Street"]], set()),
        ([["Trees", "5"], ["Jobs", "6"]], set()),
        ([["We will plant trees", "In Kent"], ["We will hire", "In Kent"]], set()),
        ([["one", "two"]], set()),
        ([["Measure"], ["Trees"]], set()),
        ([["Measure", "Target"], ["Trees", "5"], ["Measure", "Target"], ["Jobs", "6"]], {0, 2}),
        ([["Our plan", ""], ["Measure", "Target"], ["Trees", "5"]], {0, 1}),
    ],
)
def test_header_rows_are_found(rows: list[list[str]], heads: set[int]) -> None:
    assert find_header_rows(rows, plain(rows)).rows == heads


def test_a_marked_row_is_a_header_unless_every_row_is_marked() -> None:
    rows = [["x", "y"], ["x1", "y1"]]
    assert find_header_rows(rows, plain(rows), marked=[0]).rows == {0}
    assert find_header_rows(rows, plain(rows), marked=[0, 1]).rows == set()


def test_a_row_that_stands_out_is_a_header() -> None:
    rows = [["Alpha", "Beta"], ["gamma", "delta"]]
    assert find_header_rows(rows, plain(rows), emphasised=[True, False]).rows == {0}
    assert find_header_rows(rows, plain(rows), emphasised=[True, True]).rows == set()


def test_paths_leave_the_title_out_and_say_a_header_once() -> None:
    rows = [["Our plan", ""], ["Measure", "Measure"], ["Trees", "5"]]
    heads = find_header_rows(rows, plain(rows))
    assert heads.title == "Our plan"
    assert header_paths(rows, plain(rows), heads)[2] == [("Measure",), ("Measure",)]


@pytest.mark.parametrize("text", ["5", "£4,000", "12.5%", "(300)", "3 hours", "-4", "£2m"])
def test_amounts_are_values(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("text", ["Year 1", "2027", "2027/28", "Q3", "Lot 2", "NT1", "five", ""])
def test_periods_and_codes_are_not(text: str) -> None:
    assert not is_value(text)
