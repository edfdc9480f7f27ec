"""What the made county holds beside its contracts: values of units for some procurements, and ratios of some contracts.

They come from a stream of chance of their own, so that the rest of the county stays as it is. The values are made up.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from uuid import UUID

from svdocs.delivery.years import contract_years
from svdocs.records.delivery_tables import Contract, ContractCommitment
from svdocs.records.spend_tables import RatioFigure, RatioTarget
from svdocs.records.tables import Table
from svdocs.records.value_tables import FixedValue, ProxySetRecord, ValuingMethod
from svdocs.statements.statement import Unit

FIRST_VALUED = date(2028, 4, 1)
"""Contracts that begin before have no values: the county used none then."""
TITLE, EDITION = "Values of a made county", "2028"
POUNDS = {
    "NT3": (Unit.people, "14870.25"), "NT10": (Unit.weeks, "251.79"), "NT13": (Unit.people, "1310.00"),
    "NT8": (Unit.hours, "17.36"), "NT15": (Unit.hours, "101.00"), "NT17": (Unit.hours, "17.36"),
}  # fmt: skip
DEADWEIGHT, ATTRIBUTION = 1_500, 9_000
"""In hundredths of a percent."""
RATIOS = {
    "apprentice_share": (0.01, 0.07), "local_workforce": (0.55, 0.95), "paid_in_30_days": (0.8, 1.0),
    "complaints_accountable": (0.05, 0.4), "community_days": (0.6, 1.3),
}  # fmt: skip
"""For each ratio between which shares its figures lie."""


def value_and_measure(rows: Sequence[Table], as_of: date, seed: int) -> list[Table]:
    """Return the rows of values and ratios for the contracts among `rows`, those that others name first."""
    chance, made = Random(seed), list[Table]()
    contracts = [r for r in rows if isinstance(r, Contract)]
    promises = [r for r in rows if isinstance(r, ContractCommitment)]
    for n, contract in enumerate(contracts):
        if n % 3 == 0 and contract.starts >= FIRST_VALUED:
            made += _valued(chance, contract, [p for p in promises if p.contract_id == contract.id])
        if n % 4 == 1:
            made += _followed(chance, contract, as_of, halves=n % 8 == 5)
    return made


def _valued(chance: Random, contract: Contract, promises: Sequence[ContractCommitment]) -> list[Table]:
    values = [
        {"framework": "national-toms", "code": code, "title": f"Measure {code}", "unit": unit.value, "pounds": pounds,
         "source": "made up", "note": ""}
        for code, (unit, pounds) in POUNDS.items()
    ]  # fmt: skip
    at = _at(contract.starts - timedelta(days=60))
    proxies = ProxySetRecord(
        id=_id(chance), procurement_id=contract.procurement_id, title=TITLE, edition=EDITION, publisher="Nobody",
        licence="None needed", file="values.xlsx", sha256=hashlib.sha256(b"values").hexdigest(), proxies=values,
        imported_by="Lead Person", imported_at=at,
    )  # fmt: skip
    method = ValuingMethod(
        id=_id(chance), procurement_id=contract.procurement_id, number=1, proxy_set=proxies.id,
        contract_gbp=contract.value_gbp, deadweight_hundredths=DEADWEIGHT, attribution_hundredths=ATTRIBUTION,
        set_by="Lead Person", set_at=at,
    )  # fmt: skip
    kept = Fraction(10_000 - DEADWEIGHT, 10_000) * Fraction(ATTRIBUTION, 10_000)
    total = Fraction(0)
    for promise in promises:
        unit, pounds = POUNDS.get(promise.measure_code or "", (None, "0"))
        if unit is promise.quantity_unit and promise.quantity_value is not None:
            total += Fraction(str(promise.quantity_value)) * Fraction(pounds) * kept
    reckoned = {"total": str(total)}
    fixed = FixedValue(
        id=_id(chance), procurement_id=contract.procurement_id, lot="", number=1, supplier_id=contract.supplier_id,
        reckoned=reckoned, sha256=hashlib.sha256(json.dumps(reckoned).encode()).hexdigest(), fixed_by="Lead Person",
        fixed_at=at,
    )  # fmt: skip
    return [proxies, method, fixed]


def _followed(chance: Random, contract: Contract, as_of: date, *, halves: bool) -> list[Table]:
    made: list[Table] = []
    for key in chance.sample(sorted(RATIOS), chance.choice((1, 2, 3))):
        if chance.random() < 0.5:
            made.append(RatioTarget(
                id=_id(chance), contract_id=contract.id, ratio=key, source="Schedule 4", set_by=contract.manager,
                percent={"apprentice_share": 4.0, "complaints_accountable": 20.0}.get(key, 90.0),
                set_at=_at(contract.starts),
            ))  # fmt: skip
        for starts, ends in _periods(contract, halves=halves):
            if ends < as_of:
                figure = _figure(chance, contract, key, starts, ends)
                if chance.random() < 0.1:
                    slip = _figure(chance, contract, key, starts, ends)
                    slip.withdrawn_by, slip.withdrawn_at = contract.manager, _at(ends + timedelta(days=30))
                    slip.because = "Counted twice."
                    made.append(slip)
                made.append(figure)
    return made


def _periods(contract: Contract, *, halves: bool) -> list[tuple[date, date]]:
    years = contract_years(contract.starts, contract.ends)
    if not halves:
        return years
    found = []
    for first, last in years:
        middle = first + (last - first) / 2
        found += [(first, middle), (middle + timedelta(days=1), last)]
    return found


def _figure(chance: Random, contract: Contract, key: str, starts: date, ends: date) -> RatioFigure:
    whole = chance.randint(20, 400)
    least, most = RATIOS[key]
    return RatioFigure(
        id=_id(chance), contract_id=contract.id, ratio=key, starts=starts, ends=ends, denominator=float(whole),
        numerator=float(round(whole * chance.uniform(least, most))), source="The contractor's monthly return",
        entered_by=contract.manager, entered_at=_at(ends + timedelta(days=20)),
    )  # fmt: skip


def _id(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)
