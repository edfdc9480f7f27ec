"""Uploads, from a form and from a program: kept, named safely, and answered for in plain words."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import CannotKeep, UsageError
from svdocs.records.jobs import Jobs
from svdocs.records.keep import Spool, path_of
from svdocs.records.tables import DocumentKind, JobPriority, JobState
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


def post(client: TestClient, made: Made, file: tuple[str, bytes], key: str = "", **data: str) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    path = f"/api/v1/procurements/{made.procurement}/documents"
    return client.post(path, files={"file": file}, data=data, headers=headers)


def test_a_program_gets_the_document_its_hash_and_its_address(client: TestClient, made: Made) -> None:
    answer = post(client, made, ("b.pdf", b"%PDF"), kind="bid")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["kind"], body["state"], body["commitments"]) == ("b.pdf", "bid", "waiting", 0)
    assert body["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert path_of(body["sha256"], made.settings.files_folder).read_bytes() == b"%PDF"
    assert client.get(answer.headers["location"]).json() == body


def test_a_file_of_many_pieces_comes_back_as_it_was_sent(client: TestClient, made: Made) -> None:
    content = bytes(range(256)) * 12_000 + b"\r\n--"
    sha256 = post(client, made, ("a.pdf", content)).json()["sha256"]
    assert path_of(sha256, made.settings.files_folder).read_bytes() == content


def test_the_same_key_and_file_are_answered_with_the_same_document(client: TestClient, made: Made) -> None:
    first = post(client, made, ("a.pdf", b"%PDF"), key="k1", if_there="another")
    second = post(client, made, ("a.pdf", b"%PDF"), key="k1", if_there="another")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert len(made.store.events(document_id=first.json()["id"])) == 1


@pytest.mark.parametrize(
    ("file", "data"),
    [(b"other", {}), (b"%PDF", {"supplier": "Other Ltd"}), (b"%PDF", {"kind": "baseline"})],
)
def test_the_same_key_with_another_request_is_a_conflict_and_keeps_nothing(
    client: TestClient, made: Made, file: bytes, data: dict[str, str]
) -> None:
    post(client, made, ("a.pdf", b"%PDF"), key="k1")
    kept = sorted(made.settings.files_folder.rglob("*"))
    answer = post(client, made, ("a.pdf", file), key="k1", **data)
    assert answer.status_code == 409
    assert "Idempotency-Key" in answer.json()["detail"]
    assert sorted(made.settings.files_folder.rglob("*")) == kept
    assert len(names(made)) == 5


@pytest.mark.parametrize("key", ["x" * 201, "caf\u00e9"])
def test_a_key_that_is_none_is_refused(client: TestClient, made: Made, key: str) -> None:
    answer = client.post(
        f"/api/v1/procurements/{made.procurement}/documents",
        files={"file": ("a.pdf", b"%PDF")},
        headers={"Idempotency-Key": key.encode("latin-1")},
    )
    assert answer.status_code == 422


def test_the_same_bytes_are_the_same_document_unless_the_sender_says_otherwise(client: TestClient, made: Made) -> None:
    first = post(client, made, ("a.pdf", b"%PDF")).json()["id"]
    assert post(client, made, ("b.pdf", b"%PDF")).json()["id"] == first
    asked = post(client, made, ("b.pdf", b"%PDF"), if_there="ask")
    assert (asked.status_code, asked.json()["document"]) == (409, first)
    assert post(client, made, ("b.pdf", b"%PDF"), if_there="another").json()["id"] != first
    assert post(client, made, ("b.pdf", b"%PDF"), if_there="perhaps").status_code == 422


def test_another_suppliers_same_file_is_a_document_of_its_own_and_no_word_is_said(
    client: TestClient, made: Made
) -> None:
    first = post(client, made, ("a.pdf", b"%PDF"), supplier="Alpha Ltd", if_there="ask")
    second = post(client, made, ("b.pdf", b"%PDF"), supplier="Beta Ltd", if_there="ask")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert post(client, made, ("c.pdf", b"%PDF"), supplier=" ALPHA  ltd", if_there="ask").status_code == 409


def test_an_officer_who_brings_in_a_file_again_is_asked_what_it_is(client: TestClient, made: Made) -> None:
    send(client, made, ("a.pdf", b"%PDF"), supplier="Alpha Ltd", kind="bid", key="first")
    answer = send(client, made, ("a <copy>.pdf", b"%PDF"), supplier="alpha ltd", kind="bid", key="second")
    assert answer.status_code == 409
    assert "a &lt;copy&gt;.pdf has the same content" in answer.text
    [address] = re.findall(r'action="(.*?/again)"', answer.text)
    said = dict(re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', answer.text))
    assert (said["supplier"], said["kind"], said["key"]) == ("alpha ltd", "bid", "second")
    unsaid = client.post(address, data=said)
    assert unsaid.status_code == 422
    assert "Select whether it is the same document" in unsaid.text
    same = client.post(address, data=said | {"choice": "same"})
    assert (same.status_code, len(names(made))) == (303, 5)
    for _ in range(2):  # a double click
        assert client.post(address, data=said | {"choice": "another", "name": "copy.pdf"}).status_code == 303
    assert len(made.store.documents_of(made.procurement)) == 6
    assert "copy.pdf" in names(made)


def test_a_document_of_another_procurement_cannot_be_added_again(client: TestClient, made: Made) -> None:
    other = made.store.add_procurement("Gritting", "Kent").id
    answer = client.post(f"/procurements/{other}/documents/{made.pdf}/again", data={"choice": "another", "name": "a"})
    assert answer.status_code == 404
    assert made.store.documents_of(other) == []


def test_a_double_click_brings_a_document_in_once(client: TestClient, made: Made) -> None:
    page = client.get(f"/procurements/{made.procurement}").text
    [key] = re.findall(r'name="key" value="(\w+)"', page)
    assert key not in client.get(f"/procurements/{made.procurement}").text
    for _ in range(2):
        assert send(client, made, ("a.pdf", b"%PDF"), key=key).status_code == 303
    assert len(made.store.documents_of(made.procurement)) == 5
    answer = send(client, made, ("b.pdf", b"another"), key=key)
    assert answer.status_code == 409
    assert "choose the file again" in answer.text


def test_what_the_form_said_is_shown_again_when_the_file_is_refused(client: TestClient, made: Made) -> None:
    answer = send(client, made, ("empty.pdf", b""), supplier="Alpha & Sons", kind="bid")
    assert 'value="Alpha &amp; Sons"' in answer.text
    assert 'value="bid" selected' in answer.text


def test_an_upload_that_would_leave_too_little_room_is_refused_before_it_is_read(made: Made) -> None:
    settings = replace(made.settings, spare_bytes=2**60)
    app = create_app(made.store, settings)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        answer = post(client, made, ("a.pdf", b"%PDF"))
    assert answer.status_code == 507
    assert answer.headers["content-type"] == "application/problem+json"
    assert "no room left on the disk" in answer.json()["detail"]
    assert list((made.settings.files_folder / "spool").iterdir()) == []


def test_a_database_that_cannot_be_written_is_told_as_a_full_disk_and_nothing_is_kept(
    client: TestClient, made: Made
) -> None:
    with made.store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    for connection in [made.store._engine.raw_connection() for _ in range(1)]:
        connection.execute(f"PRAGMA max_page_count={pages}")  # of this connection, which is used again
        connection.close()
    before = {p for p in made.settings.files_folder.rglob("*") if p.is_file()}
    answers = [post(client, made, (f"{n}.pdf", f"{n}".encode()), supplier="S" * 3_000) for n in range(9)]
    refused = [a for a in answers if a.status_code != 201]
    assert refused
    assert {a.status_code for a in refused} == {507}
    after = {p.name for p in made.settings.files_folder.rglob("*") if p.is_file()} - {p.name for p in before}
    assert after == {a.json()["sha256"] for a in answers if a.status_code == 201}


def test_what_a_crash_left_in_the_spool_is_swept_when_the_service_starts(made: Made) -> None:
    spool = made.settings.files_folder / "spool"
    left = spool / "left"
    left.write_bytes(b"half")
    with Spool(made.settings.files_folder) as under_way:
        under_way.write(b"more")
        with TestClient(create_app(made.store, made.settings), base_url="http://127.0.0.1:8000"):
            assert not left.exists()
            assert len(list(spool.iterdir())) == 1
    assert list(spool.iterdir()) == []


def test_an_upload_is_answered_for_with_its_job_before_it_has_been_read(client: TestClient, made: Made) -> None:
    answer = client.get(send(client, made, ("long.pdf", b"%PDF")).headers["location"])
    assert "2 documents are waiting to be read" in answer.text
    [job] = [j for j in Jobs(made.store).jobs_of() if j.document_id != made.waiting and j.state is JobState.queued]
    assert (job.priority, job.handed_to) == (JobPriority.upload, None)
    claim = Jobs(made.store).claim(job.id, "w1")
    assert claim is not None
    Jobs(made.store).note_progress(claim, "reading", 3, 12)
    assert "reading, page 3 of 12" in client.get(f"/procurements/{made.procurement}").text


def test_a_full_disk_is_told_as_it_is_and_leaves_no_record(client: TestClient, made: Made) -> None:
    made.settings.files_folder.rename(made.settings.data_folder / "away")
    made.settings.files_folder.write_text("a file where the folder should be")
    answer = send(client, made, ("a.pdf", b"%PDF"))
    assert answer.status_code == CannotKeep.http_status
    assert "could not be kept" in answer.text
    assert len(names(made)) == 4


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
