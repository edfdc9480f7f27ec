"""What the service counts of itself, for Prometheus.

No label names a supplier, a title, a file or a person: routes are told by their template, states and codes come from
fixed lists. What one process counts (requests, uploads) begins anew with it; what the records know (jobs, runs, the
audit trail) is asked of them when somebody looks, at most once in a while.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from svdocs import __version__
from svdocs.errors import SvdocsError
from svdocs.records.database import DatabaseFailure, folder_of
from svdocs.records.disk import has_failed
from svdocs.records.figures import figures_of, problem_codes, reading_times
from svdocs.records.readiness import free_bytes
from svdocs.records.store import Store
from svdocs.records.upkeep import Task, task_done
from svdocs.settings import Settings

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SOON = 5.0
"""Seconds for which quick questions to the records are not asked again ..."""
LATER = 60.0
"""... and those that go over all runs."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")

Told = TypeVar("Told")


class Meters:
    """The counters of one application."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter("svdocs_http_requests", "Requests answered.", (*labels, "status"),
                                 registry=self.registry)  # fmt: skip
        self._seconds = Histogram("svdocs_http_request_seconds", "Time to the last byte of an answer.", labels,
                                  buckets=SECONDS, registry=self.registry)  # fmt: skip
        self._under_way = Gauge("svdocs_http_requests_under_way", "Requests being answered.", registry=self.registry)
        self._uploads = Counter("svdocs_uploads", "Uploads acknowledged.", ("outcome",), registry=self.registry)
        self._upload_bytes = Counter("svdocs_upload_bytes", "Bytes of uploads acknowledged.", registry=self.registry)
        for outcome in ("new", "known"):
            self._uploads.labels(outcome)
        ProcessCollector(registry=self.registry)
        self.registry.register(RecordsCollector(store, settings))

    def begin(self) -> None:
        """Count a request that has come in."""
        self._under_way.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        self._under_way.dec()
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_upload(self, is_new: bool, size: int) -> None:
        """Count an upload that has been acknowledged: a new document, or one that was known already."""
        self._uploads.labels("new" if is_new else "known").inc()
        self._upload_bytes.inc(size)

    def written(self) -> bytes:
        """Return all in Prometheus' text format."""
        return generate_latest(self.registry)


class _Remembered:
    """What a question was answered with, for a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = -seconds
        self._answer: Any = None
        self._lock = threading.Lock()

    def get(self, ask: Callable[[], Told]) -> Told:
        with self._lock:
            if time.monotonic() - self._at >= self._seconds:
                self._answer = ask()
                self._at = time.monotonic()
            answer: Told = self._answer
            return answer


class RecordsCollector(Collector):
    """Asks the records how things stand."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._soon = _Remembered(SOON)
        self._later = _Remembered(LATER)

    def describe(self) -> list[Metric]:
        """Return nothing: the records are not asked before somebody looks."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield what the records tell; if they do not answer, that."""
        yield _labelled("svdocs_info", "Always 1; its label is the version.", "version", {__version__: 1})
        yield from self._of_this_machine()
        try:
            found = [*self._soon.get(self._quick), *self._later.get(self._slow)]
        except (DatabaseFailure, SvdocsError):
            yield _gauge("svdocs_records_readable", "Whether the database answers.", 0)
            return
        yield _gauge("svdocs_records_readable", "Whether the database answers.", 1)
        yield from found

    def _of_this_machine(self) -> Iterator[Metric]:
        files = self._settings.files_folder
        folders = (files, folder_of(self._store.engine))
        failed = any(has_failed(f) for f in folders if f is not None)
        yield _gauge("svdocs_disk_failed", "Whether a sync has failed since the process started.", failed)
        if files.is_dir():
            yield _gauge("svdocs_free_bytes", "Free for the kept files.", free_bytes(files))
        yield _gauge("svdocs_spare_bytes", "What an upload must leave free.", self._settings.spare_bytes)
        done = {task: task_done(self._settings.data_folder, task) for task in Task}
        last = {t: d.last_well_at.timestamp() if d and d.last_well_at else 0 for t, d in done.items()}
        told = "When a task last ended well; 0 for never."
        yield _labelled("svdocs_task_last_success_timestamp_seconds", told, "task", last)
        well = {t: d.well for t, d in done.items() if d}
        yield _labelled("svdocs_task_last_well", "Whether a task ended well the last time.", "task", well)

    def _quick(self) -> list[Metric]:
        now = figures_of(self._store)
        waited = (datetime.now(UTC) - now.queued_since).total_seconds() if now.queued_since else 0.0
        return [
            _labelled("svdocs_jobs", "Jobs by state.", "state", now.jobs),
            _labelled("svdocs_documents", "Documents by state.", "state", now.documents),
            _gauge("svdocs_queue_oldest_seconds", "How long the oldest queued job has waited.", max(waited, 0.0)),
            _gauge("svdocs_workers_alive", "Workers that have shown life lately.", now.workers),
            _gauge("svdocs_audit_entries", "Entries of the audit trail.", now.audit_entries),
            _gauge("svdocs_audit_anchor_entry", "Which entry the anchor names.", now.anchor_entry),
        ]

    def _slow(self) -> list[Metric]:
        reading = SummaryMetricFamily("svdocs_reading_seconds", "Time taken to read documents.", labels=["kind"])
        for kind, (count, seconds) in sorted(reading_times(self._store).items()):
            reading.add_metric([kind], count, seconds)
        known = {code: n for code, n in sorted(problem_codes(self._store).items()) if _CODE.fullmatch(code)}
        told = "Documents whose current run has a problem, by code."
        return [reading, _labelled("svdocs_document_problems", told, "code", known)]


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=float(value))


def _labelled(name: str, told: str, label: str, values: Mapping[Any, Any]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for word, value in values.items():
        family.add_metric([str(word)], float(value))
    return family
