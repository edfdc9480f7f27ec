"""A file's type is found from its content, and every other type gets an answer that says what to do."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import CannotRead, DamagedFile, EncryptedFile, LimitExceeded, UnsupportedFile
from svdocs.intake import safety
from svdocs.intake.safety import DOCX, JPEG, PDF, PNG, TIFF, XLSX, FileType, identify_file, sniff_media_type

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def office(main: str, content_type: str = "", extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        if content_type:
            file.writestr("[Content_Types].xml", f'<Types><Override ContentType="{content_type}"/></Types>')
        if main:
            file.writestr(main, "<x/>")
        for name, data in extra:
            file.writestr(name, data)
    return stream.getvalue()


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.7\n", "bid.pdf", FileType(PDF)),
        (b"\n\njunk before %PDF-1.4", "BID.PDF", FileType(PDF)),
        (b"%PDF-1.7\n", "bid", FileType(PDF)),
        (b"%PDF-1.7\n", "bid.docx", FileType(PDF, name_agrees=False)),
        (b"\x89PNG\r\n\x1a\n", "scan.png", FileType(PNG)),
        (b"\xff\xd8\xff\xe0", "scan.jpeg", FileType(JPEG)),
        (b"II*\x00", "scan.tif", FileType(TIFF)),
        (b"MM\x00*", "folder\\scan.tiff", FileType(TIFF)),
        (office("word/document.xml"), "bid.docx", FileType(DOCX)),
        (office("word/document2.xml", WORD_TYPE), "bid.docx", FileType(DOCX)),
        (office("xl/workbook.xml"), "toms.xlsx", FileType(XLSX)),
        (office("xl/workbook.xml", SHEET_TYPE), "toms.docx", FileType(XLSX, name_agrees=False)),
    ],
)
def test_a_readable_type_is_found_from_the_content(data: bytes, name: str, expected: FileType) -> None:
    assert identify_file(data, name) == expected


def test_content_types_decide_over_a_decoy_part() -> None:
    data = office("xl/workbook.xml", SHEET_TYPE, (("word/document.xml", b"<x/>"),))
    assert identify_file(data, "toms.xlsx").media_type == XLSX


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), "bid.doc", "old Word file"),
        (OLE + "Workbook".encode("utf-16-le"), "toms.xls", "save it as .xlsx"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "a.ppt", "PowerPoint"),
        (OLE, "a.doc", "old office file"),
        (b"{\\rtf1", "bid.rtf", "Rich Text"),
        (office("", extra=(("mimetype", b"application/vnd.oasis.opendocument.text"),)), "bid.odt", "OpenDocument text"),
        (office("ppt/presentation.xml"), "a.pptx", "PowerPoint"),
        (office("xl/workbook.bin"), "a.xlsb", "binary Excel"),
        (office("", extra=(("a.txt", b"x"),)), "bid.docx", "content is no such file"),
        (b"<html><body>bid</body></html>", "bid.html", "web page"),
        (b"<?xml version='1.0'?><bid/>", "bid.xml", "XML file"),
        (b"Dear Council, we will plant two hundred trees in the borough by 2029.", "bid.txt", "plain text"),
        (b"GIF89a", "logo.gif", "GIF"),
        (b"RIFF\x00\x00\x00\x00WEBP", "logo.webp", "WebP"),
        (b"\x00\x00\x00\x18ftypheic", "photo.heic", "HEIC"),
        (b"7z\xbc\xaf\x27\x1c", "bids.7z", "7-Zip"),
        (b"\x00\x01\x02\x03" * 20, "bid.bin", "does not know"),
        (b"\x00\x01\x02\x03" * 20, "bid.pdf", "content is no such file"),
    ],
)
def test_another_type_gets_an_answer_that_says_what_to_do(data: bytes, name: str, words: str) -> None:
    with pytest.raises(UnsupportedFile) as caught:
        identify_file(data, name)
    assert words in str(caught.value)


def test_an_encrypted_office_file_asks_for_a_copy_without_a_password() -> None:
    with pytest.raises(EncryptedFile, match="password"):
        identify_file(OLE + "EncryptedPackage".encode("utf-16-le"), "bid.docx")


def test_an_empty_file_is_told_as_empty() -> None:
    with pytest.raises(DamagedFile, match="empty"):
        identify_file(b"", "bid.pdf")


def test_a_file_over_the_limit_is_told_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_FILE_BYTES", 2**20)
    with pytest.raises(LimitExceeded, match="2 MiB; the limit is 1 MiB"):
        identify_file(b"%PDF-" + bytes(2**20), "bid.pdf")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_are_identified_or_refused_in_plain_words(data: bytes, name: str) -> None:
    message, media_type = ".", PDF
    try:
        media_type = identify_file(data, name).media_type
    except CannotRead as error:
        message = str(error)
    assert media_type in safety.READABLE
    assert message.endswith(".")


@given(st.binary(max_size=100))
def test_a_glance_agrees_with_the_structure_on_what_can_be_read_at_once(data: bytes) -> None:
    glance = sniff_media_type(b"%PDF-1.5" + data)
    assert glance == identify_file(b"%PDF-1.5" + data, "").media_type == PDF
