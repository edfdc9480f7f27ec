"""Pictures of text on pages with text are read where they stand; photographs, logos and layered scans add nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from svdocs.text import pictures
from svdocs.text.document import BlockKind, Box
from svdocs.text.layout import PageWord
from svdocs.text.ocr import find_tesseract
from svdocs.text.pdf import read_pdf, render_page
from svdocs.text.pictures import is_credible, join_tiles, looks_like_text
from svdocs.text.reading import Reading
from tests.text.pdf_pages import body, draw, text_lines, turned

needs_tesseract = pytest.mark.skipif(find_tesseract() is None, reason="tesseract is not installed")


def small_table(c: Canvas) -> None:
    for y in (20, 45, 70, 95):
        c.line(20, y, 380, y)
    for x in (20, 240, 380):
        c.line(x, 20, x, 95)
    text_lines(c, 26, 78, ["Measure", "Trees planted", "Apprentices trained"], step=25)
    text_lines(c, 246, 78, ["Target", "300 trees", "12 people"], step=25)


def picture_of(page: Callable[[Canvas], None], dots: int = 200, size: tuple[float, float] = (400, 110)) -> Image.Image:
    return render_page(draw(page, size=size), 1, dots / 72).convert("L")


def pasted(image: Image.Image, height: float = 110) -> bytes:
    """Return a page with text above and below an image."""

    def page(c: Canvas) -> None:
        body(c, 4, 780)
        c.drawImage(ImageReader(image), 80, 560, 400, height)
        body(c, 4, 520)

    return draw(page)


def texts(reading: Reading) -> list[str]:
    return [reading.text[b.span.start : b.span.end] for b in reading.blocks]


TABLE = ["Measure | Target", "Trees planted | 300 trees", "Apprentices trained | 12 people"]


@needs_tesseract
def test_a_pasted_table_is_read_between_the_paragraphs_where_it_stands() -> None:
    reading = read_pdf(pasted(picture_of(small_table)))
    found = texts(reading)
    assert found[4:7] == TABLE
    assert [text[:14] for text in found[:4] + found[7:]] == [f"Visible line {i}" for i in (0, 1, 2, 3) * 2]
    assert [b.kind for b in reading.blocks[4:7]] == [BlockKind.table_row] * 3
    assert not reading.pages[0].ocr


@needs_tesseract
@pytest.mark.parametrize("rotation", [0, 90])
def test_the_picture_words_have_confidence_and_their_place_on_the_page_as_shown(rotation: int) -> None:
    data = turned(pasted(picture_of(small_table)), rotation)
    reading = read_pdf(data)
    words = {reading.text[w.span.start : w.span.end]: w for w in reading.words}
    assert words["Visible"].confidence is None
    trees = words["Trees"]
    assert trees.confidence is not None
    assert trees.confidence > 0.6
    box, scale = trees.boxes[0], 4
    ink = np.asarray(render_page(data, 1, scale).convert("L"))
    part = ink[int(box.top * scale) : int(box.bottom * scale), int(box.x0 * scale) : int(box.x1 * scale)]
    assert part.min() < 100
    left, top = (106, 842 - 560 - 53 - 8) if not rotation else (560 + 53 - 8, 106)
    assert abs(box.x0 - left) < 12
    assert abs(box.top - top) < 14


@needs_tesseract
def test_words_that_lie_over_a_picture_as_its_own_text_are_not_doubled() -> None:
    lines = [f"Line {i} of a letter in which the council thanks us for planting trees." for i in range(14)]
    image = picture_of(lambda c: text_lines(c, 10, 370, lines, step=25), size=(400, 400))

    def page(c: Canvas) -> None:
        body(c, 4, 800)
        c.drawImage(ImageReader(image), 80, 300, 400, 400)
        text = c.beginText(90, 670)
        text.setTextRenderMode(3)
        text.setFont("Helvetica", 11)
        text.setLeading(25)
        for line in lines:
            text.textLine(line)
        c.drawText(text)

    reading = read_pdf(draw(page))
    assert all(w.confidence is None for w in reading.words)
    assert reading.text.count("planting") == len(lines)


def photograph(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0, 1, (12, 40))
    spread = np.clip(128 + 60 * noise, 0, 255).astype(np.uint8)
    return Image.fromarray(spread).resize((800, 240), Image.Resampling.BICUBIC)


def logo(c: Canvas) -> None:
    c.circle(60, 55, 40, fill=1)
    c.setFont("Helvetica-Bold", 40)
    c.drawString(120, 40, "Oakmere")


@needs_tesseract
@pytest.mark.parametrize("image", [photograph(1), photograph(2), picture_of(logo)], ids=["photo", "photo 2", "logo"])
def test_photographs_and_logos_add_nothing(image: Image.Image) -> None:
    reading = read_pdf(pasted(image))
    assert all(w.confidence is None for w in reading.words)
    assert not reading.problems
    assert not reading.flags


def test_a_photograph_is_told_from_text_before_it_is_recognised() -> None:
    assert not looks_like_text(np.asarray(photograph(3)))
    assert looks_like_text(np.asarray(picture_of(small_table)))


def test_text_in_pictures_that_could_not_be_read_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_tesseract", lambda: None)
    reading = read_pdf(pasted(picture_of(small_table)))
    assert [(f.code, f.page) for f in reading.flags] == [("pictures", 1)]


def test_too_many_pictures_are_flagged_and_a_failing_recognition_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 0)
    monkeypatch.setattr(pictures, "find_tesseract", lambda: "tesseract")
    assert [f.code for f in read_pdf(pasted(picture_of(small_table))).flags] == ["pictures"]
    monkeypatch.setattr(pictures, "MOST_PICTURES", 4)
    monkeypatch.setattr("svdocs.text.ocr.find_tesseract", lambda: "/bin/false")
    assert [p.code for p in read_pdf(pasted(picture_of(small_table))).problems] == ["ocr_failed"]


def test_strips_of_one_scan_are_one_picture() -> None:
    strips = [Box(0, 30.0 * i, 200, 30.0 * i + 30) for i in range(5)]
    assert join_tiles([*strips, Box(300, 0, 400, 40)]) == [Box(0, 0, 200, 150), Box(300, 0, 400, 40)]


@pytest.mark.parametrize(
    ("words", "credible"),
    [
        ("Trees planted along lanes", True),
        ("Trees planted along 300 | ~ lanes", True),
        ("Oakmere Ltd", False),
        ("x1 ~~ |l ii -- planted '' ,. along", False),
        ("", False),
    ],
)
def test_only_several_sure_words_are_credible(words: str, credible: bool) -> None:
    box = Box(0, 0, 1, 1)
    assert is_credible([PageWord(t, 1, box, box, 10, confidence=0.9) for t in words.split()]) == credible
    assert not is_credible([PageWord(t, 1, box, box, 10, confidence=0.4) for t in words.split()])
