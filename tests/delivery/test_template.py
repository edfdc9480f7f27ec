"""The case study template: a form that anybody can use, filled in advance, and read back by its fields."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from svdocs.delivery.template import fill_template
from svdocs.records.contracts import Contracts
from svdocs.records.store import open_store
from svdocs.settings import word_templates_folder
from svdocs.text.docx_controls import controls_in
from tests.delivery.round_trip import add_contract
from tests.delivery.ways import ANSWERS, PROMISES, filled, tracked

HEADINGS = ["What was committed", "What was delivered", "Who benefited", "Where the impact was felt"]


@pytest.fixture
def template(tmp_path: Path) -> bytes:
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as store:
        contract = add_contract(store)
        contracts = Contracts(store)
        return fill_template(contracts.contract(contract.id), contracts.schedule_of(contract.id), 1)


@pytest.mark.parametrize("is_filled", [False, True])
def test_the_template_is_accessible(template: bytes, is_filled: bool) -> None:
    path = word_templates_folder() / "case_study.docx"
    document = Document(BytesIO(template) if is_filled else str(path))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [h for h in headings if h in HEADINGS] == HEADINGS
    assert document.core_properties.title
    assert {x.get(qn("w:val")) for x in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    for table in document.tables:
        properties = table._tbl.tblPr
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(properties.find(qn(name)) is not None for name in ("w:tblCaption", "w:tblDescription"))
    controls = list(document.element.body.iter(qn("w:sdt")))
    tags = [c.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val")) for c in controls]
    assert len(tags) == len(set(tags))
    assert all(c.find(qn("w:sdtPr")).find(qn("w:alias")) is not None for c in controls)
    ids = [c.find(qn("w:sdtPr")).find(qn("w:id")).get(qn("w:val")) for c in controls]
    assert len(ids) == len(set(ids))


def test_it_is_filled_with_the_promises_and_the_rest_is_empty(template: bytes) -> None:
    controls = controls_in(template)
    assert [controls[f"commitment:{n}"] for n in range(1, 6)] == [text for text, _, _ in PROMISES]
    assert (controls["contract_reference"], controls["period"]) == ("KCC-LIGHT-01", "1 April 2027 to 31 March 2028")
    assert {controls[t] for t in ("benefited", "felt", "quantity:1", "delivered:1")} == {""}


def test_answers_are_read_back_by_their_tags(template: bytes) -> None:
    controls = controls_in(filled(template))
    assert {n: (controls[f"quantity:{n}"], controls[f"delivered:{n}"]) for n in ANSWERS} == {
        n: (a, b) for n, (a, b, _) in ANSWERS.items()
    }


def test_tracked_insertions_are_read_and_deletions_are_not(template: bytes, tmp_path: Path) -> None:
    controls = controls_in(tracked(template, tmp_path).read_bytes())
    assert controls["quantity:2"] == "134 hours"


def test_a_file_that_is_no_word_file_has_no_fields() -> None:
    assert controls_in(b"%PDF-1.7\n%%EOF") == {}
