"""A panel's pages as people meet them, from the set-up to the end of moderation, with nothing but forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from svdocs.records.people import People
from tests.browser.conftest import WIDE, NewRecords, axe, fits, looks, resize, serving
from tests.panel.worked import EVALUATORS, SUPPLIERS, Worked, worked


class Rooms:
    """The service, and a window for each person."""

    def __init__(self, made: Worked, url: str, chromium: Browser) -> None:
        self.made, self.url, self.chromium = made, url, chromium
        self.base = f"/procurements/{made.procurement}/panel"

    def open(self, who: str, path: str, *, narrow: bool = False) -> Page:
        size = {"width": 320 if narrow else 1280, "height": 800}
        context = self.chromium.new_context(base_url=self.url, viewport=size, java_script_enabled=narrow)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        token = People(self.made.store).sign_in(self.made.people[who])
        context.add_cookies([{"name": "svdocs", "value": token, "url": self.url}])
        page = context.new_page()
        page.goto(f"{self.base}{path}")
        return page


@pytest.fixture
def rooms(tmp_path: Path, new_records: NewRecords, chromium: Browser) -> Iterator[Rooms]:
    with new_records(tmp_path) as (store, settings):
        made = worked(store, begun=False, suppliers=2, criteria=1, evaluators=EVALUATORS[:2])
        with serving(store, settings) as url:
            yield Rooms(made, url, chromium)


def test_a_panel_goes_from_set_up_to_the_end_of_moderation_without_script(rooms: Rooms) -> None:
    lead = rooms.open("lead", "")
    looks(lead, "panel-set-up")
    lead.get_by_role("button", name="Begin marking").click()
    expect(lead.locator("main")).to_contain_text("Marking has begun")

    made = rooms.made
    for who in EVALUATORS[:2]:
        page = rooms.open(who, "/marking")
        for supplier in SUPPLIERS[:2]:
            page.goto(f"{rooms.base}/marking")
            page.get_by_role("link", name=f"All of {supplier}").click()
            expect(page.locator("main")).not_to_contain_text("svdocs found")
            if who == "eve":
                _read_while_kept_back(page)
            page.get_by_label("What you think of the bid so far").fill("A promise with a date.")
            page.get_by_role("button", name="Save first view").click()
            page.get_by_role("radio", name="5 – Excellent" if who == "eve" else "3 – Satisfactory").check()
            page.get_by_label("Reason").fill(f"Reason of {who}.")
            page.get_by_label(f"We of {supplier}").check()
            if who == "eve":
                page.get_by_role("button", name="Save draft").click()
                expect(page.get_by_label(f"“We of {supplier}")).to_be_checked()
                looks(page, "panel-mark")
            page.get_by_role("button", name="Submit mark").click()
            expect(page.locator("main")).to_contain_text("does not change any more")
            expect(page.get_by_role("button", name="Submit in its place")).to_be_hidden()
        page.goto(f"{rooms.base}/marking")
        expect(page.locator("main")).to_contain_text("You have submitted all your marks")
    other = rooms.open("eve", "/moderation")
    expect(other.locator("main")).to_contain_text("No marks are released to you")
    expect(other.locator("main")).not_to_contain_text("Reason of finn")

    chair = rooms.open("chair", "/board")
    looks(chair, "panel-board")
    chair.get_by_role("button", name="Release the marks").click()
    expect(chair.locator("main")).to_contain_text("Talk about it")
    for supplier in SUPPLIERS[:2]:
        chair.goto(f"{rooms.base}/moderation")
        chair.get_by_role("link", name=f"{supplier}: All").click()
        looks(chair, "panel-compared")
        chair.get_by_role("radio", name="4 – Good").check()
        chair.get_by_label("Reason").fill("Dated and local; the way to deliver is thin.")
        chair.get_by_role("button", name="Record").click()
    looks(chair, "panel-moderation")
    chair.get_by_role("button", name="Close the moderation").click()
    expect(chair.locator("main")).to_contain_text("the record stays as it is")
    assert made.moderating().steps_of(made.procurement)[1] is not None


def _read_while_kept_back(page: Page) -> None:
    """Look at the bid before the first view, which does not say that nothing was found in it."""
    here = page.url
    page.goto(page.get_by_role("link", name=".pdf").get_attribute("href") or "")
    expect(page.locator("main")).to_contain_text("hidden until you have saved your first view")
    expect(page.locator("main")).not_to_contain_text("0 commitments")
    page.goto(here)


def test_the_panels_pages_are_accessible_and_fit(rooms: Rooms) -> None:
    made = rooms.made
    criterion = next(iter(made.criteria().values())).id
    hold(rooms, "lead", "/criteria/new", "panel-criterion-new")
    hold(rooms, "lead", f"/criteria/{criterion}", "panel-criterion")
    made.panels().begin(made.procurement, made.caller("lead"))
    seat = made.seats("eve")[0].id
    hold(rooms, "lead", "", "panel-begun")
    hold(rooms, "eve", "/declarations", "panel-declarations")
    hold(rooms, "eve", "/marking", "panel-marking")
    hold(rooms, "eve", f"/marking/{seat}", "panel-first-view")
    hold(rooms, "chair", "/board", "panel-board-marking")


def hold(rooms: Rooms, who: str, path: str, name: str) -> None:
    """Hold a page to what every page is held to, on a narrow screen, and keep pictures of it."""
    page = rooms.open(who, path, narrow=True)
    axe(page)
    fits(page)
    looks(page, f"{name}-narrow")
    resize(page, WIDE)
    looks(page, name)
    page.context.close()
