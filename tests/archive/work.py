"""The program that imports or reprocesses an archive for the proof, and is killed on the way.

It is `svdocs` itself; only, each file that is read and each text that is extracted is written down, and the version of
the pipeline is the one asked for. With `plain` stages, a sentence that begins "We will" is a commitment: what is proved
then is how an archive is worked on, without hours of models. Files are read as ever in either case.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from svdocs.jobs import work
from svdocs.jobs.work import PageProgress, Stages, current_stages, extract_record, read_stored
from svdocs.text.document import Document
from tests.records.values import commitment, extraction_record

LOG, STAGES, VERSION = "ARCHIVE_LOG", "ARCHIVE_STAGES", "ARCHIVE_VERSION"
_ours = current_stages


def counted_stages() -> Stages:
    """Return this version's stages, which write down what they do, as the version that the environment names."""
    return replace(_ours(), read=read_and_count, extract=extract_and_count, version=os.environ[VERSION])


def read_and_count(path: Path, name: str, on_progress: PageProgress | None) -> Document:
    """Return the text of a file as ever, and write down that it was read."""
    document = read_stored(path, name, on_progress)
    _write_down("read", document.sha256)
    return document


def extract_and_count(
    document: Document, specifications: Sequence[Document], baselines: Sequence[Document], contract: object = None
) -> dict[str, Any]:
    """Return the record of a document, and write down that it was made."""
    if os.environ[STAGES] == "plain":
        record = _extract_plainly(document)
    else:
        record = extract_record(document, specifications, baselines)
    record["pipeline"] |= {"version": os.environ[VERSION], "models": dict(_ours().models)}
    _write_down("extracted", document.sha256)
    return record


def _extract_plainly(document: Document) -> dict[str, Any]:
    entries = []
    for block in document.blocks:
        for sentence in document.quote(block.span).split(". "):
            if sentence.startswith("We will"):
                key = sha256(f"{document.sha256} {block.number} {sentence}".encode()).hexdigest()
                entries.append(commitment(sentence, id=key, location={"page": None, "block": block.number}))
    unique = {entry["id"]: entry for entry in entries}
    return extraction_record(
        *unique.values(), name=document.name, sha256=document.sha256, media_type=document.media_type,
        kind=document.kind, supplier=document.supplier, reader=document.reader,
        problems=[{"code": p.code, "message": p.message, "page": p.page} for p in document.problems],
    )  # fmt: skip


def _write_down(what: str, sha256: str) -> None:
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{what} {sha256}\n")


if __name__ == "__main__":
    from svdocs.cli.main import main
    from tests.archive import work as this_module  # so that workers find the stages by this name and not by __main__

    work.current_stages = this_module.counted_stages
    main(sys.argv[1:])
