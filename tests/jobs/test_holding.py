"""A batch and a worker on the same documents: each is done by one of them, and once."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from svdocs.jobs import holding
from svdocs.jobs.bring_in import bring_in_folder
from svdocs.jobs.holding import Holding
from svdocs.jobs.reprocess import reprocess
from svdocs.jobs.worker import Worker
from svdocs.records.jobs import Jobs
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import JobState
from svdocs.settings import Settings
from tests.jobs.plain import NEXT, plain_stages, write_pack

PLAIN = plain_stages()


class NoEngine:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the engine is not needed here ({name})")


def run_step(name: str, step: Any) -> str | None:
    result: str | None = step()
    return result


def worker(store: Store, settings: Settings) -> Worker:
    return Worker("elsewhere-0", store, settings, NoEngine(), PLAIN)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "p", a="We will a.", b="We will b.", c="We will c.")


@pytest.fixture
def brought_in(store: Store, settings: Settings, pack: Path) -> list[str]:
    done = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    return [d.id for d in done.documents]


def rows(store: Store, ids: list[str]) -> list[DocumentRecord]:
    return [store.document(i) for i in ids]


def states(store: Store) -> set[JobState]:
    return {j.state for j in Jobs(store).jobs_of()}


def test_a_worker_leaves_alone_what_a_batch_holds(
    store: Store, settings: Settings, brought_in: list[str], readings: Path
) -> None:
    with Holding(store, settings.data_folder) as held:
        assert held.take(rows(store, brought_in)) == set(brought_in)
        for job in Jobs(store).jobs_of(states=[JobState.running]):
            worker(store, settings).process(job.id, run_step)
            assert held.claim_of(job.document_id) is not None
    assert readings.read_text() == ""


def test_what_a_batch_did_not_come_to_goes_back_into_the_queue(
    store: Store, settings: Settings, brought_in: list[str]
) -> None:
    with Holding(store, settings.data_folder) as held:
        held.take(rows(store, brought_in[:2]))
    jobs = Jobs(store).jobs_of(states=[JobState.queued])
    assert {j.document_id for j in jobs} == set(brought_in[:2])
    assert [(j.attempts, j.handed_to, j.held_by) for j in jobs] == [(0, None, None)] * 2


def test_a_batch_that_was_killed_has_its_documents_back_at_once_and_as_often_as_it_likes(
    store: Store, settings: Settings, brought_in: list[str]
) -> None:
    for _ in range(5):  # more than a worker's attempts
        with Holding(store, settings.data_folder) as held:
            held.take(rows(store, brought_in))
            held._claims.clear()  # as if killed: nothing is let go
    with Holding(store, settings.data_folder) as held:
        assert held.take(rows(store, brought_in)) == set(brought_in)


def test_two_batches_at_once_share_the_documents(store: Store, settings: Settings, brought_in: list[str]) -> None:
    with Holding(store, settings.data_folder) as one, Holding(store, settings.data_folder) as other:
        assert one.take(rows(store, brought_in[:2])) == set(brought_in[:2])
        assert other.take(rows(store, brought_in)) == {brought_in[2]}


def test_what_is_held_stays_held_while_the_batch_runs(
    store: Store, settings: Settings, brought_in: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LEASE_SECONDS", 0.03)
    with Holding(store, settings.data_folder) as held:
        held.take(rows(store, brought_in))
        first = Jobs(store).jobs_of(states=[JobState.running])[0].held_until
        until = time.monotonic() + 20
        while Jobs(store).jobs_of(states=[JobState.running])[0].held_until == first:
            assert time.monotonic() < until
            time.sleep(0.005)


def test_an_import_waits_for_the_worker_that_has_one_of_its_documents(
    store: Store, settings: Settings, pack: Path, readings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker claims a document between its arrival and the import's own claims, and does it meanwhile."""
    waited = threading.Event()
    add = Store.add_document
    claimed: list[threading.Thread] = []
    begun = threading.Event()

    def step_when_waited(name: str, step: Any) -> str | None:
        begun.set()
        assert waited.wait(30)
        return run_step(name, step)

    def add_and_have_claimed(self: Store, *arguments: Any, **named: Any) -> Any:
        document = add(self, *arguments, **named)
        if not claimed:
            job = Jobs(store).jobs_of(document_id=document.id)[0]
            process = worker(store, settings).process
            claimed.append(threading.Thread(target=process, args=(job.id, step_when_waited)))
            claimed[0].start()
            assert begun.wait(30)
        return document

    monkeypatch.setattr(Store, "add_document", add_and_have_claimed)
    monkeypatch.setattr(Holding, "wait", lambda self: (waited.set(), time.sleep(0.01)))
    done = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    claimed[0].join(30)
    assert len(done.new) == 2
    assert sorted(readings.read_text().split()) == ["a.pdf", "b.pdf", "c.pdf"]
    assert [len(store.runs_of(d.id)) for d in done.documents] == [1, 1, 1]
    assert states(store) == {JobState.done}


def test_a_reprocessing_ends_the_jobs_that_it_holds_and_publishes_each_once(
    store: Store, settings: Settings, brought_in: list[str]
) -> None:
    result = reprocess(store=store, settings=settings, stages=NEXT)
    assert len(result.documents) == 3
    assert [len(store.runs_of(i)) for i in brought_in] == [2, 2, 2]
    assert states(store) == {JobState.done}


def test_a_document_that_got_another_run_since_it_was_looked_at_is_not_held(
    store: Store, settings: Settings, brought_in: list[str]
) -> None:
    seen = rows(store, brought_in)
    reprocess(store=store, settings=settings, stages=NEXT)
    with Holding(store, settings.data_folder) as held:
        assert held.take(seen) == set()


def test_a_comparison_holds_nothing(store: Store, settings: Settings, brought_in: list[str]) -> None:
    before = len(Jobs(store).jobs_of())
    assert len(reprocess(store=store, settings=settings, stages=NEXT, dry_run=True).documents) == 3
    assert len(Jobs(store).jobs_of()) == before


def test_what_is_called_off_meanwhile_is_not_published(
    store: Store, settings: Settings, brought_in: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Store.stage_run

    def call_off(self: Store, document_id: str, *arguments: Any, **named: Any) -> Any:
        if document_id == brought_in[0]:
            job = Jobs(store).jobs_of(document_id=document_id)[0]
            Jobs(store).cancel(job.id, person="Ada")
        return stage(self, document_id, *arguments, **named)

    monkeypatch.setattr(Store, "stage_run", call_off)
    reprocess(store=store, settings=settings, stages=NEXT)
    assert [len(store.runs_of(i)) for i in brought_in] == [1, 2, 2]
