"""What tests of the review share: lines of a register as plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from svdocs.records.tables import StatementStatus
from svdocs.review.lines import Amount, Line


def amount(minimum: str | int, unit: str = "people", per: str | None = None, most: str | int | None = None) -> Amount:
    return Amount(Decimal(minimum), Decimal(minimum if most is None else most), unit, per)


def line(key: str, text: str = "We will take on five apprentices.", of: Amount | None = None, **fields: Any) -> Line:
    """A proposed line of a narrative; `fields` stand in place of its own."""
    given: dict[str, Any] = {
        "id": key, "supplier": "Example Ltd", "document_id": "bid", "document": "bid.pdf", "type": "commitment",
        "status": StatementStatus.proposed, "text": text, "position": 0, "page": 1,
        "measure": ("national-toms", "NT10"), "amount": of or amount(5),
    } | fields  # fmt: skip
    given.setdefault("bid", given["supplier"])
    given.setdefault("quote", given["text"])
    return Line(**given)


def row(key: str, text: str, of: Amount, **fields: Any) -> Line:
    """A row of a calculator."""
    sheet = {"document_id": "sheet", "document": "calculator.xlsx", "in_sheet": True, "in_table": True, "page": None}
    return line(key, text, of, **{**sheet, "cell": f"Measures!C{key}", **fields})
