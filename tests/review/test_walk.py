"""Going through the queue: its order, its ends, and what a decision takes out of it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from svdocs.records.access import Caller
from svdocs.records.people import People
from svdocs.records.second_readings import Reader, SecondReadings
from svdocs.records.store import Store
from svdocs.review.queue import Order, queue_of
from svdocs.review.walk import Walk, walk_of
from tests.review.market import fill_market


def walk_through(store: Store, procurement: str, order: Order = Order.doubt) -> Walk:
    readings = SecondReadings(store, Caller("Ada", None))
    return walk_of(queue_of(store, procurement, order=order), readings, procurement, order)


@pytest.fixture
def store(own_store: Store) -> Store:
    return own_store


@pytest.fixture
def market(store: Store) -> str:
    return fill_market(store, bids=2, each=6)


@pytest.mark.parametrize("order", list(Order))
def test_a_walk_has_the_queues_order_and_ends(store: Store, market: str, order: Order) -> None:
    walk = walk_through(store, market, order)
    ids = [w.id for w in queue_of(store, market, order=order)]
    assert [s.id for s in walk.steps] == ids
    assert len({s.document.id for s in walk.steps}) > 1
    assert [walk.place_of(i) for i in ids] == list(range(1, len(ids) + 1))
    assert (walk.before(ids[0]), walk.after(ids[-1])) == (None, None)
    for first, second in pairwise(ids):
        assert [w and w.id for w in (walk.after(first), walk.before(second))] == [second, first]


def test_from_what_waits_for_nobody_the_way_leads_to_the_first(store: Store, market: str) -> None:
    walk = walk_through(store, market)
    assert walk.place_of("elsewhere") is None
    assert walk.before("elsewhere") is None
    assert walk.after("elsewhere") == walk.steps[0]


@pytest.mark.parametrize("action", ["accept", "unsure"])
def test_a_walk_after_a_decision_is_the_one_that_the_records_give(store: Store, market: str, action: str) -> None:
    walk = walk_through(store, market)
    decided = walk.steps[2].id
    store.decide(decided, action=action, person="Ada")
    again, asked = walk.decided(decided, unsure=action == "unsure"), walk_through(store, market)
    assert [s.id for s in again.steps] == [s.id for s in asked.steps]
    assert again.unsure == asked.unsure == (1 if action == "unsure" else 0)


def test_what_two_people_read_blind_is_no_part_of_the_way(store: Store, market: str) -> None:
    people = People(store)
    readers = [people.add(f"{n}@kent.example", n, None) for n in ("ada", "ben")]
    readings = SecondReadings(store, Caller("Lead", None))
    drawn = readings.draw(market, [Reader(p.id, p.name) for p in readers], share=1)[0]
    walk = walk_through(store, market)
    assert walk.steps
    assert drawn.document_id not in {s.document.id for s in walk.steps}
