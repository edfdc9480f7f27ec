import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.beneficiaries import find_beneficiary


@pytest.mark.parametrize(
    ("text", "beneficiary"),
    [
        ("We will create five apprenticeships for care leavers by March 2028.", "care leavers"),
        ("Eight veterans will be taken on.", "veterans"),
        ("£4,000 will go to community groups in Dover.", "community groups"),
        ("Work placements for people leaving prison", "people leaving prison"),
        ("We will spend £1m with small firms.", "small firms"),
    ],
)
def test_who_gains_is_given_as_written(text, beneficiary):
    assert find_beneficiary(text).text == beneficiary


@pytest.mark.parametrize("text", ["We will plant 400 trees.", "Emissions will fall by half."])
def test_a_passage_without_people_has_no_beneficiary(text):
    assert find_beneficiary(text) is None


@given(st.text(max_size=300))
def test_a_beneficiary_quotes_the_text(text):
    found = find_beneficiary(text)
    assert found is None or text[found.span.start : found.span.end] == found.text


def test_a_very_long_passage_gets_an_answer():
    assert find_beneficiary("people who are people with " * 370) is not None
