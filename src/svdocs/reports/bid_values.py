"""What the bids of a procurement are worth: accepted promises under their measures, each sum with its passages.

What counts is what a person accepted or amended, once: a promise that a bid makes twice is left out of the reckoning
the second time, as the register's totals leave it out. The machine proposes a measure; a person may choose another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from svdocs.errors import Conflict
from svdocs.records.access import Caller
from svdocs.records.conflicts import Conflicts
from svdocs.records.lots import Lots
from svdocs.records.panel_tables import PanelBid
from svdocs.records.panels import Panels
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import AGREED, DocumentKind
from svdocs.records.value_tables import DeliverabilityRuling, ProxySetRecord, ValuingMethod
from svdocs.records.values import Values, decimal_or_none, limits_of
from svdocs.review.lines import Line, line_of
from svdocs.review.totals import LeftOut, reckon
from svdocs.statements.statement import StatementType
from svdocs.text.exchange import document_from_json
from svdocs.valuing.bid_value import BidValue, Choice, Method, Promised, ValueLine, in_pounds, value_bid
from svdocs.valuing.deliverable import Deliverability, check_deliverable
from svdocs.valuing.proxies import read_proxies
from svdocs.valuing.weightings import shown

STATED_AGAIN = frozenset({LeftOut.said, LeftOut.sub_total, LeftOut.repeat, LeftOut.sheet_differs, LeftOut.in_total})


@dataclass(frozen=True, slots=True)
class ReckonedBid:
    """One bid with its value and what the check of its deliverability finds."""

    bid: PanelBid
    value: BidValue
    check: Deliverability
    employees: int | None
    employees_source: str
    ruling: DeliverabilityRuling | None
    undecided: int
    """Commitments that nobody has accepted, amended or rejected: they are not in the value."""
    documents: Mapping[str, str]
    """SHA-256 of each document's bytes, by its id."""


@dataclass(frozen=True, slots=True)
class ReckonedLot:
    """The bids of a lot, valued in one way."""

    lot: str
    method: ValuingMethod
    how: Method
    bids: tuple[ReckonedBid, ...]


def reckon_lot(store: Store, procurement_id: str, caller: Caller, *, lot: str = "") -> ReckonedLot:
    """Return what the bids of a lot are worth as things stand.

    Args:
        store: as the caller may see it.
        procurement_id, lot: of the bids; the lot is empty where there are none.
        caller: who asks.

    Raises:
        NotFound: there is no such procurement.
        Conflict: nobody has said how bids are valued, or a part is closed to the caller.
    """
    Conflicts(store).check_sees_all(procurement_id, caller)
    values = Values(store)
    method = values.method_of(procurement_id)
    if method is None:
        raise Conflict("Say first how bids are valued: which values of units, the contract's years and its value.")
    how = Method(values.set_named(procurement_id, method.proxy_set), decimal_or_none(method.years),
                 method.deadweight_hundredths, method.attribution_hundredths)  # fmt: skip
    choices, facts = values.choices_of(procurement_id), values.facts_of(procurement_id)
    rulings, limits = values.rulings_of(procurement_id, lot), limits_of(method)
    statements = store.statements_in(procurement_id)
    documents = _documents_by_supplier(store, procurement_id, lot)
    reckoned = []
    for bid in (b for b in Panels(store).bids_of(procurement_id) if b.lot == lot):
        own = documents.get(bid.supplier_id, [])
        value, undecided = _value_of(own, statements, how, choices)
        fact, ruling = facts.get(bid.supplier_id), rulings.get(bid.supplier_id)
        if ruling is not None and ruling.total != str(value.total):
            ruling = None  # it was said of another value
        check = check_deliverable(
            value.total, limits, contract_pounds=method.contract_gbp, employees=fact.employees if fact else None,
            said=Fraction(ruling.earns) if ruling else None,
        )  # fmt: skip
        reckoned.append(ReckonedBid(
            bid, value, check, fact.employees if fact else None, fact.employees_source if fact else "", ruling,
            undecided, {d.id: d.document.sha256 for d in own},
        ))  # fmt: skip
    return ReckonedLot(lot, method, how, tuple(reckoned))


def fix_values(store: Store, procurement_id: str, caller: Caller, *, lot: str = "", because: str = "") -> int:
    """Fix what the bids of a lot are worth now, and return how many there are.

    Raises:
        NotFound: there is no such procurement.
        NotAllowed: the caller may not.
        UsageError: values are fixed already and no reason is given.
        Conflict: a check waits for a person, nothing is accepted or rejected of a commitment, or the lot is awarded.
    """
    reckoned = reckon_lot(store, procurement_id, caller, lot=lot)
    waiting = [b.bid.name for b in reckoned.bids if b.check.needs_person]
    if waiting:
        raise Conflict(f"Look at the offer of {', '.join(waiting)} first: it is above a limit, or cannot be held "
                       "against it.")  # fmt: skip
    undecided = [f"{b.undecided} of {b.bid.name}" for b in reckoned.bids if b.undecided]
    if undecided:
        raise Conflict(f"Decide on all commitments first: nobody has on {', '.join(undecided)}.")
    kept = {b.bid.supplier_id: as_kept(reckoned, b) for b in reckoned.bids}
    return len(Values(store).fix(procurement_id, lot, kept, caller, because=because))


def as_kept(lot: ReckonedLot, one: ReckonedBid) -> dict[str, Any]:
    """Return the reckoning of a bid as JSON takes it: exact figures as fractions, and beside them as they are shown."""
    method, proxies = lot.method, lot.how.proxies
    return {
        "supplier": one.bid.name,
        "total": str(one.value.total), "total_shown": in_pounds(one.value.total),
        "earns": str(one.check.earns) if one.check.earns is not None else None,
        "findings": list(one.check.findings),
        "ruling": {"earns": one.ruling.earns, "because": one.ruling.because, "person": one.ruling.person}
        if one.ruling else None,
        "employees": one.employees, "employees_source": one.employees_source,
        "proxies": {"title": proxies.title, "edition": proxies.edition, "publisher": proxies.publisher,
                    "licence": proxies.licence},
        "method": {"number": method.number, "contract_gbp": _text(method.contract_gbp), "years": method.years,
                   "deadweight_percent": shown(Fraction(method.deadweight_hundredths, 100)),
                   "attribution_percent": shown(Fraction(method.attribution_hundredths, 100)),
                   "limit_per_pound": method.limit_per_pound, "limit_per_employee": method.limit_per_employee,
                   "over_limit": method.over_limit.value},
        "lines": [_line_as_kept(line, one.documents) for line in one.value.lines],
    }  # fmt: skip


def _line_as_kept(line: ValueLine, documents: Mapping[str, str]) -> dict[str, Any]:
    promised, proxy = line.promised, line.proxy
    return {
        "statement": promised.key, "text": promised.text, "document_id": promised.document_id,
        "document": promised.document, "sha256": documents.get(promised.document_id, ""), "place": promised.place,
        "measure": list(proxy.measure) if proxy else None, "title": proxy.title if proxy else "",
        "unit": proxy.unit if proxy else "", "pounds": str(proxy.pounds) if proxy else None,
        "source": proxy.source if proxy else "",
        "quantity": None if line.quantity is None else str(line.quantity), "worked": line.worked,
        "deadweight": str(line.deadweight), "attribution": str(line.attribution),
        "value": str(line.value), "value_shown": in_pounds(line.value),
        "not_counted": line.not_counted.value if line.not_counted else None, "because": line.because,
        "in_place_of": line.in_place_of,
    }  # fmt: skip


def import_values(
    store: Store, procurement_id: str, document_id: str, caller: Caller, *, framework: str, title: str, edition: str,
    publisher: str, licence: str,
) -> ProxySetRecord:  # fmt: skip
    """Return the values of units that a workbook among a procurement's documents holds, kept for it.

    The workbook comes in like every document, so its bytes are kept and what is read of it was read apart.

    Raises:
        NotFound: there is no such document in the procurement.
        NotAllowed: the caller may not.
        UsageError: edition or licence is not said, or rows cannot be used.
        Conflict: the document has not been read yet.
    """
    record = store.document(document_id)
    if record.document.procurement_id != procurement_id:
        store.document("")  # answered like a document that is not there
    data = store.text_of(document_id)
    if data is None:
        raise Conflict("The workbook has not been read yet; wait until its job is done.")
    found = read_proxies(replace(document_from_json(data), name=record.document.name), framework=framework,
                         title=title, edition=edition, publisher=publisher, licence=licence)  # fmt: skip
    return Values(store).import_set(procurement_id, found, caller, file=record.document.name,
                                    sha256=record.document.sha256)  # fmt: skip


def place_in_words(location: Mapping[str, Any]) -> str:
    """Return where a passage stands in its document: page, cell, or paragraph counted from 1.

    >>> place_in_words({"page": 2, "block": 4}), place_in_words({"cell": "Measures!B2"}), place_in_words({"block": 4})
    ('page 2', 'cell Measures!B2', 'paragraph 5')
    """
    if location.get("page"):
        return f"page {location['page']}"
    if location.get("cell"):
        return f"cell {location['cell']}"
    return f"paragraph {location['block'] + 1}" if location.get("block") is not None else "place not known"


def _documents_by_supplier(store: Store, procurement_id: str, lot: str) -> dict[str, list[DocumentRecord]]:
    """Return the bids' documents for a lot, by supplier: those of no lot are for each."""
    lots = Lots(store).lots_by_document(procurement_id)
    found: dict[str, list[DocumentRecord]] = {}
    for record in store.documents_of(procurement_id):
        if record.document.kind is DocumentKind.bid and lot in lots.get(record.id, {lot}):
            found.setdefault(record.document.supplier_id or "", []).append(record)
    return found


def _value_of(
    documents: Sequence[DocumentRecord], statements: Mapping[str, Sequence[StatementRecord]], how: Method,
    choices: Mapping[str, Choice],
) -> tuple[BidValue, int]:  # fmt: skip
    """Return the value of a bid, and how many of its commitments nobody has decided on."""
    found = [(line_of(d, s), s) for d in documents for s in statements.get(d.id, ())]
    commitments = [(line, s) for line, s in found if line.type == StatementType.commitment]
    agreed = [(line, s) for line, s in commitments if line.status in AGREED]
    again = {o.line.id: o.because for o in reckon((x for x, _ in agreed), years=how.years).omitted
             if o.why in STATED_AGAIN}  # fmt: skip
    promises = [_promised(line, again.get(line.id, "")) for line, _ in agreed]
    said = {s.id: choices[s.statement.origin_id] for _, s in agreed if s.statement.origin_id in choices}
    undecided = sum(line.stands and line.status not in AGREED for line, _ in commitments)
    return value_bid(promises, how, said), undecided


def _promised(line: Line, left_out: str) -> Promised:
    measures = tuple((str(m["framework"]), str(m["code"])) for m in line.entry.get("measures") or ())
    amount = line.amount
    return Promised(
        line.id, line.quote, line.document_id, line.document, place_in_words(line.entry.get("location") or {}),
        amount.minimum if amount else None, amount.unit if amount else "", (amount.per or "") if amount else "",
        measures, left_out,
    )  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
