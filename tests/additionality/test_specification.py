from __future__ import annotations

import pytest

from svdocs.additionality.findings import requirement_items
from svdocs.additionality.specification import Role, read_specification
from tests.additionality.documents import SPECIFICATION, write


@pytest.mark.parametrize(
    ("section", "text", "role"),
    [
        ("2 Service requirements", "The contractor shall cut hedges twice a year.", "service"),
        ("Scope of the works", "All paint must be water based.", "service"),
        ("What the Provider shall deliver", "A weekly group shall meet in each hub.", "service"),
        ("4 Social value (10%)", "SV1 Jobs for residents who face barriers to work", "social_value"),
        ("Defined requirements", "Volunteering time for community groups", "social_value"),
        ("Social value question", "The answer carries 10% and will be scored from 0 to 5.", "other"),
        ("Background", "The town has 40,000 residents and two railway stations.", "other"),
        ("About the area", "One household in five has no car.", "other"),
        ("1 Introduction", "The supplier shall hold insurance of £5m.", "service"),
        ("Social value", "Commitments will be written into the contract.", "other"),
    ],
)
def test_a_passage_has_the_role_that_its_heading_and_wording_give(section: str, text: str, role: str) -> None:
    document = write("tender.docx", f"# {section}", text)
    assert [s.role for s in read_specification([document])] == [Role(role)]


def test_the_coded_items_are_the_requirements() -> None:
    items = requirement_items(read_specification([SPECIFICATION]))
    assert [i.passage.text[:3] for i in items] == ["SV1", "SV2", "SV3"]


def test_without_codes_all_that_is_asked_counts() -> None:
    document = write("tender.docx", "# Social value", "Tell us how you will create jobs and training for local people.")
    assert len(requirement_items(read_specification([document]))) == 1


def test_no_specification_gives_no_passages() -> None:
    assert read_specification([]) == []
