"""What the builders of Word templates share: a table that a screen reader can tell of, its header row, its colours."""

from __future__ import annotations

from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table, _Cell, _Row


def describe_table(table: Table, title: str, description: str) -> None:
    """Give a table the title and description that are read aloud."""
    for name, value in (("w:tblCaption", title), ("w:tblDescription", description)):
        element = OxmlElement(name)
        element.set(qn("w:val"), value)
        table._tbl.tblPr.append(element)


def mark_header(row: _Row) -> None:
    """Mark a row as a table's header, which stands again on each page that the table runs over."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def shade(cell: _Cell, colour: str) -> None:
    """Fill a cell with a colour, as six hexadecimal digits."""
    filling = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        filling.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(filling)


def take_line_from_title(document: Docx) -> None:
    """Take away the line that the library's own title style draws."""
    for border in list(document.styles["Title"].element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
