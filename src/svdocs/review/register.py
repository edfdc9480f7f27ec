"""The register of a procurement: its lines filtered, their totals, bids side by side, and what leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from svdocs.errors import UsageError
from svdocs.frameworks.load import load_frameworks
from svdocs.records.store import Store
from svdocs.records.summaries import describe_place, describe_statement
from svdocs.records.tables import AGREED, STANDS, Procurement, StatementStatus
from svdocs.review.lines import Line, register_lines, suppliers_of
from svdocs.review.totals import LeftOut, Reckoning, reckon, same_words

DEFAULT_FRAMEWORK = "svm-2025"
STANDING = "standing"
"""The filter's word for every status that takes part in totals."""
MAX_FILTER_LETTERS = 200
NOT_GIVEN = "none"
"""The filter's word for lines that have no such thing: no place, no theme, no measure."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a register is narrowed to; what is empty does not narrow it.

    Attributes:
        framework: whose themes are meant.
        supplier, theme, measure, verdict, firmness, place, status: of each line; ``none`` for lines without one, and
            for `status` also ``standing``, all that take part in totals.
        text: words that the passage has, each of them, in any order.
    """

    framework: str = DEFAULT_FRAMEWORK
    supplier: str = ""
    theme: str = ""
    measure: str = ""
    verdict: str = ""
    firmness: str = ""
    place: str = ""
    status: str = STANDING
    text: str = ""

    def asked(self) -> dict[str, str]:
        """Return the filters as an address has them, without those that do not narrow."""
        standard = Filters()
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) != getattr(standard, f.name)}


def read_filters(asked: Mapping[str, str]) -> Filters:
    """Return the filters of an address or a saved view; what is none of them is passed over.

    Raises:
        UsageError: a framework or status that there is not, or too long a value.

    >>> read_filters({"supplier": " Example Ltd ", "page": "2"}).supplier
    'Example Ltd'
    """
    given = {f.name: " ".join(asked[f.name].split()) for f in fields(Filters) if f.name in asked}
    for name, value in given.items():
        if len(value) > MAX_FILTER_LETTERS:
            raise UsageError(f"{name}: {len(value)} letters are too many; filter by {MAX_FILTER_LETTERS} or fewer.")
    if not given.get("framework"):
        given.pop("framework", None)
    elif given["framework"] not in load_frameworks():
        raise UsageError(f"framework: there is no framework {given['framework']!r}; see the reference page.")
    if given.get("status") not in (None, "", STANDING, *StatementStatus):
        raise UsageError(f"status: {given['status']!r} is none; choose {STANDING}, {', '.join(StatementStatus)}.")
    return Filters(**given)


def narrow(lines: Iterable[Line], filters: Filters) -> list[Line]:
    """Return the lines that the filters let through, in their order."""
    words = filters.text.casefold().split()
    return [line for line in lines if _is_wanted(line, filters) and all(w in line.text.casefold() for w in words)]


def _is_wanted(line: Line, filters: Filters) -> bool:
    if filters.status == STANDING and line.status not in STANDS:
        return False
    asked = {
        "supplier": line.supplier,
        "theme": line.themes.get(filters.framework),
        "measure": line.measure and line.measure[1],
        "verdict": line.verdict,
        "firmness": line.firmness,
        "place": line.place,
        "status": filters.status if filters.status == STANDING else line.status.value,
    }
    return all(_meets(getattr(filters, name), value) for name, value in asked.items())


def _meets(wanted: str, value: str | None) -> bool:
    return not wanted or (value is None if wanted == NOT_GIVEN else wanted.casefold() == (value or "").casefold())


def years_of(procurement: Procurement) -> Decimal | None:
    """Return how many years a contract runs, whole ones only; None where its dates do not say it.

    >>> from datetime import date
    >>> years_of(Procurement(title="x", buyer="y", starts=date(2027, 4, 1), ends=date(2031, 3, 31)))
    Decimal('4')
    """
    if procurement.starts is None or procurement.ends is None:
        return None
    years = round((procurement.ends - procurement.starts).days / 365.25 * 12) / 12
    return Decimal(int(years)) if years == int(years) and years > 0 else None


def stated_again(store: Store, procurement_id: str) -> dict[str, str]:
    """Return the agreed commitments that state again what another one of their bid promises, with that one's id.

    Of a yearly figure and its total over the contract the yearly one is kept, which binds sooner. What is never added
    up, such as a percentage, is stated again by the same words alone.

    Raises:
        NotFound: there is no such procurement.
    """
    agreed = [line for line in register_lines(store, procurement_id) if line.status in AGREED]
    found = reckon(agreed, years=years_of(store.procurement(procurement_id)))
    again = {o.line.id: o.counted.id for o in found.omitted_for(LeftOut.repeat) if o.counted}
    again |= {o.counted.id: o.line.id for o in found.omitted_for(LeftOut.in_total) if o.counted}
    not_added = [o.line for why in (LeftOut.not_added, LeftOut.no_quantity) for o in found.omitted_for(why)]
    return again | same_words(not_added)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one supplier promises under one theme or measure."""

    count: int
    reckoning: Reckoning

    @property
    def is_gap(self) -> bool:
        """Whether nothing is promised."""
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Bids side by side.

    Attributes:
        suppliers: the columns.
        rows: for each theme or measure (None for lines without one) its cells, one a supplier.
    """

    suppliers: tuple[str, ...]
    rows: tuple[tuple[str | None, tuple[Cell, ...]], ...]

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """What some bid promises nothing for, with the supplier."""
        return [(key, supplier) for key, cells in self.rows if key is not None
                for supplier, cell in zip(self.suppliers, cells, strict=True) if cell.is_gap]  # fmt: skip


def compare_bids(lines: Sequence[Line], framework: str, *, by_measure: bool = False,
                 years: Decimal | None = None) -> Comparison:  # fmt: skip
    """Return bids side by side by theme of a framework, with all its themes, or by the measures that any bid has.

    Each bid is reckoned by itself and as a whole, so what it states twice is under one theme alone.
    """
    standing = [line for line in lines if line.stands]
    suppliers = suppliers_of(lines)

    def key_of(line: Line) -> str | None:
        return (line.measure and line.measure[1]) if by_measure else line.themes.get(framework)

    known = load_frameworks().get(framework)
    keys: list[str | None] = [] if by_measure or known is None else [t.code for t in known.themes]
    keys += sorted({k for line in standing if (k := key_of(line)) is not None and k not in keys})
    if any(key_of(line) is None for line in standing):
        keys.append(None)
    twice = {o.line.id for s in suppliers for o in reckon([x for x in standing if x.supplier == s], years=years).omitted
             if o.counted is not None}  # fmt: skip
    rows = []
    for key in keys:
        here = [line for line in standing if key_of(line) == key and line.id not in twice]
        cells = [[line for line in here if line.supplier == s] for s in suppliers]
        rows.append((key, tuple(Cell(len(cell), reckon(cell, years=years)) for cell in cells)))
    return Comparison(tuple(suppliers), tuple(rows))


def export_lines(store: Store, procurement_id: str, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a register in the form of `Store.export_statements`, in their order.

    Raises:
        NotFound: there is no such procurement.
    """
    procurement = store.procurement(procurement_id)
    documents = {d.id: d for d in store.documents_of(procurement_id)}
    records = {s.id: s for some in store.statements_in(procurement_id).values() for s in some}
    for line in lines:
        if line.id in records:
            yield describe_place(procurement, documents[line.document_id]) | describe_statement(records[line.id])
