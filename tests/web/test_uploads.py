"""Uploads, from a form and from a program: kept, named safely, and answered for in plain words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import CannotKeep, UsageError
from svdocs.records.tables import DocumentKind
from svdocs.web.app import create_app
from svdocs.web.uploads import safe_name
from tests.web.conftest import Made


def send(client: TestClient, made: Made, file: tuple[str, bytes], **data: str) -> Any:
    return client.post(f"/procurements/{made.procurement}/documents", files={"file": file}, data=data)


def names(made: Made) -> set[str]:
    return {d.document.name for d in made.store.documents_of(made.procurement)}


def test_an_upload_stands_in_the_procurement_with_its_kind_and_supplier(client: TestClient, made: Made) -> None:
    answer = send(client, made, ("Bid B.pdf", b"%PDF-1.7"), kind="bid", supplier=" Other Ltd ")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/procurements/{made.procurement}"
    [record] = [d for d in made.store.documents_of() if d.document.name == "Bid B.pdf"]
    assert (record.document.kind, record.supplier) == (DocumentKind.bid, "Other Ltd")


@pytest.mark.parametrize(
    ("file", "data", "words"),
    [
        (("", b""), {}, "No file was chosen"),
        (("empty.pdf", b""), {}, "empty.pdf: the file is empty"),
        (("a.pdf", b"x"), {"kind": "novel"}, "is not a kind of document"),
    ],
)
def test_an_upload_that_cannot_be_used_says_why_and_what_to_do(
    client: TestClient, made: Made, file: tuple[str, bytes], data: dict[str, str], words: str
) -> None:
    answer = send(client, made, file, **data)
    assert answer.status_code == 422
    assert words in answer.text
    assert '<a href="#file">' in answer.text
    assert len(names(made)) == 4


def test_a_file_name_is_never_a_place_on_the_disk(client: TestClient, made: Made) -> None:
    send(client, made, ("../../../tmp/svdocs-escaped.pdf", b"%PDF"))
    assert "svdocs-escaped.pdf" in names(made)
    assert not Path("/tmp/svdocs-escaped.pdf").exists()


def test_an_upload_to_a_procurement_that_does_not_exist_is_not_found(client: TestClient, made: Made) -> None:
    answer = client.post("/procurements/none/documents", files={"file": ("a.pdf", b"x")})
    assert answer.status_code == 404
    assert not list(
        made.settings.files_folder.glob("**/" + "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")
    )


def test_a_program_gets_the_document_and_its_address(client: TestClient, made: Made) -> None:
    answer = client.post(
        f"/api/v1/procurements/{made.procurement}/documents", files={"file": ("b.pdf", b"%PDF")}, data={"kind": "bid"}
    )
    assert answer.status_code == 202
    body = answer.json()
    assert (body["name"], body["kind"], body["state"], body["commitments"]) == ("b.pdf", "bid", "waiting", 0)
    assert client.get(answer.headers["location"]).json() == body


def test_the_same_bytes_are_the_same_document(client: TestClient, made: Made) -> None:
    path = f"/api/v1/procurements/{made.procurement}/documents"
    first, second = (client.post(path, files={"file": (name, b"%PDF")}).json() for name in ("a.pdf", "b.pdf"))
    assert first["id"] == second["id"]


@pytest.fixture
def slow(made: Made) -> Iterator[TestClient]:
    """A client of an application that reads an upload for longer than anyone waits."""
    go_on = threading.Event()

    def bring_in(path: Path, **about: Any) -> None:
        go_on.wait(20)

    app = create_app(made.store, made.settings, bring_in, patience_seconds=0.2)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=True) as client:
        yield client
        go_on.set()


def test_a_long_document_is_answered_for_before_it_has_been_read(slow: TestClient, made: Made) -> None:
    answer = send(slow, made, ("long.pdf", b"%PDF"))
    assert answer.status_code == 200
    assert "2 documents are waiting to be read" in answer.text


def test_a_full_disk_is_told_as_it_is_and_leaves_no_record(client: TestClient, made: Made) -> None:
    made.settings.files_folder.rename(made.settings.data_folder / "away")
    made.settings.files_folder.write_text("a file where the folder should be")
    answer = send(client, made, ("a.pdf", b"%PDF"))
    assert answer.status_code == CannotKeep.http_status
    assert "could not be kept" in answer.text
    assert len(names(made)) == 4


def test_an_upload_whose_reading_fails_is_kept_and_waits(made: Made) -> None:
    def bring_in(path: Path, **about: Any) -> None:
        raise RuntimeError("a fault of the program")

    with TestClient(create_app(made.store, made.settings, bring_in), base_url="http://127.0.0.1:8000") as client:
        answer = send(client, made, ("a.pdf", b"%PDF"))
    assert answer.status_code == 500
    assert "Incident number" in answer.text
    assert "a.pdf" in names(made)


def test_an_upload_is_brought_in_by_its_hash_under_the_name_it_came_with(made: Made) -> None:
    seen: dict[str, Any] = {}

    def bring_in(path: Path, **about: Any) -> None:
        seen.update(about, path=path)

    with TestClient(create_app(made.store, made.settings, bring_in), base_url="http://127.0.0.1:8000") as client:
        send(client, made, ("../a.pdf", b"%PDF"), kind="", supplier="")
    assert len(seen["path"].name) == 64
    assert (seen["name"], seen["kind"], seen["supplier"]) == ("a.pdf", None, None)
    assert seen["procurement_id"] == made.procurement


@given(st.text(min_size=1))
def test_a_safe_name_is_one_short_printable_part_of_a_path(name: str) -> None:
    try:
        safe = safe_name(name)
    except UsageError:
        assert not name.strip()
        return
    assert safe
    assert safe not in (".", "..")
    assert not set(safe) & set("/\\\0\n\r")
    assert len(safe.encode()) <= 255
    assert Path("/tmp", safe).parent == Path("/tmp")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a\u202efdp.exe", "a fdp.exe"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
        (".hidden", "hidden"),
        ("con\x00trol.pdf", "con trol.pdf"),
        ("Angebot für Köln.pdf", "Angebot für Köln.pdf"),
    ],
)
def test_a_safe_name_keeps_what_a_person_knows_it_by(name: str, safe: str) -> None:
    assert safe_name(name) == safe
