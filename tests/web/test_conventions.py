"""What every address of the interface does alike: pages, ETags, keys of requests, media types, limits, errors."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from svdocs.errors import Busy, Conflict
from svdocs.records.request_tables import AnsweredRequest
from svdocs.records.requests import KeyedRequest, Requests
from svdocs.records.store import Store
from svdocs.web.app import create_app
from tests.web.conftest import Made
from tests.web.test_access import World, signed_in, world  # noqa: F401 - a fixture

PROCUREMENTS = "/api/v1/procurements"
NEW = {"title": "School meals", "buyer": "Medway"}


def walk(client: TestClient, address: str) -> Iterator[dict[str, Any]]:
    """The elements of all pages of a list, following `next`."""
    following: str | None = address
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert (f'<{page["next"]}>; rel="next"' if page["next"] else None) == answer.headers.get("link")
        yield from page["items"]
        following = page["next"]


# Pages


def test_a_list_is_read_page_by_page_without_loss_or_repetition(client: TestClient, made: Made) -> None:
    for i in range(7):
        made.store.add_procurement(f"Title {i % 3}", "Kent")
    found = list(walk(client, f"{PROCUREMENTS}?limit=2"))
    assert [p["id"] for p in found] == [p["id"] for p in client.get(PROCUREMENTS).json()["items"]]
    assert len({p["id"] for p in found}) == 8


def test_what_comes_in_meanwhile_moves_nothing(client: TestClient, made: Made) -> None:
    for title in "BDF":
        made.store.add_procurement(title, "Kent")
    first = client.get(f"{PROCUREMENTS}?limit=2").json()
    made.store.add_procurement("A", "Kent")  # before the cursor: no element is given twice
    made.store.add_procurement("E", "Kent")  # behind it: it is found
    rest = [p["title"] for p in walk(client, first["next"])]
    assert [p["title"] for p in first["items"]] + rest == ["B", "D", "E", "F", "Street lighting"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=", "cursor=x", "cursor=WzFd", "cursor=e30", "cursor=W1tdXQ"]
)
def test_a_page_that_there_is_not_is_a_problem_that_names_the_field(client: TestClient, query: str) -> None:
    answer = client.get(f"{PROCUREMENTS}?{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json()["detail"]


# ETags


def test_an_answer_that_is_still_the_same_is_not_sent_again(client: TestClient, made: Made) -> None:
    address = f"{PROCUREMENTS}/{made.procurement}/documents"
    answer = client.get(address)
    for said in (answer.headers["etag"], f'"x", W/{answer.headers["etag"]}', "*"):
        again = client.get(address, headers={"If-None-Match": said})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
    made.store.describe_document(made.pdf, kind="case_study")
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 200


# Keys of requests


def test_a_request_sent_twice_is_answered_twice_and_carried_out_once(client: TestClient, made: Made) -> None:
    answers = [client.post(PROCUREMENTS, json=NEW, headers={"Idempotency-Key": "one"}) for _ in range(3)]
    assert [a.status_code for a in answers] == [201] * 3
    assert len({a.text for a in answers}) == len({a.headers["location"] for a in answers}) == 1
    assert "idempotency-replayed" not in answers[0].headers
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert len(made.store.procurements()) == 2


def test_a_key_does_not_stand_for_two_requests(client: TestClient, made: Made) -> None:
    client.post(PROCUREMENTS, json=NEW, headers={"Idempotency-Key": "one"})
    statement = made.store.statements_of(made.pdf)[0].id
    for address, body in ((PROCUREMENTS, NEW | {"title": "x"}), (f"/api/v1/statements/{statement}/decisions", NEW)):
        answer = client.post(address, json=body, headers={"Idempotency-Key": "one"})
        assert answer.status_code in (409, 422), answer.text
    assert client.post(PROCUREMENTS, json=NEW | {"title": "x"}, headers={"Idempotency-Key": "one"}).status_code == 409
    assert len(made.store.procurements()) == 2


def test_what_was_refused_may_be_tried_again_with_the_same_key(client: TestClient, made: Made) -> None:
    key = {"Idempotency-Key": "one"}
    assert client.post(PROCUREMENTS, json={"title": "x"}, headers=key).status_code == 422
    assert client.post(PROCUREMENTS, json=NEW, headers=key).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\tkey"])
def test_a_key_that_cannot_be_used_is_a_problem(client: TestClient, key: str) -> None:
    assert client.post(PROCUREMENTS, json=NEW, headers={"Idempotency-Key": key}).status_code == 422


def test_a_program_that_stops_before_the_answer_is_kept_does_not_do_it_twice(
    client: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise Busy("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(Requests, "keep_answer", stop)
        client.post(PROCUREMENTS, json=NEW, headers={"Idempotency-Key": "one"})
    again = client.post(PROCUREMENTS, json=NEW, headers={"Idempotency-Key": "one"})
    assert again.status_code == 409
    assert "carried out" in again.json()["detail"]
    assert len(made.store.procurements()) == 2


def test_the_same_request_twice_at_once_is_carried_out_once(made: Made) -> None:
    app, answers = create_app(made.store, made.settings), []
    start = threading.Barrier(4)

    def send() -> None:
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            start.wait()
            answers.append(client.post(PROCUREMENTS, json=NEW, headers={"Idempotency-Key": "one"}).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert len(made.store.procurements()) == 2


def test_two_callers_may_choose_the_same_key(made: Made) -> None:
    requests = Requests(made.store)
    for caller in ("a", "b"):
        assert requests.answer_to(KeyedRequest(caller, "one", "0")) is None
        with made.store.writing() as session:
            session.add(AnsweredRequest(caller=caller, key="one", request_sha256=caller))
    with pytest.raises(Conflict, match="another request"):
        requests.answer_to(KeyedRequest("a", "one", "b"))


# Media types, limits, errors


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_that_is_no_json_is_415(client: TestClient, media_type: str) -> None:
    answer = client.post(PROCUREMENTS, content='{"title": "a", "buyer": "b"}', headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"


def test_values_that_cannot_be_used_are_named(client: TestClient) -> None:
    problem = client.post(PROCUREMENTS, json={"title": "", "value_gbp": "x"}).json()
    assert {e["field"] for e in problem["errors"]} == {"title", "buyer", "value_gbp"}


def test_a_method_that_is_not_taken_is_405_and_says_which_are(client: TestClient) -> None:
    answer = client.delete(PROCUREMENTS)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "error",
    [
        Busy("The database is busy; try again."),
        OperationalError("x", {}, sqlite3.OperationalError("database is locked")),
    ],
)
def test_a_busy_database_is_503_and_says_when_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Store, "procurements", fail)
    answer = client.get(PROCUREMENTS)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_database_that_is_broken_is_no_busy_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("x", {}, sqlite3.OperationalError("no such table"))

    monkeypatch.setattr(Store, "procurements", fail)
    assert client.get(PROCUREMENTS).status_code == 500


def test_an_etag_tells_two_visitors_nothing_of_what_only_one_may_see(world: World) -> None:  # noqa: F811
    address = "/api/v1/procurements"
    with signed_in(world, "lead") as client:
        mine = client.get(address).headers["etag"]
        world.made.store.add_procurement("Hidden", "Kent")
        assert client.get(address).headers["etag"] == mine
    with signed_in(world, "outsider") as client:
        assert client.get(address, headers={"If-None-Match": mine}).status_code == 200


def test_a_body_that_comes_in_has_an_example_and_every_operation_says_what_goes_wrong(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    schemas = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["tags"], where
            assert operation["description"], where
            problem = operation["responses"]["4XX"]["content"]
            assert set(problem) == {"application/problem+json"}, where
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None and "panel" not in operation["tags"]:
                named = schemas[body["schema"]["$ref"].rpartition("/")[2]]
                assert named.get("examples") or body.get("example") or body.get("examples"), where
