"""A scanner's layer of text is compared with its image: an honest one is kept, a lying one set apart."""

from __future__ import annotations

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from svdocs.text.document import BODY_KINDS, BlockKind
from svdocs.text.ocr import find_tesseract
from svdocs.text.pdf import read_pdf, render_page
from svdocs.text.pdf_layers import agrees
from svdocs.text.reading import Reading
from tests.text.pdf_pages import draw, text_lines

pytestmark = pytest.mark.skipif(find_tesseract() is None, reason="tesseract is not installed")

SHOWN = [
    "Our price for the second year rises with the cost of wages.",
    "Travel is charged at the rates of the schedule for lot three.",
    "Invoices are sent each quarter and settled within thirty days.",
    "The help desk is open from eight until six on working days.",
]
TOLD = [
    "We will recruit forty apprentices from the poorest wards each year.",
    "Every school near the depot gets ten visits by our engineers.",
    "All vans run on electricity before the contract has begun.",
    "A food bank and a youth club are funded out of our profits.",
]
MISREAD = [line.replace("rice", "ricc").replace("ll", "l1").replace("o", "0", 2) for line in SHOWN]


def layered(told: list[str], mode: int = 3) -> bytes:
    """Return a scan with an invisible layer of text over it, or a visible one under it."""
    image = render_page(draw(lambda c: text_lines(c, 60, 700, SHOWN, step=18)), 1, 200 / 72).convert("L")

    def page(c: Canvas) -> None:
        if mode == 3:
            c.drawImage(ImageReader(image), 0, 0, 595, 842)
        text = c.beginText(60, 700)
        text.setFont("Helvetica", 11)
        text.setTextRenderMode(mode)
        text.setLeading(18)
        for line in told:
            text.textLine(line)
        c.drawText(text)
        if mode != 3:
            c.drawImage(ImageReader(image), 0, 0, 595, 842)

    return draw(page)


def body(reading: Reading) -> str:
    return " ".join(reading.text[b.span.start : b.span.end] for b in reading.blocks if b.kind in BODY_KINDS)


@pytest.mark.parametrize("mode", [3, 0])
def test_a_layer_that_says_something_else_is_hidden_text_and_what_can_be_seen_is_read(mode: int) -> None:
    reading = read_pdf(layered(TOLD, mode))
    assert [f.code for f in reading.flags] == ["hidden_text"]
    assert "apprentices" in reading.flags[0].text
    assert "apprentices" not in body(reading)
    assert body(reading) == " ".join(SHOWN)
    assert any(b.kind is BlockKind.hidden for b in reading.blocks)
    assert reading.pages[0].ocr


@pytest.mark.parametrize("told", [SHOWN, MISREAD], ids=["honest", "misread"])
def test_an_honest_layer_is_kept_even_where_the_scanner_misread(told: list[str]) -> None:
    reading = read_pdf(layered(told))
    assert not reading.flags
    assert all(w.confidence is None for w in reading.words)
    assert body(reading) == " ".join(told)


def test_an_image_with_few_words_bears_no_witness() -> None:
    assert agrees(TOLD[0].split(), ["Oakmere", "Ltd"]) is None
    assert agrees(["tree"], SHOWN[0].split()) is None
