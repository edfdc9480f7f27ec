"""Whether the service can do its work now: each thing that it needs is tried, and what is wrong is named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import text

from svdocs.errors import CannotKeep, DiskFailed, SvdocsError
from svdocs.records.database import NEWEST_REVISION, DatabaseFailure, folder_of, revision_of
from svdocs.records.disk import has_failed
from svdocs.records.jobs import Jobs
from svdocs.records.keep import Spool
from svdocs.records.store import Store


class Part(StrEnum):
    """What is tried."""

    database = "database"
    """It answers a question."""
    migrations = "migrations"
    """Its tables are those of this version."""
    disk = "disk"
    """No sync has failed since this process started."""
    spool = "spool"
    """A file can be written where uploads come in."""
    room = "room"
    """As much of the disk is free as must be."""
    workers = "workers"
    """Somebody reads what comes in. Uploads are taken without, so the service counts as ready all the same."""


NOT_NEEDED = frozenset({Part.workers})


@dataclass(frozen=True, slots=True)
class Check:
    """What was tried, and how it went, in words without a secret."""

    part: Part
    is_well: bool
    said: str

    @property
    def stands_in_the_way(self) -> bool:
        """Whether nothing should be sent here until it is mended."""
        return not self.is_well and self.part not in NOT_NEEDED


def check_readiness(store: Store, files_folder: Path, spare_bytes: int) -> list[Check]:
    """Return how each part is.

    Args:
        store: the records.
        files_folder: of the kept originals.
        spare_bytes: of its disk, which must be free.
    """
    return [*_database(store), _disk(store, files_folder), *_files(files_folder, spare_bytes)]


def _database(store: Store) -> list[Check]:
    try:
        with store.reading() as session:
            session.connection().execute(text("SELECT 1"))
            revision = revision_of(session.connection())
        alive = len(Jobs(store).living_workers())
    except (DatabaseFailure, SvdocsError) as error:
        return [Check(Part.database, False, f"It does not answer ({type(error).__name__}).")]
    return [
        Check(Part.database, True, "It answers."),
        Check(
            Part.migrations,
            revision == NEWEST_REVISION,
            f"The tables are of revision {revision}, this version is of {NEWEST_REVISION}.",
        ),
        Check(Part.workers, alive > 0, f"{alive} have shown that they live in the last half minute."),
    ]


def _disk(store: Store, files_folder: Path) -> Check:
    folders = (files_folder, folder_of(store.engine))
    failed = any(has_failed(f) for f in folders if f is not None)
    said = "A sync failed; see to the disk and start the service again." if failed else "No sync has failed."
    return Check(Part.disk, not failed, said)


def _files(folder: Path, spare_bytes: int) -> list[Check]:
    try:
        with Spool(folder) as spool:
            spool.write(b"?")
    except (CannotKeep, DiskFailed):
        return [Check(Part.spool, False, "No file can be written into the spool.")]
    free = free_bytes(folder)
    return [
        Check(Part.spool, True, "A file can be written into the spool."),
        Check(Part.room, free >= spare_bytes, f"{free // 2**20} MiB are free, {spare_bytes // 2**20} must be."),
    ]


def free_bytes(folder: Path) -> int:
    """Return how much of the folder's disk is free for the service, in bytes."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
