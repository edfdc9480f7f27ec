"""Numbers are given as their formats show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.text.xlsx_formats import BUILT_IN, format_value, shows_nothing

ACCOUNTS = '_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-'


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (1234.5, ACCOUNTS, "£1,234.50"),
        (-1234.5, ACCOUNTS, "-£1,234.50"),
        (0, ACCOUNTS, "£-"),
        (-5, "0", "-5"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (2_500_000, '£0.0,,"m"', "£2.5m"),
        (12, "[Red]0;[Blue]-0", "12"),
        (0, "#", ""),
        (0.5, "0", "1"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (1234.5, "£#,##0", "£1,235"),
        (0.345, "0%", "35%"),
        (1.005, "0.00", "1.01"),
        (1e300, "0", "1" + "0" * 300),
        (5, ";;;", ""),
        (0, '0;-0;"none"', "none"),
        (2.5, "# ?/?", "2.5"),
        (0.5, "0.00E+00", "0.5"),
        (5, "@", "5"),
        (7, '0" a;b"', "7 a;b"),
        (7, r"0\%", "7%"),
        (1e20, "General", "1e+20"),
        (float("nan"), "General", ""),
        (float("inf"), "0", ""),
        (46477, "mmm-yy", "2027-03"),
        (46477, "yyyy", "2027"),
        (46477, "[$-809]d mmmm yyyy", "2027-03-31"),
        (46477.5, "dd/mm/yyyy hh:mm", "2027-03-31 12:00"),
        (0.5, "h:mm", "12:00"),
        (0.5, "h:mm:ss AM/PM", "12:00:00"),
        (1.5, "[h]:mm", "36:00"),
        (46477.9999999, "dd/mm/yyyy", "2027-04-01"),
        (1, "dd/mm/yyyy", "1900-01-01"),
        (-1, "dd/mm/yyyy", "-1"),
        (1e9, "dd/mm/yyyy", "1000000000"),
    ],
)
def test_a_number_is_given_as_shown(number: float, code: str, text: str) -> None:
    assert format_value(number, code) == text


def test_days_may_count_from_1904() -> None:
    assert format_value(0, "dd/mm/yyyy", from_1904=True) == "1904-01-01"


@given(
    st.floats(),
    st.text(alphabet='0#?.,%;"[]$£-_*\\@ymdhsE+/ General', max_size=20) | st.sampled_from(list(BUILT_IN.values())),
)
def test_any_number_in_any_format_gives_a_text(number: float, code: str) -> None:
    assert isinstance(format_value(number, code), str)
    assert isinstance(shows_nothing(code), bool)
