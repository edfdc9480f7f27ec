"""Which contracts were valued by financial proxies, and what that came to: for the answer to who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from svdocs.records.awards import Awards
from svdocs.records.lots import Lots
from svdocs.records.store import Store
from svdocs.records.value_tables import FixedValue
from svdocs.records.values import Values
from svdocs.reports.facts import Awarded, Facts
from svdocs.reports.figure import By, Figure, Of, not_held
from svdocs.valuing.weightings import WHOLE


@dataclass(frozen=True)
class Valued:
    """The values by which procurements turn commitments into pounds.

    Attributes:
        sets: the sets of values in use, as they are cited.
        pounds: by procurement and measure, what one unit is worth, after deadweight and attribution.
        promised: by contract, what was fixed at the award for the winning bid.
    """

    sets: tuple[str, ...] = ()
    pounds: Mapping[str, Mapping[tuple[str, str], tuple[str, Decimal]]] = field(default_factory=dict)
    promised: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def is_used(self) -> bool:
        """Whether any procurement uses proxies."""
        return bool(self.pounds)

    def applies_to(self, awarded: Awarded) -> bool:
        """Say whether a contract's procurement was valued by proxies."""
        return awarded.contract.procurement_id in self.pounds

    def promised_in(self, contracts: Sequence[Awarded], year: str) -> Figure:
        """Return what was fixed for the winning bids of contracts that were let in a year."""
        key, meaning = f"proxies.{year}.promised", f"Monetised social value of contracts let in {year} with proxies"
        fixed = [c for c in contracts if c.id in self.promised]
        if not fixed:
            return not_held(key, meaning, By.proxy, Of.contract)
        value = sum((self.promised[c.id] for c in fixed), Decimal())
        return Figure(key, meaning, value, By.proxy, Of.contract, tuple(c.id for c in fixed))

    def delivered_in(self, facts: Facts, year: str) -> Figure:
        """Return confirmed deliveries of what fell due in a year times the value of a unit, where one is in use."""
        key, meaning = f"totals.{year}.pounds", f"Delivered for what fell due in {year}, in pounds by proxies"
        value, ids = Decimal(), []
        for due in facts.due_in(year):
            commitment = due.promise.commitment
            measures = self.pounds.get(due.contract.contract.procurement_id, {})
            unit, pounds = measures.get((commitment.measure_framework or "", commitment.measure_code or ""), ("", None))
            if pounds is None or unit != commitment.quantity_unit:
                continue
            for match in due.matches:
                value += Decimal(str(match.quantity or 0)) * pounds
                ids.append(match.id)
        if not ids:
            return not_held(key, meaning, By.proxy, Of.delivery)
        return Figure(key, meaning, value, By.proxy, Of.delivery, tuple(ids))


def values_in(store: Store, facts: Facts) -> Valued:
    """Return the values in use; nothing where no procurement has said by which values its bids are valued."""
    values = Values(store)
    methods, fixed = values.standing_methods(), values.all_fixed()
    pounds: dict[str, dict[tuple[str, str], tuple[str, Decimal]]] = {}
    sets: dict[str, None] = {}
    for procurement_id, method in methods.items():
        chosen = values.set_named(procurement_id, method.proxy_set)
        sets[chosen.cited] = None
        kept = Decimal(WHOLE - method.deadweight_hundredths) / WHOLE * method.attribution_hundredths / WHOLE
        pounds[procurement_id] = {v.measure: (v.unit, v.pounds * kept) for v in chosen.values}
    return Valued(tuple(sets), pounds, _promised(store, fixed, facts.contracts))


def _promised(store: Store, fixed: Sequence[FixedValue], contracts: Sequence[Awarded]) -> dict[str, Decimal]:
    """Return by contract what was fixed for the lots that it is for; the value of each lot that was won counts once."""
    own: dict[tuple[str, str], list[Awarded]] = {}
    for c in sorted(contracts, key=lambda c: (c.contract.starts, c.contract.reference)):
        own.setdefault((c.contract.procurement_id, c.contract.supplier_id), []).append(c)
    newest = {(f.procurement_id, f.supplier_id, f.lot): f for f in fixed}
    lots = {c.id: named for key in {k[:2] for k in newest} & own.keys() for c, named in _lots_of(store, own[key])}
    found: dict[str, Fraction] = {}
    for f in newest.values():
        those = own.get((f.procurement_id, f.supplier_id), [])
        decision = Awards(store).decision_of(f.procurement_id, f.lot) if those else None
        if decision and decision.supplier_id != f.supplier_id:
            continue
        for_it = [c for c in those if f.lot in lots[c.id]] or [c for c in those if not lots[c.id]]
        if for_it:
            found[for_it[0].id] = found.get(for_it[0].id, Fraction(0)) + Fraction(str(f.reckoned["total"]))
    return {key: Decimal(total.numerator) / total.denominator for key, total in found.items()}


def _lots_of(store: Store, contracts: Sequence[Awarded]) -> Iterator[tuple[Awarded, frozenset[str]]]:
    """Yield contracts of one bidder with the lots that the documents behind their promises are for."""
    procurement_id = contracts[0].contract.procurement_id
    lots = Lots(store).lots_by_document(procurement_id)
    behind = {s.id: d for d, rows in store.statements_in(procurement_id).items() for s in rows} if lots else {}
    for c in contracts:
        documents = {behind.get(p.commitment.statement_id or "", "") for p in c.schedule}
        yield c, frozenset[str]().union(*(lots.get(d, frozenset()) for d in documents))
