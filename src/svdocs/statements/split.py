"""Cuts a passage that states several deliverables into the parts that state one each.

"We will take on 4 apprentices and 10 work placements" states two. A row with a result and a later target states two as
well. A part of a number ("12 apprentices, two of them care leavers") is not cut off: it describes the same deliverable.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from svdocs.statements.candidate import Candidate
from svdocs.statements.columns import Columns, Role, read_columns
from svdocs.statements.numbers import Token, cut_tokens
from svdocs.statements.quantities import MAX_CHARACTERS, rank_candidates
from svdocs.statements.statement import Unit
from svdocs.statements.vocabulary import words_of

STRONG_RANK = 1.9
"""Below it a number does not make a deliverable of its own."""


def split_deliverables(text: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the parts of a passage that state one deliverable each, in order; the whole where it states one.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.

    >>> split_deliverables("We will take on 4 apprentices and 10 work placements.")
    ('We will take on 4 apprentices', '10 work placements.')
    >>> split_deliverables("We will take on 4 apprentices.")
    ('We will take on 4 apprentices.',)
    """
    if len(text) > MAX_CHARACTERS:
        return (text,)
    found = rank_candidates(text, header, cells)
    if len(found) < 2:
        return (text,)
    if cells:
        return _split_row(text, read_columns(text, header, cells), found)
    tokens = cut_tokens(text)
    cuts: list[tuple[int, int]] = []
    in_list = False
    for a, b in reversed(list(pairwise(found))):
        cut = _cut_between(tokens, a, b) or (_cut_at_comma(tokens, a, b) if in_list else None)
        in_list = cut is not None
        if cut is not None:
            cuts.insert(0, cut)
    starts = [0, *(tokens[after].start for _, after in cuts)]
    ends = [*(tokens[joint].start for joint, _ in cuts), len(text)]
    return tuple(text[a:b].rstrip(" ,;") for a, b in zip(starts, ends, strict=True))


def _split_row(text: str, columns: Columns, found: list[Candidate]) -> tuple[str, ...]:
    """Return the result's and the target's cell where the row gives both, else the whole."""
    results, targets = columns.of_role(Role.result), columns.of_role(Role.target)
    counted = {c.cell for c in found}
    if not results or not targets or results[-1] not in counted or targets[-1] not in counted:
        return (text,)
    return tuple(_unique_end(text, columns.bounds[i]) for i in sorted((results[-1], targets[-1])))


def _unique_end(text: str, bounds: tuple[int, int]) -> str:
    """Return the cell, with what stands before it as far as needed to occur only once in the text."""
    start, end = bounds
    while start > 0 and text.find(text[start:end]) != start:
        start = max(text.rfind(" | ", 0, start - 1) + 3, 0) if text.rfind(" | ", 0, start - 1) >= 0 else 0
    return text[start:end]


def _cut_between(tokens: Sequence[Token], a: Candidate, b: Candidate) -> tuple[int, int] | None:
    """Return the joint between two deliverables and the first token after it, or None if they are one."""
    if min(a.rank, b.rank) < STRONG_RANK or a.weak >= 1 or b.weak >= 1:
        return None
    first = b.number.first
    while first > a.after and tokens[first - 1].low in words_of("split", "before_number"):
        first -= 1
    joint = first - 1
    if tokens[joint].low == "with" and tokens[joint - 1].low in ("together", "along"):
        return (joint - 1, first) if joint - 1 >= a.after and _is_object(tokens, a) else None
    if tokens[joint].low in ("and", "plus", "&", ";") and joint >= a.after:
        return (joint, first) if _is_object(tokens, a) and not _is_between(tokens, a, joint) else None
    for j in range(a.after, joint):
        if tokens[j].low == ";" or (tokens[j].low == "and" and _opens_clause(tokens, j + 1)):
            return (j, j + 1)
    return None


def _opens_clause(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a verb of giving or doing begins at i, as in "and will also donate"."""
    fillers = words_of("split", "fillers")
    last = min(i + 3, len(tokens) - 1)
    while i < last and tokens[i].low in fillers:
        i += 1
    verbs, low = words_of("split", "verbs"), tokens[i].low
    if low in verbs:
        return True
    stems = (low[:-3], low[:-3] + "e") if low.endswith("ing") else (low[:-1], low[:-2]) if low.endswith("ed") else ()
    return any(stem in verbs or (len(stem) > 3 and stem[:-1] in verbs and stem[-1] == stem[-2]) for stem in stems)


def _cut_at_comma(tokens: Sequence[Token], a: Candidate, b: Candidate) -> tuple[int, int] | None:
    """Return the comma between two members of a list whose last joint is an "and", if each is a deliverable."""
    joint = b.number.first - 1
    if min(a.rank, b.rank) < STRONG_RANK or a.weak >= 1 or b.weak >= 1 or tokens[joint].low != ",":
        return None
    return (joint, joint + 1) if joint >= a.after and _is_object(tokens, a) else None


def _is_object(tokens: Sequence[Token], c: Candidate) -> bool:
    """Say whether the number is what is delivered, not whom or where it goes to: "for 25 schools and 300 pupils"."""
    i = c.number.first - 1
    while i >= 0 and tokens[i].low in words_of("split", "before_number"):
        i -= 1
    if i < 0:
        return True
    low = tokens[i].low
    if low == "of" and c.unit in (Unit.gbp, Unit.hours, Unit.percent):
        return True
    if low in ("on", "in") and i and tokens[i - 1].low in words_of("split", "phrasal"):
        return True
    return low not in words_of("split", "oblique")


def _is_between(tokens: Sequence[Token], a: Candidate, joint: int) -> bool:
    """Say whether the joint is that of a list in which the first member only measures: "between 3 and 5"."""
    return tokens[a.number.first - 1].low == "between" if a.number.first else joint < 0
