"""Exported commitments as promises that can be compared, and what is found among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from svdocs.additionality.reuse import Promise, find_disagreements, find_shared_texts, find_sold_twice


def promise_of(line: Mapping[str, Any]) -> Promise | None:
    """Return a commitment as it is compared; None where nobody knows whose it is."""
    document, location = line["document"], line.get("location") or {}
    if not document.get("supplier"):
        return None
    quantity, measures = line.get("quantity") or {}, line.get("measures") or []
    return Promise(
        key=str(line.get("statement_id") or line.get("id")),
        text=line["text"],
        supplier=document["supplier"],
        bid=str(document.get("id") or document.get("sha256") or document.get("name")),
        procurement=str((line.get("procurement") or {}).get("id") or ""),
        value=quantity.get("value"),
        unit=quantity.get("unit"),
        per=quantity.get("per"),
        place=(line.get("place") or {}).get("text"),
        due=(line.get("due") or {}).get("date") or (line.get("due") or {}).get("text"),
        measure=measures[0]["code"] if measures else None,
        in_sheet=bool(location.get("cell")),
        page=location.get("page"),
    )


def find_reuse(promises: Iterable[Promise]) -> list[dict[str, Any]]:
    """Return promises sold twice, wording that suppliers share, and totals that a bid's own sheet contradicts.

    Each has its `kind`, the one `supplier` that it is about or None, all `suppliers`, and its `promises`.
    """
    given = list(promises)
    return [
        *({"kind": "sold_twice", "supplier": s.supplier, "suppliers": [s.supplier], "promises": s.promises}
          for s in find_sold_twice(given)),
        *({"kind": "shared_wording", "supplier": None, "suppliers": list(s.suppliers), "promises": s.promises}
          for s in find_shared_texts(given)),
        *({"kind": "sheet_disagrees", "supplier": d.supplier, "suppliers": [d.supplier], "measure": d.measure,
           "unit": d.unit, "narrative": d.narrative, "sheet": d.sheet, "promises": d.promises}
          for d in find_disagreements(given)),
    ]  # fmt: skip
