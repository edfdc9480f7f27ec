"""A PDF file becomes a reading. The one module that knows pdfium.

Words, boxes and page images come from pdfium, which is not safe for threads: one process reads one document. Text is
never taken on trust: each word is looked for on the page as drawn, and what leaves no ink is set apart as hidden.
"""

from __future__ import annotations

import ctypes
import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]
from PIL import Image

from svdocs.errors import DamagedFile, EncryptedFile, LimitExceeded
from svdocs.text.assemble import assemble_reading
from svdocs.text.document import BlockKind, Box, Problem
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
from svdocs.text.layout import Hidden, Note, PageContent, PageWord, turn_box
from svdocs.text.ocr import MAX_OCR_PIXELS, MAX_PIXELS, fill_from_image
from svdocs.text.pdf_actions import find_actions
from svdocs.text.reading import Reading
from svdocs.text.tables import MAX_RULES, find_grids, rules_outside

logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # its warnings are about how pdfium was built

MAX_PAGES = 2_000
MAX_PAGE_CHARACTERS = 50_000
MAX_CHARACTERS = 10_000_000
MAX_OBJECTS = 60_000
"""Drawn objects looked at on one page; what comes after them cannot hold a table that a person would read."""
MAX_DEPTH = 4
MAX_DOTS = 500
MIN_ALPHA = 12
"""Letters less opaque than this, of 255, cannot be seen."""
LIGHT = 200
"""Letters darker than this grey level need no second look: their own ink was found."""
WATERMARK_POINTS = 30.0
WATERMARK_CONTRAST = 90
INK_PIXELS = 4_000_000
OCR_SCALE = 300 / 72
MIN_IMAGE_SHARE = 0.2
"""A page with little text is recognised if images cover more of it than this."""
MIN_LETTERS = 20
"""A page with fewer letters and figures in its text is looked at as an image too."""

_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\ufffe": "-",
        "\x02": "-",
        "\u00a0": " ",
    }
)
_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_NO_WIDTHS = frozenset(map(ord, _NO_WIDTH))
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACES = frozenset([0, 9, 10, 11, 12, 13, 32, 0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F])


# ---------------------------------------------------------------- entry points
def read_pdf(data: bytes, *, on_page: Callable[[int, int], None] | None = None) -> Reading:
    """Return the text of a PDF file with its blocks, words and pages.

    Args:
        data: the file's bytes.
        on_page: called after each page with its number and the number of pages.

    Raises:
        EncryptedFile: the file asks for a password.
        DamagedFile: no page tree could be found.
        LimitExceeded: too many pages or characters.
    """
    pdf = open_pdf(data)
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise LimitExceeded(f"The file has {count:,} pages, over the limit of {MAX_PAGES:,}; split it.")
        forms = _open_forms(pdf)
        pages = []
        characters = 0
        for index in range(count):
            page = read_page(pdf, index)
            characters += sum(len(w.text) for w in page.words)
            if characters > MAX_CHARACTERS:
                raise LimitExceeded(f"The file has over {MAX_CHARACTERS:,} characters; split it.")
            pages.append(page)
            if on_page:
                on_page(index + 1, count)
        pages[0].flags[:0] = find_actions(pdf, data)
        if forms == raw.FORMTYPE_XFA_FULL and pages:
            pages[0].problems.append(
                Problem(
                    "xfa_form", "The file is an XFA form, whose fields only Adobe Reader shows; ask for a flat PDF."
                )
            )
        return assemble_reading(pages)
    finally:
        pdf.close()


def render_page(data: bytes, number: int, scale: float) -> Image.Image:
    """Return page `number`, counted from 1, as an image of `scale` pixels a point, with its annotations and fields."""
    pdf = open_pdf(data)
    try:
        if not 1 <= number <= len(pdf):
            raise DamagedFile(f"The file has {len(pdf)} pages; there is no page {number}.")
        _open_forms(pdf)
        page = pdf[number - 1]
        width, height = page.get_size()
        fitting = min(scale, math.sqrt(MAX_PIXELS / max(width * height, 1.0)))
        image: Image.Image = page.render(scale=fitting, may_draw_forms=True).to_pil().convert("RGB")
        return image
    except pdfium.PdfiumError as error:
        raise DamagedFile(f"Page {number} is damaged and cannot be drawn; ask for a new copy of the file.") from error
    finally:
        pdf.close()


def open_pdf(data: bytes) -> pdfium.PdfDocument:
    """Return the opened document.

    Raises:
        EncryptedFile: it asks for a password.
        DamagedFile: it cannot be opened, or holds no page.
    """
    if not data:
        raise DamagedFile("The file is empty (0 bytes); send it again.")
    try:
        pdf = pdfium.PdfDocument(data)
        if len(pdf) < 1:
            pdf.close()
            raise DamagedFile("The PDF file holds no pages that can be found; ask for a new copy.")
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD:
            raise EncryptedFile("The file asks for a password; ask for a copy without one.") from error
        if code == raw.FPDF_ERR_SECURITY:
            raise EncryptedFile(
                "The file is protected in a way that cannot be opened; ask for a copy without protection."
            ) from error
        raise DamagedFile("The file is damaged or is no PDF file; ask for a new copy.") from error
    return pdf


def _open_forms(pdf: pdfium.PdfDocument) -> int:
    kind: int = pdf.get_formtype()
    if kind != raw.FORMTYPE_NONE:
        try:
            pdf.init_forms()
        except pdfium.PdfiumError:
            return kind
    return kind


# ---------------------------------------------------------------- one page
@dataclass(slots=True)
class _Style:
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


@dataclass(slots=True)
class _Frame:
    """From pdfium's page space to the frame of the page's lines."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def place(self, left: float, bottom: float, right: float, top: float) -> Box:
        if self.turns == 0:
            return Box(left - self.left, self.top - top, right - self.left, self.top - bottom)
        if self.turns == 1:
            return Box(bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
        if self.turns == 2:
            return Box(self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
        return Box(self.top - top, self.right - right, self.top - bottom, self.right - left)


@dataclass(slots=True)
class _Drawn:
    """What is drawn on a page beside text, boxes in the frame."""

    level: list[Box] = field(default_factory=list)
    upright: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    """Small figures, such as drawn bullets."""
    covers: list[tuple[int, Box]] = field(default_factory=list)
    """Opaque areas and images with their place in the order of drawing."""
    order: dict[int, int] = field(default_factory=dict)
    """Of each top-level text object, its place in the order of drawing."""
    objects: int = 0


@dataclass(slots=True)
class _Seen:
    """A word on the page, with what is needed to judge whether it can be seen."""

    word: PageWord
    style: _Style
    faint: bool = False
    """Whether it is a watermark: large, and little darker than the paper."""

    def runs_level(self, frame: _Frame) -> bool:
        """Say whether it runs along the page's lines."""
        return self.style.level and self.style.turns == frame.turns


def read_page(pdf: pdfium.PdfDocument, index: int) -> PageContent:
    """Return what page `index`, counted from 0, holds; a damaged page is a problem, not an error."""
    number = index + 1
    try:
        page = pdf[index]
    except pdfium.PdfiumError:
        problem = Problem(
            "damaged_page", f"Page {number} is damaged and could not be read; ask for a new copy of the file.", number
        )
        return PageContent(number, 595.0, 842.0, problems=[problem])
    try:
        return _read_open_page(pdf, page, number)
    finally:
        page.close()


def _read_open_page(pdf: pdfium.PdfDocument, page: Any, number: int) -> PageContent:
    width, height = page.get_size()
    rotation = raw.FPDFPage_GetRotation(page.raw)
    content = PageContent(number, width, height, rotation * 90)
    textpage = raw.FPDFText_LoadPage(page.raw)
    if not textpage:
        content.problems.append(
            Problem("damaged_page", f"Page {number}: its text could not be read; ask for a new copy.", number)
        )
        return content
    try:
        count = raw.FPDFText_CountChars(textpage)
        if count > MAX_PAGE_CHARACTERS:
            message = (
                f"Page {number} has {count:,} characters, over the limit of {MAX_PAGE_CHARACTERS:,}; it was not read. "
                "Split the page."
            )
            content.problems.append(Problem("over_limit", message, number))
            return content
        frame = _frame_of(page, textpage, count, rotation)
        content.turn = (rotation - frame.turns) % 4
        seen = _read_words(textpage, count, frame, content, rotation)
        drawn = _read_drawn(page, frame)
        content.grids = find_grids(drawn.level, drawn.upright, drawn.shades)
        content.rules = rules_outside(drawn.level, content.grids)
        visible = _part_hidden(page, content, seen, drawn)
        content.words = [s.word for s in visible if s.runs_level(frame) and not s.faint]
        content.words = _with_drawn_bullets(content, drawn.dots[:MAX_DOTS])
        content.aside = [s.word for s in visible if not s.runs_level(frame) or s.faint]
        content.ocr = sum(s.style.mode == 3 for s in visible) > 0.5 * len(visible)
        content.notes = _read_notes(pdf, page, content, frame)
        _recognise_images(page, content, drawn)
    finally:
        raw.FPDFText_ClosePage(textpage)
    return content


def _frame_of(page: Any, textpage: Any, count: int, rotation: int) -> _Frame:
    """Return the frame in which most of the page's text runs level."""
    bounds = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, bounds)
    votes = [0, 0, 0, 0]
    for i in range(0, count, max(count // 60, 1)):
        if raw.FPDFText_GetUnicode(textpage, i) not in _SPACES:
            quarter = raw.FPDFText_GetCharAngle(textpage, i) / (math.pi / 2)
            if abs(quarter - round(quarter)) < 0.05:
                votes[round(quarter) % 4] += 1
    turned = max(range(4), key=lambda q: (votes[q], q == 0))
    if not votes[turned]:
        turned = (4 - rotation) % 4
    return _Frame(bounds.left, bounds.bottom, bounds.right, bounds.top, _turns_of(turned))


def _turns_of(quarter: int) -> int:
    """Return the clockwise quarter turns of the page that bring text at this angle upright."""
    return -quarter % 4


def _read_words(textpage: Any, count: int, frame: _Frame, content: PageContent, rotation: int) -> list[_Seen]:
    """Return the page's words in the file's order."""
    get_unicode, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    rect = raw.FS_RECTF()
    styles = _Styles(textpage, frame)
    place, turn = frame.place, content.turn
    frame_width, frame_height = content.frame
    words: list[_Seen] = []
    letters: list[str] = []
    x0 = top = x1 = bottom = 0.0
    first = 0
    glued = False

    def flush() -> None:
        nonlocal glued
        if not letters:
            return
        style = styles.of(first)
        text = "".join(letters).translate(_LIGATURES).strip(_NO_WIDTH)
        letters.clear()
        if not text or text.isspace():
            return
        box = Box(x0, top, x1, bottom)
        shown = turn_box(box, turn, frame_width, frame_height) if turn else box
        word = PageWord(text, content.number, box, shown, style.size, style.bold)
        if glued and words:
            _join_script(words[-1].word, word)
        words.append(_Seen(word, style))
        glued = False

    for i in range(count):
        code = get_unicode(textpage, i)
        if code in _SPACES:
            flush()
            glued = False
            continue
        if code in _NO_WIDTHS:
            if letters:
                letters.append(chr(code))
            continue
        if not get_box(textpage, i, rect):
            continue
        box = place(rect.left, rect.bottom, rect.right, rect.top)
        if box[3] - box[1] < 0.2 or box[2] - box[0] > 400:
            box = _tight_box(textpage, i, frame) or box
        if 0xD800 <= code < 0xE000:
            letter = "\ufffd"
        elif code < 32 and code != 2:
            continue
        else:
            letter = chr(code)
        if letters:
            high, old = box[3] - box[1], bottom - top
            middle = (box[1] + box[3]) / 2
            apart = box[0] - x1
            elsewhere = not top - 0.1 * old <= middle <= bottom + 0.1 * old
            if old > 0.5 and (elsewhere or apart > 0.6 * max(high, old) or box[0] < x0 - 0.3 * old):
                if styles.is_level(i):
                    flush()
            elif old > 0.5 and not 0.88 * old <= high <= 1.14 * old and styles.is_level(i):
                flush()
                glued = True
        if letters:
            x0, top, x1, bottom = min(x0, box[0]), min(top, box[1]), max(x1, box[2]), max(bottom, box[3])
        else:
            x0, top, x1, bottom = box
            first = i
        letters.append(letter)
    flush()
    return _drop_doubles(words)


def _with_drawn_bullets(content: PageContent, dots: list[Box]) -> list[PageWord]:
    """Return the page's words with a bullet before each line that a small drawn figure marks."""
    if not dots:
        return content.words
    marks = []
    for dot in dots:
        middle = (dot.top + dot.bottom) / 2
        beside = [w for w in content.words if w.box.top < middle < w.box.bottom and w.box.x1 > dot.x0 - 40]
        first = min(beside, key=lambda w: w.box.x0, default=None)
        if first and 1 < first.box.x0 - dot.x1 < 3 * first.size and dot.bottom - dot.top < 0.75 * first.size:
            box = Box(dot.x0, first.box.top, dot.x1, first.box.bottom)
            marks.append(PageWord("•", content.number, box, turn_box(box, content.turn, *content.frame), first.size))
    return content.words + marks


def _tight_box(textpage: Any, index: int, frame: _Frame) -> Box | None:
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
        return None
    return frame.place(left.value, bottom.value, right.value, top.value)


def _join_script(before: PageWord, word: PageWord) -> None:
    """Tie a raised or lowered word to the one before it; raised figures become superscript characters."""
    word.joined = True
    smaller = word.size < 0.92 * before.size or word.box.bottom - word.box.top < 0.88 * (
        before.box.bottom - before.box.top
    )
    if smaller and word.box.bottom < before.box.bottom - 0.12 * (before.box.bottom - before.box.top):
        word.raised = True
        word.text = word.text.translate(_SUPERSCRIPTS)


def _drop_doubles(words: list[_Seen]) -> list[_Seen]:
    """Leave out words printed twice at one place, as imitated bold or a shadow is."""
    kept: list[_Seen] = []
    at: dict[tuple[str, int, int], Box] = {}
    for seen in words:
        box = seen.word.box
        key = (seen.word.text, round(box.x0 / 3), round(box.top / 3))
        near = [at.get((key[0], key[1] + dx, key[2] + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        if any(b is not None and abs(b.x0 - box.x0) < 1.6 and abs(b.top - box.top) < 1.6 for b in near):
            continue
        at[key] = box
        kept.append(seen)
    return kept


class _Styles:
    """The styles of a page's text objects, each read once."""

    def __init__(self, textpage: Any, frame: _Frame) -> None:
        self._textpage = textpage
        self._frame = frame
        self._known: dict[int, _Style] = {}
        self._bold: dict[int, bool] = {}

    def of(self, index: int) -> _Style:
        """Return the style of the character at `index`."""
        handle = raw.FPDFText_GetTextObject(self._textpage, index)
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if address not in self._known or not address:
            self._known[address] = self._read(handle, address, index)
        return self._known[address]

    def is_level(self, index: int) -> bool:
        """Say whether the character runs along the page's lines."""
        style = self.of(index)
        return style.level and style.turns == self._frame.turns

    def _read(self, handle: Any, address: int, index: int) -> _Style:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._textpage, index, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        size = raw.FPDFText_GetFontSize(self._textpage, index) * (scale or 1.0)
        quarter = raw.FPDFText_GetCharAngle(self._textpage, index) / (math.pi / 2)
        level = abs(quarter - round(quarter)) < 0.05
        mode, light, alpha, bold = 0, 0, 255, False
        if address:
            mode = raw.FPDFTextObj_GetTextRenderMode(handle)
            light, alpha = _fill_of(handle)
            bold = self._is_bold(handle, index)
        return _Style(round(size, 1), bold or mode == 2, _turns_of(round(quarter)), level, mode, light, alpha, address)

    def _is_bold(self, handle: Any, index: int) -> bool:
        font = raw.FPDFTextObj_GetFont(handle)
        key = ctypes.cast(font, ctypes.c_void_p).value or 0
        if key not in self._bold:
            name = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, 256)
            text = name.value.decode("latin-1").lower()
            heavy = any(word in text for word in ("bold", "black", "heavy", "semibold", "demi", "-bd", ",bd"))
            self._bold[key] = heavy or raw.FPDFFont_GetWeight(font) >= 600
        return self._bold[key]


def _fill_of(handle: Any) -> tuple[int, int]:
    """Return the grey level and the opacity, both 0 to 255, of an object's fill."""
    r, g, b, a = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
    if not raw.FPDFPageObj_GetFillColor(handle, r, g, b, a):
        return 0, 255
    return round(0.299 * r.value + 0.587 * g.value + 0.114 * b.value), a.value


# ---------------------------------------------------------------- rules, images
def _read_drawn(page: Any, frame: _Frame) -> _Drawn:
    """Return the rules, backgrounds and images of a page."""
    drawn = _Drawn()
    for order in range(min(raw.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        _take_object(raw.FPDFPage_GetObject(page.raw, order), order, frame, drawn, (1, 0, 0, 1, 0, 0), 0)
    return drawn


_Matrix = tuple[float, float, float, float, float, float]


def _multiply(m: _Matrix, n: _Matrix) -> _Matrix:
    """Return the matrix that applies `m` first, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def _matrix_of(handle: Any) -> _Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, matrix):
        return (1, 0, 0, 1, 0, 0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _take_object(handle: Any, order: int, frame: _Frame, drawn: _Drawn, outer: _Matrix, depth: int) -> None:
    if not handle or drawn.objects > MAX_OBJECTS:
        return
    drawn.objects += 1
    kind = raw.FPDFPageObj_GetType(handle)
    if kind == raw.FPDF_PAGEOBJ_TEXT:
        if depth == 0:
            drawn.order[ctypes.cast(handle, ctypes.c_void_p).value or 0] = order
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        box = _bounds_of(handle, frame, outer)
        drawn.images.append(box)
        drawn.covers.append((order, box))
    elif kind == raw.FPDF_PAGEOBJ_PATH:
        _take_path(handle, order, frame, drawn, outer)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
        matrix = _multiply(_matrix_of(handle), outer)
        for i in range(min(raw.FPDFFormObj_CountObjects(handle), MAX_OBJECTS)):
            _take_object(raw.FPDFFormObj_GetObject(handle, i), order, frame, drawn, matrix, depth + 1)
            if drawn.objects > MAX_OBJECTS:
                return


def _bounds_of(handle: Any, frame: _Frame, outer: _Matrix) -> Box:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    corners = [
        (x * outer[0] + y * outer[2] + outer[4], x * outer[1] + y * outer[3] + outer[5])
        for x in (left.value, right.value)
        for y in (bottom.value, top.value)
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return frame.place(min(xs), min(ys), max(xs), max(ys))


def _take_path(handle: Any, order: int, frame: _Frame, drawn: _Drawn, outer: _Matrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(handle, fill, stroke)
    if not fill.value and not stroke.value:
        return
    box = _bounds_of(handle, frame, outer)
    wide, high = box.x1 - box.x0, box.bottom - box.top
    grey, alpha = _fill_of(handle) if fill.value else (0, 0)
    if fill.value and alpha > 30 and wide > 6 and high > 6:
        if alpha > 240:
            drawn.covers.append((order, box))
        if grey < 250:
            drawn.shades.append(box)
    if 1.2 < wide < 8 and 1.2 < high < 8 and 0.6 < wide / high < 1.7:
        drawn.dots.append(box)
    if len(drawn.level) + len(drawn.upright) > MAX_RULES:
        return
    if high <= 2.6 and wide > 6:
        drawn.level.append(box)
    elif wide <= 2.6 and high > 6:
        drawn.upright.append(box)
    elif wide > 6 and high > 6 and raw.FPDFPath_CountSegments(handle) <= 2000:
        _take_segments(handle, bool(stroke.value), frame, drawn, _multiply(_matrix_of(handle), outer))


def _take_segments(handle: Any, stroked: bool, frame: _Frame, drawn: _Drawn, matrix: _Matrix) -> None:
    """Add a path's own level and upright lines; of a filled path those of its parts that are thin."""
    for points in _subpaths(handle, matrix):
        boxes = [
            frame.place(min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1])) for p, q in pairwise(points)
        ]
        if not boxes:
            continue
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.union(box)
        thin = min(whole.x1 - whole.x0, whole.bottom - whole.top) <= 2.6
        for box in [whole] if thin else boxes if stroked else []:
            if box.bottom - box.top <= 2.6 and box.x1 - box.x0 > 6:
                drawn.level.append(box)
            elif box.x1 - box.x0 <= 2.6 and box.bottom - box.top > 6:
                drawn.upright.append(box)


def _subpaths(handle: Any, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for i in range(raw.FPDFPath_CountSegments(handle)):
        segment = raw.FPDFPath_GetPathSegment(handle, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            x.value * matrix[0] + y.value * matrix[2] + matrix[4],
            x.value * matrix[1] + y.value * matrix[3] + matrix[5],
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment) and len(points) > 1:
            points.append(points[0])
    if len(points) > 1:
        yield points


# ---------------------------------------------------------------- hidden text
def draw_grey(page: Any, scale: float, turns: int = 0) -> Pixels:
    """Return the page drawn in grey without its annotations, turned back by `turns` clockwise quarters."""
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
    pixels: Pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    if pixels.ndim == 3:
        pixels = pixels[:, :, 0]
    return np.rot90(pixels, turns) if turns else pixels


def _part_hidden(page: Any, content: PageContent, seen: list[_Seen], drawn: _Drawn) -> list[_Seen]:
    """Return the words that can be seen; set the others apart in `content.hidden`, run by run."""
    if not seen:
        return []
    width, height = content.frame
    scale = min(1.0, math.sqrt(INK_PIXELS / max(width * height, 1.0)))
    pixels = draw_grey(page, scale, content.turn)
    reasons = _judge(seen, pixels, scale, content, drawn)
    suspects = [i for i, reason in enumerate(reasons) if reason is Unseen.covered]
    if suspects:
        _clear_if_drawn(page, content, seen, reasons, suspects, pixels, scale)
    visible: list[_Seen] = []
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


def _judge(seen: list[_Seen], pixels: Pixels, scale: float, content: PageContent, drawn: _Drawn) -> list[Unseen | None]:
    width, height = content.frame
    boxes = [ink_box(s.word.box) for s in seen]
    contrast = measure_contrast(pixels, boxes, scale)
    page_images = [b for b in drawn.images if (b.x1 - b.x0) * (b.bottom - b.top) > 0.3 * width * height]
    tiny = _tiny_runs(seen)
    turns = (content.rotation // 90 - content.turn) % 4
    reasons: list[Unseen | None] = []
    for i, (one, box) in enumerate(zip(seen, boxes, strict=True)):
        style, word = one.style, one.word
        under_image = any(
            b.x0 - 2 <= box.x0 and box.x1 <= b.x1 + 2 and b.top - 2 <= box.top and box.bottom <= b.bottom + 2
            for b in page_images
        )
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


def _is_camouflaged(style: _Style, pixels: Pixels, box: Box, scale: float, around: Box | None = None) -> bool:
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


def _is_under(drawn: _Drawn, address: int, box: Box) -> bool:
    own = drawn.order[address]
    return any(
        order > own
        and b.x0 - 1 <= box.x0
        and box.x1 <= b.x1 + 1
        and b.top - 1 <= box.top
        and box.bottom <= b.bottom + 1
        for order, b in drawn.covers
    )


def _tiny_runs(seen: list[_Seen]) -> set[int]:
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


def _spread_to_marks(seen: list[_Seen], reasons: list[Unseen | None]) -> list[Unseen | None]:
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
    seen: list[_Seen],
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
        if (ctypes.cast(handle, ctypes.c_void_p).value or 0) in addresses:
            raw.FPDFPageObj_SetIsActive(handle, False)
            switched.append(handle)
    without = draw_grey(page, scale, content.turn)
    for handle in switched:
        raw.FPDFPageObj_SetIsActive(handle, True)
    for i in suspects:
        if differs(pixels, without, ink_box(seen[i].word.box), scale):
            reasons[i] = None


# ---------------------------------------------------------------- fields, annotations
_NOTE_KINDS = {
    raw.FPDF_ANNOT_WIDGET: BlockKind.form_field,
    raw.FPDF_ANNOT_FREETEXT: BlockKind.annotation,
    raw.FPDF_ANNOT_TEXT: BlockKind.comment,
}
_FLAG_HIDDEN = 2 | 32
MAX_ANNOTATIONS = 5_000


def _read_notes(pdf: pdfium.PdfDocument, page: Any, content: PageContent, frame: _Frame) -> list[Note]:
    """Return the values of the page's form fields and the text of its annotations."""
    notes: list[Note] = []
    form = pdf.formenv.raw if pdf.formenv else None
    for i in range(min(raw.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, i)
        if not annotation:
            continue
        kind = _NOTE_KINDS.get(raw.FPDFAnnot_GetSubtype(annotation))
        if kind is not None and not raw.FPDFAnnot_GetFlags(annotation) & _FLAG_HIDDEN:
            label, text = (
                _field_of(form, annotation)
                if kind is BlockKind.form_field
                else ("", _string_of(annotation, b"Contents"))
            )
            if text.strip():
                rect = raw.FS_RECTF()
                raw.FPDFAnnot_GetRect(annotation, rect)
                box = frame.place(
                    min(rect.left, rect.right),
                    min(rect.bottom, rect.top),
                    max(rect.left, rect.right),
                    max(rect.bottom, rect.top),
                )
                notes.append(
                    Note(kind, text.replace("\r", "\n"), box, turn_box(box, content.turn, *content.frame), label)
                )
        raw.FPDFPage_CloseAnnot(annotation)
    return notes


def _field_of(form: Any, annotation: Any) -> tuple[str, str]:
    """Return a form field's name, as shown to a person if there is such a one, and its value."""
    if form is None:
        return "", ""
    label = _wide(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _wide(
        raw.FPDFAnnot_GetFormFieldName, form, annotation
    )
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return label, "Yes" if raw.FPDFAnnot_IsChecked(form, annotation) else ""
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return label, ""
    return label, _wide(raw.FPDFAnnot_GetFormFieldValue, form, annotation)


def _string_of(annotation: Any, key: bytes) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    return _wide_from(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size), length)


def _wide(function: Any, form: Any, annotation: Any) -> str:
    length = function(form, annotation, None, 0)
    return _wide_from(lambda buffer, size: function(form, annotation, buffer, size), length)


def _wide_from(read: Callable[[Any, int], int], length: int) -> str:
    """Return the UTF-16 text that pdfium writes into a buffer of `length` bytes."""
    if not 2 < length <= 2 * MAX_PAGE_CHARACTERS:
        return ""
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    read(buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")


# ---------------------------------------------------------------- pages without text
def _recognise_images(page: Any, content: PageContent, drawn: _Drawn) -> None:
    """Recognise a page without text, or large images of text inside a page, from their drawing."""
    letters = sum(c.isalnum() for w in content.words for c in w.text)
    width, height = content.frame
    pictured = sum((b.x1 - b.x0) * (b.bottom - b.top) for b in drawn.images) > MIN_IMAGE_SHARE * width * height
    if letters >= MIN_LETTERS or (letters and not pictured):
        return
    if drawn.objects <= len(drawn.order):
        if not letters and not content.notes:
            content.problems.append(
                Problem("no_text", f"Page {content.number} is blank: it has no text.", content.number)
            )
        return
    scale = min(OCR_SCALE, math.sqrt(MAX_OCR_PIXELS / max(width * height, 1.0)))
    before = list(content.words)
    known = len(content.problems)
    fill_from_image(content, draw_grey(page, scale), scale)
    if not content.ocr and (before or content.notes):
        del content.problems[known:]
