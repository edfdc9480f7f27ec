"""The reading process: takes a file on standard input and gives the document on standard output.

Started by `svdocs.intake.sandbox`, which sets its limits and takes nothing that it says on trust. Its arguments are the
file's name, and of a PDF file the seconds that it may compute on one page, and the pages to leave out.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection
from typing import BinaryIO

from svdocs.errors import CannotRead
from svdocs.intake.safety import MAX_FILE_BYTES, PDF, sniff_media_type

_NAME = "file"


def main() -> int:
    """Read the file on standard input, write progress and the document, and return the exit status."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not reach the pipe
    name, page_seconds, *without = [*sys.argv[1:], *[_NAME, "0"][len(sys.argv[1:3]) :]]
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    try:
        result = _read(data, name, output, int(page_seconds), frozenset(map(int, without)))
    except CannotRead as error:
        _tell_error(output, error.code, str(error).partition(";")[0])
    except MemoryError:
        _tell_error(output, "memory", "")
    except Exception as error:  # the border: a library's surprise becomes a code, and the process ends
        _tell_error(output, "crashed", type(error).__name__)
    else:
        output.write(b'{"result":%d}\n' % len(result))
        output.write(result)
        output.flush()
    return 0


def _read(data: bytes, name: str, output: BinaryIO, page_seconds: int, without: Collection[int]) -> bytes:
    from svdocs.text.exchange import document_to_json
    from svdocs.text.read import read_document

    def tell_progress(page: int, of: int) -> None:
        output.write(b'{"page":%d,"of":%d}\n' % (page, of))
        output.flush()
        if by_page:  # ends this process in the middle of whatever it does; 0 is never
            signal.setitimer(signal.ITIMER_PROF, page_seconds if page < of else 0)

    by_page = page_seconds > 0 and sniff_media_type(data) == PDF
    return document_to_json(read_document(data, name, on_page=tell_progress, without=without))


def _tell_error(output: BinaryIO, code: str, detail: str) -> None:
    import json

    output.write(json.dumps({"error": code, "detail": detail[:1_000]}).encode() + b"\n")
    output.flush()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # no finalisers: native libraries may crash in them after a good result
