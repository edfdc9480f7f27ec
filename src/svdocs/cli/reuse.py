"""`svdocs reuse`: the same promise sold twice, wording shared between suppliers, sheets that contradict a narrative."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svdocs.cli.arguments import shown_records
from svdocs.cli.terminal import printable
from svdocs.errors import UsageError

if TYPE_CHECKING:
    from svdocs.additionality.reuse import Promise

SHOWN_LETTERS = 90


def reuse(
    records: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files of extraction records (JSON Lines); without any, the records kept.", show_default=False
        ),
    ] = None,
    supplier: Annotated[str | None, typer.Option(help="Only what concerns this supplier.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines instead of text.")] = False,
) -> int:
    """Show promises sold twice, wording that suppliers share, and totals that a bid's own sheet contradicts."""
    from svdocs.additionality.reuse import find_disagreements, find_shared_texts, find_sold_twice

    promises = [p for line in _lines(records or []) if (p := promise_of(line)) is not None]
    found: list[dict[str, Any]] = [
        *({"kind": "sold_twice", "supplier": s.supplier, "suppliers": [s.supplier], "promises": s.promises}
          for s in find_sold_twice(promises)),
        *({"kind": "shared_wording", "supplier": None, "suppliers": list(s.suppliers), "promises": s.promises}
          for s in find_shared_texts(promises)),
        *({"kind": "sheet_disagrees", "supplier": d.supplier, "suppliers": [d.supplier], "measure": d.measure,
           "unit": d.unit, "narrative": d.narrative, "sheet": d.sheet, "promises": d.promises}
          for d in find_disagreements(promises)),
    ]  # fmt: skip
    for item in found:
        if supplier is None or supplier.casefold() in (s.casefold() for s in item["suppliers"]):
            _print(item, as_json)
    return 0


def _lines(files: list[Path]) -> Iterator[dict[str, Any]]:
    """Yield commitments with the document that states them, from files or from the records."""
    for file in files:
        if not file.is_file():
            raise UsageError(f"{file}: there is no such file; give extraction records as `svdocs extract` writes them.")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                record = json.loads(line) if line.strip() else {}
            except ValueError:
                raise UsageError(f"{file}: line {number} is no JSON; give the output of `svdocs extract`.") from None
            for item in record.get("commitments") or []:
                yield {"document": record.get("document") or {}, "procurement": {}, **item}
    if not files:
        from svdocs.records.tables import STANDS

        with shown_records() as store:
            yield from (x for x in store.export_statements() if x["type"] == "commitment" and x["status"] in STANDS)


def promise_of(line: Mapping[str, Any]) -> Promise | None:
    """Return a commitment as it is compared; None where nobody knows whose it is."""
    from svdocs.additionality.reuse import Promise

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


def _print(item: dict[str, Any], as_json: bool) -> None:
    promises = [
        {"id": p.key, "bid": p.bid, "supplier": p.supplier, "page": p.page, "text": p.text} for p in item["promises"]
    ]
    if as_json:
        print(json.dumps(item | {"promises": promises}, ensure_ascii=False))
        return
    told = {
        "sold_twice": "The same promise in several bids of {who}: same quantity, place and time.",
        "shared_wording": "Wording shared by {who}; flagged, not judged.",
        "sheet_disagrees": "{who}: the narrative and the sheet disagree over {what}.",
    }[item["kind"]]
    what = ""
    if "measure" in item:
        what = f"{item['measure']} ({item['narrative']:g} against {item['sheet']:g} {item['unit']})"
    print(told.format(who=", ".join(item["suppliers"]), what=what))
    for p in promises:
        page = f", page {p['page']}" if p["page"] else ""
        print(f"  {p['bid'][:24]}{page}: {printable(p['text'][:SHOWN_LETTERS])}")
