"""Ratios in the records: both halves kept, never changed, withdrawn with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from svdocs.errors import Conflict, UsageError
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
