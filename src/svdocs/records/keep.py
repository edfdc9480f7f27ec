"""Originals, each kept under the SHA-256 of its bytes, and never changed.

The order is what makes a receipt honest: spool, hash while streaming, sync the file, rename it to its address, sync
the folder. Only then may a record of it be written, so a record never stands without its file.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from svdocs.errors import CannotKeep, LimitExceeded, NotFound

CHUNK_BYTES = 2**20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: the SHA-256 of its bytes in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


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
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return _keep_stream(stream, folder, max_bytes)
        return _keep_stream(source, folder, max_bytes)
    except OSError as error:
        what = f"{source}: the file" if isinstance(source, Path) else "The file"
        raise CannotKeep(f"{what} could not be kept ({error.strerror}); see to the disk and try again.") from error


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


def _keep_stream(stream: BinaryIO, folder: Path, max_bytes: int | None) -> Kept:
    spool_folder = folder / "spool"
    spool_folder.mkdir(parents=True, exist_ok=True)
    spool = spool_folder / uuid.uuid4().hex
    try:
        kept = _spool(stream, spool, max_bytes)
        address = _address(kept.sha256, folder)
        address.parent.mkdir(exist_ok=True)
        if not address.exists():
            spool.chmod(0o440)
            spool.rename(address)
        _sync_folder(address.parent)
        _sync_folder(folder)
    finally:
        spool.unlink(missing_ok=True)
    return kept


def _spool(stream: BinaryIO, spool: Path, max_bytes: int | None) -> Kept:
    """Copy the stream into `spool`, hashing as it goes, and sync it."""
    digest, size = hashlib.sha256(), 0
    with spool.open("xb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            size += len(chunk)
            if max_bytes is not None and size > max_bytes:
                raise LimitExceeded(
                    f"The file is over the limit of {max_bytes / 2**20:.0f} MB; split it or make it smaller."
                )
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Kept(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder as safe as its files: without this, a power cut may undo a rename."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
