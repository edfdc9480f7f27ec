"""The library of what suppliers do anyway: entries made, corrected and retired, and as a text to be judged against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.records.steps import folded, row_of, supplier_named, tell
from svdocs.records.tables import BaselineEntry, EventKind
from svdocs.statements.quantities import choose_quantity
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document

NAME = "baseline library"


def new_entry(
    session: Session,
    supplier: str,
    text: str,
    *,
    source: str,
    person: str,
    source_date: date | None = None,
    period: str = "",
    scope: str = "",
    document_id: str | None = None,
    corrects: str | None = None,
) -> BaselineEntry:
    """Return a new entry; its quantity is read from its text.

    Raises:
        UsageError: text, source or person is missing.
    """
    for value, what in ((text, "its text"), (source, "its source"), (person, "the person who adds it")):
        if not value.strip():
            raise UsageError(f"An entry of the baseline library needs {what}; give it.")
    text = folded(text)
    quantity = choose_quantity(text, text)
    entry = BaselineEntry(
        supplier_id=supplier_named(session, supplier).id,
        text=text,
        quantity_value=quantity.value if quantity else None,
        quantity_unit=quantity.unit if quantity else None,
        quantity_per=quantity.per if quantity else None,
        period=folded(period),
        scope=folded(scope),
        source=folded(source),
        source_date=source_date,
        document_id=document_id,
        corrects=corrects,
        added_by=folded(person),
    )
    session.add(entry)
    session.flush()
    details = {"text": entry.text, "source": entry.source, "corrects": corrects}
    tell(session, EventKind.baseline_added, entry, person=entry.added_by, details=details)
    return entry


def retire_entry(session: Session, entry_id: str, person: str, because: str) -> BaselineEntry:
    """Return the entry, retired; it stays, with who, when and why.

    Raises:
        NotFound: there is none of this id.
        UsageError: person or reason is missing.
        Conflict: it has been retired already.
    """
    if not person.strip() or not because.strip():
        raise UsageError("To retire an entry, give the person and the reason.")
    entry = row_of(session, BaselineEntry, entry_id, lock=True)
    if entry.retired_at is not None:
        raise Conflict(f"The entry was retired already, by {entry.retired_by}.")
    entry.retired_by, entry.retired_at, entry.retired_because = folded(person), datetime.now(UTC), because.strip()
    session.flush()
    tell(session, EventKind.baseline_retired, entry, person=entry.retired_by, message=entry.retired_because)
    return entry


def entries_of(session: Session, supplier_id: str | None, with_retired: bool) -> list[BaselineEntry]:
    """Return the entries of a supplier, or of all, in the order in which they were added."""
    query = select(BaselineEntry).order_by(col(BaselineEntry.supplier_id), col(BaselineEntry.added_at))
    if supplier_id is not None:
        query = query.where(BaselineEntry.supplier_id == supplier_id)
    if not with_retired:
        query = query.where(col(BaselineEntry.retired_at).is_(None))
    return list(session.exec(query))


def as_document(entries: Sequence[BaselineEntry], supplier: str | None) -> Document:
    """Return standing entries as a baseline document, each under its source and date."""
    builder = TextBuilder()
    ordered = sorted(entries, key=lambda e: (heading_of(e), e.text))
    for heading, group in groupby(ordered, heading_of):
        builder.add(BlockKind.heading, heading, level=1)
        for entry in group:
            builder.add(BlockKind.paragraph, entry.text)
    digest = sha256("\n".join(f"{heading_of(e)}\t{e.text}" for e in ordered).encode()).hexdigest()
    return Document(NAME, digest, "text/plain", builder.text, tuple(builder.blocks), kind="baseline", supplier=supplier)


def heading_of(entry: BaselineEntry) -> str:
    """Return where an entry stands and of when and whom it tells."""
    told = entry.period or (entry.source_date.isoformat() if entry.source_date else "")
    return ", ".join(x for x in (entry.source, told, entry.scope) if x)
