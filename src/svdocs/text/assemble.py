"""Pages become a reading: furniture set aside, columns in order, blocks whole, every word with its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise

from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Flag, Page
from svdocs.text.furniture import take_furniture
from svdocs.text.hidden import describe
from svdocs.text.layout import PageContent, PageWord, make_line
from svdocs.text.open_tables import find_stranded_header
from svdocs.text.paragraphs import Draft, draft_page, join_continued
from svdocs.text.reading import Reading
from svdocs.text.roles import mark_footnotes_and_captions, mark_headings, mark_list_levels, restore_lone_labels
from svdocs.text.writing import DraftWriter, collect_vocabulary


def assemble_reading(pages: Sequence[PageContent], *, on_step: Callable[[], None] | None = None) -> Reading:
    """Return the pages' text in reading order, with what was found beside it; takes the words out of the pages.

    `on_step` is called now and then, as a sign that the work on a long document goes on.
    """
    tell = on_step or _tell_nobody
    take_furniture(pages)
    for page, following in pairwise(pages):
        stranded = find_stranded_header(page.words, page.rules, following.words)
        if stranded is not None:
            page.grids = [*page.grids, stranded]
    body: list[Draft] = []
    for page in pages:
        tell()
        ended = body[-1].grid if body and body[-1].page == page.number - 1 else None
        body += draft_page(page, ended if ended and not ended.ruled else None)
        page.words = []  # the drafts have them now
    tell()
    mark_footnotes_and_captions(body, {p.number: p.frame[1] for p in pages})
    mark_headings(body)
    body = join_continued(body)
    restore_lone_labels(body)
    mark_list_levels(body)
    tell()
    vocabulary = collect_vocabulary(body)
    builder = TextBuilder()
    writer = DraftWriter(builder, vocabulary)
    flags: list[Flag] = [f for p in pages for f in p.flags]
    body.reverse()  # so that each draft is let go of once it is written: a long file's words would be held twice
    for page in pages:
        tell()
        while body and body[-1].page <= page.number:
            writer.write(body.pop())
        for draft in _drafts_aside(page):
            writer.write(draft)
        flags += _flags_of(page)
    while body:
        writer.write(body.pop())
    return Reading(
        text=builder.text,
        blocks=tuple(builder.blocks),
        words=tuple(builder.words),
        pages=tuple(Page(p.number, p.width, p.height, p.rotation, p.ocr) for p in pages),
        problems=tuple(problem for p in pages for problem in p.problems),
        flags=tuple(flags),
        facts=count_facts(builder),
    )


def _tell_nobody() -> None:
    pass


def _drafts_aside(page: PageContent) -> list[Draft]:
    """Return what stands beside the page's text: furniture, turned text, hidden text."""
    drafts = [Draft(BlockKind.furniture, page.number, [line]) for line in page.furniture]
    for words in _runs(page.aside):
        drafts.append(Draft(BlockKind.furniture, page.number, [make_line(words)]))
    for hidden in page.hidden:
        drafts.append(Draft(BlockKind.hidden, page.number, [make_line(hidden.words)]))
    return drafts


def _runs(words: Sequence[PageWord]) -> list[list[PageWord]]:
    """Part words that run in another direction where the size changes."""
    return [list(run) for _, run in groupby(words, key=lambda w: w.size)]


def _flags_of(page: PageContent) -> list[Flag]:
    return [
        Flag(
            "hidden_text", describe(h.reason, page.number, len(h.words)), page.number, " ".join(w.text for w in h.words)
        )
        for h in page.hidden
    ]


def count_facts(builder: TextBuilder) -> dict[str, int]:
    """Return how many characters each kind of block holds, and how many words there are."""
    facts: dict[str, int] = {"words": len(builder.words)}
    for block in builder.blocks:
        key = f"characters_{block.kind.value}"
        facts[key] = facts.get(key, 0) + block.span.end - block.span.start
    return facts
