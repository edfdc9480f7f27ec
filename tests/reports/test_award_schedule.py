"""The schedule of commitments lot by lot, and each row with all that a contract needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from svdocs.delivery.award import make_contract, promises_of
from svdocs.errors import Conflict
from svdocs.records.access import AT_THIS_MACHINE
from svdocs.records.lots import Lots
from svdocs.records.panels import Panels
from svdocs.records.schedules import NewContract, Promise
from svdocs.records.store import Store, open_store
from svdocs.records.value_tables import AwardDecision, FixedValue
from svdocs.reports.award_indicators import indicator_values
from svdocs.reports.award_schedule import NO_MEASURE, NO_NUMBER, schedule_values, write_schedule
from svdocs.reports.facts import gather
from svdocs.reports.valued import values_in
from svdocs.review.register import stated_again
from tests.records.values import commitment, extraction_record
from tests.reports.figure_walk import spots_of

DAY = date(2027, 1, 12)
NORTH, SOUTH = "North", "South"
BIRCH, ALDER = "Birch & Sons", "Alder Ltd"
TREES = "We will plant 40 trees in Deal every year."
MEALS = "We will give 1 meal to each of 30 guests."
FOR_BOTH = "We will cut 1.5 tonnes of carbon dioxide."
TALKS = "We will hold talks at schools."
VANS = "We will change our vans in Swale."


def quantity(value: float, unit: str, per: str | None = None) -> dict[str, Any]:
    return {"value": value, "max": None, "unit": unit, "per": per, "text": str(value)}


@dataclass(frozen=True)
class InLots:
    """A procurement of two lots: Birch bids for both, with one document for each and one for both; Alder for South."""

    store: Store
    procurement: str
    suppliers: dict[str, str]

    def award(self, lot: str, supplier: str) -> None:
        """Decide, without what comes before it."""
        with self.store.writing() as session:
            session.add(
                AwardDecision(
                    procurement_id=self.procurement, lot=lot, number=1, because="Most points.",
                    supplier_id=self.suppliers[supplier], record_sha256="0", decided_by="lead",
                )
            )  # fmt: skip

    def schedule(self, lot: str = "") -> dict[str, Any]:
        return schedule_values(self.store, self.procurement, AT_THIS_MACHINE, lot=lot, written=DAY)

    def parts(self, lot: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
        """Titles of the schedule's parts, with number and words of each commitment."""
        parts = self.schedule(lot)["parts"]
        return [(p["title"], [(x["number"], x["text"]) for x in p["commitments"]]) for p in parts]


@pytest.fixture
def in_lots(tmp_path: Path, empty_database: Path) -> Iterator[InLots]:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as store:
        key = store.add_procurement("Grounds", "Kent County Council").id
        term = {"starts": date(2027, 4, 1), "ends": date(2029, 3, 31)}
        Lots(store).change_procurement(key, term, person="lead")
        lots = {name: Lots(store).add_lot(key, name, person="lead").lot.id for name in (NORTH, SOUTH)}
        toms, undated = {"framework": "national-toms", "code": "NT31", "score": 0.9}, {"date": None, "text": None}
        trees = commitment(TREES, quantity=quantity(40, "trees", "year"), measures=[], due=undated)
        bids = (
            (BIRCH, "north.pdf", [NORTH], trees),
            (BIRCH, "south.pdf", [SOUTH], commitment(MEALS, quantity=quantity(1, "meals"))),
            (BIRCH, "both.pdf", [], commitment(FOR_BOTH, quantity=quantity(1.5, "tco2e"), measures=[toms])),
            (ALDER, "alder.pdf", [SOUTH], commitment(TALKS, quantity=None, measures=[])),
            (ALDER, "vans.pdf", [], commitment(VANS, quantity=None)),
        )
        suppliers = {}
        for n, (supplier, name, names, promise) in enumerate(bids):
            document = store.add_document(key, name=name, kind="bid", supplier=supplier, sha256=f"{n}" * 64,
                                          media_type="application/pdf", size=1)  # fmt: skip
            suppliers[supplier] = document.supplier_id or ""
            Lots(store).set_lots_of(document.id, [lots[n] for n in names], person="lead")
            place = {"page": n + 1, "boxes": [], "section": [], "block": 0}
            store.publish_run(document.id, extraction_record(promise | {"location": place}), 1)
            store.decide(store.statements_of(document.id)[0].id, action="accept", person="lead")
        panels = Panels(store)
        panels.set_up(key, AT_THIS_MACHINE, minimum_hundredths=1000, rule="Ten at least.", anonymous=False)
        for lot, bidders in ((NORTH, [BIRCH]), (SOUTH, [BIRCH, ALDER])):
            panels.add_bids(key, AT_THIS_MACHINE, lot=lot, supplier_ids=[suppliers[b] for b in bidders])
        yield InLots(store, key, suppliers)


def test_the_schedule_of_a_lot_holds_what_was_promised_for_it_and_apart_what_holds_for_several(in_lots: InLots) -> None:
    in_lots.award(NORTH, BIRCH)
    assert in_lots.parts(NORTH) == [(NORTH, [("1", TREES)]), ("For several lots", [("2", FOR_BOTH)])]
    with pytest.raises(Conflict, match="Nobody has decided"):
        in_lots.schedule(SOUTH)


def test_who_bids_for_one_lot_alone_promises_everything_for_it(in_lots: InLots) -> None:
    in_lots.award(SOUTH, ALDER)
    assert in_lots.parts(SOUTH) == [(SOUTH, [("1", TALKS), ("2", VANS)])]


def test_what_a_bid_states_again_is_one_promise_that_names_both_places(in_lots: InLots) -> None:
    store, key = in_lots.store, in_lots.procurement
    lots = {r.lot.name: r.lot.id for r in Lots(store).lots_of(key)}
    for n, (name, lot) in enumerate((("summary.pdf", ""), ("north-again.pdf", NORTH), ("south-again.pdf", SOUTH))):
        document = store.add_document(key, name=name, kind="bid", supplier=BIRCH, sha256=f"{n + 5}" * 64,
                                      media_type="application/pdf", size=1)  # fmt: skip
        Lots(store).set_lots_of(document.id, [lots[lot]] if lot else [], person="lead")
        [first] = [s for d in store.documents_of(key) if d.document.name == ("north.pdf" if lot else "both.pdf")
                   for s in store.statements_of(d.id)]  # fmt: skip
        place = {"page": 9, "boxes": [], "section": [], "block": 0}
        store.publish_run(document.id, extraction_record(first.as_decided() | {"location": place}), 1)
        store.decide(store.statements_of(document.id)[0].id, action="accept", person="lead")
    found = promises_of(store, key, BIRCH, DAY, DAY, again=stated_again(store, key))
    assert [(p.text, p.source) for p in found] == [
        (FOR_BOTH, "both.pdf, page 3; again in summary.pdf, page 9"),
        (TREES, "north-again.pdf, page 9; again in north.pdf, page 1"),
        (TREES, "south-again.pdf, page 9"),
        (MEALS, "south.pdf, page 2"),
    ]
    assert len(promises_of(store, key, BIRCH, DAY, DAY)) == 6
    in_lots.award(NORTH, BIRCH)
    assert [words for _, rows in in_lots.parts(NORTH) for _, words in rows] == [TREES, FOR_BOTH]


def add_agreed(in_lots: InLots, name: str, lot: str, *promises: dict[str, Any]) -> None:
    """Add a document of Birch's bid whose commitments a person has accepted."""
    store, lots = in_lots.store, {r.lot.name: r.lot.id for r in Lots(in_lots.store).lots_of(in_lots.procurement)}
    document = store.add_document(in_lots.procurement, name=name, kind="bid", supplier=BIRCH,
                                  sha256=name.encode().hex().ljust(64, "0")[:64], media_type="application/pdf",
                                  size=1)  # fmt: skip
    Lots(store).set_lots_of(document.id, [lots[lot]] if lot else [], person="lead")
    store.publish_run(document.id, extraction_record(*promises), 1)
    for statement in store.statements_of(document.id):
        store.decide(statement.id, action="accept", person="lead")


def agreed_by_birch(in_lots: InLots, lot: str = "") -> list[Promise]:
    again = stated_again(in_lots.store, in_lots.procurement)
    return promises_of(in_lots.store, in_lots.procurement, BIRCH, date(2027, 4, 1), date(2029, 3, 31), lot=lot,
                       again=again)  # fmt: skip


def test_what_only_the_repeat_says_of_day_and_place_binds_too(in_lots: InLots) -> None:
    bare = {"due": {"date": None, "text": None}, "place": {"text": None, "code": None}, "measures": []}
    add_agreed(in_lots, "p.pdf", "", commitment(**bare))
    add_agreed(in_lots, "q.pdf", "", commitment())
    [promise] = [p for p in agreed_by_birch(in_lots) if p.source == "p.pdf, page 1; again in q.pdf, page 1"]
    assert (promise.due_on, promise.place_text, promise.measure_code) == (date(2028, 3, 31), "Thanet", "NT10")


def test_a_yearly_promise_stands_for_its_total_and_the_same_words_for_each_other(in_lots: InLots) -> None:
    talks, share = "We will give 40 hours of talks each year.", "40% of what we spend will be local."
    whole = "We will give 80 hours of talks over the contract."
    by_year = commitment(talks, quantity=quantity(40, "hours", "year"))
    add_agreed(in_lots, "p.pdf", "", by_year, commitment(share, quantity=quantity(40, "percent")))
    add_agreed(in_lots, "q.pdf", "", commitment(whole, quantity=quantity(80, "hours")),
               commitment(share, quantity=quantity(40, "percent")))  # fmt: skip
    assert [p.text for p in agreed_by_birch(in_lots) if "again in q.pdf" in p.source] == [talks, share]
    assert not [p for p in agreed_by_birch(in_lots) if p.text == whole]


def test_a_repeat_in_a_document_for_every_lot_is_the_same_promise_whatever_the_files_are_called(
    in_lots: InLots,
) -> None:
    for own, shared, n in (("a-north.pdf", "z.pdf", 5), ("z-north.pdf", "a.pdf", 7)):
        promise = commitment(f"We will take on {n} apprentices.", quantity=quantity(n, "people"))
        add_agreed(in_lots, own, NORTH, promise)
        add_agreed(in_lots, shared, "", promise)
    expected = {"a-north.pdf, page 1; again in z.pdf, page 1", "a.pdf, page 1; again in z-north.pdf, page 1"}
    for lot in (NORTH, ""):
        found = {p.source: p.lots for p in agreed_by_birch(in_lots, lot) if "again" in p.source}
        assert found == dict.fromkeys(expected, ())


def test_the_value_of_a_lot_counts_once_and_only_for_who_has_won_it(in_lots: InLots) -> None:
    store, key = in_lots.store, in_lots.procurement
    in_lots.award(NORTH, BIRCH)
    in_lots.award(SOUTH, ALDER)
    with store.writing() as session:
        for lot, supplier, total in ((NORTH, BIRCH, "100"), (SOUTH, BIRCH, "900"), (SOUTH, ALDER, "40")):
            session.add(FixedValue(procurement_id=key, lot=lot, number=1, supplier_id=in_lots.suppliers[supplier],
                                   reckoned={"total": total}, sha256=f"{lot}{supplier}",
                                   fixed_by="lead"))  # fmt: skip
    contracts = [
        make_contract(store, NewContract(key, supplier, reference, "Grounds", date(2027, 4, 1), date(2029, 3, 31)),
                      person="lead", lot=lot).id
        for supplier, reference, lot in ((BIRCH, "B1", NORTH), (BIRCH, "B2", NORTH), (ALDER, "A1", SOUTH))
    ]  # fmt: skip
    assert values_in(store, gather(store)).promised == {contracts[0]: Decimal(100), contracts[2]: Decimal(40)}


def test_the_schedule_of_all_lots_names_each_ones_supplier_and_counts_no_promise_twice(in_lots: InLots) -> None:
    with pytest.raises(Conflict, match="Nobody has decided"):
        in_lots.schedule()
    in_lots.award(SOUTH, BIRCH)
    assert in_lots.schedule()["notes"][-1] == "Not awarded yet, and not in this schedule: North."
    in_lots.award(NORTH, BIRCH)
    values = in_lots.schedule()
    assert in_lots.parts() == [
        (f"{NORTH}: {BIRCH}", [("1", TREES)]),
        (f"{SOUTH}: {BIRCH}", [("2", MEALS)]),
        (f"For several lots: {BIRCH}", [("3", FOR_BOTH)]),
    ]
    assert (values["supplier"], len(values["notes"])) == (BIRCH, 3)


def test_each_row_holds_owner_quantity_date_evidence_measure_and_its_place(in_lots: InLots) -> None:
    in_lots.award(NORTH, BIRCH)
    in_lots.award(SOUTH, ALDER)
    rows = {x["text"]: x for p in in_lots.schedule()["parts"] for x in p["commitments"]}
    assert all(value for row in rows.values() for value in row.values())
    trees, both, talks = rows[TREES], rows[FOR_BOTH], rows[TALKS]
    assert (trees["quantity"], trees["due"], trees["measure"]) == (
        "40 trees a year", "Over the contract, to 31 March 2029", NO_MEASURE,
    )  # fmt: skip
    assert trees["source"] == "north.pdf, page 1"
    assert both["quantity"] == "1.5 tonnes of CO₂e"
    assert both["due"] == "31 March 2028 (“by March 2028”)"
    assert both["measure"].startswith("NT31 Carbon saved by decarbonising (National TOMs")
    assert talks["quantity"] == NO_NUMBER
    years = [(y["number"], y["quantity"]) for y in in_lots.schedule()["years"]]
    assert years[:2] == [("1", "40 trees"), ("1", "40 trees")]


def test_a_lot_of_which_nothing_was_accepted_says_so_in_place_of_an_empty_table(in_lots: InLots) -> None:
    for statements in in_lots.store.statements_in(in_lots.procurement).values():
        for statement in statements:
            in_lots.store.decide(statement.id, action="reject", person="lead")
    in_lots.award(SOUTH, ALDER)
    told = [s.text for s in spots_of(write_schedule(in_lots.schedule(SOUTH)))]
    assert "No commitment of this tender was accepted, so none becomes a term of the contract." in told
    assert not {"Evidence", "By contract year", "Contract year"} & set(told)


def test_indicators_of_a_lot_rest_on_its_promises_alone_and_on_its_own_value(in_lots: InLots) -> None:
    in_lots.award(NORTH, BIRCH)
    values = indicator_values(in_lots.store, in_lots.procurement, AT_THIS_MACHINE, lot=NORTH, written=DAY)
    assert {i["title"] for i in values["indicators"][:2]} == {TREES, FOR_BOTH}
    assert len(values["indicators"]) == 2 + 3
    assert values["value"] == "Not said"
    [lot] = [x for x in Lots(in_lots.store).lots_of(in_lots.procurement) if x.lot.name == NORTH]
    Lots(in_lots.store).change_lot(in_lots.procurement, lot.lot.id, {"value_gbp": Decimal(6_000_000)}, person="lead")
    values = indicator_values(in_lots.store, in_lots.procurement, AT_THIS_MACHINE, lot=NORTH, written=DAY)
    assert values["value"] == "£6,000,000"
