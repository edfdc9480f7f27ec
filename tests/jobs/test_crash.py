"""Imports that are killed at any moment lose nothing that was kept, show nothing by half, and carry on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svdocs.jobs.bring_in import bring_in_folder
from svdocs.records.keep import is_intact
from svdocs.records.store import Store
from svdocs.records.tables import DocumentState
from svdocs.settings import Settings
from tests.jobs.plain import plain_stages, write_pack

# The program that is killed: the settings, a pack, and at which call of `what` it dies.
IMPORT = """
import os, signal, sys
from pathlib import Path
from svdocs.jobs import bring_in, batch
from svdocs.records import keep, store
from svdocs.settings import read_settings
from tests.jobs.plain import plain_stages

data, url, pack, place, at = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4], int(sys.argv[5])
home, name = {
    "sync": (keep.os, "fsync"),
    "row": (store.Store, "add_document"),
    "text": (store.Store, "keep_text"),
    "stage": (store.Store, "stage_run"),
    "flip": (store.Store, "publish_staged"),
}[place]
real, calls = getattr(home, name), []

def die(*arguments, **named):
    calls.append(1)
    if len(calls) == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)

setattr(home, name, die)
settings = read_settings({"SVDOCS_DATA": data, "SVDOCS_DATABASE_URL": url, "SVDOCS_WORKERS": "1"})
with store.open_store(settings.database_url) as records:
    bring_in.bring_in_folder(pack, store=records, settings=settings, stages=plain_stages())
"""


@pytest.mark.parametrize(
    ("place", "at"), [("sync", 4), ("row", 2), ("text", 2), ("stage", 2), ("flip", 1), ("flip", 3)]
)
def test_an_import_that_is_killed_carries_on(
    store: Store, settings: Settings, tmp_path: Path, place: str, at: int
) -> None:
    pack = write_pack(tmp_path / "p", a="We will a.", b="We will b.\nWe will c.", c="We will d.")
    told = (settings.data_folder, settings.database_url, pack, place, at)
    words = [sys.executable, "-c", IMPORT, *map(str, told)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    killed = subprocess.run(words, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    for record in store.documents_of():
        assert is_intact(record.document.sha256, settings.files_folder)
        assert (record.document.state is DocumentState.done) == (record.commitments > 0)
    result = bring_in_folder(pack, store=store, settings=settings, stages=plain_stages())
    assert [(d.document.state, d.commitments) for d in result.documents] == [("done", 1), ("done", 2), ("done", 1)]
    assert [len(store.runs_of(d.id)) for d in result.documents] == [1, 1, 1]


ORPHANS = """
import os, signal, sys, time
from pathlib import Path
from svdocs.jobs.work import Workers
from tests.jobs.test_crash import tell_pid

if __name__ == "__main__":
    with Workers(2) as crew:
        for _ in crew.spread(tell_pid, [Path(sys.argv[1])] * 4):
            os.kill(os.getpid(), signal.SIGKILL)
"""


def tell_pid(folder: Path) -> None:
    (folder / str(os.getpid())).touch()


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    program, pids = tmp_path / "program.py", tmp_path / "pids"
    program.write_text(ORPHANS)
    pids.mkdir()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, str(program), str(pids)], env=environment, check=False)
    workers = [int(p.name) for p in pids.iterdir()]
    assert workers
    deadline = time.monotonic() + 20
    while any(is_alive(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker goes on without its parent"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
