from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.frameworks.local import LocalDefinition, LocalTest
from svdocs.frameworks.rules import Buyer, ContractKind
from svdocs.frameworks.set_up import Chosen, JustifiedException, Route, SetUp
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.lots import Lots
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.records.tables import EventKind

WHOLE = SetUp(
    buyer="Kent County Council",
    buyer_kind=Buyer.kent_county_council,
    contract_kind=ContractKind.supplies_and_services,
    value_gbp=Decimal("9600000.50"),
    starts=date(2027, 4, 1),
    ends=date(2032, 3, 31),
    commenced=date(2026, 9, 1),
    route=Route.open,
    category="highways",
    frameworks=("kcc",),
    weighting_percent=Decimal(10),
    themes=(Chosen("kcc", "employer"),),
    local=LocalDefinition("Kent", "2026", ("E10000016",), (LocalTest.residence,)),
)


@pytest.fixture
def procurement_id(store: Store) -> str:
    return store.add_procurement("Verges", "Kent", Decimal(100), date(2027, 1, 1)).id


def test_before_the_first_version_stands_what_is_known_of_the_procurement(store: Store, procurement_id: str) -> None:
    found = SetUps(store).current(procurement_id)
    assert (found.version, found.set_by) == (0, "")
    assert found.set_up == SetUp(buyer="Kent", value_gbp=Decimal(100), starts=date(2027, 1, 1))
    assert SetUps(store).confirmed(procurement_id) is None
    with pytest.raises(NotFound):
        SetUps(store).current("none")


def test_each_version_stays_with_who_and_when_and_the_newest_stands(store: Store, procurement_id: str) -> None:
    set_ups = SetUps(store)
    set_ups.save(procurement_id, WHOLE, person="Ada", part="buyer")
    later = replace(WHOLE, weighting_percent=Decimal(15))
    set_ups.save(procurement_id, later, person=" Ben  B ", seen=1, because="Asked by the board.")
    assert [(r.version, r.set_by, r.part, r.because, r.set_up) for r in set_ups.versions_of(procurement_id)] == [
        (1, "Ada", "buyer", "", WHOLE),
        (2, "Ben B", "", "Asked by the board.", later),
    ]
    assert set_ups.current(procurement_id).set_at is not None
    told = [e for e in store.events() if e.kind is EventKind.set_up_saved]
    assert [(e.person, e.details["version"], e.procurement_id) for e in told] == [
        ("Ada", 1, procurement_id), ("Ben B", 2, procurement_id),
    ]  # fmt: skip


def test_to_save_the_same_again_makes_no_version(store: Store, procurement_id: str) -> None:
    set_ups = SetUps(store)
    set_ups.save(procurement_id, WHOLE, person="Ada")
    before = len(store.events())
    assert set_ups.save(procurement_id, WHOLE, person="Ben").version == 1
    assert len(store.events()) == before


def test_who_saves_over_a_version_they_have_not_seen_is_told(store: Store, procurement_id: str) -> None:
    set_ups = SetUps(store)
    set_ups.save(procurement_id, WHOLE, person="Ada", seen=0)
    with pytest.raises(Conflict, match="Ada saved version 1"):
        set_ups.save(procurement_id, replace(WHOLE, department="Roads"), person="Ben", seen=0)
    with pytest.raises(UsageError, match="give a name"):
        set_ups.save(procurement_id, WHOLE, person=" ")


def test_value_and_term_become_those_of_the_procurement_and_every_check_still_passes(
    store: Store, procurement_id: str, tmp_path: Path
) -> None:
    SetUps(store).save(procurement_id, WHOLE, person="Ada")
    SetUps(store).save(procurement_id, replace(WHOLE, value_gbp=None, department="Roads"), person="Ada")
    SetUps(store).save(procurement_id, replace(WHOLE, department="Bridges"), person="Ada")
    SetUps(store).confirm(procurement_id, person="Ada", because="Rules looked up.")
    Lots(store).change_procurement(procurement_id, {"value_gbp": Decimal("20.50")}, person="Ada")
    assert [c.found for c in check_records(store, tmp_path, strict=True) if c.outcome is Outcome.broken] == []
    SetUps(store).save(procurement_id, WHOLE, person="Ada")
    row = store.procurement(procurement_id)
    assert (row.buyer, row.value_gbp, row.starts, row.ends) == (
        "Kent County Council", Decimal("9600000.50"), date(2027, 4, 1), date(2032, 3, 31),
    )  # fmt: skip
    checks = check_records(store, tmp_path, strict=True)
    assert [c.found for c in checks if c.outcome is Outcome.broken] == []


def test_a_set_up_that_is_whole_and_breaks_nothing_is_confirmed_once(store: Store, procurement_id: str) -> None:
    set_ups = SetUps(store)
    set_ups.save(procurement_id, replace(WHOLE, route=None), person="Ada")
    with pytest.raises(UsageError, match="contract"):
        set_ups.confirm(procurement_id, person="Ada")
    set_ups.save(procurement_id, WHOLE, person="Ada")
    assert set_ups.confirm(procurement_id, person="Ada", seen=2).version == 3
    assert set_ups.confirm(procurement_id, person="Ada").version == 3
    found = set_ups.confirmed(procurement_id)
    assert found is not None
    assert found.set_up == WHOLE
    set_ups.save(procurement_id, replace(WHOLE, department="Roads"), person="Ada")
    assert not set_ups.current(procurement_id).confirmed


def test_what_breaks_a_rule_is_confirmed_only_with_an_approved_exception_or_a_reason(
    store: Store, procurement_id: str
) -> None:
    set_ups, low = SetUps(store), replace(WHOLE, weighting_percent=Decimal(5))
    set_ups.save(procurement_id, low, person="Ada")
    with pytest.raises(UsageError, match="5%"):
        set_ups.confirm(procurement_id, person="Ada")
    set_ups.save(procurement_id, replace(low, exception=JustifiedException("No market.")), person="Ada")
    with pytest.raises(UsageError, match="not approved"):
        set_ups.confirm(procurement_id, person="Ada")
    approved = JustifiedException("No market.", "Cy", "Divisional management", date(2026, 8, 1))
    set_ups.save(procurement_id, replace(low, exception=approved), person="Ada")
    assert set_ups.confirm(procurement_id, person="Ada").confirmed
    set_ups.save(procurement_id, low, person="Ada")
    assert set_ups.confirm(procurement_id, person="Ada", because="The board decided.").because == "The board decided."


def test_a_field_that_the_catalogue_does_not_know_any_more_is_named(store: Store, procurement_id: str) -> None:
    SetUps(store).save(procurement_id, replace(WHOLE, category="gone"), person="Ada")
    found = SetUps(store).current(procurement_id)
    assert (found.set_up.category, [w.field for w in found.outdated]) == ("", ["category"])


@pytest.mark.parametrize("change", ["UPDATE set_up SET set_by = 'x'", "DELETE FROM set_up"])
def test_the_database_itself_refuses_to_change_a_version(store: Store, procurement_id: str, change: str) -> None:
    SetUps(store).save(procurement_id, WHOLE, person="Ada")
    with pytest.raises(DatabaseError, match="only ever added to"), store.engine.begin() as connection:
        connection.execute(text(change))
