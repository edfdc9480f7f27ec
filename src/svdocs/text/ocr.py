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
MAX_SKEW_DEGREES = 4.0
MIN_LEVEL_POINTS, MIN_UPRIGHT_POINTS = 40.0, 16.0
_RIDGE = 18
_STRAIGHT_QUOTES = str.maketrans("‘’", "''")
_BULLET_LOOKALIKES = frozenset("e¢«®°@©»*•·-.oO¢+¤§")
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


def recognise_page(pixels: Pixels, scale: float, number: int) -> Recognised:
    """Return the words and grids of a page drawn in grey at `scale` pixels a point.

    Raises:
        OcrFailed: tesseract failed or took too long.
    """
    found, sure = None, -1.0
    for turns in _likely_turns(pixels):
        other, other_sure = _recognise_turned(pixels, scale, number, turns)
        if other_sure > sure:
            found, sure = other, other_sure
        if sure >= POOR_CONFIDENCE and found and found.words:
            break
    return found or Recognised([], [], [])


def _likely_turns(pixels: Pixels) -> Iterator[int]:
    """Yield the clockwise quarter turns that may bring the page upright, the likeliest first."""
    sideways = runs_upright(pixels)
    if not sideways:
        yield 0
    said = _find_orientation(pixels)
    if not sideways:
        yield said or 2
    elif said % 2:
        yield from (said, (said + 2) % 4, 0)
    else:
        yield from (0, 1, 3)


def _recognise_turned(pixels: Pixels, scale: float, number: int, turns: int) -> tuple[Recognised, float]:
    upright = np.ascontiguousarray(np.rot90(pixels, -turns)) if turns else pixels
    return _recognise_level(upright, scale, number, turns)


def _recognise_level(pixels: Pixels, scale: float, number: int, turns: int) -> tuple[Recognised, float]:
    """Recognise pixels that were turned by `turns` clockwise quarters; return the mean confidence too."""
    angle = find_skew(pixels)
    if abs(angle) >= 0.05:
        image = Image.fromarray(pixels).rotate(
            angle, resample=Image.Resampling.BICUBIC, fillcolor=int(np.median(pixels[::7, ::7]))
        )
        pixels = np.asarray(image)
    level, upright = find_pixel_rules(pixels, scale)
    grids = [_shade(grid, pixels, scale) for grid in find_grids(level, upright)]
    clean = erase_rules(pixels, _drawn_rules(level, upright, grids), scale)
    rows = [_split_line(line, clean) for line in read_words(run_tesseract(clean, scale * 72))]
    height, width = pixels.shape
    placed = _Placing(width / scale, height / scale, angle, scale, (4 - turns) % 4)
    words = [w for line in rows for w in _place_line(line, placed, number)]
    words = [w for w in words if not _is_speck(w)]
    sure = sum((w.confidence or 0.0) * len(w.text) for w in words) / max(sum(len(w.text) for w in words), 1)
    return Recognised(words, grids, rules_outside(level, grids), (4 - turns) % 4), sure


def _is_speck(word: PageWord) -> bool:
    unsure = (word.confidence or 0.0) < MIN_CONFIDENCE
    return (unsure and len(word.text) < 4) or (
        not any(c.isalnum() for c in word.text) and word.text in "|_~¦“”‘’'`\"=\\/"
    )


# ---------------------------------------------------------------- skew
def find_skew(pixels: Pixels) -> float:
    """Return by how many degrees, counter-clockwise, the page must be turned for its lines to run level."""
    step = max(pixels.shape[1] // 900, 1)
    small = pixels[::step, ::step]
    back = int(np.median(small))
    ys, xs = np.nonzero(small.astype(np.int16) < back - 70)
    if len(xs) < 200:
        return 0.0
    if len(xs) > 60_000:
        keep = np.linspace(0, len(xs) - 1, 60_000).astype(np.int64)
        xs, ys = xs[keep], ys[keep]
    best = _sharpest(xs, ys, np.arange(-MAX_SKEW_DEGREES, MAX_SKEW_DEGREES + 0.01, 0.4))
    best = _sharpest(xs, ys, np.arange(best - 0.4, best + 0.41, 0.1))
    return round(float(best), 2)


def runs_upright(pixels: Pixels) -> bool:
    """Say whether the ink falls into columns rather than rows, as on a page that lies on its side."""
    step = max(pixels.shape[1] // 600, 1)
    small = pixels[::step, ::step]
    ink = small.astype(np.int16) < int(np.median(small)) - 70
    return _roughness(ink.sum(axis=0)) > 1.5 * _roughness(ink.sum(axis=1))


def _roughness(profile: NDArray[np.int64]) -> float:
    """Return how sharply a profile rises and falls, for its height."""
    return float(np.abs(np.diff(profile.astype(np.float64))).sum()) / max(float(profile.sum()), 1.0)


def _sharpest(xs: NDArray[np.int64], ys: NDArray[np.int64], angles: NDArray[np.float64]) -> float:
    """Return the angle at which the ink falls into the fewest rows."""
    scores = []
    for angle in angles:
        rows = np.round(ys - xs * math.tan(math.radians(angle))).astype(np.int64)
        counts = np.bincount(rows - rows.min())
        scores.append((float(np.sum(counts.astype(np.float64) ** 2)), -abs(float(angle))))
    return float(angles[max(range(len(scores)), key=lambda i: scores[i])])


# ---------------------------------------------------------------- rules
def find_pixel_rules(pixels: Pixels, scale: float) -> tuple[list[Box], list[Box]]:
    """Return the level and the upright rules of a page drawn in grey, in points."""
    step = max(int(scale / (150 / 72)), 1)
    height, width = (pixels.shape[0] // step) * step, (pixels.shape[1] // step) * step
    small = (
        pixels[:height, :width].reshape(height // step, step, width // step, step).mean(axis=(1, 3)).astype(np.int16)
    )
    own = scale / step
    level = _runs_of(small, own, MIN_LEVEL_POINTS)
    upright = [
        Box(b.top, b.x0, b.bottom, b.x1) for b in _runs_of(np.ascontiguousarray(small.T), own, MIN_UPRIGHT_POINTS)
    ]
    return level, upright


def _runs_of(pixels: NDArray[np.int16], scale: float, min_points: float) -> list[Box]:
    """Return level runs darker than what lies above and below them."""
    blur: NDArray[Any] = _mean_along(pixels, 3)
    away = max(round(1.7 * scale), 2)
    ridge: NDArray[Any] = np.zeros(blur.shape, dtype=bool)
    middle = blur[away:-away]
    ridge[away:-away] = np.minimum(blur[: -2 * away], blur[2 * away :]) - middle > _RIDGE
    window = max(int(min_points * scale), 8)
    if ridge.shape[1] <= window:
        return []
    sums = np.cumsum(np.pad(ridge, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    full = sums[:, window:] - sums[:, :-window] >= 0.96 * window
    boxes = []
    for y in np.nonzero(full.any(axis=1))[0]:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], full[y].astype(np.int8), [0]))))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            boxes.append(Box(start / scale, y / scale, (end + window - 1) / scale, (y + 1) / scale))
    return boxes[:4000]


def _mean_along(pixels: NDArray[np.int16], width: int) -> NDArray[np.int16]:
    half = width // 2
    padded = np.pad(pixels, ((0, 0), (half + 1, half)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.int32)
    return ((sums[:, width:] - sums[:, :-width]) // width).astype(np.int16)


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


def _split_line(line: list[_Found], pixels: Pixels) -> list[_Found]:
    """Return the line with the words apart that were run together although white as wide as a space parts them."""
    size = median(guess_size(w.text, w.bottom - w.top) for w in line)
    return [part for word in line for part in _split_word(word, pixels, size)]


def _split_word(word: _Found, pixels: Pixels, size: float) -> list[_Found]:
    if (
        len(word.text) < 4
        or not word.text[0].isalpha()
        or not word.text[1:].replace(",", "").replace(".", "").isalpha()
    ):
        return [word]
    part = pixels[word.top : word.bottom, word.x0 : word.x1]
    if part.size == 0:
        return [word]
    ink = (part.astype(np.int16) < int(np.median(pixels[::7, ::7])) - 60).any(axis=0)
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
        tight = Box(
            word.x0 / placing.scale, word.top / placing.scale, word.x1 / placing.scale, word.bottom / placing.scale
        )
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
