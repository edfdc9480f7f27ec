import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.places import POSTCODE_AREAS, district_of, find_place, load_gazetteer


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("Five apprenticeships for Thanet residents", "Thanet", "E07000114"),
        ("We will spend £1m in Kent.", "Kent", "E10000016"),
        ("Jobs across Telford and Wrekin", "Telford and Wrekin", "E06000020"),
        ("In Wiltshire we took on 22 veterans.", "Wiltshire", "E06000054"),
        ("Throughout Wales we will give parcels.", "Wales", "W92000004"),
        ("Talks in Folkestone", "Folkestone", None),
        ("with residents of Tilbrook Marsh", "Tilbrook Marsh", None),
        ("jobs in Hythe, Lyminge and Elham", "Hythe, Lyminge and Elham", None),
        ("people living in DA1, DA2 and DA10 postcodes", "DA1, DA2 and DA10 postcodes", None),
        ("local hires (BS postcodes)", "BS postcodes", None),
        ("spend within 20 miles of the depot", "within 20 miles of the depot", None),
        ("people who live in the borough", "the borough", None),
        ("CHARITIES IN WALSALL WILL BE HELPED", "WALSALL", "E08000030"),
    ],
)
def test_the_place_is_given_as_written_with_its_code(text, place, code):
    found = find_place(text)
    assert (found.text, found.code) == (place, code)


@pytest.mark.parametrize(
    "text",
    [
        "We will recruit local residents.",
        "Everyone is paid the London Living Wage.",
        "We hold Cyber Essentials and will reach FY29.",
        "Reading lessons for pupils will be given in March.",
        "Emissions of CO2 will fall.",
    ],
)
def test_local_words_months_and_names_of_things_are_no_places(text):
    assert find_place(text) is None


def test_a_where_column_is_taken_as_the_place():
    cells = ("Apprentices", "3", "Shorncliffe")
    assert find_place(" | ".join(cells), header=("Offer", "Scale", "Where"), cells=cells).text == "Shorncliffe"


def test_a_town_has_its_districts_code_apart():
    assert district_of("Folkestone") == "E07000112"
    assert district_of("Nowhere") is None


def test_every_code_of_the_gazetteer_is_an_ons_code():
    gazetteer = load_gazetteer()
    codes = [c for c in (*gazetteer.codes.values(), *gazetteer.districts.values()) if c]
    assert len(set(codes)) > 380
    assert all(re.fullmatch(r"[EWSNK](?:0[6-9]|1[02]|92|0[23])[0-9]{6}", c) for c in codes)


def test_an_outcode_needs_letters_of_a_postcode_area():
    assert "CT" in POSTCODE_AREAS
    assert find_place("spend in QX12 will rise") is None


@given(st.text(max_size=300))
def test_a_place_quotes_the_text(text):
    found = find_place(text)
    assert found is None or text[found.span.start : found.span.end] == found.text


@pytest.mark.parametrize("unit", ["Aa ", "in the ", "A, ", "within 20 miles of ", "CT1 and ", "Hythe and ", "the old "])
def test_very_long_passages_get_an_answer(unit):
    found = find_place(unit * (10_000 // len(unit)))
    assert found is None or found.text
