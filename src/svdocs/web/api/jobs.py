"""The work on documents, and its progress as events, for programs and for the pages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from svdocs.errors import Conflict, NotFound
from svdocs.records.access import Right
from svdocs.records.jobs import Jobs
from svdocs.records.tables import LIVE_JOBS, Job, JobPriority
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import JobBody, job_body
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs

LOOK_SECONDS = 0.5
LONGEST_SECONDS = 600.0
"""After which a stream ends by itself; who still wants to know asks again, as browsers do on their own."""
MOMENT_SECONDS = 60
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "An event `job` with a job as JSON whenever one comes further; `end` when all have ended.",
    }
}

router = api_router("jobs")


@router.get("/jobs/{job_id}", dependencies=[needs(Right.read)])
def show_job(here: AtHand, job_id: str) -> JobBody:
    """Return one job with its progress."""
    return job_body(_job(here, job_id))


@router.get("/procurements/{procurement_id}/jobs", dependencies=[needs(Right.read)])
def list_jobs(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[JobBody]:
    """Return the newest thousand jobs of a procurement, newest first."""
    return asked.page_of(_jobs(here, procurement_id), lambda j: (j.position or 0,), job_body, backwards=True)


@router.post("/documents/{document_id}/jobs", status_code=202, dependencies=[needs(Right.reprocess)])
def read_again(here: AtHand, document_id: str) -> JobBody:
    """Have a document read again by the stages of today; answered with the job that is still to be done, if any."""
    person = here.visitor.caller.name
    return job_body(Jobs(here.store).add(document_id, person=person, priority=JobPriority.upload))


@router.post("/jobs/{job_id}/cancellation", dependencies=[needs(Right.reprocess)])
def cancel_job(here: AtHand, job_id: str) -> JobBody:
    """Call off a job that has not ended; nothing of it is published."""
    return job_body(Jobs(here.store).cancel(job_id, person=here.visitor.caller.name))


@router.post("/jobs/{job_id}/retry", status_code=202, dependencies=[needs(Right.reprocess)])
def retry_job(here: AtHand, job_id: str) -> JobBody:
    """Have the document of a job that has ended go through the stages once more, by a new job."""
    job = _job(here, job_id)
    if job.state in LIVE_JOBS:
        raise Conflict("The job has not ended yet; wait for it, or call it off first.")
    person = here.visitor.caller.name
    return job_body(Jobs(here.store).add(job.document_id, kind=job.kind, person=person, priority=JobPriority.upload))


@router.get(
    "/jobs/{job_id}/events", dependencies=[needs(Right.read)], responses=EVENTS, response_class=StreamingResponse
)
def watch_job(here: AtHand, job_id: str) -> StreamingResponse:
    """Tell of the job's progress until it has ended."""
    _job(here, job_id)
    return _stream(lambda: [_job(here, job_id)])


@router.get(
    "/procurements/{procurement_id}/events",
    dependencies=[needs(Right.read)],
    responses=EVENTS,
    response_class=StreamingResponse,
)
def watch_procurement(here: AtHand, procurement_id: str) -> StreamingResponse:
    """Tell of the progress of all jobs of a procurement until all have ended."""
    _jobs(here, procurement_id)
    return _stream(lambda: _jobs(here, procurement_id))


def _job(here: Here, job_id: str) -> Job:
    """Return the job, if its document may be seen."""
    job = Jobs(here.store).job(job_id)
    try:
        here.store.document(job.document_id)
    except NotFound:
        raise NotFound(f"There is no job with the id {job_id[:64]!r}.") from None
    return job


def _jobs(here: Here, procurement_id: str) -> list[Job]:
    """Return the jobs of a procurement's documents that may be seen, newest first."""
    seen = {d.id for d in here.store.documents_of(procurement_id)}
    return [j for j in Jobs(here.store).jobs_of(procurement_id) if j.document_id in seen]


def _stream(look: Callable[[], list[Job]]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(progress_events(look), media_type="text/event-stream", headers=headers)


def _has_just_ended(job: Job) -> bool:
    return job.ended_at is not None and datetime.now(UTC) - job.ended_at < timedelta(seconds=MOMENT_SECONDS)


async def progress_events(look: Callable[[], list[Job]]) -> AsyncIterator[str]:
    """Yield a server-sent event whenever a job has come further, until all have ended; of those long ended none.

    What ended a moment before the first look is told: who has just sent a package looks for what was in it.
    """
    told: dict[str, str] = {}
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        jobs, is_first_look = await run_in_threadpool(look), not told
        for job in jobs:
            body = job_body(job).model_dump_json()
            is_news = not is_first_look or len(jobs) == 1 or job.state in LIVE_JOBS or _has_just_ended(job)
            if is_news and told.get(job.id) != body:
                yield f"event: job\ndata: {body}\n\n"
            told[job.id] = body
        if not any(j.state in LIVE_JOBS for j in jobs):
            yield f"event: end\ndata: {json.dumps(len(jobs))}\n\n"
            return
        await asyncio.sleep(LOOK_SECONDS)
