"""Two officers read a bid without seeing each other, how far they agree is shown, and a third settles the rest."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from svdocs.records.people_tables import Role
from tests.browser.conftest import NARROW, WIDE, Service, Visit, axe, fits, looks, resize
from tests.review.market import fill_market


@pytest.fixture(scope="module")
def market(service_of_module: Service) -> str:
    """A procurement of one bid, with two evaluators and a lead."""
    service = service_of_module
    made = fill_market(service.store, bids=1, each=3)
    for who, role in (("evaluator", Role.evaluator), ("chair", Role.chair), ("lead", Role.lead)):
        service.people.grant(service.person_id(who), made, role)
    return made


def seen(page: Page, name: str) -> None:
    """Hold a page to what every page is held to, wide and narrow."""
    looks(page, name)
    resize(page, NARROW)
    fits(page)
    axe(page)
    looks(page, f"{name}-narrow")
    resize(page, WIDE)


def test_two_read_blind_and_a_third_settles_where_they_differ(
    service_of_module: Service, visit: Visit, market: str
) -> None:
    service, base = service_of_module, f"/procurements/{market}/second-readings"
    lead = visit("lead", script=False)
    lead.goto(base)
    lead.get_by_label("Share of the bids").fill("1")
    for name in ("Evaluator Person", "Chair Person"):
        lead.get_by_label(name).check()
    lead.get_by_role("button", name="Draw").click()
    expect(lead.locator(".govuk-notification-banner")).to_contain_text("Documents drawn: 1")

    first = visit("evaluator")
    first.goto(base)
    first.get_by_role("link", name="bid-0.pdf").or_(first.get_by_role("link", name="calculator-0.xlsx")).click()
    address = first.url
    seen(first, "second-reading")
    expect(first.get_by_label("How much").first).not_to_have_value("")
    first.get_by_label("How much").first.fill("lots")
    first.get_by_role("button", name="Save and finish the reading").click()
    expect(first.locator(".govuk-error-summary")).to_contain_text("Enter a number, such as 8")
    axe(first)
    first.get_by_label("How much").first.fill("1,200 to 1500")
    first.get_by_label("Of what").first.select_option("tco2e")
    first.get_by_role("button", name="Save and finish the reading").click()
    expect(first.locator(".govuk-notification-banner")).to_contain_text("Reading finished")
    first.goto(address)
    expect(first.locator("main")).to_contain_text("What the other reader says is shown once they are done too.")

    second = visit("chair", script=False)
    second.goto(address)
    expect(second.locator("main")).not_to_contain_text("1,200")
    second.get_by_label("Would it have happened anyway?").first.select_option("statutory_duty")
    second.get_by_role("button", name="Save and finish the reading").click()
    second.goto(address)
    expect(second.locator("main")).to_contain_text("A third person decides.")

    third = visit("lead")
    third.goto(base)
    expect(third.get_by_role("heading", name="How far they agree")).to_be_visible()
    seen(third, "second-readings-agreement")
    third.goto(address)
    expect(third.locator("main")).to_contain_text("1,200 to 1,500 tonnes of CO₂e")
    expect(third.locator("main")).to_contain_text("Statutory duty")
    seen(third, "second-reading-settle")
    third.get_by_label("Reason").first.fill("The first reader counted the sum.")
    third.get_by_role("button", name="As Evaluator Person says").first.click()
    expect(third.locator(".govuk-notification-banner")).to_contain_text("Decided")
    decided = [
        s.decision.person
        for d in service.store.documents_of(market)
        for s in service.store.statements_of(d.id)
        if s.decision
    ]
    assert "Lead Person" in decided
