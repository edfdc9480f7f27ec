"""`svdocs jobs`: what is being done to which document."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svdocs.cli.arguments import opened_records
from svdocs.errors import NotFound, UsageError

if TYPE_CHECKING:
    from svdocs.records.store import Store
    from svdocs.records.tables import Job

LOOK_SECONDS = 0.5


def list_jobs(
    state: Annotated[str | None, typer.Option(help="Only in this state, such as needs_person.")] = None,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines instead of text.")] = False,
) -> int:
    """List jobs, newest first."""
    from svdocs.records.jobs import Jobs
    from svdocs.records.tables import JobState, word_named

    states = [word_named(JobState, state, "a state of a job")] if state else []
    with opened_records() as (store, _):
        within = (store.procurement_titled(procurement) or store.procurement(procurement)).id if procurement else None
        jobs = Jobs(store).jobs_of(within, states)
        names = _names(store, jobs)
    for job in jobs:
        print(json.dumps(_as_json(job, names[job.document_id])) if as_json else _line(job, names[job.document_id]))
    if not jobs:
        print("There are no such jobs.", file=sys.stderr)
    return 0


def show(job_id: Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]) -> int:
    """Show one job as JSON."""
    from svdocs.records.jobs import Jobs

    with opened_records() as (store, _):
        job = Jobs(store).job(job_id)
        print(json.dumps(_as_json(job, store.document(job.document_id).document.name), indent=2))
    return 0


def watch(
    job_id: Annotated[
        str | None, typer.Argument(metavar="[JOB]", help="The job's id; all that is to be done if not given.")
    ] = None,
) -> int:
    """Tell of progress, document by document and page by page, until all is done."""
    from svdocs.records.jobs import Jobs
    from svdocs.records.tables import LIVE_JOBS

    told: dict[str, str] = {}
    with opened_records() as (store, _):
        jobs = Jobs(store)
        watched = {job_id} if job_id else {j.id for j in jobs.jobs_of(states=LIVE_JOBS)}
        while watched:
            now = [jobs.job(i) for i in sorted(watched)]
            names = _names(store, now)
            for job in now:
                line = _line(job, names[job.document_id])
                if told.get(job.id) != line:
                    told[job.id] = line
                    print(line, flush=True)
            watched = {j.id for j in now if j.state in LIVE_JOBS}
            if watched:
                time.sleep(LOOK_SECONDS)
    return 0


def retry(
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="The id of a job that has ended.")],
    person: Annotated[str, typer.Option(help="Who wants it.")],
) -> int:
    """Have the job's document go through the stages once more, by a new job."""
    from svdocs.records.jobs import Jobs
    from svdocs.records.tables import LIVE_JOBS, JobPriority

    with opened_records() as (store, _):
        jobs = Jobs(store)
        job = jobs.job(job_id)
        if job.state in LIVE_JOBS:
            raise UsageError("The job has not ended yet; wait for it, or call it off first.")
        print(jobs.add(job.document_id, kind=job.kind, person=person, priority=JobPriority.upload).id)
    return 0


def cancel(
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")],
    person: Annotated[str, typer.Option(help="Who calls it off.")],
) -> int:
    """Call off a job that has not ended; nothing of it is published."""
    from svdocs.records.jobs import Jobs

    with opened_records() as (store, _):
        Jobs(store).cancel(job_id, person=person)
    return 0


COMMANDS = {"list": list_jobs, "show": show, "watch": watch, "retry": retry, "cancel": cancel}


def _names(store: Store, jobs: Sequence[Job]) -> dict[str, str]:
    names = {}
    for document_id in {j.document_id for j in jobs}:
        try:
            names[document_id] = store.document(document_id).document.name
        except NotFound:
            names[document_id] = document_id
    return names


def _line(job: Job, name: str) -> str:
    from svdocs.cli.terminal import printable

    page = f", page {job.page} of {job.pages}" if job.page else ""
    doing = f" ({job.step}{page})" if job.step else ""
    problem = f": {printable(job.problem)}" if job.problem else ""
    return f"{job.id}  {job.state.value}{doing}  {printable(name)}{problem}"


def _as_json(job: Job, name: str) -> dict[str, Any]:
    fields = job.model_dump(mode="json", exclude={"position", "handed_to"})
    return fields | {"document": name}
