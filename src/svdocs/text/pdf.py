"""A PDF file becomes a reading. Only this module and those named after it (`pdf_*`) know pdfium.

Words, boxes and page images come from pdfium, which is not safe for threads: one process reads one document. Text is
never taken on trust: each word is looked for on the page as drawn, and what leaves no ink is set apart as hidden.
"""

from __future__ import annotations

import ctypes
import logging
import math
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]
from PIL import Image

from svdocs.errors import DamagedFile, EncryptedFile, LimitExceeded
from svdocs.text.assemble import assemble_reading
from svdocs.text.document import Box, Problem
from svdocs.text.hidden import Pixels
from svdocs.text.layout import PageContent, PageWord, turn_box
from svdocs.text.ocr import MAX_OCR_PIXELS, MAX_PIXELS, fill_from_image
from svdocs.text.pdf_actions import find_actions
from svdocs.text.pdf_drawn import Drawn, Frame, address_of, fill_of, read_drawn
from svdocs.text.pdf_hidden import Seen, Style, draw_grey, part_hidden
from svdocs.text.pdf_layers import find_lying_layer
from svdocs.text.pdf_letters import find_lying
from svdocs.text.pdf_notes import read_notes
from svdocs.text.pictures import read_pictures
from svdocs.text.reading import Reading
from svdocs.text.tables import find_grids, rules_outside

logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # its warnings are about how pdfium was built

MAX_PAGES = 2_000
MAX_PAGE_CHARACTERS = 50_000
MAX_CHARACTERS = 10_000_000
MAX_DOTS = 500
OCR_SCALE = 300 / 72
MIN_IMAGE_SHARE = 0.2
"""A page with little text is recognised if images cover more of it than this."""
MIN_LETTERS = 20
"""A page with fewer letters and figures in its text is looked at as an image too."""

_A4 = (595.0, 842.0)
SAME_PLACE = 1.6
"""Words that are equal and no further apart, in points, are one word printed twice."""

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
def read_pdf(
    data: bytes, *, on_page: Callable[[int, int], None] | None = None, without: Collection[int] = ()
) -> Reading:
    """Return the text of a PDF file with its blocks, words and pages.

    Args:
        data: the file's bytes.
        on_page: called after each page with its number and the number of pages; before the first with nought, and
            with the last again and again while the pages are put together.
        without: the numbers of pages to leave out; each becomes a problem.

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
        if on_page:
            on_page(0, count)
        for index in range(count):
            page = _page_left_out(index + 1) if index + 1 in without else read_page(pdf, index)
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
        return assemble_reading(pages, on_step=partial(on_page, count, count) if on_page else None)
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
def _page_left_out(number: int) -> PageContent:
    message = f"Page {number} broke the reader or took too long, and was left out; look at it in the original."
    return PageContent(number, *_A4, problems=[Problem("damaged_page", message, number)])


def read_page(pdf: pdfium.PdfDocument, index: int) -> PageContent:
    """Return what page `index`, counted from 0, holds; a damaged page is a problem, not an error."""
    number = index + 1
    try:
        page = pdf[index]
    except pdfium.PdfiumError:
        problem = Problem(
            "damaged_page", f"Page {number} is damaged and could not be read; ask for a new copy of the file.", number
        )
        return PageContent(number, *_A4, problems=[problem])
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
        drawn = read_drawn(page, frame)
        content.grids = find_grids(drawn.level, drawn.upright, drawn.shades)
        content.rules = rules_outside(drawn.level, content.grids)

        def draw(scale: float) -> Pixels:
            return draw_grey(page, scale, content.turn)

        lying = find_lying(textpage, content, seen, draw) | find_lying_layer(content, seen, drawn, draw)
        visible = part_hidden(page, content, seen, drawn, lying)
        content.words = [s.word for s in visible if s.runs_level(frame) and not s.faint]
        content.words = _with_drawn_bullets(content, drawn.dots[:MAX_DOTS])
        content.aside = [s.word for s in visible if not s.runs_level(frame) or s.faint]
        content.ocr = sum(s.style.mode == 3 for s in visible) > 0.5 * len(visible)
        content.notes = read_notes(pdf, page, content, frame)
        if not _recognise_images(page, content, drawn):
            content.pictures = read_pictures(content, drawn.images, draw)
    finally:
        raw.FPDFText_ClosePage(textpage)
    return content


def _frame_of(page: Any, textpage: Any, count: int, rotation: int) -> Frame:
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
    return Frame(bounds.left, bounds.bottom, bounds.right, bounds.top, _turns_of(turned))


def _turns_of(quarter: int) -> int:
    """Return the clockwise quarter turns of the page that bring text at this angle upright."""
    return -quarter % 4


def _read_words(textpage: Any, count: int, frame: Frame, content: PageContent, rotation: int) -> list[Seen]:
    """Return the page's words in the file's order."""
    get_unicode, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    rect = raw.FS_RECTF()
    rect_address = ctypes.byref(rect)
    styles = _Styles(textpage, frame)
    turn = content.turn
    frame_width, frame_height = content.frame
    words: list[Seen] = []
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
        words.append(Seen(word, style, first=first))
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
        if not get_box(textpage, i, rect_address):
            continue
        left, high, right, low = frame.place(rect.left, rect.bottom, rect.right, rect.top)
        if low - high < 0.2 or right - left > 400:
            left, high, right, low = _tight_box(textpage, i, frame) or (left, high, right, low)
        if 0xD800 <= code < 0xE000:
            letter = "\ufffd"
        elif code < 32 and code != 2:
            continue
        else:
            letter = chr(code)
        if letters:
            tall, old = low - high, bottom - top
            if old > 0.5:
                middle, slack = (high + low) / 2, 0.1 * old
                elsewhere = not top - slack <= middle <= bottom + slack
                larger = old if old > tall else tall
                if elsewhere or left - x1 > 0.6 * larger or left < x0 - 0.3 * old:
                    if styles.is_level(i):
                        flush()
                elif not 0.88 * old <= tall <= 1.14 * old and styles.is_level(i):
                    flush()
                    glued = True
        # Plain comparisons: this runs once a letter, and calls of min and max would take a third of the time.
        if letters:
            x0, top = left if left < x0 else x0, high if high < top else top
            x1, bottom = right if right > x1 else x1, low if low > bottom else bottom
        else:
            x0, top, x1, bottom = left, high, right, low
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


def _tight_box(textpage: Any, index: int, frame: Frame) -> Box | None:
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


def _drop_doubles(words: list[Seen]) -> list[Seen]:
    """Leave out words printed twice at one place, as imitated bold or a shadow is."""
    kept: list[Seen] = []
    at: dict[tuple[str, float, float], Box] = {}
    for seen in words:
        text, box = seen.word.text, seen.word.box
        lefts = {(box.x0 - SAME_PLACE) // (2 * SAME_PLACE), (box.x0 + SAME_PLACE) // (2 * SAME_PLACE)}
        tops = {(box.top - SAME_PLACE) // (2 * SAME_PLACE), (box.top + SAME_PLACE) // (2 * SAME_PLACE)}
        near = [at[key] for x in lefts for y in tops if (key := (text, x, y)) in at]
        if any(abs(b.x0 - box.x0) < SAME_PLACE and abs(b.top - box.top) < SAME_PLACE for b in near):
            continue
        at[text, box.x0 // (2 * SAME_PLACE), box.top // (2 * SAME_PLACE)] = box
        kept.append(seen)
    return kept


class _Styles:
    """The styles of a page's text objects, each read once."""

    def __init__(self, textpage: Any, frame: Frame) -> None:
        self._textpage = textpage
        self._frame = frame
        self._known: dict[int, Style] = {}
        self._bold: dict[int, bool] = {}

    def of(self, index: int) -> Style:
        """Return the style of the character at `index`."""
        handle = raw.FPDFText_GetTextObject(self._textpage, index)
        address = address_of(handle)
        if address not in self._known or not address:
            self._known[address] = self._read(handle, address, index)
        return self._known[address]

    def is_level(self, index: int) -> bool:
        """Say whether the character runs along the page's lines."""
        style = self.of(index)
        return style.level and style.turns == self._frame.turns

    def _read(self, handle: Any, address: int, index: int) -> Style:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._textpage, index, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        size = raw.FPDFText_GetFontSize(self._textpage, index) * (scale or 1.0)
        quarter = raw.FPDFText_GetCharAngle(self._textpage, index) / (math.pi / 2)
        level = abs(quarter - round(quarter)) < 0.05
        mode, light, alpha, bold, font = 0, 0, 255, False, 0
        if address:
            mode = raw.FPDFTextObj_GetTextRenderMode(handle)
            light, alpha = fill_of(handle)
            bold = self._is_bold(handle, index)
            font = address_of(raw.FPDFTextObj_GetFont(handle))
        turns = _turns_of(round(quarter))
        return Style(round(size, 1), bold or mode == 2, turns, level, mode, light, alpha, address, font)

    def _is_bold(self, handle: Any, index: int) -> bool:
        font = raw.FPDFTextObj_GetFont(handle)
        key = address_of(font)
        if key not in self._bold:
            name = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, 256)
            text = name.value.decode("latin-1").lower()
            heavy = any(word in text for word in ("bold", "black", "heavy", "semibold", "demi", "-bd", ",bd"))
            self._bold[key] = heavy or raw.FPDFFont_GetWeight(font) >= 600
        return self._bold[key]


# ---------------------------------------------------------------- pages without text
def _recognise_images(page: Any, content: PageContent, drawn: Drawn) -> bool:
    """Recognise a page without text from its drawing; say whether it was: its pictures then need no other look."""
    letters = sum(c.isalnum() for w in content.words for c in w.text)
    width, height = content.frame
    pictured = sum((b.x1 - b.x0) * (b.bottom - b.top) for b in drawn.images) > MIN_IMAGE_SHARE * width * height
    if letters >= MIN_LETTERS or (letters and not pictured):
        return False
    if drawn.objects <= len(drawn.order):
        if not letters and not content.notes:
            content.problems.append(
                Problem("no_text", f"Page {content.number} is blank: it has no text.", content.number)
            )
        return True
    scale = min(OCR_SCALE, math.sqrt(MAX_OCR_PIXELS / max(width * height, 1.0)))
    before = list(content.words)
    known = len(content.problems)
    fill_from_image(content, draw_grey(page, scale), scale)
    if not content.ocr and (before or content.notes):
        del content.problems[known:]
    return True
