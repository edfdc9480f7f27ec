"""Running heads, running feet and page numbers: what repeats at the edge of the pages and is no part of the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from svdocs.text.layout import Line, PageContent, PageWord, gather_rows, split_segments
from svdocs.text.tables import Grid

EDGE_SHARE = 0.2
"""Running heads and feet stand in this share of the page's height, at its top and bottom."""
MARGIN_SHARE = 0.065
"""A lone short line in smaller print this close to the edge is furniture even if the document has one page."""
SAME_PLACE = 8.0
MAX_FUZZY_PAGES = 300

_PAGE_NUMBER = re.compile(
    r"^(?:[-–—|\s]*)(?:page|pg\.?|p\.)?\s*(\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|\|)\s*(?:\d{1,4}|page|p\s?a\s?g\s?e))?(?:[-–—|\s]*)$",
    re.I,
)


def is_page_number(text: str) -> bool:
    """Say whether `text` is a page number, with or without the word.

    >>> [is_page_number(t) for t in ("12", "Page 3 of 9", "- 4 -", "iv", "4 | Page", "In 2027 we")]
    [True, True, True, True, True, False]
    """
    return _PAGE_NUMBER.match(text.strip()) is not None


def fold_numbers(text: str) -> str:
    """Return `text` in lower case with each number as ``#``, so that running feet of different pages are equal.

    >>> fold_numbers("Bid 7  Page 12")
    'bid # page #'
    """
    return re.sub(r"\d+", "#", " ".join(text.lower().split()))


def take_furniture(pages: Sequence[PageContent]) -> None:
    """Move running heads, running feet and page numbers of all pages from their `words` to their `furniture`."""
    edges = [(_edge_lines(page, top=True), _edge_lines(page, top=False)) for page in pages]
    body = _body_size(pages)
    repeated = _find_repeated(pages, edges)
    for page, (head, foot) in zip(pages, edges, strict=True):
        taken: list[Line] = []
        for lines in (head, foot):
            taken += _take_outermost(page, lines, repeated, body, len(pages))
        if taken:
            gone = {id(w) for line in taken for w in line.words}
            page.words = [w for w in page.words if id(w) not in gone]
            page.furniture = sorted(taken, key=lambda line: (line.box.top, line.box.x0))


def _edge_lines(page: PageContent, *, top: bool) -> list[list[Line]]:
    """Return the rows near the page's top or bottom edge, outermost first, each as pieces between wide gaps."""
    _, height = page.frame
    words = [w for w in page.words if _near_edge(w, height, top=top) and not _in_grid(w, page.grids)]
    rows = [split_segments([row]) for row in gather_rows(words)]
    return rows if top else rows[::-1]


def _near_edge(word: PageWord, height: float, *, top: bool) -> bool:
    middle = (word.box.top + word.box.bottom) / 2
    return middle < EDGE_SHARE * height if top else middle > (1 - EDGE_SHARE) * height


def _in_grid(word: PageWord, grids: Sequence[Grid]) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
    return any(g.column_count > 1 and g.box.x0 <= x <= g.box.x1 and g.box.top <= y <= g.box.bottom for g in grids)


def _body_size(pages: Sequence[PageContent]) -> float:
    sizes: dict[float, int] = defaultdict(int)
    for page in pages:
        for word in page.words:
            sizes[word.size] += len(word.text)
    return max(sizes, key=lambda s: (sizes[s], s)) if sizes else 10.0


def _find_repeated(
    pages: Sequence[PageContent], edges: Sequence[tuple[list[list[Line]], list[list[Line]]]]
) -> set[int]:
    """Return the identities of the lines that stand at the same place, but for numbers, on several pages."""
    seen: dict[tuple[str, bool], list[tuple[int, Line]]] = defaultdict(list)
    for n, (head, foot) in enumerate(edges):
        for top, rows in ((True, head), (False, foot)):
            for line in (line for row in rows for line in row):
                seen[(fold_numbers(line.text), top)].append((n, line))
    if any(p.ocr for p in pages) and len(pages) <= MAX_FUZZY_PAGES:
        seen = _merge_alike(seen)
    enough = 2 if len(pages) <= 8 else 3
    found: set[int] = set()
    for lines in seen.values():
        lines.sort(key=lambda one: one[1].box.top)
        found.update(id(line) for i, (_, line) in enumerate(lines) if _stands_on(enough, lines, i))
    return found


def _stands_on(pages: int, lines: Sequence[tuple[int, Line]], at: int) -> bool:
    """Say whether a line, of lines sorted by height, has its like at its height on so many pages, its own included.

    Looks no further than it must: a file of thousands of equal pages would else be compared page by page.
    """
    top = lines[at][1].box.top
    alike = {lines[at][0]}
    for step in (-1, 1):
        i = at + step
        while 0 <= i < len(lines) and abs(lines[i][1].box.top - top) <= SAME_PLACE and len(alike) < pages:
            alike.add(lines[i][0])
            i += step
    return len(alike) >= pages


def _merge_alike(
    seen: dict[tuple[str, bool], list[tuple[int, Line]]],
) -> dict[tuple[str, bool], list[tuple[int, Line]]]:
    """Join texts that differ by a few characters only, as recognised text does."""
    merged: dict[tuple[str, bool], list[tuple[int, Line]]] = defaultdict(list)
    for (text, top), lines in sorted(seen.items(), key=lambda item: -len(item[1])):
        for key in merged:
            if (
                key[1] is top
                and abs(len(key[0]) - len(text)) <= 6
                and SequenceMatcher(None, key[0], text).ratio() > 0.82
            ):
                merged[key] += lines
                break
        else:
            merged[(text, top)] += lines
    return merged


def _take_outermost(
    page: PageContent, rows: list[list[Line]], repeated: set[int], body: float, page_count: int
) -> list[Line]:
    """Return the furniture among `rows`; what stands further in than a line of text is text too."""
    _, height = page.frame
    taken: list[Line] = []
    for row in rows:
        known = [line for line in row if id(line) in repeated]
        numbers = [
            line
            for line in row
            if is_page_number(line.text) and (page_count > 1 or line.text.lower().startswith("page"))
        ]
        small = [
            line
            for line in row
            if line.size < 0.95 * body
            and len(line.words) <= 16
            and not line.words[0].raised
            and _in_margin(line, height)
        ]
        found = [line for line in row if any(line is one for one in (*known, *numbers, *small))]
        if len(found) < len(row):  # a figure beside text is the text's own
            found = known
        taken += found
        if len(found) < len(row):
            break
    return taken


def _in_margin(line: Line, height: float) -> bool:
    middle = (line.box.top + line.box.bottom) / 2
    return middle < MARGIN_SHARE * height or middle > (1 - MARGIN_SHARE) * height
