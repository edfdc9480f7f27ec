"""Builds templates/report.docx: how every report looks in Word, filled by docxtpl.

Run `python scripts/build_report_template.py` after a change and look at a report made with it. An authority may change
fonts, colours, header and footer of the template as it likes; the Jinja words between braces stay. Tables have marked
header rows and descriptions, headings are headings, the language is British English.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree
from word_parts import describe_table, mark_header, shade, take_line_from_title

TARGET = Path(__file__).parents[1] / "templates" / "report.docx"
INK, BLUE, GREY = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x12, 0x43, 0x6D), RGBColor(0x48, 0x4F, 0x54)
HEADER_FILL, PALE = "DCE6F0", "EEF3F8"
WIDTH_CM = 17.0
COLUMNS = range(2, 9)
"""For how many columns there is a table; `reports.word` refuses others."""


def main() -> int:
    """Build the template."""
    TARGET.parent.mkdir(exist_ok=True)
    document = build()
    document.save(str(TARGET))
    print(TARGET)
    return 0


def build() -> Docx:
    """Return the template."""
    document = Document()
    _set_styles(document)
    _set_page(document)
    document.add_paragraph("{{ report.authority }}", style="Authority")
    document.add_paragraph("{{ report.title }} {{ report.period }}", style="Title")
    document.add_paragraph("Made on {{ made_on }}. {{ basis }}", style="Note")
    document.add_paragraph("{%p for s in sections %}")
    document.add_paragraph("{{ s.title }}", style="Heading 1")
    document.add_paragraph("{%p for b in s.blocks %}")
    for kind, style, text in (
        ("paragraph", "Normal", "{{ b.text }}"),
        ("note", "Note", "{{ b.text }}"),
        ("question", "Question", "{{ b.text }}"),
    ):
        _when(document, kind)
        document.add_paragraph(text, style=style)
        _end(document)
    _when(document, "points")
    document.add_paragraph("{%p for l in b.lines %}")
    document.add_paragraph("{{ l }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    _end(document)
    _when(document, "picture")
    document.add_paragraph("{{ b.title }}", style="Figure Title")
    document.add_paragraph("{{ b.image }}", style="Picture")
    document.add_paragraph("{%p if b.credit %}")
    document.add_paragraph("{{ b.credit }}", style="Note")
    document.add_paragraph("{%p endif %}")
    _end(document)
    _add_story(document)
    for columns in COLUMNS:
        document.add_paragraph(f"{{%p if b.kind == 'table' and b.columns | length == {columns} %}}")
        document.add_paragraph("{{ b.caption }}", style="Figure Title")
        _add_table(document, columns)
        document.add_paragraph("", style="After Table")
        _end(document)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    return document


def _when(document: Docx, kind: str) -> None:
    document.add_paragraph(f"{{%p if b.kind == '{kind}' %}}")


def _end(document: Docx) -> None:
    document.add_paragraph("{%p endif %}")


def _add_story(document: Docx) -> None:
    _when(document, "story")
    document.add_paragraph("{{ b.title }}", style="Heading 2")
    document.add_paragraph("{{ b.about }}", style="Note")
    document.add_paragraph("{%p for part in b.parts %}")
    document.add_paragraph("{{ part.head }}", style="Heading 3")
    document.add_paragraph("{{ part.words }}", style="Story")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ b.source }}", style="Note")
    _end(document)


def _add_table(document: Docx, columns: int) -> None:
    """Add a table whose header row is marked and repeated, with one row that is repeated for each of the report's."""
    table = document.add_table(rows=1, cols=columns)
    table.style, table.autofit = "Table Grid", False
    _describe(table)
    for n, cell in enumerate(table.rows[0].cells):
        _put(cell.paragraphs[0], f"{{{{ b.columns[{n}] }}}}", "Table Head")
        shade(cell, HEADER_FILL)
    mark_header(table.rows[0])
    _put(table.add_row().cells[0].paragraphs[0], "{%tr for r in b.rows %}", "Table Text")
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for n, cell in enumerate(row.cells):
        _put(cell.paragraphs[0], f"{{{{ r[{n}] }}}}", "Table Text")
    _put(table.add_row().cells[0].paragraphs[0], "{%tr endfor %}", "Table Text")
    for column in table.columns:
        column.width = Cm(WIDTH_CM / columns)


def _describe(table: Table) -> None:
    properties = table._tbl.tblPr
    describe_table(table, "{{ b.caption }}", "{{ b.description }}")
    borders = etree.fromstring(
        '<w:tblBorders xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        + "".join(
            f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="B1B4B6"/>' for s in ("top", "bottom", "insideH")
        )
        + "".join(f'<w:{s} w:val="nil"/>' for s in ("left", "right", "insideV"))
        + "</w:tblBorders>"
    )
    margins = etree.fromstring(
        '<w:tblCellMar xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:top w:w="50" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>'
        '<w:bottom w:w="50" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    )
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)
    look = properties.find(qn("w:tblLook"))  # the first column names the row
    if look is not None:
        look.set(qn("w:firstColumn"), "1")
        look.set(qn("w:firstRow"), "1")


def _put(paragraph: Paragraph, text: str, style: str) -> None:
    paragraph.style = style
    paragraph.add_run(text)


def _set_styles(document: Docx) -> None:
    styles = document.styles
    normal = styles["Normal"]
    _font(normal, 11)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.15
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for name, size, before, after in (
        ("Title", 26, 0, 6), ("Heading 1", 17, 20, 6), ("Heading 2", 13, 14, 2), ("Heading 3", 11, 6, 0),
    ):  # fmt: skip
        style = styles[name]
        _font(style, size, bold=True, colour=BLUE)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    take_line_from_title(document)
    _font(styles["List Bullet"], 11)
    styles["List Bullet"].paragraph_format.space_after = Pt(5)
    for name, size, bold, colour, after, keep in (
        ("Authority", 13, True, INK, 4, True), ("Note", 9.5, False, GREY, 8, False),
        ("Figure Title", 11, True, INK, 4, True),
        ("Picture", 11, False, INK, 12, False), ("Table Head", 9, True, INK, 0, True),
        ("Table Text", 9.5, False, INK, 0, False), ("After Table", 6, False, INK, 6, False),
        ("Question", 11, True, BLUE, 4, True), ("Story", 11, False, INK, 4, False),
    ):  # fmt: skip
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, size, bold=bold, colour=colour)
        style.paragraph_format.space_after, style.paragraph_format.keep_with_next = Pt(after), keep
    styles["Question"].paragraph_format.space_before = Pt(14)
    styles["Figure Title"].paragraph_format.space_before = Pt(8)
    for name in ("Table Head", "Table Text"):
        styles[name].paragraph_format.line_spacing = 1.0


def _font(style: object, size: float, *, bold: bool | None = None, colour: RGBColor = INK) -> None:
    font = style.font  # type: ignore[attr-defined]
    font.name, font.size, font.color.rgb = "Arial", Pt(size), colour
    if bold is not None:
        font.bold = bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), "Arial")


def _set_page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    footer = section.footer.paragraphs[0]
    footer.style = "Note"
    footer.add_run("{{ report.authority }} · {{ report.title }} {{ report.period }} · page ")
    run = footer.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    footer.alignment = WD_ALIGN_PARAGRAPH.LEFT
    properties = document.core_properties
    properties.title, properties.subject = "{{ report.title }}", ""
    properties.author, properties.language, properties.comments = "svdocs", "en-GB", ""
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
