"""Fences a process in by the Linux kernel's Landlock: what it may read, where it may write, and no TCP.

Landlock needs no privileges and no namespaces, so it works where containers forbid bubblewrap. A fence can only be
made narrower afterwards, and holds for all that the process starts. What it cannot do: it hides no processes, and
before Linux 6.7 (its version 4) it knows no network. Source: Linux, Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FIRST_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_TO_READ = _EXECUTE | _READ_FILE | _READ_DIR
_TCP = 0b11
_OTHERS_SOCKETS_AND_SIGNALS = 0b11

TCP_VERSION = 4
"""The first version that can forbid TCP."""
_SCOPES_VERSION = 6


def landlock_version() -> int:
    """Return the version of Landlock that this kernel has, or 0 for none."""
    try:
        return max(0, _call(_CREATE_RULESET, None, 0, _ASK_VERSION))
    except OSError:
        return 0


def fence_process(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Fence this thread and all that it starts in for good; call it before there are other threads.

    Args:
        readable: files and folders that may be read, and whose programs may be run; those that do not exist count
            for nothing.
        writable: likewise, and may be written too.

    Raises:
        OSError: the kernel has no Landlock, or privileges may still be gained (``no_new_privs`` is not set).
    """
    version = landlock_version()
    if not version:
        raise OSError("this kernel has no Landlock")
    handled = _rights(version)
    attributes = struct.pack(
        "=QQQ",
        handled,
        _TCP if version >= TCP_VERSION else 0,
        _OTHERS_SOCKETS_AND_SIGNALS if version >= _SCOPES_VERSION else 0,
    )
    size = 24 if version >= _SCOPES_VERSION else 16 if version >= TCP_VERSION else 8
    ruleset = _call(_CREATE_RULESET, attributes, size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, handled & _TO_READ)
        for path in writable:
            _allow(ruleset, path, handled)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _rights(version: int) -> int:
    """Return all rights over files that this version knows; what a kernel does not know it cannot forbid."""
    rights = _FIRST_RIGHTS
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE_CONTROL)):
        rights |= right if version >= since else 0
    return rights


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = rights if Path(path).is_dir() else rights & _ON_FILES
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: bytes | int | None) -> int:
    """Make a system call that the C library has no name for.

    Raises:
        OSError: by the kernel's answer.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_char_p(a) if a is None or isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    answer = int(libc.syscall(ctypes.c_long(number), *words))
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return answer
