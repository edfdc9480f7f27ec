"""Finds by when a passage says that something happens: a calendar date where it states one, else its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from svdocs.statements.statement import Due
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_SMALL = r"(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|twenty-four|thirty|thirty-six)"
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|final|last|1st|2nd|3rd|[4-9]th)"
_PERIOD = r"(?:hours?|working days?|days?|weeks?|fortnights?|months?|quarters?|years?)"
_SEASON = r"(?:spring|summer|autumn|winter|fall|easter|christmas|michaelmas)"
_YEAR = r"20[0-9]{2}"
_WHOLE = (
    r"(?:the )?(?:contract|framework|programme|project|agreement|term|initial term|scheme|call-off|concession|lease)"
)
_EVENT = (
    r"(?:(?:the |our |their |its |each )?(?:first |very first |second |next )?(?:contract (?:start|commencement|award|signature|mobilisation|go-live|end)|mobilisation|commencement|go-live|"
    r"contract|award|start(?: date)?|transfer|handover|completion|service commencement|signature|call-off|appointment|launch|opening|year end|invoice|shift|day|morning(?: of service)?|renewal|induction))"
)

_FULL_DATE = re.compile(
    rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH}),? (?P<y>{_YEAR})\b"
    r"|\b(?P<iy>20[0-9]{2})-(?P<im>[0-9]{2})-(?P<id>[0-9]{2})\b"
    r"|\b(?P<sd>[0-9]{1,2})[/.](?P<sm>[0-9]{1,2})[/.](?P<sy>(?:20)?[0-9]{2})\b",
    re.I,
)
_MONTH_YEAR = re.compile(
    rf"\b(?P<m>{_MONTH})(?:,? (?:of )?|[ -]?['’]|-)(?P<y>20[0-9]{{2}}|(?<=['’-])[0-9]{{2}})\b", re.I
)
_FINANCIAL = re.compile(
    r"\b(?:(?P<word>(?:the )?financial year|the academic year|academic years?|FY|school year)[ ]?)?(?P<a>20[0-9]{2}|(?<![0-9/])[0-9]{2})[/–-](?P<b>(?:20)?[0-9]{2})\b(?![/0-9])"
    r"|\bFY[ ]?(?P<f>(?:20)?[0-9]{2})\b(?:/[0-9]{2})?",
    re.I,
)
_QUARTER = re.compile(
    r"\bQ(?P<q>[1-4])(?:,? (?:of )?|/)(?P<fy>FY[ ]?)?(?P<y>20[0-9]{2}|(?<=FY)[0-9]{2})(?P<b>/[0-9]{2})?\b", re.I
)
_SEASON_YEAR = re.compile(
    rf"\b(?:early |late |mid-)?{_SEASON}(?: term| of)?,? (?P<y>{_YEAR})(?:[/-][0-9]{{2}})?\b", re.I
)
_BARE_YEAR = re.compile(
    rf"\b(?P<lead>by|before|in|from|until|till|during|through|to|for|of|end of|close of|since|throughout|into|at|extends? into|late|early|mid)[ -](?P<y>{_YEAR})\b",
    re.I,
)
_LONE_YEAR = re.compile(rf"(?<![0-9£./-])(?P<y>{_YEAR})(?![0-9.,/-]*[0-9])")
_DAY_MONTH = re.compile(rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH})", re.I)

_LEAD = r"(?:by |before |prior to |ahead of |no later than |not later than |within |inside |in |from |on |at |over |across |during |throughout |until |till |after |for |starting |beginning |as soon as )?"
_RELATIVE = tuple(
    (weight, re.compile(pattern, re.I))
    for weight, pattern in (
        (
            9,
            rf"\b(?:within|inside|not later than|no later than|under|in)(?: the)?(?: first)? {_SMALL}(?:[ -](?:and a half|or {_SMALL}))? (?:calendar |working )?(?:{_PERIOD})(?: (?:of|from|after|before|following) (?:the |our |their |each |its )?[\w'’-]+(?:[ -](?:start|date|award|commencement|end|year|signature|go-live|transfer|notice|invoice|call|request|being[ ]\w+)){{0,2}})?",
        ),
        (9, rf"\b(?:within|inside) an? {_PERIOD}(?: of [\w'’-]+(?: [\w'’-]+){{0,3}})?"),
        (
            9,
            rf"\b(?:by |before |from |at |in |until )?(?:the )?(?:very )?(?:end|close|start|beginning|middle|expiry) of (?:the )?(?:{_ORDINAL} )?(?:contract|framework|programme|project|term|service|financial|academic|contract year|operational|full)?[ ]?(?:year|yr|contract|month|quarter|term|summer|winter|week|phase|framework|programme|project)?[ ]?(?:[0-9]{{1,2}}\b|one\b|two\b|three\b|four\b|five\b)?",
        ),
        (8, r"\b(?:by |before |from |in |at |until )?(?:the )?end (?:CY|FY|Y|Yr|M)[ ]?[0-9]{1,2}\b"),
        (
            8,
            rf"\b{_LEAD}(?:contract |operational |service )?(?:each of )?(?:years?|yr|months?|CY|phase|day|week|quarter|M|Y|season)[ ]?(?:[0-9]{{1,2}}\b|(?:one|two|three|four|five|six|seven|eight|nine)\b)(?: (?:to|and|onwards?|on) ?(?:[0-9]{{1,2}}|two|three|four|five)?| ?[-–] ?(?:CY|Y)?[0-9]{{1,2}}\b)?(?: on(?:wards?)?)?",
        ),
        (
            8,
            rf"\b(?:by|before|in|from|over|during|for|until|inside|within|throughout|after) (?:the |its |their |our |each )?(?:very )?{_ORDINAL} (?:contract |full |financial |academic |operational |two |three |four |five |six |[0-9]+ |eighteen |twelve )?(?:years?|months?|winters?|summers?|anniversary|quarter|season|term|day|week|phase|easter|morning|lambing season)(?: of (?:the )?(?:contract|service|operation|term))?(?: is out)?",
        ),
        (
            7,
            r"\b(?:over|across|during|throughout|for|spread over|through) (?:the )?(?:whole |full |entire )?(?:life|length|term|lifetime|duration|course)(?: of (?:the |this )?(?:contract|framework|term|agreement|project|programme))?",
        ),
        (
            7,
            rf"\b(?:over|across|during|throughout) the (?:first )?(?:{_SMALL} )?(?:contract )?(?:years|term|contract|period)(?: of this \w+)?",
        ),
        (
            7,
            r"\b(?:by|at|before|until)(?: the time)? (?:the )?(?:contract|framework)(?:'s)? (?:end|ends|close|expiry|is out|start|starts|completion)\b",
        ),
        (
            6,
            rf"\b(?:by|before|prior to|ahead of|from|on|at|after|as of) (?:{_EVENT}|(?:the )?(?:date|day) of (?:transfer|award|start|commencement)|day one)(?: (?:to|date) (?:contract )?\w+)?\b",
        ),
        (
            6,
            rf"\b(?:by|before|until|from|in|this|next|each|every|on)(?: (?:the|next|each|every|coming|following|spring|summer|autumn|winter|this))* (?:{_SEASON}|{_MONTH}|year|snapshot date|academic year|financial year|term|round|school year|pay review|half[- ]?term)(?: (?:of (?:each|every) year|after next|from {_YEAR}|term|timetable|every year|each year))?",
        ),
        (
            5,
            rf"\b(?:the|this|next)(?: (?:coming|next|following|current|end of this|second|third|first))? (?:financial year|academic year|year|{_SEASON}(?: term| after next)?|anniversary|season|round|snapshot date|pay agreement|back end)\b",
        ),
        (5, r"\b(?:as soon as|once|before) (?:the |our |their |a |we |present )(?:[\w'’-]+ ){1,6}[\w'’-]+"),
        (
            4,
            r"^(?:commencement|throughout|contract term|contract end|completion|day one|mobilisation|contract start|go-live|contract total|per phase|at renewal|over the term)\b",
        ),
    )
)
_CELL_DATE = re.compile(
    r"^(?:date|due|by when|when|timing|start|deadline|time ?(?:scale|frame|line)?|delivery date|by|target date|milestone|period|when served|phasing)\b",
    re.I,
)
_PAST = re.compile(r"\b(?:since|until|between|in the year to|as of|from a|against|was|were|stood at)\b[^,;]*$", re.I)


def find_due(
    text: str, *, header: Sequence[str] = (), cells: Sequence[str] = (), starts: date | None = None
) -> Due | None:
    """Return by when the passage says that it happens, or None.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.
        starts: the contract's start, if known; then the end of a contract year gets a date.

    >>> find_due("We will create five jobs by March 2028.").date
    '2028-03'
    >>> find_due("Two starts within six months of contract start").text
    'within six months of contract start'
    """
    text = text[:MAX_CHARACTERS]
    for start, end in _date_cells(text, header, cells):
        found = _find_in(text, start, end, in_date_cell=True)
        if (
            found is None
            and text[start:end].strip(" -–")
            and len(text[start:end]) <= 60
            and not _is_amount(text[start:end])
        ):
            found = Due(text[start:end], Span(start, end))
        if found is not None:
            return _with_contract_year(found, starts)
    found = _find_in(text, 0, len(text), in_date_cell=False)
    if found is None:
        found = _year_of_header(text, header, cells)
    return None if found is None else _with_contract_year(found, starts)


def _is_amount(cell: str) -> bool:
    return bool(re.search(r"%|£|\bhours?\b|\bn/?a\b|\btbc\b|^[0-9]+$", cell, re.I))


def _date_cells(text: str, header: Sequence[str], cells: Sequence[str]) -> list[tuple[int, int]]:
    out, at = [], 0
    for i, cell in enumerate(cells):
        start = max(text.find(cell, at), at) if cell else at
        at = start + len(cell)
        title = header[i] if i < len(header) and len(header) == len(cells) else ""
        if cell and _CELL_DATE.search(title.strip()):
            out.append((start, start + len(cell)))
    return out


def _find_in(text: str, start: int, end: int, *, in_date_cell: bool) -> Due | None:
    found: list[tuple[float, Due]] = []
    part = text[start:end]
    taken: list[tuple[int, int]] = []
    for weight, due in _calendar_dates(part, in_date_cell):
        span = due.span
        if any(a < span.end and span.start < b for a, b in taken):
            continue
        taken.append((span.start, span.end))
        found.append((weight + _lead_weight(part, span), due))
    for weight, pattern in _RELATIVE:
        for m in pattern.finditer(part):
            a, b = m.start(), m.end()
            phrase = part[a:b].rstrip(" ,.")
            b = a + len(phrase)
            if any(x < b and a < y for x, y in taken):
                continue
            taken.append((a, b))
            found.append((float(weight), Due(phrase, Span(a, b))))
    if not found:
        return None
    best = (
        max(found, key=lambda x: (x[0], -x[1].span.start))[1]
        if not in_date_cell
        else max(found, key=lambda x: (x[0], x[1].span.start))[1]
    )
    if in_date_cell and best.date is None:
        return Due(part.strip(), Span(start, end))
    return Due(best.text, best.span.shifted(start), best.date)


def _lead_weight(part: str, span: Span) -> float:
    before = part[max(span.start - 28, 0) : span.start].lower()
    if re.search(
        r"\b(?:by|before|no later than|until|till|to|from|end of|in|starting|close of|on|and|during|for|of|due|is out|start|starts|through)(?: the| late| early| mid| end of| the end of)?[ (-]*$",
        before,
    ):
        if re.search(r"\b(?:since|between|against|act|of \d+ in|from an?|v\.|year to|down from)\b", before):
            return -6.0
        return 4.0 if re.search(r"\b(?:by|before|end of|close of|later than)\b[^.]{0,12}$", before) else 2.0
    if re.search(r"\b(?:since|act|baseline|regulations|against|than in|order|standard)[ ,]*$", before):
        return -8.0
    return 0.0


def _calendar_dates(part: str, in_date_cell: bool) -> list[tuple[float, Due]]:
    out: list[tuple[float, Due]] = []
    for m in _FULL_DATE.finditer(part):
        iso = _iso_of(m)
        if iso is not None:
            out.append((12.0, Due(m[0], Span(*m.span()), iso)))
    for m in _QUARTER.finditer(part):
        out.append((11.0, Due(m[0], Span(*m.span()), _quarter_date(m))))
    for m in _MONTH_YEAR.finditer(part):
        out.append((11.0, Due(m[0], Span(*m.span()), f"{_full_year(m['y'])}-{_month_number(m['m']):02d}")))
    for m in _SEASON_YEAR.finditer(part):
        out.append((10.0, Due(m[0], Span(*m.span()), m["y"])))
    for m in _FINANCIAL.finditer(part):
        year = _financial_year(m)
        if year is not None:
            out.append((9.0 if in_date_cell or m["word"] or m["f"] else 7.0, Due(m[0], Span(*m.span()), year)))
    for m in _BARE_YEAR.finditer(part):
        begin = m.start("y")
        out.append((8.0, Due(m["y"], Span(begin, m.end()), m["y"])))
    if in_date_cell or not out:
        for m in _LONE_YEAR.finditer(part):
            out.append((3.0, Due(m["y"], Span(*m.span("y")), m["y"])))
    return out


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month_number(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _iso_of(m: re.Match[str]) -> str | None:
    if m["y"]:
        day, month, year = int(m["d"]), _month_number(m["m"]), int(m["y"])
    elif m["iy"]:
        day, month, year = int(m["id"]), int(m["im"]), int(m["iy"])
    else:
        day, month, year = int(m["sd"]), int(m["sm"]), _full_year(m["sy"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _quarter_date(m: re.Match[str]) -> str:
    """Return the last month of the quarter; of a financial year, the quarters that begin in April."""
    year, quarter = _full_year(m["y"]), int(m["q"])
    if m["fy"]:
        year = year if m["b"] else year - 1
        return f"{year + (quarter == 4)}-{(quarter * 3 + 2) % 12 + 1:02d}"
    return f"{year}-{quarter * 3:02d}"


def _financial_year(m: re.Match[str]) -> str | None:
    """Return the year in which a financial or academic year ends."""
    if m["f"]:
        return str(_full_year(m["f"])) if 2015 <= _full_year(m["f"]) <= 2099 else None
    first, second = _full_year(m["a"]), _full_year(m["b"])
    return str(second) if second == first + 1 and first >= 2015 else None


def _year_of_header(text: str, header: Sequence[str], cells: Sequence[str]) -> Due | None:
    """Return the year that a target column's header names, over the cell that stands beneath it."""
    if len(header) != len(cells):
        return None
    at, best = 0, None
    for title, cell in zip(header, cells, strict=True):
        start = max(text.find(cell, at), at) if cell else at
        at = start + len(cell)
        for _, due in _calendar_dates(title, in_date_cell=True):
            if due.date and cell and (best is None or due.date > (best.date or "")):
                best = Due(due.text, Span(start, start + len(cell)), due.date)
    return best


_CONTRACT_YEAR = re.compile(
    r"\bend of (?:the )?(?:contract )?(?:(?:year|yr|CY)[ ]?(?P<n>[1-9]|one|two|three|four|five)|(?P<o>first|second|third|fourth|fifth)(?: contract)? year)\b",
    re.I,
)
_YEARS_IN_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}


def _with_contract_year(due: Due, starts: date | None) -> Due:
    """Return the date with the end of a contract year worked out from the contract's start."""
    m = _CONTRACT_YEAR.search(due.text) if starts is not None and due.date is None else None
    if m is None or starts is None:
        return due
    word = (m["n"] or m["o"]).lower()
    years = int(word) if word.isdecimal() else _YEARS_IN_WORDS[word]
    try:
        end = starts.replace(year=starts.year + years) - timedelta(days=1)
    except ValueError:  # starts on 29 February
        end = date(starts.year + years, 2, 28)
    return Due(due.text, due.span, end.isoformat())
