"""Which rules hold for a procurement, by its buyer, its value and the day on which it commenced; never by today's date.

Amounts are pounds. Thresholds and total values include VAT; where a rule counts otherwise, the function's
parameter says so. Every answer cites the facts of `catalogue/rules.toml` that it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from svdocs.errors import ConfigurationError
from svdocs.frameworks.framework import Fact, Source, Support
from svdocs.frameworks.load import Entry, build_sources, build_support, read_catalogue


class Buyer(StrEnum):
    """Who buys, as far as the rules tell buyers apart."""

    central_government = "central_government"
    nhs = "nhs"
    kent_county_council = "kent_county_council"
    sub_central = "sub_central"
    """Any other council or sub-central authority."""
    utility = "utility"
    defence = "defence"
    """Defence and security contracts."""


class ContractKind(StrEnum):
    """What is bought, as far as the thresholds tell contracts apart."""

    supplies_and_services = "supplies_and_services"
    works = "works"
    concession = "concession"
    light_touch_services = "light_touch_services"
    light_touch_concession = "light_touch_concession"


class Comparator(StrEnum):
    """How a value is held against an amount: exactly at the amount the two differ."""

    at_least = "at_least"
    more_than = "more_than"


class Expectation(StrEnum):
    """How far social value is asked for."""

    mandatory = "mandatory"
    encouraged = "encouraged"
    voluntary = "voluntary"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The amount from which a contract is covered, in pounds including VAT, and what it rests on.

    Attributes:
        check: set where the table may have been replaced by the day asked for; a person should check.
    """

    amount_gbp: Decimal
    basis: tuple[Fact, ...]
    check: bool = False


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The framework edition that holds for a procurement.

    Attributes:
        framework: key of the edition to be used, or None where no model is asked for.
        allowed: keys of editions that may be used in its place.
        expectation: how far it must be used.
        minimum_weighting: least share of the score, in percent; None where none is fixed.
        mandatory_themes: themes that every procurement under it must have.
        basis: the facts that it rests on.
    """

    framework: str | None
    allowed: tuple[str, ...]
    expectation: Expectation
    minimum_weighting: Decimal | None
    mandatory_themes: tuple[str, ...]
    basis: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class KentBand:
    """Kent County Council's value band for a contract.

    Attributes:
        minimum_weighting: least share of the score, in percent, by quality; None outside the mandatory band.
        case_studies: whether a case study is due each contract year.
    """

    expectation: Expectation
    minimum_weighting: Decimal | None
    case_studies: bool
    basis: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ExceptionRecord:
    """What must be kept where social value is left out of a mandatory contract, or weighs too little."""

    reason: str
    written_by: str
    sent_to: str
    decided_by: str
    basis: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Indicators:
    """The least number of key performance indicators; `social_value` counts those that must be on social value."""

    minimum: int
    social_value: int
    basis: tuple[Fact, ...]


class CarbonDuty(StrEnum):
    """What a supplier must have published on carbon before it may be chosen."""

    plan = "plan"
    """A full Carbon Reduction Plan."""
    commitment = "commitment"
    """A net zero commitment."""
    none = "none"


@dataclass(frozen=True, slots=True)
class CarbonRule:
    """The carbon condition for a contract, and what it rests on."""

    duty: CarbonDuty
    basis: tuple[Fact, ...]


class _ThresholdRow(NamedTuple):
    contract: ContractKind
    buyers: tuple[Buyer, ...]
    first: date
    last: date | None
    check_from: date | None
    amount: Decimal
    fact: Fact


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue, with the figures that it names."""

    fact: Fact
    first: date | None = None
    last: date | None = None
    amount_gbp: Decimal | None = None
    percent: Decimal | None = None
    comparator: Comparator | None = None
    minimum: int | None = None
    maximum: int | None = None
    framework: str | None = None
    theme: str | None = None

    def in_force(self, commenced: date) -> bool:
        """Say whether the rule held on that day; a rule without a first day always did."""
        return (self.first is None or commenced >= self.first) and (self.last is None or commenced <= self.last)

    def reached(self, value: Decimal) -> bool:
        """Say whether `value` reaches the rule's amount (or percentage) in the way that the rule counts."""
        limit = self.amount_gbp if self.amount_gbp is not None else self.percent
        if limit is None or self.comparator is None:
            raise ConfigurationError(f"rules.{self.fact.key}: it names no amount to compare with; add one.")
        return value >= limit if self.comparator is Comparator.at_least else value > limit


@lru_cache(maxsize=1)
def load_rules() -> dict[str, Rule]:
    """Return the rules of the catalogue by key.

    Raises:
        ConfigurationError: the catalogue's file of rules cannot be used.
    """
    rules = {}
    for entry in read_catalogue("rules"):
        sources = build_sources(entry)
        rules.update({key: _build_rule(key, e, sources) for key, e in entry.named_tables("rules").items()})
    return rules


def _build_rule(key: str, entry: Entry, sources: dict[str, Source]) -> Rule:
    amount, percent = entry.number("amount_gbp"), entry.number("percent")
    return Rule(
        fact=Fact(key, entry.text("text"), build_support(entry, sources)),
        first=entry.day("from"),
        last=entry.day("until"),
        amount_gbp=None if amount is None else Decimal(amount),
        percent=None if percent is None else Decimal(percent),
        comparator=entry.choice("comparator", Comparator) if "comparator" in entry.values else None,
        minimum=entry.number("minimum"),
        maximum=entry.number("maximum"),
        framework=entry.optional_text("framework"),
        theme=entry.optional_text("theme"),
    )


@lru_cache(maxsize=1)
def _load_thresholds() -> tuple[_ThresholdRow, ...]:
    rows: list[_ThresholdRow] = []
    for entry in read_catalogue("rules"):
        sources = build_sources(entry)
        rows.extend(_build_threshold(e, sources) for e in entry.tables("thresholds"))
    return tuple(rows)


def _build_threshold(entry: Entry, sources: dict[str, Source]) -> _ThresholdRow:
    contract, amount, first = entry.choice("contract", ContractKind), entry.number("amount_gbp"), entry.day("from")
    if amount is None or first is None:
        raise entry.error("amount_gbp", "a threshold needs `amount_gbp` and `from`; add them.")
    support: Support = build_support(entry, sources)
    bought = str(contract).replace("_", " ").capitalize()
    fact = Fact(f"threshold_{contract}_{first}", f"{bought}: £{amount:,} including VAT from {first}.", support)
    buyers = entry.choices("buyers", Buyer)
    return _ThresholdRow(contract, buyers, first, entry.day("until"), entry.day("check_from"), Decimal(amount), fact)


def _facts(*keys: str) -> tuple[Fact, ...]:
    return tuple(load_rules()[k].fact for k in keys)


def add_vat(net_gbp: Decimal) -> Decimal:
    """Return the value including VAT at the standard rate, as thresholds count it.

    >>> add_vat(Decimal(205000))
    Decimal('246000')
    """
    percent = load_rules()["vat"].percent or Decimal(0)
    return (net_gbp * (100 + percent) / 100).normalize() + 0


def find_threshold(buyer: Buyer, contract: ContractKind, commenced: date) -> Threshold | None:
    """Return the threshold for a procurement that commenced on that day; None before the first table kept here."""
    for row in _load_thresholds():
        if row.contract is contract and buyer in row.buyers and row.first <= commenced <= (row.last or date.max):
            keys = ("date", "vat", "nhs_row") if buyer is Buyer.nhs else ("date", "vat")
            late = row.check_from is not None and commenced >= row.check_from
            return Threshold(row.amount, (row.fact, *_facts(*keys)), late)
    return None


def is_covered(value_incl_vat: Decimal, threshold: Threshold) -> bool:
    """Say whether a contract of that estimated value reaches the threshold; at the threshold it does."""
    return value_incl_vat >= threshold.amount_gbp


def choose_model(
    buyer: Buyer, commenced: date, value_incl_vat: Decimal, contract: ContractKind = ContractKind.supplies_and_services
) -> ModelChoice:
    """Return the framework edition that holds for a procurement that commenced on that day.

    Raises:
        ConfigurationError: the thresholds of that day are not in the catalogue and the answer hangs on them.
    """
    if buyer is Buyer.nhs:
        return _choose_nhs(commenced)
    if buyer is Buyer.kent_county_council:
        return _choose_kent(commenced, value_incl_vat, contract)
    if buyer is Buyer.central_government:
        return _choose_central(commenced, value_incl_vat, contract)
    out = {Buyer.utility: "utility_out", Buyer.defence: "defence_out"}.get(buyer)
    return _voluntary(commenced, *((out,) if out else ()))


def _voluntary(commenced: date, *keys: str) -> ModelChoice:
    adopted = load_rules()["ppn_002_optional"]
    if not adopted.in_force(commenced):
        return ModelChoice(None, (), Expectation.voluntary, None, (), _facts("act_2012", *keys))
    allowed = (load_rules()["ppn_002_adoption"].framework or "",)
    return ModelChoice(None, allowed, Expectation.voluntary, None, (), _facts("ppn_002_adoption", *keys))


def _choose_nhs(commenced: date) -> ModelChoice:
    rule, climate = load_rules()["nhs"], load_rules()["nhs_climate"]
    if not rule.in_force(commenced):
        return _voluntary(commenced)
    themes = (climate.theme or "",)
    basis = (rule.fact, climate.fact)
    return ModelChoice(rule.framework, (), Expectation.mandatory, rule.percent, themes, basis)


def _choose_kent(commenced: date, value: Decimal, contract: ContractKind) -> ModelChoice:
    if not load_rules()["kent_start"].in_force(commenced):
        return _voluntary(commenced, "kent_start")
    band = find_kent_band(value, contract, commenced)
    key = load_rules()["kent"].framework
    return ModelChoice(key, ("national-toms", "svm-2025"), band.expectation, band.minimum_weighting, (), band.basis)


def _choose_central(commenced: date, value: Decimal, contract: ContractKind) -> ModelChoice:
    rules = load_rules()
    first, optional, second, third = (rules[k] for k in ("ppn_0620", "ppn_002_optional", "ppn_002", "ppn_026"))
    if not first.in_force(commenced):
        return _voluntary(commenced)
    if third.in_force(commenced):
        return _choose_from_2027(value)
    threshold = find_threshold(Buyer.central_government, contract, commenced)
    if threshold is None and not second.in_force(commenced):
        # The tables before 2024 are not kept: a person says whether the contract was above threshold.
        return ModelChoice(first.framework, (), Expectation.mandatory, first.percent, (), (first.fact, *_facts("date")))
    if threshold is not None and not is_covered(value, threshold):
        return _voluntary(commenced, "at_threshold")
    if second.in_force(commenced):
        return ModelChoice(second.framework, (), Expectation.mandatory, second.percent, (), (second.fact,))
    allowed = (optional.framework or "",) if optional.in_force(commenced) else ()
    basis = (first.fact, optional.fact) if allowed else (first.fact,)
    return ModelChoice(first.framework, allowed, Expectation.mandatory, first.percent, (), basis)


def _choose_from_2027(value: Decimal) -> ModelChoice:
    lower, upper = load_rules()["ppn_026"], load_rules()["ppn_026_upper"]
    if not lower.reached(value):
        allowed = (lower.framework or "",)
        return ModelChoice(None, allowed, Expectation.voluntary, None, (), (lower.fact, *_facts("ppn_026_gap")))
    rule = upper if upper.reached(value) else lower
    return ModelChoice(rule.framework, (), Expectation.mandatory, rule.percent, (), (lower.fact, rule.fact))


def find_kent_band(value_incl_vat: Decimal, contract: ContractKind, commenced: date) -> KentBand:
    """Return the value band of a contract that Kent County Council lets.

    Raises:
        ConfigurationError: the thresholds of that day are not in the catalogue.
    """
    threshold = find_threshold(Buyer.kent_county_council, contract, commenced)
    if threshold is None:
        raise ConfigurationError(f"{commenced}: no threshold is kept for that day; add one to catalogue/rules.toml.")
    if is_covered(value_incl_vat, threshold):
        basis = (*_facts("kent", "kent_case_study", "at_threshold"), *threshold.basis)
        return KentBand(Expectation.mandatory, load_rules()["kent"].percent, True, basis)
    if load_rules()["kent_encouraged"].reached(value_incl_vat):
        return KentBand(Expectation.encouraged, None, False, _facts("kent_encouraged"))
    return KentBand(Expectation.voluntary, None, False, _facts("kent_voluntary"))


def require_exception(band: KentBand, weighting_percent: Decimal | None) -> ExceptionRecord | None:
    """Return the record that Kent needs for this weighting (None: left out), or None where none is needed."""
    if band.minimum_weighting is None or (weighting_percent or Decimal(0)) >= band.minimum_weighting:
        return None
    if weighting_percent:
        why = f"The weighting of {weighting_percent} % is under the least of {band.minimum_weighting} %."
    else:
        why = "Social value is left out of a contract in the mandatory band."
    return ExceptionRecord(
        reason=why,
        written_by="the procurement or commissioning officer",
        sent_to="Commercial Standards and Improvement Team",
        decided_by="Commercial and Procurement Divisional Management Team",
        basis=_facts("kent_exception"),
    )


def count_case_studies(band: KentBand, months: int) -> int:
    """Return how many case studies are due over a contract of that many months; none outside the mandatory band.

    That a part year counts as a year is an interpretation: the policy says so for the first year only.
    """
    if months < 1:
        raise ConfigurationError(f"{months}: a contract lasts at least one month; correct its dates.")
    return -(-months // 12) if band.case_studies else 0


def require_indicators(
    buyer: Buyer, commenced: date, value_incl_vat: Decimal, weighting_percent: Decimal = Decimal(0)
) -> Indicators:
    """Return how many key performance indicators a contract needs, and how many of them on social value."""
    rules = load_rules()
    act, nhs, weighted = rules["kpi_act"], rules["kpi_nhs"], rules["kpi_nhs_weighting"]
    basis: list[Fact] = []
    minimum = social = 0
    if act.in_force(commenced) and act.reached(value_incl_vat):
        minimum, basis = act.minimum or 0, [act.fact]
    if buyer is Buyer.nhs:
        for rule, value in ((nhs, value_incl_vat), (weighted, weighting_percent)):
            if rule.reached(value):
                social = max(social, rule.minimum or 0)
                basis.append(rule.fact)
    return Indicators(max(minimum, social), social, tuple(basis))


def require_carbon_plan(
    buyer: Buyer,
    commenced: date,
    yearly_excl_vat: Decimal,
    *,
    new_framework: bool = False,
) -> CarbonRule:
    """Return what the supplier must publish on carbon, from the contract's yearly value excluding VAT."""
    rules = load_rules()
    if buyer is Buyer.nhs:
        return _nhs_carbon(rules, commenced, yearly_excl_vat, new_framework)
    rule = rules["carbon_plan_central"]
    if buyer is Buyer.central_government and rule.reached(add_vat(yearly_excl_vat)):
        return CarbonRule(CarbonDuty.plan, (rule.fact, *_facts("vat")))
    return CarbonRule(CarbonDuty.none, ())


def _nhs_carbon(rules: dict[str, Rule], commenced: date, yearly: Decimal, new_framework: bool) -> CarbonRule:
    full, earlier, small = rules["carbon_plan_nhs"], rules["carbon_plan_nhs_2023"], rules["net_zero_nhs"]
    if full.in_force(commenced):
        if full.reached(yearly) or new_framework:
            return CarbonRule(CarbonDuty.plan, (full.fact,))
        return CarbonRule(CarbonDuty.commitment, (small.fact,))
    if earlier.in_force(commenced) and earlier.reached(yearly):
        return CarbonRule(CarbonDuty.plan, (earlier.fact,))
    return CarbonRule(CarbonDuty.none, ())


def cite(basis: Sequence[Fact]) -> tuple[str, ...]:
    """Return each fact as a line for a person: text, source, and a note where no publication confirms it."""
    return tuple(
        f"{f.text} ({f.support.source.title}, {f.support.source.publisher})"
        + ("" if f.support.confirmed else " [not confirmed]")
        for f in basis
    )
