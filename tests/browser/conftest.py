"""Pages as people meet them: a service on a free port, Chromium before it, and what every page must hold.

`service` is a fresh service over SQLite with a procurement in it, `service_on_postgresql` the same over PostgreSQL.
With SVDOCS_TEST_BROWSER_ON=postgresql, as `python -m tests.browser.soak` sets it, everything runs over PostgreSQL.
`visit` opens a page as somebody: `visit("lead")`, `visit("evaluator", narrow=True)`, `visit(script=False)`.
`window` gives the same window to all tests of a module, quicker where a test only looks: `window(service, "lead")`.
`axe(page)`, `fits(page)` and `looks(page, "procurement")` hold it to what docs/pages.md promises.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect, sync_playwright

from svdocs.records.audit import AuditFiles
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store, open_store
from svdocs.settings import Settings, read_settings
from svdocs.web.app import create_app
from tests.browser.screens import keep_picture
from tests.web.conftest import Made, fill

PASSWORD = "lamp orchard tin ferry"
WIDE, NARROW = (1280, 900), (320, 800)
ZOOMED = (320, 225)
"""What a window of 1280 by 900 shows at 400 %: a quarter of each way."""
PATIENCE_SECONDS = 60
"""For what takes a second on an idle machine."""
expect.set_options(timeout=PATIENCE_SECONDS * 1000)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
RUN_AXE = "async options => (await axe.run(options)).violations"
"""What passed is not sent back: that takes longer than finding it."""


@dataclass(frozen=True)
class Service:
    """A service that answers, and what stands in its records."""

    url: str
    made: Made
    people: People

    @property
    def store(self) -> Store:
        return self.made.store

    @property
    def settings(self) -> Settings:
        return self.made.settings

    def person_id(self, who: str) -> str:
        """Return the id of the person with this role's name, who gets an account at the first need."""
        email = f"{who.replace('_', '.')}@kent.example"
        person = next((p for p in self.people.everybody() if p.email == email), None)
        if person is None:
            name = who.replace("_", " ").title() + " Person"
            person = self.people.add(email, name, PASSWORD, is_administrator=who == "administrator")
            if who in set(Role):
                self.people.grant(person.id, self.made.procurement, Role(who))
        return person.id

    def token_of(self, who: str) -> str:
        """Return the secret of a sign-in of the person with this role's name."""
        return self.people.sign_in(self.person_id(who))


Visit = Callable[..., Page]
Window = Callable[..., Page]
NewRecords = Callable[[Path], AbstractContextManager[tuple[Store, Settings]]]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once; not for the whole session, since it occupies the thread's event loop."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("SVDOCS_TEST_NEEDS_CHROMIUM"):
            pytest.fail("there is no chromium; scripts/system-packages.sh test installs it")
        pytest.skip("there is no chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def serving(store: Store, settings: Settings) -> Iterator[str]:
    """Serve the application in a thread on a free port, and give its address."""
    config = uvicorn.Config(create_app(store, settings), port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def opened_records(folder: Path, database_url: str) -> Iterator[tuple[Store, Settings]]:
    """Open records whose files and audit keys are in a folder, wherever their database is."""
    settings = read_settings({"SVDOCS_DATA": str(folder), "SVDOCS_DATABASE_URL": database_url})
    with open_store(settings.database_url, AuditFiles(folder / "audit.key", folder / "audit.anchor")) as store:
        yield store, settings


@pytest.fixture(scope="session")
def new_records(request: pytest.FixtureRequest, empty_database: Path) -> NewRecords:
    """Give the function that opens empty records with their files in a folder, on the database chosen for this run."""

    def opened(folder: Path) -> AbstractContextManager[tuple[Store, Settings]]:
        if os.environ.get("SVDOCS_TEST_BROWSER_ON") == "postgresql":
            return opened_records(folder, request.getfixturevalue("postgresql").clone())
        shutil.copy(empty_database, folder / "svdocs.db")
        return opened_records(folder, f"sqlite:///{folder / 'svdocs.db'}")

    return opened


@contextmanager
def filled_service(records: AbstractContextManager[tuple[Store, Settings]]) -> Iterator[Service]:
    """Serve records that hold what `tests.web.conftest.fill` puts in."""
    with records as (store, settings):
        made = fill(store, settings)
        with serving(store, settings) as url:
            yield Service(url, made, People(store))


@pytest.fixture
def service(tmp_path: Path, new_records: NewRecords) -> Iterator[Service]:
    with filled_service(new_records(tmp_path)) as service:
        yield service


@pytest.fixture(scope="module")
def service_of_module(tmp_path_factory: pytest.TempPathFactory, new_records: NewRecords) -> Iterator[Service]:
    """One service for all tests of a module, with accounts: for those that only look."""
    with filled_service(new_records(tmp_path_factory.mktemp("service"))) as service:
        yield service


@pytest.fixture(scope="module")
def service_alone(tmp_path_factory: pytest.TempPathFactory, new_records: NewRecords) -> Iterator[Service]:
    """One service for all tests of a module, where nobody makes accounts."""
    with filled_service(new_records(tmp_path_factory.mktemp("service"))) as service:
        yield service


@pytest.fixture
def service_on_postgresql(tmp_path: Path, postgresql: Any) -> Iterator[Service]:
    with filled_service(opened_records(tmp_path, postgresql.clone())) as service:
        yield service


@contextmanager
def visiting(chromium: Browser, service: Service) -> Iterator[Visit]:
    """Give the function that opens a browser window of its own on a service."""
    opened = []

    def visit(
        who: str = "", *, token: str = "", narrow: bool = False, zoomed: bool = False, script: bool = True
    ) -> Page:
        width, height = ZOOMED if zoomed else NARROW if narrow else WIDE
        context = chromium.new_context(
            base_url=service.url,
            viewport={"width": width, "height": height},
            device_scale_factor=4 if zoomed else 1,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        opened.append(context)
        secret = token or (service.token_of(who) if who else "")
        if secret:
            context.add_cookies([{"name": "svdocs", "value": secret, "url": service.url}])
        return context.new_page()

    yield visit
    for context in opened:
        context.close()


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a window, signed in as somebody by the name of their role; nobody signs in where no name is given.

    Of the services that the test asks for, the first is visited.
    """
    names = [n for n in request.fixturenames if n.startswith("service")]
    with visiting(chromium, request.getfixturevalue(names[0])) as visit:
        yield visit


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Window]:
    """Give the function that returns a person's window on a service, as it was left by the test before."""
    opened: dict[tuple[str, str], Page] = {}
    with ExitStack() as stack:

        def window(service: Service, who: str = "", *, narrow: bool = False) -> Page:
            key = (service.url, who)
            if key not in opened:
                opened[key] = stack.enter_context(visiting(chromium, service))(who)
            resize(opened[key], NARROW if narrow else WIDE)
            opened[key].emulate_media(media="screen")
            return opened[key]

        yield window


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the page's window a width and a height."""
    page.set_viewport_size({"width": size[0], "height": size[1]})


def axe(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 at AA on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    problems = [
        f"{v['id']}: {v['help']}: {n['target']} {n.get('failureSummary', '')}"
        for v in page.evaluate(RUN_AXE, AXE_OPTIONS)
        for n in v["nodes"][:3]
    ]
    assert not problems, f"{page.url}\n" + "\n".join(problems)


def fits(page: Page) -> None:
    """Assert that the page needs no scrolling from side to side, whatever its tables do in frames of their own."""
    width, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= shown, f"{page.url} is {width} px wide and {shown} are shown: {_widest(page)}"


def _widest(page: Page) -> Any:
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => {
             const shown = document.documentElement.clientWidth + 1;
             return e.getBoundingClientRect().right > shown && !e.closest('.app-scroll, .govuk-visually-hidden');
           }).slice(0, 5).map(e => e.tagName + '.' + e.className)"""
    )


def looks(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep a picture of the page under docs/screens where SVDOCS_SCREENS is set."""
    if not os.environ.get("SVDOCS_SCREENS"):
        return
    keep_picture(page, name, whole=whole)
