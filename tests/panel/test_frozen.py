"""The frozen record: from set-up to the end of moderation, and what is read from it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import event

from svdocs.errors import Conflict, NotAllowed
from svdocs.panel.frozen import as_json, read_frozen
from svdocs.records.passages import PassageGiven
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.valuing.weightings import shown
from tests.panel.worked import EVALUATORS, SUPPLIERS, Worked

GAP = {("eve", "Alder Ltd", "Method"): "5", ("finn", "Alder Ltd", "Method"): "2"}


def frozen(panel: Worked) -> None:
    panel.submit_all(GAP)
    panel.moderating().release(panel.procurement, panel.caller("chair"))
    panel.agree_all("4")
    panel.moderating().close(panel.procurement, panel.caller("chair"))


def test_a_worked_procurement_is_read_back_whole(panel: Worked) -> None:
    frozen(panel)
    record = read_frozen(panel.seen("lead"), panel.procurement, panel.caller("lead"))
    assert {b.supplier for b in record.bids} == set(SUPPLIERS)
    assert [(c.title, c.share) for c in record.criteria] == [
        ("Method", Fraction(2, 5)),
        ("Commitments", Fraction(3, 5)),
    ]
    bid = record.bid_of(panel.suppliers["Alder Ltd"])
    method, commitments = bid.scores
    assert (method.spread, method.is_wide, commitments.is_wide) == (3, True, False)
    # By hand: 4/5 of 40 points, and 4/5 of half of 60 points, the other half of which quantities decide.
    assert (method.points, commitments.points) == (32, 24)
    assert shown(bid.points) == "56"
    assert [m.person for m in method.marks] == sorted(EVALUATORS)
    assert method.consensus.participants == ("chair", *EVALUATORS)
    passage = method.consensus.passages[0]
    assert (passage.document, passage.page, passage.quote) == ("Alder Ltd.pdf", 2, "five apprentices from Swale")
    assert all(m.passages and m.reason and m.counts for b in record.bids for s in b.scores for m in s.marks)
    assert record.digest == read_frozen(panel.seen("chair"), panel.procurement, panel.caller("chair")).digest
    assert as_json(record)["bids"][0]["points_shown"] == "56"


def test_there_is_no_record_before_the_moderation_is_closed(panel: Worked) -> None:
    with pytest.raises(Conflict, match="no frozen record"):
        read_frozen(panel.seen("lead"), panel.procurement, panel.caller("lead"))
    panel.submit_all()
    panel.moderating().release(panel.procurement, panel.caller("chair"))
    with pytest.raises(Conflict, match="Nothing is agreed yet"):
        panel.moderating().close(panel.procurement, panel.caller("chair"))
    panel.agree_all()
    with pytest.raises(Conflict, match="no frozen record"):
        read_frozen(panel.seen("lead"), panel.procurement, panel.caller("lead"))


def test_all_bids_and_criteria_are_compared_in_a_few_questions(panel: Worked) -> None:
    panel.submit_all()
    moderating, chair = panel.moderating(), panel.caller("chair")
    moderating.release(panel.procurement, chair)
    asked: list[str] = []
    event.listen(panel.store.engine, "before_cursor_execute", lambda _c, _x, words, *_: asked.append(words))
    compared = moderating.compare(panel.procurement, chair)
    assert [len(m.marks) for c in compared for m in c.marked] == [1] * 6 * len(EVALUATORS)
    assert len(asked) < 20


def test_a_consensus_may_be_agreed_anew_with_a_reason_until_it_is_closed_and_both_stay(panel: Worked) -> None:
    panel.submit_all(GAP)
    moderating, chair = panel.moderating(), panel.caller("chair")
    moderating.release(panel.procurement, chair)
    panel.agree_all("4")
    first = moderating.compare(panel.procurement, chair)[0]
    given = {"mark": "3", "reason": "Read again.", "participants": ["chair", "eve"]}
    passages = [PassageGiven(panel.documents[first.bid.name], "five apprentices")]
    with pytest.raises(Exception, match="takes the place"):
        moderating.agree(first.bid.id, first.criterion.id, chair, **given, passages=passages)  # type: ignore[arg-type]
    moderating.agree(first.bid.id, first.criterion.id, chair, **given, passages=passages, because="Read again.")  # type: ignore[arg-type]
    moderating.close(panel.procurement, chair)
    record = read_frozen(panel.seen("lead"), panel.procurement, panel.caller("lead"))
    score = next(b for b in record.bids if b.id == first.bid.id).scores[0]
    assert [a.mark for a in score.agreed] == ["4", "3"]
    assert len(score.marks) == len(EVALUATORS)
    with pytest.raises(Conflict, match="closed"):
        moderating.agree(first.bid.id, first.criterion.id, chair, **given, passages=passages, because="Late.")  # type: ignore[arg-type]


def test_who_has_no_place_on_the_panel_reads_no_record(panel: Worked) -> None:
    frozen(panel)
    with pytest.raises(NotAllowed):
        read_frozen(panel.store.seen_by(panel.caller("lead")), panel.procurement, outsider(panel))


def outsider(panel: Worked):  # type: ignore[no-untyped-def]
    from svdocs.records.access import Caller

    return Caller("Otto", "nobody")


def test_who_has_a_conflict_with_a_bidder_is_refused_the_record_rather_than_given_a_part(panel: Worked) -> None:
    frozen(panel)
    panel.conflicts("eve").declare(panel.procurement, panel.caller("eve"), has_conflict=True,
                                   supplier_id=panel.suppliers["Cedar CIC"], nature="My sister works.")  # fmt: skip
    with pytest.raises(Conflict, match="conflict"):
        read_frozen(panel.seen("eve"), panel.procurement, panel.caller("eve"))


def test_who_marks_or_chairs_and_has_not_declared_all_is_refused_the_record(panel: Worked) -> None:
    frozen(panel)
    people = People(panel.store)
    for name, role in (("nora", Role.chair), ("olga", Role.evaluator)):
        panel.people[name] = people.add(f"{name}@kent.example", name, None).id
        people.grant(panel.people[name], panel.procurement, role)
    some = (None, panel.suppliers["Alder Ltd"])
    for supplier in some:  # so that olga would be given the record of one bid
        panel.conflicts("olga").declare(
            panel.procurement, panel.caller("olga"), has_conflict=False, supplier_id=supplier
        )
    for who in ("nora", "olga"):
        with pytest.raises(Conflict, match="Declare first"):
            read_frozen(panel.seen(who), panel.procurement, panel.caller(who))
    panel.declare_none("nora")
    assert len(read_frozen(panel.seen("nora"), panel.procurement, panel.caller("nora")).bids) == len(SUPPLIERS)
