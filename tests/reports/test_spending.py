"""Shares of spend: each with its definition, its denominator and what is unknown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.frameworks.shares import SME_RULES, offered_shares, parse_definitions
from svdocs.frameworks.supplier_kinds import SupplierFacts, read_facts
from svdocs.records.spend import Spend, SupplierSpend
from svdocs.records.store import open_store
from svdocs.reports.spending import ShareKind, count_shares, spending_by_year, spending_of
from tests.records.test_spend import GIVEN


def paid(amount: str, **said: str) -> SupplierSpend:
    return SupplierSpend(amount, amount, Decimal(amount), 1, read_facts(said.pop("name", "A Ltd"), said))


SUPPLIERS = (
    paid("100", head_office="CT9 1RT", staff="12", turnover="£1m", form="Ltd"),
    paid("200", head_office="SW1A 2AA", branches="ME14 1XQ", staff="400", form="plc"),
    paid("300", name="Example CIC", head_office="SW1A 2AA", branches="none", staff="249", turnover="£44m"),
    paid("400", head_office="TN8", sme="Y", vcse="N"),
)


def shares(**changes: object) -> dict[ShareKind, tuple[Decimal, Decimal, Decimal]]:
    definitions = parse_definitions(offered_shares().as_json() | changes)
    return {s.kind: (s.amount_gbp, s.outside_gbp, s.unknown_gbp) for s in count_shares(SUPPLIERS, definitions)}


def test_shares_are_counted_by_the_definitions_and_the_unknown_stands_apart() -> None:
    assert shares() == {
        ShareKind.local: (300, 300, 400), ShareKind.local_head_office: (100, 500, 400),
        ShareKind.local_branch: (200, 300, 500), ShareKind.sme: (800, 200, 0), ShareKind.vcse: (300, 700, 0),
    }  # fmt: skip


def test_what_a_file_states_counts_only_where_that_was_chosen() -> None:
    counted = shares(take_stated=False)
    assert (counted[ShareKind.sme], counted[ShareKind.vcse]) == ((400, 200, 400), (300, 300, 400))


@pytest.mark.parametrize(
    ("rule", "rate", "turnover", "balance", "staff", "known"),
    [
        ("procurement_act", None, "44000000", None, 249, "yes"),
        ("procurement_act", None, "44000000.01", None, 249, "unknown"),
        ("procurement_act", None, "44000000.01", "38000001", 249, "no"),
        ("procurement_act", None, None, None, 250, "no"),
        ("foi_45918", "0.86", "42999999", "36979999", 10, "yes"),
        ("foi_45918", "0.86", "43000000", "1", 10, "no"),
        ("foi_45918", None, "1", "1", 10, "unknown"),
        ("lpt", "1", "49999999", None, 10, "yes"),
    ],
)
def test_a_rule_of_small_firms_is_exact_at_its_limits(
    rule: str, rate: str | None, turnover: str | None, balance: str | None, staff: int, known: str
) -> None:
    chosen = parse_definitions(offered_shares().as_json() | {"sme": rule, "pounds_per_euro": rate})
    facts = SupplierFacts("A", staff=staff, turnover=Decimal(turnover) if turnover else None,
                          balance=Decimal(balance) if balance else None)  # fmt: skip
    share = count_shares([SupplierSpend("a", "A", Decimal(1), 1, facts)], chosen)[3]
    amounts = {"yes": share.amount_gbp, "no": share.outside_gbp, "unknown": share.unknown_gbp}
    assert {k for k, v in amounts.items() if v} == {known}
    assert share.definition.startswith(SME_RULES[rule].sentence)


@given(st.lists(st.tuples(st.decimals("-1e6", "1e9", places=2), st.sampled_from(SUPPLIERS)), max_size=8))
def test_every_share_adds_up_to_the_spend_of_the_year(rows: list[tuple[Decimal, SupplierSpend]]) -> None:
    suppliers = [SupplierSpend(str(i), s.name, amount, 1, s.facts) for i, (amount, s) in enumerate(rows)]
    for share in count_shares(suppliers, offered_shares()):
        assert share.total_gbp == sum((amount for amount, _ in rows), Decimal())
        assert sum((amount for _, amount in share.reasons), Decimal()) == share.unknown_gbp
        assert share.definition.endswith(".")


def test_a_year_that_is_not_held_says_so_and_is_not_nought(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as store:
        Spend(store).import_file(GIVEN, person="Fin")
        [held] = spending_by_year(store)
        assert (held.is_held, held.total_gbp, held.rows, held.bad_rows) == (True, Decimal("3000.00"), 3, 1)
        local = held.share(ShareKind.local_head_office)
        assert (local.amount_gbp, local.percent, local.total_gbp) == (1000, Decimal("33.3"), 3000)
        missing = spending_of(store, "2026-27")
        assert (missing.is_held, missing.share(ShareKind.local).percent) == (False, None)
