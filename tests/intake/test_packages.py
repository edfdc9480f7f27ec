"""A package gives out each file in it, or says of each why it was not taken."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.errors import CannotRead, DamagedFile, LimitExceeded, UnsupportedFile
from svdocs.intake import packages, unpack
from svdocs.intake.packages import Fault, Member, archive_members, error_of, members_of, shown_name
from svdocs.intake.unpack import Received, receive_file, unpack_archive

PDF_BYTES = b"%PDF-1.4 not whole"


def zipped(*parts: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        for name, data in parts:
            file.writestr(name, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def mail_with(*attachments: tuple[str, bytes], body: str = "Our bid is attached.") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Our bid"
    message.set_content(body)
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def faults(data: bytes, name: str = "p.zip") -> dict[str, Fault | None]:
    return {m.name.removeprefix(f"{name}/"): m.fault for m in members_of(data, name)}


def encrypted(data: bytes) -> bytes:
    """The same ZIP with its first entry marked as asking for a password."""
    made = bytearray(data)
    made[6] |= 1
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def test_each_file_keeps_its_name_in_the_package() -> None:
    data = zipped(("bids/a.pdf", PDF_BYTES), ("bids/", b""), ("b.docx", b"x"))
    assert list(members_of(data, "handed/in.zip")) == [
        Member("handed/in.zip/bids/a.pdf", PDF_BYTES),
        Member("handed/in.zip/b.docx", b"x"),
    ]


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("passwords.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped(("../../etc/x.pdf", b"1"), ("ok.pdf", b"2")), {"_/_/etc/x.pdf": Fault.outside, "ok.pdf": None}),
        (zipped(("/etc/x.pdf", b"1")), {"etc/x.pdf": Fault.outside}),
        (zipped(("C:\\x.pdf", b"1")), {"C:/x.pdf": Fault.outside}),
        (zipped((link(), b"/etc/passwd")), {"passwords.txt": Fault.link}),
        (zipped(("a.pdf", b"1"), ("A.PDF", b"2"), ("b.pdf", b"3")), {"a.pdf": Fault.duplicate, "b.pdf": None}),
        (zipped(("a.pdf", b"1"), ("a.pdf", b"2")), {"a.pdf": Fault.duplicate}),
        (encrypted(zipped(("a.pdf", b"1"), ("b.pdf", b"2"))), {"a.pdf": Fault.encrypted, "b.pdf": None}),
        (zipped(("in.zip", zipped(("a.pdf", b"1"))), ("b.pdf", b"2")), {"in.zip": Fault.nested, "b.pdf": None}),
        (zipped(("bomb.docx", bytes(5_000_000)), ("b.pdf", b"2")), {"bomb.docx": Fault.too_large, "b.pdf": None}),
        (zipped(("__MACOSX/._a.pdf", b"1"), ("x/.DS_Store", b"2"), ("a.pdf", b"3")), {"a.pdf": None}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_has_a_fault_and_the_rest_is_taken(data: bytes, expected: dict[str, Fault | None]) -> None:
    assert faults(data) == expected


def test_an_office_file_in_a_package_is_a_document_and_no_package() -> None:
    inner = zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>"))
    assert faults(zipped(("a.docx", inner))) == {"a.docx": None}


def test_a_mail_in_a_package_is_taken_and_its_attachments_are_told() -> None:
    assert faults(zipped(("m.eml", mail_with(("bid.pdf", PDF_BYTES))))) == {
        "m.eml": None,
        "m.eml/bid.pdf": Fault.nested,
    }


def test_a_broken_entry_has_a_fault() -> None:
    data = bytearray(zipped(("a.pdf", bytes(range(256)) * 9), ("b.pdf", b"2")))
    data[40:60] = b"\xff" * 20
    assert faults(bytes(data)) == {"a.pdf": Fault.damaged, "b.pdf": None}


def test_too_many_files_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_ENTRIES", 2)
    with pytest.raises(LimitExceeded, match="holds 3 files; the limit is 2"):
        next(members_of(zipped(*((f"{i}.pdf", b"x") for i in range(3))), "p.zip"))


def test_files_over_the_limit_together_end_the_package_and_what_came_before_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packages, "MAX_TOTAL_BYTES", 2**20)
    members = members_of(zipped(("a.pdf", bytes(800_000)), ("b.pdf", bytes(800_000))), "p.zip")
    assert next(members).name == "p.zip/a.pdf"
    with pytest.raises(LimitExceeded, match=r"from b\.pdf on were not taken"):
        next(members)


def test_a_mail_gives_its_attachments_by_name_only_and_numbers_equal_ones() -> None:
    data = mail_with(
        ("../../bid.pdf", PDF_BYTES), ("image.png", b"1"), ("image.png", b"2"), ("in.zip", zipped(("a", b"")))
    )
    assert faults(data, "m.eml") == {"bid.pdf": None, "image.png": None, "image (2).png": None, "in.zip": Fault.nested}


def test_an_attached_mail_is_taken_as_a_mail() -> None:
    outer, inner = EmailMessage(), EmailMessage()
    inner["Subject"], inner["From"] = "Earlier", "x@y.example"
    inner.set_content("We will plant trees.")
    outer["Subject"], outer["From"] = "Forwarded", "a@b.example"
    outer.set_content("See below.")
    outer.add_attachment(inner)
    (member,) = members_of(outer.as_bytes(), "m.eml")
    assert member.name.endswith(".eml")
    assert b"We will plant trees." in member.data


def test_what_is_no_package_is_told_so() -> None:
    with pytest.raises(UnsupportedFile, match="no package"):
        list(members_of(PDF_BYTES, "a.pdf"))


def test_a_cut_off_package_is_told_as_broken() -> None:
    with pytest.raises(DamagedFile, match="cut off"):
        list(members_of(zipped(("a.pdf", bytes(1000)))[:-30], "p.zip"))


@given(st.text())
def test_a_shown_name_leads_nowhere(name: str) -> None:
    shown = shown_name(name)
    assert shown
    assert len(shown) <= packages.MAX_NAME_LETTERS
    assert not shown.startswith("/")
    assert not {"..", ".", ""} & set(shown.split("/"))
    assert shown.isprintable()


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_damage_ends_in_members_or_one_plain_error(noise: bytes, at: int) -> None:
    whole = zipped(("a.pdf", PDF_BYTES), ("b.docx", b"x" * 50))
    data = whole[:at] + noise + whole[at + len(noise) :]
    try:
        names = [m.name for m in members_of(data, "p.zip")]
    except CannotRead as error:
        names = [f"p.zip/{error}"]
    assert all(n.startswith("p.zip/") for n in names)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_says_what_to_do(fault: Fault) -> None:
    said = str(error_of(fault))
    assert said.endswith(".")
    assert ";" in said


def put(folder: Path, name: str, data: bytes) -> tuple[Path, Path]:
    (folder / "scratch").mkdir()
    (folder / name).write_bytes(data)
    return folder / name, folder / "scratch"


def told(received: list[Received]) -> list[tuple[str, bytes | None, str]]:
    return [(r.name, r.path.read_bytes() if r.path else None, r.error.code if r.error else "") for r in received]


def test_a_file_that_is_no_package_is_received_as_it_is(tmp_path: Path) -> None:
    path, scratch = put(tmp_path, "a.pdf", PDF_BYTES)
    assert list(receive_file(path, "bids/a.pdf", scratch)) == [Received(path, "bids/a.pdf")]


def test_a_package_is_received_as_its_members_taken_out_in_another_process(tmp_path: Path) -> None:
    path, scratch = put(tmp_path, "p.zip", zipped(("a.pdf", PDF_BYTES), ("../b.pdf", b"x"), ("empty.pdf", b"")))
    assert told(list(receive_file(path, "p.zip", scratch))) == [
        ("p.zip/a.pdf", PDF_BYTES, ""),
        ("p.zip/_/b.pdf", None, "damaged"),
        ("p.zip/empty.pdf", b"", ""),
    ]


def test_a_mail_is_received_as_itself_and_its_attachments(tmp_path: Path) -> None:
    data = mail_with(("bid.pdf", PDF_BYTES))
    path, scratch = put(tmp_path, "m.eml", data)
    assert told(list(receive_file(path, "m.eml", scratch))) == [("m.eml", data, ""), ("m.eml/bid.pdf", PDF_BYTES, "")]


def test_a_broken_package_is_received_as_itself_with_an_error(tmp_path: Path) -> None:
    path, scratch = put(tmp_path, "p.zip", zipped(("a.pdf", bytes(1000)))[:-30])
    (received,) = receive_file(path, "p.zip", scratch)
    assert (received.name, received.path) == ("p.zip", path)
    assert isinstance(received.error, DamagedFile)


def test_a_directory_that_promises_more_files_than_it_has_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(("a.pdf", b"x")))
    at = data.find(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<I", 2**24)
    path, scratch = put(tmp_path, "p.zip", bytes(data))
    (received,) = receive_file(path, "p.zip", scratch)
    assert isinstance(received.error, LimitExceeded)


def test_a_package_whose_unpacking_dies_keeps_what_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = str(Path(__file__).parent / "odd_reader.py")
    monkeypatch.setattr(unpack, "UNPACKER_MODULE", odd)
    path, scratch = put(tmp_path, "gives half a part", zipped(("a.pdf", b"x")))
    assert told(list(receive_file(path, "gives half a part", scratch))) == [
        ("a", b"abc", ""),
        ("b", None, "damaged"),
        ("gives half a part", path.read_bytes(), "reader_died"),
    ]


def test_an_archive_gives_packages_as_files_and_says_what_it_cannot_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zipped(("b.pdf", PDF_BYTES))
    data = zipped(("bids/a.pdf", PDF_BYTES), ("all.zip", inner), ("../x.pdf", b"x"), ("c.pdf", b"1"), ("C.pdf", b"2"))
    (tmp_path / "archive.zip").write_bytes(data)
    (tmp_path / "out").mkdir()
    received = unpack_archive(tmp_path / "archive.zip", tmp_path / "out")
    taken = {r.name: r.path.read_bytes() for r in received if r.path is not None and r.error is None}
    assert taken == {"bids/a.pdf": PDF_BYTES, "all.zip": inner}
    assert [r.name for r in received if r.error is not None] == ["_/x.pdf", "c.pdf", "C.pdf"]
    monkeypatch.setattr(packages, "MAX_ARCHIVE_ENTRIES", 4)
    with pytest.raises(LimitExceeded, match="several archives"):
        list(archive_members(io.BytesIO(data)))


def test_an_archive_that_is_cut_off_is_refused_whole(tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_bytes(zipped(("a.pdf", PDF_BYTES))[:-30])
    with pytest.raises(CannotRead):
        unpack_archive(tmp_path / "archive.zip", tmp_path)


def test_a_file_over_the_limit_is_not_taken_from_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_FILE_BYTES", 3)
    [small, large] = archive_members(io.BytesIO(zipped(("a.pdf", b"123"), ("b.pdf", b"1234"))))
    assert (small.data, small.fault) == (b"123", None)
    assert (large.data, large.fault) == (b"", Fault.too_large)
