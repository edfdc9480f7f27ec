"""Pictures of pages: drawn in a process of their own, once, and never from a name."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from svdocs.errors import CannotRead, NotFound
from svdocs.records.keep import keep_file
from svdocs.settings import Settings, read_settings
from svdocs.text.document import Page
from svdocs.text.render_child import draw_page
from svdocs.web.page_images import page_image

A5 = Page(1, 420.0, 595.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"SVDOCS_DATA": str(tmp_path)})


def keep(data: bytes, settings: Settings) -> str:
    return keep_file(BytesIO(data), settings.files_folder).sha256


def pdf_with_a_bar() -> bytes:
    """A page of A5 with a black bar 100 points from its left and top, 50 wide and 20 high."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(A5.width, A5.height))
    canvas.rect(100, A5.height - 120, 50, 20, stroke=0, fill=1)
    canvas.save()
    return out.getvalue()


def test_a_point_of_the_page_is_two_pixels_of_its_picture(settings: Settings) -> None:
    sha256 = keep(pdf_with_a_bar(), settings)
    with Image.open(page_image(settings, sha256, 1, lambda: (A5,))) as image:
        dark = image.convert("L").point(lambda v: 255 if v < 128 else 0).getbbox()
        assert image.size == (840, 1190)
    assert dark == (200, 200, 300, 240)


def test_a_picture_is_drawn_once(settings: Settings) -> None:
    sha256 = keep(pdf_with_a_bar(), settings)
    image = page_image(settings, sha256, 1, lambda: (A5,))
    drawn = image.stat().st_mtime_ns

    def read_pages() -> tuple[Page, ...]:
        raise AssertionError("the pages are not asked for again")

    assert page_image(settings, sha256, 1, read_pages).stat().st_mtime_ns == drawn
    assert [p.name for p in image.parent.iterdir()] == ["1.png"]


@pytest.mark.parametrize("data", [b"%PDF-1.7 but nothing else", b"PK\x03\x04 no document", b"words"])
def test_a_file_that_cannot_be_drawn_is_told_and_leaves_no_picture(settings: Settings, data: bytes) -> None:
    sha256 = keep(data, settings)
    with pytest.raises(CannotRead):
        page_image(settings, sha256, 1, lambda: (A5,))
    assert not list((settings.data_folder / "pages").glob("**/*.*"))


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "a" * 64, ""])
def test_what_is_not_kept_has_no_picture(settings: Settings, sha256: str) -> None:
    with pytest.raises(NotFound):
        page_image(settings, sha256, 1, lambda: (A5,))


def test_an_image_file_is_drawn_as_its_pages() -> None:
    out = BytesIO()
    red, blue = Image.new("RGB", (3_000, 2_000), "red"), Image.new("RGB", (60, 40), "blue")
    red.save(out, "TIFF", save_all=True, append_images=[blue])
    with Image.open(BytesIO(draw_page(out.getvalue(), 2, 2.0))) as second:
        assert (second.size, second.getpixel((5, 5))) == ((60, 40), (0, 0, 255))
    with Image.open(BytesIO(draw_page(out.getvalue(), 1, 2.0))) as first:
        assert max(first.size) == 1_700
    with pytest.raises(CannotRead, match="no page 3"):
        draw_page(out.getvalue(), 3, 2.0)
