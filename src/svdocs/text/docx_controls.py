"""The content controls of a Word file by their tags: what a form's author asked for, and what was written there.

Started as a process of its own by `svdocs.intake.sandbox`, it takes a file on standard input and gives JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from lxml import etree

from svdocs.errors import CannotRead, ReaderDied
from svdocs.intake.containers import Container
from svdocs.intake.safety import DOCX, MAX_FILE_BYTES, sniff_media_type
from svdocs.intake.sandbox import Limits, run_isolated
from svdocs.text.docx_package import Package

MODULE = "svdocs.text.docx_controls"
LIMITS = Limits(cpu_seconds=20, wall_seconds=40)
MOST = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom"})


def read_controls(path: Path) -> dict[str, str]:
    """Return what was written in each tagged content control of a file, in a process of its own.

    A control that still shows its placeholder text, and one whose text was taken out, is an empty text. A file that is
    no Word file has none.

    Raises:
        CannotRead: the file is broken or beats the limits.
    """
    answer = run_isolated(MODULE, [], path, LIMITS)
    try:
        given = json.loads(answer)
    except ValueError as error:
        raise ReaderDied("The form's fields made no sense, so they were not taken; look at the original.") from error
    if not isinstance(given, dict) or len(given) > MOST:
        raise ReaderDied("The form's fields made no sense, so they were not taken; look at the original.")
    return {str(tag)[:200]: str(text)[:20_000] for tag, text in given.items()}


def controls_in(data: bytes) -> dict[str, str]:
    """Return the text of each tagged content control; of several with one tag the first that holds something.

    Raises:
        CannotRead: the file is broken.
    """
    if sniff_media_type(data) != DOCX:
        return {}
    package = Package(Container(data))
    root = package.root(package.main)
    found: dict[str, str] = {}
    for control in root.iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        name = tag.get(f"{_W}val") if tag is not None else None
        if name and len(found) < MOST:
            found[name] = found.get(name) or _text_of(control)
    return found


def _text_of(control: etree._Element) -> str:
    content = control.find(f"{_W}sdtContent")
    if content is None or control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
        return ""
    parts: list[str] = []
    _gather(content, parts)
    return " ".join("".join(parts).split())


def _gather(element: etree._Element, parts: list[str]) -> None:
    """Add the words of an element as they stand with tracked insertions taken and deletions left out."""
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}br", f"{_W}tab", f"{_W}cr"):
            parts.append(" ")
        else:
            _gather(child, parts)
            if child.tag == f"{_W}p":
                parts.append(" ")


def main() -> int:
    """Read the file on standard input, write its controls, and return the exit status."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not reach the pipe
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    try:
        result = json.dumps(controls_in(data)).encode()
    except CannotRead as error:
        answer = json.dumps({"error": error.code, "detail": str(error).partition(";")[0][:1_000]}).encode() + b"\n"
    except MemoryError:
        answer = b'{"error":"memory","detail":""}\n'
    except Exception as error:  # the border: a library's surprise becomes a code, and the process ends
        answer = json.dumps({"error": "crashed", "detail": type(error).__name__}).encode() + b"\n"
    else:
        answer = b'{"result":%d}\n' % len(result) + result
    output.write(answer)
    output.flush()
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # no finalisers: native libraries may crash in them after a good result
