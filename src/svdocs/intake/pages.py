"""Reads a file page by page in the sandbox and leaves out the few pages on which the reader hangs or dies.

No process can get out of a library that hangs. So the reader dies, and a new one reads the file without that page: one
drawing that nobody can draw does not cost a bidder the other hundred pages.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from svdocs.errors import ReaderDied
from svdocs.intake.sandbox import Limits, Progress, run_isolated

MAX_PAGES_LEFT_OUT = 3
"""A file with more bad pages than this is not read."""


def run_page_by_page(
    module: str, arguments: Sequence[str], file: Path, limits: Limits, on_progress: Progress | None = None
) -> bytes:
    """Return the result that the reader `module` gives, told to leave out the pages on which it died before.

    Args:
        module: the reader's dotted name, or the path of its file.
        arguments: its command-line arguments, to which the numbers of the pages to leave out are added.
        file: given to it as standard input, read-only.
        limits: what it may use up; the time in all is over all tries.
        on_progress: called with page and number of pages as the reader goes on, each page once.

    Raises:
        CannotRead: the reader gave up.
        ReaderDied: it died apart from a page, or on more pages than may be left out.
    """
    end = time.monotonic() + limits.wall_seconds
    left_out: list[int] = []
    told = -1
    while True:
        done = of = 0

        def take_progress(page: int, count: int) -> None:
            nonlocal done, of, told
            done, of = page, count
            if on_progress is not None and page > told:
                on_progress(page, count)
            told = max(told, page)

        try:
            words = [*arguments, *map(str, left_out)]
            return run_isolated(module, words, file, limits, take_progress)
        except ReaderDied:
            left = end - time.monotonic()
            page = done + 1
            if page > of or page in left_out or len(left_out) == MAX_PAGES_LEFT_OUT or left <= 0:
                raise
            left_out.append(page)
            limits = replace(limits, wall_seconds=left)
