"""An archive brought in and taken through again, killed on the way: what was repeated, and what was kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from svdocs.records.store import Store, open_store
from svdocs.settings import Settings, read_settings
from svdocs.text.exchange import unpack_document
from svdocs.text.read import read_file
from tests.archive.work import LOG, STAGES, VERSION
from tests.bench.measuring import wall_seconds

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Worked:
    """How a work on the archive went: seconds on the clock, and how often each step was taken for each text."""

    seconds: float
    kills: int
    steps: Counter[str]

    def repeated(self, what: str) -> int:
        """Return how many steps of this kind were taken once more."""
        return sum(n - 1 for step, n in self.steps.items() if step.startswith(f"{what} "))

    def count(self, what: str) -> int:
        """Return for how many texts the step was taken."""
        return sum(step.startswith(f"{what} ") for step in self.steps)


class Archive:
    """Records in a folder of their own, and the program that works on them."""

    def __init__(self, folder: Path, stages: str = "plain", database_url: str = "") -> None:
        self._folder = folder
        self._data = folder / "data"
        self._environment = os.environ | {
            "SVDOCS_DATA": str(self._data),
            "SVDOCS_DATABASE_URL": database_url,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), *sys.path])),
            STAGES: stages,
        }

    @property
    def settings(self) -> Settings:
        """The settings of these records."""
        return read_settings({"SVDOCS_DATA": str(self._data)})

    def open(self) -> Store:
        """Return the records, opened."""
        return open_store(self.settings.database_url)

    def work(self, *words: object, version: str, workers: int, kill_after: Sequence[int] = ()) -> Worked:
        """Run `svdocs` with these words to its end, killed with all it holds after so many steps, and started again.

        Args:
            words: of the command.
            version: that the pipeline goes by.
            workers: processes.
            kill_after: numbers of steps taken in all after which the program is killed.

        Raises:
            RuntimeError: the program failed of itself.
        """
        log = self._folder / f"{words[0]}-{version}-{time.monotonic_ns()}.log"
        log.touch()
        command = [sys.executable, "-m", "tests.archive.work", *map(str, words), "--workers", str(workers)]
        environment = self._environment | {LOG: str(log), VERSION: version}
        start, kills = time.perf_counter(), 0
        for steps in (*kill_after, None):
            with (self._folder / "errors.log").open("ab") as errors:
                process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
            if steps is not None and _reaches(log, steps, process):
                process.send_signal(signal.SIGKILL)
                kills += 1
            if process.wait() not in (0, -signal.SIGKILL):
                raise RuntimeError((self._folder / "errors.log").read_text("utf-8")[-2_000:])
        seconds = time.perf_counter() - start
        return Worked(seconds, kills, Counter(log.read_text("utf-8").splitlines()))

    def decide(self, every: int) -> dict[str, tuple[str, str]]:
        """Decide on every so-many-th statement; return action and text of each decision by its statement's origin."""
        made: dict[str, tuple[str, str]] = {}
        with self.open() as store:
            for i, record in enumerate(s for d in store.documents_of() for s in store.statements_of(d.id)):
                if i % every == 0:
                    action = ("accept", "amend", "reject")[i // every % 3]
                    changes = {"firmness": "aspirational"} if action == "amend" else None
                    store.decide(record.id, action=action, person="A. Officer", reason="Read.", changes=changes)
                    made[record.statement.origin_id] = (action, record.statement.text)
        return made

    def decisions(self) -> dict[str, tuple[str, str]]:
        """Return what stands of the decisions on the statements of the present runs, in the form of `decide`."""
        with self.open() as store:
            statements = [s for d in store.documents_of() for s in store.statements_of(d.id)]
        return {s.statement.origin_id: (s.decision.action.value, s.statement.text) for s in statements if s.decision}

    def reading_to_taking(self, documents: int) -> tuple[float, float]:
        """Return the seconds on the clock that reading so many documents takes, and taking their kept texts."""
        reading = taking = 0.0
        with self.open() as store:
            everything = store.documents_of()
            for record in everything[:: max(1, len(everything) // documents)]:
                sha256 = record.document.sha256
                original = self.settings.files_folder / sha256[:2] / sha256
                reading += wall_seconds(lambda path=original, name=record.document.name: read_file(path, name))  # type: ignore[misc]
                taking += wall_seconds(lambda i=record.id: unpack_document(store.packed_text_of(i) or b""))  # type: ignore[misc]
        return reading, taking


def _reaches(log: Path, steps: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until so many steps are written down, and say whether the program is still running then."""
    while process.poll() is None:
        if log.read_bytes().count(b"\n") >= steps:
            return True
        time.sleep(POLL_SECONDS)
    return False
