"""The documents that a batch works on, held so that no worker takes the same ones meanwhile.

An import or a reprocessing does its own reading, beside workers that look for the same jobs. So it claims the jobs as a
worker would, shows life while it runs, and lets go of what it did not come to. If it is killed, the claims lapse; the
same command started again on the same machine has them back at once, because it comes under the same name.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from svdocs.errors import SvdocsError
from svdocs.jobs.worker import worker_name
from svdocs.records.database import DatabaseFailure
from svdocs.records.jobs import LEASE_SECONDS, Jobs
from svdocs.records.leases import Claim
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord

log = logging.getLogger("svdocs.batch")

AT_ONCE = 200
"""Jobs claimed in one transaction, so that nobody waits long for the next."""
WAIT_SECONDS = 0.5


class Holding:
    """What one batch holds, for the length of a `with` block."""

    def __init__(self, store: Store, data_folder: Path) -> None:
        self._jobs = Jobs(store)
        self._folder = data_folder / "workers"
        self._claims: dict[str, Claim] = {}
        self._stack = ExitStack()
        self._stop = threading.Event()
        self._life = threading.Thread(target=self._show_life, name="holding", daemon=True)
        self._name = ""

    def __enter__(self) -> Holding:
        self._name = self._stack.enter_context(worker_name(self._folder, "batch"))
        self._life.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._life.join()
        with self._stack:
            if self._claims:
                self._jobs.let_go_all(self._name)

    def take(self, documents: Sequence[DocumentRecord]) -> set[str]:
        """Return the ids of the documents that are held now; the others are, or were just now, worked on elsewhere."""
        held: set[str] = set()
        for start in range(0, len(documents), AT_ONCE):
            runs = {d.id: d.document.current_run for d in documents[start : start + AT_ONCE]}
            claims = self._jobs.hold_documents(runs, self._name)
            self._claims |= claims
            held |= claims.keys()
        return held

    def claim_of(self, document_id: str) -> Claim | None:
        """Return the claim on a document's job, or None if it is not held."""
        return self._claims.get(document_id)

    def wait(self) -> None:
        """Give those who work on the other documents a moment."""
        self._stop.wait(WAIT_SECONDS)

    def _show_life(self) -> None:
        while not self._stop.wait(LEASE_SECONDS / 3):
            try:
                self._jobs.renew_all(self._name)
            except (DatabaseFailure, SvdocsError) as error:
                log.warning("the database does not answer; trying again (%s)", type(error).__name__)
