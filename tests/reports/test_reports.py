"""The reports about the made county: each printed figure is counted again from the tables; no other is printed."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html
from sqlalchemy import text

from svdocs.errors import UsageError
from svdocs.frameworks.supplier_kinds import supplier_key
from svdocs.records.delivery_tables import CaseStudy, Contract
from svdocs.records.store import Store, open_store
from svdocs.reports.charts import draw_svg
from svdocs.reports.facts import Facts, gather
from svdocs.reports.figure import By, Figure, Of
from svdocs.reports.foi import build_foi
from svdocs.reports.html import report_file
from svdocs.reports.make import make_report, read_asked
from svdocs.reports.performance import build_performance
from svdocs.reports.plain import report_json
from svdocs.reports.report import Paragraph, Report, ReportKind, Story, Table, in_words
from svdocs.reports.word import report_docx
from tests.reports.county import AS_OF, CONTRACTS, YEARS, make_county
from tests.reports.county_values import EDITION, TITLE

MADE_AT = datetime(2030, 6, 1, 9, tzinfo=UTC)
KINDS = tuple(ReportKind)
TABLES = {
    Of.procurement: "procurement", Of.contract: "contract", Of.promise: "contract_commitment",
    Of.milestone: "contract_milestone", Of.delivery: "delivery_match", Of.case_study: "case_study", Of.badge: "badge",
    Of.ratio: "ratio_figure",
}  # fmt: skip
SECONDS_FOR_A_REPORT = 10
YEAR = re.compile(r"\b20\d\d-\d\d\b")


@dataclass(frozen=True)
class County:
    store: Store
    facts: Facts
    reports: dict[ReportKind, Report]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that holds nothing."""
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[County]:
    path = tmp_path_factory.mktemp("county") / "svdocs.db"
    shutil.copy(empty_database, path)
    with open_store(f"sqlite:///{path}") as store:
        make_county(store)
        facts = gather(store)
        asked = {k: read_asked(k.value, AS_OF, year=YEARS[-1], first="2026-27", as_of=AS_OF) for k in KINDS}
        yield County(store, facts, {k: make_report(store, facts, a, MADE_AT) for k, a in asked.items()})


def test_the_county_is_sixty_contracts_over_three_financial_years(county: County) -> None:
    assert len(county.facts.contracts) == CONTRACTS
    assert all(county.facts.due_in(year) for year in YEARS)


@pytest.mark.parametrize("consent", [True, False, None])
def test_a_story_is_told_with_its_suppliers_consent_alone(county: County, consent: bool | None) -> None:
    contracts = tuple(
        replace(c, studies=tuple(CaseStudy(**s.model_dump() | {"may_publish": consent}) for s in c.studies))
        for c in county.facts.contracts
    )
    asked = read_asked(ReportKind.statement.value, AS_OF, year=YEARS[-1])
    report = make_report(county.store, replace(county.facts, contracts=contracts), asked, MADE_AT)
    told = next(s for s in report.sections if s.key == "stories")
    figures = {key: f.value for key, f in report.figures().items()}
    assert figures["stories.all"] > 0
    assert figures["stories.may"] == (figures["stories.all"] if consent else 0)
    assert any(isinstance(b, Story) for b in told.blocks) is bool(consent)


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_what_its_records_come_to(county: County, kind: ReportKind) -> None:
    figures = county.reports[kind].figures()
    assert len(figures) > 20
    with county.store.reading() as session:
        wrong = {
            key: (figure.value, found)
            for key, figure in figures.items()
            if figure.is_held and (found := _count_again(session, figure)) != figure.value
        }
    assert not wrong


def _count_again(session: Any, figure: Figure) -> Decimal | None:
    """Count a figure from the tables by its ids alone."""
    if figure.by in (By.share, By.ratio):
        assert figure.part is not None
        assert figure.whole is not None
        part, whole = _count_again(session, figure.part), _count_again(session, figure.whole)
        return 100 * part / whole if part is not None and whole else None
    if figure.of is Of.spend:
        return _spent(session, figure)
    ids = [i.partition("#")[0] for i in figure.ids] if figure.of is Of.contract_year else list(figure.ids)
    table = TABLES.get(figure.of, "contract")
    assert len(set(figure.ids)) == len(figure.ids), "a record is counted twice"
    found = {i: session.execute(text(f"select * from {table} where id = :i"), {"i": i}).mappings().one() for i in ids}
    if figure.by is By.number:
        return Decimal(len(ids))
    if figure.by is By.stated:
        content = session.execute(text("select content from set_up where procurement_id = :i"), {"i": ids[0]}).scalar()
        field = "weighting_percent" if figure.unit == "percent" else "value_gbp"
        return Decimal(re.search(rf'"{field}": "([\d.]+)"', content)[1])  # type: ignore[index]
    if figure.by is By.value:
        return sum((Decimal(found[i]["value_pence"]) / 100 for i in ids), Decimal())
    if figure.by in (By.numerator, By.denominator):
        assert not [f for f in found.values() if f["withdrawn_at"]]
        return sum((Decimal(str(found[i][figure.by.value])) for i in ids), Decimal())
    if figure.by is By.proxy:
        return sum((_in_pounds(session, figure.of, f) for f in found.values()), Decimal())
    assert figure.by is By.quantity
    return sum((Decimal(str(found[i]["quantity"] or 0)) for i in ids), Decimal())


def _in_pounds(session: Any, of: Of, row: Any) -> Decimal:
    """Return what a contract's bid was fixed at, or a delivery times the value of a unit that its procurement set."""
    if of is Of.contract:
        query = "select reckoned from fixed_value where procurement_id = :p and supplier_id = :s"
        fixed = session.execute(text(query), {"p": row["procurement_id"], "s": row["supplier_id"]}).scalar_one()
        total = Fraction(json.loads(fixed)["total"])
        return Decimal(total.numerator) / total.denominator
    query = (
        "select c.measure_code, s.proxies, m.deadweight_hundredths, m.attribution_hundredths "
        "from contract_commitment c join contract k on k.id = c.contract_id "
        "join valuing_method m on m.procurement_id = k.procurement_id join proxy_set s on s.id = m.proxy_set "
        "where c.id = :i"
    )
    code, proxies, deadweight, attribution = session.execute(text(query), {"i": row["commitment_id"]}).one()
    [pounds] = [Decimal(p["pounds"]) for p in json.loads(proxies) if (p["code"], p["unit"]) == (code, row["unit"])]
    return Decimal(str(row["quantity"])) * pounds * Decimal(10_000 - deadweight) * attribution / 10**8


def _spent(session: Any, figure: Figure) -> Decimal:
    query = text(
        "select amount_pence, supplier from spend_line join spend_file on spend_file.id = file_id "
        "where financial_year = :year"
    )
    year = figure.key.split(".")[1]
    keys = {i.partition("/")[2] for i in figure.ids}
    return sum(
        (Decimal(p) / 100 for p, s in session.execute(query, {"year": year}) if supplier_key(s) in keys), Decimal()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_prints_no_number_that_is_no_figure(county: County, kind: ReportKind) -> None:
    page = html.fromstring(report_file(county.reports[kind]))
    article = page.find(".//article")
    known = {f.text for f in county.reports[kind].figures().values()}
    for printed in article.iter("data"):
        assert printed.text in known
    shown = list(article.iter("data", "time", "svg", "header", "figcaption"))
    for told in [*shown, *article.find_class("report-quoted")]:
        told.text = ""
        for inner in list(told):
            told.remove(inner)
    for told in (*article.find_class("report-question"), *article.iter("caption"), *article.iter("h2", "h3", "a")):
        told.text = ""
        for inner in told:
            inner.tail = ""
            inner.text = ""
    rest = " ".join(YEAR.sub("", words) for words in article.itertext())
    rest = re.sub(r"\((?:section|confidence, section 41; commercial).*?\)", "", rest)
    rest = re.sub(r"under 10%", "", rest, flags=re.I)
    for div in article.find_class("app-scroll"):
        rest = rest.replace(div.get("aria-label"), "")
    assert not re.findall(r"\S*\d\S*", rest)


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_file_has_headings_alt_text_header_rows_and_its_language(county: County, kind: ReportKind) -> None:
    report = county.reports[kind]
    document = docx.Document(BytesIO(report_docx(report)))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [s.title for s in report.sections]
    assert document.core_properties.language == "en-GB"
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert [p.get("descr") for p in pictures] == [c.alt for c in report.charts.values()]
    assert document.tables
    for table in document.tables:
        assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert all(cell.text for cell in table.rows[0].cells)
    said = " ".join(p.text for p in document.paragraphs)
    assert "{{" not in said
    assert "{%" not in said


def test_a_statement_is_made_in_time(county: County) -> None:
    began = time.process_time()
    asked = read_asked("statement", AS_OF, year=YEARS[-1])
    report = make_report(county.store, gather(county.store), asked, MADE_AT)
    report_file(report)
    report_docx(report)
    assert time.process_time() - began < SECONDS_FOR_A_REPORT


def test_what_is_not_held_is_never_nought(county: County) -> None:
    report = county.reports[ReportKind.foi]
    figures = report.figures()
    assert figures["spend.2026-27.local"].text == "not held"
    assert figures["totals.2027-28.pounds"].text == "not held"
    assert figures["spend.2027-28.local"].is_held


def test_proxies_are_told_of_the_years_that_used_them_and_of_no_other(county: County, store: Store) -> None:
    report = county.reports[ReportKind.foi]
    figures, told = report.figures(), str(report_json(report))
    assert "Yes, for some contracts." in told
    assert f"{TITLE}, edition {EDITION} (Nobody)" in told
    assert figures["proxies.2027-28"].value == 0
    assert figures["proxies.2027-28.promised"].text == "not held"
    for year in YEARS[1:]:
        assert figures[f"proxies.{year}.promised"].is_money
        assert 0 < figures[f"proxies.{year}"].value < figures[f"proxies.{year}.all"].value
    assert figures["totals.2029-30.pounds"].is_held
    none = str(report_json(build_foi(store, gather(store), ["2027-28"], MADE_AT)))
    assert "No contract in the records was valued by a financial proxy." in none


def test_performance_tells_both_halves_of_each_ratio_of_the_year_and_the_year_before(county: County) -> None:
    section = county.reports[ReportKind.performance].section("ratios")
    figures = county.reports[ReportKind.performance].figures()
    reached = [f for f in figures.values() if f.by is By.ratio]
    assert len(reached) > 10
    assert all(f.part and f.whole and f.text.endswith("%") and "." in f.text for f in reached)
    tables = [b for b in section.blocks if isinstance(b, Table)]
    rows = [[in_words(cell) for cell in row] for t in tables for row in t.rows]
    assert {row[4].rpartition(", ")[2] for row in rows} == {"met", "missed", "none set"}
    assert {row[5] == "no figure" for row in rows} == {True, False}
    several = [f for f in reached if len(f.ids) > 1]
    assert several, "two halves of a year are added up"


def test_without_ratios_performance_says_so(store: Store) -> None:
    [said] = build_performance(gather(store), "2027-28", MADE_AT).section("ratios").blocks
    assert isinstance(said, Paragraph)
    assert in_words(said.line) == "No ratio was entered for a period that ended in 2027-28."


def test_a_chart_is_the_same_each_time(county: County) -> None:
    chart = county.reports[ReportKind.statement].charts["became"]
    first = draw_svg(chart)
    draw_svg.__globals__["_drawn"].cache_clear()
    assert draw_svg(chart) == first


def test_a_case_study_is_told_only_where_its_supplier_agreed(county: County) -> None:
    told = str(report_json(county.reports[ReportKind.statement])["sections"])
    refused = [s for c in county.facts.contracts for s in c.studies if s.may_publish is False]
    assert refused
    assert not [s for s in refused if s.delivered and s.delivered in told]


@pytest.mark.parametrize("code", ["other_contract", "other_supplier"])
def test_a_case_study_of_another_contract_or_supplier_is_neither_told_nor_counted(county: County, code: str) -> None:
    def figures_with(findings: list[dict[str, str]]) -> dict[str, Figure]:
        contracts = tuple(
            replace(c, studies=tuple(CaseStudy(**s.model_dump() | {"findings": findings}) for s in c.studies))
            for c in county.facts.contracts
        )
        facts = replace(county.facts, contracts=contracts)
        reports = [
            make_report(county.store, facts, read_asked(kind.value, AS_OF, year=YEARS[-1]), MADE_AT)
            for kind in (ReportKind.statement, ReportKind.assurance)
        ]
        told = next(s for s in reports[0].sections if s.key == "stories")
        assert any(isinstance(b, Story) for b in told.blocks) is not bool(findings)
        return reports[0].figures() | reports[1].figures()

    before, after = figures_with([]), figures_with([{"code": code, "message": "It names another."}])
    assert [after[key].value for key in ("glance.studies", "stories.all", "stories.may")] == [0, 0, 0]
    assert after["method.of_another"].value == before["stories.all"].value
    assert before["method.of_another"].value == 0
    assert after["glance.studies_due"].value == before["glance.studies_due"].value
    assert after["short.studies"].value > before["short.studies"].value


def test_several_stories_are_told_where_no_department_is_recorded(county: County) -> None:
    contracts = tuple(
        replace(c, record=replace(c.record, contract=Contract(**c.contract.model_dump() | {"department": ""})))
        for c in county.facts.contracts
    )
    asked = read_asked(ReportKind.statement.value, AS_OF, year=YEARS[-1])

    def told_of(facts: Facts) -> int:
        report = make_report(county.store, facts, asked, MADE_AT)
        blocks = next(s for s in report.sections if s.key == "stories").blocks
        return sum(isinstance(b, Story) for b in blocks)

    assert told_of(replace(county.facts, contracts=contracts, procurements=())) > 1
    of_one = tuple(replace(b, set_up=replace(b.set_up, department="Highways")) for b in county.facts.procurements)
    assert told_of(replace(county.facts, contracts=contracts, procurements=of_one)) == 1


@pytest.mark.parametrize("said", ["2027", "2027-29", "twenty", "1850-51"])
def test_what_is_no_financial_year_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        read_asked("statement", date(2028, 5, 1), year=said)


def test_an_unknown_report_is_refused() -> None:
    with pytest.raises(UsageError):
        read_asked("budget", date(2028, 5, 1))
