"""`svdocs reuse`: the same promise sold twice, wording shared between suppliers, sheets that contradict a narrative."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from svdocs.cli.arguments import shown_records
from svdocs.cli.terminal import printable
from svdocs.errors import UsageError

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
    from svdocs.records.reusing import find_reuse, promise_of

    found = find_reuse(p for line in _lines(records or []) if (p := promise_of(line)) is not None)
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
