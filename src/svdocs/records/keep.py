"""Originals, each kept under the SHA-256 of its bytes, and never changed.

The order is what makes a receipt honest: spool, hash while streaming, sync the file, rename it to its address, sync
the folders. Only then may a record of it be written, so a record never stands without its file. `docs/uploads.md`
tells the whole order, and `tests/durability` kills the service at each step of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from svdocs.errors import CannotKeep, LimitExceeded, NotFound, SvdocsError
from svdocs.records.disk import NO_ROOM, check_disk, note_failure

CHUNK_BYTES = 2**20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SPOOL = "spool"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: the SHA-256 of its bytes in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


class Spool:
    """A file on its way in, hashed while it comes; gone when the block ends, unless it was placed.

    Its writer holds a lock on it, which ends with the writer however it ends: so `sweep_spool` knows what a crash left.

    Attributes:
        size: bytes written so far.
    """

    def __init__(self, folder: Path, *, max_bytes: int | None = None, spare_bytes: int = 0) -> None:
        """Open a new file in the spool of `folder`.

        Args:
            folder: of the kept files.
            max_bytes: a longer file is refused; None for no limit.
            spare_bytes: of the disk that must stay free, so that the database can still be written.

        Raises:
            CannotKeep: the disk is full or cannot be written.
            DiskFailed: a sync of this folder has failed before.
        """
        check_disk(folder)
        self.size = 0
        self._folder = folder
        self._max_bytes = max_bytes
        self._spare_bytes = spare_bytes
        self._digest = hashlib.sha256()
        with _told("The file", folder):
            self._path, self._handle = _open_locked(_made(folder / _SPOOL))

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was not placed is removed."""
        if self._handle >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1

    def expect(self, size: int) -> None:
        """Refuse what the disk has no room for before it is sent.

        Raises:
            CannotKeep: with `size` bytes more, less would be free than must be.
        """
        with _told("The file", self._folder):
            disk = os.statvfs(self._path.parent)
        if self._spare_bytes and disk.f_bavail * disk.f_frsize < self._spare_bytes + size:
            raise CannotKeep(
                "There is no room left on the disk, so nothing of the file was kept. Tell the person who runs this "
                "service, and send the file again when there is room."
            )

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            LimitExceeded: the file is longer than it may be.
            CannotKeep: the disk is full or cannot be written.
        """
        self.size += len(data)
        if self._max_bytes is not None and self.size > self._max_bytes:
            raise LimitExceeded(
                f"The file is over the limit of {self._max_bytes / 2**20:.0f} MB; split it or make it smaller."
            )
        self.expect(len(data))
        self._digest.update(data)
        with _told("The file", self._folder):
            left = memoryview(data)
            while left:
                left = left[os.write(self._handle, left) :]

    def hashed(self) -> Kept:
        """Return the hash and size of what has been written."""
        return Kept(self._digest.hexdigest(), self.size)

    @contextmanager
    def placed(self, is_recorded: Callable[[str], bool] | None = None) -> Iterator[Kept]:
        """Put the file at its address, safe on the disk, for a block that writes the record of it.

        If the block fails, the file is taken away again, unless a record of the same bytes stands or is being written.

        Args:
            is_recorded: says whether there is a record of the file of this hash; without it the file stays.

        Raises:
            CannotKeep: the disk is full or cannot be written; nothing of the file is kept.
            DiskFailed: a sync failed, now or before; nothing is taken into the folder any more.
        """
        check_disk(self._folder)
        kept = self.hashed()
        address = _address(kept.sha256, self._folder)
        with _told("The file", self._folder):
            sync_file(self._handle)
            home = os.open(_made(address.parent), os.O_RDONLY)
        try:
            with _told("The file", self._folder):
                fcntl.flock(home, fcntl.LOCK_SH)  # nobody takes a file away while somebody writes a record of it
                new = not (address.exists() and is_intact(kept.sha256, self._folder))
                if new:
                    os.fchmod(self._handle, 0o440)
                    self._path.rename(address)
                sync_file(home)
                sync_folder(self._folder)
            try:
                yield kept
            except BaseException:
                if new and is_recorded is not None:
                    _take_away(address, home, is_recorded)
                raise
        finally:
            os.close(home)


def _take_away(address: Path, home: int, is_recorded: Callable[[str], bool]) -> None:
    """Remove a file whose record could not be written; if in doubt, leave it: a file too many loses nothing."""
    with suppress(OSError, SvdocsError):
        fcntl.flock(home, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not is_recorded(address.name):
            address.unlink(missing_ok=True)


def keep_file(source: Path | BinaryIO, folder: Path, *, max_bytes: int | None = None) -> Kept:
    """Return the hash and size of a file that is now safe on disk; the same bytes are kept once.

    Args:
        source: a path, or a stream that is read to its end.
        folder: of the kept files.
        max_bytes: a longer file is refused; None for no limit.

    Raises:
        LimitExceeded: the file is longer than `max_bytes`; nothing of it is kept.
        CannotKeep: the disk is full or cannot be written; nothing of it is kept.
    """
    if isinstance(source, Path):
        with _told(f"{source}: the file", folder), source.open("rb") as stream:
            return keep_file(stream, folder, max_bytes=max_bytes)
    with Spool(folder, max_bytes=max_bytes) as spool:
        while chunk := source.read(CHUNK_BYTES):
            spool.write(chunk)
        with spool.placed() as kept:
            return kept


def sweep_spool(folder: Path) -> int:
    """Remove what uploads that died on the way left in the spool of `folder`, and return how many there were.

    Uploads under way, of this process or another, hold the lock on theirs and are left alone.
    """
    swept = 0
    for path in (folder / _SPOOL).glob("*"):
        with suppress(OSError):
            handle = os.open(path, os.O_WRONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                swept += 1
            finally:
                os.close(handle)
    return swept


def path_of(sha256: str, folder: Path) -> Path:
    """Return where the file of this hash is kept.

    Raises:
        NotFound: it is not kept here, or that is no hash.
    """
    path = _address(sha256, folder) if _SHA256.fullmatch(sha256) else None
    if path is None or not path.is_file():
        raise NotFound(
            f"No file with the SHA-256 {sha256[:64]!r} is kept here; it may have been kept in another folder."
        )
    return path


def is_intact(sha256: str, folder: Path) -> bool:
    """Say whether the kept file still has the bytes that it came with."""
    with path_of(sha256, folder).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def _address(sha256: str, folder: Path) -> Path:
    return folder / sha256[:2] / sha256


def _open_locked(folder: Path) -> tuple[Path, int]:
    """Return a new file of `folder` and its handle, with the lock on it."""
    while True:
        path = folder / uuid.uuid4().hex
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:  # else it was swept before it was locked
            return path, handle
        os.close(handle)


def _made(folder: Path) -> Path:
    """Return the folder, made if need be together with those above it, each name safe on the disk."""
    if not folder.is_dir():
        _made(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
    return folder


class _SyncFailed(OSError):
    """What was written may not be on the disk, whatever a later sync says."""


def sync_file(handle: int) -> None:
    """Make the bytes of an open file, or the names in an open folder, safe on the disk."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        raise _SyncFailed(error.errno, error.strerror) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as safe as its files: without this, a power cut may undo a rename."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync_file(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(what: str, folder: Path) -> Iterator[None]:
    """Say why a file could not be kept in the folder; after a sync that failed, take nothing into it any more."""
    try:
        yield
    except _SyncFailed:
        note_failure(folder)
        check_disk(folder)
    except OSError as error:
        raise CannotKeep(
            f"{what} could not be kept ({error.strerror}), and nothing of it is. See to the disk, or tell the person "
            "who runs this service; then send it again."
        ) from error
