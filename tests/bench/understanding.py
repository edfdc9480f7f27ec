"""What understanding a file costs a process that starts for it: `python -m tests.bench.understanding FILE SMALL_FILE`.

Prints as JSON the seconds of computing to load the models, to understand the file and to take pdfplumber's words from
it, in this order, the most MiB held until the last began, and how many statements were found. The small file is
understood twice before: what the first time takes longer is the loading.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from tests.bad_inputs.measuring import memory_kib
from tests.bench.measuring import cpu_seconds


def main() -> None:
    from svdocs.pipeline import extract
    from svdocs.text.read import read_file

    path = Path(sys.argv[1])
    document = read_file(path)
    tiny = read_file(Path(sys.argv[2]))
    loading = cpu_seconds(lambda: extract(tiny))
    again = cpu_seconds(lambda: extract(tiny))
    kept: list[int] = []
    understanding = cpu_seconds(lambda: kept.append(len(extract(document).statements)))
    memory = memory_kib("VmHWM") / 1024

    def take_words() -> None:
        import pdfplumber

        with pdfplumber.open(io.BytesIO(path.read_bytes())) as pdf:
            for page in pdf.pages:
                page.extract_words()
                page.close()

    words = cpu_seconds(take_words)
    print(json.dumps({"load": loading - again, "understand": understanding, "words": words, "memory": memory,
                      "statements": kept[0]}))  # fmt: skip


if __name__ == "__main__":
    main()
