"""The verdict on a commitment: would it have happened anyway? With reasons, and for each the passage it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from svdocs.text.document import Span


class Verdict(StrEnum):
    """What a commitment adds, against the specification, the law and what the supplier does already."""

    additional = "additional"
    standard_operations = "standard_operations"
    statutory_duty = "statutory_duty"
    contract_requirement = "contract_requirement"
    unclear = "unclear"


class Category(StrEnum):
    """Kent County Council's axis: asked for in the procurement documents, or offered beyond them."""

    defined = "defined"
    additional = "additional"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passage that a reason rests on. `document` is its name; `span` its place in that document's text."""

    document: str
    text: str
    page: int | None = None
    block: int | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict was given: a code, a sentence for a person, and the passage it rests on, if any."""

    code: str
    text: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Degree:
    """How much of a commitment is new: an increase over a baseline is additional for the increase alone.

    Attributes:
        baseline: the level that there is anyway.
        increment: how much more is promised; 0 if all stays as it is, negative if it is less.
        unit, per: what both count, as in the commitment's quantity; None where its words do not tell.
        stated: whether the commitment's own words give both, or the baseline was found in another passage.
        evidence: that passage.
    """

    baseline: float | None
    increment: float
    unit: str | None = None
    per: str | None = None
    stated: bool = True
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict with its confidence and reasons, how much is new, and the commitment's category."""

    verdict: Verdict
    confidence: float
    reasons: tuple[Reason, ...]
    category: Category
    category_confidence: float
    degree: Degree | None = None
