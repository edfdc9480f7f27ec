"""What a block is on its page, told by its face and place: heading, footnote, caption, depth of a list, header row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from svdocs.text.document import BlockKind, Box
from svdocs.text.layout import PageWord
from svdocs.text.paragraphs import Draft, RowDraft, sentence_ended

_CAPTION = re.compile(r"^(?:table|figure|fig\.?|chart|diagram)\s+\w{1,4}\b[.:–—-]?", re.I)


_BRACKETED = re.compile(r"(\(?)(\d{1,2}|[A-Za-z]|[ivxIVX]{2,5})\)\Z")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")


def body_style(drafts: Iterable[Draft]) -> tuple[float, bool]:
    """Return the font size and weight of most of the text; 10 points where there is none."""
    styles: Counter[tuple[float, bool]] = Counter()
    for draft in drafts:
        for line in draft.lines:
            styles[(line.size, line.bold)] += len(line.text)
        for row in draft.rows:
            for cell in row.cells:
                for words in cell:
                    for word in words:
                        styles[(word.size, word.bold)] += len(word.text) // 2
    return max(styles, key=lambda s: (styles[s], s)) if styles else (10.0, False)


def mark_headings(drafts: Sequence[Draft]) -> None:
    """Turn short paragraphs in a larger or heavier face into headings; level 1 is the largest face in the document."""
    size, bold = body_style(drafts)
    found = [d for d in drafts if _is_heading(d, size, bold)]
    ranks: list[tuple[float, bool]] = []
    for style in sorted({(d.lines[0].size, d.lines[0].bold) for d in found}, reverse=True):
        if not ranks or ranks[-1][0] - style[0] > 0.06 * style[0] or ranks[-1][1] != style[1]:
            ranks.append(style)
    for draft in found:
        own = (draft.lines[0].size, draft.lines[0].bold)
        nearest = min(range(len(ranks)), key=lambda i: (abs(ranks[i][0] - own[0]), ranks[i][1] != own[1]))
        draft.kind, draft.level = BlockKind.heading, min(nearest + 1, 6)
        if draft.label is not None:
            _restore_label(draft)


def _restore_label(draft: Draft) -> None:
    """Put a heading's number back into its text; it was taken for a list item's label."""
    if draft.lines and draft.label:
        first = draft.lines[0].words[0]
        gap = max(first.box.x0 - draft.label_left, 1.0)
        box = Box(draft.label_left, first.box.top, draft.label_left + gap * 0.8, first.box.bottom)
        word = PageWord(draft.label, first.page, box, box, first.size, first.bold, first.confidence)
        draft.lines[0].words.insert(0, word)
        draft.label = None


def _is_heading(draft: Draft, body_size: float, body_bold: bool) -> bool:
    if draft.kind not in (BlockKind.paragraph, BlockKind.list_item) or not draft.lines or len(draft.lines) > 4:
        return False
    if draft.kind is BlockKind.list_item and (not draft.label or not draft.label[0].isalnum()):
        return False
    words = draft.words
    text = " ".join(w.text for w in words)
    if len(words) > 24 or sum(c.isalpha() for c in text) < 2 or text.endswith((",", ";")):
        return False
    size = draft.lines[0].size
    if size >= (1.1 if draft.lines[0].bold else 1.18) * body_size:
        return size >= 1.3 * body_size or not text.endswith(".") or len(words) <= 6
    recognised = words[0].confidence is not None
    if recognised:
        return False
    bold = all(line.bold for line in draft.lines)
    return bold and not body_bold and size >= 0.95 * body_size and not text.endswith((".", ":")) and len(words) <= 16


def mark_footnotes_and_captions(drafts: Sequence[Draft], heights: dict[int, float]) -> None:
    """Turn small print with a mark at the foot of a page into footnotes, and table or figure titles into captions."""
    size, _ = body_style(drafts)
    for draft in drafts:
        if draft.kind not in (BlockKind.paragraph, BlockKind.list_item) or not draft.lines:
            continue
        line = draft.lines[0]
        first = line.words[0]
        raised = first.raised or (first.size < 0.92 * line.size and first.box.bottom < line.base - 0.1 * line.size)
        if raised and len(draft.words) > 1 and line.size < 0.93 * size:
            draft.kind, draft.label = BlockKind.footnote, first.text
            line.words = line.words[1:]
        elif (
            line.size < 0.87 * size
            and line.box.top > 0.7 * heights.get(draft.page, 0.0)
            and draft.label
            and draft.label[0].isdigit()
        ):
            draft.kind = BlockKind.footnote
        elif (
            _CAPTION.match(line.text)
            and len(draft.words) <= 30
            and draft.kind is BlockKind.paragraph
            and (re.match(r"^\S+\s+\w{1,4}[.:–—-]", line.text) or (len(draft.lines) == 1 and not sentence_ended(line)))
        ):
            draft.kind = BlockKind.caption


def restore_lone_labels(drafts: Sequence[Draft]) -> None:
    """Turn list items back into paragraphs that begin with a number in brackets, such as (iii), with no list about.

    A number or letter past the first belongs to a list only if the one before or after it stands in the document too.
    """
    labels = {form for d in drafts if d.kind is BlockKind.list_item and d.label for form in _bracketed(d.label)}
    for draft in drafts:
        if draft.kind is not BlockKind.list_item or not draft.label or not draft.lines:
            continue
        forms = _bracketed(draft.label)
        if forms and not any(n == 1 or {(how, n - 1), (how, n + 1)} & labels for how, n in forms):
            _restore_label(draft)
            draft.kind, draft.level = BlockKind.paragraph, None


def _bracketed(label: str) -> list[tuple[str, int]]:
    """Return what a label in brackets may count: its brackets and script, and the number that it stands for.

    >>> _bracketed("(iii)"), _bracketed("b)"), _bracketed("(i)"), _bracketed("3.")
    ([('(i)', 3)], [('a)', 2)], [('(a)', 9), ('(i)', 1)], [])
    """
    found = _BRACKETED.match(label)
    if not found:
        return []
    left, text = found.groups()
    small = text.casefold()
    if text.isdigit():
        return [(f"{left}1)", int(text))]
    forms = [(f"{left}a)", ord(small) - 96)] if len(small) == 1 else []
    return [*forms, (f"{left}i)", _ROMAN.index(small) + 1)] if small in _ROMAN else forms


def mark_list_levels(drafts: Sequence[Draft]) -> None:
    """Give each list item its depth within its run of items, by how far its bullet or number is indented."""
    run: list[float] = []
    column = -1.0
    for draft in drafts:
        if draft.kind is not BlockKind.list_item or not draft.lines:
            run = []
            continue
        if abs(draft.lines[0].left - column) > 3:
            column = draft.lines[0].left
            run = []
        while run and run[-1] > draft.label_left + 3:
            run.pop()
        if not run or draft.label_left > run[-1] + 3:
            run.append(draft.label_left)
        draft.level = len(run)


def mark_header_rows(draft: Draft) -> None:
    """Mark the rows at the top of a table that name its columns: repeated, shaded, bold, or short above long."""
    rows = draft.rows
    if not rows or any(r.header for r in rows) or len(rows) < 2:
        return
    shaded = 0
    while shaded < len(rows) and rows[shaded].shaded:
        shaded += 1
    bold = 0
    while bold < len(rows) and _is_bold(rows[bold]):
        bold += 1
    count = shaded if 0 < shaded <= 3 and shaded < len(rows) else bold if 0 < bold <= 3 and bold < len(rows) else 0
    if not count and _names_columns(rows[0], rows[1:]):
        count = 1
    for row in rows[:count]:
        row.header = True


def _is_bold(row: RowDraft) -> bool:
    words = [w for cell in row.cells for line in cell for w in line]
    return bool(words) and all(w.bold for w in words)


def _names_columns(first: RowDraft, others: Sequence[RowDraft]) -> bool:
    texts = [" ".join(w.text for line in cell for w in line) for cell in first.cells]
    if not all(texts) or any(len(t) > 60 or t[-1:] in ".;" or any(c.isdigit() for c in t) for t in texts):
        return False
    below = [" ".join(w.text for line in cell for w in line) for row in others for cell in row.cells]
    mean = sum(map(len, below)) / max(len(below), 1)
    digits = any(any(c.isdigit() for c in t) for t in below)
    return len(texts) > 1 and (sum(map(len, texts)) / len(texts) < 0.6 * mean or digits)
