"""Jobs as people, workers and engines see them. Each method is one transaction; `leases` tells of a job's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, or_, select

from svdocs.errors import Conflict, LeaseLost, NotFound, UsageError
from svdocs.records.leases import Claim, end_job, held_job, live_job
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import (
    LIVE_JOBS,
    Document,
    DocumentState,
    EventKind,
    Job,
    JobKind,
    JobPriority,
    JobState,
    Procurement,
    Worker,
)

MAX_ATTEMPTS = 3
LEASE_SECONDS = 30.0
"""How long a claim holds, and a worker counts as alive, without a sign of life."""


class Jobs:
    """The jobs of a store."""

    def __init__(self, store: Store) -> None:
        self._read, self._write = store.reading, store.writing

    # What people ask

    def job(self, job_id: str) -> Job:
        """Return one job.

        Raises:
            NotFound: there is none of this id.
        """
        with self._read() as session:
            return _job(session, job_id)

    def jobs_of(self, procurement_id: str | None = None, states: Sequence[JobState] = (),
                document_id: str | None = None, limit: int = 1000) -> list[Job]:  # fmt: skip
        """Return jobs, newest first, narrowed to a procurement, a document and states.

        Raises:
            NotFound: there is no such procurement.
        """
        query = select(Job).order_by(col(Job.position).desc()).limit(limit)
        if states:
            query = query.where(col(Job.state).in_(states))
        if document_id is not None:
            query = query.where(Job.document_id == document_id)
        with self._read() as session:
            if procurement_id is not None:
                row_of(session, Procurement, procurement_id)
                of_procurement = select(Document.id).where(Document.procurement_id == procurement_id)
                query = query.where(col(Job.document_id).in_(of_procurement))
            return list(session.exec(query))

    def with_documents(self, states: Sequence[JobState] = (), limit: int = 50, offset: int = 0
                       ) -> list[tuple[Job, Document, Procurement]]:  # fmt: skip
        """Return jobs in these states, newest first, each with its document and procurement."""
        query = select(Job, Document, Procurement).where(
            Job.document_id == Document.id, Document.procurement_id == Procurement.id
        )
        if states:
            query = query.where(col(Job.state).in_(states))
        with self._read() as session:
            rows = session.exec(query.order_by(col(Job.position).desc()).offset(offset).limit(limit))
            return [(job, document, procurement) for job, document, procurement in rows]

    def latest_of(self, document_ids: Sequence[str]) -> dict[str, Job]:
        """Return the newest job of each of these documents, by document; those without one are left out."""
        with self._read() as session:
            query = select(Job).where(col(Job.document_id).in_(document_ids)).order_by(col(Job.position))
            return {job.document_id: job for job in session.exec(query)}

    def workers(self) -> list[Worker]:
        """Return the workers that have ever shown a sign of life, by name."""
        with self._read() as session:
            return list(session.exec(select(Worker).order_by(Worker.name)))

    def add(self, document_id: str, *, kind: JobKind = JobKind.reprocess, person: str = "",
            priority: JobPriority = JobPriority.archive) -> Job:  # fmt: skip
        """Return the document's job that is still to be done: a new one, or the one that there is already.

        Raises:
            NotFound: there is no such document.
        """
        with self._write() as session:
            document = row_of(session, Document, document_id, lock=True)
            job = live_job(session, document_id)
            return job or _added(session, document, kind, priority, person)

    def cancel(self, job_id: str, *, person: str) -> Job:
        """Return the job, called off; a worker that holds it publishes nothing.

        Raises:
            UsageError: no person.
            NotFound: there is no such job.
            Conflict: it has ended already.
        """
        if not person.strip():
            raise UsageError("To call a job off needs the person who does so; give a name.")
        with self._write() as session:
            job = _job(session, job_id, lock=True)
            if job.state not in LIVE_JOBS:
                raise Conflict("The job has ended already; there is nothing to call off.")
            end_job(job, JobState.cancelled, f"Called off by {folded(person)}.")
            document = row_of(session, Document, job.document_id)
            tell(session, EventKind.job_cancelled, document, details={"job": job.id, "person": folded(person)})
            return job

    # What workers do

    def claim(self, job_id: str, worker: str, *, seconds: float = LEASE_SECONDS) -> Claim | None:
        """Return the worker's claim on the job; None if the job has ended or another worker holds it.

        A claim that has lapsed does not count, nor does one of a worker of the same name: it is the same worker, which
        has started again. A job that has been claimed as often as it may is given up.

        Raises:
            NotFound: there is no such job.
        """
        now = datetime.now(UTC)
        with self._write() as session:
            job = _job(session, job_id, lock=True)
            if job.state not in LIVE_JOBS or _is_held_by_another(job, worker, now):
                return None
            if job.attempts >= MAX_ATTEMPTS:
                _give_up(session, job, job.problem or "The program stopped in the middle of it, each time.")
                return None
            job.state, job.held_by, job.held_until = JobState.running, worker, now + timedelta(seconds=seconds)
            job.fence, job.attempts = job.fence + 1, job.attempts + 1
            job.started_at = job.started_at or now
            return Claim(job.id, job.document_id, worker, job.fence, job.attempts)

    def claim_document(self, document_id: str, worker: str, *, seconds: float = LEASE_SECONDS) -> Claim | None:
        """Return a claim on the document's job, which is made if there is none; None if another worker holds it.

        For work that is not handed out by an engine, as a batch that somebody has started.

        Raises:
            NotFound: there is no such document.
        """
        return self.claim(self.add(document_id).id, worker, seconds=seconds)

    def hold_documents(self, runs: Mapping[str, str | None], holder: str, *,
                       seconds: float = LEASE_SECONDS) -> dict[str, Claim]:  # fmt: skip
        """Return the holder's claims on the documents' jobs, by document; a job is made where there is none.

        For a batch that a person has started and watches: unlike a worker's, its attempts are not counted.

        Args:
            runs: the current run of each document, as the batch has seen it. Documents that have got another since, or
                that another holds, are left out.
            holder: by which name the batch holds them.
            seconds: how long without a sign of life.

        Raises:
            NotFound: there is no such document.
        """
        now, held = datetime.now(UTC), dict[str, Claim]()
        with self._write() as session:
            for document_id, run in runs.items():
                document = row_of(session, Document, document_id, lock=True)
                if document.current_run != run:
                    continue
                job = live_job(session, document_id) or _added(session, document, JobKind.reprocess)
                if _is_held_by_another(job, holder, now):
                    continue
                job.state, job.held_by, job.held_until = JobState.running, holder, now + timedelta(seconds=seconds)
                job.fence, job.started_at = job.fence + 1, job.started_at or now
                session.flush()
                held[document_id] = Claim(job.id, document_id, holder, job.fence, job.attempts)
        return held

    def renew_all(self, holder: str, *, seconds: float = LEASE_SECONDS) -> None:
        """Let all that the holder holds stay held for so long from now."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        with self._write() as session:
            session.exec(update(Job).where(*_held_by(holder)).values(held_until=until))

    def let_go_all(self, holder: str) -> None:
        """Put back into the queue all that the holder still holds."""
        with self._write() as session:
            for job in session.exec(select(Job).where(*_held_by(holder)).with_for_update()):
                _put_back(job)

    def renew(self, claims: Sequence[Claim], *, seconds: float = LEASE_SECONDS) -> None:
        """Let the claims hold for so long from now; those that are lost stay lost."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        with self._write() as session:
            for claim in claims:
                try:
                    held_job(session, claim).held_until = until
                except LeaseLost:
                    continue

    def note_progress(self, claim: Claim, step: str, page: int | None = None, pages: int | None = None) -> None:
        """Tell what is being done, and on which page of how many.

        Raises:
            LeaseLost: the job is no longer held by this claim.
        """
        with self._write() as session:
            job = held_job(session, claim)
            job.step, job.page, job.pages = step, page, pages

    def finish(self, claim: Claim) -> None:
        """End a job that needed nothing to be done, or whose result somebody else has stored.

        Raises:
            LeaseLost: the job is no longer held by this claim.
        """
        with self._write() as session:
            end_job(held_job(session, claim), JobState.done)

    def give_back(self, claim: Claim, problem: str) -> JobState:
        """Return the job's state after an attempt that failed: queued for another, or in need of a person.

        Raises:
            LeaseLost: the job is no longer held by this claim.
        """
        with self._write() as session:
            job = held_job(session, claim)
            if job.attempts >= MAX_ATTEMPTS:
                _give_up(session, job, problem)
            else:
                _put_back(job)
                job.problem = problem
            return job.state

    def end_if_held(self, claim: Claim) -> None:
        """End the job if nothing has ended it, as where an earlier attempt published its run just before it stopped."""
        with self._write() as session:
            try:
                end_job(held_job(session, claim), JobState.done)
            except LeaseLost:
                return

    def let_go(self, claims: Sequence[Claim]) -> None:
        """Put back jobs that were not begun; the attempts do not count. Those that are lost stay lost."""
        with self._write() as session:
            for claim in claims:
                try:
                    job = held_job(session, claim)
                except LeaseLost:
                    continue
                _put_back(job)
                job.attempts -= 1

    def show_life(self, worker: str, process: int) -> None:
        """Write down that the worker is alive."""
        with self._write() as session:
            row = session.get(Worker, worker)
            if row is None:
                session.add(Worker(name=worker, process=process))
                return
            if row.process != process:
                row.started_at = datetime.now(UTC)
            row.process, row.seen_at = process, datetime.now(UTC)

    def living_workers(self, seconds: float = LEASE_SECONDS) -> set[str]:
        """Return the names of the workers that have shown a sign of life within so many seconds."""
        since = datetime.now(UTC) - timedelta(seconds=seconds)
        with self._read() as session:
            return set(session.exec(select(Worker.name).where(col(Worker.seen_at) >= since)))

    # What engines do

    def to_hand_over(self, limit: int = 200) -> list[Job]:
        """Return queued jobs that the engine does not know of yet, in the order in which they are to be done."""
        query = select(Job).where(Job.state == JobState.queued, col(Job.handed_to).is_(None))
        with self._read() as session:
            return list(session.exec(query.order_by(col(Job.priority), col(Job.position)).limit(limit)))

    def handed_over(self) -> list[Job]:
        """Return the jobs still to be done that an engine has been told of, in order."""
        query = select(Job).where(col(Job.state).in_(LIVE_JOBS), col(Job.handed_to).is_not(None))
        with self._read() as session:
            return list(session.exec(query.order_by(col(Job.priority), col(Job.position))))

    def note_handed_over(self, names: dict[str, str]) -> None:
        """Write down under which name the engine knows each job, by the job's id."""
        with self._write() as session:
            for job_id, name in names.items():
                job = _job(session, job_id, lock=True)
                if job.state is JobState.queued and job.handed_to is None:
                    job.handed_to = name

    def hand_over_again(self, job_ids: Sequence[str]) -> None:
        """Have queued jobs handed over once more, of which the engine has nothing left."""
        with self._write() as session:
            for job_id in job_ids:
                job = _job(session, job_id, lock=True)
                if job.state is JobState.queued:
                    job.handed_to, job.fence = None, job.fence + 1

    def put_back_lapsed(self) -> list[str]:
        """Return the ids of the jobs whose worker has been silent for too long, put back into the queue."""
        now = datetime.now(UTC)
        lapsed = select(Job).where(Job.state == JobState.running, or_(
            col(Job.held_until).is_(None), col(Job.held_until) < now
        ))  # fmt: skip
        with self._read() as session:
            if not session.exec(lapsed.limit(1)).first():
                return []
        with self._write() as session:
            jobs = list(session.exec(lapsed.with_for_update()))
            for job in jobs:
                _put_back(job)
                job.problem = "The worker that had it stopped."
            return [job.id for job in jobs]


def _job(session: Session, job_id: str, *, lock: bool = False) -> Job:
    query = select(Job).where(Job.id == job_id)
    job = session.exec(query.with_for_update() if lock else query).first()
    if job is None:
        raise NotFound(f"There is no job with the id {job_id[:64]!r}; `svdocs jobs list` shows those that there are.")
    return job


def _added(session: Session, document: Document, kind: JobKind, priority: JobPriority = JobPriority.archive,
           person: str = "") -> Job:  # fmt: skip
    job = Job(document_id=document.id, kind=kind, priority=priority)
    session.add(job)
    tell(session, EventKind.job_added, document, code=kind, details={"job": job.id, "person": folded(person)})
    return job


def _held_by(holder: str) -> tuple[ColumnElement[bool], ...]:
    return col(Job.held_by) == holder, col(Job.state) == JobState.running


def _is_held_by_another(job: Job, worker: str, now: datetime) -> bool:
    return job.state is JobState.running and job.held_by != worker and (job.held_until is None or job.held_until >= now)


def _put_back(job: Job) -> None:
    """Queue the job again; the engine is to be told anew, under another name."""
    job.state, job.held_by, job.held_until, job.handed_to = JobState.queued, None, None, None
    job.step, job.page, job.pages = "", None, None


def _give_up(session: Session, job: Job, problem: str) -> None:
    """End the job, and say of its document that a person should look; a run that it has stays."""
    end_job(job, JobState.needs_person, problem)
    document = row_of(session, Document, job.document_id, lock=True)
    if document.current_run is None:
        document.state = DocumentState.needs_person
    details = {"job": job.id, "attempts": job.attempts}
    tell(session, EventKind.job_given_up, document, message=problem, details=details)
