from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from svdocs.frameworks.menu import SupplierSize, load_examples, parse_menu, propose_menu, theme_title, without_offers
from svdocs.frameworks.set_up import Chosen, SetUp

KENT = tuple(Chosen("kcc", c) for c in ("employer", "economy", "community"))


def test_examples_stand_once_under_the_first_chosen_theme_that_they_fit() -> None:
    menu = propose_menu(SetUp(themes=KENT), "Examples")
    keys = [i.key for i in menu.items]
    assert len(keys) == len(set(keys))
    assert {i.theme for i in menu.items} == {str(t) for t in KENT}
    swapped = propose_menu(SetUp(themes=KENT[::-1]), "Examples")
    assert next(i.theme for i in swapped.items if i.key == "pro_bono") == "kcc/community"
    assert next(i.theme for i in menu.items if i.key == "pro_bono") == "kcc/economy"


@pytest.mark.parametrize(("value", "there"), [(249_999, False), (250_000, True), (None, True)])
def test_a_small_contract_asks_for_no_apprentice_of_its_own(value: int | None, there: bool) -> None:
    menu = propose_menu(SetUp(themes=KENT, value_gbp=None if value is None else Decimal(value)), "Examples")
    assert ("apprentices" in [i.key for i in menu.items]) is there


@pytest.mark.parametrize("framework", ["kcc", "nhs", "svm-2025"])
def test_small_firms_and_charities_find_something_under_each_framework(framework: str) -> None:
    themes = {t for e in load_examples() for t in e.themes if t.startswith(framework + "/")}
    chosen = tuple(Chosen(*t.split("/")) for t in sorted(themes))
    assert without_offers(propose_menu(SetUp(themes=chosen, value_gbp=Decimal(20_000)), "x")) == ()


def test_every_example_leaves_blanks_says_what_shows_it_and_cites_a_source() -> None:
    for example in load_examples():
        assert "[" in example.wording
        assert example.evidence
        assert example.in_proportion
        assert example.support.source.title


def test_a_menu_comes_back_from_its_plain_values() -> None:
    menu = propose_menu(SetUp(themes=KENT), "Examples")
    assert parse_menu(menu.as_json()) == (menu, ())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": "x", "items": "none"}, "A menu needs at least one example."),
        ({"title": "x", "items": [{"title": "a", "wording": ""}]},
         "Each example needs a title and a wording; fill them or leave the example out."),
        ({"title": "x", "items": [{"title": "a", "wording": "b", "sizes": ["giant"]}]},
         "Say for whom “a” is in proportion."),
        ({"title": "x", "items": [{}] * 61}, "A menu holds at most 60 examples; fewer are better."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_menu_is_said(values: dict[str, Any], message: str) -> None:
    assert message in parse_menu(values)[1]


def test_an_unknown_theme_is_shown_as_it_is_and_nobody_is_offered_nothing() -> None:
    assert theme_title("gone/x") == "gone/x"
    assert without_offers(propose_menu(SetUp(), "x")) == tuple(SupplierSize)
