"""Which rows of a table are its headers, told from the cells' texts; the same rules for Word tables and for sheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[str]
Place = tuple[int, int]
"""First grid column of a cell and the number of columns that it spans."""

LONGEST_HEADER = 12
"""Words in a cell that may still be a header."""
LONGEST_TITLE = 25
_VALUE = re.compile(
    r"\s*(?:[£$€]\s*)?[-+(]?\d[\d,. ]*\)?\s*(?:%|k|m|bn|million|hours?|hrs|days?|weeks?|months?|years?|people"
    r"|fte|tonnes?|tco2e?|kg|miles)?\s*\Z",
    re.IGNORECASE,
)  # fmt: skip
_YEAR = re.compile(
    r"\s*(?:(?:19|20)\d\d(?:\s*[/–-]\s*\d{2,4})?|(?:year|yr|y|q|quarter|month|phase|lot)\s*\d+)\s*\Z", re.IGNORECASE
)
_LABELS = re.compile(
    r"""\b(?:measures?|targets?|commitments?|descriptions?|units?|when|dates?|evidence|themes?|indicators?|kpis?|responses?|answers?|details?|
    requirements?|leads?|owners?|responsible|timescales?|timing|deadlines?|milestones?|deliverables?|values?|totals?|activit(?:y|ies)|years?|
    locations?|places?|areas?|where|who|what|how|beneficiar(?:y|ies)|questions?|ref|reference|no|actions?|outcomes?|results?|status|
    items?|heads?|headings?|criteri(?:on|a)|weighting|score|baseline|proxy|quantity|amount|number|metric|name|role|title|topic|category|
    type|scope|source|comments?|notes?|offer|pledge|promise|by|method|frequency|period|programme|initiative|subject|section|lot|cost|budget|
    achieved|delivered|actual|objectives?|goals?|aims?|pillars?|since|priorit(?:y|ies)|yes|y/n|do\s+you|have\s+you|if|input|output|impact|benefit|policy|standard|count|per)\b""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_PROMISE = re.compile(
    r"^(?!\s*(?:how|what|why|where|who|when|which)\b).*\b(?:will|shall)\b|^\s*we\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Heads:
    """The header rows of a table: `rows` are all of them; `groups` those that head only the rows beneath them."""

    rows: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    title: str | None = None


def find_header_rows(
    texts: Sequence[Row],
    grid: Sequence[Sequence[Place]],
    *,
    marked: Sequence[int] = (),
    emphasised: Sequence[bool] = (),
) -> Heads:
    """Return which rows are headers.

    Args:
        texts: the rows' cell texts.
        grid: for each row the cells' places.
        marked: rows that the file itself marks as headers.
        emphasised: for each row whether all its cells are bold or shaded.
    """
    columns = max((c + w for row in grid for c, w in row), default=0)
    if columns < 2 or len(texts) < 2:
        return Heads()
    first = 0
    title = None
    if _is_title(texts[0]) and not _is_title(texts[1]):
        title, first = _only_text(texts[0]), 1
    heads = set(range(first))
    leading = _leading_marked(marked, len(texts))
    top = list(range(first, leading)) or _top_rows(texts, grid, first, emphasised)
    heads.update(top)
    repeated = {_folded(texts[i]) for i in top}
    groups = set()
    for i in range(max(heads, default=-1) + 1, len(texts)):
        if _folded(texts[i]) in repeated:
            heads.add(i)
        elif top and _is_group(texts[i], grid[i], columns) and i + 1 < len(texts):
            groups.add(i)
    return Heads(frozenset(heads | groups), frozenset(groups), " ".join(title.split()) if title else None)


def header_paths(texts: Sequence[Row], grid: Sequence[Sequence[Place]], heads: Heads) -> list[list[tuple[str, ...]]]:
    """Return for each cell of each row the headers above it, outermost first; header rows have none."""
    top = [i for i in sorted(heads.rows) if i not in heads.groups]
    if heads.title is not None:
        top = top[1:]
    leading = [i for n, i in enumerate(top) if n == 0 or (i == top[n - 1] + 1 and i - top[0] == n)]
    columns = max((c + w for row in grid for c, w in row), default=0)
    above = [_column_path(texts, grid, leading, column) for column in range(columns)]
    paths: list[list[tuple[str, ...]]] = []
    group: tuple[str, ...] = ()
    for i, row in enumerate(grid):
        if i in heads.groups:
            group = (" ".join(_only_text(texts[i]).split()),)
        paths.append([() if i in heads.rows else group + above[c] for c, _ in row])
    return paths


def is_value(text: str) -> bool:
    """Say whether a cell holds a number, an amount or a share rather than words.

    >>> [is_value(t) for t in ("£4,000", "12%", "3 FTE", "Year 1", "NT1")]
    [True, True, True, False, False]
    """
    return bool(_VALUE.match(text)) and not _YEAR.match(text)


def reads_as_header(cells: Row) -> bool:
    """Say whether a row's texts are all short labels.

    >>> reads_as_header(["Measure", "Target", "When"]), reads_as_header(["Apprentices", "5", "2028"])
    (True, False)
    """
    filled = [c.strip() for c in cells if c.strip()]
    if len(filled) < max(2, (len(cells) + 1) // 2):
        return False
    return all(
        len(c.split()) <= LONGEST_HEADER and not c.endswith((".", ";")) and not is_value(c) and not _PROMISE.search(c)
        for c in filled
    ) and any(re.search(r"[^\W\d_]{2}", c) for c in filled)


def _top_rows(
    texts: Sequence[Row], grid: Sequence[Sequence[Place]], first: int, emphasised: Sequence[bool]
) -> list[int]:
    """Return the rows below the title that head the whole table; none if the first one is a row like the others."""
    if first >= len(texts) - 1 or not reads_as_header(texts[first]):
        return []
    body = [t for t in texts[first + 1 :] if any(t)]
    stands_out = bool(emphasised) and emphasised[first] and not all(emphasised[first:])
    if not stands_out and not _differs(texts[first], body):
        return []
    top = [first]
    spans = any(w > 1 for _, w in grid[first])
    if spans and first + 2 < len(texts) and reads_as_header(texts[first + 1]):
        top.append(first + 1)
    return top


def _differs(head: Row, body: Sequence[Row]) -> bool:
    """Say whether a row of labels heads the rows of `body`, or is the first of its kind."""
    if not body:
        return False
    filled = [c.strip() for c in head if c.strip()]
    named = sum(bool(_LABELS.search(c)) for c in filled)
    enough = len(filled) if len(filled) == 2 else (len(filled) + 1) // 2
    if named >= enough and not filled[0].endswith(":"):
        return True
    width = len(head)
    for column in range(width):
        cells = [row[column] for row in body if column < len(row) and row[column].strip()]
        if len(cells) * 2 > len(body) and sum(is_value(c) for c in cells) * 2 > len(cells):
            return True
    words = [len(c.split()) for row in body for c in row if c.strip()]
    average = sum(words) / len(words) if words else 0.0
    own = sum(len(c.split()) for c in filled) / len(filled)
    return width > 2 and average >= 1.5 * own


def _column_path(
    texts: Sequence[Row], grid: Sequence[Sequence[Place]], rows: Sequence[int], column: int
) -> tuple[str, ...]:
    path: list[str] = []
    for i in rows:
        for text, (start, width) in zip(texts[i], grid[i], strict=True):
            clean = " ".join(text.split())
            if start <= column < start + width and clean and (not path or path[-1] != clean):
                path.append(clean)
    return tuple(path)


def _leading_marked(marked: Sequence[int], rows: int) -> int:
    """Return how many rows from the top are marked as headers; none if all are, for then the mark means nothing."""
    count = 0
    while count in marked:
        count += 1
    return 0 if count >= rows else count


def _is_title(row: Row) -> bool:
    filled = [c for c in row if c.strip()]
    return len(filled) == 1 and len(filled[0].split()) <= LONGEST_TITLE and bool(row[0].strip())


def _is_group(row: Row, places: Sequence[Place], columns: int) -> bool:
    filled = [c.strip() for c in row if c.strip()]
    if len(filled) != 1 or not row[0].strip():
        return False
    spans = len(places) == 1 and places[0][1] >= columns
    text = filled[0]
    return spans and len(text.split()) <= LONGEST_HEADER and not text.endswith((".", ";")) and not _PROMISE.search(text)


def _only_text(row: Row) -> str:
    return next((c for c in row if c.strip()), "")


def _folded(row: Row) -> tuple[str, ...]:
    return tuple(" ".join(c.split()).casefold() for c in row)
