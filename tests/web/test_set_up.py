from __future__ import annotations

from fastapi.testclient import TestClient

from svdocs.text.exchange import document_to_json
from tests.review.test_tender_check import JOBS, tender
from tests.web.conftest import Made

WHOLE = {
    "buyer": "Kent County Council", "buyer_kind": "kent_county_council", "contract_kind": "supplies_and_services",
    "value_gbp": "9600000", "commenced": "2026-09-01", "starts": "2027-04-01", "ends": "2032-03-31", "route": "open",
    "category": "highways", "frameworks": ["kcc"], "weighting_percent": "10",
    "themes": ["kcc/employer", "kcc/community"],
    "local": {"name": "Kent", "edition": "2026", "areas": ["Kent"], "tests": ["residence"]},
}  # fmt: skip


def test_a_program_reads_saves_and_confirms_a_set_up(client: TestClient, made: Made) -> None:
    address = f"/api/v1/procurements/{made.procurement}/setup"
    first = client.get(address)
    assert (first.json()["version"], first.json()["set_up"]["buyer"]) == (0, "Kent County Council")
    saved = client.put(address, json=WHOLE, headers={"If-Match": first.headers["etag"]})
    assert (saved.status_code, saved.json()["version"], saved.json()["missing"]) == (200, 1, [])
    assert saved.json()["local"].startswith("Local: living in Kent")
    assert client.put(address, json=WHOLE, headers={"If-Match": first.headers["etag"]}).status_code == 412
    wrong = client.put(address, json={**WHOLE, "category": "space"})
    assert (wrong.status_code, "category" in wrong.json()["detail"]) == (422, True)
    rules = client.get(address + "/rules").json()
    assert [r["title"] for r in rules["rules"] if r["topic"] == "weighting"] == ["Social value weighs at least 10%"]
    assert all(r["basis"] and r["because"] for r in rules["rules"])
    assert client.post(address + "/confirmation", json={}).json()["confirmed"]
    assert [v["version"] for v in client.get(address + "/versions").json()] == [1, 2]


def test_a_program_has_a_document_of_the_tender_checked(client: TestClient, made: Made) -> None:
    address = f"/api/v1/procurements/{made.procurement}/setup"
    client.put(address, json=WHOLE)
    made.store.keep_text(made.waiting, "r", document_to_json(tender(JOBS)))
    found = client.post(address + "/checks", json={"document_id": made.waiting})
    assert found.status_code == 201
    codes = [f["code"] for f in found.json()["found"]["findings"]]
    assert "theme_without_question" in codes
    assert [c["id"] for c in client.get(address + "/checks").json()] == [found.json()["id"]]
    assert client.post(address + "/checks", json={"document_id": "none"}).status_code == 422
    page = client.get(f"/procurements/{made.procurement}/set-up/check")
    assert "Theme without question" in page.text


def test_a_menu_is_public_by_its_address_alone_until_it_is_taken_back(client: TestClient, made: Made) -> None:
    client.put(f"/api/v1/procurements/{made.procurement}/setup", json=WHOLE)
    home = f"/procurements/{made.procurement}/set-up/menu"
    item = {"keep-0": "yes", "title-0": "Careers <b>talks</b>", "wording-0": "We will give [number] hours.",
            "sizes-0": "small", "theme-0": "kcc/employer", "key-0": "careers"}  # fmt: skip
    form = {"title": "Examples", "introduction": "Few.", "count": "1", "version": "0", "action": "publish", **item}
    refused = client.post(home, data={**form, "keep-0": ""})
    assert (refused.status_code, "at least one example" in refused.text) == (422, True)
    assert client.post(home, data=form).status_code == 303
    address = client.get(f"/api/v1/procurements/{made.procurement}/setup/menu").json()["address"]
    shown = client.get(address)
    assert "Careers &lt;b&gt;talks&lt;/b&gt;" in shown.text
    assert client.get(address + "?size=charity").text.count("Careers") == 0
    assert client.get(address + "/word").content[:2] == b"PK"
    assert client.get(home + "/word").status_code == 200
    assert client.post(home + "/withdraw").status_code == 303
    assert client.get(address).status_code == client.get("/menus/none").status_code == 404


def test_a_form_that_was_overtaken_keeps_what_was_typed(client: TestClient, made: Made) -> None:
    home = f"/procurements/{made.procurement}/set-up"
    client.post(home + "/buyer", data={"buyer": "Kent", "buyer_kind": "nhs", "version": "0"})
    late = client.post(home + "/buyer", data={"buyer": "Medway", "buyer_kind": "nhs", "version": "0"})
    assert (late.status_code, "Medway" in late.text, "saved version 1 meanwhile" in late.text) == (409, True, True)
    assert client.get(home + "/space").status_code == 404
    assert "Not given" in client.get(home + "/versions").text
    assert client.post(home + "/answers", data={"version": "1"}).status_code == 422
