"""What an officer typed into one part of a set-up, read into the plain values of that part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.menu import MEASURES
from svdocs.frameworks.parse_set_up import parse_set_up
from svdocs.frameworks.set_up import SetUp, SetUpPart
from svdocs.web.forms import Form

_DAYS = frozenset({"starts", "ends", "commenced", "noticed"})
_STANDS_AT = {"exception": "exception_reason", "local": "local_name"}
"""Where the message of a field stands that is made of several."""


def read_part(part: SetUpPart, form: Form, standing: SetUp) -> SetUp:
    """Return the set-up with one part as it was typed; what is wrong is noted in the form."""
    typed = _READERS[part](form)
    set_up, wrong = parse_set_up({**standing.as_json(), **typed})
    for field in wrong:
        if field.field in typed:
            at = f"{field.field}-day" if field.field in _DAYS else _STANDS_AT.get(field.field, field.field)
            form.refuse(at, field.message.removesuffix("."))
    return set_up


def _buyer(form: Form) -> dict[str, Any]:
    return {name: form.value(name) for name in ("buyer", "buyer_kind", "department")}


def _contract(form: Form) -> dict[str, Any]:
    return {
        "contract_kind": form.value("contract_kind"),
        "value_gbp": form.value("value_gbp"),
        "route": form.value("route"),
        "new_framework": form.value("new_framework") == "yes",
        "lots": [_lot(line) for line in form.value("lots").splitlines() if line.strip()],
    }


def _lot(line: str) -> dict[str, str]:
    """Return the lot of a line: its name, and after a semicolon its value.

    >>> _lot("Lot 1: gullies; 4,000,000"), _lot("Lot 2")
    ({'name': 'Lot 1: gullies', 'value_gbp': '4,000,000'}, {'name': 'Lot 2', 'value_gbp': ''})
    """
    name, _, value = line.rpartition(";") if ";" in line else (line, "", "")
    return {"name": name.strip(), "value_gbp": value.strip()}


def _dates(form: Form) -> dict[str, Any]:
    return {name: form.day(name) for name in sorted(_DAYS)} | {"extension_months": form.value("extension_months")}


def _category(form: Form) -> dict[str, Any]:
    return {"category": form.value("category")}


def _frameworks(form: Form) -> dict[str, Any]:
    return {"frameworks": form.all("frameworks")}


def _themes(form: Form) -> dict[str, Any]:
    codes = form.value("measures").replace(",", " ").replace(";", " ").split()
    return {"themes": form.all("themes"), "measures": [measure_named(c) for c in codes]}


def measure_named(code: str) -> str:
    """Return a measure of this code as framework/code: of the framework that it names, or else of the usual one.

    >>> measure_named("nt10"), measure_named("mine/A1")
    ('national-toms/NT10', 'mine/A1')
    """
    if "/" in code:
        return code
    known = {m.code.lower(): m.code for m in load_frameworks()[MEASURES].measures}
    return f"{MEASURES}/{known.get(code.lower(), code)}"


def _weighting(form: Form) -> dict[str, Any]:
    exception = {name: form.value(f"exception_{name}") for name in ("reason", "approved_by", "role")}
    return {
        "weighting_percent": form.value("weighting_percent"),
        "quality_percent": form.value("quality_percent"),
        "exception": exception | {"approved_on": form.day("exception_approved_on")},
    }


def _local(form: Form) -> dict[str, Any]:
    more = [line.strip() for line in form.value("local_more").splitlines() if line.strip()]
    return {
        "local": {
            "name": form.value("local_name"),
            "edition": form.value("local_edition"),
            "source": form.value("local_source"),
            "areas": [*form.all("local_areas"), *more],
            "tests": form.all("local_tests"),
        }
    }


_READERS: Mapping[SetUpPart, Callable[[Form], dict[str, Any]]] = {
    SetUpPart.buyer: _buyer,
    SetUpPart.contract: _contract,
    SetUpPart.dates: _dates,
    SetUpPart.category: _category,
    SetUpPart.frameworks: _frameworks,
    SetUpPart.themes: _themes,
    SetUpPart.weighting: _weighting,
    SetUpPart.local: _local,
}
