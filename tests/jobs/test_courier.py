"""What webhooks are told: in the transaction of what happens, signed, repeated, and never into one's own network."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import text

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.jobs.courier import Courier, Refused, is_public, resolve, sign
from svdocs.records import webhooks
from svdocs.records.outbox import WebhookEvent
from svdocs.records.steps import tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind
from svdocs.records.webhook_tables import DeliveryState
from svdocs.records.webhooks import Webhooks, checked_url
from tests.records.values import commitment, extraction_record

EVERY = list(WebhookEvent)
WORDS = "We promise a heliotrope canary."


class Listener:
    """A program that is told of events, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.location = 204, ""
        self.got: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def bid(store: Store) -> Document:
    procurement = store.add_procurement("Street lighting", "Kent").id
    return store.add_document(procurement, name=f"{WORDS}.pdf", kind="bid", supplier=f"{WORDS} Ltd", sha256="a" * 64,
                              media_type="application/pdf", size=1)  # fmt: skip


def hook(store: Store, bid: Document, url: str, events: list[WebhookEvent] = EVERY) -> Any:
    return Webhooks(store).add(bid.procurement_id, url, events, person="lead", allowed_hosts=("127.0.0.1",))


def make_due(store: Store) -> None:
    with store.writing() as session:
        session.connection().execute(
            text("UPDATE webhook_delivery SET next_at = :at"), {"at": datetime.now(UTC) - timedelta(seconds=1)}
        )


def test_what_happens_is_told_signed_and_without_a_word_of_the_bid(
    store: Store, bid: Document, listener: Listener
) -> None:
    made = hook(store, bid, listener.url)
    store.publish_run(bid.id, extraction_record(commitment(WORDS)), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A", reason=WORDS)
    assert Courier(store, ("127.0.0.1",)).send_due() == 2
    assert [json.loads(body)["event"] for _, body in listener.got] == ["run_published", "decision_made"]
    for headers, body in listener.got:
        at = int(headers["svdocs-signature"].split(",")[0].removeprefix("t="))
        assert headers["svdocs-signature"] == sign(made.secret, body, at)
        assert abs(at - datetime.now(UTC).timestamp()) < 60
        payload = json.loads(body)
        assert headers["svdocs-delivery"] == payload["id"]
        assert payload["document_id"] == bid.id
        assert payload["links"]["document"] == f"/api/v1/documents/{bid.id}"
        assert "heliotrope" not in body.decode()
    assert {d.state for d in Webhooks(store).deliveries_of(bid.procurement_id, made.id)} == {DeliveryState.delivered}
    assert Courier(store, ("127.0.0.1",)).send_due() == 0


def test_what_is_undone_is_told_to_nobody(store: Store, bid: Document, listener: Listener) -> None:
    made = hook(store, bid, listener.url)
    with pytest.raises(NotFound):
        store.decide("nothing", action="accept", person="A")
    with contextlib.suppress(ZeroDivisionError), store.writing() as session:
        tell(session, EventKind.problem, session.get_one(Document, bid.id))
        raise ZeroDivisionError
    assert Webhooks(store).deliveries_of(bid.procurement_id, made.id) == []


def test_only_what_was_asked_for_and_of_this_procurement_is_told(
    store: Store, bid: Document, listener: Listener
) -> None:
    made = hook(store, bid, listener.url, [WebhookEvent.decision_made])
    store.publish_run(bid.id, extraction_record(commitment(WORDS)), 1)
    other = store.add_procurement("Other", "Kent").id
    Webhooks(store).add(other, "https://hooks.example/x", EVERY, person="lead")
    store.note_problem(bid.id, "x", "x")
    assert Webhooks(store).deliveries_of(bid.procurement_id, made.id) == []
    assert Courier(store).send_due() == 0


def test_nothing_is_told_of_a_sealed_bid(store: Store, bid: Document, listener: Listener) -> None:
    made = hook(store, bid, listener.url)
    with store.writing() as session:
        later = datetime.now(UTC) + timedelta(days=1)
        session.connection().execute(text("UPDATE procurement SET opens_at = :at"), {"at": later})
    store.publish_run(bid.id, extraction_record(commitment(WORDS)), 1)
    assert Webhooks(store).deliveries_of(bid.procurement_id, made.id) == []


def test_what_fails_is_tried_again_later_and_then_given_up(store: Store, bid: Document, listener: Listener) -> None:
    made, sender = hook(store, bid, listener.url), Courier(store, ("127.0.0.1",))
    listener.status = 500
    store.note_problem(bid.id, "x", "x")
    assert sender.send_due() == 1
    assert sender.send_due() == 0  # not yet
    for _ in webhooks.PAUSES:
        make_due(store)
        assert sender.send_due() == 1
    [delivery] = Webhooks(store).deliveries_of(bid.procurement_id, made.id)
    assert (delivery.state, delivery.status, delivery.attempts) == (
        DeliveryState.given_up,
        500,
        len(webhooks.PAUSES) + 1,
    )
    make_due(store)
    assert sender.send_due() == 0


def test_a_redirect_is_not_followed(store: Store, bid: Document, listener: Listener) -> None:
    made = hook(store, bid, listener.url)
    listener.status, listener.location = 302, "http://127.0.0.1:1/elsewhere"
    store.note_problem(bid.id, "x", "x")
    Courier(store, ("127.0.0.1",)).send_due()
    [delivery] = Webhooks(store).deliveries_of(bid.procurement_id, made.id)
    assert (delivery.state, delivery.status) == (DeliveryState.waiting, 302)
    assert len(listener.got) == 1


def test_one_that_fails_too_often_is_switched_off_with_an_entry(
    store: Store, bid: Document, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MAX_FAILURES", 2)
    made, sender, mine = hook(store, bid, listener.url), Courier(store, ("127.0.0.1",)), Webhooks(store)
    listener.status = 503
    for _ in range(3):
        store.note_problem(bid.id, "x", "x")
    sender.send_due()
    off = mine.webhook(bid.procurement_id, made.id)
    assert off.disabled_at is not None
    assert "503" in off.disabled_because
    assert DeliveryState.waiting not in {d.state for d in mine.deliveries_of(bid.procurement_id, made.id)}
    store.note_problem(bid.id, "x", "x")
    make_due(store)
    assert sender.send_due() == 0
    assert mine.switch(bid.procurement_id, made.id, on=True, person="lead").failures == 0
    listener.status = 200
    store.note_problem(bid.id, "x", "x")
    assert sender.send_due() == 1
    assert mine.switch(bid.procurement_id, made.id, on=False, person="lead").disabled_at is not None
    told = [e.kind for e in store.events(bid.procurement_id) if e.kind.value.startswith("webhook")]
    assert told == [EventKind.webhook_added, EventKind.webhook_disabled, EventKind.webhook_enabled,
                    EventKind.webhook_disabled]  # fmt: skip


def test_two_workers_do_not_send_the_same(store: Store, bid: Document, listener: Listener) -> None:
    hook(store, bid, listener.url)
    store.note_problem(bid.id, "x", "x")
    mine = Webhooks(store)
    assert (len(mine.claim_due()), len(mine.claim_due())) == (1, 0)


def test_a_worker_that_dies_on_the_way_leaves_it_to_another(store: Store, bid: Document, listener: Listener) -> None:
    hook(store, bid, listener.url)
    store.note_problem(bid.id, "x", "x")
    Webhooks(store).claim_due()
    make_due(store)  # as when the claim has lapsed
    assert Courier(store, ("127.0.0.1",)).send_due() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/x",
        "https:///x",
        "https://a:b@hooks.example/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "https://10.1.2.3/x",
        "https://hooks.example:99999/x",
        "https://hooks.example/\n",
        "x",
    ],
)
def test_an_address_that_may_not_be_sent_to_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="url: "):
        checked_url(url)


def test_an_address_of_the_own_network_may_be_sent_to_once_it_is_named() -> None:
    assert checked_url("http://Intranet:8080/x", ("intranet",)) == "http://Intranet:8080/x"


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "224.0.0.1", "::1",
     "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def lead(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have every name lead to these addresses."""
    look_up = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **named: Any) -> Any:
        if host.endswith(".example"):
            return [(2, 1, 6, "", (a, port)) for a in addresses]
        return look_up(host, port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_a_name_that_leads_into_the_own_network_is_refused_when_it_is_sent_to(
    store: Store, bid: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hook(store, bid, "https://rebound.example/x")
    store.note_problem(bid.id, "x", "x")
    lead(monkeypatch, "93.184.216.34", "127.0.0.1")
    Courier(store).send_due()
    [delivery] = Webhooks(store).deliveries_of(bid.procurement_id, made.id)
    assert "not public" in delivery.problem
    with pytest.raises(Refused):
        resolve("rebound.example", 443, is_allowed=False)
    assert resolve("rebound.example", 443, is_allowed=True) == "93.184.216.34"


def test_the_connection_goes_to_the_address_that_was_looked_up(
    store: Store, bid: Document, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listener.server.server_address[1]
    Webhooks(store).add(bid.procurement_id, f"http://inside.example:{port}/x", EVERY, person="lead",
                        allowed_hosts=("inside.example",))  # fmt: skip
    store.note_problem(bid.id, "x", "x")
    lead(monkeypatch, "127.0.0.1")
    Courier(store, ("inside.example",)).send_due()
    assert listener.got[0][0]["host"] == f"inside.example:{port}"


def test_nobody_there_is_a_failure_like_another(store: Store, bid: Document) -> None:
    made = hook(store, bid, "http://127.0.0.1:1/x")
    store.note_problem(bid.id, "x", "x")
    Courier(store, ("127.0.0.1",)).send_due()
    [delivery] = Webhooks(store).deliveries_of(bid.procurement_id, made.id)
    assert delivery.problem == "ConnectError"


def test_a_procurement_has_so_many_webhooks_at_most(store: Store, bid: Document) -> None:
    for _ in range(webhooks.MAX_WEBHOOKS):
        hook(store, bid, "https://hooks.example/x")
    with pytest.raises(Conflict):
        hook(store, bid, "https://hooks.example/x")
    with pytest.raises(UsageError):
        hook(store, bid, "https://hooks.example/x", [])


def test_it_works_until_it_is_told_to_stop(store: Store, bid: Document, listener: Listener) -> None:
    hook(store, bid, listener.url)
    store.note_problem(bid.id, "x", "x")
    stop = threading.Event()
    thread = threading.Thread(target=Courier(store, ("127.0.0.1",)).run, args=(stop,))
    thread.start()
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while not listener.got and datetime.now(UTC) < deadline:
        stop.wait(0.02)
    stop.set()
    thread.join(10)
    assert len(listener.got) == 1
    assert not thread.is_alive()
