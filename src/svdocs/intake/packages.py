"""What is in a package: the files in a ZIP archive, or the attachments of a mail, each with its name kept.

A package is opened one level deep. What cannot be taken out of it has a fault instead of bytes, so that nothing is
dropped without a word; nothing that a package points to is followed. All of this is parsing of a stranger's bytes, so
it runs in a process of its own: see `svdocs.intake.unpack`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from svdocs.errors import CannotRead, DamagedFile, EncryptedFile, LimitExceeded, UnsupportedFile
from svdocs.intake.containers import (
    MAX_ENTRIES,
    MAX_PART_BYTES,
    MAX_TOTAL_BYTES,
    inflate_part,
    is_encrypted,
    is_link,
    open_archive,
    open_zip,
    points_outside,
)
from svdocs.intake.mail import Attachment, attachments_of, read_mail
from svdocs.intake.safety import EML, MAX_FILE_BYTES, MSG, PACKAGES, identify_file, looks_like_package, sniff_media_type

MAX_NAME_LETTERS = 500
MAX_ARCHIVE_ENTRIES = 200_000


class Fault(StrEnum):
    """Why a member of a package was not taken out of it."""

    encrypted = "encrypted"
    damaged = "damaged"
    too_large = "too_large"
    nested = "nested"
    duplicate = "duplicate"
    outside = "outside"
    link = "link"


_FAULTS: dict[Fault, tuple[type[CannotRead], str]] = {
    Fault.encrypted: (EncryptedFile, "This file asks for a password; ask the supplier for a copy without one."),
    Fault.damaged: (
        DamagedFile,
        "This file is broken or cut off inside its package; ask the supplier to send it by itself.",
    ),
    Fault.too_large: (
        LimitExceeded,
        "This file would unpack to more than svdocs takes, by its size or by how far it was packed down; ask the "
        "supplier to send it by itself.",
    ),
    Fault.nested: (
        UnsupportedFile,
        "This is a package inside a package, which is not opened; unpack it and add the files in it one by one.",
    ),
    Fault.duplicate: (
        DamagedFile,
        "The package holds several files under this name, so programs may show different ones and none was taken; ask "
        "the supplier to send them under names of their own.",
    ),
    Fault.outside: (
        DamagedFile,
        "The file's name in the package points outside the folder that it would be unpacked to, so it was not taken; "
        "ask the supplier to send it by itself.",
    ),
    Fault.link: (
        DamagedFile,
        "This is only a link to another place, so there was nothing to take; ask the supplier to send the file itself.",
    ),
}  # fmt: skip

_NO_DOCUMENTS = re.compile(r"(?:^|/)(?:__MACOSX/(?:.*/)?(?:\._[^/]*|\.DS_Store)|\.DS_Store|Thumbs\.db|desktop\.ini)\Z")
"""What operating systems leave in folders: resource forks, window positions, previews."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a package.

    Attributes:
        name: the package's name and the file's own in it, such as ``package.zip/bids/a.docx``.
        data: its bytes; empty if it has a fault.
        fault: why it was not taken, or None.
    """

    name: str
    data: bytes = b""
    fault: Fault | None = None


def error_of(fault: Fault) -> CannotRead:
    """Return the error, in words for a person, that stands for a member's fault."""
    kind, message = _FAULTS[fault]
    return kind(message)


def members_of(data: bytes, name: str) -> Iterator[Member]:
    """Yield what is in the package `data`, handed in as `name`, in its own order.

    A mail's members are its attachments; its own words are read from the mail itself.

    Raises:
        UnsupportedFile: it is no package.
        DamagedFile: its structure is broken.
        LimitExceeded: it holds too many files, or they unpack to too many bytes; what was yielded before holds.
    """
    media_type = identify_file(data, name).media_type
    if media_type not in PACKAGES:
        raise UnsupportedFile("The file is no package of documents; read it as it is.")
    if media_type in (EML, MSG):
        yield from _members_of_mail(attachments_of(data, media_type), name)
    else:
        yield from _members_of_zip(open_zip(data), name)


def archive_members(archive: BinaryIO) -> Iterator[Member]:
    """Yield the files in a ZIP archive of documents, which may be far larger than a document or a package of a bid.

    One is held in memory at a time. A package in it is a file like the others, to be opened by whoever takes it.

    Raises:
        DamagedFile: its structure is broken.
        LimitExceeded: it holds too many files.
    """
    file = open_archive(archive)
    infos = [i for i in file.infolist() if not i.is_dir() and not _NO_DOCUMENTS.search(i.filename)]
    if len(infos) > MAX_ARCHIVE_ENTRIES:
        raise LimitExceeded(
            f"The archive holds {len(infos)} files; the limit is {MAX_ARCHIVE_ENTRIES}. Make several archives of it."
        )
    times = Counter(_key(shown_name(i.filename)) for i in infos)
    for info in infos:
        name = shown_name(info.filename)
        fault, data = (Fault.duplicate, b"") if times[_key(name)] > 1 else _take_out(file, info, MAX_PART_BYTES)
        if len(data) > MAX_FILE_BYTES:
            fault, data = Fault.too_large, b""
        yield Member(name, data, fault)


def _members_of_zip(file: ZipFile, name: str) -> Iterator[Member]:
    infos = [i for i in file.infolist() if not i.is_dir() and not _NO_DOCUMENTS.search(i.filename)]
    if len(infos) > MAX_ENTRIES:
        raise LimitExceeded(
            f"The package holds {len(infos)} files; the limit is {MAX_ENTRIES}. Hand it in as several packages."
        )
    times = Counter(_key(i.filename) for i in infos)
    left, told = MAX_TOTAL_BYTES, set()
    for info in infos:
        key = _key(info.filename)
        shown = f"{name}/{shown_name(info.filename)}"
        if times[key] > 1:
            if key not in told:
                yield Member(shown, fault=Fault.duplicate)
            told.add(key)
            continue
        fault, data = _take_out(file, info, left)
        if fault is Fault.too_large and left < info.file_size:
            raise LimitExceeded(
                f"The files in the package unpack to more than {MAX_TOTAL_BYTES // 2**20} MiB, the limit for one "
                f"package; those from {shown_name(info.filename)} on were not taken. Hand it in as several packages."
            )
        left -= len(data)
        yield from _checked(shown, data, fault)


def _take_out(file: ZipFile, info: ZipInfo, left: int) -> tuple[Fault | None, bytes]:
    """Return an entry's fault, or its bytes."""
    if points_outside(info):
        return Fault.outside, b""
    if is_link(info):
        return Fault.link, b""
    if is_encrypted(info):
        return Fault.encrypted, b""
    try:
        return None, inflate_part(file, info, left)
    except LimitExceeded:
        return Fault.too_large, b""
    except DamagedFile:
        return Fault.damaged, b""


def _members_of_mail(attachments: Iterator[Attachment], name: str) -> Iterator[Member]:
    left = MAX_TOTAL_BYTES
    taken: set[str] = set()
    for i, attachment in enumerate(attachments):
        if i >= MAX_ENTRIES:
            raise LimitExceeded(f"The mail holds over {MAX_ENTRIES} attachments, the limit; hand them in as files.")
        left -= len(attachment.data)
        if left < 0:
            raise LimitExceeded(
                f"The mail's attachments are over {MAX_TOTAL_BYTES // 2**20} MiB together, the limit; hand them in as "
                "files."
            )
        own = _unused(shown_name(re.split(r"[/\\]", attachment.name)[-1]), taken)
        yield from _checked(f"{name}/{own}", attachment.data, Fault.nested if attachment.is_message else None)


def _checked(name: str, data: bytes, fault: Fault | None) -> Iterator[Member]:
    """Yield a member that was taken out, unless it is a package itself; of a mail its words are taken all the same."""
    if fault is None and looks_like_package(data, name):
        media_type = sniff_media_type(data)
        if media_type not in (EML, MSG):
            yield Member(name, fault=Fault.nested)
            return
        yield Member(name, data)
        with suppress(CannotRead):  # whoever reads the mail says what is wrong with it
            for attachment in read_mail(data, media_type).attachments:
                yield Member(f"{name}/{shown_name(attachment.name)}", fault=Fault.nested)
        return
    yield Member(name, b"" if fault else data, fault)


def _unused(name: str, taken: set[str]) -> str:
    """Return a name that no attachment had before: mail programs number them so too."""
    stem, dot, ending = name.rpartition(".") if "." in name[1:] else (name, "", "")
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}"
    taken.add(free.casefold())
    return free


def shown_name(name: str) -> str:
    """Return a member's name as it may be shown and kept: no steps upwards, no control characters, bounded.

    >>> shown_name("bids\\\\a.docx"), shown_name("../../etc/x.pdf"), shown_name("")
    ('bids/a.docx', '_/_/etc/x.pdf', 'file')
    """
    clean = "".join(c if c.isprintable() else "_" for c in name.replace("\\", "/"))
    steps = ["_" if step in (".", "..") else step for step in clean.split("/") if step]
    joined = "/".join(steps) or "file"
    return joined if len(joined) <= MAX_NAME_LETTERS else "..." + joined[3 - MAX_NAME_LETTERS :]


def _key(name: str) -> str:
    return name.replace("\\", "/").casefold()
