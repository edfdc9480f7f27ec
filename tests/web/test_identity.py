"""Sign-in at an OpenID Connect provider: a stub of one on the loopback address, with keys and tokens of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from svdocs.records.people import People
from svdocs.settings import IdentityProvider
from svdocs.web.app import create_app
from tests.web.conftest import Made


@dataclass
class Provider:
    """What the stub answers."""

    address: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: RSAKey | None = None
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            return {"issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                    "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys"}  # fmt: skip
        if path.endswith("/keys"):
            return {"keys": [self.key.as_dict(private=False)]}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, self.claims, self.signed_by or self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            stub.asked.append(parse_qs(body.decode()))
            said = json.dumps(stub.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield stub
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser(made: Made, provider: Provider) -> Iterator[TestClient]:
    People(made.store).add("ada@kent.example", "Ada", None)
    settings = replace(made.settings, oidc=IdentityProvider(provider.address, "svdocs", "secret"))
    with TestClient(
        create_app(made.store, settings), base_url="http://127.0.0.1:8000", follow_redirects=False
    ) as client:
        yield client


def go_and_come_back(browser: TestClient, provider: Provider, **claims: Any) -> Any:
    """Go to the provider, which vouches with these claims, and come back."""
    sent = parse_qs(urlsplit(browser.get("/sign-in/identity?next=/docs").headers["location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["redirect_uri"] == ["http://127.0.0.1:8000/sign-in/return"]
    now = int(time.time())
    says = {"iss": provider.address, "aud": "svdocs", "sub": "s1", "iat": now, "exp": now + 60}
    says |= {"nonce": sent["nonce"][0], "email": "ada@kent.example", "email_verified": True}
    provider.claims = says | claims
    return browser.get("/sign-in/return", params={"code": "c", "state": sent["state"][0]})


def test_somebody_with_an_account_is_let_in_and_known_by_the_providers_own_name_afterwards(
    browser: TestClient, provider: Provider
) -> None:
    assert "Sign in with your organisation" in browser.get("/sign-in").text
    answer = go_and_come_back(browser, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs")
    assert "Ada" in browser.get("/").text
    assert provider.asked[-2]["code_verifier"]
    again = go_and_come_back(browser, provider, email="changed@kent.example")
    assert again.status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@kent.example"},
        {"email_verified": False},
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"azp": "another"},
    ],
)
def test_who_is_not_vouched_for_or_has_no_account_is_not_let_in(
    browser: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    answer = go_and_come_back(browser, provider, **claims)
    assert answer.status_code == 401
    assert "svdocs" not in browser.cookies


def test_a_token_by_another_key_is_worth_nothing(browser: TestClient, provider: Provider) -> None:
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "1"})
    assert go_and_come_back(browser, provider).status_code == 401


@pytest.mark.parametrize("state", ["", "made up"])
def test_who_did_not_begin_here_does_not_end_here(browser: TestClient, state: str) -> None:
    assert browser.get("/sign-in/return", params={"code": "c", "state": state}).status_code == 401
