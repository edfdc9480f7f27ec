"""Every page as people see it: no violation of WCAG 2.2 at AA, and nothing lost on a narrow screen or at 400 %."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Service, Visit, axe, fits, looks

PAGES = {
    "procurements": "/",
    "procurement": "/procurements/{procurement}",
    "document-pdf": "/documents/{pdf}",
    "document-word": "/documents/{docx}",
    "document-workbook": "/documents/{xlsx}",
    "reference": "/docs",
    "not-found": "/nothing",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(service_of_module: Service, visit: Visit, name: str) -> None:
    address = PAGES[name].format(**service_of_module.made.named())
    page = visit()
    page.goto(address)
    axe(page)
    looks(page, name)
    narrow = visit(narrow=True)
    narrow.goto(address)
    axe(narrow)
    fits(narrow)
    looks(narrow, f"{name}-narrow")
    zoomed = visit(zoomed=True)
    zoomed.goto(address)
    fits(zoomed)


def test_a_page_runs_no_script_that_the_policy_forbids(service_of_module: Service, visit: Visit) -> None:
    page = visit()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/")
    assert page.locator("body.js-enabled").count() == 1
    assert said == []
