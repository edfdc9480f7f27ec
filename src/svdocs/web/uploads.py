"""A file sent to the service: kept at once, with the job to read it, which a worker does."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from svdocs.errors import NotFound, UsageError
from svdocs.jobs.batch import UNREAD
from svdocs.records.keep import Spool, path_of, sweep_spool
from svdocs.records.receiving import IfThere, NewDocument, ReceiptKey, Received
from svdocs.records.store import Store
from svdocs.records.tables import DocumentKind, kind_named
from svdocs.settings import Settings
from svdocs.web.upload_form import UploadForm

log = logging.getLogger("svdocs.web")

DISK_THREADS = 16
"""Of the reception's own, so that many uploads keep no page from its thread."""
PIECE_BYTES = 2**20
SILENCE_SECONDS = 60.0
"""After which an upload that sends nothing is given up."""
MAX_KEY_LETTERS = 200
MAX_NAME_LETTERS = 120

Outcome = TypeVar("Outcome")

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class Reception:
    """Takes uploads, and answers for one only when its file, its rows and the job to read it are safe on disk.

    Reading is the workers' work, so that the service stays small and quick.
    """

    def __init__(
        self, store: Store, settings: Settings, count: Callable[[bool, int], None] = lambda is_new, size: None
    ) -> None:
        """Make ready.

        Args:
            store: the records.
            settings: where the kept files are.
            count: told of each upload that is acknowledged whether it is new, and its size in bytes.
        """
        self._store = store
        self._settings = settings
        self._count = count
        self._disk = CapacityLimiter(DISK_THREADS)

    def open(self) -> None:
        """Make ready: remove what uploads that died on the way left in the spool."""
        if swept := sweep_spool(self._settings.files_folder):
            log.warning("%d uploads were cut off when the service last stopped; nothing of them was kept", swept)

    async def receive(
        self,
        request: Request,
        store: Store,
        procurement_id: str,
        *,
        if_there: IfThere,
        caller: str,
        said: dict[str, str],
        check: Callable[[dict[str, str]], None] = lambda _: None,
    ) -> Received:
        """Return the document of the file in the request's body, which cannot be lost by now.

        The disk is written in threads, so that a slow one keeps no other request waiting.

        Args:
            request: of `multipart/form-data`: the field `file`, and `kind`, `supplier`, `if_there`, `key` if need be.
            store: the records as the sender may use them.
            procurement_id: where it belongs.
            if_there: what is to happen if the supplier's document is there already and the form does not say.
            caller: whose the request's key is.
            said: where the form's fields are written as they come, and the file's name as `name`, for a page to
                show again what it refuses.
            check: what else must hold of the fields; raises what the sender is to be told.

        Raises:
            NotFound: there is no such procurement.
            UsageError: the form cannot be used, there is no file, or no such kind.
            Conflict: the key came with another file before.
            AlreadyThere: the same supplier's file of these bytes is there, and somebody must choose.
            CannotKeep: the disk is full or cannot be written; nothing is kept.
            DiskFailed: a disk failed, and this process takes nothing any more.
        """
        await self._in_thread(partial(store.procurement, procurement_id))
        spool = await self._in_thread(self._open_spool)
        try:
            form = UploadForm(request.headers.get("content-type", ""), spool, said)
            spool.expect(_length_said(request))
            async for data in _in_larger_pieces(request):
                await self._in_thread(partial(form.write, data))
            form.finish()
            form.fields["name"] = form.file_name or ""
            check(form.fields)
            key = _checked_key(caller, request.headers.get("idempotency-key") or form.fields.get("key"))
            keep = partial(self._keep, spool, form, store, procurement_id, if_there, key)
            received = await self._in_thread(keep)
            self._count(received.is_new, spool.size)
            return received
        except ClientDisconnect:
            raise HTTPException(400, "The upload was cut off, so nothing of it was kept; send it again.") from None
        finally:
            spool.close()

    async def _in_thread(self, work: Callable[[], Outcome]) -> Outcome:
        return await run_sync(work, limiter=self._disk)

    def _open_spool(self) -> Spool:
        return Spool(self._settings.files_folder, spare_bytes=self._settings.spare_bytes)

    def _keep(self, spool: Spool, form: UploadForm, store: Store, procurement_id: str, if_there: IfThere,
              key: ReceiptKey | None) -> Received:  # fmt: skip
        shown, kind = safe_name(form.file_name), _kind_said(form.fields.get("kind"))
        supplier = form.fields.get("supplier", "").strip() or None
        choice = _choice_said(form.fields.get("if_there"), if_there)
        if not spool.size:
            raise UsageError(f"{shown}: the file is empty; choose the file again, or ask for a new copy.")
        kept = spool.hashed()
        given = NewDocument(procurement_id, shown, kind, supplier, kept.sha256, UNREAD, kept.size)
        store.received_before(given, if_there=choice, key=key)  # refuses, if it must, before anything is kept
        with spool.placed(self._store.is_recorded):
            return store.receive_document(given, if_there=choice, key=key)

    def add_another(self, store: Store, document_id: str, *, procurement_id: str, kind: str, supplier: str,
                    name: str, caller: str, key: str) -> Received:  # fmt: skip
        """Return a new document of the same bytes as one that is there, as somebody chose who was told of it.

        Raises:
            NotFound: there is no such document in the procurement, or its file is gone.
            UsageError: there is no such kind.
            Conflict: the key came with another request before.
        """
        there = store.document(document_id).document
        if there.procurement_id != procurement_id:
            raise NotFound("There is no such document in this procurement; list its documents to find the right one.")
        size = path_of(there.sha256, self._settings.files_folder).stat().st_size
        given = NewDocument(procurement_id, safe_name(name), _kind_said(kind), supplier.strip() or None,
                            there.sha256, there.media_type, size)  # fmt: skip
        return store.receive_document(given, if_there=IfThere.another, key=_checked_key(caller, key))


async def _in_larger_pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the request's body in pieces that are worth a thread's while.

    Raises:
        HTTPException: nothing has come for too long.
    """
    piece, stream = bytearray(), aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                piece += await anext(stream)
        except StopAsyncIteration:
            break
        except TimeoutError:
            slow = f"Nothing came for {SILENCE_SECONDS:.0f} seconds, so nothing was kept; send the file again."
            raise HTTPException(408, slow) from None
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _length_said(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() and len(said) < 16 else 0


def _checked_key(caller: str, key: str | None) -> ReceiptKey | None:
    if key and (len(key) > MAX_KEY_LETTERS or not key.isascii() or not key.isprintable()):
        raise UsageError(
            f"An Idempotency-Key has up to {MAX_KEY_LETTERS} letters, digits and signs of ASCII; choose another."
        )
    return ReceiptKey(caller, key) if key else None


def _choice_said(said: str | None, default: IfThere) -> IfThere:
    if said and said not in set(IfThere):
        choices = ", ".join(c.value for c in IfThere)
        raise UsageError(f"{said[:40]!r} says nothing of a file that is there already; choose one of {choices}.")
    return IfThere(said) if said else default


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


def _kind_said(kind: str | None) -> DocumentKind | None:
    return kind_named(kind) if kind else None
