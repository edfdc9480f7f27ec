"""The queue, register, comparison and differences of a procurement, by page and by interface."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

from svdocs.records.store import Store
from svdocs.review.queue import Order, queue_of
from svdocs.web.app import create_app
from tests.records.values import extraction_record
from tests.review.market import SUPPLIERS, fill_market
from tests.web.conftest import Made


@pytest.fixture
def market(made: Made) -> str:
    return fill_market(made.store, bids=2, each=10)


@pytest.fixture
def client(made: Made) -> Iterator[TestClient]:
    app = create_app(made.store, made.settings)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


def bid_of(store: Store, market: str, name: str = "bid-0.pdf") -> str:
    return next(d.id for d in store.documents_of(market) if d.document.name == name)


def read_again(store: Store, document: str, leave_out: int = 1) -> None:
    entries = [s.statement.record for s in store.statements_of(document) if not s.made_by_hand]
    store.publish_run(document, extraction_record(*entries[leave_out:], version="2"), 1)


def test_the_register_filters_counts_and_says_what_is_in_no_total(client: TestClient, market: str) -> None:
    api = f"/api/v1/procurements/{market}/register"
    every = client.get(api, params={"limit": 200}).json()["items"]
    assert len(every) == 27
    some = client.get(api, params={"supplier": SUPPLIERS[0], "place": "swale", "text": "PLANT trees"}).json()["items"]
    assert [line["text"] for line in some] == ["We will plant 24 trees in Swale."]
    totals = client.get(f"{api}/totals", params={"supplier": SUPPLIERS[0]}).json()
    assert {(t["measure"][1], t["unit"], t["minimum"]) for t in totals["totals"]} == {
        ("NT10", "people", "41"), ("NT8", "hours", "15"), ("NT18", "gbp", "29000"), ("NT31", "trees", "43"),
    }  # fmt: skip
    reasons = [o["why"] for o in totals["left_out"]]
    assert sorted(set(reasons)) == ["no_quantity", "repeat"]
    assert client.get(api, params={"status": "nonsense"}).status_code == 422
    assert client.get(api, params={"framework": "nonsense"}).status_code == 422


def test_bids_are_compared_side_by_side_with_their_gaps(client: TestClient, market: str) -> None:
    api = f"/api/v1/procurements/{market}/register/comparison"
    by_theme = client.get(api, params={"framework": "svm-2025"}).json()
    assert by_theme["suppliers"] == list(SUPPLIERS[:2])
    assert {tuple(g) for g in by_theme["gaps"]} >= {(by_theme["rows"][0]["key"], SUPPLIERS[0])}
    by_measure = client.get(api, params={"by_measure": True}).json()
    assert [r["key"] for r in by_measure["rows"]] == ["NT10", "NT18", "NT31", "NT8", None]
    assert [c["count"] for c in by_measure["rows"][0]["cells"]] == [2, 2]
    page = client.get(f"/procurements/{market}/compare?by=measure").text
    assert "NT10" in page


def test_the_filtered_register_is_exported_and_no_cell_is_a_formula(
    client: TestClient, made: Made, market: str
) -> None:
    document = bid_of(made.store, market)
    entry = made.store.statements_of(document)[0].statement.record | {"id": "evil", "text": "=1+1"}
    made.store.publish_run(document, extraction_record(entry), 1)
    address = f"/api/v1/procurements/{market}/register/exports"
    sheet = client.get(f"{address}/csv?supplier={SUPPLIERS[0]}").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert "'=1+1" in [r["text"] for r in rows]
    assert {r["supplier"] for r in rows} == {SUPPLIERS[0]}
    assert client.get(f"{address}/xlsx").content[:2] == b"PK"
    assert len(client.get(f"{address}/jsonl?text=trees").text.splitlines()) == 2
    refused = client.get(f"{address}/ocds")
    assert (refused.status_code, "no fields for statements" in refused.json()["detail"]) == (422, True)


def test_views_are_saved_shown_and_taken_away(client: TestClient, market: str) -> None:
    form = {"name": "Trees", "text": "trees", "status": "standing", "shared": "yes"}
    answer = client.post(f"/procurements/{market}/register/views", data=form)
    assert answer.headers["location"].endswith("?text=trees")
    assert "Trees" in client.get(f"/procurements/{market}/register").text
    views = client.get(f"/api/v1/procurements/{market}/views").json()["items"]
    assert [(v["name"], v["filters"], v["shared"]) for v in views] == [("Trees", {"text": "trees"}, True)]
    refused = client.post(f"/procurements/{market}/register/views", data={"name": ""})
    assert (refused.status_code, "Enter a name for this view" in refused.text) == (422, True)
    assert client.delete(f"/api/v1/procurements/{market}/views/{views[0]['id']}").status_code == 204
    made = client.post(f"/api/v1/procurements/{market}/views", json={"name": "All", "filters": {"status": ""}})
    client.post(f"/procurements/{market}/register/views/remove", data={"view": made.json()["id"]})
    assert client.get(f"/api/v1/procurements/{market}/views").json()["items"] == []


def test_the_queue_has_the_unsure_first_and_many_are_decided_and_taken_back(
    client: TestClient, made: Made, market: str
) -> None:
    document = bid_of(made.store, market)
    statements = made.store.statements_of(document)
    made.store.decide(statements[0].id, action="unsure", person="A")
    read = client.get(f"/api/v1/procurements/{market}/queue", params={"limit": 200}).json()["items"]
    assert [read[0]["why"], read[0]["statement"]["id"]] == ["unsure", statements[0].id]
    doubts = [w["doubt"] for w in read if w["why"] == "undecided"]
    assert doubts == sorted(doubts, reverse=True)
    stakes = [float(w["stake"]) for w in
              client.get(f"/api/v1/procurements/{market}/queue?order=stake&limit=200").json()["items"][1:]]  # fmt: skip
    assert stakes == sorted(stakes, reverse=True)
    queue = f"/procurements/{market}/queue"
    for wrong in ({}, {"statement": f"{statements[1].id}:0", "action": "reject"}):
        assert client.post(queue, data=wrong).status_code == 422
    chosen = [f"{s.id}:0" for s in statements[1:4]]
    answer = client.post(queue, data={"statement": chosen, "action": "accept", "person": "A", "reason": "Right."})
    assert answer.status_code == 303
    assert [made.store.statement(s.id).status.value for s in statements[1:4]] == ["accepted"] * 3
    batch = answer.headers["location"].partition("batch=")[2]
    assert "Take back" in client.get(answer.headers["location"]).text
    assert client.post(f"{queue}/undo", data={"batch": batch, "person": "A"}).status_code == 303
    assert {made.store.statement(s.id).status.value for s in statements[1:4]} == {"proposed"}
    assert client.post(f"{queue}/undo", data={"batch": batch, "person": "A"}).status_code == 409
    assert client.post(queue, data={"statement": chosen, "action": "accept", "person": "A"}).status_code == 409


def walk_on(client: TestClient, statement: str, action: str, order: str = "doubt") -> str:
    """Decide on a statement without script on the way through the queue, and return where the answer leads."""
    form = {"action": action, "person": "Ada", "seen": "0"}
    answer = client.post(f"/statements/{statement}/decisions?queue={order}", data=form)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def queued(made: Made, market: str, order: str = "doubt") -> list[dict[str, str]]:
    lines = [w.line for w in queue_of(made.store, market, order=Order(order)) if w.line]
    return [{"id": line.id, "key": line.key, "document_id": line.document_id} for line in lines]


@pytest.mark.parametrize("order", ["doubt", "stake"])
def test_the_way_leads_through_the_queue_over_all_documents_to_its_end(
    client: TestClient, made: Made, market: str, order: str
) -> None:
    steps = queued(made, market, order)
    page = client.get(f"/procurements/{market}/queue?order={order}").text
    first = f"/documents/{steps[0]['document_id']}?statement={steps[0]['key']}&amp;queue={order}"
    assert f'{first}#statement-{steps[0]["key"]}">Go through them one by one' in page
    assert f"<strong>1 of {len(steps)}</strong> that wait" in client.get(first.replace("&amp;", "&")).text
    for step, following in pairwise(steps[:5]):
        to = walk_on(client, step["id"], "accept", order)
        assert to == f"/documents/{following['document_id']}?statement={following['key']}&queue={order}" + (
            f"#statement-{following['key']}"
        )
    shown = client.get(to).text
    assert f"<strong>1 of {len(steps) - 4}</strong> that wait" in shown
    assert "Statement " in shown
    assert "govuk-notification-banner" not in shown
    end = walk_on(client, steps[-1]["id"], "unsure", order)
    assert end == f"/procurements/{market}/queue?order={order}"
    left = len(steps) - 4
    assert f"That was the last in this order. {left} statements wait still." in client.get(end).text


def test_on_the_way_a_part_is_answered_within_a_document_and_another_page_else(
    client: TestClient, made: Made, market: str
) -> None:
    steps = queued(made, market)
    asked = {"hx-request": "true"}
    form = {"action": "accept", "person": "Ada", "seen": "0"}
    kinds = set()
    for step, following in pairwise(steps):
        answer = client.post(f"/statements/{step['id']}/decisions?queue=doubt", data=form, headers=asked)
        assert answer.status_code == 200
        to = answer.headers.get("hx-redirect", "")
        same = step["document_id"] == following["document_id"]
        kinds.add(same)
        assert (to == "") is same
        if same:
            assert f'id="statement-{following["key"]}"' in answer.text
            assert 'id="way"' in answer.text
        else:
            assert to.startswith(f"/documents/{following['document_id']}?statement={following['key']}&queue=doubt")
    assert kinds == {True, False}
    card = client.get(f"/statements/{steps[-1]['id']}/card?queue=doubt").text
    assert "<strong>1 of 1</strong> that wait" in card


def test_what_was_decided_last_on_the_way_is_taken_back_from_the_next_document(
    client: TestClient, made: Made, market: str
) -> None:
    steps = queued(made, market)
    here = next(i for i, s in enumerate(steps) if s["document_id"] != steps[i + 1]["document_id"])
    step, following = steps[here], steps[here + 1]
    client.cookies.set("svdocs-name", "Ada")
    walk_on(client, step["id"], "accept")
    answer = client.post(f"/documents/{following['document_id']}/undo?queue=doubt")
    assert answer.headers["location"].startswith(
        f"/documents/{step['document_id']}?statement={step['key']}&queue=doubt"
    )
    assert made.store.statement(step["id"]).status.value == "proposed"


def test_what_reprocessing_changed_is_shown_and_settled(client: TestClient, made: Made, market: str) -> None:
    document = bid_of(made.store, market)
    statements = made.store.statements_of(document)
    for s in statements[:3]:
        made.store.decide(s.id, action="accept", person="A")
    assert "nothing has changed" in client.get(f"/procurements/{market}/changes").text
    read_again(made.store, document, leave_out=3)
    page = f"/procurements/{market}/changes"
    assert "We will take on 3 apprentices" in client.get(page).text
    told = client.get(f"/api/v1/procurements/{market}/differences").json()["items"][0]
    assert told["lost"] == [s.id for s in statements[:3]]
    assert len(told["diff"]["kept"]) == 7
    assert client.post(page, data={"how": "keep"}).status_code == 422
    said = {"person": "B", "reason": "Seen."}
    assert client.post(page, data=said | {"lost": statements[0].id, "how": "keep"}).status_code == 303
    to = made.store.statements_of(document)[0].id
    assert client.post(page, data=said | {"lost": statements[1].id, "how": "move", "to": to}).status_code == 303
    address = f"/api/v1/procurements/{market}/lost-decisions"
    gone = client.post(address, json={"statements": [statements[2].id], "how": "let_go", "reason": "x", "person": "B"})
    assert gone.status_code == 201
    assert made.store.unmatched_decisions(market) == []
    wrong = {"statements": [to, to], "how": "move", "reason": "x", "person": "B"}
    assert client.post(address, json=wrong).status_code == 422


def test_programs_split_merge_undo_redo_and_add(client: TestClient, made: Made, market: str) -> None:
    document = bid_of(made.store, market)
    first, second = (s.id for s in made.store.statements_of(document)[:2])
    parts = [{"quote": "take on 3 apprentices", "changes": {"quantity": {"value": 3, "unit": "people"}}},
             {"quote": "by March 2028"}]  # fmt: skip
    made_by = client.post(f"/api/v1/statements/{first}/split", json={"parts": parts, "person": "A", "seen": 0}).json()
    assert [s["statement"]["focus"] for s in made_by] == ["take on 3 apprentices", "by March 2028"]
    assert [d["action"] for d in client.post(f"/api/v1/statements/{first}/undo", json={"person": "A"}).json()] == [
        "undo"
    ]
    assert client.post(f"/api/v1/statements/{first}/redo", json={"person": "A"}).status_code == 201
    assert client.get(f"/api/v1/statements/{first}").json()["status"] == "superseded"
    merged = {"statements": [made_by[0]["id"], second], "person": "A"}
    assert client.post(f"/api/v1/procurements/{market}/merges", json=merged).json()["status"] == "accepted"
    missed = {"statement": {"text": "We will.", "location": {"page": 1}}, "person": "A"}
    assert client.post(f"/api/v1/documents/{document}/statements", json=missed).status_code == 201
    elsewhere = made.store.statements_of(made.pdf)[0].id
    many = {"statements": [elsewhere], "action": "accept", "person": "A"}
    assert client.post(f"/api/v1/procurements/{market}/decisions", json=many).status_code == 404
    many = {"statements": [made_by[1]["id"]], "action": "reject", "person": "A"}
    assert client.post(f"/api/v1/procurements/{market}/decisions", json=many).status_code == 422
    done = client.post(f"/api/v1/procurements/{market}/decisions", json=many | {"reason": "A date only."}).json()
    address = f"/api/v1/procurements/{market}/decisions/{done[0]['batch']}/undo"
    assert client.post(address, json={"person": "A"}).status_code == 201
