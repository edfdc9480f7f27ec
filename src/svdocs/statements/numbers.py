"""Numbers as people write them: digits, words, money, shares and ranges, each with its place in the text.

One regular expression cuts a text into tokens; everything after that is a walk over the tokens, so the work grows
with the length of the text and no pattern can run away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+(?!\.?[0-9]))?)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<symbol>[^\s\w]|_)"
    r"|(?P<other>\w)"
)

UNITS_BY_WORD = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS_BY_WORD = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SUFFIXES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, **SCALES}
FRACTIONS = {
    "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6,
    "seventh": 1 / 7, "eighth": 1 / 8, "ninth": 1 / 9, "tenth": 1 / 10, "twentieth": 1 / 20, "hundredth": 1 / 100,
}  # fmt: skip
_DASHES = frozenset("-–—‐‑")


class Token(NamedTuple):
    """A word, number or sign of a text, with its place in it; `low` is the word in lower case, plain apostrophes."""

    text: str
    low: str
    start: int
    end: int
    kind: str


class NumberKind(StrEnum):
    """What a number says by its own form."""

    plain = "plain"
    money = "money"
    percent = "percent"
    foreign_money = "foreign_money"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: its value, the upper end if it is a range, and the tokens it takes (the end excluded)."""

    value: float
    kind: NumberKind
    first: int
    last: int
    maximum: float | None = None
    in_digits: bool = True


@lru_cache(maxsize=64)
def cut_tokens(text: str) -> Sequence[Token]:
    """Return the text's words, numbers and signs in order.

    >>> [t.text for t in cut_tokens("£1,200 for twenty-five")]
    ['£', '1,200', 'for', 'twenty', '-', 'five']
    """
    return tuple(
        Token(m[0], m[0].lower().replace("’", "'"), m.start(), m.end(), str(m.lastgroup)) for m in _TOKEN.finditer(text)
    )


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """Return the numbers among the tokens in order, ranges and shares as one.

    >>> [(n.value, n.kind.value) for n in find_numbers(cut_tokens("£1.2m, half a million pounds, one in ten, 8-10"))]
    [(1200000.0, 'money'), (500000.0, 'money'), (10.0, 'percent'), (8.0, 'plain')]
    """
    out: list[Number] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        number = _read_number(tokens, i) if token.kind == "number" or token.low in _BEGINS_NUMBER else None
        if number is None:
            i += 1
            continue
        out.append(number)
        i = number.last
    return _join_ranges(out, tokens)


_BEGINS_NUMBER = frozenset(
    {*UNITS_BY_WORD, *TENS_BY_WORD, *FRACTIONS, *SCALES, "hundred", "dozen", "couple", "pair", "£", "gbp", "$", "€"}
    | {"halve", "halves", "halved", "halving"}
)
"""What the first token of a number that is not in digits can be."""


def percent_of(share: float) -> float:
    """Return a share as a percentage, thirds and the like rounded to the whole number.

    >>> percent_of(1 / 3), percent_of(1 / 8), percent_of(0.9)
    (33.0, 12.5, 90.0)
    """
    exact = share * 100
    return float(round(exact)) if abs(exact * 10 - round(exact * 10)) > 1e-6 else round(exact, 1)


def _low(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def _touches(tokens: Sequence[Token], i: int) -> bool:
    """Say whether token i stands right against the token before it."""
    return 0 < i < len(tokens) and tokens[i].start == tokens[i - 1].end


def _read_number(tokens: Sequence[Token], i: int) -> Number | None:
    start = i
    kind = NumberKind.plain
    low = tokens[i].low
    if low in ("£", "gbp"):
        kind, i = NumberKind.money, i + 1
    elif low in ("$", "€"):
        kind, i = NumberKind.foreign_money, i + 1
    bare = _read_digits(tokens, i) or _read_words(tokens, i)
    if bare is None:
        return _read_share_word(tokens, start) if kind is NumberKind.plain else None
    value, end, in_digits = bare
    if kind is NumberKind.plain:
        share = _read_share(tokens, start, value, end, in_digits)
        if share is not None:
            return share
        value, end, kind = _read_money_or_percent(tokens, value, end)
    return Number(value, kind, start, end, in_digits=in_digits)


def _read_digits(tokens: Sequence[Token], i: int) -> tuple[float, int, bool] | None:
    if i >= len(tokens) or tokens[i].kind != "number":
        return None
    digits = tokens[i].text.replace(",", "")
    if len(digits) > 15:
        return None
    value = float(digits)
    after = _low(tokens, i + 1)
    if (
        after in ("k", "m", "mn", "bn")
        and (_touches(tokens, i + 1))
        and not (after == "m" and _low(tokens, i + 2) == "x")
    ):
        return value * _SUFFIXES[after], i + 2, True
    if after in SCALES:
        return value * SCALES[after], i + 2, True
    return value, i + 1, True


def _read_words(tokens: Sequence[Token], i: int) -> tuple[float, int, bool] | None:
    """Read a number in words: "two hundred and forty", "a dozen", "half a million", "three and a half"."""
    phrase = _read_idiom(tokens, i)
    if phrase is not None:
        return phrase
    total, group, end, seen = 0, 0, i, False
    while end < len(tokens):
        low = tokens[end].low
        if low in UNITS_BY_WORD and (not seen or group % 10 == 0):
            if seen and (group % 100 or 0) and UNITS_BY_WORD[low] > 9:
                break
            group, seen, end = group + UNITS_BY_WORD[low], True, end + 1
        elif low in TENS_BY_WORD and (not seen or group % 100 == 0):
            group, seen, end = group + TENS_BY_WORD[low], True, end + 1
        elif low == "hundred" and (seen or _low(tokens, i - 1) in ("a", "every")):
            group, seen, end = (group or 1) * 100, True, end + 1
        elif low in SCALES and (seen or _low(tokens, i - 1) == "a"):
            total, group, seen, end = total + (group or 1) * SCALES[low], 0, True, end + 1
        elif low == "dozen":
            group, seen, end = (group or 1) * 12, True, end + 1
        elif (
            seen and low in _DASHES and group and group % 10 == 0 and group % 100 and _low(tokens, end + 1) in _ONES
        ) or (seen and low == "and" and _joins(tokens, end, total, group)):
            end += 1
        else:
            break
    if not seen:
        return None
    value = float(total + group)
    if _low(tokens, end) == "and" and _low(tokens, end + 1) == "a" and _low(tokens, end + 2) in ("half", "quarter"):
        return value + FRACTIONS[_low(tokens, end + 2)], end + 3, False
    return value, end, False


_ONES = frozenset(w for w, v in UNITS_BY_WORD.items() if 0 < v < 10)


def _joins(tokens: Sequence[Token], i: int, total: int, group: int) -> bool:
    """Say whether the "and" at i carries on the number, as in "two hundred and six"."""
    after = _low(tokens, i + 1)
    if after not in UNITS_BY_WORD and after not in TENS_BY_WORD:
        return False
    return bool(group and group % 100 == 0) or bool(total and not group)


def _read_idiom(tokens: Sequence[Token], i: int) -> tuple[float, int, bool] | None:
    low, second, third = _low(tokens, i), _low(tokens, i + 1), _low(tokens, i + 2)
    if low == "half" and second == "a" and third in ("million", "dozen", "billion", "hundred", "thousand"):
        return {"dozen": 6.0, "hundred": 50.0}.get(third) or SCALES[third] / 2, i + 3, False
    if low == "quarter" and second == "of" and third == "a" and _low(tokens, i + 3) in SCALES:
        return SCALES[_low(tokens, i + 3)] / 4, i + 4, False
    if low in ("couple", "pair") and second == "of":
        return 2.0, i + 2, False
    return None


def _read_money_or_percent(tokens: Sequence[Token], value: float, end: int) -> tuple[float, int, NumberKind]:
    after, second = _low(tokens, end), _low(tokens, end + 1)
    if after in ("%", "percent", "percentage", "pc"):
        return value, end + 1, NumberKind.percent
    if after == "grand":
        return value * 1000, end + 1, NumberKind.money
    if after == "per" and second in ("cent", "centum"):
        return value, end + 2, NumberKind.percent
    if after in ("pounds", "pound", "quid", "gbp", "sterling"):
        return value, end + 1, NumberKind.money
    if (after == "p" and _touches(tokens, end)) or after in ("pence", "penny"):
        if _in_the_pound(tokens, end + 1):
            return value, _after_pound(tokens, end + 1), NumberKind.percent
        if _pound_before(tokens, end):
            return value, end + 1, NumberKind.percent
        return value / 100, end + 1, NumberKind.money
    return value, end, NumberKind.plain


def _in_the_pound(tokens: Sequence[Token], i: int) -> bool:
    return _low(tokens, i) in ("in", "of", "out") and "pound" in {_low(tokens, j) for j in range(i + 1, i + 4)}


def _after_pound(tokens: Sequence[Token], i: int) -> int:
    return next(j + 1 for j in range(i + 1, i + 4) if _low(tokens, j) == "pound")


def _pound_before(tokens: Sequence[Token], i: int) -> bool:
    """Say whether "of every pound" opens the sentence in which the pence stand."""
    return any(
        _low(tokens, j) == "pound" and _low(tokens, j - 1) in ("every", "each") for j in range(max(i - 30, 1), i)
    )


def _read_share(tokens: Sequence[Token], first: int, value: float, end: int, in_digits: bool) -> Number | None:
    """Read what follows a number as a share: "one in ten", "9 out of 10", "nine loads in ten", "4/5", "two thirds"."""
    low = _low(tokens, end)
    j = end + 1 if low in _DASHES or low == "in" else end
    fraction = FRACTIONS.get(_low(tokens, j).removesuffix("s"))
    if (fraction or _low(tokens, j) == "halves") and value < 10 and low != "in":
        word = _low(tokens, j)
        if (value == 1 or word.endswith("s")) and _low(tokens, j + 1) not in _CLOCK:
            return _share(value * (fraction or 0.5), first, j + 1)
    if low == "/" and in_digits and end + 1 < len(tokens) and tokens[end + 1].kind == "number":
        below = float(tokens[end + 1].text.replace(",", ""))
        if 0 < value < below <= 20 and _low(tokens, end + 2) not in ("/", "-"):
            return _share(value / below, first, end + 2)
        return None
    for gap in (0, 1, 2):
        at = end + gap
        if gap and (at - 1 >= len(tokens) or tokens[at - 1].kind != "word" or tokens[at - 1].low in _STOPS):
            return None
        width = 2 if (_low(tokens, at), _low(tokens, at + 1)) == ("out", "of") else 1 if _low(tokens, at) == "in" else 0
        if not width:
            continue
        every = 1 if _low(tokens, at + width) in ("every", "each") else 0
        below_at = _read_digits(tokens, at + width + every) or _read_words(tokens, at + width + every)
        if below_at is None or not 0 < value < below_at[0] <= 1000 or below_at[0] in _YEARS:
            return None
        if gap == 0 and width == 2 and below_at[0] not in _ROUND:
            return None
        if _low(tokens, below_at[1]) in _TIME or (width == 1 and below_at[0] not in _ROUND and below_at[0] > 12):
            return None
        return _share(value / below_at[0], first, below_at[1])
    return None


_STOPS = frozenset({"of", "to", "for", "and", "or", "with", "at", "by", "from", "on", "the", "a", "in", "out"})
_CLOCK = frozenset({"past", "o'clock"})
_TIME = frozenset(
    {"day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "working", "minutes"}
)
_ROUND = frozenset({2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 20.0, 25.0, 30.0, 40.0, 50.0, 100.0, 1000.0})
_YEARS = range(1900, 2100)


def _share(value: float, first: int, last: int) -> Number:
    return Number(percent_of(value), NumberKind.percent, first, last, in_digits=False)


_FRACTION_AFTER = frozenset(
    {"of", "off", "lower", "less", "fewer", "higher", "more", "our", "the", "those", "price", "their"}
)
_FRACTION_BEFORE = frozenset(
    {"by", "to", "than", "under", "over", "another", "about", "around", "nearly", "almost", "a", "least"}
)


def _read_share_word(tokens: Sequence[Token], i: int) -> Number | None:
    """Read a fraction without a number before it: "a third of", "half the places", "cut by a quarter", "halve"."""
    low, after, before = tokens[i].low, _low(tokens, i + 1), _low(tokens, i - 1)
    if low == "halves" and before in ("by", "in"):
        return None
    if low in ("halve", "halves", "halved", "halving"):
        return _share(0.5, i, i + 1)
    if low == "half" and (after, _low(tokens, i + 2)) == ("and", "half"):
        return None
    if low == "half":
        if before == "a" and _low(tokens, i - 2) == "and":
            return None
        if after in ("a", "an") and _low(tokens, i + 2) in ("tonne", "ton", "day", "hour", "mile", "week"):
            return _share(0.5, i, i + 1)
        if after in ("a", "an", "day", "days", "hour", "term", "year", "way", "yearly", "past", "dozen", "million"):
            return None
        if after in _DASHES and _low(tokens, i + 2) not in ("price", "cost", "electric"):
            return None
        return _share(0.5, i, i + 1)
    if low in FRACTIONS and low != "halves" and before in ("a", "an"):
        if _low(tokens, i - 2) in ("by", "whom", "which") and after != "of":
            return _share(FRACTIONS[low], i - 1, i + 1)
        closing = after in ("", ".", ",", ";", ")", "|") or (
            after in ("by", "now", "on", "for", "in")
            and _low(tokens, i - 2) in ("down", "up", "is", "at", "of", "to", "cut")
        )
        if after in _FRACTION_AFTER or (
            closing and _low(tokens, i - 2) in _FRACTION_BEFORE | {"fell", "cut", "down", "is", "at", "up", "of"}
        ):
            if (
                after == "of"
                and _low(tokens, i + 2) in ("a", "an")
                and _low(tokens, i + 3) in ("million", "mile", "hour")
            ):
                return None
            return _share(FRACTIONS[low], i - 1, i + 1)
    return None


def _join_ranges(numbers: list[Number], tokens: Sequence[Token]) -> list[Number]:
    """Return the numbers with "8-10", "two to three" and "between 45 and 50 per cent" each as one."""
    out: list[Number] = []
    for number in numbers:
        before = out[-1] if out else None
        if before is not None and _is_range(before, number, tokens):
            low, high = before.value, number.value
            if number.kind is NumberKind.money and high >= 1000 and low < 1000 and before.kind is NumberKind.plain:
                low = low * 1000 if high / max(low, 1) >= 1000 else low
            kind = number.kind if before.kind is NumberKind.plain else before.kind
            out[-1] = Number(low, kind, before.first, number.last, high, before.in_digits)
        else:
            out.append(number)
    return out


def _is_range(low: Number, high: Number, tokens: Sequence[Token]) -> bool:
    if high.first != low.last + 1 or low.maximum is not None or high.value <= low.value:
        return False
    if low.kind is not high.kind and low.kind is not NumberKind.plain:
        return False
    joint, before = tokens[low.last].low, _low(tokens, low.first - 1)
    if joint in _DASHES:
        return True
    if joint == "to":
        return before != "from"
    if joint == "or":
        return high.value - low.value <= max(2.0, low.value)
    return joint == "and" and before == "between"
