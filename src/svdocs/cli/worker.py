"""`svdocs worker`: read what is waiting, until stopped."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Annotated

import typer


def worker(
    workers: Annotated[int, typer.Option(min=1, max=256, help="Worker processes on this machine.")] = 1,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Read what is waiting, until stopped. Any number may work on the same records, on PostgreSQL on many machines."""
    stop = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stop.set())
    if workers > 1:
        _lead(workers, stop)
        return
    from svdocs.jobs.engine import open_jobs_engine
    from svdocs.jobs.work import stages_of
    from svdocs.jobs.worker import work_until_stopped
    from svdocs.logs import write_json_lines
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    settings = read_settings()
    if settings.logs_json:
        write_json_lines()
    if with_parent:
        threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    with open_store(settings.database_url) as store:
        work_until_stopped(store, settings, open_jobs_engine(settings), stages_of(settings), stop)


def _lead(workers: int, stop: threading.Event) -> None:
    """Keep so many workers running, each in a process of its own."""
    from svdocs.jobs.crew import Crew
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    settings = read_settings()
    open_store(settings.database_url).close()  # what is wrong with the settings is said once
    with Crew(workers):
        print(f"svdocs: {workers} workers on {settings.data_folder}", file=sys.stderr)
        stop.wait()


def _stop_with_parent(stop: threading.Event) -> None:
    """Stop when the standard input ends, which the parent holds open as long as it lives."""
    while sys.stdin.buffer.read(1):
        pass
    stop.set()
