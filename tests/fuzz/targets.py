"""One reader at a time, fed by a fuzzer: `python -m tests.fuzz.targets NAME [options of libFuzzer] [FOLDER]`.

Whatever the bytes, a reader gives a result or one of its own errors. Needs atheris; `tests.fuzz.soak` runs all.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable

from svdocs.errors import CannotRead


def fuzz_pdf(data: bytes) -> None:
    from svdocs.text.pdf import read_pdf

    read_pdf(data)


def fuzz_docx(data: bytes) -> None:
    from svdocs.text.docx import read_docx

    read_docx(data)


def fuzz_xlsx(data: bytes) -> None:
    from svdocs.text.xlsx import read_xlsx

    read_xlsx(data)


def fuzz_zip(data: bytes) -> None:
    from svdocs.intake.containers import MAX_TOTAL_BYTES, Container

    container = Container(data)
    assert sum(len(container.read(name)) for name in container.names[:50]) <= MAX_TOTAL_BYTES


def fuzz_message(data: bytes) -> None:
    """Give the bytes to what takes the reading process's answer: its lines, and the document in it."""
    from svdocs.intake.sandbox import _parse_line
    from svdocs.text.exchange import document_from_json, document_to_json

    line, _, rest = data.partition(b"\n")
    with contextlib.suppress(CannotRead):
        _parse_line(line)
    try:
        document = document_from_json(rest)
    except ValueError:
        return
    assert document_from_json(document_to_json(document)) == document


TARGETS: dict[str, Callable[[bytes], None]] = {
    "pdf": fuzz_pdf,
    "docx": fuzz_docx,
    "xlsx": fuzz_xlsx,
    "zip": fuzz_zip,
    "message": fuzz_message,
}


def seeds(name: str) -> list[bytes]:
    """Return sound inputs of a target to start from."""
    from tests.bad_inputs.office_files import book, word
    from tests.bad_inputs.pdf_files import whole_files

    if name == "pdf":
        return list(whole_files().values())
    if name == "message":
        from svdocs.text.exchange import document_to_json
        from svdocs.text.read import read_document

        document = document_to_json(read_document(word(), "bid.docx"))
        return [b'{"page":1,"of":2}\n' + document, b'{"error":"damaged","detail":"x"}\n' + json.dumps({}).encode()]
    return {"docx": [word()], "xlsx": [book()], "zip": [word(), book()]}[name]


def main() -> None:
    import atheris

    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["svdocs"]):
        import svdocs.intake.containers
        import svdocs.intake.sandbox
        import svdocs.text.docx
        import svdocs.text.exchange
        import svdocs.text.pdf
        import svdocs.text.xlsx  # noqa: F401
    target = TARGETS[name]

    def try_one(data: bytes) -> None:
        with contextlib.suppress(CannotRead):
            target(data)

    atheris.Setup([sys.argv[0], *options], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
