"""Spend and places by page and interface, at a machine without accounts."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from svdocs.records.case_studies import CaseStudies, Delivered
from svdocs.records.contracts import Contracts
from svdocs.records.spend import Spend
from svdocs.statements.statement import Unit
from tests.delivery.round_trip import add_contract
from tests.web.conftest import Made

CSV = b'Supplier,Amount,Postcode\nExample <b>Ltd</b>,"1,000",CT9 1RT\nOther Ltd,3000,\nBad Ltd,many,\n'


def send(client: TestClient, action: str, **fields: str) -> str:
    given = {"year": "2027-28", "person": "Fin", "action": action} | fields
    answer = client.post("/spend", data=given, files={"file": ("may.csv", CSV, "text/csv")})
    return answer.headers["location"] if answer.status_code == 303 else answer.text


def test_a_file_is_shown_as_it_would_be_read_then_imported_then_withdrawn(client: TestClient, made: Made) -> None:
    assert "amount: &#39;many&#39; is no amount" in send(client, "check")
    assert Spend(made.store).files() == []
    assert "Enter the financial year" in send(client, "import", year="")
    assert "no row of headings" in send(client, "import", **{"column-amount": "Colour"})
    address = send(client, "import")
    page = client.get(address).text
    assert "Bad Ltd | many" in page
    whole = client.get("/spend").text
    assert "Example <b>" not in whole
    assert re.search(r"£1,000\.00</td>\s*<td[^>]*>25\.0&nbsp;%", whole)
    assert "postcode of the head office not held" in whole
    assert "with a head office or a branch in Kent and Medway" in whole
    assert client.post(address + "/withdraw", data={"person": "Fin"}).status_code == 422
    assert client.post(address + "/withdraw", data={"person": "Fin", "because": "Wrong."}).status_code == 303
    assert "No spend is held yet" in client.get("/spend").text


def test_a_list_of_suppliers_and_other_definitions_change_the_shares(client: TestClient) -> None:
    send(client, "import")
    suppliers = {"suppliers": ("s.csv", b"Supplier,Head office postcode\nOther Ltd,ME14 1XQ\n", "text/csv")}
    sent = client.post("/spend/suppliers", data={"person": "Fin", "source": "accounts"}, files=suppliers)
    assert sent.status_code == 303
    assert client.get("/api/v1/spend/years/2027-28").json()["shares"][1]["percent"] == "100.0"
    form = {"person": "Fin", "seen": "0", "name": "Thanet", "edition": "2027", "areas": "Thanet",
            "tests": "head_office", "sme": "lpt", "vcse": "charity", "stated": "no"}  # fmt: skip
    assert "no area" in client.post("/spend/definitions", data=form | {"areas": "Atlantis"}).text
    assert client.post("/spend/definitions", data=form).status_code == 303
    told = client.get("/api/v1/spend/definitions").json()
    assert (told["version"], told["chosen_by"]) == (1, "Fin")
    local = client.get("/api/v1/spend/years/2027-28").json()["shares"][0]
    assert (local["percent"], local["definition"]) == (
        "25.0", "Local: with a head office in Thanet (definition “Thanet”, edition 2027).",
    )  # fmt: skip
    assert "Leicestershire Partnership" in client.get("/spend/definitions").text


def test_a_program_imports_reads_and_withdraws_spend(client: TestClient) -> None:
    new = {"financial_year": "2027-28", "name": "may.csv", "csv": CSV.decode()}
    made = client.post("/api/v1/spend/files", json=new)
    assert (made.status_code, made.json()["bad"], made.json()["total_gbp"]) == (201, 1, "4000")
    address = f"/api/v1/spend/files/{made.json()['id']}"
    assert client.post("/api/v1/spend/files", json=new).status_code == 409
    assert client.get(address + "/bad-rows").json()["items"][0]["cells"] == ["Bad Ltd", "many", ""]
    assert [f["id"] for f in client.get("/api/v1/spend/files").json()["items"]] == [made.json()["id"]]
    assert client.post(address + "/withdrawal", json={"because": "Wrong."}).json()["withdrawn_by"]
    missing = client.get("/api/v1/spend/years/2027-28").json()
    assert (missing["is_held"], missing["shares"]) == (False, [])
    assert client.get("/api/v1/spend/years/27").status_code == 422


def test_places_are_drawn_and_told_with_what_local_means(client: TestClient, made: Made) -> None:
    contract = add_contract(made.store)
    promise = Contracts(made.store).schedule_of(contract.id)[0].id
    given = Delivered(promise, "Done.", quantity=3, unit=Unit.people, place_text="Margate")
    CaseStudies(made.store).enter(given, person="Mo")
    page = client.get("/places").text
    assert 'role="img" aria-labelledby="map-delivery-title map-delivery-words"' in page
    assert "Local: delivered in Kent and Medway" in page
    assert "1 of 1 deliveries are local" in page
    assert "No confirmed delivery tells of this" in page
    wards = client.get("/places?level=ward").text
    assert "<svg" not in wards.split("<main")[1]
    assert "Thanet, no ward stated" in wards
    assert "Of 1 deliveries 0 have a ward." in wards
    assert "as of April 2025" in wards
    told = client.get("/api/v1/places?kind=delivery").json()
    assert [(r["name"], r["amounts"]) for r in told["rows"]] == [("Thanet", {"people": 3.0})]
    assert (told["local_inside"], told["quality"]) == (1, {"town": 1})
