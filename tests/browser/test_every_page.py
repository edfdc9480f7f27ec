"""Every page there is, opened by whoever may: no violation of WCAG 2.2 at AA, nothing lost at 320 px or 400 %.

The pages are those of the routes themselves, so a new one is swept without being written down anywhere.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from playwright.sync_api import Page, Response, expect

from svdocs.web import pages
from tests.browser.conftest import NARROW, PATIENCE_SECONDS, WIDE, Service, Window, axe, fits, looks, resize
from tests.browser.ids import ELSEWHERE, IDS

WHO = ("lead", "chair", "evaluator", "contract_manager", "records_officer", "administrator")
NO_PAGES = re.compile(
    r"\.(png|svg|csv|xlsx|docx|json|zip|pdf)$|/(events|original|export|download|word)$"
    r"|^/badges/(issuer|levels/|\{badge_id\}/)|^/sign-in/|/card$|^/codes$"
)
"""Addresses that answer with a file, a stream, another address, or a part of a page that htmx puts in."""


def page_addresses() -> list[str]:
    """Return the address of every page, as its route writes it."""
    found = set()
    for module in pkgutil.walk_packages(pages.__path__, pages.__name__ + "."):
        routers = [r for r in vars(importlib.import_module(module.name)).values() if isinstance(r, APIRouter)]
        routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
        found |= {r.path for r in routes if "GET" in r.methods and not r.path.startswith("/api/")}
    elsewhere = [part for parts in ELSEWHERE.values() for part in parts]
    return sorted(a for a in found if not NO_PAGES.search(a) and not any(part in a for part in elsewhere))


@pytest.fixture(scope="module")
def tokens(service_of_module: Service) -> dict[str, str]:
    """A sign-in of everybody who may open some page."""
    return {who: service_of_module.token_of(who) for who in WHO}


@pytest.fixture(scope="module")
def asking(service_of_module: Service) -> Iterator[httpx.Client]:
    """A program that asks who may open a page."""
    with httpx.Client(base_url=service_of_module.url, timeout=PATIENCE_SECONDS) as client:
        yield client


def test_there_are_pages() -> None:
    assert {"/", "/procurements/{procurement_id}", "/documents/{document_id}", "/people"} <= set(page_addresses())


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_opened_elsewhere_is_held_to_the_same(name: str) -> None:
    module = (Path(__file__).parent / name).read_text()
    assert "axe(" in module
    assert "fits(" in module


@pytest.mark.parametrize("address", page_addresses())
def test_a_page_is_accessible_and_fits(
    service_of_module: Service, window: Window, asking: httpx.Client, tokens: dict[str, str], address: str
) -> None:
    unknown = set(re.findall(r"\{(\w+)(?::\w+)?\}", address)) - IDS.keys()
    assert not unknown, f"{address}: say in tests/browser/ids.py which {', '.join(unknown)} the sweep opens"
    filled = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: IDS[m[1]](service_of_module), address)
    page = window(service_of_module, _who_may(asking, filled, tokens))
    with only_what_is_there(page):
        page.goto(filled)
    axe(page)
    name = re.sub(r"\W+", "-", address).strip("-") or "procurements"
    looks(page, name)
    resize(page, NARROW)
    fits(page)
    axe(page)
    looks(page, f"{name}-narrow")
    resize(page, WIDE)
    page.emulate_media(media="print")
    expect(page.locator("main h1")).to_be_visible()


@contextmanager
def only_what_is_there(page: Page) -> Iterator[None]:
    """Fail where a page asks for a style or a script that the service does not have."""
    missing: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400 and answer.request.resource_type in ("stylesheet", "script"):
            missing.append(answer.url)

    page.on("response", note)
    yield
    page.remove_listener("response", note)
    assert missing == []


def _who_may(asking: httpx.Client, address: str, tokens: dict[str, str]) -> str:
    refused = {}
    for who, token in tokens.items():
        answer = asking.get(address, headers={"cookie": f"svdocs={token}"})
        if answer.status_code == 200:
            assert answer.headers["content-type"].startswith("text/html"), f"{address} is no page: add to NO_PAGES"
            return who
        refused[who] = answer.status_code
    pytest.fail(f"{address}: nobody may open it: {refused}")
