"""What logs and metrics say of requests and jobs, and that nothing of a bid is among it."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from svdocs.jobs import document_job
from svdocs.jobs.worker import Worker
from svdocs.logs import JsonLines
from svdocs.records.jobs import Jobs
from svdocs.records.keys import Keys
from svdocs.records.people import People
from svdocs.records.people_tables import Role, Scope
from svdocs.web.app import create_app
from svdocs.web.render import static_address
from tests.jobs.plain import plain_stages
from tests.web.conftest import Made

CANARY = "heliotrope"
PASSWORD = f"{CANARY} staple battery"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that the process logs meanwhile, as JSON lines, libraries' debugging included."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    levels = {name: logging.getLogger(name).level for name in ("", "svdocs")}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines_of(stream: io.StringIO, word: str) -> list[dict[str, Any]]:
    """The lines whose message begins with this word."""
    lines = map(json.loads, stream.getvalue().splitlines())
    return [line for line in lines if line["message"].split(" ")[0] == word]


class _NoEngine:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the engine is not needed for one job ({name})")


def run_step(name: str, step: Any) -> str | None:
    result: str | None = step()
    return result


def work(made: Made, job_id: str) -> None:
    Worker("here-0", made.store, made.settings, _NoEngine(), plain_stages()).process(job_id, run_step)


def test_logs_and_metrics_hold_nothing_of_bids_people_or_secrets(
    made: Made, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = People(made.store)
    lead = people.add("lead@kent.example", f"{CANARY} Lead", PASSWORD)
    people.grant(lead.id, made.procurement, Role.lead)
    _, words = Keys(made.store).add(lead.id, f"{CANARY} key", list(Scope), days=9, procurements=None)
    app = create_app(made.store, made.settings)
    own = {"Authorization": f"Bearer {words}"}
    statement = made.store.statements_of(made.pdf)[0].id
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1), follow_redirects=False,
                    raise_server_exceptions=False) as client:  # fmt: skip
        signed_in = client.post("/sign-in", data={"email": "lead@kent.example", "password": PASSWORD, "next": "/"})
        cookie = signed_in.cookies["svdocs"]
        client.cookies.clear()
        client.post("/sign-in", data={"email": f"{CANARY}@kent.example", "password": PASSWORD, "next": "/"})
        sent = client.post(
            f"/api/v1/procurements/{made.procurement}/documents",
            files={"file": (f"{CANARY}.pdf", f"We will take on ten {CANARY} apprentices.".encode())},
            data={"supplier": f"{CANARY} Ltd"},
            headers=own,
        )
        assert sent.status_code == 201, sent.text
        decided = client.post(
            f"/api/v1/statements/{statement}/decisions",
            json={"action": "reject", "person": f"{CANARY} person", "reason": f"{CANARY} reason"},
            headers=own,
        )
        assert decided.status_code == 201, decided.text
        for path in (f"/?q={CANARY}", f"/{CANARY}", f"/documents/{CANARY}", f"/sign-in?next=/{CANARY}"):
            client.get(path, headers=own | {"User-Agent": CANARY, "Referer": f"http://x/{CANARY}"})
        client.get(f"/documents/{made.pdf}", headers={"Authorization": f"Bearer {CANARY}"})

        def fail(*_: object) -> None:
            raise ValueError(f"cannot parse: We will take on ten {CANARY} apprentices")

        with monkeypatch.context() as broken:
            broken.setattr(type(made.store), "procurements", fail)
            assert client.get("/api/v1/procurements", headers=own).status_code == 500
        document = sent.json().get("id") or sent.json()["document"]["id"]
        job = Jobs(made.store).jobs_of(document_id=document)[0].id
        with monkeypatch.context() as broken:
            broken.setattr(document_job.Batch, "read", fail)
            work(made, job)
        work(made, job)
        metrics = client.get("/metrics").text
    assert Jobs(made.store).job(job).state == "done"
    said = written.getvalue()
    for secret in (
        CANARY,
        words,
        words.split("_")[-1],
        cookie,
        "lead@kent.example",
        "Example & Sons",
        "Street lighting",
    ):
        assert secret not in said + metrics, next(line for line in said.splitlines() if secret in line)
    assert len(lines_of(written, "request")) >= 10
    assert lines_of(written, "incident")[0]["error"][0] == "ValueError"
    assert lines_of(written, "job")
    ended = [line for line in lines_of(written, "job") if line["message"] == "job ended"]
    assert [line["document"] for line in ended] == [document]
    uploaded = next(line for line in lines_of(written, "request") if line["status"] == 201)
    assert uploaded["route"] == "/api/v1/procurements/{procurement_id}/documents"
    assert uploaded["person"] == lead.id
    assert uploaded["ms"] > 0


def test_the_incident_and_its_request_stand_under_one_id(made: Made, written: io.StringIO) -> None:
    app = create_app(made.store, made.settings)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError

    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    [incident], [asked] = lines_of(written, "incident"), lines_of(written, "request")
    assert incident["request"] == asked["request"] == answer.headers["X-Request-ID"]
    assert incident["incident"] in answer.text
    assert asked["status"] == 500


def test_what_is_asked_for_all_the_time_is_worth_a_line_only_if_it_fails(made: Made, written: io.StringIO) -> None:
    app = create_app(made.store, made.settings)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("203.0.113.5", 1)) as client:
        client.get("/health/live")
        client.get(f"{static_address()}/svdocs.css")
        client.get("/metrics")
    assert [(line["route"], line["status"]) for line in lines_of(written, "request")] == [("/metrics", 403)]


def test_parallel_requests_keep_their_own_ids(made: Made, written: io.StringIO) -> None:
    app = create_app(made.store, made.settings)
    ids: set[str] = set()
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        threads = [threading.Thread(target=lambda: ids.add(client.get("/").headers["X-Request-ID"])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(ids) == 8
    assert {line["request"] for line in lines_of(written, "request")} == ids
