"""Templates into pages. Autoescape is on for every template, so a bid's words never become markup."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from svdocs import __version__
from svdocs.web import wording

WEB_FOLDER = Path(__file__).parent


@cache
def templates() -> Environment:
    """Return the templates, with the words of the codes as filters."""
    environment = Environment(
        loader=FileSystemLoader(WEB_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["version"] = __version__
    environment.filters.update(
        {
            "label": wording.label,
            "colour": wording.colour,
            "percent": wording.percent,
            "when": wording.when,
            "amount": wording.amount,
            "theme_label": wording.theme_label,
            "measure_label": wording.measure_label,
            "framework_label": wording.framework_label,
        }
    )
    return environment


def render(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return the page that `template` makes of `values`."""
    visitor = getattr(request.state, "visitor", None)
    page = (
        templates()
        .get_template(template)
        .render(
            path=request.url.path,
            status=status,
            visitor=visitor,
            form_token=visitor.form_token if visitor else "",
            **values,
        )
    )
    return HTMLResponse(page, status)
