"""The change that a promise states in its own words: the level before, by how much, and the level after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from svdocs.statements.numbers import NumberKind, cut_tokens, find_numbers


class Course(StrEnum):
    """Which way a stated change goes, for the people or the place that should gain."""

    gain = "gain"
    none = "none"
    loss = "loss"


@dataclass(frozen=True, slots=True)
class Change:
    """A stated change; what the words do not tell is None.

    Attributes:
        before: the level now.
        by: how much is added, or taken away where fewer is better; never negative.
        after: the level promised.
        course: whether it is a gain.
        text: the words that state it.
    """

    course: Course
    text: str
    before: float | None = None
    by: float | None = None
    after: float | None = None


_N = r"⟦(\d+)⟧"
_WORDS = r"(?:[\s,(]+[\w'’&/£%-]+\)?)"
_PRESENT = (
    r"(?:present|current|existing|usual|normal|standard|standing|today['’]s|regular|ordinary|yearly|annual|average|"
    r"last year['’]s|this year['’]s|previous|former|historic)"
)
_LEVEL = (
    rf"(?:(?:(?:our|its|their|his|her|that|those|these) |the (?={_PRESENT}|⟦)|the \w+ (?:of|that we) )"
    rf"(?:[\w'’-]+ ){{0,6}}?|"
    rf"{_PRESENT} (?:[\w'’-]+ ){{0,5}}?|what (?:we|they|it) (?:[\w'’-]+ ){{0,5}}?|"
    rf"(?:an?|any) (?:\w+ )?(?:usual|normal|average|present) (?:[\w'’-]+ ){{0,4}}?)"
)
_OVER = (
    r"(?:on top of|above|over and above|beyond|in addition to|additional to|over (?=our|its|their|what)|besides|"
    r"more than|"
    r"greater than)"
)
_UNDER = r"(?:fewer than|less than|below|under|lower than|short of)"
_KEPT = (
    r"(?:keep|kept|keeps|keeping|hold|holds|held|maintain(?:s|ed|ing)?|retain(?:s|ed)?|remains?|stays?|"
    r"continu(?:e|es|ing)|"
    r"preserve[sd]?|sustain(?:s|ed)?|stick)"
)
_STOCK = (
    r"(?:intake|level|number|numbers|figure|total|rate|programme|scheme|allowance|budget|fund|quota|cohort|target|"
    r"donation|gift|grant|pot|spend|spending|complement|entitlement|share|average|commitment|fleet|places)"
)
_MOVES = (
    r"(?:rais\w+|rise[sn]?|rising|rose|increas\w+|gr[eo]w\w*|lift\w*|go(?:es|ing)?|went|move[sd]?|moving|expand\w*|"
    r"extend\w*|step\w*|cut\w*|reduc\w+|fall\w*|drop\w*|lower\w*|shorten\w*|br(?:ing|ought)\w*|take[sn]?|push\w*|"
    r"improv\w+|widen\w*|halv\w+|doubl\w+|trebl\w+|up|down|scal\w+|chang\w+|shift\w*|boost\w*)"
)
_HAS = (
    r"(?:take on|takes on|have|has|give|gives|run|runs|recruit|recruits|offer|offers|employ|employs|host|hosts|plant|"
    r"plants|hold|holds|pay|pays|spend|spends|donate|donates|train|trains|provide|provides|do|manage|manages|"
    r"fund|funds)"
)

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(p, re.I), roles)
    for p, roles in (
        # three (apprentices) more than / on top of our yearly intake of twelve
        (rf"{_N}{_WORDS}{{0,6}}?,?\s+{_OVER} {_LEVEL}{_N}", "+b"),
        (rf"{_N}{_WORDS}{{0,6}}?,?\s+{_UNDER} {_LEVEL}{_N}", "-b"),
        (rf"{_N} (?:more|extra)(?:{_WORDS}{{0,4}}?) than (?:the )?{_N}", "+b"),
        (rf"{_N} (?:fewer|less)(?:{_WORDS}{{0,4}}?) than (?:the )?{_N}", "-b"),
        (rf"(?:beyond|besides|on top of|in addition to|above) {_LEVEL}{_N}[^⟦.;]{{0,60}}{_N}", "b+"),
        # up from eight to twelve; to twelve from eight
        (rf"\b{_MOVES}\b[^⟦]{{0,60}}?\bfrom{_WORDS}{{0,5}}?\s*{_N}[^⟦.;]{{0,50}}?\b(?:to|"
         rf"into){_WORDS}{{0,4}}?\s*{_N}", "ba"),
        (rf"\b{_MOVES}\b[^⟦]{{0,60}}?\bto{_WORDS}{{0,3}}?\s*{_N}[^⟦.;]{{0,40}}?\b(?:up |"
         rf"down )?from{_WORDS}{{0,5}}?\s*{_N}", "ab"),
        # fifteen, up from twelve; fifteen instead of our usual twelve
        (
            rf"{_N}[^⟦.;]{{0,60}}?\b(?:up from|down from|instead of|rather than|in place of|compared (?:with|to)"
            rf"|as against|against|"
            rf"versus|where (?:we|it|they) (?:\w+ )?(?:have|has|take|give|run)s?)\b{_WORDS}{{0,6}}?\s*{_N}",
            "ab",
        ),
        (rf"\b(?:instead of|rather than|in place of){_WORDS}{{0,6}}?\s*{_N}[^⟦.;]{{0,60}}?{_N}", "ba"),
        # double our intake of twelve; double it to twenty-four
        (rf"\b(?:doubl\w+|twice)\b[^⟦.;]{{0,60}}?\bto {_N}", "2a"),
        (rf"\b(?:doubl\w+|twice)\b[^⟦.;]{{0,60}}?{_N}", "2b"),
        (rf"\b(?:trebl\w+|tripl\w+)\b[^⟦.;]{{0,60}}?{_N}", "3b"),
        # increase our intake of twelve by three; increase it by three from twelve
        (rf"\b(?:increas\w+|rais\w+|grow\w*|lift\w*|expand\w*|boost\w*)"
         rf"\b[^⟦.;]{{0,40}}?{_STOCK}[^⟦.;]{{0,20}}?{_N}[^⟦.;]{{0,30}}?\bby {_N}", "b+"),
        (rf"\b(?:increas\w+|rais\w+|grow\w*|lift\w*|expand\w*|boost\w*)"
         rf"\b[^⟦.;]{{0,60}}?\bby {_N}[^⟦.;]{{0,30}}?\bfrom{_WORDS}{{0,5}}?\s*{_N}", "+b"),
        (rf"\b(?:increas\w+|rais\w+|grow\w*|lift\w*|expand\w*|boost\w*)\b[^⟦.;]{{0,60}}?\bby {_N}", "+"),
        # we take on twelve a year; this contract adds three
        (rf"\b(?:we|it|they|firm|company) (?:now |already |currently |today |usually |"
         rf"normally )?{_HAS}{_WORDS}{{0,4}}?\s*{_N}[^⟦.]{{0,80}}?"
         rf"\b(?:adds?|more|another|further|extra|additional)\b[^⟦.]{{0,12}}?{_N}", "b+"),
        (rf"\b(?:we|it|they|firm|company) (?:now |already |currently |today |usually |"
         rf"normally )?{_HAS}{_WORDS}{{0,4}}?\s*{_N}[^⟦.]{{0,80}}?"
         rf"{_N}{_WORDS}{{0,2}}?\s+(?:more|extra|on top|in addition|further|additional)\b", "b+"),
        (rf"{_N}{_WORDS}{{0,5}}?\s+(?:now|today|at present|currently|this year|last year)"
         rf"\b[^⟦.]{{0,40}}?\b(?:rising to|then|to|becomes?|will be|from){_WORDS}{{0,3}}?\s*{_N}", "ba"),
        # keep our intake of twelve; our intake will stay at twelve
        (rf"\b{_KEPT}\b(?: (?:on|to|up|with))?[^⟦.;]{{0,60}}?\b{_STOCK}\b[^⟦.;]{{0,20}}?{_N}", "0"),
        (rf"\b{_STOCK}\b[^⟦.;]{{0,40}}?\b{_KEPT}\b (?:at )?(?:the same )?{_N}", "0"),
        (rf"\b{_KEPT}\b (?:[\w'’-]+ ){{0,5}}?(?:at|to) (?:our |the |its )?(?:\w+ )?{_N}", "0"),
        # three more apprentices; a further six
        (rf"{_N} (?:more|extra|additional|further|new and additional)\b(?! than| or)", "+"),
        (rf"\b(?:an? (?:further|extra|additional)|another) {_N}", "+"),
    )
)  # fmt: skip

_FEWER = re.compile(
    r"\b(?:emissions?|carbon|co2|waste|landfill|mileage|diesel|energy use|absence|sickness|accidents?|plastics?|"
    r"pay gap|"
    r"gap|invoices?|bills?|paid|pay(?:ing)? (?:\w+ )?suppliers|payment|response|respond\w*|answer\w*|waiting|"
    r"vacanc\w+|drop-?outs?|complaints?|caseloads?)\b",
    re.I,
)
_MORE = re.compile(
    r"\b(?:paid|unpaid) (?:\w+ )?(?:days?|hours?|weeks?|leave|volunteering|placements?|internships?|time)\b|"
    r"\b(?:recycl|compost|divert|reus)\w*",
    re.I,
)
_NO_CHANGE_WORDS = re.compile(r"\b(?:increas\w+|more|extra|additional|further|rais\w+|on top|double|up from)\b", re.I)


@lru_cache(maxsize=20_000)
def read_change(text: str) -> Change | None:
    """Return the change that `text` states, or None.

    >>> c = read_change("We will take on three apprentices more than our yearly intake of twelve.")
    >>> (c.course.value, c.before, c.by, c.after)
    ('gain', 12.0, 3.0, 15.0)
    >>> read_change("We will keep our intake of twelve.").course.value
    'none'
    >>> read_change("Invoices will be paid in 7 days instead of 30.").course.value
    'gain'
    """
    marked, numbers = _mark_numbers(text)
    if not numbers:
        return None
    for pattern, roles in _PATTERNS:
        for m in pattern.finditer(marked):
            picked = [numbers[int(i)] for i in m.groups() if i is not None]
            if len({kind for _, kind in picked}) > 1:
                continue
            if roles == "0" and _NO_CHANGE_WORDS.search(marked):
                continue
            if roles == "+b" and picked[0][1] is NumberKind.percent and picked[0][0] > picked[1][0]:
                roles = "ab"  # 98% above the 90% that is asked for is a level, not an addition
            change = _change(roles, [v for v, _ in picked], _unmark(m.group(), text, numbers), text)
            if change is not None:
                return change
    return None


def _mark_numbers(text: str) -> tuple[str, list[tuple[float, NumberKind]]]:
    """Return the text with each number as ⟦i⟧, and the numbers; years and clock times stay words."""
    tokens = cut_tokens(text)
    out: list[str] = []
    kept: list[tuple[float, NumberKind]] = []
    at = 0
    for number in find_numbers(tokens):
        start, end = tokens[number.first].start, tokens[number.last - 1].end
        if text[max(start - 1, 0) : start] in ("£", "$", "€"):
            start -= 1
        if start < at or (number.kind is NumberKind.plain and number.in_digits and 1990 <= number.value <= 2060):
            continue
        if re.match(r"\s?(?:am|pm|noon)\b|[:/]\d", text[end : end + 6]):
            continue
        if re.search(r"\b20\d\d ?[/–—-] ?$", text[:start]):  # the second half of 2026/27
            continue
        out += [text[at:start], f"⟦{len(kept)}⟧"]
        kept.append((number.value, number.kind))
        if number.maximum is not None:  # "from twelve to fifteen" is read as a range
            out.append(f" to ⟦{len(kept)}⟧")
            kept.append((number.maximum, number.kind))
        at = end
    return "".join([*out, text[at:]]), kept


def _unmark(matched: str, text: str, numbers: Sequence[tuple[float, NumberKind]]) -> str:
    return re.sub(r"⟦(\d+)⟧", lambda m: f"{numbers[int(m[1])][0]:g}", matched).strip()


def _change(roles: str, values: Sequence[float], words: str, text: str) -> Change | None:
    if roles == "0":
        return Change(Course.none, words, values[0], 0.0, values[0])
    before, by, after = None, None, None
    if roles in ("2b", "3b"):
        before, after = values[0], values[0] * float(roles[0])
    elif roles == "2a":
        before, after = values[0] / 2, values[0]
    else:
        named = dict(zip(roles, values, strict=True))
        before, after = named.get("b"), named.get("a")
        signed = named.get("+") if "+" in named else -named["-"] if "-" in named else None
        if signed is not None:
            by, after = abs(signed), before + signed if before is not None else None
            if before is None:
                return Change(Course.gain if signed > 0 else Course.loss, words, None, by, None)
    if before is None or after is None or before <= 0 or after < 0:
        return None
    grew = after - before
    fewer = bool(_FEWER.search(text)) and not _MORE.search(text)
    course = Course.none if grew == 0 else Course.gain if (grew > 0) is not fewer else Course.loss
    return Change(course, words, before, abs(grew), after)


_NOW_HEADER = re.compile(
    r"\b(?:now|today|present|current(?:ly)?|baseline|existing|last year|business as usual|as is)\b", re.I
)
_THEN_HEADER = re.compile(
    r"\b(?:target|offer|promise|commitment|proposed|with this contract|will|pledge|new level|total|from award)\b", re.I
)


def read_change_in_row(header: Sequence[str], cells: Sequence[str]) -> Change | None:
    """Return the change that a table row states by a column for now and a column for what is promised, or None.

    >>> read_change_in_row(["Measure", "Now", "Target"], ["Apprentices a year", "12", "15"]).by
    3.0
    """
    if len(header) != len(cells):
        return None
    now = [c for h, c in zip(header, cells, strict=True) if _NOW_HEADER.search(h)]
    then = [c for h, c in zip(header, cells, strict=True) if _THEN_HEADER.search(h) and not _NOW_HEADER.search(h)]
    if not now or not then:
        return None
    (before, after) = (_only_number(x[0]) for x in (now, then))
    if before is None or after is None:
        return None
    text = " | ".join(cells)
    if before == 0:
        return Change(Course.gain, text, 0.0, after, after) if after > 0 else None
    return _change("ba", (before, after), text, text)


def _only_number(cell: str) -> float | None:
    found = find_numbers(cut_tokens(cell))
    return found[0].value if len(found) == 1 else None
