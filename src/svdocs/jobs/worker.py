"""A worker: takes jobs from the engine one at a time, shows that it lives, and looks after what the dead have left."""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svdocs.errors import Conflict, LeaseLost, SvdocsError
from svdocs.jobs.document_job import DocumentJob
from svdocs.jobs.engine import Engine, Steps
from svdocs.jobs.work import Stages
from svdocs.logs import fields
from svdocs.records.database import DatabaseFailure
from svdocs.records.jobs import LEASE_SECONDS, Jobs
from svdocs.records.leases import Claim
from svdocs.records.store import Store
from svdocs.records.tables import JobState
from svdocs.settings import Settings

log = logging.getLogger("svdocs.worker")

HAND_OVER_SECONDS = 0.2
LIFE_SECONDS = 3.0
"""How often a worker shows that it lives, and looks whether another no longer does."""
PATIENCE_SECONDS = 10.0
"""How long a worker that is told to stop goes on with what it has begun; what is not finished is taken up again."""
MAX_WORKERS_A_MACHINE = 256


class Worker:
    """Works until it is told to stop.

    Args:
        name: by which it is known, now and when it starts again.
        store: the records.
        settings: where the originals are kept.
        engine: which hands out the jobs.
        stages: what the documents go through.
    """

    def __init__(self, name: str, store: Store, settings: Settings, engine: Engine, stages: Stages) -> None:
        self._name = name
        self._store = store
        self._jobs = Jobs(store)
        self._settings = settings
        self._engine = engine
        self._stages = stages
        self._claims: dict[str, Claim] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        self._jobs.show_life(self._name, os.getpid())
        self._engine.start(self._name, self.process)
        seen_at = -LIFE_SECONDS
        while not stop.is_set():
            try:
                if time.monotonic() - seen_at >= LIFE_SECONDS:
                    seen_at = time.monotonic()
                    self._show_life()
                    self._look_after_the_dead()
                self._hand_over()
            except (DatabaseFailure, Conflict) as error:
                log.warning("the database does not answer; trying again (%s)", type(error).__name__)
                stop.wait(1)
            stop.wait(HAND_OVER_SECONDS)
        self._engine.stop(PATIENCE_SECONDS)

    def process(self, job_id: str, run_step: Steps) -> None:
        """Do the job, if it can be had; a failure puts it back, or after the last attempt gives it up."""
        claim = self._jobs.claim(job_id, self._name)
        if claim is None:
            return
        self._claims[job_id] = claim
        start = time.monotonic()
        try:
            with DocumentJob(claim, self._store, self._settings, self._stages) as job:
                run_step("read", job.read)
                run_id = run_step("stage", job.stage)
                if run_id is not None:
                    run_step("publish", lambda: job.publish(run_id))
                self._jobs.end_if_held(claim)
            seconds = round(time.monotonic() - start, 2)
            log.info("job ended", extra=fields(job=job_id, document=claim.document_id, seconds=seconds))
        except LeaseLost:
            log.warning("job %s went to another worker", job_id)
        except Exception as error:  # the batch loop: the job says so, and the next goes on
            self._give_back(claim, error)
        finally:
            self._claims.pop(job_id, None)

    def _give_back(self, claim: Claim, error: Exception) -> None:
        expected = isinstance(error, SvdocsError)
        log.error("job %s failed", claim.job_id, exc_info=None if expected else error)
        problem = str(error) if expected else f"The program failed ({type(error).__name__}); see the log."
        try:
            state = self._jobs.give_back(claim, problem)
        except (LeaseLost, DatabaseFailure):
            return  # the claim lapses, and the job is taken up again
        if state is JobState.needs_person:
            log.error("job %s was given up", claim.job_id)

    def _hand_over(self) -> None:
        jobs = self._jobs.to_hand_over()
        if jobs:
            self._jobs.note_handed_over(self._engine.hand_over(jobs))

    def _show_life(self) -> None:
        self._jobs.show_life(self._name, os.getpid())
        if self._claims:
            self._jobs.renew(list(self._claims.values()))

    def _look_after_the_dead(self) -> None:
        self._engine.take_from(self._jobs.living_workers(LEASE_SECONDS))
        self._jobs.put_back_lapsed()
        queued = {j.handed_to: j.id for j in self._jobs.handed_over() if j.handed_to and j.state is JobState.queued}
        forgotten = self._engine.forgotten(queued.keys())
        if forgotten:
            self._jobs.hand_over_again([queued[name] for name in forgotten])


@contextmanager
def worker_name(folder: Path, kind: str = "worker") -> Iterator[str]:
    """Yield a name that no other living worker of this kind and machine has on these records.

    It is the lowest that is free, so that a worker that was killed gets the same name when it starts again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(MAX_WORKERS_A_MACHINE):
        handle = os.open(folder / f"{kind}-{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        try:
            yield f"{socket.gethostname()}-{number}" if kind == "worker" else f"{socket.gethostname()}-{kind}-{number}"
        finally:
            os.close(handle)
        return
    raise Conflict(f"{MAX_WORKERS_A_MACHINE} workers are at work here already; stop some of them.")


def work_until_stopped(store: Store, settings: Settings, engine: Engine, stages: Stages, stop: threading.Event) -> None:
    """Work under a name of this machine until `stop` is set."""
    from svdocs.jobs.courier import Courier  # here, because most starts of svdocs send nothing

    courier = threading.Thread(target=Courier(store, settings.webhook_hosts).run, args=(stop,), daemon=True)
    courier.start()
    with worker_name(settings.data_folder / "workers") as name:
        Worker(name, store, settings, engine, stages).run(stop)
