"""The annual Social Value Statement: activity, outcomes and progress against priorities, with places and case studies.

Source: Kent County Council, Winning for Kent 2026-2028 (draft), Measurement and Reporting. The first covers 2027-28.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from svdocs.delivery.years import days_of
from svdocs.frameworks.load import load_frameworks
from svdocs.records.delivery_tables import BadgeLevel, BadgeState, CaseStudy
from svdocs.records.store import Store
from svdocs.reports.counting import (
    Outcome,
    Tally,
    by_department,
    contract_count,
    outcomes,
    study_figures,
    tally,
    theme_of,
    value_of,
)
from svdocs.reports.facts import FIRST_STATEMENT, NO_DEPARTMENT, Awarded, Became, Due, Facts
from svdocs.reports.figure import Of, count, plural
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
    Story,
    Table,
)
from svdocs.reports.spent import spend_section
from svdocs.reports.where import places_section
from svdocs.statements.in_words import unit_in_words
from svdocs.statements.statement import Unit

SHOWN_OUTCOMES = 10
SHOWN_STORIES = 4
YEARS_BACK = 2
"""How many earlier years stand beside the year, for comparison."""
SHORT_PART = 420
"""Letters of a case study's part that are quoted."""


def build_statement(store: Store, facts: Facts, year: str, made_at: datetime) -> Report:
    """Return the Social Value Statement for a financial year.

    Args:
        store: for spend.
        facts: what it counts from.
        year: the financial year, as in 2027-28.
        made_at: when it is made.
    """
    due = facts.due_in(year)
    sections = [
        _at_a_glance(facts, year, due),
        _activity(facts, year),
        _outcomes(year, due),
        _priorities(facts, year, due),
        places_section(facts, year),
        _stories(facts, year),
        _recognition(facts, year),
        spend_section(store, earlier_years(year)),
        _method(facts, year, due),
    ]
    return Report(
        ReportKind.statement, "Social Value Statement", year, facts.authority, made_at, basis_of(facts), tuple(sections)
    )


def basis_of(facts: Facts) -> Line:
    """Return which records a report was counted from, in words."""
    if facts.everything:
        return ("Counted from all contracts and procurements in the records.",)
    return (
        "Counted from the contracts and procurements in which the person who made it has a role; others are not in it.",
    )


def earlier_years(year: str, back: int = YEARS_BACK) -> list[str]:
    """Return a financial year and those before it, oldest first, from the first of which a statement is published.

    >>> earlier_years("2029-30"), earlier_years("2027-28")
    (['2027-28', '2028-29', '2029-30'], ['2027-28'])
    """
    first = int(year[:4])
    found = [f"{y}-{(y + 1) % 100:02d}" for y in range(first - back, first + 1)]
    return [y for y in found if y >= FIRST_STATEMENT or y == year]


def _at_a_glance(facts: Facts, year: str, due: Sequence[Due]) -> Section:
    running = facts.running_in(year)
    whole = tally("glance", year, due)
    contracts = contract_count("glance.contracts", f"Contracts that ran on a day of {year}", running)
    value = value_of("glance.value", f"Value of the contracts that ran on a day of {year}", running)
    wanted, came, _ = study_figures("glance", year, running)
    badges = facts.badges_in(year)
    issued = count("glance.badges", f"Badges issued for {year}", Of.badge, [b.id for _, b in badges])
    shown = (
        Headline(contracts, plural(contracts, "contract"), ("worth ", value, " over their whole term")),
        Headline(whole.share, "of what fell due was delivered in full", (whole.full, " of ", whole.due, " parts")),
        Headline(whole.became[0], "went beyond what was promised", ()),
        Headline(came, "case studies received", ("of ", wanted, " due")),
        Headline(issued, plural(issued, "achievement badge"), ("confirmed by a contract manager",)),
    )
    missed, partly, waiting = whole.became[3], whole.became[2], whole.became[4]
    words: Line = (
        "Suppliers promised social value in these contracts, and each promise falls due in parts, one each contract "
        "year. Of the ", whole.due, f" parts that fell due in {year}, ", whole.full,
        " were delivered in full or beyond, ", partly, " in part and ", missed, " not at all; ", waiting,
        " wait for evidence or for a contract manager.",
    )  # fmt: skip
    years = [(y, tally(f"glance.{y}" if y != year else "glance", y, facts.due_in(y))) for y in earlier_years(year)]
    chart = became_chart("became", f"What became of the parts that fell due in {years[0][0]} to {year}"
                         if len(years) > 1 else f"What became of the parts that fell due in {year}", years)  # fmt: skip
    table = became_table("What became of what fell due, by financial year", "Financial year", years)
    return Section("glance", "At a glance", (Headlines(shown), Paragraph(words), chart, table))


def became_chart(key: str, title: str, rows: Sequence[tuple[str, Tally]]) -> Chart:
    """Return the chart of what became of parts that fell due."""
    bars = tuple(Bar(label, found.became) for label, found in rows)
    return Chart(key, ChartKind.stacked, title, Became.ALL, bars)


def became_table(caption: str, first: str, rows: Sequence[tuple[str, Tally]]) -> Table:
    """Return the table of what became of parts that fell due."""
    return Table(
        caption, (first, "Fell due", *Became.ALL, "In full or beyond"),
        tuple(((Quoted(label),), (t.due,), *((f,) for f in t.became), (t.share,)) for label, t in rows),
        widths=(24, 9, 12, 9, 9, 9, 14, 14), numeric=frozenset(range(1, 8)),
    )  # fmt: skip


def _activity(facts: Facts, year: str) -> Section:
    bought, let = facts.bought_in(year), facts.let_in(year)
    asked = [b for b in bought if (b.set_up.weighting_percent or 0) > 0]
    running = facts.running_in(year)
    made = [s.id for c in let for s in c.schedule]
    points: list[Line] = [
        (count("activity.bought", f"Procurements that commenced in {year}", Of.procurement, [b.id for b in bought]),
         " procurements began; ",
         count("activity.asked", f"Procurements that commenced in {year} in which social value has a weighting",
               Of.procurement, [b.id for b in asked]),
         " of them gave social value a share of the score."),
        (contract_count("activity.let", f"Contracts that began in {year}", let), " contracts began, worth ",
         value_of("activity.let_value", f"Value of the contracts that began in {year}", let), ", with ",
         count("activity.promises", f"Commitments in contracts that began in {year}", Of.promise, made),
         " commitments from their suppliers."),
    ]  # fmt: skip
    rows = []
    for name, own in by_department(facts, running).items():
        found = tally(f"activity.{name}", f"{name}, {year}", [d for c in own for d in c.due_in(year)])
        wanted, came, _ = study_figures(f"activity.{name}", year, own, f", {name}")
        rows.append((
            (Quoted(name),),
            (contract_count(f"activity.{name}.contracts", f"Contracts of {name} that ran in {year}", own),),
            (value_of(f"activity.{name}.value", f"Value of the contracts of {name} that ran in {year}", own),),
            (found.due,), (found.share,), (came, " of ", wanted),
        ))  # fmt: skip
    table = Table(
        f"Contracts that ran in {year}, by department",
        ("Department", "Contracts", "Value", "Parts due", "In full or beyond", "Case studies"), tuple(rows),
        widths=(30, 12, 18, 12, 14, 14), numeric=frozenset(range(1, 6)),
    )  # fmt: skip
    return Section("activity", "What we did", (Points(tuple(points)), table))


def _outcomes(year: str, due: Sequence[Due]) -> Section:
    found = outcomes("outcomes", year, due)
    if not found:
        return Section("outcomes", "What was delivered", (
            Paragraph((f"Nothing that can be counted fell due in {year}.",)),))  # fmt: skip
    drawn = found[:SHOWN_OUTCOMES]
    chart = Chart(
        "outcomes", ChartKind.bullets,
        f"What suppliers delivered in {year}, against what fell due",
        ("Delivered", "Fell due"),
        tuple(Bar(o.label, (o.delivered, o.due), f"{_counted(o, short=True)} ({o.share.text})") for o in drawn),
    )  # fmt: skip
    table = Table(
        f"Outcomes in {year}, by measure",
        ("Measure", "Counted in", "Fell due", "Delivered", "Share", "Contracts"),
        tuple(
            ((Quoted(o.label),), (unit_in_words(o.unit),), (o.due,), (o.delivered,), (o.share,), (o.contracts,))
            for o in found
        ),
        widths=(36, 14, 14, 14, 10, 12), numeric=frozenset({2, 3, 4, 5}),
    )  # fmt: skip
    words: Line = (
        "Each measure is counted in its own unit, and different units are never added up. Only what a contract manager "
        "has confirmed counts as delivered; more than was due in one contract can stand beside less in another.",
    )
    return Section("outcomes", "What was delivered", (Paragraph(words), chart, table))


def _counted(outcome: Outcome, *, short: bool = False) -> str:
    reached, wanted = ((f.short if short else f.text) for f in (outcome.delivered, outcome.due))
    if outcome.unit is Unit.gbp:
        return f"{reached} of {wanted}"
    return f"{reached} of {wanted} {unit_in_words(outcome.unit)}"


def _priorities(facts: Facts, year: str, due: Sequence[Due]) -> Section:
    framework = load_frameworks().get(facts.framework)
    themes = [(t.code, t.label) for t in framework.themes if t.suggested] if framework else []
    rows = []
    blocks: list[Block] = []
    for code, label in [*themes, ("", "No priority recorded")]:
        own = [d for d in due if theme_of(d, facts.framework) == code]
        if own or code:
            rows.append((label, tally(f"priorities.{label}", f"{label}, {year}", own)))
    drawn = [(label, found) for label, found in rows if found.due.value]
    named = framework.title if framework else facts.framework
    words: Line = (
        "Each commitment is counted under the first priority that was decided for it. The priorities are those of ",
        Quoted(f"{named}, {framework.edition}" if framework else named), ".",
    )  # fmt: skip
    blocks = [Paragraph(words)]
    if drawn:
        blocks.append(became_chart("priorities", f"What became of what fell due in {year}, by priority", drawn))
    blocks.append(became_table(f"Progress against priorities in {year}", "Priority", rows))
    years = earlier_years(year)
    if len(years) > 1:
        blocks.append(_trend(facts, year, years, [label for label, _ in drawn], dict(themes)))
    return Section("priorities", "Progress against our priorities", tuple(blocks))


def _trend(facts: Facts, year: str, years: Sequence[str], labels: Sequence[str], themes: dict[str, str]) -> Table:
    code_of = {label: code for code, label in themes.items()}
    by_year = {y: facts.due_in(y) for y in years}
    rows = []
    for label in labels:
        cells: list[Line] = [(Quoted(label),)]
        for y in years:
            own = [d for d in by_year[y] if theme_of(d, facts.framework) == code_of.get(label, "")]
            at = f"priorities.{label}" if y == year else f"priorities.{label}.{y}"
            found = tally(at, f"{label}, {y}", own)
            cells.append((found.share, " of ", found.due))
        rows.append(tuple(cells))
    return Table(
        "Delivered in full or beyond, year by year", ("Priority", *years), tuple(rows),
        widths=(34, *([22] * len(years))), numeric=frozenset(range(1, len(years) + 1)),
    )  # fmt: skip


def _stories(facts: Facts, year: str) -> Section:
    found = [(c, s) for c, s in _studies(facts, year) if not s.is_of_another]
    told = [(c, s) for c, s in found if s.may_publish and s.delivered]
    figures = (
        count("stories.all", f"Case studies for contract years that ended in {year}", Of.case_study,
              [s.id for _, s in found]),
        count("stories.may", "Those that may be published by their suppliers' consent", Of.case_study,
              [s.id for _, s in found if s.may_publish]),
    )  # fmt: skip
    words: Line = (
        "Suppliers sent ", figures[0], f" case studies for contract years that ended in {year}; of ", figures[1],
        " the suppliers consent that they are published. These are some of them, in the suppliers’ own words.",
    )  # fmt: skip
    stories = tuple(_story(c, s) for c, s in _various(facts, told))
    return Section("stories", "Case studies", (Paragraph(words), *stories))


def _studies(facts: Facts, year: str) -> list[tuple[Awarded, CaseStudy]]:
    return [(c, s) for c in facts.contracts for s in c.studies if s.year in set(c.years_ended_in(year))]


def _various(facts: Facts, told: Sequence[tuple[Awarded, CaseStudy]]) -> list[tuple[Awarded, CaseStudy]]:
    """Return a few case studies of different departments and suppliers: those with most confirmed deliveries first.

    Contracts of which no department is recorded are of different ones.
    """

    def weight(pair: tuple[Awarded, CaseStudy]) -> tuple[int, str]:
        confirmed = sum(m.case_study_id == pair[1].id for s in pair[0].schedule for m in s.confirmed)
        return (-confirmed, pair[1].id)

    chosen: list[tuple[Awarded, CaseStudy]] = []
    seen: set[str] = set()
    for c, s in sorted(told, key=weight):
        own = {facts.department_of[c.id], c.record.supplier} - {NO_DEPARTMENT}
        if not own & seen:
            chosen.append((c, s))
            seen |= own
    return chosen[:SHOWN_STORIES]


def _story(awarded: Awarded, study: CaseStudy) -> Story:
    parts = (
        ("What was committed", study.committed), ("What was delivered", study.delivered),
        ("Who benefited", study.benefited), ("Where the impact was felt", study.felt),
    )  # fmt: skip
    contract = awarded.contract
    about = " · ".join(x for x in (awarded.record.supplier, contract.department, contract.reference) if x)
    return Story(
        contract.title, (Quoted(about),), tuple((head, _cut(words)) for head, words in parts if words.strip()),
        (Quoted(f"Case study for contract year {study.year}"),),
    )  # fmt: skip


def _cut(words: str) -> str:
    folded = " ".join(words.split())
    return folded if len(folded) <= SHORT_PART else folded[:SHORT_PART].rsplit(" ", 1)[0] + " …"


def _recognition(facts: Facts, year: str) -> Section:
    issued = facts.badges_in(year)
    waiting = facts.badges_in(year, BadgeState.proposed)
    levels = [
        count(f"badges.{level.value}", f"{level.value.title()} badges issued for {year}", Of.badge,
              [b.id for _, b in issued if b.level is level])
        for level in (BadgeLevel.platinum, BadgeLevel.gold)
    ]  # fmt: skip
    words: Line = (
        levels[0], " Platinum badges, for delivery beyond the contract, and ", levels[1],
        " Gold badges, for delivery in full and to the required standard, were confirmed by contract managers; ",
        count("badges.proposed", f"Badges proposed for {year} and not yet decided", Of.badge,
              [b.id for _, b in waiting]),
        " wait for a decision.",
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(words)]
    if issued:
        order = sorted(issued, key=lambda p: (p[1].level is BadgeLevel.gold, p[0].record.supplier))
        rows = tuple(
            ((Quoted(c.record.supplier),), (b.level.value.title(),), (Quoted(c.contract.title),)) for c, b in order
        )
        blocks.append(Table(f"Badges for {year}", ("Supplier", "Badge", "Contract"), rows, widths=(36, 16, 48)))
    return Section("recognition", "Recognising our suppliers", tuple(blocks))


def _method(facts: Facts, year: str, due: Sequence[Due]) -> Section:
    first, last = days_of(year)
    waiting = [m.id for c in facts.running_in(year) for s in c.schedule for m in s.matches if m.state == "proposed"]
    silent = [c for c in facts.running_in(year) if not c.schedule]
    of_another = [s.id for _, s in _studies(facts, year) if s.is_of_another]
    unvalued = [c for c in facts.running_in(year) if c.contract.value_gbp is None]
    lines: tuple[Line, ...] = (
        ("The financial year runs from ", Day(first), " to ", Day(last), ". A part of a commitment belongs to the year "
         "in which its last day lies; a contract belongs to each year in which it runs on some day."),
        ("Delivered is what a contract manager confirmed against evidence. A part counts as delivered in full only if "
         "it was judged so and no number is missing. ",
         count("method.waiting", "Deliveries proposed and not yet decided", Of.delivery, waiting),
         " deliveries are proposed and not yet decided; they count nowhere."),
        ("Percentages and figures per head are not added up and are in no outcome. A commitment that was varied "
         "counts for the years before; what was agreed in its place counts from then.",),
        ("A case study is due for each contract year of a contract for which social value is mandatory, or for which "
         "nobody has said. ",
         count("method.of_another", f"Case studies of another contract or supplier, for years that ended in {year}",
               Of.case_study, of_another),
         " case studies that name another contract or supplier are left out.",),
        ("Contracts that ran with no commitment on record: ",
         contract_count("method.silent", "Contracts that ran in the year without any commitment", silent),
         ". Contracts without a value, which the sums of values leave out: ",
         contract_count("method.unvalued", "Contracts that ran in the year without a value", unvalued), "."),
    )  # fmt: skip
    note: Line = ("Every figure can be followed to the records that it was counted from.",)
    return Section("method", "How this was counted", (Points(lines), Paragraph(basis_of(facts), note=True),
                                                      Paragraph(note, note=True)))  # fmt: skip
