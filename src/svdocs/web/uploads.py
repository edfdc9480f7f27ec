"""A file sent to the service: kept at once, then read by the one path that all files take."""

from __future__ import annotations

import logging
import re
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from svdocs.errors import UsageError
from svdocs.jobs.batch import UNREAD
from svdocs.records.keep import keep_file, path_of
from svdocs.records.store import Store
from svdocs.records.tables import DocumentKind
from svdocs.settings import Settings

log = logging.getLogger("svdocs.web")

PATIENCE_SECONDS = 12.0
"""How long a person waits for a document to be read before they get the list with the document still waiting in it."""
READERS = 2
MAX_NAME_LETTERS = 120

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class BringIn(Protocol):
    """The path of a file into the records; `svdocs.jobs.bring_in.bring_in`."""

    def __call__(
        self,
        path: Path,
        *,
        store: Store,
        settings: Settings,
        procurement_id: str,
        kind: str | None = None,
        supplier: str | None = None,
        name: str | None = None,
    ) -> Any:
        """Bring the file at `path` into the procurement under `name`."""


class Reception:
    """Takes uploads and has them read in threads of its own, so that no request waits for a long document.

    An upload is answered for only when its file and its row are safe on disk. If the service stops before a document
    has been read, it stands in the records as waiting, and reprocessing reads it.
    """

    def __init__(
        self, bring_in: BringIn, store: Store, settings: Settings, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._bring_in = bring_in
        self._store = store
        self._settings = settings
        self._patience = patience_seconds
        self._readers = ThreadPoolExecutor(READERS, "reader")

    def close(self) -> None:
        """Finish what has begun; what has not stays kept and waiting."""
        self._readers.shutdown(cancel_futures=True)

    def take(
        self, stream: BinaryIO, name: str | None, procurement_id: str, kind: str | None, supplier: str | None
    ) -> str:
        """Return the id of the upload's document, which is kept by now and, if that does not take long, read.

        Args:
            stream: the bytes, from their beginning.
            name: as the sender gives it; shown to people, never a place on the disk.
            procurement_id: where it belongs.
            kind: what it is for; None or empty to find out from the text.
            supplier: likewise.

        Raises:
            NotFound: there is no such procurement.
            UsageError: there is no file, or no such kind.
            CannotKeep: the disk is full or cannot be written; nothing is kept.
        """
        self._store.procurement(procurement_id)
        shown = safe_name(name)
        said, supplier = _kind_said(kind), (supplier or "").strip() or None
        if not stream.read(1):
            raise UsageError(f"{shown}: the file is empty; choose the file again, or ask for a new copy.")
        stream.seek(0)
        kept = keep_file(stream, self._settings.files_folder)
        document = self._store.add_document(
            procurement_id,
            name=shown,
            kind=said,
            supplier=supplier,
            sha256=kept.sha256,
            media_type=UNREAD,
            size=kept.size,
        )
        reading = self._readers.submit(
            self._bring_in,
            path_of(kept.sha256, self._settings.files_folder),
            store=self._store,
            settings=self._settings,
            procurement_id=procurement_id,
            kind=said,
            supplier=supplier,
            name=shown,
        )
        reading.add_done_callback(_log_failure)
        try:
            reading.result(self._patience)
        except StillRunning:
            log.info("document %s is still being read", document.id)
        return document.id


def safe_name(name: str | None) -> str:
    """Return a file's name as it may be shown and kept: the last part of it, without control characters, bounded.

    Raises:
        UsageError: there is no name, as when no file was chosen.

    >>> safe_name("../../etc/Bid A.pdf"), safe_name("C:\\\\bids\\\\b.docx"), safe_name("..")
    ('Bid A.pdf', 'b.docx', 'file')
    """
    given = (name or "").encode("utf-8", "replace").decode("utf-8")
    if not given.strip():
        raise UsageError("No file was chosen; choose a PDF, Word or Excel file, or a scan.")
    last = " ".join(_UNSAFE.sub(" ", re.split(r"[/\\]", given)[-1]).split()).lstrip(".")
    stem, dot, ending = last.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{_bounded(stem)}.{ending}"
    return _bounded(last) or "file"


def _bounded(text: str) -> str:
    """Return `text` short enough for any file system: letters may take four bytes each."""
    return text[:MAX_NAME_LETTERS].encode()[:200].decode("utf-8", "ignore").strip()


def _kind_said(kind: str | None) -> str | None:
    if kind and kind not in set(DocumentKind):
        kinds = ", ".join(k.value for k in DocumentKind)
        raise UsageError(f"{kind!r} is not a kind of document; choose one of {kinds}.")
    return kind or None


def _log_failure(reading: Future[Any]) -> None:
    """Tell the log, because after the patience is over nobody waits for the answer."""
    if not reading.cancelled() and (error := reading.exception()) is not None:
        log.error("an upload could not be brought in", exc_info=error)
