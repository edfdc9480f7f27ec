"""A folder for what a batch needs on disk only while it runs; what a killed batch left is taken away by the next."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "batch-"


@contextmanager
def scratch_folder(data_folder: Path) -> Iterator[Path]:
    """Give an empty folder beneath the data folder and remove it afterwards.

    A lock on the folder tells that its process lives: the system lets go of it however the process ends.
    """
    home = data_folder / "scratch"
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home):  # so that nobody takes away what is made here before it is locked itself
        _remove_abandoned(home)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        with _locked(home):  # so that it does not go while another process looks through what is here
            shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _remove_abandoned(home: Path) -> None:
    """Remove the folders whose processes have ended."""
    for folder in home.glob(f"{_PREFIX}*"):
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # its process lives
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
