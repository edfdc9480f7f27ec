"""Bringing in documents: several at once with their progress, a ZIP, by picker and by drag, and without script."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from svdocs.records.people_tables import Role
from tests.browser.beside import reading
from tests.browser.conftest import NARROW, Service, Visit, axe, fits, looks, resize

BID = b"[bid Ashford Lighting Ltd]\nWe will take on five apprentices.\nWe will plant 40 trees.\n"
STUDY = b"[case_study Coastal Works]\nNothing is promised here.\n"
LOCKED = b"locked"


@pytest.fixture
def procurement(service_of_module: Service) -> str:
    """A procurement of the test's own, whose lead is the lead."""
    service = service_of_module
    made = service.store.add_procurement("School meals", "Kent County Council").id
    service.people.grant(service.person_id("lead"), made, Role.lead)
    return made


def payload(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def row(page: Page, name: str) -> Any:
    return page.locator(".sent__file").filter(has=page.get_by_text(name, exact=True))


def drop(page: Page, selector: str, name: str, data: str) -> None:
    """Drop a file on what the selector names."""
    transfer = page.evaluate_handle(
        "([name, data]) => { const t = new DataTransfer(); t.items.add(new File([data], name)); return t; }",
        [name, data],
    )
    page.dispatch_event(selector, "drop", {"dataTransfer": transfer})


def test_several_files_are_sent_read_and_corrected(service_of_module: Service, visit: Visit, procurement: str) -> None:
    page = visit("lead")
    page.goto(f"/procurements/{procurement}/upload")
    axe(page)
    looks(page, "upload")
    page.locator("input[type=file][multiple]").set_input_files(
        [payload("bid.pdf", BID), payload("study.pdf", STUDY), payload("locked.pdf", LOCKED), payload("run.exe", b"MZ")]
    )
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_role("status").filter(has_text="3 of 4 files are kept. 1 needs")).to_be_visible()
    expect(row(page, "bid.pdf")).to_contain_text("Kept")
    expect(row(page, "run.exe")).to_contain_text("Files of this type are not read; save it as PDF, Word or Excel.")
    with reading(service_of_module):
        expect(row(page, "bid.pdf")).to_contain_text("Read: bid of Ashford Lighting Ltd. 2 commitments found.")
        expect(row(page, "study.pdf")).to_contain_text("Read: case study of Coastal Works. No commitment was found")
        expect(row(page, "locked.pdf")).to_contain_text("It could not be read whole")
        expect(row(page, "locked.pdf")).to_contain_text("The file asks for a password.")
    axe(page)
    looks(page, "upload-read")
    resize(page, NARROW)
    fits(page)
    axe(page)
    looks(page, "upload-read-narrow")
    row(page, "study.pdf").get_by_role("link", name=re.compile("^Correct what it is")).click()
    page.get_by_label("Bid", exact=True).check()
    page.get_by_label("Supplier").fill("Downs & Sons")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("It is read again")
    found = next(d for d in service_of_module.store.documents_of(procurement) if d.document.name == "study.pdf")
    assert (found.document.kind.value, found.supplier) == ("bid", "Downs & Sons")


def test_a_zip_is_dropped_and_each_file_in_it_says_what_it_is(
    service_of_module: Service, visit: Visit, procurement: str
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("bid.pdf", BID)
        package.writestr("study.pdf", STUDY)
    page = visit("lead")
    page.goto(f"/procurements/{procurement}/upload")
    page.locator("input[type=file][multiple]").set_input_files([payload("bids.zip", packed.getvalue())])
    with reading(service_of_module):
        page.get_by_role("button", name="Bring in").click()
        expect(row(page, "bids.zip/bid.pdf")).to_contain_text("Read: bid of Ashford Lighting Ltd.")
        expect(row(page, "bids.zip/study.pdf")).to_contain_text("Read: case study of Coastal Works.")
        looks(page, "upload-zip")


def test_dropped_files_are_chosen_and_the_same_file_twice_is_a_question(
    service_of_module: Service, visit: Visit, procurement: str
) -> None:
    page = visit("lead")
    page.goto(f"/procurements/{procurement}/upload")
    drop(page, "h1", "bid.pdf", BID.decode())
    expect(page.locator(".govuk-file-upload-button__status")).to_have_text("bid.pdf")
    page.get_by_label("What they are").select_option("bid")
    page.get_by_label("Supplier").fill("Ashford Lighting Ltd")
    page.get_by_role("button", name="Bring in").click()
    expect(row(page, "bid.pdf")).to_contain_text("Kept, and waiting to be read.")
    drop(page, ".govuk-file-upload-button", "again.pdf", BID.decode())
    page.get_by_role("button", name="Bring in").click()
    expect(row(page, "again.pdf")).to_contain_text("is there already. What is this one?")
    axe(page)
    looks(page, "upload-twice")
    row(page, "again.pdf").get_by_role("button", name="Another document: keep both").click()
    expect(page.get_by_role("status").filter(has_text="2 of 2 files are kept.")).to_be_visible()
    documents = service_of_module.store.documents_of(procurement)
    assert sorted(d.document.name for d in documents) == ["again.pdf", "bid.pdf"]
    assert {d.document.kind_is_said for d in documents} == {True}


def test_without_script_one_file_at_a_time_comes_in(
    service_of_module: Service, visit: Visit, procurement: str, tmp_path: Path
) -> None:
    page = visit("lead", script=False)
    page.goto(f"/procurements/{procurement}/upload")
    page.get_by_role("button", name="Bring in").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("No file was chosen")
    page.goto(f"/procurements/{procurement}/upload")
    page.locator("input[type=file]").set_input_files([payload("bid.pdf", BID)])
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_role("link", name="bid.pdf")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 document is waiting to be read.")
    narrow = visit("lead", narrow=True)
    narrow.goto(f"/procurements/{procurement}/upload")
    axe(narrow)
    fits(narrow)
