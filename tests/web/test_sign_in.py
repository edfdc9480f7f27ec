"""Signing in and out, as a browser does it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pyotp
import pytest
from fastapi.testclient import TestClient

from svdocs.records.people import People
from svdocs.records.people_tables import Person, Role
from svdocs.records.tables import EventKind
from svdocs.web.app import create_app
from svdocs.web.render import static_address
from tests.web.conftest import Made

PASSWORD = "lamp orchard tin ferry"
HERE = {"base_url": "http://127.0.0.1:8000", "follow_redirects": False}


@pytest.fixture
def ada(made: Made) -> Person:
    people = People(made.store)
    person = people.add("ada@kent.example", "Ada Lovelace", PASSWORD)
    people.grant(person.id, made.procurement, Role.lead)
    return person


@pytest.fixture
def browser(client: TestClient, ada: Person) -> TestClient:
    """A browser in front of a service with one account, and nobody signed in."""
    return client


def sign_in(client: TestClient, **fields: str) -> object:
    return client.post("/sign-in", data={"email": "ada@kent.example", "password": PASSWORD} | fields)


def form_token(client: TestClient, path: str = "/account") -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found
    return found.group(1)


def test_without_accounts_nobody_signs_in(client: TestClient) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/sign-in").headers["location"] == "/"
    assert "Sign out" not in client.get("/").text
    assert client.get("/account").status_code == 404


@pytest.mark.parametrize("path", ["/", "/docs", "/procurements/x", "/documents/x?a=b", "/account"])
def test_with_one_account_every_page_asks_for_it_and_follows(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={quote(path, safe='')}"
    assert sign_in(browser, next=path).headers["location"] == path  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/api/v1/procurements", "/api/v1/openapi.json", "/api/v1/documents/x"])
def test_with_one_account_the_interface_answers_401(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health", f"{static_address()}/svdocs.css", "/sign-in"])
def test_what_is_needed_to_sign_in_needs_no_sign_in(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 200


def test_a_change_by_somebody_who_is_not_signed_in_is_not_made(browser: TestClient, made: Made) -> None:
    assert browser.post("/procurements", data={"title": "x", "buyer": "y"}).status_code == 401
    assert len(made.store.procurements()) == 1


def test_signing_in_sets_a_cookie_that_no_script_can_read(browser: TestClient) -> None:
    cookie = sign_in(browser).headers["set-cookie"]  # type: ignore[attr-defined]
    assert cookie.startswith("svdocs=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Ada Lovelace" in browser.get("/").text


def test_by_https_the_cookie_is_bound_to_the_host_and_strict_transport_is_promised(made: Made, ada: Person) -> None:
    settings = replace(made.settings, public_url="https://svdocs.example")
    app = create_app(made.store, settings, hosts=("svdocs.example",))
    with TestClient(app, base_url="https://svdocs.example", follow_redirects=False) as client:
        answer = client.post("/sign-in", data={"email": ada.email, "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-svdocs=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"password": "wrong"}, 401),
        ({"email": "bob@kent.example"}, 401),
        ({"email": ""}, 422),
        ({"password": ""}, 422),
    ],
)
def test_what_proves_nobody_signs_nobody_in(browser: TestClient, fields: dict[str, str], status: int) -> None:
    answer = sign_in(browser, **fields)
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert "set-cookie" not in answer.headers  # type: ignore[attr-defined]
    assert PASSWORD not in answer.text  # type: ignore[attr-defined]


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(browser: TestClient) -> None:
    wrong, unknown = (sign_in(browser, **f).text for f in ({"password": "x"}, {"email": "x@y"}))  # type: ignore[attr-defined]
    assert wrong.replace("ada@kent.example", "") == unknown.replace("x@y", "")


@pytest.mark.parametrize("next_page", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_never_leads_elsewhere(browser: TestClient, next_page: str) -> None:
    assert sign_in(browser, next=next_page).headers["location"] == "/"  # type: ignore[attr-defined]


def test_a_second_factor_is_set_up_on_the_account_page_and_asked_for(browser: TestClient, made: Made) -> None:
    sign_in(browser)
    page = browser.get("/account").text
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert secret
    fields = {"csrf": form_token(browser), "secret": secret.group(1), "code": "1"}
    assert browser.post("/account/second-factor", data=fields).status_code == 422
    fields["code"] = pyotp.TOTP(secret.group(1)).now()
    assert browser.post("/account/second-factor", data=fields).status_code == 303
    assert "An authenticator app" in browser.get("/account").text
    assert sign_in(browser).status_code == 401  # type: ignore[attr-defined]


def test_a_new_password_ends_every_other_sign_in(browser: TestClient, made: Made) -> None:
    sign_in(browser)
    with TestClient(browser.app, **HERE) as other:  # type: ignore[arg-type]
        sign_in(other)
        fields = {"csrf": form_token(browser), "old": PASSWORD, "password": "quite another one"}
        assert browser.post("/account/password", data=fields | {"old": "x"}).status_code == 422
        assert browser.post("/account/password", data=fields | {"password": "short"}).status_code == 422
        assert browser.post("/account/password", data=fields).status_code == 303
        assert browser.get("/").status_code == 200
        assert other.get("/").status_code == 303


def test_after_signing_out_the_cookie_opens_nothing(browser: TestClient) -> None:
    sign_in(browser)
    token = browser.cookies["svdocs"]
    assert browser.post("/sign-out", data={"csrf": form_token(browser)}).status_code == 303
    assert browser.get("/", headers={"Cookie": f"svdocs={token}"}).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_the_token_of_this_sign_in_changes_nothing(browser: TestClient, made: Made, token: str) -> None:
    sign_in(browser)
    answer = browser.post("/procurements", data={"title": "x", "buyer": "y", "csrf": token})
    assert answer.status_code == 403
    assert len(made.store.procurements()) == 1
    made_one = browser.post("/procurements", data={"title": "x", "buyer": "y", "csrf": form_token(browser)})
    assert made_one.status_code == 303


def test_a_program_in_a_browser_sends_the_token_as_a_header(browser: TestClient) -> None:
    sign_in(browser)
    new = {"title": "x", "buyer": "y"}
    assert browser.post("/api/v1/procurements", json=new).status_code == 403
    headers = {"X-CSRF-Token": form_token(browser)}
    assert browser.post("/api/v1/procurements", json=new, headers=headers).status_code == 201


def test_every_form_of_every_page_holds_the_token(browser: TestClient, made: Made) -> None:
    sign_in(browser)
    statement = made.store.statements_of(made.pdf)[0].id
    People(made.store).roles_of("x")
    for path in (
        "/",
        f"/procurements/{made.procurement}",
        f"/documents/{made.pdf}",
        f"/statements/{statement}",
        "/account",
    ):
        page = browser.get(path).text
        for form in re.findall(r'<form method="post".*?</form>', page, re.DOTALL):
            assert 'name="csrf"' in form, (path, form[:80])


def test_a_decision_is_the_signed_in_persons_whatever_name_is_sent(browser: TestClient, made: Made) -> None:
    sign_in(browser)
    statement = made.store.statements_of(made.pdf)[0].id
    fields = {"action": "accept", "person": "Somebody Else", "csrf": form_token(browser)}
    assert browser.post(f"/statements/{statement}/decisions", data=fields).status_code == 303
    assert [d.person for d in made.store.decisions_of(statement)] == ["Ada Lovelace"]


def test_guessing_is_slowed_down_for_an_account_whatever_its_address_is_written_like(browser: TestClient) -> None:
    answers = [sign_in(browser, email=e, password="x") for e in ("ada@kent.example", " ADA@kent.example") * 4]
    assert [a.status_code for a in answers] == [401] * 6 + [429] * 2  # type: ignore[attr-defined]
    assert int(answers[-1].headers["retry-after"]) > 0  # type: ignore[attr-defined]
    assert sign_in(browser).status_code == 429  # type: ignore[attr-defined]


@pytest.fixture
def slow(made: Made, ada: Person) -> Iterator[TestClient]:
    """A client of an application that answers an account three requests a minute."""
    app = create_app(made.store, replace(made.settings, requests_per_minute=3))
    with TestClient(app, **HERE) as client:  # type: ignore[arg-type]
        yield client


def test_an_account_may_send_so_many_requests_and_is_told_when_to_come_back(slow: TestClient) -> None:
    sign_in(slow)
    answers = [slow.get("/api/v1/procurements") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20


def test_no_secret_stands_in_what_is_logged(browser: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        sign_in(browser, password="wrong secret word")
        sign_in(browser)
        browser.get("/account")
    said = " ".join(r.getMessage() for r in caplog.records if r.name.startswith("svdocs"))
    assert "signed in" in said
    assert browser.cookies["svdocs"] not in said
    assert PASSWORD not in said
    assert "wrong secret word" not in said


def test_the_audit_trail_names_who_was_signed_in(browser: TestClient, made: Made, ada: Person) -> None:
    sign_in(browser)
    headers = {"X-CSRF-Token": form_token(browser)}
    added = browser.post("/api/v1/procurements", json={"title": "New", "buyer": "Kent"}, headers=headers)
    assert added.status_code == 201, added.text
    [entry] = [e for e in made.store.events(kind=EventKind.procurement_added) if e.details["title"] == "New"]
    assert entry.person == ada.name
