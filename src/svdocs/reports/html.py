"""Reports as HTML: the inside of a page of the service, or a file that holds everything it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from svdocs.reports.charts import inline_svg
from svdocs.reports.figure import By, Figure, Of
from svdocs.reports.report import Chart, Day, Report

FOLDER = Path(__file__).parent / "templates"
STYLE = Path(__file__).parents[1] / "web" / "static" / "report.css"
"""How reports look: the service serves the same file, so it stands there."""

HOW: Mapping[By, str] = {
    By.number: "how many there are",
    By.value: "the sum of the contracts’ values",
    By.quantity: "the sum of their quantities",
    By.amount: "the sum of what was paid",
    By.share: "in percent of",
    By.stated: "as the record states it",
    By.proxy: "quantities times the value of a unit",
}
KINDS: Mapping[Of, str] = {
    Of.procurement: "procurements", Of.contract: "contracts", Of.promise: "commitments",
    Of.milestone: "parts of commitments", Of.delivery: "deliveries", Of.case_study: "case studies",
    Of.badge: "badges", Of.spend: "suppliers paid", Of.contract_year: "contract years",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One record behind a figure as the working shows it; `href` is empty where the record has no page."""

    label: str
    href: str = ""


Label = Callable[[Of, str], Shown]
"""Gives for a kind of record and an id what is shown of it."""


def report_inside(report: Report) -> Markup:
    """Return a report as the inside of a page, with its charts in it."""
    page = _templates().get_template("report.html").render(report=report)
    return Markup(page)  # made by a template that escapes


def report_file(report: Report) -> str:
    """Return a report as an HTML file that holds everything it needs."""
    style = Markup(STYLE.read_text(encoding="utf-8"))  # svdocs's own file
    return _templates().get_template("file.html").render(report=report, inside=report_inside(report), style=style)


def working_inside(report: Report, label: Label) -> Markup:
    """Return the inside of the page that shows for each figure of a report the records it was counted from."""
    figures = [_worked(f, label) for f in report.figures().values()]
    return Markup(_templates().get_template("working.html").render(report=report, figures=figures))


def how_counted(figure: Figure) -> str:
    """Return in words how a figure follows from its records.

    >>> from svdocs.reports.figure import count, share
    >>> ten, one = count("b", "All", Of.badge, list("abcdefghij")), count("a", "Gold", Of.badge, ["a"])
    >>> how_counted(share("c", "Share", one, ten))
    'in percent of: All (10)'
    """
    if not figure.is_held:
        return "nothing is held"
    if figure.whole is not None:
        return f"{HOW[By.share]}: {figure.whole.meaning} ({figure.whole.text})"
    return HOW[figure.by]


def _worked(figure: Figure, label: Label) -> dict[str, Any]:
    records: Sequence[Shown] = [label(figure.of, i) for i in figure.ids]
    return {
        "figure": figure,
        "anchor": figure.key.replace(" ", "-"),
        "how": how_counted(figure),
        "kind": KINDS[figure.of],
        "records": records,
    }


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.globals.update(kind_of=_kind_of, day=_day, svg_of=_svg_of)
    return environment


def _kind_of(value: object) -> str:
    return type(value).__name__.lower()


def _svg_of(chart: Chart) -> Markup:
    return Markup(inline_svg(chart))  # written by lxml


def _day(at: datetime) -> str:
    return str(Day(at.date()))
