"""The reading process of a workbook that is data: takes it on standard input and gives its cells on standard output.

Started by `svdocs.intake.sandbox`, which sets its limits and takes nothing that it says on trust.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import groupby

from svdocs.errors import CannotRead
from svdocs.intake.safety import MAX_FILE_BYTES


def main() -> int:
    """Read the workbook on standard input, write its rows, and return the exit status."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not reach the pipe
    try:
        result = _read(sys.stdin.buffer.read(MAX_FILE_BYTES + 1))
    except CannotRead as error:
        output.write(json.dumps({"error": error.code, "detail": str(error)[:1_000]}).encode() + b"\n")
    except MemoryError:
        output.write(b'{"error":"memory","detail":""}\n')
    except Exception as error:  # the border: a library's surprise becomes a code, and the process ends
        output.write(json.dumps({"error": "crashed", "detail": type(error).__name__}).encode() + b"\n")
    else:
        output.write(b'{"result":%d}\n' % len(result))
        output.write(result)
    output.flush()
    return 0


def _read(data: bytes) -> bytes:
    from svdocs.intake.containers import Container
    from svdocs.text.xlsx_parts import Sheet, Workbook

    def rows_of(sheet: Sheet) -> list[tuple[int, list[str]]]:
        cells = sorted(sheet.cells, key=lambda c: (c.row, c.column))
        width = min(max((c.column for c in cells), default=0), 16_384)
        rows = []
        for row, group in groupby(cells, key=lambda c: c.row):
            texts = {c.column: c.text for c in group}
            last = max(texts) if len(texts) < width / 4 else width
            rows.append((row, [texts.get(i, "").strip() for i in range(1, last + 1)]))
        return rows

    workbook = Workbook(Container(data))
    return json.dumps([{"name": s.name, "rows": rows_of(s)} for s in workbook.sheets()]).encode()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
