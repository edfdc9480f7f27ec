"""The parts of the interface beside documents and statements, at a machine without accounts and with them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from svdocs.records.jobs import Jobs
from svdocs.records.tables import EventKind
from tests.web.conftest import APPRENTICES, Made
from tests.web.test_access import World, signed_in, world  # noqa: F401 - a fixture

API = "/api/v1"


def items(client: TestClient, address: str) -> list[dict[str, Any]]:
    answer = client.get(f"{API}{address}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_procurement_is_changed_only_as_it_was_read(client: TestClient, made: Made) -> None:
    address = f"{API}/procurements/{made.procurement}"
    read = client.get(address)
    changed = client.patch(address, json={"ends": "2032-03-31"}, headers={"If-Match": read.headers["etag"]})
    assert (changed.status_code, changed.json()["ends"]) == (200, "2032-03-31")
    assert changed.headers["etag"] == client.get(address).headers["etag"]
    stale = client.patch(address, json={"title": "x"}, headers={"If-Match": read.headers["etag"]})
    assert stale.status_code == 412
    assert client.get(address).json()["title"] == "Street lighting"
    assert client.patch(address, json={"starts": "2040-01-01"}).status_code == 422
    kinds = [e.kind for e in made.store.events(made.procurement)]
    assert kinds.count(EventKind.procurement_changed) == 1


def test_lots_divide_a_procurement_and_a_document_may_be_for_some(client: TestClient, made: Made) -> None:
    address = f"{API}/procurements/{made.procurement}/lots"
    east = client.post(address, json={"name": "Lot 2", "value_gbp": "10.5"})
    assert (east.status_code, east.json()["value_gbp"]) == (201, "10.50")
    assert client.post(address, json={"name": "Lot  2"}).status_code == 409
    lot = east.json()["id"]
    tag = client.get(east.headers["location"]).headers["etag"]
    renamed = client.patch(f"{address}/{lot}", json={"title": "East"}, headers={"If-Match": tag})
    assert renamed.json()["title"] == "East"
    assert client.patch(f"{address}/{lot}", json={"title": "x"}, headers={"If-Match": tag}).status_code == 412
    assert client.put(f"{API}/documents/{made.pdf}/lots", json={"lots": [lot]}).json()[0]["documents"] == [made.pdf]
    assert client.put(f"{API}/documents/{made.pdf}/lots", json={"lots": ["x"]}).status_code == 404
    assert client.put(f"{API}/documents/{made.pdf}/lots", json={"lots": []}).json() == []
    assert [x["documents"] for x in items(client, f"/procurements/{made.procurement}/lots")] == [[]]


def test_suppliers_are_those_of_the_documents(client: TestClient, made: Made) -> None:
    [supplier] = items(client, f"/procurements/{made.procurement}/suppliers")
    assert supplier["name"] == "Example & Sons"
    assert items(client, "/suppliers") == [supplier]
    assert client.get(f"{API}/suppliers/{supplier['id']}").json() == supplier
    assert client.get(f"{API}/suppliers/x").status_code == 404


def test_the_baseline_library_is_added_to_corrected_and_retired(client: TestClient, made: Made) -> None:
    [supplier] = items(client, "/suppliers")
    address = f"{API}/procurements/{made.procurement}/baseline"
    new = {"supplier_id": supplier["id"], "text": "We take on four apprentices a year.", "source": "Report"}
    added = client.post(address, json=new)
    assert (added.status_code, added.json()["quantity_value"]) == (201, 4)
    assert client.post(address, json=new | {"supplier_id": "x"}).status_code == 404
    right = client.post(
        f"{address}/{added.json()['id']}/correction", json={"text": "Five a year.", "because": "Misread"}
    )
    assert right.json()["corrects"] == added.json()["id"]
    assert [e["id"] for e in items(client, "/baseline")] == [right.json()["id"]]
    assert len(items(client, f"/baseline?with_retired=true&supplier_id={supplier['id']}")) == 2
    gone = client.post(f"{address}/{right.json()['id']}/retirement", json={"because": "Old"})
    assert gone.json()["retired_because"] == "Old"
    again = client.post(f"{address}/{right.json()['id']}/retirement", json={"because": "Old"})
    assert again.status_code == 409


def test_runs_are_listed_shown_and_have_their_statements(client: TestClient, made: Made) -> None:
    [run] = items(client, f"/documents/{made.pdf}/runs")
    assert run["is_current"]
    assert client.get(f"{API}/runs/{run['id']}").json() == run
    assert len(items(client, f"/runs/{run['id']}/statements")) == 4
    assert client.get(f"{API}/runs/x/statements").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("type=commitment", 5),
        ("type=practice", 1),
        ("text=apprentices", 2),
        ("text=%25", 0),
        ("verdict=unclear", 2),
        ("category=additional", 5),
        ("framework=nhs", 7),
        ("framework=nhs&code=wellbeing", 7),
        ("code=NT10", 1),
        ("status=proposed", 7),
        ("status=accepted", 0),
        ("least_confidence=0.99", 0),
        ("document_id=x", 0),
    ],
)
def test_statements_of_a_procurement_are_narrowed(client: TestClient, made: Made, query: str, count: int) -> None:
    found: list[dict[str, Any]] = []
    following = f"{API}/procurements/{made.procurement}/statements?limit=3&{query}"
    while following:
        page = client.get(following).json()
        found, following = found + page["items"], page["next"]
    assert len({s["id"] for s in found}) == len(found) == count


def test_statements_are_narrowed_by_what_people_decided(client: TestClient, made: Made) -> None:
    statement = made.store.statements_of(made.pdf)[0].id
    made.store.decide(statement, action="accept", person="A")
    [found] = items(client, f"/procurements/{made.procurement}/statements?status=accepted")
    assert found["id"] == statement
    answer = client.get(f"{API}/procurements/{made.procurement}/statements?cursor=WzFd")
    assert answer.status_code == 422


def test_frameworks_are_listed_with_themes_and_measures(client: TestClient) -> None:
    keys = [f["key"] for f in items(client, "/frameworks")]
    assert "national-toms" in keys
    assert client.get(f"{API}/frameworks/national-toms").json()["measures"] > 0
    measures = items(client, "/frameworks/national-toms/measures?limit=200")
    assert {"code", "unit", "support"} <= measures[0].keys()
    theme = measures[0]["theme"]
    assert {m["theme"] for m in items(client, f"/frameworks/national-toms/measures?theme={theme}")} == {theme}
    assert (
        client.get(f"{API}/frameworks/x").status_code == client.get(f"{API}/frameworks/x/measures").status_code == 404
    )


def test_exports_hold_the_statements_and_no_formula(client: TestClient, made: Made) -> None:
    made.store.describe_document(made.pdf, supplier="=HYPERLINK(1)")
    address = f"{API}/procurements/{made.procurement}/exports"
    lines = client.get(f"{address}/jsonl").text.splitlines()
    assert APPRENTICES in {json.loads(line)["text"] for line in lines}
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}/csv").text.lstrip("\ufeff"))))
    assert {r["supplier"] for r in rows} == {"'=HYPERLINK(1)", "Example & Sons"}
    sheet = load_workbook(io.BytesIO(client.get(f"{address}/xlsx").content)).active
    assert sheet is not None
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
    package = client.get(f"{address}/ocds")
    assert package.json()["releases"][0]["tender"]["title"] == "Street lighting"
    assert client.get(f"{address}/ocds", headers={"If-None-Match": package.headers["etag"]}).status_code == 304
    assert client.get(f"{address}/exe").status_code == 422


def test_the_original_comes_as_it_was(client: TestClient, made: Made) -> None:
    answer = client.get(f"{API}/documents/{made.docx}/original")
    assert answer.content == b"<i>answer</i>.docx"
    assert answer.headers["content-disposition"].startswith("attachment")
    same = client.get(f"{API}/documents/{made.docx}/original", headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    assert client.get(f"{API}/documents/{made.waiting}/original").status_code == 404


def test_jobs_are_called_off_retried_and_asked_for(client: TestClient, made: Made) -> None:
    job = Jobs(made.store).jobs_of(made.procurement, document_id=made.waiting)[0]
    assert client.post(f"{API}/jobs/{job.id}/retry").status_code == 409
    assert client.post(f"{API}/jobs/{job.id}/cancellation").json()["state"] == "cancelled"
    assert client.post(f"{API}/jobs/{job.id}/cancellation").status_code == 409
    again = client.post(f"{API}/jobs/{job.id}/retry")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    asked = client.post(f"{API}/documents/{made.waiting}/jobs")
    assert (asked.status_code, asked.json()["id"]) == (202, again.json()["id"])


def test_questions_go_to_a_bidder_and_its_answers_propose_versions(client: TestClient, made: Made) -> None:
    address = f"{API}/documents/{made.pdf}/clarifications"
    letter = client.post(address, json={"person": "A. Officer", "reply_by": "2027-03-31"}).json()
    assert letter["questions"]
    assert client.get(f"{address}/{letter['id']}").json() == letter == items(client, address[len(API) :])[0]
    assert client.get(f"{address}/{letter['id']}/letter.docx").content[:2] == b"PK"
    dated = next(q for q in letter["questions"] if q["about"] == "date")
    said = {"answers": [{"number": dated["number"], "text": "By June 2029."}], "source_name": "reply.docx"}
    answered = client.post(f"{address}/{letter['id']}/answers", json=said | {"person": "A"})
    assert answered.status_code == 201
    assert client.post(f"{address}/{letter['id']}/answers", json=said | {"person": "A"}).status_code == 409
    wrong = said | {"answers": [{"number": 9999, "text": "x"}]}
    assert client.post(f"{address}/{letter['id']}/answers", json=wrong).status_code == 422
    version = answered.json()[0]
    assert items(client, f"/documents/{made.pdf}/versions?state=proposed") == [version]
    base = f"{API}/documents/{made.pdf}/versions/{version['id']}"
    assert client.post(f"{base}/declining", json={"person": "A"}).status_code == 422
    taken = client.post(f"{base}/taking", json={"person": "A"})
    assert taken.json()["action"] == "amend"
    assert client.post(f"{base}/declining", json={"person": "A", "because": "x"}).status_code == 409
    assert client.post(f"{API}/documents/{made.docx}/versions/{version['id']}/taking", json={}).status_code == 404
    assert client.get(f"{API}/documents/{made.docx}/clarifications/{letter['id']}").status_code == 404


def test_a_version_can_be_declined(client: TestClient, made: Made) -> None:
    address = f"{API}/documents/{made.pdf}/clarifications"
    letter = client.post(address, json={"person": "A. Officer"}).json()
    said = {"answers": [{"number": 1, "text": "No."}], "source_name": "mail", "person": "A"}
    version = client.post(f"{address}/{letter['id']}/answers", json=said).json()[0]
    base = f"{API}/documents/{made.pdf}/versions/{version['id']}"
    declined = client.post(f"{base}/declining", json={"person": "A", "because": "Says nothing"})
    assert declined.json()["state"] == "declined"


def test_a_promise_made_twice_is_found_where_it_was_made(client: TestClient, made: Made) -> None:
    other = made.store.add_procurement("Other", "Kent").id
    found = items(client, f"/procurements/{made.procurement}/reuse")
    assert all({p["supplier"] for p in x["promises"]} == {"Example & Sons"} for x in found)
    assert items(client, f"/procurements/{other}/reuse") == []


def test_at_a_machine_without_accounts_there_are_no_keys_and_nothing_is_sealed(client: TestClient, made: Made) -> None:
    assert items(client, "/keys") == []
    new = {"name": "x", "scopes": ["read"], "days": 1}
    assert client.post(f"{API}/keys", json=new).status_code == 422
    assert client.delete(f"{API}/keys/x").status_code == 422
    opening = f"{API}/procurements/{made.procurement}/opening"
    assert client.get(opening).json()["is_sealed"] is False
    assert client.put(opening, json={"opens_at": "2099-01-01T00:00:00Z"}).status_code == 422
    assert client.put(opening, json={"opens_at": "2099-01-01T00:00:00"}).status_code == 422
    assert client.post(f"{opening}/confirmation").status_code == 403


def test_a_key_is_made_once_used_and_taken_back(world: World) -> None:  # noqa: F811
    new = {"name": "import", "scopes": ["read", "admin"], "days": 1, "procurements": [world.made.procurement]}
    with signed_in(world, "lead") as client:
        headers = {"Idempotency-Key": "k"}
        made = client.post(f"{API}/keys", json=new, headers=headers)
        assert made.status_code == 201
        again = client.post(f"{API}/keys", json=new, headers=headers)
        assert again.status_code == 409
        assert made.json()["words"] not in again.text
        assert client.post(f"{API}/keys", json=new | {"procurements": [world.other]}).status_code == 404
        assert [k["id"] for k in items(client, "/keys")] == [made.json()["id"]]
    key = {"Authorization": f"Bearer {made.json()['words']}"}
    assert world.app.get(f"{API}/procurements/{world.made.procurement}", headers=key).status_code == 200
    assert world.app.post(f"{API}/keys", json=new, headers=key).status_code == 403
    with signed_in(world, "chair") as client:
        assert items(client, "/keys") == []
        assert client.delete(f"{API}/keys/{made.json()['id']}").status_code == 404
    with signed_in(world, "lead") as client:
        assert client.delete(f"{API}/keys/{made.json()['id']}").status_code == 204
    assert world.app.get(f"{API}/procurements", headers=key).status_code == 401


def test_a_lead_gives_and_takes_roles(world: World) -> None:  # noqa: F811
    address = f"{API}/procurements/{world.made.procurement}/members"
    with signed_in(world, "lead") as client:
        given = client.post(address, json={"email": "outsider@kent.example", "role": "observer"})
        assert (given.status_code, given.json()["roles"]) == (201, ["observer"])
        member = given.json()["person_id"]
        assert client.delete(f"{address}/{member}/roles/observer").status_code == 204
        assert client.delete(f"{address}/{member}/roles/observer").status_code == 404
        for email in ("nobody@kent.example", "administrator@kent.example"):
            assert client.post(address, json={"email": email, "role": "observer"}).status_code == 422


def test_how_many_requests_are_left_is_told(world: World) -> None:  # noqa: F811
    with signed_in(world, "lead") as client:
        left = [client.get(f"{API}/{path}").headers["ratelimit"] for path in ("procurements", "suppliers/x")]
    assert all(x.startswith('"requests";r=') for x in left)


def test_a_lead_sets_webhooks_up_and_sees_what_they_were_told(world: World) -> None:  # noqa: F811
    address = f"{API}/procurements/{world.made.procurement}/webhooks"
    new = {"url": "https://hooks.example/x", "events": ["problem"]}
    with signed_in(world, "lead") as client:
        made = client.post(address, json=new, headers={"Idempotency-Key": "k"})
        assert made.status_code == 201
        assert client.post(address, json=new, headers={"Idempotency-Key": "k"}).status_code == 409
        assert client.post(address, json=new | {"url": "https://10.0.0.1/x"}).status_code == 422
        secret = made.json()["secret"]
        assert secret not in client.get(address).text
        world.made.store.note_problem(world.made.pdf, "x", APPRENTICES)
        [told] = items(client, f"{made.headers['location'][len(API) :]}/deliveries")
        assert (told["event"], told["state"]) == ("problem", "waiting")
        off = client.patch(made.headers["location"], json={"enabled": False})
        assert (off.json()["enabled"], client.get(made.headers["location"]).json()) == (False, off.json())
    with signed_in(world, "chair") as client:
        assert client.get(address).status_code == 403
    for event in world.made.store.events():
        assert secret not in str(event)
