"""The form of an upload, read as it comes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svdocs.errors import UsageError
from svdocs.records.keep import Spool
from svdocs.web.upload_form import MAX_FIELD_BYTES, MAX_FIELDS, MAX_HEADER_BYTES, MAX_PART_HEADERS, UploadForm

TYPE = "multipart/form-data; boundary=b"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path) as spool:
        yield spool


def part(content: bytes, disposition: str, *headers: str) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}", *headers]
    return b"--b\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


FILE = part(b"the bid", 'name="file"; filename="a.pdf"', "Content-Type: application/pdf")


def read(body: bytes, spool: Spool, content_type: str = TYPE, step: int = 7) -> UploadForm:
    form = UploadForm(content_type, spool, {})
    for at in range(0, len(body), step):
        form.write(body[at : at + step])
    form.finish()
    return form


@given(content=st.binary(max_size=300), name=st.text(max_size=20), step=st.integers(1, 400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_and_field_come_through_whatever_the_pieces(
    tmp_path: Path, content: bytes, name: str, step: int
) -> None:
    if b"\r\n--b" in content:
        return
    body = part(content, 'name="file"; filename="a.pdf"') + part(name.encode("utf-8", "replace"), 'name="supplier"')
    with Spool(tmp_path) as spool:
        form = read(body + b"--b--\r\n", spool, step=step)
        assert next((tmp_path / "spool").iterdir()).read_bytes() == content
        assert spool.size == len(content)
    assert form.fields["supplier"].encode("utf-8", "replace") == name.encode("utf-8", "replace")


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", TYPE + "b" * 300]
)
def test_what_is_no_form_with_parts_is_refused(spool: Spool, content_type: str) -> None:
    with pytest.raises(UsageError, match="multipart/form-data"):
        read(FILE + b"--b--", spool, content_type)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "ended before its end"),
        (FILE, "ended before its end"),
        (FILE[:-4], "ended before its end"),
        (b"no form at all", "cannot be read"),
        (FILE + FILE + b"--b--", "more than one file"),
        (part(b"x", 'name="other"; filename="a.pdf"') + b"--b--", "another field"),
        (part(b"x", 'name="a"') * (MAX_FIELDS + 1) + b"--b--", "more than 20 fields"),
        (part(b"x" * (MAX_FIELD_BYTES + 1), 'name="kind"') + b"--b--", "longer than"),
        (part(b"x", 'name="a"', *["X-A: b"] * (MAX_PART_HEADERS + 1)) + b"--b--", "cannot be read"),
        (part(b"x", 'name="a"', "X-A: " + "b" * MAX_HEADER_BYTES) + b"--b--", "cannot be read"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_body_that_is_cut_off_too_much_or_no_form_is_refused(spool: Spool, body: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(body, spool, step=1_000)


def test_a_file_field_without_a_file_name_is_no_file(spool: Spool) -> None:
    form = read(part(b"x", 'name="file"') + b"--b--", spool)
    assert (form.file_name, spool.size) == (None, 0)
