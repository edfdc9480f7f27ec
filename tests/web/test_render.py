"""Templates: words of strangers never become markup in any macro, notices are said once, lists are cut."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from jinja2 import UndefinedError
from starlette.responses import Response

from svdocs.web.forms import Form
from svdocs.web.paging import cut_page
from svdocs.web.render import go, templates

EVIL = "<script>alert('x')</script>\"'&"
FIELDS = [
    "text(e, e, hint=e, value=e, prefix=e, suffix=e)",
    "money('m', e, hint=e, value=e)",
    "area('a', e, hint=e, value=e)",
    "select('s', e, [(e, e)], hint=e, empty=e)",
    "radios('r', e, [(e, e, e)], hint=e, value=e)",
    "checkboxes('c', e, [(e, e, e)], hint=e, values=[e])",
    "date('d', e, hint=e)",
    "file('f', e, hint=e, accept=e)",
    "button(e, name=e, value=e)",
]
PARTS = [
    "breadcrumbs([(e, e)])",
    "back(e, e)",
    "heading(e, e)",
    "error_summary()",
    "error_summary([(e, e)])",
    "text_field('t', e, e, hint=e, errors=[('t', e)])",
    "summary([(e, e)])",
    "tag(e)",
]


def _made(macro: str) -> str:
    names = ("text", "m", "p", "a", "s", "r", "c", "d", "f")
    form = Form({EVIL: EVIL})
    form.errors = [(name, EVIL) for name in (*names, EVIL)]
    source = '{% import "fields.html" as fields with context %}{% import "parts.html" as parts with context %}'
    template = templates().from_string(source + "{{ " + macro + " }}")
    return template.render(e=EVIL, form=form, form_token="", visitor=None)


@pytest.mark.parametrize("macro", [f"fields.{f}" for f in FIELDS] + [f"parts.{p}" for p in PARTS])
def test_no_macro_lets_words_become_markup(macro: str) -> None:
    made = _made(macro)
    assert "&lt;script&gt;" in made
    assert "<script" not in made
    assert '</script>"' not in made


def test_a_field_shows_what_was_typed_and_what_is_wrong_and_points_from_one_to_the_other() -> None:
    made = _made("fields.area('a', 'Reason', value='begun with')")
    assert 'id="a-error"' in made
    assert 'aria-describedby="a-error"' in made


def test_the_lines_of_a_long_answer_come_back_as_they_were() -> None:
    form = Form({"a": "first\n  second\nthird"})
    source = '{% import "fields.html" as fields with context %}{{ fields.area("a", "Reason") }}'
    assert ">first\n  second\nthird</textarea>" in templates().from_string(source).render(form=form)


@pytest.mark.parametrize("source", ["{{ nobody_gave_this }}", "{% if not_this %}x{% endif %}", "{{ form.no_such }}"])
def test_a_name_that_nobody_gave_is_a_mistake(source: str) -> None:
    with pytest.raises(UndefinedError):
        templates().from_string(source).render(form=Form())


def test_what_was_done_is_said_once_and_never_as_markup() -> None:
    app = FastAPI()

    @app.get("/do")
    def do(request: Request) -> Response:
        return go(request, "/see", f"Done; {EVIL}")

    @app.get("/see")
    def see(request: Request) -> Response:
        from svdocs.web.render import render

        return render(request, "problem.html", title="t", detail="d", incident=None)

    client = TestClient(app)
    first, second = client.get("/do"), client.get("/see")
    assert "Done; &lt;script&gt;" in first.text
    assert "<script>alert" not in first.text
    assert "Done;" not in second.text


@pytest.mark.parametrize(
    ("asked", "rows", "numbers"),
    [
        ("", [0, 1, 2], [1, 2, None, 7]),
        ("?page=4&show=all", [9, 10, 11], [1, None, 3, 4, 5, None, 7]),
        ("?page=7", [18, 19], [1, None, 6, 7]),
        ("?page=99", [18, 19], [1, None, 6, 7]),
        ("?page=x", [0, 1, 2], [1, 2, None, 7]),
    ],
)
def test_a_long_list_is_cut_into_pages(asked: str, rows: list[int], numbers: list[int | None]) -> None:
    scope = {"type": "http", "query_string": asked.removeprefix("?").encode(), "headers": [], "path": "/"}
    shown = cut_page(Request(scope), list(range(20)), per=3)
    assert (list(shown.rows), shown.numbers, shown.total) == (rows, numbers, 20)
    if "show" in asked:
        assert shown.address(5) == "?show=all&page=5"
