from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from svdocs.errors import DamagedFile, EncryptedFile, LimitExceeded
from svdocs.text import pdf as reader
from svdocs.text.document import Block, BlockKind
from svdocs.text.pdf import read_pdf, render_page
from svdocs.text.reading import Reading
from tests.text.pdf_pages import body, draw, text_lines, turned

PROSE = [
    "Our",
    "offer",
    "has",
    "been",
    "built",
    "with",
    "the",
    "people",
    "who",
    "will",
    "use",
    "the",
    "service",
    "and",
    "with",
    "those",
    "who",
    "run",
    "it",
    "today",
    "in",
    "the",
    "town.",
    "We",
    "will",
    "recruit",
    "six",
    "apprentices",
    "from",
    "the",
    "Thanet",
    "district",
    "by",
    "March",
    "2028",
    "and",
    "each",
    "will",
    "have",
    "a",
    "named",
    "mentor.",
    "The",
    "hours",
    "of",
    "our",
    "volunteers",
    "will",
    "be",
    "given",
    "to",
    "food",
    "banks",
    "in",
    "Dover",
    "and",
    "to",
    "the",
    "hospice",
    "at",
    "the",
    "edge",
    "of",
    "the",
    "town.",
]


def wrap(words: list[str], width: int) -> list[str]:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def texts(reading: Reading, *kinds: BlockKind) -> list[str]:
    return [reading.text[b.span.start : b.span.end] for b in reading.blocks if not kinds or b.kind in kinds]


def kind_of(reading: Reading, text: str) -> Block:
    return next(b for b in reading.blocks if text in reading.text[b.span.start : b.span.end])


def test_lines_of_a_paragraph_are_one_block_whose_words_have_boxes() -> None:
    reading = read_pdf(draw(lambda c: text_lines(c, 60, 700, wrap(PROSE, 70))))
    assert texts(reading) == [" ".join(PROSE)]
    assert [reading.text[w.span.start : w.span.end] for w in reading.words] == PROSE
    first = reading.words[0].boxes[0]
    assert first.x0 == pytest.approx(60, abs=1)
    assert first.top < 842 - 700 < first.bottom


def test_columns_are_read_one_after_the_other_and_a_sentence_over_them_stays_whole() -> None:
    lines = wrap(PROSE * 4, 40)
    half = len(lines) // 2

    def page(c: Canvas) -> None:
        text_lines(c, 60, 760, ["Title over both columns"], font="Helvetica-Bold", size=18)
        text_lines(c, 60, 720, lines[:half])
        text_lines(c, 310, 720, lines[half:])

    reading = read_pdf(draw(page))
    assert texts(reading) == ["Title over both columns", " ".join(PROSE * 4)]


def test_a_paragraph_over_two_pages_is_one_block_and_furniture_stands_outside_it() -> None:
    lines = wrap(PROSE * 9, 80)

    def page(number: int, part: list[str]) -> None:
        def draw_it(c: Canvas) -> None:
            text_lines(c, 60, 815, ["Example Ltd - Bid"], size=8)
            text_lines(c, 60, 780, part)
            text_lines(c, 500, 30, [f"Page {number}"], size=8)

        return draw_it  # type: ignore[return-value]

    half = len(lines) // 2
    reading = read_pdf(draw(page(1, lines[:half]), page(2, lines[half:])))  # type: ignore[arg-type, func-returns-value]
    assert texts(reading, BlockKind.paragraph) == [" ".join(PROSE * 9)]
    assert texts(reading, BlockKind.furniture) == ["Example Ltd - Bid", "Page 1", "Example Ltd - Bid", "Page 2"]
    paragraph = kind_of(reading, "Our offer")
    assert {w.page for w in reading.words if paragraph.span.contains(w.span)} == {1, 2}


def test_a_word_broken_at_a_line_end_is_whole_and_keeps_both_boxes() -> None:
    reading = read_pdf(
        draw(
            lambda c: text_lines(
                c, 60, 700, ["The offer is a firm commit-", "ment to long-", "term work for residents."]
            )
        )
    )
    assert texts(reading) == ["The offer is a firm commitment to long-term work for residents."]
    broken = next(w for w in reading.words if reading.text[w.span.start : w.span.end] == "commitment")
    assert len(broken.boxes) == 2
    assert broken.boxes[1].top > broken.boxes[0].bottom - 1


def test_headings_take_their_level_from_their_size_and_head_what_follows() -> None:
    def page(c: Canvas) -> None:
        text_lines(c, 60, 780, ["Social value"], font="Helvetica-Bold", size=18)
        text_lines(c, 60, 750, ["Employment"], font="Helvetica-Bold", size=13)
        text_lines(c, 60, 725, wrap(PROSE, 80))

    reading = read_pdf(draw(page))
    assert [(b.kind, b.level) for b in reading.blocks] == [("heading", 1), ("heading", 2), ("paragraph", None)]
    assert reading.blocks[2].section == ("Social value", "Employment")


def test_list_items_keep_their_hanging_lines_their_labels_and_their_depth() -> None:
    def page(c: Canvas) -> None:
        text_lines(c, 60, 700, wrap(PROSE, 80))
        text_lines(c, 60, 600, ["•"])
        text_lines(c, 78, 600, ["We will give 200 hours of volunteering a year to", "food banks in Dover."])
        text_lines(c, 78, 572, ["–"])
        text_lines(c, 96, 572, ["Half of the hours by managers."])
        text_lines(c, 60, 558, ["•"])
        text_lines(c, 78, 558, ["We will plant 300 trees."])
        text_lines(c, 60, 530, ["1. Open a job club", "2. Hold four careers fairs"])

    reading = read_pdf(draw(page))
    items = [
        (b.label, b.level, reading.text[b.span.start : b.span.end])
        for b in reading.blocks
        if b.kind is BlockKind.list_item
    ]
    assert items == [
        ("•", 1, "We will give 200 hours of volunteering a year to food banks in Dover."),
        ("–", 2, "Half of the hours by managers."),
        ("•", 1, "We will plant 300 trees."),
        ("1.", 1, "Open a job club"),
        ("2.", 1, "Hold four careers fairs"),
    ]


def built(rows: list[list[str]], style: list[tuple[object, ...]], repeat: int = 0, before: int = 0) -> bytes:
    sheet = getSampleStyleSheet()["BodyText"]
    buffer = BytesIO()
    document = SimpleDocTemplate(buffer)
    flow = [Paragraph(" ".join(PROSE), sheet) for _ in range(before)]
    flow.append(
        Table(
            [[Paragraph(x, sheet) if x else "" for x in row] for row in rows],
            colWidths=[150, 150, 100],
            repeatRows=repeat,
            style=TableStyle(style),
        )
    )
    document.build(flow)
    return buffer.getvalue()


GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.grey)
HEADED = [
    ["Measure", "Target", "When"],
    ["Apprentices from the district, with a mentor each", "6 people", "March 2028"],
    ["Trees", "300", "2029"],
]


def test_each_row_of_a_ruled_table_is_a_block_whose_cells_know_their_headers() -> None:
    reading = read_pdf(built(HEADED, [GRID, ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)]))
    rows = [b for b in reading.blocks if b.kind is BlockKind.table_row]
    assert texts(reading) == [" | ".join(row) for row in HEADED]
    assert [b.header_row for b in rows] == [True, False, False]
    assert [c.header for c in rows[1].cells] == [("Measure",), ("Target",), ("When",)]
    assert [reading.text[c.span.start : c.span.end] for c in rows[2].cells] == ["Trees", "300", "2029"]


def test_a_header_repeated_on_the_next_page_is_a_header_there_too() -> None:
    rows = [HEADED[0]] + [[f"Measure number {i} of the list", str(i), "2029"] for i in range(60)]
    reading = read_pdf(built(rows, [GRID], repeat=1))
    found = [b for b in reading.blocks if b.kind is BlockKind.table_row]
    assert {b.table for b in found} == {0}
    assert [b.page for b in found if b.header_row] == sorted({b.page for b in found})
    assert all(b.cells[1].header == ("Target",) for b in found if not b.header_row)


def test_a_header_over_two_columns_stands_before_theirs_in_the_path() -> None:
    rows = [
        ["Theme", "Commitment", ""],
        ["", "What", "How many"],
        ["Jobs", "Apprentices", "6"],
        ["Nature", "Trees", "300"],
    ]
    style = [
        GRID,
        ("SPAN", (1, 0), (2, 0)),
        ("SPAN", (0, 0), (0, 1)),
        ("BACKGROUND", (0, 0), (-1, 1), colors.lightgrey),
    ]
    reading = read_pdf(built(rows, style))
    last = reading.blocks[-1]
    assert [c.header for c in last.cells] == [("Theme",), ("Commitment", "What"), ("Commitment", "How many")]


def test_a_table_under_a_bold_header_needs_no_rules() -> None:
    def page(c: Canvas) -> None:
        text_lines(c, 60, 760, wrap(PROSE, 80))
        for x, column in zip((60, 330, 440), zip(*HEADED, strict=True), strict=True):
            text_lines(c, x, 600, [column[0]], font="Helvetica-Bold")
            text_lines(c, x, 580, list(column[1:]), step=20)

    reading = read_pdf(draw(page))
    assert texts(reading, BlockKind.table_row) == [" | ".join(row) for row in HEADED]


def test_a_table_may_have_level_rules_only() -> None:
    def page(c: Canvas) -> None:
        for y in (620, 590, 560, 530):
            c.line(60, y, 520, y)
        for x, column in zip((64, 330, 440), zip(*HEADED, strict=True), strict=True):
            text_lines(c, x, 602, list(column), step=30)

    assert texts(read_pdf(draw(page)), BlockKind.table_row) == [" | ".join(row) for row in HEADED]


def test_a_framed_paragraph_is_a_text_box() -> None:
    def page(c: Canvas) -> None:
        body(c)
        c.rect(55, 380, 400, 50)
        text_lines(c, 65, 410, ["Our pledge: twenty placements for young people", "who leave care in Kent."])

    reading = read_pdf(draw(page))
    assert texts(reading, BlockKind.text_box) == [
        "Our pledge: twenty placements for young people who leave care in Kent."
    ]


def test_a_raised_figure_is_a_superscript_and_small_print_under_it_a_footnote() -> None:
    def page(c: Canvas) -> None:
        body(c)
        text_lines(c, 60, 400, ["We pay the Real Living Wage to everyone."])
        text_lines(
            c, 60 + c.stringWidth("We pay the Real Living Wage to everyone.", "Helvetica", 11), 404, ["1"], size=7
        )
        text_lines(c, 60, 103, ["1"], size=5.5)
        text_lines(c, 66, 100, ["As set by the foundation each October."], size=8)

    reading = read_pdf(draw(page))
    assert "everyone.¹" in reading.text
    note = kind_of(reading, "As set by")
    assert (note.kind, note.label) == (BlockKind.footnote, "1")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40, 100, 560, 830)])
def test_boxes_lie_on_the_ink_whatever_the_rotation_and_crop_box(rotation: int, crop: tuple[float, ...] | None) -> None:
    data = turned(draw(body), rotation, crop)  # type: ignore[arg-type]
    reading = read_pdf(data)
    ink = np.asarray(render_page(data, 1, 2.0).convert("L"))
    page = reading.pages[0]
    assert (page.rotation, ink.shape) == (rotation, (round(page.height * 2), round(page.width * 2)))
    assert reading.text.startswith("Visible line 0 of the body")
    for word in reading.words:
        for box in word.boxes:
            assert ink[int(box.top * 2) : int(box.bottom * 2) + 1, int(box.x0 * 2) : int(box.x1 * 2) + 1].min() < 120


@pytest.mark.parametrize(("x", "y", "angle"), [(595, 0, 90), (0, 842, -90), (595, 842, 180)])
def test_a_page_whose_text_lies_on_its_side_reads_as_if_it_stood(x: float, y: float, angle: float) -> None:
    def page(c: Canvas) -> None:
        c.translate(x, y)
        c.rotate(angle)
        text_lines(c, 60, 500, wrap(PROSE, 70))

    assert texts(read_pdf(draw(page))) == [" ".join(PROSE)]


def test_form_fields_are_blocks_of_their_own_with_their_question_as_label() -> None:
    def page(c: Canvas) -> None:
        text_lines(c, 60, 700, ["How many apprentices will you recruit?"])
        c.acroForm.textfield(
            name="q1", tooltip="Apprentices", value="Six from Thanet", x=60, y=650, width=200, height=20
        )

    reading = read_pdf(draw(page))
    field = kind_of(reading, "Six from Thanet")
    assert (field.kind, field.label) == (BlockKind.form_field, "Apprentices")
    assert field.number == 1
    assert next(w for w in reading.words if field.span.contains(w.span)).boxes[0].x0 == pytest.approx(60, abs=2)


def test_words_and_blocks_agree_with_the_text() -> None:
    reading = read_pdf(built(HEADED, [GRID], before=6))
    spans = [b.span for b in reading.blocks]
    assert all(a.end < b.start for a, b in pairwise(spans))
    assert all(any(s.contains(w.span) for s in spans) for w in reading.words)
    assert all(not c.isspace() for w in reading.words for c in reading.text[w.span.start : w.span.end])


def test_a_blank_page_is_a_problem_and_not_an_error() -> None:
    reading = read_pdf(draw(body, lambda c: None))
    assert [(p.code, p.page) for p in reading.problems] == [("no_text", 2)]


def test_progress_is_told_page_by_page() -> None:
    told: list[tuple[int, int]] = []
    read_pdf(draw(body, body), on_page=lambda number, count: told.append((number, count)))
    assert told[:3] == [(0, 2), (1, 2), (2, 2)]
    assert set(told[3:]) == {(2, 2)}


def test_a_page_can_be_left_out_and_is_a_problem_then() -> None:
    reading = read_pdf(draw(body, body, body), without=[2])
    assert [(p.code, p.page) for p in reading.problems] == [("damaged_page", 2)]
    assert {w.page for w in reading.words} == {1, 3}
    assert len(reading.pages) == 3


@pytest.mark.parametrize("data", [b"", b"no pdf at all", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(DamagedFile, match=r"send it again|new copy"):
        read_pdf(data)


def test_a_file_with_a_password_asks_for_a_copy_without() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt="secret")
    canvas.drawString(60, 700, "Locked")
    canvas.save()
    with pytest.raises(EncryptedFile, match="without one"):
        read_pdf(buffer.getvalue())


def test_limits_on_pages_and_characters_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    data = draw(body, body)
    monkeypatch.setattr(reader, "MAX_PAGES", 1)
    with pytest.raises(LimitExceeded, match="2 pages"):
        read_pdf(data)
    monkeypatch.setattr(reader, "MAX_PAGES", 5)
    monkeypatch.setattr(reader, "MAX_CHARACTERS", 1500)
    with pytest.raises(LimitExceeded, match="characters"):
        read_pdf(data)
    monkeypatch.setattr(reader, "MAX_PAGE_CHARACTERS", 100)
    assert [p.code for p in read_pdf(data).problems] == ["over_limit", "over_limit"]


def test_a_page_that_is_not_there_cannot_be_drawn() -> None:
    with pytest.raises(DamagedFile, match="no page 2"):
        render_page(draw(body), 2, 1.0)
