"""A container gives up its parts only within limits, and XML is parsed only when it is plain."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import CannotRead, DamagedFile, EncryptedFile, LimitExceeded
from svdocs.intake import containers
from svdocs.intake.containers import Container, parse_xml, walk_xml


def zipped(*parts: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as file:
        for name, data in parts:
            file.writestr(name, data)
    return stream.getvalue()


def test_a_part_is_found_without_regard_to_case_or_a_leading_slash() -> None:
    container = Container(zipped(("Word/Document.xml", b"<a/>")))
    assert "/word/document.XML" in container
    assert container.read("word/document.xml") == b"<a/>"
    assert container.names == ("Word/Document.xml",)


def test_a_missing_part_is_named() -> None:
    with pytest.raises(DamagedFile, match=r"lacks the part “word/document.xml”"):
        Container(zipped(("a", b"x"))).read("word/document.xml")


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "..\\a", "C:/a", "C:\\a"])
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(DamagedFile, match="points outside"):
        Container(zipped((name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("first", "second"), [("a.xml", "a.xml"), ("a.xml", "A.xml"), ("a/b", "a\\b")])
def test_two_parts_of_one_name_are_refused(first: str, second: str) -> None:
    with pytest.raises(DamagedFile, match="twice"):
        Container(zipped((first, b"x"), (second, b"y")))


def test_a_link_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(DamagedFile, match="link"):
        Container(stream.getvalue())


def test_an_encrypted_part_is_told_as_such() -> None:
    data = bytearray(zipped(("a", b"x")))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EncryptedFile):
        Container(bytes(data))


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_ENTRIES", 3)
    with pytest.raises(LimitExceeded, match="holds 4 parts"):
        Container(zipped(*((f"p{i}", b"x") for i in range(4))))


def test_a_huge_directory_is_refused_before_it_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_DIRECTORY_BYTES", 2**10)
    with pytest.raises(LimitExceeded, match="list of parts"):
        Container(zipped(*((f"part-{i:0100}", b"") for i in range(40))))


def test_a_part_that_says_it_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_PART_BYTES", 1_000)
    with pytest.raises(LimitExceeded):
        Container(zipped(("a", b"x" * 2_000)))


def test_a_bomb_is_stopped_by_its_ratio() -> None:
    container = Container(zipped(("a", bytes(20 * 2**20))))
    with pytest.raises(LimitExceeded, match="would unpack"):
        container.read("a")


def test_a_directory_that_lies_about_sizes_does_not_help_a_bomb() -> None:
    data = bytearray(zipped(("a", bytes(20 * 2**20))))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    container = Container(bytes(data))
    with pytest.raises(CannotRead):
        container.read("a")


def test_all_parts_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(("a", b"a" * 900), ("b", b"b" * 900))
    container = Container(data)
    monkeypatch.setattr(containers, "MAX_TOTAL_BYTES", 1_000)
    container.read("a")
    with pytest.raises(LimitExceeded):
        container.read("b")
    with pytest.raises(LimitExceeded):
        Container(data)


def test_a_part_is_inflated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    container = Container(zipped(("a", b"a" * 900)))
    monkeypatch.setattr(containers, "MAX_TOTAL_BYTES", 1_000)
    assert container.read("a") is container.read("A")


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", zipped(("a", b"x"))[:-10]], ids=["empty", "four bytes", "cut short"]
)
def test_a_broken_zip_is_told_as_such(data: bytes) -> None:
    with pytest.raises(DamagedFile):
        Container(data)


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_zip_with_one_changed_byte_gives_its_part_or_a_plain_error(at: int, value: int) -> None:
    data = bytearray(zipped(("word/document.xml", b"<a>some text that is long enough to pack</a>" * 3)))
    data[at % len(data)] = value
    message = "."
    try:
        Container(bytes(data)).read("word/document.xml")
    except CannotRead as error:
        message = str(error)
    assert message.endswith(".")


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        "<!DOCTYPE a><a/>".encode("utf-16-le"),
        "<!DOCTYPE a><a/>".encode("utf-16-be"),
    ],
)
def test_a_document_type_is_refused_in_every_encoding(xml: bytes) -> None:
    with pytest.raises(DamagedFile, match="document type"):
        parse_xml(xml, "word/document.xml")
    with pytest.raises(DamagedFile, match="document type"):
        list(walk_xml(xml, "xl/sheet.xml", "a"))


@pytest.mark.parametrize(
    "xml",
    [
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b'<?xml version="1.0" encoding="cp037"?><a/>',
        "<a/>".encode("utf-32"),
        b"\xff\xfe<",
    ],
)
def test_an_encoding_that_could_hide_something_is_refused(xml: bytes) -> None:
    with pytest.raises(DamagedFile, match="encoding"):
        parse_xml(xml, "a.xml")


@pytest.mark.parametrize("xml", [b"<a>", b"", b"<a>&x;</a>", b"<a>" * 5_000, b"<a>" + b"x" * 11_000_000 + b"</a>"])
def test_broken_or_monstrous_xml_is_told_as_broken(xml: bytes) -> None:
    with pytest.raises(DamagedFile, match="broken XML"):
        parse_xml(xml, "a.xml")
    with pytest.raises(DamagedFile, match="broken XML"):
        list(walk_xml(xml, "a.xml", "a"))


def test_utf_16_is_read() -> None:
    assert parse_xml('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"), "a").text == "é"


def test_a_message_never_carries_a_part_name_that_could_harm_a_terminal() -> None:
    with pytest.raises(DamagedFile) as caught:
        Container(zipped(("../\x1b[31m" + "x" * 100, b"")))
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_part_without_a_name_is_damage() -> None:
    import io
    import zipfile

    from svdocs.intake.containers import open_zip

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("a", b"x")
    data = stream.getvalue()
    at = data.find(b"PK\x01\x02")
    nameless = data[: at + 46] + b"\0" + data[at + 47 :]
    with pytest.raises(DamagedFile, match="without a name"):
        open_zip(nameless)
