"""What becomes of a second reading: what both say alike is decided, and a third person decides the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from svdocs.errors import NotAllowed, NotFound, UsageError
from svdocs.records.second_readings import Answered, SecondReadings
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Decision, DecisionAction
from svdocs.review.agreement import answer_of, differs_in, quantity_words, to_settle
from svdocs.statements.statement import Per, Unit

_QUANTITY = re.compile(r"(\d[\d,.]*?)(?:\s*(?:-|–|to)\s*(\d[\d,.]*?))?\s+([a-z0-9]+)(?:\s*/\s*([a-z]+))?", re.I)


def read_quantity(words: str) -> dict[str, Any] | None:
    """Return a quantity as readers write it, in the extraction record's form; None for none.

    Raises:
        UsageError: the words are none.

    >>> read_quantity("8-10 people/year")
    {'value': 8.0, 'max': 10.0, 'unit': 'people', 'per': 'year'}
    >>> read_quantity(" ") is None
    True
    """
    if not words.strip():
        return None
    found = _QUANTITY.fullmatch(words.strip())
    if found is None or found[3].lower() not in set(Unit) or (found[4] and found[4].lower() not in set(Per)):
        raise UsageError(
            f"{words[:60]!r} is no quantity; write it as 8-10 people/year, with a unit such as gbp or hours."
        )
    try:
        value, most = (float(n.replace(",", "")) if n else None for n in (found[1], found[2]))
    except ValueError:
        raise UsageError(f"{words[:60]!r} has no number that can be read; write it as 1200 or 1,200.") from None
    return {"value": value, "max": most, "unit": found[3].lower(), "per": found[4].lower() if found[4] else None}


def check_answer(answer: Mapping[str, str]) -> dict[str, str]:
    """Return an answer as it is kept: its quantity written in the one way in which two answers are compared.

    Raises:
        UsageError: its quantity or measure cannot be read.

    >>> check_answer({"type": "commitment", "quantity": "1,200 to 1500  hours / year"})
    {'type': 'commitment', 'quantity': '1200-1500 hours/year'}
    """
    kept = {name: " ".join(str(value).split()) for name, value in answer.items()}
    if kept.get("quantity"):
        kept["quantity"] = quantity_words(read_quantity(kept["quantity"]) or {})
    if kept.get("measure") and not all(kept["measure"].partition(":")):
        raise UsageError(f"{kept['measure'][:60]!r} is no measure; write it as national-toms:NT10.")
    return kept


def decision_for(record: StatementRecord, answer: Mapping[str, str],
                 framework: str) -> tuple[DecisionAction, dict[str, Any]]:  # fmt: skip
    """Return the decision that an answer amounts to: what it sets otherwise than the machine proposes."""
    if answer.get("type") == "none":
        return DecisionAction.reject, {}
    proposed = answer_of(record, framework)
    changes: dict[str, Any] = {}
    for name in ("type", "firmness", "verdict"):
        if answer.get(name) and answer[name] != proposed[name]:
            changes[name] = answer[name]
    if answer.get("theme", "") != proposed["theme"]:
        changes["themes"] = {framework: [answer["theme"]] if answer.get("theme") else []}
    if answer.get("measure", "") != proposed["measure"]:
        of, _, code = answer.get("measure", "").partition(":")
        changes["measures"] = [{"framework": of, "code": code}] if code else []
    if answer.get("quantity", "") != proposed["quantity"]:
        changes["quantity"] = read_quantity(answer.get("quantity", ""))
    return (DecisionAction.amend, changes) if changes else (DecisionAction.accept, {})


def take_agreed(store: Store, readings: SecondReadings, reading_id: str, framework: str) -> list[Decision]:
    """Return the decisions by which what both readers said alike stands, in both their names.

    Raises:
        NotFound: there is no such reading.
    """
    reading = readings.reading(reading_id)
    made = []
    for answered in readings.answered(reading_id):
        if not differs_in(answered) and answered.record.decision is None:
            action, changes = decision_for(answered.record, answered.first, framework)
            made.append(store.decide(
                answered.record.id, action=action, person=f"{reading.first} and {reading.second}",
                reason="Both readers of a second reading say so.", changes=changes or None, seen=0,
            ))  # fmt: skip
    return made


def settle(store: Store, readings: SecondReadings, reading_id: str, statement_id: str, *, side: str, person: str,
           reason: str, framework: str) -> Decision:  # fmt: skip
    """Return the decision by which a third person takes what one of two readers said.

    Args:
        store: as the person may see it.
        readings: likewise.
        reading_id: the reading.
        statement_id: on which the two differ.
        side: ``first`` or ``second``.
        person: who decides.
        reason: why.
        framework: whose theme was asked for.

    Raises:
        NotFound: they do not differ on this statement, or somebody has decided.
        NotAllowed: the person is one of the readers, or they are not done.
        UsageError: another side.
    """
    if not readings.may_settle(readings.reading(reading_id)):
        raise NotAllowed("A third person decides once both readers are done.")
    if side not in ("first", "second"):
        raise UsageError("Choose what the first or the second reader said.")
    open_ = {a.record.id: a for a in to_settle(readings.answered(reading_id))}
    if statement_id not in open_:
        raise NotFound("The readers do not differ on this statement, or somebody has decided already.")
    answered: Answered = open_[statement_id]
    answer = answered.first if side == "first" else answered.second
    action, changes = decision_for(answered.record, answer, framework)
    return store.decide(statement_id, action=action, person=person, reason=reason, changes=changes or None, seen=0)
