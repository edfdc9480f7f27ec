"""What reading a file costs in memory: `python -m tests.bench.reader_memory FILE`.

Prints as JSON the most MiB that the reading process has held. A process of its own measures it, because the system
counts what a process held before it became another program, and that of one that has done much is much.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

LIMITS = {"memory_bytes": 2**30, "cpu_seconds": 900, "file_bytes": 2**26, "descriptors": 64}


def main() -> None:
    command = [sys.executable, "-I", "-m", "svdocs.intake.confine", json.dumps(LIMITS), "svdocs.text.child", "bid.pdf"]
    with Path(sys.argv[1]).open("rb") as file:
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the reader ended with status {process.returncode}")
    print(json.dumps({"memory": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
