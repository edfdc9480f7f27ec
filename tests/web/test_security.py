"""Headers on every answer, and what is refused before it reaches a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from svdocs.web.app import create_app
from svdocs.web.render import static_address
from svdocs.web.security import HEADERS, KEPT
from tests.web.conftest import Made


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/nothing", 404),
        ("/api/v1/procurements", 200),
        ("/api/v1/nothing", 404),
        (f"{static_address()}/svdocs.css", 200),
        ("/health", 200),
    ],
)
def test_every_answer_has_the_security_headers(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    kept = KEPT if path.startswith("/static/") else {}
    for name, value in (HEADERS | kept).items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("path", [f"{static_address()}/nothing.css", "/static/svdocs.css"])
def test_a_browser_keeps_no_style_that_there_is_not(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


def test_the_policy_allows_no_inline_script_and_no_framing() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/procurements", "/api/v1/procurements"])
def test_a_change_asked_for_by_another_site_is_not_made(
    client: TestClient, made: Made, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(path, data={"title": "x", "buyer": "y"}, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert len(made.store.procurements()) == 1


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_a_change_from_the_service_itself_or_a_program_is_made(
    client: TestClient, made: Made, headers: dict[str, str]
) -> None:
    assert client.post("/procurements", data={"title": "x", "buyer": "y"}, headers=headers).status_code == 303
    assert len(made.store.procurements()) == 2


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8000", 200), ("[::1]:8000", 200), ("evil.example", 400), ("127.0.0.1.evil.example", 400)],
)
def test_only_the_services_own_host_names_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/", headers={"Host": host}).status_code == status


@pytest.fixture
def narrow(made: Made) -> Iterator[TestClient]:
    """A client of an application that takes requests of a thousand bytes."""
    app = create_app(made.store, made.settings, max_body_bytes=1_000)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def test_a_request_that_says_that_it_is_too_long_is_refused_unread(narrow: TestClient, made: Made) -> None:
    answer = narrow.post(f"/api/v1/procurements/{made.procurement}/documents", files={"file": ("a.pdf", b"x" * 2_000)})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "over the limit" in answer.json()["detail"]


def test_a_request_that_lies_about_its_length_is_stopped_while_it_comes_in(narrow: TestClient, made: Made) -> None:
    def stream() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        yield b"x" * 5_000
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = narrow.post(f"/procurements/{made.procurement}/documents", content=stream(), headers=headers)
    assert answer.status_code == 413
    assert "The file is too large" in answer.text
    assert len(made.store.documents_of()) == 4


@pytest.fixture
def broken(made: Made) -> Iterator[TestClient]:
    """A client of an application whose records cannot be read."""
    made.store.close()
    database = made.settings.data_folder / "svdocs.db"
    for file in database.parent.glob("svdocs.db*"):
        file.write_bytes(b"this is no database " * 500)
    with TestClient(create_app(made.store, made.settings), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/api/v1/procurements"])
def test_a_failure_of_the_service_is_told_by_an_incident_number_and_no_trace(
    broken: TestClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken.get(path)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "sqlite" not in answer.text.lower()
    incident = next(r for r in caplog.records if r.name == "svdocs.web").getMessage().split()[1].rstrip(":")
    assert incident in answer.text
    assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
