"""Whether the service says truly that it lives and is ready, and who may see what it counts."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from svdocs.records import disk, keep
from svdocs.records.jobs import Jobs
from svdocs.records.people import People
from svdocs.records.upkeep import Task, note_task
from svdocs.web.app import create_app
from tests.web.conftest import Made

HERE = ("127.0.0.1", 50_000)
TOKEN = "t" * 32


def browser(made: Made, *, client: tuple[str, int] = HERE, token: str = "", spare: int = 0) -> TestClient:
    settings = replace(made.settings, metrics_token=token, spare_bytes=spare)
    app = create_app(made.store, settings)
    return TestClient(app, base_url="http://127.0.0.1:8000", client=client, follow_redirects=False)


def parts(client: TestClient) -> dict[str, bool]:
    return {c["part"]: c["well"] for c in client.get("/health/details").json()["checks"]}


def values(client: TestClient) -> dict[tuple[str, str], float]:
    """Each sample's value by its name and its first label's value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {(s.name, next(iter(s.labels.values()), "")): s.value for f in families for s in f.samples}


def test_a_service_with_all_it_needs_is_ready_and_says_no_more(made: Made) -> None:
    with browser(made) as client:
        assert client.get("/health/live").json() == {"status": "live"}
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_no_worker_is_told_and_does_not_stand_in_the_way(made: Made) -> None:
    with browser(made) as client:
        assert parts(client) == {"database": True, "migrations": True, "workers": False, "disk": True, "spool": True,
                                 "room": True}  # fmt: skip
        assert client.get("/health/ready").status_code == 200


def test_a_living_worker_is_seen(made: Made) -> None:
    Jobs(made.store).show_life("machine-0", 1)
    with browser(made) as client:
        assert parts(client)["workers"]


def test_a_database_that_does_not_answer_is_not_ready_and_still_alive(made: Made) -> None:
    with browser(made) as client:
        made.store.close()
        (made.settings.data_folder / "svdocs.db").rename(made.settings.data_folder / "moved.db")
        (made.settings.data_folder / "svdocs.db").mkdir()
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
        assert client.get("/health/live").status_code == 200


def test_tables_of_another_version_are_not_ready(made: Made) -> None:
    with made.store.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with browser(made) as client:
        assert not parts(client)["migrations"]
        assert client.get("/health/ready").status_code == 503


def test_too_little_room_is_not_ready(made: Made) -> None:
    with browser(made, spare=2**60) as client:
        assert not parts(client)["room"]
        assert client.get("/health/ready").status_code == 503


def test_a_spool_that_cannot_be_written_is_not_ready(made: Made) -> None:
    spool = made.settings.files_folder / "spool"
    with browser(made) as client:
        for path in spool.iterdir():
            path.unlink()
        spool.rmdir()
        spool.write_bytes(b"")
        assert not parts(client)["spool"]
        assert client.get("/health/ready").status_code == 503


def send(client: TestClient, made: Made, content: bytes) -> tuple[int, str]:
    answer = client.post(f"/api/v1/procurements/{made.procurement}/documents", files={"file": ("a.pdf", content)})
    return answer.status_code, answer.json().get("detail", "")


@pytest.mark.parametrize("at", [1, 2, 3], ids=["the file", "its folder", "the folder above"])
def test_after_a_sync_that_failed_nothing_is_acknowledged_any_more(
    made: Made, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    calls: list[int] = []

    def fail_once(handle: int) -> None:
        calls.append(handle)
        if len(calls) == at:
            raise OSError(errno.EIO, "Input/output error")

    with browser(made) as client:
        assert send(client, made, b"first")[0] == 201
        # So that the folders of the next are there, and only the three syncs of each upload are counted.
        for n in range(256):
            (made.settings.files_folder / f"{n:02x}").mkdir(exist_ok=True)
        monkeypatch.setattr(os, "fsync", fail_once)
        before = len(made.store.documents_of(made.procurement))
        status, said = send(client, made, b"second")
        assert status == 503
        assert "see to the disk" in said
        # The disk would now say that all is well; it is not asked again.
        assert [send(client, made, b"second")[0], send(client, made, b"third")[0]] == [503, 503]
        assert len(calls) == at
        assert len(made.store.documents_of(made.procurement)) == before
        assert (client.get("/health/ready").status_code, parts(client)["disk"]) == (503, False)
        assert values(client)["svdocs_disk_failed", ""] == 1
        assert client.get(f"/documents/{made.pdf}").status_code == 200  # what is there can still be read


def test_a_sync_that_fails_for_want_of_room_is_forgiven(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with browser(made) as client:
        with monkeypatch.context() as full:
            full.setattr(keep.os, "fsync", fail)
            assert send(client, made, b"second")[0] == 507
        assert send(client, made, b"second")[0] == 201


def test_a_database_whose_disk_failed_takes_nothing_any_more(made: Made) -> None:
    disk.note_failure(made.settings.data_folder)
    with browser(made) as client:
        answer = client.post("/api/v1/procurements", json={"title": "Another", "buyer": "Kent"})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert client.get("/health/ready").status_code == 503


def test_details_are_for_administrators(made: Made) -> None:
    people = People(made.store)
    people.add("admin@kent.example", "Admin", None, is_administrator=True)
    people.add("lead@kent.example", "Lead", None)
    with browser(made) as client:
        assert client.get("/health/ready").status_code == 200
        statuses = {}
        for who in ("admin", "lead"):
            client.cookies.set("svdocs", people.sign_in(people.person_of_email(f"{who}@kent.example").id))
            statuses[who] = client.get("/health/details").status_code
            client.cookies.clear()
        assert statuses == {"admin": 200, "lead": 403}
        assert client.get("/health/details").status_code == 303


@pytest.mark.parametrize(
    ("client", "token", "headers", "status"),
    [
        (HERE, "", {}, 200),
        (("::1", 1), "", {}, 200),
        (("203.0.113.5", 1), "", {}, 403),
        (HERE, "", {"X-Forwarded-For": "203.0.113.5"}, 403),
        (HERE, "", {"Forwarded": "for=203.0.113.5"}, 403),
        (("testclient", 1), "", {}, 403),
        (("203.0.113.5", 1), TOKEN, {"Authorization": f"Bearer {TOKEN}"}, 200),
        (("203.0.113.5", 1), TOKEN, {"Authorization": f"bearer {TOKEN}"}, 200),
        (("203.0.113.5", 1), TOKEN, {"Authorization": f"Bearer {TOKEN[:-1]}"}, 403),
        (("203.0.113.5", 1), TOKEN, {"Authorization": f"Basic {TOKEN}"}, 403),
        (HERE, TOKEN, {}, 403),
    ],
)
def test_metrics_are_for_this_machine_or_who_has_the_token(
    made: Made, client: tuple[str, int], token: str, headers: dict[str, str], status: int
) -> None:
    with browser(made, client=client, token=token) as asking:
        assert asking.get("/metrics", headers=headers).status_code == status


def test_requests_are_counted_by_their_route_and_never_by_their_address(made: Made) -> None:
    with browser(made) as client:
        client.get(f"/documents/{made.pdf}")
        client.get("/documents/nothing-of-this-name")
        client.get("/no/such/page?secret=canary")
        written = client.get("/metrics").text
        assert 'svdocs_http_requests_total{method="GET",route="/documents/{document_id}",status="200"} 1.0' in written
        assert 'svdocs_http_requests_total{method="GET",route="/documents/{document_id}",status="404"} 1.0' in written
        assert 'route="none",status="404"} 1.0' in written
        for word in (made.pdf, "canary", "nothing-of-this-name", "Example & Sons", "Street lighting"):
            assert word not in written


def test_a_method_that_nobody_knows_adds_no_series(made: Made) -> None:
    with browser(made) as client:
        for n in range(3):
            client.request(f"X{n}", "/")
        assert 'method="other"' in client.get("/metrics").text


def test_uploads_and_their_bytes_are_counted(made: Made) -> None:
    with browser(made) as client:
        for _ in range(2):
            assert send(client, made, b"12345")[0] in (200, 201)
        found = values(client)
        assert (found["svdocs_uploads_total", "new"], found["svdocs_uploads_total", "known"]) == (1, 1)
        assert found["svdocs_upload_bytes_total", ""] == 10


def test_the_records_tell_of_jobs_runs_the_trail_and_upkeep(made: Made) -> None:
    Jobs(made.store).show_life("machine-0", 1)
    note_task(made.settings.data_folder, Task.backup, well=True, now=datetime(2026, 11, 23, tzinfo=UTC))
    note_task(made.settings.data_folder, Task.backup, well=False)
    with browser(made) as client:
        found = values(client)
    assert found["svdocs_jobs", "queued"] == 1
    assert found["svdocs_jobs", "done"] == 3
    assert found["svdocs_jobs", "needs_person"] == 0
    assert found["svdocs_documents", "waiting"] == 1
    assert found["svdocs_workers_alive", ""] == 1
    assert found["svdocs_queue_oldest_seconds", ""] >= 0
    assert found["svdocs_audit_entries", ""] == found["svdocs_audit_anchor_entry", ""] > 3
    assert found["svdocs_records_readable", ""] == 1
    last = "svdocs_task_last_success_timestamp_seconds"
    assert (found[last, "backup"], found[last, "fsck"]) == (datetime(2026, 11, 23, tzinfo=UTC).timestamp(), 0)
    assert found["svdocs_task_last_well", "backup"] == 0


def test_reading_times_are_told_by_kind_and_problems_by_code(made: Made) -> None:
    record = {
        "schema": "svdocs.extraction/1",
        "document": {"name": "late.pdf", "reader": "pdf/12", "media_type": "application/pdf", "pages": 1, "flags": [],
                     "problems": [{"code": "encrypted", "message": "late.pdf asks for a password"},
                                  {"code": "Not a CODE: late.pdf", "message": "x"}]},
        "pipeline": {"version": "0.1.0", "models": {}},
        "commitments": [], "deliveries": [], "practices": [],
    }  # fmt: skip
    made.store.publish_run(made.waiting, record, 3.0, reading_seconds=2.5)
    with browser(made) as client:
        found, written = values(client), client.get("/metrics").text
    assert found["svdocs_reading_seconds_sum", "pdf"] == 2.5
    assert found["svdocs_reading_seconds_count", "pdf"] == 1
    assert found["svdocs_document_problems", "encrypted"] == 1
    assert "late.pdf" not in written
    assert "CODE" not in written


def test_metrics_are_given_where_the_database_does_not_answer(made: Made) -> None:
    with browser(made) as client:
        made.store.close()
        (made.settings.data_folder / "svdocs.db").rename(made.settings.data_folder / "moved.db")
        (made.settings.data_folder / "svdocs.db").mkdir()
        assert values(client)["svdocs_records_readable", ""] == 0


def test_every_answer_names_its_request(made: Made) -> None:
    with browser(made) as client:
        ids = {client.get(path).headers["X-Request-ID"] for path in ("/", "/nothing", "/health/live", "/metrics")}
        assert len(ids) == 4
        assert client.get("/", headers={"Host": "evil.example"}).headers["X-Request-ID"]


def test_a_task_of_upkeep_that_was_never_done_or_cannot_be_read_is_none(tmp_path: Path) -> None:
    from svdocs.records.upkeep import task_done

    assert task_done(tmp_path, Task.fsck) is None
    note_task(tmp_path, Task.fsck, well=False)
    done = task_done(tmp_path, Task.fsck)
    assert done is not None
    assert (done.well, done.last_well_at) == (False, None)
    (tmp_path / "upkeep" / "fsck.json").write_text("[]")
    assert task_done(tmp_path, Task.fsck) is None
