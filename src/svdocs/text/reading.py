"""What a reader found in a file, before the file has a name: the body of a `Document`."""

from __future__ import annotations

from dataclasses import dataclass, field

from svdocs.text.document import Block, Flag, Page, Problem, Word


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one file with its coordinates, as a reader hands it on.

    Attributes:
        text: the one copy of the words, in reading order; blocks are joined by a newline.
        blocks: in reading order; their spans do not overlap.
        words: of paged files, in the order of `text`; empty for DOCX and XLSX.
        pages: of paged files.
        problems: what could not be read.
        flags: what a person should look at.
        facts: what the reader counted on the way, such as characters a class, for completeness checks.
    """

    text: str = ""
    blocks: tuple[Block, ...] = ()
    words: tuple[Word, ...] = ()
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    flags: tuple[Flag, ...] = ()
    facts: dict[str, int] = field(default_factory=dict)
