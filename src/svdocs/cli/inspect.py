"""`svdocs inspect`: what was read of a file, page by page, as text and as a page with pictures."""

from __future__ import annotations

import base64
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.errors import CannotRead, UsageError

if TYPE_CHECKING:
    from svdocs.intake.unpack import Received
    from svdocs.text.document import Flag, Page, Problem
    from svdocs.text.inspection import Inspection

WIDTH = 110
PICTURES = 40


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document laid out, with the pictures of its pages as data addresses, by page number."""

    inspection: Inspection
    pictures: dict[int, str]


def inspect(
    file: Annotated[Path, typer.Argument(help="A document, or a package of documents.", show_default=False)],
    html: Annotated[
        Path | None, typer.Option(help="Write a page with pictures of the pages and the blocks marked on them.")
    ] = None,
    pictures: Annotated[int, typer.Option(min=0, help="How many pages of each document get a picture.")] = PICTURES,
) -> int:
    """Show what was read of a file: its text block by block, what was flagged, and whether anything is missing."""
    from svdocs.intake.unpack import receive_file

    if not file.is_file():
        raise UsageError(f"{file}: there is no such file; check the path.")
    with TemporaryDirectory(prefix="svdocs-packages-") as folder:
        received = list(receive_file(file, file.name, Path(folder)))
        inspections = [_look_at(r, pictures if html else 0) for r in received]
    for seen in inspections:
        for line in describe(seen.inspection):
            print(line)
    if html is not None:
        try:
            html.write_text(as_page(inspections), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{html}: cannot be written ({error.strerror}); choose another place.") from None
        print(f"Written to {html}.", file=sys.stderr)
    return 0


def _look_at(file: Received, pictures: int) -> Inspected:
    from svdocs.text.inspection import inspect_document
    from svdocs.text.read import read_received

    document = read_received(file)
    drawn = {}
    if file.path is not None and file.error is None:
        for page in document.pages[:pictures]:
            if picture := _picture_of(file.path, page):
                drawn[page.number] = picture
    return Inspected(inspect_document(document), drawn)


def _picture_of(path: Path, page: Page) -> str:
    """Return a page's picture as a data address, drawn in a process of its own; empty if it cannot be drawn."""
    from svdocs.intake.sandbox import run_isolated
    from svdocs.web.page_images import LIMITS, RENDERER_MODULE, scale_for

    scale = min(scale_for(page), 1.5)
    try:
        data = run_isolated(RENDERER_MODULE, [str(page.number), f"{scale:.4f}"], path, LIMITS)
    except CannotRead:
        return ""
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def describe(inspection: Inspection) -> Iterator[str]:
    """Yield the lines that tell a person in a terminal what was read; nothing in them steers the terminal."""
    from svdocs.text.inspection import KIND_WORDS

    document = inspection.document
    yield _clean(document.name)
    count = len(document.pages)
    about = [inspection.file_type, f"{count} page{'s' if count > 1 else ''}" if count else ""]
    about += [f"read by {document.reader}" if document.reader else "not read", f"sha256 {document.sha256 or 'unknown'}"]
    yield "  " + _clean(", ".join(a for a in about if a))
    if document.reader:
        yield _clean(f"  taken for {inspection.taken_for}")
    yield f"  {inspection.state}"
    yield from _told("Problems", document.problems)
    yield from _told("To look at", document.flags)
    if inspection.completeness or inspection.facts:
        yield ""
        yield "Completeness"
        yield from _wrapped(inspection.completeness, "  ")
        for name, count in inspection.facts:
            yield f"  {count:>9,}  {name}"
    for part in inspection.parts:
        yield ""
        size = f" ({part.page.width:.0f} × {part.page.height:.0f} points" if part.page else ""
        size += ", recognised from its picture" if part.page and part.page.ocr else ""
        yield _clean(part.title) + (f"{size})" if size else "")
        for block in part.continued:
            yield f"  {block.number:>4}  goes on from page {block.page}"
        for block in part.blocks:
            said = " ".join(filter(None, [block.label if block.table is None else None, inspection.quote(block)]))
            kind = KIND_WORDS[block.kind] + (", tracked insertion" if block.tracked else "")
            lead = f"  {block.number:>4}  {'header row' if block.header_row else kind}: "
            yield from _wrapped(said, lead, " " * 8)
    yield ""


def _told(title: str, found: Sequence[Flag] | Sequence[Problem]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield f"{title} ({len(found)})"
    for item in found:
        page = f"page {item.page}: " if item.page and not item.message.startswith("Page") else ""
        yield from _wrapped(f"{page}{item.message} [{item.code}]", "  - ", "    ")
        if text := getattr(item, "text", ""):
            yield from _wrapped(f"“{text}”", "    ", "    ")


def _wrapped(text: str, lead: str, indent: str | None = None) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(
        _clean(text), WIDTH, initial_indent=lead, subsequent_indent=lead if indent is None else indent
    ) or [lead.rstrip()]


def _clean(text: str) -> str:
    """Return text that a stranger wrote, fit for a terminal."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def as_page(inspected: Sequence[Inspected]) -> str:
    """Return one page of HTML that needs no other file; everything that a document says is escaped in it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from svdocs.text.inspection import KIND_WORDS

    templates = Environment(
        loader=PackageLoader("svdocs.cli"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("inspection.html").render(inspected=inspected, kind_words=KIND_WORDS)
