from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from svdocs.jobs.scratch import scratch_folder

KILLED = """
import os, signal, sys
from pathlib import Path
from svdocs.jobs.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "text").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_batch_has_a_folder_of_its_own_that_goes_when_it_ends(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as one, scratch_folder(tmp_path) as other:
        assert one != other
        assert one.is_dir()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_a_killed_batch_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env={"PYTHONPATH": ":".join(sys.path)}, check=False)
    [left] = (tmp_path / "scratch").iterdir()
    with scratch_folder(tmp_path) as folder:
        assert list((tmp_path / "scratch").iterdir()) == [folder]
    assert not left.exists()


def test_batches_that_begin_and_end_at_once_do_not_trip_over_one_another(tmp_path: Path) -> None:
    def begin_and_end(_: int) -> None:
        with scratch_folder(tmp_path) as folder:
            for number in range(20):  # so that taking them away takes its time
                (folder / f"{number}").touch()

    with ThreadPoolExecutor(8) as batches:
        list(batches.map(begin_and_end, range(200)))
    assert list((tmp_path / "scratch").iterdir()) == []
