"""How far a long work has come: a bar with rate and remaining time on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from svdocs.cli.terminal import printable

if TYPE_CHECKING:
    from rich.progress import Task
    from rich.text import Text

SHOWN_LETTERS = 50

Tell = Callable[[str, int, int], None]
"""Told what has been done, how many steps are done and how many there are."""


@contextmanager
def progress() -> Iterator[Tell]:
    """Give what tells the person at standard error how far the work has come."""
    if not sys.stderr.isatty():
        yield _print_line
        return
    with _bar() as tell:
        yield tell


def _print_line(what: str, done: int, total: int) -> None:
    print(f"[{done}/{total}] {printable(what)}", file=sys.stderr)


@contextmanager
def _bar() -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many steps a second, over the last of them."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "–/s")

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=60.0) as bar:
        task = bar.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=printable(what)[:SHOWN_LETTERS])

        yield tell


def shown_estimate(seconds: float | None) -> str:
    """Return an estimate in words.

    >>> shown_estimate(200), shown_estimate(20_000), shown_estimate(None)
    ('about 3 minutes', 'about 5.6 hours', 'no estimate: nothing has been read yet')
    """
    if seconds is None:
        return "no estimate: nothing has been read yet"
    if seconds < 90:
        return f"about {seconds:.0f} seconds"
    return f"about {seconds / 60:.0f} minutes" if seconds < 2 * 3600 else f"about {seconds / 3600:.1f} hours"
