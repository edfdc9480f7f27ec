"""Parts the words of a PDF page that can be seen from those that cannot, by looking at the page as drawn."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from svdocs.text.document import Box
from svdocs.text.hidden import (
    MIN_CONTRAST,
    MIN_PIXELS,
    MIN_SIZE_POINTS,
    MIN_WIDTH_SHARE,
    Pixels,
    Unseen,
    background_of,
    can_be_judged,
    differs,
    ground_of,
    ink_box,
    is_off_page,
    measure_contrast,
)
from svdocs.text.layout import Hidden, PageContent, PageWord
from svdocs.text.pdf_drawn import Drawn, Frame, address_of

MIN_ALPHA = 12
"""Letters less opaque than this, of 255, cannot be seen."""
LIGHT = 200
"""Letters darker than this grey level need no second look: their own ink was found."""
WATERMARK_POINTS = 30.0
WATERMARK_CONTRAST = 90
INK_PIXELS = 4_000_000


@dataclass(slots=True)
class Style:
    """What the words of one text object share."""

    size: float
    bold: bool
    turns: int
    level: bool
    mode: int
    light: int | None
    """Grey level of the letters' fill, or None where it is a pattern."""
    alpha: int
    address: int
    font: int = 0
    """The font's address: equal for words of one font of a page."""


@dataclass(slots=True)
class Seen:
    """A word on the page, with what is needed to judge whether it can be seen."""

    word: PageWord
    style: Style
    faint: bool = False
    """Whether it is a watermark: large, and little darker than the paper."""
    first: int = -1
    """The place of its first letter among the page's characters."""

    def runs_level(self, frame: Frame) -> bool:
        """Say whether it runs along the page's lines."""
        return self.style.level and self.style.turns == frame.turns


def draw_grey(page: Any, scale: float, turns: int = 0) -> Pixels:
    """Return the page drawn in grey without its annotations, turned back by `turns` clockwise quarters."""
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
    pixels: Pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    if pixels.ndim == 3:
        pixels = pixels[:, :, 0]
    return np.rot90(pixels, turns) if turns else pixels


def part_hidden(
    page: Any, content: PageContent, seen: list[Seen], drawn: Drawn, lying: Set[int] = frozenset()
) -> list[Seen]:
    """Return the words that can be seen; set the others apart in `content.hidden`, run by run.

    Args:
        page: pdfium's page.
        content: what is known of it so far.
        seen: its words.
        drawn: what is drawn on it beside text.
        lying: the places in `seen` of words drawn as other letters than they are stored as.
    """
    if not seen:
        return []
    width, height = content.frame
    scale = min(1.0, math.sqrt(INK_PIXELS / max(width * height, 1.0)))
    pixels = draw_grey(page, scale, content.turn)
    reasons = _judge(seen, pixels, scale, content, drawn)
    suspects = [i for i, reason in enumerate(reasons) if reason is Unseen.covered and i not in lying]
    reasons = [Unseen.lying if i in lying else r for i, r in enumerate(reasons)]
    if suspects:
        _clear_if_drawn(page, content, seen, reasons, suspects, pixels, scale)
    visible: list[Seen] = []
    last = -2
    for i, (one, reason) in enumerate(zip(seen, reasons, strict=True)):
        if reason is None:
            visible.append(one)
        elif last == i - 1 and content.hidden and content.hidden[-1].reason is reason:
            content.hidden[-1].words.append(one.word)
            last = i
        else:
            content.hidden.append(Hidden([one.word], reason))
            last = i
    return visible


def _judge(seen: list[Seen], pixels: Pixels, scale: float, content: PageContent, drawn: Drawn) -> list[Unseen | None]:
    width, height = content.frame
    boxes = [ink_box(s.word.box) for s in seen]
    contrast = measure_contrast(pixels, boxes, scale)
    page_images = [b for b in drawn.images if (b.x1 - b.x0) * (b.bottom - b.top) > 0.3 * width * height]
    tiny = _tiny_runs(seen)
    turns = (content.rotation // 90 - content.turn) % 4
    reasons: list[Unseen | None] = []
    for i, (one, box) in enumerate(zip(seen, boxes, strict=True)):
        style, word = one.style, one.word
        under_image = any(_is_within(box, b, 2) for b in page_images)
        inked = contrast[i] >= MIN_CONTRAST
        one.faint = style.size >= WATERMARK_POINTS and (
            contrast[i] < WATERMARK_CONTRAST or style.alpha < 80 or 170 < (style.light or 0) < 250
        )
        reason: Unseen | None = None
        if is_off_page(word.box, width, height):
            reason = Unseen.off_page
        elif style.mode in (3, 7) and not (under_image and inked):
            reason = Unseen.invisible_mode
        elif (
            style.mode not in (3, 7)
            and can_be_judged(word.text)
            and (word.box.bottom - word.box.top) * scale >= MIN_PIXELS
        ):
            if not inked:
                reason = Unseen.no_ink
            elif (style.light or 0) >= LIGHT and _is_camouflaged(style, pixels, box, scale, word.box):
                reason = Unseen.colour
            elif style.alpha < MIN_ALPHA:
                reason = Unseen.no_ink
            elif drawn.covers and style.address in drawn.order and _is_under(drawn, style.address, box):
                reason = (
                    None
                    if under_image and len(page_images) == 1 and _is_scan(page_images[0], width, height)
                    else Unseen.covered
                )
        if reason is None and style.level and style.turns == turns and _is_squeezed(word):
            reason = Unseen.squeezed
        if reason is None and i in tiny:
            reason = Unseen.colour if _is_camouflaged(style, pixels, box, scale) else Unseen.tiny
        elif reason is Unseen.no_ink and _is_camouflaged(style, pixels, box, scale):
            reason = Unseen.colour if style.alpha >= MIN_ALPHA else Unseen.no_ink
        reasons.append(reason)
    return _spread_to_marks(seen, reasons)


def _is_scan(image: Box, width: float, height: float) -> bool:
    return (image.x1 - image.x0) * (image.bottom - image.top) > 0.85 * width * height


def _is_squeezed(word: PageWord) -> bool:
    """Say whether a word is much narrower than its letters need."""
    return can_be_judged(word.text) and word.box.x1 - word.box.x0 < MIN_WIDTH_SHARE * word.size * len(word.text)


def _is_camouflaged(style: Style, pixels: Pixels, box: Box, scale: float, around: Box | None = None) -> bool:
    """Say whether the letters' own colour is the background's: the ink in the box is then another's.

    Bold letters may themselves be most of what stands in the box, so what lies around the whole word counts too.
    """
    if style.mode not in (0, 4) or style.light is None:
        return False
    if style.alpha < MIN_ALPHA:
        return True
    back = background_of(pixels, box, scale)
    if back is None or abs(back - style.light) >= MIN_CONTRAST:
        return False
    ground = None if around is None else ground_of(pixels, around, scale)
    return ground is None or abs(ground - style.light) < MIN_CONTRAST


def _is_under(drawn: Drawn, address: int, box: Box) -> bool:
    own = drawn.order[address]
    return any(order > own and _is_within(box, b, 1) for order, b in drawn.covers)


def _is_within(box: Box, outer: Box, margin: float) -> bool:
    return (
        outer.x0 - margin <= box.x0
        and box.x1 <= outer.x1 + margin
        and outer.top - margin <= box.top
        and box.bottom <= outer.bottom + margin
    )


def _tiny_runs(seen: list[Seen]) -> set[int]:
    """Return the indices of words in print too small to read; lone marks and figures, as on charts, do not count."""
    small = [
        i
        for i, s in enumerate(seen)
        if s.style.size < MIN_SIZE_POINTS and s.word.box.bottom - s.word.box.top < 1.6 * MIN_SIZE_POINTS
    ]
    runs: list[list[int]] = []
    for i in small:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return {
        i
        for run in runs
        if sum(c.isalpha() for k in run for c in seen[k].word.text) >= 8 and len(run) >= 2
        for i in run
    }


def _spread_to_marks(seen: list[Seen], reasons: list[Unseen | None]) -> list[Unseen | None]:
    """Give marks that could not be judged the reason of the hidden words on both sides, or of their own text object."""
    for i, one in enumerate(seen):
        if reasons[i] is None and not can_be_judged(one.word.text):
            before = reasons[i - 1] if i else None
            after = reasons[i + 1] if i + 1 < len(reasons) else None
            if before is not None and (after is before or seen[i - 1].style.address == one.style.address):
                reasons[i] = before
    return reasons


def _clear_if_drawn(
    page: Any,
    content: PageContent,
    seen: list[Seen],
    reasons: list[Unseen | None],
    suspects: list[int],
    pixels: Pixels,
    scale: float,
) -> None:
    """Take the suspicion from words that change the drawn page: they can be seen through what covers them."""
    addresses = {seen[i].style.address for i in suspects}
    switched = []
    for k in range(raw.FPDFPage_CountObjects(page.raw)):
        handle = raw.FPDFPage_GetObject(page.raw, k)
        if address_of(handle) in addresses:
            raw.FPDFPageObj_SetIsActive(handle, False)
            switched.append(handle)
    without = draw_grey(page, scale, content.turn)
    for handle in switched:
        raw.FPDFPageObj_SetIsActive(handle, True)
    for i in suspects:
        if differs(pixels, without, ink_box(seen[i].word.box), scale):
            reasons[i] = None
