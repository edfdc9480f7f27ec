"""Spend in the records: whole files, every row kept, withdrawn with a reason, and definitions that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from svdocs.errors import Conflict, UsageError
from svdocs.records.spend import NewLine, NewSpendFile, Spend
from svdocs.records.store import Store

GIVEN = NewSpendFile(
    "2027-28", "spend.csv", "a" * 64, {"supplier": "Supplier", "amount": "Amount"},
    ("Supplier", "Amount", "Postcode"),
    (
        NewLine(2, ("Example Ltd", "1,000.10", "CT9 1RT"), "Example Ltd", Decimal("1000.10"), date(2027, 5, 1),
                "Highways", {"head_office": "CT9 1RT"}),
        NewLine(3, ("EXAMPLE LIMITED", "-0.10", ""), "EXAMPLE LIMITED", Decimal("-0.10"), None, "", {}),
        NewLine(4, ("Other plc", "2000", "W1A 1AA"), "Other plc", Decimal(2000), None, "",
                {"head_office": "W1A 1AA"}),
        NewLine(5, ("Other plc", "two", ""), "Other plc", problem="amount: 'two' is no amount"),
    ),
)  # fmt: skip


def test_every_row_is_kept_and_bad_ones_count_in_no_total(store: Store) -> None:
    spend = Spend(store)
    file = spend.import_file(GIVEN, person="Fin")
    assert (file.rows, file.bad, file.total_gbp, file.financial_year) == (4, 1, Decimal("3000.00"), "2027-28")
    [bad] = spend.bad_lines(file.id)
    assert (bad.row, bad.cells, bad.problem) == (5, ["Other plc", "two", ""], "amount: 'two' is no amount")
    other, example = spend.suppliers_of("2027-28")
    assert (example.name, example.amount_gbp, example.lines) == ("Example Ltd", Decimal("1000.00"), 2)
    assert example.facts.head_office == "CT9 1RT"
    assert other.amount_gbp == 2000
    assert [e.kind.value for e in store.events()[-1:]] == ["spend_imported"]


def test_the_same_file_is_imported_once_until_it_is_withdrawn(store: Store) -> None:
    spend = Spend(store)
    file = spend.import_file(GIVEN, person="Fin")
    with pytest.raises(Conflict, match="imported for 2027-28"):
        spend.import_file(GIVEN, person="Fin")
    with pytest.raises(UsageError, match="why"):
        spend.withdraw(file.id, person="Fin", because=" ")
    spend.withdraw(file.id, person="Fin", because="The wrong year.")
    assert (spend.years(), spend.suppliers_of("2027-28"), len(spend.files())) == ([], [], 1)
    with pytest.raises(Conflict, match="withdrawn"):
        spend.withdraw(file.id, person="Fin", because="Again.")
    assert spend.import_file(replace(GIVEN, name="again.csv"), person="Fin").id != file.id
    assert spend.years() == ["2027-28"]


def test_a_file_without_a_row_that_counts_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="no row"):
        Spend(store).import_file(replace(GIVEN, lines=GIVEN.lines[3:]), person="Fin")


def test_a_file_that_comes_to_more_than_anybody_pays_is_refused(store: Store) -> None:
    lines = tuple(replace(GIVEN.lines[0], row=row, amount_gbp=Decimal(10**12) - 1) for row in (2, 3))
    with pytest.raises(UsageError, match="over 1,000,000,000,000 pounds"):
        Spend(store).import_file(replace(GIVEN, lines=lines), person="Fin")
    assert Spend(store).import_file(replace(GIVEN, lines=lines[:1]), person="Fin").total_gbp == Decimal(10**12) - 1


def test_what_is_held_of_a_supplier_stands_over_what_files_say(store: Store) -> None:
    spend = Spend(store)
    line = NewLine(6, ("Other plc", "1", "EC1A 1BB"), "Other plc", Decimal(1), facts={"head_office": "EC1A 1BB"})
    spend.import_file(replace(GIVEN, lines=(*GIVEN.lines, line)), person="Fin")
    other = spend.suppliers_of("2027-28")[0]
    assert (other.facts.head_office, other.contradictory) == ("", ("head_office",))
    held = {"Other PLC": {"head_office": "ME14 1XQ", "staff": "12"}}
    assert spend.describe(held, source="accounts 2027", person="Fin") == 1
    assert spend.describe(held, source="accounts 2027", person="Fin") == 0
    other = spend.suppliers_of("2027-28")[0]
    assert (other.facts.head_office, other.facts.staff, other.contradictory) == ("ME14 1XQ", 12, ())


def test_rows_that_are_the_same_in_all_cells_are_told(store: Store) -> None:
    double = replace(GIVEN.lines[0], row=9)
    Spend(store).import_file(replace(GIVEN, lines=(*GIVEN.lines, double)), person="Fin")
    assert Spend(store).doubles_of("2027-28") == 1


def test_definitions_are_chosen_in_versions(store: Store) -> None:
    spend = Spend(store)
    offered = spend.definitions()
    assert (offered.version, offered.sme.key) == (0, "procurement_act")
    said = offered.as_json() | {"sme": "foi_45918", "pounds_per_euro": "0.86"}
    chosen = spend.choose(said, person="Fin", seen=0)
    assert (chosen.version, chosen.sme.key, spend.definitions()) == (1, "foi_45918", chosen)
    with pytest.raises(Conflict):
        spend.choose(said, person="Fin", seen=0)
    with pytest.raises(UsageError, match="Atlantis"):
        spend.choose(said | {"local": said["local"] | {"areas": ["Atlantis"]}}, person="Fin")
    for to_do in (lambda: spend.choose(said, person=""), lambda: spend.import_file(GIVEN, person="")):
        with pytest.raises(UsageError, match="person"):
            to_do()
