"""Workers of the tests: plain stages, and a place at which the process kills itself. The product has no such places.

They are forked from a process that has everything imported, because that takes longer than most jobs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from svdocs.jobs.engine import open_jobs_engine
from svdocs.jobs.worker import work_until_stopped
from svdocs.records.jobs import Jobs
from svdocs.records.store import Store, open_store
from svdocs.settings import read_settings
from svdocs.text.document import Document
from tests.jobs import plain

PLACES = {
    "W1": "claimed",
    "W2": "child started",
    "W3": "first page",
    "W4": "mid pages",
    "W5": "text done",
    "W6": "classified",
    "W7": "additionality",
    "W8": "staged",
    "W9": "before the flip",
    "W10": "after the flip",
}
PAGES = 4
reached: Callable[[str], None] = lambda place: None  # noqa: E731, put in place below


def read_in_a_child(path: Path, name: str, on_progress: Any) -> Document:
    """Read plainly in a process of its own, told of page by page."""
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as child:
        reached("W2")
        for page in range(1, PAGES + 1):
            on_progress(page, PAGES)
            reached("W3" if page == 1 else "W4" if page == 2 else "")
        child.communicate(b"\n")
    return plain.read_plainly(path, name, None)


def extract_in_steps(document: Document, specifications: Any, baselines: Any, **about: Any) -> dict[str, Any]:
    record = plain.extract_plainly(document, specifications, baselines)
    reached("W6")
    record["judged"] = True
    reached("W7")
    return record


def die_at(wanted: str, data: Path, times: int) -> Callable[[str], None]:
    def reach(place: str) -> None:
        if place != wanted:
            return
        died = data / f"killed-{place}"
        count = int(died.read_text()) if died.is_file() else 0
        if count < times:
            died.write_text(str(count + 1))
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


def patch(home: Any, name: str, *, before: str = "", after: str = "") -> None:
    real = getattr(home, name)

    def patched(*arguments: Any, **named: Any) -> Any:
        reached(before)
        result = real(*arguments, **named)
        reached(after)
        return result

    setattr(home, name, patched)


def work(data: Path, url: str, place: str, times: int, told_to_stop: Connection, told: dict[str, str]) -> None:
    """Work until told to stop; at the place, so many times in all, be killed as by `kill -9`."""
    global reached
    os.environ.update(told)  # that of the process which was forked is of an earlier test
    reached = die_at(place, data, times)
    patch(Jobs, "claim", after="W1")
    patch(Store, "keep_text", after="W5")
    patch(Store, "stage_run", after="W8")
    patch(Store, "publish_staged", before="W9", after="W10")
    settings = read_settings({"SVDOCS_DATA": str(data), "SVDOCS_DATABASE_URL": url, "SVDOCS_WORKERS": "1"})
    stop = threading.Event()

    def watch() -> None:
        with suppress(EOFError, OSError):
            told_to_stop.recv()
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
    stages = plain.plain_stages(read=read_in_a_child, extract=extract_in_steps)
    with open_store(url) as store:
        work_until_stopped(store, settings, open_jobs_engine(settings), stages, stop)


class Hired:
    """A worker of the tests, at work."""

    def __init__(self, data: Path, url: str, place: str = "nowhere", times: int = 1) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.jobs.launcher"])
        self._told, told = context.Pipe()
        settings = {name: value for name, value in os.environ.items() if name.startswith("SVDOCS_")}
        arguments = (data, url, place, times, told, settings)
        self._process = context.Process(target=work, args=arguments, daemon=True)
        self._process.start()
        told.close()

    def exit_code(self, seconds: float) -> int | None:
        """Return how it ended; None if it has not within so many seconds."""
        self._process.join(seconds)
        return self._process.exitcode

    def stop(self, seconds: float = 30) -> int | None:
        """Have it stop, and return how it ended."""
        self._told.close()
        return self.exit_code(seconds)

    def kill(self) -> None:
        """End it as by `kill -9`."""
        self._process.kill()
        self._process.join()
        self._told.close()
