"""What stands beside a service that is visited: a worker, which reads what comes in by plain stages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from svdocs.jobs.worker import Worker
from svdocs.records.jobs import Jobs
from svdocs.records.tables import LIVE_JOBS
from tests.browser.conftest import Service
from tests.jobs.plain import extract_as_published, plain_stages


class _NoEngine:
    """One job at a time is done here, and nothing is handed out."""


@contextmanager
def reading(service: Service) -> Iterator[None]:
    """Read what comes in, as a worker does beside the service: a file's lines are its passages."""
    stop = threading.Event()
    engine: Any = _NoEngine()
    worker = Worker("here-0", service.store, service.settings, engine, plain_stages(extract=extract_as_published))

    def work() -> None:
        while not stop.wait(0.05):
            for job in Jobs(service.store).jobs_of(states=LIVE_JOBS):
                worker.process(job.id, lambda name, step: step())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
