"""The tender's own questions held against the set-up: what they ask for, and whether an answer can be checked.

Nothing here is learnt: passages are those of the reader, themes those that `frameworks.suggest` finds in them. Each
finding cites the passage that it rests on, or says that there is none. A finding is a question to the officer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from svdocs.additionality.requirements import Requirement, read_requirements
from svdocs.additionality.specification import Role, read_specification
from svdocs.frameworks.applying import model_for, share
from svdocs.frameworks.menu import theme_title
from svdocs.frameworks.rules import load_rules
from svdocs.frameworks.set_up import SetUp
from svdocs.statements.numbers import Number, NumberKind, cut_tokens, find_numbers
from svdocs.statements.statement import Passage
from svdocs.text.document import BlockKind, Document

EDITION = "tender-check/1"
SURE = 0.45
"""A theme that a passage or a part of it is coded to with at least this probability counts as asked for."""
USUAL_LEAST = Decimal(10)
"""Percent; held against where the rules fix no weighting, because both Kent and the NHS ask for a tenth."""


class TenderCode(StrEnum):
    """What a finding is about."""

    theme_without_question = "theme_without_question"
    theme_not_chosen = "theme_not_chosen"
    question_without_theme = "question_without_theme"
    cannot_be_checked = "cannot_be_checked"
    weighting_missing = "weighting_missing"
    weighting_low = "weighting_low"
    weighting_differs = "weighting_differs"
    weighting_of_part = "weighting_of_part"
    local_undefined = "local_undefined"
    many_priorities = "many_priorities"
    no_question = "no_question"


class Asks(StrEnum):
    """What a question has to ask for, so that an answer can be checked."""

    number = "number"
    date = "date"
    evidence = "evidence"


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage of the tender with its place."""

    text: str
    page: int | None = None
    block: int | None = None
    section: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"text": self.text, "page": self.page, "block": self.block, "section": list(self.section)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or a requirement of the tender on social value, with the themes that it asks for."""

    cited: Cited
    is_question: bool
    themes: tuple[str, ...]
    asks: tuple[Asks, ...] = ()
    """Of a question alone: what it or the guidance beside it asks for."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "cited": self.cited.as_json(), "is_question": self.is_question, "themes": list(self.themes),
            "asks": [a.value for a in self.asks],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TenderFinding:
    """What an officer should look at: a code, in words what and what to do, and the passage; None for the whole."""

    code: TenderCode
    message: str
    cited: Cited | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"code": self.code.value, "message": self.message, "cited": self.cited and self.cited.as_json()}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found in one document."""

    asked: tuple[Asked, ...]
    findings: tuple[TenderFinding, ...]
    weighting: tuple[Decimal, bool] | None = None
    """The weighting that the document states, in percent, and whether it is of a part of the score; None for none."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "asked": [a.as_json() for a in self.asked],
            "findings": [f.as_json() for f in self.findings],
            "weighting": [str(self.weighting[0]), self.weighting[1]] if self.weighting else None,
        }


_START = r"^(?:(?:question|sub-question|q|sv|criterion)\s?[\w.]{0,6}[.:)]?\s+)?(?:please\s+)?"
_TOLD = r"(?:describe|explain|set out|outline|detail|tell us|state|demonstrate|show how|say (?:what|how)|give details)"
_QUESTION = re.compile(
    rf"\?\s*$|{_START}{_TOLD}\b|[.:]\s+(?:please\s+)?{_TOLD}\b|"
    rf"\b(?:bidders?|tenderers?|suppliers?|you|applicants?)\s+"
    rf"(?:must|should|shall|are asked to|are invited to|need to)\s+{_TOLD}\b"
    r"(?! (?:a|the|an?y?) (?:quantity|number|date|place))",
    re.I,
)
_SOCIAL = re.compile(
    r"social value|community benefits?|(?:wider|additional|extra|social) benefits?|added value|"
    r"social, economic(?: and|,) environmental",
    re.I,
)
_GENERAL = re.compile(
    r"social value|benefits?|commitments?|requirements?|themes?|priorit|wellbeing|over and above|"
    r"beyond the (?:service|contract)|people,? (?:and )?places|question",
    re.I,
)
_NUMBER = re.compile(
    r"\bnumbers?\b|\bhow (?:many|much)\b|quantit|targets?\b|measurable|figures?|calculator|"
    r"measures? (?:workbook|table)|"
    r"toms table|amounts?\b|state (?:a|the) (?:number|figure)",
    re.I,
)
_DATE = re.compile(r"\bdate[sd]?\b|by when|timescales?|timetable|milestones?|deadlines?|when it will|time-?bound", re.I)
_EVIDENCE = re.compile(
    r"\bevidence|monitor|\breport(?:ed|ing|s)?\b|how (?:will )?you (?:will )?(?:measure|show|prove|record)|case stud|"
    r"baseline document|statement of (?:their|your) standard|reviewed|proof|records? of",
    re.I,
)
_IN_THE_HUNDRED = re.compile(r"\b(in|out of) the (?:hundred|100)\b", re.I)
_OF_PART = re.compile(r"of (?:the )?(?:quality|technical)", re.I)
_WEIGHS = re.compile(r"weight|score|mark|quality|points|evaluat|award criteri|%\)|per ?cent\)", re.I)
_LOCAL = re.compile(r"\blocal(?:ly)?\b", re.I)
_LOCAL_MEANS = re.compile(
    r"[\"“”‘’']?\blocal\b[\"“”‘’']?(?: (?:business|firm|people|supplier)\w*)?[\"“”‘’']? "
    r"(?:means|is defined|is anyone|are those|refers to)|\bby [\"“‘']?local[\"”’']? we mean|definition of local",
    re.I,
)


def check_tender(document: Document, set_up: SetUp) -> Checked:
    """Return what the tender document asks for, and what an officer should look at before it goes out.

    Args:
        document: the specification or the document of questions, as read.
        set_up: of the procurement; without themes in it, only what the document says by itself is looked at.
    """
    passages = [s for s in read_specification([document]) if s.document is document]
    social = [s.passage for s in passages if s.role is Role.social_value or _is_social(s.passage)]
    questions = [p for p in social if _QUESTION.search(p.text)]
    requirements = [
        s.passage
        for s in passages
        if s.role is Role.social_value and s.passage not in questions and _asks_for_something(s.passage)
    ]
    read = dict(zip([*questions, *requirements], read_requirements([*questions, *requirements]), strict=True))
    asked = [_asked(document, p, read[p], social, is_question=p in questions) for p in read]
    weighting = _weighting(document)
    findings = [
        *_themes(asked, set_up),
        *_unchecked(asked),
        *_weighing(weighting, set_up),
        *_local(document, social, set_up),
        *_many(asked),
    ]
    if not questions:
        message = "The document asks no question on social value that bidders could answer; add one."
        findings.insert(0, TenderFinding(TenderCode.no_question, message))
    return Checked(tuple(asked), tuple(findings), weighting and (weighting[0], weighting[1]))


def _is_social(passage: Passage) -> bool:
    return bool(_SOCIAL.search(" ".join((*passage.section[-2:], passage.text))))


def _asks_for_something(passage: Passage) -> bool:
    listed = passage.kind in (BlockKind.list_item, BlockKind.table_row)
    return listed and len(passage.text.split()) >= 4


def _cited(document: Document, passage: Passage) -> Cited:
    place = document.location_of(passage.span)
    return Cited(passage.text, place.page, place.block, place.section)


def _asked(document: Document, passage: Passage, read: Requirement, social: Sequence[Passage], *,
           is_question: bool) -> Asked:  # fmt: skip
    themes = tuple(sorted(k for k, chance in read.themes.items() if chance >= SURE))
    return Asked(_cited(document, passage), is_question, themes, _asks(passage, social) if is_question else ())


def _asks(question: Passage, social: Sequence[Passage]) -> tuple[Asks, ...]:
    """Return what a question asks for, with the guidance under the same headings: such sentences often follow it."""
    beside = [p.text for p in social if p.section == question.section and p.kind is not BlockKind.table_row]
    text = " ".join([question.text, *(t for t in beside if t != question.text)])
    patterns = ((Asks.number, _NUMBER), (Asks.date, _DATE), (Asks.evidence, _EVIDENCE))
    return tuple(a for a, pattern in patterns if pattern.search(text))


def _is_general(asked: Asked) -> bool:
    """Say whether a question asks for social value as a whole, so that it covers each requirement beside it."""
    return asked.is_question and bool(_GENERAL.search(asked.cited.text))


def _themes(asked: Sequence[Asked], set_up: SetUp) -> list[TenderFinding]:
    chosen = [str(t) for t in set_up.themes]
    if not chosen:
        return []
    found: list[TenderFinding] = []
    general = next((a for a in asked if _is_general(a)), None)
    listed = any(not a.is_question for a in asked)  # then a general question asks for what is listed and no more
    for theme in chosen:
        by_question = any(theme in a.themes for a in asked if a.is_question and not (listed and _is_general(a)))
        required = next((a for a in asked if not a.is_question and theme in a.themes), None)
        named = any(_names(a.cited.text, theme) for a in asked)
        if by_question or named or (required and general):
            continue
        title, cited = theme_title(theme), (required or general)
        what = "is asked for by a requirement, and no question" if required else "was chosen, and no question"
        message = f"“{title}” {what} asks bidders about it. Add a question, or leave the theme out."
        found.append(TenderFinding(TenderCode.theme_without_question, message, cited.cited if cited else None))
    frameworks = {t.framework for t in set_up.themes}
    return found + _not_chosen(asked, chosen, frameworks) + _aimless(asked, frameworks)


def _names(text: str, theme: str) -> bool:
    """Say whether a text names a theme by its label, such as a question that lists the priorities."""
    return bool(re.search(rf"\b{re.escape(theme_title(theme))}\b", text, re.I))


def _not_chosen(asked: Sequence[Asked], chosen: Sequence[str], frameworks: set[str]) -> list[TenderFinding]:
    """Return for each theme that the document asks for and nobody chose the first passage that asks for it alone."""
    found: dict[str, TenderFinding] = {}
    for a in asked:
        ours = [t for t in a.themes if t.partition("/")[0] in frameworks]
        if not ours or any(t in chosen for t in ours):
            continue
        for theme in ours:
            message = f"This asks for “{theme_title(theme)}”, which was not chosen. Choose it, or take this out."
            found.setdefault(theme, TenderFinding(TenderCode.theme_not_chosen, message, a.cited))
    return list(found.values())


def _aimless(asked: Sequence[Asked], frameworks: set[str]) -> list[TenderFinding]:
    message = "This question belongs to none of the framework’s themes. Say which it serves, or take it out."
    return [
        TenderFinding(TenderCode.question_without_theme, message, a.cited)
        for a in asked
        if a.is_question and not _is_general(a) and not any(t.partition("/")[0] in frameworks for t in a.themes)
    ]


_MISSING: Mapping[Asks, str] = {Asks.number: "a number", Asks.date: "a date", Asks.evidence: "evidence or reporting"}


def _unchecked(asked: Iterable[Asked]) -> list[TenderFinding]:
    found = []
    for a in asked:
        missing = [words for asks, words in _MISSING.items() if asks not in a.asks]
        if a.is_question and missing:
            listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} or {missing[-1]}"
            message = f"An answer cannot be checked: the question does not ask for {listed}. Ask for it."
            found.append(TenderFinding(TenderCode.cannot_be_checked, message, a.cited))
    return found


# Weighting


def _weighting(document: Document) -> tuple[Decimal, bool, Cited] | None:
    """Return the share of social value that the document states, whether it is one of a part, and where it stands."""
    blocks = list(document.body())
    for block in blocks:
        text = " ".join(document.quote(block.span).split())
        if not _SOCIAL.search(text):
            continue
        for sentence in re.split(r"(?<=[.;])\s+", text) if block.kind is not BlockKind.table_row else [text]:
            stated = _stated(sentence) if _SOCIAL.search(sentence) or block.kind is BlockKind.heading else None
            if stated is not None:
                cited = Cited(sentence, document.location_of(block.span).page, block.number, block.section)
                return stated, bool(_OF_PART.search(sentence)), cited
    heading = next(
        (b for b in blocks if b.kind is BlockKind.heading and _asks_and_weighs(document.quote(b.span))), None
    )
    if heading is None:
        return None
    text = " ".join(document.quote(heading.span).split())
    stated = _stated(text)
    cited = Cited(text, document.location_of(heading.span).page, heading.number, heading.section)
    return (stated, bool(_OF_PART.search(text)), cited) if stated is not None else None


def _asks_and_weighs(heading: str) -> bool:
    return bool(re.search(r"question|social", heading, re.I)) and _stated(heading) is not None


def _stated(text: str) -> Decimal | None:
    """Return the share that a sentence gives as a weighting, or None.

    >>> _stated("3. Social value (weighting 15%)"), _stated("Social value carries 12 marks in the hundred.")
    (Decimal('15'), Decimal('12'))
    """
    if not _WEIGHS.search(text):
        return None
    numbers = find_numbers(cut_tokens(_IN_THE_HUNDRED.sub(r"\1 100", text)))
    return next((Decimal(f"{n.value:g}") for n in numbers if _is_share(n)), None)


def _is_share(number: Number) -> bool:
    return number.kind is NumberKind.percent and number.value <= 100


def _weighing(stated: tuple[Decimal, bool, Cited] | None, set_up: SetUp) -> list[TenderFinding]:
    model = model_for(set_up)
    least = (model.minimum_weighting if model else None) or USUAL_LEAST
    if stated is None:
        message = "The document does not say how much social value weighs. State it, so that bidders know its worth."
        return [TenderFinding(TenderCode.weighting_missing, message)]
    percent, of_part, cited = stated
    if of_part:
        message = (
            f"Social value weighs {share(percent)} of a part of the score. Work out what that is of the whole: "
            f"the least is {share(least)}."
        )
        return [TenderFinding(TenderCode.weighting_of_part, message, cited)]
    found = []
    if percent < least:
        message = f"Social value weighs {share(percent)} here; the least is {share(least)}."
        found.append(TenderFinding(TenderCode.weighting_low, message, cited))
    if set_up.weighting_percent is not None and set_up.weighting_percent != percent:
        message = f"The document says {share(percent)} and the set-up {share(set_up.weighting_percent)}; correct one."
        found.append(TenderFinding(TenderCode.weighting_differs, message, cited))
    return found


# Local, and how much is asked


def _local(document: Document, social: Sequence[Passage], set_up: SetUp) -> list[TenderFinding]:
    whole = " ".join(document.quote(b.span) for b in document.body())
    used = next((p for p in social if _LOCAL.search(p.text) and not _LOCAL_MEANS.search(p.text)), None)
    if used is None or _LOCAL_MEANS.search(whole):
        return []
    known = " The set-up defines it: put that definition into the document." if set_up.local else ""
    message = "“Local” is used here, and the document does not say what it means." + (known or " Define it.")
    return [TenderFinding(TenderCode.local_undefined, message, _cited(document, used))]


def _many(asked: Sequence[Asked]) -> list[TenderFinding]:
    most = load_rules()["few_measures"].maximum or 6
    requirements = [a for a in asked if not a.is_question]
    if len(requirements) <= most:
        return []
    message = (
        f"{len(requirements)} requirements are many: with at most {most} bidders know what matters, and answers can be "
        "checked. This is the first beyond that."
    )
    return [TenderFinding(TenderCode.many_priorities, message, requirements[most].cited)]
