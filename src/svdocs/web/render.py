"""Templates into pages. Autoescape is on for every template, so a bid's words never become markup.

A page is made of the macros of GOV.UK Frontend, which `templates/fields.html` and `templates/parts.html` make short.
docs/pages.md tells how a page is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, unquote

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from svdocs import __version__
from svdocs.clock import on_uk_clock
from svdocs.statements.in_words import number_in_words, quantity_in_words, stated_in_words, unit_in_words
from svdocs.web import wording
from svdocs.web.forms import Form
from svdocs.web.navigation import rooms_for

WEB_FOLDER = Path(__file__).parent
STATIC_FOLDER = WEB_FOLDER / "static"
STATIC = "/static"
MOST_SAID = 400
"""Characters of a notice that travels in a cookie."""


@cache
def static_address() -> str:
    """Return the address of styles and scripts: another one for other contents, so that browsers may keep them."""
    contents = sha256()
    for file in sorted(f for f in STATIC_FOLDER.rglob("*") if f.is_file()):
        contents.update(file.read_bytes())
    return f"{STATIC}/{contents.hexdigest()[:12]}"


class NotGiven(Undefined):
    """What a template asks for and was not given: a mistake, unless it is an option that a dict of options leaves out.

    The macros of GOV.UK Frontend ask for each of their options; in the rest of a template a name that nobody gave is
    wrong spelling, and the page fails in its test.
    """

    __slots__ = ()

    def _check(self) -> None:
        if self._undefined_hint is None and not isinstance(self._undefined_obj, dict):
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._check()
        return ""

    def __len__(self) -> int:
        self._check()
        return 0

    def __iter__(self) -> Iterator[Any]:
        self._check()
        return iter(())

    def __bool__(self) -> bool:
        self._check()
        return False

    def __eq__(self, other: object) -> bool:
        self._check()
        return isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Undefined.__hash__


@cache
def templates() -> Environment:
    """Return the templates, with the words of the codes as filters; each is compiled once."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(WEB_FOLDER / "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=NotGiven,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Names of JavaScript that the macros compare with.
    environment.globals.update(
        svdocs_version=__version__, static=static_address(), undefined=Undefined(name="undefined"), null=None
    )
    environment.filters.update(
        {
            "label": wording.label,
            "choices": wording.choices,
            "colour": wording.colour,
            "percent": wording.percent,
            "likelihood": wording.likelihood,
            "plain": wording.plain_number,
            "number": number_in_words,
            "when": wording.when,
            "on_uk_clock": on_uk_clock,
            "day": wording.day,
            "amount": stated_in_words,
            "quantity": quantity_in_words,
            "unit": unit_in_words,
            "theme_label": wording.theme_label,
            "measure_label": wording.measure_label,
            "framework_label": wording.framework_label,
        }
    )
    return environment


def render(
    request: Request, template: str, *, status: int = 200, form: Form | None = None, **values: object
) -> HTMLResponse:
    """Return the page that `template` makes of `values`.

    Args:
        request: the page is for.
        template: its name.
        status: of HTTP; a form with errors has its own.
        form: what was typed and what is wrong with it, for the macros of `fields.html`.
        values: for the template.
    """
    visitor = getattr(request.state, "visitor", None)
    said = unquote(request.cookies.get(_cookie(request), ""))[:MOST_SAID]
    if form is None:
        form = Form(cast("dict[str, str] | None", values.get("values")))
        form.errors = list(cast("list[tuple[str, str]]", values.get("errors", [])))
    page = (
        templates()
        .get_template(template)
        .render(
            path=request.url.path,
            status=status,
            visitor=visitor,
            form_token=visitor.form_token if visitor else "",
            rooms=rooms_for(request, visitor),
            said=said,
            form=form,
            **values,
        )
    )
    answer = HTMLResponse(page, form.status if form.errors and status == 200 else status)
    if said:
        answer.delete_cookie(_cookie(request), path="/", secure=_is_https(request), httponly=True, samesite="lax")
    return answer


def go(request: Request, address: str, said: str = "") -> RedirectResponse:
    """Return the answer to a form that was taken: go to a page of this service, which says once what was done.

    Args:
        request: that is answered.
        address: of the page.
        said: what was done, in a sentence without words of a bid; the next page shows it in a banner.
    """
    answer = RedirectResponse(address, 303)
    if said:
        answer.set_cookie(
            _cookie(request),
            quote(said[:MOST_SAID]),
            max_age=60,
            path="/",
            secure=_is_https(request),
            httponly=True,
            samesite="lax",
        )
    return answer


def _cookie(request: Request) -> str:
    return "__Host-svdocs-said" if _is_https(request) else "svdocs-said"


def _is_https(request: Request) -> bool:
    house = getattr(request.app.state, "house", None)
    return bool(house and house.door.is_https)
