"""Drafts become text: words that a line end broke are whole again, with a box for each part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from svdocs.text.build import TextBuilder
from svdocs.text.document import Box
from svdocs.text.layout import PageWord
from svdocs.text.paragraphs import HYPHENS, Draft
from svdocs.text.roles import mark_header_rows

SOFT_HYPHEN = "\u00ad"
COMPOUND_STARTS = frozenset(
    [
        "after",
        "all",
        "anti",
        "best",
        "co",
        "cross",
        "double",
        "e",
        "ex",
        "fast",
        "first",
        "five",
        "four",
        "full",
        "half",
        "hand",
        "hard",
        "high",
        "home",
        "in",
        "inter",
        "ill",
        "job",
        "k",
        "large",
        "lead",
        "life",
        "local",
        "long",
        "longer",
        "low",
        "lower",
        "mid",
        "multi",
        "near",
        "net",
        "new",
        "next",
        "no",
        "non",
        "off",
        "on",
        "one",
        "on-site",
        "open",
        "out",
        "over",
        "part",
        "peer",
        "post",
        "pre",
        "pro",
        "re",
        "real",
        "same",
        "second",
        "self",
        "semi",
        "short",
        "six",
        "small",
        "socio",
        "soft",
        "special",
        "sub",
        "ten",
        "third",
        "three",
        "top",
        "two",
        "un",
        "under",
        "up",
        "user",
        "value",
        "well",
        "whole",
        "wide",
        "work",
        "world",
        "year",
        "zero",
    ]
)
"""First halves after which a hyphen at a line end is most likely the word's own."""
COMPOUND_ENDS = frozenset(
    [
        "aged",
        "based",
        "built",
        "driven",
        "free",
        "friendly",
        "funded",
        "hand",
        "led",
        "level",
        "long",
        "made",
        "neutral",
        "old",
        "owned",
        "paid",
        "related",
        "round",
        "run",
        "scale",
        "side",
        "time",
        "wide",
        "year",
        "years",
    ]
)
"""Second halves before which it is."""


def collect_vocabulary(drafts: Iterable[Draft]) -> frozenset[str]:
    """Return the words that stand inside lines, in lower case, by which broken words are made whole."""
    kept: set[str] = set()
    for draft in drafts:
        for line in draft.lines:
            kept.update(bare(w.text) for w in line.words if not w.text.endswith(HYPHENS))
        for cell in (cell for row in draft.rows for cell in row.cells):
            for i, words in enumerate(cell):
                inner = words[1 if i else 0 : len(words) if i == len(cell) - 1 else -1]
                kept.update(bare(w.text) for w in inner)
    return frozenset(kept)


def join_halves(first: str, second: str, vocabulary: frozenset[str]) -> str | None:
    """Return the word that a line end broke into `first` and `second`, or None if these are two words.

    >>> join_halves("commit-", "ment", frozenset()), join_halves("long-", "term", frozenset({"term"}))
    ('commitment', 'long-term')
    >>> join_halves("2027-", "28", frozenset()), join_halves("pay", "ment", frozenset())
    ('2027-28', None)
    """
    if not first.endswith(HYPHENS) or len(first) < 2 or not first[-2].isalnum():
        return None
    stem = first[:-1]
    if not (
        second[:1].isalnum()
        and (
            second[:1].islower() or second[:1].isdigit() or stem[-1:].isdigit() or "-" in second or second[:1].isupper()
        )
    ):
        return None
    if first.endswith(SOFT_HYPHEN):
        return stem + second
    if not second[0].islower() or not stem[-1].isalpha():
        return stem + "-" + second
    head = stem.lstrip("\"'“‘([").lower()
    tail = re.match(r"[a-z]+", second)
    whole_tail = tail.group() if tail else second.lower()
    if head + whole_tail in vocabulary:
        return stem + second
    if f"{head}-{whole_tail}" in vocabulary or "-" in head:
        return stem + "-" + second
    if head in COMPOUND_STARTS and (len(whole_tail) > 3 or whole_tail in vocabulary) and not _is_suffix(whole_tail):
        return stem + "-" + second
    if whole_tail in COMPOUND_ENDS and len(head) > 2:
        return stem + "-" + second
    if len(head) > 2 and len(whole_tail) > 3 and head in vocabulary and whole_tail in vocabulary:
        return stem + "-" + second
    return stem + second


def _is_suffix(tail: str) -> bool:
    """Say whether `tail` can only end a word: then the hyphen before it was the line's."""
    return (
        re.fullmatch(
            r"(?:\w{0,4}(?:tion|sion|ment|ness|ing|ings|ity|ance|ence|able|ible|ies|ship|ful|less)s?|\w{1,3})", tail
        )
        is not None
    )


def mend_breaks(lines: Sequence[Sequence[PageWord]], right: float, vocabulary: frozenset[str]) -> None:
    """Mark the words that a narrow cell broke without a hyphen, by tying each second half to its first.

    A cell breaks a word where not one more letter fits. That also happens between words, so the whole must be a word
    that the document holds elsewhere, or neither half may be.
    """
    for above, below in pairwise(lines):
        first, second = above[-1], below[0]
        if not (first.text[-1:].isalnum() or first.text[-1:] == "-") or not (
            second.text[:1].islower() or second.text[:1].isdigit()
        ):
            continue
        letter = (second.box.x1 - second.box.x0) / max(len(second.text), 1)
        if right - first.box.x1 >= 1.05 * letter or first.text.endswith(HYPHENS):
            continue
        head, tail = bare(first.text), bare(second.text)
        if head.isdigit() and tail.isdigit():
            continue
        unknown = head not in vocabulary and tail not in vocabulary
        if head + tail in vocabulary or (unknown and (min(len(head), len(tail)) <= 3 or len(above) == 1)):
            second.joined = True


def bare(text: str) -> str:
    """Return a word in lower case without the marks around it.

    >>> bare("(Schools,")
    'schools'
    """
    return text.strip(".,;:!?()[]\"'“”‘’").lower()


@dataclass(slots=True)
class _Placed:
    start: int
    end: int
    page: int
    boxes: list[Box]
    confidence: float | None


def join_words(lines: Sequence[Sequence[PageWord]], vocabulary: frozenset[str]) -> tuple[str, list[_Placed]]:
    """Return the lines' text on one line, and for each word its characters and boxes."""
    parts: list[str] = []
    placed: list[_Placed] = []
    length = 0
    for n, words in enumerate(lines):
        for i, word in enumerate(words):
            text = word.text
            if n and i == 0 and placed:
                whole = join_halves(parts[-1], text, vocabulary)
                if whole is not None:
                    length += len(whole) - len(parts[-1])
                    cut = placed[-1].start + len(whole) - len(text)
                    parts[-1] = whole
                    last = placed[-1]
                    if last.page == word.page:
                        last.end = length
                        last.boxes.append(word.shown)
                        last.confidence = _lower(last.confidence, word.confidence)
                    else:
                        last.end = cut
                        placed.append(_Placed(cut, length, word.page, [word.shown], word.confidence))
                    continue
            if word.joined and parts and not i and n:
                last = placed[-1]
                parts.append(text)
                length += len(text)
                if last.page == word.page:
                    last.end = length
                    last.boxes.append(word.shown)
                else:
                    placed.append(_Placed(length - len(text), length, word.page, [word.shown], word.confidence))
                continue
            if parts and not word.joined:
                parts.append(" ")
                length += 1
            parts.append(text)
            placed.append(_Placed(length, length + len(text), word.page, [word.shown], word.confidence))
            length += len(text)
    return "".join(parts), placed


def _lower(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)


class DraftWriter:
    """Writes drafts into a document's text through the builder."""

    def __init__(self, builder: TextBuilder, vocabulary: frozenset[str]) -> None:
        self._builder = builder
        self._vocabulary = vocabulary
        self._tables = 0

    def write(self, draft: Draft) -> None:
        """Append the draft: one block, or one for each row of a table."""
        if draft.rows:
            self._write_table(draft)
        elif draft.lines:
            text, placed = join_words([line.words for line in draft.lines], self._vocabulary)
            block = self._builder.add(draft.kind, text, page=draft.page, level=draft.level, label=draft.label)
            for p in placed:
                self._builder.place_word(block, p.start, p.end, p.page, p.boxes, p.confidence)
        elif draft.text:
            block = self._builder.add(draft.kind, draft.text, page=draft.page, label=draft.label)
            if draft.boxes:
                self._builder.place_word(block, 0, len(draft.text), draft.page, draft.boxes)

    def _write_table(self, draft: Draft) -> None:
        mark_header_rows(draft)
        columns = draft.grid.column_count if draft.grid else max(s[1] for r in draft.rows for s in r.spans)
        paths: list[list[str]] = [[] for _ in range(columns)]
        in_header = True
        for row in draft.rows:
            for cell, right in zip(row.cells, row.rights, strict=True):
                mend_breaks(cell, right, self._vocabulary)
            joined = [join_words(cell, self._vocabulary) for cell in row.cells]
            texts = [text for text, _ in joined]
            headers = [] if row.header else [_header_of(paths, span) for span in row.spans]
            block = self._builder.add_row(
                texts, headers=headers, page=row.page, table=self._tables, label=draft.label, header_row=row.header
            )
            if row.header and in_header:
                for (first, after), text in zip(row.spans, texts, strict=True):
                    for c in range(first, min(after, columns)):
                        if text and text not in paths[c]:
                            paths[c].append(text)
            in_header = in_header and row.header
            for written, (_, placed) in zip(block.cells, joined, strict=True):
                offset = written.span.start - block.span.start
                for p in placed:
                    self._builder.place_word(block, offset + p.start, offset + p.end, p.page, p.boxes, p.confidence)
        self._tables += 1


def _header_of(paths: Sequence[Sequence[str]], span: tuple[int, int]) -> tuple[str, ...]:
    """Return the headers above the columns of `span`, outermost first, each once."""
    path: list[str] = []
    for c in range(span[0], min(span[1], len(paths))):
        path += [t for t in paths[c] if t not in path]
    return tuple(path)
