"""An officer goes through the queue in its order, over all documents: with keys, without script, by links alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from svdocs.review.lines import Line
from svdocs.review.queue import Order, queue_of
from tests.browser.conftest import Service, Visit, axe, fits, looks
from tests.review.market import fill_market


@pytest.fixture
def market(service_of_module: Service) -> str:
    """A procurement of three bids that no other test decides on."""
    return fill_market(service_of_module.store, bids=3, each=4)


def lines_in(service: Service, market: str, order: Order = Order.doubt) -> list[Line]:
    return [w.line for w in queue_of(service.store, market, order=order) if w.line]


def is_open(page: Page, line: Line) -> None:
    """Wait until a line's statement is the one that is open."""
    page.wait_for_url(re.compile(f"/documents/{line.document_id}\\?.*statement={line.key}"), wait_until="commit")
    expect(page.locator(f"#card-{line.key}")).to_be_visible()
    page.wait_for_load_state("domcontentloaded")  # the page is there before its script is


def grant(service: Service, market: str) -> None:
    from svdocs.records.people_tables import Role

    service.people.grant(service.person_id("lead"), market, Role.lead)


def test_keys_lead_through_the_queue_over_all_documents(service_of_module: Service, visit: Visit, market: str) -> None:
    service = service_of_module
    grant(service, market)
    lines = lines_in(service, market)
    assert len({line.document_id for line in lines[:4]}) > 1
    page = visit("lead")
    page.goto(f"/procurements/{market}/queue")
    page.get_by_role("button", name="Go through them one by one").click()
    is_open(page, lines[0])
    expect(page.locator("#way")).to_contain_text(f"1 of {len(lines)} that wait")
    axe(page)
    for line in lines[1:4]:
        page.keyboard.press("j")
        is_open(page, line)
    page.keyboard.press("k")
    is_open(page, lines[2])
    page.keyboard.press("n")
    is_open(page, lines[3])
    expect(page.locator("#way")).to_contain_text(f"4 of {len(lines)} that wait, 1 not sure")
    for line in lines[4:7]:
        page.keyboard.press("a")
        is_open(page, line)
    expect(page.locator("#way")).to_contain_text(f"4 of {len(lines) - 3} that wait")
    page.keyboard.press("z")
    is_open(page, lines[5])
    expect(page.locator("#way")).to_contain_text("Taken back: accepted.")
    statuses = [service.store.statement(line.id).status.value for line in lines[:6]]
    assert statuses == ["proposed", "proposed", "unsure", "accepted", "accepted", "proposed"]
    page.goto(f"/procurements/{market}/queue?order=stake")
    expect(page.locator("table tbody tr").first).to_contain_text("Not sure")
    page.get_by_role("button", name="Go through them one by one").click()
    is_open(page, lines[2])
    narrow = visit("lead", narrow=True)
    narrow.goto(page.url)
    axe(narrow)
    fits(narrow)
    for shown, name in ((page, "workplace-queue"), (narrow, "workplace-queue-narrow")):
        shown.goto(f"/procurements/{service.made.procurement}/queue")
        shown.get_by_role("button", name="Go through them one by one").click()
        expect(shown.locator(".item--open")).to_be_visible()
        looks(shown, name)


def test_without_script_links_and_forms_lead_to_the_end_of_the_queue(
    service_of_module: Service, visit: Visit, market: str
) -> None:
    service = service_of_module
    grant(service, market)
    lines = lines_in(service, market, Order.stake)
    page = visit("lead", script=False)
    page.goto(f"/procurements/{market}/queue?order=stake")
    page.get_by_role("link", name=re.compile(re.escape(lines[-2].quote))).first.click()
    is_open(page, lines[-2])
    page.get_by_role("link", name="Before it").click()
    is_open(page, lines[-3])
    page.get_by_role("button", name=re.compile("^Accept")).first.click()
    is_open(page, lines[-2])
    page.get_by_role("link", name="Next in the queue").click()
    is_open(page, lines[-1])
    page.get_by_role("button", name=re.compile("^Not sure")).first.click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text(
        f"That was the last in this order. {len(lines) - 1} statements wait still."
    )
    expect(page.locator("table tbody tr").first).to_contain_text("Not sure")
