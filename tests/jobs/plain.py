"""Plain stages: a file's lines are its passages, and a line that begins "We will" is a commitment.

Worker processes import this module, so it loads neither the records nor pytest.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from svdocs.jobs.work import PageProgress, Stages
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Problem
from tests.records.values import commitment, extraction_record


def plain_stages(version: str = "1", reader: str = "plain/1", **fields: Any) -> Stages:
    return replace(Stages(read_plainly, extract_plainly, version, {"statements": "sha256:0"}, {}, reader), **fields)


def read_plainly(path: Path, name: str, on_progress: PageProgress | None) -> Document:
    """Read lines of text; a first line ``kind supplier`` in brackets proposes both, and "locked" cannot be read."""
    if "READINGS" in os.environ:
        with Path(os.environ["READINGS"]).open("a", encoding="utf-8") as log:
            log.write(f"{name}\n")
    if not path.is_file():
        return Document(name, "", "", problems=(Problem("unreadable", "The file cannot be opened."),))
    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    if data.startswith(b"locked"):
        return Document(name, digest, "text/plain", problems=(Problem("encrypted", "The file asks for a password."),))
    if on_progress:
        on_progress(1, 1)
    builder = TextBuilder()
    lines = data.decode().splitlines()
    kind, supplier = "bid", None
    if lines and lines[0].startswith("["):
        kind, _, supplier = lines.pop(0).strip("[]").partition(" ")
    for line in lines:
        builder.add(BlockKind.paragraph, line)
    return Document(name, digest, "text/plain", builder.text, tuple(builder.blocks), reader="plain/1", kind=kind,
                    supplier=supplier or None)  # fmt: skip


def read_newly(path: Path, name: str, on_progress: PageProgress | None) -> Document:
    return replace(read_plainly(path, name, on_progress), reader="plain/2")


def extract_plainly(document: Document, specifications: Sequence[Document], baselines: Sequence[Document], *,
                    version: str = "1", firmness: str = "firm", contract: object = None) -> dict[str, Any]:  # fmt: skip
    if "stop the process" in document.text:
        os._exit(1)
    asked = "\n".join(s.text for s in specifications)
    entries = [
        commitment(
            block_text,
            location={"page": 1, "block": block.number},
            firmness=firmness,
            category="defined" if block_text.removeprefix("We will ").rstrip(".") in asked else "additional",
            evidence=[b.name for b in baselines],
        )
        for block in document.blocks
        if (block_text := document.quote(block.span)).startswith("We will")
    ]
    problems = [{"code": p.code, "message": p.message, "page": p.page} for p in document.problems]
    return extraction_record(
        *entries, version=version, name=document.name, sha256=document.sha256, media_type=document.media_type,
        kind=document.kind, supplier=document.supplier, reader=document.reader, problems=problems,
    )  # fmt: skip


def extract_as_published(
    document: Document, specifications: Sequence[Document], baselines: Sequence[Document], contract: object = None
) -> dict[str, Any]:
    """The same with keys such as real ones are, which may stand in an address and a page."""
    record = extract_plainly(document, specifications, baselines)
    keyed = [e | {"id": sha256(e["id"].encode()).hexdigest()[:16]} for e in record["commitments"]]
    return record | {"commitments": keyed}


def extract_anew(
    document: Document, specifications: Sequence[Document], baselines: Sequence[Document], contract: object = None
) -> dict[str, Any]:
    """The next version: it takes what is seeded for an aspiration, and no longer finds what is done weekly."""
    record = extract_plainly(document, specifications, baselines, version="2")
    found = [e for e in record["commitments"] if "weekly" not in e["text"]]
    record["commitments"] = [e | {"firmness": "aspirational"} if "seed" in e["text"] else e for e in found]
    return record


def fail_to_extract(
    document: Document, specifications: Sequence[Document], baselines: Sequence[Document]
) -> dict[str, Any]:
    """A version with a fault, as the extraction record tells of it."""
    problem = {"code": "internal", "message": "The program failed on this document.", "page": None}
    return extraction_record(version="2", problems=[problem], reader=document.reader)


NEXT = plain_stages("2", extract=extract_anew)


def write_pack(folder: Path, **files: str) -> Path:
    """Write a folder of documents; ``bid_a`` becomes ``bid-a.pdf``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name.replace('_', '-')}.pdf").write_text(content, "utf-8")
    return folder
