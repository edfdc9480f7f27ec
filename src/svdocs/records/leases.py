"""The steps of a transaction that concern a job: it is made, held, and ended.

A job is made in the transaction that asks for it and ends in the transaction that publishes its run. In between one
worker at a time holds it, by a claim that lapses and that carries a number, the fence. A worker that was taken for
dead and comes back finds that the number has moved on, and can publish nothing.

```
queued ── claim ──> running ── the run is published ──> done
  ^                  │  │
  └── give back ─────┘  └── after the last attempt ──> needs_person
```
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from svdocs.errors import LeaseLost
from svdocs.records.tables import LIVE_JOBS, Document, DocumentState, Job, JobState, Run


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a job. It is good as long as the job's fence has not moved on."""

    job_id: str
    document_id: str
    worker: str
    fence: int
    attempt: int
    """Which attempt this is, from 1."""


def live_job(session: Session, document_id: str) -> Job | None:
    """Return the document's job that is still to be done, locked; None if there is none."""
    query = select(Job).where(Job.document_id == document_id, col(Job.state).in_(LIVE_JOBS))
    return session.exec(query.with_for_update()).first()


def held_job(session: Session, claim: Claim) -> Job:
    """Return the claimed job, locked until the transaction ends.

    Raises:
        LeaseLost: the job has ended, or another worker holds it.
    """
    job = session.exec(select(Job).where(Job.id == claim.job_id).with_for_update()).first()
    if job is None or job.state is not JobState.running or (job.held_by, job.fence) != (claim.worker, claim.fence):
        raise LeaseLost("The job has ended or has gone to another worker; nothing more is done on it here.")
    return job


def end_job(job: Job, state: JobState, problem: str = "") -> None:
    """Set the job's last state, and let go of it."""
    job.state, job.problem, job.ended_at = state, problem, datetime.now(UTC)
    job.held_by = job.held_until = None
    job.step = ""


def ending_of(document: Document, run: Run) -> tuple[JobState, str]:
    """Return how a job ends whose run has been published, and what a person should know of it."""
    if document.state is not DocumentState.needs_person:
        return JobState.done, ""
    problems = run.description.get("problems") or []
    return JobState.needs_person, str(problems[0]["message"]) if problems else ""
