"""The numbers in any passage, with unit and period, put on one scale so that they can be held against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = dict(zip("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
                 "nineteen".split(), range(20), strict=True))  # fmt: skip
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9}
_WHOLES = {"a": 1, "an": 1, "dozen": 12, "once": 1, "twice": 2, "fortnight": 14, "half": 0.5, "couple": 2, "score": 20, "pair": 2}
_FRACTIONS = {"half": 50, "third": 100 / 3, "quarter": 25, "fifth": 20, "sixth": 100 / 6, "eighth": 12.5, "ninth": 100 / 9, "tenth": 10, "twentieth": 5}

_SMALL = "|".join([*_ONES, *_TENS])
_WORDS = rf"(?:{_SMALL})(?:[- ](?:{_SMALL}|hundred|thousand|million|and (?={_SMALL})))*"
_NUMBER = re.compile(
    rf"(?P<money>£|GBP ?|\bpounds? )? ?(?P<number>\d[\d,]*(?:\.\d+)?|\b(?:{_WORDS}|a dozen|dozen|a hundred|a thousand|a million|once|twice|a couple of|a fortnight)\b)"
    r" ?(?P<scale>k|m|bn|mn|million|thousand|billion|hundred)?\b ?(?P<percent>%|per ?cent|pc\b)?",
    re.I,
)
_SHARE = re.compile(rf"\b(?:(?P<n>{_SMALL}|\d+) (?:out of|in|of) (?:every )?(?P<d>{_SMALL}|\d+|our {_SMALL})|(?:(?P<count>{_SMALL}|an?|half) ?[- ]?)?"
                    rf"(?P<part>half|halve|third|quarter|fifth|sixth|eighth|ninth|tenth|twentieth)s?)\b", re.I)  # fmt: skip
_DATE = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)? )?(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sept?|Oct|Nov|Dec)\.? ?(?:19|20)?\d{0,2}(?:\d\d)?\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b(?:19|20)\d\d(?:[/-]\d{2,4})?\b|"
    r"\b(?:lots?|sections?|years?|yr|month|phase|level|schedule|stage|step|week|q|m|day|paragraph|clause|item|nt|sv|act|annex|table|iso|pas|euro|s\.)"
    r" ?\d[\d.]*(?:\.\d+)*\b|\b(?:zero|one)[- ](?:hours?|stop|off|way|to[- ]one|emission|tailpipe|waste|carbon)|\bnet[- ]zero|\bno one|\bonce (?:the|we|it|they|in)\b|\bone of\b|\b24[- ]?(?:hour|/7)|\baged? \d+(?: to \d+)?|\b\d+(?:-| to )\d+[- ](?:year|olds?)|"
    r"^\W*\d+(?:\.\d+)+(?= )|(?<=^)\d+ \|",
    re.I,
)
_UNITS: tuple[tuple[str, float, str], ...] = (
    (r"(?:minutes?|mins?)\b", 1 / 60, "hours"),
    (r"(?:[\w-]+ )?(?:hours?|hrs?)\b", 1, "hours"),
    (r"(?:[\w-]+ ){0,3}fortnights?\b", 14, "days"),
    (r"(?:[\w-]+ ){0,3}days?\b", 1, "days"),
    (r"(?:[\w-]+ ){0,2}weeks?\b", 7, "days"),
    (r"(?:[\w-]+ ){0,2}months?\b", 30.4, "days"),
    (r"(?:pounds?|p\b|pence)", 1, "gbp"),
    (r"(?:[\w-]+ ){0,2}tonnes?\b(?! of CO)|t\b", 1000, "kg"),
    (r"(?:kg|kilos?|kilograms?)\b", 1, "kg"),
    (r"(?:km|kilomet\w+)\b", 1, "km"),
    (r"(?:[\w-]+ ){0,2}miles?\b", 1.609, "km"),
)
_UNIT_PATTERNS = tuple((re.compile(r"[- ]*" + p, re.I), f, u) for p, f, u in _UNITS)
_PER = re.compile(
    r"\b(?P<year>(?:a|per|each|every|in (?:a|each|every)) (?:[\w]+ )?(?:year|annum|autumn|spring|summer|winter|christmas|michaelmas|january|september|"
    r"october|easter|november)|yearly|annual(?:ly)?|p\.?a\.?|per annum|/ ?y(?:ea)?r)\b|"
    r"\b(?P<month>(?:a|per|each|every) (?:calendar )?month|monthly)\b|\b(?P<quarter>(?:a|per|each|every) quarter|quarterly)\b|"
    r"\b(?P<week>(?:a|per|each|every) week|weekly)\b",
    re.I,
)
_PER_YEAR = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": 52.0}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what it counts: a measured unit such as ``hours``, or ``count`` for people and things."""

    value: float
    unit: str
    per: str | None
    text: str

    def ratio_to(self, other: Amount) -> float | None:
        """Return this amount by the other, or None where the two cannot be held against each other.

        >>> Amount(2, "days", "year", "").ratio_to(Amount(1, "days", "year", ""))
        2.0
        >>> Amount(2, "days", "year", "").ratio_to(Amount(500, "gbp", "year", "")) is None
        True
        """
        mine, theirs = _on_scale(self), _on_scale(other)
        if mine is None or theirs is None or mine[1] != theirs[1] or theirs[0] <= 0 or mine[0] <= 0:
            return None
        return mine[0] / theirs[0]


_COUNTED = frozenset({"people", "fte", "trees", "events", "schools", "organisations", "devices", "vehicles", "meals", "sessions", "items", "count"})
_MEASURED = {"weeks": ("days", 7.0), "tonnes": ("kg", 1000.0), "tco2e": ("kg", 1000.0), "miles": ("km", 1.609)}


def _on_scale(amount: Amount) -> tuple[float, str] | None:
    unit, factor = _MEASURED.get(amount.unit, (amount.unit, 1.0))
    if unit in _COUNTED:
        unit = "count"
    value = amount.value * factor
    if unit in ("hours", "days"):
        # A day of volunteering is a working day of seven and a half hours, as bidders reckon it.
        value, unit = (value if unit == "hours" else value * 7.5), "hours"
    if amount.per in ("month", "week", "quarter"):
        value *= _PER_YEAR[amount.per]
    return value, unit


def amounts_in(text: str) -> tuple[Amount, ...]:
    """Return the amounts in `text`, dates, clause numbers and years left out.

    >>> [(a.value, a.unit, a.per) for a in amounts_in("Eight apprentices start each year; £2.5m went to 38% of firms since 2019.")]
    [(8.0, 'count', 'year'), (2500000.0, 'gbp', 'year'), (38.0, 'percent', 'year')]
    """
    clean = _DATE.sub(lambda m: "#" * len(m.group()), text)
    period = next((name for m in _PER.finditer(clean) for name, words in m.groupdict().items() if words), None)
    found: list[Amount] = []
    for m in _SHARE.finditer(clean):
        share = _read_share(m)
        if share is not None:
            found.append(Amount(share, "percent", period, m.group().strip()))
            clean = clean[: m.start()] + "#" * (m.end() - m.start()) + clean[m.end() :]
    for m in _NUMBER.finditer(clean):
        value = read_number(m["number"])
        if value is None:
            continue
        if m["scale"] and (m["money"] or m["scale"].lower() not in ("m",)):
            value *= _SCALES[m["scale"].lower()]
        if m["percent"]:
            unit, factor = "percent", 1.0
        elif m["money"]:
            unit, factor = "gbp", 1.0
        else:
            unit, factor = next(((u, f) for p, f, u in _UNIT_PATTERNS if p.match(clean, m.end("scale") if m["scale"] else m.end("number"))), ("count", 1.0))
        found.append(Amount(value * factor, unit, period, m.group().strip()))
    return tuple(found)


def read_number(words: str) -> float | None:
    """Return the number that `words` write, or None.

    >>> read_number("1,250"), read_number("forty-two"), read_number("three hundred and twelve"), read_number("a dozen")
    (1250.0, 42.0, 312.0, 12.0)
    """
    plain = words.strip().lower()
    if plain[:1].isdigit():
        try:
            return float(plain.replace(",", "").rstrip("."))
        except ValueError:
            return None
    total, part, seen = 0.0, 0.0, False
    for word in re.split(r"[\s-]+", plain):
        if word in _ONES or word in _TENS:
            part, seen = part + (_ONES.get(word, 0) or _TENS.get(word, 0)), True
        elif word in _SCALES and len(word) > 2:
            part, seen = (part or 1) * _SCALES[word], True
            if part >= 1000:
                total, part = total + part, 0.0
        elif word in _WHOLES and word not in ("a", "an"):
            part, seen = (part or 1) * _WHOLES[word], True
        elif word not in ("a", "an", "and", "of"):
            return None
    return total + part if seen else None


def _read_share(m: re.Match[str]) -> float | None:
    if m["n"]:
        above, below = read_number(m["n"]), read_number(m["d"].removeprefix("our ").removeprefix("Our "))
        return 100 * above / below if above and below and above < below else None
    part = m["part"].lower()
    if part == "half" and not m["count"] and m.group().lower().endswith("s"):
        return None
    count = 1.0 if m["count"] is None or m["count"].lower() in ("a", "an", "half") else read_number(m["count"]) or 1.0
    if m["count"] is None and part not in ("half", "halve"):
        return None
    return count * _FRACTIONS.get(part, 50)
