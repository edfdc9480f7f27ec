"""What reports print of spend: the shares of a year with their definitions, or "not held" without a spend file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from svdocs.records.store import Store
from svdocs.reports.figure import By, Figure, Of, not_held, share
from svdocs.reports.report import Bar, Block, Chart, ChartKind, Line, Paragraph, Points, Quoted, Section, Table
from svdocs.reports.spending import ShareKind, Spending, spending_of

TOLD = (ShareKind.local, ShareKind.sme, ShareKind.vcse)
"""The shares that are asked for; by which test a supplier is local is told beside them where it matters."""
SHORT = {ShareKind.local: "Local", ShareKind.sme: "SMEs", ShareKind.vcse: "VCSEs"}


def spend_figures(spending: Spending, kind: ShareKind) -> tuple[Figure, Figure, Figure]:
    """Return what was spent with one kind of supplier in a year, all that was spent, and the share.

    None of them is held where no spend file of the year was imported.
    """
    year, words = spending.financial_year, SHORT[kind]
    key = f"spend.{year}.{kind.value}"
    meaning, whole_meaning = f"Spend with {words} in {year}", f"All spend in {year} that is in the records"
    if not spending.is_held:
        return (
            not_held(key, meaning, By.amount, Of.spend),
            not_held(f"spend.{year}.total", whole_meaning, By.amount, Of.spend),
            not_held(f"{key}.share", f"Share of spend with {words} in {year}", By.share, Of.spend),
        )
    found = spending.share(kind)
    part = _amount(key, meaning, found.amount_gbp, year, found.keys)
    whole = _amount(f"spend.{year}.total", whole_meaning, spending.total_gbp, year, spending.keys)
    return part, whole, share(f"{key}.share", f"Share of spend with {words} in {year}", part, whole)


def unknown_spend(spending: Spending, kind: ShareKind) -> Figure:
    """Return the spend with suppliers of which nobody knows whether they belong to a kind."""
    meaning = f"Spend of {spending.financial_year} of which it is not known whether it was with {SHORT[kind]}"
    key = f"spend.{spending.financial_year}.{kind.value}.unknown"
    if not spending.is_held:
        return not_held(key, meaning, By.amount, Of.spend)
    found = spending.share(kind)
    return _amount(key, meaning, found.unknown_gbp, spending.financial_year, found.unknown_keys)


def spend_table(years: Sequence[Spending], kind: ShareKind) -> Table:
    """Return the table of spend with one kind of supplier, a row for each financial year."""
    rows: list[tuple[Line, ...]] = []
    for spending in years:
        part, whole, percent = spend_figures(spending, kind)
        rows.append(((Quoted(spending.financial_year),), (part,), (whole,), (percent,),
                     (unknown_spend(spending, kind),)))  # fmt: skip
    return Table(
        f"Spend with {SHORT[kind]}, by financial year",
        ("Financial year", f"Spent with {SHORT[kind]}", "All spend", "Share", "Not known"), tuple(rows),
        widths=(20, 24, 22, 14, 20), numeric=frozenset({1, 2, 3, 4}),
    )  # fmt: skip


def spend_section(store: Store, years: Sequence[str]) -> Section:
    """Return what a statement says of spend in a year and the years before it."""
    held = [spending_of(store, y) for y in years]
    newest = held[-1]
    if not newest.is_held:
        words: Line = (f"No spend of {newest.financial_year} is in the records, so no share of it can be given.",)
        return Section("spend", "Who we spent with", (Paragraph(words),))
    rows: list[tuple[Line, ...]] = []
    for kind in TOLD:
        part, whole, percent = spend_figures(newest, kind)
        rows.append(((newest.share(kind).label,), (part,), (percent,), (unknown_spend(newest, kind),)))
    rows.append((("All spend",), (whole,), ("",), ("",)))
    table = Table(
        f"Spend in {newest.financial_year}", ("Suppliers", "Spent", "Share", "Not known"), tuple(rows),
        widths=(46, 22, 12, 20), numeric=frozenset({1, 2, 3}), total=True,
    )  # fmt: skip
    drawn = [s for s in held if s.is_held]
    chart = Chart(
        "spend", ChartKind.columns, "Share of spend with local suppliers, small firms and the voluntary sector",
        tuple(SHORT[k] for k in TOLD),
        tuple(Bar(s.financial_year, tuple(spend_figures(s, k)[2] for k in TOLD)) for s in drawn),
    )  # fmt: skip
    said: Line = (
        "A supplier may be in more than one row. What is not known is counted in no share, so each share is the least "
        "that it can be.",
    )
    return Section("spend", "Who we spent with", (Paragraph(said), chart, table, definitions(newest)))


def definitions(spending: Spending) -> Block:
    """Return the definitions by which a year's spend was counted."""
    return Points(tuple((Quoted(spending.share(kind).definition),) for kind in TOLD))


def _amount(key: str, meaning: str, pounds: Decimal, year: str, keys: Sequence[str]) -> Figure:
    return Figure(key, meaning, pounds, By.amount, Of.spend, tuple(f"{year}/{k}" for k in keys))
