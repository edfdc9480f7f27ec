"""The review of a procurement as people see it: bids of some commitments each."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, Service, Visit, Window, axe, fits, looks, resize
from tests.review.market import fill_market

PAGES = ("queue", "register?framework=kcc", "compare?framework=kcc", "changes", "second-readings")


@pytest.fixture(scope="module")
def market(service_of_module: Service) -> str:
    return fill_market(service_of_module.store, bids=3, each=12)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_review_is_accessible_and_fits(
    service_of_module: Service, market: str, window: Window, name: str
) -> None:
    page = window(service_of_module)
    page.goto(f"/procurements/{market}/{name}")
    axe(page)
    looks(page, f"review-{name.partition('?')[0]}")
    resize(page, NARROW)
    axe(page)
    fits(page)
    looks(page, f"review-{name.partition('?')[0]}-narrow")


def test_many_are_decided_without_script_and_by_keyboard(service_of_module: Service, market: str, visit: Visit) -> None:
    page = visit(script=False)
    page.goto(f"/procurements/{market}/queue")
    boxes = page.locator("input[name=statement]")
    for i in range(3):
        boxes.nth(i).focus()
        page.keyboard.press("Space")
    page.get_by_label("Accept", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Record for all selected").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Accepted: 3 statements").wait_for()
    page.get_by_label("Your name").first.fill("Ada")
    page.get_by_role("button", name="Take back what was just decided at once").click()
    page.get_by_text("Taken back: 3 decisions").wait_for()
