"""A bad input and what may become of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from svdocs.errors import CannotRead
from svdocs.intake.safety import check_glance, check_size
from svdocs.intake.sandbox import Limits
from svdocs.text.document import Document
from svdocs.text.pdf import MAX_CHARACTERS, MAX_PAGES
from svdocs.text.read import read_file


class State(StrEnum):
    """How the reading of a file ended. There is no other end."""

    done = "done"
    flagged = "done with flags"
    person = "needs a person"
    refused = "refused at the door"


READ = frozenset({State.done, State.flagged})
FLAG = frozenset({State.flagged})
"""Read, and something said about it."""
PERSON = frozenset({State.person})
NOT_DONE = frozenset({State.flagged, State.person, State.refused})
"""Whatever is made of it, it may not pass in silence."""
REFUSED = frozenset({State.refused})
AWAY = frozenset({State.person, State.refused})
ANY = frozenset(State)
"""Damage that may be mended on the way, or lie where nobody looks."""

PROBLEM_CODES = frozenset(
    {"damaged", "encrypted", "over_limit", "unsupported", "unreadable", "reader_died", "no_text", "damaged_page",
     "xfa_form", "incomplete", "no_ocr", "ocr_failed"}
)  # fmt: skip
"""The reasons that a person is told."""


@dataclass(frozen=True, slots=True)
class Case:
    """One bad input.

    Attributes:
        name: unlike any other.
        kind: its class.
        make: gives the file's bytes; the same each time.
        file_name: under which it is handed in.
        allowed: the states in which it may end.
    """

    name: str
    kind: str
    make: Callable[[], bytes]
    file_name: str
    allowed: frozenset[State] = ANY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, and what it cost the process that asked for it."""

    state: State
    problems: tuple[str, ...]
    flags: tuple[str, ...]
    seconds: float
    pages: int
    characters: int
    grown_mib: float = 0.0
    """How much more memory the asking process holds after than at its start."""
    peak_mib: float = 0.0
    """How much more it held at most meanwhile."""


def read_case(path: Path, name: str, limits: Limits) -> Outcome:
    """Return what becomes of a file that is read as any other is."""
    start = time.monotonic()
    document = read_file(path, name, limits=limits)
    seconds = time.monotonic() - start
    return Outcome(
        state_of(document, path, name),
        tuple(sorted({p.code for p in document.problems})),
        tuple(sorted({f.code for f in document.flags})),
        seconds,
        len(document.pages),
        len(document.text),
    )


def state_of(document: Document, path: Path, name: str) -> State:
    """Return the state in which a document's reading ended."""
    if not document.problems:
        return State.flagged if document.flags else State.done
    return State.refused if is_refused(path, name) else State.person


def is_refused(path: Path, name: str) -> bool:
    """Say whether a file is refused without being opened."""
    try:
        check_size(path.stat().st_size)
        check_glance(path.read_bytes(), name)
    except CannotRead:
        return True
    return False


def faults_of(case: Case, outcome: Outcome, limits: Limits) -> list[str]:
    """Return what is wrong with an outcome, in words; nothing if all is as it should be."""
    faults = []
    if outcome.state not in case.allowed:
        faults.append(f"ended as “{outcome.state}” {'/'.join(outcome.problems + outcome.flags)}")
    if not set(outcome.problems) <= PROBLEM_CODES:
        faults.append(f"unknown problem codes {set(outcome.problems) - PROBLEM_CODES}")
    if outcome.seconds > limits.wall_seconds + 10:
        faults.append(f"took {outcome.seconds:.0f} s")
    if outcome.pages > MAX_PAGES or outcome.characters > 2 * MAX_CHARACTERS:
        faults.append(f"gave {outcome.pages} pages and {outcome.characters} characters")
    if outcome.grown_mib > 50:
        faults.append(f"left the asking process {outcome.grown_mib:.0f} MiB larger")
    return faults
