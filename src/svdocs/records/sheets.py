"""Exported statements as rows of a table, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

BYTE_ORDER_MARK = "\ufeff"
"""Written first, so that spreadsheets take the file for UTF-8."""

_BEGINS_A_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[\t\r\n\0=+\-@＝＋－＠﹢﹣﹦﹫]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def safe_cell(value: object) -> str:
    """Return a value as it may stand in a cell: text from a document never begins a formula, and holds no controls.

    Numbers are left as they are, a minus sign included, so that they can be reckoned with.

    >>> safe_cell("=1+1"), safe_cell("  -2"), safe_cell(-2), safe_cell(None), safe_cell("a = b")
    ("'=1+1", "'  -2", '-2', '', 'a = b')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    clean = without_controls(text)
    return f"'{clean}" if _BEGINS_A_FORMULA.match(text) or _BEGINS_A_FORMULA.match(clean) else clean


def without_controls(text: str) -> str:
    """Return a text with a visible mark in place of each control character and lone half of a character pair.

    >>> without_controls("a\\x00b")
    'a\N{REPLACEMENT CHARACTER}b'
    """
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def columns_of(frameworks: Sequence[str]) -> list[str]:
    """Return the names of the columns, in order."""
    return list(row_of(_NOTHING, frameworks))


def row_of(line: Mapping[str, Any], frameworks: Sequence[str]) -> dict[str, Any]:
    """Return an exported statement as the cells of one row, in the order of the columns.

    Args:
        line: as `Store.export_statements` yields it.
        frameworks: those whose best theme has a column.
    """
    location, quantity = line.get("location") or {}, line.get("quantity") or {}
    due, judged, decision = line.get("due") or {}, line.get("additionality") or {}, line.get("decision") or {}
    return {
        "procurement": line["procurement"]["title"],
        "buyer": line["procurement"]["buyer"],
        "document": line["document"]["name"],
        "kind": line["document"]["kind"],
        "supplier": line["document"]["supplier"],
        "type": line["type"],
        "status": line["status"],
        "text": line["text"],
        "page": location.get("page"),
        "block": location.get("block"),
        "cell": location.get("cell"),
        "section": " > ".join(location.get("section") or []),
        "confidence": line.get("confidence"),
        "firmness": line.get("firmness"),
        "quantity": quantity.get("value"),
        "quantity_max": quantity.get("max"),
        "unit": quantity.get("unit"),
        "per": quantity.get("per"),
        "due": due.get("date") or due.get("text"),
        "place": (line.get("place") or {}).get("text"),
        "beneficiary": (line.get("beneficiary") or {}).get("text"),
        "category": line.get("category"),
        "verdict": judged.get("verdict"),
        "reasons": " ".join(reason["text"] for reason in judged.get("reasons") or []),
        **{f"theme_{framework}": _best_theme(line, framework) for framework in frameworks},
        "measures": "; ".join(f"{m['framework']} {m['code']}" for m in line.get("measures") or []),
        "decided_by": decision.get("person"),
        "decided_at": decision.get("decided_at"),
        "decision_reason": decision.get("reason"),
        "proposal_changed_since": decision.get("proposal_changed_since"),
        "statement_id": line["statement_id"],
        "document_sha256": line["document"]["sha256"],
        "pipeline_version": line["run"]["pipeline_version"],
    }


def _best_theme(line: Mapping[str, Any], framework: str) -> str | None:
    codes = (line.get("themes") or {}).get(framework) or []
    return codes[0]["code"] if codes else None


def write_csv(lines: Iterable[Mapping[str, Any]], frameworks: Sequence[str], out: TextIO) -> int:
    """Write exported statements as CSV (RFC 4180, every cell in quotation marks) and return how many there were.

    `out` is opened with ``newline=""`` and UTF-8; the byte order mark is written here.
    """
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns_of(frameworks))
    count = 0
    for line in lines:
        writer.writerow([safe_cell(cell) for cell in row_of(line, frameworks).values()])
        count += 1
    return count


_NOTHING: dict[str, Any] = {
    "procurement": {"title": "", "buyer": ""},
    "document": {"name": "", "kind": "", "supplier": "", "sha256": ""},
    "run": {"pipeline_version": ""},
    "type": "",
    "status": "",
    "text": "",
    "statement_id": "",
}
"""A line without a statement, from which the column names are read."""
