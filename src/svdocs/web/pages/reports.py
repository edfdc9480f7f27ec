"""The pages of reports: which there are, each of them, and how each figure of it was counted."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.delivery.years import days_of, financial_year
from svdocs.records.people_tables import Scope
from svdocs.reports.facts import FIRST_STATEMENT, Facts, gather
from svdocs.reports.figure import Of
from svdocs.reports.html import Label, Shown, report_file, report_inside, working_inside
from svdocs.reports.make import TITLES, Asked
from svdocs.reports.report import ReportKind
from svdocs.reports.word import report_docx
from svdocs.web.asked_reports import AskedFor, report_made
from svdocs.web.here import AtHand, check_form
from svdocs.web.render import render
from svdocs.web.rights import needs_scope
from svdocs.web.saved_files import save_as, save_word

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
ABOUT = {
    ReportKind.statement: "Activity, outcomes, progress against priorities, places and case studies of a financial "
    "year, for publication.",
    ReportKind.foi: "For the Freedom of Information Act: methods, totals, values of units, and local, SME and VCSE "
    "spend for some financial years. Says what is not held.",
    ReportKind.performance: "How suppliers did against their commitments, contract by contract, for section 71 of the "
    "Procurement Act 2023.",
    ReportKind.assurance: "Procurements without social value, low weightings, missing case studies and evidence, by "
    "department.",
}
YEARS_SHOWN = 6


@router.get("/reports", dependencies=[needs_scope(Scope.read)])
def list_reports(request: Request, here: AtHand) -> Response:
    """Show which reports there are, for the years of which there are contracts."""
    today = datetime.now(UTC).date()
    facts = gather(here.store, everything=here.visitor.caller.is_alone)
    starts = [days_of(financial_year(c.contract.starts))[0].year for c in facts.contracts]
    last = today.year if today.month >= 4 else today.year - 1
    first = min([*starts, last - 1])
    years = [f"{y}-{(y + 1) % 100:02d}" for y in range(last, max(first, last - YEARS_SHOWN) - 1, -1)]
    return render(
        request, "reports.html", kinds=[(k.value, TITLES[k], ABOUT[k]) for k in ReportKind], years=years,
        running=financial_year(today), first_statement=FIRST_STATEMENT, contracts=len(facts.contracts),
        alone=here.visitor.caller.is_alone,
    )  # fmt: skip


@router.get("/reports/{kind}", dependencies=[needs_scope(Scope.read)])
def show_report(request: Request, here: AtHand, asked: AskedFor) -> Response:
    """Show a report."""
    report, _ = report_made(here, asked)
    return render(
        request, "report.html", report=report, inside=report_inside(report), asked=asked, question=_question(asked)
    )


@router.get("/reports/{kind}/working", dependencies=[needs_scope(Scope.read)])
def show_working(request: Request, here: AtHand, asked: AskedFor) -> Response:
    """Show for each figure of a report the records that it was counted from."""
    report, facts = report_made(here, asked)
    return render(
        request, "report.html", report=report, inside=working_inside(report, label_from(facts)), asked=asked,
        question=_question(asked), working=True,
    )  # fmt: skip


@router.get("/reports/{kind}/word", dependencies=[needs_scope(Scope.read)])
def give_word(here: AtHand, asked: AskedFor) -> Response:
    """Give a report as a Word file."""
    report, _ = report_made(here, asked)
    return save_word(report.name + ".docx", report_docx(report))


@router.get("/reports/{kind}/download", dependencies=[needs_scope(Scope.read)])
def give_html(here: AtHand, asked: AskedFor) -> Response:
    """Give a report as an HTML file that holds everything it needs."""
    report, _ = report_made(here, asked)
    return save_as(report.name + ".html", report_file(report), "text/html; charset=utf-8")


def label_from(facts: Facts) -> Label:
    """Return what shows a record of a figure by its kind and id, with the address of its page."""
    shown: dict[tuple[Of, str], Shown] = {}
    for b in facts.procurements:
        shown[Of.procurement, b.id] = Shown(b.procurement.title, f"/procurements/{b.id}")
    for c in facts.contracts:
        name, page = f"{c.contract.reference}: {c.contract.title}", f"/contracts/{c.id}"
        shown[Of.contract, c.id] = Shown(name, page)
        for s in c.schedule:
            promise = Shown(f"{c.contract.reference}, commitment {s.commitment.number}", f"{page}/promises/{s.id}")
            shown[Of.promise, s.id] = promise
            for m in s.milestones:
                shown[Of.milestone, m.id] = Shown(f"{promise.label}, year {m.year}", promise.href)
            for d in s.matches:
                shown[Of.delivery, d.id] = Shown(f"{promise.label}: {d.text[:80]}", promise.href)
        for trend in c.ratios:
            for p in trend.points:
                words = f"{c.contract.reference}, {trend.ratio.title}, {p.figure.starts} to {p.figure.ends}"
                shown[Of.ratio, p.figure.id] = Shown(words, f"{page}/ratios")
        for study in c.studies:
            words = f"{c.contract.reference}, case study of year {study.year}"
            shown[Of.case_study, study.id] = Shown(words, f"{page}/case-studies/{study.id}")
        for badge in c.badges:
            shown[Of.badge, badge.id] = Shown(f"{c.contract.reference}, {badge.level.value}", page)

    def label(of: Of, key: str) -> Shown:
        if of is Of.contract_year:
            contract, _, number = key.partition("#")
            found = shown.get((Of.contract, contract), Shown(contract))
            return Shown(f"{found.label}, contract year {number}", found.href)
        if of is Of.spend:
            return Shown(key.partition("/")[2])
        return shown.get((of, key), Shown(key))

    return label


def _question(asked: Asked) -> str:
    """Return what stands behind the question mark of the addresses of the same report."""
    as_of = asked.as_of.isoformat() if asked.kind is ReportKind.assurance and asked.as_of else ""
    first = asked.first if asked.kind is ReportKind.foi else ""
    given = {"year": asked.year, "from": first, "as_of": as_of}
    return "&".join(f"{k}={v}" for k, v in given.items() if v)
