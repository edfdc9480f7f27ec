"""Where a sentence ends, in the prose of British bids.

A full stop ends a sentence unless it belongs to an abbreviation, a number, an initial or a clause number. General
splitters cut at "approx. 40", "St. Peter's", "No. 7" and "Ltd."; bids are full of these, so the rules stand here.
"""

from __future__ import annotations

import re

from svdocs.text.document import Span

# Never begun inside a row of dots, nor tried again with fewer of them: time must not go by the square of their number.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)")
_LOOK_BACK, _LOOK_AHEAD = 40, 10
"""Characters before and after a stop that may decide whether it ends the sentence; no abbreviation is longer."""
_OPENER = re.compile(r"\s+[\"'“‘(\[]*(?=[A-Z0-9£€$•]|(?:[a-z]|[ivx]{2,4})\)\s)")
# fmt: off
_ABBREVIATIONS = frozenset({
    "e.g", "i.e", "eg", "ie", "etc", "approx", "no", "nos", "st", "mr", "mrs", "ms", "dr", "prof", "rev",
    "hon", "ltd", "plc", "inc", "co", "corp", "vs", "v", "cf", "para", "paras", "cl", "sec", "ref", "fig",
    "figs", "app", "vol", "pp", "p", "ed", "eds", "est", "dept", "min", "max", "incl", "excl", "tel", "ext",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "mon", "tue", "tues",
    "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "a.m", "p.m", "p.a", "c.i.c", "b.sc", "m.sc", "ph.d",
    "u.k", "u.s",
})
# fmt: on
# These may end a sentence all the same; what follows decides.
_EITHER = frozenset({"etc", "ltd", "plc", "inc", "co", "p.a", "a.m", "p.m", "u.k", "c.i.c", "approx", "max", "min"})
_LAST_WORD = re.compile(r"[\w.&’'-]+$")
_CLAUSE_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}|\(?[a-z]|[ivx]{1,4}|[A-Z]{1,3}\d{0,2})[.)]*$")


def split_sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of `text`, without the white space between them.

    >>> text = "We will spend £1.2m with SMEs, e.g. in Deal. No. 7 is open!"
    >>> [text[a:b] for a, b in split_sentences(text)]
    ['We will spend £1.2m with SMEs, e.g. in Deal.', 'No. 7 is open!']
    >>> text = "2. We plant trees. (They last.) and grow"
    >>> [text[a:b] for a, b in split_sentences(text)]
    ['2. We plant trees.', '(They last.) and grow']
    """
    spans, start = [], 0
    for end in _END.finditer(text):
        opener = _OPENER.match(text, end.end())
        if opener is None:
            continue
        before = text[max(start, end.start() - _LOOK_BACK) : end.start()]
        at_start = end.start() - start <= _LOOK_BACK
        if not _ends_sentence(before, at_start, text[end.start()], text[opener.end() : opener.end() + _LOOK_AHEAD]):
            continue
        spans.append(_trimmed(text, start, end.end()))
        start = end.end()
    spans.append(_trimmed(text, start, len(text)))
    return [s for s in spans if s.end > s.start]


def _ends_sentence(before: str, at_start: bool, stop: str, after: str) -> bool:
    if stop != ".":
        return True
    if at_start and _CLAUSE_NUMBER.match(before):
        return False
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last.group().rstrip(".").lower()
    if len(word) == 1 and word.isalpha() and last.group()[0].isupper() and word != "i":
        return False  # an initial: "J. Smith"
    if word in _EITHER:
        return after[:1].isupper() and not after[:1].isdigit() and not re.match(r"(?:Ltd|Limited|plc)\b", after)
    return word not in _ABBREVIATIONS


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
