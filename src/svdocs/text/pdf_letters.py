"""Letters of a PDF that are drawn as others than they are stored as: a page shows one text and programs read another.

A font's own table says which character each of its drawings stands for, and can lie. The shapes betray it: a p
goes below the line, a b rises over an a. Where many shapes do not fit, the words are recognised from the page as drawn
and compared. So an honest page costs a few measurements, and only a suspect one a recognition.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from statistics import median
from typing import Any

import numpy as np
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from svdocs.text.hidden import Pixels
from svdocs.text.layout import PageContent
from svdocs.text.ocr import OcrFailed, find_tesseract, read_words, run_tesseract
from svdocs.text.pdf_hidden import Seen

MOST_SAMPLED = 80
"""Letters measured of one font on a page."""
LEAST_SAMPLED = 20
MISFIT_SHARE = 0.1
"""Shapes that do not fit, of those measured, from which a font is suspect; honest ones have a few at most."""
LEAST_ALIKE = 0.75
"""Share of the words' letters that a recognition of an honest page always gets right."""
MOST_COMPARED = 60
COMPARED_SCALE = 200 / 72

_LOW = frozenset("acemnorsuvwxz")
_TALL = frozenset("bdhkl")
_DEEP = frozenset("gpqy")

Shape = tuple[str, float, float]
"""A letter, how far its drawing rises above the line, and how far it goes below, both in shares of its size."""


def find_lying(
    textpage: Any, content: PageContent, seen: Sequence[Seen], draw: Callable[[float], Pixels]
) -> frozenset[int]:
    """Return the places in `seen` of the words that are drawn as other letters than they are stored as.

    Args:
        textpage: pdfium's page of text.
        content: the page.
        seen: its words.
        draw: draws the page in grey at so many pixels a point, turned as its text runs.
    """
    turns = (content.rotation // 90 - content.turn) % 4
    by_font: dict[int, list[int]] = defaultdict(list)
    for i, one in enumerate(seen):
        if (
            one.style.level
            and one.style.turns == turns
            and one.style.mode not in (3, 7)
            and one.style.size >= 5
            and one.first >= 0
        ):
            by_font[one.style.font].append(i)
    suspects = [words for words in by_font.values() if misfits(_shapes_of(textpage, seen, words, turns))]
    if not suspects or find_tesseract() is None:
        return frozenset()
    pixels = draw(COMPARED_SCALE)
    return frozenset(i for words in suspects if not _reads_as_stored(pixels, seen, words) for i in words)


def misfits(shapes: Sequence[Shape]) -> bool:
    """Say whether the shapes are not those of the letters that they are told to be.

    >>> honest = [(c, 0.72 if c in "bl" else 0.52, 0.2 if c == "p" else 0.0) for c in "able people" * 3 if c != " "]
    >>> misfits(honest), misfits([(c, 0.52, 0.0) for c in "able people" * 3 if c != " "])
    (False, True)
    """
    lows = [above for letter, above, _ in shapes if letter in _LOW]
    if len(shapes) < LEAST_SAMPLED or len(lows) < LEAST_SAMPLED / 4:
        return False
    height = median(lows)
    wrong = sum(_is_misfit(shape, height) for shape in shapes)
    return wrong > MISFIT_SHARE * len(shapes)


def _is_misfit(shape: Shape, height: float) -> bool:
    letter, above, below = shape
    if letter in _LOW:
        return above > 1.2 * height or below > 0.1
    if letter in _TALL:
        return above < 1.12 * height
    return below < 0.08


def _shapes_of(textpage: Any, seen: Sequence[Seen], words: Sequence[int], turns: int) -> list[Shape]:
    """Return the shapes of some letters of these words, evenly spread over them."""
    across, up = ((0, 1), (-1, 0), (0, -1), (1, 0))[turns]
    places = [
        (seen[i].first + k, letter, seen[i].style.size)
        for i in words
        for k, letter in enumerate(seen[i].word.text)
        if letter in _LOW or letter in _TALL or letter in _DEEP
    ]
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    shapes: list[Shape] = []
    for index, letter, size in places[:: max(len(places) // MOST_SAMPLED, 1)][:MOST_SAMPLED]:
        if raw.FPDFText_GetUnicode(textpage, index) != ord(letter):
            continue  # after a ligature the places no longer run together
        if raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top) and raw.FPDFText_GetCharOrigin(
            textpage, index, x, y
        ):
            ends = [
                (across * (side - x.value) + up * (edge - y.value)) / size
                for side in (left.value, right.value)
                for edge in (bottom.value, top.value)
            ]
            shapes.append((letter, max(ends), -min(ends)))
    return shapes


def _reads_as_stored(pixels: Pixels, seen: Sequence[Seen], words: Sequence[int]) -> bool:
    """Say whether some of these words, recognised from the page with all else blanked, read as they are stored."""
    compared = list(words)[:MOST_COMPARED]
    paper = np.full_like(pixels, 255)
    for i in compared:
        box = seen[i].word.box
        rows = slice(max(int(box.top * COMPARED_SCALE), 0), max(int(box.bottom * COMPARED_SCALE) + 1, 0))
        columns = slice(max(int(box.x0 * COMPARED_SCALE) - 2, 0), max(int(box.x1 * COMPARED_SCALE) + 3, 0))
        paper[rows, columns] = pixels[rows, columns]
    stored = [seen[i].word.text.casefold() for i in compared]
    try:
        lines = read_words(run_tesseract(paper, 72 * COMPARED_SCALE, 6))
    except OcrFailed:
        return True
    return are_alike(stored, [word.text.casefold() for line in lines for word in line])


def are_alike(stored: Sequence[str], shown: Sequence[str]) -> bool:
    """Say whether recognised words are the stored ones: letter by letter in order, or most of the words in any order.

    >>> are_alike(["plant", "trees"], ["plart", "trees"]), are_alike(["a", "b"], ["b", "a"])
    (True, True)
    >>> are_alike(["plant", "trees"], ["sweep", "leaves"])
    False
    """
    one, other = "".join(stored), "".join(shown)
    if len(other) < 0.3 * len(one):  # the recognition saw next to nothing: it cannot bear witness
        return True
    found = sum(word in shown for word in stored)
    return found >= LEAST_ALIKE * len(stored) or (
        SequenceMatcher(None, one, other, autojunk=False).ratio() >= LEAST_ALIKE
    )
