"""Scanned pages become words: skew mended, rules found and taken out, characters recognised by tesseract.

Tesseract runs as a program of its own, one thread a page: with more it is many times slower on small machines. Its
words then go the same way as those of any other page.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from svdocs.errors import DamagedFile, LimitExceeded, UnsupportedFile
from svdocs.text.assemble import assemble_reading
from svdocs.text.document import Box, Problem
from svdocs.text.hidden import Pixels
from svdocs.text.layout import PageContent, PageWord, turn_box
from svdocs.text.reading import Reading
from svdocs.text.tables import Grid, find_grids, rules_outside

MAX_PIXELS = 70_000_000
"""An A3 page at 600 dots an inch has 69.6 million."""
MAX_FRAMES = 500
MAX_OCR_PIXELS = 35_000_000
"""A larger image is made smaller before it is recognised."""
MIN_DOTS_PER_INCH = 290
MIN_SPACE_EMS = 0.17
"""White this wide inside a word, in font sizes, is a space that was overlooked."""
IMAGE_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
TIMEOUT_SECONDS = 110
LANGUAGE = "eng"
MIN_INK_SHARE = 0.0004
MIN_CONFIDENCE = 0.2
POOR_CONFIDENCE = 0.6
MIN_SKEW_DEGREES, FAR_SKEW_DEGREES, MAX_SKEW_DEGREES = 0.05, 2.0, 10.0
FAR_SHARPNESS = 1.2
"""A far skew must gather the ink into rows by so much better than none; a drawing's slant does not."""
SIDEWAYS_SHARPNESS = 1.3
"""A page lies on its side if its ink gathers so much better into columns than into rows."""
BOLD_STROKES = 1.2
"""Strokes thicker than the page's usual ones by this are bold: those of bold cuts are by 1.25 to 1.7."""
SURELY_BOLD_STROKES, TELLING_LETTERS = 1.5, 4
"""Words with fewer letters are bold only beyond this; between it and the usual they are as their neighbours."""
MIN_INK_REACH = 40
"""Grey levels between letters and their ground from which strokes can be measured."""
MIN_INK_OF_WORD = 0.03
"""Share of a word's box that its letters fill at the very least; a scan's grain reaches less."""
MIN_LEVEL_POINTS, MIN_UPRIGHT_POINTS = 40.0, 16.0
_RIDGE = 18
_STRAIGHT_QUOTES = str.maketrans("‘’", "''")
_BULLET_LOOKALIKES = frozenset("e¢«®°@©»*•·-.oO¢+¤§")
_SURE_SIGNS = frozenset("£€%")
"""Signs that stand alone in cells, and that dust is never taken for, however unsure tesseract is of them."""
_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
_ASCENDING = frozenset("bdfhklti0123456789!?'\"“”‘’£$%&()[]/|")
_DESCENDING = frozenset("gjpqy,;()[]Q/|")


class OcrFailed(Exception):
    """Tesseract gave no answer; the page becomes a problem."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page's recognised words and ruled grids, boxes in a frame in which the lines run level.

    `turn` is the number of clockwise quarter turns from that frame to the page as shown.
    """

    words: list[PageWord]
    grids: list[Grid]
    rules: list[Box]
    turn: int = 0


def find_tesseract() -> str | None:
    """Return the path of the tesseract program, or None if it is not installed."""
    return shutil.which("tesseract") or shutil.which("tesseract", path=_SEARCH_PATH)


def is_worth_reading(pixels: Pixels) -> bool:
    """Say whether a page drawn in grey holds enough ink for text: no blank sheet, no field of one colour."""
    small = pixels[::3, ::3]
    back = int(np.median(small))
    return float(np.mean(np.abs(small.astype(np.int16) - back) > 60)) > MIN_INK_SHARE


def recognise_page(pixels: Pixels, scale: float, number: int, *, any_turn: bool = True) -> Recognised:
    """Return the words and grids of a page or picture drawn in grey.

    Args:
        pixels: the page, rows from the top.
        scale: pixels a point.
        number: the page's number.
        any_turn: whether other quarter turns are tried where the likeliest gives poor words.

    Raises:
        OcrFailed: tesseract failed or took too long.
    """
    found, sure = None, -1.0
    skew = find_skew(pixels)
    for likely in _likely_turns(pixels, skew):
        turns, lines = likely, _recognise_lines(pixels, scale, likely, skew.degrees)
        if runs := direction_of(lines.rows):
            turns = (likely + runs) % 4
            lines = _recognise_lines(pixels, scale, turns, skew.degrees)
        other, other_sure = _place_lines(lines, scale, number, turns, skew.degrees)
        if other_sure > sure:
            found, sure = other, other_sure
        if not any_turn or (sure >= POOR_CONFIDENCE and found and found.words):
            break
    return found or Recognised([], [], [])


def _likely_turns(pixels: Pixels, skew: Skew) -> Iterator[int]:
    """Yield the clockwise quarter turns that may bring the page upright, the likeliest first."""
    if not skew.sideways:
        yield 0
    said = _find_orientation(_turn_level(pixels, skew.degrees))
    if skew.sideways:
        first = said if said % 2 else 1
        yield from (first, (first + 2) % 4, 0)
    elif said % 2:
        yield from (said, (said + 2) % 4)
    else:
        yield from (2, 1, 3)


def _turn_level(pixels: Pixels, degrees: float) -> Pixels:
    """Return the page turned counter-clockwise; far turns make the sheet larger, so that no corner is lost."""
    if abs(degrees) < MIN_SKEW_DEGREES:
        return pixels
    image = Image.fromarray(pixels).rotate(
        degrees,
        resample=Image.Resampling.BICUBIC,  # bilinear is faster, but loses small words in noise and thins bold ones
        expand=abs(degrees) > FAR_SKEW_DEGREES,
        fillcolor=int(np.median(pixels[::7, ::7])),
    )
    return np.asarray(image)


@dataclass(frozen=True, slots=True)
class _Lines:
    """What was recognised on a page turned upright, in pixels; grids and rules in points."""

    rows: list[list[_Found]]
    grids: list[Grid]
    rules: list[Box]
    shape: tuple[int, int]
    """Height and width of the page turned by quarters."""
    level_shape: tuple[int, int]
    """Height and width once its skew was mended."""


def _recognise_lines(pixels: Pixels, scale: float, turns: int, degrees: float) -> _Lines:
    """Recognise a page turned by `turns` clockwise quarters and then by `degrees` counter-clockwise."""
    upright = np.ascontiguousarray(np.rot90(pixels, -turns)) if turns else pixels
    even = _turn_level(upright, degrees)
    level, stand = find_pixel_rules(even, scale)
    grids = [_shade(grid, even, scale) for grid in find_grids(level, stand)]
    clean = erase_rules(even, _drawn_rules(level, stand, grids), scale)
    paper = int(np.median(clean[::7, ::7]))
    rows = [_split_line(line, clean, paper) for line in read_words(run_tesseract(clean, scale * 72))]
    rows = [[trim_to_ink(word, clean) for word in line if has_ink(word, clean)] for line in rows]
    rules = rules_outside(level, grids)
    shape, level_shape = (upright.shape[0], upright.shape[1]), (even.shape[0], even.shape[1])
    return _Lines([line for line in rows if line], grids, rules, shape, level_shape)


def direction_of(rows: list[list[_Found]]) -> int:
    """Return by how many clockwise quarter turns the page must still be turned so that its lines run to the right.

    Tesseract also recognises lines that stand on their heads or run upwards, and gives their words as they are read.
    """
    votes = [0, 0, 0, 0]
    for row in rows:
        for word, after in pairwise(row):
            right = after.x0 + after.x1 - word.x0 - word.x1
            down = after.top + after.bottom - word.top - word.bottom
            if abs(right) >= abs(down):
                votes[0 if right >= 0 else 2] += 1
            else:
                votes[3 if down > 0 else 1] += 1
    return max(range(4), key=lambda turn: (votes[turn], turn == 0))


def _place_lines(lines: _Lines, scale: float, number: int, turns: int, degrees: float) -> tuple[Recognised, float]:
    """Return the recognised words and grids in points, and the mean confidence."""
    (height, width), (level_height, level_width) = lines.shape, lines.level_shape
    left, above = (level_width - width) / 2 / scale, (level_height - height) / 2 / scale
    back = (4 - turns) % 4
    placing = _Placing(width / scale, height / scale, degrees, scale, back, left, above)
    placed = [_place_line(row, placing, number) for row in lines.rows]
    mark_bold(placed, [[w.stroke / scale for w in row] for row in lines.rows])
    words = [w for row in placed for w in row if not _is_speck(w)]
    sure = sum((w.confidence or 0.0) * len(w.text) for w in words) / max(sum(len(w.text) for w in words), 1)
    grids = [move_grid(grid, -left, -above) for grid in lines.grids]
    return Recognised(words, grids, [move_box(rule, -left, -above) for rule in lines.rules], back), sure


def move_box(box: Box, right: float, down: float) -> Box:
    """Return the box moved by so many points."""
    return Box(box.x0 + right, box.top + down, box.x1 + right, box.bottom + down)


def move_grid(grid: Grid, right: float, down: float) -> Grid:
    """Return the grid moved by so many points."""
    cells = tuple(replace(cell, box=move_box(cell.box, right, down)) for cell in grid.cells)
    return replace(
        grid, box=move_box(grid.box, right, down), cells=cells, edges=tuple(edge + right for edge in grid.edges)
    )


def _is_speck(word: PageWord) -> bool:
    unsure = (word.confidence or 0.0) < MIN_CONFIDENCE and word.text not in _SURE_SIGNS
    return (unsure and len(word.text) < 4) or (
        not any(c.isalnum() for c in word.text) and word.text in "|_~¦“”‘’'`\"=\\/"
    )


# ---------------------------------------------------------------- skew
@dataclass(frozen=True, slots=True)
class Skew:
    """How a page lay on the glass.

    Attributes:
        degrees: by how much, counter-clockwise, it must be turned for its lines to run level or upright.
        sideways: whether its lines then run upright.
    """

    degrees: float
    sideways: bool = False


def find_skew(pixels: Pixels) -> Skew:
    """Return how far the lines of a page drawn in grey are from running level, or upright if it lies on its side."""
    step = max(max(pixels.shape) // 1200, 1)
    small = pixels[::step, ::step]
    back = int(np.median(small))
    ys, xs = np.nonzero(small.astype(np.int16) < back - 70)
    if len(xs) < 200:
        return Skew(0.0)
    if len(xs) > 60_000:
        keep = np.linspace(0, len(xs) - 1, 60_000).astype(np.int64)
        xs, ys = xs[keep], ys[keep]
    degrees, level = _sharpest(xs, ys)
    across, upright = _sharpest(ys, xs)
    if upright > SIDEWAYS_SHARPNESS * level:
        return Skew(round(-across, 2), True)
    return Skew(round(degrees, 2))


def _sharpest(xs: NDArray[np.int64], ys: NDArray[np.int64]) -> tuple[float, float]:
    """Return the angle at which the ink falls into the fewest rows, and how few: the sum of the squares of shares."""

    def sharpness(angle: float) -> float:
        rows = np.round(ys - xs * math.tan(math.radians(angle))).astype(np.int64)
        counts = np.bincount(rows - rows.min())
        return float(np.sum(counts.astype(np.float64) ** 2)) / len(xs) ** 2

    best = 0.0
    for reach, step in ((MAX_SKEW_DEGREES, 0.4), (0.4, 0.1)):
        angles = [float(a) for a in np.arange(best - reach, best + reach + step / 10, step)]
        best = max(angles, key=lambda angle: (sharpness(angle), -abs(angle)))
    found, straight = sharpness(best), sharpness(0.0)
    if abs(best) > FAR_SKEW_DEGREES and found < FAR_SHARPNESS * straight:
        return 0.0, straight
    return best, found


# ---------------------------------------------------------------- rules
def find_pixel_rules(pixels: Pixels, scale: float) -> tuple[list[Box], list[Box]]:
    """Return the level and the upright rules of a page drawn in grey, in points."""
    step = max(int(scale / (150 / 72)), 1)
    height, width = (pixels.shape[0] // step) * step, (pixels.shape[1] // step) * step
    small = np.asarray(Image.fromarray(pixels[:height, :width]).reduce(step)).astype(np.int16)
    own = scale / step
    level = _runs_of(small, own, MIN_LEVEL_POINTS)
    upright = [
        Box(b.top, b.x0, b.bottom, b.x1) for b in _runs_of(np.ascontiguousarray(small.T), own, MIN_UPRIGHT_POINTS)
    ]
    return level, upright


def _runs_of(pixels: NDArray[np.int16], scale: float, min_points: float) -> list[Box]:
    """Return level runs darker than what lies above and below them."""
    blur: NDArray[Any] = _mean_of_three(pixels)
    away = max(round(1.7 * scale), 2)
    ridge: NDArray[Any] = np.zeros(blur.shape, dtype=bool)
    middle = blur[away:-away]
    ridge[away:-away] = np.minimum(blur[: -2 * away], blur[2 * away :]) - middle > _RIDGE
    window = max(int(min_points * scale), 8)
    if ridge.shape[1] <= window:
        return []
    boxes = []
    rows = np.flatnonzero(np.count_nonzero(ridge, axis=1) >= 0.96 * window)
    sums = np.cumsum(np.pad(ridge[rows], ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    full = sums[:, window:] - sums[:, :-window] >= 0.96 * window
    for i in np.flatnonzero(full.any(axis=1)):
        y = rows[i]
        edges = np.flatnonzero(np.diff(np.concatenate(([0], full[i].astype(np.int8), [0]))))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            inked = np.flatnonzero(ridge[y, start : end + window - 1])  # a run may reach past the rule's own ends
            left, right = start + int(inked[0]), start + int(inked[-1]) + 1
            boxes.append(Box(left / scale, y / scale, right / scale, (y + 1) / scale))
    return boxes[:4000]


def _mean_of_three(pixels: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return each pixel's mean with its neighbours on the left and right."""
    sums = pixels.copy()
    sums[:, 1:] += pixels[:, :-1]
    sums[:, 0] += pixels[:, 0]
    sums[:, :-1] += pixels[:, 1:]
    sums[:, -1] += pixels[:, -1]
    sums //= 3
    return sums


def _drawn_rules(level: list[Box], upright: list[Box], grids: list[Grid]) -> list[Box]:
    """Return the rules that are no strokes of letters: the long ones, and those of a grid."""
    frames = [Box(g.box.x0 - 2, g.box.top - 2, g.box.x1 + 2, g.box.bottom + 2) for g in grids]
    long = [b for b in level if b.x1 - b.x0 > 80] + [b for b in upright if b.bottom - b.top > 60]
    short = [
        b
        for b in (*level, *upright)
        if any(f.x0 <= b.x0 and b.x1 <= f.x1 and f.top <= b.top and b.bottom <= f.bottom for f in frames)
    ]
    return long + short


def erase_rules(pixels: Pixels, rules: list[Box], scale: float) -> Pixels:
    """Return the page with its rules painted over in the colour of the paper; recognition stumbles over them."""
    clean = pixels.copy()
    back = int(np.median(pixels[::7, ::7]))
    reach = 0.8
    for rule in rules:
        x0, y0 = max(int((rule.x0 - reach) * scale), 0), max(int((rule.top - reach) * scale), 0)
        clean[y0 : int((rule.bottom + reach) * scale) + 1, x0 : int((rule.x1 + reach) * scale) + 1] = back
    return clean


def _shade(grid: Grid, pixels: Pixels, scale: float) -> Grid:
    """Return the grid with the rows marked whose background is darker than the paper."""
    paper = float(np.median(pixels[::7, ::7]))
    shaded = set()
    for cell in grid.cells:
        b = cell.box
        part = pixels[
            int((b.top + 2) * scale) : int((b.bottom - 2) * scale), int((b.x0 + 2) * scale) : int((b.x1 - 2) * scale)
        ]
        if cell.column == 0 and part.size and float(np.percentile(part, 70)) < paper - 14:
            shaded.add(cell.row)
    return replace(grid, shaded=frozenset(shaded))


# ---------------------------------------------------------------- tesseract
@dataclass(frozen=True, slots=True)
class _Found:
    """A recognised word in pixels."""

    text: str
    x0: int
    top: int
    x1: int
    bottom: int
    confidence: float
    stroke: float = 0.0
    """How thick its strokes are; 0 where it cannot be measured."""


def run_tesseract(pixels: Pixels, dots_per_inch: float, mode: int = 3) -> str:
    """Return tesseract's tab-separated answer for a page drawn in grey.

    Raises:
        OcrFailed: the program failed or took too long.
    """
    height, width = pixels.shape
    image = b"P5 %d %d 255\n" % (width, height) + np.ascontiguousarray(pixels).tobytes()
    program = find_tesseract() or "tesseract"
    command = [program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(round(dots_per_inch)), "--psm", str(mode)]
    if mode:
        command.append("tsv")
    surroundings = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", "PATH": _SEARCH_PATH}
    try:
        done = subprocess.run(
            command, input=image, capture_output=True, timeout=TIMEOUT_SECONDS, env=surroundings, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise OcrFailed("character recognition failed or took too long") from error
    return done.stdout.decode("utf-8", "replace")


def read_words(table: str) -> list[list[_Found]]:
    r"""Return the words of tesseract's tab-separated answer, line by line.

    >>> head = "level page_num block_num par_num line_num word_num left top width height conf text"
    >>> read_words(head.replace(" ", "\t") + "\n5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t96.5\tfive")[0][0].text
    'five'
    """
    lines: dict[tuple[str, ...], list[_Found]] = defaultdict(list)
    for row in table.splitlines()[1:]:
        parts = row.split("\t")
        if len(parts) < 12 or parts[0] != "5" or not parts[11].strip():
            continue
        left, top, width, height = (int(p) for p in parts[6:10])
        sure = max(float(parts[10]), 0.0) / 100
        lines[tuple(parts[1:5])].append(
            _Found(parts[11].strip(), left, top, left + width, top + height, round(sure, 3))
        )
    return list(lines.values())


def _split_line(line: list[_Found], pixels: Pixels, paper: int) -> list[_Found]:
    """Return the line with the words apart that were run together although white as wide as a space parts them."""
    size = median(guess_size(w.text, w.bottom - w.top) for w in line)
    return [part for word in line for part in _split_word(word, pixels, paper, size)]


def _split_word(word: _Found, pixels: Pixels, paper: int, size: float) -> list[_Found]:
    if (
        len(word.text) < 4
        or not word.text[0].isalpha()
        or not word.text[1:].replace(",", "").replace(".", "").isalpha()
    ):
        return [word]
    part = pixels[word.top : word.bottom, word.x0 : word.x1]
    if part.size == 0:
        return [word]
    ink = (part.astype(np.int16) < paper - 60).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([1], ink.astype(np.int8), [1]))))
    gaps = [(int(b - a), int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    wide, start, end = max(gaps, default=(0, 0, 0))
    others = [g[0] for g in gaps if g[1] != start]
    if wide < MIN_SPACE_EMS * size or wide < 2.2 * max(others, default=0):
        return [word]
    at = _letter_at(word.text, (start + end) / 2 / max(word.x1 - word.x0, 1))
    if not 0 < at < len(word.text):
        return [word]
    return [
        replace(word, text=word.text[:at], x1=word.x0 + start),
        replace(word, text=word.text[at:], x0=word.x0 + end),
    ]


def has_ink(word: _Found, pixels: Pixels) -> bool:
    """Say whether there is anything at all where the word was recognised; tesseract sometimes reads white paper."""
    part = pixels[word.top : word.bottom, word.x0 : word.x1].astype(np.int16)
    if not part.size:
        return True
    return float(np.mean(np.abs(part - int(np.median(part))) >= MIN_INK_REACH)) >= MIN_INK_OF_WORD


def trim_to_ink(word: _Found, pixels: Pixels) -> _Found:
    """Return the word with the white above and below its letters off its box, and its strokes measured."""
    part = pixels[word.top : word.bottom, word.x0 : word.x1].astype(np.int16)
    if part.size < 20:
        return word
    away = np.abs(part - _ground_around(word, pixels))
    reach = int(np.searchsorted(np.cumsum(np.bincount(away.ravel())), 0.97 * away.size))
    if reach < MIN_INK_REACH:
        return word
    ink = away > reach / 2
    inked = np.flatnonzero(ink.sum(axis=1) >= 2)
    if len(inked) < 0.3 * len(ink):
        return word
    framed = np.pad(ink, 1)
    edge = int((framed[1:] != framed[:-1]).sum()) + int((framed[:, 1:] != framed[:, :-1]).sum())
    stroke = 2 * int(ink.sum()) / edge
    return replace(word, top=word.top + int(inked[0]), bottom=word.top + int(inked[-1]) + 1, stroke=stroke)


def _ground_around(word: _Found, pixels: Pixels) -> int:
    """Return the grey level of what lies right around a word; its own letters may reach to every edge of its box."""
    around = pixels[max(word.top - 3, 0) : word.bottom + 3, max(word.x0 - 3, 0) : word.x1 + 3]
    ring = np.sort(np.concatenate((around[0], around[-1], around[:, 0], around[:, -1])))
    return int(ring[len(ring) // 2])


def mark_bold(lines: list[list[PageWord]], strokes: list[list[float]]) -> None:
    """Set the words in bold whose strokes, for their size, are much thicker than is usual on the page.

    Args:
        lines: the page's recognised words.
        strokes: of each word how thick its strokes are, in points; 0 where that is unknown.
    """
    pairs = list(zip(lines, strokes, strict=True))
    weights = [
        stroke / max(word.size, 1.0)
        for line, thick in pairs
        for word, stroke in zip(line, thick, strict=True)
        if stroke
        for _ in word.text
    ]
    if not weights:
        return
    usual = median(weights)
    for line, thick in pairs:
        told = [
            _is_bold(word.text, stroke / (usual * max(word.size, 1.0))) if stroke else None
            for word, stroke in zip(line, thick, strict=True)
        ]
        last = next((bold for bold in told if bold is not None), False)
        for word, bold in zip(line, told, strict=True):
            last = last if bold is None else bold
            word.bold = last


def _is_bold(text: str, strokes: float) -> bool | None:
    """Say whether a word is bold whose strokes are so many times the usual; None if it is too short to tell."""
    if sum(c.isalpha() for c in text) >= TELLING_LETTERS:
        return strokes > BOLD_STROKES
    return None if 1.0 < strokes <= SURELY_BOLD_STROKES else strokes > 1.0


def _letter_at(text: str, share: float) -> int:
    """Return before which letter the given share of a word's width falls.

    >>> _letter_at("Anamed", 0.2), _letter_at("Atleast", 0.28)
    (1, 2)
    """
    widths = [0.4 if c in "iljtfrI.,'" else 1.5 if c in "mwMW" else 1.25 if c.isupper() else 1.0 for c in text]
    total, passed = sum(widths), 0.0
    distances = []
    for width in widths:
        distances.append(abs(passed / total - share))
        passed += width
    return distances.index(min(distances))


def _find_orientation(pixels: Pixels) -> int:
    """Return by how many clockwise quarter turns the page must be turned to be upright; 0 if that is unknown."""
    try:
        answer = run_tesseract(np.ascontiguousarray(pixels[::2, ::2]), 150, mode=0)
    except OcrFailed:
        return 0
    for line in answer.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "Rotate" and value.strip().isdecimal():
            return int(value) // 90 % 4
    return 0


# ---------------------------------------------------------------- places
@dataclass(frozen=True, slots=True)
class _Placing:
    """From pixels of the level image to points of the frame and of the page as shown."""

    width: float
    height: float
    angle: float
    scale: float
    turn: int
    left: float = 0.0
    above: float = 0.0
    """How much wider the level image became on each side, in points."""

    def level(self, word: _Found) -> Box:
        """Return where a word stands in the frame in which the lines run level."""
        left, above = self.left, self.above
        return Box(
            word.x0 / self.scale - left,
            word.top / self.scale - above,
            word.x1 / self.scale - left,
            word.bottom / self.scale - above,
        )

    def shown(self, box: Box) -> Box:
        """Return where `box` stands on the page as shown, before its skew was mended."""
        if self.angle:
            cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
            cx, cy = self.width / 2, self.height / 2
            x, y = (box.x0 + box.x1) / 2 - cx, (box.top + box.bottom) / 2 - cy
            dx, dy = x * cos - y * sin - x, x * sin + y * cos - y
            box = Box(box.x0 + dx, box.top + dy, box.x1 + dx, box.bottom + dy)
        return turn_box(box, self.turn, self.width, self.height)


def _place_line(found: list[_Found], placing: _Placing, number: int) -> list[PageWord]:
    """Return a recognised line's words, all with the line's font size and boxes of full letter height."""
    size = median(guess_size(w.text, w.bottom - w.top) for w in found) / placing.scale
    words = []
    for i, word in enumerate(found):
        text = word.text.translate(_STRAIGHT_QUOTES)
        if (
            i == 0
            and len(found) > 1
            and text in _BULLET_LOOKALIKES
            and (word.bottom - word.top) < 0.62 * size * placing.scale
        ):
            gap = found[1].x0 - word.x1
            text = "•" if gap > 0.35 * size * placing.scale else text
        tight = placing.level(word)
        rises = text == "•" or any(c in _ASCENDING or c.isupper() for c in text)
        falls = any(c in _DESCENDING for c in text)
        box = Box(
            tight.x0, tight.top - (0 if rises else 0.2 * size), tight.x1, tight.bottom + (0 if falls else 0.2 * size)
        )
        words.append(PageWord(text, number, box, placing.shown(tight), round(size, 1), confidence=word.confidence))
    return words


def guess_size(text: str, height: float) -> float:
    """Return the font size that letters as high as `height` suggest, in the unit of `height`.

    >>> round(guess_size("aces", 5.2), 1), round(guess_size("Hope", 9.3), 1)
    (10.0, 10.0)
    """
    rises = any(c in _ASCENDING or c.isupper() for c in text)
    falls = any(c in _DESCENDING for c in text)
    return height / ((0.72 if rises else 0.52) + (0.21 if falls else 0.0))


# ---------------------------------------------------------------- image files
def read_frames(data: bytes, media_type: str) -> Iterator[tuple[Pixels, float]]:
    """Yield each page of a PNG, JPEG or TIFF scan in grey, upright as its camera says, with its pixels a point.

    Raises:
        DamagedFile: the file is no such image.
        LimitExceeded: too many pages, or one with too many pixels.
    """
    kind = IMAGE_FORMATS.get(media_type)
    if kind is None:
        raise UnsupportedFile(f"{media_type} is no kind of scan that can be read; send PNG, JPEG or TIFF.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=[kind])
            count = getattr(image, "n_frames", 1)
            if count > MAX_FRAMES:
                raise LimitExceeded(f"The image has {count} pages, over the limit of {MAX_FRAMES}; split it.")
            for frame in range(count):
                image.seek(frame)
                if image.width * image.height > MAX_PIXELS:
                    raise LimitExceeded(
                        f"The image has {image.width * image.height:,} pixels, over the limit of {MAX_PIXELS:,}; "
                        "scan it at a lower resolution."
                    )
                upright = ImageOps.exif_transpose(image) or image
                yield np.asarray(_flatten(upright)), _scale_of(image, upright.width)
    except Image.DecompressionBombError as error:
        raise LimitExceeded(
            f"The image is over the limit of {MAX_PIXELS:,} pixels; scan it at a lower resolution."
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DamagedFile("The image is damaged and cannot be read; send it again.") from error


def _flatten(image: Image.Image) -> Image.Image:
    """Return the image in grey on white paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, clear).convert("L")
    return image.convert("L")


def _scale_of(image: Image.Image, width: int) -> float:
    """Return the pixels a point: as the file says if that is a sensible resolution, else as if it were an A4 page."""
    resolution = image.info.get("dpi", (0, 0))[0]
    return float(resolution) / 72 if 60 <= float(resolution) <= 1300 else max(width / 595.0, 0.5)


def read_image(data: bytes, media_type: str, *, on_page: Callable[[int, int], None] | None = None) -> Reading:
    """Return the text recognised in a PNG, JPEG or TIFF scan, a page a frame.

    Raises:
        UnsupportedFile: another media type.
        DamagedFile: the file cannot be decoded.
        LimitExceeded: too many pages or pixels.
    """
    pages = []
    for number, (pixels, scale) in enumerate(read_frames(data, media_type), 1):
        height, width = pixels.shape
        content = PageContent(number, round(width / scale, 1), round(height / scale, 1))
        fill_from_image(content, pixels, scale)
        pages.append(content)
        if on_page:
            on_page(number, number)
    return assemble_reading(pages)


def fill_from_image(content: PageContent, pixels: Pixels, scale: float) -> None:
    """Put the words and grids recognised in a page drawn in grey into `content`, or the problem that kept them out."""
    number = content.number
    if not is_worth_reading(pixels):
        content.problems.append(
            Problem("no_text", f"Page {number} is blank: it has no text that could be found.", number)
        )
        return
    if find_tesseract() is None:
        message = (
            f"Page {number} is an image, and no character recognition is installed; install tesseract "
            "(on Debian: tesseract-ocr) and read the file again."
        )
        content.problems.append(Problem("no_ocr", message, number))
        return
    sharp = min(max(MIN_DOTS_PER_INCH / 72 / scale, 1.0), math.sqrt(MAX_OCR_PIXELS / pixels.size))
    try:
        if abs(sharp - 1) > 0.1:
            height, width = pixels.shape
            image = Image.fromarray(pixels).resize(
                (round(width * sharp), round(height * sharp)), Image.Resampling.BICUBIC
            )
            pixels, scale = np.asarray(image), scale * sharp
        found = recognise_page(pixels, scale, number)
    except OcrFailed:
        content.problems.append(
            Problem("ocr_failed", f"Page {number}: its image could not be recognised in time; scan it anew.", number)
        )
        return
    if not found.words:
        content.problems.append(Problem("no_text", f"Page {number}: no text could be recognised in its image.", number))
        return
    content.words, content.grids, content.rules = found.words, found.grids, found.rules
    content.turn, content.ocr = found.turn, True
