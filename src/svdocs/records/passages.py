"""Passages that marks rest on: found in the document's text as it was read, and kept with their place."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from svdocs.errors import NotFound, UsageError
from svdocs.records.panel_tables import Passage
from svdocs.records.steps import row_of
from svdocs.records.tables import Document, KeptText, Statement
from svdocs.text.document import Document as Text
from svdocs.text.document import Span
from svdocs.text.exchange import document_from_json

MOST_PASSAGES = 40
LONGEST_QUOTE = 4_000
Row = TypeVar("Row", bound=Passage)


@dataclass(frozen=True, slots=True)
class PassageGiven:
    """A passage as a person pins it: a statement that svdocs found, or words of a document."""

    document_id: str = ""
    quote: str = ""
    page: int | None = None
    """Of a document without text, where nothing else tells the place."""
    statement_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the passage in the form in which a draft keeps it."""
        return {"document_id": self.document_id, "quote": self.quote, "page": self.page,
                "statement_id": self.statement_id}  # fmt: skip


def passage_from(given: Mapping[str, Any]) -> PassageGiven:
    """Return the passage that a draft keeps."""
    return PassageGiven(given["document_id"], given["quote"], given["page"], given["statement_id"])


def find_passages(session: Session, given: Sequence[PassageGiven], *, procurement_id: str,
                  supplier_id: str) -> list[dict[str, Any]]:  # fmt: skip
    """Return the columns of each pinned passage, with its place.

    Args:
        session: of somebody who may read the bid.
        given: what was pinned.
        procurement_id: of the bid.
        supplier_id: of the bid; a passage of another's document is not found.

    Raises:
        NotFound: there is no such statement or document of this bid.
        UsageError: too many, an empty one, or words that are not in the document.
    """
    if len(given) > MOST_PASSAGES:
        raise UsageError(f"A mark rests on at most {MOST_PASSAGES} passages; keep those that matter most.")
    return [_find(session, one, procurement_id, supplier_id) for one in given]


def _find(session: Session, given: PassageGiven, procurement_id: str, supplier_id: str) -> dict[str, Any]:
    statement = row_of(session, Statement, given.statement_id) if given.statement_id else None
    document_id = statement.document_id if statement else given.document_id
    document = session.exec(
        select(Document).where(
            Document.id == document_id, Document.procurement_id == procurement_id, Document.supplier_id == supplier_id
        )
    ).first()
    if document is None:
        raise NotFound("There is no such document of this bid; pin a passage of the bid that you are marking.")
    quote = (statement.text if statement else given.quote).strip()
    if not quote or len(quote) > LONGEST_QUOTE:
        raise UsageError(f"Pin a passage by its words as they stand in the document, {LONGEST_QUOTE} letters at most.")
    columns = {"document_id": document.id, "sha256": document.sha256, "statement_id": given.statement_id}
    text = _text_of(session, document.sha256)
    if text is None or not text.text.strip():
        if given.page is None:
            raise UsageError("This document has no text, so give the page on which the passage stands.")
        return columns | {"page": given.page, "place": "", "quote": quote, "start": None}
    span = find_words(text.text, quote, near=_start_of(statement))
    if span is None:
        raise UsageError(
            f"“{quote[:80]}” does not stand in the document in these words; copy the passage from the bid and repeat."
        )
    place = text.location_of(span)
    where = place.cell or " > ".join(place.section)
    return columns | {"page": place.page, "place": where, "quote": text.quote(span), "start": span.start}


def _start_of(statement: Statement | None) -> int:
    span = (statement.record.get("span") if statement else None) or [0]
    return int(span[0])


def find_words(text: str, quote: str, *, near: int = 0) -> Span | None:
    """Return where the words of a quote stand in a text, whatever white space is between them; None if nowhere.

    >>> find_words("We will plant\\n40 trees.", "plant 40 trees")
    Span(start=8, end=22)
    """
    pattern = re.compile(r"\s+".join(re.escape(word) for word in quote.split()))
    found = [Span(m.start(), m.end()) for m in pattern.finditer(text)]
    return min(found, key=lambda span: abs(span.start - near), default=None)


def _text_of(session: Session, sha256: str) -> Text | None:
    query = select(KeptText.content).where(KeptText.sha256 == sha256).order_by(col(KeptText.kept_at).desc())
    packed = session.exec(query).first()
    try:
        return _parse(zlib.decompress(packed)) if packed else None
    except zlib.error:
        return None  # damaged on the disk: as good as not kept


@lru_cache(maxsize=4)
def _parse(data: bytes) -> Text:
    return document_from_json(data)


def in_order(passages: Iterable[Row]) -> list[Row]:
    """Return passages in the order in which they were pinned."""
    return sorted(passages, key=lambda p: p.position)
