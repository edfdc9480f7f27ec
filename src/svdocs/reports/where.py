"""What a statement says of places: where confirmed deliveries of a year fell, with how well their place is known."""

from __future__ import annotations

from collections.abc import Sequence

from svdocs.records.delivery_tables import PlaceKind
from svdocs.reports.facts import Facts
from svdocs.reports.figure import Of, count, share
from svdocs.reports.place_map import ATTRIBUTION, NOTE, is_on_map
from svdocs.reports.places import PlaceTable, tabulate_places
from svdocs.reports.report import Bar, Block, Chart, ChartKind, Line, Paragraph, Quoted, Section, Table

TITLES = {
    PlaceKind.delivery: "Where it was delivered",
    PlaceKind.residence: "Where those who gained live",
}
"""A head office is no place of impact, so a statement has no table of head offices."""
DRAWN = 12
"""Bars of a chart where there is no map."""


def places_section(facts: Facts, year: str) -> Section:
    """Return what a statement says of places in a financial year."""
    records = [c.record for c in facts.contracts]
    schedules = {c.id: c.schedule for c in facts.contracts}
    tables = tabulate_places(records, schedules, tuple(TITLES), financial_year=year)
    words: Line = (
        "Where something took place and where those who gained live are two questions, and their answers are not added "
        "up. A delivery in several districts is not divided between them. The figures count confirmed deliveries, not "
        "how large each was.",
    )
    blocks: list[Block] = [Paragraph(words)]
    for table in tables:
        blocks += _blocks(table, year)
    return Section("places", "Where it was felt", tuple(blocks))


def _blocks(table: PlaceTable, year: str) -> Sequence[Block]:
    title, key = TITLES[table.kind], f"places.{table.kind.value}"
    everything = tuple(i for r in (*table.rows, *table.unplaced) for i in r.match_ids)
    if not everything:
        return [Paragraph((f"{title}: nothing was recorded for {year}.",))]
    whole = count(key, f"Confirmed deliveries of {year}: {title.lower()}", Of.delivery, everything)
    placed = count(f"{key}.placed", f"Those with a known district: {title.lower()}, {year}", Of.delivery,
                   tuple(i for r in table.rows for i in r.match_ids))  # fmt: skip
    counted = [
        (r, count(f"{key}.{r.code or r.name}", f"Deliveries in {r.name}: {title.lower()}, {year}", Of.delivery,
                  r.match_ids))
        for r in (*table.rows, *table.unplaced)
    ]  # fmt: skip
    drawn = [(r, f) for r, f in counted if r.code]
    blocks: list[Block] = []
    if drawn:
        on_map = any(is_on_map(r.code) for r, _ in drawn)
        blocks.append(Chart(
            f"places-{table.kind.value}", ChartKind.map if on_map else ChartKind.bars,
            f"{title}: confirmed deliveries by district", ("Deliveries",),
            tuple(Bar(r.name, (f,)) for r, f in (drawn if on_map else drawn[:DRAWN])),
            f"{NOTE} {ATTRIBUTION}" if on_map else "",
        ))  # fmt: skip
    rows = tuple(
        ((Quoted(r.name),), (f,), (share(f"{f.key}.share", f"Share of all: {f.meaning}", f, whole),))
        for r, f in counted
    )
    blocks.append(Table(f"{title}, {year}", ("District", "Deliveries", "Share"), rows, widths=(60, 20, 20),
                        numeric=frozenset({1, 2})))  # fmt: skip
    quality: Line = (
        "The district is known of ", placed, " of ", whole, " deliveries (",
        share(f"{key}.quality", f"Share with a known district: {title.lower()}, {year}", placed, whole), ").",
    )  # fmt: skip
    blocks.append(Paragraph(quality, note=True))
    return blocks
