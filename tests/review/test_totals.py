"""Totals of a register: nothing twice, and everything that is left out named with why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.records.amending import Counting
from svdocs.records.deciding import Part
from svdocs.records.decisions import Decisions
from svdocs.records.store import Store, open_store
from svdocs.records.tables import StatementStatus
from svdocs.review.lines import Amount, Line, register_lines
from svdocs.review.totals import BECAUSE, LeftOut, Reckoning, reckon
from tests.review.market import fill_market
from tests.review.values import amount, line, row

Sums = list[tuple[str | None, str, str | None, Decimal, Decimal]]


def sums(reckoned: Reckoning) -> Sums:
    return [(t.measure and t.measure[1], t.unit, t.per, t.minimum, t.maximum) for t in reckoned.totals]


def left_out(reckoned: Reckoning) -> dict[str, str]:
    return {o.line.id: o.why.value for o in reckoned.omitted}


FIVE = "We will take on five apprentices from Swale."
CASES: dict[str, tuple[list[Line], list[str], dict[str, str]]] = {
    "ranges count with their least and most": (
        [line("1", of=amount(8, most=10)), line("2", "And four people from Dover.", amount(4))], ["12-14"], {}),
    "measures, units and periods are never added to each other": (
        [line("1"), line("2", "Jobs.", amount(5, per="year")), line("3", "Hours.", amount(9, "hours")),
         line("4", "Else.", amount(1), measure=None)], ["9-9", "5-5", "5-5", "1-1"], {}),
    "what is rejected, replaced or said to be left out is in none": (
        [line("1", status=StatementStatus.rejected), line("2", status=StatementStatus.superseded),
         line("3", counting=Counting.left_out), line("4", status=StatementStatus.unsure)],
        ["5-5"], {"1": "rejected", "2": "superseded", "3": "said"}),
    "percentages, figures a head and promises without figures are not added": (
        [line("1", of=amount(20, "percent")), line("2", of=amount(8, "hours", "employee")),
         replace(line("3"), amount=None)], [], {"1": "not_added", "2": "not_added", "3": "no_quantity"}),
    "the same words of one document at another place are one promise": (
        [line("1"), line("2", position=9, page=3)], ["5-5"], {"2": "repeat"}),
    "rows of one table that look alike are not": (
        [line("1", "Year 1 | 5", in_table=True), line("2", "Year 1 | 5", in_table=True, position=2)], ["10-10"], {}),
    "a calculator's row of the same measure and figure is the same promise": (
        [line("1"), row("2", "Apprentices | 5", amount(5))], ["5-5"], {"2": "repeat"}),
    "two rows are not one promise": (
        [line("1"), row("2", "Apprentices | 5", amount(5)), row("3", "Trainees | 5", amount(5))],
        ["5-5"], {"2": "repeat", "3": "sheet_differs"}),
    "a row that sums up several promises repeats them": (
        [line("1"), line("2", "Three more in Dover.", amount(3)), row("3", "Apprentices | 8", amount(8))],
        ["8-8"], {"3": "repeat"}),
    "where text and calculator differ the text is counted, and the row named": (
        [line("1"), row("2", "Apprentices | 7", amount(7))], ["5-5"], {"2": "sheet_differs"}),
    "what the calculator alone has is counted": (
        [line("1"), row("2", "Trees | 40", amount(40, "trees"), measure=("national-toms", "NT31"))],
        ["5-5", "40-40"], {}),
    "a summary in another document repeats the same figures in the same place": (
        [line("1", FIVE, place="Swale"),
         line("2", "In Swale: five apprentices from Swale.", document_id="late", place="Swale")],
        ["5-5"], {"2": "repeat"}),
    "other words in another document are another promise": (
        [line("1", FIVE), line("2", "Graduates join our Dover office.", document_id="late")], ["10-10"], {}),
    "another place or time is another promise": (
        [line("1", FIVE, place="Swale"), line("2", FIVE, document_id="b", place="Dover"),
         line("3", FIVE, document_id="c", place="Swale", due="2028"),
         line("4", FIVE, document_id="d", place="Swale", due="2029")],
        ["15-15"], {"3": "repeat"}),
    "two suppliers never repeat each other": (
        [line("1"), line("2", supplier="Other Ltd")], ["10-10"], {}),
    "a decided promise is counted before a proposed one": (
        [line("1"), line("2", document_id="z", status=StatementStatus.accepted)], ["5-5"], {"1": "repeat"}),
    "a person who says that it counts is right": (
        [line("1"), line("2", position=9, counting=Counting.counts)], ["10-10"], {}),
    "a sub-total of rows is left out": (
        [row("1", "Year 1 | 5", amount(5)), row("2", "Year 2 | 7", amount(7)), row("3", "Total | 12", amount(12))],
        ["12-12"], {"3": "sub_total"}),
    "a sub-total that does not add up is left out too": (
        [row("1", "Year 1 | 5", amount(5)), row("2", "Year 2 | 7", amount(7)), row("3", "Total | 15", amount(15))],
        ["12-12"], {"3": "sub_total"}),
    "a total without its rows is counted": ([row("1", "Total | 12", amount(12))], ["12-12"], {}),
    "a sentence that sums up the others is left out": (
        [line("1"), line("2", "Three more.", amount(3)), line("3", "In total that is 8 people.", amount(8))],
        ["8-8"], {"3": "sub_total"}),
    "a sentence with a total that is no sum is counted": (
        [line("1"), line("2", "Three more.", amount(3)), line("3", "In total 20 volunteers.", amount(20))],
        ["28-28"], {}),
    "what is made by hand and found by a run later is one": (
        [line("1", "five apprentices", made_by_hand=True), line("2", FIVE)], ["5-5"], {"2": "repeat"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_totals_count_nothing_twice(case: str) -> None:
    lines, wanted, omitted = CASES[case]
    reckoned = reckon(lines)
    assert [f"{t.minimum}-{t.maximum}" for t in reckoned.totals] == wanted
    assert left_out(reckoned) == omitted


@pytest.mark.parametrize(
    ("years", "per", "each", "total", "is_once"),
    [(4, "year", 5, 20, True), (4, "year", 5, 25, False), (2, "month", 1, 24, True), (None, "year", 5, 20, False)],
)
def test_a_yearly_figure_beside_its_total_over_the_contract_is_one_promise(
    years: int | None, per: str, each: int, total: int, is_once: bool
) -> None:
    lines = [line("1", "Five a year.", amount(each, per=per)), line("2", "Twenty people.", amount(total))]
    found = reckon(lines, years=None if years is None else Decimal(years))
    assert left_out(found) == ({"1": "in_total"} if is_once else {})


def test_where_nobody_said_how_long_the_contract_runs_the_same_sentence_tells() -> None:
    sentence = "We will take on five people a year, 20 in all."
    lines = [line("1", sentence, amount(5, per="year"), quote="five people a year"),
             line("2", sentence, amount(20), quote="20")]  # fmt: skip
    assert left_out(reckon(lines)) == {"1": "in_total"}


def test_every_reason_has_its_words_and_names_what_is_counted() -> None:
    assert set(BECAUSE) == set(LeftOut)
    omitted = reckon([line("1"), line("2", position=3)]).omitted_for(LeftOut.repeat)
    assert [(o.because, o.counted and o.counted.id) for o in omitted] == [(BECAUSE[LeftOut.repeat], "1")]


# Laws

AMOUNTS = st.builds(
    lambda least, more, unit, per: Amount(Decimal(least), Decimal(least + more), unit, per),
    st.integers(1, 6), st.integers(0, 2), st.sampled_from(["people", "hours", "gbp", "percent"]),
    st.sampled_from([None, None, "year"]),
)  # fmt: skip
TEXTS = st.sampled_from([
    "We will take on people from Swale for the works", "We will take on people from Dover for the works",
    "Staff give hours to schools", "In total we will take on people", "Total | 12", "Year 1 | 5",
])  # fmt: skip


@st.composite
def bids(draw: st.DrawFn) -> list[Line]:
    lines = []
    for i in range(draw(st.integers(0, 8))):
        document = draw(st.sampled_from(["a", "b", "sheet"]))
        fields: dict[str, Any] = {
            "document_id": document, "document": document, "position": i, "in_sheet": document == "sheet",
            "supplier": draw(st.sampled_from(["One Ltd", "Two Ltd"])),
            "place": draw(st.sampled_from([None, "Swale", "Dover"])),
            "measure": draw(st.sampled_from([None, ("t", "NT1"), ("t", "NT2")])),
            "status": draw(st.sampled_from(list(StatementStatus))),
        }  # fmt: skip
        fields["document_id"] += fields["supplier"]
        fields["in_table"] = fields["in_sheet"]
        lines.append(line(f"s{i}", draw(TEXTS), draw(AMOUNTS), **fields))
    return lines


@given(bids(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_totals_hang_on_the_lines_and_not_on_their_order(lines: list[Line], chance: Any) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert reckon(shuffled) == reckon(lines)


@given(bids(), st.sampled_from(["a", "b", "sheet"]))
@settings(max_examples=150, deadline=None)
def test_totals_stay_when_a_document_is_uploaded_twice(lines: list[Line], document: str) -> None:
    copies = [
        replace(x, id=f"{x.id}'", document_id=f"{x.document_id}'", status=StatementStatus.proposed)
        for x in lines
        if x.document == document and x.stands
    ]
    assert sums(reckon([*lines, *copies])) == sums(reckon(lines))


@given(bids())
@settings(max_examples=150, deadline=None)
def test_every_line_is_counted_once_or_left_out_with_a_reason(lines: list[Line]) -> None:
    reckoned = reckon(lines)
    counted = [x.id for t in reckoned.totals for x in t.lines]
    omitted = [o.line.id for o in reckoned.omitted]
    assert sorted(counted + omitted) == sorted(x.id for x in lines)
    for total in reckoned.totals:
        assert total.minimum == sum(x.amount.minimum for x in total.lines if x.amount)


@given(bids(), bids())
@settings(max_examples=60, deadline=None)
def test_a_bid_s_totals_are_its_own(mine: list[Line], theirs: list[Line]) -> None:
    own = [replace(x, supplier="Mine", bid="Mine") for x in mine]
    other = [replace(x, id=f"o{x.id}", supplier="Other", bid="Other", measure=None) for x in theirs]
    of_mine = [o for o in reckon([*own, *other]).omitted if o.line.bid == "Mine"]
    assert of_mine == list(reckon(own).omitted)


# Laws over the records


def test_totals_stay_whatever_the_order_of_decisions_and_when_a_split_is_merged(tmp_path: Path) -> None:
    found = []
    for order in list(permutations(range(3)))[::2]:
        with open_store(f"sqlite:///{tmp_path / str(order) / 'svdocs.db'}") as store:
            market = fill_market(store, bids=1, each=4)
            document = next(d.id for d in store.documents_of(market) if d.document.name == "bid-0.pdf")
            first, second, third, _ = (s.id for s in store.statements_of(document))
            decisions = Decisions(store)
            steps: list[Callable[[], object]] = [
                partial(store.decide, first, action="amend", person="A", changes={"place": {"text": "Dover"}}),
                partial(store.decide, second, action="reject", person="B", reason="No."),
                partial(store.decide, third, action="accept", person="C"),
            ]
            for i in order:
                steps[i]()
            found.append(totals_of(store, market))
            if order == (0, 1, 2):
                half = {"quantity": {"value": 8500, "unit": "gbp"}}
                parts = decisions.split(third, [Part("We will spend", half), Part("small firms", half)], person="A")
                assert totals_of(store, market) == found[-1]
                whole = {"quantity": {"value": 17000, "unit": "gbp"}}
                decisions.merge([p.id for p in parts], person="A", changes=whole)
                assert totals_of(store, market) == found[-1]
                decisions.undo(parts[0].id, person="A")
                assert totals_of(store, market) == found[-1]
    assert all(sums == found[0] for sums in found)
    assert found[0]


def totals_of(store: Store, procurement: str) -> Sums:
    return sums(reckon(x for x in register_lines(store, procurement) if not x.in_sheet))
