"""When the records were last backed up and checked, for those who watch over them: a small file for each task.

They stand in the data folder and not in the database, because a restored database would tell of the backups of before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from svdocs.errors import SvdocsError


class Task(StrEnum):
    """What whoever runs the service has to have done again and again."""

    backup = "backup"
    fsck = "fsck"
    audit_verify = "audit_verify"


@dataclass(frozen=True, slots=True)
class Done:
    """How a task ended the last time, and when it last ended well; None if it never did."""

    at: datetime
    well: bool
    last_well_at: datetime | None


def note_task(data_folder: Path, task: Task, *, well: bool, now: datetime | None = None) -> None:
    """Write down how a task ended just now."""
    at = now or datetime.now(UTC)
    before = task_done(data_folder, task)
    last = at if well else before and before.last_well_at
    path = _path(data_folder, task)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps({"at": at.isoformat(), "well": well, "last_well_at": last and last.isoformat()}) + "\n")
    new.rename(path)


@contextmanager
def noted(data_folder: Path, task: Task) -> Iterator[None]:
    """Write down that a task failed if the block raises a deliberate error; how it ends otherwise is for the block."""
    try:
        yield
    except SvdocsError:
        note_task(data_folder, task, well=False)
        raise


def task_done(data_folder: Path, task: Task) -> Done | None:
    """Return how a task ended last, or None if it never ran or its file cannot be read."""
    try:
        told = json.loads(_path(data_folder, task).read_text())
        last = told["last_well_at"]
        return Done(
            datetime.fromisoformat(told["at"]), bool(told["well"]), datetime.fromisoformat(last) if last else None
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(data_folder: Path, task: Task) -> Path:
    return data_folder / "upkeep" / f"{task.value}.json"
