"""What waits for a person in a procurement, in the order in which it is best looked at.

First what somebody was not sure of, then decisions that lost their statement, documents that could not be read whole,
statements that a newer run proposes otherwise than they were decided, and then what nobody has decided on: by doubt, or
by what is at stake. The order hangs on the records alone, so it is the same for everybody and after each reload.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from svdocs.records.decisions import Decisions
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import Decision, DocumentKind, DocumentState, StatementStatus
from svdocs.review.lines import Line, line_of
from svdocs.review.register import DEFAULT_FRAMEWORK

KINDS = frozenset({DocumentKind.bid, DocumentKind.case_study})
"""Documents whose statements people decide on."""
OF_MONEY_OR_PEOPLE = frozenset({"gbp", "people", "fte", "hours", "days"})
OTHER_WEIGHT = Decimal("0.5")
"""What an amount in another unit weighs beside one of money or people."""


class Waiting(StrEnum):
    """Why something waits; in the order in which it is looked at."""

    unsure = "unsure"
    """Somebody looked and could not say."""
    lost = "lost"
    """A person's decision whose statement is no longer found."""
    unread = "unread"
    """A document that could not be read whole."""
    changed = "changed"
    """A newer run proposes something else than what was decided on."""
    undecided = "undecided"
    """Nobody has decided."""


class Order(StrEnum):
    """By what undecided statements are ordered."""

    doubt = "doubt"
    stake = "stake"


@dataclass(frozen=True, slots=True)
class Doubt:
    """How likely it is that something in a proposal is wrong, 0 to 1, and how likely each part is right."""

    whole: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits for a person.

    Attributes:
        why: it waits.
        document: which it is about.
        line: the statement, as it was decided; None for a document.
        doubt: of the proposal.
        stake: 0 to 1, the amount beside the largest of its unit in the procurement; less where it is neither money nor
            people, and 0 without an amount.
        decision: that lost its statement.
    """

    why: Waiting
    document: DocumentRecord
    line: Line | None = None
    doubt: Doubt = Doubt(0.0, {})
    stake: Decimal = Decimal()
    decision: Decision | None = None

    @property
    def id(self) -> str:
        """Of the statement or document."""
        return self.line.id if self.line else self.document.id


def doubt_of(record: StatementRecord, framework: str = DEFAULT_FRAMEWORK) -> Doubt:
    """Return how likely it is that something in a statement's proposal is wrong, from the models' own probabilities.

    The parts are taken as independent, so the whole is what remains of certainty when all are right together.
    """
    entry = record.statement.record
    parts = {"type": float(entry.get("confidence", record.statement.confidence))}
    strength = _probability(entry.get("firmness_confidence"))
    if strength is not None:
        parts["firmness"] = strength
    codes = (entry.get("themes") or {}).get(framework) or []
    measures = entry.get("measures") or []
    judged = entry.get("additionality") or {}
    for name, value in (
        ("theme", codes[0].get("score") if codes else None),
        ("measure", measures[0].get("score") if measures else None),
        ("verdict", judged.get("confidence")),
    ):
        probability = _probability(value)
        if probability is not None:
            parts[name] = probability
    certain = 1.0
    for probability in parts.values():
        certain *= probability
    return Doubt(round(1 - certain, 6), parts)


def _probability(value: Any) -> float | None:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else None


def queue_of(store: Store, procurement_id: str, *, order: Order = Order.doubt,
             framework: str = DEFAULT_FRAMEWORK) -> list[Waits]:  # fmt: skip
    """Return what waits for a person in a procurement.

    Args:
        store: as the reader may see it.
        procurement_id: which.
        order: of the statements that nobody has decided on.
        framework: whose themes are doubted.

    Raises:
        NotFound: there is no such procurement.
    """
    documents = {d.id: d for d in store.documents_of(procurement_id)}
    found = [Waits(Waiting.unread, d) for d in documents.values() if d.document.state is DocumentState.needs_person]
    statements = store.statements_in(procurement_id)
    read = [(d, s) for d in documents.values() if d.document.kind in KINDS for s in statements.get(d.id, ())]
    lines = {s.id: line_of(d, s) for d, s in read}
    largest = _largest(lines.values())
    for document, record in read:
        why = _why(record)
        if why is not None:
            line = lines[record.id]
            found.append(Waits(why, document, line, doubt_of(record, framework), stake_of(line, largest)))
    for decision, record in Decisions(store).lost(procurement_id):
        document = documents[record.statement.document_id]
        found.append(Waits(Waiting.lost, document, line_of(document, record), decision=decision))
    ranks = list(Waiting)
    return sorted(found, key=lambda w: (ranks.index(w.why), *_weight(w, order), _place(w)))


def _why(record: StatementRecord) -> Waiting | None:
    if record.status is StatementStatus.unsure:
        return Waiting.unsure
    if record.status is StatementStatus.proposed:
        return Waiting.undecided
    return Waiting.changed if record.stands and record.changed_since_decision else None


def _weight(waits: Waits, order: Order) -> tuple[float, float]:
    doubt, stake = -waits.doubt.whole, -float(waits.stake)
    return (doubt, stake) if order is Order.doubt else (stake, doubt)


def _place(waits: Waits) -> tuple[str, str, str, int, str]:
    supplier = (waits.document.supplier or "").casefold()
    return (supplier, waits.document.document.name, waits.document.id, waits.line.position if waits.line else -1,
            waits.id)  # fmt: skip


def _largest(lines: Iterable[Line]) -> dict[str, Decimal]:
    """Return the largest amount of each unit."""
    largest: dict[str, Decimal] = {}
    for line in lines:
        if line.amount is not None:
            largest[line.amount.unit] = max(largest.get(line.amount.unit, Decimal()), line.amount.maximum)
    return largest


def stake_of(line: Line, largest: Mapping[str, Decimal]) -> Decimal:
    """Return how much is at stake in a line, 0 to 1, beside the largest amount of its unit."""
    if line.amount is None or not largest.get(line.amount.unit):
        return Decimal()
    share = max(line.amount.maximum, Decimal()) / largest[line.amount.unit]
    return share if line.amount.unit in OF_MONEY_OR_PEOPLE else share * OTHER_WEIGHT


def count_waiting(queue: Sequence[Waits]) -> dict[Waiting, int]:
    """Return how many wait for each reason, those that none waits for left out."""
    return {why: count for why in Waiting if (count := sum(w.why is why for w in queue))}
