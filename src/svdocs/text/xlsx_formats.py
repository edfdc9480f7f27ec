"""A number in a workbook as a person sees it: 0.05 in a cell for percentages is 5%, 46112 in one for dates is a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "£#,##0", 6: "£#,##0", 7: "£#,##0.00", 8: "£#,##0.00",
    9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm",
    19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: "#,##0", 42: "£#,##0", 43: "#,##0.00", 44: "£#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss", 49: "@",
}  # fmt: skip
"""The formats that a workbook names by number only; where Excel would take the currency of the place, the pound."""

_TOKEN = re.compile(
    r"""
    "([^"]*)" | \\(.) | _. | \*.            # letters as they are; room for a letter; a letter to fill with
    | \[\$([^\]-]*)(?:-[^\]]*)?\]           # a currency
    | \[(h+|m+|s+)\] | \[[^\]]*\]           # time that has passed; a colour or condition
    | ([0#?][0#?,.\ ]*|\.[0#?]+)            # digits
    | ([Ee][+-]0+|/) | (AM/PM|A/P|[ymdhs]+) # a power or fraction; parts of a date
    | (@) | (General) | (.)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_BLANK = re.compile(r'"\s*"|\\\s|_.|\[[^\]]*\]')
"""What a format may hold that leaves no mark in the cell."""
_LAST_SERIAL = 2_958_465
"""31 December 9999."""


_WIDE = Context(prec=400)


@dataclass(frozen=True, slots=True)
class _Form:
    """A section of a number format, taken apart."""

    prefix: str = ""
    suffix: str = ""
    decimals: int | None = None
    grouped: bool = False
    percent: bool = False
    divisor: int = 1
    date: str = ""
    general: bool = False
    shows: bool = True
    optional: bool = False
    """Whether a zero shows no digit."""


def format_value(number: float, code: str, *, from_1904: bool = False) -> str:
    """Return a number as its format shows it; dates in ISO form, as far as the format goes.

    >>> [format_value(n, c) for n, c in ((24.0, "General"), (0.05, "0%"), (46477, "dd/mm/yyyy"))]
    ['24', '5%', '2027-03-31']
    """
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    sections = _sections(code)
    section, value = _pick(sections, number)
    form = _take_apart(section)
    if form.date:
        return _format_date(number, form.date, from_1904)
    if not form.shows:
        return ""
    return form.prefix + _digits(value, form) + form.suffix


def shows_nothing(code: str) -> bool:
    """Say whether a format hides whatever the cell holds.

    >>> shows_nothing(";;;"), shows_nothing('"";"";"";""'), shows_nothing("0%")
    (True, True, False)
    """
    return code.count(";") >= 2 and not _BLANK.sub("", code).strip(" ;")


def hides_text(code: str) -> bool:
    """Say whether a format shows numbers and hides words: its fourth section is there and empty.

    >>> hides_text("0;-0;0;"), hides_text("0;-0;;@"), hides_text("0;-0;0")
    (True, False, False)
    """
    sections = _sections(code)
    return len(sections) == 4 and not _BLANK.sub("", sections[3]).strip()


def _sections(code: str) -> list[str]:
    """Return the parts of a format for positive, negative and zero values and for text.

    >>> _sections('0;"a;b";-')
    ['0', '"a;b"', '-']
    """
    parts = [""]
    for token in re.findall(r'"[^"]*"|\\.|.', code, re.DOTALL):
        if token == ";":
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _pick(sections: list[str], number: float) -> tuple[str, float]:
    """Return the section that applies and the value that it shows."""
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0] if sections else "General", number


@lru_cache(maxsize=512)
def _take_apart(section: str) -> _Form:
    before, after, date_letters = "", "", ""
    pattern: str | None = None
    percent = general = False
    for quoted, escaped, currency, elapsed, digits, power, clock, text, plain, other in _TOKEN.findall(section):
        if elapsed or clock:
            date_letters += (elapsed or clock).lower() if (clock or "").upper() not in ("AM/PM", "A/P") else "h"
        elif digits and pattern is None:
            pattern = digits.rstrip()
            after += " " * (len(digits) - len(pattern))
        elif power == "/" and date_letters:
            continue
        elif power or plain or text or digits:
            general = True
        else:
            percent = percent or other == "%"
            letters = quoted or escaped or currency or other
            if pattern is None and not general:
                before += letters
            else:
                after += letters
    if date_letters:
        return _Form(date=date_letters)
    if pattern is None and not general:
        shown = bool((before + after).strip())
        return _Form(prefix=before.strip() + after.strip(), shows=shown, decimals=-1)
    pattern = pattern or ""
    scaling = len(pattern) - len(pattern.rstrip(","))
    core = pattern.rstrip(",")
    decimals = len(re.sub(r"[^0#?]", "", core.partition(".")[2])) if not general else None
    return _Form(before.lstrip(), after.rstrip(), decimals, "," in core, percent, 1000**scaling, general=general,
                 optional=not general and "0" not in core)  # fmt: skip


def _digits(value: float, form: _Form) -> str:
    if form.decimals == -1 or (value == 0 and form.optional):
        return ""
    value = value * 100 if form.percent else value / form.divisor
    if form.general or form.decimals is None:
        return _plain(value)
    separator = "," if form.grouped else ""
    return f"{_rounded(value, min(form.decimals, 15)):{separator}f}"


def _rounded(value: float, decimals: int) -> Decimal:
    """Return a number rounded as workbooks show it: its 15 digits, and a half away from zero.

    >>> [str(_rounded(n, 0)) for n in (0.5, 2.5, 1234.5)], str(_rounded(1.005, 2))
    (['1', '3', '1235'], '1.01')
    """
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)


def _plain(value: float) -> str:
    """Return a number without needless digits.

    >>> _plain(24.0), _plain(0.1 + 0.2), _plain(1234567.5)
    ('24', '0.3', '1234567.5')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.11g}"


def _format_date(serial: float, letters: str, from_1904: bool) -> str:
    if serial < 0 or serial > _LAST_SERIAL:
        return _plain(serial)
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    if seconds == 86_400:
        days, seconds = days + 1, 0
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}" + (f":{seconds % 60:02d}" if "s" in letters else "")
    if not re.search(r"[yd]", letters) and not ("m" in letters and not re.search(r"[hs]", letters)):
        return clock if days == 0 else f"{days * 24 + seconds // 3600}{clock[2:]}"
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if days < 60 else 30)
    try:
        day = start + timedelta(days=days)
    except OverflowError:
        return _plain(serial)
    if re.search(r"[hs]", letters):
        return f"{day.isoformat()} {clock}"
    if "d" in letters:
        return day.isoformat()
    return f"{day.year:04d}-{day.month:02d}" if "m" in letters else f"{day.year:04d}"
