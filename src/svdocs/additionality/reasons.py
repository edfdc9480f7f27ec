"""Why a verdict was given, in sentences for a person, each with the passage it rests on, and what would change it."""

from __future__ import annotations

from svdocs.additionality.baseline import Comparison
from svdocs.additionality.changes import Course
from svdocs.additionality.degree import Age, likeliest_practice, measure_degree
from svdocs.additionality.duties import Bound, Duty, DutyMatch, Measure, evidence_of
from svdocs.additionality.findings import Findings
from svdocs.additionality.likeness import Relation
from svdocs.additionality.profiles import ExistingActivity, Need, Profile
from svdocs.additionality.signals import Signal
from svdocs.additionality.verdict import Degree, Evidence, Reason, Verdict
from svdocs.statements.in_words import quantity_in_words

EVIDENCE_SCORE = 0.12
"""Below this likelihood a passage is not shown as evidence for an increase."""
DOUBT_SCORE = 0.05
"""Below this likelihood it is not shown as evidence for a doubt."""


def reasons_for(verdict: Verdict, found: Findings, profile: Profile | None) -> tuple[Reason, ...]:
    """Return the reasons for `verdict`, the weightiest first, the last saying what would change it."""
    writers = {
        Verdict.additional: _why_additional,
        Verdict.standard_operations: _why_standard,
        Verdict.statutory_duty: _why_statutory,
        Verdict.contract_requirement: _why_required,
        Verdict.unclear: _why_unclear,
    }
    reasons = writers[verdict](found)
    if profile is not None and verdict is Verdict.standard_operations:
        reasons.append(_worth_to(profile, found))
    reasons.append(Reason("would_change", _would_change(verdict, found)))
    return tuple(reasons)


def as_evidence(comparison: Comparison) -> Evidence:
    """Return the passage of a comparison as evidence."""
    return evidence_of(comparison.source.document, comparison.source.passage)


def _why_additional(found: Findings) -> list[Reason]:
    reasons = []
    practice = likeliest_practice(found)
    if practice and practice.score >= EVIDENCE_SCORE:
        evidence, name = as_evidence(practice), practice.source.document.name
        degree = measure_degree(found)
        if degree is not None and degree.baseline is not None and degree.increment > 0:
            reasons.append(Reason("exceeds_baseline", _told_increase(degree, name), evidence))
        elif practice.likeness.relation is Relation.more and practice.likeness.ratio:
            reasons.append(
                Reason("exceeds_baseline", f"{name} gives a lower figure; the increase is what is new.", evidence)
            )
        elif Signal.increases in found.signals or Signal.new in found.signals:
            words = found.cue(Signal.increases) or found.cue(Signal.new)
            reasons.append(
                Reason(
                    "exceeds_baseline", f"The bid says that this goes beyond what is done now (“{words}”).", evidence
                )
            )
        else:
            reasons.append(
                Reason(
                    "differs_from_baseline",
                    f"The nearest practice in {name} is not the same thing or not of the same degree.",
                    evidence,
                )
            )
    elif (degree := measure_degree(found)) is not None and degree.baseline is not None and degree.increment > 0:
        reasons.append(Reason("exceeds_baseline", _told_increase(degree, "The bid")))
    if found.has_baseline and (practice is None or practice not in found.practices or not reasons):
        reasons.append(_nearest_in_baseline(found))
    service = found.services[0] if found.services else None
    beyond = Signal.beyond_specification in found.signals
    if beyond or (service and service.score >= EVIDENCE_SCORE and service.likeness.relation is Relation.more):
        reasons.append(
            Reason(
                "exceeds_specification",
                "It goes beyond what the service requirements ask for.",
                as_evidence(service) if service else None,
            )
        )
    if found.duty and found.duty.beyond:
        reasons.append(
            Reason("exceeds_law", f"The law asks for less: {found.duty.duty.says} ({found.duty.duty.source}).")
        )
    elif found.duty and found.duty.bound is Bound.no:
        reasons.append(
            Reason(
                "not_bound_by_law", f"{found.duty.duty.law} does not bind a supplier of this size.", found.duty.evidence
            )
        )
    if Signal.contract in found.signals:
        reasons.append(Reason("linked_to_contract", f"It is tied to this contract (“{found.cue(Signal.contract)}”)."))
    elif found.in_area:
        reasons.append(Reason("linked_to_area", "It names a place that the buyer's documents name."))
    return reasons or [Reason("nothing_against", "Nothing in the documents given says that it would happen anyway.")]


def _nearest_in_baseline(found: Findings) -> Reason:
    """Return that no baseline has the like, with the passage that comes nearest, so that a reader can judge."""
    told = "Nothing like it stands in what the supplier says it does already"
    if not found.practices:
        return Reason("not_in_baseline", f"{told}.")
    nearest = found.practices[0]
    return Reason(
        "not_in_baseline",
        f"{told}, or not to this degree; this passage of {nearest.source.document.name} comes nearest.",
        as_evidence(nearest),
    )


def _told_increase(degree: Degree, name: str) -> str:
    source = "The bid states" if degree.stated else f"{name} gives"
    return f"{source} a present level of {degree.baseline:g}; it adds {degree.increment:g}, and only that is new."


def _why_standard(found: Findings) -> list[Reason]:
    practice = likeliest_practice(found)
    reasons = []
    if practice is not None and practice.score >= EVIDENCE_SCORE:
        same = practice.likeness.relation is Relation.same
        degree = "to the same degree" if same else "and the commitment does not say how much more is offered"
        reasons.append(
            Reason(
                "matches_baseline",
                f"{practice.source.document.name} says that this is done already, {degree}.",
                as_evidence(practice),
            )
        )
    baseline = found.practices[0] if found.practices else None
    if reasons and baseline is not None and baseline is not practice and baseline.score >= EVIDENCE_SCORE:
        reasons.append(
            Reason("in_baseline_too", f"{baseline.source.document.name} tells of it too.", as_evidence(baseline))
        )
    if found.change is not None and found.change.course is not Course.gain and found.change.before is not None:
        stays = "stays as it is" if found.change.course is Course.none else "becomes less"
        reasons.append(Reason("no_increase", f"By its own words the level {stays} (“{found.change.text}”)."))
    if Signal.continues in found.signals:
        reasons.append(
            Reason(
                "said_to_continue",
                f"The bid's own words say that it goes on as it is (“{found.cue(Signal.continues)}”).",
            )
        )
    if not reasons and practice is not None:
        reasons.append(
            Reason(
                "near_baseline",
                "The nearest passage of the supplier's documents speaks of much the same.",
                as_evidence(practice),
            )
        )
    return reasons or [
        Reason("reads_as_practice", "It reads as something that the supplier does whatever the contract.")
    ]


def _why_statutory(found: Findings) -> list[Reason]:
    match = found.duty
    if match is None:
        return [Reason("named_as_duty", f"Its own words say that the law requires it (“{found.cue(Signal.law)}”).")]
    reasons = [
        Reason(
            f"duty_{match.duty.id}",
            f"The law requires it anyway: {match.duty.says} ({match.duty.source}).",
            match.evidence,
        )
    ]
    if match.stated is not None:
        reasons.append(Reason("duty_stated", f"{match.stated.document} names the duty.", match.stated))
    return reasons


def _why_required(found: Findings) -> list[Reason]:
    if not found.services:
        return [Reason("reads_as_service", "It promises the service itself.")]
    service = found.services[0]
    same = "the same figure" if service.likeness.relation is Relation.same else "no more than that"
    return [
        Reason(
            "repeats_specification",
            f"The specification requires it as part of the service; the bid promises {same}.",
            as_evidence(service),
        )
    ]


def _why_unclear(found: Findings) -> list[Reason]:
    reasons = []
    if found.tells_of_other_work:
        reasons.append(
            Reason("other_work", "It stands in a case study of other work; nothing ties it to this contract.")
        )
    if found.duty and found.duty.bound is Bound.unknown and not found.duty.beyond:
        reasons.append(
            Reason(
                "size_unknown",
                f"{found.duty.duty.says[0].upper()}{found.duty.duty.says[1:]}; "
                "whether that binds this supplier is not known. " + question_about_size(found.duty),
            )
        )
    if Signal.group in found.signals:
        reasons.append(
            Reason(
                "group_figure",
                f"It is told of a whole organisation (“{found.cue(Signal.group)}”), with no share for this contract.",
            )
        )
    if Signal.vague in found.signals:
        reasons.append(Reason("vague", f"Its words leave open what is promised (“{found.cue(Signal.vague)}”)."))
    elif found.commitment.quantity is None:
        reasons.append(Reason("no_quantity", "It states no number that could be held against a baseline."))
    if not found.has_specification and not found.has_baseline:
        reasons.append(Reason("no_documents", "Neither a specification nor a baseline was given to hold it against."))
    practice = likeliest_practice(found)
    if practice is not None and practice.score >= DOUBT_SCORE:
        reasons.append(
            Reason(
                "perhaps_baseline",
                f"A passage of {practice.source.document.name} may be about the same thing.",
                as_evidence(practice),
            )
        )
    return reasons or [Reason("no_link", "Nothing ties it to this contract, its place or its people.")]


def old_figure(practice: Comparison, age: Age) -> Reason:
    """Return the reason for not deciding by a figure that is too old to stand for the present level."""
    return Reason(
        "baseline_old",
        f"{practice.source.document.name} tells of {age.year}, {age.years} years before the contract. "
        "What is your present yearly level?",
        as_evidence(practice),
    )


_SIZES = {
    Measure.turnover_gbp: "What was your group's turnover in the last financial year?",
    Measure.headcount: "How many people do you employ?",
    Measure.pay_bill_gbp: "What is your yearly pay bill?",
    Measure.sector: "Are you registered or regulated in the sector that this duty covers?",
}


def question_about_size(match: DutyMatch) -> str:
    """Return what to ask a supplier so that it shows whether a duty binds it."""
    return _SIZES.get(match.duty.measure, f"Does {match.duty.law} apply to you?")


def _worth_to(profile: Profile, found: Findings) -> Reason:
    counts = profile.existing_activity is ExistingActivity.always or (
        profile.existing_activity is ExistingActivity.on_contract
        and (Signal.contract in found.signals or found.in_area)
    )
    return Reason(
        "counts_for_buyer" if counts else "no_worth_to_buyer", f"{profile.name}: {profile.standard_operations}"
    )


def missing_need(need: Need) -> Reason:
    """Return the reason for withholding `additional` from a commitment that lacks what the buyer needs."""
    what = {
        Need.quantity: "a number with its unit",
        Need.due: "a date",
        Need.place: "a place",
        Need.contract: "its link to this contract",
    }[need]
    return Reason(
        f"needs_{need}", f"This buyer calls a commitment additional only if it states {what}, and it does not."
    )


def _would_change(verdict: Verdict, found: Findings) -> str:
    degree = measure_degree(found)
    if verdict is Verdict.additional:
        if degree is not None and degree.baseline is not None and degree.increment > 0:
            return (
                f"It would change if the present level turned out to be {degree.baseline + degree.increment:g} "
                "already, or if the price paid for the increase."
            )
        return (
            "It would change if the supplier turned out to do this already to the same degree, "
            "or if the price paid for it."
        )
    if verdict is Verdict.standard_operations:
        if degree is not None and degree.baseline is not None:
            now = quantity_in_words(degree.baseline, degree.unit, per=degree.per)
            return f"It would change if the supplier promised more than {now} and said so for this contract."
        return "It would change if the supplier stated its present level and how much more this contract brings."
    if verdict is Verdict.statutory_duty:
        return _law_would_change(found.duty.duty if found.duty else None)
    if verdict is Verdict.contract_requirement:
        return "It would change if the supplier promised more than the specification requires and said by how much."
    if found.tells_of_other_work:
        return "It would change if the bid for this contract made the same promise."
    if found.duty is not None and found.duty.bound is Bound.unknown and not found.duty.beyond:
        return "It would change once the supplier's size is known, or if it promised more than the duty."
    if Signal.group in found.signals:
        return "It would change if the supplier stated the share for this contract."
    return "It would change if the supplier stated its present level, a number, a date and the link to this contract."


def _law_would_change(duty: Duty | None) -> str:
    if duty and duty.value is not None:
        way = "fewer" if duty.better == "fewer" else "more"
        return f"It would change if the supplier promised {way} than {quantity_in_words(duty.value, duty.unit)}."
    if duty and duty.at_least:
        return (
            "It would change if the supplier showed that it is below the size from which the duty binds, "
            "or promised more than the duty."
        )
    return "It would change if the supplier promised more than the law asks for and said by how much."
