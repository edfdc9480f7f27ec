"""What the law asks of a supplier anyway: the duties, whom each binds, and whether a commitment only repeats one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from svdocs.additionality.amounts import amounts_in, read_number
from svdocs.additionality.verdict import Evidence
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Passage
from svdocs.text.document import Document, Span

_CATALOGUE = Path(__file__).with_name("duties.toml")


class Measure(StrEnum):
    """What decides whether a duty binds a supplier."""

    everyone = "everyone"
    turnover_gbp = "turnover_gbp"
    headcount = "headcount"
    pay_bill_gbp = "pay_bill_gbp"
    sector = "sector"
    transfer = "transfer"
    public_contract = "public_contract"


class Bound(StrEnum):
    """Whether a duty binds the supplier, as far as its documents tell."""

    yes = "yes"
    no = "no"
    unknown = "unknown"


@dataclass(frozen=True)
class Duty:
    """A duty of law: what it says, how a commitment that repeats it reads, whom it binds and what it sets."""

    id: str
    law: str
    says: str
    source: str
    confidence: str
    all: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    measure: Measure
    at_least: float | None = None
    sector: tuple[str, ...] = ()
    unit: str | None = None
    value: float | None = None
    better: str | None = None
    since: date | None = None
    presumed: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A size that a document states; `whole` if it is said of the whole organisation, else it is a lower bound."""

    value: float
    evidence: Evidence
    whole: bool = True


@dataclass(frozen=True, slots=True)
class SupplierSize:
    """What the supplier's documents say of its size; None where they say nothing."""

    turnover_gbp: Figure | None = None
    headcount: Figure | None = None

    def figure_for(self, measure: Measure) -> Figure | None:
        """Return what is known that bears on a measure; one size stands for another that is not stated.

        A pay bill is reckoned from the headcount, or as a fifth of the turnover; a turnover that is not stated is no
        less than the pay bill.
        """
        if measure is Measure.headcount:
            return self.headcount
        pay_bill = _times(self.headcount, PAY_A_HEAD_GBP)
        if measure is Measure.turnover_gbp:
            return self.turnover_gbp or pay_bill
        return max(
            (f for f in (pay_bill, _times(self.turnover_gbp, PAY_SHARE)) if f), key=lambda f: f.value, default=None
        )


PAY_A_HEAD_GBP = 20_000
PAY_SHARE = 0.2


def _times(figure: Figure | None, factor: float) -> Figure | None:
    return Figure(figure.value * factor, figure.evidence, False) if figure else None


@dataclass(frozen=True, slots=True)
class DutyMatch:
    """A commitment that speaks of a duty: whether it binds the supplier, and whether the commitment goes beyond it.

    `evidence` is where the supplier's size stands, `stated` where the documents given state the duty itself.
    """

    duty: Duty
    bound: Bound
    beyond: bool
    evidence: Evidence | None = None
    stated: Evidence | None = None


@lru_cache(maxsize=1)
def load_duties() -> tuple[Duty, ...]:
    """Return the catalogue of duties in its own order."""
    with _CATALOGUE.open("rb") as file:
        return tuple(_read_duty(row) for row in tomllib.load(file)["duty"])


def find_duties(text: str, size: SupplierSize, surroundings: str = "", on: date | None = None) -> list[DutyMatch]:
    """Return the duties that `text` speaks of, with whether each binds and is exceeded.

    Args:
        text: the commitment, with the words before it where it leans on them.
        size: of the supplier.
        surroundings: text of the bid and the buyer's documents, in which the sector shows.
        on: the day that decides which duties are in force; None takes all.
    """
    found = []
    for duty in load_duties():
        if on is not None and duty.since is not None and on < duty.since:
            continue
        if all(p.search(text) for p in duty.all):
            bound, evidence = _is_bound(duty, size, text, surroundings)
            found.append(DutyMatch(duty, bound, goes_beyond(duty, text), evidence))
    return sorted(found, key=lambda m: (m.beyond, list(Bound).index(m.bound) == 1))


_ASIDE = re.compile(
    r"(?:,|;|\(|\|)? ?\b(?:if|subject to|provided(?: that)?|as long as|unless|once|depending on|evidenced? by|"
    r"measured by|shown by)\b[^.;|]*",
    re.I,
)


def promised_in(text: str) -> str:
    """Return the text without its conditions and its proofs, of which a law may speak though the promise does not.

    >>> promised_in("Old doors will go to charities, if the asbestos survey is clear.")
    'Old doors will go to charities.'
    """
    return _ASIDE.sub("", text)


def goes_beyond(duty: Duty, text: str) -> bool:
    """Say whether `text` promises more than the duty asks.

    >>> thirty = next(d for d in load_duties() if d.id == "thirty_days")
    >>> goes_beyond(thirty, "Invoices will be paid in 30 days.")
    False
    >>> goes_beyond(thirty, "Invoices will be paid in 14 days, not 30 days.")
    True
    """
    if any(p.search(text) for p in duty.none):
        return True
    if duty.value is None:
        return False
    amounts = [a.value for a in amounts_in(text) if str(a.unit) == duty.unit]
    if not amounts:
        return False
    return (
        min(amounts) < duty.value
        if duty.better == "fewer"
        else max(a for a in amounts) > duty.value and duty.value not in amounts
    )


_DENIES = re.compile(
    r"\b(?:need(?:n['’]t| not)|(?:do(?:es)?|is|are|would) ?n(?:['’]|o)t (?:\w+ )?(?:have to|need to|oblige|"
    r"bind|bound|apply|reach|cover|required|obliged|asked)|(?:far|much|well|too|so) (?:smaller|small|few)|exempt|"
    r"outside (?:its|the) scope|"
    r"(?:below|under|beneath|short of) (?:the|that|its) (?:\w+ )?(?:threshold|limit|line|size))\b",
    re.I,
)
"""Words by which a supplier says that a duty does not reach it."""

_ADMITS = re.compile(
    r"(?:obliges?|binds?|required?|requires|demands?|covers|appl(?:y|ies) to) (?:of )?us|as (?:we|it) must|"
    r"(?:employer|business|company|firm)s?[^.]{0,40}"
    r"(?:our size|(?:of )?(?:more than|over|above) (?:£ ?36|250))|we (?:have|are obliged|are required) to|"
    r"as the (?:act|law|regulations?)[^.]{0,20}(?:requires?|obliges?|demands?)|"
    r"(?:act|law|regulations?)(?: \w+)? call(?:s)? for|as required of|in accordance with",
    re.I,
)


def _is_bound(duty: Duty, size: SupplierSize, text: str, surroundings: str) -> tuple[Bound, Evidence | None]:
    if duty.measure in (Measure.everyone, Measure.transfer, Measure.public_contract):
        return Bound.yes, None
    if duty.measure is Measure.sector:
        known = any(re.search(rf"\b{re.escape(w)}", surroundings + " " + text, re.I) for w in duty.sector)
        return (Bound.yes if known else Bound.unknown), None
    figure = size.figure_for(duty.measure)
    if figure and figure.value >= (duty.at_least or 0):
        return Bound.yes, figure.evidence
    if _DENIES.search(text):
        return Bound.no, figure.evidence if figure else None
    if _ADMITS.search(text):
        return Bound.yes, None
    if figure and figure.whole:
        return Bound.no, figure.evidence
    return (Bound.yes if duty.presumed else Bound.unknown), None


_MONEY = r"(?:£|GBP ?) ?(?P<n>\d[\d,]*(?:\.\d+)?) ?(?P<s>k|m|mn|bn|million|billion|thousand)?\b"
_TURNOVER = (
    re.compile(
        rf"\b(?:turnover|revenues?|sales|income)\b(?! of (?:staff|officers|employees))[^.£]{{0,60}}?{_MONEY}", re.I
    ),
    re.compile(rf"{_MONEY}[^.£]{{0,30}}?\b(?:in |of |a year in )?(?:turnover|revenues?|sales|income)\b", re.I),
    re.compile(rf"\b(?:business|company|firm|group)[^.£]{{0,12}}turn(?:s|ed) over[^.£]{{0,30}}?{_MONEY}", re.I),
    re.compile(rf"turn(?:s|ed|ing) over[^.£]{{0,30}}?{_MONEY}", re.I),
)
_HEADS = (
    r"(?:people|staff|employees|colleagues|officers|workers|members of staff|operatives|of us|team members|"
    r"persons?|professionals|engineers|drivers|partners|"
    r"cooks|employee-owners|member-owners|heads?)"
)
_NUM = r"(?P<n>\d[\d,]*|(?:[a-z]+[- ])?[a-z]+(?:[- ]and[- ][a-z]+)?)"
_EMPLOYED = (
    re.compile(
        rf"\b(?:employ(?:s|ing|er of)?|workforce(?: of| is|:)?|team of|staff of|headcount(?: of| is|:)?|we are|"
        rf"payroll of|we have|there are)(?: now| about| some| around| over|"
        rf" nearly| a| the| \w+ of| more than)* {_NUM} (?:[\w-]+ ){{0,3}}?{_HEADS}",
        re.I,
    ),
    re.compile(
        r"\b(?:workforce|headcount|staff|employees|people|heads)(?: numbers?| of| is| are| stands at| in total|"
        r":| =| \|)+ (?:about |some |around |over )?(?P<n>\d[\d,]*)\b",
        re.I,
    ),
    re.compile(rf"\b{_NUM} (?:permanent |full[- ]time |direct |salaried |UK )?{_HEADS}\b", re.I),
)
_NOT_ALL = re.compile(
    r"\b(?:trained|recruit\w*|apprentic\w*|placements?|will|volunteer\w*|took on|taken on|helped|transfer\w*|"
    r"for every|one in|per|each|new|leavers|joined|completed|benefit\w*|"
    r"attended|residents|patients|learners|students|reported|reached|supported|visited|serv\w+|temps)\b",
    re.I,
)


def find_supplier_size(documents: Iterable[Document]) -> SupplierSize:
    """Return the largest turnover and headcount that the supplier's own documents state.

    The largest is taken because a threshold of law is met by the organisation as a whole, and parts of it are told
    of as well.
    """
    turnover: Figure | None = None
    headcount: Figure | None = None
    for document in documents:
        for passage in passages_of(document):
            if _OF_LAW.search(passage.text):
                continue
            money = _read_turnover(passage.text)
            if money is not None and (turnover is None or money > turnover.value):
                turnover = Figure(money, evidence_of(document, passage))
            for heads, whole in _read_headcounts(passage.text):
                if headcount is None or heads > headcount.value:
                    headcount = Figure(heads, evidence_of(document, passage), whole)
    return SupplierSize(turnover, headcount)


_OF_LAW = re.compile(
    r"(?:turnover|sales|employees|staff)[^.]{0,30}\b(?:or more|threshold|and above)|\b(?:or more|threshold|"
    r"bigger than|more than) [^.]{0,20}"
    r"(?:turnover|employees|staff)|section 54|employers? (?:of|with)|"
    r"^(?!.*\b(?:(?:our|its) (?:\w+ ){0,3}(?:turnover|workforce|headcount|revenue|staff)|we (?:employ|turn)))"
    r".*\b(?:the law|the act|legislation|regulations?|threshold|obliges?|statut\w+|too small|smaller)\b",
    re.I | re.S,
)
"""A sentence that tells of the law's thresholds tells nothing of the supplier's own size, unless it says so."""


def _read_turnover(text: str) -> float | None:
    found = []
    for pattern in _TURNOVER:
        for m in pattern.finditer(text):
            value = float(m["n"].replace(",", "").rstrip("."))
            found.append(value * {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9}.get((m["s"] or " ")[0].lower(), 1))
    return max((v for v in found if v >= 10_000), default=None)


def _read_headcounts(text: str) -> list[tuple[float, bool]]:
    first, second, third = _EMPLOYED
    if _NOT_ALL.search(text):
        return []
    found = [(read_number(m["n"]), True) for p in (first, second) for m in p.finditer(text)]
    found += [(read_number(m["n"]), False) for m in third.finditer(text)]
    return [(v, whole) for v, whole in found if v is not None and v >= 2 and v not in range(1990, 2041)]


def evidence_of(document: Document, passage: Passage) -> Evidence:
    """Return the passage as evidence: document, words and place."""
    place = document.location_of(Span(*passage.span))
    return Evidence(document.name, passage.text, place.page, place.block, passage.span)


def _read_duty(row: dict[str, Any]) -> Duty:
    trigger, compare = row["trigger"], row.get("compare", {})
    return Duty(
        id=row["id"],
        law=row["law"],
        says=row["says"],
        source=row["source"],
        confidence=row["confidence"],
        all=_compile(row["all"]),
        none=_compile(row.get("none", ())),
        examples=tuple(row["examples"]),
        measure=Measure(trigger["measure"]),
        at_least=trigger.get("at_least"),
        sector=tuple(row.get("sector", ())),
        unit=compare.get("unit"),
        value=compare.get("value"),
        better=compare.get("better"),
        since=row.get("since"),
        presumed=row.get("presumed", False),
    )


def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.I) for p in patterns)
