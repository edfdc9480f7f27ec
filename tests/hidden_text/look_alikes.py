"""Clean files that look as if they hid something: scans with their text, white on dark, watermarks, small print."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import openpyxl
from openpyxl.styles import Font, PatternFill
from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from svdocs.text.pdf import render_page
from tests.bad_inputs.pdf_files import drawn
from tests.text.pdf_pages import body
from tests.text.word_files import cell, paragraph, part, row, run, table, word_file

NAMES = ("Brightwater", "Harbour Works", "Northgate", "Fieldway", "Oakmere")
PROMISES = (
    "We will recruit five apprentices from the borough by March 2028.",
    "Our team will give 200 hours to local schools and colleges each year.",
    "We shall cut the carbon of our fleet by 30% before 2030.",
    "Twelve weeks of work experience will be offered to young people in care.",
    "At least 40% of the contract's value goes to small firms within 20 miles.",
    "£12,500 a year will support the food bank and the youth club.",
)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A clean file, with the kind of look that a careless reader would call hidden."""

    kind: str
    number: int
    form: str
    make: Callable[[], bytes]

    @property
    def file_name(self) -> str:
        return {"PDF": "bid.pdf", "DOCX": "bid.docx", "XLSX": "toms.xlsx"}[self.form]


def all_look_alikes() -> Iterator[LookAlike]:
    """Yield the clean files: 300 in all."""
    for kind, form, make, count in (
        ("words over a scan", "PDF", scan_with_words, 20),
        ("white on dark", "PDF", white_on_dark, 30),
        ("watermark", "PDF", watermark, 30),
        ("small print", "PDF", small_print, 30),
        ("coloured headings", "PDF", coloured_headings, 25),
        ("grey captions", "PDF", grey_captions, 25),
        ("band at the head", "PDF", head_band, 25),
        ("shaded rows", "PDF", shaded_rows, 20),
        ("highlighter", "PDF", highlighter, 10),
        ("words on a picture", "PDF", on_a_picture, 10),
        ("white on dark", "DOCX", word_dark_header, 20),
        ("small print", "DOCX", word_small_print, 10),
        ("coloured headings", "DOCX", word_colours, 15),
        ("tight lines", "DOCX", word_tight_lines, 5),
        ("white on dark", "XLSX", book_dark_header, 15),
        ("grey notes", "XLSX", book_grey, 10),
    ):
        for number in range(count):
            yield LookAlike(kind, number, form, partial(make, number))


def promise(number: int) -> str:
    return PROMISES[number % len(PROMISES)]


def name(number: int) -> str:
    return NAMES[number % len(NAMES)]


def shade(number: int, low: float, high: float, of: int = 10) -> float:
    """Return a value between two, by the number."""
    return low + (high - low) * (number % of) / (of - 1)


# ---------------------------------------------------------------- PDF
def write(canvas: Canvas, number: int, top: float = 700, lines: int = 12) -> None:
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("Helvetica", 10.5)
    for i in range(lines):
        canvas.drawString(60, top - 16 * i, promise(number + i))


@lru_cache(maxsize=4)
def _page_image(number: int) -> Image.Image:
    return render_page(drawn(lambda c: write(c, number)), 1, 2.0)


def scan_with_words(number: int) -> bytes:
    image = _page_image(number).convert("L")
    if number % 2:
        image = image.point(lambda x: min(255, x + 10 + number))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), 0, 0, 595, 842)
        text = canvas.beginText(60, 700)
        text.setFont("Helvetica", 10.5)
        text.setTextRenderMode(3)
        text.setLeading(16)
        for i in range(12):
            text.textLine(promise(number + i))
        canvas.drawText(text)

    return drawn(draw)


def white_on_dark(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        dark = shade(number, 0.0, 0.55)
        canvas.setFillColor(Color(dark * 0.6, dark * 0.8, dark))
        canvas.rect(50, 600, 480, 60, stroke=0, fill=1)
        light = shade(number // 10, 1.0, 0.92, 3)
        canvas.setFillColor(Color(light, light, light))
        canvas.setFont("Helvetica-Bold" if number % 2 else "Helvetica", 9 + number % 8)
        canvas.drawString(60, 630, promise(number)[:52])
        canvas.drawString(60, 608, name(number))
        write(canvas, number, 560)

    return drawn(draw)


def watermark(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        write(canvas, number, lines=25)
        canvas.saveState()
        canvas.translate(120, 250)
        canvas.rotate((45, 0, 60)[number % 3])
        canvas.setFont("Helvetica-Bold", 50 + 4 * (number % 8))
        if number % 2:
            canvas.setFillAlpha(shade(number, 0.08, 0.3))
        else:
            grey = shade(number, 0.8, 0.93)
            canvas.setFillColorRGB(grey, grey, grey)
        canvas.drawString(0, 0, ("DRAFT", "CONFIDENTIAL", "COPY", "SAMPLE")[number % 4])
        canvas.restoreState()

    return drawn(draw)


def small_print(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        write(canvas, number)
        size = shade(number, 5, 7)
        canvas.setFont(("Helvetica", "Times-Roman", "Courier")[number % 3], size)
        grey = shade(number // 3, 0, 0.45)
        canvas.setFillColorRGB(grey, grey, grey)
        for i in range(4):
            canvas.drawString(60, 90 - 8 * i, f"{i + 1} " + promise(number + i))

    return drawn(draw)


def coloured_headings(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        colours = (
            (0.9, 0.5, 0.1),
            (0.1, 0.6, 0.3),
            (0.2, 0.4, 0.9),
            (0.8, 0.7, 0.1),
            (0.6, 0.8, 0.2),
            (0.4, 0.75, 0.9),
        )
        canvas.setFillColorRGB(*colours[number % len(colours)])
        canvas.setFont("Helvetica-Bold", 14 + number % 7)
        canvas.drawString(60, 740, f"{name(number)}: our offer to residents")
        write(canvas, number)

    return drawn(draw)


def grey_captions(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        write(canvas, number)
        grey = shade(number, 0.4, 0.75)
        canvas.setFillColorRGB(grey, grey, grey)
        canvas.setFont("Helvetica-Oblique", 7.5 + number % 3)
        canvas.drawString(60, 480, f"Figure {number}: hours given by {name(number)} to schools, by year")
        canvas.rect(60, 330, 300, 140)

    return drawn(draw)


def head_band(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        for page in range(2):
            canvas.setFillColorRGB(0.1, shade(number, 0.1, 0.5), 0.4)
            canvas.rect(0, 790, 595, 52, stroke=0, fill=1)
            canvas.setFillColorRGB(1, 1, 1)
            canvas.setFont("Helvetica", 10 + number % 5)
            canvas.drawString(60, 810, f"{name(number)}: social value response")
            write(canvas, number + page, lines=20)
            canvas.setFont("Helvetica", 8)
            canvas.drawString(280, 30, f"Page {page + 1}")
            canvas.showPage()

    return drawn(draw)


def shaded_rows(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        write(canvas, number, 780, 5)
        for i in range(8):
            if i % 2 == 0:
                light = shade(number, 0.75, 0.95)
                canvas.setFillColorRGB(light, light, 1 if number % 2 else light)
                canvas.rect(60, 600 - 20 * i, 450, 20, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
            canvas.drawString(66, 606 - 20 * i, f"Measure {i}")
            canvas.drawString(300, 606 - 20 * i, f"{(i + 1) * 12} hours")
            canvas.rect(60, 600 - 20 * i, 450, 20)

    return drawn(draw)


def highlighter(number: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        write(canvas, number)
        canvas.saveState()
        canvas.setFillColor(Color(1, 1, 0, shade(number, 0.2, 0.6)))
        canvas.rect(55, 680, 400, 34, stroke=0, fill=1)
        canvas.restoreState()
        body(canvas, 3, 400)

    return drawn(draw)


def on_a_picture(number: int) -> bytes:
    photo = Image.effect_noise((300, 200), 30).point(lambda x: x // 3)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(photo), 0, 500, 595, 342)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.setFont("Helvetica-Bold", 20 + number)
        canvas.drawString(60, 640, "Social value response")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(60, 600, name(number))
        write(canvas, number, 450)

    return drawn(draw)


# ---------------------------------------------------------------- DOCX and XLSX
def word_dark_header(number: int) -> bytes:
    fill = ("1F3864", "000000", "C00000", "2E7D32", "595959")[number % 5]
    white = f'<w:color w:val="{("FFFFFF", "F2F2F2")[number % 2]}"/><w:b/>'
    head = "".join(
        cell(paragraph(run(t, white)), f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>')
        for t in ("Measure", "Target")
    )
    rows = f"<w:tr>{head}</w:tr>" + row("Apprentices", str(number)) + row("Hours", "200")
    return word_file(paragraph(promise(number)) + table(rows))


def word_small_print(number: int) -> bytes:
    size = f'<w:sz w:val="{12 + number % 4}"/><w:color w:val="7F7F7F"/>'
    return word_file(paragraph(promise(number)) + paragraph(run(promise(number + 1), size)))


def word_colours(number: int) -> bytes:
    colour = ("ED7D31", "FFC000", "70AD47", "A5A5A5", "00B0F0")[number % 5]
    heading = run(f"{name(number)}: our offer", f'<w:b/><w:color w:val="{colour}"/><w:sz w:val="32"/>')
    marked = run(promise(number + 1), '<w:highlight w:val="yellow"/>')
    head = part("hdr", paragraph(run("DRAFT", '<w:color w:val="D9D9D9"/><w:sz w:val="16"/>')))
    return word_file(paragraph(heading) + paragraph(promise(number)) + paragraph(marked), parts={"header": head})


def word_tight_lines(number: int) -> bytes:
    tight = (
        f'<w:spacing w:line="{200 + 10 * number}" w:lineRule="exact"/><w:ind w:left="{720 * number}" w:hanging="360"/>'
    )
    return word_file(paragraph(promise(number), properties=tight) + paragraph(promise(number + 1)))


def book(change: Callable[[openpyxl.Workbook], None], number: int) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Offer"
    sheet.append(["Measure", "Unit", "Target"])
    for i in range(5):
        sheet.append([f"Measure {i}", ("hours", "people", "£")[i % 3], (number + i) * 3])
    sheet.append([promise(number)])
    change(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def book_dark_header(number: int) -> bytes:
    def change(made: openpyxl.Workbook) -> None:
        fill = PatternFill("solid", fgColor=("FF1F3864", "FF000000", "FFC00000", "FF2E7D32", "FF595959")[number % 5])
        for one in made.active[1]:
            one.fill = fill
            one.font = Font(color="FFFFFFFF", bold=True, size=9 + number % 4)

    return book(change, number)


def book_grey(number: int) -> bytes:
    def change(made: openpyxl.Workbook) -> None:
        made.active["A7"].font = Font(color=("FF7F7F7F", "FFA6A6A6", "FFBFBFBF")[number % 3], italic=True, size=7)
        made.active["C2"].number_format = ("0%", "#,##0;-#,##0;;@", "£#,##0.00", '0" hours"', "0;-0;;@")[number % 5]
        made.active.row_dimensions[3].height = 9 + number

    return book(change, number)
