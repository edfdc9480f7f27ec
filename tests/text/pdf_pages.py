"""Small PDF files for the tests, drawn with reportlab."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pypdfium2 as pdfium
from reportlab.pdfgen.canvas import Canvas

LINE = "Visible line {} of the body text that says what we shall do for residents."


def draw(*pages: Callable[[Canvas], None], size: tuple[float, float] = (595, 842)) -> bytes:
    """Return a PDF file with one page for each of `pages`."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for page in pages:
        canvas.setFont("Helvetica", 11)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def body(canvas: Canvas, lines: int = 20, top: float = 780) -> None:
    """Draw lines of ordinary text."""
    for i in range(lines):
        canvas.drawString(60, top - 15 * i, LINE.format(i))


def turned(data: bytes, rotation: int, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """Return the file with its first page rotated and cut to a crop box."""
    pdf = pdfium.PdfDocument(data)
    pdf[0].set_rotation(rotation)
    if crop:
        pdf[0].set_cropbox(*crop)
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def text_lines(
    canvas: Canvas, x: float, y: float, lines: list[str], step: float = 14, font: str = "Helvetica", size: float = 11
) -> None:
    """Draw lines beneath one another."""
    canvas.setFont(font, size)
    for i, line in enumerate(lines):
        canvas.drawString(x, y - step * i, line)
