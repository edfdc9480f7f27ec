"""Jobs: one holder at a time, no work lost, none published twice, and an end after three attempts."""

from __future__ import annotations

import threading

import pytest

from svdocs.errors import Conflict, LeaseLost, NotFound, UsageError
from svdocs.records.jobs import MAX_ATTEMPTS, Jobs
from svdocs.records.leases import Claim
from svdocs.records.store import Store
from svdocs.records.tables import Document, DocumentState, EventKind, Job, JobPriority, JobState
from tests.records.conftest import add_bid
from tests.records.values import commitment, extraction_record


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store)


@pytest.fixture
def job(jobs: Jobs, bid: Document) -> Job:
    """The job that came with the bid."""
    [job] = jobs.jobs_of(document_id=bid.id)
    return job


def claimed(jobs: Jobs, job: Job, worker: str = "w1", seconds: float = 30) -> Claim:
    claim = jobs.claim(job.id, worker, seconds=seconds)
    assert claim is not None
    return claim


def test_a_document_comes_in_with_the_job_to_read_it(jobs: Jobs, store: Store, bid: Document) -> None:
    [job] = jobs.jobs_of()
    assert (job.document_id, job.state, job.kind, job.priority) == (bid.id, "queued", "read", JobPriority.upload)
    add_bid(store)
    assert len(jobs.jobs_of()) == 1
    assert jobs.latest_of([bid.id]) == {bid.id: job}


def test_a_document_that_cannot_be_added_leaves_no_job(jobs: Jobs, store: Store, bid: Document) -> None:
    with pytest.raises(UsageError):
        store.add_document(
            bid.procurement_id, name="x", kind=None, supplier=" ", sha256="e" * 64, media_type="", size=0
        )
    assert [j.document_id for j in jobs.jobs_of(bid.procurement_id)] == [bid.id]


def test_a_job_has_one_holder(jobs: Jobs, job: Job) -> None:
    claim = claimed(jobs, job)
    assert jobs.claim(job.id, "w2") is None
    assert jobs.claim_document(job.document_id, "w2") is None
    assert (claim.attempt, jobs.job(job.id).held_by) == (1, "w1")


def test_of_many_workers_at_once_one_gets_the_job(jobs: Jobs, job: Job) -> None:
    start, claims = threading.Barrier(6), []

    def take(name: str) -> None:
        start.wait()
        claims.append(jobs.claim(job.id, name))

    threads = [threading.Thread(target=take, args=(f"w{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([c for c in claims if c]) == 1
    assert len(claims) == 6


@pytest.mark.parametrize("successor", ["w1", "w2"])
def test_who_was_taken_for_dead_publishes_nothing(
    jobs: Jobs, store: Store, bid: Document, job: Job, successor: str
) -> None:
    late = claimed(jobs, job, "w1", seconds=30 if successor == "w1" else -1)
    claim = claimed(jobs, job, successor)
    with pytest.raises(LeaseLost):
        store.publish_run(bid.id, extraction_record(commitment("late")), 1, claim=late)
    store.publish_run(bid.id, extraction_record(commitment("in time")), 1, claim=claim)
    with pytest.raises(LeaseLost):
        store.publish_run(bid.id, extraction_record(commitment("late")), 1, claim=late)
    assert [s.statement.text for s in store.statements_of(bid.id)] == ["in time"]
    assert len(store.runs_of(bid.id)) == 1
    assert jobs.job(job.id).state is JobState.done


def test_a_run_staged_by_one_worker_is_not_published_by_another(
    jobs: Jobs, store: Store, bid: Document, job: Job
) -> None:
    late = claimed(jobs, job, seconds=-1)
    run, _ = store.stage_run(bid.id, extraction_record(commitment()), 1, claim=late)
    claimed(jobs, job, "w2")
    with pytest.raises(LeaseLost):
        store.publish_staged(run.id, late)
    assert store.document(bid.id).document.current_run is None


def test_a_job_whose_result_stands_already_has_ended(jobs: Jobs, store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    again = jobs.add(bid.id)
    store.publish_run(bid.id, extraction_record(commitment()), 1, claim=claimed(jobs, again))
    assert jobs.job(again.id).state is JobState.done
    assert len(store.runs_of(bid.id)) == 1


def test_what_is_published_without_a_claim_ends_the_job_all_the_same(
    jobs: Jobs, store: Store, bid: Document, job: Job
) -> None:
    claim = claimed(jobs, job)
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    assert jobs.job(job.id).state is JobState.done
    with pytest.raises(LeaseLost):
        store.publish_run(bid.id, extraction_record(commitment("other")), 1, claim=claim)


def test_after_its_last_attempt_a_job_needs_a_person_and_says_why(
    jobs: Jobs, store: Store, bid: Document, job: Job
) -> None:
    states = [jobs.give_back(claimed(jobs, job), f"It failed {n}.") for n in range(MAX_ATTEMPTS)]
    assert states == [JobState.queued, JobState.queued, JobState.needs_person]
    assert jobs.job(job.id).problem == "It failed 2."
    assert store.document(bid.id).document.state is DocumentState.needs_person
    [event] = store.events(document_id=bid.id, kind=EventKind.job_given_up)
    assert (event.message, event.details["attempts"]) == ("It failed 2.", 3)
    assert jobs.claim(job.id, "w1") is None


def test_a_job_on_which_workers_die_is_given_up_too(jobs: Jobs, job: Job) -> None:
    for _ in range(MAX_ATTEMPTS):
        claimed(jobs, job)
    assert jobs.claim(job.id, "w1") is None
    assert jobs.job(job.id).state is JobState.needs_person
    assert "stopped" in jobs.job(job.id).problem


def test_a_document_that_was_read_before_stays_as_it_was_when_its_job_is_given_up(
    jobs: Jobs, store: Store, bid: Document
) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    again = jobs.add(bid.id)
    for _ in range(MAX_ATTEMPTS):
        jobs.give_back(claimed(jobs, again), "It failed.")
    assert store.document(bid.id).document.state is DocumentState.done


def test_a_document_has_one_job_to_be_done_and_may_have_another_after_it(
    jobs: Jobs, store: Store, bid: Document, job: Job
) -> None:
    assert jobs.add(bid.id).id == job.id
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    again = jobs.add(bid.id, person="A")
    assert again.id != job.id
    [event] = store.events(document_id=bid.id, kind=EventKind.job_added)
    assert event.details == {"job": again.id, "person": "A"}
    assert [j.id for j in jobs.jobs_of(states=[JobState.done])] == [job.id]


def test_a_claim_holds_as_long_as_it_is_renewed_and_lapses_otherwise(jobs: Jobs, job: Job) -> None:
    claim = claimed(jobs, job, seconds=-1)
    jobs.renew([claim])
    assert jobs.put_back_lapsed() == []
    jobs.renew([claim], seconds=-1)
    assert jobs.put_back_lapsed() == [job.id]
    assert jobs.put_back_lapsed() == []
    jobs.renew([claim])
    assert jobs.job(job.id).state is JobState.queued
    with pytest.raises(LeaseLost):
        jobs.note_progress(claim, "reading", 1, 2)


def test_progress_is_told_by_step_and_page(jobs: Jobs, job: Job) -> None:
    claim = claimed(jobs, job)
    jobs.note_progress(claim, "reading", 3, 12)
    now = jobs.job(job.id)
    assert (now.step, now.page, now.pages) == ("reading", 3, 12)
    jobs.finish(claim)
    assert (jobs.job(job.id).state, jobs.job(job.id).step) == (JobState.done, "")


def test_what_was_not_begun_is_let_go_without_counting_as_an_attempt(jobs: Jobs, job: Job) -> None:
    jobs.let_go([claimed(jobs, job), Claim("none", "none", "w1", 1, 1)][:1])
    assert (jobs.job(job.id).state, jobs.job(job.id).attempts) == (JobState.queued, 0)


def test_a_person_calls_a_job_off_and_its_worker_publishes_nothing(
    jobs: Jobs, store: Store, bid: Document, job: Job
) -> None:
    claim = claimed(jobs, job)
    with pytest.raises(UsageError, match="person"):
        jobs.cancel(job.id, person=" ")
    assert jobs.cancel(job.id, person="A").state is JobState.cancelled
    with pytest.raises(LeaseLost):
        store.publish_run(bid.id, extraction_record(commitment()), 1, claim=claim)
    with pytest.raises(Conflict, match="ended already"):
        jobs.cancel(job.id, person="A")


def test_uploads_are_handed_over_before_archives(jobs: Jobs, store: Store, bid: Document, job: Job) -> None:
    def add(letter: str, priority: JobPriority) -> str:
        return store.add_document(bid.procurement_id, name=letter, kind=None, supplier=None, sha256=letter * 64,
                                  media_type="", size=1, priority=priority).id  # fmt: skip

    archived = [add(letter, JobPriority.archive) for letter in "bcd"]
    upload = add("e", JobPriority.upload)
    waiting = jobs.to_hand_over()
    assert [j.document_id for j in waiting] == [bid.id, upload, *archived]
    jobs.note_handed_over({j.id: f"e-{j.id}" for j in waiting[:2]})
    assert [j.document_id for j in jobs.to_hand_over()] == archived
    assert [j.handed_to for j in jobs.handed_over()] == [f"e-{j.id}" for j in waiting[:2]]


def test_a_worker_shows_signs_of_life(jobs: Jobs) -> None:
    jobs.show_life("w1", 10)
    jobs.show_life("w1", 11)
    [worker] = jobs.workers()
    assert (worker.name, worker.process, worker.seen_at >= worker.started_at) == ("w1", 11, True)


@pytest.mark.parametrize("ask", [
    lambda jobs: jobs.job("none"),
    lambda jobs: jobs.jobs_of("none"),
    lambda jobs: jobs.add("none"),
    lambda jobs: jobs.claim("none", "w"),
])  # fmt: skip
def test_what_does_not_exist_is_said_not_to_exist(jobs: Jobs, ask: object) -> None:
    with pytest.raises(NotFound):
        ask(jobs)  # type: ignore[operator]
