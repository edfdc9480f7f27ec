"""Disks that are full: of a size of its own where this may be mounted, and files that may not grow."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.durability.client import Ledger, faults_of, prepare, send, spooled
from tests.durability.server import running

PLACES = {"spool": ("files/spool",), "store": ("files",), "everything": ("",), "database": ("",)}
"""What is full, and the folder that lies on the small disk. With the database on it, its write-ahead log is too."""
DISK_MIB = 12


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Put a disk of a few MiB under `folder` for the length of the block.

    Raises:
        PermissionError: this process may not mount.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        raise PermissionError("no file system may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_disk(data: Path, seed: int) -> tuple[list[str], int]:
    """Send uploads until the disk under `data` is full and more; return what is wrong, and how many were refused.

    Then make room, and send one more to the same server.
    """
    procurement, ledger, rng = prepare(data), Ledger(), random.Random(seed)
    faults, refused = [], 0
    ballast = data / "ballast"
    with running(data) as (port, _):
        for n in range(40):
            before = _files(data)
            answer = send(port, procurement, f"k{n}", rng.randbytes(700_000), ledger)
            if answer is None or answer.status not in (201, 507):
                faults.append(f"upload {n} was answered with {answer}")
            elif answer.status == 507:
                refused += 1
                faults += ["a refused upload left a file"] if _files(data) != before else []
                if n == 39 or refused == 1:  # fill the last corner, so that the database is refused too
                    with contextlib.suppress(OSError):
                        ballast.write_bytes(bytes(DISK_MIB * 2**20))
        faults += ["the spool is not empty"] if spooled(data) else []
        faults += _recovers(data, port, procurement, ledger, ballast)
    return faults + faults_of(data, ledger, list(ledger.acknowledged)), refused


def _recovers(data: Path, port: int, procurement: str, ledger: Ledger, ballast: Path) -> list[str]:
    ballast.unlink(missing_ok=True)
    for path in sorted(data.glob("files/??"), key=lambda p: p.name)[:3]:  # room, as an operator would make it:
        shutil.move(path, data.parent / f"moved-{path.name}")  # by a larger disk, here by moving some away
    answer = send(port, procurement, "after", os.urandom(100_000), ledger)
    for path in data.parent.glob("moved-*"):
        home = data / "files" / path.name.removeprefix("moved-")
        home.mkdir(exist_ok=True)
        for file in path.iterdir():
            with contextlib.suppress(OSError):
                shutil.copy(file, home / file.name)
    return [] if answer and answer.status == 201 else [f"after room was made: {answer}"]


def _files(data: Path) -> set[str]:
    return {p.name for p in (data / "files").rglob("*") if p.is_file()}


def refuse_growth(data: Path, max_file: int, size: int, times: int = 60) -> tuple[list[str], int]:
    """Send uploads of `size` bytes to a server none of whose files may pass `max_file` bytes; then to one without.

    A small limit stops the spool; one just over the database stops its write-ahead log.
    """
    procurement, ledger, rng = prepare(data), Ledger(), random.Random(max_file)
    faults, refused = [], []
    with running(data, max_file=max_file) as (port, _):
        for n in range(times):
            answer = send(port, procurement, f"k{n}", rng.randbytes(size), ledger)
            if answer is None or answer.status not in (201, 507):
                faults.append(f"upload {n} was answered with {answer}")
            elif answer.status == 507:
                refused.append(f"k{n}")
        if len(_files(data)) != len(ledger.acknowledged):
            faults.append(f"{len(_files(data))} files of {len(ledger.acknowledged)} uploads")
    with running(data) as (port, _):
        answer = send(port, procurement, "after", b"%PDF", ledger)
        faults += [] if answer and answer.status == 201 else [f"without the limit: {answer}"]
    return faults + faults_of(data, ledger, list(ledger.acknowledged)), len(refused)
