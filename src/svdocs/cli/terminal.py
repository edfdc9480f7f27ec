"""How the words of strangers are shown in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SHOWN_LETTERS = 100


def printable(text: str) -> str:
    """Return a line as it may be shown: a stranger chose its words, and they must not steer the terminal.

    >>> printable("bid\x1b[2J.pdf")
    'bid\N{REPLACEMENT CHARACTER}[2J.pdf'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """Print rows of the same fields as a table; texts are shown as they may be."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, value in rows[0].items():
        numeric = isinstance(value, int | float)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=numeric or name == "id")
    for row in rows:
        # As Text, because names and passages come from strangers' files and may look like markup.
        table.add_row(*(Text(shown(value)) for value in row.values()))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=220)
    console.print(table)


def shown(value: object) -> str:
    """Return a value as it may be shown on a terminal: one line, bounded, without control characters."""
    given = "" if value is None else str(value)
    text = " ".join("".join(c if c.isprintable() else " " for c in given).split())
    return text if len(text) <= SHOWN_LETTERS else f"{text[: SHOWN_LETTERS - 1]}…"
