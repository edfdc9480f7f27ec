"""What a report tells of the ratios by which contracts are followed: both halves, never a percentage alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from svdocs.delivery.ratios import Trend
from svdocs.delivery.years import days_of, financial_year
from svdocs.reports.facts import Awarded
from svdocs.reports.figure import By, Figure, Of, ratio
from svdocs.reports.report import Block, Line, Paragraph, Points, Quoted, Section, Table


def ratios_section(contracts: Sequence[Awarded], year: str) -> Section:
    """Return the ratios of contracts whose periods ended in a financial year, a table for each contract.

    Several figures of one year, such as quarters, are added up half by half. The year before stands beside it.
    """
    told = [c for c in contracts if c.ratios_in(year)]
    blocks: list[Block] = []
    if not told:
        blocks.append(Paragraph((f"No ratio was entered for a period that ended in {year}.",)))
    for c in told:
        about = f"{c.record.supplier}: {c.contract.title} ({c.contract.reference})"
        before = {t.ratio.key: t for t in c.ratios_in(_year_before(year))}
        rows = tuple(_row(c, t, before.get(t.ratio.key), year) for t in c.ratios_in(year))
        blocks.append(Table(about, ("Ratio", "Counted", "Of", "Reached", "Target", "Year before"), rows,
                            (30, 14, 14, 12, 16, 14), frozenset({1, 2, 3, 5})))  # fmt: skip
    if told:
        blocks.append(_meanings([t for c in told for t in c.ratios_in(year)]))
    return Section("ratios", "Ratios", tuple(blocks))


def _row(awarded: Awarded, trend: Trend, before: Trend | None, year: str) -> tuple[Line, ...]:
    part, whole, reached = _figures(awarded, trend, year)
    last: Line = (_figures(awarded, before, _year_before(year))[2],) if before else ("no figure",)
    return ((Quoted(trend.ratio.title),), (part,), (whole,), (reached,), _target(trend, reached), last)


def _target(trend: Trend, reached: Figure) -> Line:
    if trend.target is None or reached.value is None:
        return ("none set",)
    is_met = trend.ratio.is_met_by(float(reached.value), trend.target)
    return (Quoted(f"{trend.target:g}%"), ", met" if is_met else ", missed")


def _figures(awarded: Awarded, trend: Trend, year: str) -> tuple[Figure, Figure, Figure]:
    """Return the sums of both halves in a year, and the one in percent of the other."""
    key = f"ratio.{awarded.id}.{trend.ratio.key}.{year}"
    ids = tuple(p.figure.id for p in trend.points)
    halves = [
        Figure(f"{key}.{by.value}", f"{words.capitalize()}, {awarded.contract.reference}, {year}",
               sum((Decimal(str(n)) for n in numbers), Decimal()), by, Of.ratio, ids)
        for by, words, numbers in (
            (By.numerator, trend.ratio.numerator, [p.figure.numerator for p in trend.points]),
            (By.denominator, trend.ratio.denominator, [p.figure.denominator for p in trend.points]),
        )
    ]  # fmt: skip
    return halves[0], halves[1], ratio(key, f"{trend.ratio.title}, {awarded.contract.reference}, {year}", *halves)


def _meanings(trends: Sequence[Trend]) -> Block:
    """Return what each ratio counts and where it comes from, once for each."""
    told = {t.ratio.key: t.ratio for t in trends}
    return Points(tuple(
        (Quoted(f"{r.title}: {r.numerator}, of {r.denominator}. Source: {r.source}."),) for r in told.values()
    ))  # fmt: skip


def _year_before(year: str) -> str:
    return financial_year(days_of(year)[0] - timedelta(days=1))
