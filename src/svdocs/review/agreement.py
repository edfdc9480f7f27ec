"""How far two readers agree, field by field, and what is left to a third."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from svdocs.learning.agreement import kappa
from svdocs.records.second_readings import Answered, SecondReadings, is_done
from svdocs.records.summaries import StatementRecord

FIELDS = ("type", "firmness", "theme", "measure", "verdict", "quantity")
"""What is compared. A type of ``none`` says that the passage states nothing of the kind."""


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """How far two readers agree on one field.

    Attributes:
        field: of `FIELDS`.
        statements: how many both answered.
        agreed: on how many both said the same.
        kappa: Cohen's, beyond chance; None where both always said the same one thing, so that chance explains all.
    """

    field: str
    statements: int
    agreed: int
    kappa: float | None

    @property
    def observed(self) -> float | None:
        """The share on which both said the same."""
        return self.agreed / self.statements if self.statements else None


def answer_of(record: StatementRecord, framework: str) -> dict[str, str]:
    """Return what the machine proposes of a statement, as an answer that a reader begins with."""
    entry = record.statement.record
    codes, measures = (entry.get("themes") or {}).get(framework) or [], entry.get("measures") or []
    return {
        "type": record.statement.type.value,
        "firmness": entry.get("firmness") or "",
        "theme": str(codes[0]["code"]) if codes else "",
        "measure": f"{measures[0]['framework']}:{measures[0]['code']}" if measures else "",
        "verdict": (entry.get("additionality") or {}).get("verdict") or "",
        "quantity": quantity_words(entry.get("quantity") or {}),
    }


def quantity_words(quantity: Mapping[str, Any]) -> str:
    """Return a quantity as readers write and compare it: bounds, unit, period.

    >>> quantity_words({"value": 8, "max": 10.0, "unit": "people", "per": "year"}), quantity_words({})
    ('8-10 people/year', '')
    >>> quantity_words({"value": 1_250_000.5, "unit": "gbp"}), quantity_words({"value": 5e6, "unit": "gbp"})
    ('1250000.5 gbp', '5000000 gbp')
    """
    if quantity.get("value") is None:
        return ""
    numbers = [f"{Decimal(str(n)).normalize():f}" for n in (quantity["value"], quantity.get("max")) if n is not None]
    per = f"/{quantity['per']}" if quantity.get("per") else ""
    return f"{'-'.join(numbers)} {quantity.get('unit') or ''}{per}".strip()


def agreement_of(answered: Sequence[Answered]) -> list[FieldAgreement]:
    """Return how far the readers agree by field; the other fields are asked only where both see a statement."""
    found = []
    for name in FIELDS:
        both = [a for a in answered if name == "type" or "none" not in (a.first.get("type"), a.second.get("type"))]
        pairs = [(_said(a.first, name), _said(a.second, name)) for a in both]
        found.append(FieldAgreement(name, len(pairs), sum(x == y for x, y in pairs), kappa(pairs)))
    return found


def _said(answer: Mapping[str, Any], name: str) -> str:
    return " ".join(str(answer.get(name) or "").split()).casefold()


def differs_in(answered: Answered) -> list[str]:
    """Return the fields in which two readers differ; where either sees no statement, that alone."""
    if "none" in (answered.first.get("type"), answered.second.get("type")):
        return [] if answered.first.get("type") == answered.second.get("type") else ["type"]
    return [n for n in FIELDS if _said(answered.first, n) != _said(answered.second, n)]


def to_settle(answered: Sequence[Answered]) -> list[Answered]:
    """Return the statements on which two readers differ and nobody has decided yet."""
    return [a for a in answered if differs_in(a) and a.record.decision is None]


def agreement_in(readings: SecondReadings, procurement_id: str) -> list[FieldAgreement]:
    """Return how far the readers of a procurement's documents agree, over all that both have read.

    Raises:
        NotFound: there is no such procurement.
    """
    done = [r for r in readings.readings_of(procurement_id) if is_done(r)]
    return agreement_of([a for r in done for a in readings.answered(r.id)])
