"""Figures on the records as a whole, for those who watch over them; no supplier, title or person among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from svdocs.records.audit import head_of, trail_of
from svdocs.records.jobs import Jobs
from svdocs.records.store import Store
from svdocs.records.tables import Document, DocumentState, Job, JobState, Run


@dataclass(frozen=True, slots=True)
class Figures:
    """How things stand now."""

    jobs: Mapping[JobState, int]
    documents: Mapping[DocumentState, int]
    queued_since: datetime | None
    """When the job that has waited for longest was made; None if none waits."""
    workers: int
    """That have shown life lately."""
    audit_entries: int
    anchor_entry: int
    """Which entry of the audit trail the anchor names; 0 for none."""


def figures_of(store: Store) -> Figures:
    """Return how things stand; a few quick questions."""
    anchor = trail_of(store.engine).anchor()  # before the trail, which may grow meanwhile
    with store.reading() as session:
        jobs = dict.fromkeys(JobState, 0) | dict(_counted(session, Job.state))
        documents = dict.fromkeys(DocumentState, 0) | dict(_counted(session, Document.state))
        oldest = session.exec(select(func.min(Job.added_at)).where(Job.state == JobState.queued)).one()
        head = head_of(session.connection())
    alive = len(Jobs(store).living_workers())
    return Figures(jobs, documents, oldest, alive, head.seq, anchor["seq"] if anchor else 0)


def reading_times(store: Store) -> dict[str, tuple[int, float]]:
    """Return how many documents of each kind of file were read, and how many seconds that took; goes over all runs."""
    found: dict[str, tuple[int, float]] = {}
    query = select(Run.reader_version, func.count(), func.sum(Run.reading_seconds)).where(Run.reading_seconds > 0)
    with store.reading() as session:
        for version, count, seconds in session.exec(query.group_by(Run.reader_version)):
            kind = version.split("/")[0] or "none"
            before = found.get(kind, (0, 0.0))
            found[kind] = (before[0] + count, before[1] + seconds)
    return found


def problem_codes(store: Store) -> Counter[str]:
    """Return in how many documents each problem stands in the way of reading them whole, by code."""
    wrong = select(Run.description).join(Document, col(Document.current_run) == Run.id).where(Run.problem_count > 0)
    found: Counter[str] = Counter()
    with store.reading() as session:
        for description in session.exec(wrong):
            found.update({str(p.get("code")) for p in description.get("problems") or []})
    return found


def _counted(session: Session, column: Any) -> list[tuple[Any, int]]:
    return list(session.exec(select(column, func.count()).group_by(column)))
