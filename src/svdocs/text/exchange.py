"""A document as JSON and back: how it crosses from the reading process, and how it is kept.

What comes in is taken as untrusted: the schema is strict, and every coordinate must lie inside the text.
"""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from svdocs.text.document import Block, Document, Word

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT: Literal["svdocs.document/1"] = "svdocs.document/1"


@dataclass(frozen=True)
class _Kept(Document):
    """A document as it stands in JSON: with the name of its format."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"strict": True, "extra": "forbid"}
    format: Literal["svdocs.document/1"] = FORMAT


def document_to_json(document: Document) -> bytes:
    """Return the document as UTF-8 JSON, one object; equal documents give equal bytes.

    >>> document_to_json(Document("a.pdf", "00", "application/pdf"))[:47]
    b'{"format":"svdocs.document/1","name":"a.pdf","s'
    """
    fields = {"format": FORMAT} | {name: getattr(document, name) for name in Document.__dataclass_fields__}
    text = json.dumps(fields, default=_as_fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # a lone half of a character pair becomes one "?", so offsets hold


def document_from_json(data: bytes) -> Document:
    """Return the document that `document_to_json` wrote.

    Raises:
        ValueError: the bytes are no such document: wrong shape, or coordinates that lie outside its text.
    """
    kept = _schema().validate_json(data)
    document = Document(**{name: getattr(kept, name) for name in Document.__dataclass_fields__})
    check_coordinates(document)
    return document


def pack_document(document: Document) -> bytes:
    """Return the document's JSON, compressed by zlib: how texts are kept, at about a sixth of the size."""
    return zlib.compress(document_to_json(document), 6)


def unpack_document(data: bytes) -> Document:
    """Return the document that `pack_document` packed.

    Raises:
        ValueError: the bytes are no such document, or damaged.
    """
    try:
        return document_from_json(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError("the text is damaged") from error


def check_coordinates(document: Document) -> None:
    """Check that blocks, cells and words lie in order inside the document's text, and that its numbers are finite.

    Raises:
        ValueError: one does not; the message names it.
    """
    size = len(document.text)
    at = 0
    for i, block in enumerate(document.blocks):
        if block.number != i or not at <= block.span.start <= block.span.end <= size:
            raise ValueError(f"block {i} is out of place")
        at = block.span.end
        _check_cells(block)
    at = 0
    for word in document.words:
        if not at <= word.span.start <= word.span.end <= size or word.page < 1 or not _all_finite(word):
            raise ValueError("a word is out of place")
        at = word.span.start
    if not all(math.isfinite(x) for p in document.pages for x in (p.width, p.height)):
        raise ValueError("a page has no size")


def _check_cells(block: Block) -> None:
    at = block.span.start
    for cell in block.cells:
        if not at <= cell.span.start <= cell.span.end <= block.span.end:
            raise ValueError(f"a cell of block {block.number} is out of place")
        at = cell.span.end


def _all_finite(word: Word) -> bool:
    return all(math.isfinite(x) for box in word.boxes for x in box)


def _as_fields(value: Any) -> Any:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


@lru_cache(maxsize=1)
def _schema() -> TypeAdapter[_Kept]:
    """Return the strict schema of a kept document; pydantic is loaded at the first use."""
    from pydantic import TypeAdapter

    return TypeAdapter(_Kept)
