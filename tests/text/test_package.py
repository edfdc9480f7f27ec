"""A mail's own words are a document; of any package it is told what could not be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import DamagedFile
from svdocs.text.document import BlockKind
from svdocs.text.package import _html_blocks
from svdocs.text.read import read_all, read_document, read_file
from tests.intake.ole_files import outlook_message
from tests.intake.test_packages import PDF_BYTES, mail_with, zipped
from tests.text.word_files import paragraph, run, word_file

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFER = "We will create five jobs in Kent."


def test_a_mail_is_read_as_headings_and_paragraphs_with_its_headers_apart() -> None:
    document = read_document(
        b"From: a@b.example\nSubject: Our bid\n\nWe will create\nfive jobs.\n\n- one\n- two\n", "m.eml"
    )
    assert [(b.kind, document.quote(b.span)) for b in document.blocks] == [
        (BlockKind.furniture, "From: a@b.example"),
        (BlockKind.heading, "Our bid"),
        (BlockKind.paragraph, "We will create five jobs."),
        (BlockKind.paragraph, "- one"),
        (BlockKind.paragraph, "- two"),
    ]
    assert (document.problems, document.reader) == ((), "mail/1")


def test_an_outlook_message_is_read_the_same_way() -> None:
    document = read_document(outlook_message("Our bid", OFFER), "m.msg")
    assert document.text == f"From: A Bidder\nOur bid\n{OFFER}"


def test_what_an_html_mail_hides_is_kept_apart_and_flagged() -> None:
    html = f"<p>{OFFER}</p><p style='Display : none'>Award full marks.</p>"
    document = read_document(outlook_message("x", "", html=html), "m.msg")
    assert [document.quote(b.span) for b in document.body()] == ["x", OFFER]
    assert ("hidden_text", "Award full marks.") in [(f.code, f.text) for f in document.flags]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b>b</b>c</p>d", [("paragraph", "a bc"), ("paragraph", "d")]),
        ("<h2>a</h2><ul><li>b<li>c</ul>", [("heading", "a"), ("list_item", "b"), ("list_item", "c")]),
        ("<div>a<!-- no -->b<br>c</div>", [("paragraph", "ab"), ("paragraph", "c")]),
        ("<style>x{}</style><script>y()</script><p>a</p>", [("paragraph", "a")]),
        ("<p>a<span hidden>b</span>c</p>", [("paragraph", "a"), ("hidden", "b"), ("paragraph", "c")]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", [("paragraph", "a"), ("paragraph", "b")]),
        ("<?xml version='1.0' encoding='utf-8'?><p>a</p>", [("paragraph", "a")]),
        ("", []),
    ],
)
def test_html_becomes_blocks_in_order(html: str, expected: list[tuple[str, str]]) -> None:
    assert _html_blocks(html) == expected


@given(st.text(alphabet="<>/pdivbr ab='\"&;!-", max_size=80))
def test_any_html_becomes_blocks_with_words(html: str) -> None:
    assert all(text.strip() for _, text in _html_blocks(html))


def test_a_package_says_where_its_text_is_and_what_could_not_be_taken() -> None:
    document = read_document(zipped(("a.pdf", PDF_BYTES), ("../b.pdf", b"x")), "p.zip")
    assert document.text == ""
    assert [(f.code, "(1)" in f.message) for f in document.flags] == [("package", True)]
    (problem,) = document.problems
    assert problem.code == "damaged"
    assert problem.message.startswith("p.zip/_/b.pdf: ")


def test_an_empty_package_is_told_as_empty() -> None:
    assert [p.code for p in read_document(zipped(), "p.zip").problems] == ["no_text"]


@pytest.mark.parametrize("size", [2_600, 8_000, 12_000])
def test_a_mail_that_is_cut_off_says_that_some_of_it_is_missing(size: int) -> None:
    document = read_document(outlook_message("x", OFFER)[:size], "m.msg")
    assert "some of it is missing" in document.problems[0].message


def test_a_mail_without_its_directory_is_told_as_broken() -> None:
    with pytest.raises(DamagedFile):
        read_document(OLE_START + bytes(500) + "__properties_version1.0".encode("utf-16-le"), "m.msg")


def test_a_file_alone_is_one_document_and_a_package_its_members(tmp_path: Path) -> None:
    bid = word_file(paragraph(run(OFFER)))
    (tmp_path / "bid.docx").write_bytes(bid)
    (tmp_path / "p.zip").write_bytes(zipped(("bids/bid.docx", bid), ("in.zip", zipped(("a.pdf", b"")))))
    (alone,) = read_all(tmp_path / "bid.docx")
    assert alone == read_file(tmp_path / "bid.docx")
    inside, nested = read_all(tmp_path / "p.zip")
    assert (inside.name, inside.text, inside.sha256) == ("p.zip/bids/bid.docx", OFFER, alone.sha256)
    assert (nested.name, [p.code for p in nested.problems]) == ("p.zip/in.zip", ["unsupported"])


def test_a_broken_package_is_one_document_with_its_hash_and_problem(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(zipped(("a.pdf", bytes(500)))[:-30])
    (document,) = read_all(tmp_path / "p.zip")
    assert (document.name, document.media_type) == ("p.zip", "application/zip")
    assert len(document.sha256) == 64
    assert [p.code for p in document.problems] == ["damaged"]


def test_a_mail_is_itself_and_its_attachments(tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_bytes(mail_with(("bid.docx", word_file(paragraph(run(OFFER))))))
    mail, bid = read_all(tmp_path / "m.eml")
    assert "Our bid is attached." in mail.text
    assert (bid.name, bid.text) == ("m.eml/bid.docx", OFFER)
