"""Lots, and what is changed of a procurement: one entry in the trail for each change, none where nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from svdocs.errors import Conflict, NotFound, Outdated, UsageError
from svdocs.records.listing import Listing, Wanted, place_of
from svdocs.records.lots import Lots
from svdocs.records.requests import Answer, KeyedRequest, Requests
from svdocs.records.store import Store
from svdocs.records.tables import Document, StatementStatus
from svdocs.statements.statement import StatementType
from tests.records.values import commitment, extraction_record


def lot_of(store: Store, bid: Document) -> str:
    return Lots(store).add_lot(bid.procurement_id, "Lot 1", person="A").lot.id


CHANGES: dict[str, tuple[Callable[[Store, Document], object], list[str]]] = {
    "change_procurement": (
        lambda s, d: Lots(s).change_procurement(d.procurement_id, {"buyer": "Medway"}, person="A"),
        ["procurement_changed"],
    ),
    "add_lot": (lambda s, d: Lots(s).add_lot(d.procurement_id, "Lot 9", person="A"), ["lot_added"]),
    "change_lot": (
        lambda s, d: Lots(s).change_lot(d.procurement_id, lot_of(s, d), {"title": "East"}, person="A"),
        ["lot_added", "lot_changed"],
    ),
    "set_lots_of": (
        lambda s, d: Lots(s).set_lots_of(d.id, [lot_of(s, d)], person="A"),
        ["lot_added", "document_lots_set"],
    ),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_each_change_makes_one_entry(store: Store, bid: Document, name: str) -> None:
    change, kinds = CHANGES[name]
    before = len(store.events())
    change(store, bid)
    assert [e.kind.value for e in store.events()[before:]] == kinds


def test_what_changes_nothing_makes_no_entry(store: Store, bid: Document) -> None:
    lots = Lots(store)
    lot = lots.add_lot(bid.procurement_id, "Lot 1", person="A", value_gbp=Decimal("10.50")).lot.id
    before = len(store.events())
    lots.change_lot(bid.procurement_id, lot, {"name": " Lot  1", "value_gbp": Decimal("10.5")}, person="A")
    lots.change_procurement(bid.procurement_id, {}, person="A")
    lots.set_lots_of(bid.id, [], person="A")
    assert len(store.events()) == before


def test_what_makes_no_sense_is_refused(store: Store, bid: Document) -> None:
    lots, lot = Lots(store), lot_of(store, bid)
    with pytest.raises(UsageError):
        lots.change_procurement(bid.procurement_id, {"title": " "}, person="A")
    with pytest.raises(UsageError):
        lots.add_lot(bid.procurement_id, "Lot 2", person="A", value_gbp=Decimal(-1))
    with pytest.raises(Conflict):
        lots.add_lot(bid.procurement_id, "Lot 1", person="A")
    other = store.add_procurement("Other", "Kent").id
    with pytest.raises(NotFound):
        lots.lot(other, lot)
    second = lots.add_lot(bid.procurement_id, "Lot 2", person="A").lot.id
    with pytest.raises(Conflict):
        lots.change_lot(bid.procurement_id, second, {"name": "Lot 1"}, person="A")


def test_a_check_that_fails_changes_nothing(store: Store, bid: Document) -> None:
    def refuse(_: object) -> None:
        raise Outdated("changed since")

    with pytest.raises(Outdated):
        Lots(store).change_procurement(bid.procurement_id, {"title": "x"}, person="A", check=refuse)
    assert store.procurement(bid.procurement_id).title != "x"


def test_statements_are_listed_page_by_page_across_documents(store: Store, bid: Document) -> None:
    promises = [commitment(f"We will plant {n} trees.") for n in range(2, 9)]
    store.publish_run(bid.id, extraction_record(*promises), 1)
    store.decide(store.statements_of(bid.id)[6].id, action="accept", person="A")
    listing, found, after = Listing(store), [], None
    while page := listing.statements(bid.procurement_id, Wanted(type=StatementType.commitment), after=after, limit=3):
        found += [r.statement.text for r in page]
        after = place_of(page[-1])
    assert found == [f"We will plant {n} trees." for n in range(2, 9)]
    wanted = Wanted(status=StatementStatus.accepted)
    [accepted] = listing.statements(bid.procurement_id, wanted, after=None, limit=3)
    assert accepted.statement.text == "We will plant 8 trees."


def test_answers_to_keyed_requests_are_kept_and_told_again(store: Store) -> None:
    requests, asked = Requests(store), KeyedRequest("a", "k", "0" * 64)
    requests.keep_answer(asked, Answer(201, "/x", "{}"))
    assert requests.answer_to(KeyedRequest("a", "k", "0" * 64)) == Answer(201, "/x", "{}")
    with pytest.raises(Conflict):
        requests.keep_answer(KeyedRequest("a", "k", "0" * 64), Answer(201, "/x", "{}"))
