"""What is being read, what waits, and what needs a person, over all procurements that the visitor may read."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from svdocs.errors import Conflict
from svdocs.records.access import Right
from svdocs.records.jobs import LEASE_SECONDS, Jobs
from svdocs.records.people_tables import Scope
from svdocs.records.tables import LIVE_JOBS, Job, JobPriority, JobState
from svdocs.web.api.jobs import progress_events
from svdocs.web.here import AtHand, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs, needs_scope
from svdocs.web.wording import progress_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
PER_PAGE = 50


class Which(StrEnum):
    """Which jobs the page shows."""

    live = "live"
    needs_person = "needs_person"
    all = "all"


STATES = {Which.live: LIVE_JOBS, Which.needs_person: (JobState.needs_person,), Which.all: ()}


@router.get("/jobs", dependencies=[needs_scope(Scope.read)])
def list_jobs(request: Request, here: AtHand, show: str = "", page: int = 1) -> Response:
    """Show the queue: what is being done, how far it is, and what has ended how."""
    jobs, page = Jobs(here.store), max(page, 1)
    which = Which(show) if show in set(Which) else Which.live
    rows = jobs.with_documents(STATES[which], PER_PAGE + 1, (page - 1) * PER_PAGE)
    caller = here.visitor.caller
    return render(
        request,
        "jobs.html",
        which=which,
        page=page,
        has_more=len(rows) > PER_PAGE,
        rows=[
            {
                "job": job,
                "document": document,
                "procurement": procurement,
                "progress": progress_of(job),
                "is_live": job.state in LIVE_JOBS,
                "may_change": caller.may(Right.reprocess, procurement.id),
            }
            for job, document, procurement in rows[:PER_PAGE]
        ],
        waiting_for_person=len(jobs.with_documents((JobState.needs_person,), 1000)),
        workers=len(jobs.living_workers(LEASE_SECONDS)),
    )


@router.get("/jobs/events", dependencies=[needs_scope(Scope.read)])
def watch_jobs(here: AtHand) -> StreamingResponse:
    """Tell of the progress of the newest jobs until all of them have ended."""

    def look() -> list[Job]:
        return [job for job, _, _ in Jobs(here.store).with_documents(limit=PER_PAGE)]

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(progress_events(look), media_type="text/event-stream", headers=headers)


@router.post("/jobs/{job_id}/retry", dependencies=[needs(Right.reprocess)])
def retry_job(request: Request, here: AtHand, job_id: str) -> Response:
    """Have the job's document go through the stages once more."""
    jobs = Jobs(here.store)
    job = jobs.job(job_id)
    if job.state in LIVE_JOBS:
        raise Conflict("The job has not ended yet; wait for it, or call it off first.")
    jobs.add(job.document_id, kind=job.kind, person=here.visitor.caller.name, priority=JobPriority.upload)
    return go(request, "/jobs", "The document is in the queue again")


@router.post("/jobs/{job_id}/cancel", dependencies=[needs(Right.reprocess)])
def cancel_job(request: Request, here: AtHand, job_id: str) -> Response:
    """Call off a job that has not ended; nothing of it is published."""
    Jobs(here.store).cancel(job_id, person=here.visitor.caller.name)
    return go(request, "/jobs", "The job is called off")
