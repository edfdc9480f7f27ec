"""An officer's way from signing in to a decision: by the keyboard alone, without script, and over PostgreSQL."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.beside import reading
from tests.browser.conftest import PASSWORD, PATIENCE_SECONDS, Service, Visit, filled_service, opened_records

MOST_TABS = 80


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    said = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
            " return ((l ? l.textContent : '') + ' ' + e.textContent).replace(/\\s+/g, ' ').trim(); }"
        )
        if words in focused:
            return
        said.append(focused[:40])
    raise AssertionError(f"{page.url}: {words!r} is not reached by {MOST_TABS} presses of Tab: {said}")


def sign_in_by_keyboard(page: Page, service: Service, who: str) -> None:
    service.person_id(who)
    page.goto("/")
    tab_to(page, "E-mail address")
    page.keyboard.type(f"{who}@kent.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def decide_by_keyboard(page: Page, service: Service) -> None:
    """Go from the list of procurements to a document, and on the page of a statement accept it."""
    tab_to(page, "Street lighting")
    page.keyboard.press("Enter")
    page.wait_for_url("**/procurements/*")
    tab_to(page, "bid-a.pdf")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/*")
    statement = service.store.statements_of(service.made.pdf)[0].id
    page.goto(f"/statements/{statement}")
    tab_to(page, "Accept")
    page.keyboard.press("Enter")
    until = time.monotonic() + PATIENCE_SECONDS
    while not (decided := service.store.decisions_of(statement)) and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert [(d.action.value, d.person) for d in decided] == [("accept", "Lead Person")]


@pytest.fixture
def service_on_either(tmp_path: Path, own_database_url: str) -> Iterator[Service]:
    """A service over SQLite, and once over PostgreSQL."""
    with filled_service(opened_records(tmp_path, own_database_url)) as service:
        yield service


def bring_in(page: Page, *files: tuple[str, str]) -> None:
    """Bring documents in on the page for it, and wait until each says what it is."""
    payloads = [{"name": n, "mimeType": "application/pdf", "buffer": text.encode()} for n, text in files]
    page.locator("input[type=file][multiple]").set_input_files(payloads)  # type: ignore[arg-type]
    page.get_by_role("button", name="Bring in").click()
    for name, _ in files:
        expect(page.locator(".sent__file").filter(has_text=name)).to_contain_text("Read:")


def test_an_officer_goes_from_signing_in_to_the_export(service_on_either: Service, visit: Visit) -> None:
    service = service_on_either
    service.person_id("lead")
    page = visit()
    page.goto("/")
    page.get_by_label("E-mail address").fill("lead@kent.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Title").fill("School meals")
    page.get_by_label("Buyer").fill("Kent County Council")
    page.get_by_role("button", name="Add procurement").click()
    page.get_by_role("link", name="Bring in several at once").click()
    with reading(service):
        bring_in(
            page,
            ("ashford.pdf", "[bid Ashford Ltd]\nWe will take on five apprentices.\nWe will plant 40 trees.\n"),
            ("downs.pdf", "[bid Downs & Sons]\nWe will give 200 hours to schools.\n"),
        )
    page.get_by_role("button", name="See the documents").click()
    page.get_by_role("link", name="To decide").click()
    page.get_by_role("button", name="Go through them one by one").click()
    for key, left in (("a", "2 that wait"), ("n", "2 that wait, 1 not sure")):
        expect(page.locator(".item--open")).to_be_visible()
        page.wait_for_load_state("domcontentloaded")  # the page is there before its script is
        page.keyboard.press(key)
        expect(page.locator("#way")).to_contain_text(f"of {left}")
    page.locator(".item--open .decide__reject summary").click()
    page.get_by_role("button", name="It states nothing that somebody will do").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("That was the last in this order. 1 statement")
    page.get_by_role("link", name="Register").click()
    expect(page.locator("main")).to_contain_text("2 of 3 commitments")
    page.get_by_label("State of decision").select_option("accepted")
    page.get_by_role("button", name="Filter").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    assert [row["status"] for row in rows] == ["accepted"]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_an_officer_signs_in_and_decides_with_the_keyboard_alone(service: Service, visit: Visit) -> None:
    page = visit()
    sign_in_by_keyboard(page, service, "lead")
    decide_by_keyboard(page, service)


def test_the_same_works_without_script_on_postgresql(service_on_postgresql: Service, visit: Visit) -> None:
    page = visit(script=False)
    sign_in_by_keyboard(page, service_on_postgresql, "lead")
    decide_by_keyboard(page, service_on_postgresql)
