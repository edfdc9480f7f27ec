"""How the words of strangers are shown in a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a line as it may be shown: a stranger chose its words, and they must not steer the terminal.

    >>> printable("bid\x1b[2J.pdf")
    'bid\N{REPLACEMENT CHARACTER}[2J.pdf'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
