"""An officer sets up a procurement from the task list to the confirmed answers and the published menu."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Service, Visit, axe, fits, looks, resize


def fill_in(page: Page, task: str, **fields: str) -> None:
    page.get_by_role("link", name=task, exact=True).click()
    for name, value in fields.items():
        box = page.locator(f"[name='{name.replace('__', '-')}']").first
        kind = box.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.locator(f"[name='{name}'][value='{value}']").check()
        else:
            box.fill(value)
    page.get_by_role("button", name="Save and go on").click()


def test_a_lead_sets_up_a_procurement_without_script_and_bidders_read_the_menu(service: Service, visit: Visit) -> None:
    page = visit("lead", script=False)
    page.set_default_timeout(60_000)
    home = f"/procurements/{service.made.procurement}/set-up"
    page.goto(home)
    fill_in(page, "The contract and its value", value_gbp="a lot")
    assert page.title().startswith("Error:")
    page.goto(home)
    fill_in(page, "The buyer", buyer="Kent County Council", buyer_kind="kent_county_council", department="Highways")
    fill_in(
        page, "The contract and its value", contract_kind="supplies_and_services", value_gbp="9,600,000", route="open"
    )
    fill_in(page, "Dates", commenced__day="1", commenced__month="9", commenced__year="2026", starts__day="1",
            starts__month="4", starts__year="2027", ends__day="31", ends__month="3", ends__year="2032")  # fmt: skip
    fill_in(page, "What is bought", category="highways")
    fill_in(page, "Framework", frameworks="kcc")
    fill_in(page, "Themes and measures", themes="kcc/employer", measures="NT10")
    fill_in(page, "Weighting, and an exception if there is one", weighting_percent="5")
    expect(page.get_by_role("heading", name="Breaks a rule")).to_have_count(1)
    fill_in(page, "Weighting, and an exception if there is one", weighting_percent="10")
    fill_in(page, "What counts as local", local_name="Kent residents", local_edition="2026", local_tests="residence",
            local_areas="E10000016")  # fmt: skip
    expect(page.get_by_role("heading", name="Breaks a rule")).to_have_count(0)
    expect(page.get_by_role("heading", name="Social value weighs at least 10%")).to_have_count(1)
    page.get_by_role("link", name="Check your answers and confirm").click()
    page.get_by_role("button", name="Confirm the set-up").click()
    expect(page.locator("main")).to_contain_text("Confirmed")
    page.get_by_role("link", name="Menu of example commitments").click()
    page.get_by_role("button", name="Save and publish").click()
    address = page.get_by_role("link", name="/menus/").get_attribute("href")
    bidder = visit(script=False)
    bidder.set_default_timeout(60_000)
    bidder.goto(address or "")
    expect(bidder.get_by_role("heading", name="Work experience")).to_have_count(1)
    bidder.get_by_role("link", name="For small firms").click()
    expect(bidder.get_by_role("heading", name="Apprenticeships", exact=True)).to_have_count(0)
    assert bidder.request.get(f"{address}/word").headers["content-type"].endswith("wordprocessingml.document")
    seen = visit("lead")
    for part, name in (
        ("", "set-up"),
        ("/themes", "set-up-themes"),
        ("/menu", "set-up-menu"),
        ("/answers", "set-up-answers"),
    ):
        resize(seen, WIDE)
        seen.goto(home + part)
        axe(seen)
        looks(seen, name)
        resize(seen, NARROW)
        axe(seen)
        fits(seen)
        looks(seen, f"{name}-narrow")
