"""Pictures of text on pages that carry text of their own: a pasted scan of a table, a screenshot of a letter.

What is recognised in a picture is laid out by itself and stands where the picture stands; its words carry a
confidence. Photographs and logos add nothing, and neither does a scan under whose words a scanner laid its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from svdocs.text.document import Box, Flag, Problem
from svdocs.text.hidden import Pixels
from svdocs.text.layout import PageContent, PageWord, turn_box
from svdocs.text.ocr import (
    MAX_OCR_PIXELS,
    OcrFailed,
    Recognised,
    find_tesseract,
    move_box,
    move_grid,
    recognise_page,
)

PICTURE_SCALE = 300 / 72
MIN_SHARE, MIN_WIDTH_POINTS, MIN_HEIGHT_POINTS = 0.03, 90.0, 24.0
"""A smaller picture is a logo or an ornament."""
MOST_PICTURES = 4
"""Pictures recognised on one page, the largest first; a page with more text-like ones is flagged."""
MIN_GROUND_SHARE = 0.4
"""Text stands on a ground of one tone; a photograph has none that fills so much of it."""
GROUND_REACH, INK_REACH = 24, 60
MIN_INK, MAX_INK = 0.002, 0.4
MANY_WORDS = 10
LEFT_INK_SHARE = 0.6
"""Where many words lie over a picture and less ink than this share shows beside them, they are its text."""
MIN_WORDS, MIN_SURE, MIN_SURE_SHARE, MIN_WORD_SURE = 4, 0.6, 0.5, 0.3
JOIN_POINTS = 2.0
MAX_TILES = 500


def read_pictures(
    content: PageContent, images: Sequence[Box], draw: Callable[[float], Pixels]
) -> list[tuple[Box, PageContent]]:
    """Return the text of a page's pictures, each with the picture's place in the frame of the page's lines.

    Args:
        content: the page with its own words; pictures that could not be read become a problem or a flag of it.
        images: where the page's images stand, in its frame.
        draw: draws the page in grey at so many pixels a point, turned as its text runs.
    """
    width, height = content.frame
    areas = [area for area in join_tiles(_clip(images, width, height)) if _is_large(area, width, height)]
    if not areas:
        return []
    areas.sort(key=lambda a: (a.x0 - a.x1) * (a.bottom - a.top))
    scale = min(PICTURE_SCALE, math.sqrt(MAX_OCR_PIXELS / max(width * height, 1.0)))
    pixels = draw(scale)
    parts = [(area, _picture_alone(pixels, area, scale, [*content.words, *content.aside])) for area in areas]
    readable = [(area, part) for area, part in parts if part is not None and looks_like_text(part)]
    if readable and find_tesseract() is None:
        _flag_unread(content, len(readable), "no character recognition is installed")
        return []
    if len(readable) > MOST_PICTURES:
        _flag_unread(content, len(readable) - MOST_PICTURES, f"only {MOST_PICTURES} are read on one page")
    read = []
    for area, part in readable[:MOST_PICTURES]:
        try:
            found = recognise_page(part, scale, content.number, any_turn=False)
        except OcrFailed:
            message = f"Page {content.number}: a picture on it could not be recognised in time; look at the original."
            content.problems.append(Problem("ocr_failed", message, content.number))
            continue
        if is_credible(found.words):
            read.append((area, _on_page(content, area, found)))
    return read


def _flag_unread(content: PageContent, count: int, why: str) -> None:
    told = f"Page {content.number}: {count} of its pictures may hold text that was not read: {why}."
    content.flags.append(Flag("pictures", told, content.number))


def _clip(images: Sequence[Box], width: float, height: float) -> list[Box]:
    boxes = [Box(max(b.x0, 0.0), max(b.top, 0.0), min(b.x1, width), min(b.bottom, height)) for b in images]
    return [b for b in boxes if b.x1 > b.x0 and b.bottom > b.top]


def join_tiles(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes with those joined that lie edge to edge, as the strips of a scan do.

    >>> join_tiles([Box(0, 0, 100, 50), Box(0, 50, 100, 90), Box(200, 0, 300, 50)])
    [Box(x0=0, top=0, x1=100, bottom=90), Box(x0=200, top=0, x1=300, bottom=50)]
    """
    joined: list[Box] = []
    for box in sorted(boxes[:MAX_TILES], key=lambda b: (b.top, b.x0)):
        for i, other in enumerate(joined):
            if _adjoin(other, box):
                joined[i] = other.union(box)
                break
        else:
            joined.append(box)
    return joined


def _adjoin(one: Box, other: Box) -> bool:
    def alike(a: float, b: float) -> bool:
        return abs(a - b) <= JOIN_POINTS

    stacked = alike(one.x0, other.x0) and alike(one.x1, other.x1) and other.top <= one.bottom + JOIN_POINTS
    beside = alike(one.top, other.top) and alike(one.bottom, other.bottom) and other.x0 <= one.x1 + JOIN_POINTS
    return stacked or beside


def _is_large(area: Box, width: float, height: float) -> bool:
    wide, high = area.x1 - area.x0, area.bottom - area.top
    return wide >= MIN_WIDTH_POINTS and high >= MIN_HEIGHT_POINTS and wide * high >= MIN_SHARE * width * height


def _picture_alone(pixels: Pixels, area: Box, scale: float, words: Sequence[PageWord]) -> Pixels | None:
    """Return the picture without the words that lie over it; None if they are its own text."""
    part = pixels[int(area.top * scale) : int(area.bottom * scale), int(area.x0 * scale) : int(area.x1 * scale)].copy()
    over = [w.box for w in words if area.holds_middle_of(w.box)]
    if not over or not part.size:
        return part if part.size else None
    before = ink_share(part)
    ground = ground_tone(part)
    for box in over:
        x0, y0 = max(int((box.x0 - area.x0 - 1.5) * scale), 0), max(int((box.top - area.top - 1.5) * scale), 0)
        x1, y1 = int((box.x1 - area.x0 + 1.5) * scale), int((box.bottom - area.top + 1.5) * scale)
        part[y0 : max(y1, 0), x0 : max(x1, 0)] = ground
    if len(over) >= MANY_WORDS and ink_share(part) < LEFT_INK_SHARE * before:
        return None
    return part


def ground_tone(part: Pixels) -> int:
    """Return the grey level that most of a picture has."""
    return int(np.bincount(part[::2, ::2].ravel() >> 3, minlength=32).argmax()) * 8 + 4


def ink_share(part: Pixels) -> float:
    """Return the share of a picture that stands out from its ground."""
    return float(np.mean(np.abs(part[::2, ::2].astype(np.int16) - ground_tone(part)) > INK_REACH))


def looks_like_text(part: Pixels) -> bool:
    """Say whether a picture may be one of text: thin ink on a ground of one tone, unlike a photograph."""
    away = np.abs(part[::2, ::2].astype(np.int16) - ground_tone(part))
    ground, ink = float(np.mean(away <= GROUND_REACH)), float(np.mean(away > INK_REACH))
    return ground >= MIN_GROUND_SHARE and MIN_INK <= ink <= MAX_INK


def is_credible(words: Sequence[PageWord]) -> bool:
    """Say whether recognised words are words: several long ones that are sure, and little else."""
    sure = [w for w in words if (w.confidence or 0.0) >= MIN_SURE and sum(c.isalpha() for c in w.text) >= 3]
    figures = [w for w in words if (w.confidence or 0.0) >= MIN_SURE and w.text[0].isdigit()]
    total = sum(len(w.text) for w in words)
    return len(sure) >= MIN_WORDS and sum(len(w.text) for w in sure + figures) >= MIN_SURE_SHARE * total


def _on_page(content: PageContent, area: Box, found: Recognised) -> PageContent:
    """Return what was recognised in a picture, its words shown where they stand on the page."""
    right, down = (area.x0, area.top) if not found.turn else (0.0, 0.0)
    words = []
    for word in found.words:
        if (word.confidence or 0.0) >= MIN_WORD_SURE:
            shown = turn_box(move_box(word.shown, area.x0, area.top), content.turn, *content.frame)
            words.append(replace(word, box=move_box(word.box, right, down), shown=shown))
    picture = PageContent(content.number, area.x1 - area.x0, area.bottom - area.top, turn=found.turn, ocr=True)
    picture.words = words
    picture.grids = [move_grid(grid, right, down) for grid in found.grids]
    picture.rules = [move_box(rule, right, down) for rule in found.rules]
    return picture
