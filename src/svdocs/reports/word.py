"""Reports as Word files: `templates/report.docx` filled by docxtpl in a sandbox, with alt text and column widths.

An authority may put a template of its own in place of the shipped one; it is code of a stranger and runs as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from svdocs.errors import ConfigurationError
from svdocs.reports.charts import draw_png
from svdocs.reports.paper import clean_text
from svdocs.reports.report import (
    Block,
    Chart,
    Day,
    Headlines,
    Line,
    Paragraph,
    Points,
    Question,
    Report,
    Story,
    Table,
    in_words,
)
from svdocs.settings import word_templates_folder

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import Table as WordTable
    from docxtpl import DocxTemplate

TEMPLATE_NAME = "report.docx"
WIDTH_MM = 170
COLUMNS = range(2, 9)
"""For how many columns the template has a table."""


def report_docx(report: Report, template: Path | None = None) -> bytes:
    """Return a report as a Word file.

    Args:
        report: the report.
        template: another template than the shipped one.

    Raises:
        ConfigurationError: the template cannot be used.
    """
    # Imported here because they take a while and most commands write no Word file.
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    told = {"authority": clean_text(report.authority), "title": report.title, "period": report.period}
    path = template or word_templates_folder() / TEMPLATE_NAME
    filled = DocxTemplate(str(path))
    pictures: list[Chart] = []
    tables: list[Table] = []
    sections = [
        {"title": s.title, "blocks": [_block(filled, b, pictures, tables) for b in s.blocks]} for s in report.sections
    ]
    try:
        filled.render(
            {"report": told, "made_on": str(Day(report.made_at.date())),
             "basis": clean_text(in_words(report.basis)), "sections": sections},
            SandboxedEnvironment(autoescape=True), autoescape=True,
        )  # fmt: skip
    except TemplateError as error:
        raise ConfigurationError(f"{path.name}: the template cannot be filled ({error}); mend or remove it.") from error
    document = filled.docx  # not get_docx(), which reads the template anew
    assert document is not None
    _describe_pictures(document, pictures)
    _set_widths(document.tables, tables)
    document.core_properties.title = f"{report.title} {report.period}"[:255]
    out = BytesIO()
    document.save(out)
    return _without_times(out.getvalue())


def _block(filled: DocxTemplate, block: Block, pictures: list[Chart], tables: list[Table]) -> dict[str, Any]:
    """Return what the template is given of a block; pictures and tables are noted in the order of the document."""
    if isinstance(block, Paragraph):
        return {"kind": "note" if block.note else "paragraph", "text": _words(block.line)}
    if isinstance(block, Points):
        return {"kind": "points", "lines": [_words(line) for line in block.lines]}
    if isinstance(block, Question):
        return {"kind": "question", "text": clean_text(f"{block.number} {block.words}")}
    if isinstance(block, Story):
        return {
            "kind": "story",
            "title": clean_text(block.title),
            "about": _words(block.about),
            "parts": [{"head": head, "words": clean_text(words)} for head, words in block.parts],
            "source": _words(block.source),
        }
    if isinstance(block, Chart):
        pictures.append(block)
        return {
            "kind": "picture",
            "title": clean_text(block.title),
            "image": _image(filled, block),
            "credit": block.credit,
        }
    table = _headlines_table(block) if isinstance(block, Headlines) else block
    if len(table.columns) not in COLUMNS:
        raise ConfigurationError(f"{table.caption}: a table has {len(table.columns)} columns; the template has none.")
    tables.append(table)
    rows = [[_words(cell) for cell in row] for row in table.rows]
    return {
        "kind": "table",
        "caption": clean_text(table.caption),
        "description": f"Columns: {', '.join(table.columns)}.",
        "columns": list(table.columns),
        "rows": rows or [["None.", *[""] * (len(table.columns) - 1)]],
    }


def _headlines_table(block: Headlines) -> Table:
    """Return the first figures as a table, which reads aloud in order where tiles would not."""
    rows = tuple(((h.figure,), (h.label, ". ", *h.beside) if h.beside else (h.label,)) for h in block.shown)
    return Table("In short", ("Figure", "What it counts"), rows, widths=(25, 75))


def _image(filled: DocxTemplate, block: Chart) -> Any:
    from docx.shared import Mm
    from docxtpl import InlineImage

    return InlineImage(filled, BytesIO(draw_png(block)), width=Mm(WIDTH_MM))


def _describe_pictures(document: Docx, pictures: Sequence[Chart]) -> None:
    from docx.oxml.ns import qn

    drawn = list(document.element.body.iter(qn("wp:docPr")))
    for number, (element, picture) in enumerate(zip(drawn, pictures, strict=True), start=1):
        element.set("id", str(number))
        element.set("name", f"Figure {number}")
        element.set("title", clean_text(picture.title))
        element.set("descr", clean_text(picture.alt))


def _set_widths(drawn: Sequence[WordTable], tables: Sequence[Table]) -> None:
    """Give each column its part of the width, and set numbers to the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    for word_table, table in zip(drawn, tables, strict=True):
        widths = table.widths or tuple([1] * len(table.columns))
        for n, column in enumerate(word_table.columns):
            width = Mm(WIDTH_MM * widths[n] / sum(widths))
            column.width = width
            for cell in column.cells:
                cell.width = width
                if n in table.numeric:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if table.total:
            for cell in word_table.rows[-1].cells:
                for run in cell.paragraphs[0].runs:
                    run.bold = True


def _words(line: Line) -> str:
    return clean_text(in_words(line))


def _without_times(data: bytes) -> bytes:
    """Return the same package with fixed times in it, so that the same report gives the same bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(out, "w", ZIP_DEFLATED) as taken:
        for name in given.namelist():
            taken.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), given.read(name), ZIP_DEFLATED)
    return out.getvalue()
