"""Accounts as an administrator manages them on the pages."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from svdocs.records.keys import Keys
from svdocs.records.passwords import new_password
from svdocs.records.people import People
from svdocs.records.people_tables import Person, Scope
from svdocs.web.visitors import form_token_of
from tests.web.conftest import Made

PASSWORD = "lamp orchard tin ferry"


@pytest.fixture
def people(made: Made) -> People:
    people = People(made.store)
    people.add("root@kent.example", "Ruth Administrator", PASSWORD, is_administrator=True)
    return people


@pytest.fixture
def ada(people: People) -> Person:
    return people.add("ada@kent.example", "Ada Lovelace", PASSWORD)


@pytest.fixture
def desk(client: TestClient, people: People) -> TestClient:
    """The administrator's browser."""
    return _browser_of(client, people, "root@kent.example")


def _browser_of(client: TestClient, people: People, email: str) -> TestClient:
    token = people.sign_in(people.person_of_email(email).id)
    client.cookies.set("svdocs", token)
    client.headers["X-CSRF-Token"] = form_token_of(token)
    return client


def _send(browser: TestClient, path: str, **fields: str | list[str]) -> Response:
    return browser.post(path, data={"csrf": browser.headers["X-CSRF-Token"]} | fields)


def _shown_secret(page: str) -> str:
    found = re.search(r'<code class="setup-key">([^<]+)</code>', page)
    assert found
    return found.group(1)


def test_an_account_is_added_with_a_password_that_is_shown_once(desk: TestClient, people: People) -> None:
    answer = _send(desk, "/people", name="Ada Lovelace", email="Ada@Kent.example")
    password = _shown_secret(answer.text)
    person = people.person_of_email("ada@kent.example")
    assert people.knows_password(person.id, password)
    assert password not in desk.get("/people").text + desk.get(f"/people/{person.id}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "ada@kent.example"}, "Enter the person&#39;s name"),
        ({"name": "Ada"}, "Enter the person&#39;s e-mail address"),
        ({"name": "Ada", "email": "no address"}, "is no e-mail address"),
        ({"name": "Ada", "email": "root@kent.example"}, "has an account already"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_and_what_was_typed_stays(
    desk: TestClient, people: People, fields: dict[str, str], said: str
) -> None:
    answer = _send(desk, "/people", **fields)
    assert answer.status_code in (409, 422)
    page: str = answer.text
    assert said in page
    assert all(f'value="{value}"' in page for value in fields.values())
    assert len(people.everybody()) == 1


def test_a_reset_password_signs_the_person_out_everywhere(desk: TestClient, people: People, ada: Person) -> None:
    token = people.sign_in(ada.id)
    password = _shown_secret(_send(desk, f"/people/{ada.id}/password").text)
    assert people.knows_password(ada.id, password)
    assert people.signed_in(token) is None


def test_a_lost_second_factor_is_taken_away(desk: TestClient, people: People, ada: Person, made: Made) -> None:
    with made.store.writing() as session:
        session.get_one(Person, ada.id).totp_secret = "JBSWY3DPEHPK3PXP"
    assert "Take the second factor away" in desk.get(f"/people/{ada.id}").text
    assert _send(desk, f"/people/{ada.id}/second-factor").status_code == 303
    assert people.person(ada.id).totp_secret is None
    assert "signs in without a second factor now" in desk.get(f"/people/{ada.id}").text


def test_an_account_is_disabled_after_a_question_and_for_good(desk: TestClient, people: People, ada: Person) -> None:
    assert "There is no way back" in desk.get(f"/people/{ada.id}/disable").text
    assert people.person(ada.id).disabled_at is None
    assert _send(desk, f"/people/{ada.id}/disable").headers["location"] == "/people"
    assert people.person(ada.id).disabled_at is not None
    assert "The account of Ada Lovelace is disabled" in desk.get("/people").text


@pytest.mark.parametrize("action", ["password", "second-factor", "disable"])
def test_nobody_does_so_to_their_own_account(desk: TestClient, people: People, action: str) -> None:
    own = people.person_of_email("root@kent.example")
    assert _send(desk, f"/people/{own.id}/{action}").status_code == 403
    assert people.knows_password(own.id, PASSWORD)
    assert people.person(own.id).disabled_at is None


@pytest.mark.parametrize("path", ["/people", "/people/{ada}", "/people/{ada}/disable"])
def test_only_an_administrator_manages_people(client: TestClient, people: People, ada: Person, path: str) -> None:
    browser = _browser_of(client, people, "ada@kent.example")
    assert browser.get(path.format(ada=ada.id)).status_code == 403
    assert 'href="/people"' not in browser.get("/help").text


def test_no_key_manages_people(client: TestClient, people: People, made: Made) -> None:
    root = people.person_of_email("root@kent.example")
    _, words = Keys(made.store).add(root.id, "all", list(Scope), days=1)
    headers = {"Authorization": f"Bearer {words}"}
    answer = client.post("/people", data={"name": "Eve", "email": "eve@kent.example"}, headers=headers)
    assert answer.status_code == 403
    assert client.get("/account/keys", headers=headers).status_code == 403
    assert len(people.everybody()) == 1


def test_the_person_at_the_machine_makes_the_first_account_and_then_signs_in(client: TestClient, made: Made) -> None:
    assert "no way back" in client.get("/people").text
    answer = client.post("/people", data={"name": "Ruth", "email": "root@kent.example", "administrator": "yes"})
    assert People(made.store).knows_password(
        People(made.store).person_of_email("root@kent.example").id, _shown_secret(answer.text)
    )
    assert client.get("/people").headers["location"].startswith("/sign-in")


def test_a_first_password_is_long_and_another_each_time() -> None:
    assert len({new_password() for _ in range(50)}) == 50
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", new_password())


# A person's keys


def test_a_key_is_made_shown_once_and_taken_back(client: TestClient, people: People, ada: Person, made: Made) -> None:
    browser, keys = _browser_of(client, people, "ada@kent.example"), Keys(made.store)
    answer = _send(browser, "/account/keys", name="Nightly", scopes=["read", "export"], days="30", within="all")
    words = _shown_secret(answer.text)
    use = keys.use(words)
    assert use is not None
    assert (use.key.name, use.key.scopes, use.person.id) == ("Nightly", ["export", "read"], ada.id)
    page = browser.get("/account/keys").text
    assert "Nightly" in page
    assert words not in page
    _send(browser, f"/account/keys/{use.key.id}/revoke")
    assert keys.use(words) is None
    assert "Taken back" in browser.get("/account/keys").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scopes": ["read"], "days": "30"}, "name"),
        ({"name": "x", "days": "30"}, "scopes"),
        ({"name": "x", "scopes": ["read"], "days": "0"}, "days"),
        ({"name": "x", "scopes": ["read"], "days": "1.5"}, "days"),
        ({"name": "x", "scopes": ["read"], "days": "many"}, "days"),
        ({"name": "x", "scopes": ["read"], "days": "30", "within": "some"}, "procurements"),
    ],
)
def test_what_is_wrong_with_a_new_key_is_said_at_its_field(
    client: TestClient, people: People, ada: Person, made: Made, fields: dict[str, str], field: str
) -> None:
    browser = _browser_of(client, people, "ada@kent.example")
    answer = _send(browser, "/account/keys", **fields)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert Keys(made.store).keys_of() == []


def test_nobody_takes_back_another_persons_key(client: TestClient, people: People, ada: Person, made: Made) -> None:
    key, words = Keys(made.store).add(people.person_of_email("root@kent.example").id, "x", [Scope.read], days=1)
    browser = _browser_of(client, people, "ada@kent.example")
    assert _send(browser, f"/account/keys/{key.id}/revoke").status_code == 404
    assert Keys(made.store).use(words) is not None
    assert (
        _send(_browser_of(client, people, "root@kent.example"), f"/people/{ada.id}/keys/{key.id}/revoke").status_code
        == 404
    )


def test_an_administrator_takes_back_somebodys_key(desk: TestClient, ada: Person, made: Made) -> None:
    key, words = Keys(made.store).add(ada.id, "x", [Scope.read], days=1)
    assert f"/people/{ada.id}/keys/{key.id}/revoke" in desk.get(f"/people/{ada.id}").text
    assert _send(desk, f"/people/{ada.id}/keys/{key.id}/revoke").status_code == 303
    assert Keys(made.store).use(words) is None
