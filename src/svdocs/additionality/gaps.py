"""What a commitment leaves open, and for each gap the question to put to the supplier, in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from svdocs.additionality.signals import Signal, find_cues
from svdocs.additionality.verdict import Assessment
from svdocs.statements.statement import Firmness, Statement, Unit


class Gap(StrEnum):
    """What a commitment must state before its delivery can be checked."""

    number = "number"
    unit = "unit"
    date = "date"
    place = "place"
    beneficiary = "beneficiary"
    owner = "owner"
    """Who answers for it."""
    evidence = "evidence"
    """How it will be shown that it was done."""
    contract_link = "contract_link"
    """That it happens because of this contract."""
    firmness = "firmness"
    """That it is a promise, and not a hope."""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A gap in a commitment with the question that would close it."""

    gap: Gap
    question: str


_ABOUT_WORDS = 14
_PROOF = re.compile(
    r"\b(?:report\w*|evidence\w*|record\w*|audit\w*|certificat\w*|measur\w*|monitor\w*|verif\w*|register\w*|"
    r"payslips?|"
    r"invoices?|survey\w*|logged|timesheets?|receipts?|review\w*|KPIs?|dashboards?|return of)\b",
    re.I,
)
_OWNER = re.compile(
    r"\b(?:manager|director|co-?ordinator|lead|leads|champion|officer|owner|responsible|headteacher|supervis\w+|"
    r"overseen|run by|led by|trustees?|partner)\b",
    re.I,
)
_BARE_NUMBER = re.compile(r"(?<![\w.£/-])\d[\d,]*(?:\.\d+)?(?![\w%./-])")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_UNIT_QUESTIONS = {
    Unit.people: "how many people",
    Unit.fte: "how many full-time posts",
    Unit.hours: "how many hours",
    Unit.gbp: "how many pounds",
}


def find_gaps(commitment: Statement, assessment: Assessment | None = None) -> tuple[OpenPoint, ...]:
    """Return what the commitment leaves open, in the order in which a contract would need it.

    Args:
        commitment: as found in the bid.
        assessment: its additionality, where known; a doubtful link to the contract is then a gap as well.
    """
    text = " ".join((commitment.passage.introduction, " ".join(commitment.passage.header), commitment.focus)).strip()
    about = quote_start(commitment.focus or commitment.passage.text)
    return tuple(OpenPoint(gap, _question(gap, about, commitment)) for gap in _missing(commitment, text, assessment))


def quote_start(text: str) -> str:
    """Return the first words of a commitment, for use in a question.

    >>> quote_start("We will give 40 hours.")
    'We will give 40 hours'
    """
    words = text.split()
    start = " ".join(words[:_ABOUT_WORDS]).rstrip(".,;:")
    return start + ("…" if len(words) > _ABOUT_WORDS else "")


def _missing(commitment: Statement, text: str, assessment: Assessment | None) -> Iterable[Gap]:
    signals = {c.signal for c in find_cues(text)}
    if commitment.quantity is None:
        yield Gap.unit if _BARE_NUMBER.search(_YEAR.sub("", commitment.focus)) else Gap.number
    if commitment.due is None:
        yield Gap.date
    if commitment.place is None:
        yield Gap.place
    if commitment.beneficiary is None:
        yield Gap.beneficiary
    if not _OWNER.search(text):
        yield Gap.owner
    if not _PROOF.search(text):
        yield Gap.evidence
    doubtful = assessment is not None and any(r.code in _UNLINKED for r in assessment.reasons)
    if doubtful or Signal.group in signals or not (Signal.contract in signals or commitment.place):
        yield Gap.contract_link
    if commitment.firmness in (Firmness.aspirational, Firmness.conditional):
        yield Gap.firmness


_UNLINKED = frozenset({"group_figure", "no_link", "needs_contract"})


def _question(gap: Gap, about: str, commitment: Statement) -> str:
    if gap is Gap.number:
        return f"You write “{about}”. How much of it will you deliver over this contract? Please give one number."
    if gap is Gap.unit:
        return f"You write “{about}”. What does the number count: people, hours, pounds or something else?"
    if gap is Gap.date:
        return f"You write “{about}”. By what date will it be done, or in which years of the contract?"
    if gap is Gap.place:
        return f"You write “{about}”. In which town, ward or district will it take place?"
    if gap is Gap.beneficiary:
        return f"You write “{about}”. Who will gain from it, and how will you choose them?"
    if gap is Gap.owner:
        return f"You write “{about}”. Who in your organisation will answer for it?"
    if gap is Gap.evidence:
        return f"You write “{about}”. What will you show us as proof that it was done, and how often?"
    if gap is Gap.contract_link:
        return f"You write “{about}”. {_share_question(commitment)}"
    if commitment.firmness is Firmness.conditional:
        return f"You write “{about}”. What will you deliver if the condition is not met?"
    return f"You write “{about}”. Is that a firm promise? If so, please word it with “we will”."


def _share_question(commitment: Statement) -> str:
    count = _UNIT_QUESTIONS.get(commitment.quantity.unit, "how much") if commitment.quantity else "how much"
    return f"Of this, {count} will there be only because of this contract, and what would happen without it?"
