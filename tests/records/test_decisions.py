"""Undo, split, merge, many at once, missed statements, and what becomes of them when a document is read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.audit import trail_of, verify_trail
from svdocs.records.deciding import Part
from svdocs.records.decisions import MAX_AT_ONCE, Decisions
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.store import Store
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import Document, EventKind
from svdocs.records.turns import Turns, turn_of
from tests.records.conftest import add_bid
from tests.records.values import commitment, extraction_record

TWO_IN_ONE = "We will plant 40 trees and take on 5 apprentices."
TREES = Part("plant 40 trees", {"quantity": {"value": 40, "unit": "trees"}})
PEOPLE = Part("take on 5 apprentices", {"quantity": {"value": 5, "unit": "people"}})


def two_in_one(**fields: Any) -> dict[str, Any]:
    return commitment(TWO_IN_ONE, **fields)


@pytest.fixture
def read(store: Store, bid: Document) -> StatementRecord:
    """The first of two statements of a bid that has been read."""
    store.publish_run(bid.id, extraction_record(two_in_one(), commitment("We will pay the living wage.")), 1)
    return store.statements_of(bid.id)[0]


def again(store: Store, bid: Document, *commitments: dict[str, Any], version: str = "2") -> None:
    store.publish_run(bid.id, extraction_record(*commitments, version=version), 1)


def shown(store: Store, bid: Document) -> list[tuple[str, str]]:
    """The words and status of a document's statements, in order, which the light way of asking gives too."""
    records = store.statements_of(bid.id)
    assert Turns(store).of(bid.id) == [turn_of(r) for r in records]
    return [(r.as_decided().get("focus") or r.statement.text, r.status.value) for r in records]


# Undo


def test_an_undo_takes_back_the_last_decision_and_keeps_it(store: Store, read: StatementRecord) -> None:
    decisions = Decisions(store)
    store.decide(read.id, action="amend", person="A", changes={"firmness": "conditional"})
    store.decide(read.id, action="reject", person="B", reason="A repeat.")
    decisions.undo(read.id, person="C", reason="It is none.", seen=2)
    now = store.statement(read.id)
    assert (now.status, now.as_decided()["firmness"]) == ("amended", "conditional")
    assert [(d.action.value, d.person, d.reason) for d in now.decisions] == [
        ("amend", "A", ""),
        ("reject", "B", "A repeat."),
        ("undo", "C", "It is none."),
    ]
    decisions.undo(read.id, person="C")
    assert (store.statement(read.id).status, store.statement(read.id).as_decided()["firmness"]) == ("proposed", "firm")
    with pytest.raises(Conflict, match="nothing to undo"):
        decisions.undo(read.id, person="C")


def test_an_undo_is_taken_back_unless_something_was_decided_since(store: Store, read: StatementRecord) -> None:
    decisions = Decisions(store)
    with pytest.raises(Conflict, match="no undo"):
        decisions.redo(read.id, person="A")
    store.decide(read.id, action="accept", person="A")
    store.decide(read.id, action="unsure", person="A")
    decisions.undo(read.id, person="A")
    decisions.undo(read.id, person="A")
    decisions.redo(read.id, person="A")
    assert store.statement(read.id).status == "accepted"
    decisions.redo(read.id, person="A")
    assert store.statement(read.id).status == "unsure"
    decisions.undo(read.id, person="A")
    store.decide(read.id, action="reject", person="A", reason="No.")
    with pytest.raises(Conflict, match="no undo"):
        decisions.redo(read.id, person="A")


def test_an_acceptance_keeps_what_was_amended_before(store: Store, read: StatementRecord) -> None:
    store.decide(read.id, action="amend", person="A", changes={"themes": {"kcc": ["1"]}, "firmness": "conditional"})
    store.decide(read.id, action="amend", person="A", changes={"themes": {"nhs": ["wellbeing"]}})
    store.decide(read.id, action="accept", person="B")
    entry = store.statement(read.id).as_decided()
    assert entry["firmness"] == "conditional"
    assert [c["code"] for c in entry["themes"]["kcc"] + entry["themes"]["nhs"]] == ["1", "wellbeing"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda d, i: d.undo(i, person=" "), UsageError),
        (lambda d, i: d.undo("x", person="A"), NotFound),
        (lambda d, i: d.undo(i, person="A", seen=3), Conflict),
        (lambda d, i: d.redo("x", person="A"), NotFound),
        (lambda d, i: d.undo_batch("x", person="A"), Conflict),
        (lambda d, i: d.decide_many([], action="accept", person="A"), UsageError),
        (lambda d, i: d.decide_many(["x"] * 2 + [str(n) for n in range(MAX_AT_ONCE)], action="accept", person="A"),
         UsageError),
        (lambda d, i: d.decide_many([i], action="split_up", person="A"), UsageError),
        (lambda d, i: d.split(i, [TREES], person="A"), UsageError),
        (lambda d, i: d.split(i, [TREES, TREES], person="A"), UsageError),
        (lambda d, i: d.split(i, [TREES, Part("plant 50 trees")], person="A"), UsageError),
        (lambda d, i: d.split(i, [TREES, Part("take on 5", {"text": "x"})], person="A"), UsageError),
        (lambda d, i: d.merge([i, i], person="A"), UsageError),
        (lambda d, i: d.let_go([i], person="A", reason="x"), Conflict),
        (lambda d, i: d.let_go([i], person="A", reason=" "), UsageError),
        (lambda d, i: d.add_missed("x", {"text": "x", "location": {"page": 1}}, person="A"), NotFound),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused_and_leaves_nothing(
    store: Store, bid: Document, read: StatementRecord, call: Any, error: type[Exception]
) -> None:
    before = len(store.events())
    with pytest.raises(error):
        call(Decisions(store), read.id)
    assert len(store.events()) == before
    assert len(store.statements_of(bid.id)) == 2


# Many at once


def test_many_are_decided_in_one_transaction_with_an_entry_each_and_undone_together(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    decisions, ids = Decisions(store), [s.id for s in store.statements_of(bid.id)]
    made = decisions.decide_many(ids, action="reject", person="A", reason="A duty.")
    assert len({d.batch for d in made}) == 1
    told = [e.details["batch"] for e in store.events(kind=EventKind.decision_made)]
    assert told == [made[0].batch] * 2
    store.decide(ids[1], action="accept", person="B")
    with pytest.raises(Conflict, match="meanwhile"):
        decisions.decide_many(ids, action="accept", person="A", seen={ids[0]: 1, ids[1]: 1})
    assert len(store.statement(ids[0]).decisions) == 1
    undone = decisions.undo_batch(made[0].batch or "", person="A")
    assert [d.takes_back for d in undone] == [made[0].id]
    assert [store.statement(i).status.value for i in ids] == ["proposed", "accepted"]
    decisions.undo_batch(undone[0].batch or "", person="A")
    assert [store.statement(i).status.value for i in ids] == ["rejected", "accepted"]


# Split and merge


def test_a_split_gives_each_part_its_quote_and_quantity_and_keeps_the_whole(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    parts = Decisions(store).split(read.id, [TREES, PEOPLE], person="A", reason="Two promises.")
    assert shown(store, bid) == [
        (TWO_IN_ONE, "superseded"),
        ("plant 40 trees", "accepted"),
        ("take on 5 apprentices", "accepted"),
        ("We will pay the living wage.", "proposed"),
    ]
    entries = [p.as_decided() for p in parts]
    assert [e["quantity"]["value"] for e in entries] == [40, 5]
    assert {e["text"] for e in entries} == {TWO_IN_ONE}
    assert {e["place"]["text"] for e in entries} == {"Thanet"}
    assert all("explanation" not in e and e["location"]["page"] == 1 for e in entries)
    assert [p.made_by_hand and p.made_by_hand["of"] for p in parts] == [[read.id]] * 2
    with pytest.raises(Conflict, match="split or merged"):
        store.decide(read.id, action="accept", person="A")
    with pytest.raises(Conflict, match="split or merged"):
        Decisions(store).split(read.id, [TREES, PEOPLE], person="A")


def test_an_undone_split_takes_its_parts_away_and_a_redo_brings_them_back(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    decisions = Decisions(store)
    part = decisions.split(read.id, [TREES, PEOPLE], person="A")[0]
    store.decide(part.id, action="amend", person="A", changes={"firmness": "aspirational"})
    decisions.undo(read.id, person="A")
    assert [status for _, status in shown(store, bid)] == ["proposed", "proposed"]
    with pytest.raises(Conflict, match="since"):
        store.decide(part.id, action="accept", person="A")
    decisions.redo(read.id, person="A")
    assert [status for _, status in shown(store, bid)] == ["superseded", "amended", "accepted", "proposed"]


def test_a_merge_stands_where_the_first_does_and_keeps_the_other_quotes(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    decisions, ids = Decisions(store), [s.id for s in store.statements_of(bid.id)]
    merged = decisions.merge(ids, person="A", changes={"quantity": {"value": 45, "unit": "items"}})
    assert [status for _, status in shown(store, bid)] == ["superseded", "accepted", "superseded"]
    entry = merged.as_decided()
    assert (entry["text"], entry["quantity"]["value"]) == (TWO_IN_ONE, 45)
    assert [a["text"] for a in entry["also"]] == ["We will pay the living wage."]
    undone = decisions.undo(ids[1], person="A")  # of either, and on both
    assert len(undone) == 2
    assert [status for _, status in shown(store, bid)] == ["proposed", "proposed"]
    decisions.redo(ids[0], person="A")
    assert [status for _, status in shown(store, bid)] == ["superseded", "accepted", "superseded"]
    decisions.undo(ids[0], person="A")
    store.decide(ids[1], action="accept", person="A")
    with pytest.raises(Conflict, match="merge stays undone"):
        decisions.redo(ids[0], person="A")


def test_a_split_can_be_merged_again(store: Store, bid: Document, read: StatementRecord) -> None:
    decisions = Decisions(store)
    parts = decisions.split(read.id, [TREES, PEOPLE], person="A")
    decisions.merge([p.id for p in parts], person="A", changes={"quantity": {"value": 5, "unit": "people"}})
    assert sum(r.stands for r in store.statements_of(bid.id)) == 2
    decisions.undo(parts[0].id, person="A")
    assert sum(r.stands for r in store.statements_of(bid.id)) == 3


def test_statements_of_two_documents_of_a_supplier_are_merged_and_of_two_suppliers_not(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    calculator = add_bid(store, "b" * 64)
    store.publish_run(calculator.id, extraction_record(two_in_one()), 1)
    there = store.statements_of(calculator.id)[0]
    Decisions(store).merge([read.id, there.id], person="A")
    assert [status for _, status in shown(store, calculator)] == ["superseded"]
    assert sum(r.stands for r in store.statements_of(bid.id)) == 2
    store.describe_document(calculator.id, supplier="Another Ltd")
    Decisions(store).undo(read.id, person="A")
    with pytest.raises(UsageError, match="one supplier"):
        Decisions(store).merge([read.id, there.id], person="A")


def test_a_rejected_statement_is_neither_split_nor_merged(store: Store, bid: Document, read: StatementRecord) -> None:
    store.decide(read.id, action="reject", person="A", reason="No.")
    other = store.statements_of(bid.id)[1].id
    with pytest.raises(Conflict, match="rejected"):
        Decisions(store).split(read.id, [TREES, PEOPLE], person="A")
    with pytest.raises(Conflict, match="rejected"):
        Decisions(store).merge([other, read.id], person="A")


# Missed statements


def test_a_missed_statement_is_added_in_its_place_and_counts_as_accepted(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    entry = {"text": "We  will pay suppliers in 14 days.", "location": {"page": 1, "boxes": [[72, 100.0, 500, 120]]},
             "quantity": {"value": 14, "unit": "days"}, "firmness": "firm", "verdict": "additional"}  # fmt: skip
    made = Decisions(store).add_missed(bid.id, entry, person="A", reason="In the second column.")
    assert made.as_decided()["additionality"]["verdict"] == "additional"
    assert made.verdict is not None
    assert made.codings == ()
    assert shown(store, bid)[0] == ("We will pay suppliers in 14 days.", "accepted")
    assert made.id in [line["statement_id"] for line in store.export_statements(bid.procurement_id)]


@pytest.mark.parametrize(
    "entry",
    [
        {"text": " ", "location": {"page": 1}},
        {"text": "We will.", "location": {}},
        {"text": "We will.", "location": {"page": 1}, "confidence": 1},
        {"text": "We will.", "location": {"page": 1}, "quantity": {"value": 1, "unit": "elephants"}},
    ],
)
def test_a_missed_statement_needs_words_a_place_and_known_fields(
    store: Store, bid: Document, entry: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        Decisions(store).add_missed(bid.id, entry, person="A")
    assert store.statements_of(bid.id) == []


def test_what_is_missed_in_a_document_without_a_run_stands_and_is_exported(store: Store, bid: Document) -> None:
    Decisions(store).add_missed(bid.id, {"text": "We will.", "location": {"page": 1}}, person="A")
    assert shown(store, bid) == [("We will.", "accepted")]
    line = next(store.export_statements())
    assert (line["text"], line["run"]["pipeline_version"]) == ("We will.", "")


# Reading again


def test_a_split_survives_reprocessing(store: Store, bid: Document, read: StatementRecord) -> None:
    Decisions(store).split(read.id, [TREES, PEOPLE], person="A")
    again(store, bid, commitment("New."), two_in_one(confidence=0.5))
    assert shown(store, bid) == [
        ("New.", "proposed"),
        (TWO_IN_ONE, "superseded"),
        ("plant 40 trees", "accepted"),
        ("take on 5 apprentices", "accepted"),
    ]
    assert store.unmatched_decisions() == []


def test_parts_that_a_newer_run_finds_itself_go_on_with_what_people_said(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    parts = Decisions(store).split(read.id, [TREES, PEOPLE], person="A")
    store.decide(parts[0].id, action="amend", person="B", changes={"firmness": "conditional"})
    trees = two_in_one(focus="40 trees", quantity={"value": 40, "unit": "trees"}, id="t")
    again(store, bid, two_in_one(), trees)
    assert [status for _, status in shown(store, bid)] == ["superseded", "amended", "accepted"]
    found = next(r for r in store.statements_of(bid.id) if r.statement.key == "t")
    assert (found.made_by_hand, found.as_decided()["firmness"]) == (None, "conditional")
    assert found.id == store.newest_of(parts[0].id)
    again(store, bid, two_in_one(), version="3")  # and where it is no longer found, the person's stands again
    assert [status for _, status in shown(store, bid)] == ["superseded", "amended", "accepted"]
    assert store.unmatched_decisions() == []
    assert store.events(kind=EventKind.decision_unmatched) == []


def test_a_split_whose_statement_is_gone_goes_to_a_person(store: Store, bid: Document, read: StatementRecord) -> None:
    decisions = Decisions(store)
    decisions.split(read.id, [TREES, PEOPLE], person="A")
    again(store, bid, commitment("New."))
    assert shown(store, bid) == [("New.", "proposed")]
    assert [(d.action.value, r.id) for d, r in decisions.lost(bid.procurement_id)] == [("split_up", read.id)]
    with pytest.raises(Conflict, match="cannot be moved"):
        decisions.move(read.id, store.statements_of(bid.id)[0].id, person="A", reason="It is this one.")
    decisions.keep_by_hand([read.id], person="A", reason="It stands on page 1.")
    assert [words for words, _ in shown(store, bid)] == ["New.", "plant 40 trees", "take on 5 apprentices"]
    assert decisions.lost() == []
    again(store, bid, commitment("New."), two_in_one(), version="3")
    assert [words for words, _ in shown(store, bid)] == ["New.", "take on 5 apprentices", "plant 40 trees"]


@pytest.mark.parametrize(("changes", "status"), [({"firmness": "conditional"}, "rejected"), (None, "rejected")])
def test_a_lost_decision_is_moved_with_all_that_stood(
    store: Store, bid: Document, read: StatementRecord, changes: dict[str, Any] | None, status: str
) -> None:
    if changes:
        store.decide(read.id, action="amend", person="A", changes=changes)
    store.decide(read.id, action="reject", person="A", reason="A duty.")
    again(store, bid, commitment("Other words."))
    to = store.statements_of(bid.id)[0].id
    Decisions(store).move(read.id, to, person="B", reason="The same in other words.")
    moved = store.statement(to)
    assert (moved.status, moved.as_decided()["firmness"]) == (status, "conditional" if changes else "firm")
    assert store.unmatched_decisions() == []
    with pytest.raises(Conflict, match="settled"):
        Decisions(store).let_go([read.id], person="B", reason="Again.")


def test_an_amendment_that_was_accepted_moves_as_an_amendment(
    store: Store, bid: Document, read: StatementRecord
) -> None:
    store.decide(read.id, action="amend", person="A", changes={"firmness": "conditional"})
    store.decide(read.id, action="accept", person="A")
    again(store, bid, commitment("Other words."))
    to = store.statements_of(bid.id)[0].id
    Decisions(store).move(read.id, to, person="B", reason="The same.")
    assert store.statement(to).as_decided()["firmness"] == "conditional"
    elsewhere = add_bid(store, "b" * 64)
    store.publish_run(elsewhere.id, extraction_record(commitment()), 1)
    with pytest.raises(Conflict):
        Decisions(store).move(read.id, store.statements_of(elsewhere.id)[0].id, person="B", reason="x")


def test_lost_decisions_are_let_go_together_with_a_reason(store: Store, bid: Document, read: StatementRecord) -> None:
    decisions, ids = Decisions(store), [s.id for s in store.statements_of(bid.id)]
    decisions.decide_many(ids, action="accept", person="A")
    again(store, bid, commitment("New."))
    assert len(decisions.lost()) == 2
    decisions.let_go(ids, person="B", reason="Taken out of the bid.")
    assert decisions.lost() == []
    assert store.statement(ids[0]).decisions[-1].reason == "Taken out of the bid."


def test_a_missed_statement_is_continued_by_a_run_that_finds_it(store: Store, bid: Document) -> None:
    entry = {"text": "plant 40 trees", "location": {"page": 1}, "quantity": {"value": 40, "unit": "trees"}}
    Decisions(store).add_missed(bid.id, entry, person="A")
    again(store, bid, two_in_one(quantity={"value": 40, "unit": "trees"}))
    assert [status for _, status in shown(store, bid)] == ["accepted"]
    assert store.statements_of(bid.id)[0].made_by_hand is None


# What the rest of the records makes of it


def test_the_records_are_whole_and_the_trail_verifies_after_all_of_it(
    store: Store, bid: Document, read: StatementRecord, tmp_path: Path
) -> None:
    decisions = Decisions(store)
    parts = decisions.split(read.id, [TREES, PEOPLE], person="A")
    decisions.merge([p.id for p in parts], person="A")
    decisions.undo(parts[0].id, person="A")
    decisions.redo(parts[0].id, person="A")
    decisions.add_missed(bid.id, {"text": "We will.", "location": {"page": 1}}, person="A")
    checks = check_records(store, tmp_path, strict=True)
    broken = [f for c in checks for f in c.found if "not on the disk" not in f]
    assert not broken
    assert any(c.outcome is Outcome.whole and c.invariants == "I5" for c in checks)
    with store.reading() as session:
        trail = trail_of(store.engine)
        assert verify_trail(session.connection(), trail, trail.anchor()).breach is None
