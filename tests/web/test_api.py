"""The interface for programs."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import APPRENTICES, Made


def test_procurements_can_be_added_listed_and_shown(client: TestClient) -> None:
    new = {
        "title": "School meals",
        "buyer": "Medway",
        "value_gbp": "1200000.50",
        "starts": "2027-04-01",
        "ends": "2031-03-31",
    }
    answer = client.post("/api/v1/procurements", json=new)
    assert answer.status_code == 201
    assert answer.json().items() >= new.items()
    assert client.get(answer.headers["location"]).json() == answer.json()
    assert [p["title"] for p in client.get("/api/v1/procurements").json()["items"]] == [
        "School meals",
        "Street lighting",
    ]


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"title": "", "buyer": "Medway"},
        {"title": "a", "buyer": "b", "value_gbp": -1},
        {"title": "a", "buyer": "b", "colour": "red"},
        {"title": "a", "buyer": "b", "starts": "2031-01-01", "ends": "2027-01-01"},
    ],
)
def test_a_procurement_that_makes_no_sense_is_a_problem_that_names_the_field(
    client: TestClient, new: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/procurements", json=new)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 422
    assert len(answer.json()["detail"]) > 20


def test_json_must_say_that_it_is_json(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/procurements", content='{"title": "a", "buyer": "b"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 415


def test_documents_are_listed_with_state_and_counts(client: TestClient, made: Made) -> None:
    documents = {d["name"]: d for d in client.get(f"/api/v1/procurements/{made.procurement}/documents").json()["items"]}
    pdf = documents["bid-a.pdf"]
    assert (pdf["state"], pdf["commitments"], pdf["practices"], pdf["pages"]) == ("done_with_flags", 3, 1, 2)
    assert pdf["flags"][0]["code"] == "hidden_text"
    assert documents["late.pdf"]["state"] == "waiting"
    assert client.get(f"/api/v1/documents/{made.pdf}").json() == pdf


def test_statements_are_in_the_records_form_and_can_be_narrowed(client: TestClient, made: Made) -> None:
    statements = client.get(f"/api/v1/documents/{made.pdf}/statements").json()["items"]
    assert [s["type"] for s in statements] == ["commitment"] * 3 + ["practice"]
    assert statements[0]["statement"]["quantity"] == {
        "value": 5,
        "max": None,
        "unit": "people",
        "per": None,
        "text": "five",
    }
    practices = client.get(f"/api/v1/documents/{made.pdf}/statements", params={"type": "practice"}).json()["items"]
    assert [s["id"] for s in practices] == [statements[3]["id"]]
    assert client.get(f"/api/v1/statements/{statements[0]['id']}").json() == statements[0]


def test_the_quote_is_the_text_at_its_span(client: TestClient, made: Made) -> None:
    text = client.get(f"/api/v1/documents/{made.pdf}/text").json()["text"]
    [first, *_] = client.get(f"/api/v1/documents/{made.pdf}/statements").json()["items"]
    start, end = first["statement"]["span"]
    assert text[start:end] == APPRENTICES == first["text"]


def test_a_decision_is_added_and_changes_the_statement_as_decided(client: TestClient, made: Made) -> None:
    statement = client.get(f"/api/v1/documents/{made.pdf}/statements").json()["items"][0]["id"]
    amended = {
        "action": "amend",
        "person": "A. Officer",
        "reason": "It says hope",
        "changes": {"firmness": "aspirational"},
        "seen": 0,
    }
    answer = client.post(f"/api/v1/statements/{statement}/decisions", json=amended)
    assert answer.status_code == 201
    after = client.get(f"/api/v1/statements/{statement}").json()
    assert (after["status"], after["decisions"], after["statement"]["firmness"]) == ("amended", 1, "aspirational")
    assert client.get(f"/api/v1/statements/{statement}/decisions").json()["items"] == [answer.json()]
    assert answer.json()["decided_at"].endswith(("Z", "+00:00"))


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ({"action": "reject", "person": "A"}, 422),
        ({"action": "maybe", "person": "A"}, 422),
        ({"action": "accept", "person": ""}, 422),
        ({"action": "accept", "person": "A", "seen": 3}, 409),
        ({"action": "amend", "person": "A", "changes": {"colour": "red"}}, 422),
    ],
)
def test_a_decision_that_cannot_stand_is_a_problem(
    client: TestClient, made: Made, decision: dict[str, Any], status: int
) -> None:
    statement = made.store.statements_of(made.pdf)[0].id
    answer = client.post(f"/api/v1/statements/{statement}/decisions", json=decision)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert not made.store.decisions_of(statement)


@pytest.mark.parametrize(
    "path",
    [
        "/procurements/x",
        "/procurements/x/documents",
        "/documents/x",
        "/documents/x/text",
        "/documents/x/statements",
        "/statements/x",
        "/statements/x/decisions",
        "/nothing",
    ],
)
def test_what_does_not_exist_is_a_problem_of_404(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 404
    assert answer.json()["title"] == "Page not found"


def test_the_text_of_a_waiting_document_is_not_there_yet(client: TestClient, made: Made) -> None:
    assert client.get(f"/api/v1/documents/{made.waiting}/text").status_code == 404


def test_the_service_says_that_it_is_well_and_how_readers_are_shut_in(client: TestClient) -> None:
    body = client.get("/health").json()
    assert body["status"] == "ok"
    assert body["isolation"] in ("bubblewrap", "limits")


def test_the_description_is_openapi_and_names_each_operation_once(client: TestClient) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    names = [o["operationId"] for path in description["paths"].values() for o in path.values()]
    assert len(names) == len(set(names)) >= 17
    assert all(path.startswith("/api/v1/") or path == "/health" for path in description["paths"])


def test_two_runs_are_compared_and_unknown_ones_are_not_found(client: TestClient, made: Made) -> None:
    run = made.store.runs_of(made.pdf)[0].id
    answer = client.get(f"/api/v1/runs/{run}/diff/{run}").json()
    assert (answer["made_otherwise"], answer["gone"], answer["new"]) == ({}, [], [])
    assert client.get(f"/api/v1/runs/{run}/diff/nothing").status_code == 404
