from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.jobs.bring_in import bring_in_folder
from svdocs.jobs.reprocess import Selection, reprocess
from svdocs.records.store import Store
from svdocs.records.tables import EventKind
from svdocs.settings import Settings
from tests.jobs.plain import NEXT, extract_anew, fail_to_extract, plain_stages, read_newly, write_pack

PLAIN = plain_stages()
BID = "[bid Alpha Ltd]\nWe will plant trees.\nWe will seed a meadow.\nWe will sweep weekly."


@pytest.fixture
def bid(store: Store, settings: Settings, tmp_path: Path) -> str:
    folder = write_pack(tmp_path / "p", bid=BID)
    return bring_in_folder(folder, store=store, settings=settings, stages=PLAIN).documents[0].id


def test_documents_that_are_current_are_left_alone(store: Store, settings: Settings, bid: str) -> None:
    result = reprocess(store=store, settings=settings, stages=PLAIN)
    assert (result.left_alone, result.documents) == (1, ())
    assert len(store.runs_of(bid)) == 1


def test_a_new_version_is_compared_statement_by_statement(
    store: Store, settings: Settings, bid: str, readings: Path
) -> None:
    [changes] = reprocess(store=store, settings=settings, stages=NEXT).documents
    assert (changes.document, [k["text"] for k in changes.kept]) == ("bid.pdf", ["We will plant trees."])
    assert [(c.text, c.fields) for c in changes.changed] == [
        ("We will seed a meadow.", {"firmness": ("firm", "aspirational")})
    ]
    assert [g["text"] for g in changes.gone] == ["We will sweep weekly."]
    assert changes.new == ()
    assert len(store.runs_of(bid)) == 2
    assert readings.read_text() == ""
    back = reprocess(store=store, settings=settings, stages=PLAIN).documents[0]
    assert [n["text"] for n in back.new] == ["We will sweep weekly."]


def test_a_dry_run_says_the_same_and_writes_nothing(store: Store, settings: Settings, bid: str) -> None:
    newly = plain_stages("2", "plain/2", read=read_newly, extract=extract_anew)
    before = store.document(bid), store.statements_of(bid), store.events()
    dry = reprocess(store=store, settings=settings, stages=newly, dry_run=True)
    assert (store.document(bid), store.statements_of(bid), store.events()) == before
    assert store.text_of(bid, "plain/2") is None
    assert reprocess(store=store, settings=settings, stages=newly) == dry


def test_only_a_new_reader_reads_the_originals_again(
    store: Store, settings: Settings, bid: str, readings: Path
) -> None:
    newly = plain_stages("1", "plain/2", read=read_newly)
    reprocess(store=store, settings=settings, stages=newly)
    assert readings.read_text() == "bid.pdf\n"
    assert [r.reader_version for r in store.runs_of(bid)] == ["plain/2", "plain/1"]
    assert store.text_of(bid, "plain/2") is not None


def test_decisions_stay_and_those_without_a_statement_are_listed(store: Store, settings: Settings, bid: str) -> None:
    for record in store.statements_of(bid):
        store.decide(record.id, action="accept", person="A. Officer")
    result = reprocess(store=store, settings=settings, stages=NEXT)
    assert [(u.document, u.text, u.decision.person) for u in result.unmatched] == [
        ("bid.pdf", "We will sweep weekly.", "A. Officer")
    ]
    assert [s.status for s in store.statements_of(bid)] == ["accepted", "accepted"]
    assert [s.changed_since_decision for s in store.statements_of(bid)] == [False, True]
    [event] = store.events(kind=EventKind.decision_unmatched)
    assert event.details["text"] == "We will sweep weekly."


def test_a_fault_of_the_program_takes_nothing_away_and_is_tried_again(
    store: Store, settings: Settings, bid: str
) -> None:
    before = store.statements_of(bid)
    faulty = plain_stages("2", extract=fail_to_extract)
    [changes] = reprocess(store=store, settings=settings, stages=faulty).documents
    assert (len(changes.kept), changes.gone) == (3, ())
    assert changes.problems == ("The program failed on this document.",)
    assert store.statements_of(bid) == before
    assert [e.code for e in store.events(document_id=bid, kind=EventKind.problem)] == ["internal"]
    assert len(reprocess(store=store, settings=settings, stages=NEXT).documents) == 1


def test_a_reprocessing_that_was_interrupted_carries_on(store: Store, settings: Settings, tmp_path: Path) -> None:
    bring_in_folder(write_pack(tmp_path / "p", a="We will a.", b="We will b.", c="We will c."), store=store,
                    settings=settings, stages=PLAIN)  # fmt: skip

    def interrupt(what: str, done: int, of: int) -> None:
        assert of == 6
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reprocess(store=store, settings=settings, stages=NEXT, on_document=interrupt)
    result = reprocess(store=store, settings=settings, stages=NEXT)
    assert (result.left_alone, len(result.documents)) == (2, 1)
    assert [len(store.runs_of(d.id)) for d in store.documents_of()] == [2, 2, 2]


def test_a_kept_text_that_was_damaged_is_read_again(
    store: Store, settings: Settings, tmp_path: Path, readings: Path
) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    folder = write_pack(tmp_path / "p", bid=BID)
    document = store.add_document(procurement.id, name="bid.pdf", kind="other", supplier=None, sha256="0" * 64,
                                  media_type="text/plain", size=0)  # fmt: skip
    store.keep_text(document.id, "plain/1", b"{}")
    bring_in_folder(folder, store=store, settings=settings, stages=PLAIN)
    [lost] = reprocess(
        store=store, settings=settings, selection=Selection(procurement_id=procurement.id), stages=PLAIN
    ).documents
    assert lost.problems
    assert store.document(document.id).document.state == "needs_person"


def test_a_decision_comes_back_with_the_statement_that_a_later_run_finds_again(
    store: Store, settings: Settings, bid: str
) -> None:
    lost = store.statements_of(bid)[2]
    store.decide(lost.id, action="accept", person="A. Officer")
    assert store.unmatched_decisions() == []
    reprocess(store=store, settings=settings, stages=NEXT)
    [(decision, statement)] = store.unmatched_decisions()
    assert (decision.person, statement.text) == ("A. Officer", "We will sweep weekly.")
    reprocess(store=store, settings=settings, stages=PLAIN)
    assert store.unmatched_decisions() == []
    assert [s.status for s in store.statements_of(bid)] == ["proposed", "proposed", "accepted"]
