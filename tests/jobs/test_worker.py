"""Workers that are killed at each step: nothing is lost, doubled or seen by half, and the job ends."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from svdocs.records.jobs import Jobs
from svdocs.records.keep import keep_file
from svdocs.records.store import Store
from svdocs.records.tables import LIVE_JOBS, DocumentState, JobPriority, JobState
from svdocs.settings import Settings
from tests.jobs.launcher import PLACES, Hired

WAIT_SECONDS = 120
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the database makes no difference to."""


@pytest.fixture
def hired() -> Iterator[list[Hired]]:
    """The workers of a test, ended with it."""
    workers: list[Hired] = []
    yield workers
    for worker in workers:
        worker.kill()


def add(store: Store, settings: Settings, text: str, *, priority: JobPriority = JobPriority.upload) -> str:
    procurement = store.procurement_titled("Lighting") or store.add_procurement("Lighting", "Kent")
    path = settings.data_folder / "upload"
    path.write_text(text)
    kept = keep_file(path, settings.files_folder)
    return store.add_document(procurement.id, name="bid.txt", kind="bid", supplier="X", sha256=kept.sha256,
                              media_type="text/plain", size=kept.size, priority=priority).id  # fmt: skip


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def all_ended(store: Store) -> bool:
    return not Jobs(store).jobs_of(states=LIVE_JOBS)


@pytest.mark.parametrize(
    ("database_url", "place"),
    [*(("sqlite", place) for place in PLACES), ("postgresql", "W5"), ("postgresql", "W9")],
    indirect=["database_url"],
)
def test_a_worker_killed_at_any_step_is_taken_over_without_a_trace(
    store: Store, settings: Settings, hired: list[Hired], place: str
) -> None:
    document = add(store, settings, "We will plant trees.\nWe will sweep weekly.")
    first = Hired(settings.data_folder, settings.database_url, place)
    assert first.exit_code(WAIT_SECONDS) == -signal.SIGKILL
    published = place == "W10"
    assert store.document(document).commitments == (2 if published else 0)
    hired.append(Hired(settings.data_folder, settings.database_url, place))
    wait_until(lambda: all_ended(store))
    [job] = Jobs(store).jobs_of()
    assert (job.state, job.attempts) == (JobState.done, 1 if published else 2)
    assert [s.statement.text for s in store.statements_of(document)] == [
        "We will plant trees.",
        "We will sweep weekly.",
    ]
    assert len(store.runs_of(document)) == 1


@ON_SQLITE
def test_a_document_on_which_workers_die_again_and_again_goes_to_a_person(
    store: Store, settings: Settings, hired: list[Hired]
) -> None:
    document = add(store, settings, "We will plant trees.")
    for _ in range(3):
        assert Hired(settings.data_folder, settings.database_url, "W6", 3).exit_code(WAIT_SECONDS) == -9
    hired.append(Hired(settings.data_folder, settings.database_url))
    other = add(store, settings, "We will sweep.")
    wait_until(lambda: all_ended(store))
    states = {j.document_id: j.state for j in Jobs(store).jobs_of()}
    assert states == {document: JobState.needs_person, other: JobState.done}
    assert store.document(document).document.state is DocumentState.needs_person


@ON_SQLITE
def test_an_upload_overtakes_an_archive(store: Store, settings: Settings, hired: list[Hired]) -> None:
    archived = [add(store, settings, f"We will {n}.", priority=JobPriority.archive) for n in range(6)]
    upload = add(store, settings, "We will hurry.")
    hired.append(Hired(settings.data_folder, settings.database_url))
    wait_until(lambda: all_ended(store))
    ended = sorted(Jobs(store).jobs_of(), key=lambda j: j.ended_at or j.added_at)
    assert [j.document_id for j in ended] == [upload, *archived]


def test_two_workers_share_the_jobs_and_publish_each_once(store: Store, settings: Settings, hired: list[Hired]) -> None:
    documents = [add(store, settings, f"We will {n}.") for n in range(12)]
    hired += [Hired(settings.data_folder, settings.database_url) for _ in range(2)]
    wait_until(lambda: all_ended(store))
    assert [len(store.runs_of(d)) for d in documents] == [1] * 12
    assert {j.attempts for j in Jobs(store).jobs_of()} == {1}
    assert len(Jobs(store).workers()) == 2


@ON_SQLITE
def test_a_document_that_cannot_be_read_is_not_tried_again(
    store: Store, settings: Settings, hired: list[Hired]
) -> None:
    add(store, settings, "locked")
    hired.append(Hired(settings.data_folder, settings.database_url))
    wait_until(lambda: all_ended(store))
    [job] = Jobs(store).jobs_of()
    assert (job.state, job.attempts, job.problem) == (JobState.needs_person, 1, "The file asks for a password.")


def test_a_worker_that_is_told_to_stop_does(store: Store, settings: Settings) -> None:
    worker = Hired(settings.data_folder, settings.database_url)
    add(store, settings, "We will plant trees.")
    wait_until(lambda: all_ended(store))
    assert worker.stop() == 0
