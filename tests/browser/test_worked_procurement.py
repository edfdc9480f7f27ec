"""A procurement from set-up to letters by pages alone: three sealed bids, five evaluators, two criteria, one conflict.

Only the bids themselves, as read, and the accounts are put into the records beforehand. docs/award.md holds the table
worked by hand that the papers are held against; `tests.reports.figure_walk` walks their figures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from svdocs.clock import on_uk_clock
from svdocs.frameworks.applying import spelt
from svdocs.panel.frozen import read_frozen
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.text.build import TextBuilder
from svdocs.text.document import Document
from svdocs.text.exchange import document_to_json
from tests.browser.conftest import PASSWORD, PATIENCE_SECONDS, NewRecords, serving
from tests.panel.worked import EVALUATORS, SUPPLIERS, Worked
from tests.records.values import extraction_record
from tests.reports.award_case import ALDER, BIRCH, CEDAR, EMPLOYEES, INVENTED, OFFERS, REASONS, TERM, bid_of
from tests.reports.by_hand import hand_table, shown
from tests.reports.figure_walk import (
    Book,
    Spot,
    figures_without_source,
    letter_told,
    mark_of,
    promise_told,
    spots_of,
)
from tests.reports.test_award_figures import recorded_words, term_words

CRITERIA = ("Method", "Commitments")
EXCUSED = ("iris", CEDAR)
"""Who has a conflict with which bidder."""
APART = ("finn", BIRCH, "Commitments")
"""Who gives a mark two below the others', so that the panel talks about it."""
OF_ANOTHER = f" Better than {CEDAR}, which says “{OFFERS[CEDAR][1].text}”"
"""What the reason about Birch says of another bid; no letter may hold it but that bid's own."""
LABELS = {"0": "Unacceptable", "1": "Poor", "2": "Limited", "3": "Satisfactory", "4": "Good", "5": "Excellent"}


class Offices:
    """The service, and one window in which people sit down one after another, each signed in with their password.

    Styles are left out: what the pages look like is for other tests, and laying them out takes half of the time.
    """

    def __init__(self, made: Worked, url: str, chromium: Browser, folder: Path) -> None:
        self.made, self.folder = made, folder
        self.home = f"/procurements/{made.procurement}"
        self.context = chromium.new_context(base_url=url, java_script_enabled=False)
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.context.route("**/*.css", lambda route: route.abort())
        self.page = self.context.new_page()
        self._now = ""
        self._cookies: dict[str, list[Any]] = {}

    def go(self, who: str, path: str) -> Page:
        """Open a page of the procurement as a person."""
        if who != self._now:
            self._cookies[self._now] = self.context.cookies()
            self.context.clear_cookies()
            self._now = who
            if who in self._cookies:
                self.context.add_cookies(self._cookies[who])
            else:
                self._sign_in(who)
        self.page.goto(f"{self.home}{path}")
        return self.page

    def take(self, page: Page, name: str) -> list[Spot]:
        """Take the paper behind a link away, and return what stands in it."""
        with page.expect_download() as taken:
            page.get_by_role("link", name=name).click()
        path = Path(os.environ.get("SVDOCS_PAPERS") or self.folder) / f"{name}.docx"
        taken.value.save_as(path)
        return spots_of(path.read_bytes())

    def _sign_in(self, who: str) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("E-mail address").fill(f"{who}@kent.example")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Sign in")).to_have_count(0)


@pytest.fixture
def offices(tmp_path: Path, new_records: NewRecords, chromium: Browser) -> Iterator[Offices]:
    with new_records(tmp_path) as (store, settings):
        people = People(store)
        accounts = {n: people.add(f"{n}@kent.example", n, PASSWORD).id for n in ("lead", "chair", *EVALUATORS)}
        made = Worked(store, store.add_procurement("Street lighting", "Kent County Council").id, accounts)
        people.grant(accounts["lead"], made.procurement, Role.lead)
        for who in EVALUATORS:
            people.grant(accounts[who], made.procurement, Role.evaluator)
        with serving(store, settings) as url:
            offices = Offices(made, url, chromium, tmp_path)
            yield offices
            offices.context.close()


def press(page: Page, button: str, then: str) -> None:
    """Press a button and wait for what the next page says."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("main")).to_contain_text(then)


def test_a_procurement_of_three_bids_five_evaluators_and_two_criteria_from_set_up_to_letters(offices: Offices) -> None:
    _set_up(offices)
    _hand_in_and_open(offices)
    _set_up_panel(offices)
    _declare(offices)
    _mark(offices)
    _moderate(offices)
    _value(offices)
    _award(offices)
    _read_papers(offices)


def _set_up(offices: Offices) -> None:
    """Members with their roles, buyer, value and dates; bids are sealed for a moment from now."""
    page = offices.go("lead", "/members")
    page.get_by_label("E-mail address").fill("chair@kent.example")
    page.get_by_label("Role").select_option("chair")
    press(page, "Give role", "chair@kent.example")
    page = offices.go("lead", "/set-up/buyer")
    page.get_by_label("Kent County Council", exact=True).check()
    press(page, "Save and go on", "Tasks")
    page = offices.go("lead", "/set-up/contract")
    page.locator("[name=value_gbp]").fill("6,000,000")
    page.locator("[name=contract_kind][value=supplies_and_services]").check()
    press(page, "Save and go on", "Tasks")
    page = offices.go("lead", "/set-up/dates")
    for name, day in (("commenced", date(2026, 9, 1)), ("starts", TERM[0]), ("ends", TERM[1])):
        for part in ("day", "month", "year"):
            page.locator(f"[name={name}-{part}]").fill(str(getattr(day, part)))
    press(page, "Save and go on", "Tasks")


def _hand_in_and_open(offices: Offices) -> None:
    """Bids come in while they are sealed; lead and chair open them, each in their own window."""
    made = offices.made
    for seconds in (3, 20, 90):  # a later one where the machine was too slow to ask for it before it came
        page = offices.go("lead", "/members")
        opens = on_uk_clock(datetime.now(UTC) + timedelta(seconds=seconds))
        page.get_by_label("Opening time").fill(f"{opens:%Y-%m-%dT%H:%M:%S}")
        page.get_by_role("button", name="Set opening time").click()
        expect(page.locator("main")).to_contain_text(re.compile("Bids are sealed until two people|lies in the past"))
        if page.get_by_text("Bids are sealed until two people").count():
            break
    for number, supplier in enumerate(SUPPLIERS):
        document = made.store.add_document(made.procurement, name=f"{supplier}.pdf", kind="bid", supplier=supplier,
                                           sha256=f"{number}" * 64, media_type="application/pdf", size=3)  # fmt: skip
        made.documents[supplier], made.suppliers[supplier] = document.id, document.supplier_id or ""
        text = bid_of(supplier)
        made.store.keep_text(document.id, text.reader, document_to_json(text))
        made.store.publish_run(
            document.id, extraction_record(*(o.as_commitment() for o in OFFERS[supplier]), pages=3), 1
        )
    _keep_workbook(made)
    page = offices.go("chair", "")
    expect(page.locator("main")).to_contain_text("Bids are sealed until two people open them")
    expect(page.locator("main")).not_to_contain_text(ALDER)
    for who, then in (("chair", "one more person is needed"), ("lead", f"{ALDER}.pdf")):
        page = offices.go(who, "/members")
        for _ in range(600):
            if page.get_by_role("button", name="Confirm the opening").count():
                break
            page.wait_for_timeout(200)
            page.reload()
        press(page, "Confirm the opening", then)


def _keep_workbook(made: Worked) -> None:
    text = TextBuilder()
    rows = [("Code", "Measure", "Unit", "Proxy value (£)"),
            *((v.code, v.title, v.unit, str(v.pounds)) for v in INVENTED.values)]  # fmt: skip
    for i, row in enumerate(rows):
        text.add_row(list(row), references=[f"Values!{c}{i + 1}" for c in "ABCD"], table=0, header_row=i == 0)
    kept = made.store.add_document(made.procurement, name="values.xlsx", kind="specification", supplier=None,
                                   sha256="e" * 64, media_type="application/xlsx", size=3)  # fmt: skip
    read = Document("values.xlsx", "0" * 64, "x", text.text, tuple(text.blocks), (), (), reader="made/1")
    made.store.keep_text(kept.id, read.reader, document_to_json(read))


def _set_up_panel(offices: Offices) -> None:
    """Criteria with their weightings, bids and evaluators; what bids promise is accepted before anybody marks."""
    page = offices.go("lead", "/panel")
    press(page, "Save", "How the panel works is set.")
    for title, weight, is_social in (("Method", "40", "No"), ("Commitments", "60", "Yes")):
        page = offices.go("lead", "/panel/criteria/new")
        page.get_by_label("Title").fill(title)
        page.get_by_label("Weighting").fill(weight)
        page.get_by_role("radio", name=is_social, exact=True).check()
        if is_social == "Yes":
            page.get_by_role("radio", name="A part by quantity, against the best bid").check()
            page.get_by_label("Part decided by quantity").fill("50")
        press(page, "Save", title)
    press(page, "Add the bids", CEDAR)
    for who in EVALUATORS:
        page.get_by_label("Who marks").select_option(who)
        press(page, "Assign", "The evaluator is assigned.")
    page = offices.go("lead", "/queue")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("radio", name="Accept").check()
    press(page, "Record for all selected", "Nothing waits for a person here.")
    page = offices.go("lead", "/panel")
    press(page, "Begin marking", "Marking has begun")


def _declare(offices: Offices) -> None:
    """Everybody declares for the procurement and each supplier; one has a conflict, and the chair excuses them."""
    for who in ("chair", *EVALUATORS):
        page = offices.go(who, "/panel/declarations")
        for about in (None, *SUPPLIERS):
            part = page.get_by_role("region", name=about or "The procurement as a whole")
            has = (who, about) == EXCUSED
            part.get_by_role("radio", name="Yes" if has else "No").check()
            if has:
                part.get_by_label("If yes, what it is").fill("My sister works there.")
            part.get_by_role("button", name="Declare").click()
            expect(part).to_contain_text("Conflict declared" if has else "No conflict")
    page = offices.go("chair", "/panel/board")
    expect(page.get_by_role("row").filter(has_text="Conflict declared")).to_have_count(len(CRITERIA))
    for row in page.get_by_role("row").filter(has_text="Conflict declared").all():
        row.get_by_role("checkbox").check()
    page.get_by_label("Why").fill("Works for the bidder’s family.")
    press(page, "Excuse those ticked", "Excused")


def _mark(offices: Offices) -> None:
    """Each evaluator gives sealed marks with their passages, eve after a first view from what svdocs found."""
    for who in EVALUATORS:
        page = offices.go(who, "/panel/marking")
        seats = page.get_by_role("link", name=" of ")
        links = {(s, c): page.get_by_role("link", name=f"{c} of {s}") for s in SUPPLIERS for c in CRITERIA
                 if (who, s) != EXCUSED}  # fmt: skip
        expect(seats).to_have_count(len(links))
        for (supplier, criterion), address in [(key, link.get_attribute("href")) for key, link in links.items()]:
            page.goto(address or "")
            pins = page.get_by_label("Pin words of the bid")
            if who == "eve" and criterion == CRITERIA[0]:
                expect(page.locator("main")).not_to_contain_text("what svdocs found")
                page.get_by_label("What you think of the bid so far").fill("Promises with dates.")
                press(page, "Save first view", "what svdocs found")
            given = mark_of(supplier, criterion)
            given = str(int(given) - 2) if (who, supplier, criterion) == APART else given
            page.get_by_role("radio", name=f"{given} – {LABELS[given]}").check()
            page.get_by_label("Reason").fill(f"{REASONS[supplier]} So says {who}.")
            if who == "eve":
                page.get_by_label(OFFERS[supplier][0].text).check()
            else:
                pins.fill(OFFERS[supplier][0].text)
            press(page, "Submit mark", "does not change any more")
    page = offices.go("eve", "/panel/moderation")
    expect(page.locator("main")).to_contain_text("No marks are released to you")
    expect(page.locator("main")).not_to_contain_text("So says finn")


def _moderate(offices: Offices) -> None:
    page = offices.go("chair", "/panel/board")
    press(page, "Release the marks", "Talk about it")
    for supplier in SUPPLIERS:
        for criterion in CRITERIA:
            page.get_by_role("link", name=f"{supplier}: {criterion}").click()
            agreed = mark_of(supplier, criterion)
            page.get_by_role("radio", name=f"{agreed} – {LABELS[agreed]}").check()
            page.get_by_label("Reason").fill(REASONS[supplier] + (OF_ANOTHER if supplier == BIRCH else ""))
            press(page, "Record", "Marks of each evaluator")
    press(page, "Close the moderation", "the record stays as it is")


def _value(offices: Offices) -> None:
    page = offices.go("lead", "/panel/award/values")
    page.get_by_label("Workbook").select_option("values.xlsx")
    for name in ("title", "edition", "publisher", "licence"):
        page.locator(f"[name={name}]").fill(getattr(INVENTED, name))
    press(page, "Import", "The values are imported")
    page.get_by_label("Values of units").select_option(label=f"{INVENTED.cited}; {INVENTED.licence}")
    page.locator("[name=contract_gbp]").fill("400000")
    page.locator("[name=years]").fill("3")
    page.locator("[name=deadweight]").fill("10")
    page.locator("[name=limit_per_employee]").fill("500")
    press(page, "Save how bids are valued", "How bids are valued is set.")
    for supplier, employees in EMPLOYEES.items():
        page.get_by_role("combobox", name="Bidder").select_option(supplier)
        page.locator("[name=employees]").fill(str(employees))
        for name, words in (("source", "Companies House"), ("address", f"1 High Street, {supplier}"),
                            ("email", "bids@example.org"), ("identifier", "GB-COH-1")):  # fmt: skip
            page.locator(f"[name={name}]").fill(words)
        press(page, "Save the bidder", "What is known of the bidder is kept.")
    for supplier in SUPPLIERS:
        value = f"£{int(hand_table().figure('value', supplier)):,}"
        expect(page.get_by_role("heading", name=f"{supplier}: {value}")).to_be_visible()
    page.get_by_label("Pounds of it that earn points").fill("12000")
    page.get_by_label("What you looked at, and why").fill("24 people can train six apprentices.")
    press(page, f"Keep what earns points for {BIRCH}", "It is kept")
    press(page, "Fix the values", "The values are fixed")


def _award(offices: Offices) -> None:
    page = offices.go("lead", "/panel/award")
    for supplier in SUPPLIERS:
        row = page.get_by_role("row", name=supplier)
        expect(row.get_by_role("cell").last).to_have_text(shown(hand_table().figure("points", supplier)))
    expect(page.get_by_role("radio", name=BIRCH)).to_be_checked()
    press(page, "Keep the decision", "The bid of most points: 90.67 of 100.")
    expect(page.locator("main")).to_contain_text("left out")  # of Birch's letter, which quotes Cedar


def _read_papers(offices: Offices) -> None:
    """Take all papers away, and follow every figure of letters and schedule to the table or to words on a page."""
    made = offices.made
    page = offices.go("lead", "/panel/award")
    today = spelt(datetime.now(UTC).date())
    minimum = read_frozen(made.seen("lead"), made.procurement, made.caller("lead")).minimum_rule
    words = [*recorded_words(made), today, minimum, OF_ANOTHER, *term_words()]
    for supplier in SUPPLIERS:
        letter = offices.take(page, f"Assessment summary for {supplier}")
        assert figures_without_source(letter, Book(made, words, letter_told(supplier))) == []
        text = "\n".join(s.text for s in letter)
        assert REASONS[supplier] in text
        others = [s for s in SUPPLIERS if s not in (supplier, BIRCH)]
        assert [w for s in others for w in (s, *(o.text for o in OFFERS[s])) if w in text] == []
        assert [w for w in EVALUATORS if f"So says {w}" in text] == []
    schedule = offices.take(page, "Schedule of commitments")
    assert figures_without_source(schedule, Book(made, words, promise_told({}))) == []
    assert [s.text for s in schedule if s.column == "How much" and "Evidence" in s.row] == ["8 people", "100 hours"]
    indicators = {s.row.get("What", s.text): s.text for s in offices.take(page, "Proposed key performance indicators")}
    assert indicators["Weighting of social value"] == "60%"
    assert any(text.startswith("At least 3 indicators are needed") for text in indicators)
    moderation = offices.take(page, "Moderation report")
    points = {s.row["Bid"]: s.text for s in moderation if s.column == "Points of 100"}
    assert points == {s: shown(hand_table().figure("points", s)) for s in SUPPLIERS}
    assert sum(s.column == "Evaluator" for s in moderation) == len(EVALUATORS) * len(SUPPLIERS) * len(CRITERIA)
    assert "Excused by chair: Works for the bidder’s family." in _text(moderation)
    assert "The marks lay two or more apart" in _text(moderation)
    assert "It gives no mark" in _text(offices.take(page, "Record of the algorithmic tool"))
    use = {
        s.row["What is asked"]: s.text for s in offices.take(page, "Record of the use of AI") if s.column == "Answer"
    }
    marks = len(EVALUATORS) * len(SUPPLIERS) * len(CRITERIA) - len(CRITERIA)
    assert (use["Marks that people submitted"], use["Of these accepted"]) == (str(marks), "7")


def _text(spots: list[Spot]) -> str:
    return "\n".join(s.text for s in spots)
