"""PDF files for measuring speed: plain, in two columns and rich in tables, of as many pages as are asked for."""

from __future__ import annotations

import io
import random
from functools import lru_cache

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph, Table, TableStyle

KINDS = ("plain", "two columns", "tables")
_TEXT = """
we will create paid apprenticeships for residents of the borough each year and report them to your contract manager
every quarter our partners in the voluntary sector offer mentoring work placements advice with local colleges schools
carbon travel waste suppliers community hours volunteers during mobilisation delivery target
"""
_WORDS = _TEXT.split()
_MARGIN = 56.0


def sentence(dice: random.Random) -> str:
    """Return a sentence of ten to thirty words."""
    words = dice.choices(_WORDS, k=dice.randint(10, 30))
    return " ".join(words).capitalize() + "."


@lru_cache(maxsize=16)
def pdf_of(kind: str, pages: int) -> bytes:
    """Return a PDF file of one kind with exactly so many pages, the same each time."""
    dice = random.Random(f"{kind} {pages}")
    styles = getSampleStyleSheet()
    width, height = A4
    columns = 2 if kind == "two columns" else 1
    wide = (width - 2 * _MARGIN - 18 * (columns - 1)) / columns
    frames = [Frame(_MARGIN + i * (wide + 18), _MARGIN, wide, height - 2 * _MARGIN) for i in range(columns)]
    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=A4, invariant=True)
    template.addPageTemplates(PageTemplate(frames=frames, onPage=_draw_furniture))
    story: list[Flowable] = []
    for number in range(pages):
        story.append(Paragraph(f"{number + 1}. Social value method", styles["Heading2"]))
        if kind == "tables":
            story += [_table(dice), Paragraph(sentence(dice), styles["BodyText"]), _table(dice)]
        else:
            story += [Paragraph(_paragraph(dice), styles["BodyText"]) for _ in range(6)]
        story.append(PageBreak())
    template.build(story)
    return stream.getvalue()


def bid_of(pages: int) -> bytes:
    """Return a bid of exactly so many pages, on which about one sentence of three promises something."""
    dice = random.Random(pages)
    styles = getSampleStyleSheet()
    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=A4, invariant=True)
    frame = Frame(_MARGIN, _MARGIN, A4[0] - 2 * _MARGIN, A4[1] - 2 * _MARGIN)
    template.addPageTemplates(PageTemplate(frames=[frame], onPage=_draw_furniture))
    story: list[Flowable] = []
    for number in range(pages):
        story.append(Paragraph(f"{number + 1}. Our approach to social value", styles["Heading2"]))
        for _ in range(6):
            said = [promise(dice) if dice.random() < 0.33 else sentence(dice) for _ in range(5)]
            story.append(Paragraph(" ".join(said), styles["BodyText"]))
        story.append(PageBreak())
    template.build(story)
    return stream.getvalue()


def promise(dice: random.Random) -> str:
    """Return a promise, hardly ever twice the same."""
    how_many, year = dice.randint(2, 900), dice.randint(2027, 2032)
    what = dice.choice(("apprenticeships", "work placements", "hours of volunteering", "trees", "school visits"))
    where = dice.choice(("in the borough", "in Swale", "across the county", "within ten miles of the depot"))
    by = dice.choice(("our contract manager", "our apprenticeship lead", "the site team", "our supply chain"))
    return f"We will provide {how_many} {what} {where} by March {year}, reported by {by} {dice.choice(_WORDS)}."


def _paragraph(dice: random.Random) -> str:
    return " ".join(sentence(dice) for _ in range(4))


def _table(dice: random.Random) -> Table:
    style = getSampleStyleSheet()["BodyText"]
    rows: list[list[object]] = [["Ref", "Measure", "Target", "When", "Who"]]
    for i in range(9):
        measure = Paragraph(" ".join(dice.choices(_WORDS, k=8)), style)
        rows.append([f"M{i}", measure, str(dice.randint(1, 900)), f"Year {dice.randint(1, 5)}", "Manager"])
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)])
    return Table(rows, colWidths=[40, 230, 60, 60, 70], style=grid, repeatRows=1)


def _draw_furniture(canvas: object, template: BaseDocTemplate) -> None:
    canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
    canvas.drawString(_MARGIN, A4[1] - 30, "Invitation to tender: grounds maintenance")  # type: ignore[attr-defined]
    canvas.drawRightString(A4[0] - _MARGIN, 30, f"Page {template.page}")  # type: ignore[attr-defined]
