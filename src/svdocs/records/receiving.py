"""How a document is received: the one transaction of its row, its job, its receipt and its entry in the log.

A receipt remembers what was answered to a sender's key, so that a request sent twice, because the answer was lost or
somebody pressed the button twice, is answered twice and done once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from svdocs.errors import AlreadyThere, Conflict
from svdocs.records.steps import folded, row_of, supplier_named, tell
from svdocs.records.tables import (
    Document,
    DocumentKind,
    EventKind,
    Job,
    JobPriority,
    KeptFile,
    Procurement,
    Receipt,
    Supplier,
)

RECEIPT_DAYS = 7
"""How long the answer to a key is remembered."""


class IfThere(StrEnum):
    """What is to happen when the same supplier's document of the same bytes is in the procurement already."""

    ask = "ask"
    """Refuse, and say which document it is, so that a person chooses."""
    same = "same"
    """It is the same document: nothing is added."""
    another = "another"
    """It is another document with the same bytes."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as it is handed in, before it has a row.

    Attributes:
        procurement_id: where it belongs.
        name: under which it was handed in.
        kind: what it is for; None if nobody has said it.
        supplier: whose it is, as somebody says; None if nobody has.
        sha256: of its bytes, in hexadecimal.
        media_type: found from the content.
        size: in bytes.
        priority: of the job to read it.
    """

    procurement_id: str
    name: str
    kind: DocumentKind | None
    supplier: str | None
    sha256: str
    media_type: str
    size: int
    priority: JobPriority = JobPriority.upload

    @property
    def request(self) -> str:
        """SHA-256 over what makes two requests the same one; the file's name does not."""
        said = [self.procurement_id, self.kind, _key_of(self.supplier), self.sha256]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """A key that a caller gave to a request: the same key of the same caller is the same request."""

    caller: str
    key: str


@dataclass(frozen=True, slots=True)
class Received:
    """The document that a request is answered with, and whether this request added it."""

    document: Document
    is_new: bool


def find_received(session: Session, given: NewDocument, key: ReceiptKey | None, if_there: IfThere) -> Received | None:
    """Return what the request was answered with before, or the document that it is the same as; None if it is new.

    Raises:
        NotFound: there is no such procurement.
        Conflict: the key came with another request.
        AlreadyThere: the supplier's document of these bytes is there, and somebody must choose.
    """
    row_of(session, Procurement, given.procurement_id)
    receipt = session.get(Receipt, (key.caller, key.key)) if key else None
    if receipt is not None and _until(receipt) > datetime.now(UTC):
        if receipt.request_sha256 != given.request:
            raise Conflict(
                "This Idempotency-Key came with another file, kind or supplier before; "
                "send the same again, or give this one a key of its own."
            )
        return Received(row_of(session, Document, receipt.document_id), is_new=False)
    there = None if if_there is IfThere.another else _document_of_bytes(session, given)
    if there is not None and if_there is IfThere.ask:
        raise AlreadyThere(
            f"The same file is there already as {there.name}; keep it as the same document, "
            "or add it again as another.",
            there.id,
            there.name,
        )
    return Received(there, is_new=False) if there else None


def add_received(session: Session, given: NewDocument, key: ReceiptKey | None, if_there: IfThere) -> Received:
    """Return the document of the request, its rows written if it is new.

    Raises:
        NotFound: there is no such procurement.
        Conflict: the key came with another request.
        AlreadyThere: the supplier's document of these bytes is there, and somebody must choose.
    """
    row_of(session, Procurement, given.procurement_id, lock=True)  # two senders of one file take turns
    received = find_received(session, given, key, if_there)
    if received is None:
        received = Received(_add_document(session, given), is_new=True)
    if key is not None:
        session.execute(delete(Receipt).where(col(Receipt.given_at) < datetime.now(UTC) - _REMEMBERED))
        if session.get(Receipt, (key.caller, key.key)) is None:
            document_id = received.document.id
            session.add(Receipt(caller=key.caller, key=key.key, request_sha256=given.request, document_id=document_id))
    return received


def is_recorded(session: Session, sha256: str) -> bool:
    """Say whether there is a record of the file of this hash."""
    return session.get(KeptFile, sha256) is not None


_REMEMBERED = timedelta(days=RECEIPT_DAYS)


def _until(receipt: Receipt) -> datetime:
    return receipt.given_at + _REMEMBERED


def _add_document(session: Session, given: NewDocument) -> Document:
    if not is_recorded(session, given.sha256):
        session.add(KeptFile(sha256=given.sha256, size=given.size))
        session.flush()
    document = Document(
        procurement_id=given.procurement_id,
        supplier_id=supplier_named(session, given.supplier).id if given.supplier else None,
        supplier_is_said=given.supplier is not None,
        sha256=given.sha256,
        name=given.name,
        kind=given.kind or DocumentKind.other,
        kind_is_said=given.kind is not None,
        media_type=given.media_type,
    )
    session.add(document)
    session.flush()
    session.add(Job(document_id=document.id, priority=given.priority))
    session.flush()
    tell(session, EventKind.document_added, document, details={"name": document.name, "sha256": document.sha256})
    return document


def _document_of_bytes(session: Session, given: NewDocument) -> Document | None:
    """Return the oldest document of the same bytes that the same supplier handed in, or nobody said who.

    Another supplier's is no answer: that it exists is nothing that anybody may learn from an upload.
    """
    query = select(Document).where(Document.procurement_id == given.procurement_id, Document.sha256 == given.sha256)
    if given.supplier is None:
        query = query.where(col(Document.supplier_is_said).is_(False))
    else:
        known = select(Supplier.id).where(func.lower(Supplier.name) == _key_of(given.supplier))
        query = query.where(col(Document.supplier_id).in_(known))
    return session.exec(query.order_by(col(Document.added_at))).first()


def _key_of(supplier: str | None) -> str | None:
    return None if supplier is None else folded(supplier).lower()
