"""Pictures of the samples' bids as an officer sees them; kept where they are asked for, for reading them takes long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from svdocs.jobs.bring_in import bring_in_folder
from svdocs.records.people_tables import Role
from tests.browser.conftest import NARROW, WIDE, Service, Visit, looks, resize

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.skipif(not os.environ.get("SVDOCS_SCREENS"), reason="pictures are kept where SVDOCS_SCREENS is set")
def test_the_samples_are_shown(service: Service, visit: Visit) -> None:
    found = bring_in_folder(SAMPLES, store=service.store, settings=service.settings, workers=1)
    procurement = found.procurement.id
    service.people.grant(service.person_id("lead"), procurement, Role.lead)
    page = visit("lead")
    for name in ("queue", "register", "compare", "changes"):
        keep(page, f"/procurements/{procurement}/{name}", f"samples-{name}")
    keep(page, f"/procurements/{procurement}", "samples")
    for document in found.documents:
        if document.document.kind == "bid":
            keep(page, f"/documents/{document.id}", f"samples-reader-{document.document.name.rpartition('.')[2]}")


def keep(page: Page, address: str, name: str) -> None:
    page.goto(address)
    expect(page.locator("main h1")).to_be_visible()
    looks(page, name)
    resize(page, NARROW)
    looks(page, f"{name}-narrow")
    resize(page, WIDE)
