"""Text that a reader of the page cannot see, found by looking at the page as drawn.

Whatever the trick (white on white, covered, clipped, transparent, a layer that is switched off), a word that leaves no
ink where it should stand cannot be read. The functions here take rendered pixels and boxes; they know no file format.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from svdocs.text.document import Box

MIN_CONTRAST = 14
"""Grey levels of 255 between the lightest and the darkest pixel of a word that a person can still see."""
MIN_SIZE_POINTS = 4.0
"""Print smaller than this cannot be read at the page's own size; small footnotes have 6 points."""
MIN_WIDTH_SHARE = 0.11
"""Letters of words narrower than this share of their size are squeezed; an i has 0.2."""
MIN_PIXELS = 3.0
"""A word drawn less high than this many pixels says nothing by its ink."""

Pixels = NDArray[np.uint8]


class Unseen(StrEnum):
    """Why a word cannot be seen."""

    no_ink = "no_ink"
    covered = "covered"
    colour = "colour"
    invisible_mode = "invisible_mode"
    off_page = "off_page"
    tiny = "tiny"
    squeezed = "squeezed"
    lying = "lying"


REASONS = {
    Unseen.no_ink: "leaves no mark on the page: it is covered, clipped, transparent or in its background's colour",
    Unseen.covered: "lies under something that is drawn over it",
    Unseen.colour: "is in the colour of its background",
    Unseen.invisible_mode: "is set to be drawn invisibly",
    Unseen.off_page: "stands outside the visible page",
    Unseen.tiny: f"is smaller than {MIN_SIZE_POINTS:g} points",
    Unseen.lying: "is drawn as other letters than it is stored as",
    Unseen.squeezed: "is squeezed until its letters cannot be told apart",
}


def describe(reason: Unseen, page: int, count: int) -> str:
    """Return a flag's message: what was seen and where.

    >>> describe(Unseen.tiny, 3, 1)
    'Page 3: text of 1 word is smaller than 4 points. It is kept, and left out of what is found.'
    """
    words = "1 word" if count == 1 else f"{count} words"
    return f"Page {page}: text of {words} {REASONS[reason]}. It is kept, and left out of what is found."


def ink_box(box: Box) -> Box:
    """Return the middle of a word's box, where its letters leave ink and its neighbours and rules do not."""
    width, height = box.x1 - box.x0, box.bottom - box.top
    return Box(box.x0 + 0.06 * width, box.top + 0.2 * height, box.x1 - 0.06 * width, box.bottom - 0.16 * height)


def measure_contrast(pixels: Pixels, boxes: Sequence[Box], scale: float) -> NDArray[np.int16]:
    """Return for each box the grey levels between its lightest and its darkest pixel; -1 for a box off the image.

    Args:
        pixels: the page drawn in grey, rows from the top.
        boxes: in points from the top left.
        scale: pixels a point.
    """
    result = np.full(len(boxes), -1, dtype=np.int16)
    for i, box in enumerate(boxes):
        part = _part_of(pixels, box, scale)
        if part.size:
            result[i] = int(part.max()) - int(part.min())
    return result


def _part_of(pixels: Pixels, box: Box, scale: float) -> Pixels:
    """Return what a drawing of the page shows in the box; nothing where that lies off it."""
    height, width = pixels.shape
    x0, y0 = max(int(box.x0 * scale), 0), max(int(box.top * scale), 0)
    x1, y1 = min(int(box.x1 * scale) + 1, width), min(int(box.bottom * scale) + 1, height)
    return pixels[y0 : max(y1, y0), x0 : max(x1, x0)]


def background_of(pixels: Pixels, box: Box, scale: float) -> int | None:
    """Return the grey level of most of the box, or None if it lies off the image."""
    part = _part_of(pixels, box, scale)
    if not part.size:
        return None
    counts = np.bincount(part.ravel() >> 3, minlength=32)
    return int(counts.argmax()) * 8 + 4


def ground_of(pixels: Pixels, box: Box, scale: float) -> int | None:
    """Return the grey level of most of what lies right above and below the box, or None if that is off the image."""
    width = pixels.shape[1]
    x0, x1 = max(int(box.x0 * scale), 0), min(int(box.x1 * scale) + 1, width)
    strips = [
        pixels[max(y, 0) : max(y + 2, 0), x0:x1].ravel()
        for y in (int(box.top * scale) - 2, int(box.bottom * scale) + 1)
    ]
    around = np.concatenate(strips)
    return int(np.bincount(around >> 3, minlength=32).argmax()) * 8 + 4 if around.size else None


def is_off_page(box: Box, width: float, height: float) -> bool:
    """Say whether the middle of `box` lies outside a page of this size."""
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return not (-1 <= x <= width + 1 and -1 <= y <= height + 1)


def can_be_judged(text: str) -> bool:
    """Say whether a word has letters or figures; a dot or a dash leaves too little ink to tell.

    >>> can_be_judged("five"), can_be_judged("—")
    (True, False)
    """
    return text[:1].isalnum() or any(map(str.isalnum, text))


def differs(before: Pixels, after: Pixels, box: Box, scale: float) -> bool:
    """Say whether two drawings of a page differ within `box`: whether what was left out of one could be seen."""
    was, now = (_part_of(pixels, box, scale).astype(np.int16) for pixels in (before, after))
    return bool(was.size) and int(np.abs(was - now).max()) >= MIN_CONTRAST
