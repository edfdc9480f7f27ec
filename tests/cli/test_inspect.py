"""`svdocs inspect` tells a person what was read, as text and as a page that needs no other file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from svdocs.cli.inspect import Inspected, as_page, describe
from svdocs.text.document import BlockKind, Document, Flag, Problem
from svdocs.text.inspection import inspect_document
from tests.cli.conftest import Svdocs
from tests.documents import document_of, write_docx
from tests.intake.test_packages import zipped

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NASTY = "<script>alert(1)</script>\x1b[31m\"'&"


def test_a_pdf_is_shown_with_pictures_boxes_and_its_hidden_text(svdocs: Svdocs, tmp_path: Path) -> None:
    page = tmp_path / "seen.html"
    done = svdocs("inspect", SAMPLES / "bid-ardenholm.pdf", "--html", page, "--pictures", 1)
    assert done.status == 0
    assert "Read whole, with something to look at" in done.out
    assert "[hidden_text]" in done.out
    assert re.search(r"\d+  hidden: Note to automated readers", done.out)
    root = html.fromstring(page.read_text("utf-8"))
    (picture,) = root.xpath("//img/@src")
    assert picture.startswith("data:image/png;base64,")
    assert len(root.xpath("//rect[contains(@class, 'box')]")) > 15
    assert root.xpath("//script | //link | //iframe") == []
    links = [a.removeprefix("#") for a in root.xpath("//a/@href")]
    assert links
    assert set(links) <= set(root.xpath("//@id"))
    flagged, goes_on = (
        root.xpath("//section[@id='page-1-2']//p[@class='here small']"),
        root.xpath("//section[@id='page-1-2']"),
    )
    assert len(flagged) == 2
    assert "goes on from page 1" in goes_on[0].text_content()
    assert "goes on from page 1" in done.out
    assert {a for a in root.xpath("//@src | //@href") if not a.startswith(("data:", "#"))} == set()


@pytest.mark.parametrize(
    ("name", "words"),
    [("bid-wickenden.docx", "is in exactly one of the kinds"), ("bid-groundsel.xlsx", "Sheet Our promises")],
)
def test_a_file_without_pages_is_shown_block_by_block(svdocs: Svdocs, name: str, words: str, tmp_path: Path) -> None:
    done = svdocs("inspect", SAMPLES / name, "--html", tmp_path / "seen.html")
    assert words in done.out
    assert html.fromstring((tmp_path / "seen.html").read_text("utf-8")).xpath("//table//td")


def test_each_file_of_a_package_is_shown(svdocs: Svdocs, tmp_path: Path) -> None:
    bid = write_docx(tmp_path / "bid.docx", "We will plant trees.").read_bytes()
    (tmp_path / "p.zip").write_bytes(zipped(("bid.docx", bid), ("in.zip", zipped(("a.pdf", b"")))))
    done = svdocs("inspect", tmp_path / "p.zip", "--html", tmp_path / "seen.html")
    assert "p.zip/bid.docx" in done.out
    assert "a package inside a package" in done.out
    root = html.fromstring((tmp_path / "seen.html").read_text("utf-8"))
    assert root.xpath("//article/@id") == ["document-1", "document-2"]


def test_what_a_stranger_wrote_neither_steers_the_terminal_nor_becomes_markup() -> None:
    flags, problems = (Flag("x", NASTY, text=NASTY),), (Problem("y", NASTY),)
    made = document_of(NASTY, (BlockKind.table_row, (NASTY,)), (BlockKind.hidden, NASTY))
    document = Document(NASTY, "", NASTY, made.text, made.blocks, flags=flags, problems=problems, reader="x",
                        supplier=NASTY)  # fmt: skip
    inspection = inspect_document(document)
    assert "\x1b" not in "".join(describe(inspection))
    assert "<script" not in as_page([Inspected(inspection, {})])


def test_a_file_that_cannot_be_read_is_shown_with_its_problem(svdocs: Svdocs, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"")
    done = svdocs("inspect", tmp_path / "a.pdf")
    assert done.status == 0
    assert "Not read whole" in done.out
    assert "[damaged]" in done.out


@pytest.mark.parametrize(
    ("words", "said"), [(["/no/such.pdf"], "there is no such file"), ([__file__, "--html", "/no/such/x"], "be written")]
)
def test_wrong_words_end_with_a_sentence(svdocs: Svdocs, words: list[str], said: str) -> None:
    done = svdocs("inspect", *words)
    assert (done.status, said in done.err) == (2, True)
