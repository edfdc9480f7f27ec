"""Performance for publication: how suppliers did against their social value commitments, contract by contract.

Source: Procurement Act 2023, sections 52 and 71: where key performance indicators were set, performance against them is
assessed at least once every twelve months and published. Ratings and their words: Procurement Regulations 2024, as
told by the Cabinet Office's guidance on contract performance notices. Which commitments are indicators is decided in
the contract; what is printed here is every commitment, rated by the rule that the report itself says. An officer
chooses and publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from svdocs.delivery.years import days_of
from svdocs.frameworks.rules import ContractKind, load_rules
from svdocs.reports.counting import contract_count
from svdocs.reports.facts import Awarded, Became, Due, Facts
from svdocs.reports.figure import By, Figure, Of, count
from svdocs.reports.ratio_tables import ratios_section
from svdocs.reports.report import (
    Bar,
    Block,
    Chart,
    ChartKind,
    Day,
    Line,
    Paragraph,
    Points,
    Quoted,
    Report,
    ReportKind,
    Section,
    Table,
)
from svdocs.reports.statement import basis_of
from svdocs.statements.in_words import unit_in_words
from svdocs.statements.statement import Unit

CLOSE_PERCENT = 85
FAR_PERCENT = 50
"""From which share of what was due a part is rated as close, and as below: svdocs's own reading of the words."""


class Rating(StrEnum):
    """The ratings of a contract performance notice."""

    good = "Good"
    approaching = "Approaching target"
    improvement = "Requires improvement"
    inadequate = "Inadequate"
    other = "Other"


def build_performance(facts: Facts, year: str, made_at: datetime) -> Report:
    """Return performance against social value commitments in a financial year.

    Args:
        facts: what it counts from.
        year: the financial year.
        made_at: when it is made.
    """
    running = [c for c in facts.running_in(year) if list(c.due_in(year))]
    running_ratios = [c for c in facts.running_in(year) if c.ratios_in(year)]
    bound = [c for c in running if needs_indicators(c, facts)]
    others = [c for c in running if c not in bound]
    sections = [
        _summary(year, bound, others),
        Section("bound", "Contracts that need published indicators", _contracts(bound, year, "bound")),
        Section("others", "Other contracts", _contracts(others, year, "others")),
        ratios_section(running_ratios, year),
        _rule(facts, year),
    ]
    title = "Performance against social value commitments"
    return Report(ReportKind.performance, title, year, facts.authority, made_at, basis_of(facts), tuple(sections))


def needs_indicators(awarded: Awarded, facts: Facts) -> bool:
    """Say whether the Act's rule on key performance indicators reaches a contract, by its value and kind."""
    rule, value = load_rules()["kpi_act"], awarded.contract.value_gbp
    bought = next((b for b in facts.procurements if b.id == awarded.contract.procurement_id), None)
    kind = bought.set_up.contract_kind if bought else None
    if kind in (ContractKind.light_touch_services, ContractKind.light_touch_concession):
        return False
    commenced = bought.day if bought else awarded.contract.starts
    return value is not None and rule.in_force(commenced) and rule.reached(value)


def rating_of(due: Due) -> Rating:
    """Return the rating of a part that fell due, by the rule that the report prints."""
    if due.became in (Became.exceeded, Became.in_full):
        return Rating.good
    if due.became == Became.missed:
        return Rating.inadequate
    if due.became == Became.open:
        return Rating.other
    wanted = due.milestone.quantity
    if not wanted or due.is_rate:
        return Rating.improvement
    percent = 100 * due.delivered / wanted
    if percent >= CLOSE_PERCENT:
        return Rating.approaching
    return Rating.improvement if percent >= FAR_PERCENT else Rating.inadequate


def _summary(year: str, bound: Sequence[Awarded], others: Sequence[Awarded]) -> Section:
    rows = []
    for label, contracts, key in (("Need published indicators", bound, "bound"), ("Other contracts", others, "others")):
        due = [d for c in contracts for d in c.due_in(year)]
        rows.append((label, tuple(
            count(f"summary.{key}.{r.name}", f"Parts rated {r.value}, {year}: {label.lower()}", Of.milestone,
                  [d.id for d in due if rating_of(d) is r])
            for r in Rating
        )))  # fmt: skip
    said: Line = (
        contract_count("summary.bound", f"Contracts with parts due in {year} that need published indicators", bound),
        " contracts with something due in the year are of more than ", Quoted("£5 million"),
        ", for which the Act asks for published indicators; ",
        contract_count("summary.others", f"Other contracts with parts due in {year}", others), " others are not.",
    )  # fmt: skip
    chart = Chart("ratings", ChartKind.stacked, f"Ratings of what fell due in {year}", tuple(r.value for r in Rating),
                  tuple(Bar(label, figures) for label, figures in rows))  # fmt: skip
    table = Table(
        f"Ratings of what fell due in {year}", ("Contracts", *(r.value for r in Rating)),
        tuple(((label,), *((f,) for f in figures)) for label, figures in rows), (30, 12, 16, 18, 12, 12),
        frozenset(range(1, 6)),
    )  # fmt: skip
    return Section("summary", "In short", (Paragraph(said), chart, table))


def _contracts(contracts: Sequence[Awarded], year: str, key: str) -> tuple[Block, ...]:
    if not contracts:
        return (Paragraph((f"None had anything due in {year}.",)),)
    blocks: list[Block] = []
    for c in contracts:
        contract = c.contract
        about = f"{c.record.supplier}: {contract.title} ({contract.reference})"
        blocks.append(Table(
            about, ("Commitment", "Due by", "Fell due", "Delivered", "Rating"),
            tuple(_row(d, f"{key}.{contract.id}") for d in c.due_in(year)), (46, 14, 13, 13, 14), frozenset({2, 3}),
        ))  # fmt: skip
    return tuple(blocks)


def _row(due: Due, key: str) -> tuple[Line, ...]:
    commitment, milestone = due.promise.commitment, due.milestone
    text = " ".join(commitment.text.split())
    words = f"{commitment.number}. {text if len(text) <= 160 else text[:160].rsplit(' ', 1)[0] + ' …'}"
    first: Line = (Quoted(words),)
    rating: Line = (rating_of(due).value,)
    if milestone.quantity is None:
        return (first, (Day(milestone.ends),), ("no number",), ("no number",), rating)
    at = f"{key}.{due.id}"
    unit = unit_in_words(commitment.quantity_unit)
    if due.is_rate:
        return (first, (Day(milestone.ends),), ("a rate",), ("a rate",), rating)
    wanted = Figure(f"{at}.due", f"Due of commitment {commitment.number}, in {unit}", Decimal(str(milestone.quantity)),
                    By.quantity, Of.milestone, (due.id,), commitment.quantity_unit)  # fmt: skip
    reached = Figure(f"{at}.delivered", f"Confirmed for commitment {commitment.number}, in {unit}",
                     sum((Decimal(str(m.quantity or 0)) for m in due.matches), Decimal()), By.quantity, Of.delivery,
                     tuple(m.id for m in due.matches), commitment.quantity_unit)  # fmt: skip
    suffix = "" if commitment.quantity_unit is Unit.gbp else f" {unit}"
    return (first, (Day(milestone.ends),), (wanted, suffix), (reached, suffix), rating)


def _rule(facts: Facts, year: str) -> Section:
    first, last = days_of(year)
    lines: tuple[Line, ...] = (
        ("Parts of commitments whose last day lies between ", Day(first), " and ", Day(last), "."),
        (Quoted(f"{Rating.good.value}: judged delivered in full or beyond. {Rating.approaching.value}: judged in part, "
                f"and at least {CLOSE_PERCENT}% of what was due was confirmed. {Rating.improvement.value}: in part, "
                f"and at least {FAR_PERCENT}% was, or no number was promised. {Rating.inadequate.value}: less, or "
                f"nothing. {Rating.other.value}: not judged yet."),),
        ("The words of the ratings are those of the ", Quoted("Procurement Regulations 2024"), " for contract "
         "performance notices; the percentages are svdocs’s reading of “close to” and “below”, and an officer may rate "
         "otherwise."),
        (Quoted("Procurement Act 2023, section 71: performance against indicators is assessed at least once every "
                "twelve months, and when the contract ends. Section 52 does not reach light touch contracts and "
                "frameworks."),),
        ("Commitments that are no key performance indicator of the contract need not be published.",),
    )  # fmt: skip
    return Section("rule", "How this was rated", (Points(lines), Paragraph(basis_of(facts), note=True)))
