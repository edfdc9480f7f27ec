"""Gives memory back to the system after a large document: allocators keep what was freed, services run for weeks."""

from __future__ import annotations

import contextlib
import ctypes
from functools import lru_cache
from typing import Any


def give_back_memory() -> None:
    """Return to the system what the C allocator holds and nobody uses; does nothing where it cannot be asked to.

    A few milliseconds at most. Call it when a document has been let go of, in a process that goes on.
    """
    library = _allocator()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _allocator() -> Any:
    """Return the C library if its allocator can be told to give back, as that of GNU can."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.malloc_trim.argtypes = [ctypes.c_size_t]
        return library
    return None
