"""The unpacking process: takes a package on standard input and gives its members, one after another.

Started by `svdocs.intake.sandbox`, which sets its limits and takes nothing that it says on trust.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import BinaryIO

from svdocs.errors import CannotRead
from svdocs.intake.packages import Member, archive_members, members_of
from svdocs.intake.safety import MAX_FILE_BYTES

ARCHIVE = "archive"
"""The second argument where the package is a whole archive."""


def main() -> int:
    """Give out the members of the package on standard input, and return the exit status."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not reach the pipe
    try:
        if ARCHIVE in sys.argv[2:]:
            _give_members(archive_members(sys.stdin.buffer), output)
        else:
            _give_members(members_of(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), sys.argv[1]), output)
    except CannotRead as error:
        answer = _line({"error": error.code, "detail": str(error).partition(";")[0][:1_000]})
    except MemoryError:
        answer = _line({"error": "memory"})
    except Exception as error:  # the border: a library's surprise becomes a code, and the process ends
        answer = _line({"error": "crashed", "detail": type(error).__name__})
    else:
        answer = _line({"result": 0})
    output.write(answer)
    output.flush()
    return 0


def _give_members(members: Iterable[Member], output: BinaryIO) -> None:
    for member in members:
        output.write(_line({"part": member.name, "size": len(member.data), "fault": member.fault or ""}))
        output.write(member.data)
        output.flush()


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # no finalisers: native libraries may crash in them after a good result
