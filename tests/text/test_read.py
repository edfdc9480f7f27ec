"""Whatever is handed in becomes one document, with its hash, its type and what was wrong with it."""

import hashlib
from pathlib import Path

import pytest

from svdocs.errors import DamagedFile, UnsupportedFile
from svdocs.intake.safety import DOCX, PDF, XLSX
from svdocs.intake.sandbox import Limits
from svdocs.text import read as read_module
from svdocs.text.document import Document
from svdocs.text.read import read_document, read_file
from tests.bad_inputs.pdf_files import with_one_endless_page
from tests.text.test_xlsx import saved
from tests.text.word_files import paragraph, run, styled, word_file

BID = word_file(
    styled("Title", "Tender response: Question 7, social value")
    + paragraph("Supplier name: Brightwater Facilities Ltd")
    + paragraph("We will recruit five apprentices from Swale by March 2028. We will give 200 hours to schools.")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_word_file_becomes_a_document_in_a_process_of_its_own(folder: Path) -> None:
    document = read_file(put(folder, "bid.docx", BID), "bids/bid-a.docx")
    assert document.problems == ()
    assert (document.name, document.sha256, document.media_type) == (
        "bids/bid-a.docx",
        hashlib.sha256(BID).hexdigest(),
        DOCX,
    )
    assert (document.kind, document.supplier, document.reader) == ("bid", "Brightwater Facilities Ltd", "docx/1")
    assert document == read_document(BID, "bids/bid-a.docx")


def test_a_workbook_becomes_a_document(folder: Path) -> None:
    data = saved(("Measures", [["Measure", "Target"], ["Trees", 5]]))
    document = read_file(put(folder, "toms.xlsx", data))
    assert (document.media_type, document.text, document.reader) == (
        XLSX,
        "Measures\nMeasure | Target\nTrees | 5",
        "xlsx/1",
    )


@pytest.mark.parametrize(
    ("name", "data", "code", "media_type"),
    [
        ("a.docx", b"", "damaged", "application/octet-stream"),
        ("a.pdf", b"\x00\x01 nothing known \xff\xfe" * 4, "unsupported", "application/octet-stream"),
        ("a.docx", BID[:-40], "damaged", DOCX),
        ("a.html", b"<html><body>hello</body></html>", "unsupported", "text/html"),
        ("a.docx", word_file(""), "no_text", DOCX),
        ("a.docx", word_file(paragraph(run("ghost", "<w:vanish/>"))), "no_text", DOCX),
    ],
)
def test_a_bad_file_becomes_a_document_with_its_problem(
    folder: Path, name: str, data: bytes, code: str, media_type: str
) -> None:
    document = read_file(put(folder, name, data))
    assert [p.code for p in document.problems] == [code]
    assert document.media_type == media_type
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert all(p.message.rstrip(")").endswith(".") for p in document.problems)


def test_a_page_that_takes_too_long_is_left_out_and_the_others_are_read(folder: Path) -> None:
    path = put(folder, "bid.pdf", with_one_endless_page(3, 2))
    document = read_file(path, limits=Limits(page_cpu_seconds=1, wall_seconds=60.0))
    assert [(p.code, p.page) for p in document.problems] == [("damaged_page", 2)]
    assert {w.page for w in document.words} == {1, 3}


def test_a_file_that_is_not_there_is_told_as_such(folder: Path) -> None:
    document = read_file(folder / "gone.pdf")
    assert [p.code for p in document.problems] == ["unreadable"]
    assert "No such file" in document.problems[0].message


def test_a_file_over_the_limit_is_hashed_and_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svdocs.intake.safety.MAX_FILE_BYTES", 2**20)
    monkeypatch.setattr(read_module, "MAX_FILE_BYTES", 2**20)
    data = b"%PDF-1.7" + bytes(3 * 2**20)
    document = read_file(put(folder, "a.pdf", data))
    assert [p.code for p in document.problems] == ["over_limit"]
    assert (document.sha256, document.media_type) == (hashlib.sha256(data).hexdigest(), PDF)


def test_a_reader_out_of_memory_becomes_a_problem(folder: Path) -> None:
    document = read_file(put(folder, "bid.docx", BID), limits=Limits(memory_bytes=24 * 2**20))
    assert [p.code for p in document.problems] == ["reader_died"]
    assert document.media_type == DOCX


def test_a_reader_whose_answer_makes_no_sense_becomes_a_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_module, "run_isolated", lambda *_: b'{"format":"svdocs.document/1"}')
    document = read_file(put(folder, "bid.docx", BID))
    assert [p.code for p in document.problems] == ["reader_died"]
    assert "made no sense" in document.problems[0].message


def test_what_the_reader_says_of_name_and_hash_is_not_taken_on_trust(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from svdocs.text.exchange import document_to_json

    lie = document_to_json(Document("other.docx", "00", DOCX))
    monkeypatch.setattr(read_module, "run_isolated", lambda *_: lie)
    document = read_file(put(folder, "bid.docx", BID))
    assert (document.name, document.sha256) == ("bid.docx", hashlib.sha256(BID).hexdigest())


def test_a_name_that_ends_as_another_type_is_flagged_and_read_by_content(folder: Path) -> None:
    document = read_file(put(folder, "bid.pdf", BID))
    assert document.media_type == DOCX
    assert [f.code for f in document.flags] == ["name_mismatch"]


def test_characters_that_turn_or_hide_letters_are_flagged() -> None:
    document = read_document(word_file(paragraph("5\u202e00\u202c hours\U000e0041")), "bid.docx")
    assert [f.code for f in document.flags] == ["invisible_characters"]
    assert "3 characters" in document.flags[0].message


def test_a_name_of_any_letters_can_be_written(folder: Path) -> None:
    document = read_file(put(folder, "bid.docx", BID), "a\udcff\0b" + "x" * 2_000)
    assert document.name.encode("utf-8").startswith(b"a?")
    assert len(document.name) == 1_000
    assert document.problems == ()


def test_a_bad_file_read_in_this_process_raises_in_plain_words() -> None:
    with pytest.raises(UnsupportedFile, match="Rich Text"):
        read_document(b"{\\rtf1}", "a.rtf")
    with pytest.raises(DamagedFile, match="empty"):
        read_document(b"", "a.pdf")


def test_the_same_bytes_give_the_same_document() -> None:
    assert read_document(BID, "a.docx") == read_document(BID, "a.docx")


def test_a_picture_goes_to_the_reader_of_pictures(folder: Path) -> None:
    import io

    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (400, 300), 255).save(stream, "PNG")
    blank_picture = read_file(put(folder, "scan.png", stream.getvalue()))
    assert (blank_picture.media_type, blank_picture.reader) == ("image/png", "image/1")
    assert "no_text" in [p.code for p in blank_picture.problems]
