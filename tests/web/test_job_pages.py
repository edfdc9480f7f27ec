"""The page of jobs: what waits, how far it is, what needs a person; read again and called off."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from svdocs.records.jobs import Jobs
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.tables import Job, JobState
from svdocs.web.visitors import form_token_of
from tests.web.conftest import Made


@pytest.fixture
def job(made: Made) -> Job:
    """The job of the file that waits."""
    return Jobs(made.store).jobs_of(document_id=made.waiting)[0]


def test_the_queue_shows_what_waits_and_how_far_it_is(client: TestClient, made: Made, job: Job) -> None:
    claim = Jobs(made.store).claim(job.id, "w")
    assert claim
    Jobs(made.store).note_progress(claim, "reading", 3, 12)
    page = client.get("/jobs").text
    assert "late.pdf" in page
    assert "reading, page 3 of 12" in page
    assert 'data-watch="/jobs/events"' in page
    assert f'action="/jobs/{job.id}/cancel"' in page


def test_a_job_is_called_off_and_the_document_read_again(client: TestClient, made: Made, job: Job) -> None:
    assert client.post(f"/jobs/{job.id}/cancel").headers["location"] == "/jobs"
    assert Jobs(made.store).job(job.id).state is JobState.cancelled
    assert "The job is called off" in client.get("/jobs").text
    assert client.post(f"/jobs/{job.id}/retry").status_code == 303
    newest = Jobs(made.store).jobs_of(document_id=made.waiting)[0]
    assert (newest.state, newest.id == job.id) == (JobState.queued, False)
    assert client.post(f"/jobs/{newest.id}/retry").status_code == 409


def test_what_needs_a_person_is_counted_and_told_why(client: TestClient, made: Made, job: Job) -> None:
    assert "Needs a person (0)" in client.get("/jobs").text
    jobs = Jobs(made.store)
    for _ in range(3):
        claim = jobs.claim(job.id, "w")
        assert claim
        jobs.give_back(claim, "late.pdf: the file is broken")
    page = client.get("/jobs?show=needs_person").text
    assert "Needs a person (1)" in page
    assert "the file is broken" in page
    assert "3 attempts" in page


def test_an_observer_sees_the_queue_and_changes_nothing(client: TestClient, made: Made, job: Job) -> None:
    people = People(made.store)
    for name in ("observer", "outsider"):
        people.add(f"{name}@kent.example", name, None)
    people.grant(people.person_of_email("observer@kent.example").id, made.procurement, Role.observer)
    shown = {}
    for name, status in (("observer", 403), ("outsider", 404)):
        token = people.sign_in(people.person_of_email(f"{name}@kent.example").id)
        client.cookies.set("svdocs", token)
        shown[name] = client.get("/jobs?show=all").text
        answer = client.post(f"/jobs/{job.id}/cancel", data={"csrf": form_token_of(token)})
        assert answer.status_code == status
    assert "late.pdf" in shown["observer"]
    assert "/cancel" not in shown["observer"]
    assert "late.pdf" not in shown["outsider"]
    assert Jobs(made.store).job(job.id).state is JobState.queued


@pytest.mark.parametrize("address", ["/jobs?show=nothing", "/jobs?page=0", "/jobs?page=99"])
def test_an_address_that_asks_for_what_there_is_not_shows_a_page(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 200
