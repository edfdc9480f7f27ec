"""Would it have happened anyway? Each commitment held against baselines, specification, law and the bid's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from svdocs.additionality.baseline import Comparison
from svdocs.additionality.changes import Course
from svdocs.additionality.combine import Combiner, load_combiner
from svdocs.additionality.contract import Contract
from svdocs.additionality.degree import age_of, falls_short, likeliest_practice, measure_degree, outgrows
from svdocs.additionality.duties import Bound
from svdocs.additionality.findings import GROWTH, Findings, describe, find_about, read_surroundings
from svdocs.additionality.likeness import NO_DATES, measures_of
from svdocs.additionality.profiles import BASELINE_YEARS, Need, Profile, Test
from svdocs.additionality.reasons import missing_need, old_figure, reasons_for
from svdocs.additionality.scope import reaches_further
from svdocs.additionality.signals import Signal
from svdocs.additionality.verdict import Assessment, Category, Reason, Verdict
from svdocs.frameworks.framework import Coding
from svdocs.frameworks.suggest import Query, suggest_many
from svdocs.statements.embed import Embedder, Vectors, load_embedder
from svdocs.statements.statement import Statement
from svdocs.text.document import Document

NO_SPECIFICATION_CONFIDENCE = 0.5
LEAST_LIKE = 0.05
"""Below this likelihood no passage of a specification is like the commitment, which then repeats no requirement."""


def assess(
    commitments: Sequence[Statement],
    *,
    document: Document,
    specifications: Sequence[Document],
    baselines: Sequence[Document],
    codings: Sequence[Coding] = (),
    profile: Profile | None = None,
    contract: Contract = NO_DATES,
    embedder: Embedder | None = None,
) -> list[Assessment]:
    """Return one assessment a commitment, in their order.

    Args:
        commitments: those of `document`.
        document: the bid, case study or other document that states them.
        specifications: the buyer's documents of this procurement; may be empty.
        baselines: what the supplier does already, in its own documents; may be empty.
        codings: the commitments' codes, in the same order, where known.
        profile: the buyer's; without one every test counts.
        contract: when it runs, as far as the records know; the rest is read from the specifications.
        embedder: for the comparison of meanings; default: the process's own.
    """
    if not commitments:
        return []
    combiner = load_combiner()
    around = read_surroundings(commitments, document, specifications, baselines, dict(combiner.pairs), contract)
    embedder = embedder or load_embedder()
    # Asked for here all at once, and kept: the comparisons below would ask for each by itself.
    measures_of([describe(c) for c in commitments], embedder)
    found = [find_about(c, around, embedder) for c in commitments]
    coded = list(codings) if len(codings) == len(found) else suggest_codings(found, embedder)
    vectors = embedder.embed([f.text for f in found])
    return [
        _assess_one(complete_findings(f, k, v, combiner), combiner, profile)
        for f, k, v in zip(found, coded, vectors, strict=True)
    ]


def complete_findings(found: Findings, coding: Coding, vector: Vectors, combiner: Combiner) -> Findings:
    """Return the findings with codes, kinds of social value and the leaning of the wording."""
    kinds, leaning = combiner.kinds.probabilities(found.text, vector), combiner.leaning_of(found, vector)
    return replace(found, coding=coding, kinds=kinds, leaning=leaning)


def suggest_codings(found: Sequence[Findings], embedder: Embedder) -> list[Coding]:
    """Return the codes that the frameworks suggest, for commitments that came without."""
    queries = [
        Query(
            f.text,
            context=" ".join(f.commitment.passage.section[-1:]),
            unit=f.commitment.quantity.unit if f.commitment.quantity else None,
        )
        for f in found
    ]
    return suggest_many(queries, embedder=embedder)


def _assess_one(found: Findings, combiner: Combiner, profile: Profile | None) -> Assessment:
    verdict, confidence = weigh_verdict(found, combiner, profile)
    reasons = reasons_for(verdict, found, profile)
    lacking = _lacking(found, profile) if verdict is Verdict.additional else None
    old = rests_on_old_figure(verdict, found, profile)
    if lacking is not None:
        verdict, reasons = Verdict.unclear, (missing_need(lacking), *reasons_for(Verdict.unclear, found, profile))
    elif old is not None:
        verdict, reasons = Verdict.unclear, (old, *reasons_for(Verdict.unclear, found, profile))
    category, sure = _weigh_category(found, combiner)
    return Assessment(verdict, round(confidence, 4), reasons, category, round(sure, 4), measure_degree(found))


def rests_on_old_figure(verdict: Verdict, found: Findings, profile: Profile | None) -> Reason | None:
    """Return the reason to doubt `standard_operations` that rests on an old figure alone, or None."""
    practice = likeliest_practice(found)
    if verdict is not Verdict.standard_operations or practice is None or Signal.continues in found.signals:
        return None
    age = age_of(practice, found)
    if age is None or age.years <= (profile.baseline_years if profile else BASELINE_YEARS):
        return None
    return old_figure(practice, age)


def weigh_verdict(found: Findings, combiner: Combiner, profile: Profile | None = None) -> tuple[Verdict, float]:
    """Return the likeliest verdict that the findings and the profile allow, with its probability among those."""
    chances = combiner.verdict_of(found)
    allowed = {v: p for v, p in chances.items() if may_be(v, found) and (profile is None or profile.allows(v))}
    total = sum(allowed.values())
    verdict = max(allowed, key=lambda v: (allowed[v], list(Verdict).index(v)))
    return verdict, allowed[verdict] / total if total else 0.0


def may_be(verdict: Verdict, found: Findings) -> bool:
    """Say whether a verdict has anything to stand on; `unclear` always has.

    No duty without a law that binds, no requirement without a specification, nothing new where the words themselves
    say that all stays as it is, and nothing old where they state an increase.
    """
    duty, change = found.duty, found.change
    stated = change.course if change is not None and change.before is not None else None
    if verdict is Verdict.statutory_duty:
        if duty is None:
            return Signal.law in found.signals
        return duty.bound is Bound.yes and not duty.beyond
    if verdict is Verdict.contract_requirement:
        service = found.services[0] if found.services else None
        if Signal.beyond_specification in found.signals and stated is Course.gain:
            return False
        return service is not None and service.score >= LEAST_LIKE and not outgrows(service, found)
    practice = likeliest_practice(found)
    if verdict is Verdict.standard_operations:
        if stated is Course.gain or found.builds_on or found.tells_of_other_work:
            return False
        if practice is not None and (outgrows(practice, found) or _widens(practice, found)):
            return False
        return practice is not None or Signal.continues in found.signals or stated is not None
    if verdict is Verdict.additional:
        if found.tells_of_other_work or stated in (Course.none, Course.loss) or _only_cites(found):
            return False
        linked = Signal.contract in found.signals or found.in_area or found.signals & GROWTH
        if practice is not None and not linked and falls_short(practice, found):
            return False
        return not (duty is not None and duty.bound is Bound.unknown and not duty.beyond)
    return not _leaves_nothing_open(found)


def _only_cites(found: Findings) -> bool:
    """Say whether the commitment names a requirement of the service by its label and offers no more."""
    service = found.services[0] if found.services else None
    more = {Signal.beyond_specification, *GROWTH} & found.signals
    return service is not None and service.likeness.cited and not more and not outgrows(service, found)


_OPEN = frozenset({Signal.group, Signal.vague, Signal.undecided})


def _leaves_nothing_open(found: Findings) -> bool:
    """Say whether a commitment is plain: tied to the contract, with an increase or with a number and nothing like it.

    Of such a commitment no verdict may be that it cannot be told.
    """
    duty, change = found.duty, found.change
    linked = Signal.contract in found.signals or found.in_area
    doubtful = duty is not None and duty.bound is Bound.unknown and not duty.beyond
    if not linked or doubtful or not found.has_specification or found.tells_of_other_work or found.signals & _OPEN:
        return False
    if change is not None and change.before is not None:
        return change.course is Course.gain
    practice = likeliest_practice(found)
    return found.commitment.quantity is not None and (practice is None or practice.score < LEAST_LIKE)


def _widens(practice: Comparison, found: Findings) -> bool:
    """Say whether the commitment covers people whom the practice leaves out, and does not say that they have it now."""
    return Signal.continues not in found.signals and reaches_further(found.text, practice.source.passage.text)


def _lacking(found: Findings, profile: Profile | None) -> Need | None:
    if profile is None or Test.attribution not in profile.tests:
        return None
    commitment = found.commitment
    has = {
        Need.quantity: commitment.quantity is not None,
        Need.due: commitment.due is not None,
        Need.place: commitment.place is not None,
        Need.contract: Signal.contract in found.signals or found.in_area,
    }
    return next((n for n in profile.needs if not has[n]), None)


def _weigh_category(found: Findings, combiner: Combiner) -> tuple[Category, float]:
    if not found.asked:
        return Category.additional, NO_SPECIFICATION_CONFIDENCE
    chances = combiner.category_of(found)
    category = max(chances, key=lambda c: chances[c])
    return category, chances[category]
