"""Disks that are full: of a size of their own where one may be mounted, and files that may not grow."""

from __future__ import annotations

import contextlib
import random
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.durability.client import Ledger, faults_of, prepare, send, spooled
from tests.durability.server import running

DISK_MIB = 12
UPLOAD = 700_000


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Put a disk of a few MiB under `folder` for the length of the block.

    Raises:
        PermissionError: this process may not mount.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        raise PermissionError("no file system may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_disk(data: Path, small: Path, seed: int) -> tuple[list[str], int]:
    """Send uploads until the disk under the folder `small` is full to its last byte, make room, and send again.

    Returns:
        What is wrong, and how many uploads were refused.
    """
    procurement, ledger, rng = prepare(data), Ledger(), random.Random(seed)
    faults, refused = [], 0
    ballast = [small / "ballast", small / "more-ballast"]
    ballast[0].write_bytes(bytes(DISK_MIB // 2 * 2**20))
    with running(data) as (port, _):
        for n in range(20):
            before = files_in(data)
            if n == 15:
                _fill(ballast[1])
            answer = send(port, procurement, f"k{n}", rng.randbytes(UPLOAD if n < 15 else 10_000), ledger)
            if answer is None or answer.status not in (201, 507):
                faults.append(f"upload {n} was answered with {answer}")
            elif answer.status == 507:
                refused += 1
                faults += ["a refused upload left a file"] if files_in(data) != before else []
        faults += ["the spool is not empty"] if spooled(data) else []
        for file in ballast:
            file.unlink()
        answer = send(port, procurement, "after", rng.randbytes(UPLOAD), ledger)
        faults += [] if answer and answer.status == 201 else [f"when there was room again: {answer}"]
    return faults + faults_of(data, ledger, list(ledger.acknowledged)), refused


def _fill(path: Path) -> None:
    """Write until the disk is full."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 2**8, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(size)):
                    pass


def refuse_growth(data: Path, max_file: int, size: int, seed: int) -> tuple[list[str], int]:
    """Send uploads of `size` bytes to a server none of whose files may pass `max_file` bytes; then lift the limit.

    A limit under the size of an upload stops the spool, one over it in time the database's write-ahead log.

    Returns:
        What is wrong, and how many uploads were refused.
    """
    procurement, ledger, rng = prepare(data), Ledger(), random.Random(seed)
    faults, refused = [], 0
    with running(data, max_file=max_file) as (port, process):
        for n in range(60):
            answer = send(port, procurement, f"k{n}", rng.randbytes(size), ledger)
            if answer is None or answer.status not in (201, 507):
                faults.append(f"upload {n} was answered with {answer}")
            elif answer.status == 507:
                refused += 1
            if refused == 5:
                break
        if len(files_in(data)) != len(ledger.acknowledged):
            faults.append(f"{len(files_in(data))} files of {len(ledger.acknowledged)} uploads")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        answer = send(port, procurement, "after", rng.randbytes(size), ledger)
        faults += [] if answer and answer.status == 201 else [f"without the limit: {answer}"]
    return faults + faults_of(data, ledger, list(ledger.acknowledged)), refused


def files_in(data: Path) -> set[str]:
    """Return the names of the kept files, and of those in the spool."""
    return {p.name for p in (data / "files").glob("*/*")}
