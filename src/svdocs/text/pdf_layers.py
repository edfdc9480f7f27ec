"""The text that a scanner laid under a page's image is compared with what the image shows: it may say something else.

A sample of the page is recognised anew, and only where hardly a word of the layer is found in it the whole page. So
an honest layer, however poor, costs one strip of the page, and nobody is told off for a scanner's misreadings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import numpy as np

from svdocs.text.document import Box
from svdocs.text.hidden import Pixels
from svdocs.text.layout import PageContent
from svdocs.text.ocr import OcrFailed, find_tesseract, read_words, run_tesseract
from svdocs.text.pdf_drawn import Drawn
from svdocs.text.pdf_hidden import Seen
from svdocs.text.pictures import join_tiles

PAGE_SHARE = 0.5
"""An image that covers more of the page than this is a scan of it."""
LAYER_SCALE = 250 / 72
MIN_LAYER_WORDS = 8
MOST_SAMPLED = 40
MAX_STRIP_SHARE = 0.25
ALL_PAGES_TO, THEN_EVERY = 20, 5
"""All pages are compared up to the first; after it only each so many."""
MIN_LETTERS = 3
MIN_SURE = 0.6
MIN_WITNESSES, MIN_WITNESS_SHARE = 6, 0.4
"""With fewer recognised words, or fewer for each of the layer's, the image cannot bear witness."""
LEAST_FOUND = 0.35
"""Share of the layer's words that the image must show; the poorest honest layers have twice as many."""
ALIKE = 0.72


def find_lying_layer(
    content: PageContent, seen: Sequence[Seen], drawn: Drawn, draw: Callable[[float], Pixels]
) -> frozenset[int]:
    """Return the places in `seen` of the words laid invisibly on a scan that shows other words; none if it agrees.

    Args:
        content: the page.
        seen: its words.
        drawn: what is drawn on it beside text.
        draw: draws the page in grey at so many pixels a point, turned as its text runs.
    """
    width, height = content.frame
    scans = [b for b in join_tiles(drawn.images) if (b.x1 - b.x0) * (b.bottom - b.top) > PAGE_SHARE * width * height]
    if not scans or not _is_due(content.number):
        return frozenset()
    layer = [i for i, one in enumerate(seen) if _is_laid(one, drawn) and scans[0].holds_middle_of(one.word.box)]
    if len(layer) < MIN_LAYER_WORDS or find_tesseract() is None:
        return frozenset()
    pixels = draw(LAYER_SCALE)
    strip = _strip_of([seen[i].word.box for i in layer])
    try:
        if agrees(_texts(seen, layer, strip), _recognise(pixels, strip)) is not False:
            return frozenset()
        whole = Box(0, 0, width, height)
        if agrees(_texts(seen, layer, whole), _recognise(pixels, whole)) is not False:
            return frozenset()
    except OcrFailed:
        return frozenset()
    return frozenset(layer)


def _is_due(number: int) -> bool:
    return number <= ALL_PAGES_TO or number % THEN_EVERY == 0


def _is_laid(one: Seen, drawn: Drawn) -> bool:
    """Say whether a word is drawn invisibly, or before an image that covers it."""
    if one.style.mode in (3, 7):
        return True
    order = drawn.order.get(one.style.address)
    return order is not None and any(after > order and box.holds_middle_of(one.word.box) for after, box in drawn.covers)


def _strip_of(boxes: Sequence[Box]) -> Box:
    """Return a strip over the whole width that holds some lines from the middle of the layer."""
    ordered = sorted(boxes, key=lambda b: (b.top, b.x0))
    first = max((len(ordered) - MOST_SAMPLED) // 2, 0)
    some = ordered[first : first + MOST_SAMPLED]
    top = some[0].top
    height = max(b.bottom for b in boxes)
    bottom = min(max(b.bottom for b in some), top + MAX_STRIP_SHARE * max(height, 200.0))
    margin = 0.4 * (some[0].bottom - some[0].top)
    return Box(0, top - margin, max(b.x1 for b in boxes) + 1e4, bottom + margin)


def _texts(seen: Sequence[Seen], layer: Sequence[int], strip: Box) -> list[str]:
    return [seen[i].word.text for i in layer if strip.holds_middle_of(seen[i].word.box)]


def _recognise(pixels: Pixels, strip: Box) -> list[str]:
    """Return the words that can be seen in a strip of the page and are sure."""
    top, bottom = max(int(strip.top * LAYER_SCALE), 0), int(strip.bottom * LAYER_SCALE) + 1
    lines = read_words(run_tesseract(np.ascontiguousarray(pixels[top:bottom]), 72 * LAYER_SCALE))
    return [word.text for line in lines for word in line if word.confidence >= MIN_SURE]


def agrees(stored: Sequence[str], shown: Sequence[str]) -> bool | None:
    """Say whether an image shows the words stored for it, in whatever order; None if it shows too few to tell.

    >>> stored = "We will plant trees along every school lane".split()
    >>> agrees(stored, "We wi1l plant trecs along every schooI lane".split())
    True
    >>> agrees(stored, "Our price has risen because wages have risen since March".split())
    False
    >>> agrees(stored, ["We", "will"]) is None
    True
    """
    kept, seen = ([_fold(t) for t in texts if sum(c.isalnum() for c in t) >= MIN_LETTERS] for texts in (stored, shown))
    if len(seen) < max(MIN_WITNESSES, MIN_WITNESS_SHARE * len(kept)) or len(kept) < MIN_WITNESSES:
        return None
    there = set(seen)
    found = sum(text in there or bool(get_close_matches(text, there, 1, ALIKE)) for text in kept)
    return found >= LEAST_FOUND * len(kept)


def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
