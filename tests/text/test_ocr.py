from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from svdocs.errors import DamagedFile, LimitExceeded, UnsupportedFile
from svdocs.text import ocr
from svdocs.text.document import BlockKind, Box
from svdocs.text.layout import PageWord
from svdocs.text.ocr import (
    direction_of,
    find_pixel_rules,
    find_skew,
    find_tesseract,
    guess_size,
    has_ink,
    mark_bold,
    read_image,
    read_words,
    trim_to_ink,
)
from svdocs.text.pdf import read_pdf, render_page
from svdocs.text.reading import Reading
from tests.text.pdf_pages import draw, text_lines

needs_tesseract = pytest.mark.skipif(find_tesseract() is None, reason="tesseract is not installed")
LINES = ["We will recruit six apprentices from the Thanet district", "by March 2028 and each will have a named mentor."]


def letter(c: Canvas) -> None:
    text_lines(c, 60, 780, ["Social value"], font="Helvetica-Bold", size=20)
    text_lines(c, 60, 740, LINES)
    for y in (660, 635, 610):
        c.line(60, y, 500, y)
    for x in (60, 300, 500):
        c.line(x, 610, x, 660)
    text_lines(c, 66, 643, ["Measure", "Trees planted"], step=25)
    text_lines(c, 306, 643, ["Target", "300 trees"], step=25)


def prose(c: Canvas) -> None:
    text_lines(c, 60, 780, ["Social value"], font="Helvetica-Bold", size=20)
    for i in range(6):
        text_lines(c, 60, 740 - 50 * i, LINES)


def scanned(turn: float = 0.0, kind: str = "PNG", dots: int = 200) -> bytes:
    image = (
        render_page(draw(letter, size=(560, 842)), 1, dots / 72)
        .convert("L")
        .rotate(turn, fillcolor=255, expand=abs(turn) >= 5)
    )
    noisy = np.asarray(image, dtype=np.float32) * 0.97 + np.random.default_rng(1).normal(
        0, 6, (image.height, image.width)
    )
    buffer = BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(buffer, kind, dpi=(dots, dots), resolution=dots)
    return buffer.getvalue()


def texts(reading: Reading) -> list[tuple[BlockKind, str]]:
    return [(b.kind, reading.text[b.span.start : b.span.end]) for b in reading.blocks]


EXPECTED = [
    (BlockKind.heading, "Social value"),
    (BlockKind.paragraph, " ".join(LINES)),
    (BlockKind.table_row, "Measure | Target"),
    (BlockKind.table_row, "Trees planted | 300 trees"),
]


@needs_tesseract
@pytest.mark.parametrize("turn", [0.0, 0.8, 10.0, 82.0, -90.0, 180.0])
def test_a_scan_reads_like_the_page_however_it_lay_on_the_glass(turn: float) -> None:
    reading = read_image(scanned(turn), "image/png")
    assert texts(reading) == EXPECTED
    assert reading.pages[0].ocr
    assert all(w.confidence is not None and 0.3 < w.confidence <= 1 for w in reading.words)


@needs_tesseract
def test_boxes_of_recognised_words_lie_on_their_ink() -> None:
    data = scanned(0.8)
    reading = read_image(data, "image/png")
    ink = np.asarray(Image.open(BytesIO(data)).convert("L"))
    scale = 200 / 72
    for word in reading.words:
        box = word.boxes[0]
        part = ink[int(box.top * scale) : int(box.bottom * scale) + 1, int(box.x0 * scale) : int(box.x1 * scale) + 1]
        assert part.min() < 130


@needs_tesseract
def test_a_pdf_of_page_images_is_recognised() -> None:
    reading = read_pdf(scanned(0.5, "PDF"))
    assert texts(reading) == EXPECTED
    assert reading.pages[0].ocr


def test_without_tesseract_the_page_is_a_problem_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_tesseract", lambda: None)
    reading = read_image(scanned(), "image/png")
    assert [(p.code, p.page) for p in reading.problems] == [("no_ocr", 1)]
    assert "install tesseract" in reading.problems[0].message


def test_a_failing_tesseract_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_tesseract", lambda: "/bin/false")
    assert [p.code for p in read_image(scanned(), "image/png").problems] == ["ocr_failed"]


def test_a_blank_sheet_has_no_text() -> None:
    buffer = BytesIO()
    Image.new("L", (800, 1000), 250).save(buffer, "PNG")
    assert [p.code for p in read_image(buffer.getvalue(), "image/png").problems] == ["no_text"]


def test_images_that_cannot_be_read_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    data = scanned()
    with pytest.raises(UnsupportedFile, match="PNG, JPEG or TIFF"):
        read_image(data, "image/webp")
    with pytest.raises(DamagedFile, match="send it again"):
        read_image(b"not an image", "image/png")
    with pytest.raises(DamagedFile):
        read_image(data[: len(data) // 2], "image/png")
    with pytest.raises(DamagedFile):
        read_image(data, "image/tiff")
    monkeypatch.setattr(ocr, "MAX_PIXELS", 1000)
    with pytest.raises(LimitExceeded, match="lower resolution"):
        read_image(data, "image/png")


def test_too_many_frames_are_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    sheets = [Image.new("L", (50, 50), 255) for _ in range(3)]
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:])
    assert len(read_image(buffer.getvalue(), "image/tiff").pages) == 3
    monkeypatch.setattr(ocr, "MAX_FRAMES", 2)
    with pytest.raises(LimitExceeded, match="3 pages"):
        read_image(buffer.getvalue(), "image/tiff")


@pytest.mark.parametrize("angle", [-10.0, -6.3, -2.0, -0.7, 0.0, 1.5, 9.8])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_skew_of_a_page_is_found_whichever_way_it_lies(angle: float, quarters: int) -> None:
    page = render_page(draw(prose), 1, 2).convert("L").rotate(angle, fillcolor=255, expand=True)
    skew = find_skew(np.rot90(np.asarray(page), quarters))
    assert skew.degrees == pytest.approx(-angle, abs=0.21)
    assert skew.sideways == bool(quarters % 2)


def test_a_slanting_drawing_does_not_turn_the_page() -> None:
    def drawing(c: Canvas) -> None:
        prose(c)
        for i in range(3):
            c.line(60, 100 + 30 * i, 500, 160 + 30 * i)

    assert abs(find_skew(np.asarray(render_page(draw(drawing), 1, 2).convert("L"))).degrees) <= 0.1


def test_rules_are_told_from_strokes_of_letters() -> None:
    page = np.asarray(render_page(draw(letter), 1, 300 / 72).convert("L"))
    level, upright = find_pixel_rules(page, 300 / 72)
    assert sorted({round(b.top / 5) * 5 for b in level}) == [180, 205, 230]
    assert {round(b.x0 / 10) * 10 for b in upright if b.bottom - b.top > 40} == {60, 300, 500}


@pytest.mark.parametrize(("text", "height"), [("Hope", 9.3), ("aces", 5.2), ("300", 7.2), ("gap", 7.3)])
def test_the_font_size_follows_from_the_height_of_the_letters(text: str, height: float) -> None:
    assert guess_size(text, height) == pytest.approx(10, abs=0.1)


def test_broken_lines_of_an_answer_are_left_out() -> None:
    assert read_words("level\n5\t1\n4\t1\t1\t1\t1\t0\t1\t1\t1\t1\t-1\t\n") == []


def test_words_read_out_of_grained_paper_are_left_out_and_faint_ones_kept() -> None:
    paper = np.random.default_rng(4).normal(230, 14, (60, 200)).clip(0, 255).astype(np.uint8)
    word = read_words("head\n5\t1\t1\t1\t1\t1\t10\t10\t80\t30\t55\t—")[0][0]
    assert not has_ink(word, paper)
    paper[20:28, 12:60] -= 70
    assert has_ink(word, paper)


@pytest.mark.parametrize(
    ("steps", "turn"), [((30, 0), 0), ((-30, 0), 2), ((0, 30), 3), ((0, -30), 1)], ids=["right", "left", "down", "up"]
)
def test_the_turn_that_is_left_follows_from_where_the_next_word_stands(steps: tuple[int, int], turn: int) -> None:
    row = "head\n" + "\n".join(
        f"5\t1\t1\t1\t1\t{i}\t{500 + steps[0] * i}\t{500 + steps[1] * i}\t20\t8\t95\tword" for i in range(4)
    )
    assert direction_of(read_words(row)) == turn


def test_bold_words_are_known_by_their_strokes_and_marks_follow_the_word_before() -> None:
    box = Box(0, 0, 1, 1)
    lines = [
        [PageWord(t, 1, box, box, 10) for t in ("Our", "targets", ":")],
        [
            PageWord(t, 1, box, box, 10)
            for t in ("We", "will", "plant", "three", "hundred", "trees", "or", "in", "town")
        ],
    ]
    mark_bold(lines, [[0.75, 1.0, 0.75], [0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.9, 1.0, 0.7]])
    assert [w.bold for w in lines[0]] == [True, True, True]
    assert [w.text for w in lines[1] if w.bold] == []


def test_a_narrow_word_whose_letters_touch_every_edge_of_its_box_is_measured_as_others_are() -> None:
    paper = np.full((40, 60), 255, dtype=np.uint8)
    for x in (10, 20, 29):
        paper[8:30, x : x + 3] = 0
    word = read_words("head\n5\t1\t1\t1\t1\t1\t10\t8\t22\t22\t95\tin")[0][0]
    assert trim_to_ink(word, paper).stroke == pytest.approx(3 * 22 / 25, rel=0.05)
    tall = replace(word, bottom=39)
    assert (trim_to_ink(tall, paper).top, trim_to_ink(tall, paper).bottom) == (8, 30)
