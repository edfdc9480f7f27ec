"""The pages of values and award: what they show of a worked case, and that a letter comes out of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from svdocs.records.people import People
from tests.browser.conftest import NewRecords, axe, fits, looks, serving
from tests.panel.worked import Worked
from tests.reports.award_case import ALDER, BIRCH, award_case, mark_and_close, value_all


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory, new_records: NewRecords) -> Iterator[tuple[Worked, str]]:
    """Marks agreed and the moderation closed, one offer above the limit not looked at yet."""
    with new_records(tmp_path_factory.mktemp("award")) as (store, settings):
        made = award_case(store)
        with pytest.raises(Exception, match="above a limit"):
            value_all(made, rule=False)
        mark_and_close(made)
        with serving(store, settings) as url:
            yield made, url


def opened(case: tuple[Worked, str], chromium: Browser, path: str, *, narrow: bool = False) -> Page:
    made, url = case
    size = {"width": 320 if narrow else 1280, "height": 900}
    context = chromium.new_context(base_url=url, viewport=size, java_script_enabled=narrow)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "svdocs", "value": People(made.store).sign_in(made.people["lead"]), "url": url}])
    page = context.new_page()
    page.goto(f"/procurements/{made.procurement}/panel/award{path}")
    return page


def test_a_lead_looks_at_an_offer_fixes_values_decides_and_takes_a_letter(
    case: tuple[Worked, str], chromium: Browser
) -> None:
    page = opened(case, chromium, "")
    expect(page.get_by_text("fix the values of all bids of the lot first")).to_be_visible()
    page.get_by_role("link", name="What bids are worth").click()
    expect(page.get_by_role("heading", name=f"{BIRCH}: £16,200")).to_be_visible()
    page.get_by_label("Pounds of it that earn points").fill("12000")
    page.get_by_label("What you looked at, and why").fill("24 people can train six apprentices.")
    page.get_by_role("button", name=f"Keep what earns points for {BIRCH}").click()
    page.get_by_role("button", name="Fix the values").click()
    expect(page.get_by_text("The values are fixed")).to_be_visible()
    looks(page, "award-values")
    page.goto(page.url.removesuffix("/values"))
    expect(page.get_by_role("radio", name=BIRCH)).to_be_checked()
    page.get_by_role("button", name="Keep the decision").click()
    expect(page.get_by_text("The bid of most points: 90.67 of 100.")).to_be_visible()
    looks(page, "award")
    with page.expect_download() as taken:
        page.get_by_role("link", name=f"Assessment summary for {ALDER}").click()
    assert taken.value.suggested_filename == "assessment-summary.docx"


def test_the_pages_of_values_and_award_are_accessible_and_fit(case: tuple[Worked, str], chromium: Browser) -> None:
    made, _ = case
    statement = made.store.statements_of(made.documents[ALDER])[0].id
    for path in ("", "/values", f"/values/promise?statement={statement}"):
        page = opened(case, chromium, path, narrow=True)
        axe(page)
        fits(page)
