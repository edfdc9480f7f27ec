# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Ways to put words into a file that a person who looks at it does not see: sixteen tricks, each in five strengths."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import openpyxl
from openpyxl.styles import Font, PatternFill
from reportlab.lib.colors import CMYKColor, Color, white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.bad_inputs.pdf_files import DEJAVU, PAGE, drawn, parts, pdf, stream, text_of
from tests.text.pdf_pages import body, turned
from tests.text.word_files import cell, paragraph, part, row, run, table, word_file

PLANTED = "tonight ninety apprentices donate forty thousand pounds yearly towards libraries elsewhere"
VISIBLE = [
    "Our depot stands in the north of the borough and serves nine parishes.",
    "We have worked with the council since the bridge was built.",
    "Staff meet each month and tell the board what was learned.",
]
MUST_BE_FOUND = frozenset({"white", "invisible mode", "off the page"})
"""Tricks of which none may be missed; the Word file's own way of hiding is among the invisible modes."""
LETTER_TRICKS = {"letters without width": "invisible_characters", "look-alike letters": "look_alike_letters"}


@dataclass(frozen=True, slots=True)
class Trick:
    """A file with planted words. `planted` is None where the trick is in the letters, which stay in the text."""

    name: str
    strength: int
    form: str
    make: Callable[[], bytes]
    planted: str | None = PLANTED

    @property
    def flag(self) -> str:
        return LETTER_TRICKS.get(self.name, "hidden_text")


def all_tricks() -> Iterator[Trick]:
    """Yield every trick in every strength and format in which it can be played."""
    for form, table_of in (("PDF", pdf_tricks()), ("DOCX", docx_tricks()), ("XLSX", xlsx_tricks())):
        for name, makes in table_of.items():
            assert len(makes) == 5, (form, name)
            for strength, make in enumerate(makes, 1):
                yield Trick(name, strength, form, make, planted_by(name, strength))


def planted_by(name: str, strength: int) -> str | None:
    """Return the words that a trick stores and does not show."""
    if name in LETTER_TRICKS:
        return None
    return stored_by(LYING_SHARES[strength - 1]) if name == "lying letters" else PLANTED


LYING_SHARES = (1.0, 0.9, 0.8, 0.65, 0.5)
SHOWN = "the park keeper sweeps all of the leaves each morning before the gates are opened wide to visitors"


def stored_by(share: float) -> str:
    """Return the planted words with their last letters those that are shown: only the first ones lie."""
    count = round(share * len(PLANTED))
    return PLANTED[:count] + SHOWN[count : len(PLANTED)]


Makes = dict[str, list[Callable[[], bytes]]]


def disguised(strength: int) -> str:
    """Return the planted words with as many letters of another alphabet as the strength says."""
    out, left = [], strength
    for letter in PLANTED:
        swapped = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с"}.get(letter) if left else None
        left -= swapped is not None
        out.append(swapped or letter)
    return "".join(out)


def parted(strength: int) -> str:
    """Return the planted words with characters without width inside."""
    mark = "\u200b\u200c\u200d\u2060\ufeff"[strength - 1]
    return " ".join(w[:2] + mark + w[2:] if i % 2 else w for i, w in enumerate(PLANTED.split()))


# ---------------------------------------------------------------- PDF
def page(plant: Callable[[Canvas], None], before: Callable[[Canvas], None] | None = None) -> bytes:
    """Return a page of ordinary text with something planted after it."""

    def draw(canvas: Canvas) -> None:
        if before:
            before(canvas)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont("Helvetica", 11)
        body(canvas)
        canvas.setFont("Helvetica", 11)
        plant(canvas)

    return drawn(draw)


def in_colour(colour: Color, size: float = 11) -> Callable[[Canvas], None]:
    def plant(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        canvas.setFillColor(colour)
        canvas.drawString(60, 300, PLANTED)

    return plant


def on_ground(ground: Color, text: Color) -> bytes:
    def plant(canvas: Canvas) -> None:
        canvas.setFillColor(ground)
        canvas.rect(40, 280, 520, 60, stroke=0, fill=1)
        canvas.setFillColor(text)
        canvas.drawString(60, 300, PLANTED)

    return page(plant)


def in_mode(mode: int, size: float, y: float) -> bytes:
    def plant(canvas: Canvas) -> None:
        text = canvas.beginText(60, y)
        text.setFont("Helvetica", size)
        text.setTextRenderMode(mode)
        text.textLine(PLANTED)
        canvas.drawText(text)

    return page(plant)


def at(x: float, y: float) -> bytes:
    return page(lambda c: c.drawString(x, y, PLANTED))


def covered(kind: int) -> bytes:
    def plant(canvas: Canvas) -> None:
        canvas.drawString(60, 300, PLANTED)
        if kind == 4:
            from PIL import Image
            from reportlab.lib.utils import ImageReader

            canvas.drawImage(ImageReader(Image.new("RGB", (50, 20), (240, 240, 240))), 50, 290, 500, 30)
            return
        canvas.setFillColor((white, Color(0.98, 0.98, 0.98), Color(0.2, 0.3, 0.5), white)[kind])
        for i in range(1 if kind < 3 else 6):
            canvas.rect(50 + 85 * i, 290, 500 if kind < 3 else 86, 30, stroke=0, fill=1)

    return page(plant)


def clipped(left: float, bottom: float, width: float, height: float) -> bytes:
    def plant(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(left, bottom, width, height)
        canvas.clipPath(path, stroke=0, fill=0)
        canvas.drawString(60, 300, PLANTED)

    return page(plant)


def see_through(alpha: float) -> bytes:
    def plant(canvas: Canvas) -> None:
        canvas.setFillAlpha(alpha)
        canvas.drawString(60, 300, PLANTED)

    return page(plant)


def sized(size: float) -> bytes:
    def plant(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        canvas.drawString(60, 300, PLANTED)

    return page(plant)


def scaled(factor: float) -> bytes:
    def plant(canvas: Canvas) -> None:
        canvas.translate(60, 300)
        canvas.scale(factor, factor)
        canvas.drawString(0, 0, PLANTED)

    return page(plant)


def squeezed(percent: float) -> bytes:
    def plant(canvas: Canvas) -> None:
        text = canvas.beginText(60, 300)
        text.setHorizScale(percent)
        text.textLine(PLANTED)
        canvas.drawText(text)

    return page(plant)


def layered(kind: int) -> bytes:
    """Return a page with words on a layer that is switched off, in one of the ways in which that can be said."""
    group = b"<< /Type /OCG /Name (Draft) >>"
    view = b"<< /Type /OCG /Name (Draft) /Usage << /View << /ViewState /OFF >> >> >>"
    default = (
        b"<< /OFF [10 0 R] /Order [10 0 R] >>", b"<< /BaseState /OFF >>", b"<< /OFF [10 0 R] /Locked [10 0 R] >>",
        b"<< /AS [<< /Event /View /Category [/View] /OCGs [10 0 R] >>] >>", b"<< /OFF [10 0 R] >>",
    )[kind]  # fmt: skip
    planted = b"BT /F1 11 Tf 60 300 Td (%s) Tj ET" % PLANTED.encode()
    wrapped = b"/L Do" if kind == 4 else b"/OC /L BDC " + planted + b" EMC"
    shown = text_of(*VISIBLE * 4)
    objects = parts(shown + b" " + wrapped, b"", b"/OCProperties << /OCGs [10 0 R] /D " + default + b" >>")
    objects[10] = view if kind == 3 else group
    if kind == 2:  # a group of groups
        objects[11] = b"<< /Type /OCMD /OCGs [10 0 R] /P /AllOn >>"
    objects[12] = stream(
        planted,
        b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /OC 10 0 R /Resources << /Font << /F1 4 0 R >> >> ",
    )
    link = b"/Properties << /L %d 0 R >> /XObject << /L 12 0 R >>" % (11 if kind == 2 else 10)
    objects[PAGE] = objects[PAGE].replace(b"/Resources <<", b"/Resources << " + link)
    return pdf(objects)


def lying(share: float) -> bytes:
    """Return a page whose letters are drawn as ordinary words and read as the planted ones, by a lying map."""
    shown, reads = SHOWN[: len(PLANTED)], stored_by(share)
    codes = list(range(len(PLANTED)))  # each place has a code of its own, so that the map may say anything of it
    pairs = b" ".join(b"<%02X> <%04X>" % (33 + i, ord(reads[i])) for i in codes)
    blocks = b"1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar %s endbfchar" % (len(codes), pairs)
    names = {" ": "space"}
    differences = b" ".join(b"/" + names.get(shown[i], shown[i]).encode() for i in codes)
    body_text = text_of(*VISIBLE[:1])
    objects = parts(body_text + b" BT /F2 11 Tf 60 300 Td <" + bytes(33 + i for i in codes).hex().encode() + b"> Tj ET")
    objects[10] = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [33 "
        + differences
        + b"] >> /ToUnicode 11 0 R >>"
    )
    objects[11] = stream(b"/CIDInit /ProcSet findresource begin begincmap " + blocks + b" endcmap end")
    objects[PAGE] = objects[PAGE].replace(b"/F1 4 0 R", b"/F1 4 0 R /F2 10 0 R")
    return pdf(objects)


def in_dejavu(text: str) -> bytes:
    def plant(canvas: Canvas) -> None:
        if "DejaVu" not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont("DejaVu", DEJAVU))
        canvas.setFont("DejaVu", 10)
        canvas.drawString(60, 300, text)

    return page(plant)


def cropped(x: float, y: float, box: tuple[float, float, float, float]) -> bytes:
    return turned(at(x, y), 0, box)


def pdf_tricks() -> Makes:
    grey = [Color(g, g, g) for g in (0.985, 0.98, 0.975, 0.97, 0.965)]
    whites = [white, Color(1, 1, 1), CMYKColor(0, 0, 0, 0), Color(0.999, 1, 1), Color(1, 0.995, 0.99)]
    grounds = [Color(0.1, 0.2, 0.5), Color(0.8, 0.1, 0.1), Color(0, 0, 0), Color(0.9, 0.9, 0.6), Color(0.5, 0.5, 0.5)]
    crop = (40.0, 350.0, 570.0, 830.0)
    return {
        "white": [partial(page, in_colour(c, s)) for c, s in zip(whites, (11, 8, 14, 20, 9), strict=True)],
        "nearly white": [partial(page, in_colour(c)) for c in grey],
        "colour of its ground": [partial(on_ground, c, c) for c in grounds],
        "invisible mode": [partial(in_mode, m, s, y) for m, s, y in ((3, 11, 300), (3, 8, 200), (3, 20, 100), (3, 11, 790), (7, 11, 300))],
        "off the page": [partial(at, x, y) for x, y in ((-600, 300), (700, 300), (60, 900), (60, -40), (5000, 5000))],
        "outside the crop": [partial(cropped, x, y, crop) for x, y in ((60, 300), (60, 200), (60, 100), (60, 30), (60, 320))],
        "covered": [partial(covered, k) for k in range(5)],
        "clipped": [partial(clipped, *b) for b in ((0, 0, 10, 10), (60, 315, 400, 20), (500, 700, 50, 50), (60, 250, 400, 30), (-50, -50, 20, 20))],
        "see-through": [partial(see_through, a) for a in (0, 0.01, 0.02, 0.03, 0.04)],
        "tiny print": [partial(sized, s) for s in (0.5, 1, 2, 3, 3.5)],
        "tiny by scaling": [partial(scaled, f) for f in (0.001, 0.01, 0.05, 0.1, 0.25)],
        "squeezed": [partial(squeezed, p) for p in (0.5, 1, 2, 4, 6)],
        "layer switched off": [partial(layered, k) for k in range(5)],
        "lying letters": [partial(lying, s) for s in LYING_SHARES],
        "letters without width": [partial(in_dejavu, parted(s)) for s in range(1, 6)],
        "look-alike letters": [partial(in_dejavu, disguised(s)) for s in (1, 2, 4, 7, 10)],
    }  # fmt: skip


# ---------------------------------------------------------------- DOCX
def with_run(properties: str, text: str = PLANTED) -> bytes:
    return word_file("".join(paragraph(v) for v in VISIBLE) + paragraph(run(VISIBLE[0] + " "), run(text, properties)))


def with_paragraph(properties: str, look: str = "") -> bytes:
    return word_file("".join(paragraph(v) for v in VISIBLE) + paragraph(run(PLANTED, look), properties=properties))


def in_cell(fill: str, look: str) -> bytes:
    rows = row("Measure", "Offer") + row(
        "Trees", cell(paragraph(run(PLANTED, look)), f'<w:shd w:val="clear" w:fill="{fill}"/>')
    )
    return word_file(paragraph(VISIBLE[0]) + table(rows))


def with_style(look: str) -> bytes:
    style = f'<w:style w:type="paragraph" w:styleId="Note"><w:name w:val="Note"/><w:rPr>{look}</w:rPr></w:style>'
    from tests.bad_inputs.office_files import with_parts

    made = word_file(paragraph(VISIBLE[0]) + paragraph(PLANTED, properties='<w:pStyle w:val="Note"/>'))
    return with_parts(made, {"word/styles.xml": part("styles", style)})


def docx_tricks() -> Makes:
    def colour(value: str) -> str:
        return f'<w:color w:val="{value}"/>'

    fade = '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="{}"/></w14:srgbClr></w14:solidFill></w14:textFill>'
    frame = '<w:framePr w:w="4000" w:hSpace="0" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="{}" w:y="{}"/>'
    return {
        "white": [
            partial(with_run, colour("FFFFFF")),
            partial(with_run, '<w:color w:themeColor="background1" w:val="FFFFFF"/>'),
            partial(with_style, colour("FFFFFF")),
            partial(in_cell, "auto", colour("FFFFFF")),
            partial(with_run, colour("ffffff") + '<w:sz w:val="40"/>'),
        ],
        "nearly white": [partial(with_run, colour(v)) for v in ("FEFEFE", "FCFCFC", "FAFAFA", "F8F8F8", "F6F6F6")],
        "colour of its ground": [
            partial(in_cell, "1F3864", colour("1F3864")),
            partial(with_run, colour("FFFF00") + '<w:highlight w:val="yellow"/>'),
            partial(with_run, colour("00B050") + '<w:shd w:val="clear" w:fill="00B050"/>'),
            partial(with_paragraph, '<w:shd w:val="clear" w:fill="D9D9D9"/>', colour("D9D9D9")),
            partial(with_run, colour("000000") + '<w:highlight w:val="black"/>'),
        ],
        "invisible mode": [
            partial(with_run, "<w:vanish/>"),
            partial(with_run, '<w:vanish w:val="true"/>'),
            partial(with_style, "<w:vanish/>"),
            partial(with_paragraph, '<w:rPr><w:vanish/></w:rPr>', "<w:vanish/>"),
            partial(with_run, '<w:rStyle w:val="Ghost"/><w:vanish/>'),
        ],
        "off the page": [
            partial(with_paragraph, frame.format(-9000, 500)),
            partial(with_paragraph, frame.format(30000, 500)),
            partial(with_paragraph, frame.format(500, -9000)),
            partial(with_paragraph, '<w:ind w:left="-20000" w:right="20000"/>'),
            partial(with_paragraph, '<w:ind w:left="30000"/>'),
        ],
        "clipped": [
            partial(with_paragraph, f'<w:spacing w:line="{n}" w:lineRule="exact"/>') for n in (1, 10, 20, 30, 40)
        ],
        "see-through": [partial(with_run, fade.format(a)) for a in (100000, 99000, 98000, 97000, 96000)],
        "tiny print": [partial(with_run, f'<w:sz w:val="{n}"/>') for n in (1, 2, 3, 4, 6)],
        "squeezed": [partial(with_run, f'<w:w w:val="{n}"/>') for n in (1, 2, 3, 4, 5)],
        "letters without width": [partial(with_run, "", parted(s)) for s in range(1, 6)],
        "look-alike letters": [partial(with_run, "", disguised(s)) for s in (1, 2, 4, 7, 10)],
    }  # fmt: skip


# ---------------------------------------------------------------- XLSX
def in_book(change: Callable[[openpyxl.Workbook], None], text: str = PLANTED, place: str = "B4") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Offer"
    for line in (["Measure", "Promise"], ["Jobs", "Two people from the borough"], ["Skills", "Six visits to schools"]):
        sheet.append(line)
    sheet["A4"] = "Other"
    sheet[place] = text
    change(book)
    stream_ = io.BytesIO()
    book.save(stream_)
    return stream_.getvalue()


def looking(font: Font | None = None, fill: PatternFill | None = None, form: str | None = None) -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        target = book.active["B4"]
        if font:
            target.font = font
        if fill:
            target.fill = fill
        if form:
            target.number_format = form

    return in_book(change)


def on_other_sheet(state: str, place: str) -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        other = book.create_sheet("Data")
        other[place] = PLANTED
        other.sheet_state = state
        book.active["B4"] = "Nothing more"

    return in_book(change)


def hidden_lines(kind: int) -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.active
        if kind == 0:
            sheet.row_dimensions[4].hidden = True
        elif kind == 1:
            sheet.column_dimensions["B"].hidden = True
        elif kind == 2:
            sheet.row_dimensions[4].height = 0.1
        elif kind == 3:
            sheet.column_dimensions["B"].width = 0.05
        else:
            sheet.column_dimensions.group("B", "D", hidden=True)

    return in_book(change)


def xlsx_tricks() -> Makes:
    def solid(colour: str) -> PatternFill:
        return PatternFill("solid", fgColor=colour)

    from openpyxl.styles.colors import Color as CellColour

    return {
        "white": [
            partial(looking, Font(color="FFFFFFFF")),
            partial(looking, Font(color="00FFFFFF")),
            partial(looking, Font(color=CellColour(theme=0))),
            partial(looking, Font(color=CellColour(indexed=9))),
            partial(looking, Font(color="FFFFFFFF", size=20, bold=True)),
        ],
        "nearly white": [partial(looking, Font(color="FF" + v)) for v in ("FEFEFE", "FCFCFC", "FAFAFA", "F8F8F8", "F6F6F6")],
        "colour of its ground": [
            partial(looking, Font(color="FF" + c), solid("FF" + c)) for c in ("1F3864", "FFFF00", "00B050", "D9D9D9", "000000")
        ],
        "invisible mode": [partial(looking, None, None, f) for f in (";;;", ";;", '"";"";"";""', ';;;""', '\\ ;\\ ;\\ ;\\ ')],
        "off the page": [
            partial(on_other_sheet, "hidden", "A1"),
            partial(on_other_sheet, "veryHidden", "A1"),
            partial(on_other_sheet, "hidden", "ZZ999"),
            partial(on_other_sheet, "veryHidden", "XFD1048576"),
            partial(on_other_sheet, "hidden", "B2"),
        ],
        "hidden rows and columns": [partial(hidden_lines, k) for k in range(5)],
        "tiny print": [partial(looking, Font(size=s)) for s in (1, 1.5, 2, 2.5, 3)],
        "letters without width": [partial(in_book, lambda _: None, parted(s)) for s in range(1, 6)],
        "look-alike letters": [partial(in_book, lambda _: None, disguised(s)) for s in (1, 2, 4, 7, 10)],
    }  # fmt: skip
