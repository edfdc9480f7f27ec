import pytest

from svdocs.statements.columns import Role, read_columns


@pytest.mark.parametrize(
    ("header", "cells", "roles"),
    [
        (("Ref", "Offer", "TOMs", "Target"), ("7.1", "Posts", "NT1", "36 FTE"), "code text code target"),
        (("Offer", "Target", "Date"), ("Posts", "36 FTE", "May 2029"), "text target date"),
        (("Indicator", "2025", "2026", "Target"), ("Spend", "58%", "61%", "65%"), "text baseline result target"),
        (("Commitment", "2024/25", "2025/26", "2026/27"), ("Fairs", "4", "7", "12"), "text baseline result target"),
        (("Measure", "Target", "Actual"), ("Hours", "800", "880"), "text baseline result"),
        (("What", "How much", "Where"), ("Jobs", "4", "Dover"), "text target place"),
        (("Ref", "Result", "Outturn"), ("CS1", "New posts filled", "31"), "code text result"),
        (("Output", "Baseline", "Month 12", "Month 48"), ("Halls", "0", "4", "10"), "text baseline baseline target"),
        (("Thing", "Now", "With you"), ("Apprentices", "3", "6"), "text baseline target"),
        (("Milestone", "Metric", "By"), ("Cars electric", "100%", "2028"), "text text date"),
        (("Measure", "Bid", "Got"), ("Hours", "40", "61"), "text baseline result"),
        (("Line in bid", "By year two"), ("Both posts", "before spring 2030"), "text text"),
        (("Action", "Owner"), ("Returners", "Nursing director"), "text note"),
        ((), ("14", "Work experience", "1,400"), "code text text"),
    ],
)  # fmt: skip
def test_a_column_is_what_its_header_and_cell_say(header, cells, roles):
    assert [r.value for r in read_columns(" | ".join(cells), header, cells).roles] == roles.split()


def test_a_cell_is_found_by_its_place_in_the_text():
    columns = read_columns("Jobs |  | 4", ("What", "When", "Target"), ("Jobs", "", "4"))
    assert columns.cell_at(0) == 0
    assert columns.cell_at(10) == 2
    assert columns.cell_at(5) == -1
    assert columns.of_role(Role.target) == [2]
