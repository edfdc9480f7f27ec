"""Passages whose very form says that nothing is promised in them: a lead-in, and an offer that was left empty.

Calculators and response forms list every measure, and bidders leave most of them at zero. What they promise stands in
the words or numbers filled in; a row without any is no promise, whatever its measure says.
"""

from __future__ import annotations

import re

from svdocs.statements.columns import PLACE_HEADER, TARGET_HEADER
from svdocs.statements.cues import begins_with_verb, words_of_cue
from svdocs.statements.statement import Passage

_REFUSED = re.compile(
    r"^\W*(?:0+(?:\.0+)?\s*(?:%|[a-z0-9]{1,9})?|nil(?: return)?|none(?: offered)?|zero"
    r"|not (?:offered|used|proposed|included|available)|no (?:target|offer|bid|commitment)"
    r"|nothing (?:offered|entered|proposed))\W*$",
    re.IGNORECASE,
)
_UNSAID = re.compile(r"^\W*(?:n/?a|not applicable)?\W*$", re.IGNORECASE)
_NO_AMOUNT_HEADER = re.compile(r"\b(?:units?|proxy|total|weight\w*|values?|year|when|date)\b", re.IGNORECASE)
"""Columns of a calculator that are filled in for every measure, offered or not."""
_PROMISING = ("will", "pledge", "first_person")
"""Cues of a row that promises in words, so that its empty number says nothing."""
_DENYING = ("No ", "no ", "Not ", "Never ", "Without ")
"""What a row begins with whose nothing is the promise: "No zero-hours contracts | none"."""
_AMOUNT = re.compile(
    r"(?<![A-Za-z0-9.])[£€]?\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\b", re.I
)


def is_lead_in(passage: Passage) -> bool:
    """Say whether a sentence only introduces what follows it: "As part of this contract we will:".

    One with a number may promise by itself: "We will take on 12 apprentices:".
    """
    return not passage.cells and passage.text.endswith(":") and not words_of_cue("number", passage.text)


def is_empty_offer(passage: Passage) -> bool:
    """Say whether a table's row holds nothing where the offered amount should stand, and promises nothing in words.

    What is not said, by a blank, a hyphen or "n/a", may still be promised by another column's number, or by a row that
    begins with what will be done: "Publish our pay gap | n/a | March 2028".
    """
    if not passage.cells or len(passage.header) != len(passage.cells):
        return False
    cells = list(zip(passage.header, passage.cells, strict=True))
    amounts = [text for header, text in cells[1:] if _is_amount(header)]
    if not amounts and not any(_is_amount(header) for header in passage.blank):
        return False
    if not all(_is_empty(text) for text in amounts):
        return False
    said = [text for header, text in cells if not PLACE_HEADER.search(header) and not _is_empty(text)]
    if any(words_of_cue(cue, text) for cue in _PROMISING for text in said) or any(t.startswith(_DENYING) for t in said):
        return False
    if any(_REFUSED.match(text) for text in amounts):
        return True
    counted = any(_AMOUNT.search(text) for _, text in cells[1:] if not _is_empty(text))
    return not counted and not any(begins_with_verb(text) for text in said)


def rule_for(passage: Passage) -> str:
    """Return the rule that takes statements from the passage by its form, in a sentence; empty where none does."""
    if is_lead_in(passage):
        return "It ends in a colon and gives no number, so by rule it only introduces what follows and states nothing."
    if is_empty_offer(passage):
        return "The row holds no amount where one should stand, so by rule it promises nothing, whatever its words."
    return ""


def _is_amount(header: str) -> bool:
    return bool(TARGET_HEADER.search(header)) and not _NO_AMOUNT_HEADER.search(header)


def _is_empty(text: str) -> bool:
    return bool(_REFUSED.match(text) or _UNSAID.match(text))
