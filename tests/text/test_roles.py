"""What a block is on its page: numbers that belong to a list, and headers that stand alone at the foot of a page."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from svdocs.text.document import BlockKind, Document
from svdocs.text.read import read_document
from tests.text.pdf_pages import body, draw, text_lines

LEFT = (60, 250, 400)
HEAD = ("Measure", "Target", "When")
ROWS = (("Apprentices in the borough", "5", "by March 2028"), ("Trees in parks", "400", "each winter"))


def kinds_and_labels(*lines: str) -> list[tuple[str, str | None, str]]:
    document = read_document(draw(lambda canvas: text_lines(canvas, 60, 780, list(lines), step=40)), "a.pdf")
    return [(b.kind.value, b.label, document.quote(b.span)) for b in document.blocks]


@pytest.mark.parametrize(
    "line", ["(iii) of the schedule is met by our depot.", "(c) is answered by our plan.", "(4) says what we shall do."]
)
def test_a_number_in_brackets_without_a_list_about_it_is_part_of_the_text(line: str) -> None:
    assert kinds_and_labels("We answer your question in turn.", line)[1] == ("paragraph", None, line)


@pytest.mark.parametrize(
    "labels", [("(i)", "(ii)", "(iii)"), ("(a)", "(b)"), ("b)", "c)"), ("(1)", "(2)"), ("(h)", "(i)")]
)
def test_numbers_in_brackets_that_follow_one_another_are_a_list(labels: tuple[str, ...]) -> None:
    found = kinds_and_labels(*(f"{label} We shall plant trees" for label in labels))
    assert found == [("list_item", label, "We shall plant trees") for label in labels]


def row(canvas: Canvas, y: float, cells: tuple[str, ...], font: str = "Helvetica") -> None:
    canvas.setFont(font, 11)
    for x, text in zip(LEFT, cells, strict=True):
        canvas.drawString(x, y, text)


def two_pages(head_font: str, rows: tuple[tuple[str, ...], ...]) -> Document:
    def first(canvas: Canvas) -> None:
        body(canvas, 38)
        row(canvas, 150, HEAD, head_font)

    def second(canvas: Canvas) -> None:
        for i, cells in enumerate(rows):
            row(canvas, 780 - 18 * i, cells)
        canvas.setFont("Helvetica", 11)
        body(canvas, 10, 680)

    return read_document(draw(first, second), "a.pdf")


def test_a_header_alone_at_the_foot_of_a_page_heads_the_rows_on_the_next() -> None:
    document = two_pages("Helvetica-Bold", ROWS)
    rows = [b for b in document.blocks if b.kind is BlockKind.table_row]
    assert [(document.quote(b.span), b.page, b.header_row) for b in rows] == [
        ("Measure | Target | When", 1, True),
        ("Apprentices in the borough | 5 | by March 2028", 2, False),
        ("Trees in parks | 400 | each winter", 2, False),
    ]
    assert len({b.table for b in rows}) == 1
    assert [c.header for c in rows[1].cells] == [(h,) for h in HEAD]


@pytest.mark.parametrize(("font", "rows"), [("Helvetica", ROWS), ("Helvetica-Bold", ROWS[:1]), ("Helvetica-Bold", ())])
def test_pieces_at_the_foot_of_a_page_are_no_header_without_a_face_and_rows(
    font: str, rows: tuple[tuple[str, ...], ...]
) -> None:
    assert not any(b.header_row for b in two_pages(font, rows).blocks)
