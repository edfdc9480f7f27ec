"""Saved views: a person's own, and those shared in the procurement."""

from __future__ import annotations

import pytest

from svdocs.errors import Conflict, NotAllowed, NotFound, UsageError
from svdocs.records.access import AT_THIS_MACHINE, Caller
from svdocs.records.saved_views import SavedViews
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind

ADA, BEN = Caller("Ada", "a"), Caller("Ben", "b")


def test_a_view_is_its_owner_s_unless_it_is_shared(store: Store, bid: Document) -> None:
    ada, ben = SavedViews(store, ADA), SavedViews(store, BEN)
    ada.save(bid.procurement_id, " Jobs  in Swale ", {"place": "Swale"})
    shared = ada.save(bid.procurement_id, "Unclear", {"verdict": "unclear"}, shared=True)
    assert [(v.name, v.filters) for v in ada.views_of(bid.procurement_id)] == [
        ("Jobs in Swale", {"place": "Swale"}),
        ("Unclear", {"verdict": "unclear"}),
    ]
    assert [v.name for v in ben.views_of(bid.procurement_id)] == ["Unclear"]
    with pytest.raises(NotAllowed):
        ben.remove(shared.id)
    ada.remove(shared.id)
    with pytest.raises(Conflict):
        ada.remove(shared.id)
    assert ben.views_of(bid.procurement_id) == []
    kinds = [e.kind for e in store.events() if e.subject == "saved_view"]
    assert kinds == [EventKind.view_saved, EventKind.view_saved, EventKind.view_removed]


def test_a_view_saved_again_takes_the_place_of_the_one_before(store: Store, bid: Document) -> None:
    views = SavedViews(store, AT_THIS_MACHINE)
    views.save(bid.procurement_id, "Jobs", {"theme": "1"})
    views.save(bid.procurement_id, "Jobs", {"theme": "2"})
    assert [v.filters for v in views.views_of(bid.procurement_id)] == [{"theme": "2"}]


def test_a_view_needs_a_name_and_a_procurement(store: Store, bid: Document) -> None:
    views = SavedViews(store, ADA)
    for name in (" ", "x" * 101):
        with pytest.raises(UsageError):
            views.save(bid.procurement_id, name, {})
    with pytest.raises(NotFound):
        views.save("x", "Jobs", {})
    with pytest.raises(NotFound):
        views.remove("x")
