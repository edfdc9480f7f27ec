"""Builds the Word templates of the award: templates/award_*.docx, which `svdocs.reports.paper` fills.

Run `python scripts/build_award_templates.py` after a change and look at the result in a word processor. What stands in
braces is filled in by docxtpl: `{{ ... }}` a value, `{%p ... %}` a paragraph and `{%tr ... %}` a table row that
steers and goes away. Headings are real ones, each table has a header row that repeats, a title and a description; the
language is British English.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from word_parts import describe_table, mark_header, shade, take_line_from_title

from svdocs.records.word_files import new_word_file

FOLDER = Path(__file__).parents[1] / "templates"
GREY, HEADER_FILL = RGBColor(0x50, 0x5A, 0x5F), "DCE6F0"
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    """Build all templates."""
    for name, build in TEMPLATES.items():
        document = build()
        properties = document.core_properties
        properties.comments, properties.created, properties.modified = "", MADE_AT, MADE_AT
        document.save(str(FOLDER / name))
        print(FOLDER / name)
    return 0


def build_summary() -> Docx:
    """Return the assessment summary for one bidder (Procurement Act 2023, section 50; regulation 31)."""
    d = _new("Assessment summary", footer="Assessment summary for {{ bidder.name }}")
    _say(d, "{{ written }}")
    d.add_paragraph("Assessment summary", style="Title")
    _facts(
        d,
        "About this summary",
        (
            ("To", "{{ bidder.name }}"),
            ("Postal address", "{{ bidder.address }}"),
            ("Email", "{{ bidder.email }}"),
            ("Unique identifier", "{{ bidder.identifier }}"),
            ("Procurement", "{{ procurement }}"),
            ("Lot", "{{ lot }}"),
            ("Contracting authority", "{{ buyer }}"),
        ),
    )
    d.add_heading("Outcome", 1)
    _say(d, "{{ outcome }}")
    _loop(d, "p", "why in further", lambda: _say(d, "{{ why }}"))
    d.add_heading("Your scores", 1)
    _scores(d, "scores", "Your scores by criterion")
    d.add_heading("Why you were given these scores", 1)
    _explained(d, "explained", with_passages=True)
    _if(d, "winner", lambda: _winner(d))
    d.add_heading("Award criteria and how tenders were assessed", 1)
    _say(d, "{{ methodology }}")
    _loop(d, "p", "c in criteria", lambda: _criterion(d))
    d.add_heading("About the figures", 1)
    _loop(d, "p", "note in notes", lambda: _say(d, "{{ note }}"))
    return d


def build_schedule() -> Docx:
    """Return the schedule of commitments for the contract."""
    d = _new("Schedule of social value commitments", wide=True, footer="Schedule of social value commitments")
    d.add_paragraph("Schedule of social value commitments", style="Title")
    _facts(
        d,
        "About this schedule",
        (
            ("Contract", "{{ procurement }}"),
            ("Contracting authority", "{{ buyer }}"),
            ("Supplier", "{{ supplier }}"),
            ("Contract period", "{{ period }}"),
            ("Written", "{{ written }}"),
        ),
    )
    d.add_heading("Commitments", 1)
    _say(d, "{{ intro }}")
    _loop(d, "p", "part in parts", lambda: _commitments(d))
    _if(d, "years", lambda: _by_year(d))
    d.add_heading("How commitments are kept", 1)
    _loop(d, "p", "note in notes", lambda: _say(d, "{{ note }}"))
    return d


def _commitments(d: Docx) -> None:
    _if(d, "part.title", lambda: d.add_heading("{{ part.title }}", 2))
    _if(d, "part.about", lambda: _say(d, "{{ part.about }}"))
    _if(
        d,
        "part.commitments",
        lambda: _rows(
            d,
            "x in part.commitments",
            "Commitments",
            (
                ("No.", "{{ x.number }}", 1.1),
                ("Commitment, in the tender’s words", "{{ x.text }}", 6.2),
                ("How much", "{{ x.quantity }}", 2.6),
                ("By when", "{{ x.due }}", 2.7),
                ("Measure", "{{ x.measure }}", 3.4),
                ("Owner", "{{ x.owner }}", 2.8),
                ("Evidence", "{{ x.evidence }}", 3.6),
                ("Stands in", "{{ x.source }}", 3.3),
            ),
            small=True,
        ),
    )


def _by_year(d: Docx) -> None:
    d.add_heading("By contract year", 1)
    _rows(
        d,
        "x in years",
        "Commitments by contract year",
        (
            ("No.", "{{ x.number }}", 1.2),
            ("Contract year", "{{ x.year }}", 8.0),
            ("How much", "{{ x.quantity }}", 5.0),
        ),
    )


def build_kpis() -> Docx:
    """Return the proposed key performance indicators."""
    d = _new("Proposed key performance indicators", wide=True, footer="Proposed key performance indicators")
    d.add_paragraph("Proposed key performance indicators", style="Title")
    _facts(
        d,
        "About this paper",
        (
            ("Contract", "{{ procurement }}"),
            ("Contracting authority", "{{ buyer }}"),
            ("Supplier", "{{ supplier }}"),
            ("Estimated value", "{{ value }}"),
            ("Weighting of social value", "{{ weighting }}"),
            ("Written", "{{ written }}"),
        ),
    )
    d.add_heading("What the rules ask for", 1)
    _say(d, "{{ needed }}")
    _loop(d, "p", "rule in rules", lambda: d.add_paragraph("{{ rule }}", style="List Bullet"))
    d.add_heading("Proposed indicators", 1)
    _say(d, "These are proposals. The authority sets the indicators, and publishes them where the law asks for it.")
    _rows(
        d,
        "k in indicators",
        "Proposed indicators",
        (
            ("No.", "{{ k.number }}", 1.1),
            ("Indicator", "{{ k.title }}", 4.6),
            ("Numerator", "{{ k.numerator }}", 5.0),
            ("Denominator", "{{ k.denominator }}", 4.6),
            ("Target", "{{ k.target }}", 3.4),
            ("Rests on", "{{ k.source }}", 4.0),
            ("Reported", "{{ k.told }}", 3.0),
        ),
        small=True,
    )
    return d


def build_moderation() -> Docx:
    """Return the report of the moderation."""
    d = _new("Moderation report", footer="Moderation report. For the authority alone")
    d.add_paragraph("Moderation report", style="Title")
    _facts(
        d,
        "About this report",
        (
            ("Procurement", "{{ procurement }}"),
            ("Lot", "{{ lot }}"),
            ("Contracting authority", "{{ buyer }}"),
            ("Marks released", "{{ released }}"),
            ("Moderation closed", "{{ closed }}"),
            ("Least weighting of social value", "{{ minimum }}"),
            ("Record", "{{ digest }}"),
        ),
    )
    d.add_heading("Totals", 1)
    _rows(
        d,
        "t in totals",
        "Points of each bid",
        (
            ("Bid", "{{ t.bid }}", 6.4),
            ("From marks", "{{ t.marks }}", 3.0),
            ("From quantities", "{{ t.quantity }}", 3.4),
            ("Points of 100", "{{ t.points }}", 3.2),
        ),
        numeric=(1, 2, 3),
    )
    _say(d, "{{ decision }}")
    d.add_heading("Agreement between evaluators", 1)
    _rows(
        d,
        "k in kappa",
        "Weighted kappa by criterion",
        (
            ("Criterion", "{{ k.criterion }}", 7.6),
            ("Weighted kappa", "{{ k.kappa }}", 4.2),
            ("Pairs of evaluators", "{{ k.pairs }}", 4.2),
        ),
        numeric=(1, 2),
    )
    d.add_heading("Marks and what was agreed", 1)

    def one() -> None:
        d.add_heading("{{ s.title }}", 2)
        _say(d, "{{ s.agreed }}")
        _say(d, "{{ s.reason }}")
        _say(d, "{{ s.participants }}")
        _loop(d, "p", "p in s.passages", lambda: d.add_paragraph("{{ p }}", style="List Bullet"))
        _rows(
            d,
            "m in s.marks",
            "Individual marks",
            (
                ("Evaluator", "{{ m.person }}", 2.6),
                ("Mark", "{{ m.mark }}", 1.6),
                ("Reason", "{{ m.reason }}", 7.0),
                ("State", "{{ m.state }}", 4.8),
            ),
            small=True,
        )

    _loop(d, "p", "s in scores", one)
    _if(d, "values", lambda: _values(d))
    d.add_heading("About the figures", 1)
    _loop(d, "p", "note in notes", lambda: _say(d, "{{ note }}"))
    return d


def _values(d: Docx) -> None:
    d.add_heading("What points from quantities rest on", 1)

    def one() -> None:
        d.add_heading("{{ v.title }}", 2)
        _loop(d, "p", "n in v.notes", lambda: _say(d, "{{ n }}"))
        _if(d, "v.lines", lambda: _valued(d, "x in v.lines", "Commitments as they were valued", "x"))

    _loop(d, "p", "v in values", one)


def build_questions(title: str) -> Docx:
    """Return a record that answers one question after another under headings."""
    d = _new(title, footer=title)
    d.add_paragraph(title, style="Title")
    _say(d, "{{ intro }}")

    def section() -> None:
        d.add_heading("{{ s.title }}", 1)
        _rows(
            d,
            "r in s.rows",
            "{{ s.title }}",
            (
                ("What is asked", "{{ r.asked }}", 5.2),
                ("Answer", "{{ r.answer }}", 10.8),
            ),
        )

    _loop(d, "p", "s in sections", section)
    return d


TEMPLATES = {
    "award_summary.docx": build_summary,
    "award_schedule.docx": build_schedule,
    "award_kpis.docx": build_kpis,
    "award_moderation.docx": build_moderation,
    "award_atrs.docx": lambda: build_questions("Record of an algorithmic tool"),
    "award_ai_use.docx": lambda: build_questions("Record of the use of AI"),
}


def _new(title: str, *, footer: str, wide: bool = False) -> Docx:
    document: Docx = new_word_file(title, "svdocs")
    section = document.sections[0]
    if wide:
        section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = Cm(2)
    section.header.paragraphs[0].text = "{{ buyer }}"
    _number_pages(section.footer.paragraphs[0], footer)
    styles = document.styles
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].paragraph_format.keep_with_next = True
    take_line_from_title(document)
    steer = styles.add_style("Steering", WD_STYLE_TYPE.PARAGRAPH)
    steer.base_style, steer.font.color.rgb, steer.font.size = styles["Normal"], GREY, Pt(8)
    return document


def _number_pages(paragraph: Paragraph, text: str) -> None:
    """Write a text with the page's number and how many there are, which the word processor counts."""
    for words, field in ((f"{text}. Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(words)
        counted = OxmlElement("w:fldSimple")
        counted.set(qn("w:instr"), field)
        paragraph._p.append(counted)


def _say(document: Docx, text: str) -> None:
    document.add_paragraph(text)


def _loop(document: Docx, kind: str, what: str, body: object) -> None:
    document.add_paragraph(f"{{%{kind} for {what} %}}", style="Steering")
    body()  # type: ignore[operator]
    document.add_paragraph(f"{{%{kind} endfor %}}", style="Steering")


def _if(document: Docx, what: str, body: object) -> None:
    document.add_paragraph(f"{{%p if {what} %}}", style="Steering")
    body()  # type: ignore[operator]
    document.add_paragraph("{%p endif %}", style="Steering")


def _facts(document: Docx, title: str, pairs: Sequence[tuple[str, str]]) -> None:
    table = _table(document, title, "Two columns: what is told, and what it is.", (4.6, 11.4))
    _head(table, ("What", "Which"))
    for label, value in pairs:
        row = table.add_row()
        _put(row.cells[0], label, bold=True)
        _put(row.cells[1], value)
    _fit(table, (4.6, 11.4))
    _leave_space(document)


def _rows(
    document: Docx, what: str, title: str, columns: Sequence[tuple[str, str, float]], *, small: bool = False,
    numeric: Sequence[int] = (),
) -> None:  # fmt: skip
    """Add a table with a row for each thing of a loop; columns of numbers, counted from 0, stand to the right."""
    widths = tuple(width for _, _, width in columns)
    table = _table(document, title, "Columns: " + ", ".join(head for head, _, _ in columns) + ".", widths)
    _head(table, [head for head, _, _ in columns], small=small)
    for steer in (f"{{%tr for {what} %}}", None, "{%tr endfor %}"):
        row = table.add_row()
        if steer:
            _put(row.cells[0], steer, small=small)
            continue
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, (_, value, _) in zip(row.cells, columns, strict=True):
            _put(cell, value, small=small)
    for row in table.rows:
        for n in numeric:
            row.cells[n].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _fit(table, widths)
    _leave_space(document)


def _leave_space(document: Docx) -> None:
    """Part a table from what follows, by no more than a line of small print."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _scores(document: Docx, what: str, title: str) -> None:
    _rows(
        document,
        f"r in {what}",
        title,
        (
            ("Criterion", "{{ r.criterion }}", 4.2),
            ("Mark", "{{ r.mark }}", 3.6),
            ("From the mark", "{{ r.by_mark }}", 2.4),
            ("From quantities", "{{ r.by_quantity }}", 2.6),
            ("Points", "{{ r.points }}", 1.8),
            ("Of", "{{ r.most }}", 1.4),
        ),
        numeric=(2, 3, 4, 5),
    )


def _explained(document: Docx, what: str, *, with_passages: bool) -> None:
    def one() -> None:
        document.add_heading("{{ e.title }}", 2)
        _say(document, "{{ e.mark }}")
        _loop(document, "p", "line in e.reason", lambda: _say(document, "{{ line }}"))
        if with_passages:
            _if(document, "e.passages", lambda: _say(document, "This rests on what your tender says:"))
            _loop(document, "p", "p in e.passages", lambda: document.add_paragraph("{{ p }}", style="List Bullet"))
        _if(document, "e.formula", lambda: _formula(document, with_lines=with_passages))

    _loop(document, "p", f"e in {what}", one)


def _formula(document: Docx, *, with_lines: bool) -> None:
    _say(document, "Points from quantities: {{ e.formula }}")
    if not with_lines:
        return
    _loop(document, "p", "n in e.value_notes", lambda: _say(document, "{{ n }}"))
    _if(document, "e.valued", lambda: _valued(document, "v in e.valued", "Your commitments as they were valued", "v"))


def _valued(document: Docx, what: str, title: str, one: str) -> None:
    _rows(
        document,
        what,
        title,
        (
            ("Commitment", f"{{{{ {one}.text }}}}", 5.0),
            ("Stands in", f"{{{{ {one}.place }}}}", 3.4),
            ("How it was valued", f"{{{{ {one}.worked }}}}", 5.4),
            ("Value", f"{{{{ {one}.value }}}}", 2.2),
        ),
        small=True,
        numeric=(3,),
    )


def _winner(document: Docx) -> None:
    document.add_heading("The most advantageous tender", 1)
    _facts(
        document,
        "The most advantageous tender",
        (
            ("Supplier", "{{ winner.name }}"),
            ("Postal address", "{{ winner.address }}"),
            ("Email", "{{ winner.email }}"),
            ("Unique identifier", "{{ winner.identifier }}"),
        ),
    )
    _scores(document, "winner.scores", "Scores of the most advantageous tender")
    _explained(document, "winner.explained", with_passages=False)
    _say(document, "{{ winner.note }}")


def _criterion(document: Docx) -> None:
    document.add_heading("{{ c.title }}", 2)
    _say(document, "{{ c.how }}")
    _rows(
        document,
        "m in c.levels",
        "What each mark means",
        (
            ("Mark", "{{ m.mark }}", 2.0),
            ("Name", "{{ m.label }}", 3.6),
            ("What it means", "{{ m.meaning }}", 10.4),
        ),
    )


def _table(document: Docx, title: str, description: str, widths: Sequence[float]) -> Table:
    table = document.add_table(rows=1, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    describe_table(table, title, description)
    return table


def _head(table: Table, texts: Sequence[str], *, small: bool = False) -> None:
    row = table.rows[0]
    mark_header(row)
    for cell, text in zip(row.cells, texts, strict=True):
        _put(cell, text, bold=True, small=small)
        shade(cell, HEADER_FILL)


def _put(cell: _Cell, text: str, *, bold: bool = False, small: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.bold = bold
    if small:
        run.font.size = Pt(9.5)


def _fit(table: Table, widths: Sequence[float]) -> None:
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


if __name__ == "__main__":
    sys.exit(main())
