"""A procurement of several bids, each with some commitments of all sorts, for pages and measurements."""

from __future__ import annotations

from typing import Any

from svdocs.records.store import Store
from tests.records.values import extraction_record

SUPPLIERS = (
    "Ashford Lighting Ltd",
    "Brightway Community Interest Company",
    "Coastal Works",
    "Downs & Sons",
    "Evergreen",
)
_KINDS = (
    ("We will take on {n} apprentices from {place} by March 2028.", "people", "NT10", "employer", "additional"),
    ("Our staff will give {n} hours a year to schools in {place}.", "hours", "NT8", "community", "standard_operations"),
    ("We will spend £{n},000 with small firms in {place}.", "gbp", "NT18", "economy", "unclear"),
    ("We will plant {n} trees in {place}.", "trees", "NT31", "community", "additional"),
    ("We aim to support people who face barriers in {place}.", None, None, "community", "unclear"),
)
_PLACES = ("Swale", "Dover", "Thanet", "Maidstone")


def fill_market(store: Store, bids: int = 5, each: int = 40) -> str:
    """Return the procurement of bids with a calculator each, all read."""
    procurement = store.add_procurement("School meals 2027", "Kent County Council").id
    for b, supplier in enumerate(SUPPLIERS[:bids]):
        entries = [_commitment(b, i) for i in range(each)]
        _read(store, procurement, supplier, f"bid-{b}.pdf", b, entries)
        rows = [_row(e, i) for i, e in enumerate(entries[:4]) if e["quantity"]]
        _read(store, procurement, supplier, f"calculator-{b}.xlsx", b + 50, rows)
    return procurement


def _commitment(b: int, i: int) -> dict[str, Any]:
    words, unit, measure, theme, verdict = _KINDS[(i + b) % len(_KINDS)]
    n, place = 3 + (i * 7 + b * 3) % 40, _PLACES[(i // 5) % len(_PLACES)]
    value = n * 1000 if unit == "gbp" else n
    quantity = (
        {"value": value, "unit": unit, "per": "year" if unit == "hours" else None, "text": str(n)} if unit else None
    )
    top = 80 + 15.0 * (i % 8)
    return {
        "id": f"{b}-{i}", "text": words.format(n=n, place=place), "focus": None,
        "location": {"page": 1 + i // 8, "block": i, "boxes": [[72.0, top, 500.0, top + 12]]},
        "confidence": 0.99 - (i % 9) * 0.05, "firmness": "firm" if unit else "aspirational",
        "firmness_confidence": 0.9, "quantity": quantity, "due": None, "place": {"text": place, "code": None},
        "beneficiary": None, "themes": {"kcc": [{"code": theme, "score": 0.8}], "svm-2025": []},
        "measures": [{"framework": "national-toms", "code": measure, "score": 0.8}] if measure else [],
        "category": "defined", "additionality": {"verdict": verdict, "confidence": 0.7, "reasons": []},
    }  # fmt: skip


def _row(entry: dict[str, Any], i: int) -> dict[str, Any]:
    value = entry["quantity"]["value"]
    return entry | {"id": f"row{i}", "text": f"{entry['measures'][0]['code']} | {value}",
                    "location": {"page": None, "cell": f"Measures!C{i + 2}"}, "place": None}  # fmt: skip


def _read(store: Store, procurement: str, supplier: str, name: str, digit: int, entries: list[dict[str, Any]]) -> None:
    document = store.add_document(procurement, name=name, kind="bid", supplier=supplier, sha256=f"{digit:064d}",
                                  media_type="application/pdf", size=3)  # fmt: skip
    store.publish_run(document.id, extraction_record(*entries), 1)
