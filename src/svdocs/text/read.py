"""A file of any readable type becomes a `Document`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from svdocs.errors import CannotRead, ReaderDied, UnsupportedFile
from svdocs.intake.convert import convert_file, converter
from svdocs.intake.pages import run_page_by_page
from svdocs.intake.safety import (
    DOCX,
    EML,
    EXTENSIONS,
    LEGACY,
    MAX_FILE_BYTES,
    MSG,
    PACKAGES,
    PDF,
    UNKNOWN,
    XLSX,
    ZIP,
    check_glance,
    check_size,
    identify_file,
    name_agrees,
    sniff_media_type,
    unsupported_message,
)
from svdocs.intake.sandbox import DEFAULT_LIMITS, Limits, run_isolated
from svdocs.intake.unpack import Received, receive_file
from svdocs.text.document import BODY_KINDS, BlockKind, Document, Flag, Problem
from svdocs.text.exchange import document_from_json
from svdocs.text.kinds import propose_kind
from svdocs.text.misleading import find_misleading
from svdocs.text.reading import Reading
from svdocs.text.supplier import propose_supplier

READER_EDITIONS = {
    PDF: "pdf/1",
    DOCX: "docx/1",
    XLSX: "xlsx/1",
    ZIP: "package/1",
    EML: "mail/1",
    MSG: "mail/1",
    **dict.fromkeys(LEGACY, "converted/1"),
}
IMAGE_READER_EDITION = "image/1"
READER_MODULE = "svdocs.text.child"
MAX_NAME_LETTERS = 1_000

Progress = Callable[[int, int], None]


def read_document(
    data: bytes, name: str, *, on_page: Progress | None = None, without: Collection[int] = ()
) -> Document:
    """Return the file as a document, read in this process; for files that may be hostile use `read_file`.

    Args:
        data: the file.
        name: under which it was handed in.
        on_page: called with page and number of pages as a sign of life.
        without: pages of a PDF file to leave out, each of which becomes a problem.

    Raises:
        CannotRead: the file is empty, too large, broken, encrypted or of a type that is not read.
    """
    kind_of_file = identify_file(data, name)
    media_type = kind_of_file.media_type
    reading = _read_by_type(data, name, media_type, on_page, without)
    document = Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        text=reading.text,
        blocks=reading.blocks,
        words=reading.words,
        pages=reading.pages,
        problems=(*reading.problems, *_text_problems(reading)),
        flags=(
            *_name_flags(kind_of_file.name_agrees, name),
            *reading.flags,
            *find_misleading(reading.text, reading.blocks),
        ),
        reader=READER_EDITIONS.get(media_type, IMAGE_READER_EDITION),
        facts=reading.facts,
    )
    kind, confidence = propose_kind(document)
    document = replace(document, kind=kind, kind_confidence=confidence)
    return replace(document, supplier=propose_supplier(document)[0])


def read_file(
    path: Path, name: str | None = None, *, on_progress: Progress | None = None, limits: Limits | None = None
) -> Document:
    """Return the file as a document, read in a process of its own.

    Never raises for a bad file: the document then has `problems` and no text, but its SHA-256 and media type.

    Args:
        path: the file.
        name: under which it was handed in; default the path's own name.
        on_progress: called with page and number of pages.
        limits: what the reading process may use up.
    """
    name = _clean_name(path.name if name is None else name)
    try:
        sha256, data = _hash_file(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        message = f"The file cannot be opened ({why}); check that it exists and may be read."
        return Document(name, "", UNKNOWN, problems=(Problem("unreadable", message),))
    media_type = sniff_media_type(data)
    try:
        check_size(path.stat().st_size)
        if media_type in LEGACY:
            return _read_converted(path, name, sha256, media_type, limits or DEFAULT_LIMITS, on_progress)
        check_glance(data, name)
        document = _read_isolated(path, name, limits or DEFAULT_LIMITS, on_progress, by_page=media_type == PDF)
    except UnsupportedFile as error:
        message = str(error) if media_type == UNKNOWN else unsupported_message(media_type, name)
        return Document(name, sha256, media_type, problems=(Problem(error.code, message),))
    except CannotRead as error:
        return Document(name, sha256, media_type, problems=(Problem(error.code, str(error)),))
    return replace(document, name=name, sha256=sha256)


def read_received(file: Received, *, on_progress: Progress | None = None) -> Document:
    """Return a file that was handed in, by itself or in a package, as a document; never raises for a bad file.

    What could not be taken out of its package is a document without text, with a problem.
    """
    if file.error is None and file.path is not None:
        return read_file(file.path, file.name, on_progress=on_progress)
    error = file.error or UnsupportedFile("The file could not be taken out of its package; hand it in by itself.")
    sha256, media_type = "", UNKNOWN
    if file.path is not None:  # the package itself
        with suppress(OSError):
            sha256, data = _hash_file(file.path)
            media_type = sniff_media_type(data)
    return Document(_clean_name(file.name), sha256, media_type, problems=(Problem(error.code, str(error)),))


def read_all(path: Path, name: str | None = None) -> tuple[Document, ...]:
    """Return the file's documents: itself, or if it is a package those in it; never raises for a bad file."""
    with TemporaryDirectory(prefix="svdocs-package-") as folder:
        received = receive_file(path, path.name if name is None else name, Path(folder))
        return tuple(read_received(file) for file in received)


def _read_by_type(
    data: bytes, name: str, media_type: str, on_page: Progress | None, without: Collection[int]
) -> Reading:
    if media_type == DOCX:
        from svdocs.text.docx import read_docx

        return read_docx(data)
    if media_type == XLSX:
        from svdocs.text.xlsx import read_xlsx

        return read_xlsx(data, on_page=on_page)
    if media_type == PDF:
        from svdocs.text.pdf import read_pdf

        return read_pdf(data, on_page=on_page, without=without)
    if media_type in PACKAGES:
        from svdocs.text.package import read_package

        return read_package(data, name, media_type)
    from svdocs.text.ocr import read_image

    return read_image(data, media_type, on_page=on_page)


def _read_isolated(
    path: Path, name: str, limits: Limits, on_progress: Progress | None, by_page: bool = False
) -> Document:
    clean = name.replace("\0", " ")
    if by_page:
        words = [clean, str(limits.page_cpu_seconds)]
        result = run_page_by_page(READER_MODULE, words, path, limits, on_progress)
    else:
        result = run_isolated(READER_MODULE, [clean], path, limits, on_progress)
    try:
        return document_from_json(result)
    except ValueError as error:
        raise ReaderDied(
            "The reader's answer made no sense, so it was not used; a person should look at the original."
        ) from error


def _read_converted(
    path: Path, name: str, sha256: str, media_type: str, limits: Limits, on_progress: Progress | None
) -> Document:
    """Return an old office file as a document, read from what LibreOffice makes of it.

    Raises:
        CannotRead: it cannot be converted, or not read then.
    """
    program = converter()
    if program is None:
        problem = Problem("no_converter", unsupported_message(media_type, name))
        return Document(name, sha256, media_type, problems=(problem,))
    ending = EXTENSIONS[LEGACY[media_type]][0]
    with TemporaryDirectory(prefix="svdocs-converted-") as folder:
        converted = Path(folder) / f"converted{ending}"
        converted.write_bytes(convert_file(path, media_type, program))
        document = _read_isolated(converted, converted.name, limits, on_progress)
    told = f"The file was read from what LibreOffice made of it ({ending}); look at the original where it matters."
    flags = (*_name_flags(name_agrees(media_type, name), name), Flag("converted", told), *document.flags)
    reader = READER_EDITIONS[media_type]
    return replace(document, name=name, sha256=sha256, media_type=media_type, flags=flags, reader=reader)


def _hash_file(path: Path) -> tuple[str, bytes]:
    """Return the file's SHA-256 and as many of its bytes as may be read, without holding a huge file whole."""
    digest = hashlib.sha256()
    kept = bytearray()
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
            if len(kept) <= MAX_FILE_BYTES:
                kept += chunk
    return digest.hexdigest(), bytes(kept)


def _clean_name(name: str) -> str:
    """Return a file name that can be written anywhere: no lone halves of character pairs, bounded length."""
    return name.encode("utf-8", "replace").decode("utf-8")[:MAX_NAME_LETTERS]


def _text_problems(reading: Reading) -> tuple[Problem, ...]:
    shown = any(
        b.kind in BODY_KINDS or b.kind is BlockKind.furniture for b in reading.blocks if b.span.end > b.span.start
    )
    if shown or reading.facts.get("members") or any(p.code == "no_text" for p in reading.problems):
        return ()
    return (
        Problem(
            "no_text", "The file opened, but no text was found in it; look at the original, it may hold only pictures."
        ),
    )


def _name_flags(agrees: bool, name: str) -> tuple[Flag, ...]:
    if agrees:
        return ()
    return (
        Flag(
            "name_mismatch",
            "The file's name ends as another type than its content is; it was read by its content.",
            text=name,
        ),
    )
