"""A package becomes files that may be read: its members, taken out in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from svdocs.errors import CannotRead, ReaderDied
from svdocs.intake.containers import MAX_TOTAL_BYTES
from svdocs.intake.packages import MAX_NAME_LETTERS, Fault, error_of
from svdocs.intake.safety import EML, MAX_FILE_BYTES, MSG, OLE, check_size, looks_like_package, sniff_media_type
from svdocs.intake.sandbox import Limits, run_isolated

_HEAD_BYTES = 64 * 2**10
MAX_ARCHIVE_BYTES = 2**38
"""What an archive may unpack to: 256 GiB."""
UNPACKER_MODULE = "svdocs.intake.unpack_child"
LIMITS = Limits(cpu_seconds=120, wall_seconds=180.0, silent_seconds=60.0, output_bytes=MAX_TOTAL_BYTES + 16 * 2**20)

ARCHIVE_LIMITS = Limits(
    cpu_seconds=4 * 3600, wall_seconds=8 * 3600.0, silent_seconds=120.0, output_bytes=MAX_ARCHIVE_BYTES
)


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was handed in, by itself or in a package.

    Attributes:
        path: where its bytes are; None if they could not be taken out of the package.
        name: under which it was handed in; of a member, the package's name and its own.
        error: why it could not be taken, or None.
    """

    path: Path | None
    name: str
    error: CannotRead | None = None


def receive_file(path: Path, name: str, folder: Path) -> Iterator[Received]:
    """Yield the file itself, or if it is a package what is in it, so that each is a document of its own.

    A mail comes first as itself, for its own words, and then its attachments. What could not be taken out of a
    package has an error; so has the package itself, as the last, if not all of it could be unpacked.

    Args:
        path: the file.
        name: under which it was handed in.
        folder: an empty one, for the members' bytes; the caller removes it when they have been read.
    """
    try:
        check_size(path.stat().st_size)
        with path.open("rb") as file:
            data = file.read(_HEAD_BYTES)
            if sniff_media_type(data) in (OLE, MSG):  # only all its streams tell which
                data += file.read(MAX_FILE_BYTES)
    except (OSError, CannotRead):
        yield Received(path, name)  # whoever reads it says what is wrong
        return
    if not looks_like_package(data, name):
        yield Received(path, name)
        return
    is_mail = sniff_media_type(data) in (EML, MSG)
    del data
    if is_mail:
        yield Received(path, name)
    yield from _unpack(path, name, folder)


def unpack_archive(path: Path, folder: Path) -> list[Received]:
    """Return the files of a ZIP archive of documents, unpacked into `folder`; those not taken have an error.

    Unlike a package, which comes with a bid, an archive is handed in by the buyer's own people: it may be of any size
    that fits on the disk, and its files go by their names in it alone.

    Args:
        path: the archive.
        folder: an empty one, for the files' bytes; the caller removes it.

    Raises:
        CannotRead: it is no ZIP, or broken as a whole.
    """
    members: list[Received] = []
    for received in _unpack(path, path.name, folder, ARCHIVE_LIMITS, "archive"):
        if received.path == path and received.error is not None and not members:
            raise received.error
        members.append(received)
    return members


def _unpack(path: Path, name: str, folder: Path, limits: Limits = LIMITS, *words: str) -> Iterator[Received]:
    members: list[Received] = []

    promised: dict[Path, int] = {}

    def take_member(member: str, size: int, fault: str) -> BinaryIO | None:
        if len(member) > len(name) + MAX_NAME_LETTERS * 2 or fault not in {"", *Fault} or (fault and size):
            raise ReaderDied("The unpacking process made no sense and was stopped; unpack the file and add its files.")
        if fault:
            members.append(Received(None, member, error_of(Fault(fault))))
            return None
        place = folder / f"{len(members):04}"
        members.append(Received(place, member))
        promised[place] = size
        return place.open("xb")

    try:
        run_isolated(UNPACKER_MODULE, [name.replace("\0", " "), *words], path, limits, on_part=take_member)
    except CannotRead as error:
        # The process may have died over the last one.
        yield from (
            m
            if m.path is None or m.path.stat().st_size == promised[m.path]
            else Received(None, m.name, error_of(Fault.damaged))
            for m in members
        )
        yield Received(path, name, error)
    else:
        yield from members
