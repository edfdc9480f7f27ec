"""Ratios in the records: both halves kept, never changed, withdrawn with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.ratios import NewRatio, Ratios
from svdocs.records.store import Store
from svdocs.records.tables import Document
from tests.records.contracts import add_contract


def test_a_figure_stands_until_it_is_withdrawn_and_no_two_overlap(store: Store, bid: Document) -> None:
    contract, ratios = add_contract(store, bid), Ratios(store)
    given = NewRatio(contract.id, "apprentice_share", date(2027, 4, 1), date(2028, 3, 31), 3, 80, "payroll")
    figure = ratios.enter(given, person="Mo")
    with pytest.raises(Conflict, match="stands for"):
        ratios.enter(replace(given, starts=date(2028, 3, 31), ends=date(2028, 4, 30)), person="Mo")
    with pytest.raises(UsageError, match="reason"):
        ratios.withdraw(figure.id, person="Mo", because="")
    ratios.withdraw(figure.id, person="Mo", because="Counted twice.")
    with pytest.raises(Conflict, match="withdrawn"):
        ratios.withdraw(figure.id, person="Mo", because="Again.")
    ratios.enter(given, person="Mo")
    assert [f.withdrawn_at is None for f in ratios.figures([contract.id])] == [False, True]
    assert [e.kind.value for e in store.events()[-3:]] == ["ratio_entered", "ratio_withdrawn", "ratio_entered"]
    for wrong in ({"numerator": -1}, {"denominator": 0}, {"numerator": 81}, {"ends": date(2027, 3, 1)},
                  {"numerator": float("nan")}):  # fmt: skip
        with pytest.raises(UsageError):
            ratios.enter(replace(given, ratio="local_workforce", **wrong), person="Mo")


def test_a_figure_of_a_period_in_which_the_contract_does_not_run_is_refused(store: Store, bid: Document) -> None:
    contract, ratios = add_contract(store, bid), Ratios(store)
    before = NewRatio(contract.id, "apprentice_share", date(2026, 4, 1), date(2027, 3, 31), 3, 80)
    with pytest.raises(UsageError, match="lies outside"):
        ratios.enter(before, person="Mo")
    assert ratios.enter(replace(before, ends=date(2027, 4, 30)), person="Mo").source == ""


def test_targets_are_only_ever_added_and_each_is_told_in_the_trail(store: Store, bid: Document) -> None:
    contract, ratios = add_contract(store, bid), Ratios(store)
    for percent in (3.0, 5.0, None):
        ratios.set_target(contract.id, "apprentice_share", percent, person="Mo", source="Schedule 4")
    assert [t.percent for t in ratios.targets([contract.id])] == [3.0, 5.0, None]
    assert [e.kind.value for e in store.events()[-3:]] == ["ratio_target_set"] * 3
    for change in ("UPDATE ratio_target SET percent = 1", "DELETE FROM ratio_target"):
        with pytest.raises(DatabaseError, match="only ever added to"), store.engine.begin() as connection:
            connection.execute(text(change))
    for percent, person in ((-1, "Mo"), (2000, "Mo"), (5, " ")):
        with pytest.raises(UsageError):
            ratios.set_target(contract.id, "apprentice_share", percent, person=person)
    with pytest.raises(NotFound, match="look at its ratios"):
        ratios.figure(contract.id, "nothing")
