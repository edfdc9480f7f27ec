import pytest

from svdocs.learning.agreement import overlap
from svdocs.learning.slots_report import LabelledText, judge, same_due, same_quantity
from svdocs.statements.dates import find_due
from svdocs.statements.quantities import choose_quantity

TEXT = "We will take on 4 apprentices and 10 work placements in Dover by March 2028."


def label(value, unit, **more):
    return {"type": "commitment", "quantity": {"value": value, "unit": unit}, **more}


def test_two_labels_are_met_by_the_two_deliverables_in_order():
    labels = (label(4, "people", place="Dover"), label(10, "people", due="2028-03"))
    outcomes = list(judge(LabelledText("x", TEXT, labels)))
    assert {o.slot for o in outcomes} == {"quantity", "due", "place", "split", "no beneficiary"}
    assert all(o.right for o in outcomes if o.slot != "no beneficiary")


def test_a_wrong_unit_is_an_error():
    found = choose_quantity("4 apprentices", "4 apprentices")
    assert same_quantity(label(4, "people"), found)
    assert not same_quantity(label(4, "hours"), found)
    assert not same_quantity(label(None, None), found)
    assert same_quantity(label(None, None), None)


@pytest.mark.parametrize(
    ("wanted", "right"), [("2028-03", True), ("2028", True), ("by March 2028", True), ("2029", False)]
)
def test_a_date_is_right_as_far_as_the_label_goes(wanted, right):
    assert same_due(wanted, find_due(TEXT)) is right


def test_nothing_shared_is_no_overlap():
    assert overlap("Dover", "Deal") == 0
