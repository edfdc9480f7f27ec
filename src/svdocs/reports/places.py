"""Where benefits fall: confirmed deliveries by district, ward or postcode, with what is not known of their place.

Where something took place, where those live who gained, and where an organisation has its seat are three questions,
and their answers are never added up. Nor are figures in different units, and nothing is divided between places: a
delivery in two districts stands in a row of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from svdocs.delivery.years import days_of
from svdocs.frameworks.local import LocalDefinition, LocalTest, describe_local
from svdocs.frameworks.shares import offered_shares
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import DeliveryMatch, PlaceKind
from svdocs.records.schedules import ContractRecord, Scheduled
from svdocs.records.store import Store
from svdocs.reports.locating import CERTAINTY_LABELS, Certainty, Level, Placed, codes_of, locate
from svdocs.statements.statement import Unit

KIND_LABELS: Mapping[PlaceKind, str] = {
    PlaceKind.delivery: "Where it was delivered",
    PlaceKind.residence: "Where those who gained live",
    PlaceKind.head_office: "Where the organisation has its head office",
}
_TEST_OF: Mapping[PlaceKind, LocalTest] = {
    PlaceKind.delivery: LocalTest.delivery_place,
    PlaceKind.residence: LocalTest.residence,
    PlaceKind.head_office: LocalTest.head_office,
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What falls into one place.

    Attributes:
        code: ONS code, or the letters of a postcode area; empty where the place is not told at this level.
        name: for people.
        certainty: for a row without a code, why it has none; else the weakest of its deliveries.
        deliveries: how many confirmed deliveries.
        contracts: of how many contracts they are.
        amounts: what was delivered, by unit; deliveries without a number are not in it.
        is_local: whether the place lies in the local areas; None where that is not known.
        match_ids: the deliveries, by which each figure can be traced.
    """

    code: str
    name: str
    certainty: Certainty
    deliveries: int
    contracts: int
    amounts: Mapping[Unit | None, float]
    is_local: bool | None
    match_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocalTotal:
    """How many deliveries are local, with the definition that has to stand beside it."""

    sentence: str
    inside: int
    outside: int
    unknown: int
    amounts_inside: Mapping[Unit | None, float]

    @property
    def share(self) -> float | None:
        """Local deliveries in percent of those whose place is known well enough; None where there are none."""
        known = self.inside + self.outside
        return round(100 * self.inside / known, 1) if known else None


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """Where benefits fall, of one kind of place.

    Attributes:
        kind: delivery, residence or head office.
        level: by what places are told apart.
        financial_year: such as 2027-28; None for all years.
        rows: places, most deliveries first.
        unplaced: what cannot be put into a place at this level, a row for each reason.
        undated: confirmed deliveries left out of a year because nothing dates them.
        quality: how many deliveries are known how well.
        local: the local total of the kind.
    """

    kind: PlaceKind
    level: Level
    financial_year: str | None
    rows: tuple[PlaceRow, ...]
    unplaced: tuple[PlaceRow, ...]
    undated: int
    quality: Mapping[Certainty, int]
    local: LocalTotal

    @property
    def deliveries(self) -> int:
        """How many confirmed deliveries are in the table, placed or not."""
        return sum(self.quality.values())

    @property
    def placed(self) -> int:
        """How many of them have a place at this level."""
        return sum(r.deliveries for r in self.rows)


def places_of(store: Store, kind: PlaceKind, *, level: Level = Level.district, financial_year: str | None = None,
              local: LocalDefinition | None = None,
              contract_ids: Iterable[str] | None = None) -> PlaceTable:  # fmt: skip
    """Return where confirmed deliveries of all contracts fall.

    Args:
        store: as its caller may see it.
        kind: which of the three questions.
        level: by what places are told apart.
        financial_year: such as 2027-28; None for all.
        local: what counts as local; by default Kent and Medway, as svdocs offers it.
        contract_ids: of these alone; None for all.
    """
    return place_tables(store, (kind,), level=level, financial_year=financial_year, local=local,
                        contract_ids=contract_ids)[0]  # fmt: skip


def place_tables(store: Store, kinds: Sequence[PlaceKind] = tuple(PlaceKind), *, level: Level = Level.district,
                 financial_year: str | None = None, local: LocalDefinition | None = None,
                 contract_ids: Iterable[str] | None = None) -> tuple[PlaceTable, ...]:  # fmt: skip
    """Return the tables of several kinds with one reading of the records; see `places_of`."""
    contracts = Contracts(store)
    wanted = None if contract_ids is None else set(contract_ids)
    records = [r for r in contracts.contracts() if wanted is None or r.id in wanted]
    schedules = contracts.schedules([r.id for r in records])
    return tabulate_places(records, schedules, kinds, level=level, financial_year=financial_year, local=local)


def tabulate_places(records: Sequence[ContractRecord], schedules: Mapping[str, Sequence[Scheduled]],
                    kinds: Sequence[PlaceKind] = tuple(PlaceKind), *, level: Level = Level.district,
                    financial_year: str | None = None,
                    local: LocalDefinition | None = None) -> tuple[PlaceTable, ...]:  # fmt: skip
    """Return the tables of contracts that have been read already; see `places_of`."""
    definition = local or offered_shares().local
    found: dict[PlaceKind, list[DeliveryMatch]] = defaultdict(list)
    undated: Counter[PlaceKind] = Counter()
    for record in records:
        for promise in schedules[record.id]:
            for match in promise.confirmed:
                day = day_of_delivery(match, promise)
                if financial_year is not None and day is None:
                    undated[match.place_kind] += 1
                elif financial_year is None or (day and _lies_in(day, financial_year)):
                    found[match.place_kind].append(match)
    return tuple(_table(kind, level, financial_year, found[kind], undated[kind], definition) for kind in kinds)


def day_of_delivery(match: DeliveryMatch, promise: Scheduled) -> date | None:
    """Return the day by which a delivery counts to a year: its own, else the end of the contract year it is for."""
    own = match.delivered_to or match.delivered_from
    return own or next((m.ends for m in promise.milestones if m.id == match.milestone_id), None)


def _lies_in(day: date, financial_year: str) -> bool:
    first, last = days_of(financial_year)
    return first <= day <= last


def _table(kind: PlaceKind, level: Level, year: str | None, matches: Sequence[DeliveryMatch], undated: int,
           local: LocalDefinition) -> PlaceTable:  # fmt: skip
    placed = [(m, locate(m.place_text or "", m.place_code, level)) for m in matches]
    groups: dict[tuple[str, str], list[tuple[DeliveryMatch, Placed]]] = defaultdict(list)
    for match, place in placed:
        key = (place.code, "") if place.code else ("", place.name or CERTAINTY_LABELS[place.certainty])
        groups[key].append((match, place))
    rows = [_row(code, pairs, local, kind) for (code, _), pairs in groups.items()]
    rows.sort(key=lambda r: (-r.deliveries, r.name))
    quality = Counter(p.certainty for _, p in placed)
    return PlaceTable(
        kind, level, year, tuple(r for r in rows if r.code), tuple(r for r in rows if not r.code), undated,
        {c: quality[c] for c in Certainty if quality[c]}, _local_total(kind, matches, local),
    )  # fmt: skip


def _row(code: str, pairs: Sequence[tuple[DeliveryMatch, Placed]], local: LocalDefinition, kind: PlaceKind) -> PlaceRow:
    matches = [m for m, _ in pairs]
    answers = {_is_local(m, local) for m in matches}
    order = list(Certainty)
    certainty = max((p.certainty for _, p in pairs), key=order.index)
    return PlaceRow(
        code, pairs[0][1].name or CERTAINTY_LABELS[certainty].capitalize(), certainty, len(matches),
        len({m.contract_id for m in matches}), _amounts(matches), answers.pop() if len(answers) == 1 else None,
        tuple(m.id for m in matches),
    )  # fmt: skip


def _amounts(matches: Iterable[DeliveryMatch]) -> dict[Unit | None, float]:
    """Return sums by unit; rates are not added up, and so are not among them."""
    sums: dict[Unit | None, float] = {}
    for m in matches:
        if m.quantity is not None and m.unit is not Unit.percent:
            sums[m.unit] = round(sums.get(m.unit, 0.0) + m.quantity, 2)
    return dict(sorted(sums.items(), key=lambda item: str(item[0] or "~")))


def _local_total(kind: PlaceKind, matches: Sequence[DeliveryMatch], local: LocalDefinition) -> LocalTotal:
    answers = [(m, _is_local(m, local)) for m in matches]
    inside = [m for m, is_local in answers if is_local]
    return LocalTotal(
        describe_local(local, _TEST_OF[kind]), len(inside), sum(a is False for _, a in answers),
        sum(a is None for _, a in answers), _amounts(inside),
    )  # fmt: skip


def _is_local(match: DeliveryMatch, local: LocalDefinition) -> bool | None:
    """Return whether a delivery's place lies in the local areas; a county that is itself local is enough."""
    codes = codes_of(match.place_text or "", match.place_code)
    answers = {local.holds(c) for c in codes}
    return answers.pop() if len(answers) == 1 else None


def financial_years_of(records: Iterable[ContractRecord]) -> tuple[str, ...]:
    """Return the financial years in which contracts run, oldest first.

    >>> financial_years_of([])
    ()
    """
    spans = [(r.contract.starts, r.contract.ends) for r in records]
    if not spans:
        return ()
    first = min(year_of(a) for a, _ in spans)
    last = max(year_of(b) for _, b in spans)
    return tuple(f"{y}-{(y + 1) % 100:02}" for y in range(first, last + 1))


def year_of(day: date) -> int:
    """Return the calendar year in which the financial year of a day begins.

    >>> year_of(date(2028, 3, 31))
    2027
    """
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1
