"""The lines of a register: each statement of a procurement as it was decided, with all by which it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from svdocs.records.amending import Counting
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import STANDS, DocumentKind, StatementStatus
from svdocs.statements.statement import StatementType

NOBODY = "Supplier not known"
"""Where nobody has said whose document it is; each such document counts for itself."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as totals take it: the lower and upper bound of what is stated, the same where it is no range."""

    minimum: Decimal
    maximum: Decimal
    unit: str
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of a register.

    Attributes:
        id: of the statement.
        supplier: whose document it stands in.
        bid: what counts together: the supplier, or the document where nobody knows whose it is.
        document_id, document: where it stands.
        text: the passage.
        quote: the part of the passage that states it; the passage itself where it states one thing.
        where: page, cell or block, as the record gives it.
        themes: the best code a framework.
        measure: framework and code of the best measure; None where there is none.
        amount: None where no quantity is stated.
        in_sheet: whether it stands in a workbook, such as a calculator.
        counting: what a person said of its part in totals.
        decisions: how many there are, for `seen`.
    """

    id: str
    supplier: str
    bid: str
    document_id: str
    document: str
    type: str
    status: StatementStatus
    text: str
    quote: str
    position: int
    page: int | None = None
    cell: str | None = None
    section: tuple[str, ...] = ()
    firmness: str | None = None
    verdict: str | None = None
    place: str | None = None
    due: str | None = None
    themes: Mapping[str, str] = field(default_factory=dict)
    measure: tuple[str, str] | None = None
    amount: Amount | None = None
    in_sheet: bool = False
    in_table: bool = False
    counting: Counting | None = None
    decisions: int = 0
    changed: bool = False
    made_by_hand: bool = False
    entry: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Of the statement in its document, by which the reader's address names it."""
        return str(self.entry["id"])

    @property
    def stands(self) -> bool:
        """Whether it takes part in totals: neither rejected, nor has another taken its place."""
        return self.status in STANDS


def register_lines(store: Store, procurement_id: str, *, type: StatementType | None = StatementType.commitment,
                   kinds: frozenset[DocumentKind] = frozenset({DocumentKind.bid})) -> list[Line]:  # fmt: skip
    """Return the statements of a procurement's documents as they were decided, supplier by supplier, in order.

    Args:
        store: as the reader may see it: a sealed bid has no lines.
        procurement_id: which.
        type: only statements of this type, as decided; None for all.
        kinds: of documents.

    Raises:
        NotFound: there is no such procurement.
    """
    documents = [d for d in store.documents_of(procurement_id) if d.document.kind in kinds]
    statements = store.statements_in(procurement_id)
    lines = [line_of(d, s) for d in documents for s in statements.get(d.id, ())]
    wanted = [line for line in lines if type is None or line.type == type]
    return sorted(wanted, key=lambda line: line.supplier.casefold())  # the documents' order stays within a supplier


def line_of(document: DocumentRecord, record: StatementRecord) -> Line:
    """Return one statement as a line of a register."""
    entry = record.as_decided()
    location, due = entry.get("location") or {}, entry.get("due") or {}
    measures = entry.get("measures") or []
    quote = str(entry.get("focus") or entry["text"])
    counting = entry.get("counting")
    return Line(
        id=record.id,
        supplier=document.supplier or NOBODY,
        bid=document.supplier or document.id,
        document_id=document.id,
        document=document.document.name,
        type=str(entry["type"]),
        status=record.status,
        text=str(entry["text"]),
        quote=quote,
        position=record.statement.position,
        page=location.get("page"),
        cell=location.get("cell"),
        section=tuple(location.get("section") or ()),
        firmness=entry.get("firmness"),
        verdict=(entry.get("additionality") or {}).get("verdict"),
        place=(entry.get("place") or {}).get("text") or None,
        due=due.get("date") or due.get("text") or None,
        themes={f: str(codes[0]["code"]) for f, codes in (entry.get("themes") or {}).items() if codes},
        measure=(str(measures[0]["framework"]), str(measures[0]["code"])) if measures else None,
        amount=amount_of(entry.get("quantity") or {}),
        in_sheet=bool(location.get("cell")),
        in_table=bool(location.get("cell")) or " | " in str(entry["text"]),
        counting=Counting(counting) if counting else None,
        decisions=len(record.decisions),
        changed=record.changed_since_decision,
        made_by_hand=record.made_by_hand is not None,
        entry=entry,
    )


def amount_of(quantity: Mapping[str, Any]) -> Amount | None:
    """Return a quantity of the extraction record as totals take it; None where there is none that has a unit.

    >>> amount_of({"value": 8, "max": 10, "unit": "people", "per": "year"})
    Amount(minimum=Decimal('8'), maximum=Decimal('10'), unit='people', per='year')
    >>> amount_of({"value": None}) is None
    True
    """
    value, unit = quantity.get("value"), quantity.get("unit")
    if value is None or not unit:
        return None
    bounds = sorted(Decimal(str(n)) for n in (value, quantity.get("max")) if n is not None)
    per = quantity.get("per")
    return Amount(bounds[0], bounds[-1], str(unit), None if per == "contract" else per)


def suppliers_of(lines: Iterable[Line]) -> list[str]:
    """Return the suppliers of lines, in their order."""
    return list(dict.fromkeys(line.supplier for line in lines))
