"""An officer at work: page beside record, deciding by key, without script, with the keyboard alone."""

from __future__ import annotations

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Service, Visit, axe, fits, looks
from tests.web.conftest import APPRENTICES, RECYCLING, bid_of_two_pages, document_of_commitments

MOST_STROKES = 60
expect.set_options(timeout=30_000)


_numbers = count(1)


@pytest.fixture
def bid(service_of_module: Service) -> str:
    """A bid of two pages that no other test decides on."""
    return bid_of_two_pages(service_of_module.made, f"bid-{next(_numbers)}.pdf")


def open_at(page: Page, address: str) -> None:
    """Go to a page without waiting for its pictures."""
    page.goto(address, wait_until="domcontentloaded", timeout=60_000)
    page.set_default_timeout(30_000)


def strokes(page: Page, keys: str) -> int:
    """Press one key after the other and return how many that were."""
    for key in keys.split():
        page.keyboard.press(key)
    return len(keys.split())


def status_of(service: Service, document: str) -> list[str]:
    return [r.status.value for r in service.store.statements_of(document)]


def test_twenty_five_commitments_are_decided_with_at_most_sixty_key_strokes(
    service_of_module: Service, visit: Visit
) -> None:
    document = document_of_commitments(service_of_module.made, 25)
    page = visit("lead")
    open_at(page, f"/documents/{document}")
    expect(page.locator(".item--open")).to_be_visible()
    pressed = 0
    for number in range(1, 26):
        page.wait_for_selector(f".item--open .item__number:text-is('{number}')")
        if number % 10 == 0:
            pressed += strokes(page, "r 2")
        elif number % 9 == 0:
            pressed += strokes(page, "n")
        elif number == 13:
            pressed += strokes(page, "e")
            page.wait_for_selector("form.amend")
            expect(page.locator("#type")).to_be_focused()
            pressed += strokes(page, "Tab c Enter")
        else:
            pressed += strokes(page, "a")
    expect(page.locator("#tally")).to_contain_text("All 25 are decided.")
    assert pressed <= MOST_STROKES
    found = status_of(service_of_module, document)
    assert {s: found.count(s) for s in set(found)} == {"accepted": 20, "rejected": 2, "unsure": 2, "amended": 1}
    amended = next(r for r in service_of_module.store.statements_of(document) if r.status == "amended")
    assert amended.changes == {"firmness": "conditional"}


def test_keys_typed_before_the_answer_came_count_for_what_comes(service_of_module: Service, visit: Visit) -> None:
    document = document_of_commitments(service_of_module.made, 6)
    page = visit("lead")
    open_at(page, f"/documents/{document}")
    page.wait_for_selector(".item--open")
    strokes(page, "a a n a")
    page.wait_for_selector(".item--open .item__number:text-is('5')")
    assert status_of(service_of_module, document) == [
        "accepted",
        "accepted",
        "unsure",
        "accepted",
        "proposed",
        "proposed",
    ]


def test_keys_can_be_turned_off_and_stay_off(service_of_module: Service, visit: Visit, bid: str) -> None:
    page = visit("lead")
    open_at(page, f"/documents/{bid}")
    page.wait_for_selector(".item--open")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    axe(page)
    looks(page, "workplace-keys", whole=False)
    page.get_by_label("Single keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector(".item--open")
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert set(status_of(service_of_module, bid)) == {"proposed"}


def test_choosing_one_shows_the_other(service_of_module: Service, visit: Visit, bid: str) -> None:
    page = visit("lead")
    open_at(page, f"/documents/{bid}")
    practice = next(r for r in service_of_module.store.statements_of(bid) if r.statement.text == RECYCLING)
    page.locator(f"#statement-{practice.statement.key} .item__open").click()
    expect(page.locator(f"#card-{practice.statement.key}")).to_be_visible()
    expect(page).to_have_url(re.compile(f"statement={practice.statement.key}"))  # it has the focus by now
    first = service_of_module.store.statements_of(bid)[0].statement
    page.locator(f'svg [data-open="{first.key}"]').first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#card-{first.key}")).to_be_visible()
    expect(page.locator(f'svg .outline--chosen[data-open="{first.key}"]')).to_have_count(1)
    expect(page.locator(".item--open")).to_have_count(1)


def test_without_script_a_decision_is_taken_and_the_next_one_is_open(
    service_of_module: Service, visit: Visit, bid: str
) -> None:
    page = visit("lead", script=False)
    open_at(page, f"/documents/{bid}")
    page.get_by_role("button", name=re.compile("^Accept")).first.click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Statement 1: accepted")
    expect(page.locator(".item--open .item__number")).to_have_text("2")
    page.get_by_role("button", name=re.compile("Take my last decision here back")).click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Taken back: accepted")
    record = service_of_module.store.statements_of(bid)[0]
    assert [d.action.value for d in record.decisions] == ["accept", "undo"]
    assert record.status == "proposed"


def test_without_script_fields_are_amended_and_codes_found_by_word(
    service_of_module: Service, visit: Visit, bid: str
) -> None:
    statement = service_of_module.store.statements_of(bid)[0]
    page = visit("lead", script=False)
    open_at(page, f"/statements/{statement.id}/amend")
    page.get_by_label("Number").fill("7")
    page.get_by_label("Find one by a word or a code").fill("NT11")
    page.get_by_role("button", name="Find").click()
    page.get_by_label(re.compile("NT11 ")).check()
    page.get_by_role("button", name="Save the changes").click()
    entry = service_of_module.store.statement(statement.id).as_decided()
    assert entry["quantity"]["value"] == 7
    assert [m["code"] for m in entry["measures"]] == ["NT10", "NT11"]


def test_what_was_missed_is_added_by_its_words_and_stands_as_a_persons(
    service_of_module: Service, visit: Visit
) -> None:
    page = visit("lead", script=False)
    open_at(page, f"/documents/{service_of_module.made.docx}/missed")
    axe_page = visit("lead")
    open_at(axe_page, f"/documents/{service_of_module.made.docx}/missed")
    axe(axe_page)
    looks(axe_page, "workplace-missed")
    page.get_by_label("Its words in the document").fill("words that stand nowhere")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("do not stand there")
    page.get_by_label("Its words in the document").fill("Added late.")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".item--open")).to_contain_text("Added by Lead Person")
    made = next(r for r in service_of_module.store.statements_of(service_of_module.made.docx) if r.made_by_hand)
    assert (made.statement.text, made.status) == ("Added late.", "accepted")


def test_a_box_drawn_on_the_page_fills_the_form(service_of_module: Service, visit: Visit, bid: str) -> None:
    page = visit("lead")
    open_at(page, f"/documents/{bid}")
    page.wait_for_selector(".item--open")
    page.keyboard.press("d")
    frame = page.locator("#page-1 svg").bounding_box()
    assert frame
    scale = frame["width"] / 595
    page.mouse.move(frame["x"] + 60 * scale, frame["y"] + 90 * scale)
    page.mouse.down()
    page.mouse.move(frame["x"] + 420 * scale, frame["y"] + 120 * scale, steps=3)
    page.mouse.up()
    expect(page.locator("#m-quote")).to_have_value(APPRENTICES)
    expect(page.locator("#m-quantity-value")).to_have_value("5")


def test_the_workplace_fits_and_is_accessible_with_its_forms(
    service_of_module: Service, visit: Visit, bid: str
) -> None:
    page = visit("lead")
    open_at(page, f"/documents/{bid}")
    page.wait_for_selector(".item--open")
    axe(page)
    looks(page, "workplace")
    page.keyboard.press("r")
    axe(page)
    looks(page, "workplace-reject")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_selector("form.amend")
    axe(page)
    looks(page, "workplace-amend")
    narrow = visit("lead", narrow=True)
    first = service_of_module.store.statements_of(bid)[0].statement
    open_at(narrow, f"/documents/{bid}?statement={first.key}")
    axe(narrow)
    fits(narrow)
    looks(narrow, "workplace-narrow")
