"""What people who do not see the pages, or use no mouse, need of them; checked on every page and state."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from svdocs.web.app import create_app
from tests.web.conftest import made_in

PAGES = [
    "/",
    "/procurements/{procurement}",
    "/documents/{pdf}",
    "/documents/{docx}",
    "/documents/{xlsx}",
    "/documents/{waiting}",
    "/statements/{statement}",
    "/docs",
    "/nothing",
]


@pytest.fixture(scope="module", params=PAGES)
def page(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> html.HtmlElement:
    with made_in(tmp_path_factory.mktemp("records"), empty_database) as made:
        app = create_app(made.store, made.settings)
        with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
            return html.fromstring(client.get(request.param.format(**made.named())).content)


def test_it_says_its_language_and_has_one_heading_and_one_main_part(page: html.HtmlElement) -> None:
    assert page.get("lang") == "en-GB"
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main[@id='main']")) == 1
    assert page.xpath("//title")[0].text.endswith("– svdocs")


def test_the_first_link_skips_to_the_main_part(page: html.HtmlElement) -> None:
    assert page.xpath("//a")[0].get("href") == "#main"


def test_every_field_has_a_label_and_every_set_of_choices_a_legend(page: html.HtmlElement) -> None:
    for field in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert page.xpath("//label[@for=$id]", id=field.get("id")), field.get("id")
    assert all(f.xpath("legend") for f in page.xpath("//fieldset"))


def test_what_describes_a_field_is_there(page: html.HtmlElement) -> None:
    for described in page.xpath("//*[@aria-describedby] | //*[@aria-labelledby]"):
        for name in (described.get("aria-describedby", "") + " " + described.get("aria-labelledby", "")).split():
            assert page.xpath("//*[@id=$id]", id=name), name


def test_headings_step_down_one_level_at_a_time(page: html.HtmlElement) -> None:
    levels = [int(h.tag[1]) for h in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_pictures_and_drawn_links_have_words(page: html.HtmlElement) -> None:
    assert all(i.get("alt") for i in page.xpath("//img"))
    assert all(a.get("aria-label") for a in page.xpath("//*[name()='svg']//*[name()='a']"))


def test_no_id_stands_twice_and_every_jump_has_its_target(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in page.xpath("//@href") if h.startswith("#")} <= set(ids)


def test_tables_name_their_columns(page: html.HtmlElement) -> None:
    for table in page.xpath("//table[contains(@class, 'app-list')]"):
        assert table.xpath("caption")
        assert table.xpath("thead//th[@scope='col']")
        assert table.xpath("tbody//th[@scope='row']")
