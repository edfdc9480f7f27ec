"""A file sent to the service: brought in by the one path that all files take, and answered for in good time."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from svdocs.errors import Conflict, UsageError
from svdocs.records.store import Store
from svdocs.records.tables import DocumentKind
from svdocs.settings import Settings

log = logging.getLogger("svdocs.web")

PATIENCE_SECONDS = 12.0
"""How long a person waits for a document to be read before they get the list with the document still waiting in it."""
LONGEST_WAIT_SECONDS = 60.0
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
    ) -> Any:
        """Bring the file at `path` into the procurement."""


class Reception:
    """Takes uploads and has them read in threads of its own, so that no request waits for a long document."""

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
        """Return the id of the upload's document, once it is kept and, if that does not take long, read.

        Args:
            stream: the bytes.
            name: as the sender gives it; shown to people, never a place on the disk as it stands.
            procurement_id: where it belongs.
            kind: what it is for; None or empty to find out from the text.
            supplier: likewise.

        Raises:
            NotFound: there is no such procurement.
            UsageError: there is no file, or no such kind.
            Conflict: too many documents are before it; nothing is kept.
        """
        self._store.procurement(procurement_id)
        shown = safe_name(name)
        if kind and kind not in set(DocumentKind):
            raise UsageError(
                f"{kind!r} is not a kind of document; choose one of {', '.join(k.value for k in DocumentKind)}."
            )
        folder = Path(tempfile.mkdtemp(prefix="svdocs-upload-"))
        path = folder / shown
        try:
            sha256 = _spool(stream, path)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        reading = self._readers.submit(
            self._read, folder, path, procurement_id, kind or None, (supplier or "").strip() or None
        )
        reading.add_done_callback(_log_failure)
        return self._await(reading, procurement_id, sha256)

    def _await(self, reading: Future[Any], procurement_id: str, sha256: str) -> str:
        """Return the document's id when it has been read, or has stood in the records for as long as patience lasts.

        An upload is answered for only when its record is durable; one that waits behind others is told so.
        """
        deadline = time.monotonic() + self._patience
        while True:
            try:
                reading.result(max(deadline - time.monotonic(), 0.25))
            except StillRunning:
                document = self._store.document_of_bytes(procurement_id, sha256)
            else:
                document = self._store.document_of_bytes(procurement_id, sha256)
                if document is None:
                    raise Conflict("The file was read but stands in no record; send it again.")
            if document is not None:
                return document.id
            if time.monotonic() > deadline + LONGEST_WAIT_SECONDS and reading.cancel():
                raise Conflict(
                    "Other documents are being read and this one was not kept yet; send it again in a few minutes."
                )

    def _read(self, folder: Path, path: Path, procurement_id: str, kind: str | None, supplier: str | None) -> Any:
        try:
            return self._bring_in(
                path,
                store=self._store,
                settings=self._settings,
                procurement_id=procurement_id,
                kind=kind,
                supplier=supplier,
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _log_failure(reading: Future[Any]) -> None:
    """Tell the log, because after the patience is over nobody waits for the answer."""
    if not reading.cancelled() and (error := reading.exception()) is not None:
        log.error("an upload could not be brought in", exc_info=error)


def _spool(stream: BinaryIO, path: Path) -> str:
    """Write the upload to `path` and return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("xb") as file:
        while chunk := stream.read(2**20):
            digest.update(chunk)
            file.write(chunk)
    if path.stat().st_size == 0:
        raise UsageError(f"{path.name}: the file is empty; choose the file again, or ask for a new copy.")
    return digest.hexdigest()


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
