"""A set-up in words: what the pages show of its answers, and the choices that its forms offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svdocs.frameworks.applying import BUYERS, CONTRACTS, pounds, share
from svdocs.frameworks.guide import category_of, load_guide, propose_themes
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.local import KENT, KENT_AND_MEDWAY, LocalTest, area_named, areas_of_county, describe_local
from svdocs.frameworks.menu import theme_title
from svdocs.frameworks.set_up import Route, SetUp, SetUpPart
from svdocs.web.wording import day, measure_label

TITLES: Mapping[SetUpPart, str] = {
    SetUpPart.buyer: "The buyer",
    SetUpPart.contract: "The contract and its value",
    SetUpPart.dates: "Dates",
    SetUpPart.category: "What is bought",
    SetUpPart.frameworks: "Framework",
    SetUpPart.themes: "Themes and measures",
    SetUpPart.weighting: "Weighting, and an exception if there is one",
    SetUpPart.local: "What counts as local",
}
ROUTES: Mapping[Route, str] = {
    Route.open: "Open procedure",
    Route.competitive_flexible: "Competitive flexible procedure",
    Route.framework_call_off: "Call-off from a framework",
    Route.dynamic_market: "Dynamic market",
    Route.direct_award: "Direct award",
    Route.below_threshold: "Quotations or tender below the threshold",
}
TESTS: Mapping[LocalTest, tuple[str, str]] = {
    LocalTest.head_office: ("Head office", "The supplier’s head office stands in the area"),
    LocalTest.branch: ("Branch", "The supplier has a branch in the area"),
    LocalTest.delivery_place: ("Place of delivery", "The benefit is delivered in the area"),
    LocalTest.residence: ("Residence", "Who gains lives in the area"),
}
Answer = tuple[str, str]
"""A question of the form in words, and the answer; empty where there is none yet."""


def answers_of(set_up: SetUp) -> dict[SetUpPart, list[Answer]]:
    """Return each part's questions and answers in words."""
    return {
        SetUpPart.buyer: [
            ("Buyer", set_up.buyer),
            ("Kind of buyer", _first_up(BUYERS[set_up.buyer_kind]) if set_up.buyer_kind else ""),
            ("Department", set_up.department),
        ],
        SetUpPart.contract: _contract_answers(set_up),
        SetUpPart.dates: [
            ("Procurement commenced", day(set_up.commenced)),
            ("Tender notice", day(set_up.noticed)),
            ("Contract starts", day(set_up.starts)),
            ("Contract ends", day(set_up.ends)),
            ("May be extended by", f"{set_up.extension_months} months" if set_up.extension_months else ""),
        ],
        SetUpPart.category: [("Category", known.label if (known := category_of(set_up.category)) else "")],
        SetUpPart.frameworks: [("Framework", ", ".join(framework_title(k) for k in set_up.frameworks))],
        SetUpPart.themes: [
            ("Themes", ", ".join(theme_title(str(t)) for t in set_up.themes)),
            ("Measures", "; ".join(measure_label(m.framework, m.code) for m in set_up.measures)),
        ],
        SetUpPart.weighting: _weighting_answers(set_up),
        SetUpPart.local: [("Local", _local_words(set_up))],
    }


def _local_words(set_up: SetUp) -> str:
    return _first_up(describe_local(set_up.local).removeprefix("Local: ")) if set_up.local else ""


def _contract_answers(set_up: SetUp) -> list[Answer]:
    lots = [lot.name + (f" ({pounds(lot.value_gbp)})" if lot.value_gbp is not None else "") for lot in set_up.lots]
    return [
        ("Kind of contract", _first_up(CONTRACTS[set_up.contract_kind]) if set_up.contract_kind else ""),
        ("Total value including VAT", "" if set_up.value_gbp is None else pounds(set_up.value_gbp)),
        ("Route", ROUTES[set_up.route] if set_up.route else ""),
        ("New framework agreement", "Yes" if set_up.new_framework else "No"),
        ("Lots", "; ".join(lots)),
    ]


def _weighting_answers(set_up: SetUp) -> list[Answer]:
    exception = set_up.exception
    answers = [
        ("Weighting of social value", "" if set_up.weighting_percent is None else share(set_up.weighting_percent)),
        ("Part of it judged on quality", "" if set_up.quality_percent is None else share(set_up.quality_percent)),
    ]
    if exception is None:
        return answers
    by = f"{exception.approved_by}, {exception.role}, {day(exception.approved_on)}".strip(", ")
    approved = by if exception.is_approved else "Not approved yet"
    return [*answers, ("Exception", exception.reason), ("Approved by", approved)]


def _first_up(words: str) -> str:
    """Return the words with a capital at the front.

    >>> _first_up("an NHS body")
    'An NHS body'
    """
    return words[:1].upper() + words[1:]


def framework_title(key: str) -> str:
    """Return a framework's title with its edition; the key where it is not known."""
    known = load_frameworks().get(key)
    return f"{known.title}, {known.edition}" if known else key


def choices_for(part: SetUpPart, set_up: SetUp, fitting: tuple[str, ...]) -> dict[str, Any]:
    """Return what a part's form offers.

    Args:
        part: which.
        set_up: as it stands.
        fitting: keys of the framework editions that the rules pick, best first.
    """
    if part is SetUpPart.buyer:
        return {"buyer_kinds": [(k.value, _first_up(v)) for k, v in BUYERS.items()]}
    if part is SetUpPart.contract:
        lots = [lot.name + ("" if lot.value_gbp is None else f"; {lot.value_gbp}") for lot in set_up.lots]
        return {
            "contract_kinds": [(k.value, _first_up(v)) for k, v in CONTRACTS.items()],
            "routes": [(r.value, words) for r, words in ROUTES.items()],
            "lot_lines": "\n".join(lots),
        }
    if part is SetUpPart.category:
        return {"categories": [(c.key, c.label, c.covers) for c in load_guide()]}
    if part is SetUpPart.frameworks:
        return {"frameworks": _framework_choices(fitting)}
    if part is SetUpPart.themes:
        category = category_of(set_up.category)
        return {"proposed": propose_themes(set_up.category, set_up.frameworks), "category": category}
    return _local_choices(set_up) if part is SetUpPart.local else {}


def _framework_choices(fitting: tuple[str, ...]) -> list[tuple[str, str, str]]:
    known = load_frameworks()
    order = [*(k for k in fitting if k in known), *(k for k in known if k not in fitting)]
    hints = dict.fromkeys(fitting[1:], "May be used as well by the rules")
    hints |= dict.fromkeys(fitting[:1], "The edition that the rules pick")
    return [(k, framework_title(k), hints.get(k, "")) for k in order]


def _local_choices(set_up: SetUp) -> dict[str, Any]:
    county = [a for code in KENT_AND_MEDWAY if (a := area_named(code))]
    offered = [(a.code, f"{a.name} (county)" if a.code == KENT else a.name) for a in county]
    offered += [(a.code, a.name) for a in areas_of_county(KENT)]
    codes = {code for code, _ in offered}
    others = [area_named(code) for code in (set_up.local.areas if set_up.local else ()) if code not in codes]
    return {
        "areas": offered,
        "others": "\n".join(a.name for a in others if a),
        "tests": [(t.value, words, hint) for t, (words, hint) in TESTS.items()],
    }
