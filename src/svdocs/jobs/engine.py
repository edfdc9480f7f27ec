"""What hands jobs to workers, behind four functions, so that one engine may follow another.

The records' own `job` table is the truth: an engine that forgets everything is told again, and one that runs a job
twice finds its second claim refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from svdocs.records.tables import Job
from svdocs.settings import Settings

Result = TypeVar("Result", str, None)


class Steps(Protocol):
    """Runs the steps of one job, leaving out those that were finished before the job was interrupted."""

    def __call__(self, name: str, step: Callable[[], str | None]) -> str | None:
        """Return what the step returns, or what it returned when it was finished."""


class Engine(Protocol):
    """Hands jobs to workers, those of the smallest priority number first."""

    def hand_over(self, jobs: Sequence[Job]) -> dict[str, str]:
        """Return the name under which the engine knows each job, by the job's id; it is told once of each name."""

    def start(self, worker: str, process: Callable[[str, Steps], None]) -> None:
        """Begin to hand jobs to this process, one at a time: `process` is called with a job's id, in a thread.

        Jobs that a worker of the same name was at when it stopped come first.
        """

    def take_from(self, alive: Collection[str]) -> None:
        """Hand out again what workers had that are not among the living."""

    def forgotten(self, names: Collection[str]) -> set[str]:
        """Return those names under which the engine has nothing left to run."""

    def stop(self, patience_seconds: float) -> None:
        """Hand out no more, and give what is being done so long to end."""


def name_of(job: Job) -> str:
    """Return the name under which an engine is told of the job: its id, and after a failed attempt one more."""
    return job.id if job.fence == 0 else f"{job.id}.{job.fence}"


def open_jobs_engine(settings: Settings) -> Engine:
    """Return the engine that serves the records of these settings."""
    from svdocs.jobs.dbos_engine import DbosEngine

    return DbosEngine(settings)
