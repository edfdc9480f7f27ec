"""Quantities in words: one wording of every unit, and no number that reads as another."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements import in_words
from svdocs.statements.in_words import money_in_words, number_in_words, quantity_in_words, unit_in_words
from svdocs.statements.statement import Per, Unit

SOURCES = Path(in_words.__file__).parents[1]
APART = (Path(in_words.__file__), SOURCES / "learning" / "slots_report.py")
OWN_WORDS = re.compile(r"CO₂e|full-time equivalent|\{\w+\.(?:quantity_)?unit(?:\.value)?\}|unit \| label|\{:,g\}")


@pytest.mark.parametrize(
    ("value", "unit", "maximum", "per", "words"),
    [
        (10.0, "tco2e", None, None, "10 tonnes of CO₂e"),
        (1, "tco2e", None, "year", "1 tonne of CO₂e a year"),
        (1, "fte", 2, None, "1 to 2 full-time equivalents"),
        (0, "people", None, None, "0 people"),
        (40, "hours", None, "employee", "40 hours an employee"),
        (1234567.0, "gbp", None, "contract", "£1,234,567 over the contract"),
        (0.5, "gbp", 1.0, None, "£0.50 to £1"),
        (2.345, "km", None, None, "2.345 kilometres"),
        (12.5, "percent", 20, None, "12.5 to 20%"),
        (Fraction(1, 3), "weeks", None, None, "0.333 weeks"),
        (Decimal("1E+3"), "trees", None, None, "1,000 trees"),
        (1e30, "meals", None, None, f"1{',000' * 10} meals"),
        (4, "bursaries", None, None, "4 bursaries"),
        (3, None, None, None, "3"),
    ],
)
def test_a_quantity_reads_so(value: float, unit: str, maximum: float | None, per: str | None, words: str) -> None:
    assert quantity_in_words(value, unit, maximum=maximum, per=per) == words


def test_every_unit_has_words_of_its_own_for_one_and_for_many() -> None:
    many = [unit_in_words(u) for u in Unit]
    assert len(set(many)) == len(list(Unit))
    for unit in Unit:
        one = unit_in_words(unit, one=True)
        assert one == unit_in_words(unit) or unit is not Unit.percent
        for word in (one, unit_in_words(unit)):
            assert re.fullmatch(r"[a-z]+(?:[ -][A-Za-z₂]+)*", word), word
            assert word not in ("gbp", "fte", "tco2e", "kg", "km", "percent")
    assert all(quantity_in_words(2, Unit.people, per=p).startswith("2 people ") for p in Per)


@given(st.floats(min_value=1e-12, max_value=1e15))
def test_a_shown_number_is_the_number_and_never_nought(value: float) -> None:
    for words in (number_in_words(value), number_in_words(Decimal(str(value)))):
        shown = float(words.replace(",", ""))
        assert shown > 0
        assert abs(shown - value) <= max(0.00051, 0.05 * value if value < 0.001 else 0)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_money_is_shown_to_the_penny(pounds: Decimal) -> None:
    words = money_in_words(pounds)
    assert Decimal(words.removeprefix("£").replace(",", "")) == pounds
    assert re.fullmatch(r"£\d{1,3}(,\d{3})*(\.\d\d)?", words)


def test_no_page_and_no_paper_words_units_on_its_own() -> None:
    """Codes of units, and words for them, stand in no template and in no other source."""
    files = [f for f in SOURCES.rglob("*") if f.suffix in (".py", ".html") and f not in APART]
    assert len(files) > 200
    assert [f"{f.name}: {m.group()}" for f in files if (m := OWN_WORDS.search(f.read_text()))] == []
