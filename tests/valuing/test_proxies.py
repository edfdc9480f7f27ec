"""Values of units from an authority's workbook."""

from __future__ import annotations

from decimal import Decimal

import pytest

from svdocs.errors import UsageError
from svdocs.text.build import TextBuilder
from svdocs.text.document import Document
from svdocs.valuing.proxies import ProxySet, read_proxies

SAID = {"framework": "national-toms", "title": "Our values", "edition": "2026", "publisher": "Anytown",
        "licence": "Licensed to Anytown until 2027"}  # fmt: skip


def workbook(*rows: tuple[str, str, str, str]) -> Document:
    text = TextBuilder()
    for i, row in enumerate((("Code", "Measure", "Unit", "Proxy value (£)"), *rows)):
        text.add_row(list(row), references=[f"Values!{c}{i + 1}" for c in "ABCD"], table=0, header_row=i == 0)
    return Document("values.xlsx", "0" * 64, "application/xlsx", text.text, tuple(text.blocks), (), (), reader="made/1")


def read(document: Document, **said: str) -> ProxySet:
    return read_proxies(document, **(SAID | said))


def test_a_workbook_gives_each_measure_its_exact_value_and_leaves_out_those_without() -> None:
    found = read(workbook(("NT10", "Apprentices", "No. people", "£2,000.10"), ("NT29", "Hours", "hours", "16.93"),
                          ("NT23", "Clauses", "%", "n/a")))  # fmt: skip
    assert [(v.code, v.unit, v.pounds) for v in found.values] == [
        ("NT10", "people", Decimal("2000.1")), ("NT29", "hours", Decimal("16.93")),
    ]  # fmt: skip
    assert found.cited == "Our values, edition 2026 (Anytown)"
    assert found.value_of(("national-toms", "NT23")) is None


@pytest.mark.parametrize("what", ["edition", "licence", "title", "publisher", "framework"])
def test_values_whose_edition_or_licence_nobody_states_are_not_taken(what: str) -> None:
    with pytest.raises(UsageError, match=what):
        read(workbook(("NT10", "Apprentices", "No. people", "2000")), **{what: " "})


def test_a_workbook_without_a_value_or_with_a_word_in_its_place_is_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match="Proxy value"):
        read(workbook(("NT10", "Apprentices", "No. people", "n/a")))
    with pytest.raises(UsageError, match="D2"):
        read(workbook(("NT10", "Apprentices", "No. people", "a lot")))
