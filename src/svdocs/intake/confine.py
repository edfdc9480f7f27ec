"""Sets a process's own limits and then becomes the reader: what runs between a reader's start and a file's first byte.

Run as ``python -I -m svdocs.intake.confine LIMITS MODULE ARGUMENT...``, where LIMITS is a JSON object and MODULE the
dotted name or the file of the reader. The limits are set here, not between fork and exec, because the parent may
have threads. LIMITS may hold a ``fence``: what a fence of Landlock lets the reader read and write.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import resource
import runpy
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1
_SET_NO_NEW_PRIVILEGES = 38
_CPU_GRACE_SECONDS = 5


def confine_process(memory_bytes: int, cpu_seconds: int, file_bytes: int, descriptors: int) -> None:
    """Limit this process and its children for good, and have the kernel end it with its parent."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
        libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, descriptors),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
    ):
        hard = resource.getrlimit(what)[1]
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        # At the soft limit of time a signal tells why; at the hard one nothing does.
        grace = _CPU_GRACE_SECONDS if what == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(what, (soft, soft + grace))


def main() -> None:
    """Confine this process by the command line's limits and run the reader in it."""
    limits = json.loads(sys.argv[1])
    fence = limits.pop("fence", None)
    module = sys.argv[2]
    sys.argv = sys.argv[2:]
    confine_process(**limits)
    if fence is not None:
        from svdocs.intake.landlock import fence_process

        fence_process(**fence)  # if it cannot be had, the reader must not run
    if module.endswith(".py"):
        runpy.run_path(module, run_name="__main__")
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
