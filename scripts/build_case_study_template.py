"""Builds templates/case_study.docx: Kent's four headings with content controls, which `svdocs case-study new` fills.

Run `python scripts/build_case_study_template.py` after a change and look at the result in a word processor. Every place
where a supplier writes is a content control with a tag, by which it is read back; what a supplier should write stands
in it as grey placeholder text. Tables have marked header rows and descriptions, the language is British English.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from lxml import etree
from word_parts import describe_table, mark_header, shade, take_line_from_title

TARGET = Path(__file__).parents[1] / "templates" / "case_study.docx"
TITLE = "Social value case study"
INK, BLUE, GREY = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x14, 0x3D, 0x66), RGBColor(0x50, 0x5A, 0x5F)
HEADER_FILL, LABEL_FILL = "DCE6F0", "F3F2F1"
ABOUT = (
    ("Contract reference", "contract_reference", "The council's number for the contract"),
    ("Contract", "contract_title", "The contract's title"),
    ("Supplier", "supplier", "Your organisation"),
    ("Contract year", "contract_year", "1, 2, 3 … counted from the contract's first day"),
    ("Period that this case study covers", "period", "For example 1 April 2027 to 31 March 2028"),
    ("Who can we ask about it", "contact", "Name and email address"),
)
SECTIONS = (
    ("Who benefited", "benefited",
     "Say who gained by it, how many they were, and what is different for them. Give no names of people who have not "
     "agreed to be named.",
     "For example: 12 residents who had been out of work for over a year; 9 were still in work after six months."),
    ("Where the impact was felt", "felt",
     "Say where the benefit fell: districts, wards or the first half of postcodes. Say whether it is where people live "
     "or where something took place. The address of your head office is not a place of impact.",
     "For example: people living in Thanet (CT9, CT10) and Swale (ME10); sessions held in Margate."),
)  # fmt: skip


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
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph(
        "At least one case study is due for each contract year, or one for a contract that lasts under a year. Please "
        "write where the text is grey; leave the rest as it is, so that nothing you tell us is lost.",
        style="Guidance",
    )
    document.add_heading("About the contract", 1)
    about = _table(document, 2, "About the contract", "Two columns: what is asked for, and your answer.", (5.6, 11.4))
    _header(about, ("Asked for", "Answer"))
    for label, tag, hint in ABOUT:
        row = about.add_row()
        _put(row.cells[0], label, bold=True, fill=LABEL_FILL)
        _control(row.cells[1].paragraphs[0], tag, label, hint)
    document.add_heading("What was committed", 1)
    document.add_paragraph(
        "These are your commitments as they stand in the contract. Please do not change them; if one was varied, tell "
        "your contract manager.",
        style="Guidance",
    )
    committed = _table(
        document, 3, "What was committed", "A row for each commitment: number, words, due.", (1.3, 12.2, 3.5)
    )
    _header(committed, ("No.", "Commitment", "Due"))
    row = committed.add_row()
    for cell, (tag, title, hint) in zip(
        row.cells,
        (("number", "Number", "1"), ("commitment", "Commitment", "The commitment's words"), ("due", "Due", "When")),
        strict=True,
    ):
        _control(cell.paragraphs[0], tag, title, hint)
    document.add_heading("What was delivered", 1)
    document.add_paragraph(
        "For each commitment say how much was delivered, what was done, and what shows it. If nothing was delivered, "
        "write 0 and say why: that is worth knowing too.",
        style="Guidance",
    )
    delivered = _table(
        document, 4, "What was delivered",
        "A row for each commitment: number and short title, how much, what was done and what shows it, when.",
        (3.4, 2.9, 7.7, 3.0),
    )  # fmt: skip
    _header(delivered, ("Commitment", "How much", "What was done, and what shows it", "When"))
    row = delivered.add_row()
    _control(row.cells[0].paragraphs[0], "short", "Commitment", "1. Short title")
    for cell, tag, title, hint in (
        (row.cells[1], "quantity", "How much was delivered", "A number and what it counts"),
        (row.cells[2], "delivered", "What was done, and what shows it", "What was done, with whom, and the evidence"),
        (row.cells[3], "when", "When it was delivered", "From … to …"),
    ):
        _control(cell.paragraphs[0], tag, title, hint)
    document.add_heading("Beyond the commitments", 2)
    _control(
        document.add_paragraph(),
        "beyond",
        "Beyond the commitments",
        "What you did because of this contract that was not promised. Leave it grey if there was nothing.",
    )
    for heading, tag, guidance, hint in SECTIONS:
        document.add_heading(heading, 1)
        document.add_paragraph(guidance, style="Guidance")
        _control(document.add_paragraph(), tag, heading, hint)
    document.add_heading("Because of this contract", 1)
    document.add_paragraph(
        "Say what happened because of this contract, and what your organisation would have done anyway. What you do in "
        "every contract is welcome, but it is not social value of this one.",
        style="Guidance",
    )
    _control(
        document.add_paragraph(),
        "because_of_contract",
        "Because of this contract",
        "For example: we take on two apprentices a year in any case; the five told of here were taken on besides.",
    )
    document.add_heading("May the council publish this case study?", 1)
    document.add_paragraph(
        "The council publishes case studies in its annual social value statement. Without your yes it does not publish "
        "yours. You can tell your contract manager at any time if you change your mind.",
        style="Guidance",
    )
    _control(document.add_paragraph(), "may_publish", "May the council publish this case study?", "Yes or no")
    _control(
        document.add_paragraph(),
        "leave_out",
        "Anything to leave out",
        "Anything to leave out, such as a name or a picture",
    )
    return document


def _set_styles(document: Docx) -> None:
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Arial", Pt(11), INK
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), "Arial")
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for name, size, before, after in (("Title", 24, 0, 6), ("Heading 1", 15, 16, 4), ("Heading 2", 12, 10, 4)):
        style = styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = "Arial", Pt(size), True, BLUE
        theme = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(theme.attrib):
            del theme.attrib[attribute]
        for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            theme.set(qn(attribute), "Arial")
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    take_line_from_title(document)
    guidance = styles.add_style("Guidance", WD_STYLE_TYPE.PARAGRAPH)
    guidance.base_style, guidance.font.color.rgb, guidance.font.size = normal, GREY, Pt(10.5)
    guidance.paragraph_format.keep_with_next = True
    placeholder = styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
    placeholder.font.color.rgb = GREY


def _set_page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    properties = document.core_properties
    properties.title, properties.subject = TITLE, "What was committed, delivered, who benefited, where it was felt"
    properties.author, properties.language, properties.comments = "svdocs", "en-GB", ""
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)


def _table(document: Docx, columns: int, title: str, description: str, widths: tuple[float, ...]) -> Table:
    table = document.add_table(rows=1, cols=columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.LEFT, False
    properties = table._tbl.tblPr
    describe_table(table, title, description)
    for side in properties.iter(qn("w:tblBorders")):
        properties.remove(side)
    borders = etree.fromstring(
        '<w:tblBorders xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        + "".join(f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="B1B4B6"/>'
                  for s in ("top", "left", "bottom", "right", "insideH", "insideV"))
        + "</w:tblBorders>"
    )  # fmt: skip
    margins = etree.fromstring(
        '<w:tblCellMar xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:top w:w="70" w:type="dxa"/><w:left w:w="110" w:type="dxa"/>'
        '<w:bottom w:w="70" w:type="dxa"/><w:right w:w="110" w:type="dxa"/></w:tblCellMar>'
    )
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), "110")
    indent.set(qn("w:type"), "dxa")
    borders.addprevious(indent)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    table._widths = widths  # type: ignore[attr-defined]
    return table


def _header(table: Table, texts: tuple[str, ...]) -> None:
    row = table.rows[0]
    mark_header(row)
    for cell, text in zip(row.cells, texts, strict=True):
        _put(cell, text, bold=True, fill=HEADER_FILL)
    for cell, width in zip(row.cells, table._widths, strict=True):  # type: ignore[attr-defined]
        cell.width = Cm(width)


def _put(cell: _Cell, text: str, *, bold: bool = False, fill: str = "") -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.add_run(text).bold = bold
    if fill:
        shade(cell, fill)


_numbers = iter(range(710_001, 720_000))


def _control(paragraph: object, tag: str, title: str, hint: str) -> None:
    """Put a rich-text content control with grey placeholder text into a paragraph."""
    element = paragraph._p  # type: ignore[attr-defined]
    control = etree.fromstring(
        '<w:sdt xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:sdtPr>'
        f'<w:alias w:val="{title}"/><w:tag w:val="{tag}"/><w:id w:val="{next(_numbers)}"/>'
        "<w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:rPr>"
        '<w:rStyle w:val="PlaceholderText"/><w:color w:val="505A5F"/></w:rPr>'
        '<w:t xml:space="preserve"></w:t></w:r></w:sdtContent></w:sdt>'
    )
    control.find(".//" + qn("w:t")).text = hint
    element.append(control)


if __name__ == "__main__":
    sys.exit(main())
