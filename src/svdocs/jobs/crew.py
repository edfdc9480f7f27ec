"""Worker processes of this machine: started, started again when they end, and stopped with whoever started them."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import TracebackType

LOOK_SECONDS = 0.5
AGAIN_SECONDS = 2.0
"""How long to wait before a worker that has ended is started again."""
STOP_SECONDS = 20.0


class Crew:
    """So many `svdocs worker` processes, as long as the context lasts.

    A worker reads its standard input and stops when that ends, so none outlives this process, however it ends.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._stop = threading.Event()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._watch = threading.Thread(target=self._keep_running, name="crew", daemon=True)

    def __enter__(self) -> Crew:
        self._processes = [_start() for _ in range(self._count)]
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._watch.join()
        for process in self._processes:
            if process.stdin:
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes."""
        return [p.pid for p in self._processes]

    def wait(self) -> None:
        """Wait until the context is left by another thread or a signal."""
        while not self._stop.wait(LOOK_SECONDS):
            pass

    def _keep_running(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            for i, process in enumerate(self._processes):
                if process.poll() is not None and not self._stop.wait(AGAIN_SECONDS):
                    self._processes[i] = _start()


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "svdocs", "worker", "--with-parent"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
