"""Values of bids from the records, points of both parts, and the decision, held against the table in docs/award.md."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from svdocs.errors import Conflict, NotAllowed, UsageError
from svdocs.records.access import Caller
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.values import FactsGiven, MethodGiven, Values
from svdocs.reports.award_standing import decide_award, read_award
from svdocs.reports.bid_values import fix_values, reckon_lot
from svdocs.valuing.bid_value import Choice, NotCounted
from svdocs.valuing.proxies import open_set
from svdocs.valuing.weightings import shown
from tests.panel.worked import Worked
from tests.reports.award_case import ALDER, BIRCH, CEDAR, INVENTED, value_all


def test_values_and_points_are_those_of_the_table_worked_by_hand(awarded: Worked) -> None:
    award = read_award(awarded.seen("lead"), awarded.procurement, awarded.caller("lead"))
    found = {s.bid.supplier: s for s in award.standings}
    worth = {name: Fraction(s.value["total"]) for name, s in found.items() if s.value}
    assert worth == {ALDER: 13_500, BIRCH: 16_200, CEDAR: 9_450}
    points = {name: [(shown(r.score.points), shown(r.quantity)) for r in s.rows] for name, s in found.items()}
    assert points == {
        ALDER: [("32", "0"), ("18", "30")],
        BIRCH: [("40", "0"), ("24", "26.67")],
        CEDAR: [("24", "0"), ("30", "21")],
    }
    assert [(s.bid.supplier, shown(s.points)) for s in award.standings] == [
        (BIRCH, "90.67"), (ALDER, "80"), (CEDAR, "75"),
    ]  # fmt: skip
    assert award.first is award.standings[0] is award.winner
    assert award.decision is not None
    assert award.decision.record_sha256 == award.digest


def test_every_sum_leads_to_words_on_a_page_and_what_is_left_out_says_why(awarded: Worked) -> None:
    from svdocs.text.exchange import document_from_json

    for fixed in Values(awarded.seen("lead")).fixed_of(awarded.procurement, ""):
        lines = fixed.reckoned["lines"]
        assert Fraction(fixed.reckoned["total"]) == sum(Fraction(x["value"]) for x in lines)
        for line in lines:
            document = document_from_json(awarded.store.text_of(line["document_id"]) or b"")
            at = document.text.index(line["text"])
            assert line["place"] == f"page {document.location_of(type(document.blocks[0].span)(at, at + 1)).page}"
            assert awarded.store.document(line["document_id"]).document.sha256 == line["sha256"]
            assert (line["not_counted"] is None) == bool(Fraction(line["value"]))
            assert line["because"] or line["not_counted"] is None
    alder = next(f for f in Values(awarded.seen("lead")).fixed_of(awarded.procurement, "")
                 if f.supplier_id == awarded.suppliers[ALDER])  # fmt: skip
    assert [x["not_counted"] for x in alder.reckoned["lines"]] == [None, NotCounted.exclusive, None]


def test_nothing_is_fixed_while_an_offer_above_the_limit_waits_for_a_person(valued_case: Worked) -> None:
    with pytest.raises(Conflict, match=BIRCH):
        value_all(valued_case, rule=False)
    made, lead = valued_case, valued_case.caller("lead")
    reckoned = {b.bid.name: b for b in reckon_lot(made.seen("lead"), made.procurement, lead).bids}
    assert reckoned[BIRCH].check.findings == (
        "£16,200 in all is £675 for each of 24 employees, above the limit of £500.",
    )
    values = Values(made.seen("lead"))
    values.rule(made.procurement, made.suppliers[BIRCH], lead, lot="", total=reckoned[BIRCH].value.total,
                earns=Decimal(12_000), because="Looked at.")  # fmt: skip
    statement = made.store.statements_of(made.documents[BIRCH])[0].id
    values.choose(statement, Choice(deadweight_hundredths=0, because="New posts."), lead)
    with pytest.raises(Conflict, match=BIRCH):  # what was said was said of another value
        fix_values(made.seen("lead"), made.procurement, lead)


def test_a_reckoning_is_refused_rather_than_given_in_part(valued_case: Worked) -> None:
    made, chair = valued_case, valued_case.caller("chair")
    with pytest.raises(Conflict, match="how bids are valued"):
        reckon_lot(made.seen("chair"), made.procurement, chair)
    lead = made.caller("lead")
    Values(made.seen("lead")).set_method(made.procurement, MethodGiven(open_set().key), lead)
    undecided = made.store.statements_of(made.documents[CEDAR])[1].id
    made.store.decide(undecided, action="unsure", person="lead")
    with pytest.raises(Conflict, match="1 of Cedar CIC"):
        fix_values(made.seen("lead"), made.procurement, lead)
    made.conflicts("chair").declare(made.procurement, chair, has_conflict=True,
                                    supplier_id=made.suppliers[CEDAR], nature="My brother works there.")  # fmt: skip
    with pytest.raises(Conflict, match="in part"):
        reckon_lot(made.seen("chair"), made.procurement, chair)


def test_only_those_who_decide_on_the_award_read_values_and_nothing_of_a_bidder_they_have_a_conflict_with(
    awarded: Worked,
) -> None:
    assert len(Values(awarded.seen("officer")).fixed_of(awarded.procurement, "")) == 3
    for who in ("eve", "finn"):
        values = Values(awarded.seen(who))
        assert values.fixed_of(awarded.procurement, "") == []
        assert values.method_of(awarded.procurement) is None
        assert values.facts_of(awarded.procurement) == {}
        with pytest.raises(NotAllowed):
            values.set_method(awarded.procurement, MethodGiven(open_set().key), awarded.caller(who))


def test_who_has_a_conflict_or_has_not_declared_says_nothing_that_decides_the_value(valued_case: Worked) -> None:
    made, method, facts = valued_case, MethodGiven(open_set().key, because="Anew."), FactsGiven(employees=3)
    alder, birch = made.suppliers[ALDER], made.suppliers[BIRCH]
    made.people["nora"] = People(made.store).add("nora@kent.example", "nora", None).id
    People(made.store).grant(made.people["nora"], made.procurement, Role.chair)
    made.conflicts("chair").declare(
        made.procurement, made.caller("chair"), has_conflict=True, supplier_id=alder, nature="Shares."
    )
    for who, match in (("chair", "You declared a conflict"), ("nora", "Declare first")):
        values, caller = Values(made.seen(who)), made.caller(who)
        with pytest.raises(Conflict, match=match):
            values.describe_bidder(made.procurement, alder, facts, caller)
        with pytest.raises(Conflict, match=match):
            values.set_method(made.procurement, method, caller)
    described = Values(made.seen("chair")).describe_bidder(made.procurement, birch, facts, made.caller("chair"))
    assert (described.person, described.employees) == ("chair", 3)
    Values(made.seen("lead")).set_method(made.procurement, method, made.caller("lead"))


def test_what_an_award_rests_on_stays_as_it_is(awarded: Worked) -> None:
    lead, values = awarded.caller("lead"), Values(awarded.seen("lead"))
    given = MethodGiven(open_set().key, because="Another set.")
    with pytest.raises(Conflict, match="award is decided"):
        values.set_method(awarded.procurement, given, lead)
    with pytest.raises(Conflict, match="award is decided"):
        fix_values(awarded.seen("lead"), awarded.procurement, lead, because="Again.")
    with pytest.raises(UsageError, match="reason"):
        decide_award(awarded.seen("lead"), awarded.procurement, awarded.suppliers[ALDER], lead)
    with pytest.raises(NotAllowed):
        decide_award(awarded.seen("officer"), awarded.procurement, awarded.suppliers[ALDER],
                     awarded.caller("officer"), because="x")  # fmt: skip


def test_each_change_is_told_to_the_audit_trail_without_words_of_a_bid(awarded: Worked) -> None:
    kinds = [e.kind.value for e in awarded.store.events(awarded.procurement)]
    for kind in ("proxies_imported", "valuing_method_set", "bidder_described", "deliverability_ruled",
                 "values_fixed", "award_decided"):  # fmt: skip
        assert kind in kinds


def test_a_method_changes_with_a_reason_alone_and_bad_figures_are_refused(valued_case: Worked) -> None:
    made, lead = valued_case, valued_case.caller("lead")
    values = Values(made.seen("lead"))
    values.import_set(made.procurement, INVENTED, lead, file="values.xlsx", sha256="9" * 64)
    assert len(values.sets_of(made.procurement)) == 1
    values.set_method(made.procurement, MethodGiven(open_set().key), lead)
    with pytest.raises(UsageError, match="Say why"):
        values.set_method(made.procurement, MethodGiven(open_set().key), lead)
    for bad in (MethodGiven(open_set().key, Decimal(-1)), MethodGiven(open_set().key, years=Decimal(0)),
                MethodGiven(open_set().key, deadweight_hundredths=10001)):  # fmt: skip
        with pytest.raises(UsageError):
            values.set_method(made.procurement, bad, lead)
    statement = made.store.statements_of(made.documents[ALDER])[0].id
    with pytest.raises(UsageError, match="reason"):
        values.choose(statement, Choice(), lead)


def test_somebody_at_a_machine_without_accounts_does_all_of_it(valued_case: Worked) -> None:
    alone = Caller("me")
    value = reckon_after_method(valued_case, alone)
    assert value > 0


def reckon_after_method(made: Worked, caller: Caller) -> Fraction:
    Values(made.store).set_method(made.procurement, MethodGiven(open_set().key), caller)
    return sum((b.value.total for b in reckon_lot(made.store, made.procurement, caller).bids), Fraction(0))
