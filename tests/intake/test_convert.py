"""Old office files are converted where LibreOffice can be shut in, and refused in plain words elsewhere."""

from __future__ import annotations

import subprocess
from pathlib import Path

import docx
import pytest

from svdocs.errors import DamagedFile, EncryptedFile
from svdocs.intake import convert
from svdocs.intake.convert import convert_file, converter
from svdocs.intake.convert_child import asks_password
from svdocs.intake.safety import DOC, RTF
from svdocs.intake.sandbox import IsolationLevel
from svdocs.text.read import read_file
from tests.documents import write_docx
from tests.intake.ole_files import ole_file
from tests.intake.test_packages import zipped

needs_office = pytest.mark.skipif(converter() is None, reason="LibreOffice or bubblewrap is missing here")
OFFER = "We will recruit five apprentices from Ashford by March 2028."


def saved_as(ending: str, path: Path) -> Path:
    """The same text saved by LibreOffice in another format."""
    program = converter()
    assert program
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", ending, "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{ending}")


@needs_office
@pytest.mark.parametrize("ending", ["doc", "odt", "rtf"])
def test_an_old_file_gives_the_text_of_the_new_one(ending: str, tmp_path: Path) -> None:
    new = write_docx(tmp_path / "bid.docx", "# Our offer", OFFER, rows=[("Measure", "Units"), ("Jobs", "5")])
    made = docx.Document(str(new))
    made.add_paragraph("LibreOffice writes no table as the last thing of an old file.")
    made.save(str(new))
    old = read_file(saved_as(ending, new))
    assert old.problems == ()
    assert old.text == read_file(new).text
    assert [f.code for f in old.flags] == ["converted"]
    assert (old.name, old.reader) == (f"bid.{ending}", "converted/1")
    assert old.sha256 != read_file(new).sha256


@needs_office
def test_what_libreoffice_cannot_convert_is_told_as_broken(tmp_path: Path) -> None:
    path = tmp_path / "bid.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le"))
    with pytest.raises(DamagedFile, match="LibreOffice could not convert it"):
        convert_file(path, DOC, str(converter()))


def test_without_libreoffice_the_answer_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert.shutil, "which", lambda *_, **__: None)
    converter.cache_clear()
    path = tmp_path / "bid.rtf"
    path.write_bytes(b"{\\rtf1 hello}")
    try:
        document = read_file(path)
    finally:
        converter.cache_clear()
    assert (document.media_type, document.reader, document.text) == (RTF, "", "")
    (problem,) = document.problems
    assert problem.code == "no_converter"
    assert "libreoffice-writer" in problem.message


def test_libreoffice_is_not_used_where_it_cannot_be_shut_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "isolation_level", lambda: IsolationLevel.landlock)
    converter.cache_clear()
    try:
        assert converter() is None
    finally:
        converter.cache_clear()


@pytest.mark.parametrize(("manifest", "expected"), [(b"<manifest:encryption-data/>", True), (b"<x/>", False)])
def test_an_opendocument_file_tells_that_it_is_encrypted(manifest: bytes, expected: bool) -> None:
    data = zipped(("mimetype", b"application/vnd.oasis.opendocument.text"), ("META-INF/manifest.xml", manifest))
    assert asks_password(data, "odt") is expected


@pytest.mark.parametrize(
    ("stream", "head", "ending", "expected"),
    [
        ("WordDocument", bytes(10) + b"\x00\x01", "doc", True),
        ("WordDocument", bytes(12), "doc", False),
        ("Workbook", b"\x09\x08\x04\x00\x00\x06\x05\x00\x2f\x00\x02\x00\x00\x00", "xls", True),
        ("Workbook", b"\x09\x08\x04\x00\x00\x06\x05\x00\x0a\x00\x00\x00", "xls", False),
        ("Other", b"", "doc", False),
    ],
)
def test_an_old_office_file_tells_that_it_is_encrypted(stream: str, head: bytes, ending: str, expected: bool) -> None:
    assert asks_password(ole_file({stream: head}), ending) is expected


def test_rich_text_is_never_encrypted() -> None:
    assert not asks_password(b"{\\rtf1}", "rtf")


def test_an_encrypted_old_file_asks_for_a_copy(tmp_path: Path) -> None:
    if converter() is None:
        pytest.skip("LibreOffice or bubblewrap is missing here")
    path = tmp_path / "bid.doc"
    path.write_bytes(ole_file({"WordDocument": bytes(10) + b"\x00\x01"}))
    with pytest.raises(EncryptedFile, match="password"):
        convert_file(path, DOC, str(converter()))
