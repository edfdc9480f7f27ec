"""One reader at a time, fed by a fuzzer: `python -m tests.fuzz.targets NAME [options of libFuzzer] [FOLDER]`.

Whatever the bytes, a reader gives a result or one of its own errors. Needs atheris; `tests.fuzz.soak` runs all.

The readers of office files are fed in two ways: with a whole file, and with one part of a sound file, since hardly any
change to a packed file gets past the check sums. A part comes as its name, an end of line, and its content.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from email.message import EmailMessage

from svdocs.errors import CannotRead


def fuzz_pdf(data: bytes) -> None:
    from svdocs.text.pdf import read_pdf

    read_pdf(data)


def fuzz_docx(data: bytes) -> None:
    from svdocs.text.docx import read_docx
    from tests.bad_inputs.office_files import word

    read_docx(_whole(data, word()))


def fuzz_xlsx(data: bytes) -> None:
    from svdocs.text.xlsx import read_xlsx
    from tests.bad_inputs.office_files import book

    read_xlsx(_whole(data, book()))


def fuzz_zip(data: bytes) -> None:
    """Give the bytes to what opens an office file, and to what takes a package's files out."""
    from svdocs.intake.containers import MAX_TOTAL_BYTES, Container
    from svdocs.text.package import read_package

    with contextlib.suppress(CannotRead):
        read_package(data, "bids.zip", "application/zip")
    container = Container(data)
    assert sum(len(container.read(name)) for name in container.names[:50]) <= MAX_TOTAL_BYTES


def fuzz_mail(data: bytes) -> None:
    from svdocs.intake.safety import EML
    from svdocs.text.package import read_package

    read_package(data, "mail.eml", EML)


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
    "mail": fuzz_mail,
    "message": fuzz_message,
}


def seeds(name: str) -> list[bytes]:
    """Return sound inputs of a target to start from."""
    from tests.bad_inputs.office_files import book, unzipped, word
    from tests.bad_inputs.pdf_files import whole_files

    if name == "pdf":
        return list(whole_files().values())
    if name == "message":
        from svdocs.text.exchange import document_to_json
        from svdocs.text.read import read_document

        document = document_to_json(read_document(word(), "bid.docx"))
        return [b'{"page":1,"of":2}\n' + document, b'{"error":"damaged","detail":"x"}\n' + json.dumps({}).encode()]
    if name in ("docx", "xlsx"):
        sound = word() if name == "docx" else book()
        return [sound, *(_part(part, content) for part, content in unzipped(sound).items())]
    return [word(), book()] if name == "zip" else [_mail()]


def _mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "A <a@bidder.example>", "b@buyer.example", "Our b\u00edd"
    message.set_content("We will create five jobs.\n\n- two in Kent\n> quoted")
    message.add_alternative("<p>We will create <b>five</b> jobs.<p style='display:none'>Not seen", subtype="html")
    message.add_attachment("Measure,Target", subtype="csv", filename="t\u00e1rgets.csv")
    return message.as_bytes()


def _part(name: str, content: bytes | str) -> bytes:
    return name.encode() + b"\n" + (content.encode() if isinstance(content, str) else content)


def _whole(data: bytes, sound: bytes) -> bytes:
    """Return the file itself, or the sound one with one part changed."""
    from tests.bad_inputs.office_files import with_parts

    if data.startswith(b"PK"):
        return data
    name, _, content = data.partition(b"\n")
    return with_parts(sound, {name.decode("latin-1")[:200].replace("\0", "_") or "_": content})


def main() -> None:
    import atheris

    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["svdocs"]):
        import svdocs.intake.containers
        import svdocs.intake.mail
        import svdocs.intake.sandbox
        import svdocs.text.docx
        import svdocs.text.exchange
        import svdocs.text.ocr
        import svdocs.text.package
        import svdocs.text.pdf
        import svdocs.text.xlsx
    # The readers are tried, not the programs that they start.
    os.environ["PATH"] = svdocs.text.ocr._SEARCH_PATH = ""
    target = TARGETS[name]

    def try_one(data: bytes) -> None:
        with contextlib.suppress(CannotRead):
            target(data)

    atheris.Setup([sys.argv[0], *options], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
