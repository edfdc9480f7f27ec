"""Disks that failed to make safe what was written to them.

When a sync fails, the system may forget which pages it could not write and let the next sync succeed: whoever simply
tries again acknowledges what is not on the disk (Linux, fsync(2); PostgreSQL's "fsyncgate" of 2018). So the first
failure counts for the life of the process: nothing more is taken onto that folder, the service says that it is not
ready, and a person sees to the disk and starts it again.
"""

from __future__ import annotations

import errno
import logging
import threading
from pathlib import Path

from svdocs.errors import DiskFailed

log = logging.getLogger("svdocs.disk")

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""A sync that fails because the disk is full has told the truth; what it was for is thrown away, and room may come."""

_failed: set[Path] = set()
_lock = threading.Lock()


def note_failure(folder: Path) -> None:
    """Remember that a sync beneath the folder failed."""
    with _lock:
        is_first = folder not in _failed
        _failed.add(folder)
    if is_first:
        log.critical("a disk failed to make safe what was written to it; nothing more is taken until a restart")


def has_failed(folder: Path) -> bool:
    """Say whether a sync beneath the folder has failed since this process started."""
    return folder in _failed


def check_disk(folder: Path) -> None:
    """Check that what is written beneath the folder can be believed to be safe once it is synced.

    Raises:
        DiskFailed: a sync has failed there.
    """
    if has_failed(folder):
        raise DiskFailed(
            "A disk of this service failed, so nothing is taken any more and nothing of this was kept. Tell the "
            "person who runs the service: see to the disk, start the service again, then send this again."
        )
