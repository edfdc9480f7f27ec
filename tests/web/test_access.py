"""Who may reach what: every route, as every role and as somebody of another procurement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import text

from svdocs.records.keys import Keys
from svdocs.records.people import People
from svdocs.records.people_tables import Role, Scope
from svdocs.web.api import jobs
from svdocs.web.app import create_app
from svdocs.web.rights import NeedsRight, NeedsScope
from svdocs.web.visitors import form_token_of
from tests.records.values import commitment, extraction_record
from tests.web.conftest import APPRENTICES, Made, made_in

OPEN_TO_EVERYBODY = {
    "/health", "/health/live", "/health/ready", "/metrics", "/sign-in", "/sign-in/identity", "/sign-in/return",
    "/menus/{slug}", "/menus/{slug}/word",
    "/badges", "/badges/verify", "/badges/keys.json", "/badges/issuer", "/badges/status.json", "/badges/levels/{level}",
    "/badges/{badge_id}", "/badges/{badge_id}/image.{ending}", "/badges/{badge_id}/credential.jwt",
    "/supplier/{token}", "/supplier/{token}/case_study.docx",
}  # fmt: skip
OF_ONESELF = {
    "/sign-out", "/account", "/account/password", "/account/second-factor", "/account/keys",
    "/account/keys/{key_id}/revoke",
}  # fmt: skip
CANARY = "heliotrope-canary"


@dataclass(frozen=True)
class World:
    """A procurement with bids, another with a bid that carries canaries, and people with roles in the first."""

    made: Made
    app: TestClient
    people: People
    other: str
    other_document: str
    other_statement: str
    other_run: str


@pytest.fixture(autouse=True)
def streams_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_SECONDS", 0.0)  # else a stream of events waits for a job to end


@pytest.fixture
def world(made: Made) -> Iterator[World]:
    yield from make_world(made)


@pytest.fixture(scope="module")
def standing_world(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[World]:
    """One world for the tests that only look."""
    with made_in(tmp_path_factory.mktemp("world"), empty_database) as made:
        yield from make_world(made)


@pytest.fixture(scope="module")
def sealed_world(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[World]:
    """The same before its bids are opened."""
    with made_in(tmp_path_factory.mktemp("sealed"), empty_database) as made:
        for world in make_world(made):
            seal(world, datetime.now(UTC) + timedelta(days=1))
            yield world


def make_world(made: Made) -> Iterator[World]:
    people = People(made.store)
    other = made.store.add_procurement(f"{CANARY} title", f"{CANARY} buyer").id
    document = made.store.add_document(other, name=f"{CANARY}.pdf", kind="bid", supplier=f"{CANARY} Ltd",
                                       sha256="e" * 64, media_type="application/pdf", size=1)  # fmt: skip
    made.store.keep_text(document.id, "made/1", made.store.text_of(made.pdf) or b"")
    made.store.publish_run(document.id, extraction_record(commitment(f"We promise {CANARY}.")), 1)
    statement = made.store.statements_of(document.id)[0].id
    made.store.decide(statement, action="accept", person=f"{CANARY} person", reason=f"{CANARY} reason")
    made.store.add_baseline(f"{CANARY} Ltd", f"{CANARY} practice", source=f"{CANARY} source", person="A")
    run = made.store.runs_of(document.id)[0].id
    for role in Role:
        people.grant(people.add(f"{role}@kent.example", role, None).id, made.procurement, role)
    people.add("outsider@kent.example", "outsider", None)
    people.add("administrator@kent.example", "administrator", None, is_administrator=True)
    app = create_app(made.store, made.settings)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield World(made, client, people, other, document.id, statement, run)


@contextmanager
def signed_in(world: World, who: str) -> Iterator[TestClient]:
    """The browser of a person of this name, signed in, which sends the token of its forms with each change."""
    token = world.people.sign_in(world.people.person_of_email(f"{who}@kent.example").id)
    world.app.cookies.set("svdocs", token)
    world.app.headers["X-CSRF-Token"] = form_token_of(token)
    yield world.app
    world.app.cookies.clear()
    del world.app.headers["X-CSRF-Token"]


def routes(world: World) -> list[APIRoute]:
    routers = [r.original_router for r in world.app.app.routes if hasattr(r, "original_router")]  # type: ignore[attr-defined]
    found = [r for router in routers for r in router.routes if isinstance(r, APIRoute)]
    assert len(found) > 30  # else the framework keeps its routes elsewhere, and nothing here would be checked
    return found


EVERYBODY = [*(r.value for r in Role), "outsider"]


def test_every_route_says_what_it_asks_for(standing_world: World) -> None:
    for route in routes(standing_world):
        asks = [d.dependency for d in route.dependencies if isinstance(d.dependency, NeedsRight | NeedsScope)]
        assert len(asks) == (0 if route.path in OPEN_TO_EVERYBODY | OF_ONESELF else 1), route.path


def addresses(world: World, method: str) -> Iterator[str]:
    named = {
        "procurement_id": world.other,
        "document_id": world.other_document,
        "statement_id": world.other_statement,
        "run_id": world.other_run,
        "number": "1",
    }
    for route in routes(world):
        if method in route.methods:
            yield re.sub(r"\{(\w+)(:\w+)?\}", lambda m: named.get(m[1], "1"), route.path)


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_route_tells_anything_of_a_procurement_that_one_has_no_role_in(standing_world: World, who: str) -> None:
    world = standing_world
    with signed_in(world, who) as client:
        for address in addresses(world, "GET"):
            answer = client.get(address)
            said = answer.text + str(answer.headers)
            assert CANARY not in said, address
            if world.other in address or world.other_document in address or world.other_statement in address:
                assert answer.status_code == 404, address


@pytest.mark.parametrize("who", ["lead", "outsider"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_change_is_made_in_a_procurement_that_one_has_no_role_in(world: World, who: str, method: str) -> None:
    with signed_in(world, who) as client:
        token = client.headers["X-CSRF-Token"]
        for address in addresses(world, method):
            named = any(i in address for i in (world.other, world.other_document, world.other_statement))
            if named:
                data = {"csrf": token} if not address.startswith("/api/") else None
                answer = client.request(method, address, data=data)
                assert answer.status_code in (404, 422, 428), (address, answer.text)
                assert CANARY not in answer.text
    assert len(world.made.store.decisions_of(world.other_statement)) == 1


def test_what_one_may_not_know_of_is_answered_like_what_there_is_not(world: World) -> None:
    with signed_in(world, "outsider") as client:
        for path in ("/api/v1/procurements/{}", "/api/v1/documents/{}", "/documents/{}", "/api/v1/statements/{}"):
            known = {
                "procurements": world.other,
                "documents": world.other_document,
                "statements": world.other_statement,
            }
            theirs = known[path.split("/")[-2]]
            there, nowhere = client.get(path.format(theirs)), client.get(path.format("0" * 8))
            assert there.status_code == nowhere.status_code == 404
            assert there.text.replace(theirs, "") == nowhere.text.replace("0" * 8, "")
            assert there.headers.keys() == nowhere.headers.keys()


def test_an_administrator_sees_who_is_who_and_no_bid(world: World) -> None:
    with signed_in(world, "administrator") as client:
        assert client.get(f"/api/v1/procurements/{world.made.procurement}").status_code == 200
        assert client.get(f"/procurements/{world.made.procurement}/members").status_code == 200
        assert client.get(f"/api/v1/procurements/{world.made.procurement}/documents").status_code == 403
        assert client.get(f"/api/v1/documents/{world.made.pdf}").status_code == 404
        for address in addresses(world, "GET"):
            said = client.get(address).text
            for word in (f"{CANARY}.pdf", f"{CANARY} Ltd", f"promise {CANARY}", f"{CANARY} reason", APPRENTICES):
                assert word not in said, address


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 201), ("chair", 201), ("evaluator", 201), ("observer", 403), ("outsider", 404)]
)
def test_a_member_without_the_role_is_told_so_and_an_outsider_finds_nothing(
    world: World, who: str, status: int
) -> None:
    statement = world.made.store.statements_of(world.made.pdf)[0].id
    with signed_in(world, who) as client:
        answer = client.post(f"/api/v1/statements/{statement}/decisions", json={"action": "accept"})
        assert answer.status_code == status
    assert [d.person for d in world.made.store.decisions_of(statement)] == ([who] if status == 201 else [])


def test_who_adds_a_procurement_leads_it(world: World) -> None:
    with signed_in(world, "outsider") as client:
        added = client.post("/api/v1/procurements", json={"title": "New", "buyer": "Kent"}).json()["id"]
        assert [p["title"] for p in client.get("/api/v1/procurements").json()["items"]] == ["New"]
        assert "Lead" in client.get(f"/procurements/{added}/members").text
    with signed_in(world, "administrator") as client:
        assert client.post("/api/v1/procurements", json={"title": "New", "buyer": "Kent"}).status_code == 403


def test_a_lead_gives_and_takes_roles_on_the_members_page(world: World) -> None:
    members = f"/procurements/{world.made.procurement}/members"
    outsider = world.people.person_of_email("outsider@kent.example").id
    with signed_in(world, "lead") as client:
        form = {"csrf": client.headers["X-CSRF-Token"], "email": "outsider@kent.example", "role": "observer"}
        assert client.post(members, data=form).status_code == 303
        assert world.people.roles_of(outsider) == {world.made.procurement: (Role.observer,)}
        assert client.post(members, data=form | {"role": ""}).status_code == 422
        for email in ("nobody@kent.example", "administrator@kent.example"):
            assert client.post(members, data=form | {"email": email}).status_code == 422
        taken = client.post(f"{members}/revoke", data=form | {"person_id": outsider})
        assert taken.status_code == 303
        assert world.people.roles_of(outsider) == {}
    with signed_in(world, "chair") as client:
        form["csrf"] = client.headers["X-CSRF-Token"]
        assert client.post(members, data=form).status_code == 403


# Sealed bids


def seal(world: World, at: datetime) -> None:
    with world.made.store.writing() as session:
        statement = text("UPDATE procurement SET opens_at = :at WHERE id = :id")
        session.connection().execute(statement, {"at": at, "id": world.made.procurement})


@pytest.mark.parametrize("who", [r.value for r in Role])
def test_before_the_opening_no_member_reads_anything_of_a_bid(sealed_world: World, who: str) -> None:
    world = sealed_world
    made, store = world.made, world.made.store
    statements = {s.id for d in (made.pdf, made.docx, made.xlsx) for s in store.statements_of(d)}
    asked = list(zip([made.pdf, made.docx, made.xlsx, made.waiting], [*sorted(statements)[:3], "x"], strict=True))
    secrets = [
        APPRENTICES,
        "Example &",
        "Example &amp;",
        "bid-a.pdf",
        "answer&lt;",
        "<i>answer",
        "measures.xlsx",
        *statements,
    ]
    with signed_in(world, who) as client:
        for route in routes(world):
            if "GET" not in route.methods:
                continue
            names_one = "{document_id}" in route.path or "{statement_id}" in route.path
            for document, statement in asked if names_one else asked[:1]:
                named = {"procurement_id": made.procurement, "document_id": document, "statement_id": statement,
                         "number": "1"}  # fmt: skip
                address = re.sub(r"\{(\w+)(:\w+)?\}", lambda m, n=named: n.get(m[1], "1"), route.path)  # type: ignore[misc]
                answer = client.get(address)
                said = answer.text.replace(statement, "")  # what was asked for is named where it is not found
                for secret in secrets:
                    assert secret not in said, (address, secret)
                if names_one:
                    assert answer.status_code == 404, address


def test_an_upload_to_sealed_bids_gets_a_receipt_and_nothing_else(world: World) -> None:
    seal(world, datetime.now(UTC) + timedelta(days=1))
    path = f"/api/v1/procurements/{world.made.procurement}/documents"
    with signed_in(world, "lead") as client:
        answer = client.post(path, files={"file": ("secret name.pdf", b"%PDF late")}, data={"supplier": "Hidden Ltd"})
        assert answer.status_code == 202
        assert set(answer.json()) == {"id", "procurement_id", "sha256", "received_at"}
        assert client.get(f"/api/v1/documents/{answer.json()['id']}").status_code == 404
        files = {"file": ("other.pdf", b"%PDF other")}
        page = client.post(path[7:], files=files, data={"csrf": client.headers["X-CSRF-Token"]})
        assert page.status_code == 303
        assert "Received: " in client.get(page.headers["location"]).text


def test_two_people_who_have_just_signed_in_open_bids(world: World) -> None:
    opening, made = f"/procurements/{world.made.procurement}/opening", world.made
    seal(world, datetime.now(UTC) - timedelta(minutes=1))
    with signed_in(world, "lead") as client:
        form = {"csrf": client.headers["X-CSRF-Token"]}
        assert "Confirm the opening" in client.get(f"/procurements/{made.procurement}/members").text
        assert client.post(opening, data=form).status_code == 303
        assert client.post(opening, data=form).status_code == 409
        assert client.get(f"/documents/{made.pdf}").status_code == 404
    with signed_in(world, "chair") as client:
        with made.store.writing() as session:
            long_ago = datetime.now(UTC) - timedelta(hours=1)
            session.connection().execute(text("UPDATE sign_in SET begun_at = :at"), {"at": long_ago})
        form = {"csrf": client.headers["X-CSRF-Token"]}
        assert "Sign in again" in client.get(f"/procurements/{made.procurement}/members").text
        assert client.post(opening, data=form).status_code == 403
    with signed_in(world, "chair") as client:
        form = {"csrf": client.headers["X-CSRF-Token"]}
        assert client.post(opening, data=form).headers["location"] == f"/procurements/{made.procurement}"
        assert client.get(f"/documents/{made.pdf}").status_code == 200
        assert "lead and chair" in client.get(f"/procurements/{made.procurement}/members").text


def test_the_lead_sets_the_opening_time_of_an_empty_procurement(world: World) -> None:
    with signed_in(world, "outsider") as client:
        added = client.post("/api/v1/procurements", json={"title": "New", "buyer": "Kent"}).json()["id"]
        form = {"csrf": client.headers["X-CSRF-Token"]}
        path = f"/procurements/{added}/opening-time"
        assert client.post(path, data=form | {"opens_at": "2099-03-31T12:00"}).status_code == 303
        in_summer_time = client.get(f"/api/v1/procurements/{added}").json()["opens_at"]
        assert in_summer_time.startswith("2099-03-31T11:00")
        assert 'value="2099-03-31T12:00"' in client.get(f"/procurements/{added}/members").text
        assert client.post(path, data=form | {"opens_at": "2099-03-29T01:30"}).status_code == 422  # no such time
        assert client.post(path, data=form | {"opens_at": "soon"}).status_code == 422
        assert client.post(path, data=form | {"opens_at": "1999-03-31T12:00"}).status_code == 422
        assert "Bids are sealed" in client.get(f"/procurements/{added}").text


# Keys


def key_of(world: World, who: str, *scopes: Scope, procurements: list[str] | None = None) -> dict[str, str]:
    person = world.people.person_of_email(f"{who}@kent.example")
    _, words = Keys(world.made.store).add(person.id, "test", scopes, days=1, procurements=procurements)
    return {"Authorization": f"Bearer {words}"}


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        ((Scope.read,), (200, 403, 403)),
        ((Scope.decide,), (403, 201, 403)),
        ((Scope.read, Scope.upload, Scope.decide, Scope.export, Scope.admin), (200, 201, 201)),
    ],
)
def test_a_key_goes_as_far_as_its_scopes(world: World, scopes: tuple[Scope, ...], statuses: tuple[int, ...]) -> None:
    headers = key_of(world, "lead", *scopes)
    statement = world.made.store.statements_of(world.made.pdf)[0].id
    answers = (
        world.app.get(f"/api/v1/documents/{world.made.pdf}", headers=headers),
        world.app.post(f"/api/v1/statements/{statement}/decisions", json={"action": "accept"}, headers=headers),
        world.app.post("/api/v1/procurements", json={"title": "a", "buyer": "b"}, headers=headers),
    )
    assert tuple(a.status_code for a in answers) == statuses


def test_a_key_goes_no_further_than_its_person_and_its_procurements(world: World) -> None:
    every = tuple(Scope)
    statement = world.made.store.statements_of(world.made.pdf)[0].id
    path, accept = f"/api/v1/statements/{statement}/decisions", {"action": "accept"}
    assert world.app.post(path, json=accept, headers=key_of(world, "observer", *every)).status_code == 403
    assert world.app.post(path, json=accept, headers=key_of(world, "outsider", *every)).status_code == 404
    bound = key_of(world, "lead", *every, procurements=[world.other])
    assert world.app.post(path, json=accept, headers=bound).status_code == 404


def test_no_key_opens_bids(world: World) -> None:
    seal(world, datetime.now(UTC) - timedelta(minutes=1))
    path = f"/procurements/{world.made.procurement}/opening"
    assert world.app.post(path, headers=key_of(world, "lead", *Scope)).status_code == 403


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer svk_0123456789ab_" + "x" * 43]
)
def test_a_wrong_key_is_401_even_with_a_sign_in_beside_it(world: World, authorization: str) -> None:
    with signed_in(world, "lead") as client:
        answer = client.get("/api/v1/procurements", headers={"Authorization": authorization})
    assert answer.status_code == 401


def test_guessing_keys_is_slowed_down_by_address(world: World) -> None:
    answers = [world.app.get("/api/v1/procurements", headers={"Authorization": f"Bearer {i}"}) for i in range(32)]
    assert [a.status_code for a in answers[-2:]] == [429, 429]
    assert "retry-after" in answers[-1].headers
