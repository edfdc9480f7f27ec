"""The buyer's documents, passage by passage: what the service requires, what is asked as social value, the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Passage
from svdocs.text.document import Document


class Role(StrEnum):
    """What a passage of a specification asks for."""

    service = "service"
    """A requirement of the service itself, paid for in the price."""
    social_value = "social_value"
    """What is asked as social value."""
    other = "other"
    """Background, scoring, definitions, administration."""


@dataclass(frozen=True, slots=True)
class SpecificationPassage:
    """A passage of the buyer's documents with its role."""

    document: Document
    passage: Passage
    role: Role


_SOCIAL = re.compile(
    r"social value|\bSV ?\d|\bTOMs?\b|community benefits?|wider benefits?|defined (?:requirements?|"
    r"commitments?|themes?)|model award criteri|"
    r"\bMAC ?\d|themes?,? outcomes|added value question|net zero and social|sustainability question",
    re.I,
)
_SERVICE_HEADING = re.compile(
    r"service requirement|services? to be provided|(?:what|which) the \w+ (?:must|shall|will) (?:do|deliver|"
    r"provide)|part of the (?:service|works?)|"
    r"specification of|requirements? of the (?:service|works?)|scope(?: of)?|statement of requirements?|"
    r"requirements?\b|the (?:service|works?)\b|standards?\b|"
    r"service (?:levels?|delivery|standards?|description|specification)|mandatory|performance|technical|"
    r"delivery of the|obligations?",
    re.I,
)
_BACKGROUND_HEADING = re.compile(
    r"background|introduction|about (?:the|us)|overview|definitions?|evaluation|scoring|award criteria|"
    r"how (?:to|we) (?:respond|score|apply)|timetable|instructions|"
    r"glossary|price|pricing|terms|contract (?:value|term|period)|the contract\b|weighting|monitoring|reporting",
    re.I,
)
_MUST = re.compile(
    r"\b(?:shall|must|will be required|(?:is|are) (?:required )?to (?!respond|describe|state|say|set out)|"
    r"may not|will (?:provide|deliver|ensure|maintain|operate|be (?:provided|"
    r"delivered|held|paid|given|served|made|kept|open|offered|contacted|available))|needs? to|(?:is|"
    r"are) expected to|no \w+ (?:may|shall|is to)|"
    r"at least|no (?:fewer|less) than|required)\b",
    re.I,
)
_ADMINISTRATION = re.compile(
    r"\b(?:scor(?:e|es|ed|ing)|weight(?:ing|ed)?|marks?|evaluat(?:e|ed|ion)|written in(?:to| to) the contract|"
    r"reviewed (?:each|every|quarterly|annually)|"
    r"shortfalls?|deduct\w*|recovered|tenderers? (?:shall|should|must) (?:state|describe|attach)|"
    r"bidders? (?:shall|should|must) (?:state|describe|attach|answer)|"
    r"baseline document|word limit|pages?\b|proxy value|means?\b|maximum of \d+ words|"
    r"per ?cent of (?:the )?(?:quality|marks)|other social value may be offered|"
    r"may offer other)\b",
    re.I,
)
_ASKS = re.compile(r"\bSV ?\d|\b(?:requirement|theme|outcome|measure)s?\b.{0,12}\d", re.I)


def read_specification(documents: Sequence[Document]) -> list[SpecificationPassage]:
    """Return every passage of the buyer's documents with its role, in order."""
    return [SpecificationPassage(d, p, role_of(p)) for d in documents for p in passages_of(d)]


def role_of(passage: Passage) -> Role:
    """Return what the passage asks for, judged from its headings first and its wording second.

    The innermost heading that speaks decides; a passage that only tells how answers are marked asks for nothing.
    """
    under = _role_of_headings(passage.section)
    text = passage.text
    if under is Role.social_value or (_ASKS.match(text) and under is not Role.service):
        labelled = bool(re.match(r"\W*(?:SV|MAC|TOMs?|NT|NHS) ?\d", text, re.I))
        return Role.other if _ADMINISTRATION.search(text) and not labelled else Role.social_value
    if _MUST.search(text) or (under is Role.service and _says_something(passage)):
        return Role.other if _ADMINISTRATION.search(text) and under is not Role.service else Role.service
    if passage.introduction and under is not Role.other and _MUST.search(passage.introduction):
        return Role.service
    return Role.other


def _role_of_headings(section: Iterable[str]) -> Role | None:
    for heading in reversed(list(section)):
        both = "specification and social value" in heading.lower() or re.search(
            r"specification.*social value|social value.*specification", heading, re.I
        )
        if both:
            continue
        if _SOCIAL.search(heading):
            return Role.social_value
        if _SERVICE_HEADING.search(heading) and not re.search(r"invitation|background|about", heading, re.I):
            return Role.service
        if _BACKGROUND_HEADING.search(heading):
            return Role.other
    return None


def _says_something(passage: Passage) -> bool:
    return len(passage.text.split()) >= 6 and not passage.text.endswith(":")
