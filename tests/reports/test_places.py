"""Where benefits fall: what counts, what is left unplaced, and that the three kinds of place are never added up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from svdocs.frameworks.local import KENT, LocalDefinition, LocalTest, areas_of_county
from svdocs.records.case_studies import CaseStudies, Delivered
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import PlaceKind
from svdocs.records.store import Store, open_store
from svdocs.reports.locating import Certainty, Level, codes_of, locate
from svdocs.reports.place_map import draw_place_map, load_shapes
from svdocs.reports.places import PlaceTable, place_tables, places_of
from svdocs.statements.statement import Unit
from tests.delivery.round_trip import AT, add_contract
from tests.records.values import Clock

IN_KENT = LocalDefinition("Kent", "2027", (KENT,), tuple(LocalTest))
DELIVERIES = (
    ("Margate", None, PlaceKind.delivery, 3, date(2027, 6, 1)),
    ("CT10 1EL", None, PlaceKind.delivery, 2, date(2027, 7, 1)),
    ("Dover and Thanet", None, PlaceKind.delivery, 4, date(2027, 7, 1)),
    ("Kent", "E10000016", PlaceKind.delivery, 5, date(2027, 7, 1)),
    ("Medway", "E06000035", PlaceKind.delivery, 6, date(2028, 5, 1)),
    ("the village hall", None, PlaceKind.delivery, 7, date(2027, 7, 1)),
    (None, None, PlaceKind.delivery, 8, None),
    ("Swale", "E07000113", PlaceKind.residence, 9, date(2027, 7, 1)),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("places")
    with open_store(f"sqlite:///{folder / 'svdocs.db'}") as opened:
        contract = add_contract(opened)
        promise = Contracts(opened).schedule_of(contract.id)[0].id
        for text, code, kind, quantity, day in DELIVERIES:
            given = Delivered(promise, "Done.", quantity=quantity, unit=Unit.people, place_text=text, place_code=code,
                              place_kind=kind, delivered_to=day)  # fmt: skip
            CaseStudies(opened, Clock(AT)).enter(given, person="Mo")
        yield opened


def figures(table: PlaceTable) -> dict[str, tuple[int, float | None]]:
    return {r.name: (r.deliveries, r.amounts.get(Unit.people)) for r in (*table.rows, *table.unplaced)}


def test_every_confirmed_delivery_stands_in_one_row_and_none_is_divided(store: Store) -> None:
    table = places_of(store, PlaceKind.delivery, local=IN_KENT)
    assert figures(table) == {
        "Thanet": (2, 5), "Medway": (1, 6), "Kent, no district stated": (1, 5),
        "Several places named, not divided between them": (1, 4), "Place not recognised": (1, 7),
        "No place stated": (1, 8),
    }  # fmt: skip
    assert table.deliveries == sum(r.deliveries for r in (*table.rows, *table.unplaced)) == 7
    assert table.quality == {
        Certainty.postcode: 1, Certainty.code: 1, Certainty.town: 1, Certainty.several: 1, Certainty.wider: 1,
        Certainty.not_recognised: 1, Certainty.not_stated: 1,
    }  # fmt: skip
    assert len({i for r in (*table.rows, *table.unplaced) for i in r.match_ids}) == 7


def test_a_local_total_says_by_what_it_was_counted_and_what_is_unknown(store: Store) -> None:
    local = places_of(store, PlaceKind.delivery, local=IN_KENT).local
    assert (local.inside, local.outside, local.unknown, local.share) == (4, 1, 2, 80.0)
    assert local.amounts_inside == {Unit.people: 14}
    assert local.sentence == "Local: delivered in Kent (definition “Kent”, edition 2027)."


def test_the_kinds_of_place_stand_apart(store: Store) -> None:
    delivery, residence, head_office = place_tables(store)
    assert "Swale" not in figures(delivery)
    assert (figures(residence), figures(head_office)) == ({"Swale": (1, 9)}, {})
    assert residence.local.sentence.startswith("Local: living in Kent and Medway")


def test_a_year_takes_in_what_was_delivered_in_it_and_counts_the_undated(store: Store) -> None:
    table = places_of(store, PlaceKind.delivery, financial_year="2028-29")
    assert (figures(table), table.undated) == ({"Medway": (1, 6)}, 1)


def test_postcode_areas_and_wards_are_told_where_the_words_tell_them(store: Store) -> None:
    table = places_of(store, PlaceKind.delivery, level=Level.postcode)
    assert [(r.code, r.deliveries) for r in table.rows] == [("CT", 1)]
    wards = places_of(store, PlaceKind.delivery, level=Level.ward, local=IN_KENT)
    assert [(r.name, r.deliveries, r.is_local) for r in wards.rows] == [("Bradstowe, Thanet", 1, True)]
    assert {(r.name, r.deliveries) for r in wards.unplaced} >= {
        ("Thanet, no ward stated", 1), ("Medway, no ward stated", 1), ("Place not recognised", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "certainty", "name"),
    [
        ("Cliftonville West ward", None, Certainty.code, "Cliftonville West, Thanet"),
        ("St Peter's ward, Thanet", None, Certainty.code, "St. Peters, Thanet"),
        ("Central Ward", "E07000112", Certainty.not_recognised, "Central ward: several wards have this name"),
        ("Castle ward", None, Certainty.not_recognised, "Castle ward: several wards have this name"),
        ("Atlantis ward", "E07000114", Certainty.not_recognised, "Atlantis ward: no ward of this name is known"),
        ("Westbrook and Garlinge wards, Thanet", None, Certainty.several, ""),
        ("Sheppey East", None, Certainty.code, "Sheppey East, Swale"),
        ("Viking", "E07000114", Certainty.code, "Viking, Thanet"),
        ("Viking", None, Certainty.not_recognised, ""),
        ("Margate", None, Certainty.wider, "Thanet, no ward stated"),
        ("", "E05005088", Certainty.code, "Cliftonville West, Thanet"),
        ("somewhere", "E05999999", Certainty.code, "E05999999"),
        ("CT9 1RT", None, Certainty.postcode, "Cliftonville West, Thanet"),
        ("CT9", None, Certainty.wider, "Thanet, no ward stated"),
    ],
)
def test_a_ward_is_taken_only_where_one_alone_can_be_meant(
    text: str, code: str | None, certainty: Certainty, name: str
) -> None:
    found = locate(text, code, Level.ward)
    assert (found.certainty, found.name) == (certainty, name)


def test_a_ward_tells_its_district_and_whether_that_is_local() -> None:
    assert locate("Cliftonville West ward", None).name == "Thanet"
    assert locate("Westbrook ward, Thanet", None) == locate("", "E05005102")
    assert codes_of("Cliftonville West ward", None) == codes_of("x", "E05005088") == {"E07000114"}
    assert locate("Castle ward", None).certainty is Certainty.not_recognised


@pytest.mark.parametrize(
    ("text", "code", "certainty", "name"),
    [
        ("Folkestone and Hythe", "E07000112", Certainty.code, "Folkestone and Hythe"),
        ("the Borough of Swale", None, Certainty.code, "Swale"),
        ("Margate, Ramsgate and Broadstairs", None, Certainty.town, "Thanet"),
        ("ME14 1XQ", None, Certainty.postcode, "Maidstone"),
        ("TN8", None, Certainty.several, "TN8, across districts"),
        ("Margate and Atlantis", None, Certainty.not_recognised, ""),
        ("", "E07000114", Certainty.code, "Thanet"),
        ("South East", "E12000008", Certainty.wider, "South East, no district stated"),
    ],
)
def test_a_place_as_written_is_put_into_a_district_or_said_not_to_be(
    text: str, code: str | None, certainty: Certainty, name: str
) -> None:
    found = locate(text, code)
    assert (found.certainty, found.name) == (certainty, name)


def test_the_map_holds_every_figure_of_its_table_in_words_and_nothing_else(store: Store) -> None:
    table = places_of(store, PlaceKind.delivery, local=IN_KENT)
    drawn = fromstring(draw_place_map(table, name="m"))
    words = drawn.find("{*}desc").text
    assert "Medway 1; " in words.replace("Thanet 2; ", "")
    assert words.endswith("Not on the map: 0 in other districts, 4 in none.")
    assert drawn.get("aria-labelledby") == "m-title m-words"
    shapes = {path.find("{*}title").text: path.get("fill") for path in drawn.findall(".//{*}path")}
    assert len(shapes) == 13
    assert shapes["Thanet: 2"] != shapes["Medway: 1"] != shapes["Ashford: 0"]
    lettering = {"".join(t.itertext()) for t in drawn.findall(".//{*}text")}
    assert {"Thanet2", "Folkestoneand Hythe0"} <= lettering
    with pytest.raises(ValueError, match="districts"):
        draw_place_map(places_of(store, PlaceKind.delivery, level=Level.ward))


def test_every_district_of_kent_and_medway_has_a_shape_and_its_own_name() -> None:
    assert sorted(s.name for s in load_shapes()) == sorted(
        ["Medway", *(area.name for area in areas_of_county(KENT))]
    )  # fmt: skip
