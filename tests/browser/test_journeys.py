"""An officer's way from signing in to a decision: by the keyboard alone, without script, and over PostgreSQL."""

from __future__ import annotations

import time

from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD, PATIENCE_SECONDS, Service, Visit

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


def test_an_officer_signs_in_and_decides_with_the_keyboard_alone(service: Service, visit: Visit) -> None:
    page = visit()
    sign_in_by_keyboard(page, service, "lead")
    decide_by_keyboard(page, service)


def test_the_same_works_without_script_on_postgresql(service_on_postgresql: Service, visit: Visit) -> None:
    page = visit(script=False)
    sign_in_by_keyboard(page, service_on_postgresql, "lead")
    decide_by_keyboard(page, service_on_postgresql)
