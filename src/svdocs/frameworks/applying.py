"""The rules that apply to a set-up, each with why and on what it rests, and what the set-up breaks.

Model and threshold hang on the day on which the procurement commenced and on the kind of buyer, never on today's date.
Nothing here forbids anything: an officer reads what a rule asks, and where it is not met either mends the set-up or
records an exception that somebody approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from svdocs.frameworks.framework import Fact
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.rules import (
    Buyer,
    CarbonDuty,
    ContractKind,
    Expectation,
    ModelChoice,
    Threshold,
    add_vat,
    choose_model,
    count_case_studies,
    find_kent_band,
    find_threshold,
    is_covered,
    load_rules,
    require_carbon_plan,
    require_exception,
    require_indicators,
)
from svdocs.frameworks.set_up import SetUp

BUYERS: dict[Buyer, str] = {
    Buyer.central_government: "central government",
    Buyer.nhs: "an NHS body",
    Buyer.kent_county_council: "Kent County Council",
    Buyer.sub_central: "another council or sub-central authority",
    Buyer.utility: "a utility",
    Buyer.defence: "a buyer of defence and security contracts",
}
CONTRACTS: dict[ContractKind, str] = {
    ContractKind.supplies_and_services: "supplies and services",
    ContractKind.works: "works",
    ContractKind.concession: "concessions",
    ContractKind.light_touch_services: "light touch services",
    ContractKind.light_touch_concession: "light touch concessions",
}
NEEDED_FOR_RULES = ("buyer_kind", "contract_kind", "value_gbp", "commenced")
"""What has to be known before any rule can be told."""


class RuleTopic(StrEnum):
    """What a rule is about."""

    threshold = "threshold"
    social_value = "social_value"
    weighting = "weighting"
    model = "model"
    mandatory_theme = "mandatory_theme"
    case_studies = "case_studies"
    indicators = "indicators"
    carbon = "carbon"
    local = "local"


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule that applies to a set-up.

    Attributes:
        topic: what it is about.
        title: what it asks, in a few words.
        because: why it applies, with the set-up's own figures.
        basis: the facts that it rests on, each with source and confidence.
        expectation: how far it binds; None where it only informs.
        check: whether a person should look, because the table kept here may be too old or lacks that day.
    """

    topic: RuleTopic
    title: str
    because: str
    basis: tuple[Fact, ...]
    expectation: Expectation | None = None
    check: bool = False


class Severity(StrEnum):
    """How a breach weighs."""

    error = "error"
    """A rule is not met, and nobody has approved an exception."""
    warning = "warning"
    """Something to think about, or a rule that is not met with an approved exception."""


@dataclass(frozen=True, slots=True)
class Breach:
    """What a set-up breaks: the field, what is wrong and what to do, and the facts of the rule."""

    severity: Severity
    field: str
    message: str
    basis: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rules are asked of; a set-up that has all of it."""

    buyer: Buyer
    contract: ContractKind
    value: Decimal
    commenced: date


def missing_for_rules(set_up: SetUp) -> tuple[str, ...]:
    """Return the fields that have to be filled before any rule can be told."""
    return tuple(name for name in NEEDED_FOR_RULES if getattr(set_up, name) is None)


def rules_that_apply(set_up: SetUp) -> tuple[AppliedRule, ...]:
    """Return the rules that apply, in the order in which they are read; none while what they need is missing."""
    known = _known(set_up)
    if known is None:
        return ()
    model = choose_model(known.buyer, known.commenced, known.value, known.contract)
    rules = [_threshold_rule(known), _social_value_rule(known, model), *_weighting_rule(known, model)]
    rules += [*_model_rule(known, model), *_mandatory_themes(model), *_case_studies(set_up, known)]
    return (*rules, *_indicators(set_up, known), *_carbon(set_up, known), *_local_rule(known))


def check_set_up(set_up: SetUp) -> tuple[Breach, ...]:
    """Return what the set-up breaks, errors first."""
    known = _known(set_up)
    found = [*_few(set_up), *_undefined_local(set_up)]
    if known is not None:
        model = choose_model(known.buyer, known.commenced, known.value, known.contract)
        found += [
            *_weighting_breach(set_up, known, model),
            *_model_breach(set_up, model),
            *_theme_breach(set_up, model),
        ]
    return tuple(sorted(found, key=lambda b: b.severity is not Severity.error))


def pounds(amount: Decimal) -> str:
    """Return an amount as people write it.

    >>> pounds(Decimal("9600000.00")), pounds(Decimal("29998.5"))
    ('£9,600,000', '£29,998.50')
    """
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


def spelt(day: date) -> str:
    """Return a day as people write it.

    >>> spelt(date(2027, 4, 1))
    '1 April 2027'
    """
    return f"{day.day} {day:%B %Y}"


def share(percent: Decimal) -> str:
    """Return a share without needless noughts.

    >>> share(Decimal("10.0")), share(Decimal("7.5"))
    ('10%', '7.5%')
    """
    return f"{percent.normalize():f}%"


def _known(set_up: SetUp) -> _Known | None:
    buyer, contract = set_up.buyer_kind, set_up.contract_kind
    value, commenced = set_up.value_gbp, set_up.commenced
    if buyer is None or contract is None or value is None or commenced is None:
        return None
    return _Known(buyer, contract, value, commenced)


def _fact(key: str) -> Fact:
    return load_rules()[key].fact


def _title_of(framework: str) -> str:
    """Return a framework's title with its edition in brackets, in which no others stand.

    >>> _title_of("kcc")
    'Kent County Council social value priorities (Winning for Kent 2026-2028, draft)'
    """
    known = load_frameworks().get(framework)
    if known is None:
        return framework
    edition = known.edition.replace(" (", ", ").replace(")", "")
    return f"{known.title} ({edition})"


# The rules


def _threshold_rule(known: _Known) -> AppliedRule:
    threshold = find_threshold(known.buyer, known.contract, known.commenced)
    day, what = spelt(known.commenced), CONTRACTS[known.contract]
    if threshold is None:
        why = f"No threshold for {what} on {day} is kept here; look it up and say so in the record."
        return AppliedRule(RuleTopic.threshold, "Threshold not known", why, (_fact("date"),), check=True)
    side = "at or above" if is_covered(known.value, threshold) else "below"
    why = (
        f"The procurement commenced on {day}, when the threshold for {what} bought by {BUYERS[known.buyer]} was "
        f"{pounds(threshold.amount_gbp)} including VAT; the contract is worth {pounds(known.value)}."
    )
    return AppliedRule(
        RuleTopic.threshold, f"The contract is {side} the threshold", why, (*threshold.basis, _fact("at_threshold")),
        check=threshold.check,
    )  # fmt: skip


def _social_value_rule(known: _Known, model: ModelChoice) -> AppliedRule:
    titles = {
        Expectation.mandatory: "Social value is mandatory",
        Expectation.encouraged: "Social value is strongly encouraged, in proportion",
        Expectation.voluntary: "Social value is voluntary",
    }
    why = f"The buyer is {BUYERS[known.buyer]}, the procurement commenced on {spelt(known.commenced)} and "
    why += f"the contract is worth {pounds(known.value)} including VAT."
    from_day = (_fact("kent_start"),) if known.buyer is Buyer.kent_county_council else ()
    basis = tuple(dict.fromkeys((*model.basis, *from_day)))
    return AppliedRule(RuleTopic.social_value, titles[model.expectation], why, basis, model.expectation)


def _weighting_rule(known: _Known, model: ModelChoice) -> list[AppliedRule]:
    least = model.minimum_weighting
    if least is None:
        return []
    by_quality = known.buyer is Buyer.kent_county_council
    why = f"Social value is mandatory here, and the rule gives it at least {share(least)} of the score"
    why += ", judged on quality." if by_quality else "."
    title = f"Social value weighs at least {share(least)}"
    return [AppliedRule(RuleTopic.weighting, title, why, _of_edition(model), Expectation.mandatory)]


def _of_edition(model: ModelChoice) -> tuple[Fact, ...]:
    """Return the facts of a choice that name an edition with its weighting, or all where none does."""
    rules = load_rules()
    return tuple(f for f in model.basis if f.key in rules and rules[f.key].framework) or model.basis


def _model_rule(known: _Known, model: ModelChoice) -> list[AppliedRule]:
    if model.framework is None and not model.allowed:
        return []
    others = " or ".join(_title_of(k) for k in model.allowed)
    if model.framework is None:
        why = f"No edition is fixed for {BUYERS[known.buyer]} on {spelt(known.commenced)}; {others} may be taken up."
        return [AppliedRule(RuleTopic.model, "No framework is fixed", why, model.basis, Expectation.voluntary)]
    why = f"It is the edition for {BUYERS[known.buyer]} on {spelt(known.commenced)}"
    why += f"; {others} may be used in its place." if others else "."
    title = f"Framework: {_title_of(model.framework)}"
    return [AppliedRule(RuleTopic.model, title, why, _of_edition(model), model.expectation)]


def _mandatory_themes(model: ModelChoice) -> list[AppliedRule]:
    framework = load_frameworks().get(model.framework or "")
    labels = [t.label for code in model.mandatory_themes if framework and (t := framework.theme(code))]
    rules = load_rules()
    basis = tuple(f for f in model.basis if f.key in rules and rules[f.key].theme)
    return [
        AppliedRule(
            RuleTopic.mandatory_theme, f"{label} must be among the themes",
            "Every procurement under this framework has this theme, whatever is bought.", basis,
            Expectation.mandatory,
        )
        for label in labels
    ]  # fmt: skip


def _case_studies(set_up: SetUp, known: _Known) -> list[AppliedRule]:
    if known.buyer is not Buyer.kent_county_council or not load_rules()["kent_start"].in_force(known.commenced):
        return []
    band = find_kent_band(known.value, known.contract, known.commenced)
    if not band.case_studies or not set_up.months:
        return []
    due = count_case_studies(band, set_up.months)
    why = f"Social value is mandatory and the contract lasts {set_up.months} months: one case study each contract year."
    title = f"{due} case {'study is' if due == 1 else 'studies are'} due over the contract"
    basis = (_fact("kent_case_study"), _fact("kent_part_years"))
    return [AppliedRule(RuleTopic.case_studies, title, why, basis, Expectation.mandatory)]


def _indicators(set_up: SetUp, known: _Known) -> list[AppliedRule]:
    weighting = set_up.weighting_percent or Decimal(0)
    needed = require_indicators(known.buyer, known.commenced, known.value, weighting)
    if not needed.minimum:
        return []
    title = f"At least {needed.minimum} key performance indicator{'' if needed.minimum == 1 else 's'}"
    if needed.social_value:
        title += f", {needed.social_value} of them on social value"
    why = f"The contract is worth {pounds(known.value)} and social value weighs {share(weighting)}."
    return [AppliedRule(RuleTopic.indicators, title, why, needed.basis, Expectation.mandatory)]


def _carbon(set_up: SetUp, known: _Known) -> list[AppliedRule]:
    yearly = yearly_excl_vat(set_up)
    if yearly is None:
        return []
    rule = require_carbon_plan(known.buyer, known.commenced, yearly, new_framework=set_up.new_framework)
    if rule.duty is CarbonDuty.none:
        return []
    title = "Suppliers need a Carbon Reduction Plan" if rule.duty is CarbonDuty.plan else "Suppliers commit to net zero"
    why = f"An average year is worth {pounds(yearly.quantize(Decimal(1)))} without VAT."
    return [AppliedRule(RuleTopic.carbon, title, why, rule.basis, Expectation.mandatory)]


def _local_rule(known: _Known) -> list[AppliedRule]:
    if known.buyer is not Buyer.kent_county_council:
        return []
    why = "Totals of local jobs or spend mean nothing without it."
    return [AppliedRule(RuleTopic.local, "Say what counts as local", why, (_fact("local_kent"), _fact("clear_local")))]


def yearly_excl_vat(set_up: SetUp) -> Decimal | None:
    """Return the value of an average year without VAT, options counted; None without value or dates."""
    months = set_up.months
    if set_up.value_gbp is None or not months:
        return None
    return set_up.value_gbp / add_vat(Decimal(1)) * 12 / max(months + set_up.extension_months, 12)


# What is broken


def _weighting_breach(set_up: SetUp, known: _Known, model: ModelChoice) -> list[Breach]:
    least = model.minimum_weighting
    has = set_up.weighting_by_quality if known.buyer is Buyer.kent_county_council else set_up.weighting_percent
    if least is None or (has is not None and has >= least):
        return []
    basis = list(model.basis)
    if has is None:
        message = f"Decide the weighting of social value: it has to be at least {share(least)}."
        return [Breach(Severity.error, "weighting_percent", message, tuple(basis))]
    what = "Social value is left out" if not has else f"Social value weighs {share(has)}"
    if known.buyer is Buyer.kent_county_council and has and set_up.quality_percent is not None:
        what = f"Social value weighs {share(has)} on quality"
    message, exception = f"{what}, and the rule asks for at least {share(least)}.", set_up.exception
    if known.buyer is Buyer.kent_county_council:
        needed = require_exception(find_kent_band(known.value, known.contract, known.commenced), has)
        basis += needed.basis if needed else ()
        who = f" It goes to the {needed.sent_to}; the {needed.decided_by} decides." if needed else ""
    else:
        who = " The rules kept here name nobody who may allow it: take advice."
    if exception is None:
        ask = " Raise it, or record a justified exception with its approval."
        return [Breach(Severity.error, "weighting_percent", message + ask + who, tuple(basis))]
    if not exception.is_approved:
        ask = " The exception is written down and not approved: give name, role and day."
        return [Breach(Severity.error, "exception", message + ask + who, tuple(basis))]
    allowed = f" {exception.approved_by} ({exception.role}) approved it on {spelt(exception.approved_on or date.min)}."
    return [Breach(Severity.warning, "exception", message + allowed, tuple(basis))]


def _model_breach(set_up: SetUp, model: ModelChoice) -> list[Breach]:
    fitting = {model.framework, *model.allowed}
    if model.framework is None or set_up.weighting_percent == 0 or not set_up.frameworks:
        return []
    if fitting & set(set_up.frameworks):
        return []
    ours = ", ".join(_title_of(k) for k in set_up.frameworks)
    binds = model.expectation is Expectation.mandatory
    message = f"{ours} is not the edition for this procurement; use {_title_of(model.framework)}."
    return [Breach(Severity.error if binds else Severity.warning, "frameworks", message, model.basis)]


def _theme_breach(set_up: SetUp, model: ModelChoice) -> list[Breach]:
    chosen = {str(t) for t in set_up.themes}
    framework = load_frameworks().get(model.framework or "")
    left_out = [code for code in model.mandatory_themes if f"{model.framework}/{code}" not in chosen]
    labels = [t.label for code in left_out if framework and (t := framework.theme(code))]
    messages = [f"{label} is not among the themes, and it has to be; choose it." for label in labels]
    return [Breach(Severity.error, "themes", message, model.basis) for message in messages]


def _few(set_up: SetUp) -> list[Breach]:
    """Warn of many priorities: a bidder who must answer to everything promises a little of each."""
    found = []
    for field, key, what in (("themes", "few_themes", "themes"), ("measures", "few_measures", "measures")):
        rule, count = load_rules()[key], len(getattr(set_up, field))
        if field == "themes" and set_up.themes:
            count = max(sum(t.framework == f for t in set_up.themes) for f in {t.framework for t in set_up.themes})
        if rule.maximum is not None and count > rule.maximum:
            message = f"{count} {what} are many; with at most {rule.maximum} bidders know what matters. Choose fewer."
            found.append(Breach(Severity.warning, field, message, (rule.fact,)))
    return found


def _undefined_local(set_up: SetUp) -> list[Breach]:
    if set_up.local is not None or set_up.weighting_percent == 0 or not set_up.themes:
        return []
    message = "Nothing says what counts as local; define it, so that bidders and reports mean the same."
    return [Breach(Severity.warning, "local", message, (_fact("clear_local"),))]


def model_for(set_up: SetUp) -> ModelChoice | None:
    """Return the framework edition that the rules pick for a set-up; None while what they need is missing."""
    known = _known(set_up)
    return choose_model(known.buyer, known.commenced, known.value, known.contract) if known else None


def threshold_of(set_up: SetUp) -> Threshold | None:
    """Return the threshold for the set-up's buyer, contract and day; None where one of them or the table is missing."""
    known = _known(set_up)
    return find_threshold(known.buyer, known.contract, known.commenced) if known else None
