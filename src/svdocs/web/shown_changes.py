"""What was set of a contract after it was made, in the words of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from svdocs.records.delivery_tables import ContractChange
from svdocs.statements.in_words import money_in_words
from svdocs.web.wording import day, when

FIELDS = {
    "starts": "First day",
    "ends": "Last day",
    "value_gbp": "Value",
    "department": "Department",
    "manager": "Contract manager",
    "social_value_mandatory": "Social value mandatory",
    "owner": "who answers for it",
    "evidence_asked": "evidence asked for",
    "may_publish": "may be published",
}
"""The words for what may be set; the id of an account is none of them, as its name stands beside it."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field that was set: what it is, what stood before and since, by whom and when, and why."""

    what: str
    before: str
    since: str
    by: str
    why: str


def show_changes(changes: Iterable[ContractChange], numbers: Mapping[str, int]) -> list[ShownChange]:
    """Return the changes, newest first.

    Args:
        changes: oldest first.
        numbers: those of the promises in the schedule, by their ids.
    """
    shown = []
    for change in changes:
        about = f"Promise {numbers.get(change.commitment_id, '')}: " if change.commitment_id else ""
        about = "Case study: " if change.case_study_id else about
        shown += [
            ShownChange(about + FIELDS[field], value_in_words(field, change.before.get(field)),
                        value_in_words(field, value), f"{change.person}, {when(change.at)}", change.because)
            for field, value in change.after.items()
            if field in FIELDS
        ]  # fmt: skip
    return shown[::-1]


def value_in_words(field: str, value: Any) -> str:
    """Return the value of a field as people write it.

    >>> value_in_words("ends", "2029-03-31"), value_in_words("value_gbp", "250000.5")
    ('31 March 2029', '£250,000.50')
    >>> value_in_words("department", ""), value_in_words("may_publish", None), value_in_words("may_publish", False)
    ('Not said', 'Not said', 'No')
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if not value:
        return "Not said"
    if field in ("starts", "ends"):
        return day(date.fromisoformat(value))
    return money_in_words(Decimal(value)) if field == "value_gbp" else str(value)
