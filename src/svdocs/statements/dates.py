"""Finds by when a passage says that something happens: a calendar date where it states one, else its own words.

Calendar dates are looked for first, then the wordings of relative times. Each find has a weight: how sure its form is,
and whether the words before it lead to a date ("by", "before") or away from it ("since", "Act").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from svdocs.statements.columns import Role, is_stage, read_columns
from svdocs.statements.statement import Due
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"20[0-9]{2}"
_SMALL = (
    r"(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|eighteen"
    r"|twenty-one|twenty-four|twenty-eight|twenty|thirty-six|thirty|sixty|ninety)"
)
_COUNT = r"(?:[1-9][0-9]?|one|two|three|four|five|six|seven|eight|nine|ten)"
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|final|last|1st|2nd|3rd|[4-9]th)"
_PERIOD = r"(?:hours?|working days?|days?|weeks?|fortnight|months?|quarters?|years?)"
_SEASON = r"(?:spring|summer|autumn|winter|fall|easter|christmas|michaelmas)"
_FEAST = (
    r"(?:whitsun(?:tide)?|lady day|midsummer|midwinter|new year(?:'s (?:eve|day))?|hogmanay|lammas|candlemas|martinmas"
    r"|bonfire night|guy fawkes|may day|harvest|half[- ]?term|pancake day|shrove tuesday|diwali|eid|ramadan|hallowe'?en"
    r"|armed forces day|remembrance (?:day|sunday)|st [a-z]+['’]s day|burns night)"
)
_MONTH_OF_FEAST = {
    "christmas": "-12", "midsummer": "-06", "lady day": "-03", "lammas": "-08", "bonfire night": "-11",
    "may day": "-05", "hogmanay": "-12", "hallowe": "-10", "candlemas": "-02", "martinmas": "-11",
}  # fmt: skip
"""Feasts that fall in one month of every year."""
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_BY = (
    r"(?:by|before|prior to|ahead of|no later than|not later than|from|at|on|until|till|after|as of|starting"
    r"|beginning|come)"
)
_THE = r"(?:the |our |their |its |each |every )?"
_YEAR_KIND = r"(?:contract |full |financial |academic |operational |service |calendar )?"
_EVENT = (
    rf"(?:{_THE}(?:first |very first |second |next )?(?:contract (?:start|commencement|award|signature|mobilisation"
    r"|go-live|end)|mobilisation|commencement|go-live|award|start(?: date)?|transfer|handover|completion"
    r"|service commencement|signature|call-off|appointment|launch|opening|year end|invoice|shift|day"
    r"|morning of service|renewal|induction))"
)

# ---------------------------------------------------------------- calendar dates

_DIGIT = re.compile(r"[0-9]")
_FULL_DATE = re.compile(
    rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH}),? (?P<y>{_YEAR})\b"
    rf"|\bfirst (?:of|day of) (?P<fm>{_MONTH}),? (?P<fy>{_YEAR})\b"
    r"|\b(?P<iy>20[0-9]{2})-(?P<im>[0-9]{2})-(?P<id>[0-9]{2})\b"
    r"|\b(?P<sd>[0-9]{1,2})[/.](?P<sm>[0-9]{1,2})[/.](?P<sy>(?:20)?[0-9]{2})\b",
    re.I,
)
_MONTH_YEAR = re.compile(
    rf"\b(?P<m>{_MONTH})(?:,? (?:of )?|[ -]?['’]|-)(?P<y>20[0-9]{{2}}|(?<=['’-])[0-9]{{2}})\b", re.I
)
_FINANCIAL = re.compile(
    r"\b(?:(?P<word>(?:the )?financial year|(?:the )?academic years?|FY|school year) ?)?"
    r"(?P<a>20[0-9]{2}|(?<![0-9/])[0-9]{2})[/–-](?P<b>(?:20)?[0-9]{2})\b(?![/0-9])"
    r"|\bFY ?(?P<f>(?:20)?[0-9]{2})\b(?:/[0-9]{2})?(?: close\b)?",
    re.I,
)
_QUARTER = re.compile(
    r"\bQ(?P<q>[1-4])(?:,? (?:of )?|/)(?P<fy>FY ?)?(?P<y>20[0-9]{2}|(?<=FY)[0-9]{2})(?P<b>/[0-9]{2})?\b", re.I
)
_SEASON_YEAR = re.compile(
    rf"\b(?:early |late |mid-)?(?:{_SEASON}|{_FEAST})(?: term)?(?: of)?,? (?P<y>{_YEAR})(?:[/-][0-9]{{2}})?\b", re.I
)
_LED_YEAR = re.compile(
    rf"\b(?:by|before|in|from|until|till|during|through|to|for|of|since|throughout|into|at|late|early"
    rf"|mid|beginning|starting|now and)[ -](?P<y>{_YEAR})\b",
    re.I,
)
_LONE_YEAR = re.compile(rf"(?<![0-9£./-])(?P<y>{_YEAR})(?![0-9.,/-]*[0-9])")

_LEADS_TO = re.compile(
    r"\b(?:by|before|no later than|until|till|to|from|end of|in|starting|close of|on|and|during|for|of|due|start|starts"
    r"|through)(?: the| late| early| mid| end of| the end of)?[ (-]*$"
)
_LEADS_FIRMLY = re.compile(r"\b(?:by|before|end of|close of|later than)\b[^.]{0,12}$")
_LEADS_AWAY = re.compile(
    r"\b(?:since|between|against|act|regulations? of|act of \d+ in|from an?|v\.|year to|down from|validated in)\b"
)
_PAST_LABEL = re.compile(r"\b(?:since|act|baseline|regulations|against|than in|order|standard)[ ,]*$")
_LEADING = re.compile(
    r"\b(?:(?:by|before|from|until|till|since|in|on|starting|beginning|come|no later than|not later than) )?(?:the )?"
    r"(?:(?:very )?(?:end|close|start|middle|beginning) of )?(?:the )?(?:early |late |mid-)?"
    r"(?:(?:[A-Z][\w'’]+ ){1,3}(?:Day|Week) )?$"
)

# ---------------------------------------------------------------- relative times

_WITHIN = (
    rf"\b(?:within|inside|not later than|no later than|in) (?:the )?(?:first )?{_SMALL}(?: and a half| or {_SMALL})?"
    rf" (?:calendar |working )?{_PERIOD}\b(?: (?:of|from|after|before|following) {_THE}[\w'’-]+"
    r"(?:[ -](?:start|date|award|commencement|end|year|signature|go-live|transfer|notice"
    r"|invoice))?(?: (?:start|date|end))?)?"
)
_END_OF = (
    rf"\b(?:{_BY} )?(?:the )?(?:very )?(?:end|close|start|beginning|middle"
    rf"|expiry) of (?:the |next |this |each )?(?:{_ORDINAL} )?{_YEAR_KIND}"
    r"(?:year|yr|contract|month|quarter|term|summer|winter|week|phase|framework|programme|project|season|decade)\b"
    rf"(?: {_COUNT}\b)?"
)
_OF_SCHOOL = (
    r"(?!(?:(?:,| and| or| to|/|-) ?[0-9]+)*"
    r" (?:pupils?|students?|children|learners?|girls|boys|class(?:es)?|groups?)\b)"
)
"""School years count from Year 7 to Year 13, years of a contract seldom so far."""
_NUMBERED = (
    rf"\b(?:(?:{_BY}|in|during|within|for|over) )?(?:the )?(?:end )?(?:each of )?(?:contract )?"
    rf"(?:(?:years?|yr|CY|Y) ?(?:[1-6]\b{_OF_SCHOOL}|(?<=contract year )[7-9]\b|one\b|two\b|three\b|four\b|five\b)"
    r"|(?:months?|M) ?[0-9]{1,2}\b"
    rf"|(?:phase|quarter|day|season|(?<=from )week|(?<=by )week|(?<=before )week) {_COUNT}\b)"
    r"(?:(?: to | and | ?[-–] ?)(?:CY|Y)?(?:[1-9]\b|two\b|three\b|four\b|five\b))?(?: on(?:wards?)?\b)?"
)
_NTH = (
    rf"\b(?:{_BY}|in|over|during|for|inside|within|throughout) {_THE}(?:very )?{_ORDINAL} (?:{_YEAR_KIND}|{_SMALL} )"
    r"(?:years?|months?|winters?|summers?|anniversary|quarter|season|term|day|week|phase|easter|morning|shift|payday"
    r"|lambing season)\b(?: of (?:the )?(?:contract|service|operation|term))?(?: is out)?"
)
_END_OF_MONTH = (
    rf"\b(?:{_BY} )?(?:the )?(?:end|close|start|beginning|middle) of (?:each |every |this |next )?"
    rf"{_MONTH}(?!,? (?:of )?{_YEAR})"
)
_OVER_TERM = (
    r"\b(?:spread )?(?:over|across|during|throughout|for|through) (?:the )?(?:whole |full |entire |initial )?"
    r"(?:life|length|term|lifetime|duration|course)\b"
    r"(?: of (?:the |this )?(?:contract|framework|term|agreement|project|programme))?"
    rf"|\b(?:over|across|during|throughout) the (?:first )?(?:{_SMALL} )?(?:contract )?(?:years|term|contract|period)\b"
    r"(?: of this \w+)?"
)
_CONTRACT_END = (
    r"\b(?:by|at|before|until) (?:the time )?(?:the )?(?:contract|framework)(?:'s)? "
    r"(?:end|ends|close|expiry|is out|start|starts|completion)\b"
)
_RECURRING = (
    rf"\b(?:by [0-9]{{1,2}} {_MONTH} (?:each|every|of each|of every) year|(?:each|every) year by [0-9]{{1,2}} {_MONTH}"
    rf"|(?:each|every) (?:{_SEASON}|{_MONTH}|year) from (?P<since>{_YEAR}))"
)
_DAY_OF_YEAR = rf"\b(?:by|before|on|from|until) (?:the )?[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?! {_YEAR})"
_AT_EVENT = (
    rf"\b{_BY} (?:{_EVENT}|(?:the )?(?:date|day) of (?:transfer|award|start|commencement)|day one|the [\w-]+ review)\b"
    r"(?: (?:to|date) (?:contract )?\w+)?"
)
_NAMED_TIME = (
    rf"\b(?:{_BY}|in|this|next|each|every) (?:(?:the|next|each|every|coming|following|this|early|late) )*"
    rf"(?:{_SEASON}|{_FEAST}|{_MONTH})(?: (?:holidays?|hols|term|timetable|intake|after next"
    r"|of each year|each year|every year))?\b"
)
_NEXT_TIME = (
    rf"\b(?!(?:{_BY} |in |within |during )?(?:the month|(?:each|every) (?:month|quarter|year))\b)"
    rf"(?:(?:{_BY}|in|within|during) )?(?:the|this|next|each|every) "
    r"(?:(?:coming|next|following|current|new) |end of this )?(?:financial year|academic year|year|"
    rf"{_SEASON}(?: term| timetable| after next)?|anniversary|month|season|term|quarter|round"
    r"|snapshot date|pay agreement|pay review|back end|half[- ]?term)\b"
)
_SOON = (
    rf"\b(?:from|by|before|until|as of) (?:{_WEEKDAY}|the (?:first|start|end|beginning) of the month"
    rf"|the (?:first|last) {_WEEKDAY}(?: of \w+)?)\b"
    r"|\b(?:within|inside|by the end of) the (?:month|week|fortnight|year)\b"
)
_BEFORE_OPENING = (
    r"\b(?:before|after|when|until) (?:[\w'’-]+ ){1,4}(?:opens?|begins?|closes?|starts?|ends?|finishes|retires?)\b"
    r"|\bby the time (?:[\w'’.-]+ ){1,5}[\w'’-]+"
)
_AFTER_TIME = rf"\bafter (?!a |an |1 )(?:the first )?{_SMALL} (?:calendar )?(?:weeks?|months?|years?)\b(?! or more)"
_BEFORE_OUT = r"\bbefore (?:the |our |their )(?:[\w'’-]+ ){1,4}is (?:out|on|over)\b"
_SOON_AS = (
    r"\b(?:as soon as|once|before) (?!a (?:day|week|fortnight|month|term|quarter|year)\b)"
    r"(?:the |our |their |a |we |present )(?:[\w'’-]+ ){1,5}[\w'’-]+"
)
_WHOLE_WORDS = (
    r"^(?:commencement|throughout|contract term|contract end|completion|day one|mobilisation|contract start|go-live"
    r"|contract total|per phase|at renewal|over the term)\b|, first (?:winter|summer|year|season)\b"
)
_RECURS = re.compile(_RECURRING, re.I)
_RELATIVE = tuple(
    (weight, frozenset(needs.split()), re.compile(pattern, re.I))
    for weight, needs, pattern in (
        (9.0, "within inside later in", _WITHIN),
        (9.0, "end close start beginning middle expiry", _END_OF),
        (8.0, "", _NUMBERED),
        (8.0, "first second third fourth fifth sixth seventh final last 1st 2nd 3rd 4th", _NTH),
        (7.5, "contract framework contract's framework's", _CONTRACT_END),
        (7.1, "end close start beginning middle", _END_OF_MONTH),
        (7.0, "over across during throughout for through", _OVER_TERM),
        (7.0, "by before on from until", _DAY_OF_YEAR),
        (6.5, "before", _BEFORE_OUT),
        (6.1, "before after when until by", _BEFORE_OPENING),
        (5.9, "from by before until as within inside", _SOON),
        (6.0, "", _AT_EVENT),
        (6.0, "", _NAMED_TIME),
        (5.0, "the this next each every", _NEXT_TIME),
        (4.5, "soon once before", _SOON_AS),
        (4.2, "after", _AFTER_TIME),
        (4.0, "", _WHOLE_WORDS),
    )
)
"""How relative times are worded: a weight against the others (calendar dates weigh 7 and more), and words one of which
the wording needs, so that most texts are spared most of the patterns."""
_TIME_WORDS = re.compile(
    r"\b(?:years?|yr|cy|y|months?|m|phase|quarter|day|season|weeks?|commencement|completion|mobilisation|start|transfer"
    r"|award|review|renewal|launch|opening|induction|shift|invoice|handover|go-live|call-off|appointment"
    r"|throughout|contract"
    rf"|term|phase|date|summer|morning|winter|{_SEASON}|{_FEAST}|{_MONTH})[0-9]*\b", re.I
)  # fmt: skip
_PAYMENT = re.compile(r"\b(?:invoices?|paid|pay|payments?|bills?|settled)\b", re.I)
_DAYS = re.compile(r"\bdays?\b", re.I)
_AMOUNT = re.compile(r"%|£|\bhours?\b|\bn/?a\b|\btbc\b|^[0-9]+$", re.I)


def find_due(
    text: str,
    *,
    header: Sequence[str] = (),
    cells: Sequence[str] = (),
    starts: date | None = None,
    focus: str = "",
) -> Due | None:
    """Return by when the passage says that it happens, or None.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.
        starts: the contract's start, if known; then the end of a contract year gets a date.
        focus: the clause of the passage that makes the promise; a time within it counts before one outside.

    >>> find_due("We will create five jobs by March 2028.").date
    '2028-03'
    >>> find_due("Two starts within six months of contract start").text
    'within six months of contract start'
    """
    text = text[:MAX_CHARACTERS]
    if cells:
        columns = read_columns(text, header, cells)
        for i in columns.of_role(Role.date):
            found = _find_in_cell(text, *columns.bounds[i])
            if found is not None:
                return _with_contract_year(found, starts)
    found = _find_in(text, focus)
    if found is None and cells:
        found = _year_of_header(text, header, cells)
    return None if found is None else _with_contract_year(found, starts)


def _find_in_cell(text: str, start: int, end: int) -> Due | None:
    """Return what a cell of a date column says: its date, or else the whole cell in words."""
    cell = text[start:end]
    best = max(_finds(cell, in_cell=True), key=lambda x: (x[0], x[1].span.start), default=None)
    if best is not None and best[1].date is not None:
        due = best[1]
        return Due(due.text, due.span.shifted(start), due.date)
    if best is None and (not cell.strip(" -–") or len(cell) > 60 or _AMOUNT.search(cell)):
        return None
    return Due(cell, Span(start, end))


def _find_in(text: str, focus: str) -> Due | None:
    """Return the surest time of the text, within the focus if it holds one."""
    at = text.find(focus) if focus else -1
    within = Span(at, at + len(focus)) if at >= 0 else Span(0, len(text))
    found = [(w, due) for w, due in _finds(text, in_cell=False) if w > 0]
    best = max(found, key=lambda x: (x[1].span.overlaps(within), x[0], -x[1].span.start), default=None)
    return None if best is None else best[1]


def _finds(part: str, *, in_cell: bool) -> list[tuple[float, Due]]:
    """Return the times that a text states, each with its weight."""
    found: list[tuple[float, Due]] = []
    taken: list[Span] = []
    for m in _RECURS.finditer(part):
        taken.append(Span(*m.span()))
        found.append((14.0, Due(m[0], taken[-1], m["since"])))
    for weight, due in _calendar_dates(part, in_cell):
        if not _overlaps(due.span, taken):
            taken.append(due.span)
            found.append((weight + _lead_weight(part, due.span), _with_lead(part, due)))
    paid = _PAYMENT.search(part) is not None
    words, names_time = frozenset(part.lower().split()), _TIME_WORDS.search(part) is not None
    for weight, needs, pattern in _RELATIVE:
        if needs.isdisjoint(words) if needs else not names_time:
            continue
        for m in pattern.finditer(part):
            phrase = m[0].strip(" ,.")
            start = m.start() + m[0].find(phrase)
            span = Span(start, start + len(phrase))
            if phrase and not _overlaps(span, taken):
                taken.append(span)
                found.append((weight - 5.0 * (paid and _DAYS.search(phrase) is not None), Due(phrase, span)))
    return found


def _overlaps(span: Span, taken: list[Span]) -> bool:
    return any(span.overlaps(other) for other in taken)


def _lead_weight(part: str, span: Span) -> float:
    """Return what the words before a date add: "by" leads to it, "since" and "Act" lead away."""
    before = part[max(span.start - 28, 0) : span.start].lower()
    if before.endswith("between now and "):
        return 2.0
    if _LEADS_TO.search(before):
        if _LEADS_FIRMLY.search(before):
            return 6.0
        return -8.0 if _LEADS_AWAY.search(before) else 2.0
    return -8.0 if _PAST_LABEL.search(before) else 0.0


def _with_lead(part: str, due: Due) -> Due:
    """Return the date with the words that lead up to it: "by the end of 2028", "World Mental Health Day 2027"."""
    begin = max(due.span.start - 60, 0)
    m = _LEADING.search(part[begin : due.span.start])
    if m is None or not m[0]:
        return due
    start = begin + m.start()
    return Due(part[start : due.span.end], Span(start, due.span.end), due.date)


def _calendar_dates(part: str, in_cell: bool) -> list[tuple[float, Due]]:
    """Return the dates, months and years of a text, the surest forms first."""
    out: list[tuple[float, Due]] = []
    if not _DIGIT.search(part):
        return out
    for m in _FULL_DATE.finditer(part):
        iso = _iso_of(m)
        if iso is not None:
            out.append((12.0, Due(m[0], Span(*m.span()), iso)))
    for m in _QUARTER.finditer(part):
        out.append((11.0, Due(m[0], Span(*m.span()), _quarter_date(m))))
    for m in _MONTH_YEAR.finditer(part):
        out.append((11.0, Due(m[0], Span(*m.span()), f"{_full_year(m['y'])}-{_month_number(m['m']):02d}")))
    for m in _SEASON_YEAR.finditer(part):
        month = next((n for feast, n in _MONTH_OF_FEAST.items() if feast in m[0].lower()), "")
        out.append((10.0, Due(m[0], Span(*m.span()), m["y"] + month)))
    for m in _FINANCIAL.finditer(part):
        year = _financial_year(m)
        if year is not None:
            out.append((9.0 if in_cell or m["word"] or m["f"] else 8.5, Due(m[0], Span(*m.span()), year)))
    for m in _LED_YEAR.finditer(part):
        out.append((8.0, Due(m["y"], Span(*m.span("y")), m["y"])))
    if in_cell:
        for m in _LONE_YEAR.finditer(part):
            out.append((3.0, Due(m["y"], Span(*m.span("y")), m["y"])))
    elif not out:
        for m in _LONE_YEAR.finditer(part):
            out.append((1.0, Due(m["y"], Span(*m.span("y")), m["y"])))
    return out


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month_number(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _iso_of(m: re.Match[str]) -> str | None:
    if m["y"]:
        day, month, year = int(m["d"]), _month_number(m["m"]), int(m["y"])
    elif m["fy"]:
        day, month, year = 1, _month_number(m["fm"]), int(m["fy"])
    elif m["iy"]:
        day, month, year = int(m["id"]), int(m["im"]), int(m["iy"])
    else:
        day, month, year = int(m["sd"]), int(m["sm"]), _full_year(m["sy"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _quarter_date(m: re.Match[str]) -> str:
    """Return the last month of the quarter; the quarters of a financial year begin in April.

    FY29 is the year that ends in 2029, FY29/30 the one that begins in it.
    """
    year, quarter = _full_year(m["y"]), int(m["q"])
    if not m["fy"]:
        return f"{year}-{quarter * 3:02d}"
    begins = year if m["b"] else year - 1
    return f"{begins + (quarter == 4)}-{(quarter * 3 + 2) % 12 + 1:02d}"


def _financial_year(m: re.Match[str]) -> str | None:
    """Return the year in which a financial or academic year ends, or None if the digits are no such year."""
    if m["f"]:
        year = _full_year(m["f"])
        return str(year) if 2015 <= year <= 2099 else None
    first, second = _full_year(m["a"]), _full_year(m["b"])
    return str(second) if second == first + 1 and first >= 2015 else None


def _year_of_header(text: str, header: Sequence[str], cells: Sequence[str]) -> Due | None:
    """Return the latest time that a target column's header names, over the cell that stands beneath it."""
    columns = read_columns(text, header, cells)
    best: Due | None = None
    for title, (start, end), role in zip(columns.headers, columns.bounds, columns.roles, strict=True):
        if end == start or role not in (Role.target, Role.text):
            continue
        for _, due in _calendar_dates(title, in_cell=True):
            if due.date and (best is None or due.date > (best.date or "")):
                best = Due(due.text, Span(start, end), due.date)
        if role is Role.target and is_stage(title) and best is None:
            best = Due(title.strip(), Span(start, end))
    return best


_CONTRACT_YEAR = re.compile(
    r"\bend of (?:the )?(?:contract )?(?:(?:year|yr|CY) ?(?P<n>[1-9]|one|two|three|four|five)"
    r"|(?P<o>first|second|third|fourth|fifth)(?: contract)? year)\b",
    re.I,
)
_YEARS_IN_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip


def _with_contract_year(due: Due, starts: date | None) -> Due:
    """Return the date with the end of a contract year worked out from the contract's start."""
    m = _CONTRACT_YEAR.search(due.text) if starts is not None and due.date is None else None
    if m is None or starts is None:
        return due
    word = (m["n"] or m["o"]).lower()
    years = int(word) if word.isdecimal() else _YEARS_IN_WORDS[word]
    try:
        end = starts.replace(year=starts.year + years) - timedelta(days=1)
    except ValueError:  # the contract starts on 29 February
        end = date(starts.year + years, 2, 28)
    return Due(due.text, due.span, end.isoformat())
