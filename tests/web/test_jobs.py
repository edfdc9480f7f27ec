"""Jobs and their progress, as programs and pages ask for them."""

from __future__ import annotations

import asyncio
import json

import pytest
from fastapi.testclient import TestClient

from svdocs.records.jobs import Jobs
from svdocs.records.tables import Job, JobState
from svdocs.web.api.jobs import progress_events
from tests.web.conftest import Made


@pytest.fixture
def job(made: Made) -> Job:
    """The job of the document that waits."""
    [job] = Jobs(made.store).jobs_of(document_id=made.waiting)
    return job


def events(text: str) -> list[tuple[str, object]]:
    pairs = [event.split("\n") for event in text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_a_job_is_shown_with_its_progress(client: TestClient, made: Made, job: Job) -> None:
    claim = Jobs(made.store).claim(job.id, "w1")
    assert claim is not None
    Jobs(made.store).note_progress(claim, "reading", 3, 12)
    body = client.get(f"/api/v1/jobs/{job.id}").json()
    assert (body["state"], body["progress"], body["document_id"]) == ("running", "reading, page 3 of 12", made.waiting)
    listed = client.get(f"/api/v1/procurements/{made.procurement}/jobs").json()["items"]
    assert body in listed
    assert len(listed) == 4


def test_progress_is_streamed_until_all_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svdocs.web.api.jobs.LOOK_SECONDS", 0)
    base = Job(id="1", document_id="d")
    looks = iter([
        [base.model_copy()],
        [base.model_copy(update={"state": JobState.running, "step": "reading", "page": 1, "pages": 2})],
        [base.model_copy(update={"state": JobState.running, "step": "reading", "page": 1, "pages": 2})],
        [base.model_copy(update={"state": JobState.done})],
    ])  # fmt: skip

    async def listen() -> str:
        return "".join([event async for event in progress_events(lambda: next(looks))])

    told = events(asyncio.run(listen()))
    assert [name for name, _ in told] == ["job", "job", "job", "end"]
    progress = [(body["state"], body["progress"]) for _, body in told[:-1] if isinstance(body, dict)]
    assert progress == [("queued", ""), ("running", "reading, page 1 of 2"), ("done", "")]


def test_of_a_procurement_is_told_what_has_just_ended_and_nothing_of_what_ended_long_ago(
    client: TestClient, made: Made, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    Jobs(made.store).cancel(job.id, person="A")
    monkeypatch.setattr("svdocs.web.api.jobs.MOMENT_SECONDS", 86_400)
    answer = client.get(f"/api/v1/procurements/{made.procurement}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events(answer.text)] == ["job"] * 4 + ["end"]
    monkeypatch.setattr("svdocs.web.api.jobs.MOMENT_SECONDS", 0)
    assert events(client.get(f"/api/v1/procurements/{made.procurement}/events").text) == [("end", 4)]


def test_a_job_that_has_ended_is_told_of_once(client: TestClient, made: Made, job: Job) -> None:
    Jobs(made.store).cancel(job.id, person="A")
    assert [name for name, _ in events(client.get(f"/api/v1/jobs/{job.id}/events").text)] == ["job", "end"]


@pytest.mark.parametrize("what", ["jobs/none", "procurements/none"])
@pytest.mark.parametrize("part", ["/events", ""])
def test_what_does_not_exist_is_not_found(client: TestClient, what: str, part: str) -> None:
    assert client.get(f"/api/v1/{what}{part or '/jobs' * what.startswith('p')}").status_code == 404
