"""Cuts a document into passages: sentences, list items and table rows, each with the context that it leans on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from svdocs.statements.statement import Passage
from svdocs.text.document import Block, BlockKind, Document, Span
from svdocs.text.sentences import split_sentences

PROSE_CELL_WORDS = 30
"""A table cell with at least so many words and two sentences is prose: response forms are tables of questions."""

_RUNNING_TEXT = frozenset(
    {
        BlockKind.paragraph,
        BlockKind.list_item,
        BlockKind.text_box,
        BlockKind.footnote,
        BlockKind.form_field,
        BlockKind.caption,
    }
)


_INTRODUCES = (":", ";", "…", "-", "–")


def fold(text: str) -> str:
    """Return `text` with each run of white space made one space, and none at the ends."""
    return " ".join(text.split())


def passages_of(document: Document) -> list[Passage]:
    """Return every passage of the document's body in reading order; headings and header rows give context only."""
    found: list[Passage] = []
    introduction = ""
    for block in document.body():
        if block.kind is BlockKind.heading:
            introduction = ""
        elif block.kind is BlockKind.table_row:
            if not block.header_row:
                found.extend(_row_passages(document, block, introduction))
        elif block.kind in _RUNNING_TEXT:
            in_list = block.kind is BlockKind.list_item
            new = list(_prose_passages(document, block, block.span, introduction if in_list else ""))
            found.extend(new)
            if not in_list:
                introduction = new[-1].text if new and (len(new) == 1 or new[-1].text.endswith(_INTRODUCES)) else ""
    return list(_with_neighbours(found))


def _prose_passages(
    document: Document, block: Block, span: Span, introduction: str, header: tuple[str, ...] = ()
) -> Iterator[Passage]:
    for sentence in split_sentences(document.quote(span)):
        at = sentence.shifted(span.start)
        text = fold(document.quote(at))
        if any(c.isalnum() for c in text):
            yield Passage(at, text, block.number, block.kind, block.section, introduction, header)


def _row_passages(document: Document, block: Block, introduction: str) -> Iterator[Passage]:
    cells = [c for c in block.cells if document.quote(c.span).strip()]
    shared = _shared_levels([c.header for c in block.cells])
    headers = tuple(" / ".join(c.header[shared:]) for c in cells)
    prose = [(c, header) for c, header in zip(cells, headers, strict=True) if _is_prose(document.quote(c.span))]
    if prose:
        for cell, header in prose:
            yield from _prose_passages(document, block, cell.span, introduction, (header,))
        return
    text = fold(document.quote(block.span))
    if cells and any(c.isalpha() for c in text):
        yield Passage(
            block.span,
            text,
            block.number,
            block.kind,
            block.section,
            introduction or block.label or " / ".join(block.cells[0].header[:shared]),
            headers,
            tuple(fold(document.quote(c.span)) for c in cells),
            tuple(" / ".join(c.header[shared:]) for c in block.cells if c not in cells),
        )


def _shared_levels(headers: Sequence[tuple[str, ...]]) -> int:
    """Return how many first levels all columns' headers have in common: a title that spans the table, and no header.

    >>> _shared_levels([("Growth", "Measure"), ("Growth", "Unit")]), _shared_levels([("Measure",), ("Unit",)])
    (1, 0)
    """
    most = min((len(h) for h in headers), default=1) - 1 if len(headers) > 1 else 0
    return next((i for i in range(most) if len({h[i] for h in headers}) > 1), most)


def _is_prose(text: str) -> bool:
    return len(text.split()) >= PROSE_CELL_WORDS and len(split_sentences(text)) >= 2


def _with_neighbours(passages: list[Passage]) -> Iterator[Passage]:
    """Give each passage the sentence before and after it, where they stand under the same headings."""
    for i, passage in enumerate(passages):
        before = passages[i - 1] if i else None
        after = passages[i + 1] if i + 1 < len(passages) else None
        yield replace(
            passage,
            previous=before.text if before and before.section == passage.section else "",
            following=after.text if after and after.section == passage.section else "",
        )
