"""DBOS Transact as the engine: an SQLite file beside the records', or a schema of its own in their PostgreSQL database.

What was found by trials, and is relied on here: nobody but the same executor takes up what a dead one had, so each
worker has a name that it keeps when it starts again, and the others look for the dead (`take_from`). The version of
the application is fixed, or an upgrade would leave the jobs of before lying. Queues are registered in the database.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig
from dbos._serialization import Serializer

from svdocs.jobs.engine import Steps, name_of
from svdocs.records.database import server_address
from svdocs.records.tables import Job
from svdocs.settings import Settings

QUEUE = "documents"
APPLICATION = "svdocs"
APPLICATION_VERSION = "1"
"""Goes up only when the steps of a job change, so that an engine could not carry on with what it has begun."""
POLLING_SECONDS = 0.2


class JsonSerializer(Serializer):
    """Jobs as plain JSON; the library's own way would load whatever stands in the database as code."""

    def serialize(self, data: Any) -> str:
        """Return the JSON of plain values, and of others a description."""
        return json.dumps(data, default=repr)

    def deserialize(self, serialized_data: str) -> Any:
        """Return the plain values."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """Return the form's name, as it stands beside each value."""
        return "svdocs_json"


class DbosEngine:
    """The engine in this process; there is one a process."""

    def __init__(self, settings: Settings) -> None:
        self._url = _system_url(settings)
        self._client: DBOSClient | None = None

    def start(self, worker: str, process: Callable[[str, Steps], None]) -> None:
        """Begin to hand jobs to this process; see `Engine`."""
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._url,
            "executor_id": worker,
            "application_version": APPLICATION_VERSION,
            "serializer": JsonSerializer(),
            "log_level": "ERROR",
            "enable_otlp": False,
            "use_listen_notify": False,
            "max_executor_threads": 4,
        }
        DBOS(config=config)

        @DBOS.workflow(name="process_document")
        def process_document(job_id: str) -> None:
            process(job_id, _run_step)

        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLLING_SECONDS)
        self._client = DBOSClient(
            system_database_url=self._url,
            serializer=JsonSerializer(),
            application_name=APPLICATION,
            retry_connection_errors=False,
        )

    def hand_over(self, jobs: Sequence[Job]) -> dict[str, str]:
        """Return the name under which each job is known; see `Engine`."""
        for job in jobs:
            self._at_hand().enqueue(
                {
                    "workflow_name": "process_document",
                    "queue_name": QUEUE,
                    "workflow_id": name_of(job),
                    "priority": max(1, job.priority),
                    "app_version": APPLICATION_VERSION,
                },
                job.id,
            )
        return {job.id: name_of(job) for job in jobs}

    def take_from(self, alive: Collection[str]) -> None:
        """Hand out again what dead workers had; see `Engine`."""
        begun = self._at_hand().list_workflows(status="PENDING", queue_name=QUEUE, load_input=False, load_output=False)
        left = [w.workflow_id for w in begun if w.executor_id not in alive]
        if left:
            self._at_hand().resume_workflows(left, queue_name=QUEUE)

    def forgotten(self, names: Collection[str]) -> set[str]:
        """Return names under which nothing is left to run; see `Engine`."""
        if not names:
            return set()
        known = self._at_hand().list_workflows(workflow_ids=list(names), load_input=False, load_output=False)
        return set(names) - {w.workflow_id for w in known if w.status in ("ENQUEUED", "PENDING", "DELAYED")}

    def stop(self, patience_seconds: float) -> None:
        """Hand out no more; see `Engine`."""
        DBOS.destroy(workflow_completion_timeout_sec=int(patience_seconds))
        if self._client:
            self._client.destroy()
            self._client = None

    def _at_hand(self) -> DBOSClient:
        if self._client is None:
            raise RuntimeError("the engine has not been started")
        return self._client


def _run_step(name: str, step: Callable[[], str | None]) -> str | None:
    return DBOS.run_step({"name": name}, step)


def _system_url(settings: Settings) -> str:
    """Return where the engine keeps its own notes; those of SQLite are made to write ahead, as the records do."""
    server = server_address(settings.database_url)
    if server is not None:
        return server
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    path = settings.data_folder / "engine.db"
    with sqlite3.connect(path, timeout=30) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return f"sqlite:///{path}"
