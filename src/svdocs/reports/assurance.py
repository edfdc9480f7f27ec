"""Assurance for the governance team: what is missing, by department, with the reason where somebody gave one.

Source: Kent County Council, Winning for Kent 2026-2028 (draft), Governance and Inclusion of Social Value: a minimum
weighting of 10 % by quality above the thresholds; leaving social value out, or less, needs a written justification.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from svdocs.delivery.years import contract_years
from svdocs.frameworks.applying import model_for
from svdocs.records.schedules import Scheduled
from svdocs.reports.counting import contract_count
from svdocs.reports.facts import Awarded, Bought, Facts
from svdocs.reports.figure import By, Figure, Of, count
from svdocs.reports.report import (
    Bar,
    Block,
    Chart,
    ChartKind,
    Day,
    Headline,
    Headlines,
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
from svdocs.statements.statement import Unit

LEAST_PERCENT = Decimal(10)


def build_assurance(facts: Facts, as_of: date, made_at: datetime) -> Report:
    """Return what the governance team looks into, as of a day.

    Args:
        facts: what it counts from.
        as_of: case studies and evidence are missing if they were due before this day.
        made_at: when it is made.
    """
    without = [b for b in facts.procurements if not b.set_up.weighting_percent]
    low = [b for b in facts.procurements if b.set_up.weighting_percent and weighting_of(b) < LEAST_PERCENT]
    studies = [(c, n) for c in facts.contracts for n in missing_studies(c, as_of)]
    silent = [(c, s) for c in facts.contracts for s in c.schedule if is_without_evidence(s, as_of)]
    sections = (
        _in_short(facts, without, low, studies, silent),
        Section("without", "Procurements without social value", _procurements("without", without)),
        Section("low", "Weightings under 10%", _procurements("low", low)),
        Section("studies", "Contracts without case studies", _studies(facts, studies)),
        Section("evidence", "Commitments without evidence", _evidence(facts, silent)),
        _rule(facts, as_of),
    )
    title = "Social value assurance"
    return Report(
        ReportKind.assurance, title, f"as of {Day(as_of)}", facts.authority, made_at, basis_of(facts), sections
    )


def weighting_of(bought: Bought) -> Decimal:
    """Return the share of the whole score that social value has by quality, in percent; nought where nobody said."""
    return bought.set_up.weighting_by_quality or Decimal(0)


def missing_studies(awarded: Awarded, as_of: date) -> list[int]:
    """Return the contract years that ended before a day and have no case study of their contract, where one is due."""
    if awarded.contract.social_value_mandatory is False:
        return []
    have = {s.year for s in awarded.studies if not s.is_of_another}
    years = contract_years(awarded.contract.starts, awarded.contract.ends)
    return [n for n, (_, last) in enumerate(years, start=1) if last < as_of and n not in have]


def is_without_evidence(promise: Scheduled, as_of: date) -> bool:
    """Say whether something of a promise was due before a day and nothing was ever sent for it."""
    return not promise.has_evidence and any(m.ends < as_of for m in promise.standing)


def _in_short(
    facts: Facts,
    without: Sequence[Bought],
    low: Sequence[Bought],
    studies: Sequence[tuple[Awarded, int]],
    silent: Sequence[tuple[Awarded, Scheduled]],
) -> Section:
    unjustified = [b for b in [*without, *low] if b.set_up.exception is None]
    lacking = list({c.id: c for c, _ in studies}.values())
    shown = (
        Headline(count("short.without", "Procurements without social value", Of.procurement, [b.id for b in without]),
                 "procurements without social value"),
        Headline(count("short.low", "Procurements with a weighting under 10 %", Of.procurement, [b.id for b in low]),
                 "with a weighting under 10%"),
        Headline(count("short.unjustified", "Of these two, those without a justification", Of.procurement,
                       [b.id for b in unjustified]), "of these without a justification"),
        Headline(contract_count("short.studies", "Contracts that lack a case study", lacking),
                 "contracts lack a case study"),
        Headline(count("short.silent", "Commitments due for which nothing was sent", Of.promise,
                       [s.id for _, s in silent]), "commitments due without evidence"),
    )  # fmt: skip
    by: dict[str, list[list[str]]] = defaultdict(lambda: [[], [], [], []])
    for b in without:
        by[b.department][0].append(b.id)
    for b in low:
        by[b.department][1].append(b.id)
    for c in lacking:
        by[facts.department_of[c.id]][2].append(c.id)
    for c, s in silent:
        by[facts.department_of[c.id]][3].append(s.id)
    heads = ("Without social value", "Under 10%", "Contracts lacking a case study", "Commitments without evidence")
    kinds = (Of.procurement, Of.procurement, Of.contract, Of.promise)
    rows = [
        (name, tuple(count(f"short.{name}.{n}", f"{head}: {name}", kind, ids)
                     for n, (head, kind, ids) in enumerate(zip(heads, kinds, found, strict=True))))
        for name, found in sorted(by.items())
    ]  # fmt: skip
    blocks: list[Block] = [Headlines(shown)]
    if rows:
        most = sorted(rows, key=lambda r: -sum(int(f.value or 0) for f in r[1]))
        blocks.append(Chart("departments", ChartKind.bars, "Commitments due without evidence, by department",
                            ("Commitments",), tuple(Bar(name, (figures[3],)) for name, figures in most)))  # fmt: skip
        blocks.append(Table("What to look into, by department", ("Department", *heads),
                            tuple(((Quoted(name),), *((f,) for f in figures)) for name, figures in rows),
                            (28, 16, 14, 21, 21), frozenset({1, 2, 3, 4})))  # fmt: skip
    return Section("short", "In short", tuple(blocks))


def _procurements(key: str, bought: Sequence[Bought]) -> tuple[Block, ...]:
    if not bought:
        return (Paragraph(("None.",)),)
    blocks: list[Block] = []
    for department in sorted({b.department for b in bought}):
        own = [b for b in bought if b.department == department]
        rows = tuple(((Quoted(b.procurement.title),), _value(b), _weighting(b), (_expectation(b),), _justification(b))
                     for b in sorted(own, key=lambda b: b.procurement.title))  # fmt: skip
        blocks.append(Table(department, ("Procurement", "Value", "Weighting", "Social value is", "Justification"), rows,
                            (28, 14, 12, 14, 32), frozenset({1, 2})))  # fmt: skip
    return tuple(blocks)


def _value(bought: Bought) -> Line:
    value = bought.set_up.value_gbp if bought.set_up.value_gbp is not None else bought.procurement.value_gbp
    return ("not recorded",) if value is None else (_stated(bought, "value", value, Unit.gbp),)


def _weighting(bought: Bought) -> Line:
    if bought.set_up.weighting_percent is None:
        return ("not recorded",)
    return (_stated(bought, "weighting", weighting_of(bought), Unit.percent),)


def _stated(bought: Bought, what: str, value: Decimal, unit: Unit) -> Figure:
    meaning = f"The {what} of {bought.procurement.title}, as its set-up states it"
    return Figure(f"stated.{bought.id}.{what}", meaning, value, By.stated, Of.procurement, (bought.id,), unit)


def _expectation(bought: Bought) -> str:
    """Return how far social value is asked for, by the rules of the day on which the procurement commenced."""
    model = model_for(bought.set_up)
    if model is None:
        return "not known"
    return model.expectation.value


def _justification(bought: Bought) -> Line:
    exception = bought.set_up.exception
    if exception is None:
        return ("none recorded",)
    if not exception.is_approved:
        return (Quoted(exception.reason), " Nobody’s approval is recorded.")
    approved = exception.approved_on or bought.day
    return (Quoted(f"{exception.reason} Approved by {exception.approved_by}, {exception.role}, "), Day(approved), ".")


def _studies(facts: Facts, studies: Sequence[tuple[Awarded, int]]) -> tuple[Block, ...]:
    if not studies:
        return (Paragraph(("None.",)),)
    years: dict[str, list[int]] = defaultdict(list)
    contracts = {c.id: c for c, _ in studies}
    for c, n in studies:
        years[c.id].append(n)
    blocks: list[Block] = []
    for department in sorted({facts.department_of[i] for i in contracts}):
        own = [c for i, c in contracts.items() if facts.department_of[i] == department]
        rows = tuple(
            (_named(c), (Quoted(c.record.supplier),), (Quoted(c.contract.manager or "none named"),),
             (Quoted(", ".join(map(str, years[c.id]))),),
             (count(f"studies.{c.id}", f"Case studies missing: {c.contract.reference}", Of.contract_year,
                    [f"{c.id}#{n}" for n in years[c.id]]),))
            for c in own
        )  # fmt: skip
        blocks.append(Table(department, ("Contract", "Supplier", "Manager", "Contract years", "Missing"), rows,
                            (36, 24, 16, 14, 10), frozenset({4})))  # fmt: skip
    return tuple(blocks)


def _evidence(facts: Facts, silent: Sequence[tuple[Awarded, Scheduled]]) -> tuple[Block, ...]:
    if not silent:
        return (Paragraph(("None.",)),)
    blocks: list[Block] = []
    for department in sorted({facts.department_of[c.id] for c, _ in silent}):
        rows = tuple(
            (_named(c), (Quoted(f"{s.commitment.number}. {_cut(s.commitment.text)}"),),
             (Quoted(c.contract.manager or "none named"),), (Quoted(s.state.value.replace("_", " ")),))
            for c, s in silent if facts.department_of[c.id] == department
        )  # fmt: skip
        blocks.append(Table(department, ("Contract", "Commitment", "Manager", "State"), rows, (28, 46, 14, 12)))
    return tuple(blocks)


def _named(awarded: Awarded) -> Line:
    return (Quoted(f"{awarded.contract.reference}: {awarded.contract.title}"),)


def _cut(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= 140 else folded[:140].rsplit(" ", 1)[0] + " …"


def _rule(facts: Facts, as_of: date) -> Section:
    lines: tuple[Line, ...] = (
        ("Without social value: the set-up gives it no share of the score, or nobody has said which.",),
        ("Under 10%: it has a share by quality, and that is less. The least is asked for above the thresholds; "
         "“Social value is” says what the rules ask of the procurement by the day on which it commenced.",),
        ("A case study is missing where a contract year ended before ", Day(as_of), " and none came for it, unless "
         "social value is not mandatory for the contract; one that names another contract or supplier is none.",),
        ("A commitment is without evidence where a part of it was due before that day and neither a document nor a "
         "delivery in a case study was ever sent for it, refused ones left out.",),
    )  # fmt: skip
    return Section("rule", "How this was counted", (Points(lines), Paragraph(basis_of(facts), note=True)))
