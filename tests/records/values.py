"""What tests of the records share: extraction records as plain values, and a clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def commitment(text: str = "We will take on five apprentices.", **fields: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": f"{text}{sorted(fields.items())}",
        "text": text,
        "location": {"page": 1, "boxes": [[72.0, 210.4, 523.1, 236.0]], "section": ["Social value"], "block": 4},
        "confidence": 0.97,
        "firmness": "firm",
        "quantity": {"value": 5, "max": None, "unit": "people", "per": None, "text": "five"},
        "due": {"date": "2028-03", "text": "by March 2028"},
        "place": {"text": "Thanet", "code": "E07000114"},
        "beneficiary": {"text": "residents"},
        "themes": {
            "nhs": [{"code": "tackling_economic_inequality", "score": 0.94}, {"code": "wellbeing", "score": 0.2}],
            "kcc": [],
        },
        "measures": [{"framework": "national-toms", "code": "NT10", "score": 0.91}],
        "category": "defined",
        "additionality": {
            "verdict": "additional",
            "confidence": 0.88,
            "reasons": [
                {
                    "code": "exceeds_baseline",
                    "text": "The report gives two a year.",
                    "evidence": {"document": "baseline-a.pdf", "page": 7, "text": "two a year"},
                }
            ],
        },
    }
    return entry | fields


def practice(text: str = "Every member of staff has two volunteering days a year.", **fields: Any) -> dict[str, Any]:
    return {"id": text, "text": text, "location": {"page": 2, "block": 9}, "confidence": 0.8, "themes": {}} | fields


def extraction_record(*commitments: dict[str, Any], version: str = "0.1.0", **fields: Any) -> dict[str, Any]:
    """An extraction record of a bid; `fields` stand in place of the lists or of parts of the document."""
    document = {"name": "bid-a.pdf", "sha256": "a" * 64, "media_type": "application/pdf", "kind": "bid", "pages": 12,
                "supplier": "Example Ltd", "ocr_pages": [], "reader": "pdf/1", "problems": [], "flags": []}  # fmt: skip
    lists = {"commitments": list(commitments), "deliveries": [], "practices": []}
    described = {name: fields.pop(name) for name in list(fields) if name in document}
    return {
        "schema": "svdocs.extraction/1",
        "document": document | described,
        "pipeline": {"version": version, "models": {"statements": "sha256:0"}},
        **lists,
        **fields,
    }


class Clock:
    """A clock that the test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
