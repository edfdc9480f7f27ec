"""A procurement as an OCDS 1.1 release package, as far as the standard has fields for what the records hold.

What fits: the buyer, the procurement as a tender with value and contract period, the buyer's own documents, and the
bidders. What does not: statements, codes, verdicts and decisions, for which OCDS has neither a field nor an extension
that is part of the standard; they leave as JSON Lines, CSV or XLSX. Bids and baselines are the suppliers' own and are
named in no package.

Source: Open Contracting Data Standard 1.1.5, release package schema and release schema.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from svdocs.records.sheets import without_controls
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import DocumentKind, Procurement

VERSION = "1.1"
UNREGISTERED_PREFIX = "ocds-000000"
"""Stands where a publisher's own prefix belongs, which the Open Contracting Partnership registers."""
_NAMES = uuid.UUID("a3d5f0a2-7d0c-5d0e-9d3b-51b5b1e2d6f4")
_BIDS = frozenset({DocumentKind.bid, DocumentKind.case_study})


def release_package(procurements: Sequence[tuple[Procurement, Sequence[DocumentRecord]]], *,
                    prefix: str = UNREGISTERED_PREFIX) -> dict[str, Any]:  # fmt: skip
    """Return procurements with their documents as one release package; the same records give the same package.

    Args:
        procurements: each with its documents.
        prefix: of the publisher's ocids.
    """
    releases = [_release(procurement, documents, prefix) for procurement, documents in procurements]
    newest = max((r["date"] for r in releases), default=_shown(datetime.fromtimestamp(0, UTC)))
    content = " ".join(f"{r['ocid']} {r['id']}" for r in releases)
    publisher = next((p.buyer for p, _ in procurements if p.buyer), "")
    return {
        "uri": f"urn:uuid:{uuid.uuid5(_NAMES, content)}",
        "version": VERSION,
        "publishedDate": newest,
        "publisher": {"name": without_controls(publisher) or "unknown"},
        "releases": releases,
    }


def _release(procurement: Procurement, documents: Sequence[DocumentRecord], prefix: str) -> dict[str, Any]:
    date = _shown(max([procurement.added_at, *(d.document.added_at for d in documents)]))
    buyer = {"id": f"buyer-{_short(procurement.buyer)}", "name": without_controls(procurement.buyer)}
    bidders = {d.document.supplier_id: d.supplier for d in documents if d.supplier and d.document.kind in _BIDS}
    tenderers = [
        {"id": f"supplier-{supplier_id}", "name": without_controls(name)}
        for supplier_id, name in sorted(bidders.items(), key=lambda item: str(item[0]))
    ]
    ocid = f"{prefix}-{procurement.id}"
    return {
        "ocid": ocid,
        "id": f"{ocid}-{date}",
        "date": date,
        "tag": ["tender"],
        "initiationType": "tender",
        "language": "en",
        "parties": [
            {**buyer, "roles": ["buyer"]},
            *({**tenderer, "roles": ["tenderer"]} for tenderer in tenderers),
        ],
        "buyer": buyer,
        "tender": _tender(procurement, documents, tenderers),
    }


def _tender(procurement: Procurement, documents: Sequence[DocumentRecord],
            tenderers: Sequence[dict[str, Any]]) -> dict[str, Any]:  # fmt: skip
    tender: dict[str, Any] = {"id": procurement.id, "title": without_controls(procurement.title)}
    if procurement.value_gbp is not None:
        tender["value"] = {"amount": float(procurement.value_gbp), "currency": "GBP"}
    period = {
        name: f"{day.isoformat()}T00:00:00Z"
        for name, day in (("startDate", procurement.starts), ("endDate", procurement.ends))
        if day is not None
    }
    if period:
        tender["contractPeriod"] = period
    if tenderers:
        tender |= {"numberOfTenderers": len(tenderers), "tenderers": list(tenderers)}
    described = [_document(d) for d in documents if d.document.kind is DocumentKind.specification]
    if described:
        tender["documents"] = described
    return tender


def _document(record: DocumentRecord) -> dict[str, Any]:
    document = record.document
    return {
        "id": document.id,
        "documentType": "technicalSpecifications",
        "title": without_controls(document.name),
        "datePublished": _shown(document.added_at),
        "format": document.media_type,
    }


def _short(name: str) -> str:
    return str(uuid.uuid5(_NAMES, name))


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
