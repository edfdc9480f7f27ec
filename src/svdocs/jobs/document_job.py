"""One job on one document, in the steps after each of which it can go on in another process.

What a step has done stands in the records: the text that was read is kept, the run that was made is staged, the run
is published. So an engine need only know which steps are finished.
"""

from __future__ import annotations

import time
from contextlib import ExitStack

from svdocs.errors import NotFound, SvdocsError
from svdocs.intake.unpack import receive_file
from svdocs.jobs.batch import UNREAD, Batch
from svdocs.jobs.scratch import scratch_folder
from svdocs.jobs.work import Stages, Workers
from svdocs.records.jobs import MAX_ATTEMPTS, Jobs
from svdocs.records.keep import keep_file, path_of
from svdocs.records.leases import Claim
from svdocs.records.store import Store
from svdocs.records.tables import JobPriority
from svdocs.settings import Settings

PROGRESS_SECONDS = 0.5
"""Progress is written down at most so often."""


class AttemptFailed(SvdocsError):
    """The program failed on the document, and trying again may help."""

    code = "attempt_failed"


class DocumentJob:
    """A claimed job: `read`, then `stage`, then `publish`. Close it to free its scratch folder."""

    def __init__(self, claim: Claim, store: Store, settings: Settings, stages: Stages) -> None:
        self.claim = claim
        self._store = store
        self._jobs = Jobs(store)
        self._settings = settings
        self._scratch = ExitStack()
        folder = self._scratch.enter_context(scratch_folder(settings.data_folder))
        self._batch = Batch(store, settings.files_folder, stages, folder, workers=Workers(1))
        self._is_read = False
        self._told_at = 0.0

    def __enter__(self) -> DocumentJob:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    def read(self) -> None:
        """Bring in what is in the document, if it is a package, and read its text, which is kept.

        Raises:
            LeaseLost: another worker has the job.
        """
        self._jobs.note_progress(self.claim, "reading")
        self._bring_in_members()
        record = self._store.document(self.claim.document_id)
        for _ in self._batch.read([record], proposes=[record.id], on_progress=self._tell_page):
            self._is_read = True

    def stage(self) -> str | None:
        """Return the id of the staged run that the document's text gives; None if it stands already.

        Raises:
            AttemptFailed: the program failed, and has attempts left.
            LeaseLost: another worker has the job.
        """
        if not self._is_read:
            self.read()
        self._jobs.note_progress(self.claim, "extracting")
        [result] = self._batch.extract([self._store.document(self.claim.document_id)])
        if result.failed:
            problem = result.record["document"]["problems"][-1]["message"]
            if self.claim.attempt < MAX_ATTEMPTS or result.document.run is not None:
                raise AttemptFailed(problem)  # what was found before stays
        run, is_new = self._store.stage_run(
            self.claim.document_id,
            result.record,
            result.seconds,
            result.context,
            result.reading_seconds,
            claim=self.claim,
        )
        return run.id if is_new else None

    def publish(self, run_id: str) -> None:
        """Publish the staged run and end the job.

        Raises:
            LeaseLost: another worker has the job; nothing was published.
        """
        self._store.publish_staged(run_id, self.claim)

    def _tell_page(self, page: int, pages: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_SECONDS:
            self._told_at = now
            self._jobs.note_progress(self.claim, "reading", page, pages)

    def _bring_in_members(self) -> None:
        """Bring in what is in a package: each file in it is a document with a job of its own."""
        document = self._store.document(self.claim.document_id).document
        try:
            original = path_of(document.sha256, self._settings.files_folder)
        except NotFound:
            return  # the reader says that it cannot be opened
        priority = JobPriority(self._jobs.job(self.claim.job_id).priority)
        record = self._store.document(document.id)
        with scratch_folder(self._settings.data_folder) as folder:
            for received in receive_file(original, document.name, folder):
                if received.error is not None or received.path is None or received.path == original:
                    continue
                kept = keep_file(received.path, self._settings.files_folder)
                self._store.add_document(
                    document.procurement_id,
                    name=received.name,
                    kind=document.kind if document.kind_is_said else None,
                    supplier=record.supplier,
                    sha256=kept.sha256,
                    media_type=UNREAD,
                    size=kept.size,
                    priority=priority,
                )
