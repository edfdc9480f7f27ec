"""All that is known about a commitment before a verdict: its cues, and what the documents and the law say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from svdocs.additionality.baseline import (
    Comparison,
    PairWeigher,
    Source,
    compare_with,
    read_own_practices,
    read_practices,
)
from svdocs.additionality.changes import Change, Course, read_change, read_change_in_row
from svdocs.additionality.contract import Contract, read_contract
from svdocs.additionality.duties import (
    Bound,
    DutyMatch,
    SupplierSize,
    evidence_of,
    find_duties,
    find_supplier_size,
    promised_in,
)
from svdocs.additionality.likeness import NO_DATES, Likeness, Rarity, content_words
from svdocs.additionality.requirements import Requirement, read_requirements
from svdocs.additionality.scope import builds_on_before, reaches_further
from svdocs.additionality.signals import Cue, Signal, find_cues
from svdocs.additionality.specification import Role, SpecificationPassage, read_specification
from svdocs.additionality.verdict import Evidence, Verdict
from svdocs.frameworks.framework import Coding
from svdocs.statements.embed import Embedder
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Firmness, Statement
from svdocs.text.document import BlockKind, Document

KEPT = 5
"""Comparisons of each kind that are kept for a commitment."""

_OWN_WORDS = re.compile(
    r"\b(?:the |this |your |our )?(?:contract|bid|tender|lot \d|framework|council['’]?s?|authority|buyer|"
    r"commissioner|specification)\b",
    re.I,
)
_ANAPHORA = re.compile(r"\b(?:that|this|these|those|such|it|them|same)\b", re.I)
_NAME = re.compile(r"(?<![.|] )(?<!^)\b[A-Z][a-z]{2,}(?:[ -](?:upon|on|and|&|the|le|St\.?|[A-Z][a-z]+))*")


@dataclass(frozen=True)
class Findings:
    """What was found about one commitment.

    Attributes:
        text: what is compared: the commitment's focus.
        practices: comparisons with the baselines, likeliest first.
        own: comparisons with the bid's own words about the present.
        services: comparisons with the service requirements.
        asked: comparisons with what is asked as social value.
        in_area: whether it names a place that the buyer's documents name.
        change: what its words state of a change, from what level to what.
        builds_on: whether it offers more than what the sentence before it tells of, as "on top of those" does.
        aside: what the rest of its passage, and a next sentence that points back to it, say.
        frame: what the headings and the introduction above it say.
        requirements: what the buyer asks for as social value, item by item.
        clause_meaning: how near in meaning it comes to a part of one of them.
        contract: when it runs.
        contract_talk: how often the document as a whole speaks of a contract, a passage.
        has_specification, has_baseline: whether such documents were given.
        kind: of the document.
        coding: the commitment's codes, where known.
        kinds: the probability of each kind of social value, for the category.
        leaning: how far the wording alone leans to each verdict.
    """

    commitment: Statement
    text: str
    cues: tuple[Cue, ...]
    practices: tuple[Comparison, ...] = ()
    own: tuple[Comparison, ...] = ()
    services: tuple[Comparison, ...] = ()
    asked: tuple[Comparison, ...] = ()
    duties: tuple[DutyMatch, ...] = ()
    change: Change | None = None
    builds_on: bool = False
    aside: frozenset[Signal] = frozenset()
    frame: frozenset[Signal] = frozenset()
    requirements: tuple[Requirement, ...] = ()
    clause_meaning: float = 0.0
    contract: Contract = NO_DATES
    in_area: bool = False
    contract_talk: float = 0.0
    has_specification: bool = False
    has_baseline: bool = False
    kind: str = "other"
    coding: Coding = field(default_factory=Coding)
    kinds: Mapping[str, float] = field(default_factory=dict)
    leaning: Mapping[Verdict, float] = field(default_factory=dict)

    @cached_property
    def signals(self) -> frozenset[Signal]:
        """The kinds of cue that its words give."""
        return frozenset(c.signal for c in self.cues)

    @property
    def duty(self) -> DutyMatch | None:
        """The duty that it most likely repeats, or None."""
        return self.duties[0] if self.duties else None

    @property
    def is_aspirational(self) -> bool:
        """Whether it is a hope rather than a promise."""
        return self.commitment.firmness is Firmness.aspirational

    @property
    def tells_of_other_work(self) -> bool:
        """Whether it stands in a case study, so that what it promises belongs to another contract."""
        return self.kind == "case_study"

    def cue(self, signal: Signal) -> str:
        """Return the words that gave `signal`, or nothing."""
        return next((c.text for c in self.cues if c.signal is signal), "")


@dataclass(frozen=True)
class Surroundings:
    """What is the same for all commitments of a document: passages to compare with, the supplier's size, rarity."""

    document: Document
    practices: tuple[Source, ...]
    own: tuple[Source, ...]
    services: tuple[Source, ...]
    asked: tuple[Source, ...]
    size: SupplierSize
    rarity: Rarity
    names: frozenset[str]
    setting: str
    contract_talk: float
    has_specification: bool
    has_baseline: bool
    contract: Contract = NO_DATES
    requirements: tuple[Requirement, ...] = ()
    told: tuple[Source, ...] = ()
    weighers: Mapping[str, PairWeigher] = field(default_factory=dict)


def read_surroundings(
    commitments: Sequence[Statement],
    document: Document,
    specifications: Sequence[Document],
    baselines: Sequence[Document],
    weighers: Mapping[str, PairWeigher],
    contract: Contract = NO_DATES,
) -> Surroundings:
    """Read, once for a document, everything that its commitments are held against.

    Args:
        commitments: those of `document`.
        document: the bid, case study or other document that states them.
        specifications: the buyer's documents.
        baselines: what the supplier does already.
        weighers: what counts as the same thing, by the name of what is compared.
        contract: when it runs, as far as the records know; the rest is read from the specifications. Its first day
            decides which duties of law are in force.
    """
    asked_for = read_specification(specifications)
    items = requirement_items(asked_for)
    passages = passages_of(document)
    own_texts = [p.text for p in passages]
    baseline_sources = read_practices(baselines)
    texts = own_texts + [s.passage.text for s in baseline_sources] + [s.passage.text for s in asked_for]
    talk = sum(bool(_OWN_WORDS.search(t)) for t in own_texts) / max(len(own_texts), 1)
    return Surroundings(
        document=document,
        practices=tuple(baseline_sources),
        own=tuple(read_own_practices(document, [c.passage for c in commitments])),
        services=tuple(Source(s.document, s.passage) for s in asked_for if s.role is Role.service),
        asked=tuple(Source(s.document, s.passage) for s in items),
        size=find_supplier_size([*baselines, document]),
        rarity=Rarity(texts),
        names=frozenset(n for d in specifications for n in _NAME.findall(d.text)),
        setting=" ".join(d.text for d in specifications) or document.text,
        contract_talk=talk,
        has_specification=bool(specifications),
        has_baseline=bool(baselines),
        contract=contract.filled_from(read_contract(specifications)),
        requirements=tuple(read_requirements([s.passage for s in items])),
        told=(*(Source(s.document, s.passage) for s in asked_for), *baseline_sources),
        weighers=weighers,
    )


_ITEM = re.compile(
    r"^\W*(?:[A-Z]{1,5}[- ]?\d+(?:\.\d+)*[a-z]?\b|[A-Z]\b(?=[.):\s]*(?:\(|[.):]))|\d+(?:\.\d+)+\b|"
    r"(?:Theme|Outcome|Requirement|Priority|Head|Question|MAC|SV)s?[- ]\w{1,3}\b)",
)
_NO_ITEM = re.compile(r"\b(?:other kinds?|are welcome|written into|words will|will be (?:marked|scored|read))\b", re.I)


def requirement_items(passages: Sequence[SpecificationPassage]) -> list[SpecificationPassage]:
    """Return the social value requirements themselves: rows, list items and coded ones if any, else all asked."""
    asked = [s for s in passages if s.role is Role.social_value]
    items = [
        s
        for s in asked
        if not _NO_ITEM.search(s.passage.text)
        and (s.passage.cells or s.passage.kind is BlockKind.list_item or _ITEM.match(s.passage.text))
    ]
    return items if len(items) >= 2 else [s for s in asked if len(content_words(s.passage.text)) >= 4]


def find_about(commitment: Statement, around: Surroundings, embedder: Embedder, keep: int | None = KEPT) -> Findings:
    """Return what is known about one commitment, with the `keep` likeliest comparisons of each kind (all if None)."""
    text = describe(commitment)
    cues = find_cues(text)
    builds = bool(commitment.passage.previous) and builds_on_before(text)
    with_level = f"{commitment.passage.previous} {text}" if builds else text

    signals = {c.signal for c in cues}
    narrow = Signal.contract in signals and Signal.group not in signals

    def held_against(sources: Sequence[Source], name: str) -> tuple[Comparison, ...]:
        return tuple(
            compare_with(
                with_level if name == "practice" else text,
                commitment.quantity,
                sources,
                embedder,
                around.rarity,
                around.weighers[name],
                around.contract,
                narrow=name == "practice" and narrow,
            )[:keep]
        )

    return Findings(
        commitment=commitment,
        text=text,
        cues=cues,
        practices=held_against(around.practices, "practice"),
        own=held_against(around.own, "practice"),
        services=held_against(around.services, "service"),
        asked=tuple(
            compare_with(text, commitment.quantity, around.asked, embedder, around.rarity, around.weighers["service"])
        ),
        duties=_duties_in(commitment, text, cues, around),
        change=change_in(commitment),
        builds_on=builds,
        aside=_signals_aside(commitment),
        frame=_signals_above(commitment),
        requirements=around.requirements,
        contract=around.contract,
        clause_meaning=_nearest_clause(text, around.requirements, embedder),
        in_area=any(n in around.names for n in _NAME.findall(text)),
        contract_talk=around.contract_talk,
        has_specification=around.has_specification,
        has_baseline=around.has_baseline,
        kind=str(around.document.kind),
    )


def weigh_again(found: Findings, weighers: Mapping[str, PairWeigher], keep: int | None = KEPT) -> Findings:
    """Return the findings with their comparisons scored and cut by other weighers; used in training."""

    def again(comparisons: tuple[Comparison, ...], name: str) -> tuple[Comparison, ...]:
        scored = (replace(c, score=weighers[name](c.likeness)) for c in comparisons)
        return tuple(sorted(scored, key=lambda c: (-c.score, c.likeness.rank))[:keep])

    return replace(
        found,
        practices=again(found.practices, "practice"),
        own=again(found.own, "practice"),
        services=again(found.services, "service"),
    )


def _duties_in(commitment: Statement, text: str, cues: Sequence[Cue], around: Surroundings) -> tuple[DutyMatch, ...]:
    """Find the duties that the commitment names; one that leans on the words before it is read with them.

    What only its conditions and its proofs name is no promise, and so no duty either.
    """
    text = promised_in(_without_proofs(commitment, text))
    duties = find_duties(text, around.size, around.setting, around.contract.starts)
    if not duties and _ANAPHORA.search(text) and any(c.signal is Signal.law for c in cues):
        before = " ".join((*commitment.passage.section[-1:], commitment.passage.previous))
        duties = find_duties(f"{before} {text}", around.size, around.setting, around.contract.starts)
    if any(c.signal is Signal.beyond_law for c in cues):
        duties = [replace(d, beyond=True) for d in duties]
    return tuple(replace(d, stated=_where_stated(d, commitment, around)) for d in duties)


_PROOF_HEADER = re.compile(
    r"\b(?:evidence|proofs?|verif\w+|how (?:it is |we )?(?:measured?|shown|checked)|method of measur\w+|monitor\w*|"
    r"reported|sources?)\b",
    re.I,
)


def _without_proofs(commitment: Statement, text: str) -> str:
    """Return the words of a table row without the cells that say how it will be shown, else the text."""
    passage = commitment.passage
    if not passage.cells or commitment.focus != passage.text or len(passage.header) != len(passage.cells):
        return text
    return " | ".join(c for h, c in zip(passage.header, passage.cells, strict=True) if not _PROOF_HEADER.search(h))


def _where_stated(match: DutyMatch, commitment: Statement, around: Surroundings) -> Evidence | None:
    """Return the passage of the buyer's or the supplier's documents that states the duty, if one does."""
    own = commitment.passage.span
    for source in around.told:
        passage = source.passage
        is_own = source.document is around.document and passage.span == own
        if not is_own and all(p.search(passage.text) for p in match.duty.all):
            return evidence_of(source.document, passage)
    return None


def change_in(commitment: Statement) -> Change | None:
    """Return the change that a commitment states: in its row, its own words, its passage, or the sentence after."""
    passage = commitment.passage
    if passage.cells and (found := read_change_in_row(passage.header, passage.cells)):
        return found
    found = read_change(describe(commitment))
    if found is not None and found.before is not None:
        return found
    if passage.following and _POINTS_BACK.match(passage.following):
        after = read_change(f"{commitment.focus or passage.text} {passage.following}")
        return after or found
    return found


def _nearest_clause(text: str, requirements: Sequence[Requirement], embedder: Embedder) -> float:
    clauses = [c for r in requirements for c in r.clauses]
    if not clauses:
        return 0.0
    vectors = embedder.embed([text, *clauses])
    return float((vectors[1:] @ vectors[0]).max())


_CARRIES = frozenset(
    {Signal.continues, Signal.increases, Signal.new, Signal.group, Signal.contract, Signal.law, Signal.beyond_law,
     Signal.specification, Signal.beyond_specification}
)  # fmt: skip


def _signals_aside(commitment: Statement) -> frozenset[Signal]:
    passage, focus = commitment.passage, commitment.focus
    rest = passage.text.replace(focus, " ") if focus and focus != passage.text and not passage.cells else ""
    after = passage.following if _POINTS_BACK.match(passage.following or "") else ""
    return frozenset(c.signal for c in find_cues(f"{rest} {after}")) & _CARRIES


def _signals_above(commitment: Statement) -> frozenset[Signal]:
    passage = commitment.passage
    above = " . ".join((*(_NUMBERING.sub("", h) for h in passage.section[-2:]), passage.introduction))
    return frozenset(c.signal for c in find_cues(above)) & _CARRIES


_NUMBERING = re.compile(r"^(?:section|part|chapter|schedule|annex|appendix|lot|question) (?:\d[\d.]*|[A-Z]\b)", re.I)
"""What a heading begins with that numbers it and says nothing, of law or of a specification."""

POINTING_WORDS = 6
"""Content words up to which a sentence that opens with a pronoun leans on the one before."""

_POINTS_BACK = re.compile(
    r"(?:and |but |so )?(?:that|this|it|they|these|those|the same|both|all of (?:it|them|this)|we(?: will|"
    r"['’]ll| shall) "
    r"(?:continue|keep|go on|carry on)[^.]{0,25} (?:this|that|it|them|these|those))\b",
    re.I,
)
_CODE_CELL = re.compile(r"^(?:[-–—]|[\d.]+|(?:NT|RE|SV|FM|KR|D)\s?\d+\w?|\w{1,3}\d+(?:\.\d+)*|\d+(?:\.\d+)+)$", re.I)


def describe(commitment: Statement) -> str:
    """Return the commitment's words to compare: its focus, a table row's bare codes left out.

    A short sentence that only points back ("That will stay so here") is read with the one before it.
    """
    passage = commitment.passage
    if (
        passage.previous
        and not passage.cells
        and _POINTS_BACK.match(commitment.focus)
        and len(content_words(commitment.focus)) <= POINTING_WORDS
    ):
        return f"{passage.previous} {commitment.focus}"
    if passage.cells and commitment.focus == passage.text:
        return " | ".join(c for c in passage.cells if not _CODE_CELL.match(c.strip()))
    return commitment.focus or passage.text


GROWTH = frozenset({Signal.increases, Signal.new})
_BOUND = {Bound.yes: 1.0, Bound.unknown: 0.5, Bound.no: 0.0}

FEATURES = (
    *(f"cue_{s}" for s in Signal),
    *(f"leans_{v}" for v in Verdict),
    "practice",
    "practice_second",
    "practice_meaning",
    "practice_same",
    "practice_more",
    "practice_less",
    "practice_none",
    "practice_other_unit",
    "practice_echoes",
    "practice_outgrows",
    "practice_echoes_increases",
    "practice_more_continues",
    "practice_continues",
    "practice_increases",
    "practice_new",
    "practice_contract",
    "own",
    "own_continues",
    "service",
    "service_second",
    "service_meaning",
    "service_same",
    "service_more",
    "service_less",
    "service_beyond",
    "service_over_practice",
    "asked_meaning",
    "duty",
    "duty_bound",
    "duty_beyond",
    "duty_unbound",
    "duty_service",
    "duty_practice",
    "group_contract",
    "group_area",
    "vague_numberless",
    "law_duty",
    "law_no_duty",
    "numberless",
    "dateless",
    "placeless",
    "no_specifics",
    "aspirational",
    "conditional",
    "in_area",
    "linked",
    "contract_talk",
    "no_specification",
    "no_baseline",
    "kind_baseline",
    "kind_case",
    "kind_other",
    "corporate",
    "corporate_linked",
    "change_gain",
    "change_none",
    "change_loss",
    "change_more",
    "practice_coding",
    "practice_exact",
    "practice_pace",
    "aside_continues",
    "aside_grows",
    "aside_group",
    "aside_law",
    "frame_continues",
    "frame_grows",
    "frame_group",
    "frame_law",
    "frame_beyond",
    "builds_on",
    "practice_reached_further",
    "service_cited",
    "service_alone",
)


def features_of(found: Findings) -> tuple[float, ...]:
    """Return what was found as the numbers that `FEATURES` names."""
    s = found.signals
    practice, practice_k, second = _best(found.practices)
    own, _, _ = _best(found.own)
    service, service_k, service_second = _best(found.services)
    c = found.commitment
    duty = found.duty
    duty_on = float(duty is not None and not duty.beyond) * (_BOUND[duty.bound] if duty else 0.0)
    linked = Signal.contract in s or found.in_area
    numberless, dateless, placeless = c.quantity is None, c.due is None, c.place is None
    corporate = float(not found.has_specification and not found.has_baseline and found.contract_talk < 0.15)

    change = found.change
    stated = change.course if change is not None and change.before is not None else None

    def is_(relation: str, k: Likeness | None) -> float:
        return float(k is not None and k.relation == relation)

    return (
        *(float(x in s) for x in Signal),
        *(found.leaning.get(v, 0.0) for v in Verdict),
        practice,
        second,
        practice_k.meaning if practice_k else 0.0,
        practice * is_("same", practice_k),
        practice * is_("more", practice_k),
        practice * is_("less", practice_k),
        practice * is_("none", practice_k),
        practice * is_("other_unit", practice_k),
        practice * bool(practice_k and practice_k.echoes),
        practice * bool(practice_k and practice_k.outgrows),
        practice * bool(practice_k and practice_k.echoes and Signal.increases in s),
        practice * is_("more", practice_k) * (Signal.continues in s),
        practice * (Signal.continues in s),
        practice * (Signal.increases in s),
        practice * (Signal.new in s),
        practice * (Signal.contract in s),
        own,
        own * (Signal.continues in s),
        service,
        service_second,
        service_k.meaning if service_k else 0.0,
        service * is_("same", service_k),
        service * is_("more", service_k),
        service * is_("less", service_k),
        service * (Signal.beyond_specification in s),
        max(0.0, service - practice),
        found.asked[0].likeness.meaning if found.asked else 0.0,
        duty_on,
        float(duty is not None and duty.bound is Bound.yes),
        float(duty is not None and duty.beyond),
        float(duty is not None and duty.bound is not Bound.yes),
        duty_on * service,
        duty_on * practice,
        float(Signal.group in s and Signal.contract in s),
        float(Signal.group in s and found.in_area),
        float(Signal.vague in s and numberless),
        float(Signal.law in s) * duty_on,
        float(Signal.law in s and duty is None),
        float(numberless),
        float(dateless),
        float(placeless),
        float(numberless and dateless and placeless),
        float(found.is_aspirational),
        float(c.firmness is Firmness.conditional),
        float(found.in_area),
        float(linked),
        found.contract_talk,
        float(not found.has_specification),
        float(not found.has_baseline),
        float(found.kind == "baseline"),
        float(found.kind == "case_study"),
        float(found.kind == "other"),
        corporate,
        corporate * linked,
        float(stated is Course.gain),
        float(stated is Course.none),
        float(stated is Course.loss),
        float(change is not None and change.before is None),
        practice * practice_k.coding if practice_k else 0.0,
        practice * practice_k.exact if practice_k else 0.0,
        practice * (practice_k.pace == 1) if practice_k else 0.0,
        float(Signal.continues in found.aside),
        float(bool(found.aside & GROWTH)),
        float(Signal.group in found.aside),
        float(Signal.law in found.aside),
        float(Signal.continues in found.frame),
        float(bool(found.frame & GROWTH)),
        float(Signal.group in found.frame),
        float(Signal.law in found.frame),
        float(bool(found.frame & {Signal.beyond_law, Signal.beyond_specification})),
        float(found.builds_on),
        practice * (bool(found.practices) and reaches_further(found.text, found.practices[0].source.passage.text)),
        float(bool(service_k and service_k.cited)),
        max(0.0, service - service_second),
    )


def _best(comparisons: Sequence[Comparison]) -> tuple[float, Likeness | None, float]:
    if not comparisons:
        return 0.0, None, 0.0
    return comparisons[0].score, comparisons[0].likeness, comparisons[1].score if len(comparisons) > 1 else 0.0
