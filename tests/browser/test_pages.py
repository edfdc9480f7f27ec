"""States of pages that the sweep over every page does not meet: empty, refused, done, gone, and without accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from svdocs.records.access import Caller
from svdocs.records.openings import Openings
from svdocs.records.people_tables import Role
from tests.browser.conftest import NARROW, Service, Visit, Window, axe, fits, looks, resize


def open_word_answer(page: Page, service: Service) -> None:
    page.goto(f"/documents/{service.made.docx}")


def open_workbook(page: Page, service: Service) -> None:
    page.goto(f"/documents/{service.made.xlsx}")


def open_waiting(page: Page, service: Service) -> None:
    page.goto(f"/documents/{service.made.waiting}")


def ask_for_nothing(page: Page, service: Service) -> None:
    page.goto("/nothing")


def add_without_words(page: Page, service: Service) -> None:
    page.goto("/")
    page.get_by_role("button", name="Add procurement").click()
    page.get_by_text("There is a problem").wait_for()


def add_an_empty_one(page: Page, service: Service) -> None:
    page.goto("/")
    page.get_by_label("Title").fill("A framework for the maintenance of highways, footways, drains and verges " * 3)
    page.get_by_label("Buyer").fill("Kent County Council")
    page.get_by_role("button", name="Add procurement").click()
    page.get_by_text("There are no documents yet").wait_for()


def bring_in_nothing(page: Page, service: Service) -> None:
    page.goto(f"/procurements/{service.made.procurement}")
    page.get_by_role("button", name="Bring in").click()
    page.get_by_text("There is a problem").wait_for()


def call_off(page: Page, service: Service) -> None:
    page.goto("/jobs")
    page.get_by_role("button", name="Call off late.pdf").click()
    page.get_by_text("The job is called off").wait_for()


def first_account_of_all(page: Page, service: Service) -> None:
    page.goto("/people")


STATES: dict[str, Callable[[Page, Service], None]] = {
    "document-word": open_word_answer,
    "document-workbook": open_workbook,
    "document-waiting": open_waiting,
    "not-found": ask_for_nothing,
    "procurements-refused": add_without_words,
    "procurement-empty": add_an_empty_one,
    "procurement-refused": bring_in_nothing,
    "jobs-called-off": call_off,
    "people-nobody": first_account_of_all,
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_without_accounts_is_accessible_and_fits(service_alone: Service, window: Window, name: str) -> None:
    page = window(service_alone)
    STATES[name](page, service_alone)
    axe(page)
    looks(page, name)
    resize(page, NARROW)
    fits(page)
    axe(page)


def test_signing_in_with_a_wrong_password_is_refused_accessibly(service_of_module: Service, visit: Visit) -> None:
    service_of_module.token_of("lead")
    page = visit()
    page.goto("/sign-in")
    axe(page)
    page.get_by_label("E-mail address").fill("lead@kent.example")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value("lead@kent.example")
    axe(page)
    looks(page, "sign-in-refused")


def test_an_account_and_a_key_are_made_and_shown_once(service_of_module: Service, visit: Visit) -> None:
    page = visit("administrator")
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    page.get_by_label("E-mail address").fill("ada@kent.example")
    page.get_by_role("button", name="Add account").click()
    expect(page.locator("code")).to_have_text(re.compile(r"^\s*\w+(-\w+){3}\s*$"))
    axe(page)
    looks(page, "people-first-password")
    page.goto("/account/keys")
    page.get_by_label("What it is for").fill("Contracts register, nightly")
    page.get_by_role("button", name="Make key").click()
    expect(page.locator("code").first).to_have_text(re.compile(r"^\s*svk_"))
    axe(page)
    looks(page, "account-keys-new")


def test_sealed_bids_are_told_of_accessibly(service_of_module: Service, visit: Visit) -> None:
    service = service_of_module
    page = visit("lead")
    sealed = service.store.add_procurement("Sealed", "Kent County Council").id
    for who in ("lead", "chair"):
        service.people.grant(service.person_id(who), sealed, Role(who))
    lead = Caller("lead", service.person_id("lead"), roles={sealed: (Role.lead,)})
    Openings(service.store).set_time(sealed, datetime.now(UTC) + timedelta(days=1), lead)
    for path in (f"/procurements/{sealed}", f"/procurements/{sealed}/members"):
        page.goto(path)
        expect(page.get_by_text("Bids are sealed until two people open them")).to_have_count(1)
        axe(page)
    looks(page, "members-sealed")


def test_a_page_runs_no_script_that_the_policy_forbids(service_of_module: Service, visit: Visit) -> None:
    page = visit("lead")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/", f"/procurements/{service_of_module.made.procurement}", "/account", "/jobs?show=all"):
        page.goto(path)
        expect(page.locator("body.js-enabled")).to_have_count(1)
    assert said == []


def test_the_first_press_of_tab_skips_to_the_main_part(service_of_module: Service, visit: Visit) -> None:
    page = visit("lead")
    page.goto("/help")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    assert page.locator(".govuk-skip-link").bounding_box()["height"] > 20  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_on_a_narrow_screen_the_menu_opens_and_closes_and_without_script_it_stands_open(
    service_of_module: Service, visit: Visit
) -> None:
    page = visit("lead", narrow=True)
    page.goto("/")
    jobs = page.get_by_role("link", name="Reading")
    expect(jobs).to_be_hidden()
    page.get_by_role("button", name="Show or hide the menu").click()
    expect(jobs).to_be_visible()
    axe(page)
    plain = visit("lead", narrow=True, script=False)
    plain.goto("/")
    expect(plain.get_by_role("link", name="Reading")).to_be_visible()
