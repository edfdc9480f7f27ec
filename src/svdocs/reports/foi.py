"""The answer to a request under the Freedom of Information Act 2000 about social value in procurement.

The questions are those of the request that Kent and Medway NHS and Social Care Partnership Trust answered as FOI 45918.
What is not in the records is answered as not held, in the same words each time; an officer checks whether it is held
elsewhere before the answer is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from svdocs.frameworks.load import load_frameworks
from svdocs.records.store import Store
from svdocs.reports.counting import contract_count, outcomes, tally, value_of
from svdocs.reports.facts import Facts
from svdocs.reports.figure import By, Figure, Of, count, not_held
from svdocs.reports.report import (
    Block,
    Line,
    Paragraph,
    Points,
    Question,
    Quoted,
    Report,
    ReportKind,
    Section,
    Table,
)
from svdocs.reports.spending import ShareKind, Spending, spending_by_year
from svdocs.reports.spent import spend_table
from svdocs.reports.statement import basis_of
from svdocs.reports.valued import Valued, values_in
from svdocs.statements.in_words import unit_in_words

NOT_HELD_WORDS = "We do not hold this information in the records from which this answer was made."
SOME_HELD = "For years that say “not held” we do not hold the information in these records."


def build_foi(store: Store, facts: Facts, years: Sequence[str], made_at: datetime) -> Report:
    """Return the answer to a request about social value, for some financial years.

    Args:
        store: for spend and values.
        facts: what it counts from.
        years: the financial years, oldest first.
        made_at: when it is made.
    """
    valued = values_in(store, facts)
    spending = spending_by_year(store, years)
    sections = (
        Section("methods", "Measurement", (*_methods(facts, valued), *_totals(facts, years, valued))),
        Section("proxies", "Financial proxies", _proxies(facts, years, valued)),
        Section("spend", "Spend", _spend(spending)),
        Section("basis", "About this answer", _about(facts, years)),
    )
    period = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    title = "Answer to a request for information: social value in procurement"
    return Report(ReportKind.foi, title, period, facts.authority, made_at, basis_of(facts), sections)


def _methods(facts: Facts, valued: Valued) -> tuple[Block, ...]:
    asked = Question("1.", "What methods do you use to measure social value from your procurements? Please include any "
                     "additional measurement methods you use (e.g. TOMs) as well as the NHS Social Value "
                     "Model.")  # fmt: skip
    used = Counter(key for b in facts.procurements for key in b.set_up.frameworks)
    if not used:
        return (asked, Paragraph((NOT_HELD_WORDS,)))
    frameworks = load_frameworks()
    rows = []
    for key, _ in used.most_common():
        known = frameworks.get(key)
        title = f"{known.title}, {known.edition}" if known else key
        ids = [b.id for b in facts.procurements if key in b.set_up.frameworks]
        rows.append((
            (Quoted(title),), (count(f"methods.{key}", f"Procurements set up with {title}", Of.procurement, ids),),
        ))  # fmt: skip
    said: Line = (
        "Suppliers’ commitments are coded to the frameworks below. What they deliver is confirmed by contract managers "
        "against evidence and counted in its own unit, such as hours or people; units are not added up.",
    )
    table = Table("Frameworks in use", ("Framework", "Procurements"), tuple(rows), (78, 22), frozenset({1}))
    return (asked, Paragraph(said), table)


def _totals(facts: Facts, years: Sequence[str], valued: Valued) -> tuple[Block, ...]:
    asked = Question("2.", "What is the total social value accrued by your procurement activities each year, according "
                     "to how you measure and report this at a corporate level? If possible, can you provide any "
                     "explanatory notes to explain how you have measured this?")  # fmt: skip
    rows = []
    for year in years:
        due = facts.due_in(year)
        found = tally(f"totals.{year}", year, due) if due else None
        rows.append((
            (Quoted(year),), (valued.delivered_in(facts, year),),
            (found.due if found else not_held(f"totals.{year}.due", f"Parts due in {year}", By.number, Of.milestone),),
            (found.full if found else not_held(f"totals.{year}.full", f"Parts delivered in full in {year}", By.number,
                                               Of.milestone),),
        ))  # fmt: skip
    total = Table(
        "Social value each financial year",
        ("Financial year", "In pounds, by proxies", "Parts of commitments due", "Delivered in full or beyond"),
        tuple(rows), (22, 26, 26, 26), frozenset({1, 2, 3}),
    )  # fmt: skip
    blocks: list[Block] = [asked, Paragraph((_about_totals(valued),)), total]
    for year in years:
        found_outcomes = outcomes(f"totals.{year}.outcome", year, facts.due_in(year))
        if found_outcomes:
            blocks.append(Table(
                f"Delivered in {year}, by measure", ("Measure", "Counted in", "Delivered", "Fell due"),
                tuple(((Quoted(o.label),), (unit_in_words(o.unit),), (o.delivered,), (o.due,)) for o in found_outcomes),
                (46, 18, 18, 18), frozenset({2, 3}),
            ))  # fmt: skip
    return tuple(blocks)


def _about_totals(valued: Valued) -> str:
    if valued.is_used:
        return (
            "A total in pounds is held only for contracts whose procurement values commitments by financial proxies; "
            "the answer on proxies below says which. Everything else is counted in its own unit. " + SOME_HELD
        )
    return (
        "We do not hold a total in pounds: social value is counted in its own units, which are not added up and not "
        "turned into money. What was delivered is given by measure. " + SOME_HELD
    )


def _proxies(facts: Facts, years: Sequence[str], valued: Valued) -> tuple[Block, ...]:
    asked = Question("3.", "Do you use financial proxies to monetise the measurement of social value, such as social "
                     "local economic value? If so: (a) the method or measure; (b) the number of contracts to which you "
                     "applied it each financial year; (c) the value of those contracts; (d) their monetised social "
                     "value; (e) the value of all contracts let in the same period.")  # fmt: skip
    blocks: list[Block] = [asked]
    if valued.is_used:
        blocks += [Paragraph(("Yes, for some contracts.",)), Paragraph(("(a) Values from:",)),
                   Points(tuple((Quoted(s),) for s in valued.sets))]  # fmt: skip
    else:
        blocks.append(Paragraph(("No. No contract in the records was valued by a financial proxy.",)))
    rows = []
    for year in years:
        let = facts.let_in(year)
        own = [c for c in let if valued.applies_to(c)]
        every = value_of(f"proxies.{year}.all", f"Value of all contracts let in {year}", let)
        rows.append((
            (Quoted(year),),
            (_held(bool(let), contract_count(f"proxies.{year}", f"Contracts let in {year} with proxies", own)),),
            (_held(bool(own), value_of(f"proxies.{year}.value", f"Value of those let in {year}", own)),),
            (valued.promised_in(own, year),), (_held(bool(let), every),),
        ))  # fmt: skip
    blocks.append(Table(
        "Contracts let, by financial year",
        ("Financial year", "(b) With proxies", "(c) Their value", "(d) Monetised", "(e) All contracts let"),
        tuple(rows), (18, 17, 20, 23, 22), frozenset({1, 2, 3, 4}),
    ))  # fmt: skip
    blocks.append(Paragraph(
        ("A contract is let in the year in which it begins. Monetised social value is what was fixed at the award for "
         "the winning bid, not what was delivered. “Not held” in a year without contracts means that none of that year "
         "is in the records.",), note=True,
    ))  # fmt: skip
    return tuple(blocks)


def _held(is_held: bool, figure: Figure) -> Figure:
    """Return a figure, or that nothing is held where no record of its year is there."""
    return figure if is_held else not_held(figure.key, figure.meaning, figure.by, figure.of)


def _spend(spending: Sequence[Spending]) -> tuple[Block, ...]:
    questions = (
        (ShareKind.local, "4.", "How much in total have you spent in procurement on local businesses and "
         "organisations, each financial year? Please include your definition, if you have one."),
        (ShareKind.sme, "5.", "How much have you spent on SMEs each financial year? If your definition differs from "
         "the government’s, please provide it."),
        (ShareKind.vcse, "6.", "How much have you spent on VCSEs each financial year? Please include your definition "
         "of a VCSE if you have one."),
    )  # fmt: skip
    blocks: list[Block] = []
    for kind, number, words in questions:
        blocks.append(Question(number, words))
        if not any(s.is_held for s in spending):
            blocks.append(Paragraph((NOT_HELD_WORDS,)))
        blocks.append(spend_table(spending, kind))
        definition = spending[-1].share(kind).definition
        blocks.append(Paragraph(("Definition: ", Quoted(definition))))
    blocks.append(Paragraph(
        ("“Not known” is spend with suppliers of which the records do not say whether they belong; it is in no share, "
         "so each share is the least that it can be.",), note=True,
    ))  # fmt: skip
    return tuple(blocks)


def _about(facts: Facts, years: Sequence[str]) -> tuple[Block, ...]:
    let = [c for year in years for c in facts.let_in(year)]
    return (
        Points((
            ("A financial year runs from April to March.",),
            ("The records hold ", contract_count("basis.contracts", "Contracts let in the years asked for", let),
             " contracts that were let in the years asked for."),
            ("Commitments of suppliers are public where they stand in a published contract. Whether anything here is "
             "exempt (confidence, section 41; commercial interests, section 43) is for the officer who answers.",),
        )),
        Paragraph(basis_of(facts), note=True),
        Paragraph(("A draft for the officer who answers: check it, and say what else is held, before it is sent.",),
                  note=True),
    )  # fmt: skip
